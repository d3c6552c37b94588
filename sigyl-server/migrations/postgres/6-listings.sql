-- What the owner says of a server, whatever its versions say.
ALTER TABLE servers ADD COLUMN category TEXT COLLATE "C";
ALTER TABLE servers ADD COLUMN tags TEXT COLLATE "C";

-- What is known of a version: from its document, and from its source where that was scanned.
CREATE TABLE version_facts (
    name TEXT COLLATE "C" NOT NULL,
    version TEXT COLLATE "C" NOT NULL,
    facts TEXT COLLATE "C" NOT NULL,
    tools TEXT COLLATE "C" NOT NULL,
    files TEXT COLLATE "C",
    PRIMARY KEY (name, version),
    FOREIGN KEY (name, version) REFERENCES server_versions (name, version) ON DELETE CASCADE
);

-- What lists and searches of people show: one row for each server, made from its latest version.
CREATE TABLE listings (
    number BIGINT NOT NULL PRIMARY KEY,
    server_id TEXT COLLATE "C" NOT NULL UNIQUE REFERENCES servers (id) ON DELETE CASCADE,
    workspace_id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    folded_name TEXT COLLATE "C" NOT NULL,
    short_name TEXT COLLATE "C" NOT NULL,
    version TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    category TEXT COLLATE "C" NOT NULL,
    tags TEXT COLLATE "C" NOT NULL,
    runtime TEXT COLLATE "C" NOT NULL,
    verdict TEXT COLLATE "C" NOT NULL,
    tool_count BIGINT NOT NULL,
    secret_count BIGINT NOT NULL,
    is_open BOOLEAN NOT NULL,
    is_listed BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    published_at BIGINT NOT NULL,
    downloads BIGINT NOT NULL,
    trend BIGINT NOT NULL,
    trend_day BIGINT NOT NULL,
    rating_sum BIGINT NOT NULL,
    rating_count BIGINT NOT NULL,
    facets TEXT COLLATE "C" NOT NULL,
    terms TEXT COLLATE "C" NOT NULL,
    terms_vector tsvector GENERATED ALWAYS AS (array_to_tsvector(string_to_array(terms, ' '))) STORED
);
CREATE INDEX listings_new ON listings (is_open, number);
CREATE INDEX listings_popular ON listings (is_open, downloads, number);
CREATE INDEX listings_trending ON listings (is_open, trend, number);
CREATE INDEX listings_updated ON listings (is_open, published_at, number);
CREATE INDEX listings_by_workspace ON listings (workspace_id, is_open);
CREATE INDEX listings_by_folded_name ON listings (folded_name);
CREATE INDEX listings_by_short_name ON listings (short_name);
CREATE INDEX listings_fading ON listings (trend_day) WHERE trend > 0;

CREATE INDEX listings_terms ON listings USING gin (terms_vector) WITH (fastupdate = off);

CREATE TABLE ratings (
    server_id TEXT COLLATE "C" NOT NULL REFERENCES servers (id) ON DELETE CASCADE,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    stars BIGINT NOT NULL CHECK (stars BETWEEN 1 AND 5),
    words TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (server_id, user_id)
);
CREATE INDEX ratings_by_time ON ratings (server_id, updated_at, user_id);
CREATE INDEX ratings_by_user ON ratings (user_id);

-- How often a server's source was fetched, by day since 1970.
CREATE TABLE downloads (
    server_id TEXT COLLATE "C" NOT NULL REFERENCES servers (id) ON DELETE CASCADE,
    day BIGINT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (server_id, day)
);
