import { AppError } from '../../../preload/contract/errors.ts';
import { SPLIT_ROLES } from '../../../preload/contract/vocabulary.ts';
import type {
  AffectedAudit,
  AffectedRun,
  Audit,
  ConsentImpact,
  DatasetId,
  Digest,
  SplitRole,
} from '../../../preload/contract/vocabulary.ts';
import { pretrainSubset } from '../../core/pretrainSubset.ts';
import { subjectsOf } from '../../data/privacy/subjects.ts';
import { splitRows, type StoredDataset } from '../../data/stored.ts';
import type { StoredRun } from '../../store/index.ts';
import { wholeDataset, type ConsentContext } from './exclusions.ts';

/** Splits that training and its probes read; the audit split is read by audits alone. */
const TRAINING_ROLES = SPLIT_ROLES.filter((role) => role !== 'audit');

/**
 * The runs, encoders and audits that have used subjects, judged by the splits each of them recorded.
 * @throws AppError notFound if a subject is not in the data set
 */
export async function affectedBy(
  context: ConsentContext,
  id: DatasetId,
  names: readonly string[],
): Promise<ConsentImpact> {
  const dataset = wholeDataset(context, id);
  const rows = await rowsOf(dataset, names);
  const look = rememberedSplits(dataset, rows);
  const runs: AffectedRun[] = [];
  const here = new Set(context.store.datasets.list(true).map((row) => row.id));
  for (const { id: run } of context.store.runs.list({ archived: true })) {
    const stored = context.store.runs.get(run);
    const splits =
      isOf(stored, dataset, here) && stored.started !== null
        ? await usedSplits(dataset, stored, rows, look)
        : [];
    if (splits.length > 0) runs.push(affectedRun(stored, splits));
  }
  const audits: AffectedAudit[] = [];
  const learnt = new Set(runs.map(({ run }) => run));
  for (const audit of auditsIn(context)) {
    const uses = await usesOf(audit, id, dataset, learnt, look);
    if (uses.length > 0) audits.push({ audit: audit.id, name: audit.name, uses });
  }
  return { subjects: names, rows: rows.size, runs, audits };
}

/** What an audit of any kind tells of the rows it looked at. */
type LookedAt = Pick<Audit, 'id' | 'name' | 'dataset' | 'runs' | 'hashes'> & {
  readonly options: Pick<Audit['options'], 'split'>;
};

/** Audits of predictions, then of representations. */
function* auditsIn({ store }: ConsentContext): Generator<LookedAt> {
  for (const { id } of store.audits.list(true)) yield store.audits.get(id);
  for (const { id } of store.representations.list(true)) yield store.representations.get(id);
}

/** A run that came as a bundle names the data set of its own workspace; the content is known by its digest. */
function isOf(
  { dataset, provenance }: StoredRun,
  { id, digest }: StoredDataset,
  here: ReadonlySet<DatasetId>,
): boolean {
  return dataset === id || (!here.has(dataset) && provenance.datasetDigest === digest);
}

async function rowsOf(dataset: StoredDataset, names: readonly string[]): Promise<ReadonlySet<number>> {
  const subjects = await subjectsOf(dataset);
  const codes = new Set<number>();
  for (const name of names) {
    const code = subjects.codeOf.get(name);
    if (code === undefined) throw stranger(name, dataset.id);
    codes.add(code);
  }
  const rows = new Set<number>();
  subjects.codes.forEach((code, index) => codes.has(code) && rows.add(index));
  return rows;
}

/** A subject that a data set does not have. */
export function stranger(name: string, dataset: DatasetId): AppError {
  return new AppError({
    code: 'notFound',
    message: `Data set ${dataset} has no subject ${JSON.stringify(name)}.`,
    hint: 'Write the id as the source does; a sample without a subject column is its own subject, under its own name.',
  });
}

type Look = (digest: Digest, role: SplitRole) => Promise<boolean>;

/** Whether a stored split holds any of some rows; each split is read once. */
function rememberedSplits(dataset: StoredDataset, rows: ReadonlySet<number>): Look {
  const known = new Map<Digest, Promise<boolean>>();
  const holds = async (digest: Digest, role: SplitRole): Promise<boolean> =>
    (await rowsOfSplit(dataset, digest, role)).some((index) => rows.has(index));
  return (digest, role) => {
    const answer = known.get(digest) ?? holds(digest, role);
    known.set(digest, answer);
    return answer;
  };
}

/** The rows of a split; where it is in another workspace only, those of the whole split, of which it is a part. */
async function rowsOfSplit(dataset: StoredDataset, digest: Digest, role: SplitRole): Promise<Uint32Array> {
  try {
    return await splitRows(dataset, digest);
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.code !== 'notFound') throw cause;
    return splitRows(dataset, dataset.manifest.splits[role]);
  }
}

async function usedSplits(
  dataset: StoredDataset,
  { provenance, config }: StoredRun,
  rows: ReadonlySet<number>,
  look: Look,
): Promise<readonly SplitRole[]> {
  const digests = provenance.splits ?? dataset.manifest.splits;
  const used: SplitRole[] = [];
  for (const role of TRAINING_ROLES) if (await look(digests[role], role)) used.push(role);
  if (config.maxSamples === 0 || !used.includes('pretrain')) return used;
  // A run may have used a part of the split only.
  const subset = pretrainSubset(await rowsOfSplit(dataset, digests.pretrain, 'pretrain'), config);
  return subset.some((index) => rows.has(index)) ? used : used.filter((role) => role !== 'pretrain');
}

function affectedRun(run: StoredRun, splits: readonly SplitRole[]): AffectedRun {
  const { id, name, status, checkpoints } = run;
  return { run: id, name, status, splits, encoders: checkpoints.map(({ digest }) => digest) };
}

async function usesOf(
  audit: LookedAt,
  id: DatasetId,
  dataset: StoredDataset,
  learnt: ReadonlySet<string>,
  look: Look,
): Promise<AffectedAudit['uses']> {
  const digest = audit.hashes['split'] ?? dataset.manifest.splits[audit.options.split];
  const uses: ('rows' | 'model')[] = [];
  if (audit.dataset === id && (await look(digest, audit.options.split))) uses.push('rows');
  if (audit.runs.some((run) => learnt.has(run))) uses.push('model');
  return uses;
}
