//! Users: registration where it is open, and what operators do.

use axum::{
    Json,
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
    routing::{get, patch, post},
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use sigyl_core::secret::SecretText;

use super::login::{LoggedIn, begin_session, logged_in};
use crate::{
    accounts::{self, passwords, sessions, users, workspaces},
    app::App,
    audit::{Chain, Event, record},
    config::Registration,
    db::{Connection, DbError},
    http::{
        Access, ApiError, Body, Endpoint, Method, Page, PageQuery, Principal, QueryOf, RequestContext, schema,
    },
    id::{UserId, WorkspaceId},
};

/// All users.
pub(super) static LIST: Endpoint = Endpoint {
    id: "list_users",
    path: "/api/v1/users",
    summary: "All users of this server, oldest first.",
    access: Access::Operator,
    query: Some(schema::<PageQuery>),
    response: Some(schema::<Page<users::User>>),
    handler: || get(list),
    ..Endpoint::PLAIN
};

/// Registers.
pub(super) static CREATE: Endpoint = Endpoint {
    id: "create_user",
    method: Method::Post,
    path: "/api/v1/users",
    summary: "Make an account and a workspace, where the server lets anyone; otherwise accept an invitation.",
    access: Access::Login,
    request: Some(schema::<NewAccount>),
    status: 201,
    response: Some(schema::<LoggedIn>),
    handler: || post(create),
    ..Endpoint::PLAIN
};

/// Changes what operators decide.
pub(super) static UPDATE: Endpoint = Endpoint {
    id: "update_user",
    method: Method::Patch,
    path: "/api/v1/users/{id}",
    summary: "Let a user log in or not, or make an operator. Who may not log in has no session and no key.",
    access: Access::Operator,
    request: Some(schema::<Standing>),
    response: Some(schema::<users::User>),
    handler: || patch(update),
    ..Endpoint::PLAIN
};

/// An account that is about to be.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAccount {
    #[schemars(length(min = 2, max = 39), extend("pattern" = crate::http::pattern::HANDLE))]
    pub(super) username: String,
    #[schemars(length(max = 1024))]
    pub(super) password: SecretText,
    #[schemars(length(max = 254), extend("pattern" = crate::http::pattern::MAIL))]
    pub(super) email: Option<String>,
    #[schemars(length(min = 1, max = 100), extend("pattern" = crate::http::pattern::SEEN))]
    pub(super) display_name: Option<String>,
}

/// What to change; what is absent stays.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Standing {
    /// Whether the user may log in.
    is_active: Option<bool>,
    /// Whether the user runs this server.
    is_operator: Option<bool>,
}

async fn list(
    State(app): State<App>,
    QueryOf(page): QueryOf<PageQuery>,
) -> Result<Json<Page<users::User>>, ApiError> {
    let limit = page.limit()?;
    let after: String = match &page.cursor {
        Some(cursor) => app.cursors.read(LIST.id, cursor)?,
        None => String::new(),
    };
    let mut connection = app.db.connection().await?;
    let items = users::list(&mut connection, &after, i64::from(limit) + 1).await?;
    Page::of(items, limit, |user| app.cursors.write(LIST.id, &user.id)).map(Json)
}

/// An account whose values were checked.
pub(super) struct Checked {
    pub(super) username: String,
    pub(super) email: Option<String>,
    display_name: String,
    password: sigyl_core::secret::PasswordHash,
}

/// Checks an account's values and hashes its password.
pub(super) async fn checked(app: &App, new: &NewAccount) -> Result<Checked, ApiError> {
    let username = accounts::username(&new.username)?;
    let email = new.email.as_deref().map(accounts::email).transpose()?;
    let display_name = accounts::display_name(new.display_name.as_deref().unwrap_or(&username))?;
    let names = [username.as_str(), email.as_deref().unwrap_or("")];
    let password = passwords::hash(app, &new.password, &names).await?;
    Ok(Checked { username, email, display_name, password })
}

/// Makes the account with a workspace of its own.
pub(super) async fn insert(
    app: &App,
    transaction: &mut Connection,
    new: &Checked,
    context: &RequestContext,
) -> Result<UserId, ApiError> {
    let now = app.clock.now();
    let (user, workspace) = (UserId::new(now)?, WorkspaceId::new(now)?);
    let account = users::NewUser {
        username: &new.username,
        email: new.email.as_deref(),
        display_name: &new.display_name,
        password: Some(&new.password),
        is_operator: false,
    };
    let taken = |error: DbError| match error.is_duplicate() {
        true => ApiError::conflict("this name or address of mail is taken"),
        false => error.into(),
    };
    users::insert(transaction, &user, &account, now).await.map_err(taken)?;
    workspaces::insert(transaction, &workspace, &new.username, &new.display_name, &user, now)
        .await
        .map_err(taken)?;
    let caller = context.stranger().as_user(&user, &new.username);
    let event = Event::done("user.create", "user", user.as_str()).with(json!({ "username": new.username }));
    record(transaction, Chain::Instance, &caller, now, event).await?;
    let event = Event::done("workspace.create", "workspace", workspace.as_str())
        .with(json!({ "slug": new.username }));
    record(transaction, Chain::Workspace(&workspace), &caller, now, event).await?;
    Ok(user)
}

async fn create(
    State(app): State<App>,
    context: RequestContext,
    headers: HeaderMap,
    Body(new): Body<NewAccount>,
) -> Result<Response, ApiError> {
    if app.config.registration != Registration::Open {
        return Err(ApiError::forbidden("accounts are made by invitation on this server"));
    }
    let new = checked(&app, &new).await?;
    let mut transaction = app.db.begin().await?;
    // The first account is the administrator's, by the claim token.
    if !users::any(&mut transaction).await? {
        return Err(ApiError::forbidden("this server was not claimed yet"));
    }
    let user = insert(&app, &mut transaction, &new, &context).await?;
    let token = begin_session(&app, &mut transaction, &user, &context, &headers).await?;
    let user = users::get(&mut transaction, &user).await?.ok_or_else(|| ApiError::not_found("user"))?;
    transaction.commit().await?;
    Ok(logged_in(201, user, &token, &app))
}

async fn update(
    State(app): State<App>,
    principal: Principal,
    Path(id): Path<String>,
    Body(standing): Body<Standing>,
) -> Result<Json<users::User>, ApiError> {
    let missing = || ApiError::not_found("user");
    let id = UserId::parse(&id).ok_or_else(missing)?;
    let now = app.clock.now();
    let mut transaction = app.db.begin().await?;
    users::set_standing(&mut transaction, &id, standing.is_active, standing.is_operator, now).await?;
    let user = users::get(&mut transaction, &id).await?.ok_or_else(missing)?;
    if users::operators(&mut transaction).await? == 0 {
        return Err(ApiError::conflict("the server would have no operator who may log in"));
    }
    if !user.is_active {
        sessions::delete_all_but(&mut transaction, &id, None).await?;
    }
    let detail = json!({ "is_active": user.is_active, "is_operator": user.is_operator });
    let event = Event::done("user.standing", "user", id.as_str()).with(detail);
    record(&mut transaction, Chain::Instance, principal.caller(), now, event).await?;
    transaction.commit().await?;
    Ok(Json(user))
}
