import type { Reference } from '../../../preload/contract/vocabulary.ts';

/** The grid of frozen convolutions. */
export const YFANTIDOU: Reference = {
  paper:
    'Yfantidou, Spathis, Constantinides, Vakali, Quercia, Kawsar: Using self-supervised learning can improve model fairness, KDD 2024, arXiv 2406.02361',
  url: 'https://arxiv.org/abs/2406.02361',
  code: 'https://github.com/Nokia-Bell-Labs/SSLfairness',
};

/** Batch-norm statistics and skips against the whole encoder. */
export const RAMAPURAM: Reference = {
  paper:
    'Ramapuram, Busbridge, Webb: Evaluating the fairness of fine-tuning strategies in self-supervised learning, arXiv 2110.00538',
  url: 'https://arxiv.org/abs/2110.00538',
  code: '',
};
