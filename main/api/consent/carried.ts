import { AppError } from '../../../preload/contract/errors.ts';
import type { ConsentRecord, DatasetId } from '../../../preload/contract/vocabulary.ts';
import type { ImportedDataset } from '../../core/datasetFiles.ts';
import { lapseOf } from '../../core/consent.ts';
import { subjectsOf, type SubjectTable } from '../../data/privacy/subjects.ts';
import { namesOf, type StoredDataset } from '../../data/stored.ts';
import type { ApiContext } from '../context.ts';
import { todayOf, wholeDataset } from './exclusions.ts';
import { keptNameOf, keptRecord } from './subjects.ts';

/**
 * The records that a data set takes over from other imports of the same source, so that people who withdrew stay out whatever the
 * options are.
 * @throws AppError conflict if somebody who withdrew cannot be told apart in it
 */
export async function consentOf(
  context: ApiContext,
  imported: ImportedDataset,
): Promise<readonly ConsentRecord[]> {
  const { store } = context;
  const others = store.datasets
    .list(true)
    .filter(
      ({ id }) => store.datasets.get(id).source === imported.source && store.consent.list(id).length > 0,
    );
  if (others.length === 0) return [];
  const made = await sideOf(madeDataset(context, imported));
  const records = new Map<string, ConsentRecord>();
  for (const { id } of others)
    for (const record of await translated(context, id, made))
      if (!records.has(record.subject)) records.set(record.subject, record);
  return [...records.values()];
}

/** A data set, its subjects, and whose each sample is by its name. */
interface Side {
  readonly dataset: StoredDataset;
  readonly subjects: SubjectTable;
  readonly ownerOf: ReadonlyMap<string, string>;
  readonly samplesOf: ReadonlyMap<string, readonly string[]>;
}

async function sideOf(dataset: StoredDataset): Promise<Side> {
  const subjects = await subjectsOf(dataset);
  const names = await namesOf(dataset);
  const ownerOf = new Map<string, string>();
  const samplesOf = new Map<string, string[]>();
  subjects.codes.forEach((code, index) => {
    const [owner = '', name = ''] = [subjects.names[code], names[index]];
    ownerOf.set(name, owner);
    const own = samplesOf.get(owner);
    if (own) own.push(name);
    else samplesOf.set(owner, [name]);
  });
  return { dataset, subjects, ownerOf, samplesOf };
}

function madeDataset({ storedDataset, store }: ApiContext, imported: ImportedDataset): StoredDataset {
  const [any] = store.datasets.list(true);
  const { digest, manifest, count, shape } = imported;
  return { ...storedDataset(any?.id ?? ''), id: imported.name, digest, manifest, count, shape };
}

async function translated(context: ApiContext, id: DatasetId, made: Side): Promise<readonly ConsentRecord[]> {
  const before = await sideOf(wholeDataset({ ...context, now: context.host.now }, id));
  const sameOrder = before.dataset.manifest.subjects.digest === made.dataset.manifest.subjects.digest;
  const today = todayOf(context.host);
  const kept = keptNameOf(context.keys, made.dataset.manifest, made.subjects);
  return context.store.consent.list(id).flatMap((record) => {
    const names = sameOrder ? bySameOrder(before, made, record) : byNames(before, made, record, kept);
    const present = names.filter((name) => made.subjects.codeOf.has(name));
    if (present.length === 0 && before.subjects.codeOf.has(record.subject) && lapseOf(record, today) !== null)
      throw lost(id, before.dataset.manifest.subjects.key);
    return (present.length > 0 ? present : names.slice(0, 1)).map((subject) => ({
      ...keptRecord(record, kept, (name) => made.subjects.codeOf.has(name)),
      subject,
    }));
  });
}

/** The same people in the same order: under whatever key, they are known by their place. */
function bySameOrder(before: Side, made: Side, { subject }: ConsentRecord): readonly string[] {
  const code = before.subjects.codeOf.get(subject);
  return code === undefined ? [subject] : [made.subjects.names[code] ?? subject];
}

/** By their own name, or else by the names of their samples: these tell whose they are now. */
function byNames(
  before: Side,
  made: Side,
  { subject }: ConsentRecord,
  kept: (name: string) => string,
): readonly string[] {
  const own = kept(subject);
  if (made.subjects.codeOf.has(own)) return [own];
  const samples = before.samplesOf.get(subject) ?? [];
  const owners = new Set(samples.map((name) => made.ownerOf.get(name)).filter((name) => name !== undefined));
  return owners.size > 0 ? [...owners] : [own];
}

function lost(id: DatasetId, key: string | undefined): AppError {
  return new AppError({
    code: 'conflict',
    message: `Somebody of data set ${id}, which is of the same source, withdrew consent, and cannot be found again in what was read now${key === undefined ? '' : ` (ids there were turned with the key ${key})`}.`,
    hint: 'Import it with the same subject column and the same key, or take the withdrawn people out of the source first.',
  });
}
