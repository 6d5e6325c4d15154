import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Catalog, DatasetRow, RunConfig } from '../../../preload/contract/vocabulary.ts';
import { engineCatalog } from '../../../main/api/catalog.generated.ts';
import { parseConfig } from '../../../main/core/runConfig.ts';
import { importDataset } from '../../../main/data/dataset.ts';
import { fsArtefactWriter, readArtefact } from '../../../main/data/fsSink.ts';
import { datasetFilesOf } from '../../../main/data/stored.ts';
import type { TrainingData } from '../../../main/engine/trainingData.ts';
import { openStore } from '../../../main/store/index.ts';
import { openTrainingData } from '../../../main/trainer/datasetReader.ts';

/** Beside the repository, where there is one; the built-in digits otherwise. */
const FASHION = join(import.meta.dirname, '../../../../shared/data/fashion-mnist');
const catalog = { ...engineCatalog, metrics: [], disparities: [], readers: [], reportFormats: [] } as Catalog;

/** The data of a comparison, imported once into a workspace in `folder`. */
export interface BenchData {
  readonly name: string;
  readonly row: DatasetRow;
  config(given: Readonly<Record<string, unknown>>): RunConfig;
  open(config: RunConfig): Promise<TrainingData & { close(): void }>;
  close(): void;
}

/** Opens Fashion-MNIST, or the built-in data where it is not there. `limit` keeps so many samples; 0 keeps all. */
export async function openBenchData(folder: string, limit: number): Promise<BenchData> {
  mkdirSync(folder, { recursive: true });
  const store = openStore(join(folder, 'workspace'), {
    now: () => new Date().toISOString(),
    newId: (prefix) => `${prefix}-${Date.now()}`,
  });
  const source = existsSync(FASHION) ? FASHION : 'builtin:coloured-digits';
  const name = `${source === FASHION ? 'Fashion-MNIST' : 'coloured digits'}${limit > 0 ? `, ${limit} samples` : ''}`;
  const known = store.datasets.list().find((row) => row.name === name);
  const row = known ?? store.datasets.create(await imported(store.path, source, { name, limit }));
  const names = { catalog, dataset: () => row };
  return {
    name,
    row,
    config: (given) => parseConfig({ dataset: row.id, ...given }, names),
    open: async (config) => {
      const { id, digest, count, shape } = row;
      const manifest = store.datasets.manifest(id);
      const { find } = store.artefacts;
      const files = await datasetFilesOf({
        id,
        digest,
        count,
        shape,
        manifest,
        find,
        readBytes: readArtefact,
      });
      return openTrainingData(files, config.target, config.evaluate.knn.target);
    },
    close: () => store.close(),
  };
}

function imported(path: string, source: string, { name, limit }: { name: string; limit: number }) {
  return importDataset({
    ...{ path: source, reader: null, options: { name, ...(limit > 0 ? { limit } : {}) } },
    ...{ writer: fsArtefactWriter(path), signal: new AbortController().signal, onProgress: () => undefined },
  });
}
