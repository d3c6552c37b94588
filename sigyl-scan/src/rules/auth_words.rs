//! Names by which code checks who is calling, and refuses.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::code::Code;
use crate::ir::{ExprId, ExprKind};

/// Fragments that are all looked for at once: names are asked for by the thousand.
type Fragments = LazyLock<Option<AhoCorasick>>;

fn is_in(fragments: &Fragments, text: &str) -> bool {
    // There is always one: the fragments are few, and the tests of this file would tell.
    fragments.as_ref().is_some_and(|fragments| fragments.is_match(text))
}

/// Fragments, without case and separators, of names of functions that check a token or a credential.
static VERIFIERS: &[&str] = &[
    "jwtverify",
    "jwt.verify",
    "jwt.decode",
    "verifyaccesstoken",
    "verifytoken",
    "verifyjwt",
    "verifyidtoken",
    "verifybearer",
    "verifyapikey",
    "verifyauth",
    "verifyrequest",
    "validatetoken",
    "validateaccesstoken",
    "validatejwt",
    "validateapikey",
    "validateauth",
    "validatebearer",
    "checktoken",
    "checkauth",
    "checkapikey",
    "checkbearer",
    "authenticaterequest",
    "authenticateuser",
    "authenticate",
    "introspect",
    "getaccesstoken",
    "authinfo",
    "comparedigest",
    "timingsafeequal",
    "requireauth",
    "ensureauth",
    "requirebearer",
    "currentuser",
    "bcrypt.compare",
    "constanttimeequal",
    "isauthori",
    "isauthentic",
    "hasvalidtoken",
    "isvalidtoken",
    "isvalidapikey",
    "checkcredential",
    "verifycredential",
    "ensureauthori",
    "assertauth",
];

/// Fragments of names of middleware that checks every request.
static MIDDLEWARE: &[&str] = &[
    "requirebearerauth",
    "bearerauth",
    "basicauth",
    "mcpauth",
    "expressjwt",
    "express-jwt",
    "passport.authenticate",
    "requireauth",
    "authmiddleware",
    "authenticationmiddleware",
    "requireauthmiddleware",
    "ensureauthenticated",
    "jwtverifier",
    "tokenverifier",
    "authsettings",
    "oauthprovider",
    "oauthproxy",
    "googleprovider",
    "githubprovider",
    "httpbearer",
    "apikeyheader",
    "clerkmiddleware",
    "createauthmiddleware",
    "withmcpauth",
    "requirekey",
    "requireapikey",
    "requiretoken",
    "requireuser",
    "requirelogin",
    "requirebearer",
    "checkapikey",
    "authguard",
    "authgate",
    "bearergate",
    "keyauth",
    "authenticatetoken",
    "authenticatejwt",
    "verifytoken",
    "checkauth",
    "ensureauth",
    "tokenauth",
];

/// Fragments of names of what asks every caller for a token, whatever is configured.
static REQUIRES_TOKEN: &[&str] = &[
    "requirebearerauth",
    "bearerauthmiddleware",
    "expressjwt",
    "passport.authenticate",
    "withmcpauth",
    "tokenverifier",
    "authsettings",
    "bearer-auth.bearerauth",
    "basic-auth.basicauth",
    "hono/jwt.jwt",
];

/// Fragments of texts that refuse.
static REFUSALS: &[&str] = &["unauthorized", "forbidden", "unauthenticated"];

/// A path without case and separators; the fragments are ASCII.
fn plain(path: &str) -> String {
    path.chars()
        .filter(|char| !matches!(char, '_' | '(' | ')'))
        .map(|char| char.to_ascii_lowercase())
        .collect()
}

/// True for the path of something that checks who is calling.
pub(crate) fn verifies(path: &str) -> bool {
    static FRAGMENTS: Fragments = LazyLock::new(|| AhoCorasick::new(VERIFIERS.iter().chain(MIDDLEWARE)).ok());
    is_in(&FRAGMENTS, &plain(path))
}

/// True for the path of something that checks the callers of every request behind it.
pub(crate) fn is_middleware(path: &str) -> bool {
    static FRAGMENTS: Fragments = LazyLock::new(|| AhoCorasick::new(MIDDLEWARE).ok());
    is_in(&FRAGMENTS, &plain(path))
}

/// True for the path of what asks every caller for a token, whatever is configured.
pub(crate) fn requires_token(path: &str) -> bool {
    static FRAGMENTS: Fragments = LazyLock::new(|| AhoCorasick::new(REQUIRES_TOKEN).ok());
    is_in(&FRAGMENTS, &plain(path))
}

fn speaks_of_refusal(text: &str) -> bool {
    static FRAGMENTS: Fragments =
        LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(REFUSALS).ok());
    is_in(&FRAGMENTS, text)
}

/// True for an expression that refuses a request: a status of 401 or 403, or words that say so.
pub(crate) fn refuses(code: &Code<'_>, id: ExprId) -> bool {
    match code.module.expr(id).kind {
        ExprKind::Number(number) => number == 401.0 || number == 403.0,
        ExprKind::String(text) => speaks_of_refusal(code.module.name(text)),
        ExprKind::Member { property, .. } => {
            let name = code.module.name(property).to_ascii_uppercase();
            name.contains("UNAUTHORIZED") || name.contains("FORBIDDEN")
        }
        ExprKind::Call { .. } | ExprKind::New { .. } => code.callee(id).is_some_and(|path| {
            let plain = plain(path.rsplit('.').next().unwrap_or_default());
            plain.contains("unauthorized")
                || plain.contains("forbidden")
                || plain == "abort"
                || plain.contains("autherror")
        }),
        _ => false,
    }
}

/// True for the name of a header or parameter that holds a caller's credential.
pub(crate) fn is_credential(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    lower == "authorization"
        || lower.len() < 40
            && (lower.ends_with("api-key") || lower.ends_with("apikey") || lower.ends_with("api_key"))
        // `x-csrf-token` is what every page of the site has.
        || lower.len() < 40 && lower.starts_with("x-") && lower.ends_with("token") && !lower.contains("srf")
        || lower == "x-mcp-auth"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_are_alike() {
        assert!(verifies("verify_access_token"));
        assert!(verifies("this.verifier.verifyAccessToken"));
        assert!(verifies("hmac.compare_digest"));
        assert!(is_middleware(
            "@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js.requireBearerAuth"
        ));
        assert!(!verifies("sessions.get"));
        assert!(!is_middleware("express.json"));
    }
}
