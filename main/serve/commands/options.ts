import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { AppError } from '../../../preload/contract/errors.ts';
import type { ExportedFile, RunRow } from '../../../preload/contract/vocabulary.ts';
import type { Session } from '../session.ts';
import { readable } from '../terminal.ts';

/** `a,b` as a list. */
export function listOf(text: string): readonly string[] {
  const items = text.split(',').map((item) => item.trim());
  if (items.some((item) => item === ''))
    throw new InvalidArgumentError('Write names with commas between them.');
  return items;
}

/** `1,2,3` as whole numbers from 0. */
export function seedsOf(text: string): readonly number[] {
  return listOf(text).map(wholeOf);
}

/** A whole number from 0. */
export function wholeOf(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 0.');
  return Number(text);
}

/** `show` for every count, or the least that is shown. */
export function leastOf(text: string): number {
  return text === 'show' ? 0 : wholeOf(text);
}

/** Any number. */
export function numberOf(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number.');
  return value;
}

/** `0.1,0.2` as numbers. */
export function numbersOf(text: string): readonly number[] {
  return listOf(text).map(numberOf);
}

/** `0.01,0.1,1` as shares above 0 and up to 1. */
export function fractionsOf(text: string): readonly number[] {
  const shares = numbersOf(text);
  if (shares.some((share) => share <= 0 || share > 1))
    throw new InvalidArgumentError('Shares are above 0 and at most 1.');
  return shares;
}

/** Ends a command badly if one of its runs did. @throws AppError */
export function failIfAny(rows: readonly RunRow[]): void {
  const bad = rows.find((row) => row.status === 'failed' || row.status === 'crashed');
  if (!bad) return;
  throw new AppError({
    code: 'engine',
    message: `Run ${bad.id} ${bad.status}: ${bad.reason ?? 'no reason was given'}`,
    hint: bad.resumable
      ? `Go on with: pretext run --resume ${bad.id}.`
      : `See its log: pretext runs show ${bad.id}.`,
  });
}

/** An option that may be repeated. */
export function collected(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}

/**
 * The id of the run that a person means by its id, its name (the newest) or the beginning of its id.
 * @throws AppError notFound, or usage if the beginning fits several
 */
export async function runIdOf(session: Session, text: string): Promise<string> {
  const rows = [
    ...(await session.ask('runs.list', {})),
    ...(await session.ask('runs.list', { archived: true })),
  ];
  const exact = rows.find((row) => row.id === text) ?? newest(rows.filter((row) => row.name === text));
  if (exact) return exact.id;
  const begun = new Set(rows.filter((row) => row.id.startsWith(text)).map((row) => row.id));
  const [only, another] = begun;
  if (only !== undefined && another === undefined) return only;
  throw new AppError({
    code: only === undefined ? 'notFound' : 'usage',
    message:
      only === undefined
        ? `There is no run ${JSON.stringify(text)}.`
        : `Several runs begin with ${JSON.stringify(text)}.`,
    hint: 'List them with: pretext runs list.',
  });
}

function newest(rows: readonly RunRow[]): RunRow | undefined {
  return [...rows].sort((a, b) => b.created.localeCompare(a.created))[0];
}

/** Writes a file. @throws AppError with the path and the system's reason if that cannot be */
export async function writeOut(path: string, data: Uint8Array): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, data);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new AppError({
      code: code === 'ENOSPC' ? 'diskFull' : 'conflict',
      message: `${path} cannot be written: ${message}.`,
      hint: 'Choose another place with --out.',
    });
  }
}

/** Writes an exported file where the user wants it and says so. */
export async function saveFile(session: Session, file: ExportedFile, out: string | undefined): Promise<void> {
  const path = out ?? file.fileName;
  await writeOut(path, file.data);
  if (file.mediaType === 'application/zip' && !path.endsWith('.zip'))
    session.say(`${path} is a zip archive.`);
  for (const line of file.said ?? []) session.say(line);
  session.print(
    { file: path, bytes: file.data.length, mediaType: file.mediaType, ...(file.said && { said: file.said }) },
    () => `${path} (${readable(file.data.length)} bytes)\n`,
  );
}
