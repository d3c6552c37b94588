-- Which secret fills a requirement of a package, where it is not the one of that name. An empty user is everybody in the
-- workspace.
CREATE TABLE secret_uses (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL,
    package TEXT NOT NULL,
    requirement TEXT NOT NULL,
    secret_id TEXT NOT NULL REFERENCES secrets (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, user_id, package, requirement)
) STRICT;
CREATE INDEX secret_uses_by_secret ON secret_uses (secret_id);
