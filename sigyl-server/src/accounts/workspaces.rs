//! Workspaces, to which everything belongs that a user makes.

use schemars::JsonSchema;
use serde::Serialize;

use super::Role;
use crate::{
    clock::Timestamp,
    db::{Connection, Db, DbError, execute, fetch_all, fetch_optional},
    http::Tenant,
    id::{UserId, WorkspaceId},
};

/// A workspace, as a member sees it.
#[derive(Debug, Clone, Serialize, JsonSchema, sqlx::FromRow)]
pub(crate) struct Workspace {
    pub(crate) id: WorkspaceId,
    /// Its name in addresses, unique on this server.
    pub(crate) slug: String,
    pub(crate) display_name: String,
    pub(crate) created_at: Timestamp,
    /// The caller's role in it.
    #[sqlx(try_from = "String")]
    pub(crate) role: Role,
}

/// A user's part in a workspace.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct Membership {
    pub(crate) workspace_id: WorkspaceId,
    pub(crate) slug: String,
    #[sqlx(try_from = "String")]
    pub(crate) role: Role,
}

/// Makes a workspace with its first owner. Fails as a duplicate where the slug is taken.
pub(crate) async fn insert(
    transaction: &mut Connection,
    id: &WorkspaceId,
    slug: &str,
    display_name: &str,
    owner: &UserId,
    now: Timestamp,
) -> Result<(), DbError> {
    execute!(
        transaction,
        "INSERT INTO workspaces (id, slug, display_name, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)",
        id,
        slug,
        display_name,
        now
    )?;
    super::members::insert(transaction, id, owner, Role::Owner, now).await
}

/// The workspace with this slug.
pub(crate) async fn id_of(connection: &mut Connection, slug: &str) -> Result<Option<WorkspaceId>, DbError> {
    let row: Option<(WorkspaceId,)> =
        fetch_optional!(connection, "SELECT id FROM workspaces WHERE slug = $1", slug)?;
    Ok(row.map(|row| row.0))
}

/// A user's part in the workspace with this id or slug.
pub(crate) async fn membership(db: &Db, user: &UserId, named: &str) -> Result<Option<Membership>, DbError> {
    let mut connection = db.connection().await?;
    fetch_optional!(
        connection,
        "SELECT members.workspace_id, workspaces.slug, members.role
         FROM members JOIN workspaces ON workspaces.id = members.workspace_id
         WHERE members.user_id = $1 AND (workspaces.id = $2 OR workspaces.slug = $2)",
        user,
        named
    )
}

/// A user's part in the workspace that they are in for longest.
pub(crate) async fn first_membership(db: &Db, user: &UserId) -> Result<Option<Membership>, DbError> {
    let mut connection = db.connection().await?;
    fetch_optional!(
        connection,
        "SELECT members.workspace_id, workspaces.slug, members.role
         FROM members JOIN workspaces ON workspaces.id = members.workspace_id
         WHERE members.user_id = $1 ORDER BY members.joined_at, members.workspace_id LIMIT 1",
        user
    )
}

/// The workspaces that a user is in, oldest first. Nobody is in so many that they need pages.
pub(crate) async fn of_user(connection: &mut Connection, user: &UserId) -> Result<Vec<Workspace>, DbError> {
    fetch_all!(
        connection,
        "SELECT workspaces.id, workspaces.slug, workspaces.display_name, workspaces.created_at, members.role
         FROM members JOIN workspaces ON workspaces.id = members.workspace_id
         WHERE members.user_id = $1 ORDER BY workspaces.id LIMIT 1000",
        user
    )
}

/// The workspace.
pub(crate) async fn get(
    connection: &mut Connection,
    tenant: &Tenant,
    user: &UserId,
) -> Result<Option<Workspace>, DbError> {
    fetch_optional!(
        connection,
        "SELECT workspaces.id, workspaces.slug, workspaces.display_name, workspaces.created_at, members.role
         FROM members JOIN workspaces ON workspaces.id = members.workspace_id
         WHERE workspaces.id = $1 AND members.user_id = $2",
        &tenant.id,
        user
    )
}

/// The workspace's name in addresses; empty where it is gone.
pub(crate) async fn slug(connection: &mut Connection, id: &WorkspaceId) -> Result<String, DbError> {
    let row: Option<(String,)> =
        fetch_optional!(connection, "SELECT slug FROM workspaces WHERE id = $1", id)?;
    Ok(row.map(|row| row.0).unwrap_or_default())
}

/// Changes the workspace's name for people.
pub(crate) async fn rename(
    transaction: &mut Connection,
    tenant: &Tenant,
    display_name: &str,
    now: Timestamp,
) -> Result<(), DbError> {
    execute!(
        transaction,
        "UPDATE workspaces SET display_name = $2, updated_at = $3 WHERE id = $1",
        &tenant.id,
        display_name,
        now
    )?;
    Ok(())
}

/// Locks the workspace until the transaction ends, so that two changes of its members do not cross.
pub(crate) async fn lock(
    transaction: &mut Connection,
    tenant: &Tenant,
    now: Timestamp,
) -> Result<(), DbError> {
    execute!(transaction, "UPDATE workspaces SET updated_at = $2 WHERE id = $1", &tenant.id, now)?;
    Ok(())
}

/// Deletes the workspace and everything in it but its audit log.
pub(crate) async fn delete(transaction: &mut Connection, tenant: &Tenant) -> Result<(), DbError> {
    execute!(transaction, "DELETE FROM workspaces WHERE id = $1", &tenant.id)?;
    Ok(())
}
