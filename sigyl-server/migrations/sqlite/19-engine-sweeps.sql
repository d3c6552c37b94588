-- What marks as this installation's whatever its servers make at services that others use, too. One row.
CREATE TABLE installation (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    mark TEXT NOT NULL
) STRICT;
-- Which process looks through an engine that every replica reaches, and when it did last.
CREATE TABLE engine_sweeps (
    engine TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    swept_at INTEGER NOT NULL
) STRICT;
