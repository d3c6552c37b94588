//! GitHub's OAuth 2 flow. It issues no id token: who somebody is, is asked of its API with the token, which is then
//! forgotten.

use reqwest::{
    Url,
    header::{ACCEPT, AUTHORIZATION, HeaderValue},
};
use serde_json::Value;

use super::{Claims, Flow, Provider, failed, form};
use crate::{
    app::App,
    config::Config,
    http::{ApiError, Code},
    outbound::Asked,
};

/// Longest answer of GitHub, bytes.
const ANSWER_BYTES_MAX: usize = 256 << 10;

/// Where a browser is sent to log in.
pub(super) fn begin(config: &Config, flow: &Flow) -> Result<Url, ApiError> {
    let address = format!("{}/login/oauth/authorize", config.github_url);
    let mut url = Url::parse(&address).map_err(|error| failed(Provider::GitHub, &error))?;
    url.query_pairs_mut().extend_pairs([
        ("client_id", config.github_client_id.as_str()),
        ("redirect_uri", &Provider::GitHub.redirect_uri(config)),
        ("scope", "read:user user:email"),
        ("state", &flow.state),
        ("code_challenge", &flow.challenge()),
        ("code_challenge_method", "S256"),
    ]);
    Ok(url)
}

/// Where its API is: of GitHub itself on a host of its own, of GitHub Enterprise Server below a path.
pub(crate) fn api(config: &Config) -> String {
    match config.github_url.as_str() {
        "https://github.com" => "https://api.github.com".to_owned(),
        other => format!("{other}/api/v3"),
    }
}

/// Who logged in.
pub(super) async fn finish(app: &App, flow: &Flow, code: &str) -> Result<Claims, ApiError> {
    let config = &app.config;
    let redirect = Provider::GitHub.redirect_uri(config);
    let secret = config.github_client_secret.as_ref().map_or("", |it| it.reveal());
    let body = form(&[
        ("client_id", &config.github_client_id),
        ("client_secret", secret),
        ("code", code),
        ("redirect_uri", &redirect),
        ("code_verifier", &flow.verifier),
    ]);
    let address = format!("{}/login/oauth/access_token", config.github_url);
    let asked = Asked::post(&address, "application/x-www-form-urlencoded", body, ANSWER_BYTES_MAX)
        .header(ACCEPT, HeaderValue::from_static("application/json"));
    let answer = app.outbound.send(asked).await.map_err(|error| failed(Provider::GitHub, &error))?;
    // A refusal comes with status 200, too.
    let answer: Value = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
    let token = answer.get("access_token").and_then(Value::as_str).filter(|token| !token.is_empty());
    let token = token.ok_or_else(|| {
        let why = answer.get("error").and_then(Value::as_str).unwrap_or("no token");
        tracing::warn!(reason = why, "a login elsewhere was refused");
        ApiError::new(Code::Unauthenticated, "GitHub refused this login; begin anew")
    })?;
    let user = ask(app, token, "/user").await?;
    let id = user
        .get("id")
        .and_then(Value::as_u64)
        .ok_or_else(|| failed(Provider::GitHub, &"a user without an id"))?;
    let emails = ask(app, token, "/user/emails").await?;
    let mut emails = emails.as_array().into_iter().flatten();
    let main = emails.find(|it| it["primary"] == true && it["verified"] == true);
    let text = |key: &str| user.get(key).and_then(Value::as_str).unwrap_or("").to_owned();
    Ok(Claims {
        issuer: config.github_url.clone(),
        subject: id.to_string(),
        username: text("login"),
        name: text("name"),
        email: main.and_then(|it| it.get("email")?.as_str()).map(ToOwned::to_owned),
    })
}

async fn ask(app: &App, token: &str, path: &str) -> Result<Value, ApiError> {
    let address = format!("{}{path}", api(&app.config));
    let mut bearer = HeaderValue::from_str(&format!("Bearer {token}"))
        .map_err(|error| failed(Provider::GitHub, &error))?;
    bearer.set_sensitive(true);
    let asked = Asked::get(&address, ANSWER_BYTES_MAX)
        .header(AUTHORIZATION, bearer)
        .header(ACCEPT, HeaderValue::from_static("application/vnd.github+json"));
    let answer = app.outbound.send(asked).await.map_err(|error| failed(Provider::GitHub, &error))?;
    if !answer.status.is_success() {
        return Err(failed(Provider::GitHub, &format!("{path} answered {}", answer.status.as_u16())));
    }
    serde_json::from_slice(&answer.body).map_err(|error| failed(Provider::GitHub, &error))
}
