import type { RepresentationAudit, RepresentationOptions, RepresentedModel } from '../../../preload/contract/vocabulary.ts'; // prettier-ignore
import type { AuditProgress } from '../table.ts';
import type { LayerInput, ModelInput, RepresentationFacts, RepresentationTable } from './input.ts';
import { readMatrix } from './matrixFile.ts';
import { type MetadataColumns, readMetadata } from './metadataFile.ts';
import { auditRepresentations, type PerformElsewhere } from './representationAudit.ts';
import type { Prepared } from './prepared.ts';

/** Where the matrices of a model lie. */
export interface ModelFiles extends Omit<RepresentedModel, 'layers'> {
  readonly layers: readonly {
    readonly layer: string;
    readonly path: string;
    readonly untrained: string | null;
    readonly views: readonly [string, string] | null;
  }[];
}

/** An audit of representations that lie in files. */
export interface RepresentationJob {
  readonly kind: 'representation';
  readonly facts: RepresentationFacts;
  readonly options: RepresentationOptions;
  readonly models: readonly ModelFiles[];
  readonly rawInput: string | null;
  /** What is known of the rows, or the file that says it. */
  readonly rows: RepresentationTable | MetadataColumns;
  /** Threads; left out: as many as processors. */
  readonly threads?: number;
}

/** A thread that does parts of such an audit. */
export interface RepresentationPartsJob {
  readonly kind: 'representationParts';
  readonly prepared: Prepared;
}

/** Reads all files and audits what they hold. @throws AppError as reading and `auditRepresentations` do */
export async function doRepresentationAudit(
  job: RepresentationJob,
  performing: PerformElsewhere,
  onProgress: AuditProgress,
): Promise<RepresentationAudit> {
  onProgress(0, 'reading embeddings');
  const { rows } = job;
  const table = 'path' in rows ? await readMetadata(rows) : rows;
  const hashes: Record<string, string> = { ...job.facts.hashes };
  const read = async (path: string, what: string) => {
    const { matrix, digest } = await readMatrix(path);
    hashes[what] = digest;
    return matrix;
  };
  const models: ModelInput[] = [];
  for (const { layers, ...model } of job.models) {
    const inputs: LayerInput[] = [];
    for (const { layer, path, untrained, views } of layers)
      inputs.push({
        layer,
        matrix: await read(path, `${model.name}:${layer}`),
        untrained: untrained === null ? null : await read(untrained, `${model.name}:${layer}:untrained`),
        views: views && [await read(views[0], `${model.name}:${layer}:view 1`), await read(views[1], `${model.name}:${layer}:view 2`)], // prettier-ignore
      });
    models.push({ ...model, layers: inputs });
  }
  const rawInput = job.rawInput === null ? null : await read(job.rawInput, 'raw input');
  const input = { facts: { ...job.facts, hashes }, options: job.options, table, models, rawInput };
  return auditRepresentations(input, performing, onProgress);
}
