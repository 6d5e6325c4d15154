import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../../preload/contract/errors.ts';
import { artefactPath } from '../core/datasetFiles.ts';
import type { ArtefactFile, ArtefactSink, ArtefactWriter } from '../core/datasetFiles.ts';

/**
 * Writes artefacts into a workspace folder: a temporary file under `incoming`, hashed while it is written, then synced and
 * renamed to the place of its digest. An artefact that is there already is left as it is.
 */
export function fsArtefactWriter(workspace: string): ArtefactWriter {
  return {
    create: async () => {
      const folder = join(workspace, 'incoming');
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const path = join(folder, randomUUID());
      return new FsSink(workspace, path, await open(path, 'wx', 0o600));
    },
  };
}

/** Reads a range of an artefact; `length` null reads to the end. @throws AppError internal if it is shorter than the range */
export async function readArtefact(
  file: ArtefactFile,
  offset = 0,
  length: number | null = null,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length ?? file.size - offset);
  const handle = await open(file.path, 'r');
  try {
    for (let done = 0; done < bytes.length;) {
      const { bytesRead } = await handle.read(bytes, done, bytes.length - done, offset + done);
      if (bytesRead === 0) throw cutOff(file);
      done += bytesRead;
    }
    return bytes;
  } finally {
    await handle.close();
  }
}

class FsSink implements ArtefactSink {
  private readonly workspace: string;
  private readonly path: string;
  private readonly file: FileHandle;
  private readonly hash = createHash('sha256');
  private size = 0;

  constructor(workspace: string, path: string, file: FileHandle) {
    this.workspace = workspace;
    this.path = path;
    this.file = file;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.hash.update(bytes);
    this.size += bytes.length;
    await this.file.writeFile(bytes).catch(explain);
  }

  async finish(): Promise<ArtefactFile> {
    const digest = this.hash.digest('hex');
    const path = join(this.workspace, artefactPath(digest));
    await this.file.sync().catch(explain);
    await this.file.close();
    const stored = await stat(path).catch(() => null);
    if (stored?.size === this.size) await rm(this.path);
    else await moveInto(this.path, path);
    return { digest, path, size: this.size };
  }

  async abort(): Promise<void> {
    await this.file.close().catch(() => {});
    await rm(this.path, { force: true });
  }
}

async function moveInto(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  await rename(from, to);
  // The rename itself must survive a power cut; Windows has no folder handles to sync.
  if (process.platform === 'win32') return;
  const folder = await open(dirname(to), 'r');
  await folder.sync().finally(() => folder.close());
}

function explain(cause: unknown): never {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') throw cause;
  throw new AppError({
    code: 'diskFull',
    message: 'The disk of the workspace is full.',
    hint: 'Free some space, or purge archived runs, and import again.',
  });
}

function cutOff(file: ArtefactFile): AppError {
  return new AppError({
    code: 'internal',
    message: `Artefact ${file.digest} is shorter than it should be.`,
    hint: 'The workspace is damaged: restore it from a backup, or import the data set again.',
  });
}
