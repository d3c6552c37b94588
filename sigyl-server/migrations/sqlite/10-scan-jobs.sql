-- Scans that publish nothing: of an archive, a reference or a list of tools.
CREATE TABLE scan_jobs (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('archive', 'reference', 'tools')),
    reference TEXT NOT NULL,
    input BLOB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed')),
    step TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    queued_at INTEGER NOT NULL,
    lease_until INTEGER,
    finished_at INTEGER,
    error TEXT,
    verdict TEXT,
    report TEXT
) STRICT;
CREATE INDEX scan_jobs_waiting ON scan_jobs (queued_at) WHERE state IN ('queued', 'running');
CREATE INDEX scan_jobs_by_workspace ON scan_jobs (workspace_id, id);
CREATE INDEX scan_jobs_by_end ON scan_jobs (finished_at);
