//! What is known of a secret without opening it.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use super::Kind;
use crate::{
    clock::Timestamp,
    db::{Connection, DbError, execute, fetch_all, fetch_optional},
    http::{ApiError, Tenant},
    id::{StoredSecretId, UserId},
};

/// A secret, without its value.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct StoredSecret {
    pub(crate) id: StoredSecretId,
    /// Whose it is; absent where the workspace shares it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) owner_id: Option<UserId>,
    /// The only package that it is for; absent where it is for any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) package: Option<String>,
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) description: String,
    /// Which version of the value is in use.
    pub(crate) revision: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    /// When its value was changed last.
    pub(crate) changed_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) expires_at: Option<Timestamp>,
    /// After how many days its value should be changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rotate_days: Option<i64>,
    /// Whether it has ended: it is not used any more.
    pub(crate) is_expired: bool,
    /// Whether its value should be changed now.
    pub(crate) is_due: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: StoredSecretId,
    owner_id: String,
    package: String,
    name: String,
    #[sqlx(try_from = "String")]
    kind: Kind,
    description: String,
    revision: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
    changed_at: Timestamp,
    expires_at: Option<Timestamp>,
    rotate_days: Option<i64>,
}

impl Row {
    fn shown(self, now: Timestamp) -> StoredSecret {
        let due = self.rotate_days.and_then(|days| u64::try_from(days).ok()).is_some_and(|days| {
            now.since(self.changed_at) >= Duration::from_secs(days.saturating_mul(86_400))
        });
        StoredSecret {
            id: self.id,
            owner_id: UserId::parse(&self.owner_id),
            package: (!self.package.is_empty()).then_some(self.package),
            name: self.name,
            kind: self.kind,
            description: self.description,
            revision: self.revision,
            created_at: self.created_at,
            updated_at: self.updated_at,
            changed_at: self.changed_at,
            expires_at: self.expires_at,
            rotate_days: self.rotate_days,
            is_expired: self.expires_at.is_some_and(|at| at <= now),
            is_due: due,
        }
    }
}

/// A secret that is about to be, without its value.
pub(crate) struct NewSecret<'a> {
    pub(crate) owner: Option<&'a UserId>,
    pub(crate) package: Option<&'a str>,
    pub(crate) name: &'a str,
    pub(crate) kind: Kind,
    pub(crate) description: &'a str,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) rotate_days: Option<i64>,
}

/// Makes a secret of revision 0, which has no value yet. Fails as a duplicate where there is one of that name.
pub(crate) async fn insert(
    transaction: &mut Connection,
    tenant: &Tenant,
    new: &NewSecret<'_>,
    now: Timestamp,
) -> Result<StoredSecretId, ApiError> {
    let id = StoredSecretId::new(now)?;
    let inserted = execute!(
        transaction,
        "INSERT INTO secrets (id, workspace_id, owner_id, package, name, kind, description, revision, expires_at,
                              rotate_days, created_at, updated_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, $10, $10, $10)
         ON CONFLICT (workspace_id, owner_id, package, name) DO NOTHING",
        &id,
        &tenant.id,
        new.owner.map_or("", UserId::as_str),
        new.package.unwrap_or(""),
        new.name,
        new.kind.as_str(),
        new.description,
        new.expires_at,
        new.rotate_days,
        now
    )?;
    match inserted {
        0 => Err(ApiError::conflict("there is a secret of this name already")),
        _ => Ok(id),
    }
}

/// The secrets that a member may see, after an id: the workspace's, and the member's own.
pub(crate) async fn list(
    connection: &mut Connection,
    tenant: &Tenant,
    user: &UserId,
    after: &str,
    limit: i64,
    now: Timestamp,
) -> Result<Vec<StoredSecret>, DbError> {
    let rows: Vec<Row> = fetch_all!(
        connection,
        "SELECT id, owner_id, package, name, kind, description, revision, created_at, updated_at, changed_at,
                expires_at, rotate_days
         FROM secrets WHERE workspace_id = $1 AND (owner_id = '' OR owner_id = $2) AND id > $3
         ORDER BY id LIMIT $4",
        &tenant.id,
        user,
        after,
        limit
    )?;
    Ok(rows.into_iter().map(|row| row.shown(now)).collect())
}

/// A secret that a member may see.
pub(crate) async fn get(
    connection: &mut Connection,
    tenant: &Tenant,
    user: &UserId,
    id: &StoredSecretId,
    now: Timestamp,
) -> Result<Option<StoredSecret>, DbError> {
    let row: Option<Row> = fetch_optional!(
        connection,
        "SELECT id, owner_id, package, name, kind, description, revision, created_at, updated_at, changed_at,
                expires_at, rotate_days
         FROM secrets WHERE workspace_id = $1 AND (owner_id = '' OR owner_id = $2) AND id = $3",
        &tenant.id,
        user,
        id
    )?;
    Ok(row.map(|row| row.shown(now)))
}

/// The secrets that a member may use for a package.
pub(crate) async fn for_package(
    connection: &mut Connection,
    tenant: &Tenant,
    user: &UserId,
    package: &str,
    now: Timestamp,
) -> Result<Vec<StoredSecret>, DbError> {
    let rows: Vec<Row> = fetch_all!(
        connection,
        "SELECT id, owner_id, package, name, kind, description, revision, created_at, updated_at, changed_at,
                expires_at, rotate_days
         FROM secrets
         WHERE workspace_id = $1 AND (owner_id = '' OR owner_id = $2) AND (package = '' OR package = $3)
         ORDER BY id LIMIT 2000",
        &tenant.id,
        user,
        package
    )?;
    Ok(rows.into_iter().map(|row| row.shown(now)).collect())
}

/// What is changed of a secret besides its value.
pub(crate) struct Changed<'a> {
    pub(crate) description: &'a str,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) rotate_days: Option<i64>,
}

/// Changes a secret, but for its value.
pub(crate) async fn update(
    transaction: &mut Connection,
    tenant: &Tenant,
    id: &StoredSecretId,
    changed: &Changed<'_>,
    now: Timestamp,
) -> Result<(), DbError> {
    execute!(
        transaction,
        "UPDATE secrets SET description = $3, expires_at = $4, rotate_days = $5, updated_at = $6
         WHERE workspace_id = $1 AND id = $2",
        &tenant.id,
        id,
        changed.description,
        changed.expires_at,
        changed.rotate_days,
        now
    )?;
    Ok(())
}

/// Moves a secret to its next revision, and locks it until the transaction ends. None where it is gone.
pub(crate) async fn touch(
    transaction: &mut Connection,
    tenant: &Tenant,
    id: &StoredSecretId,
    now: Timestamp,
) -> Result<Option<i64>, DbError> {
    let row: Option<(i64,)> = fetch_optional!(
        transaction,
        "UPDATE secrets SET revision = revision + 1, updated_at = $3, changed_at = $3
         WHERE workspace_id = $1 AND id = $2 RETURNING revision",
        &tenant.id,
        id,
        now
    )?;
    Ok(row.map(|row| row.0))
}

/// Deletes a secret with all its versions.
pub(crate) async fn delete(
    transaction: &mut Connection,
    tenant: &Tenant,
    id: &StoredSecretId,
) -> Result<(), DbError> {
    execute!(transaction, "DELETE FROM secrets WHERE workspace_id = $1 AND id = $2", &tenant.id, id)?;
    Ok(())
}

/// Deletes all secrets of the workspace that are for one package, whoever owns them. How many there were.
pub(crate) async fn delete_of_package(
    transaction: &mut Connection,
    tenant: &Tenant,
    package: &str,
) -> Result<u64, DbError> {
    execute!(transaction, "DELETE FROM secrets WHERE workspace_id = $1 AND package = $2", &tenant.id, package)
}
