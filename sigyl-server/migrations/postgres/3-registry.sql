-- Who may publish below a namespace: the workspace that did first.
CREATE TABLE namespaces (
    namespace TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL
);

CREATE TABLE servers (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    name TEXT COLLATE "C" NOT NULL UNIQUE,
    visibility TEXT COLLATE "C" NOT NULL CHECK (visibility IN ('public', 'workspace')),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX servers_by_workspace ON servers (workspace_id, name);

-- The name stands here, too, so that lists walk one index.
CREATE TABLE server_versions (
    name TEXT COLLATE "C" NOT NULL,
    version TEXT COLLATE "C" NOT NULL,
    server_id TEXT COLLATE "C" NOT NULL REFERENCES servers (id) ON DELETE CASCADE,
    folded_name TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL CHECK (status IN ('active', 'deprecated', 'deleted')),
    status_message TEXT COLLATE "C",
    status_changed_at BIGINT NOT NULL,
    published_at BIGINT NOT NULL,
    published_by TEXT COLLATE "C" NOT NULL,
    updated_at BIGINT NOT NULL,
    is_latest BOOLEAN NOT NULL,
    is_shown BOOLEAN NOT NULL,
    PRIMARY KEY (name, version)
);
CREATE INDEX server_versions_by_server ON server_versions (server_id, published_at);
CREATE INDEX server_versions_by_change ON server_versions (updated_at);
CREATE INDEX server_versions_latest ON server_versions (name, version) WHERE is_latest;
