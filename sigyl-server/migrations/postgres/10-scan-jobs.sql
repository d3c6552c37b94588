-- Scans that publish nothing: of an archive, a reference or a list of tools.
CREATE TABLE scan_jobs (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    user_id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('archive', 'reference', 'tools')),
    reference TEXT COLLATE "C" NOT NULL,
    input BYTEA NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed')),
    step TEXT COLLATE "C" NOT NULL,
    attempts BIGINT NOT NULL,
    queued_at BIGINT NOT NULL,
    lease_until BIGINT,
    finished_at BIGINT,
    error TEXT COLLATE "C",
    verdict TEXT COLLATE "C",
    report TEXT COLLATE "C"
);
CREATE INDEX scan_jobs_waiting ON scan_jobs (queued_at) WHERE state IN ('queued', 'running');
CREATE INDEX scan_jobs_by_workspace ON scan_jobs (workspace_id, id);
CREATE INDEX scan_jobs_by_end ON scan_jobs (finished_at);
