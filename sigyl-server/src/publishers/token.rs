//! Tokens that an issuer signed for this registry: whether they are, and what they claim. A token is forgotten once it was
//! looked at.

use std::{fmt::Display, sync::Mutex, time::Duration};

use reqwest::StatusCode;
use serde_json::Value;
use sigyl_core::secret::{JwsError, verify_jws};

use crate::{
    app::App,
    clock::Timestamp,
    http::{ApiError, Code},
    outbound::Asked,
};

/// Longest answer, bytes. A set of keys takes a hundredth.
const ANSWER_BYTES_MAX: usize = 1 << 20;

/// How long an issuer's keys are believed, and how soon they are asked for again for one that is not known.
const BELIEVED: Duration = Duration::from_secs(600);
const ASKED_AGAIN: Duration = Duration::from_secs(30);

/// By how much clocks may differ.
const LEEWAY_S: i64 = 60;

/// Longest subject, characters.
const SUBJECT_CHARS_MAX: usize = 500;

/// The issuers' keys, as they were last read. Any replica can read them anew.
#[derive(Default)]
pub(crate) struct IssuerKeys {
    pub(super) github: Known,
    pub(super) oidc: Known,
}

/// The keys of one issuer.
#[derive(Default)]
pub(super) struct Known(Mutex<Option<(Timestamp, Value)>>);

/// Where an issuer has its keys.
#[derive(Clone, Copy)]
pub(super) enum KeysAt {
    /// At `/.well-known/jwks` below it.
    Jwks,
    /// Where its discovery document says.
    Discovered,
}

/// Whose tokens count, and for whom they have to be.
pub(super) struct Issuer<'a> {
    /// As its tokens have it.
    pub(super) name: &'a str,
    pub(super) audience: &'a str,
    pub(super) keys_at: KeysAt,
    pub(super) known: &'a Known,
}

pub(super) fn refused(message: &str) -> ApiError {
    ApiError::new(Code::Unauthenticated, message)
}

/// A failure of the other side, or of the way to it: the log has the reason.
pub(super) fn failed(why: &dyn Display) -> ApiError {
    tracing::warn!(reason = %why, "a publisher's login failed");
    ApiError::new(Code::Unavailable, "the other side of this login was not reached; try again later")
}

impl Issuer<'_> {
    /// What a token claims, where it was signed by this issuer, is for this registry and has not ended.
    pub(super) async fn claims(&self, app: &App, token: &str) -> Result<Value, ApiError> {
        let claims = match verify_jws(token, &self.keys(app, BELIEVED).await?) {
            // The issuer may have new keys since.
            Err(JwsError::UnknownKey | JwsError::Signature) => {
                verify_jws(token, &self.keys(app, ASKED_AGAIN).await?)
            }
            done => done,
        };
        let claims = claims.map_err(|error| refused(&error.to_string()))?;
        check(&claims, self.name, self.audience, app.clock.now())?;
        Ok(claims)
    }

    async fn keys(&self, app: &App, age: Duration) -> Result<Value, ApiError> {
        let now = app.clock.now();
        let known = self.known.0.lock().ok().and_then(|known| known.clone());
        if let Some((at, keys)) = known
            && now.since(at) < age
        {
            return Ok(keys);
        }
        let keys = match self.keys_at {
            KeysAt::Jwks => document(app, &format!("{}/.well-known/jwks", self.name)).await?,
            KeysAt::Discovered => {
                let address = format!("{}/.well-known/openid-configuration", self.name.trim_end_matches('/'));
                let said = document(app, &address).await?;
                if text(&said, "issuer") != self.name {
                    return Err(failed(&"its discovery document is of another issuer"));
                }
                let keys = text(&said, "jwks_uri");
                // What was found by https is not left for http.
                if !keys.starts_with("https://") && !self.name.starts_with("http://") {
                    return Err(failed(&"its keys are not at an https address"));
                }
                document(app, keys).await?
            }
        };
        if let Ok(mut known) = self.known.0.lock() {
            *known = Some((now, keys.clone()));
        }
        Ok(keys)
    }
}

async fn document(app: &App, address: &str) -> Result<Value, ApiError> {
    let answer = app.outbound.send(Asked::get(address, ANSWER_BYTES_MAX)).await;
    let answer = answer.map_err(|error| failed(&error))?;
    if answer.status != StatusCode::OK {
        return Err(failed(&format!("{address} answered {}", answer.status.as_u16())));
    }
    serde_json::from_slice(&answer.body).map_err(|error| failed(&error))
}

pub(super) fn text<'a>(claims: &'a Value, key: &str) -> &'a str {
    claims.get(key).and_then(Value::as_str).unwrap_or("")
}

/// What a token must say besides being signed.
fn check(claims: &Value, issuer: &str, audience: &str, now: Timestamp) -> Result<(), ApiError> {
    if text(claims, "iss") != issuer {
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
    let subject = text(claims, "sub");
    let is_short = (1..=SUBJECT_CHARS_MAX).contains(&subject.chars().count());
    if !is_short || subject.chars().any(char::is_control) {
        return Err(refused("the token is about nobody"));
    }
    Ok(())
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
                           "sub": "repo:octo-org/x:ref:refs/heads/main" });
        let with = |key: &str, value: Value| {
            let mut claims = good.clone();
            claims[key] = value;
            check(&claims, issuer, audience, now).is_ok()
        };
        assert!(check(&good, issuer, audience, now).is_ok());
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
            ("sub", json!("")),
            ("sub", json!(7)),
            ("sub", json!("a\nb")),
            ("sub", json!("a".repeat(501))),
        ] {
            assert!(!with(key, value.clone()), "{key} {value}");
        }
    }
}
