import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Where the parts of the built app are. */
export interface AppPaths {
  readonly pages: string;
  readonly preload: string;
  readonly trainer: string;
  readonly icon: string;
  readonly workers: { readonly data: URL; readonly audits: URL };
}

/** The parts seen from the folder of the built main script (`out/main`), inside an archive or not. */
export function pathsOf(main: string): AppPaths {
  return {
    pages: join(main, '..', 'renderer'),
    preload: join(main, '..', 'preload', 'index.cjs'),
    trainer: join(main, 'trainer.js'),
    icon: join(main, '..', '..', 'resources', 'icon.png'),
    workers: {
      data: pathToFileURL(join(main, 'dataWorker.js')),
      audits: pathToFileURL(join(main, 'auditsWorker.js')),
    },
  };
}
