-- What a workspace's values are sealed with, wrapped by the master key.
CREATE TABLE data_keys (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    id INTEGER NOT NULL,
    master_key_id TEXT NOT NULL,
    wrapped BLOB NOT NULL,
    is_active INTEGER NOT NULL,
    seal_count INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE UNIQUE INDEX data_keys_active ON data_keys (workspace_id) WHERE is_active;

-- An empty owner is the workspace, an empty package is any.
CREATE TABLE secrets (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    owner_id TEXT NOT NULL,
    package TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('string', 'number', 'boolean')),
    description TEXT NOT NULL,
    revision INTEGER NOT NULL,
    expires_at INTEGER,
    rotate_days INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    UNIQUE (workspace_id, owner_id, package, name)
) STRICT;

CREATE TABLE secret_versions (
    secret_id TEXT NOT NULL REFERENCES secrets (id) ON DELETE CASCADE,
    revision INTEGER NOT NULL,
    workspace_id TEXT NOT NULL,
    key_id INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    PRIMARY KEY (secret_id, revision)
) STRICT;
CREATE INDEX secret_versions_by_key ON secret_versions (workspace_id, key_id);
