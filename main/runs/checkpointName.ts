/** What the name of a checkpoint file says about it. */
export interface CheckpointName {
  readonly kind: 'periodic' | 'final' | 'stopped';
  readonly step: number;
  /** Epochs done; may be a fraction. */
  readonly epoch: number;
}

const PATTERN = /^checkpoint-(periodic|final|stopped)-(\d+)-(\d+(?:\.\d+)?(?:e[+-]?\d+)?)\.ckpt$/;

/**
 * File name of a checkpoint inside a run's directory, such as `checkpoint-periodic-310-2.ckpt`. Main reads it back from files that a
 * dead trainer or app left behind, so that no written checkpoint is lost.
 */
export function checkpointFileName(name: CheckpointName): string {
  return `checkpoint-${name.kind}-${name.step}-${name.epoch}.ckpt`;
}

/** The reverse of `checkpointFileName`; null for any other file, such as one still being written. */
export function parseCheckpointFileName(fileName: string): CheckpointName | null {
  const match = PATTERN.exec(fileName);
  if (!match) return null;
  const [, kind, step, epoch] = match;
  return { kind: kind as CheckpointName['kind'], step: Number(step), epoch: Number(epoch) };
}
