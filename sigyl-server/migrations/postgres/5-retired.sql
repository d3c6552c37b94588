-- Versions of servers that were deleted: a number that meant something never means something else.
CREATE TABLE retired_versions (
    name TEXT COLLATE "C" NOT NULL,
    version TEXT COLLATE "C" NOT NULL,
    retired_at BIGINT NOT NULL,
    PRIMARY KEY (name, version)
);
