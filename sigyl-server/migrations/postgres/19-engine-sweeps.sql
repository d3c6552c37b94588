-- What marks as this installation's whatever its servers make at services that others use, too. One row.
CREATE TABLE installation (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    mark TEXT COLLATE "C" NOT NULL
);
-- Which process looks through an engine that every replica reaches, and when it did last.
CREATE TABLE engine_sweeps (
    engine TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    holder TEXT COLLATE "C" NOT NULL,
    swept_at BIGINT NOT NULL
);
