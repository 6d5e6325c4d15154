import { FREE, LINEAR_HEAD, type Finetune } from '../finetune.ts';
import { RAMAPURAM } from './references.ts';

/** Everything moves, from random weights: what the labels alone give with the same encoder and budget. */
export const scratch: Finetune = {
  id: 'scratch',
  title: 'From scratch',
  summary:
    'The same encoder, head, labels and budget, starting from random weights: supervised training without pretraining.',
  reference: RAMAPURAM,
  params: LINEAR_HEAD,
  needs: null,
  pretrained: false,
  plan: () => FREE,
};
