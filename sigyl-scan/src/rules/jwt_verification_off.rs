//! A token that is read without its signature being checked.

use sigyl_core::{Class, Confidence, Severity};

use super::{auth_words, code::Code, host_checks, unchecked_claims::gives_claims};
use crate::{
    context::FileContext,
    ir::{ExprId, ExprKind, FunctionId, PropertyKey},
    mend::{Edits, Mend, Mendable},
    rule::{Draft, Findings, Rule, RuleMeta},
};

pub(crate) struct JwtVerificationOff;

static META: RuleMeta = RuleMeta {
    id: "jwt-verification-off",
    title: "Signature of a token not checked",
    class: Class::MissingAccessControl,
    severity: Severity::Error,
    cwe: &[347, 287],
    owasp: Some("MCP07"),
    practice: None,
    since: "0.1.0",
    fixes: &[
        "Verify the signature with the issuer's keys before reading any claim: jwtVerify with createRemoteJWKSet, jwt.decode with a key",
        "Name the accepted algorithms, asymmetric ones only; never `none`",
    ],
    page: include_str!("jwt_verification_off.md"),
};

impl Rule for JwtVerificationOff {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn mend(&self, file: &Mendable<'_>, draft: &Draft) -> Option<Mend> {
        let call = file.call_at(draft.place.span)?;
        let code = file.code()?;
        let has_key = code.arguments(call).len() > 1 || code.option(call, "key").is_some();
        let algorithms = code.option(call, "algorithms").filter(|_| has_key)?;
        let ExprKind::Collection(_, list) = code.module.expr(algorithms).kind else { return None };
        let accepted = code.module.list(list);
        let is_none = |id: &ExprId| code.text(*id).is_some_and(|text| text.eq_ignore_ascii_case("none"));
        if let Some(at) = accepted.iter().position(is_none) {
            // Another one stays, which the key is for.
            return (accepted.len() > 1)
                .then(|| Edits::of(file).remove_item(accepted, at))??
                .done("Do not accept the algorithm `none`");
        }
        let message = "Let the signature be checked";
        let is_off = |id: ExprId| matches!(code.module.expr(id).kind, ExprKind::Bool(false));
        if code.option(call, "verify").is_some_and(is_off) {
            return Edits::of(file).remove_keyword(call, "verify")?.done(message);
        }
        let options = code.option(call, "options")?;
        let ExprKind::Object(list) = code.module.expr(options).kind else { return None };
        let properties = code.module.properties(list);
        let at = properties.iter().position(|property| match property.key {
            PropertyKey::Name(name) => code.module.name(name) == "verify_signature" && is_off(property.value),
            _ => false,
        })?;
        if properties.len() == 1 {
            return Edits::of(file).remove_keyword(call, "options")?.done(message);
        }
        Edits::of(file).remove_property(list, at)?.done(message)
    }

    fn check_file(&self, file: &FileContext<'_>, out: &mut Findings) {
        let Some(code) = Code::of(file, &["jwt", "JWT", "Jwt", "jose", "b64decode", "atob", "base64"]) else {
            return;
        };
        let verifies = code.all().any(|id| {
            code.callee(id).is_some_and(|path| {
                matches!(&*path, "jsonwebtoken.verify" | "jose.jwtVerify" | "jwt.verify")
                    || path.starts_with("jsonwebtoken.verify")
                    // Python's decode with a key.
                    || path.ends_with("jwt.decode")
                        && code.arguments(id).len() > 1
                        && turned_off(&code, id).is_none()
            })
        });
        by_hand(file, &code, out);
        issuer_in_part(file, &code, out);
        for id in code.all() {
            let Some(path) = code.callee(id) else { continue };
            let last = path.rsplit('.').next().unwrap_or(&path);
            let is_jwt = ["jwt", "jose", "jsonwebtoken", "pyjwt"]
                .iter()
                .any(|word| path.to_ascii_lowercase().contains(word));
            if !is_jwt {
                continue;
            }
            let off = match last {
                "decode" | "verify" | "jwtVerify" => turned_off(&code, id),
                _ => None,
            };
            // JavaScript's decode never looks at the signature.
            let only_reads = (!verifies || gives_claims(&code, id)) && only_decodes(&path);
            let how = match off {
                Some(how) => how,
                None if only_reads => "the token is only decoded",
                None => continue,
            };
            let around = code.function_span(code.function_at(code.module.span(id).start));
            let checked_beside = code.within(around).any(|other| other != id && checks_token(&code, other));
            // A token that is checked on another way through the function is one that has to be.
            let on_one_way = checked_beside && gives_claims(&code, id);
            if names_the_key(&code, id) && checked_beside && !on_one_way {
                continue;
            }
            let is_callers =
                is_from_request(&code, id) || code.within(around).any(|id| takes_apart(&code, id));
            let is_callers = is_callers
                || on_one_way
                || only_reads && reads_authorization(&code)
                || !checked_beside && is_verifier(&code, code.function_at(code.module.span(id).start));
            if only_reads && off.is_none() && !is_callers {
                continue;
            }
            let draft =
                Draft::new(file.place(code.module.span(id)), format!("{how}: anyone can write such a token"));
            out.report(if is_callers || last == "verify" || last == "jwtVerify" {
                draft
            } else {
                // It may be the server's own token, read for its expiry.
                draft.confidence(Confidence::Medium).severity(Severity::Warning)
            });
        }
    }
}

/// A method that frameworks of MCP hand the caller's token to.
fn is_verifier(code: &Code<'_>, function: FunctionId) -> bool {
    let name = code.function_name(function).to_ascii_lowercase().replace('_', "");
    matches!(name.as_str(), "verifytoken" | "verifyaccesstoken" | "loadaccesstoken")
}

/// `decode(token).get("iss")`: what of the token says whose key it is to be checked with.
fn names_the_key(code: &Code<'_>, decoded: ExprId) -> bool {
    let names = |name: &str| matches!(name, "iss" | "kid" | "alg" | "tid");
    code.all().any(|id| match code.module.expr(id).kind {
        ExprKind::Member { object, property } => object == decoded && names(code.module.name(property)),
        ExprKind::Index { object, index } => object == decoded && code.text(index).is_some_and(names),
        ExprKind::Call { callee, .. } => {
            let asked = code.arguments(id).first().and_then(|name| code.text(*name));
            matches!(code.module.expr(callee).kind, ExprKind::Member { object, property }
                if object == decoded && code.module.name(property) == "get")
                && asked.is_some_and(names)
        }
        _ => false,
    })
}

/// Functions that never look at the signature.
fn only_decodes(path: &str) -> bool {
    matches!(
        path,
        "jsonwebtoken.decode"
            | "jose.decodeJwt"
            | "jwt-decode"
            | "jwt-decode.jwtDecode"
            | "jwt-decode.default"
            | "jose.jwt.get_unverified_claims"
            | "jose.UnsecuredJWT.decode"
            | "hono/jwt.decode"
            | "fast-jwt.createDecoder()"
    )
}

/// A call that checks a token, by its name.
pub(super) fn checks_token(code: &Code<'_>, id: ExprId) -> bool {
    let last = code.last_name_of_callee(id).unwrap_or_default().to_ascii_lowercase().replace('_', "");
    let names = ["verify", "jwtverify", "validatetoken", "validatejwt", "checksignature", "introspect"];
    names.iter().any(|name| last.starts_with(name))
        || last == "decode"
            && code.arguments(id).len() > 1
            && turned_off(code, id).is_none()
            && !code.callee(id).is_some_and(|path| only_decodes(&path))
}

/// `get("authorization")`, `text.startsWith("Bearer ")`, `scheme === "bearer"`: a header that came, taken apart.
fn takes_apart(code: &Code<'_>, id: ExprId) -> bool {
    let names = |id: ExprId| {
        code.text(id).is_some_and(|text| {
            text.eq_ignore_ascii_case("authorization") || text.trim_end().eq_ignore_ascii_case("bearer")
        })
    };
    match code.module.expr(id).kind {
        ExprKind::Call { .. } => code.arguments(id).iter().any(|argument| names(*argument)),
        ExprKind::Index { index, .. } => names(index),
        ExprKind::Binary { left, right, .. } => names(left) || names(right),
        _ => false,
    }
}

/// True where the module reads the header by which callers are let in; what sends one writes it.
fn reads_authorization(code: &Code<'_>) -> bool {
    code.all().any(|id| match code.module.expr(id).kind {
        ExprKind::Member { .. } | ExprKind::Index { .. } => {
            let path = code.path(id).to_ascii_lowercase();
            path.ends_with("headers.authorization") && path.contains("req")
        }
        ExprKind::Call { .. } => {
            let callee = code.callee(id).unwrap_or_default().to_ascii_lowercase();
            let first = code.arguments(id).first().and_then(|name| code.text(*name));
            (callee.ends_with("headers.get") || callee.ends_with("req.header") || callee.ends_with("req.get"))
                && first.is_some_and(|name| name.eq_ignore_ascii_case("authorization"))
        }
        _ => false,
    })
}

/// The middle part of a caller's token, parsed as it stands: `JSON.parse(atob(token.split(".")[1]))`.
fn by_hand(file: &FileContext<'_>, code: &Code<'_>, out: &mut Findings) {
    for id in code.all() {
        if !code.callee(id).is_some_and(|path| matches!(&*path, "JSON.parse" | "json.loads")) {
            continue;
        }
        let Some(text) = code.arguments(id).first().copied() else { continue };
        let is_claims = |code: &Code<'_>, part: ExprId| match code.module.expr(part).kind {
            ExprKind::Index { object, index } => {
                matches!(code.module.expr(index).kind, ExprKind::Number(1.0))
                    && code.last_name_of_callee(code.resolve(object)) == Some("split")
                    && code.arguments(code.resolve(object)).first().and_then(|by| code.text(*by)) == Some(".")
            }
            _ => false,
        };
        if !code.made_from(text, is_claims) {
            continue;
        }
        // The token of a request that came, not of one that was sent.
        let came = |path: &str| {
            let root = path.split('.').next().unwrap_or_default().trim_end_matches("()").to_ascii_lowercase();
            [
                "req",
                "request",
                "c",
                "ctx",
                "context",
                "headers",
                "extra",
                "scope",
                "self",
                "flask",
                "get_http_headers",
            ]
            .contains(&root.as_str())
        };
        let is_credential = |code: &Code<'_>, part: ExprId| match code.module.expr(part).kind {
            ExprKind::Member { .. } | ExprKind::Index { .. } => {
                code.last_name(part).is_some_and(|name| name.eq_ignore_ascii_case("authorization"))
                    && came(&code.path(part))
            }
            ExprKind::Call { callee, .. } => {
                came(&code.path(callee))
                    && code
                        .arguments(part)
                        .first()
                        .and_then(|name| code.text(*name))
                        .is_some_and(|name| name.eq_ignore_ascii_case("authorization"))
            }
            _ => false,
        };
        let around = code.function_span(code.function_at(code.module.span(id).start));
        let verified =
            code.within(around).any(|id| code.callee(id).is_some_and(|path| auth_words::verifies(&path)));
        let function = code.function_at(code.module.span(id).start);
        if verified || !is_verifier(code, function) && !code.made_from(text, is_credential) {
            continue;
        }
        let message =
            "the claims of the caller's token are read without its signature: anyone can write such a token";
        out.report(Draft::new(file.place(code.module.span(id)), message).confidence(Confidence::Medium));
    }
}

fn is_from_request(code: &Code<'_>, call: ExprId) -> bool {
    code.arguments(call).first().is_some_and(|token| {
        code.made_from(*token, |code, id| {
            matches!(code.module.expr(id).kind, ExprKind::Member { .. } | ExprKind::Index { .. })
                && code.path(id).to_ascii_lowercase().contains("headers")
        })
    })
}

/// How the check is turned off by a call's options, where it is.
fn turned_off(code: &Code<'_>, call: ExprId) -> Option<&'static str> {
    let is_false = |id: ExprId| host_checks::off(code, id).is_some();
    let in_options = |name: &str| {
        code.option(call, name)
            .or_else(|| code.option(call, "options").and_then(|options| code.property(options, name)))
    };
    if in_options("verify_signature").is_some_and(is_false)
        || code.option(call, "verify").is_some_and(is_false)
    {
        return Some("the check of the signature is turned off");
    }
    let algorithms = code.option(call, "algorithms")?;
    let of_token = |code: &Code<'_>, part: ExprId| {
        matches!(code.module.expr(part).kind, ExprKind::Member { .. } | ExprKind::Index { .. })
            && code.last_name(part) == Some("alg")
    };
    if code.made_from(algorithms, of_token) {
        return Some("the token itself says by which algorithm it is checked");
    }
    let ExprKind::Collection(_, list) = code.module.expr(code.resolve(algorithms)).kind else { return None };
    let accepts_none = code
        .module
        .list(list)
        .iter()
        .any(|one| code.text(*one).is_some_and(|text| text.eq_ignore_ascii_case("none")));
    accepts_none.then_some("the algorithm `none` is accepted")
}

/// `issuer.startsWith(trusted)`: fits `https://login.acme.com.evil.net` as well.
fn issuer_in_part(file: &FileContext<'_>, code: &Code<'_>, out: &mut Findings) {
    for id in code.all() {
        let ExprKind::Call { callee, .. } = code.module.expr(id).kind else { continue };
        let ExprKind::Member { object, property } = code.module.expr(callee).kind else { continue };
        let starts = matches!(code.module.name(property), "startsWith" | "startswith");
        let is_issuer = code.last_name(object).is_some_and(|name| {
            matches!(name.to_ascii_lowercase().as_str(), "iss" | "issuer" | "tokenissuer" | "token_issuer")
        });
        let Some(start) = code.arguments(id).first().copied().filter(|_| starts && is_issuer) else {
            continue;
        };
        // A scheme says nothing, and a text with a slash behind the host says it all.
        let is_whole = code.text(start).is_some_and(|text| {
            let host = text.split_once("://").map_or(text, |(_, host)| host);
            host.is_empty() || host.contains('/')
        });
        if !is_whole {
            let message = "the issuer of a token is compared only by how it begins: an address of somebody else's can begin like that, too";
            out.report(
                Draft::new(file.place(code.module.span(id)), message)
                    .severity(Severity::Warning)
                    .confidence(Confidence::Medium)
                    .fix("Look the whole issuer up in a set of trusted ones"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::table::findings_of;
    use sigyl_core::Severity;

    fn severities(path: &str, text: &str) -> Vec<Severity> {
        findings_of("jwt-verification-off", &[(path, text)]).iter().map(|finding| finding.severity).collect()
    }

    #[test]
    fn the_servers_own_token_may_be_read() {
        let text = "import { decodeJwt } from 'jose';\nconst expires = decodeJwt(await login()).exp;\n";
        assert_eq!(severities("a.ts", text), []);
        let text = "import jwt\ndef expiry(token):\n    return jwt.decode(token, options={'verify_signature': False})['exp']\n";
        assert_eq!(severities("a.py", text), [Severity::Warning]);
    }

    #[test]
    fn none_is_no_algorithm() {
        let text = "import jwt from 'jsonwebtoken';\nconst claims = jwt.verify(token, key, { algorithms: ['RS256', 'none'] });\n";
        assert_eq!(severities("a.ts", text), [Severity::Error]);
    }
}
