/** By what the loss is multiplied before its gradients are taken, so that small ones survive half precision; saved in checkpoints. */
export interface LossScale {
  readonly scale: number;
  /** Steps since it last changed. */
  readonly steady: number;
}

/** PyTorch's GradScaler: where it starts, after how many good steps it doubles. */
const [START, PATIENCE] = [2 ** 16, 2000];
/** Larger ones overflow single precision itself before they help. */
const LARGEST = 2 ** 24;

/** The scale of a run's first step. */
export function firstLossScale(): LossScale {
  return { scale: START, steady: 0 };
}

/**
 * The scale of the next step (Micikevicius et al., Mixed precision training, ICLR 2018, arXiv 1710.03740): half after a step whose gradients
 * overflowed and which was left out, double after 2,000 good ones. Below 1 it is no scaling that fails, but training.
 */
export function nextLossScale({ scale, steady }: LossScale, overflowed: boolean): LossScale {
  if (overflowed) return { scale: scale / 2, steady: 0 };
  if (steady + 1 < PATIENCE) return { scale, steady: steady + 1 };
  return { scale: Math.min(LARGEST, 2 * scale), steady: 0 };
}

/** Whether a step was left out because gradients overflowed at a scale that can still be lowered. */
export function isOverflow({ scale }: LossScale, gradientNorm: number | undefined): boolean {
  return scale > 1 && !Number.isFinite(gradientNorm ?? NaN);
}
