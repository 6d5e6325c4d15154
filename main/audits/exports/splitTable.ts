import { AppError } from '../../../preload/contract/errors.ts';
import type { ArtefactRow } from '../../../preload/contract/vocabulary.ts';
import { SPLIT_ROLES } from '../../../preload/contract/vocabulary.ts';
import { readArtefact } from '../../data/fsSink.ts';
import { auditTableOf } from '../../data/stored.ts';
import type { AuditTable } from '../../data/stored.ts';
import type { Store } from '../../store/store.ts';
import { datasetOf } from './present.ts';

/**
 * Names, subjects and sensitive features of the rows that a predictions artefact is about; its name starts with the data set's id.
 * @throws AppError notFound if that data set is not in the workspace
 */
export async function splitTable(store: Store, artefact: ArtefactRow, split: string): Promise<AuditTable> {
  const dataset = datasetOf(store, artefact);
  const role = SPLIT_ROLES.find((one) => one === split);
  if (!dataset || !role) {
    throw new AppError({
      code: 'notFound',
      message: `The data set that ${artefact.name} predicts is not in this workspace.`,
      hint: 'Export without names and sensitive features, or import the data set again.',
    });
  }
  const { id, digest, count, shape } = dataset;
  const manifest = store.datasets.manifest(id);
  const find = (wanted: string) => store.artefacts.find(wanted);
  return auditTableOf({ id, digest, count, shape, manifest, find, readBytes: readArtefact }, role);
}
