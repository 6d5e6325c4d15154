/** What stands where a value is undefined: never 0. */
export const NOTHING = '—';

const MINUS = '−';

/** A proportion such as an accuracy the way papers print it: `.871`, `1.000`, `−.051`. */
export function proportion(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NOTHING;
  const text = Math.abs(value).toFixed(digits).replace(/^0\./, '.');
  return Number(text) !== 0 && value < 0 ? MINUS + text : text;
}

/** A difference with its sign: `+.042`, `−.051`. */
export function signed(value: number | null | undefined, digits = 3): string {
  const text = proportion(value, digits);
  return value !== null && value !== undefined && Number.isFinite(value) && value > 0 && Number(text) !== 0 ? `+${text}` : text;
}

/** An interval as `.82–.91`, or `−.08 to −.02` where a sign would make the dash hard to read. */
export function interval(low: number | null | undefined, high: number | null | undefined, digits = 3): string {
  if (low === null || low === undefined || high === null || high === undefined) return '';
  const dash = low < 0 || high < 0 ? ' to ' : '–';
  return `${proportion(low, digits)}${dash}${proportion(high, digits)}`;
}

/** A p-value: `.034`, `<.001`. */
export function pText(value: number | null | undefined): string {
  return value !== null && value !== undefined && value < 0.001 ? '<.001' : proportion(value);
}

/** Any measured number in about `digits` significant digits, without exponents where they can be avoided. */
export function measured(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NOTHING;
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e7)) return value.toExponential(digits - 1).replace('-', MINUS);
  if (Number.isInteger(value)) return whole(value);
  if (size < 1) return proportion(value, Math.max(digits, digits - 1 - Math.floor(Math.log10(size))));
  const text = size >= 100 ? size.toFixed(0) : size.toPrecision(digits);
  return value < 0 ? MINUS + text : text;
}

/** A printed number without the zeros that say nothing: `.0300` becomes `.03`; for axes. */
export function trimmed(text: string): string {
  return /^[−+]?\d*\.\d+$/.test(text) ? text.replace(/\.?0+$/, '') || '0' : text;
}

/** A count with thousands separated: `60,000`. */
export function whole(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NOTHING;
  const text = Math.abs(Math.round(value)).toLocaleString('en-US');
  return value < 0 ? MINUS + text : text;
}

/** A share of a whole: `4%`, `.3%`. */
export function percent(part: number, total: number): string {
  if (total <= 0) return NOTHING;
  const share = (100 * part) / total;
  return share > 0 && share < 1 ? `${share.toFixed(1).replace(/^0/, '')}%` : `${Math.round(share)}%`;
}

const SIZES = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Bytes in decimal units: `1.2 GB`. */
export function bytes(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NOTHING;
  return withUnit(value, SIZES);
}

/** A large count in short: `0.31 M`, `12.4 G`. */
export function short(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NOTHING;
  return withUnit(value, ['', 'k', 'M', 'G', 'T', 'P', 'E']);
}

function withUnit(value: number, units: readonly string[]): string {
  let rest = value;
  let unit = 0;
  while (Math.abs(rest) >= 1000 && unit < units.length - 1) {
    rest /= 1000;
    unit += 1;
  }
  const text = unit === 0 || Math.abs(rest) >= 100 ? rest.toFixed(0) : rest.toPrecision(2);
  return `${text} ${units[unit] ?? ''}`.trim();
}

/** Seconds as a person says them: `45 s`, `12 min`, `3 h 20 min`. */
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return NOTHING;
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  return `${Math.round(hours / 24)} days`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A moment in local time: `21 Nov, 14:05`; with the year where it is not this year's. */
export function moment(iso: string | null | undefined, now: Date): string {
  if (!iso) return NOTHING;
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return NOTHING;
  const year = time.getFullYear() === now.getFullYear() ? '' : ` ${time.getFullYear()}`;
  const clock = `${String(time.getHours()).padStart(2, '0')}:${String(time.getMinutes()).padStart(2, '0')}`;
  return `${time.getDate()} ${MONTHS[time.getMonth()] ?? ''}${year}, ${clock}`;
}

const DAY_MS = 86_400_000;

/** When something is due: `in 12 days`, `today`, `3 days overdue`. */
export function dueWords(iso: string, now: Date): string {
  const days = Math.ceil((new Date(iso).getTime() - now.getTime()) / DAY_MS);
  if (Number.isNaN(days)) return NOTHING;
  if (days < 0) return `${counted(-days, 'day')} overdue`;
  return days === 0 ? 'due now' : `in ${counted(days, 'day')}`;
}

/** `1 run`, `3 runs`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${whole(count)} ${count === 1 ? one : many}`;
}

/** `truePositiveRate` and `true_positive_rate` as words: `true positive rate`. */
export function words(id: string): string {
  return id
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/[_-]+/g, ' ')
    .toLowerCase();
}

/** The same with a capital: a title for an id that has none. */
export function titled(id: string): string {
  const text = words(id);
  return text.charAt(0).toUpperCase() + text.slice(1);
}
