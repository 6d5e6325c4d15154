import type { RepresentationAudit, RepresentedLayer, Tested } from '../../../preload/contract/vocabulary.ts';
import { benjaminiHochberg, holm } from '../../fairness/multiplicity.ts';
import type { AuditProgress } from '../table.ts';
import { setsOf } from './associationRows.ts';
import type { RepresentationInput } from './input.ts';
import { prepare, type Prepared } from './prepared.ts';
import { notesOf, rulesOf } from './rules.ts';
import { perform, TASK_WORDS, tasksOf, type RepresentationPart, type RepresentationTask } from './tasks.ts';

/** Does tasks anywhere and answers their parts in the order of the tasks. */
export type PerformElsewhere = (
  prepared: Prepared,
  tasks: readonly RepresentationTask[],
  onDone: (done: number, task: RepresentationTask) => void,
) => Promise<readonly RepresentationPart[]>;

/** Does them here, one after the other. */
export const performHere: PerformElsewhere = (prepared, tasks, onDone) =>
  Promise.resolve(
    tasks.map((task, at) => {
      const part = perform(prepared, task);
      onDone(at + 1, task);
      return part;
    }),
  );

/**
 * Audits representations: the same input gives the same audit, byte for byte, wherever its parts are done.
 * @throws AppError usage: no such feature or association set; invalidData: matrices that do not fit
 */
export async function auditRepresentations(
  input: RepresentationInput,
  performing: PerformElsewhere = performHere,
  onProgress?: AuditProgress,
): Promise<RepresentationAudit> {
  const prepared = prepare(input);
  // Sets that are not there are said before anything is computed.
  for (const test of input.options.associations) setsOf(input.table, test);
  const tasks = tasksOf(prepared);
  const parts = await performing(prepared, tasks, (done, task) => onProgress?.(done / tasks.length, TASK_WORDS[task.kind])); // prettier-ignore
  return assembled(prepared, tasks, parts);
}

function assembled(
  prepared: Prepared,
  tasks: readonly RepresentationTask[],
  parts: readonly RepresentationPart[],
): RepresentationAudit {
  const { facts, options, table, models, rows, subjectCount } = prepared;
  const layers = models.map(({ layers: own }, model) =>
    own.map(({ layer, matrix }, place): RepresentedLayer => {
      const found = parts.filter((_, at) => {
        const task = tasks[at];
        return task?.kind !== 'similarity' && task?.model === model && task.layer === place;
      });
      const health = rowsOfKind(found, 'health');
      const [overall, ...groups] = health;
      if (!overall) throw new RangeError(`Layer ${layer} was not measured.`);
      return {
        layer,
        columns: matrix.columns,
        overall,
        groups,
        distances: rowsOfKind(found, 'distance'),
        neighbours: rowsOfKind(found, 'neighbours'),
        leakage: rowsOfKind(found, 'leakage'),
        associations: rowsOfKind(found, 'association'),
      };
    }),
  );
  const { id, name, created, dataset, datasetName, hashes } = facts;
  const adjusted = adjustedLayers(layers);
  return {
    ...{ id, name, created, dataset, datasetName, archived: false },
    runs: models.flatMap(({ run }) => (run === null ? [] : [run])),
    features: options.features,
    options,
    rows: rows.length,
    rowsInSplit: table.subjects.length,
    subjects: subjectCount,
    target: table.target?.name ?? null,
    featureSources: Object.fromEntries(prepared.features.map(({ column }) => [column.name, column.source])),
    models: models.map(({ run, name: title, method, seed }, model) => ({
      ...{ run, name: title, method, seed },
      layers: adjusted[model] ?? [],
    })),
    similarities: rowsOfKind(parts, 'similarity'),
    rules: rulesOf(prepared),
    notes: [...facts.notes, ...notesOf(prepared)],
    hashes,
  };
}

type PartRows<K extends RepresentationPart['kind']> = Extract<RepresentationPart, { readonly kind: K }>['rows'][number]; // prettier-ignore

function rowsOfKind<K extends RepresentationPart['kind']>(
  parts: readonly RepresentationPart[],
  kind: K,
): readonly PartRows<K>[] {
  // prettier-ignore
  return parts.flatMap((part) => (part.kind === kind ? (part.rows as readonly PartRows<K>[]) : []));
}

/** Association tests are Holm's family (their benign controls left out), all other p-values one of Benjamini and Hochberg. */
function adjustedLayers(
  models: readonly (readonly RepresentedLayer[])[],
): readonly (readonly RepresentedLayer[])[] {
  // prettier-ignore
  const layers = models.flat();
  const tests = layers.flatMap(({ associations }) => associations.filter(({ role }) => role === 'test'));
  const others: readonly Tested[] = layers.flatMap(({ distances, neighbours }) => [
    ...distances.flatMap(({ measures }) => Object.values(measures)),
    ...neighbours,
  ]);
  const byTest = adjustments(tests, 'holm');
  const byOther = adjustments(others, 'benjaminiHochberg');
  return models.map((own) =>
    own.map((layer) => ({
      ...layer,
      distances: layer.distances.map((distance) => ({
        ...distance,
        measures: Object.fromEntries(Object.entries(distance.measures).map(([id, one]) => [id, { ...one, ...byOther.get(one) }])) as typeof distance.measures,
      })),
      neighbours: layer.neighbours.map((one) => ({ ...one, ...byOther.get(one) })),
      associations: layer.associations.map((one) => ({ ...one, ...byTest.get(one) })),
    })),
  ); // prettier-ignore
}

function adjustments(
  tested: readonly Tested[],
  adjustment: NonNullable<Tested['adjustment']>,
): ReadonlyMap<Tested, Pick<Tested, 'pAdjusted' | 'adjustment'>> {
  // prettier-ignore
  const p = tested.map((one) => one.p);
  const pAdjusted = adjustment === 'holm' ? holm(p) : benjaminiHochberg(p);
  return new Map(tested.map((one, at) => [one, { pAdjusted: pAdjusted[at] ?? null, adjustment }]));
}
