import type { Catalog, CatalogEntry } from '../../preload/contract/vocabulary.ts';
import { reportFormatEntries } from '../audits/reportFormats.ts';
import {
  CHECKPOINT_SPECS,
  ENGINE_SPECS,
  KNN_SPECS,
  LINEAR_SPECS,
  MONITOR_SPECS,
  RUN_SPECS,
} from '../core/configSpecs.ts';
import { readers } from '../data/dataset.ts';
import { disparityEntries } from '../fairness/disparities.ts';
import { metricEntries } from '../fairness/metricCatalog.ts';
import { engineCatalog } from './catalog.generated.ts';

/** Every registry of the house as data; the engine's part was generated, so that main never loads TensorFlow.js. */
export function createCatalog(): Catalog {
  return {
    ...engineCatalog,
    metrics: metricEntries(),
    disparities: disparityEntries(),
    readers: Object.values(readers).map(({ id, title, summary, params }): CatalogEntry => ({
      id,
      title,
      summary,
      params,
    })),
    reportFormats: reportFormatEntries(),
    settings: {
      '': RUN_SPECS,
      'evaluate.knn': KNN_SPECS,
      'evaluate.linear': LINEAR_SPECS,
      monitor: MONITOR_SPECS,
      checkpoint: CHECKPOINT_SPECS,
      engine: ENGINE_SPECS,
    },
  };
}
