//! What of a deployment is changed without another release.

use axum::{
    Json,
    extract::{Path, State},
    routing::patch,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::deploy::{check_idle_stop, named, no_fronts};
use crate::{
    accounts::{Role, Scope},
    app::App,
    audit::{Chain, Event, record},
    deployments::{self, Change, Deployment},
    http::{Access, ApiError, Body, Endpoint, Method, Principal, Tenant, schema},
};

/// Changes it.
pub(super) static UPDATE: Endpoint = Endpoint {
    id: "update_deployment",
    method: Method::Patch,
    path: "/api/v1/deployments/{id}",
    summary: "Change when a deployment is stopped because nobody asks for it; what runs goes on.",
    access: Access::Member(Role::Developer, Scope::Deploy),
    request: Some(schema::<Settings>),
    response: Some(schema::<Deployment>),
    handler: || patch(update),
    ..Endpoint::PLAIN
};

/// What changes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// Minutes without a request after which it is stopped until the next one, which waits for it; 0 for never.
    #[schemars(range(max = 100000))]
    idle_stop: u32,
}

async fn update(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Path(id): Path<String>,
    Body(settings): Body<Settings>,
) -> Result<Json<Deployment>, ApiError> {
    let minutes = check_idle_stop(settings.idle_stop)?;
    let mut connection = app.db.connection().await?;
    let row = named(&mut connection, &tenant, &id).await?;
    drop(connection);
    if minutes > 0
        && let Ok(backend) = app.backends.get(&row.backend).await
        && backend.fronts().is_none()
    {
        return Err(no_fronts(&row.backend));
    }
    let now = app.clock.now();
    let mut transaction = app.db.begin().await?;
    let change = Change { idle_stop: Some(i64::from(minutes)), ..Change::default() };
    deployments::change(&mut transaction, &row.id, &change, now).await?;
    let event = Event::done("deployment.update", "deployment", &row.id).with(json!({ "idle_stop": minutes }));
    record(&mut transaction, Chain::Workspace(&tenant.id), principal.caller(), now, event).await?;
    let row = named(&mut transaction, &tenant, &row.id).await?;
    transaction.commit().await?;
    Ok(Json(row.told()))
}
