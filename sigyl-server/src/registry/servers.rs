//! Servers as their workspaces have them.

use schemars::JsonSchema;
use serde::Serialize;

use super::{listings, reader::Visibility};
use crate::{
    accounts::{Role, UnknownName},
    clock::Timestamp,
    db::{Connection, DbError, execute, fetch_all, fetch_one, fetch_optional},
    http::{ApiError, Tenant},
    id::ServerId,
};

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
