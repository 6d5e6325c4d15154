import { bool } from '../../core/params.ts';
import { LINEAR_HEAD, type Finetune } from '../finetune.ts';
import { isAffine } from './batchNormAffine.ts';
import { RAMAPURAM } from './references.ts';

const params = {
  ...LINEAR_HEAD,
  affine: bool(true, 'Scale and shift of batch norm move too, as the published share of parameters implies.'),
} as const;

/** Whether a tensor belongs to a convolution that brings a residual block's input to its output's size. */
export function isDownsampling(name: string): boolean {
  return /(^|\/)shortcut\//.test(name);
}

/** Batch norm, and the convolutions on the way around the blocks. */
export const batchNormDownsample: Finetune = {
  id: 'batchNormDownsample',
  title: 'Batch norm and downsampling',
  summary:
    'Batch norm moves, and the downsampling convolutions beside the residual blocks; all other filters stay.',
  reference: RAMAPURAM,
  params: params,
  needs: 'downsampling',
  pretrained: true,
  plan: ({ affine }) => ({
    moves: (name) =>
      isDownsampling(name) ? affine === true || !isAffine(name) : affine === true && isAffine(name),
    adapts: () => true,
  }),
};
