//! Addresses of the registry for clients that send no key.

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
    accounts::{
        self, Role, Scope,
        read_links::{self, ReadLink},
    },
    app::App,
    audit::{Chain, Event, record},
    http::{
        Access, ApiError, Body, Created, Endpoint, Method, Page, PageQuery, Principal, QueryOf, Tenant,
        schema,
    },
    id::ReadLinkId,
};

/// The workspace's links.
pub(super) static LIST: Endpoint = Endpoint {
    id: "list_read_links",
    path: "/api/v1/workspaces/{workspace}/read-links",
    summary: "Addresses by which clients that send no key read the registry as the workspace does, without their secret part.",
    access: Access::Member(Role::Admin, Scope::Admin),
    query: Some(schema::<PageQuery>),
    response: Some(schema::<Page<ReadLink>>),
    handler: || get(list),
    ..Endpoint::PLAIN
};

/// Makes a link.
pub(super) static CREATE: Endpoint = Endpoint {
    id: "create_read_link",
    method: Method::Post,
    path: "/api/v1/workspaces/{workspace}/read-links",
    summary: "Make an address by which clients that send no key read the registry; the answer has it, once.",
    access: Access::Member(Role::Admin, Scope::Admin),
    request: Some(schema::<NewReadLink>),
    status: 201,
    response: Some(schema::<WithUrl>),
    handler: || post(create),
    ..Endpoint::PLAIN
};

/// Deletes a link.
pub(super) static DELETE: Endpoint = Endpoint {
    id: "delete_read_link",
    method: Method::Delete,
    path: "/api/v1/workspaces/{workspace}/read-links/{id}",
    summary: "Delete such an address; whoever has it reads no more.",
    access: Access::Member(Role::Admin, Scope::Admin),
    status: 204,
    handler: || deletes(delete),
    ..Endpoint::PLAIN
};

/// A link that is about to be.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewReadLink {
    /// What it is for.
    #[schemars(length(min = 1, max = 100), extend("pattern" = crate::http::pattern::SEEN))]
    name: String,
}

/// A link and its address.
#[derive(Debug, Serialize, JsonSchema)]
struct WithUrl {
    #[serde(flatten)]
    link: ReadLink,
    /// What clients are told as the registry's address. Shown once.
    url: String,
}

#[derive(Debug, Deserialize)]
struct Named {
    id: String,
}

async fn list(
    State(app): State<App>,
    tenant: Tenant,
    QueryOf(page): QueryOf<PageQuery>,
) -> Result<Json<Page<ReadLink>>, ApiError> {
    let limit = page.limit()?;
    let after: String = match &page.cursor {
        Some(cursor) => app.cursors.read(LIST.id, cursor)?,
        None => String::new(),
    };
    let mut connection = app.db.connection().await?;
    let items = read_links::list(&mut connection, &tenant, &after, i64::from(limit) + 1).await?;
    Page::of(items, limit, |link| app.cursors.write(LIST.id, &link.id)).map(Json)
}

async fn create(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Body(new): Body<NewReadLink>,
) -> Result<Created<WithUrl>, ApiError> {
    let name = accounts::display_name(&new.name)?;
    let now = app.clock.now();
    let mut transaction = app.db.begin().await?;
    let (link, token) = read_links::insert(&mut transaction, &tenant, &name, &principal.user, now).await?;
    let event = Event::done("read-link.create", "read-link", link.id.as_str()).with(json!({ "name": name }));
    record(&mut transaction, Chain::Workspace(&tenant.id), principal.caller(), now, event).await?;
    transaction.commit().await?;
    let url = format!("{}/r/{}", app.config.base(), token.reveal());
    Ok(Created(WithUrl { link, url }))
}

async fn delete(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Path(named): Path<Named>,
) -> Result<StatusCode, ApiError> {
    let missing = || ApiError::not_found("link");
    let id = ReadLinkId::parse(&named.id).ok_or_else(missing)?;
    let mut transaction = app.db.begin().await?;
    if !read_links::delete(&mut transaction, &tenant, &id).await? {
        return Err(missing());
    }
    let event = Event::done("read-link.delete", "read-link", id.as_str());
    record(&mut transaction, Chain::Workspace(&tenant.id), principal.caller(), app.clock.now(), event)
        .await?;
    transaction.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
