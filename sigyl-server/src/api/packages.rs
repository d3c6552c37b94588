//! The workspace's own servers in the registry: who sees them, and their end.

use std::collections::HashMap;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    routing::{delete as deletes, get, patch},
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::{
    accounts::{Role, Scope},
    app::App,
    audit::{Chain, Event, record},
    http::{Access, ApiError, Body, Endpoint, Method, Page, PageQuery, Principal, QueryOf, Tenant, schema},
    registry::{self, Owned, Visibility},
};

/// The workspace's servers.
pub(super) static LIST: Endpoint = Endpoint {
    id: "list_packages",
    path: "/api/v1/packages",
    summary: "The servers that the workspace has published, by name.",
    access: Access::Member(Role::Viewer, Scope::Read),
    query: Some(schema::<PageQuery>),
    response: Some(schema::<Page<Owned>>),
    handler: || get(list),
    ..Endpoint::PLAIN
};

/// Changes who sees one.
pub(super) static UPDATE: Endpoint = Endpoint {
    id: "update_package",
    method: Method::Patch,
    path: "/api/v1/packages/{name}",
    summary: "Change who sees a server: everybody, or the workspace. The slash of its name is written %2F.",
    access: Access::Member(Role::Developer, Scope::Publish),
    request: Some(schema::<Change>),
    response: Some(schema::<Owned>),
    handler: || patch(update),
    ..Endpoint::PLAIN
};

/// Deletes one.
pub(super) static DELETE: Endpoint = Endpoint {
    id: "delete_package",
    method: Method::Delete,
    path: "/api/v1/packages/{name}",
    summary: "Delete a server with all its versions for good; the audit log keeps the fact, and no version is published again. The name is repeated to confirm.",
    access: Access::Member(Role::Owner, Scope::Publish),
    request: Some(schema::<Confirm>),
    status: 204,
    handler: || deletes(delete),
    ..Endpoint::PLAIN
};

/// What to change.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Change {
    visibility: Visibility,
}

/// That the right thing is meant.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Confirm {
    /// The server's name.
    confirm: String,
}

fn named(path: &HashMap<String, String>) -> &str {
    path.get("name").map_or("", String::as_str)
}

async fn list(
    State(app): State<App>,
    tenant: Tenant,
    QueryOf(page): QueryOf<PageQuery>,
) -> Result<Json<Page<Owned>>, ApiError> {
    let limit = page.limit()?;
    let after: String = match &page.cursor {
        Some(cursor) => app.cursors.read(LIST.id, cursor)?,
        None => String::new(),
    };
    let mut connection = app.db.connection().await?;
    let items = registry::owned(&mut connection, &tenant, &after, i64::from(limit) + 1).await?;
    Page::of(items, limit, |server| app.cursors.write(LIST.id, &server.name)).map(Json)
}

async fn update(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Path(path): Path<HashMap<String, String>>,
    Body(change): Body<Change>,
) -> Result<Json<Owned>, ApiError> {
    let now = app.clock.now();
    let mut transaction = app.db.begin().await?;
    let server = registry::server_of(&mut transaction, &tenant, named(&path), now).await?;
    let server = server.ok_or_else(|| ApiError::not_found("server"))?;
    registry::set_visibility(&mut transaction, &server, change.visibility, now).await?;
    let event = Event::done("server.visibility", "server", &server.name)
        .with(json!({ "from": server.visibility, "to": change.visibility }));
    record(&mut transaction, Chain::Workspace(&tenant.id), principal.caller(), now, event).await?;
    transaction.commit().await?;
    Ok(Json(Owned { visibility: change.visibility, ..server }))
}

async fn delete(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Path(path): Path<HashMap<String, String>>,
    Body(confirm): Body<Confirm>,
) -> Result<StatusCode, ApiError> {
    let now = app.clock.now();
    let mut transaction = app.db.begin().await?;
    let server = registry::server_of(&mut transaction, &tenant, named(&path), now).await?;
    let server = server.ok_or_else(|| ApiError::not_found("server"))?;
    if confirm.confirm != server.name {
        return Err(ApiError::invalid(format!("confirm: repeat the name, {}", server.name)));
    }
    registry::delete(&mut transaction, &server, now).await?;
    let event =
        Event::done("server.delete", "server", &server.name).with(json!({ "id": server.id.as_str() }));
    record(&mut transaction, Chain::Workspace(&tenant.id), principal.caller(), now, event).await?;
    transaction.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
