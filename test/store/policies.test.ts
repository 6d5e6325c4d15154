import Database from 'better-sqlite3';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type {
  PolicyDefinition,
  PolicyResult,
  RepresentationAudit,
} from '../../preload/contract/vocabulary.ts';
import { DATABASE_FILE } from '../../main/store/index.ts';
import { withStore } from './support/workspace.ts';

const definition: PolicyDefinition = {
  name: 'yearly',
  scope: { dataset: 'd' },
  features: ['sex'],
  limits: [{ metric: 'accuracy', subject: { of: 'overall' }, low: 0.8, high: null }],
  dueDays: 365,
  split: 'audit',
  threshold: 0.5,
  positive: null,
  draws: 200,
  seed: 0,
};

function audit(id: string, runs: readonly string[] = ['r']): RepresentationAudit {
  const options = {} as RepresentationAudit['options'];
  return {
    ...{
      id,
      name: id,
      created: '2026-11-22',
      dataset: null,
      datasetName: 'd',
      runs,
      features: ['sex'],
      archived: false,
    },
    ...{
      options,
      rows: 1,
      rowsInSplit: 1,
      subjects: 1,
      target: null,
      featureSources: {},
      models: [],
      similarities: [],
    },
    ...{ rules: [], notes: [], hashes: {} },
  };
}

describe('audits of representations', () => {
  it('are kept whole, listed newest first, archived, and found by the runs they cover', () =>
    withStore((store) => {
      const { representations } = store;
      representations.create(audit('one'));
      representations.create(audit('two', ['r', 's']));
      expect(representations.list().map(({ id }) => id)).toEqual(['two', 'one']);
      expect(representations.get('one')).toEqual(audit('one'));
      expect(representations.newestOf(['s'])?.id).toBe('two');
      expect(representations.archive('two', true)).toMatchObject({ id: 'two', archived: true });
      expect(representations.newestOf(['r'])?.id).toBe('one');
      expect([representations.newestOf(['s']), representations.newestOf([])]).toEqual([null, null]);
      expect(representations.list(true)).toHaveLength(2);
    }));

  it('cannot be changed or deleted by a statement, and one that was changed all the same is not shown', () =>
    withStore((store) => {
      store.representations.create(audit('one'));
      const db = new Database(join(store.path, DATABASE_FILE));
      expect(() => db.exec("UPDATE representation_audits SET body = '{}'")).toThrow('append-only');
      expect(() => db.exec('DELETE FROM representation_audits')).toThrow('append-only');
      db.exec('DROP TRIGGER representation_audits_keep');
      db.exec('UPDATE representation_audits SET body = replace(body, \'"rows":1\', \'"rows":2\')');
      db.close();
      expect(() => store.representations.get('one')).toThrow(
        'The stored audit one does not fit its digest: it was changed outside Pretext.',
      );
      expect(() => store.representations.get('none')).toThrow(
        'There is no audit of representations none in this workspace.',
      );
    }));
});

describe('audit policies', () => {
  it('are found by id or name, archived, and never change', () =>
    withStore((store) => {
      const { id } = store.policies.create(definition);
      expect(store.policies.get('yearly')).toMatchObject({ id, ...definition, archived: false });
      expect(store.policies.archive(id, true).archived).toBe(true);
      expect([store.policies.list(), store.policies.list(true).length]).toEqual([[], 1]);
      const db = new Database(join(store.path, DATABASE_FILE));
      expect(() => db.exec("UPDATE policies SET body = '{}'")).toThrow('policies never change');
      db.close();
      expect(() => store.policies.get('none')).toThrow('There is no audit policy "none" in this workspace.');
    }));

  it('keep every check; one of the same checkpoints, data and metrics is not fresh', () =>
    withStore((store) => {
      const policy = store.policies.create(definition).id;
      const result = (id: string, subject: string): Omit<PolicyResult, 'fresh'> => ({
        ...{
          id,
          policy,
          created: '2026-11-22',
          audit: 'a',
          runs: ['r'],
          state: 'met',
          findings: [],
          subject,
        },
      });
      const fresh = [['1', 'x'], ['2', 'x'], ['3', 'y'], ['4', 'x']].map(([id = '', subject = '']) => store.policies.addResult(result(id, subject)).fresh); // prettier-ignore
      expect(fresh).toEqual([true, false, true, false]);
      expect(store.policies.results(policy).map(({ id }) => id)).toEqual(['4', '3', '2', '1']);
      expect(store.policies.result('3')).toEqual({ ...result('3', 'y'), fresh: true });
      expect(() => store.policies.result('9')).toThrow(
        'There is no check "9" of an audit policy in this workspace.',
      );
    }));
});
