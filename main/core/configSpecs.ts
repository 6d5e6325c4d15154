import { bool, choice, float, int } from './params.ts';

/** Parameters of the run itself; every default of a run config that is not a registry entry's own stands here. */
export const RUN_SPECS = {
  batchSize: int(128, {
    min: 4,
    max: 65_536,
    doc: 'Samples per optimiser update; contrastive methods compare within it.',
  }),
  epochs: int(10, { min: 1, max: 100_000, doc: 'Passes over the pretrain split.' }),
  maxSamples: int(0, {
    min: 0,
    max: 1_000_000_000,
    doc: 'Use at most so many samples of the pretrain split, chosen by the seed; 0 uses all.',
  }),
  seed: int(1, { min: 0, max: 2_147_483_647, doc: 'Everything random in the run follows from it.' }),
} as const;

/** The kNN probe on the frozen representation, as in lightly: cosine similarity, weights exp(similarity / temperature). */
export const KNN_SPECS = {
  k: int(20, {
    min: 1,
    max: 1000,
    doc: 'Neighbours that vote; 200 is usual for large sets, 20 for small ones.',
  }),
  temperature: float(0.1, {
    min: 0.001,
    max: 10,
    log: true,
    doc: 'Temperature of the votes; lower trusts the nearest more.',
  }),
  everyEpochs: int(1, {
    min: 0,
    max: 10_000,
    doc: 'How often it is measured while training; 0 only at the end.',
  }),
} as const;

/** The linear probe: multinomial logistic regression on the frozen, standardised representation. */
export const LINEAR_SPECS = {
  epochs: int(30, { min: 1, max: 10_000, doc: 'Passes over the probe-train split.' }),
  learningRate: float(0.02, { min: 1e-6, max: 100, log: true, doc: 'Learning rate of the probe (AdamW).' }),
  weightDecay: float(1e-4, { min: 0, max: 10, doc: 'Weight decay of the probe.' }),
} as const;

/** Monitors: collapse and quality signals on a fixed bank of validation samples. */
export const MONITOR_SPECS = {
  everyEpochs: int(1, { min: 1, max: 10_000, doc: 'How often the monitors look.' }),
  bankSize: int(2048, {
    min: 64,
    max: 100_000,
    doc: 'Validation samples in the fixed bank; 2,048 or more give stable ranks.',
  }),
  onlineProbe: bool(
    false,
    'A linear probe learns along with the run from the labels; no gradient of it reaches the encoder. A step takes about a fifth longer.',
  ),
} as const;

/** Checkpoints, from which a run resumes bit for bit. */
export const CHECKPOINT_SPECS = {
  everyEpochs: int(1, { min: 1, max: 10_000, doc: 'How often a checkpoint is written.' }),
  keep: int(2, { min: 1, max: 100, doc: 'How many of the latest are kept; the final one always is.' }),
} as const;

/** Threads of the engine; 0 lets it use every core. */
export const ENGINE_SPECS = {
  threads: int(0, { min: 0, max: 512, doc: 'Threads of the engine; 0 uses every core.' }),
  precision: choice(
    'float32',
    ['float32', 'mixed'],
    'mixed: products in half precision with a scaled loss, for graphics cards that have it; engine onnx only.',
  ),
} as const;
