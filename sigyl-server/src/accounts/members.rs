//! Members of a workspace.

use schemars::JsonSchema;
use serde::Serialize;

use super::Role;
use crate::{
    clock::Timestamp,
    db::{Connection, DbError, execute, fetch_all, fetch_one, fetch_optional},
    http::Tenant,
    id::{UserId, WorkspaceId},
};

/// A member.
#[derive(Debug, Clone, Serialize, JsonSchema, sqlx::FromRow)]
pub(crate) struct Member {
    pub(crate) user_id: UserId,
    pub(crate) username: String,
    pub(crate) display_name: String,
    #[sqlx(try_from = "String")]
    pub(crate) role: Role,
    pub(crate) joined_at: Timestamp,
}

/// Makes a user a member; one who is one already keeps the role.
pub(crate) async fn insert(
    transaction: &mut Connection,
    workspace: &WorkspaceId,
    user: &UserId,
    role: Role,
    now: Timestamp,
) -> Result<(), DbError> {
    execute!(
        transaction,
        "INSERT INTO members (workspace_id, user_id, role, joined_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (workspace_id, user_id) DO NOTHING",
        workspace,
        user,
        role.as_str(),
        now
    )?;
    Ok(())
}

/// Members after a user's id.
pub(crate) async fn list(
    connection: &mut Connection,
    tenant: &Tenant,
    after: &str,
    limit: i64,
) -> Result<Vec<Member>, DbError> {
    fetch_all!(
        connection,
        "SELECT members.user_id, users.username, users.display_name, members.role, members.joined_at
         FROM members JOIN users ON users.id = members.user_id
         WHERE members.workspace_id = $1 AND members.user_id > $2 ORDER BY members.user_id LIMIT $3",
        &tenant.id,
        after,
        limit
    )
}

/// A member by the user's id or name.
pub(crate) async fn get(
    connection: &mut Connection,
    tenant: &Tenant,
    named: &str,
) -> Result<Option<Member>, DbError> {
    fetch_optional!(
        connection,
        "SELECT members.user_id, users.username, users.display_name, members.role, members.joined_at
         FROM members JOIN users ON users.id = members.user_id
         WHERE members.workspace_id = $1 AND (users.id = $2 OR users.username = $2)",
        &tenant.id,
        named
    )
}

/// Owners of the workspace.
pub(crate) async fn owners(connection: &mut Connection, tenant: &Tenant) -> Result<i64, DbError> {
    let (count,): (i64,) = fetch_one!(
        connection,
        "SELECT COUNT(*) FROM members WHERE workspace_id = $1 AND role = 'owner'",
        &tenant.id
    )?;
    Ok(count)
}

/// Changes a member's role.
pub(crate) async fn set_role(
    transaction: &mut Connection,
    tenant: &Tenant,
    user: &UserId,
    role: Role,
) -> Result<(), DbError> {
    execute!(
        transaction,
        "UPDATE members SET role = $3 WHERE workspace_id = $1 AND user_id = $2",
        &tenant.id,
        user,
        role.as_str()
    )?;
    Ok(())
}

/// Removes a member, with the keys and secrets that the member has in the workspace.
pub(crate) async fn remove(
    transaction: &mut Connection,
    tenant: &Tenant,
    user: &UserId,
) -> Result<(), DbError> {
    execute!(transaction, "DELETE FROM secrets WHERE workspace_id = $1 AND owner_id = $2", &tenant.id, user)?;
    execute!(transaction, "DELETE FROM api_keys WHERE workspace_id = $1 AND user_id = $2", &tenant.id, user)?;
    execute!(transaction, "DELETE FROM members WHERE workspace_id = $1 AND user_id = $2", &tenant.id, user)?;
    Ok(())
}
