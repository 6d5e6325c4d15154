/** Every metric a run can have, by the name under which its points are stored. */
export const METRICS = {
  loss: 'loss',
  learningRate: 'learningRate',
  /** Euclidean norm of all gradients. */
  gradientNorm: 'gradientNorm',
  /** Share of right answers to the pretext task or, for the supervised twin, to the labels, on the training batch. */
  pretextAccuracy: 'pretextAccuracy',
  /** The parts of a loss that tells what was hidden of a sample: which parts, and what stood there. */
  maskLoss: 'maskLoss',
  reconstructionLoss: 'reconstructionLoss',
  /** What the loss was multiplied by in mixed precision; it halves when gradients overflow. */
  lossScale: 'lossScale',
  /** Mean entropy of the distributions that a step aims at, as a share of the largest: 1 where they have become uniform. */
  targetEntropy: 'targetEntropy',
  /** Entropy of the mean of these distributions, as a share of the largest: near 0 where all samples aim at the same. */
  targetUse: 'targetUse',
  /** The same of the predicted distributions. */
  predictionUse: 'predictionUse',
  /** Negative log likelihood of an image and divergence of its code, in nats. */
  reconstruction: 'reconstruction',
  divergence: 'divergence',
  /** Loss of what is trained against a discriminator. */
  generatorLoss: 'generatorLoss',
  samplesPerSecond: 'samplesPerSecond',
  /** Share of a step's time in which the engine waited for samples and random numbers. */
  waitingForData: 'waitingForData',
  /** Bytes. */
  peakMemory: 'peakMemory',
  /** Of what the loss sees: the embedding z, or the representation h where there is none. */
  std: 'std',
  effectiveRank: 'effectiveRank',
  alignment: 'alignment',
  uniformity: 'uniformity',
  /** Of the representation h, where the loss sees another. */
  representationStd: 'representationStd',
  representationRank: 'representationRank',
  /** Of the online linear probe, before its update, on the batch that it learns from. */
  onlineLoss: 'onlineLoss',
  onlineAccuracy: 'onlineAccuracy',
  /** Of the online linear probe on the monitors' bank. */
  online: 'online',
  onlineWorst: 'online/worst',
  knn: 'knn',
  knnWorst: 'knn/worst',
} as const;

/** Accuracy of one group, of the kNN vote if nothing else is said: `knn/<feature>=<value>`. */
export function groupMetric(feature: string, value: string, of: string = METRICS.knn): string {
  return `${of}/${feature}=${value}`;
}
