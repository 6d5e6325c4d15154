import type { Handlers } from '../../../preload/contract/calls.ts';
import type { ConsentOverview, ConsentRecord, DatasetId } from '../../../preload/contract/vocabulary.ts';
import { lapseOf } from '../../core/consent.ts';
import { readConsentFile } from '../../data/privacy/consentFile.ts';
import { subjectsOf, type SubjectTable } from '../../data/privacy/subjects.ts';
import type { CallArgs } from '../../../preload/contract/calls.ts';
import { affectedBy } from '../consent/affected.ts';
import {
  exclusionOf,
  refreshExclusions,
  todayOf,
  wholeDataset,
  type ConsentContext,
} from '../consent/exclusions.ts';
import type { ApiContext } from '../context.ts';

type Names = Extract<keyof Handlers, `consent.${string}`>;

/** Subjects of records without a subject that an overview names. */
const STRANGERS = 20;

/** Consent: who agreed to what, who withdrew, and what has used their data. */
export function consentHandlers(context: ApiContext): Pick<Handlers, Names> {
  const { store, announce, host } = context;
  const consent: ConsentContext = { store, storedDataset: context.storedDataset, now: host.now };
  const find = (given: string): DatasetId => store.datasets.row(given).id;
  const changed = async (id: DatasetId) => {
    const excluded = await refreshExclusions(consent, id);
    announce('dataset.changed', store.datasets.row(id));
    return excluded;
  };
  return {
    'consent.get': ({ dataset, ...query }) => overviewOf(consent, find(dataset), query),
    'consent.set': async ({ dataset, records }) => {
      const id = find(dataset);
      await subjectsOf(wholeDataset(consent, id));
      store.consent.set(id, records);
      return changed(id);
    },
    'consent.import': async ({ dataset, path }) => {
      const id = find(dataset);
      const subjects = await subjectsOf(wholeDataset(consent, id));
      const { records, rejected } = await readConsentFile(path);
      store.consent.set(id, records);
      const strangers = strangersIn(records, subjects).length;
      return { read: records.length, strangers, rejected, excluded: await changed(id) };
    },
    'consent.withdraw': async ({ dataset, subjects, date }) => {
      const id = find(dataset);
      // First: a subject that is not there leaves everything as it is.
      const impact = await affectedBy(consent, id, subjects);
      store.consent.set(id, withdrawn(consent, id, subjects, date));
      await changed(id);
      return impact;
    },
    'consent.affected': ({ dataset, subjects }) => affectedBy(consent, find(dataset), subjects),
  };
}

function withdrawn(
  context: ConsentContext,
  id: DatasetId,
  subjects: readonly string[],
  date: string | null,
): readonly ConsentRecord[] {
  const present = new Map(context.store.consent.list(id).map((record) => [record.subject, record]));
  return subjects.map((subject) => ({
    ...(present.get(subject) ?? { subject, basis: '', purposes: [], source: '', date: null, expires: null }),
    withdrawn: date ?? todayOf(context),
  }));
}

async function overviewOf(
  context: ConsentContext,
  id: DatasetId,
  { search, limit }: Omit<CallArgs<'consent.get'>, 'dataset'>,
): Promise<ConsentOverview> {
  const records = context.store.consent.list(id);
  const subjects = records.length === 0 ? null : await subjectsOf(wholeDataset(context, id));
  const strangers = subjects === null ? [] : strangersIn(records, subjects);
  const today = todayOf(context);
  const lapses = records.map((record) => lapseOf(record, today));
  return {
    dataset: id,
    subjects: context.store.datasets.row(id).subjects,
    recorded: records.length - strangers.length,
    withdrawn: lapses.filter((lapse) => lapse === 'withdrawn').length,
    expired: lapses.filter((lapse) => lapse === 'expired').length,
    strangers: strangers.slice(0, STRANGERS),
    excluded: exclusionOf(context, id),
    records: records.filter(({ subject }) => subject.includes(search)).slice(0, limit),
  };
}

function strangersIn(records: readonly ConsentRecord[], subjects: SubjectTable): readonly string[] {
  return records.map(({ subject }) => subject).filter((subject) => !subjects.codeOf.has(subject));
}
