import { LINEAR_HEAD, type Finetune } from '../finetune.ts';
import { RAMAPURAM } from './references.ts';

/** Weights, gamma and beta stay; batch norm normalises by batches of the labelled data, and its running statistics move to them. */
export const batchNormStatistics: Finetune = {
  id: 'batchNormStatistics',
  title: 'Batch-norm statistics',
  summary:
    'Only running means and variances follow the labelled data, beside a linear classifier; no weight of the encoder moves.',
  reference: RAMAPURAM,
  params: LINEAR_HEAD,
  needs: 'batchNorm',
  pretrained: true,
  plan: () => ({ moves: () => false, adapts: () => true }),
};
