//! The caller: profile, password, sessions.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    routing::{delete as deletes, get as gets, patch, post},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sigyl_core::secret::SecretText;

use crate::{
    accounts::{self, Scope, passwords, sessions, users, workspaces},
    app::App,
    audit::{Chain, Event, record},
    http::{Access, ApiError, Body, Endpoint, Method, Page, Principal, Rate, Via, schema},
    id::SessionId,
};

/// Who the caller is.
pub(super) static GET: Endpoint = Endpoint {
    id: "get_me",
    path: "/api/v1/me",
    summary: "Who the caller is, and the workspaces that the caller is in.",
    access: Access::User(Scope::Read),
    response: Some(schema::<Me>),
    handler: || gets(get),
    ..Endpoint::PLAIN
};

/// Changes the profile.
pub(super) static UPDATE: Endpoint = Endpoint {
    id: "update_me",
    method: Method::Patch,
    path: "/api/v1/me",
    summary: "Change the caller's name or address of mail.",
    access: Access::Session,
    request: Some(schema::<Profile>),
    response: Some(schema::<users::User>),
    handler: || patch(update),
    ..Endpoint::PLAIN
};

/// Changes the password.
pub(super) static PASSWORD: Endpoint = Endpoint {
    id: "update_password",
    method: Method::Post,
    path: "/api/v1/me/password",
    summary: "Change the caller's password; all other sessions end.",
    access: Access::Session,
    request: Some(schema::<Password>),
    status: 204,
    handler: || post(password),
    ..Endpoint::PLAIN
};

/// The caller's sessions.
pub(super) static LIST_SESSIONS: Endpoint = Endpoint {
    id: "list_sessions",
    path: "/api/v1/me/sessions",
    summary: "The caller's sessions, newest first.",
    access: Access::Session,
    response: Some(schema::<Page<sessions::Session>>),
    handler: || gets(list_sessions),
    ..Endpoint::PLAIN
};

/// Ends one of them.
pub(super) static DELETE_SESSION: Endpoint = Endpoint {
    id: "delete_session",
    method: Method::Delete,
    path: "/api/v1/me/sessions/{id}",
    summary: "End one of the caller's sessions.",
    access: Access::Session,
    status: 204,
    handler: || deletes(delete_session),
    ..Endpoint::PLAIN
};

/// The caller.
#[derive(Debug, Serialize, JsonSchema)]
struct Me {
    user: users::User,
    workspaces: Vec<workspaces::Workspace>,
    /// What the key that was sent may do; absent for a session, which may do all that its user may.
    #[serde(skip_serializing_if = "Option::is_none")]
    scopes: Option<Vec<Scope>>,
}

/// What to change; what is absent stays.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Profile {
    display_name: Option<String>,
    email: Option<String>,
}

/// A change of the password.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Password {
    /// The password as it is.
    current: SecretText,
    /// The password as it shall be.
    new: SecretText,
}

async fn get(State(app): State<App>, principal: Principal) -> Result<Json<Me>, ApiError> {
    let mut connection = app.db.connection().await?;
    let mut workspaces = workspaces::of_user(&mut connection, &principal.user).await?;
    let scopes = match &principal.via {
        Via::Session(_) => None,
        Via::Key { scopes, workspace, .. } => {
            // A key is for one workspace, and tells of no other.
            workspaces.retain(|it| it.id == *workspace);
            Some(scopes.clone())
        }
    };
    Ok(Json(Me { user: user(&mut connection, &principal).await?, workspaces, scopes }))
}

async fn user(
    connection: &mut crate::db::Connection,
    principal: &Principal,
) -> Result<users::User, ApiError> {
    users::get(connection, &principal.user).await?.ok_or_else(|| ApiError::not_found("user"))
}

async fn update(
    State(app): State<App>,
    principal: Principal,
    Body(profile): Body<Profile>,
) -> Result<Json<users::User>, ApiError> {
    let display_name = profile.display_name.as_deref().map(accounts::display_name).transpose()?;
    let email = profile.email.as_deref().map(accounts::email).transpose()?;
    let now = app.clock.now();
    let mut transaction = app.db.begin().await?;
    users::set_profile(&mut transaction, &principal.user, display_name.as_deref(), email.as_deref(), now)
        .await
        .map_err(|error| match error.is_duplicate() {
            true => ApiError::conflict("this address of mail is taken"),
            false => error.into(),
        })?;
    let event = Event::done("user.update", "user", principal.user.as_str());
    record(&mut transaction, Chain::Instance, principal.caller(), now, event).await?;
    let user = user(&mut transaction, &principal).await?;
    transaction.commit().await?;
    Ok(Json(user))
}

async fn password(
    State(app): State<App>,
    principal: Principal,
    Body(change): Body<Password>,
) -> Result<StatusCode, ApiError> {
    // A session that was left open is no licence to try passwords.
    let bucket = format!("password {}", principal.user);
    app.limiter.take(&bucket, Rate::one_by_one(app.config.logins_per_minute / 2)).await?;
    let mut connection = app.db.connection().await?;
    let kept = users::password(&mut connection, &principal.user).await?;
    drop(connection);
    let now = app.clock.now();
    let event = Event::done("user.password", "user", principal.user.as_str());
    if !passwords::fits(&app, &change.current, kept).await? {
        let mut transaction = app.db.begin().await?;
        record(&mut transaction, Chain::Instance, principal.caller(), now, event.refused()).await?;
        transaction.commit().await?;
        return Err(ApiError::forbidden("the password is not the current one"));
    }
    let hash = passwords::hash(&app, &change.new, &[&principal.username]).await?;
    let session = match &principal.via {
        Via::Session(session) => Some(session),
        Via::Key { .. } => None,
    };
    let mut transaction = app.db.begin().await?;
    users::set_password(&mut transaction, &principal.user, &hash, now).await?;
    sessions::delete_all_but(&mut transaction, &principal.user, session).await?;
    record(&mut transaction, Chain::Instance, principal.caller(), now, event).await?;
    transaction.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn list_sessions(
    State(app): State<App>,
    principal: Principal,
) -> Result<Json<Page<sessions::Session>>, ApiError> {
    let mut connection = app.db.connection().await?;
    let items = sessions::list(&mut connection, &principal.user, app.clock.now()).await?;
    Ok(Json(Page { items, next_cursor: None }))
}

async fn delete_session(
    State(app): State<App>,
    principal: Principal,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    let id = SessionId::parse(&id).ok_or_else(|| ApiError::not_found("session"))?;
    let mut transaction = app.db.begin().await?;
    if !sessions::delete(&mut transaction, &principal.user, &id).await? {
        return Err(ApiError::not_found("session"));
    }
    let event = Event::done("session.delete", "session", id.as_str());
    record(&mut transaction, Chain::Instance, principal.caller(), app.clock.now(), event).await?;
    transaction.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
