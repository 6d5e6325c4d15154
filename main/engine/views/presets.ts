import type { Modality, ViewChoice } from '../../../preload/contract/vocabulary.ts';

/** The modalities of methods that ask nothing of samples but views of them. */
export const EVERY_MODALITY: readonly Modality[] = ['image', 'table', 'series', 'text'];

type ByModality = Readonly<Partial<Record<Modality, readonly ViewChoice[]>>>;

/** Views of methods that compare two views of a sample: of tables those of SCARF, of series those of Tang et al. and Yfantidou et al., of texts spans with hidden tokens. */
export const PAIRED_VIEWS: ByModality = {
  table: [{ id: 'featureCorruption', params: { rate: 0.6, of: 'second' }, enabled: true }],
  series: [
    { id: 'seriesScaling', params: { sigma: 0.1 }, enabled: true },
    { id: 'seriesNegation', params: { p: 0.5 }, enabled: true },
  ],
  text: [
    { id: 'tokenCrop', params: { scale: [0.5, 1] }, enabled: true },
    { id: 'tokenMask', params: { rate: 0.15 }, enabled: true },
  ],
};
