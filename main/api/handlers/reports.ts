import type { Handlers } from '../../../preload/contract/calls.ts';
import { AppError } from '../../../preload/contract/errors.ts';
import type { Audit, RunDetail, Series } from '../../../preload/contract/vocabulary.ts';
import { exportReport } from '../../audits/reportFormats.ts';
import { forOutside } from '../../audits/representation/outside.ts';
import { notesFromMarkdown } from '../../audits/report/notes.ts';
import { suppressReport } from '../../audits/suppression/suppressReport.ts';
import { saidOf } from '../../audits/suppression/suppressAudit.ts';
import { noteOutside, shownOutside } from '../releases.ts';
import { isoNow, type ApiContext } from '../context.ts';
import { runDetail } from '../runDetail.ts';

/** Points per chart of a report. */
const REPORT_BUCKETS = 300;
/** Metrics of training that a report charts. */
const REPORT_METRICS = ['loss', 'knn', 'effectiveRank', 'std'];

type Names = Extract<keyof Handlers, `reports.${string}`>;

/** Audits as files, and what people add to them. */
export function reportHandlers({ store, host }: ApiContext): Pick<Handlers, Names> {
  return {
    'reports.export': async ({ audit: id, format, includeSensitive, smallCells }) => {
      const audit = store.audits.get(id);
      const runs = runsOf(store, audit);
      const input = {
        audit,
        runs,
        dataset: audit.dataset === null ? null : orNull(() => store.datasets.get(audit.dataset ?? '')),
        series: seriesOf(store, runs),
        includeSensitive,
        version: host.appVersion,
        notes: store.audits.notes(id).sections,
        link: store.audits.link(id),
        representations: representationsOf(store, audit, smallCells),
      };
      const shown = shownOutside(store, audit, smallCells);
      const file = await exportReport(format, suppressReport(input, shown), { print: host.printPdf });
      noteOutside(store, shown);
      return { ...file, said: saidOf(audit, shown) };
    },
    'reports.notes': ({ audit }) => store.audits.notes(store.audits.get(audit).id),
    'reports.importNotes': ({ audit, markdown }) => {
      const sections = notesFromMarkdown(markdown, store.audits.get(audit).id);
      const notes = { audit, sections, changed: isoNow(host) };
      store.audits.setNotes(notes);
      return notes;
    },
  };
}

/** The newest audit of the representations of all audited runs. */
function representationsOf(store: ApiContext['store'], { runs }: Audit, smallCells: number | null) {
  const newest = store.representations.newestOf(runs);
  return newest && forOutside(newest, smallCells);
}

/** The runs that still exist: an audit outlives them. */
function runsOf(store: ApiContext['store'], audit: Audit): readonly RunDetail[] {
  return audit.runs.map((run) => orNull(() => runDetail(store, run))).filter((run) => run !== null);
}

function seriesOf(store: ApiContext['store'], runs: readonly RunDetail[]): readonly Series[] {
  if (runs.length === 0) return [];
  const query = {
    runs: runs.map((run) => run.id),
    metrics: REPORT_METRICS,
    buckets: REPORT_BUCKETS,
    from: null,
    to: null,
  };
  return store.points.series(query);
}

function orNull<T>(find: () => T): T | null {
  try {
    return find();
  } catch (cause) {
    if (cause instanceof AppError && cause.code === 'notFound') return null;
    throw cause;
  }
}
