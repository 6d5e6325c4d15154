import { int, type ParamsOf } from '../../core/params.ts';
import { freezing, LINEAR_HEAD, type Finetune } from '../finetune.ts';

const params = {
  ...LINEAR_HEAD,
  epochsPerStage: int(1, {
    min: 1,
    max: 1000,
    doc: 'Epochs before one more stage is set free, from the last to the first; the head alone comes before all.',
  }),
} as const;

/**
 * Stages are set free one after another from the output to the input. A schedule over time, unlike the grid of Yfantidou et al., which
 * goes by the same name in their paper.
 */
export const gradual: Finetune = {
  id: 'gradual',
  title: 'Gradual unfreezing',
  summary:
    'The head learns first; then one stage after another is set free, from the last to the first, until everything moves.',
  reference: {
    paper:
      'Howard, Ruder: Universal language model fine-tuning for text classification, ACL 2018 (section 3.3)',
    url: 'https://arxiv.org/abs/1801.06146',
    code: 'https://github.com/fastai/fastai',
  },
  params,
  needs: null,
  pretrained: true,
  plan(given, { stages }, epoch) {
    const { epochsPerStage } = given as ParamsOf<typeof params>;
    return freezing(stages.slice(0, Math.max(0, stages.length - Math.floor(epoch / epochsPerStage))));
  },
};
