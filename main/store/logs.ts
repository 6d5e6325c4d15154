import type { LogLine } from '../../preload/contract/vocabulary.ts';
import type { WorkspaceDatabase } from './database.ts';
import type { LogStore } from './store.ts';

const SELECT = 'SELECT seq, time, level, text FROM logs WHERE run = ?';

/** Log lines of runs; all are kept, numbered from 0. */
export function logStore(db: WorkspaceDatabase): LogStore {
  return {
    append: (run, lines) =>
      db.transaction(() => {
        const first = db.get<{ next: number }>(
          'SELECT coalesce(max(seq), -1) + 1 AS next FROM logs WHERE run = ?',
          run,
        );
        const numbered = lines.map((line, index) => ({ seq: (first?.next ?? 0) + index, ...line }));
        for (const { seq, time, level, text } of numbered)
          db.run(
            'INSERT INTO logs (run, seq, time, level, text) VALUES (?, ?, ?, ?, ?)',
            run,
            seq,
            time,
            level,
            text,
          );
        return numbered;
      }),
    read: (run, after, limit) =>
      db.all<LogLine>(`${SELECT} AND seq > ? ORDER BY seq LIMIT ?`, run, after, limit),
    tail: (run, count) => db.all<LogLine>(`${SELECT} ORDER BY seq DESC LIMIT ?`, run, count).toReversed(),
  };
}
