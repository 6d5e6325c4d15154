import { z } from 'zod';
import type { JobRow } from '../../preload/contract/vocabulary.ts';
import type { Kept } from './ownSettings.ts';

/** What is known of jobs beyond the life of a process: those under way, and those that the end of a process cut off. */
export interface JobRecord {
  /** Jobs that an earlier process left unfinished, oldest first, with the sentence that says so. */
  cutOff(): readonly JobRow[];
  /** Notes where a job stands: one under way is kept, one that has ended is forgotten. */
  keep(row: JobRow): void;
  /** Somebody has seen those that were cut off: the next process need not tell again. */
  told(): void;
}

/** Cut off jobs that are told of at most, the newest. */
const MOST_TOLD = 20;

const rowSchema = z.object({
  id: z.string(),
  kind: z.enum(['import', 'check', 'audit', 'evaluation', 'export']),
  title: z.string(),
  started: z.string(),
});
type Recorded = z.infer<typeof rowSchema>;

const LOST: Readonly<Record<JobRow['kind'], { readonly what: string; readonly hint: string }>> = {
  import: { what: 'nothing was imported', hint: 'Import it again.' },
  check: { what: 'nothing was checked', hint: 'Check the data set again.' },
  audit: { what: 'no audit was made', hint: 'Run the audit again.' },
  evaluation: { what: 'nothing was measured', hint: 'Evaluate the run again.' },
  export: { what: 'no file was made', hint: 'Export it again.' },
};

/** The record in a workspace that this process writes; with null (read-only) nothing is known and nothing is noted. */
export function createJobRecord(kept: Kept | null): JobRecord {
  const left = kept === null ? [] : readRecord(kept.read()).slice(-MOST_TOLD);
  let untold = left;
  const alive = new Map<string, Recorded>();
  const write = (): void => kept?.write([...untold, ...alive.values()]);
  return {
    cutOff: () => left.map(cutOffRow),
    keep({ id, kind, title, started, state }) {
      const known = alive.has(id);
      if (state === 'running') alive.set(id, { id, kind, title, started });
      else alive.delete(id);
      if (known !== alive.has(id)) write();
    },
    told() {
      if (untold.length === 0) return;
      untold = [];
      write();
    },
  };
}

/** A record that is not as this version writes it is no reason to fail: it is empty. */
function readRecord(value: unknown): readonly Recorded[] {
  return z.array(rowSchema).safeParse(value).data ?? [];
}

function cutOffRow(row: Recorded): JobRow {
  const { what, hint } = LOST[row.kind];
  const message = `${row.title} was cut off when Pretext ended: ${what}.`;
  const error = { code: 'cancelled', message, hint };
  return { ...row, state: 'failed', progress: null, detail: '', etaSeconds: null, result: null, error };
}
