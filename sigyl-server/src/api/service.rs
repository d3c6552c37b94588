//! The server itself: is it alive, is it ready, what has it counted, what does it answer.

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::{
    accounts::Scope,
    app::App,
    config::PublisherLogin,
    http::{ApiError, Code, Endpoint, Principal, RequestContext, openapi_document, schema},
};

/// Whether the process answers.
pub(super) static HEALTH: Endpoint = Endpoint {
    id: "get_health",
    path: "/health",
    aliases: &["/v0.1/health", "/v0/health"],
    summary: "Whether the process answers.",
    response: Some(schema::<Health>),
    handler: || get(health),
    ..Endpoint::PLAIN
};

/// Whether requests can be answered.
pub(super) static READY: Endpoint = Endpoint {
    id: "get_ready",
    path: "/ready",
    summary: "Whether requests can be answered: the database answers, has all migrations, and our master key.",
    response: Some(schema::<Health>),
    handler: || get(ready),
    ..Endpoint::PLAIN
};

/// What was counted.
pub(super) static METRICS: Endpoint = Endpoint {
    id: "get_metrics",
    path: "/metrics",
    summary: "What was counted since the start, for Prometheus. Answers this computer, and operators.",
    texts: &["text/plain"],
    handler: || get(metrics),
    ..Endpoint::PLAIN
};

/// The OpenAPI document.
pub(super) static OPENAPI: Endpoint = Endpoint {
    id: "get_openapi",
    path: "/openapi.json",
    summary: "This description of the API, in OpenAPI 3.1.",
    response: Some(schema::<Value>),
    handler: || get(openapi),
    ..Endpoint::PLAIN
};

/// A word about the server.
#[derive(Debug, Serialize, JsonSchema)]
struct Health {
    /// `ok`.
    status: &'static str,
    /// By which the official publisher logs people in at GitHub, where it may.
    #[serde(skip_serializing_if = "Option::is_none")]
    github_client_id: Option<String>,
}

const OK: Health = Health { status: "ok", github_client_id: None };

async fn health(State(app): State<App>) -> Json<Health> {
    let client = app.config.github_client_id.as_str();
    let is_offered = app.config.publishers.logins.contains(&PublisherLogin::GithubAt) && !client.is_empty();
    Json(Health { github_client_id: is_offered.then(|| client.to_owned()), ..OK })
}

async fn ready(State(app): State<App>) -> Result<Json<Health>, ApiError> {
    let unready = |what: &str| ApiError::new(Code::Unavailable, what);
    if let Err(error) = app.db.ping().await {
        tracing::warn!(reason = %error, "not ready");
        return Err(unready("the database does not answer"));
    }
    if !app.db.is_migrated().await? {
        return Err(unready("the database has not all migrations"));
    }
    if !crate::keys::is_current(&app.db, &app.master).await? {
        return Err(unready("the master key was replaced; this replica must start anew"));
    }
    Ok(Json(OK))
}

async fn metrics(
    State(app): State<App>,
    context: RequestContext,
    principal: Option<Principal>,
) -> Result<Response, ApiError> {
    let is_operator = principal.is_some_and(|it| it.is_operator && it.has(Scope::Admin));
    if !context.is_local && !is_operator {
        return Err(ApiError::not_found("page"));
    }
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    Ok((kind, app.metrics.render(app.db.connections(), app.traces.counted())).into_response())
}

async fn openapi() -> Json<&'static Value> {
    Json(openapi_document())
}
