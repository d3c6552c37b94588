-- The audit log's keys, each sealed by a data key of its own, which the master key wraps.
CREATE TABLE audit_keys (
    number INTEGER NOT NULL PRIMARY KEY,
    master_key_id TEXT NOT NULL,
    wrapped BLOB NOT NULL,
    sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
-- The key of an entry's hash; 0 for entries from before there was one.
ALTER TABLE audit_entries ADD COLUMN key_number INTEGER NOT NULL DEFAULT 0;
-- Under another name, so that a replica of an earlier version, which knows no key, fails rather than writes without.
ALTER TABLE audit_chains RENAME COLUMN head TO last_hash;
ALTER TABLE audit_chains ADD COLUMN seal TEXT NOT NULL DEFAULT '';
