/** A metric of a run as a chart shows it. */
export interface MetricName {
  readonly id: string;
  readonly title: string;
  readonly note: string;
  /** Which heading it belongs under. */
  readonly family: 'training' | 'quality' | 'collapse' | 'groups' | 'system';
  /** 0..1, printed like `.871`. */
  readonly share: boolean;
}

const KNOWN: Readonly<Record<string, Omit<MetricName, 'id'>>> = {
  loss: { title: 'Loss', note: 'per update', family: 'training', share: false },
  learningRate: { title: 'Learning rate', note: 'schedule', family: 'training', share: false },
  knn: { title: 'kNN accuracy', note: 'validation bank', family: 'quality', share: true },
  'knn/worst': { title: 'Worst group', note: 'kNN accuracy of the group served worst', family: 'quality', share: true },
  online: { title: 'Online linear accuracy', note: 'a probe that learns along, validation bank', family: 'quality', share: true },
  'online/worst': { title: 'Worst group, online', note: 'online linear accuracy of the group served worst', family: 'quality', share: true },
  onlineAccuracy: { title: 'Online accuracy, batch', note: 'the online probe on the batch before it learns from it', family: 'training', share: true },
  onlineLoss: { title: 'Online loss', note: 'of the online probe, not of the run', family: 'training', share: false },
  std: { title: 'Per-dimension std', note: 'near 0: collapsed', family: 'collapse', share: false },
  effectiveRank: { title: 'Effective rank', note: 'dimensions in use', family: 'collapse', share: false },
  alignment: { title: 'Alignment', note: 'lower: views of one sample lie closer', family: 'collapse', share: false },
  uniformity: { title: 'Uniformity', note: 'lower: spread more evenly', family: 'collapse', share: false },
  pretextAccuracy: { title: 'Pretext accuracy', note: 'right answers on the training batch', family: 'training', share: true },
  gradientNorm: { title: 'Gradient norm', note: 'all gradients', family: 'training', share: false },
  targetEntropy: { title: 'Entropy of targets', note: '1: they have become uniform', family: 'collapse', share: true },
  targetUse: { title: 'Targets in use', note: 'near 0: all samples aim at the same', family: 'collapse', share: true },
  predictionUse: { title: 'Predictions in use', note: 'near 0: all samples predict the same', family: 'collapse', share: true },
  reconstruction: { title: 'Reconstruction', note: 'nats per image', family: 'training', share: false },
  divergence: { title: 'Divergence', note: 'of the latent code, nats per image', family: 'training', share: false },
  generatorLoss: { title: 'Generator loss', note: 'against the discriminator', family: 'training', share: false },
  lossScale: { title: 'Loss scale', note: 'mixed precision; halves when gradients overflow', family: 'system', share: false },
  representationStd: { title: 'Std of the representation', note: 'before the projector', family: 'collapse', share: false },
  representationRank: { title: 'Rank of the representation', note: 'dimensions in use before the projector', family: 'collapse', share: false },
  samplesPerSecond: { title: 'Samples per second', note: '', family: 'system', share: false },
  waitingForData: { title: 'Waiting for data', note: 'share of a step', family: 'system', share: true },
  peakMemory: { title: 'Peak memory', note: 'bytes', family: 'system', share: false },
};

/** Family order on the Run page. */
export const METRIC_FAMILIES: readonly { readonly id: MetricName['family']; readonly title: string }[] = [
  { id: 'quality', title: 'Quality of the representation' },
  { id: 'training', title: 'Training' },
  { id: 'collapse', title: 'Collapse monitors' },
  { id: 'groups', title: 'By group' },
  { id: 'system', title: 'System' },
];

/** What a metric is called, by its id; ids that nobody named yet are shown as words. */
export function metricName(id: string): MetricName {
  const known = KNOWN[id];
  if (known) return { id, ...known };
  const group = groupOfMetric(id);
  if (group) return { id, title: `${group.feature}: ${group.value}`, note: 'kNN accuracy', family: 'groups', share: true };
  const share = /accuracy|auroc|rate$/i.test(id) && id !== 'learningRate';
  return { id, title: asWords(id), note: '', family: share ? 'quality' : 'training', share };
}

/** The group that `knn/<feature>=<value>` measures, or null. */
export function groupOfMetric(id: string): { readonly feature: string; readonly value: string } | null {
  const match = /^knn\/([^=]+)=(.*)$/.exec(id);
  return match ? { feature: match[1] ?? '', value: match[2] ?? '' } : null;
}

function asWords(id: string): string {
  const text = id.replace(/([a-z\d])([A-Z])/g, '$1 $2').replace(/[._/=-]+/g, ' ').toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
}
