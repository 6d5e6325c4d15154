import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest } from '../../preload/contract/vocabulary.ts';
import { artefactPath } from '../core/datasetFiles.ts';
import type { WorkspaceDatabase } from './database.ts';

const TABLES = ['checkpoints', 'run_artefacts', 'dataset_artefacts', 'audit_artefacts'] as const;
const REFERENCED = TABLES.map((table) => `SELECT 1 FROM ${table} WHERE digest = ?`).join(' UNION ALL ');
const ALL = TABLES.map((table) => `SELECT digest FROM ${table}`).join(' UNION ');

/** Everything that some row of the workspace refers to. */
export function referencedDigests(db: WorkspaceDatabase): ReadonlySet<Digest> {
  return new Set(db.all<{ digest: Digest }>(ALL).map(({ digest }) => digest));
}

/**
 * Artefacts that have come in but have no row yet: a run that is deleted meanwhile must not take an equal one with it. Each arrival
 * waits for one row.
 */
export class Arrivals {
  private readonly waiting = new Map<Digest, number>();

  arrive(digest: Digest): void {
    this.waiting.set(digest, (this.waiting.get(digest) ?? 0) + 1);
  }

  /** One of the arrivals has its row. */
  settle(digest: Digest): void {
    const left = (this.waiting.get(digest) ?? 0) - 1;
    if (left > 0) this.waiting.set(digest, left);
    else this.waiting.delete(digest);
  }

  has(digest: Digest): boolean {
    return this.waiting.has(digest);
  }
}

/** Deletes those of some artefacts that nothing in the workspace refers to or waits for any more, once the transaction under way is committed. */
export function purgeUnreferenced(
  db: WorkspaceDatabase,
  workspace: string,
  digests: Iterable<Digest>,
  arrivals: Arrivals,
): void {
  db.afterCommit(() => {
    for (const digest of new Set(digests))
      if (!arrivals.has(digest) && !isReferenced(db, digest)) remove(workspace, digest);
  });
}

function isReferenced(db: WorkspaceDatabase, digest: Digest): boolean {
  return db.get(`${REFERENCED} LIMIT 1`, ...TABLES.map(() => digest)) !== undefined;
}

function remove(workspace: string, digest: Digest): void {
  try {
    rmSync(join(workspace, artefactPath(digest)), { force: true });
  } catch {
    // Another program holds it (Windows): no row refers to it, so the next start sweeps it.
  }
}
