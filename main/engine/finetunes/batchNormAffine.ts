import { LINEAR_HEAD, type Finetune } from '../finetune.ts';
import { RAMAPURAM } from './references.ts';

/** Whether a tensor is a scale or shift of a norm. */
export function isAffine(name: string): boolean {
  return /(^|\/)(gamma|beta)$/.test(name);
}

/** Batch-norm statistics, and its gamma and beta. */
export const batchNormAffine: Finetune = {
  id: 'batchNormAffine',
  title: 'Batch norm',
  summary:
    'Running statistics, scale and shift of batch norm move, beside a linear classifier; filters stay.',
  reference: RAMAPURAM,
  params: LINEAR_HEAD,
  needs: 'batchNorm',
  pretrained: true,
  plan: () => ({ moves: isAffine, adapts: () => true }),
};
