import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Real data that may lie beside the checkout; null, with a printed reason, where it does not. */
export function sharedData(name: string): string | null {
  const path = join(import.meta.dirname, '../../../shared/data', name);
  if (existsSync(path)) return path;
  console.warn(`skipped: there is no folder of real data at ${path}`);
  return null;
}
