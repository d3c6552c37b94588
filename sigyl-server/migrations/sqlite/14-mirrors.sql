-- Other registries that a workspace follows. A round goes page by page, each kept when it is done, so that it goes on
-- where it was.
CREATE TABLE mirrors (
    id TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL,
    url TEXT NOT NULL,
    allow TEXT NOT NULL,
    every_minutes INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    lease_until INTEGER,
    next_page TEXT NOT NULL,
    since TEXT NOT NULL,
    newest TEXT NOT NULL,
    imported INTEGER NOT NULL,
    rejected INTEGER NOT NULL,
    last_problem TEXT,
    error TEXT,
    finished_at INTEGER,
    UNIQUE (workspace_id, url)
) STRICT;
CREATE INDEX mirrors_by_due ON mirrors (due_at);
