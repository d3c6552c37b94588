//! What a workspace does with its servers: publish, change, delete.

use std::collections::HashMap;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    routing::{delete as deletes, patch, post, put},
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{packages::named, registry_changes::publish_document};
use crate::{
    accounts::{Role, Scope},
    app::App,
    audit::{Chain, Event, record},
    clock::Timestamp,
    deployments,
    http::{Access, ApiError, Body, Created, Endpoint, Method, Principal, Tenant, schema},
    registry::{
        self, CURRENT_SCHEMA, OURS, Owned, PUBLISHER, ServerResponse, TAG_CHARS_MAX, TAGS_MAX, Visibility,
    },
};

/// Publishes.
pub(super) static CREATE: Endpoint = Endpoint {
    id: "create_package",
    method: Method::Post,
    path: "/api/v1/packages",
    summary: "Publish a version: a server.json, in which the name may be bare, and schema and version may be left out. The same document again is answered as it was; another with the same version is refused.",
    access: Access::Member(Role::Developer, Scope::Publish),
    request: Some(schema::<New>),
    status: 201,
    response: Some(schema::<ServerResponse>),
    handler: || post(create),
    ..Endpoint::PLAIN
};

/// Changes what is given.
pub(super) static UPDATE: Endpoint = Endpoint {
    id: "update_package",
    method: Method::Patch,
    path: "/api/v1/packages/{name}",
    summary: "Change who sees a server, its category or its tags; what is absent stays. The slash of its name is written %2F.",
    access: Access::Member(Role::Developer, Scope::Publish),
    request: Some(schema::<Change>),
    response: Some(schema::<Owned>),
    handler: || patch(update),
    ..Endpoint::PLAIN
};

/// Changes all of it.
pub(super) static REPLACE: Endpoint = Endpoint {
    id: "replace_package",
    method: Method::Put,
    path: "/api/v1/packages/{name}",
    summary: "Say who sees a server, its category and its tags; what is absent is as its versions say.",
    access: Access::Member(Role::Developer, Scope::Publish),
    request: Some(schema::<Whole>),
    response: Some(schema::<Owned>),
    handler: || put(replace),
    ..Endpoint::PLAIN
};

/// Deletes one.
pub(super) static DELETE: Endpoint = Endpoint {
    id: "delete_package",
    method: Method::Delete,
    path: "/api/v1/packages/{name}",
    summary: "Delete a server with all its versions, tools, ratings, downloads and the workspace's secrets for it; the audit log keeps the fact, and no version is published again. The name is repeated to confirm.",
    access: Access::Member(Role::Owner, Scope::Publish),
    request: Some(schema::<Confirm>),
    status: 204,
    handler: || deletes(delete),
    ..Endpoint::PLAIN
};

/// A version that is about to be. Besides these it has what a `server.json` has.
#[derive(Debug, Deserialize, JsonSchema)]
struct New {
    /// `NAMESPACE/NAME`; a bare one gets the workspace's slug as its namespace.
    #[schemars(length(min = 2, max = 200), extend("pattern" = crate::http::pattern::SERVER))]
    name: String,
    /// Absent: made from the time, and the commit where one is given.
    #[schemars(length(min = 1, max = 255))]
    version: Option<String>,
    /// The commit that it is made from, in hexadecimal digits.
    #[schemars(extend("pattern" = crate::http::pattern::COMMIT))]
    commit: Option<String>,
    visibility: Option<Visibility>,
    #[schemars(length(min = 1, max = TAG_CHARS_MAX), extend("pattern" = crate::http::pattern::SEEN))]
    category: Option<String>,
    #[schemars(extend("maxItems" = TAGS_MAX, "items" = tag_schema()))]
    tags: Option<Vec<String>>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

/// What to change; what is null is as the versions say.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Change {
    visibility: Option<Visibility>,
    #[serde(default, deserialize_with = "super::secrets::said")]
    #[schemars(with = "Option<String>", length(min = 1, max = TAG_CHARS_MAX), extend("pattern" = crate::http::pattern::SEEN))]
    category: Option<Option<String>>,
    #[serde(default, deserialize_with = "super::secrets::said")]
    #[schemars(with = "Option<Vec<String>>", extend("maxItems" = TAGS_MAX, "items" = tag_schema()))]
    tags: Option<Option<Vec<String>>>,
}

/// All that can be said.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Whole {
    visibility: Visibility,
    #[schemars(length(min = 1, max = TAG_CHARS_MAX), extend("pattern" = crate::http::pattern::SEEN))]
    category: Option<String>,
    #[schemars(extend("maxItems" = TAGS_MAX, "items" = tag_schema()))]
    tags: Option<Vec<String>>,
}

/// That the right thing is meant.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Confirm {
    /// The server's name.
    confirm: String,
}

/// A tag, for the API's description.
fn tag_schema() -> Value {
    json!({ "type": "string", "minLength": 1, "maxLength": TAG_CHARS_MAX, "pattern": crate::http::pattern::SEEN })
}

fn check_category(category: &str) -> Result<(), ApiError> {
    match (1..=TAG_CHARS_MAX).contains(&category.trim().chars().count()) {
        true => Ok(()),
        false => Err(ApiError::invalid("category: 1 to 50 characters")),
    }
}

fn check_tags(tags: &[String]) -> Result<(), ApiError> {
    let fits = tags.len() <= TAGS_MAX
        && tags.iter().all(|tag| (1..=TAG_CHARS_MAX).contains(&tag.trim().chars().count()));
    match fits {
        true => Ok(()),
        false => Err(ApiError::invalid("tags: at most 20, each of 1 to 50 characters")),
    }
}

/// A version for what has none: later ones are greater.
fn version_of(now: Timestamp, commit: Option<&str>) -> Result<String, ApiError> {
    let digits = now.to_string().bytes().filter(u8::is_ascii_digit).map(char::from).collect::<String>();
    // Seconds; the day and the hour are two numbers, so that neither begins with a zero that SemVer forbids.
    let (day, time) = digits.split_at(8.min(digits.len()));
    let time = time.get(..6).unwrap_or(time).trim_start_matches('0');
    let version = format!("0.{day}.{}", if time.is_empty() { "0" } else { time });
    match commit {
        None => Ok(version),
        Some(commit)
            if (7..=64).contains(&commit.len()) && commit.bytes().all(|byte| byte.is_ascii_hexdigit()) =>
        {
            Ok(format!("{version}+g{}", commit[..7].to_lowercase()))
        }
        Some(_) => Err(ApiError::invalid("commit: 7 to 64 hexadecimal digits")),
    }
}

impl New {
    /// The document that it stands for.
    fn document(&mut self, tenant: &Tenant, now: Timestamp) -> Result<Value, ApiError> {
        if let Some(category) = &self.category {
            check_category(category)?;
        }
        if let Some(tags) = &self.tags {
            check_tags(tags)?;
        }
        let name = match self.name.contains('/') {
            true => self.name.clone(),
            false => format!("{}/{}", tenant.slug, self.name),
        };
        let version = match &self.version {
            Some(version) => version.clone(),
            None => version_of(now, self.commit.as_deref())?,
        };
        let mut document = std::mem::take(&mut self.rest);
        document.entry("$schema").or_insert_with(|| CURRENT_SCHEMA.into());
        document.insert("name".to_owned(), name.into());
        document.insert("version".to_owned(), version.into());
        if self.category.is_some() || self.tags.is_some() {
            let mut document = Value::Object(document);
            let meta = &mut document["_meta"];
            if !meta.is_object() {
                *meta = json!({});
            }
            if !meta[PUBLISHER].is_object() {
                meta[PUBLISHER] = json!({});
            }
            if !meta[PUBLISHER][OURS].is_object() {
                meta[PUBLISHER][OURS] = json!({});
            }
            let ours = &mut meta[PUBLISHER][OURS];
            if let Some(category) = &self.category {
                ours["category"] = category.trim().into();
            }
            if let Some(tags) = &self.tags {
                ours["tags"] = json!(tags);
            }
            return Ok(document);
        }
        Ok(Value::Object(document))
    }
}

async fn create(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Body(mut new): Body<New>,
) -> Result<Created<ServerResponse>, ApiError> {
    let document = new.document(&tenant, app.clock.now())?;
    // Said again, perhaps because the answer was lost: it is answered again.
    if let Some(before) = registry::published_before(&app, &tenant, &document, new.visibility).await? {
        return Ok(Created(before));
    }
    publish_document(&app, &principal, &tenant, &document, new.visibility).await.map(Created)
}

/// What an owner says of a server, whatever its versions say.
struct Said {
    visibility: Visibility,
    category: Option<String>,
    tags: Option<Vec<String>>,
}

/// Changes a server to what `said` makes of it.
async fn change(
    app: &App,
    principal: &Principal,
    tenant: &Tenant,
    name: &str,
    said: impl FnOnce(&Owned) -> Said,
) -> Result<Json<Owned>, ApiError> {
    let now = app.clock.now();
    let mut transaction = app.db.begin().await?;
    let server = registry::server_of(&mut transaction, tenant, name, now).await?;
    let server = server.ok_or_else(|| ApiError::not_found("server"))?;
    let said = said(&server);
    if let Some(category) = &said.category {
        check_category(category)?;
    }
    if let Some(tags) = &said.tags {
        check_tags(tags)?;
    }
    let category = said.category.as_deref().map(str::trim);
    registry::describe(&mut transaction, &server, category, said.tags.as_deref(), now).await?;
    if said.visibility != server.visibility {
        registry::set_visibility(&mut transaction, tenant, &server, said.visibility, now).await?;
        let event = Event::done("server.visibility", "server", &server.name)
            .with(json!({ "from": server.visibility, "to": said.visibility }));
        record(&mut transaction, Chain::Workspace(&tenant.id), principal.caller(), now, event).await?;
    }
    let after = registry::server_of(&mut transaction, tenant, name, now).await?;
    let after = after.ok_or_else(|| ApiError::not_found("server"))?;
    if (&after.category, &after.tags) != (&server.category, &server.tags) {
        let event = Event::done("server.update", "server", &server.name)
            .with(json!({ "category": after.category, "tags": after.tags }));
        record(&mut transaction, Chain::Workspace(&tenant.id), principal.caller(), now, event).await?;
    }
    transaction.commit().await?;
    Ok(Json(after))
}

async fn update(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Path(path): Path<HashMap<String, String>>,
    Body(new): Body<Change>,
) -> Result<Json<Owned>, ApiError> {
    change(&app, &principal, &tenant, named(&path), |server| Said {
        visibility: new.visibility.unwrap_or(server.visibility),
        category: new.category.unwrap_or_else(|| server.category.clone()),
        tags: new.tags.unwrap_or_else(|| server.tags.0.clone()),
    })
    .await
}

async fn replace(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Path(path): Path<HashMap<String, String>>,
    Body(new): Body<Whole>,
) -> Result<Json<Owned>, ApiError> {
    let said = Said { visibility: new.visibility, category: new.category, tags: new.tags };
    change(&app, &principal, &tenant, named(&path), |_| said).await
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
    // What runs it would go on under a name that nobody finds, and be refused when it is deployed anew.
    let running = deployments::names_of(&mut transaction, &tenant, &server.name).await?;
    if !running.is_empty() {
        let message = format!("deployments run it; delete them first: {}", running.join(", "));
        return Err(ApiError::conflict(message));
    }
    let secrets = crate::secrets::delete_of_package(&mut transaction, &tenant, &server.name).await?;
    registry::delete(&mut transaction, &server, now).await?;
    let event = Event::done("server.delete", "server", &server.name)
        .with(json!({ "id": server.id.as_str(), "secrets": secrets }));
    record(&mut transaction, Chain::Workspace(&tenant.id), principal.caller(), now, event).await?;
    transaction.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_times_are_versions_and_ordered() {
        let version = |text: &str| version_of(Timestamp::parse(text).unwrap(), None).unwrap();
        assert_eq!(version("2026-11-21T00:00:00Z"), "0.20261121.0");
        assert_eq!(version("2026-11-21T00:05:09Z"), "0.20261121.509");
        let commit = version_of(Timestamp(0), Some("ABCDEF0123")).unwrap();
        assert_eq!(commit, "0.19700101.0+gabcdef0");
        assert!(
            version_of(Timestamp(0), Some("abc")).is_err()
                && version_of(Timestamp(0), Some("é23456789")).is_err()
        );
    }
}
