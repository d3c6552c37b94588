//! What is deployed, how it is, and what is done with it.

use axum::{
    Json,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{delete as deletes, get as gets, post},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::deploy::{Queued, named};
use crate::{
    accounts::{Role, Scope},
    app::App,
    audit::{Chain, Event, record},
    deployments::{self, BackendLine, Change, DeployJob, Deployment, Health, JobKind, Part, ReleaseLine},
    http::{Access, ApiError, Body, Endpoint, Method, Page, PageQuery, Principal, QueryOf, Tenant, schema},
    id::DeployJobId,
};

/// All of them.
pub(super) static LIST: Endpoint = Endpoint {
    id: "list_deployments",
    path: "/api/v1/deployments",
    summary: "The workspace's deployments by name, with how they are.",
    access: Access::Member(Role::Viewer, Scope::Read),
    query: Some(schema::<PageQuery>),
    response: Some(schema::<Page<Deployment>>),
    handler: || gets(list),
    ..Endpoint::PLAIN
};

/// One.
pub(super) static GET: Endpoint = Endpoint {
    id: "get_deployment",
    path: "/api/v1/deployments/{id}",
    summary: "A deployment, by its id or name.",
    access: Access::Member(Role::Viewer, Scope::Read),
    response: Some(schema::<Deployment>),
    handler: || gets(get),
    ..Endpoint::PLAIN
};

/// How one is.
pub(super) static HEALTH: Endpoint = Endpoint {
    id: "get_deployment_health",
    path: "/api/v1/deployments/{id}/health",
    summary: "What the last exchange of MCP with a deployment told.",
    access: Access::Member(Role::Viewer, Scope::Read),
    response: Some(schema::<Health>),
    handler: || gets(health),
    ..Endpoint::PLAIN
};

/// What one uses.
pub(super) static STATS: Endpoint = Endpoint {
    id: "get_deployment_stats",
    path: "/api/v1/deployments/{id}/stats",
    summary: "What a deployment uses now: memory, processor time, processes.",
    access: Access::Member(Role::Viewer, Scope::Read),
    response: Some(schema::<Uses>),
    handler: || gets(stats),
    ..Endpoint::PLAIN
};

/// Its releases.
pub(super) static RELEASES: Endpoint = Endpoint {
    id: "list_releases",
    path: "/api/v1/deployments/{id}/releases",
    summary: "Releases of a deployment, newest first.",
    access: Access::Member(Role::Viewer, Scope::Read),
    query: Some(schema::<PageQuery>),
    response: Some(schema::<Page<ReleaseLine>>),
    handler: || gets(releases),
    ..Endpoint::PLAIN
};

/// What was made of a release.
pub(super) static PART: Endpoint = Endpoint {
    id: "get_release_part",
    path: "/api/v1/deployments/{id}/releases/{number}/{part}",
    summary: "What was made of a release: its `report`, `plan`, `image`, `tools`, `sbom` (CycloneDX) or `provenance` (in-toto, signed).",
    access: Access::Member(Role::Viewer, Scope::Read),
    response: Some(schema::<Value>),
    handler: || gets(part),
    ..Endpoint::PLAIN
};

/// Whose signature provenance has.
pub(super) static KEY: Endpoint = Endpoint {
    id: "get_provenance_key",
    path: "/api/v1/provenance-key",
    summary: "The public key that statements of provenance are signed with, in PEM, for `sigyl verify`.",
    texts: &["application/x-pem-file"],
    handler: || gets(key),
    ..Endpoint::PLAIN
};

/// A job.
pub(super) static JOB: Endpoint = Endpoint {
    id: "get_deploy_job",
    path: "/api/v1/deploy-jobs/{id}",
    summary: "How far something is that is done with a deployment.",
    access: Access::Member(Role::Viewer, Scope::Read),
    response: Some(schema::<DeployJob>),
    handler: || gets(job),
    ..Endpoint::PLAIN
};

/// Where deployments may run.
pub(super) static BACKENDS: Endpoint = Endpoint {
    id: "list_backends",
    path: "/api/v1/backends",
    summary: "Where deployments may run, and what is not isolated there.",
    access: Access::Member(Role::Viewer, Scope::Read),
    response: Some(schema::<Page<BackendLine>>),
    handler: || gets(backends),
    ..Endpoint::PLAIN
};

/// Starts processes anew.
pub(super) static RESTART: Endpoint = Endpoint {
    id: "restart_deployment",
    method: Method::Post,
    path: "/api/v1/deployments/{id}/restart",
    summary: "End and start the processes of a deployment.",
    access: Access::Member(Role::Developer, Scope::Deploy),
    status: 202,
    response: Some(schema::<Queued>),
    handler: || post(restart),
    ..Endpoint::PLAIN
};

/// Stops.
pub(super) static STOP: Endpoint = Endpoint {
    id: "stop_deployment",
    method: Method::Post,
    path: "/api/v1/deployments/{id}/stop",
    summary: "Stop a deployment; it is started again with its release and address.",
    access: Access::Member(Role::Developer, Scope::Deploy),
    status: 202,
    response: Some(schema::<Queued>),
    handler: || post(stop),
    ..Endpoint::PLAIN
};

/// Starts.
pub(super) static START: Endpoint = Endpoint {
    id: "start_deployment",
    method: Method::Post,
    path: "/api/v1/deployments/{id}/start",
    summary: "Start a deployment that was stopped or given up.",
    access: Access::Member(Role::Developer, Scope::Deploy),
    status: 202,
    response: Some(schema::<Queued>),
    handler: || post(start),
    ..Endpoint::PLAIN
};

/// Changes how many answer.
pub(super) static SCALE: Endpoint = Endpoint {
    id: "scale_deployment",
    method: Method::Post,
    path: "/api/v1/deployments/{id}/scale",
    summary: "Change how many processes or machines answer for a deployment.",
    access: Access::Member(Role::Developer, Scope::Deploy),
    request: Some(schema::<Scale>),
    status: 202,
    response: Some(schema::<Queued>),
    handler: || post(scale),
    ..Endpoint::PLAIN
};

/// Deletes one.
pub(super) static DELETE: Endpoint = Endpoint {
    id: "delete_deployment",
    method: Method::Delete,
    path: "/api/v1/deployments/{id}",
    summary: "Delete a deployment and everything of it at its backend; its name is repeated to confirm. What is registered stays.",
    access: Access::Member(Role::Developer, Scope::Deploy),
    request: Some(schema::<Confirm>),
    status: 202,
    response: Some(schema::<Queued>),
    handler: || deletes(delete),
    ..Endpoint::PLAIN
};

/// How many.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Scale {
    #[schemars(range(min = 1, max = 100))]
    replicas: u32,
}

/// That the right thing is meant.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Confirm {
    /// The deployment's name.
    confirm: String,
    /// Whether it is forgotten here although its backend cannot be asked to free what it holds.
    #[serde(default)]
    force: bool,
}

/// What a deployment uses.
#[derive(Debug, Serialize, JsonSchema)]
struct Uses {
    memory_bytes: u64,
    memory_limit_bytes: u64,
    /// Since it was started, milliseconds; absent where the backend measures what is used now instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    cpu_total_ms: Option<u64>,
    /// What is used now, thousandths of a CPU; absent where the backend counts time.
    #[serde(skip_serializing_if = "Option::is_none")]
    cpu_millis: Option<u64>,
    /// Processes and threads; absent where the backend does not count them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pids: Option<u32>,
}

async fn list(
    State(app): State<App>,
    tenant: Tenant,
    QueryOf(page): QueryOf<PageQuery>,
) -> Result<Json<Page<Deployment>>, ApiError> {
    let limit = page.limit()?;
    let after: String = match &page.cursor {
        Some(cursor) => app.cursors.read(LIST.id, cursor)?,
        None => String::new(),
    };
    let mut connection = app.db.connection().await?;
    let rows = deployments::list(&mut connection, &tenant, &after, i64::from(limit) + 1).await?;
    let items = rows.into_iter().map(deployments::Row::told).collect();
    Page::of(items, limit, |it: &Deployment| app.cursors.write(LIST.id, &it.name)).map(Json)
}

async fn get(
    State(app): State<App>,
    tenant: Tenant,
    Path(id): Path<String>,
) -> Result<Json<Deployment>, ApiError> {
    let mut connection = app.db.connection().await?;
    Ok(Json(named(&mut connection, &tenant, &id).await?.told()))
}

async fn health(
    State(app): State<App>,
    tenant: Tenant,
    Path(id): Path<String>,
) -> Result<Json<Health>, ApiError> {
    let mut connection = app.db.connection().await?;
    Ok(Json(named(&mut connection, &tenant, &id).await?.told().health))
}

async fn stats(
    State(app): State<App>,
    tenant: Tenant,
    Path(id): Path<String>,
) -> Result<Json<Uses>, ApiError> {
    let mut connection = app.db.connection().await?;
    let row = named(&mut connection, &tenant, &id).await?;
    drop(connection);
    let stats = deployments::stats(&app, &row).await?;
    Ok(Json(Uses {
        memory_bytes: stats.memory_bytes,
        memory_limit_bytes: stats.memory_limit_bytes,
        cpu_total_ms: stats.cpu_total_ms,
        cpu_millis: stats.cpu_millis,
        pids: stats.pids,
    }))
}

async fn releases(
    State(app): State<App>,
    tenant: Tenant,
    Path(id): Path<String>,
    QueryOf(page): QueryOf<PageQuery>,
) -> Result<Json<Page<ReleaseLine>>, ApiError> {
    let limit = page.limit()?;
    let before: i64 = match &page.cursor {
        Some(cursor) => app.cursors.read(RELEASES.id, cursor)?,
        None => i64::MAX,
    };
    let mut connection = app.db.connection().await?;
    let row = named(&mut connection, &tenant, &id).await?;
    let items = deployments::lines(&mut connection, &row.id, before, i64::from(limit) + 1).await?;
    Page::of(items, limit, |line| app.cursors.write(RELEASES.id, &line.number)).map(Json)
}

async fn part(
    State(app): State<App>,
    tenant: Tenant,
    Path((id, number, part)): Path<(String, String, String)>,
) -> Result<Json<Value>, ApiError> {
    let missing = || ApiError::not_found("release");
    let number: i64 = number.parse().map_err(|_| missing())?;
    let part = match part.as_str() {
        "report" => Part::Report,
        "plan" => Part::Plan,
        "image" => Part::Image,
        "tools" => Part::Tools,
        "sbom" => Part::Sbom,
        "provenance" => Part::Provenance,
        _ => return Err(missing()),
    };
    let mut connection = app.db.connection().await?;
    let row = named(&mut connection, &tenant, &id).await?;
    deployments::part(&mut connection, &row.id, number, part).await?.map(Json).ok_or_else(missing)
}

async fn job(
    State(app): State<App>,
    tenant: Tenant,
    Path(id): Path<String>,
) -> Result<Json<DeployJob>, ApiError> {
    let missing = || ApiError::not_found("job");
    let id = DeployJobId::parse(&id).ok_or_else(missing)?;
    let mut connection = app.db.connection().await?;
    deployments::job(&mut connection, &tenant, &id).await?.map(Json).ok_or_else(missing)
}

async fn key(State(app): State<App>) -> Response {
    ([(header::CONTENT_TYPE, "application/x-pem-file")], app.signing.public().to_pem()).into_response()
}

async fn backends(State(app): State<App>) -> Json<Page<BackendLine>> {
    Json(Page { items: app.backends.lines().await, next_cursor: None })
}

async fn restart(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let event = ("deployment.restart", Value::Null);
    act(&app, (&principal, &tenant), &id, JobKind::Restart, &Change::default(), event).await
}

async fn stop(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let change = Change { wanted: Some("stopped"), ..Change::default() };
    act(&app, (&principal, &tenant), &id, JobKind::Stop, &change, ("deployment.stop", Value::Null)).await
}

async fn start(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let change = Change { wanted: Some("running"), ..Change::default() };
    act(&app, (&principal, &tenant), &id, JobKind::Start, &change, ("deployment.start", Value::Null)).await
}

async fn scale(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Path(id): Path<String>,
    Body(scale): Body<Scale>,
) -> Result<Response, ApiError> {
    if !(1..=100).contains(&scale.replicas) {
        return Err(ApiError::invalid("replicas: from 1 to 100"));
    }
    let mut connection = app.db.connection().await?;
    let row = named(&mut connection, &tenant, &id).await?;
    drop(connection);
    let most = app.backends.get(&row.backend).await.map_err(ApiError::conflict)?.capabilities().replicas_max;
    if scale.replicas > most {
        return Err(ApiError::conflict(format!("{} runs {most} at most", row.backend)));
    }
    let change = Change { replicas: Some(i64::from(scale.replicas)), ..Change::default() };
    let event = ("deployment.scale", json!({ "replicas": scale.replicas }));
    act(&app, (&principal, &tenant), &id, JobKind::Scale, &change, event).await
}

async fn delete(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Path(id): Path<String>,
    Body(confirm): Body<Confirm>,
) -> Result<Response, ApiError> {
    let mut connection = app.db.connection().await?;
    let row = named(&mut connection, &tenant, &id).await?;
    drop(connection);
    if confirm.confirm != row.name {
        return Err(ApiError::invalid(format!("confirm: repeat the name, {}", row.name)));
    }
    let kind = if confirm.force { JobKind::Forget } else { JobKind::Delete };
    let change = Change { wanted: Some("deleted"), ..Change::default() };
    let event = ("deployment.delete", json!({ "name": row.name, "force": confirm.force }));
    act(&app, (&principal, &tenant), &row.id, kind, &change, event).await
}

/// Queues what is done with a deployment.
async fn act(
    app: &App,
    (principal, tenant): (&Principal, &Tenant),
    id: &str,
    kind: JobKind,
    change: &Change<'_>,
    (action, detail): (&'static str, Value),
) -> Result<Response, ApiError> {
    let now = app.clock.now();
    let mut transaction = app.db.begin().await?;
    let row = named(&mut transaction, tenant, id).await?;
    if row.serving == 0 && !matches!(kind, JobKind::Delete | JobKind::Forget) {
        return Err(ApiError::conflict("no release of it ever answered; deploy it again"));
    }
    deployments::change(&mut transaction, &row.id, change, now).await?;
    let place = (&tenant.id, row.id.as_str(), row.engine.as_str());
    let job =
        deployments::enqueue(&mut transaction, place, (kind, row.serving), &principal.user, now).await?;
    let event = Event::done(action, "deployment", &row.id).with(detail);
    record(&mut transaction, Chain::Workspace(&tenant.id), principal.caller(), now, event).await?;
    transaction.commit().await?;
    app.deploy_queued.notify_one();
    Ok((StatusCode::ACCEPTED, Json(Queued { deployment: row.told(), job })).into_response())
}
