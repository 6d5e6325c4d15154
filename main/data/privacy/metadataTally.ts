import { stripMetadata } from './stripMetadata.ts';

/** Takes metadata off images before they are decoded, and counts what they carried. */
export class MetadataTally {
  private files = 0;
  private readonly kinds = new Map<string, number>();

  /** The image without metadata; as it is where that cannot be done without decoding it. */
  stripped(file: Uint8Array): Uint8Array {
    const result = stripMetadata(file);
    if (result === null) return file;
    if (result.found.length > 0) this.files++;
    for (const kind of result.found) this.kinds.set(kind, (this.kinds.get(kind) ?? 0) + 1);
    return result.bytes;
  }

  /** What an import report says of it; nothing where no image carried any. */
  notes(): readonly string[] {
    if (this.files === 0) return [];
    const kinds = [...this.kinds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, count]) => `${kind} ${count}`);
    return [`${this.files} ${this.files === 1 ? 'image' : 'images'} carried metadata (${kinds.join(', ')}); none of it is stored.`];
  }
} // prettier-ignore
