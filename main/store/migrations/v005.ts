/** Version 5: audits of representations, and audit policies with what their checks found. All of it is append-only but for `archived`. */
export const v005 = `
-- chain = sha256(previous chain + digest of body), as in audits.
CREATE TABLE representation_audits (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  archived INTEGER NOT NULL DEFAULT 0,
  row TEXT NOT NULL,
  body TEXT NOT NULL,
  digest TEXT NOT NULL,
  previous TEXT NOT NULL,
  chain TEXT NOT NULL
) STRICT;
CREATE TRIGGER representation_audits_keep
BEFORE UPDATE OF number, id, row, body, digest, previous, chain ON representation_audits
BEGIN SELECT RAISE(ABORT, 'audits are append-only'); END;
CREATE TRIGGER representation_audits_stay BEFORE DELETE ON representation_audits
BEGIN SELECT RAISE(ABORT, 'audits are append-only'); END;

CREATE TABLE policies (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  archived INTEGER NOT NULL DEFAULT 0,
  created TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE TRIGGER policies_keep BEFORE UPDATE OF number, id, created, body ON policies
BEGIN SELECT RAISE(ABORT, 'policies never change'); END;
CREATE TRIGGER policies_stay BEFORE DELETE ON policies
BEGIN SELECT RAISE(ABORT, 'policies never change'); END;

CREATE TABLE policy_results (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  policy TEXT NOT NULL REFERENCES policies(id),
  -- Digest of checkpoints, data and metrics.
  subject TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX policy_results_policy ON policy_results(policy, subject);
CREATE TRIGGER policy_results_keep BEFORE UPDATE ON policy_results
BEGIN SELECT RAISE(ABORT, 'checks of policies are append-only'); END;
CREATE TRIGGER policy_results_stay BEFORE DELETE ON policy_results
BEGIN SELECT RAISE(ABORT, 'checks of policies are append-only'); END;
`;
