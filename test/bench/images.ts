import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { Rng } from '../../main/core/rng.ts';
import { importDataset } from '../../main/data/dataset.ts';
import { digest64 } from '../../main/data/digests.ts';
import { fsArtefactWriter } from '../../main/data/fsSink.ts';
import { openSource } from '../../main/data/fsSource.ts';
import { planImages } from '../../main/data/readers/imagePlan.ts';
import { readWhole } from '../../main/data/source.ts';
import { datasetFilesOf } from '../../main/data/stored.ts';
import { openPacked } from '../../main/trainer/datasetReader.ts';
import { storedIn } from '../data/fixtures.ts';

/**
 * Makes a folder of JPEGs (64 px, with EXIF and GPS), indexes it (digest, label, size), imports it and reads it in batches as a training
 * does: files per second, processor time per file and peak memory. Others may be at work on the machine: its load is told beside.
 */
const { values } = parseArgs({ options: { files: { type: 'string', default: '100000' } } });
/** Samples that a training step reads at once. */
const BATCH = 256;
const files = Number(values.files);
const folder = mkdtempSync(join(tmpdir(), 'pretext-images-'));
const workspace = mkdtempSync(join(tmpdir(), 'pretext-workspace-'));

async function photos(count: number): Promise<readonly Buffer[]> {
  const rng = Rng.stream(1, 'photos');
  return Promise.all(
    Array.from({ length: count }, () => {
      const coarse = Uint8Array.from({ length: 8 * 8 * 3 }, () => rng.below(256));
      return sharp(coarse, { raw: { width: 8, height: 8, channels: 3 } })
        .resize(64, 64)
        .withExif({ IFD0: { Copyright: 'somebody' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' } })
        .jpeg()
        .toBuffer();
    }),
  );
} // prettier-ignore

interface Start {
  readonly wall: number;
  readonly used: NodeJS.CpuUsage;
}

function begin(): Start {
  return { wall: performance.now(), used: process.cpuUsage() };
}

function report(what: string, { wall, used }: Start): void {
  const rate = Math.round((files / (performance.now() - wall)) * 1000);
  const { user, system } = process.cpuUsage(used);
  const each = ((user + system) / files / 1000).toFixed(3);
  const peak = Math.round(process.resourceUsage().maxRSS / 1024);
  const load = (loadavg()[0] ?? 0).toFixed(1);
  console.log(`${what}: ${rate} files/s, ${each} ms of processor per file, peak memory ${peak} MiB, load ${load} on ${availableParallelism()} cores`);
} // prettier-ignore

try {
  const made = await photos(500);
  for (let label = 0; label < 10; label++) mkdirSync(join(folder, `class${label}`));
  for (let i = 0; i < files; i++)
    writeFileSync(join(folder, `class${i % 10}`, `${i}.jpg`), Buffer.concat([made[i % 500] ?? Buffer.alloc(0), Buffer.from(String(i))])); // prettier-ignore
  const source = await openSource(folder);
  const index = begin();
  const { items } = await planImages(source, {});
  let bytes = 0;
  for (const { entry } of items) {
    const file = await readWhole(source, entry.path, 1 << 20);
    digest64(file);
    bytes += file.length;
  }
  report(`index of ${items.length} files, ${Math.round(bytes / 2 ** 20)} MiB`, index);
  const start = begin();
  const imported = await importDataset({
    path: folder,
    reader: null,
    options: {},
    writer: fsArtefactWriter(workspace),
    signal: new AbortController().signal,
    onProgress: () => {},
  });
  report(`import of ${imported.count} files`, start);
  for (const note of imported.report.notes) console.log(note);
  const dataset = await datasetFilesOf(storedIn(workspace, imported));
  const [height, width, channels] = dataset.shape;
  const reader = openPacked(dataset, height * width * channels);
  const order = Rng.stream(1, 'batches').permutation(imported.count);
  const streaming = begin();
  for (let at = 0; at < order.length; at += BATCH) reader.read(order.subarray(at, at + BATCH));
  reader.close();
  report(`an epoch in batches of ${BATCH} drawn at random`, streaming);
} finally {
  for (const path of [folder, workspace]) rmSync(path, { recursive: true, force: true });
}
