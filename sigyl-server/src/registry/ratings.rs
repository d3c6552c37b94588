//! What users think of servers: one word from each.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    clock::Timestamp,
    db::{Connection, DbError, execute, fetch_all, fetch_optional},
    id::{ServerId, UserId},
};

/// What somebody thinks of a server.
#[derive(Debug, Clone, Serialize, JsonSchema, sqlx::FromRow)]
pub(crate) struct Rating {
    /// Whose it is.
    pub(crate) username: String,
    /// From 1 to 5.
    pub(crate) stars: i64,
    pub(crate) words: String,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    #[serde(skip)]
    pub(crate) user_id: UserId,
}

/// Keeps what a user thinks of a server, in the place of what they thought before.
pub(crate) async fn put(
    transaction: &mut Connection,
    server: &ServerId,
    user: &UserId,
    (stars, words): (i64, &str),
    now: Timestamp,
) -> Result<(), DbError> {
    remove(transaction, server, user).await?;
    execute!(
        transaction,
        "INSERT INTO ratings (server_id, user_id, stars, words, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $5)",
        server,
        user,
        stars,
        words,
        now
    )?;
    count(transaction, server, stars, 1).await
}

/// Forgets what a user thinks of a server. Whether there was something.
pub(crate) async fn remove(
    transaction: &mut Connection,
    server: &ServerId,
    user: &UserId,
) -> Result<bool, DbError> {
    // The listing first, which is locked until the transaction ends, so that counts are those of the rows.
    execute!(transaction, "UPDATE listings SET rating_sum = rating_sum WHERE server_id = $1", server)?;
    let gone: Option<(i64,)> = fetch_optional!(
        transaction,
        "DELETE FROM ratings WHERE server_id = $1 AND user_id = $2 RETURNING stars",
        server,
        user
    )?;
    if let Some((stars,)) = gone {
        count(transaction, server, -stars, -1).await?;
    }
    Ok(gone.is_some())
}

async fn count(
    transaction: &mut Connection,
    server: &ServerId,
    stars: i64,
    number: i64,
) -> Result<(), DbError> {
    execute!(
        transaction,
        "UPDATE listings SET rating_sum = rating_sum + $2, rating_count = rating_count + $3 WHERE server_id = $1",
        server,
        stars,
        number
    )?;
    Ok(())
}

/// What users think of a server, latest first, before a time and user.
pub(crate) async fn list(
    connection: &mut Connection,
    server: &ServerId,
    before: (i64, &str),
    limit: i64,
) -> Result<Vec<Rating>, DbError> {
    fetch_all!(
        connection,
        "SELECT username, stars, words, ratings.created_at, ratings.updated_at, user_id
         FROM ratings JOIN users ON users.id = ratings.user_id
         WHERE server_id = $1 AND (ratings.updated_at, user_id) < ($2, $3)
         ORDER BY ratings.updated_at DESC, user_id DESC LIMIT $4",
        server,
        before.0,
        before.1,
        limit
    )
}
