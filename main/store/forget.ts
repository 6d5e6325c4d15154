import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkspaceDatabase } from './database.ts';

/** Deletes what imports remember and the remains of changed rows; answers the backups that are left, by name. */
export function forgetImports(db: WorkspaceDatabase, workspace: string): readonly string[] {
  db.assertWritable();
  // Nothing depends on it: a source is read again instead of being recalled.
  rmSync(join(workspace, 'imports'), { recursive: true, force: true });
  db.rewrite();
  const backups = join(workspace, 'backups');
  return existsSync(backups) ? readdirSync(backups).sort() : [];
}
