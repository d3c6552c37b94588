//! A login under way: what its browser keeps until it comes back.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sigyl_core::secret::{MasterKey, SecretError, mac, random_text, same};

use crate::{clock::Timestamp, id::UserId};

/// The cookie of a login under way.
pub(crate) const FLOW_COOKIE: &str = "__Host-sigyl-login";

/// How long a login may be under way.
const LASTS: Duration = Duration::from_secs(600);

/// Letters of each random value: 43 of them are 256 bits, and what PKCE wants at least.
const LETTERS: usize = 43;

/// Longest cookie that is read.
const COOKIE_CHARS_MAX: usize = 2048;

/// A login under way.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Flow {
    pub(crate) provider: String,
    pub(crate) state: String,
    pub(crate) nonce: String,
    pub(crate) verifier: String,
    /// Where on this server the browser goes in the end.
    pub(crate) return_to: String,
    /// Whose account the login is added to.
    pub(crate) link_to: Option<UserId>,
    ends_at: i64,
}

impl Flow {
    pub(crate) fn begin(
        provider: &str,
        return_to: String,
        link_to: Option<UserId>,
        now: Timestamp,
    ) -> Result<Self, SecretError> {
        Ok(Self {
            provider: provider.to_owned(),
            state: random_text(LETTERS)?,
            nonce: random_text(LETTERS)?,
            verifier: random_text(LETTERS)?,
            return_to,
            link_to,
            ends_at: now.after(LASTS).0,
        })
    }

    /// What shows that who comes back knows the verifier: RFC 7636, S256.
    pub(crate) fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier.as_bytes()))
    }

    /// Whether it was this login that the state came back from.
    pub(crate) fn is_state(&self, state: &str) -> bool {
        same(self.state.as_bytes(), state.as_bytes())
    }
}

/// Signs logins under way, the same on every replica.
pub(crate) struct SignOnKey([u8; 32]);

impl SignOnKey {
    pub(crate) fn new(master: &MasterKey) -> Self {
        Self(*master.derive("sigyl/sign-on/v1"))
    }

    /// The cookie's value.
    pub(crate) fn write(&self, flow: &Flow) -> Option<String> {
        let payload = serde_json::to_vec(flow).ok()?;
        let mut bytes = mac(&self.0, &[&payload]).to_vec();
        bytes.extend_from_slice(&payload);
        Some(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The login of a cookie, where it is ours and has not ended.
    pub(crate) fn read(&self, cookie: &str, now: Timestamp) -> Option<Flow> {
        if cookie.len() > COOKIE_CHARS_MAX {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(cookie).ok()?;
        let (signature, payload) = bytes.split_at_checked(32)?;
        if !same(signature, &mac(&self.0, &[payload])) {
            return None;
        }
        let flow: Flow = serde_json::from_slice(payload).ok()?;
        (flow.ends_at > now.0).then_some(flow)
    }
}

/// Where on this server somebody may be sent: a path, and nothing that a browser takes for another host.
pub(crate) fn is_own_path(path: &str) -> bool {
    let fine = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b'"' | b'<' | b'>');
    path.starts_with('/') && !path.starts_with("//") && path.len() <= 500 && path.bytes().all(fine)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_ours_and_ends() {
        let key = SignOnKey::new(&MasterKey::generate().unwrap());
        let now = Timestamp(1_000_000);
        let flow = Flow::begin("oidc", "/".to_owned(), None, now).unwrap();
        let cookie = key.write(&flow).unwrap();
        assert!(key.read(&cookie, now).unwrap().is_state(&flow.state));
        assert!(key.read(&cookie, now.after(LASTS)).is_none());
        let other = SignOnKey::new(&MasterKey::generate().unwrap());
        assert!(other.read(&cookie, now).is_none());
        for changed in ["", "é", &cookie[1..], &format!("{cookie}AAAA")] {
            assert!(key.read(changed, now).is_none());
        }
    }

    #[test]
    fn the_challenge_is_that_of_the_specification() {
        let mut flow = Flow::begin("oidc", "/".to_owned(), None, Timestamp(0)).unwrap();
        flow.verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned();
        assert_eq!(flow.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn only_paths_of_our_own() {
        for path in ["/", "/docs", "/a?b=c#d"] {
            assert!(is_own_path(path), "{path}");
        }
        for path in [
            "",
            "docs",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a b",
            "/\u{e9}",
            "/\r\nx:y",
        ] {
            assert!(!is_own_path(path), "{path}");
        }
    }
}
