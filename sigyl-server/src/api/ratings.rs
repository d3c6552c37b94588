//! What users think of servers.

use std::collections::HashMap;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    routing::{delete as deletes, get, post},
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{
    packages::{latest, named},
    registry::reader,
};
use crate::{
    accounts::Scope,
    app::App,
    audit::{Chain, Event, record},
    http::{Access, ApiError, Body, Endpoint, Method, Page, PageQuery, Principal, QueryOf, schema},
    registry::{self, Rating},
};

/// Longest words, characters.
const WORDS_CHARS_MAX: usize = 1_000;

/// All of them.
pub(super) static LIST: Endpoint = Endpoint {
    id: "list_package_ratings",
    path: "/api/v1/packages/{name}/ratings",
    summary: "What users think of a server, latest first.",
    query: Some(schema::<PageQuery>),
    response: Some(schema::<Page<Rating>>),
    handler: || get(list),
    ..Endpoint::PLAIN
};

/// The caller's.
pub(super) static CREATE: Endpoint = Endpoint {
    id: "rate_package",
    method: Method::Post,
    path: "/api/v1/packages/{name}/ratings",
    summary: "Rate a server, in the place of what the caller said before.",
    access: Access::User(Scope::Publish),
    request: Some(schema::<New>),
    status: 204,
    handler: || post(create),
    ..Endpoint::PLAIN
};

/// Takes it back.
pub(super) static DELETE: Endpoint = Endpoint {
    id: "delete_package_rating",
    method: Method::Delete,
    path: "/api/v1/packages/{name}/ratings",
    summary: "Take the caller's rating of a server back.",
    access: Access::User(Scope::Publish),
    status: 204,
    handler: || deletes(delete),
    ..Endpoint::PLAIN
};

/// A rating.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct New {
    /// From 1 to 5.
    #[schemars(range(min = 1, max = 5))]
    stars: i64,
    /// Why; at most 1,000 characters.
    #[serde(default)]
    #[schemars(length(max = 1_000))]
    words: String,
}

async fn list(
    State(app): State<App>,
    principal: Option<Principal>,
    Path(path): Path<HashMap<String, String>>,
    QueryOf(page): QueryOf<PageQuery>,
) -> Result<Json<Page<Rating>>, ApiError> {
    let reader = reader(&app, principal.as_ref())?;
    let limit = page.limit()?;
    let (at, user): (i64, String) = match &page.cursor {
        Some(cursor) => app.cursors.read(LIST.id, cursor)?,
        None => (i64::MAX, String::new()),
    };
    let mut connection = app.db.connection().await?;
    let (id, _) = latest(&mut connection, &reader, named(&path)).await?;
    let items = registry::ratings(&mut connection, &id, (at, &user), i64::from(limit) + 1).await?;
    Page::of(items, limit, |it| app.cursors.write(LIST.id, &(it.updated_at.0, &it.user_id))).map(Json)
}

async fn create(
    State(app): State<App>,
    principal: Principal,
    Path(path): Path<HashMap<String, String>>,
    Body(new): Body<New>,
) -> Result<StatusCode, ApiError> {
    if !(1..=5).contains(&new.stars) {
        return Err(ApiError::invalid("stars: from 1 to 5"));
    }
    if new.words.chars().count() > WORDS_CHARS_MAX {
        return Err(ApiError::invalid("words: at most 1,000 characters"));
    }
    let now = app.clock.now();
    let mut transaction = app.db.begin().await?;
    let reader = reader(&app, Some(&principal))?;
    let (id, row) = latest(&mut transaction, &reader, named(&path)).await?;
    let rating = (new.stars, new.words.trim());
    registry::rate(&mut transaction, &id, &principal.user, rating, now).await?;
    let event = Event::done("server.rate", "server", &row.name).with(json!({ "stars": new.stars }));
    record(&mut transaction, Chain::Instance, principal.caller(), now, event).await?;
    transaction.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn delete(
    State(app): State<App>,
    principal: Principal,
    Path(path): Path<HashMap<String, String>>,
) -> Result<StatusCode, ApiError> {
    let now = app.clock.now();
    let mut transaction = app.db.begin().await?;
    let reader = reader(&app, Some(&principal))?;
    let (id, row) = latest(&mut transaction, &reader, named(&path)).await?;
    if !registry::unrate(&mut transaction, &id, &principal.user).await? {
        return Err(ApiError::not_found("rating"));
    }
    let event = Event::done("server.unrate", "server", &row.name);
    record(&mut transaction, Chain::Instance, principal.caller(), now, event).await?;
    transaction.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
