import { readFile } from 'node:fs/promises';
import type { ArtefactRow, CheckpointRow, Digest } from '../../../preload/contract/vocabulary.ts';
import { digestOf } from '../../core/canonical.ts';
import type { Store, StoredRun } from '../../store/store.ts';
import { csvText } from '../formats/csvText.ts';
import type { Files } from './columns.ts';
import { pack } from './pack.ts';
import { holdsWithdrawn } from './present.ts';

export { importBundle } from './bundleImport.ts';

/** Version of the bundle's form. */
export const BUNDLE_VERSION = 1;
/** Kinds of artefacts that hold data of single samples. */
export const PER_SAMPLE_KINDS: readonly string[] = ['predictions', 'representations'];

/** First file of a bundle: what is in it and with which checksums. */
export interface BundleManifest {
  readonly format: 'pretext-run';
  readonly version: number;
  readonly run: Omit<StoredRun, 'checkpoints' | 'artefacts'>;
  readonly checkpoints: readonly CheckpointRow[];
  readonly artefacts: readonly ArtefactRow[];
  /** Id of the key that turned the subject ids of its data; null where there are none, left out by older versions. */
  readonly subjectKey?: string | null;
  /** Kinds that were left out because they hold data of single samples. */
  readonly withheld: readonly string[];
  readonly files: readonly { readonly path: string; readonly sha256: Digest; readonly size: number }[];
}

/** Everything of a run but its data: config, points, logs, checkpoints and artefacts, each with its checksum. */
export async function exportBundle(
  store: Store,
  run: StoredRun,
  includeSensitive: boolean,
): Promise<Uint8Array> {
  const { checkpoints, artefacts, ...row } = run;
  const kept: ArtefactRow[] = [];
  for (const artefact of artefacts) {
    const perSample = PER_SAMPLE_KINDS.includes(artefact.kind);
    // Artefacts are never changed: one with rows of somebody who withdrew stays here as a whole.
    if (!perSample || (includeSensitive && !(await holdsWithdrawn(store, run, artefact))))
      kept.push(artefact);
  }
  const files: Record<string, Uint8Array> = {
    'points.csv': new TextEncoder().encode(pointsText(store, run)),
    'logs.json': new TextEncoder().encode(
      JSON.stringify(store.logs.read(run.id, -1, Number.MAX_SAFE_INTEGER)),
    ),
  };
  for (const { digest } of [...checkpoints, ...kept])
    files[`artefacts/${digest}`] = await readFile(store.artefacts.find(digest).path);
  const manifest: BundleManifest = {
    format: 'pretext-run',
    version: BUNDLE_VERSION,
    run: row,
    checkpoints,
    artefacts: kept,
    subjectKey: keyOf(store, run),
    withheld: [...new Set(artefacts.filter((one) => !kept.includes(one)).map(({ kind }) => kind))],
    files: checksums(files),
  };
  return pack({
    'manifest.json': new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`),
    ...files,
  });
}

/** Null too where the data set is not in the workspace. */
function keyOf(store: Store, { dataset }: StoredRun): string | null {
  const known = store.datasets.list(true).some(({ id }) => id === dataset);
  return known ? (store.datasets.manifest(dataset).subjects.key ?? null) : null;
}

function checksums(files: Files): BundleManifest['files'] {
  return Object.entries(files).map(([path, bytes]) => ({
    path,
    sha256: digestOf(bytes),
    size: bytes.length,
  }));
}

function pointsText(store: Store, run: StoredRun): string {
  const rows = [...store.points.all(run.id)].map((point) => [
    point.metric,
    String(point.step),
    String(point.epoch),
    String(point.time),
    String(point.value),
  ]);
  return csvText([['metric', 'step', 'epoch', 'time', 'value'], ...rows]);
}
