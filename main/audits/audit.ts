import { AppError } from '../../preload/contract/errors.ts';
import type {
  Audit,
  AuditedModel,
  AuditGroup,
  AuditOptions,
  FeatureSource,
  RunId,
} from '../../preload/contract/vocabulary.ts';
import type { Replicates } from '../fairness/bootstrap.ts';
import { impactRows } from '../fairness/impact.ts';
import { parityDeviations } from '../fairness/parityDeviation.ts';
import { prepare } from './assessment.ts';
import type { Assessment } from './assessment.ts';
import { conditionalDisparities } from './conditional.ts';
import { drawerOf, drawsOf, planDraws, tasksOf } from './drawPlan.ts';
import type { DrawPlan, Drawn, Draws, DrawTask } from './drawPlan.ts';
import { differencesBetween } from './differences.ts';
import { disparitiesOfModel } from './disparityRows.ts';
import { groupOf } from './estimates.ts';
import { adjusted } from './multiplicity.ts';
import { notesOf } from './notes.ts';
import type { Nulls } from './nulls.ts';
import { primaryOf } from './primary.ts';
import { selectionWords } from './selection.ts';
import { sideBySide } from './sideBySide.ts';
import { rulesOf } from './rules.ts';
import type { AssessInput, AuditProgress, ModelPredictions } from './table.ts';

/**
 * Assesses one or several models on the same rows. The same input gives the same audit, byte for byte.
 * @throws AppError usage for unknown metrics, features, classes or groups; invalidData where predictions do not fit the rows
 */
export function assess(input: AssessInput, onProgress: AuditProgress = () => undefined): Audit {
  const { assessment, plan, read } = begin(input, onProgress);
  const tasks = tasksOf(plan);
  const draw = drawerOf(plan);
  const drawn = tasks.map((task, at) => {
    onProgress(drawingFraction(at, tasks.length), DETAILS[task.kind]);
    return draw(task);
  });
  return finish(input, assessment, read(drawn), onProgress);
}

/** Does the parts of a plan elsewhere, and is told of each that is done. */
export type DrawElsewhere = (
  plan: DrawPlan,
  tasks: readonly DrawTask[],
  onDone: (done: number, kind: DrawTask['kind']) => void,
) => Promise<readonly Drawn[]>;

/** The same audit with its draws done elsewhere: on several threads it is the same, byte for byte. */
export async function assessWith(
  drawElsewhere: DrawElsewhere,
  input: AssessInput,
  onProgress: AuditProgress = () => undefined,
): Promise<Audit> {
  const { assessment, plan, read } = begin(input, onProgress);
  const tasks = tasksOf(plan);
  onProgress(drawingFraction(0, 1), DETAILS.resample);
  const drawn = await drawElsewhere(plan, tasks, (done, kind) =>
    onProgress(drawingFraction(done, tasks.length), DETAILS[kind]),
  );
  return finish(input, assessment, read(drawn), onProgress);
}

const DETAILS = { resample: 'resampling subjects', nulls: 'shuffling groups' } as const;

function drawingFraction(done: number, of: number): number {
  return 0.1 + (0.75 * done) / of;
}

function begin(
  input: AssessInput,
  onProgress: AuditProgress,
): {
  readonly assessment: Assessment;
  readonly plan: DrawPlan;
  readonly read: (drawn: readonly Drawn[]) => Draws;
} {
  if (input.models.length === 0)
    throw new AppError({
      code: 'usage',
      message: 'An audit needs at least one model.',
      hint: 'Choose a run.',
    });
  baselineOf(input.options, input.models.map(runOf));
  onProgress(0, 'measuring groups');
  const assessment = prepare(input);
  const { plan, input: resampled } = planDraws(assessment);
  return { assessment, plan, read: (drawn) => drawsOf(resampled, plan, drawn) };
}

function finish(
  input: AssessInput,
  assessment: Assessment,
  { replicates, nulls }: Draws,
  onProgress: AuditProgress,
): Audit {
  const { facts, options, models, table } = input;
  onProgress(0.85, 'comparing groups and runs');
  const runs = models.map(runOf);
  const baseline = baselineOf(options, runs);
  const differences = differencesBetween(assessment, replicates, runs, baseline);
  const audited = models.map((model, at) => auditedModel(assessment, replicates, nulls, model, at));
  const selected = chosenHere(options);
  const found = adjusted({ models: audited, differences }, options.primary);
  onProgress(1, 'done');
  return {
    id: facts.id,
    name: facts.name,
    created: facts.created,
    dataset: facts.dataset,
    datasetName: facts.datasetName,
    runs: models.flatMap((model) => model.run ?? []),
    features: options.features,
    primary: options.primary,
    archived: false,
    options,
    primaryDeclared: facts.primaryDeclared,
    target: table.target,
    classes: table.classes,
    featureSources: sourcesOf(input),
    models: found.models,
    differences: found.differences,
    ...sideBySide(assessment, replicates, models, found.models, baseline),
    ...weightsOf(assessment, table),
    ...(selected.length === 0 ? {} : { selectedOnAuditData: selected }),
    rules: [...selectionWords(selected), ...rulesOf(assessment, replicates, table.weights?.name ?? '')],
    looks: facts.looks,
    hashes: facts.hashes,
    costs: facts.costs,
    notes: [...selectionWords(selected), ...notesOf(input, assessment)],
  };
}

/** Which model the others are compared with: the chosen one, else the first. @throws AppError usage if the chosen one is not audited */
function baselineOf({ baseline }: AuditOptions, runs: readonly RunId[]): number {
  if (baseline === undefined) return 0;
  const at = runs.indexOf(baseline);
  if (at >= 0) return at;
  throw new AppError({
    code: 'usage',
    message: `The baseline ${baseline} is not among the audited runs.`,
    hint: `Choose from ${runs.join(', ')}.`,
  });
}

/** How a model is named in differences: its run, or its name if it was made elsewhere. */
function runOf(model: ModelPredictions): RunId {
  return model.run ?? model.name;
}

function auditedModel(
  assessment: Assessment,
  replicates: Replicates,
  nulls: Nulls,
  model: ModelPredictions,
  at: number,
): AuditedModel {
  const groups = assessment.cells.cells.flatMap((_, cell) => groupOf(assessment, replicates, at, cell) ?? []);
  const [overall, ...rest] = groups as [AuditGroup, ...AuditGroup[]];
  return {
    run: model.run,
    name: model.name,
    method: model.method,
    seed: model.seed,
    overall,
    groups: rest,
    disparities: disparitiesOfModel(assessment, replicates, nulls, at),
    ...otherDisparities(assessment, at),
    primary: primaryOf(assessment, replicates, at),
  };
}

function otherDisparities(
  { models, cells, references, control, ...rest }: Assessment,
  at: number,
): Pick<AuditedModel, 'impact' | 'parityDeviations' | 'conditional'> {
  const outcomes = models[at];
  if (!outcomes) return {};
  return {
    impact: impactRows(outcomes, cells),
    parityDeviations: parityDeviations(outcomes, cells, references),
    ...(control === null
      ? {}
      : {
          conditional: conditionalDisparities({ models, cells, references, control, ...rest }, at, control),
        }),
  };
}

/** How rows are weighted; nothing where they are not. */
function weightsOf(
  { models: [model] }: Assessment,
  { weights }: AssessInput['table'],
): Pick<Audit, 'weights'> {
  if (weights == null || model?.weights == null) return {};
  let [sum, squares] = [0, 0];
  for (const weight of model.weights) {
    sum += weight;
    squares += weight * weight;
  }
  return { weights: { column: weights.name, sum, effectiveRows: sum ** 2 / squares } };
}

/** What was chosen on the rows that are audited. */
function chosenHere({ chosenOn, split }: AuditOptions): readonly ('threshold' | 'checkpoint')[] {
  return (['threshold', 'checkpoint'] as const).filter((what) => chosenOn?.[what] === split);
}

function sourcesOf({ table, options }: AssessInput): Readonly<Record<string, FeatureSource>> {
  const chosen = table.sensitive.filter((feature) => options.features.includes(feature.name));
  return Object.fromEntries(chosen.map((feature) => [feature.name, feature.source]));
}
