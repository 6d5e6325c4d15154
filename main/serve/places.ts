import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The project's folder: the nearest one above this file that holds package.json, built or not. */
export function projectFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

/** The built renderer. */
export function pagesFolder(): string {
  return join(projectFolder(), 'out', 'renderer');
}

/** The code of the processes and threads that this one starts: the sources unbuilt, their bundles when built. */
export interface ServedCode {
  readonly trainer: string;
  /** Null: the workers beside their rooms' sources. */
  readonly workers: { readonly data: URL; readonly audits: URL } | null;
}

/** Where that code is, seen from this file. */
export function servedCode(): ServedCode {
  const unbuilt = import.meta.url.endsWith('.ts');
  if (unbuilt) return { trainer: join(projectFolder(), 'main', 'trainer', 'index.ts'), workers: null };
  const built = (name: string): string => join(projectFolder(), 'out', 'main', name);
  const workers = {
    data: pathToFileURL(built('dataWorker.js')),
    audits: pathToFileURL(built('auditsWorker.js')),
  };
  return { trainer: built('trainer.js'), workers };
}
