import { configToYaml } from '../../core/configText.ts';
import type { ReportedRun, ReportInput } from '../formats/format.ts';
import { fold } from './fold.ts';
import { learningChart } from './learningChart.ts';
import { markup } from './markup.ts';
import type { Markup, Piece } from './markup.ts';
import { decimal, si, whole } from './numbers.ts';
import { facts, notAssessed, table } from './table.ts';
import { colourOf, runName } from './words.ts';

/** Who and what: id, date, data, hashes. */
export function identity({ audit, version, link = null }: ReportInput): Markup {
  return markup`${facts([
    ['Audit', markup`<code>${audit.id}</code>`],
    ['Made', audit.created],
    ['Data set', audit.datasetName],
    ['Target', `${audit.target}: ${audit.classes.join(', ')}`],
    ['Split', audit.options.split],
    ['Features', audit.features.join(', ')],
    [
      'Weights',
      audit.weights === undefined
        ? null
        : `column ${audit.weights.column}, sum ${decimal(audit.weights.sum)}, as many as ${decimal(audit.weights.effectiveRows)} rows of equal weight`,
    ],
    ['Written by', `Pretext ${version}`],
    ...Object.entries(audit.hashes).map(
      ([name, digest]) => [`SHA-256 of ${name}`, markup`<code>${digest}</code>`] as const,
    ),
    ...chainFacts(link),
  ])}<p class="muted">This document was written by the software that made the audit. It is not the statement of an independent auditor.</p>`;
}

/** Where the audit stands in the chain of all that are stored. */
function chainFacts(link: ReportInput['link'] | null): readonly (readonly [string, Piece])[] {
  if (link == null) return [];
  return [
    [
      'Chain of audits',
      link.whole
        ? `number ${link.number}; this audit and all before it are as they were written`
        : `number ${link.number}; this audit or one before it is NOT as it was written`,
    ],
    ['SHA-256 of this audit', markup`<code>${link.digest}</code>`],
    ['Chain up to it', markup`<code>${link.chain}</code>`],
  ];
}

/** Purpose, people concerned and what is out of scope, from the data set's card. */
export function intendedUse({ card }: NonNullable<ReportInput['dataset']>): Markup {
  return facts([
    ['Intended use', card.intendedUse || 'not stated'],
    ['Out of scope', card.outOfScope || 'not stated'],
  ]);
}

/** Source, consent, sensitive features and group sizes. */
export function data({ audit, dataset }: ReportInput): Markup {
  const sources = table({
    caption: 'Sensitive features',
    columns: [{ title: 'Feature' }, { title: 'How its values came to be' }],
    rows: audit.features.map((feature) => [
      feature,
      SOURCES[audit.featureSources[feature] ?? 'unknown'] ?? '',
    ]),
  });
  if (dataset === null) return markup`${sources}${groupSizes(audit.models[0]?.groups ?? [])}`;
  const { card } = dataset;
  return markup`${facts([
    ['Description', card.description],
    ['Collection', card.collection],
    ['Licence', card.licence || 'not stated'],
    ['Consent', card.consent || 'not stated'],
    ['Known issues', card.knownIssues],
    ['Known answer', card.knownAnswer],
    ['Samples', whole(dataset.count)],
    ['Subjects', whole(dataset.subjects)],
    ['Rejected at import', whole(dataset.rejected)],
    [
      'Splits',
      Object.entries(dataset.splits)
        .map(([role, n]) => `${role} ${whole(n)}`)
        .join(', '),
    ],
  ])}${sources}${groupSizes(audit.models[0]?.groups ?? [])}`;
}

const SOURCES: Readonly<Record<string, string>> = {
  selfReported: 'reported by the people themselves',
  annotated: 'annotated by others',
  inferred: 'inferred by a procedure',
  annotatedOrInferred: 'annotated or inferred, not self-identified',
  synthetic: 'made with the data',
  unknown: 'not stated',
};

function groupSizes(groups: ReportInput['audit']['models'][number]['groups']): Markup {
  return table({
    caption: 'Groups in the audited rows',
    columns: [
      { title: 'Group' }, { title: 'Rows', numeric: true }, { title: 'Subjects', numeric: true },
      { title: 'Positives', numeric: true }, { title: 'Base rate', numeric: true },
    ], // prettier-ignore
    rows: groups.map((group) => [
      Object.entries(group.group)
        .map(([feature, value]) => `${feature} ${value}`)
        .join(', '),
      whole(group.n),
      whole(group.subjects),
      whole(group.positives),
      group.positives === null || group.n === 0 ? '—' : decimal(group.positives / group.n),
    ]),
  });
}

/** What was trained and how: method, views, encoder, seeds, results of the probes, full config. */
export function lineage({ audit, runs, series }: ReportInput): Markup {
  const metrics = [...new Set(series.filter((one) => one.count > 0).map((one) => one.metric))];
  const colours = new Map(audit.runs.map((run, at) => [run, colourOf(at)]));
  const charts = metrics.map((metric) =>
    learningChart(
      metric,
      series,
      (run) => runName(audit, run),
      (run) => colours.get(run) ?? 'c1',
    ),
  );
  return markup`${runs.map(runBlock)}${
    charts.length > 0 &&
    fold({ title: 'Learning curves', aside: metrics.join(', '), level: 3, content: charts })
  }`;
}

function runBlock(run: ReportedRun): Markup {
  const { config, results, provenance } = run;
  const views = config.views.filter((view) => view.enabled).map((view) => view.id);
  const content = facts([
    ['Method', choice(config.method)],
    ['Views', views.join(', ') || 'none'],
    ['Encoder', choice(config.encoder)],
    ['Optimizer', `${choice(config.optimizer)}; schedule ${choice(config.schedule)}`],
    ['Training', `${config.epochs} epochs, batch size ${config.batchSize}, seed ${config.seed}`],
    ['Pre-trained parts', 'none: weights start at random from the seed'],
    [
      'Engine',
      provenance.engine === null
        ? config.engine.id
        : `${provenance.engine.title} ${provenance.engine.version ?? ''}`,
    ],
    [
      'kNN accuracy (validation)',
      results?.knnAccuracy == null
        ? null
        : `${decimal(results.knnAccuracy)}; untrained encoder ${decimal(results.untrainedKnnAccuracy)}, raw input ${decimal(results.rawPixelKnnAccuracy)}`,
    ],
    [
      'Linear probe accuracy (validation)',
      results?.linearAccuracy == null ? null : decimal(results.linearAccuracy),
    ],
    ['Batch norm', results?.batchNormMode ?? null],
    ['Parameters', results === null ? null : whole(results.parameters)],
    ['Collapse alarms', run.alarms.map((alarm) => alarm.message).join(' ') || 'none'],
    ['Purpose', provenance.purpose?.purpose ?? 'not stated'],
    ...(provenance.purpose?.override == null
      ? []
      : [
          [
            'Consent',
            `${provenance.purpose.refusal ?? ''} Run all the same: ${provenance.purpose.override}`,
          ] as const,
        ]),
    ['Config hash', markup`<code>${run.configHash}</code>`],
  ]);
  const yaml = markup`<pre tabindex="0">${configToYaml(config)}</pre>`;
  return fold({
    title: run.name,
    aside: `${config.method.id}, seed ${config.seed}`,
    level: 3,
    content: [content, fold({ title: `Config of ${run.name}`, level: 4, content: yaml })],
  });
}

function choice({ id, params }: ReportedRun['config']['method']): string {
  const shown = Object.entries(params).map(
    ([name, value]) => `${name} ${Array.isArray(value) ? value.join(' to ') : String(value)}`,
  );
  return shown.length === 0 ? id : `${id} (${shown.join(', ')})`;
}

/** What every run cost to compute. */
export function compute({ audit }: ReportInput): Markup {
  if (audit.costs.length === 0) return notAssessed('the cost of models made elsewhere is not known here.');
  return table({
    caption: 'Compute cost of every run',
    aside: 'energy only where the machine tells it',
    columns: [
      { title: 'Run' }, { title: 'Samples seen', numeric: true }, { title: 'FLOPs', numeric: true },
      { title: 'Device hours', numeric: true }, { title: 'Energy', numeric: true }, { title: 'Device' },
    ], // prettier-ignore
    rows: audit.costs.map(({ run, cost }) =>
      cost === null
        ? [runName(audit, run), 'not recorded', '', '', '', '']
        : [
            runName(audit, run),
            whole(cost.samplesSeen),
            si(cost.flops),
            (cost.deviceSeconds / 3600).toFixed(3),
            cost.energyJoules === null ? 'not read' : `${si(cost.energyJoules)}J`,
            cost.device,
          ],
    ),
  });
}

/** Lines for people to sign; the software signs nothing. */
function signOff(): Markup {
  return table({
    caption: 'Sign-off',
    columns: [{ title: 'Role' }, { title: 'Name' }, { title: 'Date' }, { title: 'Signature' }],
    rows: ['Prepared by', 'Reviewed by', 'Accepted by'].map((role) => [role, ' ', ' ', ' ']),
  });
}

/** Versions and digests with which the numbers can be made again. */
export function reproducibility({ audit, runs }: ReportInput): Markup {
  const blocks = runs.map((run) => {
    const content = facts([
      ['Code version', run.provenance.codeVersion],
      ['Platform', run.provenance.platform],
      ['Data set', markup`<code>${run.provenance.datasetDigest}</code>`],
      ['Config', markup`<code>${run.configHash}</code>`],
      [
        'Last checkpoint',
        run.checkpoints.at(-1) === undefined
          ? 'none'
          : markup`<code>${run.checkpoints.at(-1)?.digest ?? ''}</code>`,
      ],
      [
        'Packages',
        Object.entries(run.provenance.packages)
          .map(([name, version]) => `${name} ${version}`)
          .join(', '),
      ],
    ]);
    return fold({ title: `Versions and digests of ${run.name}`, level: 3, content });
  });
  return markup`${facts([
    ['Draws', whole(audit.options.draws)],
    ['Seed of the audit', String(audit.options.seed)],
    ['Threshold', String(audit.options.threshold)],
  ])}${blocks}<p>The same audit in machine-readable form is the JSON report.</p>${signOff()}`;
}
