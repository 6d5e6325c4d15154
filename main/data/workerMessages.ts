import type { PlainError } from '../../preload/contract/errors.ts';
import type { ImportOptions, SourcePreview } from '../../preload/contract/vocabulary.ts';
import type { ImportedDataset } from '../core/datasetFiles.ts';
import type { KeyPlace } from './keyFile.ts';
import type { ImportProgress } from './sampleTable.ts';

/** What a worker is started with: one job per worker. `workspace` null: a preview, which stores nothing. */
export interface WorkerJob {
  readonly workspace: string | null;
  readonly path: string;
  readonly reader: string | null;
  readonly options: ImportOptions;
  /** Where the key for subject ids is; left out for a preview, which keeps nothing. */
  readonly key?: KeyPlace;
}

/** What a worker says; after `imported`, `previewed` or `failed` it ends. */
export type WorkerMessage =
  | { readonly type: 'progress'; readonly progress: ImportProgress }
  /** Said every now and then: a worker that falls silent is caught in a loop. */
  | { readonly type: 'alive' }
  | { readonly type: 'imported'; readonly dataset: ImportedDataset }
  | { readonly type: 'previewed'; readonly preview: SourcePreview }
  | { readonly type: 'failed'; readonly error: PlainError };

/** What a worker is told while it works. */
export interface ControlMessage {
  readonly type: 'cancel' | 'pause' | 'resume';
}
