import { groupName } from '../fairness/groups.ts';
import { INSUFFICIENT, MIN_ROWS } from '../fairness/support.ts';
import type { Assessment } from './assessment.ts';
import type { AssessInput } from './table.ts';

/** Base rates further apart than this are pointed out. */
const NOTABLE_BASE_RATE_GAP = 0.05;

const SOURCE_WORDS: Readonly<Record<string, string>> = {
  selfReported: 'self-reported',
  annotated: 'annotated by others, not self-reported',
  inferred: 'inferred, not self-reported',
  annotatedOrInferred: 'annotated or inferred, not self-reported',
  synthetic: 'made, not observed',
  unknown: 'of unknown origin',
};

/** What a reader of the audit must know: where groups come from, unequal base rates, rows and groups left out. */
export function notesOf(input: AssessInput, assessment: Assessment): readonly string[] {
  return [
    ...input.facts.notes,
    ...sourceNotes(input),
    ...baseRateNotes(assessment),
    ...(assessment.leftOut > 0
      ? [
          `${assessment.leftOut.toLocaleString('en')} examples were left out because not every model predicted them.`,
        ]
      : []),
    ...assessment.skipped.map(
      (combination) => `The intersection ${combination} was left out: it has too many groups.`,
    ),
    ...unsupportedNotes(assessment),
  ];
}

/** One sentence per origin, however many features share it. */
function sourceNotes({ table, options }: AssessInput): readonly string[] {
  const named = table.sensitive.filter((feature) => options.features.includes(feature.name));
  return [...new Set(named.map((feature) => feature.source))].map((source) => {
    const names = named.filter((feature) => feature.source === source).map((feature) => feature.name);
    return `Values of ${listed(names)} are ${SOURCE_WORDS[source] ?? source}.`;
  });
}

/** `age, gender and race`. */
function listed(names: readonly string[]): string {
  return [names.slice(0, -1).join(', '), ...names.slice(-1)].filter((part) => part !== '').join(' and ');
}

function baseRateNotes({ models, frames, cells, positive }: Assessment): readonly string[] {
  const frame = frames[0];
  if (!frame || models[0]?.binary !== true) return [];
  return cells.groupings.flatMap((grouping, at) => {
    if (grouping.features.length > 1) return [];
    const first = cells.first[at] ?? 0;
    const rates = frame
      .slice(first, first + grouping.groups.length)
      .filter((row) => row.counts.n >= MIN_ROWS)
      .map((row) => ({ group: row.cell.group, rate: row.sums.positives / row.sums.n }))
      .sort((a, b) => a.rate - b.rate);
    const [low, high] = [rates[0], rates.at(-1)];
    if (!low || !high || high.rate - low.rate < NOTABLE_BASE_RATE_GAP) return [];
    return [
      `The base rate of ${positive ?? 'the positive class'} runs from ${low.rate.toFixed(2)} (${groupName(low.group)}) to ${high.rate.toFixed(2)} (${groupName(high.group)}): demographic parity, equalized odds and predictive parity cannot all hold.`,
    ];
  });
}

function unsupportedNotes({ frames }: Assessment): readonly string[] {
  const small = (frames[0] ?? []).slice(1).filter((row) => row.counts.n < MIN_ROWS);
  if (small.length === 0) return [];
  const named = small.slice(0, 10).map((row) => `${groupName(row.cell.group)} (n ${row.counts.n})`);
  const more = small.length > named.length ? ` and ${small.length - named.length} more` : '';
  return [`There is ${INSUFFICIENT} about ${named.join(', ')}${more}.`];
}
