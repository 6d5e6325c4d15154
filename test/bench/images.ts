import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
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

/** Makes a folder of JPEGs (64 px, with EXIF and GPS), indexes it (digest, label, size) and imports it: files per second and peak memory. */
const { values } = parseArgs({ options: { files: { type: 'string', default: '100000' } } });
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

function report(what: string, start: number): void {
  const rate = Math.round((files / (performance.now() - start)) * 1000);
  const peak = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(`${what}: ${rate} files/s, peak memory ${peak} MiB`);
}

try {
  const made = await photos(500);
  for (let label = 0; label < 10; label++) mkdirSync(join(folder, `class${label}`));
  for (let i = 0; i < files; i++)
    writeFileSync(join(folder, `class${i % 10}`, `${i}.jpg`), Buffer.concat([made[i % 500] ?? Buffer.alloc(0), Buffer.from(String(i))])); // prettier-ignore
  const source = await openSource(folder);
  const index = performance.now();
  const { items } = await planImages(source, {});
  let bytes = 0;
  for (const { entry } of items) {
    const file = await readWhole(source, entry.path, 1 << 20);
    digest64(file);
    bytes += file.length;
  }
  report(`index of ${items.length} files, ${Math.round(bytes / 2 ** 20)} MiB`, index);
  const start = performance.now();
  const { report: told, count } = await importDataset({
    path: folder,
    reader: null,
    options: {},
    writer: fsArtefactWriter(workspace),
    signal: new AbortController().signal,
    onProgress: () => {},
  });
  report(`import of ${count} files`, start);
  for (const note of told.notes) console.log(note);
} finally {
  for (const path of [folder, workspace]) rmSync(path, { recursive: true, force: true });
}
