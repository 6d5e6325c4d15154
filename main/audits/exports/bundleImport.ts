import { readFile, stat } from 'node:fs/promises';
import { unzipSync } from 'fflate';
import { parse } from 'csv-parse/sync';
import { AppError } from '../../../preload/contract/errors.ts';
import type { LogLine, MetricPoint, RunId, RunStatus } from '../../../preload/contract/vocabulary.ts';
import { digestOf } from '../../core/canonical.ts';
import { configHash } from '../../core/runConfig.ts';
import type { Store } from '../../store/store.ts';
import type { BundleManifest } from './bundle.ts';

/** A bundle may unpack to so many bytes, and to so many times its own size. */
export const BUNDLE_BOUNDS = { bytes: 2 ** 31, factor: 200, slack: 2 ** 24, files: 10_000 } as const;

const KNOWN_VERSION = 1;
const ENDED: readonly RunStatus[] = ['finished', 'stopped', 'failed', 'crashed'];
const PATHS = /^(manifest\.json|points\.csv|logs\.json|artefacts\/[0-9a-f]{64})$/;

/**
 * Takes a run bundle into the workspace as a new run. Nothing is stored unless every checksum holds.
 * @throws AppError invalidData (not a bundle, damaged, made to do harm), conflict (made by a newer version), readOnly
 */
export async function importBundle(
  store: Store,
  path: string,
  host: { readonly now: () => string; readonly subjectKey: string | null },
): Promise<RunId> {
  const { manifest, files } = openBundle(await bytesOf(path), path);
  const points = pointsOf(files['points.csv'] ?? new Uint8Array(0));
  const logs = JSON.parse(textOf(files['logs.json'] ?? new Uint8Array(0)) || '[]') as readonly LogLine[];
  for (const [name, bytes] of Object.entries(files))
    if (name.startsWith('artefacts/')) await store.artefacts.put(bytes);
  // One transaction: the run is never seen in the queue on its way in.
  return store.transaction(() => {
    const id = createRun(store, manifest, host);
    store.points.append(
      id,
      points.map((point, seq) => ({ ...point, seq })),
    );
    store.logs.append(
      id,
      logs.map(({ time, level, text }) => ({ time, level, text })),
    );
    for (const checkpoint of manifest.checkpoints)
      store.runs.addCheckpoint(id, checkpoint, manifest.checkpoints.length);
    for (const artefact of manifest.artefacts) store.runs.addArtefact(id, artefact);
    return id;
  });
}

async function bytesOf(path: string): Promise<Uint8Array> {
  const info = await stat(path).catch(() => null);
  if (!info?.isFile()) throw invalid(`There is no file ${path}.`, 'Check the path.');
  if (info.size > BUNDLE_BOUNDS.bytes)
    throw invalid(`${path} is too large for a run bundle.`, 'Check the path.');
  return readFile(path);
}

/**
 * The manifest and the files of a bundle, every checksum verified.
 * @throws AppError invalidData
 */
export function openBundle(
  bytes: Uint8Array,
  path: string,
): { readonly manifest: BundleManifest; readonly files: Readonly<Record<string, Uint8Array>> } {
  const files = unpack(bytes, path);
  const manifest = manifestOf(files['manifest.json'], path);
  const listed = new Set(manifest.files.map((file) => file.path));
  const stray = Object.keys(files).find((name) => name !== 'manifest.json' && !listed.has(name));
  if (stray !== undefined)
    throw invalid(`${path} holds ${stray}, which its manifest does not list.`, DAMAGED);
  for (const { path: name, sha256 } of manifest.files) {
    const content = files[name];
    if (content === undefined) throw invalid(`${path} lacks ${name}, which its manifest lists.`, DAMAGED);
    const found = digestOf(content);
    const expected = name.startsWith('artefacts/') ? name.slice('artefacts/'.length) : sha256;
    if (found !== sha256 || found !== expected)
      throw invalid(`${name} in ${path} does not have the checksum that its manifest gives.`, DAMAGED);
  }
  checkReferences(manifest, path);
  return { manifest, files };
}

const DAMAGED = 'The bundle was changed or damaged on its way; export it again.';

function unpack(bytes: Uint8Array, path: string): Readonly<Record<string, Uint8Array>> {
  const limit = Math.min(BUNDLE_BOUNDS.bytes, bytes.length * BUNDLE_BOUNDS.factor + BUNDLE_BOUNDS.slack);
  const seen = new Set<string>();
  let total = 0;
  try {
    return unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        total += originalSize;
        if (!PATHS.test(name))
          throw invalid(`${path} holds a file ${JSON.stringify(name)}, which no run bundle has.`, DAMAGED);
        if (seen.has(name)) throw invalid(`${path} holds ${name} twice.`, DAMAGED);
        if (total > limit || seen.size >= BUNDLE_BOUNDS.files)
          throw invalid(
            `${path} unpacks to far more than a run bundle holds.`,
            'It may be made to fill the disk: do not use it.',
          );
        seen.add(name);
        return true;
      },
    });
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw invalid(
      `${path} is not a zip file that can be read.`,
      'Choose a file made by exporting a run as a bundle.',
    );
  }
}

function manifestOf(bytes: Uint8Array | undefined, path: string): BundleManifest {
  const manifest = bytes === undefined ? null : (parseJson(textOf(bytes)) as Partial<BundleManifest> | null);
  if (manifest?.format !== 'pretext-run' || typeof manifest.version !== 'number')
    throw invalid(
      `${path} is not a run bundle: it has no manifest of one.`,
      'Choose a file made by exporting a run as a bundle.',
    );
  if (manifest.version > KNOWN_VERSION)
    throw new AppError({
      code: 'conflict',
      message: `${path} was made by a newer Pretext (bundle version ${manifest.version}).`,
      hint: 'Update Pretext to import it.',
    });
  const { run, files, checkpoints, artefacts } = manifest;
  if (!run || !Array.isArray(files) || !Array.isArray(checkpoints) || !Array.isArray(artefacts))
    throw invalid(`${path} has an incomplete manifest.`, DAMAGED);
  if (configHash(run.config) !== run.configHash)
    throw invalid(`The config in ${path} does not have the hash that the run was known by.`, DAMAGED);
  return manifest as BundleManifest;
}

function checkReferences(manifest: BundleManifest, path: string): void {
  const present = new Set(manifest.files.map((file) => file.path));
  const missing = [...manifest.checkpoints, ...manifest.artefacts].find(
    ({ digest }) => !present.has(`artefacts/${digest}`),
  );
  if (missing) throw invalid(`${path} names the artefact ${missing.digest} but does not hold it.`, DAMAGED);
}

function createRun(
  store: Store,
  { run, subjectKey = null }: BundleManifest,
  host: Parameters<typeof importBundle>[2],
): RunId {
  const name = run.experimentName;
  const experiment =
    store.experiments.list().find((one) => one.name === name) ??
    store.experiments.create({ name, notes: `Made for the run ${run.name}, imported ${host.now()}.` });
  const { config, provenance } = run;
  const { id } = store.runs.create({
    experiment: experiment.id,
    name: run.name,
    config,
    configHash: run.configHash,
    provenance,
  });
  const ended = ENDED.includes(run.status);
  store.runs.change(id, {
    status: ended ? run.status : 'stopped',
    reason: ended ? run.reason : `It was exported while ${run.status}.`,
    ended: run.ended,
    progress: run.progress,
    tags: run.tags,
    notes: [run.notes, otherKey(subjectKey, host.subjectKey)].filter((text) => text !== '').join('\n'),
    ...(run.started === null ? {} : { started: run.started }),
    ...(run.cost === null ? {} : { cost: run.cost }),
    ...(run.results === null ? {} : { results: run.results }),
  });
  for (const alarm of run.alarms) store.runs.change(id, { alarm });
  return id;
}

/** Why people of its data are not recognised here; empty if they are, or if it knows nobody by name. */
function otherKey(theirs: string | null, own: string | null): string {
  if (theirs === null || theirs === own) return '';
  const ours = own === null ? 'none was used here yet' : `those of this workspace with ${own}`;
  return `The subject ids of its data were turned with the key ${theirs}, ${ours}: the same person goes by other names, and a withdrawal here does not find them by name. Copy that key to this machine, or ask where the run comes from.`;
}

function pointsOf(bytes: Uint8Array): readonly MetricPoint[] {
  const points: MetricPoint[] = [];
  parse(bytes, {
    columns: true,
    on_record: ({ metric = '', step, epoch, time, value }: Readonly<Record<string, string>>) => {
      points.push({
        metric: unquoted(metric),
        step: Number(step),
        epoch: Number(epoch),
        time: Number(time),
        value: Number(value),
      });
      return null;
    },
  });
  return points;
}

/** A name that a spreadsheet would run was written with a leading apostrophe. */
function unquoted(name: string): string {
  return /^'[=+\-@\t\r]/.test(name) ? name.slice(1) : name;
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function invalid(message: string, hint: string): AppError {
  return new AppError({ code: 'invalidData', message, hint });
}
