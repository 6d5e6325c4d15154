import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { MetricPoint } from '../../preload/contract/vocabulary.ts';
import { decodeCheckpoint } from '../../main/engine/checkpoint.ts';
import { parseJournal } from '../../main/runs/journalFormat.ts';
import type { PredictionsHeader, PretrainJob } from '../../main/runs/protocol.ts';
import { folder, ForkedTrainer, tinyFiles, tinyJob } from './job.ts';

const started: ForkedTrainer[] = [];
const trainer = (env: Readonly<Record<string, string>> = {}): ForkedTrainer => {
  const forked = new ForkedTrainer(env);
  started.push(forked);
  return forked;
};
afterEach(async () => {
  for (const forked of started.splice(0)) {
    forked.child.kill('SIGKILL');
    await forked.exit();
  }
});

/** A tiny run to its end; answers where it wrote. */
async function finishedRun(changes = {}) {
  const directory = folder();
  const dataset = tinyFiles(directory);
  const job = tinyJob(directory, dataset, changes);
  const forked = trainer();
  await forked.until('ready');
  forked.send({ type: 'job', job });
  const finished = await forked.until('finished');
  return { directory, dataset, job, forked, finished };
}

/** A job of six steps an epoch that ends only when it is told to. */
function longJob(directory: string): PretrainJob {
  const job = tinyJob(directory, tinyFiles(directory), {
    epochs: 20_000,
    monitor: { everyEpochs: 5000, bankSize: 64 },
    checkpoint: { everyEpochs: 5000, keep: 2 },
  });
  const { evaluate } = job.config;
  const rare = { ...evaluate, knn: { ...evaluate.knn, everyEpochs: 5000 } };
  return { ...job, config: { ...job.config, evaluate: rare } };
}

describe('a pretraining job in a process of its own', () => {
  it('says what happens in order, journals every point before it sends it, and leaves whole files', async () => {
    const { directory, forked, finished } = await finishedRun();
    const types = forked.said.map(({ type }) => type).filter((type) => type !== 'heartbeat');
    expect(types.slice(0, 3)).toEqual(['ready', 'engine', 'state']);
    expect(types.at(-1)).toBe('finished');
    expect(finished.results.knnAccuracy).toBeGreaterThan(0.5);
    const sent = forked.said.flatMap((message) => (message.type === 'points' ? message.points : []));
    expect(sent.map(({ seq }) => seq)).toEqual(sent.map((_, i) => i));
    expect(parseJournal(readFileSync(join(directory, 'points.journal'), 'utf8'))).toEqual(sent);
    const written = readdirSync(directory)
      .filter((name) => name.endsWith('.ckpt'))
      .sort();
    expect(written).toEqual(['checkpoint-final-12-2.ckpt', 'checkpoint-periodic-0-0.ckpt', 'checkpoint-periodic-12-2.ckpt', 'checkpoint-periodic-6-1.ckpt']); // prettier-ignore
    expect(readdirSync(directory).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    forked.send({ type: 'exit' });
    expect(await forked.exit()).toBe(0);
  });

  it('shows every step it compiles where that is asked for', async () => {
    const directory = folder();
    const graphs = join(directory, 'graphs');
    const forked = trainer({ PRETEXT_DUMP_GRAPH: graphs });
    await forked.until('ready');
    forked.send({ type: 'job', job: tinyJob(directory, tinyFiles(directory)) });
    await forked.until('finished');
    const files = readdirSync(graphs);
    expect(
      files.filter((file) => file.endsWith('.onnx')).map((file) => file.replace('.onnx', '.txt')),
    ).toEqual(files.filter((file) => file.endsWith('.txt')));
    const training = files.find((file) => file.endsWith('.txt') && readFileSync(join(graphs, file), 'utf8').includes('Conv2DFilterGradient(')); // prettier-ignore
    expect(training).toBeDefined();
  });

  it('killed at a moment of chance, goes on from its last checkpoint to the same weights', async () => {
    const whole = await finishedRun();
    const final = (directory: string) =>
      decodeCheckpoint(readFileSync(join(directory, 'checkpoint-final-12-2.ckpt'))).tensors;
    const directory = folder();
    const dataset = tinyFiles(directory);
    const first = trainer();
    await first.until('ready');
    first.send({ type: 'job', job: tinyJob(directory, dataset) });
    const { file } = await first.until('checkpoint', ({ step }) => step === 6);
    first.child.kill('SIGKILL');
    await first.exit();
    const journal = parseJournal(readFileSync(join(directory, 'points.journal'), 'utf8'));
    const received = first.said.flatMap((message) => (message.type === 'points' ? message.points : []));
    expect(journal.slice(0, received.length)).toEqual(received);
    const second = trainer();
    await second.until('ready');
    const resumeFrom = { digest: 'x', path: file.path, size: 1 };
    second.send({
      type: 'job',
      job: { ...tinyJob(directory, dataset), resumeFrom, nextSeq: journal.length },
    });
    await second.until('finished');
    expect(final(directory)).toEqual(final(whole.directory));
    const points = second.said.flatMap((message) => (message.type === 'points' ? message.points : []));
    expect(points[0]?.seq).toBe(journal.length);
    const losses = (list: readonly MetricPoint[]) =>
      list.filter(({ metric, step }) => metric === 'loss' && step > 6).map(({ value }) => value);
    expect(losses(points)).toEqual(
      losses(whole.forked.said.flatMap((m) => (m.type === 'points' ? m.points : []))),
    );
  });

  it.each(['training', 'paused'])(
    'asked to leave while %s, saves where it stands and does not probe',
    async (how) => {
      const directory = folder();
      const forked = trainer();
      await forked.until('ready');
      forked.send({ type: 'job', job: longJob(directory) });
      await forked.until('points', ({ points }) => points.some(({ metric }) => metric === 'loss'));
      if (how === 'paused') {
        forked.send({ type: 'pause' });
        await forked.until('state', ({ state }) => state === 'paused');
      }
      forked.send({ type: 'leave' });
      await forked.until('left');
      const saved = forked.said.flatMap((message) => (message.type === 'checkpoint' ? [message] : [])).at(-1);
      const { header } = decodeCheckpoint(readFileSync(saved?.file.path ?? ''));
      const journal = parseJournal(readFileSync(join(directory, 'points.journal'), 'utf8'));
      expect(saved?.final).toBe('periodic');
      expect(header).toMatchObject({ step: saved?.step, epoch: Math.floor(header.step / 6), probe: null });
      expect(header.stepInEpoch).toBe(header.step % 6);
      expect(Math.max(...journal.map(({ step }) => step))).toBe(header.step);
      expect(forked.said.some(({ type }) => type === 'finished')).toBe(false);
      forked.send({ type: 'exit' });
      expect(await forked.exit()).toBe(0);
    },
  );

  it('pauses, lives on, resumes and stops with its work kept', async () => {
    const directory = folder();
    const forked = trainer();
    await forked.until('ready');
    forked.send({ type: 'job', job: longJob(directory) });
    await forked.until('points', ({ points }) => points.some(({ metric }) => metric === 'loss'));
    forked.send({ type: 'pause' });
    await forked.until('state', ({ state }) => state === 'paused');
    const before = forked.said.length;
    await new Promise((resolve) => setTimeout(resolve, 2500));
    const meanwhile = forked.said.slice(before).map(({ type }) => type);
    expect(meanwhile.length).toBeGreaterThanOrEqual(2);
    expect(new Set(meanwhile)).toEqual(new Set(['heartbeat']));
    forked.send({ type: 'resume' });
    forked.send({ type: 'stop' });
    const finished = await forked.until('finished');
    expect(finished.stopped).toBe(true);
    const checkpoint = await forked.until('checkpoint', ({ final }) => final === 'stopped');
    expect(decodeCheckpoint(readFileSync(checkpoint.file.path)).header.probe).not.toBeNull();
  });

  it('says why a job failed and serves the next one', async () => {
    const directory = folder();
    const forked = trainer();
    await forked.until('ready');
    const job = tinyJob(directory, tinyFiles(directory), { target: 'age' });
    forked.send({ type: 'job', job });
    const { error } = await forked.until('failed');
    expect(error).toMatchObject({
      code: 'invalidConfig',
      message: expect.stringContaining('no target age') as string,
    });
    forked.send({
      type: 'job',
      job: { ...tinyJob(directory, tinyFiles(directory), { epochs: 1 }), id: 'second' },
    });
    expect((await forked.until('finished')).job).toBe('second');
  });

  it('leaves when its parent is gone', async () => {
    const forked = trainer();
    await forked.until('ready');
    forked.child.disconnect();
    expect(await forked.exit()).toBe(0);
  });
});

it('leaves nothing among the temporary and cached files of the user, and so reports to nobody', async () => {
  const [temporary, cached] = [folder(), folder()];
  const places = { TMPDIR: temporary, XDG_CACHE_HOME: cached, HOME: cached };
  const forked = trainer({ ...places, ORT_DISABLE_TELEMETRY: '' });
  await forked.until('ready');
  const directory = folder();
  forked.send({ type: 'job', job: tinyJob(directory, tinyFiles(directory), { epochs: 1 }) });
  await forked.until('finished');
  expect([...readdirSync(temporary), ...readdirSync(cached)]).toEqual([]);
});

describe('the other jobs', () => {
  it('predict writes truth, predictions, scores and representations of a split', async () => {
    const { directory, dataset, job, forked } = await finishedRun();
    const path = join(directory, 'checkpoint-final-12-2.ckpt');
    const checkpoint = { digest: 'x', path, size: 1 };
    const predict = { kind: 'predict', id: 'p', config: job.config, dataset, checkpoint, directory } as const;
    forked.send({ type: 'job', job: { ...predict, split: 'validation', representations: true } });
    const { predictions, representations } = await forked.until('predicted');
    const bytes = readFileSync(predictions.path);
    const end = bytes.indexOf(10) + 1;
    const header = JSON.parse(bytes.subarray(0, end).toString()) as PredictionsHeader;
    expect(header).toMatchObject({
      n: 24,
      target: 'place',
      classes: ['left', 'right', 'both'],
      split: 'validation',
    });
    expect(bytes.length).toBe(end + 24 * (4 + 2 + 2 + 4 * 3));
    const body = bytes.subarray(end);
    expect(body.readUInt32LE(0)).toBe(72);
    const right = Array.from(
      { length: 24 },
      (_, i) => body.readInt16LE(96 + 2 * i) === body.readInt16LE(144 + 2 * i),
    );
    const accuracy = right.filter(Boolean).length / 24;
    const { results } = await forked.until('finished');
    expect(accuracy).toBeCloseTo(results.linearAccuracy ?? NaN, 12);
    const npy = readFileSync(representations?.path ?? '');
    expect(npy.subarray(0, 6).toString('latin1')).toBe('\x93NUMPY');
    expect(npy.toString('latin1', 10, 128)).toContain("'shape': (24, 16)");
    expect(npy.length).toBe(128 + 24 * 16 * 4);
    forked.send({ type: 'job', job: { ...predict, id: 'q', split: 'audit', representations: false } });
    expect((await forked.until('predicted', (answer) => answer.job === 'q')).representations).toBeNull();
  });

  it('predict refuses a checkpoint without a probe', async () => {
    const { directory, dataset, job, forked } = await finishedRun({ epochs: 1 });
    const checkpoint = { digest: 'x', path: join(directory, 'checkpoint-periodic-0-0.ckpt'), size: 1 };
    forked.send({ type: 'job', job: { kind: 'predict', id: 'p', config: job.config, dataset, checkpoint, directory, split: 'validation', representations: false } }); // prettier-ignore
    expect((await forked.until('failed')).error.code).toBe('conflict');
  });

  it('preview, estimate and doctor answer from one warm process', async () => {
    const directory = folder();
    const dataset = tinyFiles(directory);
    const forked = trainer();
    await forked.until('ready');
    const views = [
      {
        id: 'colourJitter',
        params: { brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1, p: 1 },
        enabled: true,
      },
    ];
    const preview = {
      kind: 'preview',
      id: 'v1',
      dataset,
      indices: [3, 0, 7],
      views,
      count: 2,
      seed: 5,
    } as const;
    forked.send({ type: 'job', job: preview });
    const first = await forked.until('previewed');
    expect(first.views.map(({ count, data }) => [count, data.length])).toEqual([[3, 576], [3, 576]]); // prettier-ignore
    expect(first.views[0]?.data).not.toEqual(first.views[1]?.data);
    forked.send({ type: 'job', job: { ...preview, id: 'v2' } });
    const second = await forked.until('previewed', ({ job }) => job === 'v2');
    expect(second.views).toEqual(first.views);
    expect(second.milliseconds).toBeLessThan(first.milliseconds);
    forked.send({
      type: 'job',
      job: { kind: 'estimate', id: 'e', config: tinyJob(directory, dataset).config, dataset, measure: true },
    });
    const { estimate } = await forked.until('estimated');
    expect(estimate).toMatchObject({ stepsPerEpoch: 6, measured: true });
    expect(estimate.parameters).toBeGreaterThan(1000);
    expect(estimate.stepMs).toBeGreaterThan(0);
    forked.send({ type: 'job', job: { kind: 'doctor', id: 'd' } });
    const { engines } = await forked.until('diagnosed');
    expect(engines.find(({ id }) => id === 'onnx')?.works).toBe(true);
  });
});
