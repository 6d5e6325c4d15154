import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest } from '../../preload/contract/vocabulary.ts';

const CODE = /\.(ts|js|mjs|cjs)$/;

/** Digest of all code below a folder: names and contents, in order of name. */
export function codeDigestOf(folder: string): Digest {
  const hash = createHash('sha256');
  for (const name of filesBelow(folder, '').sort()) {
    hash.update(`${name}\0`);
    hash.update(readFileSync(join(folder, name)));
    hash.update('\0');
  }
  return hash.digest('hex');
}

/** Folder by folder: a packaged app's archive knows no recursive listing. */
function filesBelow(folder: string, prefix: string): string[] {
  return readdirSync(join(folder, prefix), { withFileTypes: true }).flatMap((entry) => {
    const name = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    if (entry.isDirectory()) return filesBelow(folder, name);
    return CODE.test(name) ? [name] : [];
  });
}
