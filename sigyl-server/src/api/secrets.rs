//! Secrets.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    routing::{delete as deletes, get as gets, patch, post},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sigyl_core::secret::SecretText;

use crate::{
    accounts::{Role, Scope},
    app::App,
    audit::{Chain, Event, record},
    clock::Timestamp,
    db::Connection,
    http::{
        Access, ApiError, Body, Created, Endpoint, Method, Page, PageQuery, Principal, QueryOf, Tenant,
        schema,
    },
    id::StoredSecretId,
    secrets::{self, Changed, Kind, NewSecret, StoredSecret, Version},
};

/// Secrets that the caller may use.
pub(super) static LIST: Endpoint = Endpoint {
    id: "list_secrets",
    path: "/api/v1/secrets",
    summary: "The secrets of the workspace and the caller's own in it, without values.",
    access: Access::Member(Role::Viewer, Scope::Secrets),
    query: Some(schema::<PageQuery>),
    response: Some(schema::<Page<StoredSecret>>),
    handler: || gets(list),
    ..Endpoint::PLAIN
};

/// Stores a secret.
pub(super) static CREATE: Endpoint = Endpoint {
    id: "create_secret",
    method: Method::Post,
    path: "/api/v1/secrets",
    summary: "Store a secret: the caller's own, or one that the workspace shares, which needs the role developer.",
    access: Access::Member(Role::Viewer, Scope::Secrets),
    request: Some(schema::<New>),
    status: 201,
    response: Some(schema::<StoredSecret>),
    handler: || post(create),
    ..Endpoint::PLAIN
};

/// A secret.
pub(super) static GET: Endpoint = Endpoint {
    id: "get_secret",
    path: "/api/v1/secrets/{id}",
    summary: "A secret, without its value.",
    access: Access::Member(Role::Viewer, Scope::Secrets),
    response: Some(schema::<StoredSecret>),
    handler: || gets(get),
    ..Endpoint::PLAIN
};

/// Reveals a secret.
pub(super) static REVEAL: Endpoint = Endpoint {
    id: "reveal_secret",
    path: "/api/v1/secrets/{id}/value",
    summary: "A secret's value. It is audited; one that the workspace shares needs the role developer.",
    access: Access::Member(Role::Viewer, Scope::Reveal),
    response: Some(schema::<Revealed>),
    handler: || gets(reveal),
    ..Endpoint::PLAIN
};

/// Changes a secret.
pub(super) static UPDATE: Endpoint = Endpoint {
    id: "update_secret",
    method: Method::Patch,
    path: "/api/v1/secrets/{id}",
    summary: "Change a secret; a new value is a new version.",
    access: Access::Member(Role::Viewer, Scope::Secrets),
    request: Some(schema::<Change>),
    response: Some(schema::<StoredSecret>),
    handler: || patch(update),
    ..Endpoint::PLAIN
};

/// Deletes a secret.
pub(super) static DELETE: Endpoint = Endpoint {
    id: "delete_secret",
    method: Method::Delete,
    path: "/api/v1/secrets/{id}",
    summary: "Delete a secret with all its versions.",
    access: Access::Member(Role::Viewer, Scope::Secrets),
    status: 204,
    handler: || deletes(delete),
    ..Endpoint::PLAIN
};

/// Versions of a secret.
pub(super) static VERSIONS: Endpoint = Endpoint {
    id: "list_secret_versions",
    path: "/api/v1/secrets/{id}/versions",
    summary: "The versions of a secret that are kept, newest first, without values.",
    access: Access::Member(Role::Viewer, Scope::Secrets),
    response: Some(schema::<Page<Version>>),
    handler: || gets(versions),
    ..Endpoint::PLAIN
};

/// Restores a version.
pub(super) static RESTORE: Endpoint = Endpoint {
    id: "restore_secret",
    method: Method::Post,
    path: "/api/v1/secrets/{id}/restore",
    summary: "Put an earlier value back, as a new version.",
    access: Access::Member(Role::Viewer, Scope::Secrets),
    request: Some(schema::<Restore>),
    response: Some(schema::<StoredSecret>),
    handler: || post(restore),
    ..Endpoint::PLAIN
};

/// Rotates the workspace's data key.
pub(super) static ROTATE: Endpoint = Endpoint {
    id: "rotate_data_key",
    method: Method::Post,
    path: "/api/v1/workspaces/{workspace}/data-key/rotate",
    summary: "Seal with a new data key; what the old one sealed is resealed in the background.",
    access: Access::Member(Role::Owner, Scope::Admin),
    request: Some(schema::<Nothing>),
    status: 204,
    handler: || post(rotate),
    ..Endpoint::PLAIN
};

/// A secret that is about to be.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct New {
    /// A name that an environment variable can have.
    #[schemars(extend("pattern" = crate::http::pattern::VARIABLE))]
    name: String,
    /// As its kind says: of 1 to 65,536 bytes.
    #[schemars(length(min = 1, max = 65_536))]
    value: SecretText,
    #[serde(default)]
    kind: Kind,
    #[serde(default)]
    #[schemars(length(max = DESCRIPTION_CHARS_MAX))]
    description: String,
    /// The only package that it is for; for any when absent.
    #[schemars(length(min = 1, max = 200))]
    package: Option<String>,
    /// Whether the workspace shares it; the caller's own when absent.
    #[serde(default)]
    is_shared: bool,
    /// When it ends; never when absent.
    expires_at: Option<Timestamp>,
    /// After how many days its value should be changed.
    #[schemars(range(min = 1, max = 3650))]
    rotate_days: Option<i64>,
}

/// What to change; what is absent stays, what is null goes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Change {
    #[schemars(length(min = 1, max = 65_536))]
    value: Option<SecretText>,
    #[schemars(length(max = DESCRIPTION_CHARS_MAX))]
    description: Option<String>,
    #[serde(default, deserialize_with = "said")]
    #[schemars(with = "Option<Timestamp>")]
    expires_at: Option<Option<Timestamp>>,
    #[serde(default, deserialize_with = "said")]
    #[schemars(with = "Option<i64>", range(min = 1, max = 3650))]
    rotate_days: Option<Option<i64>>,
}

/// Tells null from absent.
pub(super) fn said<'de, T: Deserialize<'de>, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// Which version to put back.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Restore {
    #[schemars(range(min = 1))]
    revision: i64,
}

/// An empty object.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// A value. Not shown by `Debug`, and made only to be sent.
#[derive(Serialize, JsonSchema)]
struct Revealed {
    value: String,
    revision: i64,
}

/// Longest description, characters.
const DESCRIPTION_CHARS_MAX: usize = 500;

fn check(description: &str, rotate_days: Option<i64>) -> Result<(), ApiError> {
    if description.chars().count() > DESCRIPTION_CHARS_MAX {
        return Err(ApiError::invalid("description: at most 500 characters"));
    }
    if rotate_days.is_some_and(|days| !(1..=3650).contains(&days)) {
        return Err(ApiError::invalid("rotate_days: from 1 to 3650"));
    }
    Ok(())
}

/// The secret, where the caller may use it.
pub(super) async fn found(
    connection: &mut Connection,
    tenant: &Tenant,
    principal: &Principal,
    id: &str,
    now: Timestamp,
) -> Result<StoredSecret, ApiError> {
    let missing = || ApiError::not_found("secret");
    let id = StoredSecretId::parse(id).ok_or_else(missing)?;
    secrets::get(connection, tenant, &principal.user, &id, now).await?.ok_or_else(missing)
}

/// What the workspace shares is changed and seen by developers alone; what is one's own, by oneself.
pub(super) fn refuse_unless_may_change(tenant: &Tenant, is_shared: bool) -> Result<(), ApiError> {
    match is_shared && tenant.role < Role::Developer {
        true => Err(ApiError::forbidden("what the workspace shares needs the role developer")),
        false => Ok(()),
    }
}

async fn list(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    QueryOf(page): QueryOf<PageQuery>,
) -> Result<Json<Page<StoredSecret>>, ApiError> {
    let limit = page.limit()?;
    let after: String = match &page.cursor {
        Some(cursor) => app.cursors.read(LIST.id, cursor)?,
        None => String::new(),
    };
    let (now, count) = (app.clock.now(), i64::from(limit) + 1);
    let mut connection = app.db.connection().await?;
    let items = secrets::list(&mut connection, &tenant, &principal.user, &after, count, now).await?;
    Page::of(items, limit, |secret| app.cursors.write(LIST.id, &secret.id)).map(Json)
}

async fn create(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Body(new): Body<New>,
) -> Result<Created<StoredSecret>, ApiError> {
    refuse_unless_may_change(&tenant, new.is_shared)?;
    secrets::check_name(&new.name)?;
    secrets::check_value(new.kind, new.value.reveal())?;
    check(&new.description, new.rotate_days)?;
    let package = new.package.as_deref();
    if package.is_some_and(|package| package.is_empty() || package.len() > 200) {
        return Err(ApiError::invalid("package: 1 to 200 characters"));
    }
    let now = app.clock.now();
    let row = NewSecret {
        owner: (!new.is_shared).then_some(&principal.user),
        package,
        name: &new.name,
        kind: new.kind,
        description: &new.description,
        expires_at: new.expires_at,
        rotate_days: new.rotate_days,
    };
    let mut transaction = app.db.begin().await?;
    let id = secrets::insert(&mut transaction, &tenant, &row, now).await?;
    let secret = found(&mut transaction, &tenant, &principal, id.as_str(), now).await?;
    secrets::put(&mut transaction, &app.master, &tenant, &secret, &new.value, &principal.user, now).await?;
    let secret = found(&mut transaction, &tenant, &principal, id.as_str(), now).await?;
    let detail = json!({ "name": secret.name, "shared": new.is_shared, "package": package });
    note(&mut transaction, &tenant, &principal, "secret.create", &secret, detail, now).await?;
    transaction.commit().await?;
    Ok(Created(secret))
}

/// Audits something that was done to a secret.
async fn note(
    transaction: &mut Connection,
    tenant: &Tenant,
    principal: &Principal,
    action: &'static str,
    secret: &StoredSecret,
    detail: serde_json::Value,
    now: Timestamp,
) -> Result<(), ApiError> {
    let event = Event::done(action, "secret", secret.id.as_str()).with(detail);
    record(transaction, Chain::Workspace(&tenant.id), principal.caller(), now, event).await?;
    Ok(())
}

async fn get(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Path(id): Path<String>,
) -> Result<Json<StoredSecret>, ApiError> {
    let mut connection = app.db.connection().await?;
    found(&mut connection, &tenant, &principal, &id, app.clock.now()).await.map(Json)
}

async fn reveal(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Path(id): Path<String>,
) -> Result<Json<Revealed>, ApiError> {
    let now = app.clock.now();
    let mut transaction = app.db.begin().await?;
    let secret = found(&mut transaction, &tenant, &principal, &id, now).await?;
    refuse_unless_may_change(&tenant, secret.owner_id.is_none())?;
    let value = secrets::open(&mut transaction, &app.master, &tenant, &secret, secret.revision).await?;
    let value = value.ok_or_else(|| ApiError::not_found("secret"))?;
    let detail = json!({ "name": secret.name, "revision": secret.revision });
    note(&mut transaction, &tenant, &principal, "secret.reveal", &secret, detail, now).await?;
    // Nobody sees it unless it is written that they did.
    transaction.commit().await?;
    Ok(Json(Revealed { value: value.reveal().to_owned(), revision: secret.revision }))
}

async fn update(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Path(id): Path<String>,
    Body(change): Body<Change>,
) -> Result<Json<StoredSecret>, ApiError> {
    let now = app.clock.now();
    let mut transaction = app.db.begin().await?;
    let secret = found(&mut transaction, &tenant, &principal, &id, now).await?;
    refuse_unless_may_change(&tenant, secret.owner_id.is_none())?;
    let changed = Changed {
        description: change.description.as_deref().unwrap_or(&secret.description),
        expires_at: change.expires_at.unwrap_or(secret.expires_at),
        rotate_days: change.rotate_days.unwrap_or(secret.rotate_days),
    };
    check(changed.description, changed.rotate_days)?;
    secrets::update(&mut transaction, &tenant, &secret.id, &changed, now).await?;
    if let Some(value) = &change.value {
        secrets::check_value(secret.kind, value.reveal())?;
        secrets::put(&mut transaction, &app.master, &tenant, &secret, value, &principal.user, now).await?;
    }
    let secret = found(&mut transaction, &tenant, &principal, &id, now).await?;
    let detail = json!({ "name": secret.name, "value": change.value.is_some(), "revision": secret.revision });
    note(&mut transaction, &tenant, &principal, "secret.update", &secret, detail, now).await?;
    transaction.commit().await?;
    Ok(Json(secret))
}

async fn delete(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    let now = app.clock.now();
    let mut transaction = app.db.begin().await?;
    let secret = found(&mut transaction, &tenant, &principal, &id, now).await?;
    refuse_unless_may_change(&tenant, secret.owner_id.is_none())?;
    secrets::delete(&mut transaction, &tenant, &secret.id).await?;
    let detail = json!({ "name": secret.name });
    note(&mut transaction, &tenant, &principal, "secret.delete", &secret, detail, now).await?;
    transaction.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn versions(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Path(id): Path<String>,
) -> Result<Json<Page<Version>>, ApiError> {
    let mut connection = app.db.connection().await?;
    let secret = found(&mut connection, &tenant, &principal, &id, app.clock.now()).await?;
    let items = secrets::versions(&mut connection, &tenant, &secret).await?;
    Ok(Json(Page { items, next_cursor: None }))
}

async fn restore(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Path(id): Path<String>,
    Body(wanted): Body<Restore>,
) -> Result<Json<StoredSecret>, ApiError> {
    let now = app.clock.now();
    let mut transaction = app.db.begin().await?;
    let secret = found(&mut transaction, &tenant, &principal, &id, now).await?;
    refuse_unless_may_change(&tenant, secret.owner_id.is_none())?;
    let (user, from) = (&principal.user, wanted.revision);
    if !secrets::restore(&mut transaction, &app.master, &tenant, &secret, from, user, now).await? {
        return Err(ApiError::not_found("version"));
    }
    let secret = found(&mut transaction, &tenant, &principal, &id, now).await?;
    let detail = json!({ "name": secret.name, "from": from, "revision": secret.revision });
    note(&mut transaction, &tenant, &principal, "secret.restore", &secret, detail, now).await?;
    transaction.commit().await?;
    Ok(Json(secret))
}

async fn rotate(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Body(Nothing {}): Body<Nothing>,
) -> Result<StatusCode, ApiError> {
    let now = app.clock.now();
    let mut transaction = app.db.begin().await?;
    let key = secrets::rotate(&mut transaction, &app.master, tenant.id.as_str(), now).await?;
    let id = key.id().to_string();
    let event = Event::done("data-key.rotate", "data-key", &id);
    record(&mut transaction, Chain::Workspace(&tenant.id), principal.caller(), now, event).await?;
    transaction.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
