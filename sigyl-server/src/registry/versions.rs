//! Versions as they are read from the database.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Status,
    reader::{Reader, seen},
    search::{engine, numbers},
    terms::{Ask, parts},
};
use crate::{
    clock::Timestamp,
    db::{Connection, DbError, Engine, fetch_all, fetch_one, fetch_optional},
    id::ServerId,
};

/// A version.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) document: String,
    #[sqlx(try_from = "String")]
    pub(crate) status: Status,
    pub(crate) status_message: Option<String>,
    pub(crate) status_changed_at: Timestamp,
    pub(crate) published_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) is_latest: bool,
    /// The receipt of its scan, as JSON.
    pub(crate) receipt: Option<String>,
}

/// Which versions a list has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Filter {
    /// Part of the name; empty for any.
    pub(crate) search: String,
    /// A version, or `latest`; empty for any.
    pub(crate) version: String,
    /// Only what was changed after this, in milliseconds.
    pub(crate) updated_since: Option<i64>,
    pub(crate) include_deleted: bool,
}

/// A part of a name, for `LIKE`.
fn pattern(search: &str) -> String {
    let mut out = String::from("%");
    for letter in search.to_lowercase().chars() {
        if matches!(letter, '%' | '_' | '\\') {
            out.push('\\');
        }
        out.push(letter);
    }
    out.push('%');
    out
}

/// Fewest servers that pass a filter for it to be tried along the index: below, the page is made of those alone.
const MANY: i64 = 500;

/// How a list is made, so that a filter that few pass does not cost a walk through all.
enum Way {
    /// Along the index.
    All,
    /// Along the index of the latest versions.
    Latest,
    /// Of the servers that the index of terms found, by their numbers as JSON; none where it found nothing.
    Found(Option<String>),
    /// Of the names that have a version.
    Version,
    /// Of what was changed since.
    Changed,
}

macro_rules! columns {
    () => {
        "SELECT versions.name, versions.version, document, status, status_message, status_changed_at, published_at,
                versions.updated_at, is_latest, scans.receipt
         FROM server_versions AS versions JOIN servers ON servers.id = versions.server_id
         LEFT JOIN scans ON scans.name = versions.name AND scans.version = versions.version "
    };
}

/// What a list has, after a place. How many names a part is in cannot be known before, so a planner is not to guess that
/// it is in hardly any: it would look at all of them at once.
macro_rules! listed {
    () => {
        concat!(
            " (versions.name, versions.version) > ($1, $2)
              AND ($3 = '%%' OR CASE WHEN folded_name LIKE $3 ESCAPE '\\' THEN 1 ELSE 0 END > 0)
              AND ($4 = '' OR versions.version = $4 OR ($4 = 'latest' AND is_latest = $9))
              AND versions.updated_at > $5
              AND (status <> 'deleted' OR $6 = $9)
              AND ",
            seen!("$7", "$8", "$11", "$9")
        )
    };
}

macro_rules! list_sql {
    ($narrow:literal) => {
        concat!(
            columns!(),
            "WHERE",
            listed!(),
            " ",
            $narrow,
            " ORDER BY versions.name, versions.version LIMIT $10"
        )
    };
}

/// The latest versions, chosen by what stands in their index.
macro_rules! latest_sql {
    () => {
        concat!(
            columns!(),
            "WHERE (versions.name, versions.version) IN (
                 SELECT versions.name, versions.version
                 FROM server_versions AS versions JOIN servers ON servers.id = versions.server_id
                 WHERE is_latest AND",
            listed!(),
            " ORDER BY versions.name, versions.version LIMIT $10)
             ORDER BY versions.name, versions.version LIMIT $10"
        )
    };
}

/// The same, of the next of the index alone.
macro_rules! near_sql {
    () => {
        concat!(
            columns!(),
            "WHERE (versions.name, versions.version) IN (
                 SELECT versions.name, versions.version
                 FROM (SELECT name, version, folded_name, updated_at, status, server_id, is_shown, $9 AS is_latest
                       FROM server_versions WHERE is_latest AND (name, version) > ($1, $2)
                       ORDER BY name, version LIMIT $12) AS versions
                 JOIN servers ON servers.id = versions.server_id WHERE",
            listed!(),
            " ORDER BY versions.name, versions.version LIMIT $10)
             ORDER BY versions.name, versions.version LIMIT $10"
        )
    };
}

/// Of this many newest servers it is counted in how many names a part is.
const SAMPLE: i64 = 200;

/// Fewest of the sample for a page to be looked for along the index before it is known how many names have the part.
const SAMPLE_MIN: i64 = 6;

/// Entries of the index in which it is looked for: what a page of fifty takes at that rate, with half as much again.
const WALK_MAX: i64 = 2_500;

/// Whether a part of a name is likely in so many that a page of them stands close together.
async fn is_common(connection: &mut Connection, pattern: &str) -> Result<bool, DbError> {
    let (common,): (i64,) = fetch_one!(
        connection,
        "SELECT COUNT(*) FROM (SELECT folded_name FROM listings ORDER BY number DESC LIMIT $2) AS newest
         WHERE folded_name LIKE $1 ESCAPE '\\'",
        pattern,
        SAMPLE
    )?;
    Ok(common >= SAMPLE_MIN)
}

/// Which way is short. Each is known by its first few hundred rows.
async fn way(connection: &mut Connection, filter: &Filter) -> Result<Way, DbError> {
    if let Some(since) = filter.updated_since {
        let (changed,): (i64,) = fetch_one!(
            connection,
            "SELECT COUNT(*) FROM (SELECT name FROM server_versions WHERE updated_at > $1 LIMIT $2) AS few",
            since,
            MANY + 1
        )?;
        if changed <= MANY {
            return Ok(Way::Changed);
        }
    }
    // What is deleted has no terms.
    let parts = parts(&filter.search);
    if !parts.is_empty() && !filter.include_deleted {
        let ask = Ask::All(parts.into_iter().map(Ask::Is).collect()).to(engine(connection));
        let found = numbers(connection, &ask, MANY + 1).await?;
        if i64::try_from(found.len()).unwrap_or(i64::MAX) <= MANY {
            let as_json = |numbers: &[i64]| serde_json::Value::from(numbers).to_string();
            return Ok(Way::Found((!found.is_empty()).then(|| as_json(&found))));
        }
    }
    if !matches!(filter.version.as_str(), "" | "latest") {
        let (versions,): (i64,) = fetch_one!(
            connection,
            "SELECT COUNT(*) FROM (SELECT name FROM server_versions WHERE version = $1 LIMIT $2) AS few",
            &filter.version,
            MANY + 1
        )?;
        if versions <= MANY {
            return Ok(Way::Version);
        }
    }
    Ok(if filter.version == "latest" { Way::Latest } else { Way::All })
}

/// A page of versions after a name and version, in their order.
pub(crate) async fn list(
    connection: &mut Connection,
    reader: &Reader,
    filter: &Filter,
    after: (&str, &str),
    limit: i64,
) -> Result<Vec<Row>, DbError> {
    let (pattern, version) = (pattern(&filter.search), &filter.version);
    let since = filter.updated_since.unwrap_or(i64::MIN);
    let (deleted, workspace, user) = (filter.include_deleted, &reader.workspace, &reader.user);
    let me = &reader.me;
    let (name, number) = after;
    // SQLite stops at the end of the page as it walks along its index, without being told how far that is.
    let is_search_of_latest = engine(connection) == Engine::Postgres
        && version == "latest"
        && !filter.search.is_empty()
        && filter.updated_since.is_none();
    if is_search_of_latest && is_common(connection, &pattern).await? {
        let rows: Vec<Row> = fetch_all!(
            connection,
            near_sql!(),
            name,
            number,
            &pattern,
            version,
            since,
            deleted,
            workspace,
            user,
            true,
            limit,
            me,
            WALK_MAX
        )?;
        if rows.len() >= usize::try_from(limit).unwrap_or(usize::MAX) {
            return Ok(rows);
        }
    }
    let sql = match way(connection, filter).await? {
        Way::All => list_sql!(""),
        Way::Latest => match engine(connection) {
            Engine::Sqlite => list_sql!("AND is_latest = $9"),
            Engine::Postgres => latest_sql!(),
        },
        Way::Version => {
            list_sql!("AND versions.name IN (SELECT name FROM server_versions WHERE version = $4 LIMIT 501)")
        }
        Way::Changed => list_sql!(
            "AND (versions.name, versions.version) IN (SELECT name, version FROM server_versions
                                                       WHERE updated_at > $5 LIMIT 501)"
        ),
        Way::Found(None) => return Ok(Vec::new()),
        Way::Found(Some(found)) => {
            let sql = match engine(connection) {
                Engine::Sqlite => list_sql!(
                    "AND versions.name IN (SELECT name FROM listings
                                           WHERE number IN (SELECT value FROM json_each($12)))"
                ),
                Engine::Postgres => list_sql!(
                    "AND versions.name IN (SELECT name FROM listings WHERE number IN (
                         SELECT CAST(value AS BIGINT) FROM jsonb_array_elements_text(CAST($12 AS jsonb))))"
                ),
            };
            return fetch_all!(
                connection, sql, name, number, pattern, version, since, deleted, workspace, user, true,
                limit, me, found
            );
        }
    };
    fetch_all!(
        connection, sql, name, number, pattern, version, since, deleted, workspace, user, true, limit, me
    )
}

/// All versions of a server that a reader may see, newest first.
pub(crate) async fn versions(
    connection: &mut Connection,
    reader: &Reader,
    name: &str,
    include_deleted: bool,
) -> Result<Vec<Row>, DbError> {
    fetch_all!(
        connection,
        concat!(
            columns!(),
            "WHERE versions.name = $1 AND (status <> 'deleted' OR $2 = $5) AND ",
            seen!("$3", "$4", "$6", "$5"),
            " ORDER BY published_at DESC, versions.version DESC LIMIT 10000"
        ),
        name,
        include_deleted,
        &reader.workspace,
        &reader.user,
        true,
        &reader.me
    )
}

/// A version of a server that a reader may see, or its `latest`.
pub(crate) async fn version(
    connection: &mut Connection,
    reader: &Reader,
    name: &str,
    version: &str,
    include_deleted: bool,
) -> Result<Option<Row>, DbError> {
    fetch_optional!(
        connection,
        concat!(
            columns!(),
            "WHERE versions.name = $1
                   AND (versions.version = $6 OR ($6 = 'latest' AND is_latest = $5))
                   AND (status <> 'deleted' OR $2 = $5) AND ",
            seen!("$3", "$4", "$7", "$5"),
            " LIMIT 1"
        ),
        name,
        include_deleted,
        &reader.workspace,
        &reader.user,
        true,
        version,
        &reader.me
    )
}

/// A version in a list, with what its scan found.
#[derive(Debug, Clone, Serialize, JsonSchema, sqlx::FromRow)]
pub(crate) struct VersionLine {
    pub(crate) version: String,
    #[sqlx(try_from = "String")]
    pub(crate) status: Status,
    pub(crate) is_latest: bool,
    /// Whether others than its workspace see it, where the server is public.
    pub(crate) is_shown: bool,
    pub(crate) published_at: Timestamp,
    /// `queued`, `running`, `done` or `failed`; absent where no source was uploaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) scan: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) verdict: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) scanned_at: Option<Timestamp>,
}

/// Versions of a server that a reader may see, newest first, before a time and version.
pub(crate) async fn version_lines(
    connection: &mut Connection,
    reader: &Reader,
    server: &ServerId,
    before: (i64, &str),
    limit: i64,
) -> Result<Vec<VersionLine>, DbError> {
    fetch_all!(
        connection,
        concat!(
            "SELECT versions.version, status, is_latest, is_shown, published_at, scans.state AS scan, scans.verdict,
                    scans.finished_at AS scanned_at
             FROM server_versions AS versions JOIN servers ON servers.id = versions.server_id
             LEFT JOIN scans ON scans.name = versions.name AND scans.version = versions.version
             WHERE versions.server_id = $1 AND status <> 'deleted'
                   AND (published_at < $2 OR (published_at = $2 AND versions.version < $3)) AND ",
            seen!("$4", "$5", "$8", "$7"),
            " ORDER BY published_at DESC, versions.version DESC LIMIT $6"
        ),
        server,
        before.0,
        before.1,
        &reader.workspace,
        &reader.user,
        limit,
        true,
        &reader.me
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_a_part_of_a_name_and_no_pattern() {
        assert_eq!(pattern(""), "%%");
        assert_eq!(pattern("A_b%\\"), "%a\\_b\\%\\\\%");
    }
}
