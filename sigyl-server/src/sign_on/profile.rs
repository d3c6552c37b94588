//! From what a provider says of somebody to a user of ours.

use serde_json::json;

use super::Provider;
use crate::{
    accounts::{self, identities, users, workspaces},
    app::App,
    audit::{Chain, Event, record},
    db::Connection,
    http::{ApiError, RequestContext},
    id::{UserId, WorkspaceId},
};

/// How many names are tried for somebody whose own is taken.
const NAMES_TRIED: u32 = 20;

/// What a provider says of somebody.
#[derive(Debug, Clone)]
pub(crate) struct Claims {
    /// Who says so.
    pub(crate) issuer: String,
    /// Of whom: never given to another person.
    pub(crate) subject: String,
    /// What the person is called there.
    pub(crate) username: String,
    /// The person's name; may be empty.
    pub(crate) name: String,
    /// The address of mail, where the provider checked it.
    pub(crate) email: Option<String>,
}

/// The user whom this is: known from before, made now, or the one who asked for it to be added.
pub(crate) async fn known_or_made(
    app: &App,
    transaction: &mut Connection,
    provider: Provider,
    claims: &Claims,
    link_to: Option<&UserId>,
    context: &RequestContext,
) -> Result<UserId, ApiError> {
    let now = app.clock.now();
    let found = identities::find(transaction, &claims.issuer, &claims.subject).await?;
    match (found, link_to) {
        (Some(user), Some(link_to)) if user != *link_to => {
            return Err(ApiError::conflict("this login belongs to another account of this server"));
        }
        (Some(user), _) => return Ok(user),
        (None, Some(user)) => {
            identities::insert(transaction, claims, user, now).await?;
            let event = Event::done("identity.create", "user", user.as_str())
                .with(json!({ "issuer": claims.issuer }));
            let known = users::get(transaction, user).await?.ok_or_else(|| ApiError::not_found("user"))?;
            let caller = context.stranger().as_user(user, &known.username);
            record(transaction, Chain::Instance, &caller, now, event).await?;
            return Ok(user.clone());
        }
        (None, None) => {}
    }
    if !provider.makes_accounts(&app.config) {
        return Err(ApiError::forbidden(
            "nobody here has this login; log in otherwise and add it to your account",
        ));
    }
    // The first account is the administrator's, by the claim token.
    if !users::any(transaction).await? {
        return Err(ApiError::forbidden("this server was not claimed yet"));
    }
    let (user, workspace) = (UserId::new(now)?, WorkspaceId::new(now)?);
    let username = free_name(transaction, &claims.username).await?;
    let display_name = accounts::display_name(&claims.name).unwrap_or_else(|_| username.clone());
    // An address that somebody here has is theirs: it proves nothing about this login.
    let email = claims.email.as_deref().and_then(|email| accounts::email(email).ok());
    let email = match email {
        Some(email) if !users::has_email(transaction, &email).await? => Some(email),
        _ => None,
    };
    let new = users::NewUser {
        username: &username,
        email: email.as_deref(),
        display_name: &display_name,
        password: None,
        is_operator: false,
    };
    users::insert(transaction, &user, &new, now).await?;
    workspaces::insert(transaction, &workspace, &username, &display_name, &user, now).await?;
    identities::insert(transaction, claims, &user, now).await?;
    let caller = context.stranger().as_user(&user, &username);
    let detail = json!({ "username": username, "issuer": claims.issuer });
    let event = Event::done("user.create", "user", user.as_str()).with(detail);
    record(transaction, Chain::Instance, &caller, now, event).await?;
    let event =
        Event::done("workspace.create", "workspace", workspace.as_str()).with(json!({ "slug": username }));
    record(transaction, Chain::Workspace(&workspace), &caller, now, event).await?;
    Ok(user)
}

/// A name that nobody and no workspace has, as near as can be to the one that the person has elsewhere.
async fn free_name(connection: &mut Connection, wanted: &str) -> Result<String, ApiError> {
    let local = wanted.split('@').next().unwrap_or(wanted).to_lowercase();
    let fine = |c: char| if c.is_ascii_lowercase() || c.is_ascii_digit() { c } else { '-' };
    let mut name: String = local.chars().map(fine).take(30).collect();
    while name.contains("--") {
        name = name.replace("--", "-");
    }
    let name = name.trim_matches('-');
    let name = if accounts::username(name).is_ok() { name.to_owned() } else { format!("user-{name}") };
    let name = name.trim_end_matches('-');
    for number in 1..=NAMES_TRIED {
        let tried = if number == 1 { name.to_owned() } else { format!("{name}-{number}") };
        if accounts::username(&tried).is_ok() && !users::is_taken(connection, &tried).await? {
            return Ok(tried);
        }
    }
    Err(ApiError::conflict("no name is free for this login; ask an operator for an account"))
}
