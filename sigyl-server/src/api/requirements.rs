//! What a package requires, and which of the caller's secrets fill it.

use std::collections::HashMap;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    routing::{delete as deletes, get, post, put},
};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sigyl_core::{manifest::Requirement, secret::SecretText};

use super::{
    packages::{latest, named},
    registry::reader,
    secrets::{found, refuse_unless_may_change},
};
use crate::{
    accounts::{Role, Scope},
    app::App,
    audit::{Chain, Event, record},
    clock::Timestamp,
    db::Connection,
    http::{Access, ApiError, Body, Created, Endpoint, Method, Principal, QueryOf, Tenant, schema},
    registry,
    secrets::{self, Filled, NewSecret, SecretTemplate, StoredSecret},
};

/// What is there and what is missing.
pub(super) static LIST: Endpoint = Endpoint {
    id: "list_requirements",
    path: "/api/v1/packages/{name}/requirements",
    summary: "What a server's latest version requires, and which of the caller's secrets fill it: what is missing, extra, or of the wrong type.",
    access: Access::Member(Role::Viewer, Scope::Secrets),
    response: Some(schema::<Requirements>),
    handler: || get(list),
    ..Endpoint::PLAIN
};

/// Stores all that is missing.
pub(super) static CREATE: Endpoint = Endpoint {
    id: "fill_requirements",
    method: Method::Post,
    path: "/api/v1/packages/{name}/requirements",
    summary: "Store secrets for a server's requirements, by their keys: all of them or none.",
    access: Access::Member(Role::Viewer, Scope::Secrets),
    request: Some(schema::<Values>),
    status: 201,
    response: Some(schema::<Stored>),
    handler: || post(create),
    ..Endpoint::PLAIN
};

/// Says which secret fills one.
pub(super) static USE: Endpoint = Endpoint {
    id: "map_requirement",
    method: Method::Put,
    path: "/api/v1/packages/{name}/requirements/{key}",
    summary: "Say which secret fills a requirement, whatever it is called.",
    access: Access::Member(Role::Viewer, Scope::Secrets),
    request: Some(schema::<Used>),
    status: 204,
    handler: || put(use_secret),
    ..Endpoint::PLAIN
};

/// Forgets it.
pub(super) static FORGET: Endpoint = Endpoint {
    id: "unmap_requirement",
    method: Method::Delete,
    path: "/api/v1/packages/{name}/requirements/{key}",
    summary: "Forget which secret was said to fill a requirement; the one of its name does again.",
    access: Access::Member(Role::Viewer, Scope::Secrets),
    query: Some(schema::<Whose>),
    status: 204,
    handler: || deletes(forget),
    ..Endpoint::PLAIN
};

/// Secrets of common services.
pub(super) static TEMPLATES: Endpoint = Endpoint {
    id: "list_secret_templates",
    path: "/api/v1/secret-templates",
    summary: "Secrets of common services: what they look like, and where to get them.",
    response: Some(schema::<Templates>),
    handler: || get(async || Json(Templates { items: secrets::templates() })),
    ..Endpoint::PLAIN
};

/// All templates.
#[derive(Debug, Serialize, JsonSchema)]
struct Templates {
    items: &'static [SecretTemplate],
}

/// What a package requires, for the caller.
#[derive(Debug, Serialize, JsonSchema)]
struct Requirements {
    package: String,
    version: String,
    /// Whether nothing that is required has a problem.
    is_ready: bool,
    requirements: Vec<Filled>,
    /// Secrets for this package alone that fill nothing.
    extra: Vec<StoredSecret>,
}

/// Values by the keys of requirements.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Values {
    values: IndexMap<String, SecretText>,
    /// Whether the workspace shares them; the caller's own when absent.
    #[serde(default)]
    is_shared: bool,
}

/// What was stored.
#[derive(Debug, Serialize, JsonSchema)]
struct Stored {
    items: Vec<StoredSecret>,
}

/// Which secret fills a requirement.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Used {
    /// The secret's id.
    secret: String,
    /// Whether for everybody in the workspace, which needs a shared secret and the role developer.
    #[serde(default)]
    is_shared: bool,
}

/// Whose word is forgotten.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Whose {
    /// Whether what was said for everybody in the workspace.
    #[serde(default)]
    is_shared: bool,
}

/// The latest version of a package and what it requires.
async fn required(
    app: &App,
    connection: &mut Connection,
    principal: &Principal,
    tenant: &Tenant,
    name: &str,
) -> Result<(String, String, Vec<Requirement>), ApiError> {
    let mut reader = reader(app, Some(principal))?;
    // The check has seen that the caller is a member, whatever the scopes of the key.
    reader.workspace = tenant.id.to_string();
    reader.me = principal.user.to_string();
    let (_, row) = latest(connection, &reader, name).await?;
    let known = registry::facts_of(connection, &row.name, &row.version).await?.unwrap_or_default();
    Ok((row.name, row.version, known.facts.requirements))
}

async fn list(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Path(path): Path<HashMap<String, String>>,
) -> Result<Json<Requirements>, ApiError> {
    let mut connection = app.db.snapshot().await?;
    let (package, version, required) =
        required(&app, &mut connection, &principal, &tenant, named(&path)).await?;
    let (user, now) = (&principal.user, app.clock.now());
    let uses = secrets::uses(&mut connection, &tenant, user, &package).await?;
    let stored = secrets::for_package(&mut connection, &tenant, user, &package, now).await?;
    drop(connection);
    let requirements = secrets::fill(required, &uses, &stored);
    let fills = |secret: &StoredSecret| {
        requirements.iter().any(|it| it.filled_with.as_ref().is_some_and(|other| other.id == secret.id))
    };
    let extra = stored.iter().filter(|secret| secret.package.is_some() && !fills(secret)).cloned().collect();
    let is_ready = requirements.iter().all(|it| it.problem.is_none() || !it.requirement.required);
    Ok(Json(Requirements { package, version, is_ready, requirements, extra }))
}

async fn create(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Path(path): Path<HashMap<String, String>>,
    Body(given): Body<Values>,
) -> Result<Created<Stored>, ApiError> {
    refuse_unless_may_change(&tenant, given.is_shared)?;
    let now = app.clock.now();
    let mut transaction = app.db.begin().await?;
    let (package, _, required) = required(&app, &mut transaction, &principal, &tenant, named(&path)).await?;
    if given.values.is_empty() {
        return Err(ApiError::invalid("values: give at least one"));
    }
    let mut items = Vec::new();
    for (key, value) in &given.values {
        let requirement = required.iter().find(|it| it.key == *key);
        let requirement = requirement
            .ok_or_else(|| ApiError::invalid("values: a key is none of the server's requirements"))?;
        let kind = secrets::kind_for(requirement);
        secrets::check_value(kind, value.reveal())?;
        let description =
            requirement.description.as_deref().unwrap_or("").chars().take(500).collect::<String>();
        let new = NewSecret {
            owner: (!given.is_shared).then_some(&principal.user),
            package: Some(&package),
            name: &secrets::name_for(key),
            kind,
            description: &description,
            expires_at: None,
            rotate_days: None,
        };
        let id = secrets::insert(&mut transaction, &tenant, &new, now).await?;
        let secret = found(&mut transaction, &tenant, &principal, id.as_str(), now).await?;
        secrets::put(&mut transaction, &app.master, &tenant, &secret, value, &principal.user, now).await?;
        let secret = found(&mut transaction, &tenant, &principal, id.as_str(), now).await?;
        let detail = json!({ "name": secret.name, "shared": given.is_shared, "package": package });
        note(&mut transaction, &tenant, &principal, ("secret.create", id.as_str()), detail, now).await?;
        items.push(secret);
    }
    transaction.commit().await?;
    Ok(Created(Stored { items }))
}

async fn note(
    transaction: &mut Connection,
    tenant: &Tenant,
    principal: &Principal,
    (action, secret): (&'static str, &str),
    detail: serde_json::Value,
    now: Timestamp,
) -> Result<(), ApiError> {
    let event = Event::done(action, "secret", secret).with(detail);
    record(transaction, Chain::Workspace(&tenant.id), principal.caller(), now, event).await?;
    Ok(())
}

fn key_in(path: &HashMap<String, String>) -> &str {
    path.get("key").map_or("", String::as_str)
}

async fn use_secret(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Path(path): Path<HashMap<String, String>>,
    Body(used): Body<Used>,
) -> Result<StatusCode, ApiError> {
    refuse_unless_may_change(&tenant, used.is_shared)?;
    let now = app.clock.now();
    let mut transaction = app.db.begin().await?;
    let (package, _, required) = required(&app, &mut transaction, &principal, &tenant, named(&path)).await?;
    let key = key_in(&path);
    let requirement = required.iter().find(|it| it.key == key);
    let requirement = requirement.ok_or_else(|| ApiError::not_found("requirement"))?;
    let secret = found(&mut transaction, &tenant, &principal, &used.secret, now).await?;
    if used.is_shared && secret.owner_id.is_some() {
        return Err(ApiError::invalid("secret: only a shared one can fill it for everybody"));
    }
    if secret.package.as_ref().is_some_and(|other| *other != package) {
        return Err(ApiError::invalid("secret: this one is for another package"));
    }
    if !secrets::fits(requirement, &secret) {
        let kind = secrets::kind_for(requirement).as_str();
        return Err(ApiError::invalid(format!("secret: the requirement wants a {kind}")));
    }
    let user = (!used.is_shared).then_some(&principal.user);
    secrets::use_secret(&mut transaction, &tenant, user, (&package, key), &secret.id, now).await?;
    let detail = json!({ "package": package, "key": key, "shared": used.is_shared });
    note(&mut transaction, &tenant, &principal, ("secret.map", secret.id.as_str()), detail, now).await?;
    transaction.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn forget(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Path(path): Path<HashMap<String, String>>,
    QueryOf(whose): QueryOf<Whose>,
) -> Result<StatusCode, ApiError> {
    refuse_unless_may_change(&tenant, whose.is_shared)?;
    let now = app.clock.now();
    let mut transaction = app.db.begin().await?;
    let user = (!whose.is_shared).then_some(&principal.user);
    let at = (named(&path), key_in(&path));
    if !secrets::forget_use(&mut transaction, &tenant, user, at).await? {
        return Err(ApiError::not_found("requirement"));
    }
    let detail = json!({ "package": at.0, "key": at.1, "shared": whose.is_shared });
    note(&mut transaction, &tenant, &principal, ("secret.unmap", ""), detail, now).await?;
    transaction.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
