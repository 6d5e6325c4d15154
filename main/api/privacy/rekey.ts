import { AppError } from '../../../preload/contract/errors.ts';
import type { DatasetId, RekeyReport } from '../../../preload/contract/vocabulary.ts';
import { rekeyed } from '../../data/privacy/rekeyed.ts';
import { textWithout } from '../../data/privacy/withoutIds.ts';
import { keptRecord } from '../consent/subjects.ts';
import { refreshExclusions, wholeDataset } from '../consent/exclusions.ts';
import type { ApiContext } from '../context.ts';

/**
 * Turns the subject ids of a data set that was imported before ids were turned, in everything that is kept of it: names, consent, what
 * runs say of refusals. Only audits and backups stay as they are; the report names them.
 * @throws AppError conflict if there is nothing to turn, or the key is not there
 */
export async function rekey(context: ApiContext, id: DatasetId): Promise<RekeyReport> {
  const { store, keys, host, announce } = context;
  const consent = { store, storedDataset: context.storedDataset, now: host.now };
  const dataset = wholeDataset(consent, id);
  const { key: present, names } = dataset.manifest.subjects;
  if (names === undefined || present !== undefined) throw nothingToTurn(id, present);
  const key = keys.use();
  const { manifest, report, turned } = await rekeyed(
    dataset,
    store.datasets.get(id).report,
    key,
    store.artefacts,
  );
  const kept = (name: string): string => turned.get(name) ?? name;
  const pseudonyms = new Set(turned.values());
  const records = store.consent
    .list(id)
    .map((record) => keptRecord(record, key.pseudonym, (name) => pseudonyms.has(name)));
  const left = store.transaction(() => {
    store.consent.replace(id, records);
    store.consent.setSplits(id, null);
    withoutIdsInRuns(context, id, kept);
    return store.datasets.rekey(id, { manifest, report });
  });
  await refreshExclusions(consent, id);
  announce('dataset.changed', store.datasets.row(id));
  const audits = auditsNaming(context, turned);
  return {
    dataset: id,
    key: key.id,
    subjects: turned.size,
    records: records.length,
    audits,
    backups: store.forget(left),
  };
}

/** Runs say whose consent did not cover their purpose. */
function withoutIdsInRuns({ store }: ApiContext, id: DatasetId, kept: (name: string) => string): void {
  for (const { id: run } of store.runs.list({ archived: true })) {
    const { dataset, provenance } = store.runs.get(run);
    const { purpose } = provenance;
    if (dataset !== id || purpose?.refusal == null) continue;
    const refusal = textWithout(purpose.refusal, (name) => changed(name, kept), 'item');
    store.runs.change(run, { provenance: { ...provenance, purpose: { ...purpose, refusal } } });
  }
}

function changed(name: string, kept: (name: string) => string): string | null {
  const turned = kept(name);
  return turned === name ? null : turned;
}

function auditsNaming({ store }: ApiContext, turned: ReadonlyMap<string, string>): readonly string[] {
  const names = (text: string): boolean =>
    textWithout(text, (name) => turned.get(name) ?? null, 'sentence') !== text.normalize();
  return store.audits
    .list(true)
    .map(({ id }) => id)
    .filter((id) => store.audits.get(id).notes.some(names));
}

function nothingToTurn(id: DatasetId, key: string | undefined): AppError {
  return new AppError({
    code: 'conflict',
    message:
      key === undefined
        ? `Data set ${id} has no subject ids to turn.`
        : `The subject ids of data set ${id} are turned already, with the key ${key}.`,
    hint:
      key === undefined
        ? 'Nothing needs to be done.'
        : 'To turn them with another key, import its source again: ids cannot be had back from pseudonyms.',
  });
}
