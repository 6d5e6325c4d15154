import { freezing, HIDDEN_HEAD, stagesOf, type Finetune } from '../finetune.ts';
import { YFANTIDOU } from './references.ts';

/** Of the published grid of frozen convolutions: all. A frozen third keeps its running statistics too. */
export const freezeAll: Finetune = {
  id: 'freezeAll',
  title: 'All frozen',
  summary: 'The whole encoder stays as pretraining left it, under a classifier with a hidden layer.',
  reference: YFANTIDOU,
  params: HIDDEN_HEAD,
  needs: null,
  pretrained: true,
  plan: (_params, parts) =>
    freezing([...stagesOf(parts, 'first'), ...stagesOf(parts, 'middle'), ...stagesOf(parts, 'last')]),
};
