-- What was uploaded as the source of a version.
CREATE TABLE sources (
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    archive BLOB NOT NULL,
    uploaded_at INTEGER NOT NULL,
    uploaded_by TEXT NOT NULL,
    PRIMARY KEY (name, version),
    FOREIGN KEY (name, version) REFERENCES server_versions (name, version) ON DELETE CASCADE
) STRICT;

-- A scan is its own job: a worker claims the row, and keeps it for as long as its lease lasts.
CREATE TABLE scans (
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    workspace_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed')),
    attempts INTEGER NOT NULL,
    queued_at INTEGER NOT NULL,
    lease_until INTEGER,
    finished_at INTEGER,
    error TEXT,
    verdict TEXT,
    report TEXT,
    receipt TEXT,
    PRIMARY KEY (name, version),
    FOREIGN KEY (name, version) REFERENCES server_versions (name, version) ON DELETE CASCADE
) STRICT;
CREATE INDEX scans_waiting ON scans (queued_at) WHERE state IN ('queued', 'running');
