/** Version 4: where the chain of audits ends, so that a missing last audit shows, and what people add to the sections of reports. */
export const v004 = `
CREATE TABLE audit_head (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  number INTEGER NOT NULL,
  chain TEXT NOT NULL
) STRICT;
INSERT INTO audit_head (one, number, chain) SELECT 1, number, chain FROM audits ORDER BY number DESC LIMIT 1;

CREATE TABLE audit_notes (
  audit TEXT PRIMARY KEY REFERENCES audits(id),
  changed TEXT NOT NULL,
  -- JSON: text by the section's id.
  sections TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;
