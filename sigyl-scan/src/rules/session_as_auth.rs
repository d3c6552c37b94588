//! A session table that stands in for a login.

use sigyl_core::{Class, Confidence, Severity, Span};

use super::code::{Code, words};
use crate::{
    context::FileContext,
    ir::{BinaryOp, ExprId, ExprKind, Pattern, Stmt, StmtKind, VarId},
    rule::{Draft, Findings, Rule, RuleMeta},
};

pub(crate) struct SessionAsAuth;

static META: RuleMeta = RuleMeta {
    id: "session-as-auth",
    title: "Session id taken for a login",
    class: Class::SessionHijack,
    severity: Severity::Block,
    cwe: &[287, 384, 639],
    owasp: Some("MCP07"),
    practice: Some("state-handle-hijacking"),
    since: "0.1.0",
    fixes: &[
        "Verify an access token on every request, and take the user from it",
        "Use the session only for what is not secret, under a key that holds the verified user's id",
    ],
    page: include_str!("session_as_auth.md"),
};

/// True for a table of sessions. Tables of transports only route.
fn is_session_table(name: &str) -> bool {
    let words = words(name);
    let has = |word: &str| words.iter().any(|one| one == word);
    (has("sessions")
        || has("session")
            && ["store", "map", "table", "cache", "db", "data", "users", "registry"]
                .iter()
                .any(|word| has(word)))
        && !has("transports")
        && !has("transport")
}

/// True for a table whose entries are themselves who somebody is: `sessionTokens`, `session_users`.
fn holds_identities(name: &str) -> bool {
    let words = words(name);
    let has = |list: &[&str]| words.iter().any(|one| list.contains(&one.as_str()));
    has(&["session", "sessions"])
        && has(&["tokens", "token", "users", "credentials", "principals", "accounts"])
}

/// True for a function that looks a session up: `getSession`, `find_session_by_id`.
fn is_lookup(name: &str) -> bool {
    let words = words(name);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    matches!(
        words.as_slice(),
        ["get" | "find" | "lookup" | "load" | "fetch" | "read" | "resolve", .., "session" | "sessions"]
            | ["get" | "find" | "lookup" | "load" | "fetch" | "read" | "resolve", "session", "by", ..]
    ) && !words.contains(&"transport")
}

/// Where in a request a value was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum From {
    Header,
    Query,
    Cookie,
}

/// The part of a request that a path reads, where it is one.
fn part_of_request(path: &str) -> Option<From> {
    let lower = path.to_ascii_lowercase();
    let mut parts = lower.split('.');
    // The last is what is read, not where.
    let found = parts.by_ref().find_map(|part| match part.trim_end_matches("()") {
        "headers" | "header" => Some(From::Header),
        "query" | "query_params" | "searchparams" | "params" | "args" | "body" => Some(From::Query),
        "cookies" | "cookie" | "signedcookies" => Some(From::Cookie),
        _ => None,
    })?;
    let root = lower.split('.').next().unwrap_or_default().trim_end_matches("()");
    let known = [
        "req",
        "request",
        "ctx",
        "context",
        "c",
        "extra",
        "flask",
        "scope",
        "http",
        "url",
        "this",
        "self",
        "handshake",
    ];
    let is_request = known.contains(&root) || lower.contains("request") || lower.contains("requestinfo");
    // A path that begins with a module's name is no request, but Flask's global one is.
    (is_request && (!lower.starts_with("axios") && !lower.starts_with("requests"))).then_some(found)
}

/// True for a key that the request brings.
pub(super) fn is_key_of_request(code: &Code<'_>, key: ExprId) -> bool {
    key_source(code, key).is_some()
}

/// Where the key of a lookup comes from, when it comes from the request.
fn key_source(code: &Code<'_>, key: ExprId) -> Option<From> {
    code.sources(key).into_iter().find_map(|id| {
        if let Some(from) = declared_source(code, id) {
            return Some(from);
        }
        let path = match code.module.expr(id).kind {
            ExprKind::Member { .. } | ExprKind::Index { .. } | ExprKind::Variable(_) => code.path(id),
            ExprKind::Call { .. } => code.callee(id)?.into_owned(),
            _ => return None,
        };
        // Koa and Express read headers by name.
        if matches!(&*path, "ctx.get" | "req.get" | "request.get") {
            return Some(From::Header);
        }
        part_of_request(&path)
    })
}

/// Where FastAPI reads a parameter from, by its annotation or default: `Annotated[str, Header()]`, `= Cookie()`.
fn declared_source(code: &Code<'_>, id: ExprId) -> Option<From> {
    let ExprKind::Variable(variable) = code.module.expr(id).kind else { return None };
    let declared = code.module.variable(variable);
    let function = code.module.function(declared.function);
    let param = function.params.iter().find(|param| param.name == Some(declared.name))?;
    let says = |id: ExprId| {
        code.within(code.module.span(id)).find_map(|part| {
            let path = code.callee(part)?;
            match &*path {
                "fastapi.Header" => Some(From::Header),
                "fastapi.Query" | "fastapi.Path" | "fastapi.Body" => Some(From::Query),
                "fastapi.Cookie" => Some(From::Cookie),
                _ => None,
            }
        })
    };
    param.annotation.and_then(says).or_else(|| param.default.and_then(says))
}

/// Fields of an entry that say who someone is or what they may.
fn is_identity(name: &str) -> bool {
    let words = words(name);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["token" | "credentials"] => true,
        [.., "user" | "tenant" | "account" | "owner", "id" | "name"] => true,
        [.., "access" | "auth" | "refresh" | "bearer", "token"] => true,
        [.., last] => [
            "user",
            "username",
            "userid",
            "role",
            "roles",
            "admin",
            "permissions",
            "scopes",
            "tenant",
            "email",
            "owner",
            "principal",
            "identity",
            "account",
            "authenticated",
            "authorized",
        ]
        .contains(last),
        [] => false,
    }
}

/// True when something in `span` verifies who is calling, apart from the table.
fn verifies(code: &Code<'_>, span: Span) -> bool {
    code.within(span).any(|id| {
        let path = match code.module.expr(id).kind {
            ExprKind::Call { .. } | ExprKind::New { .. } => code.callee(id).unwrap_or_default().into_owned(),
            ExprKind::Member { property, .. } => code.module.name(property).to_owned(),
            ExprKind::Variable(_) => code.path(id),
            _ => return false,
        };
        super::auth_words::verifies(&path)
    })
}

struct Lookup {
    call: ExprId,
    from: From,
    table: String,
}

fn lookup(code: &Code<'_>, id: ExprId) -> Option<Lookup> {
    let found = |key: ExprId, table: &str| {
        Some(Lookup { call: id, from: key_source(code, key)?, table: table.to_owned() })
    };
    match code.module.expr(id).kind {
        ExprKind::Index { object, index } => {
            let table = code.last_name(object)?;
            is_session_table(table).then(|| found(index, table)).flatten()
        }
        ExprKind::Call { callee, .. } => {
            let name = code.last_name(callee)?;
            let key = *code.arguments(id).first()?;
            if let ExprKind::Member { object, .. } = code.module.expr(callee).kind
                && matches!(name, "get" | "find" | "pop" | "find_one" | "findOne" | "findById" | "fetch")
            {
                let table = code.last_name(object)?;
                let is_table = is_session_table(table) || holds_identities(table);
                return is_table.then(|| found(key, table)).flatten();
            }
            is_lookup(name).then(|| found(key, name)).flatten()
        }
        _ => None,
    }
}

impl Rule for SessionAsAuth {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn check_file(&self, file: &FileContext<'_>, out: &mut Findings) {
        let Some(code) = Code::of(file, &["ession", "ESSION"]) else { return };
        let module = code.module;
        // What a lookup's result is bound to.
        let mut bound: Vec<(ExprId, VarId)> = Vec::new();
        for (target, value, _) in code.assignments() {
            if let Pattern::Variable(variable, _) = target {
                bound.push((*value, *variable));
            }
        }
        for id in code.all() {
            let Some(found) = lookup(&code, id) else { continue };
            let at = module.span(found.call);
            let function = code.function_at(at.start);
            let span = code.function_span(function);
            if verifies(&code, span) || guarded_by_middleware(&code) {
                continue;
            }
            let variable = bound.iter().find_map(|(value, variable)| {
                let holds = code.resolve(*value) == found.call
                    || module.span(*value).start <= at.start
                        && at.end <= module.span(*value).end
                        && !matches!(module.expr(*value).kind, ExprKind::Call { .. } | ExprKind::Function(_));
                holds.then_some(*variable)
            });
            let read = if holds_identities(&found.table) {
                (!is_operand(&code, span, found.call)).then_some(found.call)
            } else {
                identity_read(&code, span, found.call, variable)
            };
            let Some(read) = read else { continue };
            if is_compared_with_request(&code, span, variable) {
                continue;
            }
            let (place, confidence) = match found.from {
                From::Header => ("a header", Confidence::High),
                From::Query => ("the request", Confidence::High),
                // A page for people may know its user by a cookie; an endpoint for clients may not.
                From::Cookie => ("a cookie", Confidence::Medium),
            };
            let message = format!(
                "`{}` is asked for a session id from {place}, and its entry tells who the caller is: whoever knows an id is that user",
                found.table
            );
            let mut draft = Draft::new(file.place(at), message).confidence(confidence);
            if read != found.call {
                draft = draft.related(file.place(module.span(read)), "the entry is trusted here");
            }
            if found.from == From::Cookie {
                draft = draft.severity(Severity::Warning);
            }
            out.report(draft);
        }
        membership(file, &code, out);
    }
}

/// True where what a lookup gives is only compared: `tokens.get(id) !== token`.
fn is_operand(code: &Code<'_>, span: Span, call: ExprId) -> bool {
    code.within(span).any(|id| match code.module.expr(id).kind {
        ExprKind::Binary { op: BinaryOp::Equal | BinaryOp::NotEqual, left, right } => {
            left == call || right == call
        }
        _ => false,
    })
}

/// True where the entry's owner is compared with who the request was found to come from: `entry.user !== req.user`.
fn is_compared_with_request(code: &Code<'_>, span: Span, variable: Option<VarId>) -> bool {
    let of_entry = |id: ExprId| match code.module.expr(id).kind {
        ExprKind::Member { object, property } => {
            is_identity(code.module.name(property))
                && matches!(code.module.expr(object).kind, ExprKind::Variable(one) if Some(one) == variable)
        }
        _ => false,
    };
    let of_request = |id: ExprId| {
        let path = code.path(id).to_ascii_lowercase();
        let root = path.split('.').next().unwrap_or_default();
        matches!(root, "req" | "request" | "ctx" | "c" | "res") && path.contains('.')
            || code.last_name(id).is_some_and(is_identity)
    };
    code.within(span).any(|id| match code.module.expr(id).kind {
        ExprKind::Binary { op: BinaryOp::Equal | BinaryOp::NotEqual, left, right } => {
            of_entry(left) && of_request(right) || of_entry(right) && of_request(left)
        }
        _ => false,
    })
}

/// Where an entry of the table is taken for an identity: a telling field, or a telling name of the entry itself.
fn identity_read(code: &Code<'_>, span: Span, call: ExprId, variable: Option<VarId>) -> Option<ExprId> {
    let module = code.module;
    if let Some(variable) = variable
        && is_identity(module.name(module.variable(variable).name))
    {
        return Some(call);
    }
    // `const { user } = sessions.get(id)`.
    for (target, value, _) in code.assignments() {
        let Pattern::Object { entries, .. } = target else { continue };
        let of_entry = code.resolve(*value) == call
            || variable.is_some_and(
                |entry| matches!(module.expr(*value).kind, ExprKind::Variable(one) if one == entry),
            );
        let telling = entries.iter().any(|(key, _)| match key {
            crate::ir::PatternKey::Name(key) => is_identity(module.name(*key)),
            crate::ir::PatternKey::Computed(_) => false,
        });
        if of_entry && telling {
            return Some(*value);
        }
    }
    code.within(span).find(|id| {
        let (object, name) = match module.expr(*id).kind {
            ExprKind::Member { object, property } => (object, module.name(property)),
            ExprKind::Index { object, index } => (object, code.text(index).unwrap_or_default()),
            // `entry.get("user")`.
            ExprKind::Call { callee, .. } => match module.expr(callee).kind {
                ExprKind::Member { object, property } if module.name(property) == "get" => {
                    let key = code.arguments(*id).first().and_then(|key| code.text(*key)).unwrap_or_default();
                    (object, key)
                }
                _ => return false,
            },
            _ => return false,
        };
        let of_entry = object == call
            || matches!(module.expr(object).kind, ExprKind::Variable(one) if Some(one) == variable);
        of_entry && is_identity(name)
    })
}

/// `if (!sessions.has(id)) refuse`: the table decides who may, by itself.
fn membership(file: &FileContext<'_>, code: &Code<'_>, out: &mut Findings) {
    let module = code.module;
    for (test, then, otherwise, span) in code.branches() {
        for id in code.within(module.span(*test)) {
            let (table, key) = match module.expr(id).kind {
                ExprKind::Binary { op: BinaryOp::In | BinaryOp::NotIn, left, right } => (right, left),
                ExprKind::Call { callee, .. } => match module.expr(callee).kind {
                    ExprKind::Member { object, property }
                        if matches!(module.name(property), "has" | "includes") =>
                    {
                        match code.arguments(id).first() {
                            Some(key) => (object, *key),
                            None => continue,
                        }
                    }
                    _ => continue,
                },
                _ => continue,
            };
            let name = code.last_name(table).unwrap_or_default();
            if !is_session_table(name) {
                continue;
            }
            let Some(from) = key_source(code, key) else { continue };
            let function = code.function_span(code.function_at(span.start));
            let decides = refuses_by_itself(code, then) || refuses_by_itself(code, otherwise);
            if !decides || verifies(code, function) || guarded_by_middleware(code) {
                continue;
            }
            let message = format!(
                "being in `{name}` is all that a request needs: whoever knows a session id is let in"
            );
            let draft = Draft::new(file.place(module.span(*test)), message);
            out.report(match from {
                From::Cookie => draft.confidence(Confidence::Medium).severity(Severity::Warning),
                _ => draft,
            });
        }
    }
}

/// True for a branch that refuses whatever else is asked: not one that refuses who fails a further test.
fn refuses_by_itself(code: &Code<'_>, list: &[Stmt]) -> bool {
    list.iter().any(|stmt| match &stmt.kind {
        StmtKind::If { otherwise, .. } => refuses_by_itself(code, otherwise),
        _ => code.within(stmt.span).any(|id| super::auth_words::refuses(code, id)),
    })
}

/// True when the file puts a check of tokens before its handlers.
fn guarded_by_middleware(code: &Code<'_>) -> bool {
    code.all().any(|id| code.callee(id).is_some_and(|path| super::auth_words::is_middleware(&path)))
        || code.all().any(|id| {
            matches!(code.module.expr(id).kind, ExprKind::Call { .. })
                && ["token_verifier", "auth_server_provider"]
                    .iter()
                    .any(|name| code.option(id, name).is_some())
        })
}

#[cfg(test)]
mod tests {
    use crate::rules::table::findings_of;
    use sigyl_core::Severity;

    fn severities(path: &str, text: &str) -> Vec<Severity> {
        findings_of("session-as-auth", &[(path, text)]).iter().map(|finding| finding.severity).collect()
    }

    #[test]
    fn a_table_of_transports_only_routes() {
        let text = "app.post('/mcp', async (req, res) => {\n  const id = req.headers['mcp-session-id'];\n  \
                    const transport = transports[id];\n  if (!transport) { res.status(404).end(); return; }\n  \
                    await transport.handleRequest(req, res, req.body);\n});\n";
        assert_eq!(severities("a.ts", text), []);
        let text = "app.post('/mcp', async (req, res) => {\n  const entry = sessions.get(req.headers['mcp-session-id']);\n  \
                    if (!entry) { res.status(404).end(); return; }\n  await entry.transport.handleRequest(req, res, req.body);\n});\n";
        assert_eq!(severities("a.ts", text), []);
    }

    #[test]
    fn a_verified_token_beside_it_is_enough() {
        let text = "app.post('/mcp', async (req, res) => {\n  const caller = await verifyToken(req.headers.authorization);\n  \
                    const entry = sessions.get(req.headers['mcp-session-id']);\n  if (entry.userId !== caller.sub) { res.status(403).end(); return; }\n});\n";
        assert_eq!(severities("a.ts", text), []);
    }

    #[test]
    fn lookups_and_membership_count() {
        let text = "app.post('/x', (req, res) => {\n  if (!sessions.has(req.headers['x-session'])) { res.status(401).end(); return; }\n  run(req, res);\n});\n";
        assert_eq!(severities("a.ts", text), [Severity::Block]);
        let text = "app.get('/x', (req, res) => {\n  const { role } = getSession(req.query.session);\n  res.json(role);\n});\n";
        assert_eq!(severities("a.ts", text), [Severity::Block]);
        let text = "async def page(request):\n    user = sessions.get(request.cookies.get('sid'))\n    return user\n";
        assert_eq!(severities("a.py", text), [Severity::Warning]);
    }
}
