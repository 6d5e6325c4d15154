import type { Audit, AuditedModel, Disparity, Estimated } from '../../../preload/contract/vocabulary.ts';
import { digestOf } from '../../core/canonical.ts';
import { groupName } from '../../fairness/groups.ts';
import { decimal, interval, signed } from '../report/numbers.ts';
import { disparityTitle, metricTitle, primaryWords } from '../report/words.ts';
import { selectionWords } from '../selection.ts';
import type { ReportedRun, ReportFormat, ReportInput } from './format.ts';

/** A bill of materials with a model card for every audited model, and assessments of every group against the reference (CycloneDX 1.6). */
export const cyclonedx: ReportFormat = {
  id: 'cyclonedx',
  title: 'CycloneDX model card',
  extension: 'cdx.json',
  mediaType: 'application/vnd.cyclonedx+json; version=1.6',
  render: (input) => new TextEncoder().encode(`${JSON.stringify(bomOf(input), null, 2)}\n`),
};

function bomOf(input: ReportInput): object {
  const { audit, runs, version } = input;
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(audit)}`,
    version: 1,
    metadata: {
      timestamp: audit.created,
      tools: { components: [{ type: 'application', name: 'Pretext', version }] },
      properties: factsOf(audit),
    },
    components: [
      dataOf(input),
      ...audit.models.map((model, at) =>
        modelOf(input, model, at, runs.find((run) => run.id === model.run) ?? null),
      ),
    ],
  };
}

/** A UUID that follows from the audit (version 8, RFC 9562). */
function uuidOf(audit: Audit): string {
  const hex = digestOf(audit.id + audit.created);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function factsOf(audit: Audit): readonly { readonly name: string; readonly value: string }[] {
  const facts: readonly (readonly [string, string])[] = [
    ['audit', audit.id],
    ['verdict', 'none: evidence only'],
    ['primaryMetric', primaryWords(audit)],
    ['primaryDeclared', audit.primaryDeclared ?? 'not declared before the first look'],
    ['split', audit.options.split],
    ['looks', String(audit.looks)],
    ...selectionWords(audit.selectedOnAuditData ?? []).map(
      (words) => ['selected on audit data', words] as const,
    ),
    ...Object.entries(audit.hashes).map(([name, digest]) => [`sha256:${name}`, digest] as const),
    ...audit.rules.map((rule) => ['rule', rule] as const),
    ...audit.notes.map((note) => ['note', note] as const),
  ];
  return facts.map(([name, value]) => ({ name: `pretext:${name}`, value }));
}

const DATA = 'data';

function dataOf({ audit, dataset }: ReportInput): object {
  const digest = dataset?.digest ?? audit.hashes['dataset'] ?? audit.hashes['predictions'];
  return {
    type: 'data',
    'bom-ref': DATA,
    name: audit.datasetName,
    ...(dataset === null ? {} : { description: dataset.card.description }),
    ...(digest === undefined ? {} : { hashes: [{ alg: 'SHA-256', content: digest }] }),
    data: [{ type: 'dataset', name: audit.datasetName, sensitiveData: [...audit.features] }],
  };
}

function modelOf(input: ReportInput, model: AuditedModel, at: number, run: ReportedRun | null): object {
  const { audit, dataset, notes = {} } = input;
  const checkpoint = run?.checkpoints.at(-1)?.digest;
  return {
    type: 'machine-learning-model',
    'bom-ref': `model-${at + 1}`,
    name: model.name,
    ...(run === null ? {} : { version: run.id }),
    ...(checkpoint === undefined ? {} : { hashes: [{ alg: 'SHA-256', content: checkpoint }] }),
    modelCard: {
      modelParameters: {
        ...(run === null
          ? {}
          : {
              approach: { type: run.method === 'supervised' ? 'supervised' : 'self-supervised' },
              architectureFamily: run.encoder,
              modelArchitecture: `${run.config.encoder.id}, pretrained by ${run.method}`,
            }),
        task: audit.classes.length === 0 ? 'regression' : 'classification',
        datasets: [{ ref: DATA }],
      },
      quantitativeAnalysis: { performanceMetrics: metricsOf(model) },
      considerations: {
        ...listed('users', notes['stakeholders']),
        ...listed('useCases', notes['intendedUse'] ?? dataset?.card.intendedUse),
        technicalLimitations: [...audit.notes],
        ...listed('performanceTradeoffs', notes['mitigations']),
        fairnessAssessments: assessmentsOf(audit, model),
      },
    },
  };
}

function listed(name: string, text: string | undefined): object {
  return text === undefined || text === '' ? {} : { [name]: [text] };
}

function metricsOf(model: AuditedModel): readonly object[] {
  return [model.overall, ...model.groups].flatMap(({ group, metrics }) =>
    Object.entries(metrics).map(([type, estimate]) => ({
      type,
      value:
        estimate.value === null ? `undefined (${estimate.reason ?? 'no value'})` : String(estimate.value),
      ...(Object.keys(group).length === 0 ? {} : { slice: groupName(group) }),
      ...boundsOf(estimate),
    })),
  );
}

function boundsOf({ low, high }: Estimated): object {
  return low === null || high === null
    ? {}
    : { confidenceInterval: { lowerBound: String(low), upperBound: String(high) } };
}

/** Every group that is measured lower or higher than the reference, or of which too little is known to say. */
function assessmentsOf(audit: Audit, model: AuditedModel): readonly object[] {
  const contrasts = model.disparities.filter(
    (one) => one.relativeTo === 'reference' && one.kind === 'difference',
  );
  const groups = new Map<string, readonly Disparity[]>();
  for (const one of contrasts) {
    const key = groupName(one.group ?? {});
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const { groupThresholds } = audit.options;
  return [...groups].map(([groupAtRisk, rows]) => ({
    groupAtRisk,
    benefits: 'not assessed',
    harms: rows.map(contrastWords).join(' '),
    mitigationStrategy:
      groupThresholds == null
        ? 'not recorded'
        : `thresholds by group of ${groupThresholds.feature}: ${Object.entries(groupThresholds.values)
            .map(([group, value]) => `${group} ${value}`)
            .join(', ')}`,
  }));
}

function contrastWords(one: Disparity): string {
  const title = one.id === '' ? metricTitle(one.metric) : disparityTitle(one.id);
  const of = `${title} (${metricTitle(one.metric)}) against ${groupName(one.reference ?? {})}`;
  if (one.value === null) return `${of}: undefined (${one.reason ?? 'no value'}).`;
  const range = interval(one, signed);
  const support = range === '' ? (one.reason ?? 'no interval') : `95% interval ${range}`;
  const detectable = one.detectable == null ? '' : `, detectable from ${decimal(one.detectable)}`;
  return `${of}: ${signed(one.value)} (${support}${detectable}).`;
}
