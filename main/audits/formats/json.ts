import type { Audit, AuditedModel } from '../../../preload/contract/vocabulary.ts';
import { SCHEMA_ID } from './reportSchema.ts';
import type { ReportFormat, ReportInput } from './format.ts';

/** The audit as data: every number of the other formats, unrounded. */
export const json: ReportFormat = {
  id: 'json',
  title: 'JSON',
  extension: 'json',
  mediaType: 'application/json',
  render: (input) =>
    new TextEncoder().encode(`${JSON.stringify(auditAsJson(input.audit, input), null, 2)}\n`),
};

/** The shape in which an audit leaves Pretext: one model at the top level, several under `runs` with their differences. */
export function auditAsJson(
  audit: Audit,
  report?: Pick<ReportInput, 'runs' | 'version' | 'link' | 'notes'>,
): unknown {
  const { id, name, features, models, differences, runs: ids, primary, ...facts } = audit;
  const [only] = models;
  return {
    audit: id,
    features,
    ...(models.length === 1 && only ? modelAsJson(only) : { runs: models.map(modelAsJson), differences }),
    ...facts,
    title: name,
    ...(report === undefined ? {} : { schema: SCHEMA_ID }),
    declaredPrimary: primary,
    runIds: ids,
    ...(report === undefined
      ? {}
      : {
          version: report.version,
          ...(report.link == null ? {} : { link: report.link }),
          ...(report.notes === undefined ? {} : { sectionNotes: report.notes }),
          lineage: report.runs.map(({ id: run, name: runName, config, configHash, provenance, results, cost }) => ({
            run, name: runName, config, configHash, provenance, results, cost,
          })), // prettier-ignore
        }),
  };
}

function modelAsJson(model: AuditedModel): object {
  const { run, name, method, seed, primary, overall, groups, disparities, ...others } = model;
  return { run, name, method, seed, primary, overall, groups, disparities, ...others };
}
