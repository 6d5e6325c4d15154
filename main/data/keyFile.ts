import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, isAbsolute, resolve } from 'node:path';
import { AppError } from '../../preload/contract/errors.ts';
import { KEY_BYTES, subjectKeyOf, type SubjectKey } from './privacy/subjectKey.ts';

/** Where a workspace's key is, and which one it must be. Plain data: worker threads are told it too. */
export interface KeyPlace {
  /** Absolute. */
  readonly file: string;
  /** Folder of the workspace, in which a key protects nothing. */
  readonly workspace: string;
  /** Id of the key that turned the subject ids of the workspace; null before the first. */
  readonly expected: string | null;
}

const FORM = /^pretext-subject-key-1 ([0-9a-f]{64})\s*$/;

/**
 * The key in a file; null if there is no such file.
 * @throws AppError usage (inside the workspace), invalidData (no key, or it cannot be read)
 */
export function readKey({ file, workspace }: Pick<KeyPlace, 'file' | 'workspace'>): SubjectKey | null {
  refuseInside(file, workspace);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw unreadable(file, cause instanceof Error ? cause.message : String(cause));
  }
  const [, hex] = FORM.exec(text) ?? [];
  if (hex === undefined) throw unreadable(file, 'it does not hold a key of Pretext');
  return subjectKeyOf(Buffer.from(hex, 'hex'));
}

/**
 * The key with which subject ids of a workspace are turned; made, once, where none was ever used.
 * @throws AppError conflict if the file is gone or holds another key than the workspace's, and as `readKey`
 */
export function openKey(place: KeyPlace): SubjectKey {
  const present = readKey(place);
  if (place.expected === null) return present ?? makeKey(place);
  if (present?.id === place.expected) return present;
  throw wrongKey(place, present);
}

/** Why a key is not the one: said wherever subject ids would have to be turned. */
export function wrongKey({ file, expected }: KeyPlace, present: SubjectKey | null): AppError {
  const there =
    present === null ? `there is no key at ${file}` : `the key at ${file} is another one, ${present.id}`;
  return new AppError({
    code: 'conflict',
    message: `The subject ids of this workspace were turned with the key ${expected ?? ''}, and ${there}.`,
    hint: 'Put that key there, or name its file with --key-file or PRETEXT_KEY_FILE. If it is lost: people can still be named by their pseudonyms, and `pretext dataset key --adopt` takes this machine’s key for what is imported from now on.',
  });
}

/** Whether others on this machine may read a key. */
export function isOpenToOthers(file: string): boolean {
  const found = process.platform === 'win32' ? undefined : statSync(file, { throwIfNoEntry: false });
  return found !== undefined && (found.mode & 0o077) !== 0;
}

/** Makes a key that only its owner may read. Of two processes that make one at once, one wins and both use it. */
function makeKey(place: KeyPlace): SubjectKey {
  const { file } = place;
  const half = `${file}.${randomBytes(6).toString('hex')}.part`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const text = `pretext-subject-key-1 ${randomBytes(KEY_BYTES).toString('hex')}\n`;
    writeFileSync(half, text, { mode: 0o600, flag: 'wx', flush: true });
    give(half, file, text);
  } catch (cause) {
    throw new AppError({
      code: 'conflict',
      message: `The key for subject ids cannot be made at ${file}: ${cause instanceof Error ? cause.message : String(cause)}.`,
      hint: 'Name another file with --key-file or PRETEXT_KEY_FILE.',
    });
  } finally {
    rmSync(half, { force: true });
  }
  const made = readKey(place);
  if (made === null) throw unreadable(file, 'it vanished');
  return made;
}

/** Gives a whole file its name, unless there is one of that name. */
function give(half: string, file: string, text: string): void {
  try {
    linkSync(half, file);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    // File systems without hard links: a reader could see half of it, but has a sentence for that.
    writeFileSync(file, text, { mode: 0o600, flag: 'wx', flush: true });
  }
}

function refuseInside(file: string, workspace: string): void {
  const way = relative(real(workspace), join(real(dirname(resolve(file))), 'key'));
  if (way === '' || way.startsWith('..') || isAbsolute(way)) return;
  throw new AppError({
    code: 'usage',
    message: `The key ${file} lies in the workspace, where it protects nothing: whoever has the workspace has the key.`,
    hint: 'Put it elsewhere, and name it with --key-file or PRETEXT_KEY_FILE.',
  });
}

/** A folder without links in its path, as far as it is there. */
function real(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder === dirname(folder)
      ? folder
      : join(real(dirname(folder)), relative(dirname(folder), folder));
  }
}

function unreadable(file: string, why: string): AppError {
  return new AppError({
    code: 'invalidData',
    message: `The key for subject ids at ${file} cannot be used: ${why}.`,
    hint: 'Put the right file there, or name another with --key-file or PRETEXT_KEY_FILE.',
  });
}
