import type { ColumnType } from '../../preload/contract/vocabulary.ts';
import { knownValue, MAX_CLASSES, numberOf } from './columns.ts';

/** A column of so few values is one of categories, whatever its length. */
const FEW_VALUES = 50;
/** Numbers kept to place the edges of ranges. */
const KEPT_NUMBERS = 4096;

/** What a first pass over a table finds in one column; memory is bounded whatever its length. */
export class ColumnSurvey {
  readonly name: string;
  missing = 0;
  known = 0;
  private numeric = 0;
  /** Up to one more than a column of classes may have. */
  private readonly seen = new Set<string>();
  private numbers: number[] = [];
  private step = 1;

  constructor(name: string) {
    this.name = name;
  }

  add(text: string | undefined): void {
    const value = knownValue(text);
    if (value === null) return void this.missing++;
    this.known++;
    if (this.seen.size <= MAX_CLASSES) this.seen.add(value);
    const number = numberOf(value);
    if (number === null) return;
    if (this.numeric++ % this.step === 0) this.numbers.push(number);
    if (this.numbers.length < KEPT_NUMBERS) return;
    // Every other one goes, and from here on only every other one comes.
    this.numbers = this.numbers.filter((_, i) => i % 2 === 0);
    this.step *= 2;
  }

  /** Different values, at most `MAX_CLASSES` + 1. */
  get distinct(): number {
    return this.seen.size;
  }

  get values(): ReadonlySet<string> {
    return this.seen;
  }

  /** Some of its numbers, evenly spread over the table, in order of size. */
  get sortedNumbers(): readonly number[] {
    return this.numbers.toSorted((a, b) => a - b);
  }

  /** Whether every value that is not missing is a number. */
  get isNumeric(): boolean {
    return this.known > 0 && this.numeric === this.known;
  }

  /** What its values suggest: identifiers and free text are nothing to a model. */
  get type(): ColumnType {
    if (this.isNumeric) return 'number';
    if (this.known === 0 || this.distinct > MAX_CLASSES) return 'ignore';
    return this.distinct <= FEW_VALUES || this.distinct <= this.known / 2 ? 'category' : 'ignore';
  }
}
