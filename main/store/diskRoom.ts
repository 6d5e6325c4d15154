import { statfsSync } from 'node:fs';
import { AppError } from '../../preload/contract/errors.ts';

/** Bytes that this process may still write on the disk of a path. */
export type FreeBytes = (path: string) => number;

/** Always left over, so that the app can still start, write its own rows and explain. */
export const RESERVE_BYTES = 16 * 1024 * 1024;

/** What the system says. */
export const systemFreeBytes: FreeBytes = (path) => {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
};

/** @throws AppError diskFull before anything is written, with the bytes that are needed and free */
export function demandRoom(freeBytes: FreeBytes, path: string, bytes: number, what: string): void {
  const free = freeBytes(path);
  if (free >= bytes + RESERVE_BYTES) return;
  throw new AppError({
    code: 'diskFull',
    message: `No room for ${what}: it needs ${bytes} bytes and ${RESERVE_BYTES} in reserve, but the disk of ${path} has ${free} free.`,
    hint: `Free at least ${bytes + RESERVE_BYTES - free} bytes on that disk, then go on.`,
  });
}
