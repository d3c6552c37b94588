//! Users.

use schemars::JsonSchema;
use serde::Serialize;
use sigyl_core::secret::PasswordHash;

use crate::{
    clock::Timestamp,
    db::{Connection, DbError, execute, fetch_all, fetch_one, fetch_optional},
    id::UserId,
};

/// A user, as users see one.
#[derive(Debug, Clone, Serialize, JsonSchema, sqlx::FromRow)]
pub(crate) struct User {
    pub(crate) id: UserId,
    /// Unique on this server; stands in the names of packages.
    pub(crate) username: String,
    /// Shown to the user and to operators alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) email: Option<String>,
    pub(crate) display_name: String,
    /// Whether the user runs this server.
    pub(crate) is_operator: bool,
    /// Whether the user may log in.
    pub(crate) is_active: bool,
    pub(crate) created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_login_at: Option<Timestamp>,
}

/// Who somebody is who showed a session or a key.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) id: UserId,
    pub(crate) username: String,
    pub(crate) is_operator: bool,
}

/// A user who is about to be.
pub(crate) struct NewUser<'a> {
    pub(crate) username: &'a str,
    pub(crate) email: Option<&'a str>,
    pub(crate) display_name: &'a str,
    pub(crate) password: Option<&'a PasswordHash>,
    pub(crate) is_operator: bool,
}

/// Makes a user. Fails as a duplicate where the name or the address of mail is taken.
pub(crate) async fn insert(
    transaction: &mut Connection,
    id: &UserId,
    new: &NewUser<'_>,
    now: Timestamp,
) -> Result<(), DbError> {
    execute!(
        transaction,
        "INSERT INTO users (id, username, email, display_name, password_hash, is_operator, is_active, created_at,
                            updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
        id,
        new.username,
        new.email,
        new.display_name,
        new.password.map(PasswordHash::as_str),
        new.is_operator,
        true,
        now
    )?;
    Ok(())
}

/// Whether there is any user.
pub(crate) async fn any(connection: &mut Connection) -> Result<bool, DbError> {
    let row: Option<(UserId,)> = fetch_optional!(connection, "SELECT id FROM users LIMIT 1")?;
    Ok(row.is_some())
}

/// A user by id.
pub(crate) async fn get(connection: &mut Connection, id: &UserId) -> Result<Option<User>, DbError> {
    fetch_optional!(
        connection,
        "SELECT id, username, email, display_name, is_operator, is_active, created_at, last_login_at
         FROM users WHERE id = $1",
        id
    )
}

/// Whether somebody has this address of mail.
pub(crate) async fn has_email(connection: &mut Connection, email: &str) -> Result<bool, DbError> {
    let row: Option<(UserId,)> = fetch_optional!(connection, "SELECT id FROM users WHERE email = $1", email)?;
    Ok(row.is_some())
}

/// Whether a user or a workspace has this name.
pub(crate) async fn is_taken(connection: &mut Connection, name: &str) -> Result<bool, DbError> {
    let row: Option<(String,)> = fetch_optional!(
        connection,
        "SELECT id FROM users WHERE username = $1 UNION ALL SELECT id FROM workspaces WHERE slug = $1",
        name
    )?;
    Ok(row.is_some())
}

/// Who logs in by this name or address of mail, with the hash of the password; only who is active.
pub(crate) async fn for_login(
    connection: &mut Connection,
    login: &str,
) -> Result<Option<(UserId, String, Option<String>)>, DbError> {
    fetch_optional!(
        connection,
        "SELECT id, username, password_hash FROM users WHERE (username = $1 OR email = $1) AND is_active = $2",
        login,
        true
    )
}

/// The hash of a user's password, where there is one.
pub(crate) async fn password(
    connection: &mut Connection,
    id: &UserId,
) -> Result<Option<PasswordHash>, DbError> {
    let row: Option<(Option<String>,)> =
        fetch_optional!(connection, "SELECT password_hash FROM users WHERE id = $1", id)?;
    Ok(row.and_then(|row| row.0).map(PasswordHash::from_kept))
}

/// Has others wait who change what a user logs in with, until the transaction ends. Whether there is such a user.
pub(crate) async fn lock(transaction: &mut Connection, id: &UserId) -> Result<bool, DbError> {
    let locked = execute!(transaction, "UPDATE users SET updated_at = updated_at WHERE id = $1", id)?;
    Ok(locked == 1)
}

/// Changes a user's password.
pub(crate) async fn set_password(
    transaction: &mut Connection,
    id: &UserId,
    password: &PasswordHash,
    now: Timestamp,
) -> Result<(), DbError> {
    execute!(
        transaction,
        "UPDATE users SET password_hash = $2, updated_at = $3 WHERE id = $1",
        id,
        password.as_str(),
        now
    )?;
    Ok(())
}

/// Changes what a user says of themselves; `None` leaves it.
pub(crate) async fn set_profile(
    transaction: &mut Connection,
    id: &UserId,
    display_name: Option<&str>,
    email: Option<&str>,
    now: Timestamp,
) -> Result<(), DbError> {
    execute!(
        transaction,
        "UPDATE users SET display_name = COALESCE($2, display_name), email = COALESCE($3, email), updated_at = $4
         WHERE id = $1",
        id,
        display_name,
        email,
        now
    )?;
    Ok(())
}

/// Changes what operators decide; `None` leaves it.
pub(crate) async fn set_standing(
    transaction: &mut Connection,
    id: &UserId,
    is_active: Option<bool>,
    is_operator: Option<bool>,
    now: Timestamp,
) -> Result<(), DbError> {
    execute!(
        transaction,
        "UPDATE users SET is_active = COALESCE($2, is_active), is_operator = COALESCE($3, is_operator),
                updated_at = $4
         WHERE id = $1",
        id,
        is_active,
        is_operator,
        now
    )?;
    Ok(())
}

/// Operators who may log in.
pub(crate) async fn operators(connection: &mut Connection) -> Result<i64, DbError> {
    let (count,): (i64,) =
        fetch_one!(connection, "SELECT COUNT(*) FROM users WHERE is_operator = $1 AND is_active = $1", true)?;
    Ok(count)
}

/// Users after an id, oldest first.
pub(crate) async fn list(connection: &mut Connection, after: &str, limit: i64) -> Result<Vec<User>, DbError> {
    fetch_all!(
        connection,
        "SELECT id, username, email, display_name, is_operator, is_active, created_at, last_login_at
         FROM users WHERE id > $1 ORDER BY id LIMIT $2",
        after,
        limit
    )
}

/// Notes that a user logged in.
pub(crate) async fn logged_in(
    transaction: &mut Connection,
    id: &UserId,
    now: Timestamp,
) -> Result<(), DbError> {
    execute!(transaction, "UPDATE users SET last_login_at = $2 WHERE id = $1", id, now)?;
    Ok(())
}
