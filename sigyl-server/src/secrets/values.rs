//! Values: sealed when they come, opened when somebody may see them.

use schemars::JsonSchema;
use serde::Serialize;
use sigyl_core::secret::{MasterKey, Place, Sealed, SecretError, SecretText};

use super::{StoredSecret, data_keys, store};
use crate::{
    clock::Timestamp,
    db::{Connection, DbError, execute, fetch_all, fetch_optional},
    http::{ApiError, Tenant},
    id::UserId,
};

/// Versions of a value that are kept, the one in use included.
const VERSIONS_KEPT: i64 = 10;

/// A version of a value, without it.
#[derive(Debug, Clone, Serialize, JsonSchema, sqlx::FromRow)]
pub(crate) struct Version {
    pub(crate) revision: i64,
    pub(crate) created_at: Timestamp,
    /// Who stored it.
    pub(crate) created_by: UserId,
}

/// Where the value of a secret belongs.
pub(super) fn place<'a>(
    workspace: &'a str,
    owner: Option<&'a str>,
    package: Option<&'a str>,
    name: &'a str,
    revision: i64,
) -> Result<Place<'a>, SecretError> {
    let revision = u64::try_from(revision).map_err(|_| SecretError::UnknownFormat)?;
    Ok(Place { workspace, owner, package, name, revision })
}

fn place_of<'a>(
    tenant: &'a Tenant,
    secret: &'a StoredSecret,
    revision: i64,
) -> Result<Place<'a>, SecretError> {
    let owner = secret.owner_id.as_ref().map(UserId::as_str);
    place(tenant.id.as_str(), owner, secret.package.as_deref(), &secret.name, revision)
}

/// Gives a secret a new value, as its next revision.
pub(crate) async fn put(
    transaction: &mut Connection,
    master: &MasterKey,
    tenant: &Tenant,
    secret: &StoredSecret,
    value: &SecretText,
    by: &UserId,
    now: Timestamp,
) -> Result<(), ApiError> {
    let revision = store::touch(transaction, tenant, &secret.id, now).await?;
    let revision = revision.ok_or_else(|| ApiError::not_found("secret"))?;
    let key = data_keys::for_sealing(transaction, master, tenant.id.as_str(), now).await?;
    let sealed = key.seal(&place_of(tenant, secret, revision)?, value.reveal().as_bytes())?;
    execute!(
        transaction,
        "INSERT INTO secret_versions (secret_id, revision, workspace_id, key_id, sealed, created_at, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &secret.id,
        revision,
        &tenant.id,
        i64::from(key.id()),
        sealed.as_bytes(),
        now,
        by
    )?;
    execute!(
        transaction,
        "DELETE FROM secret_versions WHERE secret_id = $1 AND revision <= $2",
        &secret.id,
        revision - VERSIONS_KEPT
    )?;
    Ok(())
}

/// The value of a revision. None where it is not kept.
pub(crate) async fn open(
    connection: &mut Connection,
    master: &MasterKey,
    tenant: &Tenant,
    secret: &StoredSecret,
    revision: i64,
) -> Result<Option<SecretText>, ApiError> {
    let row: Option<(Vec<u8>,)> = fetch_optional!(
        connection,
        "SELECT sealed FROM secret_versions WHERE workspace_id = $1 AND secret_id = $2 AND revision = $3",
        &tenant.id,
        &secret.id,
        revision
    )?;
    let Some((sealed,)) = row else { return Ok(None) };
    let sealed = Sealed::from_bytes(sealed);
    let key = data_keys::for_opening(connection, master, tenant.id.as_str(), sealed.key_id()?).await?;
    let opened = key.open(&place_of(tenant, secret, revision)?, &sealed)?;
    opened.to_text().map(Some).ok_or_else(|| SecretError::UnknownFormat.into())
}

/// Versions that are kept, newest first.
pub(crate) async fn versions(
    connection: &mut Connection,
    tenant: &Tenant,
    secret: &StoredSecret,
) -> Result<Vec<Version>, DbError> {
    fetch_all!(
        connection,
        "SELECT revision, created_at, created_by FROM secret_versions
         WHERE workspace_id = $1 AND secret_id = $2 ORDER BY revision DESC",
        &tenant.id,
        &secret.id
    )
}

/// Puts an earlier value back, as the next revision. Whether that one was kept.
pub(crate) async fn restore(
    transaction: &mut Connection,
    master: &MasterKey,
    tenant: &Tenant,
    secret: &StoredSecret,
    revision: i64,
    by: &UserId,
    now: Timestamp,
) -> Result<bool, ApiError> {
    let Some(value) = open(transaction, master, tenant, secret, revision).await? else { return Ok(false) };
    put(transaction, master, tenant, secret, &value, by, now).await?;
    Ok(true)
}
