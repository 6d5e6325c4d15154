import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { readMatrix } from '../../main/audits/representation/matrixFile.ts';
import { folder, ForkedTrainer, tinyFiles, tinyJob } from './job.ts';

const started: ForkedTrainer[] = [];
afterEach(async () => {
  for (const forked of started.splice(0)) {
    forked.child.kill('SIGKILL');
    await forked.exit();
  }
});

it(
  'writes representations and embeddings of the trained and the untrained networks and of two views, and the raw input',
  { timeout: 60_000 },
  async () => {
    const directory = folder();
    const dataset = tinyFiles(directory);
    const job = tinyJob(directory, dataset);
    const forked = new ForkedTrainer();
    started.push(forked);
    forked.send({ type: 'job', job });
    await forked.until('finished');
    const checkpoint = { digest: 'x', path: join(directory, 'checkpoint-final-12-2.ckpt'), size: 1 };
    const asked = {
      id: 'p',
      config: job.config,
      dataset,
      checkpoint,
      directory,
      split: 'validation',
    } as const;
    forked.send({ type: 'job', job: { kind: 'represent', ...asked } });
    const { layers, rawInput } = await forked.until('represented');
    expect(layers.map(({ layer }) => layer)).toEqual(['representation', 'embedding']);

    const [h] = layers;
    const shapes = [];
    for (const path of [h?.path, h?.untrained, ...(h?.views ?? []), layers[1]?.path, rawInput]) {
      const { matrix } = await readMatrix(path ?? '');
      shapes.push([matrix.rows, matrix.columns]);
    }
    const raw = dataset.shape[0] * dataset.shape[1] * dataset.shape[2];
    expect(shapes).toEqual([[24, 16], [24, 16], [24, 16], [24, 16], [24, expect.any(Number)], [24, raw]]); // prettier-ignore
    const contents = [h?.path, h?.untrained, ...(h?.views ?? [])].map((path) =>
      readFileSync(path ?? '').toString('base64'),
    );
    expect(new Set(contents).size).toBe(4);

    // The trained one is what predictions are made of.
    forked.send({ type: 'job', job: { kind: 'predict', ...asked, id: 'q', representations: true } });
    const { representations } = await forked.until('predicted');
    expect(readFileSync(representations?.path ?? '').equals(readFileSync(h?.path ?? ''))).toBe(true);
  },
);
