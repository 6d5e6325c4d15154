import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { DATABASE_FILE, openStore } from '../../main/store/index.ts';
import { testFolder } from './support/testFolder.ts';
import { countingHost } from './support/workspace.ts';

const audit = (id: string) => ({ id, name: `audit ${id}`, dataset: null, datasetName: 'd', primary: null, archived: false, created: 't', runs: ['r'], features: ['f'], hashes: {} }) as never; // prettier-ignore

/** A closed workspace with three audits. */
function workspace(): string {
  const path = testFolder('chain');
  const store = openStore(path, countingHost());
  for (const id of ['a', 'b', 'c']) store.audits.create(audit(id));
  expect(store.audits.verify()).toMatchObject({ audits: 3, whole: true, broken: null });
  store.close();
  return path;
}

/** The file of a workspace, changed behind its back. */
function tamper(path: string, sql: string, ...values: readonly (string | number)[]): void {
  const db = new Database(join(path, DATABASE_FILE));
  db.exec('DROP TRIGGER IF EXISTS audits_keep; DROP TRIGGER IF EXISTS audits_stay');
  db.prepare(sql).run(...values);
  db.close();
}

function brokenIn(path: string): { readonly audit: string; readonly what: string } | null {
  const store = openStore(path, countingHost(100));
  const { broken, whole } = store.audits.verify();
  expect(whole).toBe(broken === null);
  store.close();
  return broken;
}

it('one byte changed anywhere in an audit names that audit', () => {
  const path = workspace();
  const columns = ['id', 'row', 'body', 'digest', 'previous', 'chain'] as const;
  const read = new Database(join(path, DATABASE_FILE), { readonly: true });
  const stored = read.prepare("SELECT * FROM audits WHERE id = 'b'").get() as Record<string, string>;
  read.close();
  for (const column of columns) {
    const text = stored[column] ?? '';
    const places = [
      ...new Set([0, Math.floor(text.length / 3), Math.floor(text.length / 2), text.length - 1]),
    ];
    for (const at of places) {
      const changed = `${text.slice(0, at)}${text[at] === '~' ? '!' : '~'}${text.slice(at + 1)}`;
      tamper(path, `UPDATE audits SET ${column} = ? WHERE number = 2`, changed);
      const broken = brokenIn(path);
      expect(broken?.audit, `${column} at ${at}`).toBe(column === 'id' ? changed : 'b');
      expect(broken?.what).toMatch(/^[A-Z].*\.$/);
      tamper(path, `UPDATE audits SET ${column} = ? WHERE number = 2`, text);
      expect(brokenIn(path)).toBeNull();
    }
  }
});

it.each([
  ['the first', "DELETE FROM audits WHERE id = 'a'", { audit: 'b', what: 'Audits before it are missing.' }],
  [
    'one in the middle',
    "DELETE FROM audits WHERE id = 'b'",
    { audit: 'c', what: 'Audits before it are missing.' },
  ],
  ['the last', "DELETE FROM audits WHERE id = 'c'", { audit: 'b', what: 'Audits after it are missing.' }],
  [
    'the end of the chain',
    'DELETE FROM audit_head',
    { audit: 'c', what: 'The end of the chain is missing.' },
  ],
  ['all', 'DELETE FROM audits', { audit: '', what: 'Audits after it are missing.' }],
])('taking away %s shows', (_name, sql, broken) => {
  const path = workspace();
  tamper(path, sql);
  expect(brokenIn(path)).toMatchObject(broken);
});

it('a link says whether everything up to it is whole', () => {
  const path = workspace();
  tamper(path, "UPDATE audits SET body = replace(body, 'audit b', 'audit B') WHERE id = 'b'");
  const store = openStore(path, countingHost(100));
  expect(['a', 'b', 'c'].map((id) => store.audits.link(id).whole)).toEqual([true, false, false]);
  expect(store.audits.link('a')).toMatchObject({ number: 1, previous: '0'.repeat(64) });
  expect(() => store.audits.link('none')).toThrow('There is no audit none');
  store.close();
});

it('archiving is no change, and notes stand beside the chain', () => {
  const path = workspace();
  const store = openStore(path, countingHost(100));
  store.audits.archive('b', true);
  const notes = { audit: 'b', changed: 't', sections: { stakeholders: 'People.' } };
  store.audits.setNotes(notes);
  expect(store.audits.notes('b')).toEqual(notes);
  expect(store.audits.notes('a')).toEqual({ audit: 'a', changed: null, sections: {} });
  expect(() => store.audits.setNotes({ ...notes, audit: 'none' })).toThrow('There is no audit none');
  expect(store.audits.verify().whole).toBe(true);
  store.close();
});
