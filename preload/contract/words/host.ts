import type { EngineId, Modality } from './config.ts';
import type { JobId } from './ids.ts';
import type { Baseline } from './runs.ts';
import type { ParamSpecs, ViewChoice } from './params.ts';

export interface DeviceReport {
  readonly id: string;
  readonly name: string;
  readonly works: boolean;
  /** Why not, and how to get it; empty if it works. */
  readonly missing: string;
}

export interface EngineReport {
  readonly id: EngineId;
  readonly title: string;
  readonly version: string | null;
  readonly works: boolean;
  readonly devices: readonly DeviceReport[];
  readonly missing: string;
  readonly howToGet: string;
}

export type JobState = 'queued' | 'running' | 'finished' | 'failed' | 'cancelled';

/**
 * Long work other than training: an import, an audit, an export. One that closing Pretext cut off is listed after the next start as
 * failed, with an error of code `cancelled` that says so.
 */
export interface JobRow {
  readonly id: JobId;
  readonly kind: 'import' | 'check' | 'audit' | 'evaluation' | 'export';
  readonly title: string;
  readonly state: JobState;
  /** 0..1, or null while unknown. */
  readonly progress: number | null;
  readonly detail: string;
  readonly etaSeconds: number | null;
  readonly started: string;
  /** Id of what it made. */
  readonly result: string | null;
  readonly error: PlainErrorLike | null;
}

export interface PlainErrorLike {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

export interface WorkspaceInfo {
  readonly path: string;
  readonly name: string;
  readonly readOnly: boolean;
  readonly readOnlyReason: string | null;
  readonly sizeBytes: number;
  readonly freeBytes: number;
  readonly appVersion: string;
  readonly schemaVersion: number;
  readonly host: 'electron' | 'serve';
  readonly cores: number;
}

/** A paper or authors' code behind an entry. */
export interface Reference {
  readonly paper: string;
  readonly url: string;
  readonly code: string;
}

export interface CatalogEntry {
  readonly id: string;
  readonly title: string;
  /** One sentence: what it does or learns. */
  readonly summary: string;
  readonly params: ParamSpecs;
}

export interface MethodEntry extends CatalogEntry {
  readonly family: string;
  readonly reference: Reference;
  readonly modalities: readonly Modality[];
  /** The authors' views for the first of the modalities. */
  readonly defaultViews: readonly ViewChoice[];
  /** Views for the other modalities, where there are any. */
  readonly viewsByModality?: Readonly<Partial<Record<Modality, readonly ViewChoice[]>>>;
  /** Two or three words beside the name, such as `NT-Xent`. */
  readonly hint: string;
  readonly usesLabels: boolean;
  /** How many views of each sample it takes; left out where its parameters decide. */
  readonly viewCount?: number;
  /** `patches`: takes only encoders with that trait. */
  readonly needs?: 'patches';
  /** Left out by methods that are no baseline. */
  readonly baseline?: Baseline;
}

export interface ViewEntry extends CatalogEntry {
  readonly modalities: readonly Modality[];
}

export interface EncoderEntry extends CatalogEntry {
  readonly modalities: readonly Modality[];
  /** What fine-tuning may find in it with its default parameters. */
  readonly traits?: {
    readonly batchNorm: boolean;
    readonly downsampling: boolean;
    /** It can encode some patches of an image alone. */
    readonly patches?: boolean;
  };
}

export interface MetricEntry {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly higherIsBetter: boolean | null;
}

/** A fine-tuning strategy: what of a pretrained encoder moves. */
export interface FinetuneEntry extends CatalogEntry {
  readonly reference: Reference;
  /** What the encoder must have for it; null: nothing. */
  readonly needs: 'batchNorm' | 'downsampling' | null;
  /** False for training from scratch. */
  readonly pretrained: boolean;
}

/** Every registry as data; the renderer and the command line draw themselves from it. */
export interface Catalog {
  readonly methods: readonly MethodEntry[];
  readonly views: readonly ViewEntry[];
  readonly encoders: readonly EncoderEntry[];
  /** Fine-tuning strategies. */
  readonly finetunes?: readonly FinetuneEntry[];
  readonly optimizers: readonly CatalogEntry[];
  readonly schedules: readonly CatalogEntry[];
  readonly metrics: readonly MetricEntry[];
  readonly disparities: readonly MetricEntry[];
  readonly readers: readonly CatalogEntry[];
  readonly engines: readonly { readonly id: EngineId; readonly title: string; readonly summary: string }[];
  readonly reportFormats: readonly {
    readonly id: string;
    readonly title: string;
    readonly extension: string;
    readonly mediaType: string;
  }[];
  /** Parameters of the run itself by their place in the config (the empty one is the top: batchSize, epochs; then `evaluate.knn`, `monitor` …). */
  readonly settings?: Readonly<Record<string, ParamSpecs>>;
}
