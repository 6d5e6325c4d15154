import { Notification } from 'electron';
import type { RunRow } from '../../preload/contract/vocabulary.ts';
import type { EventHub } from '../api/eventHub.ts';

const ENDS: Readonly<Partial<Record<RunRow['status'], string>>> = {
  finished: 'finished',
  stopped: 'stopped; its work is kept',
  failed: 'failed',
  crashed: 'crashed',
};

/** A notification of the system when a run ends that was seen alive; a click calls `open`. Returns a function that ends it. */
export function setupNotices(events: EventHub, open: () => void): () => void {
  const alive = new Set<string>();
  return events.on('run.changed', (row) => {
    const end = ENDS[row.status];
    if (end === undefined) {
      alive.add(row.id);
      return;
    }
    if (!alive.delete(row.id) || !Notification.isSupported()) return;
    const notice = new Notification({
      title: `${row.name} ${end}`,
      body: row.reason ?? `${row.method} on ${row.datasetName}`,
    });
    notice.on('click', open);
    notice.show();
  });
}
