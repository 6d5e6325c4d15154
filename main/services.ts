import { randomInt } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { availableParallelism, homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CallValue, Handlers } from '../preload/contract/calls.ts';
import { AppError } from '../preload/contract/errors.ts';
import type { RunRow } from '../preload/contract/vocabulary.ts';
import { codeDigestOf } from './audits/codeDigest.ts';
import { createCatalog } from './api/catalog.ts';
import { refreshExclusions } from './api/consent/exclusions.ts';
import type { ApiHost } from './api/context.ts';
import { createDoor, type Door } from './api/door.ts';
import { createEventHub, type EventHub } from './api/eventHub.ts';
import { createHandlers } from './api/handlers.ts';
import { createJobRecord } from './api/jobRecord.ts';
import { createJobs } from './api/jobs.ts';
import { keptIn } from './api/ownSettings.ts';
import { createKeyRing } from './api/privacy/keyRing.ts';
import { createTour } from './api/tour/tour.ts';
import { readArtefact } from './data/fsSink.ts';
import { datasetFilesOf, type StoredDataset } from './data/stored.ts';
import { createRunService, type RunServiceHost } from './runs/index.ts';
import type { TrainerLauncher } from './runs/protocol.ts';
import { openStore, type Store } from './store/index.ts';

/** What the surroundings bring: processes, places, time. */
export interface ServicesOptions {
  readonly launcher: TrainerLauncher;
  readonly paths: {
    /** Folder of the workspace. */
    readonly workspace: string;
    /** File of the key for subject ids; `PRETEXT_KEY_FILE`, or the user's own, if left out. */
    readonly subjectKey?: string | null;
    /** Bundled worker scripts; those of the sources if left out. */
    readonly workers?: ApiHost['workers'];
  };
  readonly kind: ApiHost['kind'];
  /** Milliseconds since 1970; the system's clock if left out. */
  readonly clock?: () => number;
  readonly choosePath?: ApiHost['choosePath'];
  /** Prints reports; left out where nothing can. */
  readonly printPdf?: ApiHost['printPdf'];
  /** Told about faults of Pretext itself. */
  readonly onFault: (where: string, cause: unknown) => void;
  readonly timing?: NonNullable<RunServiceHost['timing']>;
}

export interface StartOptions {
  /** False where queued runs are left alone; true if left out. */
  readonly workQueue?: boolean;
  /** True where windows are open to people: a tour that was interrupted goes on. */
  readonly windows?: boolean;
}

/** The house without its doors. */
export interface Services {
  readonly handlers: Handlers;
  readonly door: Door;
  readonly events: EventHub;
  /** Runs that leaving now would interrupt. */
  activeRuns(): readonly RunRow[];
  /** True while a run or a job is under way. */
  busy(): boolean;
  /** Puts crashed runs right and, unless told otherwise, works the queue; call once. */
  start(options?: StartOptions): Promise<void>;
  /**
   * `pause`: what trains saves where it stands and goes on from there after the next start, as if nothing had been (its last checkpoint has to do if
   * saving takes longer than 20 seconds); `stop`: it ends now, is probed and keeps its work. Then all is closed, whatever goes wrong; asked again, it
   * is the same closing.
   */
  shutdown(how: 'pause' | 'stop'): Promise<void>;
}

/**
 * Opens a workspace and puts the rooms together.
 * @throws AppError as opening the store does
 */
export function createServices(options: ServicesOptions): Services {
  const { onFault, clock = Date.now } = options;
  const events = createEventHub((name, cause) => onFault(`a listener of ${name}`, cause));
  const { announce } = events;
  const host = hostOf(options, clock);
  const store = openStore(options.paths.workspace, { now: () => new Date(clock()).toISOString(), newId });
  const storedDataset = (id: string): StoredDataset => storedIn(store, id);
  const runs = createRunService({
    store,
    launcher: options.launcher,
    datasetFilesOf: async (id) => {
      await refreshExclusions({ store, storedDataset, now: clock }, id);
      return datasetFilesOf(storedDataset(id));
    },
    codeVersion: codeVersion(),
    packages: packageVersions(),
    platform: `${process.platform} ${process.arch}`,
    now: clock,
    announce,
    ...(options.timing ? { timing: options.timing } : {}),
  });
  const jobs = createJobs({
    now: clock,
    newId,
    announce,
    onFault: (job, cause) => onFault(job.title, cause),
    record: createJobRecord(store.readOnly ? null : keptIn(store, 'jobs')),
  });
  const keys = createKeyRing(store, host.subjectKeyFile);
  const context = { store, runs, jobs, catalog: createCatalog(), announce, host, keys, storedDataset };
  const tour = createTour({ context, on: events.on, onFault: (cause) => onFault('the tour', cause) });
  const handlers = createHandlers(context, tour);
  const shutdown = async (how: 'pause' | 'stop'): Promise<void> => {
    tour.close();
    try {
      await jobs.stopAll();
      await runs.shutdown(how);
    } finally {
      store.close();
    }
  };
  let closing: Promise<void> | null = null;
  const activeRuns = (): readonly RunRow[] => store.runs.list({ statuses: ['starting', 'running'] });
  return {
    handlers,
    events,
    door: createDoor({ handlers, readOnlyReason: () => store.readOnlyReason, onFault }),
    activeRuns,
    busy: () => activeRuns().length > 0 || jobs.busy(),
    async start({ workQueue = true, windows = false } = {}) {
      await runs.start({ workQueue });
      if (windows) tour.goOn();
    },
    shutdown: (how) => (closing ??= shutdown(how)),
  };
}

function hostOf({ kind, choosePath, paths, printPdf = null }: ServicesOptions, now: () => number): ApiHost {
  return {
    kind,
    appVersion: packageJson(projectFolder()).version,
    cores: availableParallelism(),
    now,
    newId,
    listFolder,
    choosePath: choosePath ?? (() => Promise.resolve(null)),
    subjectKeyFile: resolve(paths.subjectKey ?? (process.env['PRETEXT_KEY_FILE'] || defaultKeyFile())),
    workers: paths.workers ?? {},
    printPdf,
    codeDigest: once(() => codeDigestOf(import.meta.dirname)),
  };
}

/** Computes when first asked. */
function once<T>(compute: () => T): () => T {
  let kept: { readonly value: T } | null = null;
  return () => (kept ??= { value: compute() }).value;
}

function storedIn(store: Store, id: string): StoredDataset {
  const row = store.datasets.row(id);
  const whole = store.datasets.manifest(row.id);
  // Without the subjects whose consent does not hold.
  const manifest = { ...whole, splits: store.consent.splits(row.id)?.splits ?? whole.splits };
  const { digest, count, shape } = row;
  return {
    id: row.id,
    digest,
    count,
    shape,
    manifest,
    find: (file) => store.artefacts.find(file),
    readBytes: readArtefact,
  };
}

const ID_LETTERS = '0123456789abcdefghjkmnpqrstvwxyz';

/** 50 random bits in Crockford's base 32: short enough to type, too many to meet twice. */
function newId(prefix: string): string {
  return `${prefix}-${Array.from({ length: 10 }, () => ID_LETTERS[randomInt(32)]).join('')}`;
}

/** The user's own workspace: where the system keeps data of applications. */
export function defaultWorkspace(
  platform: NodeJS.Platform = process.platform,
  env: Readonly<Record<string, string | undefined>> = process.env,
  home: string = homedir(),
): string {
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Pretext', 'workspace');
  if (platform === 'win32')
    return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'Pretext', 'workspace');
  const data = env['XDG_DATA_HOME'] ?? '';
  return join(data.startsWith('/') ? data : join(home, '.local', 'share'), 'pretext', 'workspace');
}

/** Where the key for subject ids is unless another file is named: with the user's own settings, never in a workspace. */
export function defaultKeyFile(
  platform: NodeJS.Platform = process.platform,
  env: Readonly<Record<string, string | undefined>> = process.env,
  home: string = homedir(),
): string {
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Pretext', 'subject.key');
  if (platform === 'win32')
    return join(env['APPDATA'] ?? join(home, 'AppData', 'Roaming'), 'Pretext', 'subject.key');
  const config = env['XDG_CONFIG_HOME'] ?? '';
  return join(config.startsWith('/') ? config : join(home, '.config'), 'pretext', 'subject.key');
}

/** What may be chosen for an import: folders first, hidden entries left out, at most this many. */
const MOST_ENTRIES = 2000;

async function listFolder(given: string | null): Promise<CallValue<'files.list'>> {
  const path = resolve(given ?? homedir());
  const entries = await readdir(path, { withFileTypes: true }).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AppError({
      code: 'notFound',
      message: `The folder ${path} cannot be listed: ${why}.`,
      hint: 'Choose another folder.',
    });
  });
  const shown = entries
    .filter(({ name }) => !name.startsWith('.'))
    .sort((a, b) => Number(b.isDirectory()) - Number(a.isDirectory()) || a.name.localeCompare(b.name))
    .slice(0, MOST_ENTRIES);
  const rows = await Promise.all(shown.map(({ name }) => entryOf(join(path, name), name)));
  const sorted = rows
    .filter((row) => row !== null)
    .sort((a, b) => Number(b.folder) - Number(a.folder) || a.name.localeCompare(b.name));
  return { path, parent: dirname(path) === path ? null : dirname(path), entries: sorted };
}

/** Null for what is gone or leads nowhere. */
async function entryOf(
  path: string,
  name: string,
): Promise<CallValue<'files.list'>['entries'][number] | null> {
  const found = await stat(path).catch(() => null);
  return found && { name, path, folder: found.isDirectory(), size: found.size };
}

/** The nearest folder above this file that holds package.json, built or not. */
function projectFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

function packageJson(folder: string): { readonly version: string } {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
}

/** Packages that compute: their versions are kept with every run. */
const COMPUTING = ['@tensorflow/tfjs', '@tensorflow/tfjs-node-gpu', 'onnxruntime-node', 'sharp'];

function packageVersions(): Readonly<Record<string, string>> {
  const place = (name: string): string => join(projectFolder(), 'node_modules', name);
  const present = COMPUTING.filter((name) => existsSync(join(place(name), 'package.json')));
  return {
    node: process.versions.node,
    ...Object.fromEntries(present.map((name) => [name, packageJson(place(name)).version])),
  };
}

/** The version, with the commit where this is a clone. */
function codeVersion(): string {
  const { version } = packageJson(projectFolder());
  const git = join(projectFolder(), '.git');
  const read = (name: string): string | null =>
    existsSync(join(git, name)) ? readFileSync(join(git, name), 'utf8').trim() : null;
  const head = read('HEAD');
  const commit = head?.startsWith('ref: ') ? read(head.slice('ref: '.length)) : head;
  return commit ? `${version}+${commit.slice(0, 12)}` : version;
}
