import { freezing, HIDDEN_HEAD, stagesOf, type Finetune } from '../finetune.ts';
import { YFANTIDOU } from './references.ts';

/** Of the published grid of frozen convolutions: the first and the middle. A frozen third keeps its running statistics too. */
export const freezeFirstMiddle: Finetune = {
  id: 'freezeFirstMiddle',
  title: 'First and middle frozen',
  summary:
    'The first and the middle of the encoder’s three thirds stay as pretraining left them; the rest moves under a classifier with a hidden layer.',
  reference: YFANTIDOU,
  params: HIDDEN_HEAD,
  needs: null,
  pretrained: true,
  plan: (_params, parts) => freezing([...stagesOf(parts, 'first'), ...stagesOf(parts, 'middle')]),
};
