-- What a workspace's values are sealed with, wrapped by the master key.
CREATE TABLE data_keys (
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    id BIGINT NOT NULL,
    master_key_id TEXT COLLATE "C" NOT NULL,
    wrapped BYTEA NOT NULL,
    is_active BOOLEAN NOT NULL,
    seal_count BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX data_keys_active ON data_keys (workspace_id) WHERE is_active;

-- An empty owner is the workspace, an empty package is any.
CREATE TABLE secrets (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    owner_id TEXT COLLATE "C" NOT NULL,
    package TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('string', 'number', 'boolean')),
    description TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL,
    expires_at BIGINT,
    rotate_days BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    UNIQUE (workspace_id, owner_id, package, name)
);

CREATE TABLE secret_versions (
    secret_id TEXT COLLATE "C" NOT NULL REFERENCES secrets (id) ON DELETE CASCADE,
    revision BIGINT NOT NULL,
    workspace_id TEXT COLLATE "C" NOT NULL,
    key_id BIGINT NOT NULL,
    sealed BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (secret_id, revision)
);
CREATE INDEX secret_versions_by_key ON secret_versions (workspace_id, key_id);
