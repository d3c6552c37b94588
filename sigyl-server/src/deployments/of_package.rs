//! Which deployments run a server of the registry.

use schemars::JsonSchema;
use serde::Serialize;

use super::Health;
use crate::{
    clock::Timestamp,
    db::{Connection, DbError, fetch_all},
    http::Tenant,
    registry::Reader,
};

/// Deployments that are told with a server. Chosen: a deployment is a server's own, so that there is one, mostly.
const SHOWN: i64 = 100;

/// A deployment, as it is told with the server that it runs.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Running {
    id: String,
    name: String,
    /// `pending`, `building`, `starting`, `running`, `failed`, `stopping`, `stopped` or `idle`.
    state: String,
    /// The version that answers.
    version: String,
    /// The address for clients of MCP.
    #[serde(skip_serializing_if = "Option::is_none")]
    endpoint: Option<String>,
    health: Health,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    name: String,
    state: String,
    version: String,
    endpoint: String,
    health: String,
    health_reason: Option<String>,
    http_status: Option<i64>,
    response_time_ms: Option<i64>,
    checked_at: Option<Timestamp>,
}

impl From<Row> for Running {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            name: row.name,
            state: row.state,
            version: row.version,
            endpoint: Some(row.endpoint).filter(|it| !it.is_empty()),
            health: Health {
                status: row.health,
                reason: row.health_reason,
                status_code: row.http_status,
                response_time_ms: row.response_time_ms,
                checked_at: row.checked_at,
            },
        }
    }
}

/// Those that run a server, of the workspaces that a reader is in.
pub(crate) async fn of_package(
    connection: &mut Connection,
    reader: &Reader,
    package: &str,
) -> Result<Vec<Running>, DbError> {
    let rows: Vec<Row> = fetch_all!(
        connection,
        "SELECT id, name, CASE WHEN idle_since IS NULL THEN state ELSE 'idle' END AS state, version, endpoint,
                health, health_reason, http_status, response_time_ms, checked_at
         FROM deployments
         WHERE package = $1
               AND (workspace_id = $2
                    OR EXISTS (SELECT 1 FROM members
                               WHERE members.workspace_id = deployments.workspace_id AND members.user_id = $3))
         ORDER BY name LIMIT $4",
        package,
        &reader.workspace,
        &reader.user,
        SHOWN
    )?;
    Ok(rows.into_iter().map(Running::from).collect())
}

/// The names of those that run a server of the workspace, or could again.
pub(crate) async fn names_of(
    connection: &mut Connection,
    tenant: &Tenant,
    package: &str,
) -> Result<Vec<String>, DbError> {
    let rows: Vec<(String,)> = fetch_all!(
        connection,
        "SELECT name FROM deployments WHERE workspace_id = $1 AND package = $2 ORDER BY name LIMIT $3",
        &tenant.id,
        package,
        SHOWN
    )?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}
