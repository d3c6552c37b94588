//! A redirect address of the request that nobody compared.

use sigyl_core::{Class, Confidence, Severity};

use super::code::{Code, words};
use crate::{
    context::FileContext,
    flow::{Assignment, Call, FlowPath, Hazards, SourceKind, Value},
    ir::{BinaryOp, ExprId, ExprKind, FunctionId},
    rule::{Calls, Draft, Findings, Place, Rule, RuleMeta},
};

pub(crate) struct OpenRedirectUri;

static META: RuleMeta = RuleMeta {
    id: "open-redirect-uri",
    title: "Redirect to an address of the caller's choice",
    class: Class::ConfusedDeputy,
    severity: Severity::Error,
    cwe: &[601],
    owasp: Some("MCP07"),
    practice: Some("confused-deputy-problem"),
    since: "0.1.0",
    fixes: &[
        "Compare redirect_uri, as a whole and character by character, with the addresses that the client registered",
        "Keep the compared address with the login's state, and redirect to that one",
    ],
    page: include_str!("open_redirect_uri.md"),
};

/// True for values that choose the address; a redirect to the same place by https names the host that was asked.
fn chooses(source: SourceKind, name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let last = name.rsplit('.').next().unwrap_or(&name);
    source == SourceKind::HttpRequest
        && !matches!(
            last,
            "url"
                | "path"
                | "originalurl"
                | "host"
                | "hostname"
                | "protocol"
                | "pathname"
                | "nexturl"
                | "base_url"
                | "client_id"
        )
        && !name.contains(".headers")
        // What a client registered, to be compared with.
        && !name.split('.').any(|part| matches!(part, "redirect_uris" | "redirecturis"))
}

fn report(path: &FlowPath, place: Place, out: &mut Findings) {
    let message = format!("the browser, with what the address holds, is sent wherever `{}` says", path.name);
    let mut draft: Draft = path.draft(place, message);
    // What something unknown made of the value may well be an address that it compared.
    if path.confidence < Confidence::High {
        draft = draft.severity(Severity::Warning);
    }
    if !path.name.to_ascii_lowercase().contains("redirect") {
        draft = draft.confidence(path.confidence.min(Confidence::Medium));
    }
    out.report(draft);
}

/// The address that a call redirects to, where it redirects.
fn target<'v>(call: &Call<'v>) -> Option<&'v Value> {
    let api = call.api().unwrap_or_default();
    let last = api.rsplit('.').next().unwrap_or(api);
    if call.method() == Some("redirect") || last == "redirect" {
        // Express takes the status first, Fastify either way round.
        let is_status = call.arg(0).is_some_and(|first| first.as_number().is_some());
        return call.keyword("location").or_else(|| call.arg(usize::from(is_status)));
    }
    if api == "h3.sendRedirect" {
        return call.arg(1);
    }
    if matches!(
        last,
        "RedirectResponse" | "HttpResponseRedirect" | "HTTPFound" | "HTTPSeeOther" | "HTTPTemporaryRedirect"
    ) {
        return call.arg_or(0, "url").or_else(|| call.keyword("location"));
    }
    if matches!(call.method(), Some("setHeader" | "set" | "header" | "append"))
        && call.arg(0).and_then(Value::as_str).is_some_and(|name| name.eq_ignore_ascii_case("location"))
    {
        return call.arg(1);
    }
    let answers = call.method() == Some("writeHead") || last.ends_with("Response") || last == "HTTPException";
    if answers {
        let headers = call.option("headers").or_else(|| call.args().last())?;
        return ["Location", "location"]
            .iter()
            .find_map(|name| headers.fields().into_iter().find(|(key, _)| key == name))
            .map(|(_, value)| value);
    }
    None
}

impl Rule for OpenRedirectUri {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn calls(&self) -> Calls {
        Calls::WithData
    }

    fn check_call(&self, call: &Call<'_>, out: &mut Findings) {
        let Some(value) = target(call) else { return };
        if let Some(path) = call.flow_from(value, Hazards::REDIRECT, &chooses) {
            report(&path, call.place(), out);
        }
    }

    fn check_assignment(&self, assignment: &Assignment<'_>, out: &mut Findings) {
        if !assignment.property().eq_ignore_ascii_case("location") {
            return;
        }
        if let Some(path) = assignment.flow_from(assignment.value(), Hazards::REDIRECT, &chooses) {
            report(&path, assignment.place(), out);
        }
    }

    fn check_file(&self, file: &FileContext<'_>, out: &mut Findings) {
        let Some(code) = Code::of(file, &["redirect", "Redirect"]) else { return };
        for id in code.all() {
            let Some((how, pattern)) = partial(&code, id) else { continue };
            let literal = pattern.and_then(|pattern| code.text(pattern));
            // `https://` and `cursor:` tell what kind of address it is, not whose.
            if literal.is_some_and(|text| {
                text.ends_with("://")
                    || text.ends_with(':')
                    || !text.contains(['.', ':'])
                    || !text.contains(|char: char| char.is_ascii_alphanumeric())
                    || text == "http"
            }) {
                continue;
            }
            let message = format!(
                "redirect_uri is compared only in part ({how}): an address of somebody else's can match too"
            );
            let draft = Draft::new(file.place(code.module.span(id)), message).confidence(Confidence::Medium);
            // An address up to and with the slash behind the host at least stays on that host.
            let keeps_host =
                literal.is_some_and(|text| text.splitn(4, '/').nth(3).is_some() && how.starts_with("start"));
            // Programs on the user's own machine listen there; what the test decides is often how to talk to them.
            let own = literal.is_some_and(|text| matches!(text, "localhost" | "127.0.0.1" | "://localhost"));
            out.report(if keeps_host || own { draft.severity(Severity::Warning) } else { draft });
        }
    }
}

/// True for a name of one redirect address.
fn is_redirect_uri(name: &str) -> bool {
    let words = words(name);
    let has = |word: &str| words.iter().any(|one| one == word);
    has("redirect") && (has("uri") || has("url")) || has("redirecturi")
}

/// True inside a function that is named for telling whether a redirect address is one that was registered.
fn checks_redirect(code: &Code<'_>, id: ExprId) -> bool {
    let mut function = code.function_at(code.module.span(id).start);
    // Functions inside of functions: predicates of `some`. More levels are no check. Chosen.
    for _ in 0..4 {
        let words = words(code.function_name(function));
        let has = |all: &[&str]| words.iter().any(|word| all.contains(&word.as_str()));
        if has(&["redirect", "redirecturi"])
            && has(&["match", "matches", "registered", "allowed", "valid", "validate"])
        {
            return true;
        }
        if function == FunctionId::MODULE {
            return false;
        }
        function = code.module.function(function).parent;
    }
    false
}

/// How an expression compares a redirect address in part, and with what.
fn partial(code: &Code<'_>, id: ExprId) -> Option<(&'static str, Option<ExprId>)> {
    let named = |id: ExprId| code.last_name(id).is_some_and(is_redirect_uri);
    // In a function that compares redirect addresses an address is one.
    let compared = |id: ExprId| {
        let is_address = |name| matches!(name, "uri" | "url" | "candidate" | "requested");
        code.last_name(id).is_some_and(is_address) && checks_redirect(code, id)
    };
    match code.module.expr(id).kind {
        ExprKind::Call { callee, .. } => {
            let arguments = code.arguments(id);
            let first = arguments.first().copied();
            if let ExprKind::Member { object, property } = code.module.expr(callee).kind {
                let name = code.module.name(property);
                if let Some(how) = host_in_part(code, object, name, first) {
                    return Some((how, None));
                }
                // `PATTERN.match(redirect_uri)` of a compiled pattern.
                if matches!(name, "match" | "search") && first.is_some_and(named) {
                    let compiled = code.resolve(object);
                    let pattern = code.callee(compiled).filter(|path| path == "re.compile");
                    let pattern = pattern.and_then(|_| code.arguments(compiled).first().copied())?;
                    let text = code.text(pattern)?;
                    let open = !text.ends_with('$') && !text.ends_with("\\Z") || text.contains(".*");
                    return (open && text.contains('.')).then_some(("an open pattern", None));
                }
                let how = match code.module.name(property) {
                    "startsWith" | "startswith" => "startsWith",
                    "endsWith" | "endswith" => "endsWith",
                    // A list of addresses is named in the plural.
                    "includes" | "indexOf" | "find" => "includes",
                    "match" | "search" => {
                        return (named(object) && unanchored(code, first?))
                            .then_some(("an open pattern", None));
                    }
                    "test" => {
                        return (first.is_some_and(named) && unanchored(code, object))
                            .then_some(("an open pattern", None));
                    }
                    _ => return None,
                };
                let is_end = how != "includes";
                return (named(object) || is_end && compared(object)).then_some((how, first));
            }
            match code.path(callee).as_str() {
                "re.match" | "re.search" if arguments.get(1).copied().is_some_and(named) => {
                    unanchored(code, first?).then_some(("an open pattern", None))
                }
                _ => None,
            }
        }
        ExprKind::Binary { op: BinaryOp::In | BinaryOp::NotIn, left, right } if named(right) => {
            Some(("includes", Some(left)))
        }
        _ => None,
    }
}

/// `new URL(redirectUri).hostname.endsWith("acme.io")`: other hosts end, or begin, like that, too.
fn host_in_part(code: &Code<'_>, host: ExprId, method: &str, with: Option<ExprId>) -> Option<&'static str> {
    let ExprKind::Member { object, property } = code.module.expr(host).kind else { return None };
    if !matches!(code.module.name(property), "hostname" | "host" | "netloc" | "origin") {
        return None;
    }
    let parsed = code.resolve(object);
    let of_redirect = matches!(code.last_name_of_callee(parsed), Some("URL" | "urlparse" | "urlsplit"))
        && code
            .arguments(parsed)
            .first()
            .is_some_and(|address| code.last_name(*address).is_some_and(is_redirect_uri));
    let literal = with.and_then(|with| code.text(with))?;
    let how = match method {
        "endsWith" | "endswith" if !literal.starts_with('.') => "the end of its host",
        "startsWith" | "startswith" => "the beginning of its host",
        "includes" => "a part of its host",
        _ => return None,
    };
    of_redirect.then_some(how)
}

/// True for a pattern that is known and does not hold the whole address.
fn unanchored(code: &Code<'_>, pattern: ExprId) -> bool {
    let id = code.resolve(pattern);
    let text = match code.module.expr(id).kind {
        ExprKind::Regex { pattern, .. } => code.module.name(pattern),
        ExprKind::String(text) => code.module.name(text),
        _ => return false,
    };
    let text = text.trim_end_matches("\\/?");
    // Without a dot it speaks about the scheme alone.
    text.contains('.') && (!text.starts_with('^') || !text.ends_with('$') || text.contains(".*"))
}

#[cfg(test)]
mod tests {
    use crate::rules::table::findings_of;

    fn count(path: &str, text: &str) -> usize {
        findings_of("open-redirect-uri", &[(path, text)]).len()
    }

    fn route(body: &str) -> String {
        format!(
            "import express from 'express';\nconst app = express();\napp.get('/cb', (req, res) => {{\n{body}\n}});\n"
        )
    }

    #[test]
    fn own_addresses_are_fine() {
        for body in [
            "res.redirect(`https://login.example.com/authorize?redirect_uri=${req.query.redirect_uri}`);",
            "res.redirect(301, `https://${req.headers.host}${req.url}`);",
            "res.redirect('/done');",
            "if (!client.redirect_uris.includes(req.query.redirect_uri)) { res.status(400).end(); return; }\nres.redirect(req.query.redirect_uri);",
        ] {
            assert_eq!(count("a.ts", &route(body)), 0, "{body}");
        }
    }

    #[test]
    fn each_kind_of_redirect_counts() {
        for body in [
            "res.redirect(req.query.redirect_uri as string);",
            "res.redirect(302, req.query.redirect_uri);",
            "res.writeHead(302, { Location: String(req.query.redirect_uri) }).end();",
            "res.setHeader('Location', `${req.query.redirect_uri}?code=x`);",
            "const state = JSON.parse(atob(req.query.state));\nres.redirect(state.redirectUri);",
        ] {
            assert_eq!(count("a.ts", &route(body)), 1, "{body}");
        }
    }

    #[test]
    fn comparisons_in_part_count() {
        let bad = "def ok(redirect_uri):\n    return redirect_uri.startswith('https://app.example.com')\n";
        assert_eq!(count("a.py", bad), 1);
        assert_eq!(count("a.ts", "const ok = allowed.some((one) => redirectUri.startsWith(one));\n"), 1);
        assert_eq!(count("a.ts", "const ok = /https:\\/\\/app.example.com/.test(redirectUri);\n"), 1);
        assert_eq!(
            count("a.ts", "const ok = /^https:\\/\\/app\\.example\\.com\\/cb$/.test(redirectUri);\n"),
            0
        );
        assert_eq!(
            count(
                "a.ts",
                "const ok = redirectUri.startsWith('https://') && allowed.includes(redirectUri);\n"
            ),
            0
        );
        assert_eq!(
            count("a.py", "def ok(redirect_uri):\n    return redirect_uri in client.redirect_uris\n"),
            0
        );
    }
}
