import type { CallArgs } from '../../preload/contract/calls.ts';
import { AppError } from '../../preload/contract/errors.ts';
import type {
  CheckpointRow,
  FinetuneEntry,
  FinetuneRow,
  GroupValue,
  RunConfig,
  RunId,
} from '../../preload/contract/vocabulary.ts';
import { configToYaml, parseConfigText, withSettings } from '../core/configText.ts';
import { parseConfig } from '../core/runConfig.ts';
import type { StoredRun } from '../store/index.ts';
import { configContext } from './configs.ts';
import { purposeOfRuns } from './consent/purpose.ts';
import type { ApiContext } from './context.ts';
import { ensureRuns, experimentNamed, type WantedRun } from './sweeps.ts';

/** Epochs and learning rate of fine-tuning where nothing else is said; AdamW, a cosine to 0, no augmentation. */
const EPOCHS = 20;
const LEARNING_RATE = 1e-3;
/** Few labels make short epochs: there are as many more of them as so many updates take. */
const UPDATES = 400;
/** Smallest batch that a config may have. */
const SMALLEST_BATCH = 4;
/** Smallest group that a worst group may be. */
const SUPPORT = 30;

type Launch = CallArgs<'finetune.launch'>;

/** Queues a sweep over fine-tuning strategies. @throws AppError before anything is queued */
export async function launchFinetuning(context: ApiContext, args: Launch) {
  const run = context.store.runs.get(args.run);
  const wanted = wantedRuns(context, run, trainedCheckpoint(run), args);
  const { purpose, override } = args;
  const consent = { store: context.store, storedDataset: context.storedDataset, now: context.host.now };
  const kept = await purposeOfRuns(consent, run.dataset, {
    purpose: purpose ?? run.provenance.purpose?.purpose ?? null,
    override: override ?? run.provenance.purpose?.override ?? null,
  });
  const experiment = experimentNamed(context, experimentOf(run));
  return { experiment, runs: await ensureRuns(context, wanted, experiment, kept) };
}

/** Fine-tunings of a run, and those from scratch beside them, are gathered under this name. */
function experimentOf({ id, name }: StoredRun): string {
  return `Fine-tuning of ${name} (${id})`;
}

function wantedRuns(
  context: ApiContext,
  run: StoredRun,
  checkpoint: CheckpointRow,
  { strategies, fractions, seeds, settings }: Launch,
): readonly WantedRun[] {
  const entries = context.catalog.finetunes ?? [];
  const chosen = strategies.length > 0 ? strategies.map((id) => entryOf(entries, id)) : entries;
  const each = chosen.flatMap((entry) =>
    fractions.flatMap((fraction) =>
      (seeds.length > 0 ? seeds : [run.seed]).map((seed) => ({ entry, fraction, seed })),
    ),
  );
  return each.flatMap(({ entry, fraction, seed }) => {
    const name = `${entry.title}, ${Number((100 * fraction).toFixed(3))}% of labels, seed ${seed}`;
    try {
      return [{ config: tuningConfig(context, run, checkpoint, { entry, fraction, seed, settings }), name }];
    } catch (cause) {
      // Asked for all, those that do not fit the encoder are left out; one that was named is refused.
      const unfit = cause instanceof AppError && cause.message.startsWith('finetune.strategy.id');
      if (strategies.length === 0 && unfit) return [];
      throw cause;
    }
  });
}

function entryOf(entries: readonly FinetuneEntry[], id: string): FinetuneEntry {
  const entry = entries.find((candidate) => candidate.id === id);
  if (entry) return entry;
  throw new AppError({
    code: 'usage',
    message: `There is no fine-tuning strategy ${JSON.stringify(id)}.`,
    hint: `Known: ${entries.map((candidate) => candidate.id).join(', ')}.`,
  });
}

interface Tuning {
  readonly entry: FinetuneEntry;
  readonly fraction: number;
  readonly seed: number;
  readonly settings: readonly string[];
}

/** The run's own config but for what is learnt, how, and from where. */
function tuningConfig(
  context: ApiContext,
  { id, config }: StoredRun,
  { digest }: CheckpointRow,
  { entry, fraction, seed, settings }: Tuning,
): RunConfig {
  const { maxSamples: _all, finetune: _none, ...own } = config;
  const labels = Math.floor(fraction * context.store.datasets.row(config.dataset).splits.probeTrain);
  const batchSize = Math.max(SMALLEST_BATCH, Math.min(config.batchSize, labels));
  const epochs = Math.max(EPOCHS, Math.ceil(UPDATES / Math.max(1, Math.floor(labels / batchSize))));
  const finetune = {
    ...(entry.pretrained ? { from: { run: id, checkpoint: digest } } : {}),
    strategy: { id: entry.id },
    labelFraction: fraction,
  };
  const names = configContext(context);
  const base = parseConfig(
    {
      ...own,
      method: { id: 'supervised' },
      views: [],
      optimizer: { id: 'adamW', params: { learningRate: LEARNING_RATE } },
      epochs,
      batchSize,
      seed,
      evaluate: { ...config.evaluate, knn: { ...config.evaluate.knn, everyEpochs: 0 } },
      monitor: { ...config.monitor, everyEpochs: epochs },
      checkpoint: { ...config.checkpoint, everyEpochs: Math.max(1, Math.round(epochs / 10)) },
      finetune,
    },
    names,
  );
  return settings.length === 0 ? base : parseConfigText(withSettings(configToYaml(base), settings), names);
}

function trainedCheckpoint({ name, status, checkpoints, config }: StoredRun): CheckpointRow {
  const trained = checkpoints.findLast(({ kind }) => kind !== 'periodic');
  if (config.finetune)
    throw new AppError({
      code: 'usage',
      message: `Run ${name} is a fine-tuning itself.`,
      hint: 'Fine-tune the run that it started from.',
    });
  if (trained) return trained;
  throw new AppError({
    code: 'conflict',
    message: `Run ${name} is ${status} and has no checkpoint of its end to fine-tune.`,
    hint: 'Let it finish, or stop it, which keeps its work.',
  });
}

/** Every fine-tuning of a run so far, in the order of strategies, shares of labels and seeds. */
export function finetuneTable({ store, catalog }: ApiContext, id: RunId): readonly FinetuneRow[] {
  const source = store.runs.get(id);
  const experiment = store.experiments.list().find(({ name }) => name === experimentOf(source));
  if (!experiment) return [];
  const entries = catalog.finetunes ?? [];
  const rows = store.runs
    .list({ archived: false, experiment: experiment.id })
    .map((row) => rowOf(store.runs.get(row.id), entries))
    .filter((row) => row !== null);
  const place = ({ strategy }: FinetuneRow): number => entries.findIndex((entry) => entry.id === strategy);
  return withChanges(rows).toSorted(
    (a, b) => place(a) - place(b) || a.labelFraction - b.labelFraction || a.seed - b.seed,
  );
}

type Row = Omit<FinetuneRow, 'worstGroupChange' | 'meanGapChange'>;

function rowOf(run: StoredRun, entries: readonly FinetuneEntry[]): Row | null {
  const { finetune } = run.config;
  if (!finetune) return null;
  const results = run.results?.finetune ?? null;
  return {
    run: run.id,
    name: run.name,
    status: run.status,
    reason: run.reason,
    strategy: finetune.strategy.id,
    title: entries.find(({ id }) => id === finetune.strategy.id)?.title ?? finetune.strategy.id,
    params: finetune.strategy.params,
    labelFraction: finetune.labelFraction,
    seed: run.seed,
    results,
    knnAccuracy: run.results?.knnAccuracy ?? null,
    ...gapsOf(results?.byGroup ?? []),
  };
}

/** Operational definitions of this program: a group's gap is its distance to the best group of the same feature; groups of 30 or more count. */
function gapsOf(groups: readonly GroupValue[]): Pick<FinetuneRow, 'worstGroup' | 'largestGap' | 'meanGap'> {
  const counted = groups.flatMap(({ feature, n, value }) =>
    n >= SUPPORT && value !== null ? [{ feature, value }] : [],
  );
  if (counted.length === 0) return { worstGroup: null, largestGap: null, meanGap: null };
  const gaps = counted.map(({ feature, value }) => {
    const own = counted.filter((other) => other.feature === feature).map((other) => other.value);
    return Math.max(...own) - value;
  });
  return {
    worstGroup: Math.min(...counted.map(({ value }) => value)),
    largestGap: Math.max(...gaps),
    meanGap: gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length,
  };
}

/** Compares every row with the linear head of the same seed and share of labels. */
function withChanges(rows: readonly Row[]): readonly FinetuneRow[] {
  return rows.map((row) => {
    const linear = rows.find(
      ({ strategy, seed, labelFraction }) =>
        strategy === 'linear' && seed === row.seed && labelFraction === row.labelFraction,
    );
    const change = (of: (row: Row) => number | null): number | null => {
      const [own, other] = [of(row), linear ? of(linear) : null];
      return own === null || other === null ? null : own - other;
    };
    return {
      ...row,
      worstGroupChange: change(({ worstGroup }) => worstGroup),
      meanGapChange: change(({ meanGap }) => meanGap),
    };
  });
}
