import { FROZEN, LINEAR_HEAD, type Finetune } from '../finetune.ts';
import { RAMAPURAM } from './references.ts';

/** The encoder in evaluation mode; only a head learns. The variant that the others are compared with. */
export const linear: Finetune = {
  id: 'linear',
  title: 'Linear head',
  summary: 'The encoder stays as it is, with its running statistics; only a linear classifier learns.',
  reference: RAMAPURAM,
  params: LINEAR_HEAD,
  needs: null,
  pretrained: true,
  plan: () => FROZEN,
};
