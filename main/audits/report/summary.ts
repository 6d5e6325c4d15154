import type { Audit, Estimated } from '../../../preload/contract/vocabulary.ts';
import { answerWords } from './answer.ts';
import { differenceTable } from './differenceTables.ts';
import { fold } from './fold.ts';
import { groupTable } from './groupTables.ts';
import { axisOf, axisScale, intervalMark } from './intervalMark.ts';
import { markup } from './markup.ts';
import type { Markup } from './markup.ts';
import { besideWords, interval, P_TITLE, signed, testWords } from './numbers.ts';
import { table } from './table.ts';
import { colourOf, isPrimary, primaryWords } from './words.ts';

/** Width in pixels of the marks that the answer rests on. */
const WIDE = 420;
/** With more rows than this a table of the summary is closed at first. */
const LONG = 6;

/** What a reader looks for first: the declared question, its answer, the intervals behind it, and the groups it is about. */
export function inShort(audit: Audit): Markup {
  const { primary } = audit;
  if (primary === null)
    return markup`<p class="question">No primary metric was declared before the first look; every number below is exploratory.</p>`;
  const differences = audit.differences.filter((one) => isPrimary(audit, one));
  return markup`<p class="question"><span class="muted">Declared question</span> <strong>${primaryWords(audit)}</strong> <span class="muted">${declaredWords(audit)}</span></p>
<p class="answer">${answerWords(audit)}</p>
${primaryTable(audit)}${
    differences.length > 0 &&
    fold({
      title: 'Difference between runs in the primary metric',
      aside: differences.length === 1 ? '1 pair' : `${differences.length} pairs`,
      level: 3,
      open: differences.length <= LONG,
      content: differenceTable(primaryWords(audit), audit, differences),
    })
  }${groupTable(audit, [primary.feature], primary.metric)}
<p>What these numbers cannot say stands under <a href="#limits">limitations and insufficient evidence</a>.</p>`;
}

/** When the primary metric was declared. */
export function declaredWords(audit: Audit): string {
  return audit.primaryDeclared === null
    ? 'It was not declared before the first look.'
    : `Declared ${audit.primaryDeclared}, before the first look.`;
}

function primaryTable(audit: Audit): Markup {
  const known = audit.models.flatMap((model) => model.primary ?? []);
  const axis = axisOf(known, true);
  return table({
    caption: primaryWords(audit),
    aside: '95% intervals on one axis',
    columns: [
      { title: 'Run' },
      { title: 'Method' },
      { title: markup`<span class="unseen">Chart</span>${axisScale(axis, WIDE)}` },
      { title: 'Value', numeric: true },
      { title: '95% interval' },
      { title: P_TITLE, numeric: true },
    ],
    rows: audit.models.map((model, at) => [
      model.name,
      model.method,
      model.primary == null ? '' : intervalMark(model.primary, axis, colourOf(at), WIDE),
      signed(model.primary?.value ?? null),
      intervalOrReason(model.primary ?? null),
      model.primary?.p === undefined ? '' : testWords({ ...model.primary, p: model.primary.p }),
    ]),
  });
}

function intervalOrReason(estimate: Estimated | null): string {
  if (estimate === null) return 'not measured';
  const beside = besideWords(estimate, signed);
  const words = interval(estimate, signed) || (estimate.reason ?? '');
  return beside === '' ? words : `${words}; ${beside}`;
}
