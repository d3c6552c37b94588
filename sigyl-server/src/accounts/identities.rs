//! Logins elsewhere, and whose they are.

use schemars::JsonSchema;
use serde::Serialize;
use sigyl_core::Digest;

use crate::{
    clock::Timestamp,
    db::{Connection, DbError, execute, fetch_all, fetch_optional},
    id::UserId,
    sign_on::Claims,
};

/// Logins of a user that are listed. Chosen: each was added by hand.
const LOGINS_MAX: i64 = 1_000;

/// A login elsewhere.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Identity {
    /// Its name in addresses: made of what it is, which may be anything.
    pub(crate) id: String,
    /// Who vouches for it.
    pub(crate) issuer: String,
    /// What the account is called there.
    pub(crate) subject: String,
    /// When it was added.
    pub(crate) created_at: Timestamp,
}

/// The logins of a user, oldest first.
pub(crate) async fn list(connection: &mut Connection, user: &UserId) -> Result<Vec<Identity>, DbError> {
    let rows: Vec<(String, String, Timestamp)> = fetch_all!(
        connection,
        "SELECT issuer, subject, created_at FROM identities WHERE user_id = $1
         ORDER BY created_at, issuer, subject LIMIT $2",
        user,
        LOGINS_MAX
    )?;
    let identity = |(issuer, subject, created_at): (String, String, Timestamp)| {
        let digest = Digest::of_parts([issuer.as_bytes(), subject.as_bytes()]);
        Identity { id: digest.as_str()[..32].to_owned(), issuer, subject, created_at }
    };
    Ok(rows.into_iter().map(identity).collect())
}

/// Takes a login from a user.
pub(crate) async fn delete(
    transaction: &mut Connection,
    user: &UserId,
    login: &Identity,
) -> Result<(), DbError> {
    execute!(
        transaction,
        "DELETE FROM identities WHERE issuer = $1 AND subject = $2 AND user_id = $3",
        &login.issuer,
        &login.subject,
        user
    )?;
    Ok(())
}

/// Whose login it is; of somebody who may not log in, too.
pub(crate) async fn find(
    connection: &mut Connection,
    issuer: &str,
    subject: &str,
) -> Result<Option<UserId>, DbError> {
    let row: Option<(UserId,)> = fetch_optional!(
        connection,
        "SELECT user_id FROM identities WHERE issuer = $1 AND subject = $2",
        issuer,
        subject
    )?;
    Ok(row.map(|row| row.0))
}

/// Adds a login to a user.
pub(crate) async fn insert(
    transaction: &mut Connection,
    claims: &Claims,
    user: &UserId,
    now: Timestamp,
) -> Result<(), DbError> {
    execute!(
        transaction,
        "INSERT INTO identities (issuer, subject, user_id, created_at) VALUES ($1, $2, $3, $4)",
        claims.issuer.as_str(),
        claims.subject.as_str(),
        user,
        now
    )?;
    Ok(())
}
