import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest } from '../../preload/contract/vocabulary.ts';
import { artefactPath } from '../core/datasetFiles.ts';
import type { WorkspaceDatabase } from './database.ts';

const REFERENCED = `SELECT 1 FROM checkpoints WHERE digest = ? UNION ALL SELECT 1 FROM run_artefacts WHERE digest = ?
  UNION ALL SELECT 1 FROM dataset_artefacts WHERE digest = ? UNION ALL SELECT 1 FROM audit_artefacts WHERE digest = ? LIMIT 1`;

/** Deletes those of some artefacts that nothing in the workspace refers to any more. Call it after the commit, never inside one. */
export function purgeUnreferenced(db: WorkspaceDatabase, workspace: string, digests: Iterable<Digest>): void {
  for (const digest of new Set(digests)) {
    if (db.get(REFERENCED, digest, digest, digest, digest)) continue;
    rmSync(join(workspace, artefactPath(digest)), { force: true });
  }
}
