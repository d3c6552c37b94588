-- What was uploaded as the source of a version.
CREATE TABLE sources (
    name TEXT COLLATE "C" NOT NULL,
    version TEXT COLLATE "C" NOT NULL,
    sha256 TEXT COLLATE "C" NOT NULL,
    size_bytes BIGINT NOT NULL,
    archive BYTEA NOT NULL,
    uploaded_at BIGINT NOT NULL,
    uploaded_by TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (name, version),
    FOREIGN KEY (name, version) REFERENCES server_versions (name, version) ON DELETE CASCADE
);

-- A scan is its own job: a worker claims the row, and keeps it for as long as its lease lasts.
CREATE TABLE scans (
    name TEXT COLLATE "C" NOT NULL,
    version TEXT COLLATE "C" NOT NULL,
    workspace_id TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed')),
    attempts BIGINT NOT NULL,
    queued_at BIGINT NOT NULL,
    lease_until BIGINT,
    finished_at BIGINT,
    error TEXT COLLATE "C",
    verdict TEXT COLLATE "C",
    report TEXT COLLATE "C",
    receipt TEXT COLLATE "C",
    PRIMARY KEY (name, version),
    FOREIGN KEY (name, version) REFERENCES server_versions (name, version) ON DELETE CASCADE
);
CREATE INDEX scans_waiting ON scans (queued_at) WHERE state IN ('queued', 'running');
