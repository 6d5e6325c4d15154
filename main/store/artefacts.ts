import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, mkdirSync, statSync } from 'node:fs';
import { copyFile, link, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../../preload/contract/errors.ts';
import type { Digest } from '../../preload/contract/vocabulary.ts';
import { artefactPath, type ArtefactFile, type ArtefactSink } from '../core/datasetFiles.ts';
import { demandRoom, systemFreeBytes, type FreeBytes } from './diskRoom.ts';
import type { ArtefactStore } from './store.ts';

/** What an artefact folder needs from outside. */
export interface ArtefactHost {
  readonly freeBytes?: FreeBytes;
  /** @throws AppError readOnly */
  readonly assertWritable?: () => void;
  /** An artefact is about to be there; no row refers to it yet. */
  readonly onArrival?: (digest: Digest) => void;
}

/**
 * The content-addressed files of a workspace. Needs no database, so a child process may write artefacts too; whoever records their
 * digests decides whether they stay.
 */
export function artefactFolder(workspace: string, host: ArtefactHost = {}): ArtefactStore {
  const place: Place = {
    workspace,
    incoming: join(workspace, 'artefacts', 'incoming'),
    freeBytes: host.freeBytes ?? systemFreeBytes,
    assertWritable: host.assertWritable ?? (() => undefined),
    onArrival: host.onArrival ?? (() => undefined),
  };
  return {
    create: () => createSink(place),
    put: async (content) => {
      const sink = await createSink(place, content.byteLength);
      await sink.write(content).catch((cause: unknown) => discard(sink.abort, cause));
      return sink.finish();
    },
    adopt: (path, options) => adopt(place, path, options?.keep ?? false),
    find: (digest) => find(place, digest),
    verify: (digest) => verify(place, digest),
  };
}

interface Place {
  readonly workspace: string;
  readonly incoming: string;
  readonly freeBytes: FreeBytes;
  readonly assertWritable: () => void;
  readonly onArrival: (digest: Digest) => void;
}

async function createSink(place: Place, expected = 0): Promise<ArtefactSink> {
  place.assertWritable();
  mkdirSync(place.incoming, { recursive: true, mode: 0o700 });
  demandRoom(place.freeBytes, place.workspace, expected, 'an artefact');
  const temporary = join(place.incoming, randomUUID());
  const handle = await open(temporary, 'wx', 0o600);
  const hash = createHash('sha256');
  const abort = async (): Promise<void> => {
    await handle.close();
    await rm(temporary, { force: true });
  };
  return {
    write: async (bytes) => {
      demandRoom(place.freeBytes, place.workspace, bytes.byteLength, 'an artefact');
      hash.update(bytes);
      await handle.writeFile(bytes).catch(fullDisk);
    },
    finish: async () => {
      await handle.sync().catch((cause: unknown) => discard(abort, cause));
      await handle.close();
      return keep(place, temporary, hash.digest('hex'));
    },
    abort,
  };
}

async function discard(abort: () => Promise<void>, cause: unknown): Promise<never> {
  await abort();
  return fullDisk(cause);
}

/** Gives a finished, synced file its name. An equal artefact that is there already wins; a damaged one is replaced. */
async function keep(place: Place, temporary: string, digest: Digest): Promise<ArtefactFile> {
  place.onArrival(digest);
  const path = join(place.workspace, artefactPath(digest));
  const { size } = await stat(temporary);
  const present = await stat(path).catch(() => null);
  if (present?.size === size && (await hashFile(path)) === digest) {
    await rm(temporary, { force: true });
  } else {
    const folder = dirname(path);
    const made = await mkdir(folder, { recursive: true, mode: 0o700 }).catch(fullDisk);
    await rename(temporary, path).catch((cause: unknown) => discard(() => rm(temporary), cause));
    await syncFolder(folder);
    if (made !== undefined) await syncFolder(dirname(folder));
  }
  return { digest, path, size };
}

async function adopt(place: Place, path: string, original: boolean): Promise<ArtefactFile> {
  place.assertWritable();
  mkdirSync(place.incoming, { recursive: true, mode: 0o700 });
  const digest = await hashFile(path);
  await syncFile(path);
  const temporary = join(place.incoming, randomUUID());
  if (original) await linkOrCopy(place, path, temporary);
  else await rename(path, temporary).catch(() => moveAcross(place, path, temporary));
  return keep(place, temporary, digest);
}

/** A hard link costs nothing; other disks and some file systems know none. */
async function linkOrCopy(place: Place, from: string, to: string): Promise<void> {
  await link(from, to).catch(() => copyAcross(place, from, to));
}

async function moveAcross(place: Place, from: string, to: string): Promise<void> {
  await copyAcross(place, from, to);
  await rm(from, { force: true });
}

async function copyAcross(place: Place, from: string, to: string): Promise<void> {
  demandRoom(place.freeBytes, place.workspace, (await stat(from)).size, 'an artefact');
  await copyFile(from, to).catch(fullDisk);
  await syncFile(to);
}

function find(place: Place, digest: Digest): ArtefactFile {
  const path = join(place.workspace, artefactPath(digest));
  const found = /^[0-9a-f]{64}$/.test(digest) ? statSync(path, { throwIfNoEntry: false }) : undefined;
  if (found?.isFile()) return { digest, path, size: found.size };
  throw new AppError({
    code: 'notFound',
    message: `Artefact ${digest} is not in the workspace ${place.workspace}.`,
    hint: 'The file may have been deleted by hand; import or compute it again.',
  });
}

async function verify(place: Place, digest: Digest): Promise<boolean> {
  return (await hashFile(find(place, digest).path)) === digest;
}

async function hashFile(path: string): Promise<Digest> {
  const hash = createHash('sha256');
  try {
    for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 }))
      hash.update(piece as Buffer);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    throw new AppError({ code: 'notFound', message: `There is no file ${path}.` });
  }
  return hash.digest('hex');
}

/** Windows syncs only files that are open for writing; elsewhere a read-only file can be synced too. */
async function syncFile(path: string): Promise<void> {
  const handle = await open(path, process.platform === 'win32' ? 'r+' : 'r');
  try {
    await handle.sync().catch(fullDisk);
  } finally {
    await handle.close();
  }
}

/** Makes a rename durable; Windows has no such thing and needs none. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function fullDisk(cause: unknown): never {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') throw cause;
  throw new AppError({
    code: 'diskFull',
    message: 'The disk that holds the workspace ran full while an artefact was written.',
    hint: 'Free some room, then try again.',
  });
}
