import { FREE, HIDDEN_HEAD, type Finetune } from '../finetune.ts';
import { YFANTIDOU } from './references.ts';

/** Of the published grid of frozen convolutions: none. A frozen third keeps its running statistics too. */
export const freezeNone: Finetune = {
  id: 'freezeNone',
  title: 'None frozen',
  summary: 'The whole encoder moves under a classifier with a hidden layer.',
  reference: YFANTIDOU,
  params: HIDDEN_HEAD,
  needs: null,
  pretrained: true,
  plan: () => FREE,
};
