//! API keys.

use std::time::Duration;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    routing::{delete as deletes, get as gets, patch, post},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    accounts::{
        self, Role, Scope,
        api_keys::{self, ApiKey, NewKey},
    },
    app::App,
    audit::{Chain, Event, record},
    clock::Timestamp,
    db::Connection,
    http::{
        Access, ApiError, Body, Created, Endpoint, Method, Page, PageQuery, Principal, QueryOf, Tenant, Via,
        schema,
    },
    id::ApiKeyId,
};

/// How long an old key may be used beside its successor.
const OVERLAP_DEFAULT_S: u64 = 86_400;
const OVERLAP_MAX_S: u64 = 30 * 86_400;

/// Keys.
pub(super) static LIST: Endpoint = Endpoint {
    id: "list_keys",
    path: "/api/v1/keys",
    summary: "The caller's keys in the workspace; an admin's answer has everybody's.",
    access: Access::Member(Role::Viewer, Scope::Read),
    query: Some(schema::<PageQuery>),
    response: Some(schema::<Page<ApiKey>>),
    handler: || gets(list),
    ..Endpoint::PLAIN
};

/// Makes a key.
pub(super) static CREATE: Endpoint = Endpoint {
    id: "create_key",
    method: Method::Post,
    path: "/api/v1/keys",
    summary: "Make a key; the answer has its token, which is shown once.",
    access: Access::Member(Role::Viewer, Scope::Admin),
    request: Some(schema::<NewApiKey>),
    status: 201,
    response: Some(schema::<WithToken>),
    handler: || post(create),
    ..Endpoint::PLAIN
};

/// A key.
pub(super) static GET: Endpoint = Endpoint {
    id: "get_key",
    path: "/api/v1/keys/{id}",
    summary: "A key of the caller; an admin sees everybody's.",
    access: Access::Member(Role::Viewer, Scope::Read),
    response: Some(schema::<ApiKey>),
    handler: || gets(get),
    ..Endpoint::PLAIN
};

/// Changes a key.
pub(super) static UPDATE: Endpoint = Endpoint {
    id: "update_key",
    method: Method::Patch,
    path: "/api/v1/keys/{id}",
    summary: "Rename a key, or let it work or not.",
    access: Access::Member(Role::Viewer, Scope::Admin),
    request: Some(schema::<Change>),
    response: Some(schema::<ApiKey>),
    handler: || patch(update),
    ..Endpoint::PLAIN
};

/// Deletes a key.
pub(super) static DELETE: Endpoint = Endpoint {
    id: "delete_key",
    method: Method::Delete,
    path: "/api/v1/keys/{id}",
    summary: "Delete a key.",
    access: Access::Member(Role::Viewer, Scope::Admin),
    status: 204,
    handler: || deletes(delete),
    ..Endpoint::PLAIN
};

/// Rotates a key.
pub(super) static ROTATE: Endpoint = Endpoint {
    id: "rotate_key",
    method: Method::Post,
    path: "/api/v1/keys/{id}/rotate",
    summary: "Make a key's successor; the old one works for a while longer.",
    access: Access::Member(Role::Viewer, Scope::Admin),
    request: Some(schema::<Rotate>),
    status: 201,
    response: Some(schema::<WithToken>),
    handler: || post(rotate),
    ..Endpoint::PLAIN
};

/// A key that is about to be.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewApiKey {
    name: String,
    /// What it may do; no more than its maker may.
    #[schemars(length(min = 1))]
    scopes: Vec<Scope>,
    /// When it ends; never when absent.
    expires_at: Option<Timestamp>,
}

/// A key and its token.
#[derive(Debug, Serialize, JsonSchema)]
struct WithToken {
    #[serde(flatten)]
    key: ApiKey,
    /// Shown once.
    token: String,
}

/// What to change; what is absent stays.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Change {
    name: Option<String>,
    is_active: Option<bool>,
}

/// How a key is rotated.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Rotate {
    /// How long the old key works beside the new one, in seconds; a day when absent.
    #[schemars(range(max = 2_592_000))]
    overlap_s: Option<u64>,
}

async fn list(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    QueryOf(page): QueryOf<PageQuery>,
) -> Result<Json<Page<ApiKey>>, ApiError> {
    let limit = page.limit()?;
    let after: String = match &page.cursor {
        Some(cursor) => app.cursors.read(LIST.id, cursor)?,
        None => String::new(),
    };
    let own = (tenant.role < Role::Admin).then_some(&principal.user);
    let mut connection = app.db.connection().await?;
    let items = api_keys::list(&mut connection, &tenant, own, &after, i64::from(limit) + 1).await?;
    Page::of(items, limit, |key| app.cursors.write(LIST.id, &key.id)).map(Json)
}

async fn create(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Body(new): Body<NewApiKey>,
) -> Result<Created<WithToken>, ApiError> {
    let name = accounts::display_name(&new.name)?;
    let mut scopes = new.scopes;
    scopes.sort_unstable();
    scopes.dedup();
    let now = app.clock.now();
    if scopes.is_empty() {
        return Err(ApiError::invalid("scopes: name at least one"));
    }
    if new.expires_at.is_some_and(|at| at <= now) {
        return Err(ApiError::invalid("expires_at: lies in the past"));
    }
    refuse_more(&principal, &tenant, &scopes)?;
    let mut transaction = app.db.begin().await?;
    let new = NewKey { user: &principal.user, name: &name, scopes: &scopes, expires_at: new.expires_at };
    let made = make(&mut transaction, &tenant, &new, now).await?;
    let event =
        Event::done("api-key.create", "api-key", made.key.id.as_str()).with(json!({ "scopes": scopes }));
    record(&mut transaction, Chain::Workspace(&tenant.id), principal.caller(), now, event).await?;
    transaction.commit().await?;
    Ok(Created(made))
}

/// A key is given no more than its maker's role allows, and by a key no more than that key has.
fn refuse_more(principal: &Principal, tenant: &Tenant, scopes: &[Scope]) -> Result<(), ApiError> {
    for scope in scopes {
        let by_role = tenant.role.scopes().contains(scope);
        let by_key = match &principal.via {
            Via::Session(_) => true,
            Via::Key { scopes, .. } => scopes.contains(scope),
        };
        if !by_role || !by_key {
            return Err(ApiError::forbidden(format!("you may not give the scope {}", scope.as_str())));
        }
    }
    Ok(())
}

async fn make(
    transaction: &mut Connection,
    tenant: &Tenant,
    new: &NewKey<'_>,
    now: Timestamp,
) -> Result<WithToken, ApiError> {
    let (id, token) = api_keys::insert(transaction, tenant, new, now).await?;
    let key = api_keys::get(transaction, tenant, &id).await?.ok_or_else(|| ApiError::not_found("key"))?;
    Ok(WithToken { key, token: token.reveal().to_owned() })
}

/// The key, where the caller may see it.
async fn found(
    connection: &mut Connection,
    tenant: &Tenant,
    principal: &Principal,
    id: &str,
) -> Result<ApiKey, ApiError> {
    let missing = || ApiError::not_found("key");
    let id = ApiKeyId::parse(id).ok_or_else(missing)?;
    let key = api_keys::get(connection, tenant, &id).await?;
    key.filter(|key| tenant.role >= Role::Admin || key.user_id == principal.user).ok_or_else(missing)
}

async fn get(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Path(id): Path<String>,
) -> Result<Json<ApiKey>, ApiError> {
    let mut connection = app.db.connection().await?;
    found(&mut connection, &tenant, &principal, &id).await.map(Json)
}

async fn update(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Path(id): Path<String>,
    Body(change): Body<Change>,
) -> Result<Json<ApiKey>, ApiError> {
    let name = change.name.as_deref().map(accounts::display_name).transpose()?;
    let mut transaction = app.db.begin().await?;
    let key = found(&mut transaction, &tenant, &principal, &id).await?;
    api_keys::update(&mut transaction, &tenant, &key.id, name.as_deref(), change.is_active).await?;
    let event = Event::done("api-key.update", "api-key", key.id.as_str())
        .with(json!({ "name": name, "is_active": change.is_active }));
    record(&mut transaction, Chain::Workspace(&tenant.id), principal.caller(), app.clock.now(), event)
        .await?;
    let key = found(&mut transaction, &tenant, &principal, &id).await?;
    transaction.commit().await?;
    Ok(Json(key))
}

async fn delete(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    let mut transaction = app.db.begin().await?;
    let key = found(&mut transaction, &tenant, &principal, &id).await?;
    api_keys::delete(&mut transaction, &tenant, &key.id).await?;
    let event = Event::done("api-key.delete", "api-key", key.id.as_str());
    record(&mut transaction, Chain::Workspace(&tenant.id), principal.caller(), app.clock.now(), event)
        .await?;
    transaction.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn rotate(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Path(id): Path<String>,
    Body(rotate): Body<Rotate>,
) -> Result<Created<WithToken>, ApiError> {
    let overlap_s = rotate.overlap_s.unwrap_or(OVERLAP_DEFAULT_S);
    if overlap_s > OVERLAP_MAX_S {
        return Err(ApiError::invalid("overlap_s: at most 30 days"));
    }
    let now = app.clock.now();
    let mut transaction = app.db.begin().await?;
    let old = found(&mut transaction, &tenant, &principal, &id).await?;
    // Its token goes to whoever rotates it: nobody gets another member's key that way.
    if old.user_id != principal.user {
        return Err(ApiError::forbidden("a key is rotated by the member whose it is"));
    }
    if !old.is_active || old.expires_at.is_some_and(|at| at <= now) {
        return Err(ApiError::conflict("this key does not work any more; make a new one"));
    }
    refuse_more(&principal, &tenant, &old.scopes)?;
    let new = NewKey {
        user: &principal.user,
        name: &old.name,
        scopes: &old.scopes,
        // A key that had a time to live gets the same again.
        expires_at: old.expires_at.map(|at| now.after(at.since(old.created_at))),
    };
    let made = make(&mut transaction, &tenant, &new, now).await?;
    api_keys::end_at(&mut transaction, &tenant, &old.id, now.after(Duration::from_secs(overlap_s))).await?;
    let event = Event::done("api-key.rotate", "api-key", old.id.as_str())
        .with(json!({ "successor": made.key.id, "overlap_s": overlap_s }));
    record(&mut transaction, Chain::Workspace(&tenant.id), principal.caller(), now, event).await?;
    transaction.commit().await?;
    Ok(Created(made))
}
