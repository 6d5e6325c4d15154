import { AppError } from '../../preload/contract/errors.ts';
import type { WorkspaceDatabase } from './database.ts';
import type { SettingsStore } from './store.ts';

/** Settings of the workspace: plain data by key. */
export function settingsStore(db: WorkspaceDatabase): SettingsStore {
  return {
    all: () => {
      const rows = db.all<{ key: string; value: string }>('SELECT key, value FROM settings ORDER BY key');
      return Object.fromEntries(rows.map(({ key, value }) => [key, JSON.parse(value) as unknown]));
    },
    set: (values) =>
      db.transaction(() => {
        for (const [key, value] of Object.entries(values)) setOne(db, key, value);
      }),
  };
}

function setOne(db: WorkspaceDatabase, key: string, value: unknown): void {
  if (value === null) {
    db.run('DELETE FROM settings WHERE key = ?', key);
    return;
  }
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined)
    throw new AppError({ code: 'usage', message: `Setting ${key} is not plain data and cannot be kept.` });
  db.run(
    'INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
    ...[key, text],
  );
}
