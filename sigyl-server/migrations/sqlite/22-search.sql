-- What a search looks at in hundreds of servers stands in indexes, so that only the rows of its page are read.

-- The filters of which every server has one value each: category, runtime, verdict, number of secrets.
ALTER TABLE listings ADD COLUMN narrow TEXT NOT NULL DEFAULT '';

DROP INDEX listings_new;
DROP INDEX listings_popular;
DROP INDEX listings_trending;
DROP INDEX listings_updated;
CREATE INDEX listings_new ON listings (is_open, number, narrow, secret_count, workspace_id);
CREATE INDEX listings_popular ON listings (is_open, downloads, number, narrow, secret_count, workspace_id);
CREATE INDEX listings_trending ON listings (is_open, trend, number, narrow, secret_count, workspace_id);
CREATE INDEX listings_updated ON listings (is_open, published_at, number, narrow, secret_count, workspace_id);
DROP INDEX listings_by_short_name;
CREATE INDEX listings_by_short_name ON listings (
    short_name, folded_name, is_open, downloads, number, narrow, secret_count, workspace_id
);
CREATE INDEX listings_ranked ON listings (number, downloads, trend, published_at, short_name, folded_name);

DROP INDEX server_versions_latest;
CREATE INDEX server_versions_latest ON server_versions (is_latest, name, version, folded_name, updated_at, status);

-- Terms tell what is hidden, no longer what is open, so that all of them are made anew when the server starts.
UPDATE listings SET terms = '';
