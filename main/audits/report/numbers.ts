import type { Estimated, Tested } from '../../../preload/contract/vocabulary.ts';

const MINUS = '−';
/** Shown where there is no number. */
export const NONE = '—';

/** Three decimals with a true minus sign; `—` for null. */
export function decimal(value: number | null): string {
  if (value === null) return NONE;
  const text = Math.abs(value).toFixed(3);
  return value < 0 && Number(text) !== 0 ? `${MINUS}${text}` : text;
}

/** The same with a plus sign, for differences. */
export function signed(value: number | null): string {
  const text = decimal(value);
  return value !== null && value > 0 && Number(text) !== 0 ? `+${text}` : text;
}

/** A whole number with separators of thousands. */
export function whole(value: number | null): string {
  return value === null ? NONE : Math.round(value).toLocaleString('en');
}

/** `0.790 to 0.880`, or nothing without an interval. */
export function interval(estimate: Pick<Estimated, 'low' | 'high'>, format = decimal): string {
  return estimate.low === null || estimate.high === null
    ? ''
    : `${format(estimate.low)} to ${format(estimate.high)}`;
}

/** A p-value: three decimals, or `< 0.001`. */
export function pValue(p: number | null): string {
  if (p === null) return NONE;
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}

/** A share as a percentage with one decimal: `12.5%`. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}

/** How p-values are headed that stand beside their adjusted ones. */
export const P_TITLE = 'p (adjusted)';

/** A p-value with the adjusted one: `0.012 (0.048 Holm)`; audits of older versions have none. */
export function testWords({ p, pAdjusted, adjustment }: Tested): string {
  if (pAdjusted == null || p === null) return pValue(p);
  return `${pValue(p)} (${pValue(pAdjusted)} ${adjustment === 'holm' ? 'Holm' : 'BH'})`;
}

/** What an interval or the lack of one leaves open: `; 0.041 detectable`, `; BCa 0.1 to 0.2`; empty where there is neither. */
export function besideWords({ bca, detectable }: Estimated, format = decimal): string {
  const parts = [
    ...(bca == null ? [] : [`BCa ${format(bca[0])} to ${format(bca[1])}`]),
    ...(detectable == null ? [] : [`detectable ${decimal(detectable)}`]),
  ];
  return parts.join('; ');
}

/** 1.2e9 as `1.20 G`, with the SI letter. */
export function si(value: number): string {
  const letters = ['', 'k', 'M', 'G', 'T', 'P', 'E'];
  const step = value > 0 ? Math.min(letters.length - 1, Math.max(0, Math.floor(Math.log10(value) / 3))) : 0;
  const scaled = value / 1000 ** step;
  return `${step === 0 ? String(Math.round(scaled)) : scaled.toPrecision(3)} ${letters[step] ?? ''}`.trim();
}
