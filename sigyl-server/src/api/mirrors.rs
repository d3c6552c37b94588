//! Other registries that a workspace follows.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    routing::{delete as deletes, get, post},
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::{
    accounts::{Role, Scope},
    app::App,
    audit::{Chain, Event, record},
    http::{Access, ApiError, Body, Created, Endpoint, Method, Page, Principal, Tenant, schema},
    id::MirrorId,
    mirrors::{self, Mirror},
};

/// All of them.
pub(super) static LIST: Endpoint = Endpoint {
    id: "list_mirrors",
    path: "/api/v1/registry/mirrors",
    summary: "The registries that the workspace follows, and how far it is with each.",
    access: Access::Member(Role::Admin, Scope::Publish),
    response: Some(schema::<Page<Mirror>>),
    handler: || get(list),
    ..Endpoint::PLAIN
};

/// Follows one.
pub(super) static CREATE: Endpoint = Endpoint {
    id: "create_mirror",
    method: Method::Post,
    path: "/api/v1/registry/mirrors",
    summary: "Follow another registry of the official API: its versions are published for the workspace, and stand as they do there.",
    access: Access::Member(Role::Admin, Scope::Publish),
    request: Some(schema::<New>),
    status: 201,
    response: Some(schema::<Mirror>),
    handler: || post(create),
    ..Endpoint::PLAIN
};

/// Follows one no more.
pub(super) static DELETE: Endpoint = Endpoint {
    id: "delete_mirror",
    method: Method::Delete,
    path: "/api/v1/registry/mirrors/{id}",
    summary: "Follow a registry no more; what came from it stays.",
    access: Access::Member(Role::Admin, Scope::Publish),
    status: 204,
    handler: || deletes(delete),
    ..Endpoint::PLAIN
};

/// Which registry.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct New {
    /// Its address, as clients are given it: what `/v0.1/servers` stands behind.
    #[schemars(length(max = 500), extend("pattern" = crate::http::pattern::REGISTRY))]
    url: String,
    /// Names that are followed, with `*` for any letters, as `io.github.acme/*`; all where there are none.
    #[serde(default)]
    #[schemars(extend("maxItems" = 100, "items" = { "type": "string", "minLength": 1, "maxLength": 200 }))]
    allow: Vec<String>,
    /// How often it is looked at.
    #[serde(default = "hourly")]
    #[schemars(range(min = 5, max = 10_080))]
    every_minutes: i64,
}

fn hourly() -> i64 {
    60
}

async fn list(State(app): State<App>, tenant: Tenant) -> Result<Json<Page<Mirror>>, ApiError> {
    let mut connection = app.db.connection().await?;
    let items = mirrors::list(&mut connection, &tenant).await?;
    Ok(Json(Page { items, next_cursor: None }))
}

async fn create(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Body(new): Body<New>,
) -> Result<Created<Mirror>, ApiError> {
    let url = reqwest::Url::parse(&new.url).ok().filter(|url| {
        let is_plain = url.username().is_empty() && url.password().is_none();
        matches!(url.scheme(), "http" | "https")
            && is_plain
            && url.has_host()
            && url.query().is_none()
            && url.fragment().is_none()
    });
    let url = url.filter(|url| url.as_str().len() <= 500);
    let url = url.ok_or_else(|| ApiError::invalid("url: https://HOST, without user, query or fragment"))?;
    if new.allow.len() > 100 || new.allow.iter().any(|it| it.is_empty() || it.len() > 200) {
        return Err(ApiError::invalid("allow: at most 100 patterns, each of 1 to 200 bytes"));
    }
    if !(5..=10_080).contains(&new.every_minutes) {
        return Err(ApiError::invalid("every_minutes: from 5 to 10,080"));
    }
    let url = url.as_str().trim_end_matches('/');
    let now = app.clock.now();
    let mut transaction = app.db.begin().await?;
    let what = (url, new.allow.as_slice(), new.every_minutes);
    let mirror = mirrors::insert(&mut transaction, &tenant, &principal.user, what, now).await?;
    let event = Event::done("mirror.create", "mirror", mirror.id.as_str())
        .with(json!({ "url": url, "allow": new.allow }));
    record(&mut transaction, Chain::Workspace(&tenant.id), principal.caller(), now, event).await?;
    transaction.commit().await?;
    app.queued.notify_one();
    Ok(Created(mirror))
}

async fn delete(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    let missing = || ApiError::not_found("mirror");
    let id = MirrorId::parse(&id).ok_or_else(missing)?;
    let now = app.clock.now();
    let mut transaction = app.db.begin().await?;
    let url = mirrors::delete(&mut transaction, &tenant, &id).await?.ok_or_else(missing)?;
    let event = Event::done("mirror.delete", "mirror", id.as_str()).with(json!({ "url": url }));
    record(&mut transaction, Chain::Workspace(&tenant.id), principal.caller(), now, event).await?;
    transaction.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
