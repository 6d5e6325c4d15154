import { AppError } from '../../preload/contract/errors.ts';
import type {
  Audit,
  AuditedModel,
  AuditGroup,
  AuditOptions,
  FeatureSource,
  RunId,
} from '../../preload/contract/vocabulary.ts';
import { resample } from '../fairness/bootstrap.ts';
import type { Replicates } from '../fairness/bootstrap.ts';
import { impactRows } from '../fairness/impact.ts';
import { parityDeviations } from '../fairness/parityDeviation.ts';
import { prepare } from './assessment.ts';
import type { Assessment } from './assessment.ts';
import { conditionalDisparities } from './conditional.ts';
import { differencesBetween } from './differences.ts';
import { disparitiesOfModel } from './disparityRows.ts';
import { groupOf } from './estimates.ts';
import { adjusted } from './multiplicity.ts';
import { notesOf } from './notes.ts';
import { shuffleNulls } from './nulls.ts';
import type { Nulls } from './nulls.ts';
import { primaryOf } from './primary.ts';
import { selectionWords } from './selection.ts';
import { rulesOf } from './rules.ts';
import type { AssessInput, AuditProgress, ModelPredictions } from './table.ts';

/**
 * Assesses one or several models on the same rows. The same input gives the same audit, byte for byte.
 * @throws AppError usage for unknown metrics, features, classes or groups; invalidData where predictions do not fit the rows
 */
export function assess(input: AssessInput, onProgress: AuditProgress = () => undefined): Audit {
  const { facts, options, models, table } = input;
  if (models.length === 0)
    throw new AppError({
      code: 'usage',
      message: 'An audit needs at least one model.',
      hint: 'Choose a run.',
    });
  onProgress(0, 'measuring groups');
  const assessment = prepare(input);
  const { subjects, cells, metrics } = assessment;
  const replicates = resample({
    subjects,
    models: assessment.models,
    cells,
    metrics,
    draws: options.draws,
    seed: options.seed,
  });
  const nulls = shuffleNulls(assessment, (fraction) => onProgress(0.45 + 0.4 * fraction, 'shuffling groups'));
  onProgress(0.85, 'comparing runs');
  const runs = models.map(runOf);
  const differences = differencesBetween(assessment, replicates, runs);
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
    ...(selected.length === 0 ? {} : { selectedOnAuditData: selected }),
    rules: [...selectionWords(selected), ...rulesOf(assessment)],
    looks: facts.looks,
    hashes: facts.hashes,
    costs: facts.costs,
    notes: [...selectionWords(selected), ...notesOf(input, assessment)],
  };
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

/** What was chosen on the rows that are audited. */
function chosenHere({ chosenOn, split }: AuditOptions): readonly ('threshold' | 'checkpoint')[] {
  return (['threshold', 'checkpoint'] as const).filter((what) => chosenOn?.[what] === split);
}

function sourcesOf({ table, options }: AssessInput): Readonly<Record<string, FeatureSource>> {
  const chosen = table.sensitive.filter((feature) => options.features.includes(feature.name));
  return Object.fromEntries(chosen.map((feature) => [feature.name, feature.source]));
}
