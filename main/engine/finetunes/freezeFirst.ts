import { freezing, HIDDEN_HEAD, stagesOf, type Finetune } from '../finetune.ts';
import { YFANTIDOU } from './references.ts';

/** Of the published grid of frozen convolutions: the first. A frozen third keeps its running statistics too. */
export const freezeFirst: Finetune = {
  id: 'freezeFirst',
  title: 'First frozen',
  summary:
    'The first of the encoder’s three thirds stays as pretraining left it; the rest moves under a classifier with a hidden layer.',
  reference: YFANTIDOU,
  params: HIDDEN_HEAD,
  needs: null,
  pretrained: true,
  plan: (_params, parts) => freezing([...stagesOf(parts, 'first')]),
};
