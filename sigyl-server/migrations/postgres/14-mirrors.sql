-- Other registries that a workspace follows. A round goes page by page, each kept when it is done, so that it goes on
-- where it was.
CREATE TABLE mirrors (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    user_id TEXT COLLATE "C" NOT NULL,
    url TEXT COLLATE "C" NOT NULL,
    allow TEXT COLLATE "C" NOT NULL,
    every_minutes BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    lease_until BIGINT,
    next_page TEXT COLLATE "C" NOT NULL,
    since TEXT COLLATE "C" NOT NULL,
    newest TEXT COLLATE "C" NOT NULL,
    imported BIGINT NOT NULL,
    rejected BIGINT NOT NULL,
    last_problem TEXT COLLATE "C",
    error TEXT COLLATE "C",
    finished_at BIGINT,
    UNIQUE (workspace_id, url)
);
CREATE INDEX mirrors_by_due ON mirrors (due_at);
