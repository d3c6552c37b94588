//! Data keys: one that seals for each workspace, and older ones until nothing is sealed with them any more.

use sigyl_core::secret::{DataKey, MasterKey, Sealed, SecretError, same};

use crate::{
    audit::{self, AuditKeyError},
    clock::Timestamp,
    db::{Connection, DbError, execute, fetch_all, fetch_one, fetch_optional},
    http::{ApiError, Code},
    keys::CHECK_ROW,
};

/// Values that a key seals at most; random nonces are safe for twice as many.
const SEALS_MAX: i64 = 1 << 31;

/// Workspaces whose keys are wrapped anew at a time.
const PAGE: i64 = 500;

/// The key that seals for a workspace, counted as used once. Made where there is none, or where it sealed enough.
pub(super) async fn for_sealing(
    transaction: &mut Connection,
    master: &MasterKey,
    workspace: &str,
    now: Timestamp,
) -> Result<DataKey, ApiError> {
    let row: Option<(Vec<u8>, i64)> = fetch_optional!(
        transaction,
        "UPDATE data_keys SET seal_count = seal_count + 1 WHERE workspace_id = $1 AND is_active = $2
         RETURNING wrapped, seal_count",
        workspace,
        true
    )?;
    match row {
        Some((wrapped, count)) if count <= SEALS_MAX => {
            Ok(master.unwrap(&Sealed::from_bytes(wrapped), workspace)?)
        }
        _ => rotate(transaction, master, workspace, now).await,
    }
}

/// The key with this number.
pub(super) async fn for_opening(
    connection: &mut Connection,
    master: &MasterKey,
    workspace: &str,
    id: u32,
) -> Result<DataKey, ApiError> {
    let row: Option<(Vec<u8>,)> = fetch_optional!(
        connection,
        "SELECT wrapped FROM data_keys WHERE workspace_id = $1 AND id = $2",
        workspace,
        i64::from(id)
    )?;
    let (wrapped,) = row.ok_or(SecretError::DoesNotOpen)?;
    Ok(master.unwrap(&Sealed::from_bytes(wrapped), workspace)?)
}

/// Gives a workspace a new key to seal with. What older ones sealed is resealed in the background.
pub(crate) async fn rotate(
    transaction: &mut Connection,
    master: &MasterKey,
    workspace: &str,
    now: Timestamp,
) -> Result<DataKey, ApiError> {
    // A replica whose master key was replaced meanwhile would wrap a key that nobody opens. The row is locked, so that
    // the master key is not replaced between here and the commit.
    let row: Option<(String,)> = fetch_optional!(
        transaction,
        "UPDATE instance SET value = value WHERE name = $1 RETURNING value",
        CHECK_ROW
    )?;
    if !row.is_some_and(|(kept,)| same(kept.as_bytes(), master.check_value().as_bytes())) {
        return Err(ApiError::new(
            Code::Unavailable,
            "the master key was replaced; this replica must start anew",
        ));
    }
    execute!(
        transaction,
        "UPDATE data_keys SET is_active = $2 WHERE workspace_id = $1 AND is_active <> $2",
        workspace,
        false
    )?;
    let (last,): (i64,) = fetch_one!(
        transaction,
        "SELECT COALESCE(MAX(id), 0) FROM data_keys WHERE workspace_id = $1",
        workspace
    )?;
    let id = u32::try_from(last + 1).map_err(|_| SecretError::UnknownFormat)?;
    let key = DataKey::generate(id)?;
    let wrapped = master.wrap(&key, workspace)?;
    execute!(
        transaction,
        "INSERT INTO data_keys (workspace_id, id, master_key_id, wrapped, is_active, seal_count, created_at)
         VALUES ($1, $2, $3, $4, $5, 1, $6)",
        workspace,
        i64::from(id),
        master.id().as_str(),
        wrapped.as_bytes(),
        true,
        now
    )?;
    Ok(key)
}

/// Why the master key cannot be replaced. Everything is then as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RotateError {
    /// A data key does not open: it was wrapped by yet another key, or changed.
    #[error("a data key of workspace {0} does not open with the present master key; nothing was changed")]
    DoesNotOpen(String),
    /// The audit log's key does not open, or not again.
    #[error(transparent)]
    Audit(#[from] AuditKeyError),
    /// The database's key is not the present one.
    #[error("the present master key is not the database's")]
    Mismatch,
    /// The operating system gives no random bytes.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Wraps every data key, and the audit log's, by another master key, and makes that one the database's: all in the caller's transaction, so
/// that it is done or not. How many were wrapped comes back.
pub(crate) async fn rotate_master(
    transaction: &mut Connection,
    from: &MasterKey,
    to: &MasterKey,
) -> Result<u64, RotateError> {
    let changed = execute!(
        transaction,
        "UPDATE instance SET value = $3 WHERE name = $1 AND value = $2",
        CHECK_ROW,
        from.check_value(),
        to.check_value()
    )?;
    if changed != 1 {
        return Err(RotateError::Mismatch);
    }
    audit::rewrap(transaction, from, to).await?;
    let (mut count, mut last) = (0, (String::new(), 0));
    loop {
        let rows: Vec<(String, i64, Vec<u8>)> = fetch_all!(
            transaction,
            "SELECT workspace_id, id, wrapped FROM data_keys WHERE (workspace_id, id) > ($1, $2)
             ORDER BY workspace_id, id LIMIT $3",
            &last.0,
            last.1,
            PAGE
        )?;
        let Some((workspace, id, _)) = rows.last() else { return Ok(count) };
        last = (workspace.clone(), *id);
        for (workspace, id, wrapped) in rows {
            let key = from
                .unwrap(&Sealed::from_bytes(wrapped), &workspace)
                .map_err(|_| RotateError::DoesNotOpen(workspace.clone()))?;
            let wrapped = to.wrap(&key, &workspace)?;
            to.unwrap(&wrapped, &workspace)?;
            execute!(
                transaction,
                "UPDATE data_keys SET wrapped = $3, master_key_id = $4 WHERE workspace_id = $1 AND id = $2",
                &workspace,
                id,
                wrapped.as_bytes(),
                to.id().as_str()
            )?;
            count += 1;
        }
    }
}
