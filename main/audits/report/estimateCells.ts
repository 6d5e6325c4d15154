import type { Estimated } from '../../../preload/contract/vocabulary.ts';
import { intervalMark } from './intervalMark.ts';
import type { Axis } from './intervalMark.ts';
import { markup } from './markup.ts';
import type { Markup } from './markup.ts';
import { besideWords, interval } from './numbers.ts';

/** An estimate, if it has an interval: what an axis must hold. */
export function supported(estimate: Estimated | undefined): readonly Estimated[] {
  return estimate !== undefined && estimate.low !== null ? [estimate] : [];
}

/** `0.810 0.790 to 0.830`, or the value and why it has no interval. */
export function valueWords(estimate: Estimated, format: (value: number | null) => string): Markup {
  const rest = interval(estimate, format) || (estimate.reason ?? '');
  const beside = besideWords(estimate, format);
  return markup`${format(estimate.value)} <span class="${estimate.low === null ? 'muted' : 'muted whole'}">${rest}</span>${beside !== '' && markup` <span class="muted whole">${beside}</span>`}`;
}

/** The mark of a difference: dark where its interval excludes 0, pale where not, nothing without an interval. */
export function differenceMark(difference: Estimated, axis: Axis): Markup | '' {
  const { low, high } = difference;
  if (low === null || high === null) return '';
  return intervalMark(difference, axis, low > 0 || high < 0 ? 'ink' : 'pale');
}
