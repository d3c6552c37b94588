-- Who may publish below a namespace: the workspace that did first.
CREATE TABLE namespaces (
    namespace TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE servers (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    name TEXT NOT NULL UNIQUE,
    visibility TEXT NOT NULL CHECK (visibility IN ('public', 'workspace')),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX servers_by_workspace ON servers (workspace_id, name);

-- The name stands here, too, so that lists walk one index.
CREATE TABLE server_versions (
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    server_id TEXT NOT NULL REFERENCES servers (id) ON DELETE CASCADE,
    folded_name TEXT NOT NULL,
    document TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('active', 'deprecated', 'deleted')),
    status_message TEXT,
    status_changed_at INTEGER NOT NULL,
    published_at INTEGER NOT NULL,
    published_by TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    is_latest INTEGER NOT NULL,
    is_shown INTEGER NOT NULL,
    PRIMARY KEY (name, version)
) STRICT;
CREATE INDEX server_versions_by_server ON server_versions (server_id, published_at);
CREATE INDEX server_versions_by_change ON server_versions (updated_at);
CREATE INDEX server_versions_latest ON server_versions (name, version) WHERE is_latest;
