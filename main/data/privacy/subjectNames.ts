import { AppError } from '../../../preload/contract/errors.ts';
import type { ImportOptions, ImportReport } from '../../../preload/contract/vocabulary.ts';
import type { SubjectKey } from './subjectKey.ts';
import { carriesId, itemWithout, nameWithout, textWithout } from './withoutIds.ts';

/** What an import makes of the subject ids it meets, so that none of them is kept: neither as such nor within names and reports. */
export class SubjectNames {
  private readonly open: (() => SubjectKey) | undefined;
  private key: SubjectKey | null = null;
  private readonly seen = new Map<string, string>();
  private readonly patterned: boolean;
  /** Whether names of samples carry the ids of their subjects. */
  private carried = false;
  private masked = 0;

  /** @param open opens the key; asked when the first id comes, so that data without ids needs none */
  constructor({ pattern, subject }: Pick<ImportOptions, 'pattern' | 'subject'>, open?: () => SubjectKey) {
    this.open = open;
    this.patterned = subject !== undefined && (pattern ?? '').includes(`{${subject}}`);
  }

  /** Id of the key, if one was used. */
  get keyId(): string | null {
    return this.key?.id ?? null;
  }

  /** The pseudonym of a subject. @throws AppError as opening the key does */
  readonly turn = (id: string): string => {
    const known = this.seen.get(id);
    if (known !== undefined) return known;
    const turned = this.opened().pseudonym(id);
    this.seen.set(id, turned);
    return turned;
  };

  /** Remembers an id of which no example came. */
  note(id: string | null): void {
    if (id !== null) this.turn(id);
  }

  /** A sample's name as it is kept. */
  sample({ name, subject }: { readonly name: string; readonly subject: string | null }): string {
    if (subject === null) return name;
    const kept = nameWithout(name, subject, this.turn(subject), this.patterned);
    if (carriesId(name, kept, subject)) this.carried = true;
    return kept;
  }

  /** A note as it is kept. */
  sentence(text: string): string {
    return this.seen.size === 0 ? text : textWithout(text, (id) => this.seen.get(id) ?? null, 'sentence');
  }

  /** Rejections as they are kept. Where file names carry ids, names of files whose subject is unknown are turned as a whole. */
  withoutIds(rejected: ImportReport['rejected']): ImportReport['rejected'] {
    if (this.seen.size === 0 && !this.patterned) return rejected;
    return rejected.map(({ item, reason }) => ({ item: this.item(item), reason: this.sentence(reason) }));
  }

  /** What the report says of it. */
  notes(): readonly string[] {
    if (this.masked === 0) return [];
    return [
      `Names of ${this.masked} rejected files are not kept, because file names carry subject ids here: each is shown as a pseudonym of its own.`,
    ];
  }

  private item(item: string): string {
    const turned = (text: string): string => {
      this.masked++;
      return this.opened().pseudonym(text);
    };
    const carried = this.carried || this.patterned;
    return itemWithout(item, (id) => this.seen.get(id) ?? null, carried ? turned : null);
  }

  private opened(): SubjectKey {
    if (this.key !== null) return this.key;
    if (this.open === undefined)
      throw new AppError({
        code: 'internal',
        message: 'A source with subject ids was imported without a key to turn them.',
      });
    this.key = this.open();
    return this.key;
  }
}
