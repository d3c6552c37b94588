//! What happened to a deployment, as lines that people follow.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    clock::Timestamp,
    db::{Connection, DbError, execute, fetch_all},
};

/// Events of a deployment that are kept.
const KEPT: i64 = 2_000;

/// Longest text of an event, bytes.
const TEXT_BYTES_MAX: usize = 4_096;

/// One event.
#[derive(Debug, Clone, Serialize, JsonSchema, sqlx::FromRow)]
pub(crate) struct DeployEvent {
    /// Counts the deployment's events.
    pub(crate) number: i64,
    /// The job that it belongs to; empty where it belongs to none.
    pub(crate) job_id: String,
    pub(crate) at: Timestamp,
    /// `step`, `line`, `state`, `done` or `failed`.
    pub(crate) kind: String,
    pub(crate) text: String,
}

/// Adds one.
pub(super) async fn add(
    connection: &mut Connection,
    deployment: &str,
    job: &str,
    (kind, text): (&str, &str),
    now: Timestamp,
) -> Result<(), DbError> {
    let mut end = text.len().min(TEXT_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    // PostgreSQL keeps no NUL in a text.
    let text = text.get(..end).unwrap_or_default().replace('\0', "\u{fffd}");
    // One worker has a deployment at a time; where the watch writes as well, the later of the two counts on.
    for _ in 0..5 {
        let added = execute!(
            connection,
            "INSERT INTO deploy_events (deployment_id, number, job_id, at, kind, text)
             SELECT $1, COALESCE(MAX(number), 0) + 1, $2, $3, $4, $5 FROM deploy_events WHERE deployment_id = $1",
            deployment,
            job,
            now,
            kind,
            &text
        );
        match added {
            Err(error) if error.is_duplicate() => {}
            added => return added.map(drop),
        }
    }
    Ok(())
}

/// Events after a number.
pub(crate) async fn after(
    connection: &mut Connection,
    deployment: &str,
    number: i64,
    limit: i64,
) -> Result<Vec<DeployEvent>, DbError> {
    fetch_all!(
        connection,
        "SELECT number, job_id, at, kind, text FROM deploy_events
         WHERE deployment_id = $1 AND number > $2 ORDER BY number LIMIT $3",
        deployment,
        number,
        limit
    )
}

/// Forgets events but the latest.
pub(super) async fn trim(connection: &mut Connection, deployment: &str) -> Result<(), DbError> {
    execute!(
        connection,
        "DELETE FROM deploy_events WHERE deployment_id = $1
         AND number <= (SELECT COALESCE(MAX(number), 0) FROM deploy_events WHERE deployment_id = $1) - $2",
        deployment,
        KEPT
    )?;
    Ok(())
}

/// Forgets all of them.
pub(super) async fn forget(connection: &mut Connection, deployment: &str) -> Result<(), DbError> {
    execute!(connection, "DELETE FROM deploy_events WHERE deployment_id = $1", deployment)?;
    Ok(())
}
