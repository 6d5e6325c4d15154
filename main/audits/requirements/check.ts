import type { CheckFinding, DatasetCheck } from '../../../preload/contract/vocabulary.ts';
import type { CheckTable } from './checkTable.ts';
import { labelRates, missing, representation, support } from './counts.ts';
import { duplicates } from './duplicates.ts';
import { labelNoise } from './labelNoise.ts';
import { markFindings } from './marks.ts';
import { proxies } from './proxies.ts';
import { confounders } from './relations.ts';
import { sizes } from './sizes.ts';

const RANK = { error: 0, warning: 1, info: 2 } as const;

/** Parts of a check in their order, as whoever waits is told of them. */
const PARTS: readonly (readonly [string, (table: CheckTable) => readonly CheckFinding[]])[] = [
  ['support', support],
  ['representation', representation],
  ['missing values', missing],
  ['label rates', labelRates],
  ['proxies', proxies],
  ['confounders', confounders],
  ['duplicates', duplicates],
  ['sizes', sizes],
  ['texts', textQuality],
  ['labels', labelNoise],
];

/**
 * The requirements that an assessment of fairness has of its data (first stage of the framework of Yfantidou et al., arXiv
 * 2401.01640): representation, support, missing values, label rates, proxies, confounders, duplicates, sizes, texts and captions, labels.
 * @param onPart told the share of the parts that are done, and which comes next
 */
export function checkDataset(
  table: CheckTable,
  created: string,
  onPart: (share: number, detail: string) => void = () => {},
): DatasetCheck {
  const findings = PARTS.flatMap(([name, part], at) => {
    onPart(at / PARTS.length, name);
    return part(table);
  });
  const { rows, target, reference, notAssessed } = table;
  return {
    ...{ created, rows, target: target.name, reference, notAssessed },
    findings: findings.toSorted((a, b) => RANK[a.severity] - RANK[b.severity]),
  };
}

/** What is wrong with texts or captions, in all and by group. */
function textQuality(table: CheckTable): readonly CheckFinding[] {
  return (table.texts?.marks ?? []).flatMap((mark) => markFindings(table, 'textQuality', mark));
}
