-- Deployments that nobody asks for so many minutes are stopped until somebody does; 0 for never.
ALTER TABLE deployments ADD COLUMN idle_stop BIGINT NOT NULL DEFAULT 0;
-- Since when one is stopped for that reason.
ALTER TABLE deployments ADD COLUMN idle_since BIGINT;
