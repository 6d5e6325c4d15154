import { AppError } from '../../preload/contract/errors.ts';
import type {
  PolicyDefinition,
  PolicyId,
  PolicyResult,
  PolicyResultId,
} from '../../preload/contract/vocabulary.ts';
import type { WorkspaceDatabase } from './database.ts';
import type { StoreHost } from './store.ts';

/** A policy as it was declared. */
export interface StoredPolicy extends PolicyDefinition {
  readonly id: PolicyId;
  readonly created: string;
  readonly archived: boolean;
}

/** Audit policies, which never change, and what their checks found, which is only added to. */
export interface PolicyStore {
  create(definition: PolicyDefinition): StoredPolicy;
  list(archived?: boolean): readonly StoredPolicy[];
  /** By id or, failing that, by name (the newest). @throws AppError notFound */
  get(idOrName: string): StoredPolicy;
  archive(id: PolicyId, archived: boolean): StoredPolicy;
  /** Adds a check; it is `fresh` if none before was of the same checkpoints, data and metrics. */
  addResult(result: Omit<PolicyResult, 'fresh'>): PolicyResult;
  /** Newest first. */
  results(policy: PolicyId): readonly PolicyResult[];
  /** @throws AppError notFound */
  result(id: PolicyResultId): PolicyResult;
}

interface Row {
  readonly id: PolicyId;
  readonly created: string;
  readonly archived: number;
  readonly body: string;
}

const COLUMNS = 'id, created, archived, body';

export function policyStore(db: WorkspaceDatabase, host: StoreHost): PolicyStore {
  const get = (idOrName: string): StoredPolicy => {
    const row = db.get<Row>(`SELECT ${COLUMNS} FROM policies WHERE id = ?`, idOrName);
    const found = row ? policyOf(row) : all(db).find(({ name }) => name === idOrName);
    if (found) return found;
    throw new AppError({
      code: 'notFound',
      message: `There is no audit policy ${JSON.stringify(idOrName)} in this workspace.`,
      hint: 'List them with: pretext policy list.',
    });
  };
  return {
    create(definition) {
      const id = host.newId('policy');
      db.run('INSERT INTO policies (id, created, body) VALUES (?, ?, ?)', id, host.now(), JSON.stringify(definition)); // prettier-ignore
      return get(id);
    },
    list: (archived = false) => all(db).filter((policy) => archived || !policy.archived),
    get,
    archive(id, archived) {
      const policy = get(id);
      db.run('UPDATE policies SET archived = ? WHERE id = ?', archived ? 1 : 0, policy.id);
      return get(policy.id);
    },
    addResult: (result) => db.transaction(() => addResult(db, result)),
    results: (policy) =>
      db
        .all<{ body: string }>(
          'SELECT body FROM policy_results WHERE policy = ? ORDER BY number DESC',
          policy,
        )
        .map(({ body }) => JSON.parse(body) as PolicyResult),
    result(id) {
      const row = db.get<{ body: string }>('SELECT body FROM policy_results WHERE id = ?', id);
      if (row) return JSON.parse(row.body) as PolicyResult;
      throw new AppError({
        code: 'notFound',
        message: `There is no check ${JSON.stringify(id)} of an audit policy in this workspace.`,
        hint: 'Choose one of the policy’s history.',
      });
    },
  };
}

/** Newest first. */
function all(db: WorkspaceDatabase): readonly StoredPolicy[] {
  return db.all<Row>(`SELECT ${COLUMNS} FROM policies ORDER BY number DESC`).map(policyOf);
}

function policyOf({ id, created, archived, body }: Row): StoredPolicy {
  return { ...(JSON.parse(body) as PolicyDefinition), id, created, archived: archived === 1 };
}

function addResult(db: WorkspaceDatabase, result: Omit<PolicyResult, 'fresh'>): PolicyResult {
  const known = db.get(
    'SELECT 1 FROM policy_results WHERE policy = ? AND subject = ?',
    result.policy,
    result.subject,
  );
  const whole: PolicyResult = { ...result, fresh: known === undefined };
  db.run(
    'INSERT INTO policy_results (id, policy, subject, body) VALUES (?, ?, ?, ?)',
    ...[result.id, result.policy, result.subject, JSON.stringify(whole)],
  );
  return whole;
}
