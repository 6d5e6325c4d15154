import type { CallArgs } from '../../preload/contract/calls.ts';
import { AppError } from '../../preload/contract/errors.ts';
import type {
  ExportedFile,
  RunResults,
  SensitivityReport,
  SensitivitySlope,
} from '../../preload/contract/vocabulary.ts';
import { type CsvCell, csvText } from '../audits/formats/csvText.ts';
import { valueAt, withValueAt } from '../core/knob.ts';
import { parseConfig } from '../core/runConfig.ts';
import { type SensitivitySubject, sensitivityOf } from '../fairness/sensitivity.ts';
import type { StoredRun } from '../store/index.ts';
import { configContext, readConfig, refuseHopeless } from './configs.ts';
import { purposeOfRuns } from './consent/purpose.ts';
import type { ApiContext } from './context.ts';
import { ensureRuns, experimentNamed } from './sweeps.ts';

/** Fewest levels and seeds from which a slope and its noise can be told. */
const LEVELS = 5;
const SEEDS = 3;

type Report = CallArgs<'sensitivity.report'>;

/** Queues one run per level and seed. @throws AppError before anything is queued */
export async function launchSensitivity(context: ApiContext, args: CallArgs<'sensitivity.launch'>) {
  const { knob, purpose, override } = args;
  const levels = [...new Set(args.levels)].sort((a, b) => a - b);
  const seeds = [...new Set(args.seeds)];
  if (levels.length < LEVELS || seeds.length < SEEDS)
    throw new AppError({
      code: 'usage',
      message: `A sensitivity sweep has ${levels.length} levels and ${seeds.length} seeds, but slopes with intervals need ${LEVELS} levels and ${SEEDS} seeds.`,
      hint: 'Give more of them, with commas between them.',
    });
  const { config } = readConfig(context, args.config);
  const wanted = seeds.flatMap((seed) =>
    levels.map((level) => {
      const own = parseConfig(withValueAt({ ...config, seed }, knob, level), configContext(context));
      refuseHopeless(context, own);
      return { config: own, name: `${knob} ${level}, seed ${seed}` };
    }),
  );
  const consent = { store: context.store, storedDataset: context.storedDataset, now: context.host.now };
  const kept = await purposeOfRuns(consent, config.dataset, { purpose, override });
  const title = `Sensitivity of ${config.method.id} to ${knob}`;
  const experiment = args.experiment ?? experimentNamed(context, title);
  return { experiment, runs: await ensureRuns(context, wanted, experiment, kept) };
}

/** Slopes over the levels, of an experiment's runs that have ended. @throws AppError notFound if none of them has the knob */
export function sensitivityReport(
  { store }: ApiContext,
  { experiment, knob, measure }: Report,
): SensitivityReport {
  const all = store.runs
    .list({ archived: false, experiment: store.experiments.get(experiment).id })
    .map(({ id }) => store.runs.get(id))
    .filter(({ config }) => typeof valueAt(config, knob) === 'number');
  if (all.length === 0)
    throw new AppError({
      code: 'notFound',
      message: `No run of this experiment has a number under ${knob}.`,
      hint: 'Name the experiment and the knob of a sensitivity sweep.',
    });
  const ended = all.filter(({ results }) => results !== null);
  const levels = [...new Set(ended.map((run) => levelOf(run, knob)))].sort((a, b) => a - b);
  const seeds = [...new Set(ended.map(({ seed }) => seed))].sort((a, b) => a - b);
  return {
    experiment,
    knob,
    measure,
    levels,
    seeds,
    missing: all
      .filter(({ results }) => results === null)
      .map(({ id, status, reason }) => ({ run: id, status, reason })),
    slopes: sensitivityOf(subjectsOf(ended, knob, measure)),
    notes: notesOf(all, ended, levels.length, seeds.length, knob),
  };
}

function levelOf({ config }: StoredRun, knob: string): number {
  return valueAt(config, knob) as number;
}

/** What is measured: overall, then the classes, then the groups, in the order of the first run. */
function subjectsOf(
  runs: readonly StoredRun[],
  knob: string,
  measure: SensitivityReport['measure'],
): readonly SensitivitySubject[] {
  const [first] = runs;
  if (!first?.results) return [];
  const { classes, groups } = partsOf(first.results, measure);
  const points = (of: (results: RunResults) => number | null) =>
    runs.map((run) => ({
      run: run.id,
      level: levelOf(run, knob),
      seed: run.seed,
      value: run.results ? of(run.results) : null,
    }));
  return [
    {
      ...{ kind: 'overall', feature: null, name: 'overall' },
      points: points((results) => partsOf(results, measure).overall),
    },
    ...classes.map(({ class: name }): SensitivitySubject => ({
      ...{ kind: 'class', feature: null, name },
      points: points(
        (results) => partsOf(results, measure).classes.find((row) => row.class === name)?.value ?? null,
      ),
    })),
    ...groups.map(({ feature, group }): SensitivitySubject => ({
      ...{ kind: 'group', feature, name: group },
      points: points(
        (results) =>
          partsOf(results, measure).groups.find((row) => row.feature === feature && row.group === group)
            ?.value ?? null,
      ),
    })),
  ];
}

function partsOf(results: RunResults, measure: SensitivityReport['measure']) {
  return measure === 'knn'
    ? { overall: results.knnAccuracy, classes: results.knnByClass ?? [], groups: results.knnByGroup }
    : {
        overall: results.linearAccuracy,
        classes: results.linearByClass ?? [],
        groups: results.linearByGroup,
      };
}

function notesOf(
  all: readonly StoredRun[],
  ended: readonly StoredRun[],
  levels: number,
  seeds: number,
  knob: string,
): readonly string[] {
  const cells = new Set(ended.map((run) => `${levelOf(run, knob)} ${run.seed}`)).size;
  return [
    ...(all.length > ended.length
      ? [`${all.length - ended.length} of ${all.length} runs have no results yet.`]
      : []),
    ...(levels < LEVELS ? [`Only ${levels} levels: a straight line may be the wrong picture.`] : []),
    ...(seeds < SEEDS ? [`Only ${seeds} seeds: the noise between trainings is hardly known.`] : []),
    ...(cells < levels * seeds ? ['Not every seed has every level.'] : []),
    'A slope is a straight line through the levels; look at the points where a curve may bend.',
    'Intervals cover differences between trainings, not between samples of people.',
  ];
}

/** The report as CSV: one row per class or group, then an empty line, then one row per measurement. */
export function sensitivityFile(context: ApiContext, args: Report): ExportedFile {
  const report = sensitivityReport(context, args);
  const head = ['kind', 'feature', 'name'] as const;
  const slope = ({ kind, feature, name, slope: per, low, high, p, pHolm, pBenjaminiHochberg, rho, opposed }: SensitivitySlope): CsvCell[] =>
    [kind, feature, name, per, low, high, p, pHolm, pBenjaminiHochberg, rho, opposed ? 'yes' : 'no']; // prettier-ignore
  const measured = report.slopes.flatMap(({ kind, feature, name, points }) =>
    points.map(({ run, level, seed, value }): CsvCell[] => [kind, feature, name, level, seed, value, run]),
  );
  const text = csvText([
    [...head, 'slope', 'low', 'high', 'p', 'p (Holm)', 'p (Benjamini-Hochberg)', 'rho', 'opposed'],
    ...report.slopes.map(slope),
    [],
    [...head, report.knob, 'seed', `${report.measure} accuracy`, 'run'],
    ...measured,
  ]);
  return {
    fileName: `sensitivity-${report.knob.replaceAll(/[^A-Za-z0-9.]/g, '_')}.csv`,
    mediaType: 'text/csv',
    data: new TextEncoder().encode(text),
  };
}
