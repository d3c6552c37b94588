//! The first administrator.

use axum::{extract::State, response::Response, routing::post};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use sigyl_core::secret::{SecretText, Token, TokenKind};

use super::login::{begin_session, logged_in};
use crate::{
    accounts::{self, claim, passwords, users, workspaces},
    app::App,
    audit::{Chain, Event, record},
    http::{Access, ApiError, Body, Endpoint, Method, RequestContext, schema},
    id::{UserId, WorkspaceId},
};

/// Claims the server.
pub(super) static CREATE: Endpoint = Endpoint {
    id: "claim_server",
    method: Method::Post,
    path: "/api/v1/claim",
    summary: "Become the first administrator, with the token that the server wrote to its data folder.",
    access: Access::Login,
    request: Some(schema::<Claim>),
    status: 201,
    response: Some(schema::<super::login::LoggedIn>),
    handler: || post(create),
    ..Endpoint::PLAIN
};

/// Who claims the server.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Claim {
    /// The token from the file `claim-token`.
    token: SecretText,
    #[schemars(length(min = 2, max = 39), extend("pattern" = crate::http::pattern::HANDLE))]
    username: String,
    #[schemars(length(max = 1024))]
    password: SecretText,
    #[schemars(length(max = 254), extend("pattern" = crate::http::pattern::MAIL))]
    email: Option<String>,
    #[schemars(length(min = 1, max = 100), extend("pattern" = crate::http::pattern::SEEN))]
    display_name: Option<String>,
}

async fn create(
    State(app): State<App>,
    context: RequestContext,
    headers: axum::http::HeaderMap,
    Body(claim): Body<Claim>,
) -> Result<Response, ApiError> {
    let wrong = || ApiError::forbidden("this is not the claim token, or the server was claimed already");
    let token = Token::parse(TokenKind::Claim, claim.token.reveal().trim()).ok_or_else(wrong)?;
    let username = accounts::username(&claim.username)?;
    let email = claim.email.as_deref().map(accounts::email).transpose()?;
    let display_name = accounts::display_name(claim.display_name.as_deref().unwrap_or(&username))?;
    let names = [username.as_str(), email.as_deref().unwrap_or("")];
    let password = passwords::hash(&app, &claim.password, &names).await?;

    let now = app.clock.now();
    let (user, workspace) = (UserId::new(now)?, WorkspaceId::new(now)?);
    let mut transaction = app.db.begin().await?;
    // What a wrong token took away comes back: the transaction is not committed.
    if users::any(&mut transaction).await? || !claim::take(&mut transaction, &token.hash()).await? {
        return Err(wrong());
    }
    let new = users::NewUser {
        username: &username,
        email: email.as_deref(),
        display_name: &display_name,
        password: Some(&password),
        is_operator: true,
    };
    users::insert(&mut transaction, &user, &new, now).await?;
    workspaces::insert(&mut transaction, &workspace, &username, &display_name, &user, now).await?;
    let caller = context.stranger().as_user(&user, &username);
    let event = Event::done("server.claim", "user", user.as_str()).with(json!({ "username": username }));
    record(&mut transaction, Chain::Instance, &caller, now, event).await?;
    let event =
        Event::done("workspace.create", "workspace", workspace.as_str()).with(json!({ "slug": username }));
    record(&mut transaction, Chain::Workspace(&workspace), &caller, now, event).await?;
    let token = begin_session(&app, &mut transaction, &user, &context, &headers).await?;
    let user = users::get(&mut transaction, &user).await?.ok_or_else(|| ApiError::not_found("user"))?;
    transaction.commit().await?;
    Ok(logged_in(201, user, &token, &app))
}
