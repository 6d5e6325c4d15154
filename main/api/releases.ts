import { AppError } from '../../preload/contract/errors.ts';
import type { Audit, AuditId } from '../../preload/contract/vocabulary.ts';
import { decide, type Shown } from '../audits/suppression/release.ts';
import type { Store } from '../store/index.ts';
import { keptIn, type Kept } from './ownSettings.ts';

/** Counts below this are not shown outside the workspace unless somebody says so. */
export const LEAST_SHOWN = 10;

/** An audit that left the workspace, and the least count that it was allowed to show. */
interface Entry {
  readonly audit: AuditId;
  readonly least: number;
}

/**
 * What an audit may show outside the workspace, after everything of the same data that has left it.
 * @param asked least count that is shown, 0 for all; null: 10, but all of data that was made and tells of nobody
 * @throws AppError conflict if nothing can be shown without telling of single people
 */
export function shownOutside(store: Store, audit: Audit, asked: number | null): Shown {
  const made =
    audit.features.length > 0 && audit.features.every((one) => audit.featureSources[one] === 'synthetic');
  const least = asked ?? (made ? 0 : LEAST_SHOWN);
  const before: Shown[] = [];
  for (const entry of entriesOf(ledger(store))) {
    if (entry.audit === audit.id && entry.least === least) break;
    const shown = decide({ audit: store.audits.get(entry.audit), least: entry.least }, before);
    if (!('why' in shown)) before.push(shown);
  }
  const shown = decide({ audit, least }, before);
  if ('why' in shown) throw nothingShown(audit, least, shown);
  return shown;
}

/** Remembers that an audit has left the workspace: later ones must not give back what it hid. */
export function noteOutside(store: Store, { release: { audit, least } }: Shown): void {
  const kept = ledger(store);
  const entries = entriesOf(kept);
  const present = entries.some((entry) => entry.audit === audit.id && entry.least === least);
  if (!present && !store.readOnly) kept.write([...entries, { audit: audit.id, least }]);
}

function ledger(store: Store): Kept {
  return keptIn(store, 'releases');
}

function entriesOf(kept: Kept): readonly Entry[] {
  const entries = kept.read();
  return Array.isArray(entries) ? (entries as readonly Entry[]) : [];
}

function nothingShown(
  audit: Audit,
  least: number,
  refusal: Exclude<ReturnType<typeof decide>, Shown>,
): AppError {
  const why =
    refusal.why === 'small'
      ? `it would show counts below ${least}, or others from which they follow`
      : `its rows differ from those of audit ${refusal.from}, which was exported before, by fewer than ${least}: the difference would tell of those who came or went`;
  return new AppError({
    code: 'conflict',
    message: `No number of audit ${audit.name} can be exported: ${why}.`,
    hint: 'Audit more rows, or export it with every count shown (--small-cells show) where only people read it who may know.',
  });
}
