//! A session cookie that scripts, plain connections or other sites can use.

use sigyl_core::{Class, Confidence, Severity, Span};

use super::code::{Code, words};
use crate::{
    context::FileContext,
    files::FileRole,
    ir::{ExprId, ExprKind, Pattern, PropertyKey},
    mend::{Edits, Mend, Mendable},
    rule::{Draft, Findings, Rule, RuleMeta},
};

pub(crate) struct InsecureCookie;

static META: RuleMeta = RuleMeta {
    id: "insecure-cookie",
    title: "Session cookie without its protections",
    class: Class::SessionHijack,
    severity: Severity::Warning,
    cwe: &[614, 1004, 1275],
    owasp: Some("MCP07"),
    practice: Some("confused-deputy-problem"),
    since: "0.1.0",
    fixes: &[
        "Set Secure, HttpOnly and SameSite=Lax, or Strict, on every cookie that stands for a user",
        "Name it with the prefix __Host-, so that browsers insist on Secure and one host",
    ],
    page: include_str!("insecure_cookie.md"),
};

/// What a cookie is set with, as far as it is written here.
#[derive(Debug, Default, Clone, Copy)]
struct Flags {
    secure: bool,
    http_only: bool,
    same_site_none: bool,
}

impl Rule for InsecureCookie {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn mend(&self, file: &Mendable<'_>, draft: &Draft) -> Option<Mend> {
        const MESSAGE: &str = "Keep the cookie from scripts, plain connections and other sites";
        let call = file.call_at(draft.place.span)?;
        let code = file.code()?;
        let (_, name, flags) = set_by_call(code, call)?;
        let for_scripts = words(&name).iter().any(|word| matches!(word.as_str(), "csrf" | "xsrf"));
        if flags.same_site_none || for_scripts {
            return None;
        }
        let mut edits = Edits::of(file);
        if file.is_python() {
            for (flag, is_set) in [("httponly", flags.http_only), ("secure", flags.secure)] {
                match code.option(call, flag) {
                    _ if is_set => {}
                    Some(value) => edits = edits.replace(written_off(code, value)?, "True"),
                    None => edits = edits.add_argument(call, &format!("{flag}=True"))?,
                }
            }
            return edits.done(MESSAGE);
        }
        let arguments = code.arguments(call);
        let at = if code.last_name_of_callee(call) == Some("setCookie")
            && !code
                .callee(call)
                .is_some_and(|path| path.ends_with(".setCookie") && !path.contains("hono/cookie"))
        {
            3
        } else {
            2
        };
        let wanted = [("httpOnly", flags.http_only), ("secure", flags.secure)];
        let Some(options) = arguments.get(at).copied() else {
            let written: Vec<String> = wanted
                .iter()
                .filter(|(_, is_set)| !is_set)
                .map(|(flag, _)| format!("{flag}: true"))
                .collect();
            return (arguments.len() == at)
                .then(|| edits.add_argument(call, &format!("{{ {} }}", written.join(", "))))??
                .done(MESSAGE);
        };
        let mut missing = Vec::new();
        for (flag, is_set) in wanted {
            match code.property(options, flag) {
                _ if is_set => {}
                Some(value) => edits = edits.replace(written_off(code, value)?, "true"),
                None => missing.push(format!("{flag}: true")),
            }
        }
        if !missing.is_empty() {
            edits = edits.add_properties(options, &missing.join(", "))?;
        }
        edits.done(MESSAGE)
    }

    fn check_file(&self, file: &FileContext<'_>, out: &mut Findings) {
        if file.role != FileRole::Runtime {
            return;
        }
        let Some(code) = Code::of(file, &["ookie", "COOKIE", "session", "SessionMiddleware"]) else { return };
        for id in code.all() {
            let found = match code.module.expr(id).kind {
                ExprKind::Call { .. } | ExprKind::New { .. } => set_by_call(&code, id)
                    .or_else(|| set_by_middleware(&code, id))
                    .or_else(|| header_call(&code, id)),
                ExprKind::Object(_) => header_property(&code, id),
                _ => None,
            };
            if let Some((span, name, flags)) = found {
                report(file, span, &name, flags, out);
            }
        }
        settings(file, &code, out);
    }
}

fn report(file: &FileContext<'_>, span: Span, name: &str, flags: Flags, out: &mut Findings) {
    // Scripts read a token against forgery by design.
    let for_scripts = words(name).iter().any(|word| matches!(word.as_str(), "csrf" | "xsrf"));
    let mut missing: Vec<&str> = Vec::new();
    if !flags.secure {
        missing.push("is sent over plain connections (no Secure)");
    }
    if !flags.http_only && !for_scripts {
        missing.push("can be read by scripts (no HttpOnly)");
    }
    if flags.same_site_none {
        missing.push("is sent along from every site (SameSite=None)");
    }
    if missing.is_empty() {
        return;
    }
    let shown =
        if name.is_empty() { "the session cookie".to_owned() } else { format!("the cookie `{name}`") };
    let message = format!("{shown} {}", missing.join(", "));
    out.report(Draft::new(file.place(span), message).confidence(Confidence::Medium));
}

/// True for the name of a cookie, or of a value in one, that stands for a user.
fn is_session(name: &str) -> bool {
    let words = words(name);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    has(&[
        "sid",
        "session",
        "sessionid",
        "sess",
        "token",
        "jwt",
        "auth",
        "login",
        "user",
        "userid",
        "access",
        "refresh",
        "consent",
        "approved",
        "oauth",
        "csrf",
        "xsrf",
        "remember",
        "credential",
        "credentials",
    ]) && !has(&["max", "age", "theme", "lang"])
}

/// The flags of an options object; none where it cannot be read in full.
fn flags_of(code: &Code<'_>, options: Option<ExprId>, http_only_by_default: bool) -> Option<Flags> {
    let Some(options) = options else {
        return Some(Flags { http_only: http_only_by_default, ..Flags::default() });
    };
    let resolved = code.resolve(options);
    let ExprKind::Object(list) = code.module.expr(resolved).kind else { return None };
    if code.module.properties(list).iter().any(|one| matches!(one.key, PropertyKey::Spread)) {
        return None;
    }
    let flag = |name: &str| code.property(resolved, name).map(|value| !is_off(code, value));
    Some(Flags {
        secure: flag("secure").unwrap_or(false),
        http_only: flag("httpOnly").unwrap_or(http_only_by_default),
        same_site_none: code.property(resolved, "sameSite").is_some_and(|value| is_none(code, value)),
    })
}

fn is_off(code: &Code<'_>, id: ExprId) -> bool {
    matches!(code.module.expr(code.resolve(id)).kind, ExprKind::Bool(false) | ExprKind::Null)
}

/// Where a flag is written as off.
fn written_off(code: &Code<'_>, id: ExprId) -> Option<Span> {
    matches!(code.module.expr(id).kind, ExprKind::Bool(false)).then(|| code.module.span(id))
}

fn is_none(code: &Code<'_>, id: ExprId) -> bool {
    code.text(id).is_some_and(|text| text.eq_ignore_ascii_case("none"))
}

/// `res.cookie(name, value, options)`, `setCookie(c, name, value, options)`, `response.set_cookie(name, value, …)`.
fn set_by_call(code: &Code<'_>, id: ExprId) -> Option<(Span, String, Flags)> {
    let ExprKind::Call { callee, .. } = code.module.expr(id).kind else { return None };
    let path = code.path(callee);
    let last = code.last_name(callee)?;
    let arguments = code.arguments(id);
    let python = matches!(last, "set_cookie" | "set_secure_cookie" | "set_signed_cookie");
    let first = match last {
        "cookie" | "setCookie" if matches!(code.module.expr(callee).kind, ExprKind::Member { .. }) => 0,
        "setCookie" if path.contains("hono/cookie") || path.starts_with("h3.") => 1,
        "set" if path.ends_with("cookies.set") || path.ends_with("cookies().set") => 0,
        _ if python => 0,
        _ => return None,
    };
    let name = arguments
        .get(first)
        .copied()
        .or_else(|| code.option(id, "key"))
        .or_else(|| code.option(id, "name"))?;
    let value = arguments.get(first + 1).copied().or_else(|| code.option(id, "value"));
    let shown = code.text(name).or_else(|| code.last_name(name)).unwrap_or_default().to_owned();
    // An empty value takes the cookie away.
    if value.is_none_or(|value| code.text(value) == Some("")) || shown.starts_with("__Host-") {
        return None;
    }
    let value_name =
        value.and_then(|value| code.last_name(code.resolve(value)).or_else(|| code.last_name(value)));
    if !is_session(&shown) && !value_name.is_some_and(is_session) {
        return None;
    }
    let flags = if python {
        if has_mapping(code, id) {
            return None;
        }
        let flag = |name: &str| code.option(id, name).is_some_and(|value| !is_off(code, value));
        Flags {
            secure: flag("secure"),
            http_only: flag("httponly"),
            same_site_none: code.option(id, "samesite").is_some_and(|value| is_none(code, value)),
        }
    } else {
        flags_of(
            code,
            arguments.get(first + 2).copied(),
            path.ends_with("cookies.set") && path.starts_with("ctx"),
        )?
    };
    Some((code.module.span(id), shown, flags))
}

/// `**options` among the arguments.
fn has_mapping(code: &Code<'_>, id: ExprId) -> bool {
    let ExprKind::Call { arguments, .. } = code.module.expr(id).kind else { return false };
    code.module.arguments(arguments).iter().any(|argument| argument.mapping)
}

/// `session({ cookie: … })`, `cookieSession({ … })`, `SessionMiddleware(https_only=…)`.
fn set_by_middleware(code: &Code<'_>, id: ExprId) -> Option<(Span, String, Flags)> {
    let path = code.callee(id)?;
    let arguments = code.arguments(id);
    let span = code.module.span(id);
    let as_plugin = |module: &str| {
        path.ends_with(".register")
            && arguments.first().is_some_and(|plugin| code.path(*plugin).starts_with(module))
    };
    if path == "express-session" || as_plugin("@fastify/session") || path == "koa-session" {
        let options = *arguments
            .iter()
            .rev()
            .find(|one| matches!(code.module.expr(code.resolve(**one)).kind, ExprKind::Object(_)))?;
        let options = code.resolve(options);
        let cookie = if path == "koa-session" { Some(options) } else { code.property(options, "cookie") };
        return Some((span, String::new(), flags_of(code, cookie, true)?));
    }
    if path == "cookie-session" {
        return Some((span, String::new(), flags_of(code, arguments.first().copied(), true)?));
    }
    let is_starlette = path.ends_with("SessionMiddleware")
        || matches!(path.rsplit('.').next(), Some("add_middleware" | "Middleware"))
            && arguments.first().is_some_and(|first| code.last_name(*first) == Some("SessionMiddleware"));
    if is_starlette && !has_mapping(code, id) {
        let secure = code.option(id, "https_only").is_some_and(|value| !is_off(code, value));
        let same_site_none = code.option(id, "same_site").is_some_and(|value| is_none(code, value));
        return Some((span, String::new(), Flags { secure, http_only: true, same_site_none }));
    }
    None
}

/// The cookie that a value of `Set-Cookie` sets, where its text is written here.
fn of_text(code: &Code<'_>, value: ExprId) -> Option<(String, Flags)> {
    let mut text = String::new();
    let mut name = None;
    let is_join = |code: &Code<'_>, call: ExprId| code.last_name_of_callee(call) == Some("join");
    for part in code.sources_through(value, is_join).into_iter().take(60) {
        match code.module.expr(part).kind {
            ExprKind::String(piece) => {
                let piece = code.module.name(piece);
                let key = piece.split('=').next().unwrap_or_default();
                if piece.contains('=') && key.len() < 60 && is_session(key) {
                    name = Some(key.to_owned());
                }
                text += piece;
                text.push(';');
            }
            // What is put in may hold the flags.
            ExprKind::Call { .. }
                if code
                    .callee(part)
                    .is_some_and(|path| path.contains("cookie") || path.contains("serialize")) =>
            {
                return None;
            }
            ExprKind::Conditional { .. } => return None,
            _ => {}
        }
    }
    let lower = text.to_ascii_lowercase();
    let name = name.filter(|name| !name.starts_with("__Host-") && !lower.contains("max-age=0"))?;
    let flags = Flags {
        secure: lower.contains("secure"),
        http_only: lower.contains("httponly"),
        same_site_none: lower.contains("samesite=none"),
    };
    Some((name, flags))
}

/// `res.setHeader("Set-Cookie", …)`, `headers.append("Set-Cookie", …)`.
fn header_call(code: &Code<'_>, id: ExprId) -> Option<(Span, String, Flags)> {
    let arguments = code.arguments(id);
    let [name, value, ..] = arguments.as_slice() else { return None };
    if !code.text(*name).is_some_and(|name| name.eq_ignore_ascii_case("set-cookie")) {
        return None;
    }
    let (name, flags) = of_text(code, *value)?;
    Some((code.module.span(id), name, flags))
}

/// `{ "Set-Cookie": … }` among headers.
fn header_property(code: &Code<'_>, id: ExprId) -> Option<(Span, String, Flags)> {
    let ExprKind::Object(list) = code.module.expr(id).kind else { return None };
    let property = code.module.properties(list).iter().find(|property| match property.key {
        PropertyKey::Name(key) => code.module.name(key).eq_ignore_ascii_case("set-cookie"),
        _ => false,
    })?;
    let (name, flags) = of_text(code, property.value)?;
    Some((property.span, name, flags))
}

/// Settings of Flask and Django that take a protection away.
fn settings(file: &FileContext<'_>, code: &Code<'_>, out: &mut Findings) {
    let mut report = |name: &str, value: ExprId, span: Span| {
        let off = is_off(code, value);
        let flags = match name {
            "SESSION_COOKIE_SECURE" if off => Flags { http_only: true, ..Flags::default() },
            "SESSION_COOKIE_HTTPONLY" if off => Flags { secure: true, ..Flags::default() },
            "SESSION_COOKIE_SAMESITE" if is_none(code, value) => {
                Flags { secure: true, http_only: true, same_site_none: true }
            }
            _ => return,
        };
        report(file, span, "", flags, out);
    };
    for (target, value, span) in code.assignments() {
        let name = match target {
            Pattern::Place(place) => code.last_name(*place),
            Pattern::Variable(variable, _) => Some(code.module.name(code.module.variable(*variable).name)),
            _ => None,
        };
        if let Some(name) = name {
            report(name, *value, *span);
        }
    }
    for id in code.all() {
        let ExprKind::Call { arguments, .. } = code.module.expr(id).kind else { continue };
        for argument in code.module.arguments(arguments) {
            if let Some(keyword) = argument.keyword {
                report(code.module.name(keyword), argument.value, code.module.span(id));
            }
        }
    }
    plain_flask(file, code, out);
}

/// A Flask application that keeps logins in its session and never says that the cookie is for https alone.
fn plain_flask(file: &FileContext<'_>, code: &Code<'_>, out: &mut Findings) {
    let configures = code.module.names.iter().any(|name| {
        matches!(
            &**name,
            "SESSION_COOKIE_SECURE"
                | "from_object"
                | "from_pyfile"
                | "from_mapping"
                | "from_prefixed_env"
                | "Talisman"
        )
    });
    if configures || !code.all().any(|id| code.callee(id).as_deref() == Some("flask.Flask")) {
        return;
    }
    let stored = code.assignments().iter().find(|(target, ..)| match target {
        Pattern::Place(place) => match code.module.expr(*place).kind {
            ExprKind::Member { object, property } => {
                code.path(object) == "flask.session" && is_session(code.module.name(property))
            }
            ExprKind::Index { object, index } => {
                code.path(object) == "flask.session" && code.text(index).is_some_and(is_session)
            }
            _ => false,
        },
        _ => false,
    });
    if let Some((_, _, span)) = stored {
        report(file, *span, "", Flags { http_only: true, ..Flags::default() }, out);
    }
}
