//! Logins by GitHub: with a workflow's token, which its issuer signed for this registry, or with a person's token, with
//! which GitHub is asked who it is. A token is forgotten once it was looked at.

use std::{sync::Mutex, time::Duration};

use reqwest::{
    StatusCode, Url,
    header::{ACCEPT, AUTHORIZATION, HeaderValue},
};
use serde_json::Value;
use sigyl_core::secret::{JwsError, verify_jws};

use super::{Grant, Publisher, domain::reversed};
use crate::{
    app::App,
    clock::Timestamp,
    config::PublisherLogin,
    http::{ApiError, Code},
    outbound::Asked,
    sign_on::github_api,
};

/// Longest answer, bytes. A page of a hundred memberships takes a tenth.
const ANSWER_BYTES_MAX: usize = 1 << 20;

/// Memberships on a page, the most that GitHub gives, and pages that are read. Chosen: nobody owns a thousand
/// organizations.
const MEMBERSHIPS: usize = 100;
const PAGES_MAX: usize = 10;

/// How long the issuer's keys are believed, and how soon they are asked for again for one that is not known.
const BELIEVED: Duration = Duration::from_secs(600);
const ASKED_AGAIN: Duration = Duration::from_secs(30);

/// By how much clocks may differ.
const LEEWAY_S: i64 = 60;

/// The issuer's keys, as they were last read. Any replica can read them anew.
#[derive(Default)]
pub(crate) struct IssuerKeys(Mutex<Option<(Timestamp, Value)>>);

fn refused(message: &str) -> ApiError {
    ApiError::new(Code::Unauthenticated, message)
}

/// A failure of GitHub, or of the way to it: the log has the reason.
fn failed(why: &dyn std::fmt::Display) -> ApiError {
    tracing::warn!(reason = %why, "a publisher's login by GitHub failed");
    ApiError::new(Code::Unavailable, "GitHub was not reached for this login; try again later")
}

/// Whose workflow it is, by the token that its issuer signed.
pub(crate) async fn by_actions_token(app: &App, token: &str) -> Result<Publisher, ApiError> {
    let claims = match verify_jws(token, &keys(app, BELIEVED).await?) {
        // The issuer may have new keys since.
        Err(JwsError::UnknownKey | JwsError::Signature) => verify_jws(token, &keys(app, ASKED_AGAIN).await?),
        done => done,
    };
    let claims = claims.map_err(|error| refused(&error.to_string()))?;
    let publishers = &app.config.publishers;
    let audience = match publishers.audience.as_str() {
        "" => app.config.origin(),
        audience => audience.to_owned(),
    };
    let (owner, subject) = owner(&claims, &publishers.issuer, &audience, app.clock.now())?;
    let namespace = format!("{}.{owner}", namespace_of(&publishers.issuer));
    Ok(Publisher {
        by: PublisherLogin::GithubOidc,
        subject: subject.to_owned(),
        grants: vec![Grant::only(namespace.to_ascii_lowercase())],
    })
}

/// The owner of the workflow's repository, and the workflow, where the token is for this registry and has not ended.
fn owner<'a>(
    claims: &'a Value,
    issuer: &str,
    audience: &str,
    now: Timestamp,
) -> Result<(&'a str, &'a str), ApiError> {
    let text = |key: &str| claims.get(key).and_then(Value::as_str).unwrap_or("");
    if text("iss") != issuer {
        return Err(refused("the token is of another issuer"));
    }
    let is_ours = match claims.get("aud") {
        Some(Value::String(one)) => one == audience,
        Some(Value::Array(all)) => all.iter().any(|it| it == audience),
        _ => false,
    };
    if !is_ours {
        return Err(refused(&format!("the token is not for this registry, whose audience is {audience}")));
    }
    let now_s = now.0 / 1000;
    let ends = claims.get("exp").and_then(Value::as_i64);
    if ends.is_none_or(|ends| ends.saturating_add(LEEWAY_S) <= now_s) {
        return Err(refused("the token has ended"));
    }
    let begins = claims.get("nbf").and_then(Value::as_i64);
    if begins.is_some_and(|begins| begins > now_s.saturating_add(LEEWAY_S)) {
        return Err(refused("the token is not good yet"));
    }
    let (owner, subject) = (text("repository_owner"), text("sub"));
    if !is_login(owner) || !(1..=500).contains(&subject.len()) {
        return Err(refused("the token names no owner of a repository"));
    }
    Ok((owner, subject))
}

async fn keys(app: &App, age: Duration) -> Result<Value, ApiError> {
    let now = app.clock.now();
    let known = app.issuer_keys.0.lock().ok().and_then(|known| known.clone());
    if let Some((at, keys)) = known
        && now.since(at) < age
    {
        return Ok(keys);
    }
    let address = format!("{}/.well-known/jwks", app.config.publishers.issuer);
    let answer = app.outbound.send(Asked::get(&address, ANSWER_BYTES_MAX)).await;
    let answer = answer.map_err(|error| failed(&error))?;
    if answer.status != StatusCode::OK {
        return Err(failed(&format!("{address} answered {}", answer.status.as_u16())));
    }
    let keys: Value = serde_json::from_slice(&answer.body).map_err(|error| failed(&error))?;
    if let Ok(mut known) = app.issuer_keys.0.lock() {
        *known = Some((now, keys.clone()));
    }
    Ok(keys)
}

/// Whose token it is, and which organizations that person owns.
pub(crate) async fn by_access_token(app: &App, token: &str) -> Result<Publisher, ApiError> {
    let wrong = || refused("GitHub does not know this token");
    let mut bearer = HeaderValue::from_str(&format!("Bearer {token}")).map_err(|_| wrong())?;
    bearer.set_sensitive(true);
    let (status, user) = ask(app, &bearer, "/user").await?;
    let login = user.get("login").and_then(Value::as_str).filter(|login| is_login(login));
    let login = match (status, login) {
        (StatusCode::OK, Some(login)) => login.to_owned(),
        (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN, _) => return Err(wrong()),
        _ => return Err(failed(&format!("/user answered {}", status.as_u16()))),
    };
    let mut owners = vec![login.clone()];
    for page in 1..=PAGES_MAX {
        let path = format!("/user/memberships/orgs?state=active&per_page={MEMBERSHIPS}&page={page}");
        let (status, memberships) = ask(app, &bearer, &path).await?;
        // A token that may not tell is good for its person's own namespace.
        if matches!(status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND) {
            break;
        }
        let memberships = memberships
            .as_array()
            .filter(|_| status == StatusCode::OK)
            .ok_or_else(|| failed(&format!("memberships answered {}", status.as_u16())))?;
        // Of an organization, only who owns it; members publish by its workflows.
        let owned = memberships.iter().filter(|it| it["role"] == "admin" && it["state"] != "pending");
        let names = owned.filter_map(|it| it["organization"]["login"].as_str());
        owners.extend(names.filter(|name| is_login(name)).map(ToOwned::to_owned));
        if memberships.len() < MEMBERSHIPS {
            break;
        }
    }
    let root = namespace_of(&app.config.github_url);
    let grant = |owner: &String| Grant::only(format!("{root}.{owner}").to_ascii_lowercase());
    Ok(Publisher { by: PublisherLogin::GithubAt, subject: login, grants: owners.iter().map(grant).collect() })
}

async fn ask(app: &App, bearer: &HeaderValue, path: &str) -> Result<(StatusCode, Value), ApiError> {
    let address = format!("{}{path}", github_api(&app.config));
    let asked = Asked::get(&address, ANSWER_BYTES_MAX)
        .header(AUTHORIZATION, bearer.clone())
        .header(ACCEPT, HeaderValue::from_static("application/vnd.github+json"));
    let answer = app.outbound.send(asked).await.map_err(|error| failed(&error))?;
    Ok((answer.status, serde_json::from_slice(&answer.body).unwrap_or(Value::Null)))
}

/// The namespace of a host's users: GitHub's own is `io.github`, another server's is its name, so that its users are
/// nobody of GitHub's.
fn namespace_of(address: &str) -> String {
    let host = Url::parse(address).ok().and_then(|url| url.host_str().map(str::to_ascii_lowercase));
    match host.unwrap_or_default().as_str() {
        "github.com" | "token.actions.githubusercontent.com" => "io.github".to_owned(),
        host => reversed(host),
    }
}

/// Whether this is a name that GitHub gives.
fn is_login(name: &str) -> bool {
    let letters = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    (1..=100).contains(&name.len()) && letters
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_token_is_believed_only_when_all_of_it_is_ours() {
        let (issuer, audience) = ("https://issuer.example", "https://registry.example");
        let now = Timestamp(1_790_000_000_000);
        let good = json!({ "iss": issuer, "aud": audience, "exp": 1_790_000_300, "nbf": 1_790_000_000,
                           "repository_owner": "octo-org", "sub": "repo:octo-org/x:ref:refs/heads/main" });
        let with = |key: &str, value: Value| {
            let mut claims = good.clone();
            claims[key] = value;
            owner(&claims, issuer, audience, now).map(|it| it.0.to_owned()).is_ok()
        };
        assert_eq!(owner(&good, issuer, audience, now).unwrap().0, "octo-org");
        assert!(
            with("aud", json!(["x", audience]))
                && with("nbf", json!(null))
                && with("exp", json!(1_789_999_941))
        );
        for (key, value) in [
            ("iss", json!("https://issuer.example/")),
            ("iss", json!(null)),
            ("aud", json!("https://registry.example/")),
            ("aud", json!([])),
            ("aud", json!(null)),
            ("exp", json!(1_789_999_940)),
            ("exp", json!("1790000300")),
            ("exp", json!(null)),
            ("nbf", json!(1_790_000_061)),
            ("repository_owner", json!("octo/org")),
            ("repository_owner", json!("octo.org")),
            ("repository_owner", json!("")),
            ("repository_owner", json!(null)),
            ("sub", json!("")),
        ] {
            assert!(!with(key, value.clone()), "{key} {value}");
        }
    }

    #[test]
    fn users_of_other_servers_are_nobody_of_github() {
        assert_eq!(namespace_of("https://github.com"), "io.github");
        assert_eq!(namespace_of("https://token.actions.githubusercontent.com/octo"), "io.github");
        assert_eq!(namespace_of("https://git.example.com/_services/token"), "com.example.git");
        assert!(is_login("octo-org") && !is_login("octo_org") && !is_login(&"a".repeat(101)));
    }
}
