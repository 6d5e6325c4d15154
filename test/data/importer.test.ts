import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { ImportOptions } from '../../preload/contract/vocabulary.ts';
import { artefactPath } from '../../main/core/datasetFiles.ts';
import { ImportControl } from '../../main/data/importControl.ts';
import { importDataset, type ImportRequest } from '../../main/data/dataset.ts';
import { fsArtefactWriter } from '../../main/data/fsSink.ts';
import { importInWorker, previewInWorker, type ImportTask } from '../../main/data/importer.ts';
import type { ImportProgress } from '../../main/data/sampleTable.ts';
import { folderWith, importPath, refusal, removeFolders } from './fixtures.ts';

afterAll(removeFolders);

const PATH = 'builtin:coloured-digits';

/** A table of so many rows. */
function lines(count: number, seed: number): string {
  return `x,z,label\n${Array.from({ length: count }, (_, i) => `${i},${seed},${i % 2}`).join('\n')}\n`;
}

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
    expect(progress.at(-2)).toEqual({
      done: 11_000,
      total: 11_000,
      detail: '11000 of 11000 read, 0 rejected',
    });
    expect(progress.at(-1)).toEqual({ done: 11_000, total: 11_000, detail: 'splitting', closing: true });
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

  it('are ended when their worker is caught in a loop', async () => {
    const folder = folderWith({ 'busy.mjs': 'for (;;);' });
    const refused = await refusal(importInWorker(task({ path: '/data/t.parquet', workerUrl: pathToFileURL(join(folder, 'busy.mjs')), stallMs: 700 })));
    expect([refused.code, refused.message]).toEqual(['invalidData', '/data/t.parquet keeps its reader busy without end, so that the import was stopped.']);
  }); // prettier-ignore

  it('may be silent for long once everything is read: what follows is computing', async () => {
    const code = `import { parentPort } from 'node:worker_threads';
      parentPort.once('message', () => (parentPort.postMessage({ type: 'imported', dataset: { count: 7 } }), parentPort.close()));
      parentPort.postMessage({ type: 'progress', progress: { done: 7, total: 7, detail: 'splitting', closing: true } });`;
    const workerUrl = pathToFileURL(join(folderWith({ 'closing.mjs': code }), 'closing.mjs'));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const control = new ImportControl();
      const { promise, resolve } = Promise.withResolvers<void>();
      const running = importInWorker(task({ path: '/data/t.csv', workerUrl, control, onProgress: () => resolve() }));
      await promise;
      await vi.advanceTimersByTimeAsync(3_600_000);
      control.pause();
      expect((await running).count).toBe(7);
    } finally {
      vi.useRealTimers();
    }
  }); // prettier-ignore

  it('pause and go on, with the same result', async () => {
    const control = new ImportControl();
    const seen: number[] = [];
    const onProgress = ({ done }: ImportProgress): void => {
      seen.push(done);
      if (done === 500) control.pause();
    };
    const folder = folderWith(Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`${i}.csv`, lines(500, i)])));
    const running = importInWorker(task({ path: folder, options: {}, control, onProgress }));
    await vi.waitFor(() => expect(seen.length).toBeGreaterThan(1), 10_000);
    // The worker reads on until it hears of it.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const held = seen.length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect([control.paused, seen.length]).toEqual([true, held]);
    control.resume();
    const dataset = await running;
    expect(dataset.count).toBe(20_000);
    expect(held).toBeLessThan(seen.length);
  }); // prettier-ignore

  it('can be cancelled while they are paused', async () => {
    const control = new ImportControl();
    control.pause();
    const cancel = new AbortController();
    const folder = folderWith({ 't.csv': lines(2000, 1) });
    const running = importInWorker(task({ path: folder, options: {}, control, signal: cancel.signal }));
    setTimeout(() => cancel.abort(), 500);
    expect((await refusal(running)).code).toBe('cancelled');
  });

  it('recall what they made of a source that has not changed', async () => {
    const folder = folderWith({ 'a/t.csv': lines(3000, 1) });
    const workspace = folderWith({});
    const seen: number[] = [];
    const again = (options: ImportOptions = {}) => importInWorker(task({ path: join(folder, 'a/t.csv'), workspace, options, onProgress: ({ done }) => seen.push(done) }));
    const first = await again();
    expect(seen.at(-1)).toBe(3000);
    seen.length = 0;
    expect(await again()).toEqual(first);
    expect(seen).toEqual([0]);
    expect((await again({ seed: 2 })).digest).not.toBe(first.digest);
    seen.length = 0;
    writeFileSync(join(folder, 'a/t.csv'), lines(3000, 2));
    expect((await again()).digest).not.toBe(first.digest);
    expect(seen.at(-1)).toBe(3000);
    rmSync(join(workspace, artefactPath(first.manifest.samples)));
    writeFileSync(join(folder, 'a/t.csv'), lines(3000, 1));
    expect((await again()).digest).toBe(first.digest);
    expect(existsSync(join(workspace, artefactPath(first.manifest.samples)))).toBe(true);
  }); // prettier-ignore

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
