import { invalidData } from './source.ts';

/** The value of a sensitive feature that is missing or unknown; always the last of its values. */
export const UNKNOWN = 'unknown';

const MISSING: ReadonlySet<string> = new Set(['', '?', 'na', 'n/a', 'nan', 'null', UNKNOWN, 'missing']);

/** The value without surrounding space, or null if it says that it is missing (empty, ?, NA, N/A, NaN, null, unknown, missing). */
export function knownValue(value: string | undefined): string | null {
  const text = (value ?? '').trim().normalize();
  return MISSING.has(text.toLowerCase()) ? null : text;
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i;

/** More classes than this are no classes: a number or an identifier was chosen. */
export const MAX_CLASSES = 1000;

/** A finished column of class codes. */
export interface ClassColumn {
  readonly name: string;
  readonly classes: readonly string[];
  /** Code of each sample, an index into `classes`. */
  readonly codes: Int16Array<ArrayBuffer>;
  /** Samples of each class. */
  readonly counts: readonly number[];
}

/** Collects one column of class values sample by sample. */
export class ClassColumnBuilder {
  private readonly name: string;
  private readonly fixed: readonly string[] | null;
  private readonly codeOf = new Map<string, number>();
  private codes = new Int16Array(1024);
  private length = 0;

  /** @param fixed the classes in order, or null: whatever occurs */
  constructor(name: string, fixed: readonly string[] | null) {
    this.name = name;
    this.fixed = fixed;
    fixed?.forEach((value, code) => this.codeOf.set(value, code));
  }

  /** @throws AppError invalidData if the column turns out to have too many classes */
  add(value: string): void {
    if (this.length === this.codes.length) this.codes = grown(this.codes, new Int16Array(2 * this.length));
    this.codes[this.length++] = this.codeOf.get(value) ?? this.newCode(value);
  }

  /** The column with its classes in order; `last`, if given, is a class that stands at the end and may be empty. */
  finish(last: string | null): ClassColumn {
    const seen = [...this.codeOf.keys()];
    const ordered = this.fixed === null ? seen.sort(compareValues) : [...seen];
    const classes = last === null ? ordered : [...ordered.filter((value) => value !== last), last];
    const newCode = new Int16Array(this.codeOf.size);
    classes.forEach((value, code) => {
      const old = this.codeOf.get(value);
      if (old !== undefined) newCode[old] = code;
    });
    const counts = classes.map(() => 0);
    const codes = this.codes.slice(0, this.length).map((old) => newCode[old] ?? 0);
    for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
    return { name: this.name, classes, codes, counts };
  }

  private newCode(value: string): number {
    const code = this.codeOf.size;
    if (code >= MAX_CLASSES)
      throw invalidData(
        `Column ${this.name} has more than ${MAX_CLASSES} different values.`,
        whatToDo([...this.codeOf.keys()]),
      );
    this.codeOf.set(value, code);
    return code;
  }
}

/** What helps against too many classes: numbers want ranges, identifiers another column. */
function whatToDo(values: readonly string[]): string {
  const numbers = values.map(numberOf).filter((value) => value !== null);
  if (numbers.length < values.length / 2)
    return 'Choose a column of groups or classes, not of identifiers or free text; identifiers of people belong in the subject column.';
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  const middle = Math.round((least + most) / 2);
  return `Its values are numbers from about ${least} to ${most}: add a column with a few ranges of them, such as "below ${middle}" and "${middle} or more", and choose that one.`;
}

/** A finished column of subject codes. */
export interface SubjectColumn {
  readonly codes: Int32Array<ArrayBuffer>;
  readonly count: number;
  /** Names by code, each turned, empty for a subject without one; null if no subject has one, or names are not kept. */
  readonly names: readonly string[] | null;
}

/** Collects subject codes: equal names are one subject, no name is a subject of its own. Names leave it turned, or not at all. */
export class SubjectColumnBuilder {
  private readonly turn: ((name: string) => string) | null;
  private readonly codeOf = new Map<string, number>();
  private codes = new Int32Array(1024);
  private length = 0;
  private subjects = 0;

  /** @param turn makes of a name what is kept of it; left out: names are not kept */
  constructor(turn: ((name: string) => string) | null = null) {
    this.turn = turn;
  }

  add(subject: string | null): void {
    if (this.length === this.codes.length) this.codes = grown(this.codes, new Int32Array(2 * this.length));
    this.codes[this.length++] = subject === null ? this.subjects++ : this.named(subject);
  }

  finish(): SubjectColumn {
    const { turn } = this;
    const named = turn !== null && this.codeOf.size > 0;
    const names = named ? Array.from({ length: this.subjects }, () => '') : null;
    if (turn !== null && names !== null) for (const [name, code] of this.codeOf) names[code] = turn(name);
    return {
      codes: this.codes.slice(0, this.length),
      count: this.subjects,
      names,
    };
  }

  /** Whether a subject has that name. */
  knows(name: string): boolean {
    return this.codeOf.has(name);
  }

  private named(subject: string): number {
    const code = this.codeOf.get(subject) ?? this.subjects++;
    this.codeOf.set(subject, code);
    return code;
  }
}

/** Numbers by value before words by code unit: the same order on every machine. */
export function compareValues(a: string, b: string): number {
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== null && y !== null && x !== y) return x - y;
  if ((x === null) !== (y === null)) return x === null ? 1 : -1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The finite number that a text is, or null. */
export function numberOf(text: string): number | null {
  const value = NUMBER.test(text) ? Number(text) : NaN;
  return Number.isFinite(value) ? value : null;
}

function grown<T extends Int16Array | Int32Array>(old: T, bigger: T): T {
  bigger.set(old);
  return bigger;
}
