import type { AuditedModel } from '../../../preload/contract/vocabulary.ts';
import { groupName } from '../../fairness/groups.ts';
import { primaryWords } from '../report/words.ts';
import { selectionWords } from '../selection.ts';
import type { ReportFormat, ReportInput } from './format.ts';

/** A model card as Model Card Toolkit 0.0.2 reads it; what its schema has no word for stands in the limitations. */
export const modelCard: ReportFormat = {
  id: 'modelCard',
  title: 'Model Card Toolkit',
  extension: 'model-card.json',
  mediaType: 'application/json',
  render: (input) => new TextEncoder().encode(`${JSON.stringify(cardOf(input), null, 2)}\n`),
};

function cardOf(input: ReportInput): object {
  const { audit, dataset, notes = {} } = input;
  return {
    schema_version: '0.0.2',
    model_details: {
      name: audit.models.map((model) => model.name).join(', '),
      overview: `Audit ${audit.name} of ${audit.created}. Evidence, not a verdict.`,
      documentation: [
        `Declared primary metric: ${primaryWords(audit)} (${audit.primaryDeclared ?? 'not declared before the first look'}).`,
        ...selectionWords(audit.selectedOnAuditData ?? []),
        ...Object.entries(audit.hashes).map(([name, digest]) => `SHA-256 of ${name}: ${digest}`),
      ].join('\n'),
      version: { name: audit.id, date: audit.created.slice(0, 10) },
    },
    model_parameters: {
      model_architecture: input.runs.map((run) => `${run.name}: ${run.config.encoder.id}`).join('; '),
      data: [
        {
          name: audit.datasetName,
          description: dataset?.card.description ?? '',
          sensitive: { sensitive_data: [...audit.features] },
        },
      ],
      output_format: `${audit.target}: ${audit.classes.join(', ') || 'a number'}`,
    },
    quantitative_analysis: { performance_metrics: audit.models.flatMap(metricsOf) },
    considerations: {
      ...described('users', notes['stakeholders']),
      ...described('use_cases', notes['intendedUse'] ?? dataset?.card.intendedUse),
      limitations: [...audit.rules, ...audit.notes].map((description) => ({ description })),
      ...described('tradeoffs', notes['mitigations']),
      ethical_considerations: audit.models.flatMap(risksOf),
    },
  };
}

/** An entry with one description; nothing where nobody wrote any. */
function described(name: string, text: string | undefined): object {
  return text === undefined || text === '' ? {} : { [name]: [{ description: text }] };
}

function metricsOf(model: AuditedModel): readonly object[] {
  return [model.overall, ...model.groups].flatMap(({ group, metrics }) =>
    Object.entries(metrics).flatMap(([type, { value, low, high }]) =>
      // The schema knows numbers only: what is undefined is left out, and stands in the other formats with its reason.
      value === null
        ? []
        : [
            {
              type,
              value,
              slice: `${model.name}: ${groupName(group)}`,
              ...(low === null || high === null
                ? {}
                : { confidence_interval: { lower_bound: low, upper_bound: high } }),
            },
          ],
    ),
  );
}

function risksOf(model: AuditedModel): readonly object[] {
  return model.disparities
    .filter((one) => one.relativeTo === 'betweenGroups' && one.kind === 'difference' && one.value !== null)
    .map((one) => ({
      name: `${model.name}: ${one.id} by ${one.features.join(' x ')} is ${one.value}${one.p === null ? '' : ` (p ${one.p})`}`,
      mitigation_strategy: 'not assessed',
    }));
}
