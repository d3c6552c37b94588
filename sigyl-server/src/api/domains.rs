//! Names of the user's own at which a deployment answers.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    routing::{delete as deletes, get as gets, post},
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use sigyl_deploy::backend::{Domain, DomainName};

use super::deploy::named;
use crate::{
    accounts::{Role, Scope},
    app::App,
    audit::{Chain, Event, record},
    deployments,
    http::{Access, ApiError, Body, Created, Endpoint, Method, Page, Principal, Tenant, schema},
};

/// All of them.
pub(super) static LIST: Endpoint = Endpoint {
    id: "list_deployment_domains",
    path: "/api/v1/deployments/{id}/domains",
    summary: "Names of the user's own at which a deployment answers, each with the records to set in the DNS and how far it is.",
    access: Access::Member(Role::Viewer, Scope::Read),
    response: Some(schema::<Page<Domain>>),
    handler: || gets(list),
    ..Endpoint::PLAIN
};

/// Gives one.
pub(super) static ADD: Endpoint = Endpoint {
    id: "add_deployment_domain",
    method: Method::Post,
    path: "/api/v1/deployments/{id}/domains",
    summary: "Give a deployment a name of the user's own, where its backend has them; one that it has stays as it is.",
    access: Access::Member(Role::Developer, Scope::Deploy),
    request: Some(schema::<New>),
    status: 201,
    response: Some(schema::<Domain>),
    handler: || post(add),
    ..Endpoint::PLAIN
};

/// Takes one away.
pub(super) static REMOVE: Endpoint = Endpoint {
    id: "remove_deployment_domain",
    method: Method::Delete,
    path: "/api/v1/deployments/{id}/domains/{name}",
    summary: "Take a name away from a deployment.",
    access: Access::Member(Role::Developer, Scope::Deploy),
    status: 204,
    handler: || deletes(remove),
    ..Endpoint::PLAIN
};

/// Which name.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct New {
    /// The name: `mcp.example.com`.
    #[schemars(length(max = 253), extend("pattern" = crate::http::pattern::DOMAIN))]
    name: String,
}

async fn list(
    State(app): State<App>,
    tenant: Tenant,
    Path(id): Path<String>,
) -> Result<Json<Page<Domain>>, ApiError> {
    let mut connection = app.db.connection().await?;
    let row = named(&mut connection, &tenant, &id).await?;
    drop(connection);
    let items = deployments::domains::list(&app, &row).await?;
    Ok(Json(Page { items, next_cursor: None }))
}

async fn add(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Path(id): Path<String>,
    Body(new): Body<New>,
) -> Result<Created<Domain>, ApiError> {
    let name = DomainName::parse(&new.name)
        .ok_or_else(|| ApiError::invalid("name: a name of the DNS, as mcp.example.com"))?;
    let mut connection = app.db.connection().await?;
    let row = named(&mut connection, &tenant, &id).await?;
    drop(connection);
    deployments::domains::offered(&app, &row).await?;
    tell(&app, &principal, &tenant, "deployment.add_domain", (&row.id, &name)).await?;
    deployments::domains::add(&app, &row, &name).await.map(Created)
}

async fn remove(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Path((id, name)): Path<(String, String)>,
) -> Result<StatusCode, ApiError> {
    let mut connection = app.db.connection().await?;
    let row = named(&mut connection, &tenant, &id).await?;
    drop(connection);
    let name = DomainName::parse(&name).ok_or_else(|| ApiError::not_found("domain"))?;
    deployments::domains::offered(&app, &row).await?;
    tell(&app, &principal, &tenant, "deployment.remove_domain", (&row.id, &name)).await?;
    match deployments::domains::remove(&app, &row, &name).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(ApiError::not_found("domain")),
    }
}

/// Before it is asked of a backend, so that nothing is done there that no entry tells of.
async fn tell(
    app: &App,
    principal: &Principal,
    tenant: &Tenant,
    action: &'static str,
    (deployment, name): (&str, &DomainName),
) -> Result<(), ApiError> {
    let event = Event::done(action, "deployment", deployment).with(json!({ "domain": name }));
    let mut transaction = app.db.begin().await?;
    let now = app.clock.now();
    record(&mut transaction, Chain::Workspace(&tenant.id), principal.caller(), now, event).await?;
    Ok(transaction.commit().await?)
}
