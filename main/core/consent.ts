import type { ConsentRecord } from '../../preload/contract/vocabulary.ts';

/** Why a subject's consent does not hold on a day. */
export type Lapse = 'withdrawn' | 'expired';

/**
 * Why a record does not hold on a day, or null if it does. A withdrawal counts from its day on, an expiry likewise.
 * @param today `YYYY-MM-DD`
 */
export function lapseOf(
  { withdrawn, expires }: Pick<ConsentRecord, 'withdrawn' | 'expires'>,
  today: string,
): Lapse | null {
  if (withdrawn !== null && withdrawn <= today) return 'withdrawn';
  return expires !== null && expires <= today ? 'expired' : null;
}

/** The purposes in a text, with commas or semicolons between them. */
export function purposesOf(text: string): readonly string[] {
  return text
    .split(/[,;]/)
    .map((purpose) => purpose.trim())
    .filter((purpose) => purpose !== '');
}

/** Whether stated purposes include one; letters' case and space around do not matter. None stated covers all: nothing is known. */
export function covers(stated: readonly string[], purpose: string | null): boolean {
  if (stated.length === 0) return true;
  const wanted = plain(purpose ?? '');
  return stated.some((one) => plain(one) === wanted);
}

function plain(purpose: string): string {
  return purpose.trim().normalize().toLowerCase();
}
