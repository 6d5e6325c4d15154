import { onTestFinished } from 'vitest';
import { temporaryFolder } from './workspace.ts';

/** A folder of the running test's own, removed at its end, however it ends. */
export function testFolder(name: string): string {
  const { path, remove } = temporaryFolder(name);
  onTestFinished(remove);
  return path;
}
