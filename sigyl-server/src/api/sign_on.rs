//! Logging in with an account elsewhere.

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::login::{begin_session, session_cookie};
use crate::{
    accounts::users,
    app::App,
    audit::{Chain, Event, record},
    http::{Access, ApiError, Code, Endpoint, Page, Principal, QueryOf, RequestContext, schema},
    sign_on::{FLOW_COOKIE, Flow, Provider, is_own_path, known_or_made},
};

/// Where people may log in.
pub(super) static LIST: Endpoint = Endpoint {
    id: "list_login_providers",
    path: "/api/v1/login/providers",
    summary: "Where else people may have the account that they log in with.",
    response: Some(schema::<Page<ProviderInfo>>),
    handler: || get(list),
    ..Endpoint::PLAIN
};

/// Begins.
pub(super) static BEGIN: Endpoint = Endpoint {
    id: "begin_login",
    path: "/api/v1/login/{provider}/start",
    summary: "Send the browser to where it logs in.",
    access: Access::Login,
    query: Some(schema::<BeginQuery>),
    status: 303,
    handler: || get(begin),
    ..Endpoint::PLAIN
};

/// Ends.
pub(super) static FINISH: Endpoint = Endpoint {
    id: "finish_login",
    path: "/api/v1/login/{provider}/callback",
    summary: "Take the browser back, with a session, to where it wanted to be.",
    access: Access::Login,
    query: Some(schema::<FinishQuery>),
    status: 303,
    handler: || get(finish),
    ..Endpoint::PLAIN
};

/// A provider.
#[derive(Debug, Serialize, JsonSchema)]
struct ProviderInfo {
    /// `oidc` or `github`.
    id: &'static str,
    /// Its name for people.
    title: String,
    /// Where a browser begins.
    start: String,
}

/// How a login begins.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct BeginQuery {
    /// The path on this server that the browser shall go to in the end.
    return_to: Option<String>,
    /// Add the login to the account of who is logged in, rather than logging in with it.
    link: Option<bool>,
}

/// What the provider sends back. It may send more.
#[derive(Debug, Deserialize, JsonSchema)]
struct FinishQuery {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
}

async fn list(State(app): State<App>) -> Json<Page<ProviderInfo>> {
    let info = |provider: Provider| ProviderInfo {
        id: provider.as_str(),
        title: provider.title(&app.config).to_owned(),
        start: format!("/api/v1/login/{}/start", provider.as_str()),
    };
    let items = Provider::configured(&app.config).into_iter().map(info).collect();
    Json(Page { items, next_cursor: None })
}

async fn begin(
    State(app): State<App>,
    principal: Option<Principal>,
    headers: HeaderMap,
    Path(provider): Path<String>,
    QueryOf(query): QueryOf<BeginQuery>,
) -> Result<Response, ApiError> {
    let provider = Provider::named(&app.config, &provider).ok_or_else(|| ApiError::not_found("provider"))?;
    let return_to = query.return_to.unwrap_or_else(|| "/".to_owned());
    if !is_own_path(&return_to) {
        return Err(ApiError::invalid("return_to: a path on this server"));
    }
    let link_to = match (query.link.unwrap_or(false), principal) {
        (false, _) => None,
        (true, Some(principal)) if principal.is_session() => {
            if !crate::http::is_from_our_page(&headers, &app.config) {
                return Err(ApiError::forbidden("this request comes from a page of another origin"));
            }
            Some(principal.user)
        }
        (true, _) => return Err(ApiError::new(Code::Unauthenticated, "log in first")),
    };
    let flow = Flow::begin(provider.as_str(), return_to, link_to, app.clock.now())?;
    let to = provider.begin(&app, &flow).await?;
    let cookie = app.sign_on.write(&flow).ok_or_else(|| ApiError::new(Code::Internal, "no cookie"))?;
    let mut response = see_other(to.as_str());
    set(&mut response, &cookie, 600);
    Ok(response)
}

async fn finish(
    State(app): State<App>,
    context: RequestContext,
    headers: HeaderMap,
    Path(provider): Path<String>,
    QueryOf(query): QueryOf<FinishQuery>,
) -> Result<Response, ApiError> {
    let provider = Provider::named(&app.config, &provider).ok_or_else(|| ApiError::not_found("provider"))?;
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let cookie = lines.flat_map(|line| line.split(';')).find_map(|cookie| {
        let (name, value) = cookie.trim().split_once('=')?;
        (name == FLOW_COOKIE).then_some(value)
    });
    let now = app.clock.now();
    let flow = cookie.and_then(|cookie| app.sign_on.read(cookie, now));
    let state = query.state.unwrap_or_default();
    // Only the browser that began this login goes on with it.
    let flow =
        flow.filter(|flow| flow.provider == provider.as_str() && flow.is_state(&state)).ok_or_else(|| {
            ApiError::new(
                Code::Unauthenticated,
                "this login was not begun in this browser, or too long ago; begin anew",
            )
        })?;
    let refused = query.error.is_some();
    let Some(code) = query.code.filter(|code| !refused && (1..=4096).contains(&code.len())) else {
        return Err(ApiError::new(Code::Unauthenticated, "the provider refused this login"));
    };
    let claims = provider.finish(&app, &flow, &code, query.iss.as_deref()).await?;
    let mut transaction = app.db.begin().await?;
    let user =
        known_or_made(&app, &mut transaction, provider, &claims, flow.link_to.as_ref(), &context).await?;
    let known = users::get(&mut transaction, &user).await?.ok_or_else(|| ApiError::not_found("user"))?;
    if !known.is_active {
        return Err(ApiError::forbidden("this account may not log in"));
    }
    let mut response = see_other(&flow.return_to);
    if flow.link_to.is_none() {
        users::logged_in(&mut transaction, &user, now).await?;
        let token = begin_session(&app, &mut transaction, &user, &context, &headers).await?;
        let caller = context.stranger().as_user(&user, &known.username);
        let event =
            Event::done("session.create", "user", user.as_str()).with(json!({ "issuer": claims.issuer }));
        record(&mut transaction, Chain::Instance, &caller, now, event).await?;
        session_cookie(&mut response, &token, &app);
    }
    transaction.commit().await?;
    set(&mut response, "", 0);
    Ok(response)
}

fn see_other(to: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(to) = HeaderValue::from_str(to) {
        response.headers_mut().insert(header::LOCATION, to);
    }
    response
}

/// Sets the cookie of a login under way; of no age, it is gone.
fn set(response: &mut Response, value: &str, max_age_s: u64) {
    // Lax, since the browser comes back from another site.
    let cookie =
        format!("{FLOW_COOKIE}={value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={max_age_s}");
    if let Ok(mut cookie) = HeaderValue::from_str(&cookie) {
        cookie.set_sensitive(true);
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}
