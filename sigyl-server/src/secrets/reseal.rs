//! Resealing in the background what older data keys sealed, a few values at a time, until those keys can go.
//!
//! Each value is a transaction of its own, which changes the row only where nobody did meanwhile: killed at any point,
//! the next round goes on, and two replicas at once do no harm.

use sigyl_core::secret::{Sealed, SecretError};

use super::{data_keys, values::place};
use crate::{
    app::App,
    db::{DbError, execute, fetch_all},
    http::ApiError,
};

/// Values in a round, at most.
const ROUND: i64 = 200;

#[derive(sqlx::FromRow)]
struct Row {
    secret_id: String,
    revision: i64,
    workspace_id: String,
    sealed: Vec<u8>,
    owner_id: String,
    package: String,
    name: String,
}

/// One round. A value that does not open is told in the log and left as it is.
pub(crate) async fn reseal(app: &App) -> Result<(), DbError> {
    let mut connection = app.db.connection().await?;
    let rows: Vec<Row> = fetch_all!(
        connection,
        "SELECT secret_versions.secret_id, secret_versions.revision, secret_versions.workspace_id,
                secret_versions.sealed, secrets.owner_id, secrets.package, secrets.name
         FROM data_keys
         JOIN secret_versions ON secret_versions.workspace_id = data_keys.workspace_id
                             AND secret_versions.key_id = data_keys.id
         JOIN secrets ON secrets.id = secret_versions.secret_id
         WHERE data_keys.is_active = $1
         LIMIT $2",
        false,
        ROUND
    )?;
    drop(connection);
    for row in rows {
        if let Err(error) = one(app, &row).await {
            tracing::error!(
                secret = row.secret_id,
                revision = row.revision,
                ?error,
                "a value was not resealed"
            );
        }
    }
    let mut connection = app.db.connection().await?;
    execute!(
        connection,
        "DELETE FROM data_keys WHERE is_active = $1 AND NOT EXISTS (
             SELECT 1 FROM secret_versions
             WHERE secret_versions.workspace_id = data_keys.workspace_id AND secret_versions.key_id = data_keys.id)",
        false
    )?;
    Ok(())
}

async fn one(app: &App, row: &Row) -> Result<(), ApiError> {
    let owner = (!row.owner_id.is_empty()).then_some(row.owner_id.as_str());
    let package = (!row.package.is_empty()).then_some(row.package.as_str());
    let place = place(&row.workspace_id, owner, package, &row.name, row.revision)?;
    let sealed = Sealed::from_bytes(row.sealed.clone());
    let mut transaction = app.db.begin().await?;
    let old = sealed.key_id()?;
    let key = data_keys::for_opening(&mut transaction, &app.master, &row.workspace_id, old).await?;
    let value = key.open(&place, &sealed)?;
    let key =
        data_keys::for_sealing(&mut transaction, &app.master, &row.workspace_id, app.clock.now()).await?;
    let resealed = key.seal(&place, value.as_bytes())?;
    // Before the old one is gone for good, the new one is known to open.
    if key.open(&place, &resealed)? != value {
        return Err(SecretError::DoesNotOpen.into());
    }
    execute!(
        transaction,
        "UPDATE secret_versions SET sealed = $3, key_id = $4
         WHERE secret_id = $1 AND revision = $2 AND key_id = $5",
        &row.secret_id,
        row.revision,
        resealed.as_bytes(),
        i64::from(key.id()),
        i64::from(old)
    )?;
    transaction.commit().await?;
    Ok(())
}
