import type { Handlers } from '../../../preload/contract/calls.ts';
import type { ConsentOverview, ConsentRecord, DatasetId } from '../../../preload/contract/vocabulary.ts';
import { lapseOf } from '../../core/consent.ts';
import { readConsentFile } from '../../data/privacy/consentFile.ts';
import { subjectsOf, type SubjectTable } from '../../data/privacy/subjects.ts';
import type { CallArgs } from '../../../preload/contract/calls.ts';
import { affectedBy, stranger } from '../consent/affected.ts';
import { keptNameOf, keptRecord, subjectIdsOf } from '../consent/subjects.ts';
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
  const { store, announce, host, keys } = context;
  const consent: ConsentContext = { store, storedDataset: context.storedDataset, now: host.now };
  const find = (given: string): DatasetId => store.datasets.row(given).id;
  const namesIn = async (id: DatasetId) => {
    const dataset = wholeDataset(consent, id);
    const subjects = await subjectsOf(dataset);
    return { subjects, kept: keptNameOf(keys, dataset.manifest, subjects) };
  };
  /** Whom some ids name. @throws AppError notFound with the id as it was given */
  const found = async (id: DatasetId, given: readonly string[]): Promise<readonly string[]> => {
    const { subjects, kept } = await namesIn(id);
    return given.map((name) => {
      const subject = kept(name);
      if (subjects.codeOf.has(subject)) return subject;
      throw stranger(name, id);
    });
  };
  const changed = async (id: DatasetId) => {
    const excluded = await refreshExclusions(consent, id);
    announce('dataset.changed', store.datasets.row(id));
    return excluded;
  };
  return {
    'consent.get': ({ dataset, ...query }) => overviewOf(context, consent, find(dataset), query),
    'consent.set': async ({ dataset, records }) => {
      const id = find(dataset);
      const { subjects, kept } = await namesIn(id);
      store.consent.set(
        id,
        records.map((record) => keptRecord(record, kept, (name) => subjects.codeOf.has(name))),
      );
      return changed(id);
    },
    'consent.import': async ({ dataset, path }) => {
      const id = find(dataset);
      const { subjects, kept } = await namesIn(id);
      const file = await readConsentFile(path);
      const records = file.records.map((record) =>
        keptRecord(record, kept, (name) => subjects.codeOf.has(name)),
      );
      store.consent.set(id, records);
      const strangers = strangersIn(records, subjects).length;
      return { read: records.length, strangers, rejected: file.rejected, excluded: await changed(id) };
    },
    'consent.withdraw': async ({ dataset, subjects: given, date }) => {
      const id = find(dataset);
      // First: a subject that is not there leaves everything as it is.
      const subjects = await found(id, given);
      const impact = await affectedBy(consent, id, subjects);
      store.consent.set(id, withdrawn(consent, id, subjects, date));
      await changed(id);
      return impact;
    },
    'consent.affected': async ({ dataset, subjects }) => {
      const id = find(dataset);
      return affectedBy(consent, id, await found(id, subjects));
    },
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
  { keys, store }: ApiContext,
  context: ConsentContext,
  id: DatasetId,
  { search, limit }: Omit<CallArgs<'consent.get'>, 'dataset'>,
): Promise<ConsentOverview> {
  const records = context.store.consent.list(id);
  const subjects = records.length === 0 ? null : await subjectsOf(wholeDataset(context, id));
  const strangers = subjects === null ? [] : strangersIn(records, subjects);
  const today = todayOf(context);
  const lapses = records.map((record) => lapseOf(record, today));
  const manifest = store.datasets.manifest(id);
  const ids = subjectIdsOf(manifest, keys);
  // Turned only where the key is there: looking must not fail for the lack of it.
  const turned =
    ids.kind === 'keyed' && ids.usable ? keptNameOf(keys, manifest, { codeOf: new Map() })(search) : search;
  return {
    dataset: id,
    ids,
    subjects: context.store.datasets.row(id).subjects,
    recorded: records.length - strangers.length,
    withdrawn: lapses.filter((lapse) => lapse === 'withdrawn').length,
    expired: lapses.filter((lapse) => lapse === 'expired').length,
    strangers: strangers.slice(0, STRANGERS),
    excluded: exclusionOf(context, id),
    records: records.filter(({ subject }) => subject.includes(search) || subject === turned).slice(0, limit),
  };
}

function strangersIn(records: readonly ConsentRecord[], subjects: SubjectTable): readonly string[] {
  return records.map(({ subject }) => subject).filter((subject) => !subjects.codeOf.has(subject));
}
