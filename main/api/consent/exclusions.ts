import type { ConsentExclusion, ConsentRecord, DatasetId } from '../../../preload/contract/vocabulary.ts';
import { digestOfValue } from '../../core/canonical.ts';
import { lapseOf } from '../../core/consent.ts';
import { splitsWithout } from '../../data/privacy/exclusion.ts';
import { subjectsOf, type SubjectTable } from '../../data/privacy/subjects.ts';
import type { StoredDataset } from '../../data/stored.ts';
import type { ConsentSplits, Store } from '../../store/index.ts';

/** What consent needs of the house. */
export interface ConsentContext {
  readonly store: Store;
  readonly storedDataset: (id: DatasetId) => StoredDataset;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** The day, `YYYY-MM-DD` in UTC. */
export function todayOf({ now }: Pick<ConsentContext, 'now'>): string {
  return new Date(now()).toISOString().slice(0, 'YYYY-MM-DD'.length);
}

/** A data set with its own splits, nobody left out. */
export function wholeDataset(context: ConsentContext, id: DatasetId): StoredDataset {
  return { ...context.storedDataset(id), manifest: context.store.datasets.manifest(id) };
}

/** Subjects by name, if any record needs them: older data sets do not know their names. */
export async function namedSubjects(
  context: ConsentContext,
  id: DatasetId,
  records: readonly ConsentRecord[],
): Promise<SubjectTable | null> {
  return records.length === 0 ? null : subjectsOf(wholeDataset(context, id));
}

/**
 * Brings the splits of a data set in line with the consent of today; nothing is written where that changes nothing. Answers whom
 * they leave out. Called whenever records change, and before anything is trained or audited, because consent may expire.
 */
export async function refreshExclusions(context: ConsentContext, id: DatasetId): Promise<ConsentExclusion> {
  const { store } = context;
  const records = store.consent.list(id);
  const today = todayOf(context);
  const lapsed = records.filter((record) => lapseOf(record, today) !== null);
  const present = store.consent.splits(id);
  if (lapsed.length === 0) {
    if (present !== null && !store.readOnly) store.consent.setSplits(id, null);
    return nobody(context, id);
  }
  const names = digestOfValue(lapsed.map(({ subject }) => subject));
  if (present?.subjects === names) return present.excluded;
  const splits = { ...(await reduced(context, id, lapsed)), subjects: names };
  if (!store.readOnly) store.consent.setSplits(id, splits);
  return splits.excluded;
}

/** Whom a data set leaves out as its splits stand. */
export function exclusionOf(context: ConsentContext, id: DatasetId): ConsentExclusion {
  return context.store.consent.splits(id)?.excluded ?? nobody(context, id);
}

async function reduced(
  context: ConsentContext,
  id: DatasetId,
  lapsed: readonly ConsentRecord[],
): Promise<Omit<ConsentSplits, 'subjects'>> {
  const dataset = wholeDataset(context, id);
  const subjects = await subjectsOf(dataset);
  const codes = lapsed
    .map(({ subject }) => subjects.codeOf.get(subject))
    .filter((code) => code !== undefined);
  return splitsWithout(dataset, subjects, new Set(codes), context.store.artefacts);
}

function nobody({ store }: ConsentContext, id: DatasetId): ConsentExclusion {
  return { subjects: 0, rows: 0, splits: store.datasets.row(id).splits };
}
