//! Invitations into a workspace.

use std::time::Duration;

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{delete as deletes, get, post},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sigyl_core::secret::{SecretText, Token, TokenKind};

use super::{
    login::{LoggedIn, begin_session, logged_in},
    users::{NewAccount, checked, insert},
};
use crate::{
    accounts::{self, Role, Scope, invitations, members, users},
    app::App,
    audit::{Chain, Event, record},
    http::{
        Access, ApiError, Body, Created, Endpoint, Method, Page, PageQuery, Principal, QueryOf,
        RequestContext, Tenant, schema,
    },
    id::InvitationId,
};

/// How long an invitation lasts when nobody says.
const DAYS_DEFAULT: u32 = 7;

/// Invitations that nobody has taken.
pub(super) static LIST: Endpoint = Endpoint {
    id: "list_invitations",
    path: "/api/v1/workspaces/{workspace}/invitations",
    summary: "Invitations that nobody has taken yet.",
    access: Access::Member(Role::Admin, Scope::Admin),
    query: Some(schema::<PageQuery>),
    response: Some(schema::<Page<invitations::Invitation>>),
    handler: || get(list),
    ..Endpoint::PLAIN
};

/// Invites.
pub(super) static CREATE: Endpoint = Endpoint {
    id: "create_invitation",
    method: Method::Post,
    path: "/api/v1/workspaces/{workspace}/invitations",
    summary: "Invite somebody; the answer has the token, which is shown once and sent by nobody.",
    access: Access::Member(Role::Admin, Scope::Admin),
    request: Some(schema::<NewInvitation>),
    status: 201,
    response: Some(schema::<WithToken>),
    handler: || post(create),
    ..Endpoint::PLAIN
};

/// Takes an invitation back.
pub(super) static DELETE: Endpoint = Endpoint {
    id: "delete_invitation",
    method: Method::Delete,
    path: "/api/v1/workspaces/{workspace}/invitations/{id}",
    summary: "Take an invitation back.",
    access: Access::Member(Role::Admin, Scope::Admin),
    status: 204,
    handler: || deletes(delete),
    ..Endpoint::PLAIN
};

/// Accepts an invitation.
pub(super) static ACCEPT: Endpoint = Endpoint {
    id: "accept_invitation",
    method: Method::Post,
    path: "/api/v1/invitations/accept",
    summary: "Accept an invitation: with an account for who has none, without one for who is logged in.",
    access: Access::Login,
    request: Some(schema::<Accept>),
    response: Some(schema::<LoggedIn>),
    handler: || post(accept),
    ..Endpoint::PLAIN
};

/// An invitation that is about to be.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewInvitation {
    role: Role,
    /// Whom it is for: who accepts it must give this address of mail.
    email: Option<String>,
    /// How long it lasts; a week when absent.
    #[schemars(range(min = 1, max = 30))]
    days: Option<u32>,
}

/// An invitation and its token.
#[derive(Debug, Serialize, JsonSchema)]
struct WithToken {
    #[serde(flatten)]
    invitation: invitations::Invitation,
    /// Shown once.
    token: String,
}

/// An invitation that is accepted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Accept {
    token: SecretText,
    /// The account to make, for who has none.
    account: Option<NewAccount>,
}

#[derive(Debug, Deserialize)]
struct Named {
    id: String,
}

async fn list(
    State(app): State<App>,
    tenant: Tenant,
    QueryOf(page): QueryOf<PageQuery>,
) -> Result<Json<Page<invitations::Invitation>>, ApiError> {
    let limit = page.limit()?;
    let after: String = match &page.cursor {
        Some(cursor) => app.cursors.read(LIST.id, cursor)?,
        None => String::new(),
    };
    let mut connection = app.db.connection().await?;
    let now = app.clock.now();
    let items = invitations::list(&mut connection, &tenant, &after, i64::from(limit) + 1, now).await?;
    Page::of(items, limit, |invitation| app.cursors.write(LIST.id, &invitation.id)).map(Json)
}

async fn create(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Body(new): Body<NewInvitation>,
) -> Result<Created<WithToken>, ApiError> {
    if new.role > tenant.role {
        return Err(ApiError::forbidden("nobody invites into a role above their own"));
    }
    let email = new.email.as_deref().map(accounts::email).transpose()?;
    let days = new.days.unwrap_or(DAYS_DEFAULT);
    if !(1..=30).contains(&days) {
        return Err(ApiError::invalid("days: from 1 to 30"));
    }
    let now = app.clock.now();
    let ends = now.after(Duration::from_secs(u64::from(days) * 86_400));
    let mut transaction = app.db.begin().await?;
    let (invitation, token) = invitations::insert(
        &mut transaction,
        &tenant,
        email.as_deref(),
        new.role,
        &principal.user,
        now,
        ends,
    )
    .await?;
    let event = Event::done("invitation.create", "invitation", invitation.id.as_str())
        .with(json!({ "role": new.role }));
    record(&mut transaction, Chain::Workspace(&tenant.id), principal.caller(), now, event).await?;
    transaction.commit().await?;
    Ok(Created(WithToken { invitation, token: token.reveal().to_owned() }))
}

async fn delete(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Path(named): Path<Named>,
) -> Result<StatusCode, ApiError> {
    let missing = || ApiError::not_found("invitation");
    let id = InvitationId::parse(&named.id).ok_or_else(missing)?;
    let mut transaction = app.db.begin().await?;
    if !invitations::delete(&mut transaction, &tenant, &id).await? {
        return Err(missing());
    }
    let event = Event::done("invitation.delete", "invitation", id.as_str());
    record(&mut transaction, Chain::Workspace(&tenant.id), principal.caller(), app.clock.now(), event)
        .await?;
    transaction.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn accept(
    State(app): State<App>,
    context: RequestContext,
    principal: Option<Principal>,
    headers: HeaderMap,
    Body(accept): Body<Accept>,
) -> Result<Response, ApiError> {
    let wrong = || ApiError::not_found("invitation");
    let token = Token::parse(TokenKind::Invitation, accept.token.reveal().trim()).ok_or_else(wrong)?;
    if principal.as_ref().is_some_and(|it| !it.is_session()) {
        return Err(ApiError::forbidden("this needs a person who is logged in, not a key"));
    }
    let new = match (&principal, &accept.account) {
        (None, Some(account)) => Some(checked(&app, account).await?),
        (None, None) => return Err(ApiError::invalid("account: log in, or give the account to make")),
        (Some(_), Some(_)) => {
            return Err(ApiError::invalid("account: there is one already, who is logged in"));
        }
        (Some(_), None) => None,
    };
    let now = app.clock.now();
    let mut transaction = app.db.begin().await?;
    // Taken first, so that it is taken once; whoever fails below gives it back.
    let taken = invitations::take(&mut transaction, &token.hash(), now).await?.ok_or_else(wrong)?;
    let (user, session) = match (&principal, &new) {
        (Some(principal), _) => (principal.user.clone(), None),
        (None, Some(new)) => {
            let user = insert(&app, &mut transaction, new, &context).await?;
            let session = begin_session(&app, &mut transaction, &user, &context, &headers).await?;
            (user, Some(session))
        }
        (None, None) => return Err(wrong()),
    };
    let user = users::get(&mut transaction, &user).await?.ok_or_else(|| ApiError::not_found("user"))?;
    if taken.email.is_some() && taken.email != user.email {
        return Err(ApiError::forbidden("this invitation is for another address of mail"));
    }
    members::insert(&mut transaction, &taken.workspace_id, &user.id, taken.role, now).await?;
    let caller = context.stranger().as_user(&user.id, &user.username);
    let event = Event::done("member.create", "user", user.id.as_str())
        .with(json!({ "role": taken.role, "invitation": taken.id }));
    record(&mut transaction, Chain::Workspace(&taken.workspace_id), &caller, now, event).await?;
    transaction.commit().await?;
    Ok(match session {
        Some(session) => logged_in(200, user, &session, &app),
        None => Json(json!({ "user": user })).into_response(),
    })
}
