//! Rows of deployments.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Serialize;
use sigyl_deploy::backend::DeploymentId;

use crate::{
    clock::Timestamp,
    db::{Connection, DbError, execute, fetch_all, fetch_one, fetch_optional},
    http::{ApiError, Tenant},
    id::{UserId, WorkspaceId, short},
};

/// A statement around the columns of a row.
macro_rules! with_columns {
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            " id, workspace_id, name, backend, engine, state, wanted, serving, last_release, reference, replicas, env,
              secrets, runtime, git_secret, endpoint, front_port, reason, package, version, health, health_reason, http_status,
              response_time_ms, checked_at, failures, restarts, restarted_at, created_by, created_at, updated_at, idle_stop,
              idle_since, build_secrets ",
            $after
        )
    };
}

/// A deployment, as the database keeps it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) workspace_id: WorkspaceId,
    pub(crate) name: String,
    pub(crate) backend: String,
    pub(crate) engine: String,
    pub(crate) state: String,
    pub(crate) wanted: String,
    pub(crate) serving: i64,
    pub(crate) last_release: i64,
    pub(crate) reference: String,
    pub(crate) replicas: i64,
    pub(crate) env: String,
    pub(crate) secrets: String,
    pub(crate) runtime: String,
    pub(crate) git_secret: String,
    pub(crate) endpoint: String,
    pub(crate) front_port: Option<i64>,
    pub(crate) reason: Option<String>,
    pub(crate) package: String,
    pub(crate) version: String,
    pub(crate) health: String,
    pub(crate) health_reason: Option<String>,
    pub(crate) http_status: Option<i64>,
    pub(crate) response_time_ms: Option<i64>,
    pub(crate) checked_at: Option<Timestamp>,
    pub(crate) failures: i64,
    pub(crate) restarts: i64,
    pub(crate) restarted_at: Option<Timestamp>,
    pub(crate) created_by: UserId,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) idle_stop: i64,
    pub(crate) idle_since: Option<Timestamp>,
    pub(crate) build_secrets: String,
}

impl Row {
    /// Its name at the backend.
    pub(crate) fn backend_id(&self) -> Result<DeploymentId, ApiError> {
        DeploymentId::parse(&self.id).ok_or_else(|| ApiError::not_found("deployment"))
    }

    /// Variables without secrets, by name.
    pub(crate) fn env(&self) -> IndexMap<String, String> {
        serde_json::from_str(&self.env).unwrap_or_default()
    }

    /// Names of stored secrets, by variable.
    pub(crate) fn secrets(&self) -> BTreeMap<String, String> {
        serde_json::from_str(&self.secrets).unwrap_or_default()
    }

    /// Names of stored secrets that its builds get, by the names that manifests declare.
    pub(crate) fn build_secrets(&self) -> BTreeMap<String, String> {
        serde_json::from_str(&self.build_secrets).unwrap_or_default()
    }

    /// How it is told.
    pub(crate) fn told(self) -> Deployment {
        Deployment {
            env: self.env().into_keys().collect(),
            secrets: self.secrets(),
            build_secrets: self.build_secrets(),
            health: Health {
                status: self.health,
                reason: self.health_reason,
                status_code: self.http_status,
                response_time_ms: self.response_time_ms,
                checked_at: self.checked_at,
            },
            id: self.id,
            name: self.name,
            backend: self.backend,
            state: if self.idle_since.is_some() { "idle".to_owned() } else { self.state },
            reason: self.reason,
            endpoint: Some(self.endpoint).filter(|it| !it.is_empty()),
            front_port: self.front_port,
            reference: Some(self.reference).filter(|it| !it.is_empty()),
            package: Some(self.package).filter(|it| !it.is_empty()),
            version: Some(self.version).filter(|it| !it.is_empty()),
            release: (self.serving > 0).then_some(self.serving),
            last_release: self.last_release,
            replicas: self.replicas,
            runtime: Some(self.runtime).filter(|it| !it.is_empty()),
            restarts: self.restarts,
            idle_stop: self.idle_stop,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

/// A deployment.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Deployment {
    pub(crate) id: String,
    pub(crate) name: String,
    /// Where it runs: `process`, `docker`, `swarm`, `kubernetes`, `cloud-run`, `railway`.
    pub(crate) backend: String,
    /// `pending`, `building`, `starting`, `running`, `failed`, `stopping`, `stopped`, or `idle`: stopped until somebody asks.
    pub(crate) state: String,
    /// Why it failed, or why its last release did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    /// The address for clients of MCP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) endpoint: Option<String>,
    /// The port at which it answers on the computer that runs it, for a proxy in front.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) front_port: Option<i64>,
    /// Where its source comes from; absent where it was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reference: Option<String>,
    /// What it is in the registry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) package: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<String>,
    /// The release that answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) release: Option<i64>,
    /// The last release that was made.
    pub(crate) last_release: i64,
    pub(crate) replicas: i64,
    /// The engine's runtime, where it is not its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) runtime: Option<String>,
    /// Names of its variables; values are not told.
    pub(crate) env: Vec<String>,
    /// Names of stored secrets, by variable.
    pub(crate) secrets: BTreeMap<String, String>,
    /// Names of stored secrets that its builds get, by the names that its manifest declares.
    pub(crate) build_secrets: BTreeMap<String, String>,
    /// How often it was restarted because it did not answer.
    pub(crate) restarts: i64,
    /// Minutes without a request after which it is stopped until the next one; 0 for never.
    pub(crate) idle_stop: i64,
    pub(crate) health: Health,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

/// What the last exchange of MCP with it told.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Health {
    /// `healthy`, `unhealthy` or `unknown`.
    pub(crate) status: String,
    /// Why it is not healthy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    /// The status of its answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status_code: Option<i64>,
    /// How long the exchange took, milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) response_time_ms: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) checked_at: Option<Timestamp>,
}

/// A deployment that is about to be.
pub(crate) struct NewDeployment<'a> {
    pub(crate) name: &'a str,
    pub(crate) backend: &'a str,
    pub(crate) engine: &'a str,
    pub(crate) reference: &'a str,
    pub(crate) replicas: u32,
    pub(crate) env: &'a IndexMap<String, String>,
    pub(crate) secrets: &'a BTreeMap<String, String>,
    pub(crate) build_secrets: &'a BTreeMap<String, String>,
    pub(crate) runtime: &'a str,
    /// Name of the stored secret that a private repository asks for; empty for none.
    pub(crate) git_secret: &'a str,
    /// Minutes; 0 for never.
    pub(crate) idle_stop: u32,
}

/// Makes one, which runs nothing yet. A name is taken once in a workspace.
pub(crate) async fn insert(
    transaction: &mut Connection,
    tenant: &Tenant,
    by: &UserId,
    new: &NewDeployment<'_>,
    now: Timestamp,
) -> Result<Row, ApiError> {
    let inserted: Result<Row, DbError> = fetch_one!(
        transaction,
        with_columns!("INSERT INTO deployments (id, workspace_id, name, backend, engine, state, wanted, serving, last_release,
                reference, replicas, env, secrets, runtime, git_secret, endpoint, package, version, health, failures,
                restarts,
                look_at, created_by, created_at, updated_at, idle_stop, build_secrets)
             VALUES ($1, $2, $3, $4, $5, 'pending', 'running', 0, 0, $6, $7, $8, $9, $10, $13, '', '', '', 'unknown', 0, 0,
                $11, $12, $11, $11, $14, $15)
             RETURNING", ""),
        // Backends want a letter first.
        format!("s{}", short()?),
        &tenant.id,
        new.name,
        new.backend,
        new.engine,
        new.reference,
        i64::from(new.replicas),
        json(new.env)?,
        json(new.secrets)?,
        new.runtime,
        now,
        by,
        new.git_secret,
        i64::from(new.idle_stop),
        json(new.build_secrets)?
    );
    inserted.map_err(|error| match error.is_duplicate() {
        true => ApiError::conflict(format!(
            "the workspace has a deployment with the name {} already; redeploy it, or choose another name",
            new.name
        )),
        false => error.into(),
    })
}

/// JSON of plain data.
pub(super) fn json(value: &impl Serialize) -> Result<String, ApiError> {
    serde_json::to_string(value).map_err(|error| ApiError::internal(&error))
}

/// The workspace's deployment with that id or name.
pub(crate) async fn get(
    connection: &mut Connection,
    tenant: &Tenant,
    id_or_name: &str,
) -> Result<Option<Row>, DbError> {
    of_workspace(connection, &tenant.id, id_or_name).await
}

/// The same, for work that was begun for the workspace.
pub(crate) async fn of_workspace(
    connection: &mut Connection,
    workspace: &WorkspaceId,
    id_or_name: &str,
) -> Result<Option<Row>, DbError> {
    fetch_optional!(
        connection,
        with_columns!(
            "SELECT",
            "FROM deployments WHERE workspace_id = $1 AND (id = $2 OR name = $2)
             ORDER BY CASE WHEN id = $2 THEN 0 ELSE 1 END LIMIT 1"
        ),
        workspace,
        id_or_name
    )
}

/// The workspace's deployments by name, after one.
pub(crate) async fn list(
    connection: &mut Connection,
    tenant: &Tenant,
    after: &str,
    limit: i64,
) -> Result<Vec<Row>, DbError> {
    fetch_all!(
        connection,
        with_columns!(
            "SELECT",
            "FROM deployments WHERE workspace_id = $1 AND name > $2 ORDER BY name LIMIT $3"
        ),
        &tenant.id,
        after,
        limit
    )
}

/// Deployments of these engines that should run and whose time to be looked at has come.
pub(crate) async fn watched(
    connection: &mut Connection,
    engine: &str,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<Row>, DbError> {
    fetch_all!(
        connection,
        with_columns!(
            "SELECT",
            "FROM deployments
             WHERE engine = $1 AND look_at <= $2 AND wanted = 'running' AND serving > 0
             ORDER BY look_at LIMIT $3"
        ),
        engine,
        now,
        limit
    )
}

/// Ids of all deployments, with the release that answers.
pub(super) async fn ids(connection: &mut Connection) -> Result<Vec<(String, i64)>, DbError> {
    fetch_all!(connection, "SELECT id, serving FROM deployments ORDER BY id")
}

/// Whether the workspace has any.
pub(crate) async fn any(connection: &mut Connection, tenant: &Tenant) -> Result<bool, DbError> {
    let row: Option<(String,)> = fetch_optional!(
        connection,
        "SELECT id FROM deployments WHERE workspace_id = $1 LIMIT 1",
        &tenant.id
    )?;
    Ok(row.is_some())
}

/// What of a deployment changes.
#[derive(Debug, Default)]
pub(crate) struct Change<'a> {
    pub(crate) state: Option<&'a str>,
    pub(crate) wanted: Option<&'a str>,
    pub(crate) serving: Option<i64>,
    pub(crate) endpoint: Option<&'a str>,
    pub(crate) front_port: Option<i64>,
    /// The reason; `Some(None)` forgets it.
    pub(crate) reason: Option<Option<&'a str>>,
    pub(crate) package: Option<(&'a str, &'a str)>,
    pub(crate) replicas: Option<i64>,
    /// Minutes; 0 for never.
    pub(crate) idle_stop: Option<i64>,
    pub(crate) reference: Option<&'a str>,
    pub(crate) env: Option<&'a IndexMap<String, String>>,
    pub(crate) secrets: Option<&'a BTreeMap<String, String>>,
    pub(crate) build_secrets: Option<&'a BTreeMap<String, String>>,
}

/// Changes it.
pub(crate) async fn change(
    connection: &mut Connection,
    id: &str,
    change: &Change<'_>,
    now: Timestamp,
) -> Result<(), ApiError> {
    let env = change.env.map(json).transpose()?;
    let secrets = change.secrets.map(json).transpose()?;
    let build_secrets = change.build_secrets.map(json).transpose()?;
    execute!(
        connection,
        "UPDATE deployments SET state = COALESCE($2, state), wanted = COALESCE($3, wanted),
                serving = COALESCE($4, serving), endpoint = COALESCE($5, endpoint),
                front_port = COALESCE($6, front_port),
                reason = CASE WHEN $7 = 1 THEN $8 ELSE reason END,
                package = COALESCE($9, package), version = COALESCE($10, version), replicas = COALESCE($11, replicas),
                reference = COALESCE($12, reference), env = COALESCE($13, env), secrets = COALESCE($14, secrets),
                idle_stop = COALESCE($16, idle_stop), build_secrets = COALESCE($17, build_secrets), updated_at = $15
         WHERE id = $1",
        id,
        change.state,
        change.wanted,
        change.serving,
        change.endpoint,
        change.front_port,
        i64::from(change.reason.is_some()),
        change.reason.flatten(),
        change.package.map(|it| it.0),
        change.package.map(|it| it.1),
        change.replicas,
        change.reference,
        env,
        secrets,
        now,
        change.idle_stop,
        build_secrets
    )?;
    Ok(())
}
