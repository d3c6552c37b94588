-- What lists and searches look at in hundreds of rows stands in indexes, as it does in SQLite since 22, so that only the
-- rows of a page are read: a row is two kilobytes wide.

DROP INDEX listings_new;
DROP INDEX listings_popular;
DROP INDEX listings_trending;
DROP INDEX listings_updated;
DROP INDEX listings_by_short_name;
CREATE INDEX listings_new ON listings (is_open, number) INCLUDE (narrow, secret_count, workspace_id);
CREATE INDEX listings_popular ON listings (is_open, downloads, number) INCLUDE (narrow, secret_count, workspace_id);
CREATE INDEX listings_trending ON listings (is_open, trend, number) INCLUDE (narrow, secret_count, workspace_id);
CREATE INDEX listings_updated ON listings (is_open, published_at, number) INCLUDE (narrow, secret_count, workspace_id);
CREATE INDEX listings_by_short_name ON listings (short_name) INCLUDE (
    folded_name, is_open, is_listed, private_to, downloads, number, narrow, secret_count, workspace_id
);
CREATE INDEX listings_ranked ON listings (number) INCLUDE (downloads, trend, published_at, short_name, folded_name);

DROP INDEX server_versions_latest;
CREATE INDEX server_versions_latest ON server_versions (name, version)
    INCLUDE (folded_name, updated_at, status, server_id, is_shown) WHERE is_latest;
