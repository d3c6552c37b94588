//! Mirrors in the database.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    accounts::UnknownName,
    clock::Timestamp,
    db::{Connection, DbError, execute, fetch_all, fetch_one, fetch_optional},
    http::{ApiError, Tenant},
    id::{MirrorId, UserId, WorkspaceId},
};

/// How long a worker keeps a mirror: longer than a page may take.
const LEASE: Duration = Duration::from_secs(300);

/// Mirrors of a workspace, at most.
const MIRRORS_MAX: i64 = 20;

/// Patterns of names, kept as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct Patterns(pub(crate) Vec<String>);

impl TryFrom<String> for Patterns {
    type Error = UnknownName;

    fn try_from(text: String) -> Result<Self, UnknownName> {
        serde_json::from_str(&text).map(Self).map_err(|_| UnknownName)
    }
}

/// A registry that is followed.
#[derive(Debug, Clone, Serialize, JsonSchema, sqlx::FromRow)]
pub(crate) struct Mirror {
    pub(crate) id: MirrorId,
    pub(crate) url: String,
    /// Names that are followed, with `*` for any letters; all where there are none.
    #[sqlx(try_from = "String")]
    pub(crate) allow: Patterns,
    pub(crate) every_minutes: i64,
    pub(crate) created_at: Timestamp,
    /// When it is looked at next.
    pub(crate) due_at: Timestamp,
    /// How many versions came from it.
    pub(crate) imported: i64,
    /// How many versions could not be kept.
    pub(crate) rejected: i64,
    /// Why, of the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_problem: Option<String>,
    /// Why it could not be reached the last time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
    /// When all of it was seen last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) finished_at: Option<Timestamp>,
}

/// Follows a registry from now on.
pub(crate) async fn insert(
    transaction: &mut Connection,
    tenant: &Tenant,
    user: &UserId,
    (url, allow, every_minutes): (&str, &[String], i64),
    now: Timestamp,
) -> Result<Mirror, ApiError> {
    let (count,): (i64,) =
        fetch_one!(transaction, "SELECT COUNT(*) FROM mirrors WHERE workspace_id = $1", &tenant.id)?;
    if count >= MIRRORS_MAX {
        return Err(ApiError::conflict("the workspace follows 20 registries, which is the most"));
    }
    let allow = serde_json::to_string(allow).map_err(|error| ApiError::internal(&error))?;
    let made: Option<Mirror> = fetch_optional!(
        transaction,
        "INSERT INTO mirrors (id, workspace_id, user_id, url, allow, every_minutes, created_at, due_at, next_page, since,
                              newest, imported, rejected)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7, '', '', '', 0, 0) ON CONFLICT (workspace_id, url) DO NOTHING
         RETURNING id, url, allow, every_minutes, created_at, due_at, imported, rejected, last_problem, error, finished_at",
        MirrorId::new(now)?,
        &tenant.id,
        user,
        url,
        allow,
        every_minutes,
        now
    )?;
    made.ok_or_else(|| ApiError::conflict("this registry is followed already"))
}

/// The registries that the workspace follows.
pub(crate) async fn list(connection: &mut Connection, tenant: &Tenant) -> Result<Vec<Mirror>, DbError> {
    fetch_all!(
        connection,
        "SELECT id, url, allow, every_minutes, created_at, due_at, imported, rejected, last_problem, error, finished_at
         FROM mirrors WHERE workspace_id = $1 ORDER BY id LIMIT 100",
        &tenant.id
    )
}

/// Follows a registry no more; what came from it stays. Its address, where there was one.
pub(crate) async fn delete(
    transaction: &mut Connection,
    tenant: &Tenant,
    id: &MirrorId,
) -> Result<Option<String>, DbError> {
    let row: Option<(String,)> = fetch_optional!(
        transaction,
        "DELETE FROM mirrors WHERE workspace_id = $1 AND id = $2 RETURNING url",
        &tenant.id,
        id
    )?;
    Ok(row.map(|row| row.0))
}

/// A mirror that a worker has.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct Claimed {
    pub(super) id: MirrorId,
    pub(super) workspace_id: WorkspaceId,
    pub(super) slug: String,
    pub(super) user_id: UserId,
    pub(super) url: String,
    #[sqlx(try_from = "String")]
    pub(super) allow: Patterns,
    pub(super) every_minutes: i64,
    pub(super) next_page: String,
    pub(super) since: String,
    pub(super) newest: String,
    pub(super) lease_until: Timestamp,
}

/// Claims the mirror that is due for longest.
pub(super) async fn claim(connection: &mut Connection, now: Timestamp) -> Result<Option<Claimed>, DbError> {
    loop {
        let due: Option<(MirrorId,)> = fetch_optional!(
            connection,
            "SELECT id FROM mirrors WHERE due_at <= $1 AND (lease_until IS NULL OR lease_until <= $1)
             ORDER BY due_at LIMIT 1",
            now
        )?;
        let Some((id,)) = due else { return Ok(None) };
        let taken = execute!(
            connection,
            "UPDATE mirrors SET lease_until = $3 WHERE id = $1 AND (lease_until IS NULL OR lease_until <= $2)",
            &id,
            now,
            now.after(LEASE)
        )?;
        // Where another worker was faster, there may be another one.
        if taken == 1 {
            return fetch_optional!(
                connection,
                "SELECT mirrors.id, workspace_id, slug, user_id, url, allow, every_minutes, next_page, since, newest,
                        lease_until
                 FROM mirrors JOIN workspaces ON workspaces.id = mirrors.workspace_id WHERE mirrors.id = $1",
                &id
            );
        }
    }
}

/// What a page came to.
#[derive(Debug, Default)]
pub(super) struct Account {
    pub(super) imported: i64,
    pub(super) rejected: i64,
    pub(super) last_problem: Option<String>,
}

/// Where to go on.
#[derive(Debug)]
pub(super) struct Next<'a> {
    pub(super) next_page: &'a str,
    pub(super) since: &'a str,
    pub(super) newest: &'a str,
    pub(super) due_at: Timestamp,
    pub(super) error: Option<&'a str>,
    pub(super) finished_at: Option<Timestamp>,
}

/// Keeps a page's account and where to go on, where the lease was not lost meanwhile.
pub(super) async fn keep(
    connection: &mut Connection,
    claimed: &Claimed,
    account: &Account,
    next: &Next<'_>,
) -> Result<(), DbError> {
    execute!(
        connection,
        "UPDATE mirrors SET next_page = $3, since = $4, newest = $5, due_at = $6, error = $7,
                finished_at = COALESCE($8, finished_at), imported = imported + $9, rejected = rejected + $10,
                last_problem = COALESCE($11, last_problem), lease_until = NULL
         WHERE id = $1 AND lease_until = $2",
        &claimed.id,
        claimed.lease_until,
        next.next_page,
        next.since,
        next.newest,
        next.due_at,
        next.error,
        next.finished_at,
        account.imported,
        account.rejected,
        account.last_problem.as_deref()
    )?;
    Ok(())
}
