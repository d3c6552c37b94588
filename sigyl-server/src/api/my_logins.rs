//! The caller's logins elsewhere.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    routing::{delete as deletes, get},
};
use serde_json::json;

use crate::{
    accounts::{identities, users},
    app::App,
    audit::{Chain, Event, record},
    http::{Access, ApiError, Endpoint, Method, Page, Principal, schema},
};

/// Lists them.
pub(super) static LIST: Endpoint = Endpoint {
    id: "list_my_logins",
    path: "/api/v1/me/logins",
    summary: "The caller's logins elsewhere, oldest first.",
    access: Access::Session,
    response: Some(schema::<Page<identities::Identity>>),
    handler: || get(list),
    ..Endpoint::PLAIN
};

/// Removes one.
pub(super) static DELETE: Endpoint = Endpoint {
    id: "delete_my_login",
    method: Method::Delete,
    path: "/api/v1/me/logins/{id}",
    summary: "Remove a login elsewhere from the caller's account; 409 where nothing else is left to log in with.",
    access: Access::Session,
    status: 204,
    handler: || deletes(delete),
    ..Endpoint::PLAIN
};

async fn list(
    State(app): State<App>,
    principal: Principal,
) -> Result<Json<Page<identities::Identity>>, ApiError> {
    let mut connection = app.db.connection().await?;
    let items = identities::list(&mut connection, &principal.user).await?;
    Ok(Json(Page { items, next_cursor: None }))
}

async fn delete(
    State(app): State<App>,
    principal: Principal,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    let missing = || ApiError::not_found("login");
    let mut transaction = app.db.begin().await?;
    // The user's row first, so that of two that are removed at once one is the last.
    if !users::lock(&mut transaction, &principal.user).await? {
        return Err(missing());
    }
    let all = identities::list(&mut transaction, &principal.user).await?;
    let login = all.iter().find(|login| login.id == id).ok_or_else(missing)?;
    if all.len() == 1 && users::password(&mut transaction, &principal.user).await?.is_none() {
        return Err(ApiError::conflict(
            "this is all that the account is logged in with; add another login first",
        ));
    }
    identities::delete(&mut transaction, &principal.user, login).await?;
    let event = Event::done("user.login-remove", "user", principal.user.as_str())
        .with(json!({ "issuer": login.issuer }));
    record(&mut transaction, Chain::Instance, principal.caller(), app.clock.now(), event).await?;
    transaction.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
