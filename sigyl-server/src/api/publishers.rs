//! Logins of the official publisher, `mcp-publisher login`: each gives a credential that publishes for five minutes below
//! the namespaces that were proved.

use axum::{Json, extract::State, routing::post};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sigyl_core::secret::SecretText;

use crate::{
    app::App,
    audit::{Chain, Event, record},
    config::PublisherLogin,
    http::{Access, ApiError, Body, Code, Endpoint, Method, RequestContext, schema},
    publishers::{self, Publisher, Signed},
};

/// What all endpoints of this file are like.
const LOGIN: Endpoint = Endpoint {
    method: Method::Post,
    access: Access::Login,
    response: Some(schema::<Credential>),
    ..Endpoint::PLAIN
};

/// By nothing.
pub(super) static NONE: Endpoint = Endpoint {
    id: "login_publisher_none",
    path: "/v0.1/auth/none",
    aliases: &["/v0/auth/none"],
    summary: "Log in as a publisher who proves nothing, where the operator lets that be, for development.",
    handler: || post(by_nothing),
    ..LOGIN
};

/// By the records of a domain.
pub(super) static DNS: Endpoint = Endpoint {
    id: "login_publisher_dns",
    path: "/v0.1/auth/dns",
    aliases: &["/v0/auth/dns"],
    summary: "Log in as a publisher by a key in the TXT records of a domain; it counts for what is below the domain, too.",
    request: Some(schema::<Signed>),
    handler: || post(by_dns),
    ..LOGIN
};

/// By the web server of a domain.
pub(super) static HTTP: Endpoint = Endpoint {
    id: "login_publisher_http",
    path: "/v0.1/auth/http",
    aliases: &["/v0/auth/http"],
    summary: "Log in as a publisher by a key at https://DOMAIN/.well-known/mcp-registry-auth.",
    request: Some(schema::<Signed>),
    handler: || post(by_http),
    ..LOGIN
};

/// By a workflow's token.
pub(super) static GITHUB_OIDC: Endpoint = Endpoint {
    id: "login_publisher_github_oidc",
    path: "/v0.1/auth/github-oidc",
    aliases: &["/v0/auth/github-oidc"],
    summary: "Log in as a publisher by the token of a workflow on GitHub.",
    request: Some(schema::<ActionsToken>),
    handler: || post(by_github_oidc),
    ..LOGIN
};

/// By the token of the issuer that the operator names.
pub(super) static OIDC: Endpoint = Endpoint {
    id: "login_publisher_oidc",
    path: "/v0.1/auth/oidc",
    aliases: &["/v0/auth/oidc"],
    summary: "Log in as a publisher by a token of OpenID Connect, whose claims give namespaces as the operator says.",
    request: Some(schema::<IdToken>),
    handler: || post(by_oidc),
    ..LOGIN
};

/// By a person's token.
pub(super) static GITHUB_AT: Endpoint = Endpoint {
    id: "login_publisher_github_at",
    path: "/v0.1/auth/github-at",
    aliases: &["/v0/auth/github-at"],
    summary: "Log in as a publisher by a person's token of GitHub, for that person and the organizations it owns.",
    request: Some(schema::<AccessToken>),
    handler: || post(by_github_at),
    ..LOGIN
};

/// The token of a workflow.
#[derive(Deserialize, JsonSchema)]
struct ActionsToken {
    #[schemars(extend("pattern" = crate::http::pattern::TOKEN))]
    oidc_token: SecretText,
}

/// The token of somebody whom the issuer knows.
#[derive(Deserialize, JsonSchema)]
struct IdToken {
    #[schemars(extend("pattern" = crate::http::pattern::TOKEN))]
    oidc_token: SecretText,
}

/// A person's token.
#[derive(Deserialize, JsonSchema)]
struct AccessToken {
    github_token: SecretText,
}

/// What a publisher carries from now on.
#[derive(Serialize, JsonSchema)]
struct Credential {
    /// To be sent as `Authorization: Bearer`.
    registry_token: String,
    /// When it ends, in seconds since 1970.
    expires_at: i64,
}

/// Whether this kind of login is offered.
fn offered(app: &App, by: PublisherLogin) -> Result<(), ApiError> {
    if app.config.publishers.logins.contains(&by) {
        return Ok(());
    }
    Err(ApiError::new(
        Code::NotFound,
        "this registry has no login of this kind; its operator says so in publishers.logins",
    ))
}

/// Ends a login: what was proved becomes a credential, and either way the log is told.
async fn finish(
    app: &App,
    context: &RequestContext,
    by: PublisherLogin,
    proved: Result<Publisher, ApiError>,
) -> Result<Json<Credential>, ApiError> {
    let now = app.clock.now();
    let proved = proved.and_then(|publisher| publisher.of_use(app));
    let publisher = match proved {
        Ok(publisher) => publisher,
        // A mistake in the request, or an outage, is no attempt.
        Err(error) if error.is_refusal() => {
            let event = Event::done("publisher.login", "publisher", by.as_str()).refused();
            let mut transaction = app.db.begin().await?;
            record(&mut transaction, Chain::Instance, &context.stranger(), now, event).await?;
            transaction.commit().await?;
            return Err(error);
        }
        Err(error) => return Err(error),
    };
    let (id, caller) = (publisher.id(), context.caller(publisher.actor()));
    let namespaces = publisher.grants.clone();
    let too_many = || ApiError::forbidden("too many namespaces were proved at once");
    let (credential, ends_at) = app.publisher_key.write(publisher, now).ok_or_else(too_many)?;
    let event = Event::done("publisher.login", "publisher", &id).with(json!({ "namespaces": namespaces }));
    let mut transaction = app.db.begin().await?;
    record(&mut transaction, Chain::Instance, &caller, now, event).await?;
    transaction.commit().await?;
    Ok(Json(Credential { registry_token: credential.reveal().to_owned(), expires_at: ends_at.0 / 1000 }))
}

async fn by_nothing(State(app): State<App>, context: RequestContext) -> Result<Json<Credential>, ApiError> {
    let by = PublisherLogin::None;
    offered(&app, by)?;
    finish(&app, &context, by, Ok(Publisher::anonymous())).await
}

async fn by_dns(
    State(app): State<App>,
    context: RequestContext,
    Body(signed): Body<Signed>,
) -> Result<Json<Credential>, ApiError> {
    signed_by(&app, &context, PublisherLogin::Dns, &signed).await
}

async fn by_http(
    State(app): State<App>,
    context: RequestContext,
    Body(signed): Body<Signed>,
) -> Result<Json<Credential>, ApiError> {
    signed_by(&app, &context, PublisherLogin::Http, &signed).await
}

async fn signed_by(
    app: &App,
    context: &RequestContext,
    by: PublisherLogin,
    signed: &Signed,
) -> Result<Json<Credential>, ApiError> {
    offered(app, by)?;
    let proved = publishers::prove(app, by, signed).await;
    finish(app, context, by, proved).await
}

async fn by_github_oidc(
    State(app): State<App>,
    context: RequestContext,
    Body(sent): Body<ActionsToken>,
) -> Result<Json<Credential>, ApiError> {
    let by = PublisherLogin::GithubOidc;
    offered(&app, by)?;
    let proved = publishers::by_actions_token(&app, sent.oidc_token.reveal()).await;
    finish(&app, &context, by, proved).await
}

async fn by_oidc(
    State(app): State<App>,
    context: RequestContext,
    Body(sent): Body<IdToken>,
) -> Result<Json<Credential>, ApiError> {
    let by = PublisherLogin::Oidc;
    offered(&app, by)?;
    let proved = publishers::by_id_token(&app, sent.oidc_token.reveal()).await;
    finish(&app, &context, by, proved).await
}

async fn by_github_at(
    State(app): State<App>,
    context: RequestContext,
    Body(sent): Body<AccessToken>,
) -> Result<Json<Credential>, ApiError> {
    let by = PublisherLogin::GithubAt;
    offered(&app, by)?;
    let proved = publishers::by_access_token(&app, sent.github_token.reveal()).await;
    finish(&app, &context, by, proved).await
}
