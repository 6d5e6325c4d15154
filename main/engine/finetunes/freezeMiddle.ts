import { freezing, HIDDEN_HEAD, stagesOf, type Finetune } from '../finetune.ts';
import { YFANTIDOU } from './references.ts';

/** Of the published grid of frozen convolutions: the middle. A frozen third keeps its running statistics too. */
export const freezeMiddle: Finetune = {
  id: 'freezeMiddle',
  title: 'Middle frozen',
  summary:
    'The middle of the encoder’s three thirds stays as pretraining left it; the rest moves under a classifier with a hidden layer.',
  reference: YFANTIDOU,
  params: HIDDEN_HEAD,
  needs: null,
  pretrained: true,
  plan: (_params, parts) => freezing([...stagesOf(parts, 'middle')]),
};
