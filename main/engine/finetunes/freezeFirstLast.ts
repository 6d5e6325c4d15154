import { freezing, HIDDEN_HEAD, stagesOf, type Finetune } from '../finetune.ts';
import { YFANTIDOU } from './references.ts';

/** Of the published grid of frozen convolutions: the first and the last. A frozen third keeps its running statistics too. */
export const freezeFirstLast: Finetune = {
  id: 'freezeFirstLast',
  title: 'First and last frozen',
  summary:
    'The first and the last of the encoder’s three thirds stay as pretraining left them; the rest moves under a classifier with a hidden layer.',
  reference: YFANTIDOU,
  params: HIDDEN_HEAD,
  needs: null,
  pretrained: true,
  plan: (_params, parts) => freezing([...stagesOf(parts, 'first'), ...stagesOf(parts, 'last')]),
};
