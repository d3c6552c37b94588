//! What changes the registry by the official API: publishing, how versions stand, mends.

use std::collections::HashMap;

use axum::{
    Json,
    extract::{Path, State},
    routing::{delete as deletes, patch, post, put},
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use sigyl_core::Digest;

use super::registry::{OPEN, VERSION, name, version_in};
use crate::{
    accounts::{Role, Scope},
    app::App,
    audit::{Caller, Chain, Event, record},
    http::{Access, ApiError, Author, Body, Code, Endpoint, Method, Principal, Tenant, schema},
    registry::{self, By, Listed, Owned, Reader, Row, ServerResponse, Status, Validation, Visibility},
};

/// Longest word on why a version stands as it does, characters.
const MESSAGE_CHARS_MAX: usize = 500;

/// Publishes.
pub(super) static PUBLISH: Endpoint = Endpoint {
    id: "publish_registry_version",
    method: Method::Post,
    path: "/v0.1/publish",
    aliases: &["/v0/publish"],
    summary: "Publish a version of a server for the workspace.",
    access: Access::Member(Role::Developer, Scope::Publish),
    is_for_publishers: true,
    request: Some(schema::<registry::ServerDocument>),
    response: Some(schema::<ServerResponse>),
    handler: || post(publish),
    ..OPEN
};

/// Checks.
pub(super) static VALIDATE: Endpoint = Endpoint {
    id: "validate_registry_document",
    method: Method::Post,
    path: "/v0.1/validate",
    aliases: &["/v0/validate"],
    summary: "Say everything that is wrong with a server.json.",
    request: Some(schema::<Value>),
    response: Some(schema::<Validation>),
    handler: || post(validate),
    ..OPEN
};

/// Changes how a version stands.
pub(super) static STATUS: Endpoint = Endpoint {
    id: "update_registry_status",
    method: Method::Patch,
    path: "/v0.1/servers/{server}/versions/{version}/status",
    aliases: &[
        "/v0/servers/{server}/versions/{version}/status",
        "/v0.1/servers/{server}/{name}/versions/{version}/status",
        "/v0/servers/{server}/{name}/versions/{version}/status",
    ],
    summary: "Say that a version is active, deprecated or deleted.",
    access: Access::Member(Role::Developer, Scope::Publish),
    is_for_publishers: true,
    request: Some(schema::<NewStatus>),
    response: Some(schema::<ServerResponse>),
    handler: || patch(status),
    ..OPEN
};

/// Changes how all versions stand.
pub(super) static STATUS_ALL: Endpoint = Endpoint {
    id: "update_registry_status_all",
    method: Method::Patch,
    path: "/v0.1/servers/{server}/status",
    aliases: &[
        "/v0/servers/{server}/status",
        "/v0.1/servers/{server}/{name}/status",
        "/v0/servers/{server}/{name}/status",
    ],
    summary: "Say that all versions of a server are active, deprecated or deleted.",
    access: Access::Member(Role::Developer, Scope::Publish),
    is_for_publishers: true,
    request: Some(schema::<NewStatus>),
    response: Some(schema::<Listed>),
    handler: || patch(status_all),
    ..OPEN
};

/// Mends what a version's document says.
pub(super) static EDIT: Endpoint = Endpoint {
    id: "edit_registry_version",
    method: Method::Put,
    path: "/v0.1/servers/{server}/versions/{version}",
    aliases: VERSION.aliases,
    summary: "Mend what a version's document says about it; its name, its version, its packages and remotes stay.",
    access: Access::Member(Role::Admin, Scope::Publish),
    request: Some(schema::<registry::ServerDocument>),
    response: Some(schema::<ServerResponse>),
    handler: || put(edit),
    ..OPEN
};

/// Deletes a version.
pub(super) static DELETE: Endpoint = Endpoint {
    id: "delete_registry_version",
    method: Method::Delete,
    path: "/v0.1/servers/{server}/versions/{version}",
    aliases: VERSION.aliases,
    summary: "Delete a version: it is hidden, and its number is not used again.",
    access: Access::Member(Role::Developer, Scope::Publish),
    response: Some(schema::<ServerResponse>),
    handler: || deletes(delete),
    ..OPEN
};

/// How a version stands from now on.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct NewStatus {
    status: Status,
    /// Why; not for what is active.
    status_message: Option<String>,
}

async fn publish(
    State(app): State<App>,
    author: Author,
    Body(value): Body<Value>,
) -> Result<Json<ServerResponse>, ApiError> {
    // What is wrong with a document is told before whose name it has: a name that is none is nobody's.
    let (document, found) = registry::check(&value);
    let document = document.ok_or_else(|| ApiError::invalid(found.told()))?;
    let author = author.at(&app, &document.name).await?;
    let by = By { user: author.user.as_ref(), caller: &author.caller };
    registry::publish_as(&app, &author.tenant, &value, None, by).await.map(Json)
}

/// Publishes a document for the workspace, and says who sees the server where that is said.
pub(super) async fn publish_document(
    app: &App,
    principal: &Principal,
    tenant: &Tenant,
    value: &Value,
    visibility: Option<Visibility>,
) -> Result<ServerResponse, ApiError> {
    let by = By { user: Some(&principal.user), caller: principal.caller() };
    registry::publish_as(app, tenant, value, visibility, by).await
}

async fn validate(Body(value): Body<Value>) -> Json<Validation> {
    Json(registry::check(&value).1)
}

impl NewStatus {
    fn message(&self) -> Result<Option<&str>, ApiError> {
        let message = self.status_message.as_deref().filter(|text| !text.is_empty());
        match message {
            Some(_) if self.status == Status::Active => {
                Err(ApiError::invalid("statusMessage: what is active needs no reason"))
            }
            Some(text) if text.chars().count() > MESSAGE_CHARS_MAX => {
                Err(ApiError::invalid("statusMessage: at most 500 characters"))
            }
            message => Ok(message),
        }
    }
}

/// Changes the status of one version, or of all. What is already so is told as a mistake, as the official registry does.
async fn change(
    app: &App,
    caller: &Caller,
    tenant: &Tenant,
    (name, version): (&str, Option<&str>),
    (status, message): (Status, Option<&str>),
) -> Result<Vec<Row>, ApiError> {
    let now = app.clock.now();
    let mut transaction = app.db.begin().await?;
    let server: Option<Owned> = registry::server_of(&mut transaction, tenant, name, now).await?;
    let missing = || ApiError::new(Code::NotFound, "Server not found");
    let server = server.ok_or_else(missing)?;
    if let Some(version) = version {
        let reader = Reader::of(tenant);
        let row = registry::version(&mut transaction, &reader, name, version, true).await?;
        row.filter(|row| row.version == version).ok_or_else(missing)?;
    }
    let rows = registry::change_status(&mut transaction, &server, version, status, message, now).await?;
    if rows.is_empty() {
        return Err(ApiError::invalid("status: nothing would change"));
    }
    let object = version.map_or(name.to_owned(), |version| format!("{name}@{version}"));
    let event = Event::done("server.status", "server", &object)
        .with(json!({ "status": status, "versions": rows.len() }));
    record(&mut transaction, Chain::Workspace(&tenant.id), caller, now, event).await?;
    transaction.commit().await?;
    Ok(rows)
}

fn only(rows: Vec<Row>) -> Result<Json<ServerResponse>, ApiError> {
    let row = rows.into_iter().next().ok_or_else(|| ApiError::not_found("server"))?;
    ServerResponse::of(row).map(Json)
}

async fn status(
    State(app): State<App>,
    author: Author,
    Path(path): Path<HashMap<String, String>>,
    Body(new): Body<NewStatus>,
) -> Result<Json<ServerResponse>, ApiError> {
    let name = name(&path);
    let author = author.at(&app, &name).await?;
    let at = (&*name, Some(version_in(&path)));
    only(change(&app, &author.caller, &author.tenant, at, (new.status, new.message()?)).await?)
}

async fn status_all(
    State(app): State<App>,
    author: Author,
    Path(path): Path<HashMap<String, String>>,
    Body(new): Body<NewStatus>,
) -> Result<Json<Listed>, ApiError> {
    let name = name(&path);
    let author = author.at(&app, &name).await?;
    let change_to = (new.status, new.message()?);
    let rows = change(&app, &author.caller, &author.tenant, (&name, None), change_to).await?;
    let servers = rows.into_iter().map(ServerResponse::of).collect::<Result<Vec<_>, _>>()?;
    Ok(Json(Listed { updated_count: servers.len(), servers }))
}

async fn delete(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Path(path): Path<HashMap<String, String>>,
) -> Result<Json<ServerResponse>, ApiError> {
    let at = (&*name(&path), Some(version_in(&path)));
    only(change(&app, principal.caller(), &tenant, at, (Status::Deleted, None)).await?)
}

async fn edit(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Path(path): Path<HashMap<String, String>>,
    Body(value): Body<Value>,
) -> Result<Json<ServerResponse>, ApiError> {
    let (document, found) = registry::check(&value);
    let document = document.ok_or_else(|| ApiError::invalid(found.told()))?;
    if document.name != name(&path) {
        return Err(ApiError::invalid("name: a server cannot be renamed"));
    }
    if document.version != version_in(&path) {
        return Err(ApiError::invalid("version: is another than the address says"));
    }
    let now = app.clock.now();
    let mut transaction = app.db.begin().await?;
    let missing = || ApiError::new(Code::NotFound, "Server not found");
    let server = registry::server_of(&mut transaction, &tenant, &document.name, now).await?;
    let server = server.ok_or_else(missing)?;
    let own = Reader::of(&tenant);
    let before = registry::version(&mut transaction, &own, &document.name, &document.version, false).await?;
    let before = before.ok_or_else(missing)?;
    let kept: Value = serde_json::from_str(&before.document).map_err(|error| ApiError::internal(&error))?;
    for part in ["packages", "remotes"] {
        if kept.get(part) != document.json.get(part) {
            return Err(ApiError::invalid(format!(
                "{part}: what runs is never changed; publish another version"
            )));
        }
    }
    registry::edit(&mut transaction, &server, &document, now).await?;
    let object = format!("{}@{}", document.name, document.version);
    let digest = |text: &str| Digest::of(text.as_bytes()).to_string();
    let event = Event::done("server.edit", "server", &object)
        .with(json!({ "from": digest(&before.document), "to": digest(&document.json.to_string()) }));
    record(&mut transaction, Chain::Workspace(&tenant.id), principal.caller(), now, event).await?;
    let row = registry::version(&mut transaction, &own, &document.name, &document.version, false).await?;
    let row = row.ok_or_else(missing)?;
    transaction.commit().await?;
    ServerResponse::of(row).map(Json)
}
