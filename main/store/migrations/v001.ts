/** Version 1: everything a workspace holds. JSON columns hold whole values that no query looks into. */
export const v001 = `
CREATE TABLE experiments (
  id TEXT PRIMARY KEY,
  number INTEGER NOT NULL UNIQUE,
  name TEXT NOT NULL,
  notes TEXT NOT NULL,
  created TEXT NOT NULL,
  archived INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE datasets (
  id TEXT PRIMARY KEY,
  number INTEGER NOT NULL UNIQUE,
  identity TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  created TEXT NOT NULL,
  archived INTEGER NOT NULL DEFAULT 0,
  card TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;

CREATE TABLE audit_looks (
  number INTEGER PRIMARY KEY,
  dataset TEXT NOT NULL REFERENCES datasets(id),
  body TEXT NOT NULL
) STRICT;
CREATE INDEX audit_looks_dataset ON audit_looks(dataset);

CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  number INTEGER NOT NULL UNIQUE,
  experiment TEXT NOT NULL REFERENCES experiments(id),
  name TEXT NOT NULL,
  status TEXT NOT NULL,
  reason TEXT,
  method TEXT NOT NULL,
  encoder TEXT NOT NULL,
  dataset TEXT NOT NULL,
  seed INTEGER NOT NULL,
  config_hash TEXT NOT NULL,
  created TEXT NOT NULL,
  started TEXT,
  ended TEXT,
  queued INTEGER,
  colour INTEGER NOT NULL,
  pinned INTEGER NOT NULL DEFAULT 0,
  archived INTEGER NOT NULL DEFAULT 0,
  notes TEXT NOT NULL DEFAULT '',
  tags TEXT NOT NULL DEFAULT '[]',
  alarms TEXT NOT NULL DEFAULT '[]',
  progress TEXT,
  cost TEXT,
  metrics TEXT NOT NULL DEFAULT '{}',
  config TEXT NOT NULL,
  provenance TEXT NOT NULL,
  results TEXT,
  next_seq INTEGER NOT NULL DEFAULT 0,
  gaps TEXT NOT NULL DEFAULT '[]'
) STRICT;
CREATE INDEX runs_status ON runs(status);
CREATE INDEX runs_experiment ON runs(experiment);
CREATE INDEX runs_name ON runs(name);
CREATE INDEX runs_queued ON runs(queued);

CREATE TABLE checkpoints (
  run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  step INTEGER NOT NULL,
  kind TEXT NOT NULL,
  epoch REAL NOT NULL,
  digest TEXT NOT NULL,
  size INTEGER NOT NULL,
  created TEXT NOT NULL,
  PRIMARY KEY (run, step, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX checkpoints_digest ON checkpoints(digest);

CREATE TABLE run_artefacts (
  run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  digest TEXT NOT NULL,
  size INTEGER NOT NULL,
  created TEXT NOT NULL,
  PRIMARY KEY (run, kind, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_artefacts_digest ON run_artefacts(digest);

CREATE TABLE dataset_artefacts (
  digest TEXT NOT NULL,
  dataset TEXT NOT NULL REFERENCES datasets(id) ON DELETE CASCADE,
  PRIMARY KEY (digest, dataset)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_artefacts (
  digest TEXT NOT NULL,
  audit TEXT NOT NULL,
  PRIMARY KEY (digest, audit)
) STRICT, WITHOUT ROWID;

CREATE TABLE series (
  id INTEGER PRIMARY KEY,
  run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  metric TEXT NOT NULL,
  count INTEGER NOT NULL DEFAULT 0,
  sealed INTEGER NOT NULL DEFAULT 0,
  last_step INTEGER NOT NULL DEFAULT -1,
  last REAL,
  min REAL,
  max REAL,
  UNIQUE (run, metric)
) STRICT;

-- Points [first, first + n) of a series; rows beyond series.sealed are its still growing tail.
CREATE TABLE chunks (
  series INTEGER NOT NULL REFERENCES series(id) ON DELETE CASCADE,
  first INTEGER NOT NULL,
  n INTEGER NOT NULL,
  step_to INTEGER NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (series, first)
) STRICT;
CREATE INDEX chunks_steps ON chunks(series, step_to, first, n);

-- Page p of a level holds blocks [256 p, 256 p + 256); blocks of level 1 hold 8 points, of each further level 4 times as many.
CREATE TABLE tiers (
  series INTEGER NOT NULL REFERENCES series(id) ON DELETE CASCADE,
  level INTEGER NOT NULL,
  page INTEGER NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (series, level, page)
) STRICT;

CREATE TABLE logs (
  run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  time TEXT NOT NULL,
  level TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (run, seq)
) STRICT, WITHOUT ROWID;

-- Append-only: chain = sha256(previous chain + digest of body). Only \`archived\` may change.
CREATE TABLE audits (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  archived INTEGER NOT NULL DEFAULT 0,
  row TEXT NOT NULL,
  body TEXT NOT NULL,
  digest TEXT NOT NULL,
  previous TEXT NOT NULL,
  chain TEXT NOT NULL
) STRICT;
CREATE TRIGGER audits_keep BEFORE UPDATE OF number, id, row, body, digest, previous, chain ON audits
BEGIN SELECT RAISE(ABORT, 'audits are append-only'); END;
CREATE TRIGGER audits_stay BEFORE DELETE ON audits
BEGIN SELECT RAISE(ABORT, 'audits are append-only'); END;

CREATE TABLE settings (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;
