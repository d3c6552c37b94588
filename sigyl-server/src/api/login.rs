//! Logging in with a password, and out.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sigyl_core::secret::{PasswordHash, SecretText, Token};

use crate::{
    accounts::{passwords, sessions, users},
    app::App,
    audit::{Chain, Event, record},
    db::Connection,
    http::{
        Access, ApiError, Body, Code, Endpoint, Method, Principal, RequestContext, SESSION_COOKIE, Via,
        schema,
    },
    id::UserId,
};

/// Begins a session.
pub(super) static CREATE: Endpoint = Endpoint {
    id: "login",
    method: Method::Post,
    path: "/api/v1/login",
    summary: "Log in with a password; the answer sets the session's cookie.",
    access: Access::Login,
    request: Some(schema::<Login>),
    status: 200,
    response: Some(schema::<LoggedIn>),
    handler: || post(create),
    ..Endpoint::PLAIN
};

/// Ends a session.
pub(super) static DELETE: Endpoint = Endpoint {
    id: "logout",
    method: Method::Post,
    path: "/api/v1/logout",
    summary: "End this session.",
    access: Access::Session,
    status: 204,
    handler: || post(delete),
    ..Endpoint::PLAIN
};

/// Who logs in.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Login {
    /// The username, or the address of mail.
    login: String,
    password: SecretText,
}

/// Who is logged in now.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct LoggedIn {
    user: users::User,
}

async fn create(
    State(app): State<App>,
    context: RequestContext,
    headers: HeaderMap,
    Body(login): Body<Login>,
) -> Result<Response, ApiError> {
    let name = login.login.trim().to_lowercase();
    // Half of what the address may: trying many names and trying one name both have an end. By name alone there is no
    // limit, so that nobody locks another one out.
    let bucket = format!("login {} {}", context.network(), sigyl_core::Digest::of(name.as_bytes()));
    app.limiter.take(&bucket, crate::http::Rate::one_by_one(app.config.logins_per_minute / 2)).await?;
    let mut connection = app.db.connection().await?;
    let found = users::for_login(&mut connection, &name).await?;
    drop(connection);
    let kept = found.as_ref().and_then(|(_, _, hash)| hash.clone()).map(PasswordHash::from_kept);
    let fits = passwords::fits(&app, &login.password, kept).await?;

    let now = app.clock.now();
    let mut transaction = app.db.begin().await?;
    match found.filter(|_| fits) {
        None => {
            // The name is not kept: people type passwords into the wrong field.
            let event = Event::done("session.create", "user", "").refused();
            record(&mut transaction, Chain::Instance, &context.stranger(), now, event).await?;
            transaction.commit().await?;
            Err(ApiError::new(Code::Unauthenticated, "name or password is wrong"))
        }
        Some((user, username, _)) => {
            users::logged_in(&mut transaction, &user, now).await?;
            let token = begin_session(&app, &mut transaction, &user, &context, &headers).await?;
            let caller = context.stranger().as_user(&user, &username);
            let event = Event::done("session.create", "user", user.as_str());
            record(&mut transaction, Chain::Instance, &caller, now, event).await?;
            let user =
                users::get(&mut transaction, &user).await?.ok_or_else(|| ApiError::not_found("user"))?;
            transaction.commit().await?;
            Ok(logged_in(200, user, &token, &app))
        }
    }
}

async fn delete(State(app): State<App>, principal: Principal) -> Result<Response, ApiError> {
    if let Via::Session(session) = &principal.via {
        let mut transaction = app.db.begin().await?;
        sessions::delete(&mut transaction, &principal.user, session).await?;
        let event = Event::done("session.delete", "session", session.as_str());
        record(&mut transaction, Chain::Instance, principal.caller(), app.clock.now(), event).await?;
        transaction.commit().await?;
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    set_cookie(&mut response, "", 0);
    Ok(response)
}

/// Begins a session for a user who has just proved who they are.
pub(super) async fn begin_session(
    app: &App,
    transaction: &mut Connection,
    user: &UserId,
    context: &RequestContext,
    headers: &HeaderMap,
) -> Result<Token, ApiError> {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or("");
    let address = context.address.to_string();
    sessions::insert(transaction, &app.config, user, &address, agent, app.clock.now()).await
}

/// The answer to somebody who has just logged in.
pub(super) fn logged_in(status: u16, user: users::User, token: &Token, app: &App) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let mut response = (status, Json(json!(LoggedIn { user }))).into_response();
    session_cookie(&mut response, token, app);
    response
}

/// Gives the browser its session.
pub(super) fn session_cookie(response: &mut Response, token: &Token, app: &App) {
    set_cookie(response, token.reveal(), app.config.session_lifetime.as_secs());
}

/// Sets the session's cookie; of no age, it is gone.
fn set_cookie(response: &mut Response, value: &str, max_age_s: u64) {
    let cookie =
        format!("{SESSION_COOKIE}={value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={max_age_s}");
    if let Ok(mut cookie) = HeaderValue::from_str(&cookie) {
        cookie.set_sensitive(true);
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}
