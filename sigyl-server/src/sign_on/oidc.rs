//! OpenID Connect: discovery, the code flow with PKCE, and an id token that is signed for us.

use std::time::Duration;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use reqwest::{
    Url,
    header::{ACCEPT, AUTHORIZATION, HeaderValue},
};
use serde_json::Value;
use sigyl_core::secret::{JwsError, same, verify_jws};

use super::{Claims, Flow, Provider, failed, form};
use crate::{
    app::App,
    clock::Timestamp,
    config::Config,
    http::{ApiError, Code},
    outbound::Asked,
};

/// Longest answer of a provider, bytes.
const ANSWER_BYTES_MAX: usize = 256 << 10;

/// How long what was learnt is believed.
const BELIEVED: Duration = Duration::from_secs(600);

/// How soon a key that is not known is asked for again.
const ASKED_AGAIN: Duration = Duration::from_secs(30);

/// By how much clocks may differ.
const LEEWAY_S: i64 = 60;

/// What the provider says of itself.
#[derive(Debug, Clone)]
pub(crate) struct Discovered {
    authorization: String,
    token: String,
    keys: Value,
    /// Empty where it has none.
    userinfo: String,
    sends_issuer: bool,
    takes_basic: bool,
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or("")
}

/// Where a browser is sent to log in.
pub(super) async fn begin(app: &App, flow: &Flow) -> Result<Url, ApiError> {
    let config = &app.config;
    let found = discovered(app, BELIEVED).await?;
    let mut url = Url::parse(&found.authorization).map_err(|error| failed(Provider::Oidc, &error))?;
    url.query_pairs_mut().extend_pairs([
        ("response_type", "code"),
        ("client_id", &config.oidc_client_id),
        ("redirect_uri", &Provider::Oidc.redirect_uri(config)),
        ("scope", "openid profile email"),
        ("state", &flow.state),
        ("nonce", &flow.nonce),
        ("code_challenge", &flow.challenge()),
        ("code_challenge_method", "S256"),
    ]);
    Ok(url)
}

/// Who logged in.
pub(super) async fn finish(
    app: &App,
    flow: &Flow,
    code: &str,
    iss: Option<&str>,
) -> Result<Claims, ApiError> {
    let config = &app.config;
    let found = discovered(app, BELIEVED).await?;
    // RFC 9207: an answer of another provider is not sent to this one.
    if iss.is_some_and(|iss| iss != config.oidc_issuer) || (iss.is_none() && found.sends_issuer) {
        return Err(ApiError::new(Code::Unauthenticated, "this login came back from another provider"));
    }
    let redirect = Provider::Oidc.redirect_uri(config);
    let mut pairs = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", &redirect),
        ("client_id", &config.oidc_client_id),
        ("code_verifier", &flow.verifier),
    ];
    let secret = config.oidc_client_secret.as_ref();
    if let Some(secret) = secret.filter(|_| !found.takes_basic) {
        pairs.push(("client_secret", secret.reveal()));
    }
    let mut asked =
        Asked::post(&found.token, "application/x-www-form-urlencoded", form(&pairs), ANSWER_BYTES_MAX)
            .header(ACCEPT, HeaderValue::from_static("application/json"));
    if let Some(secret) = secret.filter(|_| found.takes_basic) {
        // RFC 6749, 2.3.1: both are encoded as in a form before they are put together.
        let encoded = |text: &str| {
            String::from_utf8(form(&[("", text)])).unwrap_or_default().trim_start_matches('=').to_owned()
        };
        let both = format!("{}:{}", encoded(&config.oidc_client_id), encoded(secret.reveal()));
        let mut value = HeaderValue::from_str(&format!("Basic {}", BASE64_STANDARD.encode(both)))
            .map_err(|error| failed(Provider::Oidc, &error))?;
        value.set_sensitive(true);
        asked = asked.header(AUTHORIZATION, value);
    }
    let answer = app.outbound.send(asked).await.map_err(|error| failed(Provider::Oidc, &error))?;
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
    if !answer.status.is_success() {
        let why = format!("its token endpoint answered {} {}", answer.status.as_u16(), text(&body, "error"));
        tracing::warn!(reason = why, "a login elsewhere was refused");
        return Err(ApiError::new(Code::Unauthenticated, "the provider refused this login; begin anew"));
    }
    let token = text(&body, "id_token");
    let claims = match verify_jws(token, &found.keys) {
        // The provider may have new keys since.
        Err(JwsError::UnknownKey | JwsError::Signature) => {
            verify_jws(token, &discovered(app, ASKED_AGAIN).await?.keys)
        }
        done => done,
    };
    let wrong = |why: &dyn std::fmt::Display| {
        tracing::warn!(reason = %why, "an id token is not believed");
        ApiError::new(Code::Unauthenticated, "the provider's word about this login is not believed")
    };
    let claims = claims.map_err(|error| wrong(&error))?;
    check(&claims, config, &flow.nonce, app.clock.now()).map_err(|why| wrong(&why))?;
    let subject = text(&claims, "sub").to_owned();
    let claims = about(app, &found, claims, text(&body, "access_token")).await?;
    let verified = claims.get("email_verified").is_some_and(|it| it == true || it == "true");
    Ok(Claims {
        issuer: config.oidc_issuer.clone(),
        subject,
        username: [text(&claims, "preferred_username"), text(&claims, "nickname"), text(&claims, "email")]
            .into_iter()
            .find(|it| !it.is_empty())
            .unwrap_or("user")
            .to_owned(),
        name: text(&claims, "name").to_owned(),
        email: verified.then(|| text(&claims, "email").to_owned()),
    })
}

/// What is known of the person: of the id token, or, where that says nothing but who it is, of the provider's answer about
/// its subject (OpenID Connect Core, 5.4), which must be the same.
async fn about(app: &App, found: &Discovered, claims: Value, token: &str) -> Result<Value, ApiError> {
    let says = ["preferred_username", "nickname", "email"].iter().any(|key| !text(&claims, key).is_empty());
    if says || found.userinfo.is_empty() || token.is_empty() {
        return Ok(claims);
    }
    let mut bearer =
        HeaderValue::from_str(&format!("Bearer {token}")).map_err(|error| failed(Provider::Oidc, &error))?;
    bearer.set_sensitive(true);
    let asked = Asked::get(&found.userinfo, ANSWER_BYTES_MAX).header(AUTHORIZATION, bearer);
    let answer = app.outbound.send(asked).await.map_err(|error| failed(Provider::Oidc, &error))?;
    let more: Value = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
    if !answer.status.is_success() || text(&more, "sub") != text(&claims, "sub") {
        return Err(failed(Provider::Oidc, &"its answer about the person is of no use"));
    }
    Ok(more)
}

/// What a token must say besides being signed: OpenID Connect Core, 3.1.3.7.
fn check(claims: &Value, config: &Config, nonce: &str, now: Timestamp) -> Result<(), &'static str> {
    if text(claims, "iss") != config.oidc_issuer {
        return Err("it is of another issuer");
    }
    let client = config.oidc_client_id.as_str();
    let audiences: Vec<&str> = match claims.get("aud") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if !audiences.contains(&client) {
        return Err("it is for another client");
    }
    let party = claims.get("azp").and_then(Value::as_str);
    if party.is_some_and(|party| party != client) || (audiences.len() > 1 && party.is_none()) {
        return Err("it was given to another client");
    }
    let ends = claims.get("exp").and_then(Value::as_i64).ok_or("it does not end")?;
    if ends.saturating_add(LEEWAY_S) <= now.0 / 1000 {
        return Err("it has ended");
    }
    if !same(text(claims, "nonce").as_bytes(), nonce.as_bytes()) {
        return Err("it is of another login");
    }
    if !(1..=255).contains(&text(claims, "sub").len()) {
        return Err("it is about nobody");
    }
    Ok(())
}

/// What the provider says of itself, no older than that.
async fn discovered(app: &App, age: Duration) -> Result<Discovered, ApiError> {
    let now = app.clock.now();
    let known = app.learnt.oidc.lock().ok().and_then(|known| known.clone());
    if let Some((at, found)) = known
        && now.since(at) < age
    {
        return Ok(found);
    }
    let issuer = app.config.oidc_issuer.as_str();
    let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let document = document(app, &address).await?;
    let wrong = |why: &str| failed(Provider::Oidc, &why);
    if text(&document, "issuer") != issuer {
        return Err(wrong("its discovery document is of another issuer"));
    }
    let endpoint = |key: &str| {
        let address = text(&document, key);
        // What was found by https is not left for http.
        let is_safe = address.starts_with("https://") || issuer.starts_with("http://");
        if is_safe && !address.is_empty() {
            Ok(address.to_owned())
        } else {
            Err(wrong("an endpoint of it is not https"))
        }
    };
    let methods = document.get("token_endpoint_auth_methods_supported").and_then(Value::as_array);
    let found = Discovered {
        authorization: endpoint("authorization_endpoint")?,
        token: endpoint("token_endpoint")?,
        keys: self::document(app, &endpoint("jwks_uri")?).await?,
        userinfo: match text(&document, "userinfo_endpoint") {
            "" => String::new(),
            _ => endpoint("userinfo_endpoint")?,
        },
        sends_issuer: document.get("authorization_response_iss_parameter_supported")
            == Some(&Value::Bool(true)),
        takes_basic: methods.is_none_or(|all| all.iter().any(|it| it == "client_secret_basic")),
    };
    if let Ok(mut known) = app.learnt.oidc.lock() {
        *known = Some((now, found.clone()));
    }
    Ok(found)
}

async fn document(app: &App, address: &str) -> Result<Value, ApiError> {
    let answer = app.outbound.send(Asked::get(address, ANSWER_BYTES_MAX)).await;
    let answer = answer.map_err(|error| failed(Provider::Oidc, &error))?;
    if !answer.status.is_success() {
        return Err(failed(Provider::Oidc, &format!("{address} answered {}", answer.status.as_u16())));
    }
    serde_json::from_slice(&answer.body).map_err(|error| failed(Provider::Oidc, &error))
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use serde_json::json;

    use super::*;
    use crate::config::{Given, gather};

    #[test]
    fn a_token_is_believed_only_when_all_of_it_is_ours() {
        let environment = |name: &str| {
            let value = match name {
                "HOME" => "/nonexistent",
                "SIGYL_CONFIG" => "/dev/null",
                "SIGYL_OIDC_ISSUER" => "https://id.example",
                "SIGYL_OIDC_CLIENT_ID" => "sigyl",
                _ => return None,
            };
            Some(OsString::from(value))
        };
        let given = Given { file: None, flags: Vec::new(), environment: &environment };
        let config = gather(&given).unwrap().config;
        let now = Timestamp(1_790_000_000_000);
        let good = json!({ "iss": "https://id.example", "aud": "sigyl", "sub": "1", "nonce": "n", "exp": 1_790_000_300 });
        let with = |key: &str, value: Value| {
            let mut claims = good.clone();
            claims[key] = value;
            check(&claims, &config, "n", now)
        };
        assert_eq!(check(&good, &config, "n", now), Ok(()));
        assert_eq!(with("exp", json!(1_790_000_000 - 59)), Ok(()));
        assert_eq!(with("aud", json!(["sigyl"])), Ok(()));
        assert!(with("azp", json!("sigyl")).is_ok());
        for (key, value) in [
            ("iss", json!("https://id.example/")),
            ("iss", json!(null)),
            ("aud", json!("other")),
            ("aud", json!(["other"])),
            ("aud", json!(["other", "sigyl"])),
            ("aud", json!(null)),
            ("azp", json!("other")),
            ("exp", json!(1_790_000_000 - 60)),
            ("exp", json!("1790000300")),
            ("exp", json!(null)),
            ("nonce", json!("m")),
            ("nonce", json!(null)),
            ("sub", json!("")),
            ("sub", json!(1)),
        ] {
            assert!(with(key, value.clone()).is_err(), "{key} {value}");
        }
    }
}
