import type { Graph } from './graph.ts';
import type { GraphSession, SessionOptions } from './session.ts';
import { createSession } from './session.ts';

/** A shared session, to be released once. */
export interface SessionLease {
  readonly session: GraphSession;
  release(): void;
}

interface Entry {
  readonly session: GraphSession;
  users: number;
}

const entries = new Map<string, Entry>();

/** The session compiled under `key`, or a new one. It is disposed when its last user releases it. */
export function acquireSession(key: string, makeGraph: () => Graph, options: SessionOptions): SessionLease {
  const entry = entries.get(key) ?? { session: createSession(makeGraph(), options), users: 0 };
  entries.set(key, entry);
  entry.users += 1;
  let released = false;
  const release = (): void => {
    if (released) return;
    released = true;
    entry.users -= 1;
    if (entry.users > 0) return;
    entries.delete(key);
    entry.session.dispose();
  };
  return { session: entry.session, release };
}

/** Number of live sessions. */
export function sessionCount(): number {
  return entries.size;
}
