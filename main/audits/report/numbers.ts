import type { Estimated } from '../../../preload/contract/vocabulary.ts';

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

/** 1.2e9 as `1.20 G`, with the SI letter. */
export function si(value: number): string {
  const letters = ['', 'k', 'M', 'G', 'T', 'P', 'E'];
  const step = value > 0 ? Math.min(letters.length - 1, Math.max(0, Math.floor(Math.log10(value) / 3))) : 0;
  const scaled = value / 1000 ** step;
  return `${step === 0 ? String(Math.round(scaled)) : scaled.toPrecision(3)} ${letters[step] ?? ''}`.trim();
}
