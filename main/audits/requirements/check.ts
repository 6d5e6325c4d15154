import type { CheckFinding, DatasetCheck } from '../../../preload/contract/vocabulary.ts';
import type { CheckTable } from './checkTable.ts';
import { labelRates, missing, representation, support } from './counts.ts';
import { proxies } from './proxies.ts';
import { confounders, duplicates } from './relations.ts';

const RANK = { error: 0, warning: 1, info: 2 } as const;

/**
 * The requirements that an assessment of fairness has of its data (first stage of the framework of Yfantidou et al., arXiv
 * 2401.01640): representation, support, missing values, label rates, proxies, confounders, duplicates.
 */
export function checkDataset(table: CheckTable, created: string): DatasetCheck {
  const findings: readonly CheckFinding[] = [
    ...support(table),
    ...representation(table),
    ...missing(table),
    ...labelRates(table),
    ...proxies(table),
    ...confounders(table),
    ...duplicates(table),
  ];
  const { rows, target, reference, notAssessed } = table;
  return {
    ...{ created, rows, target: target.name, reference, notAssessed },
    findings: findings.toSorted((a, b) => RANK[a.severity] - RANK[b.severity]),
  };
}
