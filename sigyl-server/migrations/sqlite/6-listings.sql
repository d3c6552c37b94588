-- What the owner says of a server, whatever its versions say.
ALTER TABLE servers ADD COLUMN category TEXT;
ALTER TABLE servers ADD COLUMN tags TEXT;

-- What is known of a version: from its document, and from its source where that was scanned.
CREATE TABLE version_facts (
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    facts TEXT NOT NULL,
    tools TEXT NOT NULL,
    files TEXT,
    PRIMARY KEY (name, version),
    FOREIGN KEY (name, version) REFERENCES server_versions (name, version) ON DELETE CASCADE
) STRICT;

-- What lists and searches of people show: one row for each server, made from its latest version.
CREATE TABLE listings (
    number INTEGER NOT NULL PRIMARY KEY,
    server_id TEXT NOT NULL UNIQUE REFERENCES servers (id) ON DELETE CASCADE,
    workspace_id TEXT NOT NULL,
    name TEXT NOT NULL,
    folded_name TEXT NOT NULL,
    short_name TEXT NOT NULL,
    version TEXT NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    category TEXT NOT NULL,
    tags TEXT NOT NULL,
    runtime TEXT NOT NULL,
    verdict TEXT NOT NULL,
    tool_count INTEGER NOT NULL,
    secret_count INTEGER NOT NULL,
    is_open INTEGER NOT NULL,
    is_listed INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    published_at INTEGER NOT NULL,
    downloads INTEGER NOT NULL,
    trend INTEGER NOT NULL,
    trend_day INTEGER NOT NULL,
    rating_sum INTEGER NOT NULL,
    rating_count INTEGER NOT NULL,
    facets TEXT NOT NULL,
    terms TEXT NOT NULL
) STRICT;
CREATE INDEX listings_new ON listings (is_open, number);
CREATE INDEX listings_popular ON listings (is_open, downloads, number);
CREATE INDEX listings_trending ON listings (is_open, trend, number);
CREATE INDEX listings_updated ON listings (is_open, published_at, number);
CREATE INDEX listings_by_workspace ON listings (workspace_id, is_open);
CREATE INDEX listings_by_folded_name ON listings (folded_name);
CREATE INDEX listings_by_short_name ON listings (short_name);
CREATE INDEX listings_fading ON listings (trend_day) WHERE trend > 0;

-- Words are told apart before they come here: none has a letter that the tokenizer would split at.
CREATE VIRTUAL TABLE listing_terms USING fts5 (
    terms, content = 'listings', content_rowid = 'number', detail = 'none', prefix = '3 4', tokenize = 'ascii'
);
CREATE TRIGGER listings_made AFTER INSERT ON listings
BEGIN
    INSERT INTO listing_terms (rowid, terms) VALUES (new.number, new.terms);
END;
CREATE TRIGGER listings_changed AFTER UPDATE OF terms ON listings WHEN old.terms <> new.terms
BEGIN
    INSERT INTO listing_terms (listing_terms, rowid, terms) VALUES ('delete', old.number, old.terms);
    INSERT INTO listing_terms (rowid, terms) VALUES (new.number, new.terms);
END;
CREATE TRIGGER listings_gone AFTER DELETE ON listings
BEGIN
    INSERT INTO listing_terms (listing_terms, rowid, terms) VALUES ('delete', old.number, old.terms);
END;

CREATE TABLE ratings (
    server_id TEXT NOT NULL REFERENCES servers (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    stars INTEGER NOT NULL CHECK (stars BETWEEN 1 AND 5),
    words TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (server_id, user_id)
) STRICT;
CREATE INDEX ratings_by_time ON ratings (server_id, updated_at, user_id);
CREATE INDEX ratings_by_user ON ratings (user_id);

-- How often a server's source was fetched, by day since 1970.
CREATE TABLE downloads (
    server_id TEXT NOT NULL REFERENCES servers (id) ON DELETE CASCADE,
    day INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (server_id, day)
) STRICT;
