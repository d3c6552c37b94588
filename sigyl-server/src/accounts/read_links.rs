//! Addresses of the registry that nobody can guess: whoever has one reads what the workspace reads, until it is deleted.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;
use sigyl_core::secret::{Token, TokenHash, TokenKind};

use crate::{
    clock::Timestamp,
    db::{Connection, Db, DbError, execute, fetch_all, fetch_optional},
    http::{ApiError, Tenant},
    id::{ReadLinkId, UserId, WorkspaceId},
};

/// How stale the note of a link's last use may be: not every request writes.
const NOTED_EVERY: Duration = Duration::from_secs(300);

/// A link, as admins see it.
#[derive(Debug, Clone, Serialize, JsonSchema, sqlx::FromRow)]
pub(crate) struct ReadLink {
    pub(crate) id: ReadLinkId,
    /// What it is for.
    pub(crate) name: String,
    pub(crate) created_by: UserId,
    pub(crate) created_at: Timestamp,
    /// May be some minutes old.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_used_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: ReadLinkId,
    workspace_id: WorkspaceId,
    token_hash: String,
    last_used_at: Option<Timestamp>,
}

/// Makes a link; its token is shown once.
pub(crate) async fn insert(
    transaction: &mut Connection,
    tenant: &Tenant,
    name: &str,
    by: &UserId,
    now: Timestamp,
) -> Result<(ReadLink, Token), ApiError> {
    let (id, token) = (ReadLinkId::new(now)?, Token::generate(TokenKind::ReadLink)?);
    execute!(
        transaction,
        "INSERT INTO read_links (id, workspace_id, token_hash, name, created_by, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        &id,
        &tenant.id,
        token.hash().as_str(),
        name,
        by,
        now
    )?;
    let link =
        ReadLink { id, name: name.to_owned(), created_by: by.clone(), created_at: now, last_used_at: None };
    Ok((link, token))
}

/// Links of the workspace after an id.
pub(crate) async fn list(
    connection: &mut Connection,
    tenant: &Tenant,
    after: &str,
    limit: i64,
) -> Result<Vec<ReadLink>, DbError> {
    fetch_all!(
        connection,
        "SELECT id, name, created_by, created_at, last_used_at
         FROM read_links WHERE workspace_id = $1 AND id > $2 ORDER BY id LIMIT $3",
        &tenant.id,
        after,
        limit
    )
}

/// Deletes a link: whoever has it reads no more. Whether there was one.
pub(crate) async fn delete(
    transaction: &mut Connection,
    tenant: &Tenant,
    id: &ReadLinkId,
) -> Result<bool, DbError> {
    let gone =
        execute!(transaction, "DELETE FROM read_links WHERE workspace_id = $1 AND id = $2", &tenant.id, id)?;
    Ok(gone > 0)
}

/// The workspace whose link this is.
pub(crate) async fn find(db: &Db, hash: &TokenHash, now: Timestamp) -> Result<Option<WorkspaceId>, DbError> {
    let mut connection = db.connection().await?;
    let row: Option<Row> = fetch_optional!(
        connection,
        "SELECT id, workspace_id, token_hash, last_used_at FROM read_links WHERE token_hash = $1",
        hash.as_str()
    )?;
    let Some(row) = row.filter(|row| hash.is(&row.token_hash)) else { return Ok(None) };
    if row.last_used_at.is_none_or(|used| now.since(used) >= NOTED_EVERY) {
        execute!(connection, "UPDATE read_links SET last_used_at = $2 WHERE id = $1", &row.id, now)?;
    }
    Ok(Some(row.workspace_id))
}
