import type { Modality, ViewChoice } from '../../../preload/contract/vocabulary.ts';

/** The modalities of methods that ask nothing of samples but views of them. */
export const EVERY_MODALITY: readonly Modality[] = ['image', 'table'];

type ByModality = Readonly<Partial<Record<Modality, readonly ViewChoice[]>>>;

/** Views of methods that compare two views of a sample: of tables those of SCARF. */
export const PAIRED_VIEWS: ByModality = {
  table: [{ id: 'featureCorruption', params: { rate: 0.6, of: 'second' }, enabled: true }],
};
