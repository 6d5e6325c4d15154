import { assess } from '../../main/audits/audit.ts';
import { exportReport } from '../../main/audits/reportFormats.ts';
import type { ReportedRun, ReportInput } from '../../main/audits/formats/format.ts';
import type { AuditOptions, DatasetDetail, RunConfig, Series } from '../../preload/contract/vocabulary.ts';
import { made } from './tables.ts';

const config: RunConfig = {
  dataset: 'data-1',
  target: 'size',
  modality: 'image',
  method: { id: 'simclr', params: { temperature: 0.5 } },
  views: [{ id: 'resizedCrop', params: { scale: [0.2, 1] }, enabled: true }],
  encoder: { id: 'smallCnn', params: { width: 32 } },
  optimizer: { id: 'sgd', params: { learningRate: 0.06 } },
  schedule: { id: 'warmupCosine', params: { warmupEpochs: 1 } },
  batchSize: 128,
  epochs: 3,
  maxSamples: 0,
  seed: 1,
  engine: { id: 'onnx', device: 'cpu', threads: 0 },
  evaluate: {
    knn: { k: 20, temperature: 0.1, everyEpochs: 1, target: 'size' },
    linear: { epochs: 30, learningRate: 0.02, weightDecay: 1e-4 },
  },
  monitor: { everyEpochs: 1, bankSize: 2048 },
  checkpoint: { everyEpochs: 1, keep: 2 },
  audit: { features: ['colour'], primary: null },
};

export const run: ReportedRun = {
  id: 'run-1',
  experiment: 'exp-1',
  experimentName: 'made',
  name: 'run 1',
  status: 'finished',
  reason: null,
  method: 'simclr',
  encoder: 'smallCnn',
  dataset: 'data-1',
  datasetName: 'made rows',
  seed: 1,
  configHash: 'c'.repeat(64),
  created: '2026-11-22T08:00:00.000Z',
  started: null,
  ended: null,
  progress: null,
  metrics: {},
  cost: null,
  tags: [],
  notes: '',
  colour: 0,
  pinned: false,
  archived: false,
  resumable: false,
  alarms: [],
  config,
  provenance: {
    datasetDigest: 'd'.repeat(64),
    codeVersion: '0.1.0',
    packages: { 'onnxruntime-node': '1.30.0' },
    engine: null,
    platform: 'linux x64',
  },
  checkpoints: [],
  artefacts: [],
  results: {
    knnAccuracy: 0.8,
    linearAccuracy: 0.82,
    untrainedKnnAccuracy: 0.6,
    rawPixelKnnAccuracy: 0.7,
    knnByGroup: [],
    linearByGroup: [],
    batchNormMode: 'batch statistics in training',
    parameters: 310_000,
  },
};

export const dataset: DatasetDetail = {
  id: 'data-1',
  name: 'made rows',
  reader: 'imageFolder',
  modality: 'image',
  count: 1000,
  shape: [28, 28, 3],
  primaryTarget: 'size',
  targets: [{ name: 'size', classes: ['low', 'high'], counts: [500, 500] }],
  sensitive: [
    { name: 'colour', source: 'synthetic', values: ['blue', 'red', 'unknown'], counts: [500, 500, 0] },
  ],
  subjects: 1000,
  splits: { pretrain: 0, probeTrain: 0, validation: 0, audit: 1000 },
  digest: 'd'.repeat(64),
  size: 1,
  created: '2026-11-22T07:00:00.000Z',
  archived: false,
  rejected: 0,
  card: {
    description: 'Rows made by a formula.',
    motivation: '',
    collection: 'A seeded generator.',
    licence: 'CC0',
    consent: 'No people.',
    intendedUse: 'Tests.',
    outOfScope: 'Everything else.',
    knownIssues: '',
    knownAnswer: 'Colour and truth are independent.',
  },
  source: 'made',
  options: {},
  groups: [],
  auditLooks: [],
  report: { read: 1000, rejected: [], moreRejected: 0, notes: [] },
};

const curve = (id: string, offset: number): Series => {
  const epoch = Float64Array.of(1, 2, 3, 4);
  const mean = epoch.map((value) => offset + value / 10);
  return {
    run: id,
    metric: 'knn/accuracy',
    count: 4,
    step: epoch,
    epoch,
    time: epoch,
    min: mean,
    max: mean,
    mean,
  };
};

/** How often two models are right about blue and red: the second serves red worse. */
const TWO = [
  [0.9, 0.88],
  [0.9, 0.7],
] as const;

/** The same of six models. */
export const SIX = [
  [0.9, 0.88],
  [0.9, 0.7],
  [0.92, 0.6],
  [0.85, 0.84],
  [0.9, 0.5],
  [0.88, 0.9],
] as const;

/** A report over made runs, one of which serves red worse. With few rows, shapes lack support. */
export function reportInput(
  n = 1500,
  right: readonly (readonly [number, number])[] = TWO,
  change: Partial<AuditOptions> = {},
): ReportInput {
  const input = made({ n, seed: 21, right });
  const audit = assess({
    ...input,
    facts: {
      ...input.facts,
      costs: [
        {
          run: 'run-1',
          cost: {
            samplesSeen: 60_000,
            flops: 1.2e13,
            deviceSeconds: 1800,
            energyJoules: null,
            device: 'cpu, 2 threads',
          },
        },
        { run: 'run-2', cost: null },
      ],
    },
    options: {
      ...input.options,
      features: ['colour', 'shape'],
      draws: 300,
      primary: { metric: 'accuracy', feature: 'colour', group: 'red', reference: 'blue' },
      ...change,
    },
  });
  return {
    audit,
    runs: audit.models.map(({ name, method, run: id }) => ({ ...run, id: id ?? name, name, method })),
    dataset,
    series: audit.models.map(({ name, run: id }, at) => curve(id ?? name, 0.3 - at / 10)),
    includeSensitive: false,
    version: '0.1.0',
  };
}

/** A report as text; paper is the page that would be printed. */
export async function reportText(format: string, input: ReportInput): Promise<string> {
  const print = (html: Uint8Array): Promise<Uint8Array> => Promise.resolve(html);
  return new TextDecoder().decode((await exportReport(format, input, { print })).data);
}
