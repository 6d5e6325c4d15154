import { AppError } from '../../preload/contract/errors.ts';
import type { Baseline, MetricPoint, RunResults } from '../../preload/contract/vocabulary.ts';
import { Rng } from '../core/rng.ts';
import { collapseAlarms } from './alarms.ts';
import { type CheckpointHeader, encodeCheckpoint } from './checkpoint.ts';
import { headEvaluation, linearEvaluation, type LinearFinding } from './evaluation.ts';
import { finetuneResults } from './finetuneResults.ts';
import type { Preparation } from './layout.ts';
import { isOverflow, nextLossScale } from './lossScale.ts';
import type { HostTensor, HostTensors, SslMethod } from './method.ts';
import { METRICS } from './metricNames.ts';
import { type KnnFinding, knnMetrics } from './monitors.ts';
import { onlineProbeOf } from './probes/online.ts';
import type { PretrainEvent, PretrainHost, PretrainTask } from './pretrainEvents.ts';
import { prepareRun, type PreparedRun } from './pretrainRun.ts';
import { entryOf, methods } from './registries.ts';
import { scalarInputs } from './trainingStep.ts';

/** A loss this many times the first step's (or 1, if that is more) counts as exploded. */
const EXPLODED = 1000;
/** Where the statistics that evaluation normalises by come from. */
const BATCH_NORM: Readonly<Record<Baseline | 'pretraining' | 'finetuning', string>> = {
  pretraining: 'evaluation mode: running statistics of pretraining',
  finetuning: 'evaluation mode: running statistics as fine-tuning left them',
  supervisedTwin: 'evaluation mode: running statistics of supervised training',
  randomEncoder: 'evaluation mode: running statistics of the pretrain split under random weights',
};

type Events = AsyncGenerator<PretrainEvent, void, void>;

/**
 * The loop: look, train an epoch, look, save, and so on; then probe. Every random choice follows from the seed through named streams, and
 * a resumed run goes through the same states as one that was never interrupted.
 * @throws AppError engine if the loss stops being a number or explodes; what was saved before stays
 */
export async function* pretrain(task: PretrainTask, host: PretrainHost): Events {
  const run = await prepareRun(task, host);
  const { position } = run;
  try {
    yield* opening(run);
    let end: 'stop' | 'leave' | null = null;
    while (position.epoch < task.config.epochs && end === null) {
      if (position.stepInEpoch === 0) await epochStart(run);
      while (position.stepInEpoch < run.stepsPerEpoch && end === null) {
        yield* pauseIfWished(host);
        const wish = host.wish();
        end = wish === 'stop' || wish === 'leave' ? wish : null;
        if (end === null) yield* trainingStepEvents(run);
      }
      if (end === null) yield* epochEnd(run);
    }
    if (host.wish() === 'leave') yield* leaving(run, end === 'leave');
    else yield* closing(run, end === 'stop');
  } finally {
    await run.dispose();
  }
}

/** Measures the run's own start, to which alarms and results compare, and saves it: even the first epoch can be resumed or fallen back on. */
async function* opening(run: PreparedRun): Events {
  const { position, task } = run;
  yield { type: 'progress', progress: progressOf(run, 'preparing', null), cost: run.cost() };
  if (position.references !== null) {
    yield { type: 'log', level: 'info', text: `Goes on at epoch ${position.epoch}, step ${position.step}.` };
    return;
  }
  position.references = await run.monitors.look(position.step);
  const knn = await run.monitors.knn(position.step);
  position.anchors = {
    untrainedKnnAccuracy: knn.overall,
    rawPixelKnnAccuracy: await run.monitors.rawInputKnn(),
  };
  yield points(run, { ...position.references, ...knnMetrics(knn) });
  const dropped = run.samples.length - run.stepsPerEpoch * task.config.batchSize;
  yield {
    type: 'log',
    level: 'info',
    text: `${run.samples.length} samples, ${run.stepsPerEpoch} steps an epoch, ${dropped} left out of each epoch's last batch; ${run.parameters} parameters.`,
  };
  yield await checkpoint(run, 'periodic', {}, null);
}

async function* pauseIfWished(host: PretrainHost): Events {
  if (host.wish() !== 'pause') return;
  yield { type: 'state', state: 'paused' };
  await host.untilResumed();
  yield { type: 'state', state: 'running' };
}

/** Lets a method renew what it makes of all samples at once. */
async function epochStart({
  engine,
  state,
  setup,
  encoder,
  samples,
  position,
  task,
}: PreparedRun): Promise<void> {
  const { config, data } = task;
  const changed = await setup.method.beforeEpoch?.({
    engine,
    tensors: await state.read(),
    epoch: position.epoch,
    rng: Rng.stream(config.seed, `method/${position.epoch}`),
    embed: async () =>
      (await encoder.encode(samples.length, (start, end) => data.read(samples.subarray(start, end)))).z,
  });
  if (changed) await state.write(changed);
}

/** One optimiser update with its points. */
async function* trainingStepEvents(run: PreparedRun): Events {
  const { position, setup, task, host } = run;
  const step = await run.stepOf(position.epoch);
  const begun = host.clock();
  const factor = run.schedule.factor(
    task.config.schedule.params,
    position.step,
    run.totalSteps,
    run.stepsPerEpoch,
  );
  const learningRate = setup.optimizer.learningRate(task.config.optimizer.params) * factor;
  const batch = await run.batches.next();
  const progress = position.step / run.totalSteps;
  const { lossScale } = position;
  const scalars = scalarInputs(setup, {
    learningRate,
    step: position.step + 1,
    progress,
    ...(lossScale === null ? {} : { lossScale: lossScale.scale }),
  });
  const ready = host.clock();
  const outputs = scalarsOf(await step.run(run.state, { ...batch.inputs, ...scalars }));
  const seconds = Math.max(1e-9, host.clock() - begun);
  const overflowed = lossScale !== null && isOverflow(lossScale, outputs[METRICS.gradientNorm]);
  if (!overflowed) refuseDivergence(run, outputs);
  position.lossScale = lossScale === null ? null : nextLossScale(lossScale, overflowed);
  position.step += 1;
  position.stepInEpoch += 1;
  position.views = batch.views;
  run.waiting.data += ready - begun;
  run.waiting.total += seconds;
  const samplesPerSecond = setup.batchSize / seconds;
  const waitingForData = (ready - begun) / seconds;
  // A step that overflowed was left out: its infinite numbers say nothing.
  const found = overflowed ? {} : outputs;
  const scale = lossScale === null ? {} : { [METRICS.lossScale]: lossScale.scale };
  yield points(run, {
    ...found,
    ...scale,
    [METRICS.learningRate]: learningRate,
    samplesPerSecond,
    waitingForData,
  });
  yield { type: 'progress', progress: progressOf(run, 'pretraining', samplesPerSecond), cost: run.cost() };
}

function scalarsOf(outputs: HostTensors): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data[0] as number]));
}

function refuseDivergence(run: PreparedRun, outputs: Readonly<Record<string, number>>): void {
  const { position } = run;
  const loss = outputs[METRICS.loss] ?? NaN;
  position.firstLoss ??= loss;
  const limit = EXPLODED * Math.max(1, Math.abs(position.firstLoss));
  const culprit = [METRICS.loss, METRICS.gradientNorm].find((name) => !Number.isFinite(outputs[name]));
  const reason = culprit
    ? `${culprit} became ${outputs[culprit]}`
    : Math.abs(loss) > limit
      ? `the loss exploded to ${loss}`
      : null;
  if (reason === null) return;
  throw new AppError({
    code: 'engine',
    message: `Training stopped at step ${position.step + 1} of epoch ${position.epoch + 1}: ${reason}.`,
    hint: 'The last checkpoint is from before. Lower the learning rate or lengthen the warm-up, and start again.',
  });
}

async function* epochEnd(run: PreparedRun): Events {
  const { position, task, host } = run;
  const { config } = task;
  position.epoch += 1;
  position.stepInEpoch = 0;
  const due = (every: number): boolean => every > 0 && position.epoch % every === 0;
  if (due(config.monitor.everyEpochs)) {
    const values = await run.monitors.look(position.step);
    const peak = host.peakMemory();
    const online = config.monitor.onlineProbe === true ? onlineProbeOf(await run.state.read()) : null;
    yield points(run, {
      ...values,
      ...(peak === null ? {} : { [METRICS.peakMemory]: peak }),
      ...(online === null ? {} : await run.monitors.online(position.step, online)),
    });
    const alarms = collapseAlarms(values, position.references ?? {}, position.firedAlarms, {
      step: position.step,
      epoch: position.epoch,
    });
    position.firedAlarms = [...position.firedAlarms, ...alarms.map(({ monitor }) => monitor)];
    for (const alarm of alarms) yield { type: 'alarm', alarm };
  }
  // The last epoch's vote is part of the results.
  if (due(config.evaluate.knn.everyEpochs) && position.epoch < config.epochs)
    yield points(run, knnMetrics(await run.monitors.knn(position.step)));
  if (due(config.checkpoint.everyEpochs) || position.epoch === config.epochs)
    yield await checkpoint(run, 'periodic', {}, null);
}

/** Saves where training stands; after the last step of all that was done already. */
async function* leaving(run: PreparedRun, amidst: boolean): Events {
  if (amidst) yield await checkpoint(run, 'periodic', {}, null);
  yield { type: 'left' };
}

/** Says how much of the steps' time went by while they waited for samples. */
function* waitingLine({ waiting: { data, total } }: PreparedRun): Generator<PretrainEvent, void, void> {
  if (total === 0) return;
  const share = ((100 * data) / total).toFixed(1);
  yield { type: 'log', level: 'info', text: `The steps waited for samples ${share}% of their time.` };
}

/** Probes the frozen representation and saves it together with the linear probe. */
async function* closing(run: PreparedRun, stopped: boolean): Events {
  const { task, position } = run;
  const { target } = task.data;
  yield* waitingLine(run);
  yield { type: 'progress', progress: progressOf(run, 'kNN vote', null), cost: run.cost() };
  const knn = await run.monitors.knn(position.step);
  yield points(run, knnMetrics(knn));
  yield { type: 'progress', progress: progressOf(run, 'linear probe', null), cost: run.cost() };
  const linear = task.config.finetune
    ? await headEvaluation(run.encoder, task.data, await run.state.read())
    : await linearEvaluation(run.engine, run.encoder, task.data, task.config);
  yield await checkpoint(run, stopped ? 'stopped' : 'final', linear.tensors, {
    target: target.name,
    classes: target.classes,
  });
  const cost = run.cost();
  yield { type: 'progress', progress: progressOf(run, 'done', null), cost };
  yield { type: 'finished', stopped, results: await resultsOf(run, knn, linear), cost };
}

async function resultsOf(run: PreparedRun, knn: KnnFinding, linear: LinearFinding): Promise<RunResults> {
  const { config } = run.task;
  const { anchors } = run.position;
  const tuned = config.finetune !== undefined;
  const { baseline } = tuned ? {} : entryOf<SslMethod>(methods, config.method.id, 'method');
  return {
    knnAccuracy: knn.overall,
    knnByGroup: knn.groups,
    knnByClass: knn.classes,
    linearAccuracy: linear.overall,
    linearByGroup: linear.groups,
    linearByClass: linear.classes,
    untrainedKnnAccuracy: anchors?.untrainedKnnAccuracy ?? null,
    rawPixelKnnAccuracy: anchors?.rawPixelKnnAccuracy ?? null,
    batchNormMode: BATCH_NORM[baseline ?? (tuned ? 'finetuning' : 'pretraining')],
    ...(baseline === undefined ? {} : { baseline }),
    parameters: run.parameters,
    ...(tuned ? { finetune: await finetuneResults(run, linear) } : {}),
  };
}

function points(run: PreparedRun, values: Readonly<Record<string, number>>): PretrainEvent {
  const { step, epoch, stepInEpoch } = run.position;
  const at = { step, epoch: epoch + stepInEpoch / run.stepsPerEpoch, time: run.elapsed() };
  return {
    type: 'points',
    points: Object.entries(values).map(([metric, value]): MetricPoint => ({ metric, ...at, value })),
  };
}

function progressOf(run: PreparedRun, phase: string, samplesPerSecond: number | null) {
  const { position, totalSteps, task } = run;
  const left = (totalSteps - position.step) * task.config.batchSize;
  return {
    step: position.step,
    totalSteps,
    epoch: position.epoch,
    totalEpochs: task.config.epochs,
    phase,
    etaSeconds: samplesPerSecond === null ? null : left / samplesPerSecond,
    samplesPerSecond,
  };
}

/** Whether there is nothing to know of how samples became numbers. */
function isPlain(preparation: Preparation): boolean {
  return preparation.kind === 'image' && preparation.captions === undefined;
}

async function checkpoint(
  run: PreparedRun,
  kind: 'periodic' | 'final' | 'stopped',
  probe: Readonly<Record<string, HostTensor>>,
  probeHeader: CheckpointHeader['probe'],
): Promise<PretrainEvent> {
  const { views, ...position } = run.position;
  const header: CheckpointHeader = {
    format: 'pretext-checkpoint',
    version: 1,
    datasetDigest: run.task.datasetDigest,
    ...position,
    streams: { views },
    cost: run.cost(),
    elapsedSeconds: run.elapsed(),
    probe: probeHeader,
    ...(isPlain(run.task.data.preparation) ? {} : { preparation: run.task.data.preparation }),
  };
  const tensors = { ...(await run.state.read()), ...probe };
  const { step, epoch } = position;
  return { type: 'checkpoint', bytes: encodeCheckpoint({ header, tensors }), step, epoch, kind };
}
