//! Sessions of browsers.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;
use sigyl_core::secret::{Token, TokenHash, TokenKind};

use super::users::Known;
use crate::{
    clock::Timestamp,
    config::Config,
    db::{Connection, Db, DbError, execute, fetch_all, fetch_optional},
    http::ApiError,
    id::{SessionId, UserId},
};

/// How stale the note of a session's last use may be: not every request writes.
const NOTED_EVERY: Duration = Duration::from_secs(300);

/// Longest name of a browser that is kept, characters.
const AGENT_CHARS_MAX: usize = 200;

/// A session, as its user sees it.
#[derive(Debug, Clone, Serialize, JsonSchema, sqlx::FromRow)]
pub(crate) struct Session {
    pub(crate) id: SessionId,
    pub(crate) created_at: Timestamp,
    pub(crate) last_used_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    /// From where it was begun.
    pub(crate) address: String,
    /// What the browser called itself.
    pub(crate) agent: String,
}

/// A session that was shown.
pub(crate) struct Shown {
    pub(crate) id: SessionId,
    pub(crate) user: Known,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: SessionId,
    token_hash: String,
    created_at: Timestamp,
    last_used_at: Timestamp,
    user_id: UserId,
    username: String,
    is_operator: bool,
}

/// Begins a session; its token is shown once.
pub(crate) async fn insert(
    transaction: &mut Connection,
    config: &Config,
    user: &UserId,
    address: &str,
    agent: &str,
    now: Timestamp,
) -> Result<Token, ApiError> {
    let token = Token::generate(TokenKind::Session)?;
    let agent: String = agent.chars().filter(|it| !it.is_control()).take(AGENT_CHARS_MAX).collect();
    execute!(
        transaction,
        "INSERT INTO sessions (id, user_id, token_hash, created_at, last_used_at, expires_at, address, agent)
         VALUES ($1, $2, $3, $4, $4, $5, $6, $7)",
        SessionId::new(now)?,
        user,
        token.hash().as_str(),
        now,
        end(config, now, now),
        address,
        agent
    )?;
    Ok(token)
}

/// When a session ends that was begun and used then.
fn end(config: &Config, begun: Timestamp, used: Timestamp) -> Timestamp {
    used.after(config.session_idle).min(begun.after(config.session_lifetime))
}

/// The session with this token, where it has not ended and its user may log in. Its end moves on.
pub(crate) async fn find(
    db: &Db,
    config: &Config,
    hash: &TokenHash,
    now: Timestamp,
) -> Result<Option<Shown>, DbError> {
    let mut connection = db.connection().await?;
    let row: Option<Row> = fetch_optional!(
        connection,
        "SELECT sessions.id, sessions.token_hash, sessions.created_at, sessions.last_used_at, sessions.user_id,
                users.username, users.is_operator
         FROM sessions JOIN users ON users.id = sessions.user_id
         WHERE sessions.token_hash = $1 AND sessions.expires_at > $2 AND users.is_active = $3",
        hash.as_str(),
        now,
        true
    )?;
    let Some(row) = row.filter(|row| hash.is(&row.token_hash)) else { return Ok(None) };
    if now.since(row.last_used_at) >= NOTED_EVERY {
        execute!(
            connection,
            "UPDATE sessions SET last_used_at = $2, expires_at = $3 WHERE id = $1",
            &row.id,
            now,
            end(config, row.created_at, now)
        )?;
    }
    let user = Known { id: row.user_id, username: row.username, is_operator: row.is_operator };
    Ok(Some(Shown { id: row.id, user }))
}

/// A user's sessions, newest first.
pub(crate) async fn list(
    connection: &mut Connection,
    user: &UserId,
    now: Timestamp,
) -> Result<Vec<Session>, DbError> {
    fetch_all!(
        connection,
        "SELECT id, created_at, last_used_at, expires_at, address, agent
         FROM sessions WHERE user_id = $1 AND expires_at > $2 ORDER BY id DESC LIMIT 1000",
        user,
        now
    )
}

/// Ends one of a user's sessions. Whether there was one.
pub(crate) async fn delete(
    transaction: &mut Connection,
    user: &UserId,
    id: &SessionId,
) -> Result<bool, DbError> {
    let ended = execute!(transaction, "DELETE FROM sessions WHERE user_id = $1 AND id = $2", user, id)?;
    Ok(ended > 0)
}

/// Ends all of a user's sessions but one.
pub(crate) async fn delete_all_but(
    transaction: &mut Connection,
    user: &UserId,
    kept: Option<&SessionId>,
) -> Result<u64, DbError> {
    execute!(
        transaction,
        "DELETE FROM sessions WHERE user_id = $1 AND id <> $2",
        user,
        kept.map_or("", SessionId::as_str)
    )
}

/// Removes sessions and invitations that have ended.
pub(crate) async fn sweep(db: &Db, now: Timestamp) -> Result<(), DbError> {
    let mut connection = db.connection().await?;
    execute!(connection, "DELETE FROM sessions WHERE expires_at <= $1", now)?;
    execute!(connection, "DELETE FROM invitations WHERE expires_at <= $1", now)?;
    Ok(())
}
