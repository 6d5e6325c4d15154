import { join } from 'node:path';
import { AppError } from '../../preload/contract/errors.ts';
import type { Audit, AuditDifference, Estimated, PrimaryMetric } from '../../preload/contract/vocabulary.ts';
import { writeOut } from './commands/options.ts';
import type { Session } from './session.ts';

/**
 * The main job without a window. Two imports of the built-in digits differ in one thing: in the first the colour follows the
 * label in the training splits, in the second it is independent. SimCLR learns from both; both are audited on the one audit
 * split whose colour is independent of the label. The encoder that saw correlated colours must lean on colour: its accuracy on
 * aligned minus conflicting examples is larger. Views change no colour, or they would take the answer away.
 */
const LIMIT = 12_000;
const CORRELATION = 0.95;
const INDEPENDENT = 0.5;

/** Declared before anything is trained. */
const PRIMARY: PrimaryMetric = {
  metric: 'accuracy',
  feature: 'alignment',
  group: 'aligned',
  reference: 'conflicting',
};

/** Small enough for 2 cores: eight runs in about two minutes. */
const SIZES = {
  encoder: { id: 'smallCnn', params: { width: 16 } },
  epochs: 3,
  maxSamples: 2500,
  batchSize: 64,
  optimizer: { id: 'sgdMomentum', params: { learningRate: 0.12 } },
  // Anchors that the demo does not need are kept small; no monitor looks between start and end.
  monitor: { everyEpochs: 3, bankSize: 512 },
  checkpoint: { everyEpochs: 3 },
  evaluate: { knn: { everyEpochs: 0 }, linear: { epochs: 30 } },
  engine: { threads: 1 },
};

/** The low temperature and the projector's batch norm are what lets so few steps learn shape besides colour. */
const SIMCLR = { id: 'simclr', params: { temperature: 0.2, projectorNorm: true } };

/** No colour jitter, no grayscale. */
const VIEWS = [{ id: 'resizedCrop', params: { scale: [0.5, 1] } }];

/** Runs at once: each trainer is one thread, so that two cores start, train and probe at the same time. */
const AT_ONCE = 2;

interface Digits {
  readonly correlated: string;
  readonly independent: string;
}

/** One seed's answer: how much more the correlated encoder leans on colour. */
export interface DemoAnswer {
  readonly seed: number;
  readonly correlated: Estimated | null;
  readonly independent: Estimated | null;
  readonly difference: Estimated;
  readonly excludesZero: boolean;
}

export interface DemoResult {
  readonly answers: readonly DemoAnswer[];
  readonly audit: string;
  readonly files: readonly string[];
  readonly workspace: string;
  readonly seconds: number;
}

/** Does the main job and writes the reports into a folder. @throws AppError if a step fails */
export async function runDemo(
  session: Session,
  seeds: readonly number[],
  folder: string,
): Promise<DemoResult> {
  const started = performance.now();
  const before = (await session.ask('settings.get', {}))['maxConcurrent'] ?? null;
  await session.ask('settings.set', { values: { maxConcurrent: AT_ONCE } });
  const digits = await importDigits(session);
  const { pairs, others } = await trainAll(session, digits, seeds);
  await session.ask('settings.set', { values: { maxConcurrent: before } });
  session.say('Auditing by group …');
  const audit = await auditOf(session, digits, 'Correlated or independent colour', [
    ...pairs.map(({ independent }) => independent),
    ...pairs.map(({ correlated }) => correlated),
  ]);
  const first = pairs[0] ? [pairs[0].independent, pairs[0].correlated] : [];
  const methods = await auditOf(session, digits, 'Three methods on correlated colour', [...first, ...others]);
  const files = [
    ...(await writeReports(session, audit, folder, 'report')),
    ...(await writeReports(session, methods, folder, 'methods')),
  ];
  const { path } = await session.ask('workspace.info', {});
  const answers = pairs.map((pair) => answerOf(audit, pair));
  return { answers, audit: audit.id, files, workspace: path, seconds: (performance.now() - started) / 1000 };
}

async function importDigits(session: Session): Promise<Digits> {
  const load = async (name: string, correlation: number): Promise<string> => {
    session.say(`Importing digits, ${name} …`);
    const options = { name, correlation, limit: LIMIT, seed: 1 };
    return session.finishJob(
      await session.ask('datasets.import', { path: 'builtin:coloured-digits', options }),
    );
  };
  return {
    correlated: await load('digits, colour correlated', CORRELATION),
    independent: await load('digits, colour independent', INDEPENDENT),
  };
}

interface Pair {
  readonly seed: number;
  readonly correlated: string;
  readonly independent: string;
}

/** SimCLR on both data sets per seed; rotation prediction and the supervised twin on the correlated one, once. */
async function trainAll(
  session: Session,
  digits: Digits,
  seeds: readonly number[],
): Promise<{ readonly pairs: readonly Pair[]; readonly others: readonly string[] }> {
  const { id: experiment } = await session.ask('experiments.create', { name: 'Demo' });
  const launch = async (
    dataset: string,
    method: typeof SIMCLR | string,
    seed: number,
    name: string,
  ): Promise<string> => {
    const config = {
      ...SIZES,
      dataset,
      method,
      views: VIEWS,
      seed,
      audit: { features: ['alignment', 'colour'], primary: PRIMARY },
    };
    const [run] = await session.ask('runs.launch', { config, experiment, name });
    if (run !== undefined) return run;
    throw new AppError({ code: 'internal', message: 'No run was launched.' });
  };
  const pairs: Pair[] = [];
  for (const seed of seeds) {
    const correlated = await launch(digits.correlated, SIMCLR, seed, `SimCLR, correlated, seed ${seed}`);
    const independent = await launch(digits.independent, SIMCLR, seed, `SimCLR, independent, seed ${seed}`);
    pairs.push({ seed, correlated, independent });
  }
  const seed = seeds[0] ?? 1;
  const others = [
    await launch(digits.correlated, 'rotation', seed, `Rotation, correlated, seed ${seed}`),
    await launch(digits.correlated, 'supervised', seed, `Supervised twin, correlated, seed ${seed}`),
  ];
  const ids = [...pairs.flatMap(({ correlated, independent }) => [correlated, independent]), ...others];
  session.say(`Training ${ids.length} encoders, ${AT_ONCE} at a time …`);
  const bad = (await session.finishRuns(ids)).find(({ status }) => status !== 'finished');
  if (bad)
    throw new AppError({
      code: 'engine',
      message: `${bad.name} ${bad.status}: ${bad.reason ?? 'no reason was given'}.`,
    });
  return { pairs, others };
}

async function auditOf(
  session: Session,
  { independent }: Digits,
  name: string,
  runs: string[],
): Promise<Audit> {
  const options = {
    features: ['alignment', 'colour'],
    intersections: false,
    primary: PRIMARY,
    positive: 'five or more',
  };
  const job = await session.ask('audits.create', { runs, dataset: independent, name, options });
  return session.ask('audits.get', { id: await session.finishJob(job) });
}

async function writeReports(
  session: Session,
  audit: Audit,
  folder: string,
  name: string,
): Promise<readonly string[]> {
  const write = async (format: string): Promise<string> => {
    const file = join(folder, `${name}.${format}`);
    await writeOut(file, (await session.ask('reports.export', { audit: audit.id, format })).data);
    return file;
  };
  return [await write('html'), await write('json')];
}

/** Correlated minus independent, paired over the examples of the split. */
function answerOf(audit: Audit, { seed, correlated, independent }: Pair): DemoAnswer {
  const difference = audit.differences.find(
    (row) => isPrimary(row) && row.run === correlated && row.baseline === independent,
  );
  if (!difference)
    throw new AppError({ code: 'internal', message: `The audit compares no pair of seed ${seed}.` });
  const primaryOf = (run: string): Estimated | null =>
    audit.models.find((model) => model.run === run)?.primary ?? null;
  const { low, high } = difference;
  const excludesZero = low !== null && high !== null && (low > 0 || high < 0);
  return {
    seed,
    correlated: primaryOf(correlated),
    independent: primaryOf(independent),
    difference,
    excludesZero,
  };
}

function isPrimary({ metric, disparity, group }: AuditDifference): boolean {
  return metric === PRIMARY.metric && disparity !== null && group?.[PRIMARY.feature] === PRIMARY.group;
}
