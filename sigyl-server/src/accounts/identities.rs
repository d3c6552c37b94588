//! Logins elsewhere, and whose they are.

use crate::{
    clock::Timestamp,
    db::{Connection, DbError, execute, fetch_optional},
    id::UserId,
    sign_on::Claims,
};

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
