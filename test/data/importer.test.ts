import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { importDataset, type ImportRequest } from '../../main/data/dataset.ts';
import { fsArtefactWriter } from '../../main/data/fsSink.ts';
import { importInWorker, previewInWorker, type ImportTask } from '../../main/data/importer.ts';
import type { ImportProgress } from '../../main/data/sampleTable.ts';
import { folderWith, importPath, refusal, removeFolders } from './fixtures.ts';

afterAll(removeFolders);

const PATH = 'builtin:coloured-digits';

function task(change: Partial<ImportTask> = {}): ImportTask {
  return {
    path: PATH,
    reader: null,
    options: { limit: 1000 },
    workspace: folderWith({}),
    signal: new AbortController().signal,
    onProgress: () => {},
    ...change,
  };
}

describe('imports on a worker thread', () => {
  it('make the same data set as on this thread, and tell how far they are', async () => {
    const progress: ImportProgress[] = [];
    const dataset = await importInWorker(task({ onProgress: (step) => progress.push(step) }));
    const here = await importPath(PATH, { limit: 1000 });
    expect(dataset).toEqual(here.dataset);
    expect(progress.at(-1)).toEqual({
      done: 11_000,
      total: 11_000,
      detail: '11000 of 11000 read, 0 rejected',
    });
    expect(progress.map((step) => step.done)).toEqual(
      progress.map((step) => step.done).sort((a, b) => a - b),
    );
  });

  it('end soon when cancelled, and leave nothing behind', async () => {
    const cancel = new AbortController();
    const workspace = folderWith({});
    const onProgress = ({ done }: ImportProgress): void => void (done > 500 && cancel.abort());
    const refused = await refusal(importInWorker(task({ options: {}, workspace, signal: cancel.signal, onProgress }))); // prettier-ignore
    expect(refused.code).toBe('cancelled');
    expect(readdirSync(join(workspace, 'incoming'))).toEqual([]);
    expect(existsSync(join(workspace, 'artefacts'))).toBe(false);
    expect(await refusal(importInWorker(task({ signal: cancel.signal })))).toMatchObject({
      code: 'cancelled',
    });
  });

  it('pass on what was refused, with code and hint', async () => {
    const refused = await refusal(importInWorker(task({ path: folderWith({}) })));
    expect(refused).toMatchObject({
      code: 'invalidData',
      hint: expect.stringMatching(
        /^Pretext reads: arrays of numpy; .*; idx images and labels; .*; texts\.$/,
      ) as string,
    });
    expect((await refusal(importInWorker(task({ reader: 'parquet' })))).message).toBe('There is no reader parquet.'); // prettier-ignore
    expect((await refusal(importInWorker(task({ reader: 'constructor' })))).message).toBe('There is no reader constructor.'); // prettier-ignore
  });

  it('say so if the worker itself breaks', async () => {
    const folder = folderWith({ 'broken.mjs': 'throw new Error("no luck");', 'silent.mjs': '' });
    const url = (name: string): URL => pathToFileURL(join(folder, name));
    expect(await refusal(importInWorker(task({ workerUrl: url('broken.mjs') })))).toMatchObject({
      code: 'internal',
      message: 'The import stopped: no luck.',
    });
    expect((await refusal(importInWorker(task({ workerUrl: url('silent.mjs') })))).code).toBe('internal');
  });

  it('preview without storing anything', async () => {
    const preview = await previewInWorker({ path: PATH, reader: null, options: {}, signal: new AbortController().signal }); // prettier-ignore
    expect([preview.reader, preview.thumbnails.count, preview.thumbnails.data.length]).toEqual([
      'colouredDigits',
      32,
      32 * 28 * 28 * 3,
    ]);
  });

  it('are cancelled on this thread too', async () => {
    const cancel = new AbortController();
    const request: ImportRequest = {
      path: PATH,
      reader: null,
      options: {},
      writer: fsArtefactWriter(folderWith({})),
      signal: cancel.signal,
      onProgress: ({ done }) => done > 0 && cancel.abort(),
    };
    expect((await refusal(importDataset(request))).code).toBe('cancelled');
  });
});
