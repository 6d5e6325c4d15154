import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest, RunId } from '../../preload/contract/vocabulary.ts';
import type { WorkspaceDatabase } from './database.ts';
import { referencedDigests } from './references.ts';

/** Beside the database: the session that wrote it last. */
const SESSION_FILE = 'session';
/** Where artefacts are written before they have their names: the store's, and the imports'. */
const INCOMING = [['artefacts', 'incoming'], ['incoming']] as const;

interface Session {
  readonly session: string;
  readonly kept_until: number;
}

/** When files were last changed, in milliseconds since 1970 by the disk's own clock: at or after `from`, before `to`. */
interface Window {
  readonly from: number;
  readonly to: number;
}

/**
 * Deletes what a killed writer left: half-written files, artefacts that no row refers to (it died between the file and its row) and folders of runs that
 * are gone. Called by the one writer before it writes anything.
 *
 * Artefacts are only swept if the database is the one that the last session wrote. One put back from a backup, or made anew, knows nothing of newer artefacts:
 * then everything that is there stays for good.
 * @param since when this process took the writer's place; whatever is not older belongs to somebody who lives
 */
export function sweep(db: WorkspaceDatabase, workspace: string, since: number): void {
  try {
    for (const parts of INCOMING) removeAll(join(workspace, ...parts), { from: 0, to: since });
    const last = db.get<Session>('SELECT session, kept_until FROM workspace');
    const known = last !== undefined && readSessions(workspace).includes(last.session);
    if (known) removeOrphans(db, workspace, { from: last.kept_until, to: since });
    beginSession(db, workspace, known ? last : { session: '', kept_until: since });
  } catch {
    // A workspace that cannot be tidied, as on a full disk, is opened all the same; the next start tries again.
  }
}

/** At every moment the file names the session that the database names, so that a kill in between costs nothing. */
function beginSession(db: WorkspaceDatabase, workspace: string, last: Session): void {
  const session = randomUUID();
  const file = join(workspace, SESSION_FILE);
  writeFileSync(file, `${last.session}\n${session}\n`, { mode: 0o600 });
  db.run(
    'INSERT OR REPLACE INTO workspace (one, session, kept_until) VALUES (1, ?, ?)',
    session,
    last.kept_until,
  );
  writeFileSync(file, `${session}\n`, { mode: 0o600 });
}

function readSessions(workspace: string): readonly string[] {
  try {
    return readFileSync(join(workspace, SESSION_FILE), 'utf8').split('\n').filter(Boolean);
  } catch {
    return [];
  }
}

function removeOrphans(db: WorkspaceDatabase, workspace: string, window: Window): void {
  const referenced: ReadonlySet<Digest> = referencedDigests(db);
  const artefacts = join(workspace, 'artefacts');
  for (const folder of names(artefacts).filter((name) => /^[0-9a-f]{2}$/.test(name)))
    removeAll(join(artefacts, folder), window, (name) => !referenced.has(folder + name));
  const runs = new Set(db.all<{ id: RunId }>('SELECT id FROM runs').map(({ id }) => id));
  removeAll(join(workspace, 'runs'), window, (name) => !runs.has(name));
}

function removeAll(folder: string, window: Window, which: (name: string) => boolean = () => true): void {
  for (const name of names(folder).filter(which)) {
    const path = join(folder, name);
    const changed = statSync(path, { throwIfNoEntry: false })?.ctimeMs;
    if (changed !== undefined && changed >= window.from && changed < window.to)
      rmSync(path, { recursive: true, force: true });
  }
}

function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
