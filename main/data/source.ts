import { AppError } from '../../preload/contract/errors.ts';

/** One regular file of a source. */
export interface SourceEntry {
  /** Path within the source, with forward slashes. */
  readonly path: string;
  /** Bytes; 0 if there is a problem. */
  readonly size: number;
  /** Why it cannot be read, such as a link that leads out of the folder; null if it can. */
  readonly problem: string | null;
  /** Another one whenever the content is another: the time of the last change, or a checksum. */
  readonly version?: string;
}

/** Where a reader gets its bytes: it never learns whether they come from a disk, a package or a test. */
export interface DataSource {
  /** As the user gave it. */
  readonly location: string;
  /** Last part of the location: a name for the data set. */
  readonly name: string;
  /** The file that was given, if the source is one file; its siblings are listed too. Null for a folder. */
  readonly entry: string | null;
  /** Every file, hidden ones left out, ordered by path. @throws AppError invalidData beyond the bounds */
  list(): Promise<readonly SourceEntry[]>;
  /** Null if there is no such file. */
  stat(path: string): Promise<SourceEntry | null>;
  /** Up to `length` bytes from `offset`; fewer at the end of the file. @throws AppError invalidData */
  read(path: string, offset: number, length: number): Promise<Uint8Array>;
  /** The file from `offset` (0 if left out) to its end, piece by piece. @throws AppError invalidData */
  stream(path: string, offset?: number): AsyncIterable<Uint8Array>;
  /** A path given by the user (absolute or relative) as a path within the source, or null if it leads out. */
  within(path: string): string | null;
}

/** Joins a path to a folder within the source; null if it is absolute, leads out of the source or is no path at all. */
export function joinWithin(folder: string, path: string): string | null {
  if (path === '' || path.includes('\0') || /^([A-Za-z]:|[\\/])/.test(path)) return null;
  const parts: string[] = [];
  for (const part of `${folder}/${path}`.split(/[\\/]/)) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.length === 0 ? null : parts.join('/');
}

/** The folder part of a path within a source; empty at the top. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** The last part of a path within a source. */
export function fileNameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The whole of a small file. @throws AppError invalidData if it is larger than `maxBytes` or cannot be read */
export async function readWhole(source: DataSource, path: string, maxBytes: number): Promise<Uint8Array> {
  const entry = await source.stat(path);
  if (entry === null) throw invalidData(`${path} does not exist in ${source.location}.`, 'Check the path.');
  if (entry.problem !== null)
    throw invalidData(`${path} ${entry.problem}.`, 'Give a file of the folder itself.');
  if (entry.size > maxBytes)
    throw invalidData(
      `${path} has ${entry.size} bytes; at most ${maxBytes} are read.`,
      'Split it, or leave out what is not needed.',
    );
  return source.read(path, 0, entry.size);
}

/** The refusal of a file, folder or option of an import. */
export function invalidData(message: string, hint: string): AppError {
  return new AppError({ code: 'invalidData', message, hint });
}
