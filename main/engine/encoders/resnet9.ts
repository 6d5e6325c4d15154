import { residualNetwork, residualParams, type ResidualParams } from '../layers/residual.ts';
import type { Encoder } from '../method.ts';

/** ResNet-18 with one basic block per stage instead of two, and the stem for CIFAR: 3x3, stride 1, no pooling. */
export const resnet9: Encoder = {
  id: 'resnet9',
  title: 'ResNet-9',
  summary: 'One basic block per stage, four stages, for small images; between the small CNN and ResNet-18.',
  modalities: ['image'],
  reference: {
    paper: 'He, Zhang, Ren, Sun: Deep residual learning for image recognition, CVPR 2016',
    url: 'https://arxiv.org/abs/1512.03385',
    code: 'https://github.com/lightly-ai/lightly (lightly/models/resnet.py, resnet-9)',
  },
  params: residualParams,
  build: (given, [, , channels]) => residualNetwork([1, 1, 1, 1], given as ResidualParams, channels),
};
