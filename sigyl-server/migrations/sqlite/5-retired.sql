-- Versions of servers that were deleted: a number that meant something never means something else.
CREATE TABLE retired_versions (
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    retired_at INTEGER NOT NULL,
    PRIMARY KEY (name, version)
) STRICT;
