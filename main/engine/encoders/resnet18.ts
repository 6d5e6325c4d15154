import { residualNetwork, residualParams, type ResidualParams } from '../layers/residual.ts';
import type { Encoder } from '../method.ts';

/** ResNet-18 with the stem for CIFAR: 3x3, stride 1, no pooling, as the published small-image results have it. */
export const resnet18: Encoder = {
  id: 'resnet18',
  title: 'ResNet-18',
  summary:
    'Two basic blocks per stage, four stages, with the stem for small images; the usual encoder of published results.',
  modalities: ['image'],
  reference: {
    paper: 'He, Zhang, Ren, Sun: Deep residual learning for image recognition, CVPR 2016',
    url: 'https://arxiv.org/abs/1512.03385',
    code: 'https://github.com/pytorch/vision/blob/main/torchvision/models/resnet.py',
  },
  params: residualParams,
  build: (given, [, , channels]) => residualNetwork([2, 2, 2, 2], given as ResidualParams, channels),
};
