import { createWriteStream, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { Rng } from '../../main/core/rng.ts';
import { ImportControl } from '../../main/data/importControl.ts';
import { importInWorker } from '../../main/data/importer.ts';

/**
 * Makes a large CSV or a folder of large JPEGs, imports it on a thread as the app does, pauses it for two seconds on the way and lets it go
 * on, then imports it again (which must be instant), and again with another seed to cancel it: time, peak memory, and what is left behind.
 */
const { values } = parseArgs({
  options: {
    gigabytes: { type: 'string', default: '5' },
    kind: { type: 'string', default: 'csv' },
    /** Columns of numbers: the fewer, the more rows there are, which is what memory depends on. */
    columns: { type: 'string', default: '24' },
  },
});
const bytes = Number(values.gigabytes) * 2 ** 30;
const folder = mkdtempSync(join(tmpdir(), 'pretext-large-'));
const workspace = mkdtempSync(join(tmpdir(), 'pretext-workspace-'));
const PAUSE_MS = 2000;
const COLUMNS = Number(values.columns);

async function makeCsv(path: string): Promise<void> {
  const rng = Rng.stream(1, 'rows');
  const out = createWriteStream(path);
  out.write(`${['person', 'age', 'sex', 'label', ...Array.from({ length: COLUMNS }, (_, at) => `x${at}`)].join(',')}\n`);
  for (let row = 0, written = 0; written < bytes;) {
    const lines: string[] = [];
    for (let i = 0; i < 2000; i++, row++) {
      const numbers = Array.from({ length: COLUMNS }, () => (rng.below(2_000_000) / 1000 - 1000).toFixed(5));
      lines.push(`p${row >> 2},${18 + rng.below(70)},${rng.below(2) ? 'f' : 'm'},${rng.below(3) ? 'yes' : 'no'},${numbers.join(',')}\n`);
    }
    const piece = lines.join('');
    written += piece.length;
    if (!out.write(piece)) await new Promise<void>((resolve) => out.once('drain', () => resolve()));
  }
  await new Promise<void>((resolve) => out.end(() => resolve()));
} // prettier-ignore

/** Photographs of 12 million pixels; every file differs in what follows the picture. */
async function makeFolder(path: string): Promise<void> {
  const rng = Rng.stream(1, 'photos');
  const photos = await Promise.all(
    Array.from({ length: 4 }, () => {
      const coarse = Uint8Array.from({ length: 200 * 150 * 3 }, () => rng.below(256));
      return sharp(coarse, { raw: { width: 200, height: 150, channels: 3 } }).resize(4000, 3000).jpeg({ quality: 95 }).toBuffer();
    }),
  );
  for (const group of ['a', 'b']) mkdirSync(join(path, group), { recursive: true });
  for (let file = 0, written = 0; written < bytes; file++) {
    const photo = Buffer.concat([photos[file % 4] ?? Buffer.alloc(0), Buffer.from(String(file))]);
    written += photo.length;
    await writeFile(join(path, file % 2 ? 'a' : 'b', `${file}.jpg`), photo);
  }
} // prettier-ignore

function told(what: string, start: number, used: NodeJS.CpuUsage): void {
  const { user, system } = process.cpuUsage(used);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const peak = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(`${what}: ${seconds} s, processor ${((user + system) / 1e6).toFixed(0)} s, peak memory ${peak} MiB, load ${(loadavg()[0] ?? 0).toFixed(1)} on ${availableParallelism()} cores`);
} // prettier-ignore

/** Imports; once `at` rows were read it is paused or cancelled. Answers how many rows were told of during the pause. */
async function imported(seed: number, at: { readonly pause?: number; readonly cancel?: number }) {
  const control = new ImportControl();
  const cancel = new AbortController();
  let done = 0;
  let during = 0;
  let paused = false;
  const options = values.kind === 'csv' ? { label: 'label', sensitive: ['sex', 'age'], types: { person: 'ignore' as const }, seed } : { seed }; // prettier-ignore
  const dataset = await importInWorker({
    ...{ path: values.kind === 'csv' ? join(folder, 'large.csv') : folder, reader: null, options, workspace },
    signal: cancel.signal,
    control,
    onProgress: (progress) => {
      done = progress.done;
      if (at.cancel !== undefined && done >= at.cancel) cancel.abort();
      if (at.pause === undefined || paused || done < at.pause) return;
      paused = true;
      control.pause();
      // What is on its way when it is told to wait may still arrive.
      setTimeout(() => (during = done), PAUSE_MS / 2);
      setTimeout(() => {
        during = done - during;
        control.resume();
      }, PAUSE_MS);
    },
  });
  return { dataset, during };
}

try {
  const making = performance.now();
  const cpu = process.cpuUsage();
  await (values.kind === 'csv' ? makeCsv(join(folder, 'large.csv')) : makeFolder(folder));
  told(`made ${values.gigabytes} GiB (${values.kind})`, making, cpu);
  const some = values.kind === 'csv' ? 10_000 : 100;
  const [start, used] = [performance.now(), process.cpuUsage()];
  const { dataset, during } = await imported(1, { pause: some });
  told(`imported ${dataset.count} rows, ${dataset.report.rejected.length} rejected`, start, used);
  console.log(`rows read during the second half of a pause of ${PAUSE_MS / 1000} s: ${during}`);
  const [again, usedAgain] = [performance.now(), process.cpuUsage()];
  const { dataset: same } = await imported(1, {});
  told(`imported again, ${same.digest === dataset.digest ? 'the same' : 'something else'}`, again, usedAgain);
  const [third, usedThird] = [performance.now(), process.cpuUsage()];
  const ended = await imported(2, { cancel: some }).then(
    () => 'it was not cancelled',
    (cause: unknown) => (cause instanceof Error ? cause.message : String(cause)),
  );
  told(`cancelled after ${some} rows ("${ended}")`, third, usedThird);
  const left = readdirSync(join(workspace, 'incoming')).length;
  console.log(`files left in the workspace's incoming folder: ${left}; size of the source: ${Math.round((values.kind === 'csv' ? statSync(join(folder, 'large.csv')).size : bytes) / 2 ** 20)} MiB`); // prettier-ignore
} finally {
  for (const path of [folder, workspace]) rmSync(path, { recursive: true, force: true });
}
