/** Version 2: which session wrote last, so that only what that session left is ever swept; see `sweep.ts`. */
export const v002 = `
CREATE TABLE workspace (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  session TEXT NOT NULL,
  -- Milliseconds since 1970: artefacts from before are never swept.
  kept_until REAL NOT NULL
) STRICT;
`;
