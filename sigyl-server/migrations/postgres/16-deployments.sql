-- What is deployed: a deployment has releases, of which one answers; what is to be done with it waits as jobs.
CREATE TABLE deployments (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    -- Not with the workspace: what an engine still runs must not be forgotten.
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    name TEXT COLLATE "C" NOT NULL,
    backend TEXT COLLATE "C" NOT NULL,
    -- Which machine's engine has it; empty where every replica reaches the backend.
    engine TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('pending', 'building', 'starting', 'running', 'failed', 'stopping', 'stopped')),
    wanted TEXT COLLATE "C" NOT NULL CHECK (wanted IN ('running', 'stopped', 'deleted')),
    -- The release that answers, 0 for none, and the last one that was made.
    serving BIGINT NOT NULL,
    last_release BIGINT NOT NULL,
    reference TEXT COLLATE "C" NOT NULL,
    replicas BIGINT NOT NULL,
    env TEXT COLLATE "C" NOT NULL,
    secrets TEXT COLLATE "C" NOT NULL,
    runtime TEXT COLLATE "C" NOT NULL,
    -- Name of the stored secret that a private repository asks for; empty for none.
    git_secret TEXT COLLATE "C" NOT NULL,
    endpoint TEXT COLLATE "C" NOT NULL,
    front_port BIGINT,
    reason TEXT COLLATE "C",
    package TEXT COLLATE "C" NOT NULL,
    version TEXT COLLATE "C" NOT NULL,
    health TEXT COLLATE "C" NOT NULL CHECK (health IN ('healthy', 'unhealthy', 'unknown')),
    health_reason TEXT COLLATE "C",
    http_status BIGINT,
    response_time_ms BIGINT,
    checked_at BIGINT,
    failures BIGINT NOT NULL,
    restarts BIGINT NOT NULL,
    restarted_at BIGINT,
    look_at BIGINT NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (workspace_id, name)
);
CREATE INDEX deployments_by_look ON deployments (engine, look_at);
CREATE TABLE releases (
    deployment_id TEXT COLLATE "C" NOT NULL REFERENCES deployments (id) ON DELETE CASCADE,
    number BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('made', 'serving', 'retired', 'failed')),
    -- Of which release it is a copy, with what it was built of; 0 where it has a source of its own.
    copy_of BIGINT NOT NULL,
    reference TEXT COLLATE "C" NOT NULL,
    commit_id TEXT COLLATE "C",
    archive BYTEA,
    tree_digest TEXT COLLATE "C",
    verdict TEXT COLLATE "C",
    report TEXT COLLATE "C",
    -- Why a report that blocks, or has gaps, was let through, and who decided it.
    allowed TEXT COLLATE "C",
    plan TEXT COLLATE "C",
    image TEXT COLLATE "C",
    spec TEXT COLLATE "C",
    handle TEXT COLLATE "C",
    tools TEXT COLLATE "C",
    sbom TEXT COLLATE "C",
    provenance TEXT COLLATE "C",
    reason TEXT COLLATE "C",
    created_by TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (deployment_id, number)
);
CREATE TABLE deploy_jobs (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL,
    deployment_id TEXT COLLATE "C" NOT NULL,
    engine TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('release', 'restart', 'stop', 'start', 'scale', 'delete', 'forget')),
    release BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed')),
    step TEXT COLLATE "C" NOT NULL,
    attempts BIGINT NOT NULL,
    queued_at BIGINT NOT NULL,
    lease_until BIGINT,
    finished_at BIGINT,
    error TEXT COLLATE "C",
    created_by TEXT COLLATE "C" NOT NULL
);
CREATE INDEX deploy_jobs_waiting ON deploy_jobs (engine, id) WHERE state IN ('queued', 'running');
CREATE INDEX deploy_jobs_by_deployment ON deploy_jobs (deployment_id, id);
CREATE TABLE deploy_events (
    deployment_id TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL,
    job_id TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    text TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (deployment_id, number)
);
-- Who is told when a deployment's state or health changes.
CREATE TABLE webhooks (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    url TEXT COLLATE "C" NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    delivered_at BIGINT,
    error TEXT COLLATE "C",
    UNIQUE (workspace_id, url)
);
CREATE TABLE webhook_deliveries (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    webhook_id TEXT COLLATE "C" NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    body TEXT COLLATE "C" NOT NULL,
    attempts BIGINT NOT NULL,
    due_at BIGINT NOT NULL
);
CREATE INDEX webhook_deliveries_by_due ON webhook_deliveries (due_at);
