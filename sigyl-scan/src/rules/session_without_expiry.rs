//! A token or session that stays good for ever.

use sigyl_core::{Class, Confidence, Severity};

use super::code::{Code, words};
use crate::{
    context::FileContext,
    files::FileRole,
    ir::{ExprId, ExprKind, FunctionId, Pattern, PropertyKey},
    rule::{Draft, Findings, Rule, RuleMeta},
};

pub(crate) struct SessionWithoutExpiry;

static META: RuleMeta = RuleMeta {
    id: "session-without-expiry",
    title: "Token or session that never expires",
    class: Class::SessionHijack,
    severity: Severity::Warning,
    cwe: &[613],
    owasp: Some("MCP07"),
    practice: Some("state-handle-hijacking"),
    since: "0.1.0",
    fixes: &[
        "Give every token an expiry of minutes to hours, and renew it by a refresh token that changes with each use",
        "Remove sessions when they are closed, and when nobody used them for a while",
    ],
    page: include_str!("session_without_expiry.md"),
};

impl Rule for SessionWithoutExpiry {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn check_file(&self, file: &FileContext<'_>, out: &mut Findings) {
        if file.role != FileRole::Runtime {
            return;
        }
        let Some(code) = Code::of(file, &["jwt", "JWT", "Jwt", "jsonwebtoken", "ession", "oken"]) else {
            return;
        };
        for id in code.all() {
            if signs_for_ever(&code, id) {
                out.report(
                    Draft::new(
                        file.place(code.module.span(id)),
                        "the token that is signed here has no expiry: who finds it can use it for ever",
                    )
                    .confidence(Confidence::Medium),
                );
            }
        }
        for id in code.all().filter(|id| accepts_expired(&code, *id)) {
            let message =
                "the check of a token's expiry is turned off: one that was given out long ago still works";
            out.report(Draft::new(file.place(code.module.span(id)), message).confidence(Confidence::Medium));
        }
        tables(file, &code, out);
    }
}

/// `jwt.verify(token, key, { ignoreExpiration: true })`, `jwt.decode(token, key, options={"verify_exp": False})`. What
/// renews a token, or ends a session, may take one that has expired.
fn accepts_expired(code: &Code<'_>, id: ExprId) -> bool {
    let Some(path) = code.callee(id) else { return false };
    let last = path.rsplit('.').next().unwrap_or(&path);
    if !matches!(last, "verify" | "verifyAsync" | "decode" | "jwtVerify" | "createVerifier" | "Strategy") {
        return false;
    }
    let is = |value: Option<ExprId>, truth: bool| {
        value.is_some_and(|value| {
            matches!(code.module.expr(code.resolve(value)).kind, ExprKind::Bool(said) if said == truth)
        })
    };
    let option = |name: &str| code.option(id, "options").and_then(|options| code.property(options, name));
    // A token whose signature is not checked either is told of as such.
    let off = is(code.option(id, "ignoreExpiration"), true)
        || is(option("verify_exp"), false) && !is(option("verify_signature"), false);
    let within = code.function_name(code.function_at(code.module.span(id).start)).to_ascii_lowercase();
    off && !["refresh", "renew", "logout", "revoke"].iter().any(|word| within.contains(word))
}

/// True for the making of a signed token whose claims and options are known and hold no expiry.
fn signs_for_ever(code: &Code<'_>, id: ExprId) -> bool {
    let Some(path) = code.callee(id) else { return false };
    let arguments = code.arguments(id);
    if path.contains("SignJWT()") && path.ends_with(".sign") {
        return !path.contains("setExpirationTime")
            && chain_start(code, id).is_some_and(|claims| lacks(code, claims, &["exp"]));
    }
    if path.starts_with("jsonwebtoken") && path.ends_with("sign") {
        let Some(claims) = arguments.first() else { return false };
        let no_options = match arguments.get(2) {
            None => true,
            Some(options) => code.as_function(*options).is_some() || lacks(code, *options, &["expiresIn"]),
        };
        return no_options && lacks(code, *claims, &["exp"]);
    }
    // Options may stand where the plugin is registered, the claim where the token is.
    let says = |name: &str| code.module.names.iter().any(|one| &**one == name);
    if path == "fast-jwt.createSigner" {
        return !says("exp")
            && arguments.first().is_some_and(|options| lacks(code, *options, &["expiresIn"]));
    }
    if path.ends_with(".jwt.sign") && says("@fastify/jwt") {
        return !says("expiresIn") && arguments.first().is_some_and(|claims| lacks(code, *claims, &["exp"]));
    }
    let claims = match &*path {
        "hono/jwt.sign" => arguments.first(),
        "jwt.encode" | "jose.jwt.encode" => arguments.first(),
        "authlib.jose.jwt.encode" => arguments.get(1),
        _ => None,
    };
    claims.is_some_and(|claims| lacks(code, *claims, &["exp"]))
}

/// The claims that a chain `new SignJWT(claims).….sign(key)` begins with.
fn chain_start(code: &Code<'_>, id: ExprId) -> Option<ExprId> {
    let mut at = id;
    for _ in 0..16 {
        at = match code.module.expr(at).kind {
            ExprKind::Call { callee, .. } => callee,
            ExprKind::Member { object, .. } => object,
            ExprKind::New { .. } => return code.arguments(at).first().copied(),
            _ => return None,
        };
    }
    None
}

/// True for an object that is written here in full, without any of `names`, and gets none of them later.
fn lacks(code: &Code<'_>, id: ExprId, names: &[&str]) -> bool {
    let resolved = code.resolve(id);
    let ExprKind::Object(list) = code.module.expr(resolved).kind else { return false };
    let known = code.module.properties(list).iter().all(|property| match property.key {
        PropertyKey::Name(key) => !names.contains(&code.module.name(key)),
        _ => false,
    });
    let later = code.assignments().iter().any(|(target, ..)| match target {
        Pattern::Place(place) => code.last_name(*place).is_some_and(|name| names.contains(&name)),
        _ => false,
    });
    let updated = code.all().any(|id| {
        code.last_name_of_callee(id) == Some("update")
            && names.iter().any(|name| code.option(id, name).is_some())
    });
    known && !later && !updated
}

/// True for a table of sessions or tokens that this server gave out.
fn is_table(name: &str) -> bool {
    let words = words(name);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    !words.iter().any(|word| {
        matches!(*word, "transport" | "transports" | "client" | "clients" | "revoked" | "max" | "count")
    }) && matches!(
        words.as_slice(),
        [.., "sessions"]
            | [.., "session", "store" | "map" | "table"]
            | [.., "access" | "auth" | "bearer" | "issued" | "refresh", "tokens"]
            | ["tokens"]
            | [.., "auth" | "authorization", "codes"]
    )
}

/// Tables of the module that handlers fill and nothing empties.
fn tables(file: &FileContext<'_>, code: &Code<'_>, out: &mut Findings) {
    // Words of an expiry anywhere in the file mean that somebody thought of it.
    let thought_of = code.module.names.iter().any(|name| {
        let lower = name.to_ascii_lowercase();
        lower.len() < 60
            && [
                "expir",
                "ttl",
                "maxage",
                "max_age",
                "max-age",
                "lastused",
                "last_used",
                "lastseen",
                "last_seen",
                "evict",
                "idle",
                "timeout",
            ]
            .iter()
            .any(|word| lower.contains(word))
    });
    if thought_of {
        return;
    }
    let mut found: Vec<(&str, ExprId)> = Vec::new();
    let mut emptied: Vec<&str> = Vec::new();
    let table_of = |object: ExprId| code.last_name(object).filter(|name| is_table(name));
    for id in code.all() {
        let ExprKind::Call { callee, .. } = code.module.expr(id).kind else { continue };
        let ExprKind::Member { object, property } = code.module.expr(callee).kind else { continue };
        let Some(table) = table_of(object) else { continue };
        match code.module.name(property) {
            "set" | "add"
                if code.function_at(code.module.span(id).start) != FunctionId::MODULE
                    && is_made_here(code, object) =>
            {
                found.push((table, id));
            }
            "delete" | "clear" | "pop" | "remove" | "discard" | "popitem" | "splice" => emptied.push(table),
            _ => {}
        }
    }
    for (target, value, span) in code.assignments() {
        let Pattern::Place(place) = target else { continue };
        let ExprKind::Index { object, index } = code.module.expr(*place).kind else { continue };
        let Some(table) = table_of(object) else { continue };
        if matches!(code.module.expr(*value).kind, ExprKind::Null) {
            emptied.push(table);
        } else if code.text(index).is_none()
            && code.function_at(span.start) != FunctionId::MODULE
            && is_made_here(code, object)
        {
            found.push((table, *place));
        }
    }
    // `delete sessions[id]`, `del sessions[id]`.
    for function in &code.module.functions {
        let mut open: Vec<&[crate::ir::Stmt]> = vec![&function.body];
        while let Some(list) = open.pop() {
            for stmt in list {
                if let crate::ir::StmtKind::Delete(place) = stmt.kind
                    && let ExprKind::Index { object, .. } | ExprKind::Member { object, .. } =
                        code.module.expr(place).kind
                {
                    emptied.extend(table_of(object));
                }
                open.extend(super::code::inner(stmt));
            }
        }
    }
    let mut told: Vec<&str> = Vec::new();
    for (table, at) in found {
        if emptied.contains(&table) || told.contains(&table) {
            continue;
        }
        told.push(table);
        let message = format!(
            "entries of `{table}` are never removed and have no expiry: an id that leaks once is good for ever"
        );
        out.report(Draft::new(file.place(code.module.span(at)), message).confidence(Confidence::Medium));
    }
}

/// True for a table in memory that this file makes: what a library keeps has rules of its own.
fn is_made_here(code: &Code<'_>, object: ExprId) -> bool {
    let is_plain = |value: ExprId| match code.module.expr(value).kind {
        ExprKind::Object(_) | ExprKind::Collection(..) => true,
        ExprKind::New { .. } | ExprKind::Call { .. } => {
            matches!(code.last_name_of_callee(value), Some("Map" | "Set" | "dict" | "set" | "defaultdict"))
        }
        _ => false,
    };
    match code.module.expr(object).kind {
        ExprKind::Variable(variable) => code.values_of(variable).iter().any(|value| is_plain(*value)),
        ExprKind::Member { property, .. } => {
            let of_class = code
                .module
                .classes
                .iter()
                .flat_map(|class| &class.fields)
                .any(|field| field.name == property && field.value.is_some_and(is_plain));
            of_class
                || code.assignments().iter().any(|(target, value, _)| match target {
                    Pattern::Place(place) => {
                        matches!(code.module.expr(*place).kind, ExprKind::Member { property: one, .. } if one == property) && is_plain(*value)
                    }
                    _ => false,
                })
        }
        _ => false,
    }
}
