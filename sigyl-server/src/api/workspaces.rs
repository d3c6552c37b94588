//! Workspaces.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    routing::{delete as deletes, get as gets, patch, post},
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::{
    accounts::{self, Role, Scope, workspaces},
    app::App,
    audit::{Chain, Event, record},
    db::Connection,
    deployments,
    http::{Access, ApiError, Body, Created, Endpoint, Method, Page, Principal, Tenant, Via, schema},
    id::WorkspaceId,
    registry,
};

/// The caller's workspaces.
pub(super) static LIST: Endpoint = Endpoint {
    id: "list_workspaces",
    path: "/api/v1/workspaces",
    summary: "The workspaces that the caller is in.",
    access: Access::User(Scope::Read),
    response: Some(schema::<Page<workspaces::Workspace>>),
    handler: || gets(list),
    ..Endpoint::PLAIN
};

/// Makes a workspace.
pub(super) static CREATE: Endpoint = Endpoint {
    id: "create_workspace",
    method: Method::Post,
    path: "/api/v1/workspaces",
    summary: "Make a workspace; the caller owns it.",
    access: Access::Session,
    request: Some(schema::<NewWorkspace>),
    status: 201,
    response: Some(schema::<workspaces::Workspace>),
    handler: || post(create),
    ..Endpoint::PLAIN
};

/// A workspace.
pub(super) static GET: Endpoint = Endpoint {
    id: "get_workspace",
    path: "/api/v1/workspaces/{workspace}",
    summary: "A workspace, by id or slug.",
    access: Access::Member(Role::Viewer, Scope::Read),
    response: Some(schema::<workspaces::Workspace>),
    handler: || gets(get),
    ..Endpoint::PLAIN
};

/// Renames a workspace.
pub(super) static UPDATE: Endpoint = Endpoint {
    id: "update_workspace",
    method: Method::Patch,
    path: "/api/v1/workspaces/{workspace}",
    summary: "Change a workspace's name for people.",
    access: Access::Member(Role::Admin, Scope::Admin),
    request: Some(schema::<Rename>),
    response: Some(schema::<workspaces::Workspace>),
    handler: || patch(update),
    ..Endpoint::PLAIN
};

/// Deletes a workspace.
pub(super) static DELETE: Endpoint = Endpoint {
    id: "delete_workspace",
    method: Method::Delete,
    path: "/api/v1/workspaces/{workspace}",
    summary: "Delete a workspace and everything in it; its audit log stays. The slug is repeated to confirm.",
    access: Access::Member(Role::Owner, Scope::Admin),
    request: Some(schema::<Confirm>),
    status: 204,
    handler: || deletes(delete),
    ..Endpoint::PLAIN
};

/// A workspace that is about to be.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewWorkspace {
    /// Its name in addresses.
    slug: String,
    display_name: Option<String>,
}

/// A new name.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Rename {
    display_name: String,
}

/// That the right thing is meant.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Confirm {
    /// The workspace's slug.
    confirm: String,
}

async fn list(
    State(app): State<App>,
    principal: Principal,
) -> Result<Json<Page<workspaces::Workspace>>, ApiError> {
    let mut connection = app.db.connection().await?;
    let mut items = workspaces::of_user(&mut connection, &principal.user).await?;
    if let Via::Key { workspace, .. } = &principal.via {
        items.retain(|it| it.id == *workspace);
    }
    Ok(Json(Page { items, next_cursor: None }))
}

async fn create(
    State(app): State<App>,
    principal: Principal,
    Body(new): Body<NewWorkspace>,
) -> Result<Created<workspaces::Workspace>, ApiError> {
    let slug = accounts::workspace_slug(&new.slug)?;
    let display_name = accounts::display_name(new.display_name.as_deref().unwrap_or(&slug))?;
    let now = app.clock.now();
    let id = WorkspaceId::new(now)?;
    let mut transaction = app.db.begin().await?;
    workspaces::insert(&mut transaction, &id, &slug, &display_name, &principal.user, now).await.map_err(
        |error| match error.is_duplicate() {
            true => ApiError::conflict("this slug is taken"),
            false => error.into(),
        },
    )?;
    let event = Event::done("workspace.create", "workspace", id.as_str()).with(json!({ "slug": slug }));
    record(&mut transaction, Chain::Workspace(&id), principal.caller(), now, event).await?;
    transaction.commit().await?;
    Ok(Created(workspaces::Workspace { id, slug, display_name, created_at: now, role: Role::Owner }))
}

async fn get(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
) -> Result<Json<workspaces::Workspace>, ApiError> {
    let mut connection = app.db.connection().await?;
    found(&mut connection, &tenant, &principal).await.map(Json)
}

async fn found(
    connection: &mut Connection,
    tenant: &Tenant,
    principal: &Principal,
) -> Result<workspaces::Workspace, ApiError> {
    let found = workspaces::get(connection, tenant, &principal.user).await?;
    found.ok_or_else(|| ApiError::not_found("workspace"))
}

async fn update(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Body(rename): Body<Rename>,
) -> Result<Json<workspaces::Workspace>, ApiError> {
    let display_name = accounts::display_name(&rename.display_name)?;
    let now = app.clock.now();
    let mut transaction = app.db.begin().await?;
    workspaces::rename(&mut transaction, &tenant, &display_name, now).await?;
    let event = Event::done("workspace.update", "workspace", tenant.id.as_str())
        .with(json!({ "display_name": display_name }));
    record(&mut transaction, Chain::Workspace(&tenant.id), principal.caller(), now, event).await?;
    let workspace = found(&mut transaction, &tenant, &principal).await?;
    transaction.commit().await?;
    Ok(Json(workspace))
}

async fn delete(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Body(confirm): Body<Confirm>,
) -> Result<StatusCode, ApiError> {
    if confirm.confirm != tenant.slug {
        return Err(ApiError::invalid(format!("confirm: repeat the slug, {}", tenant.slug)));
    }
    let now = app.clock.now();
    let mut transaction = app.db.begin().await?;
    // What an engine still runs must not be forgotten.
    if deployments::any(&mut transaction, &tenant).await? {
        return Err(ApiError::conflict("the workspace has deployments; delete them first"));
    }
    registry::retire(&mut transaction, &tenant, now).await?;
    workspaces::delete(&mut transaction, &tenant).await?;
    let event =
        Event::done("workspace.delete", "workspace", tenant.id.as_str()).with(json!({ "slug": tenant.slug }));
    record(&mut transaction, Chain::Workspace(&tenant.id), principal.caller(), now, event.clone()).await?;
    // Nobody is left who could read the workspace's own chain.
    record(&mut transaction, Chain::Instance, principal.caller(), now, event).await?;
    transaction.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
