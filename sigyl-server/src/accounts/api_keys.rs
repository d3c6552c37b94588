//! API keys: shown once, kept as hashes, bound to a workspace and to the member who made them.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use schemars::JsonSchema;
use serde::Serialize;
use sigyl_core::secret::{Token, TokenHash, TokenKind};

use super::{Role, Scope, roles::Scopes, users::Known};
use crate::{
    clock::Timestamp,
    db::{Connection, Db, DbError, execute, fetch_all, fetch_optional},
    http::{ApiError, Tenant},
    id::{ApiKeyId, UserId, WorkspaceId},
};

/// A key, as members see it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct ApiKey {
    pub(crate) id: ApiKeyId,
    /// Whose it is; it may no more than that member.
    pub(crate) user_id: UserId,
    pub(crate) username: String,
    pub(crate) name: String,
    /// The first characters, to know it by.
    pub(crate) hint: String,
    pub(crate) scopes: Vec<Scope>,
    pub(crate) is_active: bool,
    pub(crate) created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) expires_at: Option<Timestamp>,
    /// May be some seconds old.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_used_at: Option<Timestamp>,
    /// Requests made with it; may be some seconds old.
    pub(crate) use_count: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: ApiKeyId,
    user_id: UserId,
    username: String,
    name: String,
    hint: String,
    #[sqlx(try_from = "String")]
    scopes: Scopes,
    is_active: bool,
    created_at: Timestamp,
    expires_at: Option<Timestamp>,
    last_used_at: Option<Timestamp>,
    use_count: i64,
}

impl From<Row> for ApiKey {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            user_id: row.user_id,
            username: row.username,
            name: row.name,
            hint: row.hint,
            scopes: row.scopes.0,
            is_active: row.is_active,
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
            use_count: row.use_count,
        }
    }
}

/// A key that was shown, with what it may now.
pub(crate) struct Shown {
    pub(crate) id: ApiKeyId,
    pub(crate) workspace: WorkspaceId,
    pub(crate) scopes: Vec<Scope>,
    pub(crate) user: Known,
}

#[derive(sqlx::FromRow)]
struct ShownRow {
    id: ApiKeyId,
    workspace_id: WorkspaceId,
    token_hash: String,
    #[sqlx(try_from = "String")]
    scopes: Scopes,
    #[sqlx(try_from = "String")]
    role: Role,
    user_id: UserId,
    username: String,
    is_operator: bool,
}

/// A key that is about to be.
pub(crate) struct NewKey<'a> {
    pub(crate) user: &'a UserId,
    pub(crate) name: &'a str,
    pub(crate) scopes: &'a [Scope],
    pub(crate) expires_at: Option<Timestamp>,
}

/// Makes a key; its token is shown once.
pub(crate) async fn insert(
    transaction: &mut Connection,
    tenant: &Tenant,
    new: &NewKey<'_>,
    now: Timestamp,
) -> Result<(ApiKeyId, Token), ApiError> {
    let (id, token) = (ApiKeyId::new(now)?, Token::generate(TokenKind::ApiKey)?);
    execute!(
        transaction,
        "INSERT INTO api_keys (id, workspace_id, user_id, name, hint, token_hash, scopes, is_active, created_at,
                               expires_at, use_count)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0)",
        &id,
        &tenant.id,
        new.user,
        new.name,
        token.hint(),
        token.hash().as_str(),
        Scopes(new.scopes.to_vec()).to_text(),
        true,
        now,
        new.expires_at
    )?;
    Ok((id, token))
}

/// The key with this token, where it is active, has not ended, and its owner is still a member and may log in. It may
/// no more than the owner's role allows now.
pub(crate) async fn find(db: &Db, hash: &TokenHash, now: Timestamp) -> Result<Option<Shown>, DbError> {
    let mut connection = db.connection().await?;
    let row: Option<ShownRow> = fetch_optional!(
        connection,
        "SELECT api_keys.id, api_keys.workspace_id, api_keys.token_hash, api_keys.scopes, members.role,
                api_keys.user_id, users.username, users.is_operator
         FROM api_keys
         JOIN users ON users.id = api_keys.user_id
         JOIN members ON members.workspace_id = api_keys.workspace_id AND members.user_id = api_keys.user_id
         WHERE api_keys.token_hash = $1 AND api_keys.is_active = $2 AND users.is_active = $2
               AND (api_keys.expires_at IS NULL OR api_keys.expires_at > $3)",
        hash.as_str(),
        true,
        now
    )?;
    Ok(row.filter(|row| hash.is(&row.token_hash)).map(|row| Shown {
        id: row.id,
        workspace: row.workspace_id,
        scopes: row.scopes.0.into_iter().filter(|scope| row.role.scopes().contains(scope)).collect(),
        user: Known { id: row.user_id, username: row.username, is_operator: row.is_operator },
    }))
}

/// Keys of the workspace after an id; of one member, or of all.
pub(crate) async fn list(
    connection: &mut Connection,
    tenant: &Tenant,
    user: Option<&UserId>,
    after: &str,
    limit: i64,
) -> Result<Vec<ApiKey>, DbError> {
    let rows: Vec<Row> = fetch_all!(
        connection,
        "SELECT api_keys.id, user_id, username, name, hint, scopes, api_keys.is_active, api_keys.created_at,
                expires_at, last_used_at, use_count
         FROM api_keys JOIN users ON users.id = api_keys.user_id
         WHERE workspace_id = $1 AND api_keys.id > $2 AND ($3 = '' OR user_id = $3)
         ORDER BY api_keys.id LIMIT $4",
        &tenant.id,
        after,
        user.map_or("", UserId::as_str),
        limit
    )?;
    Ok(rows.into_iter().map(ApiKey::from).collect())
}

/// A key of the workspace.
pub(crate) async fn get(
    connection: &mut Connection,
    tenant: &Tenant,
    id: &ApiKeyId,
) -> Result<Option<ApiKey>, DbError> {
    let row: Option<Row> = fetch_optional!(
        connection,
        "SELECT api_keys.id, user_id, username, name, hint, scopes, api_keys.is_active, api_keys.created_at,
                expires_at, last_used_at, use_count
         FROM api_keys JOIN users ON users.id = api_keys.user_id
         WHERE workspace_id = $1 AND api_keys.id = $2",
        &tenant.id,
        id
    )?;
    Ok(row.map(ApiKey::from))
}

/// Changes a key's name, or whether it is active; `None` leaves it.
pub(crate) async fn update(
    transaction: &mut Connection,
    tenant: &Tenant,
    id: &ApiKeyId,
    name: Option<&str>,
    is_active: Option<bool>,
) -> Result<(), DbError> {
    execute!(
        transaction,
        "UPDATE api_keys SET name = COALESCE($3, name), is_active = COALESCE($4, is_active)
         WHERE workspace_id = $1 AND id = $2",
        &tenant.id,
        id,
        name,
        is_active
    )?;
    Ok(())
}

/// Lets a key end at a time, where it does not end before.
pub(crate) async fn end_at(
    transaction: &mut Connection,
    tenant: &Tenant,
    id: &ApiKeyId,
    at: Timestamp,
) -> Result<(), DbError> {
    execute!(
        transaction,
        "UPDATE api_keys SET expires_at = $3
         WHERE workspace_id = $1 AND id = $2 AND (expires_at IS NULL OR expires_at > $3)",
        &tenant.id,
        id,
        at
    )?;
    Ok(())
}

/// Deletes a key.
pub(crate) async fn delete(
    transaction: &mut Connection,
    tenant: &Tenant,
    id: &ApiKeyId,
) -> Result<(), DbError> {
    execute!(transaction, "DELETE FROM api_keys WHERE workspace_id = $1 AND id = $2", &tenant.id, id)?;
    Ok(())
}

/// Uses of keys that are counted and not written yet: not every request writes.
#[derive(Default)]
pub(crate) struct KeyUse(Mutex<HashMap<ApiKeyId, (i64, Timestamp)>>);

impl KeyUse {
    /// Counts a use.
    pub(crate) fn count(&self, id: &ApiKeyId, now: Timestamp) {
        let mut uses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match uses.get_mut(id) {
            Some(entry) => *entry = (entry.0 + 1, now),
            None => {
                uses.insert(id.clone(), (1, now));
            }
        }
    }

    /// Writes what was counted.
    pub(crate) async fn flush(&self, db: &Db) -> Result<(), DbError> {
        let uses = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if uses.is_empty() {
            return Ok(());
        }
        let written = write(db, &uses).await;
        if written.is_err() {
            let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            for (id, (count, at)) in uses {
                let entry = held.entry(id).or_insert((0, at));
                *entry = (entry.0 + count, entry.1.max(at));
            }
        }
        written
    }
}

async fn write(db: &Db, uses: &HashMap<ApiKeyId, (i64, Timestamp)>) -> Result<(), DbError> {
    // In one order everywhere, so that replicas that write at the same time do not wait for each other forever.
    let mut uses = uses.iter().collect::<Vec<_>>();
    uses.sort();
    let mut transaction = db.begin().await?;
    for (id, (count, at)) in uses {
        execute!(
            transaction,
            "UPDATE api_keys SET use_count = use_count + $2,
                    last_used_at = CASE WHEN last_used_at > $3 THEN last_used_at ELSE $3 END
             WHERE id = $1",
            id,
            *count,
            *at
        )?;
    }
    transaction.commit().await
}
