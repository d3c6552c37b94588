//! Logins by GitHub: with a workflow's token, which its issuer signed for this registry, or with a person's token, with
//! which GitHub is asked who it is. A token is forgotten once it was looked at.

use reqwest::{
    StatusCode, Url,
    header::{ACCEPT, AUTHORIZATION, HeaderValue},
};
use serde_json::Value;

use super::{
    Grant, Publisher,
    domain::reversed,
    token::{Issuer, KeysAt, failed, refused, text},
};
use crate::{app::App, config::PublisherLogin, http::ApiError, outbound::Asked, sign_on::github_api};

/// Longest answer, bytes. A page of a hundred memberships takes a tenth.
const ANSWER_BYTES_MAX: usize = 1 << 20;

/// Memberships on a page, the most that GitHub gives, and pages that are read. Chosen: nobody owns a thousand
/// organizations.
const MEMBERSHIPS: usize = 100;
const PAGES_MAX: usize = 10;

/// Whose workflow it is, by the token that its issuer signed.
pub(crate) async fn by_actions_token(app: &App, token: &str) -> Result<Publisher, ApiError> {
    let publishers = &app.config.publishers;
    let audience = match publishers.audience.as_str() {
        "" => app.config.origin(),
        audience => audience.to_owned(),
    };
    let issuer = Issuer {
        name: &publishers.issuer,
        audience: &audience,
        keys_at: KeysAt::Jwks,
        known: &app.issuer_keys.github,
    };
    let claims = issuer.claims(app, token).await?;
    let owner = text(&claims, "repository_owner");
    if !is_login(owner) {
        return Err(refused("the token names no owner of a repository"));
    }
    let namespace = format!("{}.{owner}", namespace_of(&publishers.issuer));
    Ok(Publisher {
        by: PublisherLogin::GithubOidc,
        subject: text(&claims, "sub").to_owned(),
        grants: vec![Grant::only(namespace.to_ascii_lowercase())],
    })
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
    use super::*;

    #[test]
    fn users_of_other_servers_are_nobody_of_github() {
        assert_eq!(namespace_of("https://github.com"), "io.github");
        assert_eq!(namespace_of("https://token.actions.githubusercontent.com/octo"), "io.github");
        assert_eq!(namespace_of("https://git.example.com/_services/token"), "com.example.git");
        assert!(
            is_login("octo-org")
                && !is_login("octo_org")
                && !is_login("")
                && !is_login("octo/org")
                && !is_login(&"a".repeat(101))
        );
    }
}
