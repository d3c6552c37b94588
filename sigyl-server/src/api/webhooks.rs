//! Who is told when a deployment's state or health changes.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    routing::{delete as deletes, get, post},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    accounts::{Role, Scope},
    app::App,
    audit::{Chain, Event, record},
    deployments::webhooks::{self, Webhook},
    http::{Access, ApiError, Body, Created, Endpoint, Method, Page, Principal, Tenant, schema},
    id::WebhookId,
};

/// All of them.
pub(super) static LIST: Endpoint = Endpoint {
    id: "list_webhooks",
    path: "/api/v1/webhooks",
    summary: "Addresses that are told when a deployment of the workspace changes.",
    access: Access::Member(Role::Admin, Scope::Deploy),
    response: Some(schema::<Page<Webhook>>),
    handler: || get(list),
    ..Endpoint::PLAIN
};

/// Adds one.
pub(super) static CREATE: Endpoint = Endpoint {
    id: "create_webhook",
    method: Method::Post,
    path: "/api/v1/webhooks",
    summary: "Have an address told when a deployment's state or health changes, signed as Standard Webhooks say; the secret is shown once.",
    access: Access::Member(Role::Admin, Scope::Deploy),
    request: Some(schema::<New>),
    status: 201,
    response: Some(schema::<Made>),
    handler: || post(create),
    ..Endpoint::PLAIN
};

/// Takes one away.
pub(super) static DELETE: Endpoint = Endpoint {
    id: "delete_webhook",
    method: Method::Delete,
    path: "/api/v1/webhooks/{id}",
    summary: "Tell an address no more.",
    access: Access::Member(Role::Admin, Scope::Deploy),
    status: 204,
    handler: || deletes(delete),
    ..Endpoint::PLAIN
};

/// Which address.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct New {
    /// Where to send to: https://HOST/PATH, without user or fragment.
    #[schemars(length(max = 500), extend("pattern" = crate::http::pattern::WEB))]
    url: String,
}

/// One that was added, with its secret.
#[derive(Debug, Serialize, JsonSchema)]
struct Made {
    webhook: Webhook,
    /// Signs what is sent; shown once.
    secret: String,
}

async fn list(State(app): State<App>, tenant: Tenant) -> Result<Json<Page<Webhook>>, ApiError> {
    let mut connection = app.db.connection().await?;
    let items = webhooks::list(&mut connection, &tenant).await?;
    Ok(Json(Page { items, next_cursor: None }))
}

async fn create(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Body(new): Body<New>,
) -> Result<Created<Made>, ApiError> {
    let url = reqwest::Url::parse(&new.url).ok().filter(|url| {
        let is_plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        matches!(url.scheme(), "http" | "https") && is_plain && url.has_host() && url.as_str().len() <= 500
    });
    let url = url.ok_or_else(|| ApiError::invalid("url: https://HOST/PATH, without user or fragment"))?;
    let now = app.clock.now();
    let mut transaction = app.db.begin().await?;
    let webhook = webhooks::insert(&mut transaction, &tenant, &principal.user, url.as_str(), now).await?;
    let host = url.host_str().unwrap_or_default();
    let event = Event::done("webhook.create", "webhook", webhook.id.as_str()).with(json!({ "host": host }));
    record(&mut transaction, Chain::Workspace(&tenant.id), principal.caller(), now, event).await?;
    transaction.commit().await?;
    let secret = webhooks::secret_of(&app.master, &webhook.id);
    Ok(Created(Made { webhook, secret }))
}

async fn delete(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    let missing = || ApiError::not_found("webhook");
    let id = WebhookId::parse(&id).ok_or_else(missing)?;
    let now = app.clock.now();
    let mut transaction = app.db.begin().await?;
    if !webhooks::delete(&mut transaction, &tenant, &id).await? {
        return Err(missing());
    }
    let event = Event::done("webhook.delete", "webhook", id.as_str());
    record(&mut transaction, Chain::Workspace(&tenant.id), principal.caller(), now, event).await?;
    transaction.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
