//! Who calls, and whether they may: decided before a handler runs, from what its endpoint declares.

use std::convert::Infallible;

use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts, RawPathParams, Request, State},
    http::{HeaderMap, header, request::Parts},
    middleware::Next,
    response::Response,
};
use sigyl_core::secret::{Token, TokenHash, TokenKind};

use super::{ApiError, Code, Endpoint, RequestContext, limits::Rate, origin};
use crate::{
    accounts::{Role, Scope, api_keys, read_links, sessions, workspaces},
    app::App,
    audit::{Actor, Caller},
    id::{ApiKeyId, SessionId, UserId, WorkspaceId},
    publishers::{self, Publisher},
};

/// The cookie of a session. Browsers take a `__Host-` cookie only with Secure, for the whole host and no domain.
pub(crate) const SESSION_COOKIE: &str = "__Host-sigyl";

/// Names the workspace that is meant, by id or slug, where the path does not.
const WORKSPACE_HEADER: &str = "sigyl-workspace";

/// Who may use an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Anyone.
    Public,
    /// Anyone, at the pace of logins.
    Login,
    /// Who is logged in with a browser's session: what a key must never do.
    Session,
    /// Who is known, with a key of this scope or a session.
    User(Scope),
    /// A member of the workspace with this role or a higher one, with a key of this scope or a session.
    Member(Role, Scope),
    /// Whoever runs the server, with a session or a key of scope admin.
    Operator,
}

/// How somebody proved who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Via {
    Session(SessionId),
    Key { id: ApiKeyId, scopes: Vec<Scope>, workspace: WorkspaceId },
}

/// Somebody who is known. Made by authentication alone.
#[derive(Debug, Clone)]
pub(crate) struct Principal {
    pub(crate) user: UserId,
    pub(crate) username: String,
    pub(crate) is_operator: bool,
    pub(crate) via: Via,
    caller: Caller,
}

impl Principal {
    /// Who this is, for the audit log.
    pub(crate) fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Whether a person is there, not a key.
    pub(crate) fn is_session(&self) -> bool {
        matches!(self.via, Via::Session(_))
    }

    pub(crate) fn has(&self, scope: Scope) -> bool {
        match &self.via {
            Via::Session(_) => true,
            Via::Key { scopes, .. } => scopes.contains(&scope),
        }
    }
}

/// The workspace that a request is about, and the caller's role in it. Made by the access check alone, and what is
/// asked of the database about a workspace takes one, so that nobody can ask about another.
#[derive(Debug, Clone)]
pub(crate) struct Tenant {
    pub(crate) id: WorkspaceId,
    pub(crate) slug: String,
    pub(crate) role: Role,
    /// Who asks: the id of a user, or what else is known of who publishes. It decides which private servers are seen.
    pub(crate) me: String,
}

/// The workspace whose address of the registry was asked, one that nobody can guess. Made by the access check alone.
#[derive(Debug, Clone)]
pub(crate) struct RegistryLink {
    pub(crate) workspace: WorkspaceId,
}

/// An endpoint with the state, for its check.
#[derive(Clone)]
pub(super) struct Gate {
    pub(super) app: App,
    pub(super) endpoint: &'static Endpoint,
}

/// What a request shows of who sends it.
pub(crate) enum Credentials {
    None,
    Key(TokenHash),
    Session(TokenHash),
    /// What a publisher carries after a login.
    Publisher(String),
    /// Something that cannot be a token of ours.
    Wrong,
}

impl Credentials {
    /// A key in `Authorization` wins over a cookie.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        if let Some(value) = headers.get(header::AUTHORIZATION) {
            let token = value.to_str().ok().and_then(|value| {
                let (scheme, token) = value.split_once(' ')?;
                scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
            });
            if let Some(token) = token.filter(|token| publishers::is_one(token)) {
                return Self::Publisher(token.to_owned());
            }
            return match token.and_then(|token| Token::parse(TokenKind::ApiKey, token)) {
                Some(token) => Self::Key(token.hash()),
                None => Self::Wrong,
            };
        }
        // A cookie that is not ours any more is no reason to refuse what anyone may see.
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        let ours = lines.flat_map(|line| line.split(';')).find_map(|cookie| {
            let (name, value) = cookie.trim().split_once('=')?;
            (name == SESSION_COOKIE).then(|| Token::parse(TokenKind::Session, value)).flatten()
        });
        ours.map_or(Self::None, |token| Self::Session(token.hash()))
    }
}

/// The check.
pub(super) async fn check(
    State(gate): State<Gate>,
    path: RawPathParams,
    mut request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let (app, endpoint) = (&gate.app, gate.endpoint);
    let context = RequestContext::of(request.extensions())?;
    if path.iter().any(|(_, value)| value.contains('\0')) {
        return Err(ApiError::invalid("the path has the character U+0000"));
    }
    let credentials = Credentials::of(request.headers());
    let is_wrong = matches!(credentials, Credentials::Wrong);
    if let Credentials::Publisher(token) = &credentials {
        let publisher = app.publisher_key.read(token, app.clock.now());
        publisher_may(app, endpoint, publisher.as_ref(), &context).await?;
        if let Some(publisher) = publisher.filter(|_| endpoint.is_for_publishers) {
            request.extensions_mut().insert(publisher);
        }
        return Ok(next.run(request).await);
    }
    let principal = authenticate(app, credentials, &context).await?;
    limit(app, endpoint, principal.as_ref(), &context).await?;
    if is_wrong {
        return Err(ApiError::new(Code::Unauthenticated, "this is no key of this server"));
    }
    if let Some((_, token)) = path.iter().find(|(name, _)| *name == "token") {
        let missing = || ApiError::not_found("page");
        let token = Token::parse(TokenKind::ReadLink, token).ok_or_else(missing)?;
        let found = read_links::find(&app.db, &token.hash(), app.clock.now()).await?;
        request.extensions_mut().insert(RegistryLink { workspace: found.ok_or_else(missing)? });
    }
    let Some(principal) = principal else {
        if matches!(endpoint.access, Access::Public | Access::Login) {
            return Ok(next.run(request).await);
        }
        let shown = request.headers().contains_key(header::AUTHORIZATION);
        let message =
            if shown { "this key is not known, not active, or has ended" } else { "log in, or send a key" };
        return Err(ApiError::new(Code::Unauthenticated, message));
    };
    let by_cookie = matches!(principal.via, Via::Session(_));
    if by_cookie && !endpoint.method.is_safe() && !origin::is_from_our_page(request.headers(), &app.config) {
        return Err(ApiError::forbidden("this request comes from a page of another origin"));
    }
    if let Some(tenant) = permit(app, endpoint, &principal, &path, request.headers()).await? {
        request.extensions_mut().insert(tenant);
    }
    request.extensions_mut().insert(principal);
    Ok(next.run(request).await)
}

async fn authenticate(
    app: &App,
    credentials: Credentials,
    context: &RequestContext,
) -> Result<Option<Principal>, ApiError> {
    let now = app.clock.now();
    let (known, via) = match credentials {
        Credentials::None | Credentials::Publisher(_) | Credentials::Wrong => return Ok(None),
        Credentials::Key(hash) => match api_keys::find(&app.db, &hash, now).await? {
            Some(key) => {
                app.key_use.count(&key.id, now);
                (key.user, Via::Key { id: key.id, scopes: key.scopes, workspace: key.workspace })
            }
            None => return Ok(None),
        },
        Credentials::Session(hash) => match sessions::find(&app.db, &app.config, &hash, now).await? {
            Some(session) => (session.user, Via::Session(session.id)),
            None => return Ok(None),
        },
    };
    let kind = match &via {
        Via::Session(_) => "user",
        Via::Key { .. } => "api-key",
    };
    let actor_id = match &via {
        Via::Session(_) => known.id.to_string(),
        Via::Key { id, .. } => id.to_string(),
    };
    let caller = context.caller(Actor { kind, id: actor_id, name: known.username.clone() });
    Ok(Some(Principal {
        user: known.id,
        username: known.username,
        is_operator: known.is_operator,
        via,
        caller,
    }))
}

/// Callers who are known are counted by themselves, all others by their address.
async fn limit(
    app: &App,
    endpoint: &Endpoint,
    principal: Option<&Principal>,
    context: &RequestContext,
) -> Result<(), ApiError> {
    let who = match principal.map(|principal| (&principal.via, &principal.user)) {
        Some((Via::Key { id, .. }, _)) => format!("key {id}"),
        Some((Via::Session(_), user)) => format!("user {user}"),
        None => format!("address {}", context.network()),
    };
    take(app, endpoint, &who, context).await
}

async fn take(app: &App, endpoint: &Endpoint, who: &str, context: &RequestContext) -> Result<(), ApiError> {
    let config = &app.config;
    let (kind, rate) = match endpoint.access {
        // By address even for those who are known: a session is no licence to guess.
        Access::Login => {
            let bucket = format!("login {}", context.network());
            return app.limiter.take(&bucket, Rate::one_by_one(config.logins_per_minute)).await;
        }
        _ if endpoint.method.is_safe() => ("read", Rate { per_minute: config.reads_per_minute, share: 32 }),
        _ => ("write", Rate { per_minute: config.writes_per_minute, share: 4 }),
    };
    app.limiter.take(&format!("{kind} {who}"), rate).await
}

/// Lets a publisher do what is for publishers, and what anyone may. What is refused is counted by address.
async fn publisher_may(
    app: &App,
    endpoint: &Endpoint,
    publisher: Option<&Publisher>,
    context: &RequestContext,
) -> Result<(), ApiError> {
    let who = match publisher.filter(|_| endpoint.is_for_publishers) {
        Some(publisher) => format!("publisher {}", publisher.id()),
        None => format!("address {}", context.network()),
    };
    take(app, endpoint, &who, context).await?;
    match publisher {
        None => Err(ApiError::new(Code::Unauthenticated, "this login has ended; log in again")),
        Some(_) if endpoint.is_for_publishers => Ok(()),
        Some(_) if matches!(endpoint.access, Access::Public | Access::Login) => Ok(()),
        Some(_) => Err(ApiError::forbidden("a publisher's login publishes, and does nothing else")),
    }
}

async fn permit(
    app: &App,
    endpoint: &Endpoint,
    principal: &Principal,
    path: &RawPathParams,
    headers: &HeaderMap,
) -> Result<Option<Tenant>, ApiError> {
    let lacks = |scope: Scope| ApiError::forbidden(format!("this key lacks the scope {}", scope.as_str()));
    match endpoint.access {
        Access::Public | Access::Login => Ok(None),
        Access::Session => match principal.via {
            Via::Session(_) => Ok(None),
            Via::Key { .. } => Err(ApiError::forbidden("this needs a person who is logged in, not a key")),
        },
        Access::User(scope) if principal.has(scope) => Ok(None),
        Access::User(scope) => Err(lacks(scope)),
        Access::Operator if !principal.is_operator => {
            Err(ApiError::forbidden("only an operator of this server may do this"))
        }
        Access::Operator if principal.has(Scope::Admin) => Ok(None),
        Access::Operator => Err(lacks(Scope::Admin)),
        Access::Member(role, scope) => {
            let named = path.iter().find(|(name, _)| *name == "workspace").map(|(_, value)| value.to_owned());
            let tenant = tenant(app, principal, named, headers).await?;
            if !principal.has(scope) {
                return Err(lacks(scope));
            }
            if tenant.role < role {
                return Err(ApiError::forbidden(format!("this needs the role {}", role.as_str())));
            }
            Ok(Some(tenant))
        }
    }
}

/// The workspace that is meant: of the path, of the header, of the key, else the caller's first. One that the caller is
/// no member of looks like one that does not exist.
async fn tenant(
    app: &App,
    principal: &Principal,
    named: Option<String>,
    headers: &HeaderMap,
) -> Result<Tenant, ApiError> {
    let header =
        || headers.get(WORKSPACE_HEADER).and_then(|value| value.to_str().ok()).map(ToOwned::to_owned);
    let named = named.or_else(header);
    let of_key = match &principal.via {
        Via::Key { workspace, .. } => Some(workspace),
        Via::Session(_) => None,
    };
    let found = match (&named, of_key) {
        (Some(name), _) => workspaces::membership(&app.db, &principal.user, name).await?,
        (None, Some(workspace)) => {
            workspaces::membership(&app.db, &principal.user, workspace.as_str()).await?
        }
        (None, None) => workspaces::first_membership(&app.db, &principal.user).await?,
    };
    found
        .filter(|membership| of_key.is_none_or(|workspace| *workspace == membership.workspace_id))
        .map(|found| Tenant {
            id: found.workspace_id,
            slug: found.slug,
            role: found.role,
            me: principal.user.to_string(),
        })
        .ok_or_else(|| ApiError::not_found("workspace"))
}

impl<S: Send + Sync> FromRequestParts<S> for Principal {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let known = parts.extensions.get::<Self>().cloned();
        known.ok_or_else(|| ApiError::new(Code::Unauthenticated, "log in, or send a key"))
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for Principal {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Tenant {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        // Missing where the endpoint declares no membership: a mistake of ours, which must not open anything.
        parts.extensions.get::<Self>().cloned().ok_or_else(|| ApiError::not_found("workspace"))
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for RegistryLink {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned())
    }
}
