//! Servers and their versions in the database.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Document, Status, facts, listings,
    search::{count, engine},
    semver::later,
    terms::{Ask, parts},
};
use crate::{
    accounts::{Role, UnknownName},
    clock::Timestamp,
    db::{Connection, DbError, Engine, execute, fetch_all, fetch_one, fetch_optional},
    http::{ApiError, Tenant},
    id::{ServerId, WorkspaceId},
};

/// Versions of a server at most, as in the official registry.
const VERSIONS_MAX: i64 = 10_000;

/// Who sees a server besides its workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Visibility {
    /// Everybody.
    Public,
    /// Nobody.
    Workspace,
    /// Nobody, and of the workspace only who made it, and admins.
    Private,
}

impl Visibility {
    /// Its name in the database.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Workspace => "workspace",
            Self::Private => "private",
        }
    }
}

impl TryFrom<String> for Visibility {
    type Error = UnknownName;

    fn try_from(name: String) -> Result<Self, UnknownName> {
        [Self::Public, Self::Workspace, Self::Private]
            .into_iter()
            .find(|it| it.as_str() == name)
            .ok_or(UnknownName)
    }
}

/// Who reads: what is shown to everybody, and what is of this workspace or of those that the user is in. Empty for none.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reader {
    pub(crate) user: String,
    pub(crate) workspace: String,
    /// Whose private servers are read, too, with those that this user administers.
    pub(crate) me: String,
}

/// Who reads all private servers of a workspace: the server itself, for its own work. No user's id has this sign.
const ITSELF: &str = "*";

impl Reader {
    /// The server itself, at work for a workspace.
    pub(crate) fn itself(workspace: &WorkspaceId) -> Self {
        Self { workspace: workspace.to_string(), me: ITSELF.to_owned(), ..Self::default() }
    }

    /// What all members of a workspace see.
    pub(crate) fn everybody(workspace: &WorkspaceId) -> Self {
        Self { workspace: workspace.to_string(), ..Self::default() }
    }

    /// A member at the workspace that is meant.
    pub(crate) fn of(tenant: &Tenant) -> Self {
        Self { workspace: tenant.id.to_string(), me: tenant.me.clone(), ..Self::default() }
    }

    /// Whether everything private of the workspace is read.
    pub(super) fn is_itself(&self) -> bool {
        self.me == ITSELF
    }
}

/// That a reader may see a version, of `versions` and `servers`; the arguments are places of the reader's workspace, of
/// its user, of itself, and of what is true.
macro_rules! seen {
    ($workspace:literal, $user:literal, $me:literal, $true:literal) => {
        concat!(
            "((servers.visibility = 'public' AND is_shown = ",
            $true,
            ") OR ((servers.workspace_id = ",
            $workspace,
            " OR EXISTS (SELECT 1 FROM members
                         WHERE members.workspace_id = servers.workspace_id AND members.user_id = ",
            $user,
            ")) AND (servers.private_to IS NULL OR servers.private_to = ",
            $me,
            " OR ",
            $me,
            " = '*' OR EXISTS (SELECT 1 FROM members
                               WHERE members.workspace_id = servers.workspace_id AND members.user_id = ",
            $me,
            " AND members.role IN ('admin', 'owner')))))"
        )
    };
}

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
    /// Of the names that the index of terms finds.
    Found(String),
    /// Of the names that have a version.
    Version,
    /// Of what was changed since.
    Changed,
}

macro_rules! list_sql {
    ($narrow:literal) => {
        concat!(
            "SELECT versions.name, versions.version, document, status, status_message, status_changed_at, published_at,
                    versions.updated_at, is_latest, scans.receipt
             FROM server_versions AS versions JOIN servers ON servers.id = versions.server_id
             LEFT JOIN scans ON scans.name = versions.name AND scans.version = versions.version
             WHERE (versions.name, versions.version) > ($1, $2)
                   AND ($3 = '%%' OR folded_name LIKE $3 ESCAPE '\\')
                   AND ($4 = '' OR versions.version = $4 OR ($4 = 'latest' AND is_latest = $9))
                   AND versions.updated_at > $5
                   AND (status <> 'deleted' OR $6 = $9)
                   AND ",
            seen!("$7", "$8", "$11", "$9"),
            " ",
            $narrow,
            " ORDER BY versions.name, versions.version LIMIT $10"
        )
    };
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
        if count(connection, &ask, MANY).await? <= MANY {
            return Ok(Way::Found(ask));
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
    Ok(Way::All)
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
    let sql = match way(connection, filter).await? {
        Way::All => list_sql!(""),
        Way::Version => {
            list_sql!("AND versions.name IN (SELECT name FROM server_versions WHERE version = $4 LIMIT 501)")
        }
        Way::Changed => list_sql!(
            "AND (versions.name, versions.version) IN (SELECT name, version FROM server_versions
                                                       WHERE updated_at > $5 LIMIT 501)"
        ),
        Way::Found(ask) => {
            let sql = match engine(connection) {
                Engine::Sqlite => list_sql!(
                    "AND versions.name IN (SELECT name FROM listings WHERE number IN (
                         SELECT rowid FROM listing_terms WHERE listing_terms MATCH $12 LIMIT 501))"
                ),
                Engine::Postgres => list_sql!(
                    "AND versions.name IN (SELECT name FROM listings WHERE terms_vector @@ CAST($12 AS tsquery)
                                           LIMIT 501)"
                ),
            };
            return fetch_all!(
                connection, sql, name, number, pattern, version, since, deleted, workspace, user, true,
                limit, me, ask
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
            "SELECT versions.name, versions.version, document, status, status_message, status_changed_at,
                    published_at, versions.updated_at, is_latest, scans.receipt
             FROM server_versions AS versions JOIN servers ON servers.id = versions.server_id
             LEFT JOIN scans ON scans.name = versions.name AND scans.version = versions.version
             WHERE versions.name = $1 AND (status <> 'deleted' OR $2 = $5) AND ",
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
            "SELECT versions.name, versions.version, document, status, status_message, status_changed_at,
                    published_at, versions.updated_at, is_latest, scans.receipt
             FROM server_versions AS versions JOIN servers ON servers.id = versions.server_id
             LEFT JOIN scans ON scans.name = versions.name AND scans.version = versions.version
             WHERE versions.name = $1
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

/// A server of a workspace, as its members see it.
#[derive(Debug, Clone, Serialize, JsonSchema, sqlx::FromRow)]
pub(crate) struct Owned {
    pub(crate) id: ServerId,
    pub(crate) name: String,
    #[sqlx(try_from = "String")]
    pub(crate) visibility: Visibility,
    /// What the workspace says; absent where its versions do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) category: Option<String>,
    /// What the workspace says; null where its versions do.
    #[sqlx(try_from = "Option<String>")]
    pub(crate) tags: Tags,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

/// Tags that a workspace gives a server, kept as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct Tags(pub(crate) Option<Vec<String>>);

impl TryFrom<Option<String>> for Tags {
    type Error = UnknownName;

    fn try_from(text: Option<String>) -> Result<Self, UnknownName> {
        text.map(|text| serde_json::from_str(&text)).transpose().map(Self).map_err(|_| UnknownName)
    }
}

/// The columns of a server, as its members see it.
macro_rules! owned_columns {
    () => {
        " id, name, CASE WHEN private_to IS NULL THEN visibility ELSE 'private' END AS visibility, category, tags,
          created_at, updated_at "
    };
}

/// That a member may see a server; the arguments are places of who it is, and of its role.
macro_rules! own_seen {
    ($me:literal, $role:literal) => {
        concat!(" (private_to IS NULL OR private_to = ", $me, " OR ", $role, " IN ('admin', 'owner')) ")
    };
}

/// Servers of the workspace after a name.
pub(crate) async fn owned(
    connection: &mut Connection,
    tenant: &Tenant,
    after: &str,
    limit: i64,
) -> Result<Vec<Owned>, DbError> {
    fetch_all!(
        connection,
        concat!(
            "SELECT",
            owned_columns!(),
            "FROM servers WHERE workspace_id = $1 AND name > $2 AND",
            own_seen!("$4", "$5"),
            "ORDER BY name LIMIT $3"
        ),
        &tenant.id,
        after,
        limit,
        &tenant.me,
        tenant.role.as_str()
    )
}

/// A server of the workspace that the member may see; locked until the transaction ends.
pub(crate) async fn server_of(
    transaction: &mut Connection,
    tenant: &Tenant,
    name: &str,
    now: Timestamp,
) -> Result<Option<Owned>, DbError> {
    fetch_optional!(
        transaction,
        concat!(
            "UPDATE servers SET updated_at = $3 WHERE workspace_id = $1 AND name = $2 AND",
            own_seen!("$4", "$5"),
            "RETURNING",
            owned_columns!()
        ),
        &tenant.id,
        name,
        now,
        &tenant.me,
        tenant.role.as_str()
    )
}

/// Publishes a version for the workspace. `by` is the id of a user, or what else is known of who publishes.
pub(crate) async fn publish(
    transaction: &mut Connection,
    tenant: &Tenant,
    document: &Document,
    by: &str,
    shown: bool,
    now: Timestamp,
) -> Result<(), ApiError> {
    claim_namespace(transaction, tenant, document.namespace(), now).await?;
    execute!(
        transaction,
        "INSERT INTO servers (id, workspace_id, name, visibility, created_at, updated_at)
         VALUES ($1, $2, $3, 'public', $4, $4) ON CONFLICT (name) DO NOTHING",
        ServerId::new(now)?,
        &tenant.id,
        &document.name,
        now
    )?;
    let server = server_of(transaction, tenant, &document.name, now).await?;
    let server = server.ok_or_else(|| ApiError::forbidden("this name belongs to somebody else"))?;
    let (count,): (i64,) =
        fetch_one!(transaction, "SELECT COUNT(*) FROM server_versions WHERE server_id = $1", &server.id)?;
    if count >= VERSIONS_MAX {
        return Err(ApiError::invalid("version: the server has 10,000 versions, which is the most"));
    }
    let retired: Option<(String,)> = fetch_optional!(
        transaction,
        "SELECT name FROM retired_versions WHERE name = $1 AND version = $2",
        &document.name,
        &document.version
    )?;
    if retired.is_some() {
        return Err(ApiError::invalid("version: this version was published before, and deleted"));
    }
    let inserted = execute!(
        transaction,
        "INSERT INTO server_versions (name, version, server_id, folded_name, document, status, status_changed_at,
                                      published_at, published_by, updated_at, is_latest, is_shown)
         VALUES ($1, $2, $3, $4, $5, 'active', $6, $6, $7, $6, $8, $9)
         ON CONFLICT (name, version) DO NOTHING",
        &document.name,
        &document.version,
        &server.id,
        document.name.to_lowercase(),
        document.json.to_string(),
        now,
        by,
        false,
        shown
    )?;
    if inserted == 0 {
        return Err(ApiError::invalid("version: invalid version: cannot publish duplicate version"));
    }
    let at = (document.name.as_str(), document.version.as_str());
    facts::put(transaction, at, &facts::known(&document.json, None), None).await?;
    choose_latest(transaction, &server.id).await
}

/// Puts another document in the place of a version's, which says the same of what runs.
pub(crate) async fn edit(
    transaction: &mut Connection,
    server: &Owned,
    document: &Document,
    now: Timestamp,
) -> Result<(), ApiError> {
    execute!(
        transaction,
        "UPDATE server_versions SET document = $3, updated_at = $4 WHERE server_id = $1 AND version = $2",
        &server.id,
        &document.version,
        document.json.to_string(),
        now
    )?;
    let report: Option<(Option<String>,)> = fetch_optional!(
        transaction,
        "SELECT report FROM scans WHERE name = $1 AND version = $2",
        &document.name,
        &document.version
    )?;
    let report = report.and_then(|row| row.0).map(|text| facts::read(&text)).transpose()?;
    let at = (document.name.as_str(), document.version.as_str());
    facts::put(transaction, at, &facts::known(&document.json, report.as_ref()), None).await?;
    listings::refresh(transaction, &server.id).await
}

/// A namespace belongs to the workspace that published below it first; one that is a workspace's slug, to that one.
async fn claim_namespace(
    transaction: &mut Connection,
    tenant: &Tenant,
    namespace: &str,
    now: Timestamp,
) -> Result<(), ApiError> {
    let namespace = namespace.to_lowercase();
    let slug: Option<(WorkspaceId,)> =
        fetch_optional!(transaction, "SELECT id FROM workspaces WHERE slug = $1", &namespace)?;
    execute!(
        transaction,
        "INSERT INTO namespaces (namespace, workspace_id, created_at) VALUES ($1, $2, $3)
         ON CONFLICT (namespace) DO NOTHING",
        &namespace,
        &tenant.id,
        now
    )?;
    let (owner,): (WorkspaceId,) =
        fetch_one!(transaction, "SELECT workspace_id FROM namespaces WHERE namespace = $1", &namespace)?;
    match owner == tenant.id && slug.is_none_or(|(slug,)| slug == tenant.id) {
        true => Ok(()),
        false => Err(ApiError::forbidden("you do not have permission to publish below this namespace")),
    }
}

/// Marks the latest version: of those that are shown and not deleted, else of those that are not deleted.
async fn choose_latest(transaction: &mut Connection, server: &ServerId) -> Result<(), ApiError> {
    let rows: Vec<(String, i64, bool, bool)> = fetch_all!(
        transaction,
        "SELECT version, published_at, is_shown, is_latest FROM server_versions
         WHERE server_id = $1 AND status <> 'deleted'",
        server
    )?;
    let any_shown = rows.iter().any(|row| row.2);
    let best = rows
        .iter()
        .filter(|row| row.2 || !any_shown)
        .max_by(|one, other| later((&one.0, one.1), (&other.0, other.1)))
        .map_or("", |row| row.0.as_str());
    execute!(
        transaction,
        "UPDATE server_versions SET is_latest = $3 WHERE server_id = $1 AND is_latest <> $3 AND version <> $2",
        server,
        best,
        false
    )?;
    execute!(
        transaction,
        "UPDATE server_versions SET is_latest = $3 WHERE server_id = $1 AND is_latest <> $3 AND version = $2",
        server,
        best,
        true
    )?;
    listings::refresh(transaction, server).await
}

/// Changes how versions stand: one, or all where none is named. Which were changed comes back, by version.
pub(crate) async fn change_status(
    transaction: &mut Connection,
    server: &Owned,
    version: Option<&str>,
    status: Status,
    message: Option<&str>,
    now: Timestamp,
) -> Result<Vec<Row>, ApiError> {
    let changed: Vec<(String, String)> = fetch_all!(
        transaction,
        "UPDATE server_versions SET status = $3, status_message = $4, status_changed_at = $5, updated_at = $5
         WHERE server_id = $1 AND ($2 = '' OR version = $2)
               AND (status <> $3 OR COALESCE(status_message, '') <> COALESCE($4, ''))
         RETURNING name, version",
        &server.id,
        version.unwrap_or(""),
        status.as_str(),
        message,
        now
    )?;
    choose_latest(transaction, &server.id).await?;
    let mut rows: Vec<Row> = Vec::with_capacity(changed.len());
    for (name, version) in changed {
        // Which one is the latest may have changed since.
        let again: Row = fetch_one!(
            transaction,
            "SELECT versions.name, versions.version, document, status, status_message, status_changed_at,
                    published_at, versions.updated_at, is_latest, scans.receipt
             FROM server_versions AS versions
             LEFT JOIN scans ON scans.name = versions.name AND scans.version = versions.version
             WHERE versions.name = $1 AND versions.version = $2",
            name,
            version
        )?;
        rows.push(again);
    }
    rows.sort_by(|one, other| one.version.cmp(&other.version));
    Ok(rows)
}

/// Changes who sees a server. Private it is made by whoever published it first, or by an admin.
pub(crate) async fn set_visibility(
    transaction: &mut Connection,
    tenant: &Tenant,
    server: &Owned,
    visibility: Visibility,
    now: Timestamp,
) -> Result<(), ApiError> {
    let private_to = match visibility {
        Visibility::Public | Visibility::Workspace => None,
        Visibility::Private => {
            let (maker,): (String,) = fetch_one!(
                transaction,
                "SELECT published_by FROM server_versions WHERE server_id = $1 ORDER BY published_at, version LIMIT 1",
                &server.id
            )?;
            if maker != tenant.me && tenant.role < Role::Admin {
                let message = "only who published a server first, and admins, may make it private";
                return Err(ApiError::forbidden(message));
            }
            Some(maker)
        }
    };
    let seen = match visibility {
        Visibility::Public => "public",
        Visibility::Workspace | Visibility::Private => "workspace",
    };
    execute!(
        transaction,
        "UPDATE servers SET visibility = $2, private_to = $3 WHERE id = $1",
        &server.id,
        seen,
        private_to
    )?;
    // Who follows by `updated_since` learns of it.
    execute!(
        transaction,
        "UPDATE server_versions SET updated_at = $2 WHERE server_id = $1",
        &server.id,
        now
    )?;
    listings::refresh(transaction, &server.id).await
}

/// Changes what a workspace says of a server; `None` where its versions say it.
pub(crate) async fn describe(
    transaction: &mut Connection,
    server: &Owned,
    category: Option<&str>,
    tags: Option<&[String]>,
    now: Timestamp,
) -> Result<(), ApiError> {
    let tags = tags.map(serde_json::to_string).transpose().map_err(|error| ApiError::internal(&error))?;
    execute!(
        transaction,
        "UPDATE servers SET category = $2, tags = $3, updated_at = $4 WHERE id = $1",
        &server.id,
        category,
        tags,
        now
    )?;
    listings::refresh(transaction, &server.id).await
}

/// What is known of a server as a whole.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct About {
    /// Slug of its workspace.
    pub(crate) owner: String,
    #[sqlx(try_from = "String")]
    pub(crate) visibility: Visibility,
    pub(crate) category: Option<String>,
    pub(crate) tags: Option<String>,
    pub(crate) verdict: String,
    pub(crate) downloads: i64,
    pub(crate) rating_sum: i64,
    pub(crate) rating_count: i64,
    pub(crate) created_at: Timestamp,
}

impl About {
    /// The mean of its ratings, in hundredths.
    #[expect(clippy::cast_precision_loss, reason = "nobody has so many ratings")]
    pub(crate) fn rating(&self) -> Option<f64> {
        let mean = self.rating_sum as f64 / self.rating_count as f64;
        (self.rating_count > 0).then(|| (mean * 100.0).round() / 100.0)
    }
}

/// What is known of a server as a whole. Whoever asks has seen that the reader may.
pub(crate) async fn about(connection: &mut Connection, server: &ServerId) -> Result<Option<About>, DbError> {
    fetch_optional!(
        connection,
        "SELECT workspaces.slug AS owner,
                CASE WHEN servers.private_to IS NULL THEN servers.visibility ELSE 'private' END AS visibility,
                servers.category, servers.tags, verdict, downloads,
                rating_sum, rating_count, servers.created_at
         FROM servers JOIN workspaces ON workspaces.id = servers.workspace_id
         JOIN listings ON listings.server_id = servers.id WHERE servers.id = $1",
        server
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

/// Shows a version to others than its workspace, or hides it.
pub(crate) async fn show(
    transaction: &mut Connection,
    name: &str,
    version: &str,
    shown: bool,
    now: Timestamp,
) -> Result<(), ApiError> {
    // The server's row first, as everywhere, so that nobody waits for each other forever.
    let server: Option<(ServerId,)> = fetch_optional!(
        transaction,
        "UPDATE servers SET updated_at = $2 WHERE name = $1 RETURNING id",
        name,
        now
    )?;
    let Some((server,)) = server else { return Ok(()) };
    execute!(
        transaction,
        "UPDATE server_versions SET is_shown = $3, updated_at = $4 WHERE name = $1 AND version = $2",
        name,
        version,
        shown,
        now
    )?;
    choose_latest(transaction, &server).await
}

/// Deletes a server with all its versions, whose numbers are not used again.
pub(crate) async fn delete(
    transaction: &mut Connection,
    server: &Owned,
    now: Timestamp,
) -> Result<(), DbError> {
    execute!(
        transaction,
        "INSERT INTO retired_versions (name, version, retired_at)
         SELECT name, version, CAST($2 AS BIGINT) FROM server_versions WHERE server_id = $1",
        &server.id,
        now
    )?;
    execute!(transaction, "DELETE FROM servers WHERE id = $1", &server.id)?;
    Ok(())
}

/// Retires all versions of a workspace that is about to be deleted.
pub(crate) async fn retire(
    transaction: &mut Connection,
    tenant: &Tenant,
    now: Timestamp,
) -> Result<(), DbError> {
    execute!(
        transaction,
        "INSERT INTO retired_versions (name, version, retired_at)
         SELECT versions.name, versions.version, CAST($2 AS BIGINT)
         FROM server_versions AS versions JOIN servers ON servers.id = versions.server_id
         WHERE servers.workspace_id = $1",
        &tenant.id,
        now
    )?;
    Ok(())
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
