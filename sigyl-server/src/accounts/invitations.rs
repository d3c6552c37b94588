//! Invitations into a workspace: a token that is shown once, and taken once.

use schemars::JsonSchema;
use serde::Serialize;
use sigyl_core::secret::{Token, TokenHash, TokenKind};

use super::Role;
use crate::{
    clock::Timestamp,
    db::{Connection, DbError, execute, fetch_all, fetch_optional},
    http::{ApiError, Tenant},
    id::{InvitationId, UserId, WorkspaceId},
};

/// An invitation, as admins see it.
#[derive(Debug, Clone, Serialize, JsonSchema, sqlx::FromRow)]
pub(crate) struct Invitation {
    pub(crate) id: InvitationId,
    /// Whom it is for, where that was said: who accepts it must give this address of mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) email: Option<String>,
    #[sqlx(try_from = "String")]
    pub(crate) role: Role,
    pub(crate) invited_by: UserId,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Timestamp,
}

/// What an invitation that is taken gives.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct Taken {
    pub(crate) id: InvitationId,
    pub(crate) workspace_id: WorkspaceId,
    pub(crate) email: Option<String>,
    #[sqlx(try_from = "String")]
    pub(crate) role: Role,
}

/// Makes an invitation; its token is shown once.
pub(crate) async fn insert(
    transaction: &mut Connection,
    tenant: &Tenant,
    email: Option<&str>,
    role: Role,
    by: &UserId,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(Invitation, Token), ApiError> {
    let (id, token) = (InvitationId::new(now)?, Token::generate(TokenKind::Invitation)?);
    execute!(
        transaction,
        "INSERT INTO invitations (id, workspace_id, token_hash, email, role, invited_by, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &id,
        &tenant.id,
        token.hash().as_str(),
        email,
        role.as_str(),
        by,
        now,
        expires_at
    )?;
    let email = email.map(ToOwned::to_owned);
    Ok((Invitation { id, email, role, invited_by: by.clone(), created_at: now, expires_at }, token))
}

/// Invitations of the workspace after an id.
pub(crate) async fn list(
    connection: &mut Connection,
    tenant: &Tenant,
    after: &str,
    limit: i64,
    now: Timestamp,
) -> Result<Vec<Invitation>, DbError> {
    fetch_all!(
        connection,
        "SELECT id, email, role, invited_by, created_at, expires_at
         FROM invitations WHERE workspace_id = $1 AND id > $2 AND expires_at > $4 ORDER BY id LIMIT $3",
        &tenant.id,
        after,
        limit,
        now
    )
}

/// Takes an invitation: it is gone. None where there is none with this token, or it has ended.
pub(crate) async fn take(
    transaction: &mut Connection,
    hash: &TokenHash,
    now: Timestamp,
) -> Result<Option<Taken>, DbError> {
    fetch_optional!(
        transaction,
        "DELETE FROM invitations WHERE token_hash = $1 AND expires_at > $2
         RETURNING id, workspace_id, email, role",
        hash.as_str(),
        now
    )
}

/// Takes an invitation back. Whether there was one.
pub(crate) async fn delete(
    transaction: &mut Connection,
    tenant: &Tenant,
    id: &InvitationId,
) -> Result<bool, DbError> {
    let gone =
        execute!(transaction, "DELETE FROM invitations WHERE workspace_id = $1 AND id = $2", &tenant.id, id)?;
    Ok(gone > 0)
}
