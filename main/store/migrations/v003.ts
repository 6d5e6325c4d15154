/** Version 3: what the people in a data set agreed to, the splits that follow from it, and dated checks of data sets. */
export const v003 = `
CREATE TABLE consent (
  dataset TEXT NOT NULL REFERENCES datasets(id),
  subject TEXT NOT NULL,
  basis TEXT NOT NULL,
  -- JSON list; empty: not stated.
  purposes TEXT NOT NULL,
  source TEXT NOT NULL,
  date TEXT,
  expires TEXT,
  withdrawn TEXT,
  changed TEXT NOT NULL,
  PRIMARY KEY (dataset, subject)
) STRICT, WITHOUT ROWID;

-- Splits without the subjects whose consent does not hold; no row: nobody is left out.
CREATE TABLE consent_splits (
  dataset TEXT PRIMARY KEY REFERENCES datasets(id),
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE dataset_checks (
  number INTEGER PRIMARY KEY,
  dataset TEXT NOT NULL REFERENCES datasets(id),
  created TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX dataset_checks_dataset ON dataset_checks(dataset);
`;
