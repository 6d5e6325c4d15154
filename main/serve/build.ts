import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../preload/contract/errors.ts';

/** Newest time of change of the files under these places, in ms; 0 if there are none. */
export function newestChange(places: readonly string[]): number {
  return Math.max(0, ...places.map(changeOf));
}

function changeOf(place: string): number {
  const found = statSync(place, { throwIfNoEntry: false });
  if (!found?.isDirectory()) return found?.mtimeMs ?? 0;
  return newestChange(readdirSync(place).map((name) => join(place, name)));
}

/** What has to be built, and from what. */
export interface Build {
  /** File that the build writes. */
  readonly made: string;
  /** Places whose newer files make it stale. */
  readonly from: readonly string[];
  /** Script and arguments of the build, run by this Node. */
  readonly command: readonly string[];
}

/**
 * Builds what is missing or older than its sources.
 * @throws AppError internal with the builder's words if it fails
 */
export async function buildIfStale(
  folder: string,
  { made, from, command }: Build,
  say: (line: string) => void,
): Promise<void> {
  const madeAt = changeOf(join(folder, made));
  if (madeAt > 0 && madeAt >= newestChange(from.map((place) => join(folder, place)))) return;
  say('Building the interface …');
  const child = spawn(process.execPath, command, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code === 0) return;
  throw new AppError({
    code: 'internal',
    message: `The interface could not be built:\n${output.trim()}`,
    hint: 'Install again with: npm ci.',
  });
}
