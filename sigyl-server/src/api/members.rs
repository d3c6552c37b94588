//! Members of a workspace.

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
    accounts::{Role, Scope, members, workspaces},
    app::App,
    audit::{Chain, Event, record},
    db::Connection,
    http::{Access, ApiError, Body, Endpoint, Method, Page, PageQuery, Principal, QueryOf, Tenant, schema},
};

/// Members.
pub(super) static LIST: Endpoint = Endpoint {
    id: "list_members",
    path: "/api/v1/workspaces/{workspace}/members",
    summary: "Members of a workspace.",
    access: Access::Member(Role::Viewer, Scope::Read),
    query: Some(schema::<PageQuery>),
    response: Some(schema::<Page<members::Member>>),
    handler: || get(list),
    ..Endpoint::PLAIN
};

/// Changes a role.
pub(super) static UPDATE: Endpoint = Endpoint {
    id: "update_member",
    method: Method::Patch,
    path: "/api/v1/workspaces/{workspace}/members/{user}",
    summary: "Change a member's role. Owners are made and changed by owners alone.",
    access: Access::Member(Role::Admin, Scope::Admin),
    request: Some(schema::<NewRole>),
    response: Some(schema::<members::Member>),
    handler: || patch(update),
    ..Endpoint::PLAIN
};

/// Removes a member.
pub(super) static DELETE: Endpoint = Endpoint {
    id: "delete_member",
    method: Method::Delete,
    path: "/api/v1/workspaces/{workspace}/members/{user}",
    summary: "Remove a member with the member's keys; anyone may leave.",
    access: Access::Member(Role::Viewer, Scope::Admin),
    status: 204,
    handler: || deletes(delete),
    ..Endpoint::PLAIN
};

/// A role.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewRole {
    role: Role,
}

/// What the path names.
#[derive(Debug, Deserialize)]
struct Named {
    user: String,
}

async fn list(
    State(app): State<App>,
    tenant: Tenant,
    QueryOf(page): QueryOf<PageQuery>,
) -> Result<Json<Page<members::Member>>, ApiError> {
    let limit = page.limit()?;
    let after: String = match &page.cursor {
        Some(cursor) => app.cursors.read(LIST.id, cursor)?,
        None => String::new(),
    };
    let mut connection = app.db.connection().await?;
    let items = members::list(&mut connection, &tenant, &after, i64::from(limit) + 1).await?;
    Page::of(items, limit, |member| app.cursors.write(LIST.id, &member.user_id)).map(Json)
}

async fn member(
    connection: &mut Connection,
    tenant: &Tenant,
    named: &str,
) -> Result<members::Member, ApiError> {
    members::get(connection, tenant, named).await?.ok_or_else(|| ApiError::not_found("member"))
}

async fn update(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Path(named): Path<Named>,
    Body(new): Body<NewRole>,
) -> Result<Json<members::Member>, ApiError> {
    let now = app.clock.now();
    let mut transaction = app.db.begin().await?;
    workspaces::lock(&mut transaction, &tenant, now).await?;
    let before = member(&mut transaction, &tenant, &named.user).await?;
    if tenant.role < Role::Owner && (before.role == Role::Owner || new.role == Role::Owner) {
        return Err(ApiError::forbidden("this needs the role owner"));
    }
    members::set_role(&mut transaction, &tenant, &before.user_id, new.role).await?;
    refuse_without_owner(&mut transaction, &tenant).await?;
    let event = Event::done("member.update", "user", before.user_id.as_str())
        .with(json!({ "from": before.role, "to": new.role }));
    record(&mut transaction, Chain::Workspace(&tenant.id), principal.caller(), now, event).await?;
    transaction.commit().await?;
    Ok(Json(members::Member { role: new.role, ..before }))
}

async fn delete(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Path(named): Path<Named>,
) -> Result<StatusCode, ApiError> {
    let now = app.clock.now();
    let mut transaction = app.db.begin().await?;
    workspaces::lock(&mut transaction, &tenant, now).await?;
    let gone = member(&mut transaction, &tenant, &named.user).await?;
    let leaves = gone.user_id == principal.user;
    let may = tenant.role >= Role::Admin && (tenant.role == Role::Owner || gone.role < Role::Owner);
    if !leaves && !may {
        return Err(ApiError::forbidden("this needs the role admin, and owner for an owner"));
    }
    members::remove(&mut transaction, &tenant, &gone.user_id).await?;
    refuse_without_owner(&mut transaction, &tenant).await?;
    let event =
        Event::done("member.delete", "user", gone.user_id.as_str()).with(json!({ "role": gone.role }));
    record(&mut transaction, Chain::Workspace(&tenant.id), principal.caller(), now, event).await?;
    transaction.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn refuse_without_owner(transaction: &mut Connection, tenant: &Tenant) -> Result<(), ApiError> {
    match members::owners(transaction, tenant).await? {
        0 => Err(ApiError::conflict("the workspace would have no owner")),
        _ => Ok(()),
    }
}
