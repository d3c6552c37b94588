//! A token that may have been issued for another server.

use sigyl_core::{Class, Confidence, Severity};

use super::code::Code;
use crate::{
    context::FileContext,
    ir::{ExprId, ExprKind, PropertyKey},
    rule::{Draft, Findings, Rule, RuleMeta},
};

pub(crate) struct MissingAudienceCheck;

static META: RuleMeta = RuleMeta {
    id: "missing-audience-check",
    title: "Audience of a token not checked",
    class: Class::TokenPassthrough,
    severity: Severity::Warning,
    cwe: &[345, 287],
    owasp: Some("MCP07"),
    practice: Some("token-passthrough"),
    since: "0.1.0",
    fixes: &[
        "Give the verification this server's own address as the audience that it must find",
        "Have clients ask for tokens with the resource parameter, and publish it in the protected resource metadata",
    ],
    page: include_str!("missing_audience_check.md"),
};

impl Rule for MissingAudienceCheck {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn check_file(&self, file: &FileContext<'_>, out: &mut Findings) {
        let Some(code) =
            Code::of(file, &["jwt", "JWT", "Jwt", "jose", "introspect", "verifyIdToken", "id_token"])
        else {
            return;
        };
        // Whoever reads `aud` compares it, or shows it to someone who does.
        if code.module.names.iter().any(|name| &**name == "aud") {
            return;
        }
        introspection(file, &code, out);
        for id in code.all() {
            let Some(path) = code.callee(id) else { continue };
            let last = path.rsplit('.').next().unwrap_or(&path);
            let verifies = match last {
                "jwtVerify" => true,
                "verify" => path.contains("jsonwebtoken"),
                "decode" => {
                    path == "jwt.decode" || path == "jose.jwt.decode" || path == "authlib.jose.jwt.decode"
                }
                "JWTVerifier" | "BearerAuthProvider" => path.contains("fastmcp"),
                "expressjwt" => path.starts_with("express-jwt"),
                "Strategy" => path.starts_with("passport-jwt"),
                _ => is_login(&code, id, &path),
            };
            if !verifies || !is_foreign(&code, id, last) && !is_login(&code, id, &path) {
                continue;
            }
            let place = file.place(code.module.span(id));
            if turned_off(&code, id) {
                out.report(Draft::new(
                    place,
                    "the check of the audience is turned off: a token for any other server works here too",
                ));
                continue;
            }
            let named = match &*path {
                // The third argument of Google's functions for Python is whom the token has to be for.
                _ if is_login(&code, id, &path) && code.arguments(id).len() > 2 => true,
                _ => ["audience", "claims_options"].iter().any(|name| code.option(id, name).is_some()),
            };
            if named || hidden_options(&code, id) {
                continue;
            }
            let message =
                "the token's audience is not checked: one that was issued for another server works here too";
            out.report(Draft::new(place, message).confidence(Confidence::Medium));
        }
    }
}

/// Functions that check a token of Google's, which anyone can get for a program of their own.
fn is_login(code: &Code<'_>, id: ExprId, path: &str) -> bool {
    let of_google = || {
        let ExprKind::Call { callee, .. } = code.module.expr(id).kind else { return false };
        let ExprKind::Member { object, .. } = code.module.expr(callee).kind else { return false };
        code.callee(code.resolve(object)).is_some_and(|made| made.starts_with("google-auth-library."))
    };
    path.ends_with(".verifyIdToken") && of_google()
        || matches!(
            path,
            "google.oauth2.id_token.verify_oauth2_token" | "google.oauth2.id_token.verify_token"
        )
}

/// An answer of the issuer that is believed for saying `active` alone: it does so for tokens of any server.
fn introspection(file: &FileContext<'_>, code: &Code<'_>, out: &mut Findings) {
    let asks = code.module.names.iter().any(|name| matches!(&**name, "audience" | "resource"));
    if asks {
        return;
    }
    for id in code.all() {
        let is_request = matches!(code.module.expr(id).kind, ExprKind::Call { .. })
            && code.arguments(id).iter().any(|argument| {
                code.made_from(*argument, |code, part| {
                    matches!(code.module.expr(part).kind, ExprKind::String(_))
                        && code.text(part).is_some_and(|text| text.contains("/introspect"))
                })
            });
        if !is_request {
            continue;
        }
        let function = code.function_at(code.module.span(id).start);
        let verifies = code.function_name(function).to_ascii_lowercase().contains("verify");
        let reads = code
            .within(code.function_span(function))
            .any(|id| code.last_name(id) == Some("active") || code.text(id) == Some("active"));
        if verifies && reads {
            let message = "the issuer is asked whether the token is good, not whether it is for this server";
            let draft = Draft::new(file.place(code.module.span(id)), message);
            out.report(draft.confidence(Confidence::Medium).severity(Severity::Warning));
            return;
        }
    }
}

/// True when somebody else issues the tokens: their keys are public, or the issuer is named.
fn is_foreign(code: &Code<'_>, call: ExprId, last: &str) -> bool {
    if matches!(last, "JWTVerifier" | "BearerAuthProvider") {
        return code.option(call, "jwks_uri").is_some() || code.option(call, "issuer").is_some();
    }
    let asymmetric =
        |text: &str| ["RS", "ES", "PS", "Ed"].iter().any(|start| text.starts_with(start)) && text.len() <= 6;
    let algorithms = code
        .option(call, "algorithms")
        .is_some_and(|list| code.made_from(list, |code, id| code.text(id).is_some_and(asymmetric)));
    let named = code.option(call, "issuer").is_some();
    let keys_of_issuer =
        ["jwksUri", "secretOrKeyProvider"].iter().any(|name| code.option(call, name).is_some());
    let keys = code.arguments(call).get(1).is_some_and(|key| {
        code.made_from(*key, |code, id| {
            let path = code
                .callee(id)
                .or_else(|| code.last_name(id).map(Into::into))
                .unwrap_or_default()
                .to_ascii_lowercase();
            [
                "jwks",
                "publickey",
                "public_key",
                "jwk",
                "signing_key",
                "signingkey",
                "importspki",
                "import_key_set",
            ]
            .iter()
            .any(|word| path.contains(word))
        })
    });
    algorithms || named || keys || keys_of_issuer
}

fn turned_off(code: &Code<'_>, call: ExprId) -> bool {
    code.option(call, "options")
        .and_then(|options| code.property(options, "verify_aud"))
        .is_some_and(|value| matches!(code.module.expr(code.resolve(value)).kind, ExprKind::Bool(false)))
}

/// True when options are passed that are not written here.
fn hidden_options(code: &Code<'_>, call: ExprId) -> bool {
    let (ExprKind::Call { arguments, .. } | ExprKind::New { arguments, .. }) = code.module.expr(call).kind
    else {
        return true;
    };
    let arguments = code.module.arguments(arguments);
    if arguments.iter().any(|argument| argument.spread || argument.mapping) {
        return true;
    }
    let Some(options) = arguments.iter().filter(|argument| argument.keyword.is_none()).nth(2) else {
        return false;
    };
    match code.module.expr(code.resolve(options.value)).kind {
        ExprKind::Object(list) => {
            code.module.properties(list).iter().any(|property| !matches!(property.key, PropertyKey::Name(_)))
        }
        // Python's third argument is the list of algorithms.
        ExprKind::Collection(..) => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::table::findings_of;

    fn count(path: &str, text: &str) -> usize {
        findings_of("missing-audience-check", &[(path, text)]).len()
    }

    #[test]
    fn own_tokens_need_none() {
        let text =
            "import jwt from 'jsonwebtoken';\nconst claims = jwt.verify(token, process.env.JWT_SECRET);\n";
        assert_eq!(count("a.ts", text), 0);
        let text = "import jwt\nclaims = jwt.decode(token, SECRET, algorithms=['HS256'])\n";
        assert_eq!(count("a.py", text), 0);
    }

    #[test]
    fn options_that_are_not_seen_are_believed() {
        let text = "import { jwtVerify, createRemoteJWKSet } from 'jose';\nexport const verify = (token, options) => jwtVerify(token, createRemoteJWKSet(u), options);\n";
        assert_eq!(count("a.ts", text), 0);
        let text = "import { jwtVerify, createRemoteJWKSet } from 'jose';\nexport const verify = (token) => jwtVerify(token, createRemoteJWKSet(u), { issuer });\n";
        assert_eq!(count("a.ts", text), 1);
    }

    #[test]
    fn a_later_comparison_is_enough() {
        let text = "import jwt\ndef check(token):\n    claims = jwt.decode(token, public_key, algorithms=['RS256'])\n    if claims['aud'] != ME:\n        raise ValueError\n";
        assert_eq!(count("a.py", text), 0);
    }
}
