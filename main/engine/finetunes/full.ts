import { FREE, LINEAR_HEAD, type Finetune } from '../finetune.ts';
import { RAMAPURAM } from './references.ts';

/** Everything moves, from the pretrained weights. */
export const full: Finetune = {
  id: 'full',
  title: 'Full fine-tuning',
  summary: 'Every weight moves, starting from the pretrained encoder, under a linear classifier.',
  reference: RAMAPURAM,
  params: LINEAR_HEAD,
  needs: null,
  pretrained: true,
  plan: () => FREE,
};
