import type {
  Audit,
  AuditChainReport,
  AuditId,
  AuditRow,
  Digest,
} from '../../preload/contract/vocabulary.ts';
import { digestOf } from '../core/canonical.ts';
import type { WorkspaceDatabase } from './database.ts';

/** One audit as it is stored. */
export interface ChainRow {
  readonly number: number;
  readonly id: AuditId;
  readonly row: string;
  readonly body: string;
  readonly digest: Digest;
  readonly previous: Digest;
  readonly chain: Digest;
}

/** Stands before the first audit. */
export const START: Digest = '0'.repeat(64);

/** A link's digest: that of the one before it and of its own content. */
export function chainOf(previous: Digest, digest: Digest): Digest {
  return digestOf(previous + digest);
}

/** The row of a list, as it follows from an audit. */
export function rowOfAudit(audit: Audit): AuditRow {
  const { id, name, created, dataset, datasetName, runs, features, primary } = audit;
  return { id, name, created, dataset, datasetName, runs, features, primary, archived: false };
}

/** Recomputes every digest. One byte changed anywhere in an audit, or an audit taken away, shows as the first broken link. */
export function verifyChain(db: WorkspaceDatabase): AuditChainReport {
  let [previous, number] = [START, 0];
  const links = db.all<ChainRow>(
    'SELECT number, id, row, body, digest, previous, chain FROM audits ORDER BY number',
  );
  for (const link of links) {
    const what = faultOf(link, previous, number);
    if (what !== null)
      return {
        audits: links.length,
        whole: false,
        head: previous,
        broken: { audit: link.id, name: nameOf(link), what },
      };
    [previous, number] = [link.chain, link.number];
  }
  const what = headFault(db, previous, number);
  const last = links.at(-1);
  return {
    audits: links.length,
    whole: what === null,
    head: previous,
    broken: what === null ? null : { audit: last?.id ?? '', name: last ? nameOf(last) : '', what },
  };
}

function faultOf(link: ChainRow, previous: Digest, number: number): string | null {
  if (link.number !== number + 1) return 'Audits before it are missing.';
  if (digestOf(link.body) !== link.digest) return 'Its content is not what was stored.';
  if (link.previous !== previous) return 'It does not follow the audit before it.';
  if (chainOf(previous, link.digest) !== link.chain) return 'Its link to the audit before it was changed.';
  return saysTheSame(link) ? null : 'What the list says of it is not what it says itself.';
}

/** True if id and list entry follow from the content. */
function saysTheSame({ id, row, body }: ChainRow): boolean {
  try {
    const audit = JSON.parse(body) as Audit;
    return audit.id === id && JSON.stringify(rowOfAudit(audit)) === row;
  } catch {
    return false;
  }
}

function headFault(db: WorkspaceDatabase, chain: Digest, number: number): string | null {
  const head = db.get<{ number: number; chain: Digest }>('SELECT number, chain FROM audit_head');
  if (!head) return number === 0 ? null : 'The end of the chain is missing.';
  if (head.number > number) return 'Audits after it are missing.';
  return head.number === number && head.chain === chain ? null : 'The end of the chain was changed.';
}

/** The name in the list; the id if that cannot be read any more. */
function nameOf({ id, row }: ChainRow): string {
  try {
    return (JSON.parse(row) as AuditRow).name;
  } catch {
    return id;
  }
}
