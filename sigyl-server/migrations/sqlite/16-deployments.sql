-- What is deployed: a deployment has releases, of which one answers; what is to be done with it waits as jobs.
CREATE TABLE deployments (
    id TEXT NOT NULL PRIMARY KEY,
    -- Not with the workspace: what an engine still runs must not be forgotten.
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    backend TEXT NOT NULL,
    -- Which machine's engine has it; empty where every replica reaches the backend.
    engine TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'building', 'starting', 'running', 'failed', 'stopping', 'stopped')),
    wanted TEXT NOT NULL CHECK (wanted IN ('running', 'stopped', 'deleted')),
    -- The release that answers, 0 for none, and the last one that was made.
    serving INTEGER NOT NULL,
    last_release INTEGER NOT NULL,
    reference TEXT NOT NULL,
    replicas INTEGER NOT NULL,
    env TEXT NOT NULL,
    secrets TEXT NOT NULL,
    runtime TEXT NOT NULL,
    -- Name of the stored secret that a private repository asks for; empty for none.
    git_secret TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    front_port INTEGER,
    reason TEXT,
    package TEXT NOT NULL,
    version TEXT NOT NULL,
    health TEXT NOT NULL CHECK (health IN ('healthy', 'unhealthy', 'unknown')),
    health_reason TEXT,
    http_status INTEGER,
    response_time_ms INTEGER,
    checked_at INTEGER,
    failures INTEGER NOT NULL,
    restarts INTEGER NOT NULL,
    restarted_at INTEGER,
    look_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (workspace_id, name)
) STRICT;
CREATE INDEX deployments_by_look ON deployments (engine, look_at);
CREATE TABLE releases (
    deployment_id TEXT NOT NULL REFERENCES deployments (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('made', 'serving', 'retired', 'failed')),
    -- Of which release it is a copy, with what it was built of; 0 where it has a source of its own.
    copy_of INTEGER NOT NULL,
    reference TEXT NOT NULL,
    commit_id TEXT,
    archive BLOB,
    tree_digest TEXT,
    verdict TEXT,
    report TEXT,
    -- Why a report that blocks, or has gaps, was let through, and who decided it.
    allowed TEXT,
    plan TEXT,
    image TEXT,
    spec TEXT,
    handle TEXT,
    tools TEXT,
    sbom TEXT,
    provenance TEXT,
    reason TEXT,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (deployment_id, number)
) STRICT;
CREATE TABLE deploy_jobs (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    deployment_id TEXT NOT NULL,
    engine TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('release', 'restart', 'stop', 'start', 'scale', 'delete', 'forget')),
    release INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed')),
    step TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    queued_at INTEGER NOT NULL,
    lease_until INTEGER,
    finished_at INTEGER,
    error TEXT,
    created_by TEXT NOT NULL
) STRICT;
CREATE INDEX deploy_jobs_waiting ON deploy_jobs (engine, id) WHERE state IN ('queued', 'running');
CREATE INDEX deploy_jobs_by_deployment ON deploy_jobs (deployment_id, id);
CREATE TABLE deploy_events (
    deployment_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    job_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (deployment_id, number)
) STRICT;
-- Who is told when a deployment's state or health changes.
CREATE TABLE webhooks (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    url TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    delivered_at INTEGER,
    error TEXT,
    UNIQUE (workspace_id, url)
) STRICT;
CREATE TABLE webhook_deliveries (
    id TEXT NOT NULL PRIMARY KEY,
    webhook_id TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    body TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    due_at INTEGER NOT NULL
) STRICT;
CREATE INDEX webhook_deliveries_by_due ON webhook_deliveries (due_at);
