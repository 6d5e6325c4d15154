import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { artefactPath } from '../../main/core/datasetFiles.ts';
import { fsArtefactWriter, readArtefact } from '../../main/data/fsSink.ts';
import { folderWith, refusal, removeFolders } from './fixtures.ts';

afterAll(removeFolders);

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function put(workspace: string, pieces: readonly Uint8Array[]) {
  const sink = await fsArtefactWriter(workspace).create();
  for (const piece of pieces) await sink.write(piece);
  return sink.finish();
}

describe('artefacts in a workspace folder', () => {
  const pieces = [Uint8Array.of(1, 2, 3), new Uint8Array(100_000).fill(7), Uint8Array.of(9)];
  const whole = new Uint8Array(Buffer.concat(pieces));

  it('go under their digest, and nothing is left over', async () => {
    const workspace = folderWith({});
    const file = await put(workspace, pieces);
    expect(file).toEqual({
      digest: sha256(whole),
      path: join(workspace, artefactPath(sha256(whole))),
      size: whole.length,
    });
    expect(Buffer.compare(readFileSync(file.path), whole)).toBe(0);
    expect(readdirSync(join(workspace, 'incoming'))).toEqual([]);
  });

  it('are written once: the same content again leaves the first file alone', async () => {
    const workspace = folderWith({});
    const first = statSync((await put(workspace, pieces)).path);
    const second = statSync((await put(workspace, [whole])).path);
    expect([second.ino, second.mtimeMs]).toEqual([first.ino, first.mtimeMs]);
    expect(readdirSync(join(workspace, 'incoming'))).toEqual([]);
  });

  it('replace a stored file that was cut off', async () => {
    const workspace = folderWith({});
    const { path } = await put(workspace, pieces);
    writeFileSync(path, 'short');
    await put(workspace, pieces);
    expect(Buffer.compare(readFileSync(path), whole)).toBe(0);
  });

  it('leave nothing behind when given up', async () => {
    const workspace = folderWith({});
    const sink = await fsArtefactWriter(workspace).create();
    await sink.write(whole);
    await sink.abort();
    expect(readdirSync(workspace)).toEqual(['incoming']);
    expect(readdirSync(join(workspace, 'incoming'))).toEqual([]);
  });

  it('are read by ranges; one that is too short is an error, not zeros', async () => {
    const file = await put(folderWith({}), pieces);
    expect([...(await readArtefact(file, 1, 3))]).toEqual([2, 3, 7]);
    expect(await readArtefact(file)).toEqual(whole);
    expect(await readArtefact(file, whole.length - 1)).toEqual(Uint8Array.of(9));
    const refused = await refusal(readArtefact(file, whole.length, 1));
    expect(refused.message).toBe(`Artefact ${file.digest} is shorter than it should be.`);
  });
});
