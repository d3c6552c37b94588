//! A session that any user with a token can go on with.

use sigyl_core::{Class, Confidence, Severity, Span};

use super::{
    auth_words,
    code::{Code, words},
    session_as_auth::is_key_of_request,
};
use crate::{
    context::FileContext,
    files::FileRole,
    ir::{ExprId, ExprKind, FunctionId},
    rule::{Draft, Findings, Rule, RuleMeta},
};

pub(crate) struct UnboundSession;

static META: RuleMeta = RuleMeta {
    id: "unbound-session",
    title: "Session not bound to its user",
    class: Class::SessionHijack,
    severity: Severity::Warning,
    cwe: &[639, 384],
    owasp: Some("MCP07"),
    practice: Some("state-handle-hijacking"),
    since: "0.1.0",
    fixes: &[
        "Keep the verified user's id with the session, and refuse requests of anybody else",
        "Put the user's id into the key: `<user id>:<session id>`",
    ],
    page: include_str!("unbound_session.md"),
};

impl Rule for UnboundSession {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn check_file(&self, file: &FileContext<'_>, out: &mut Findings) {
        if file.role != FileRole::Runtime {
            return;
        }
        let Some(code) = Code::of(file, &["ession"]) else { return };
        let asks_all =
            code.all().any(|id| code.callee(id).is_some_and(|path| auth_words::requires_token(&path)))
                || code.all().any(|id| installs_check(&code, id));
        for id in code.all() {
            let Some((table, key)) = lookup(&code, id) else { continue };
            let function = code.function_at(code.module.span(id).start);
            if function == FunctionId::MODULE || !is_key_of_request(&code, key) {
                continue;
            }
            let span = code.function_span(function);
            let asks = asks_all
                || code.within(span).any(|id| {
                    matches!(code.module.expr(id).kind, ExprKind::Call { .. })
                        && code.callee(id).is_some_and(|path| auth_words::verifies(&path))
                });
            if !asks || knows_user(&code, span) {
                continue;
            }
            let message = format!(
                "`{table}` is asked for a session by its id alone: another user's token is as good as that of the one who began it"
            );
            out.report(Draft::new(file.place(code.module.span(id)), message).confidence(Confidence::Medium));
            return;
        }
    }
}

/// `app.use(requireAuth)`.
fn installs_check(code: &Code<'_>, id: ExprId) -> bool {
    matches!(code.last_name_of_callee(id), Some("use" | "addHook" | "add_middleware"))
        && code
            .arguments(id)
            .iter()
            .any(|argument| code.last_name(*argument).is_some_and(auth_words::is_middleware))
}

/// The table and the key of a look for a session.
fn lookup<'m>(code: &Code<'m>, id: ExprId) -> Option<(&'m str, ExprId)> {
    let is_table = |name: &&str| {
        words(name)
            .iter()
            .any(|word| matches!(word.as_str(), "sessions" | "transports" | "session" | "transport"))
    };
    match code.module.expr(id).kind {
        ExprKind::Index { object, index } => Some((code.last_name(object).filter(is_table)?, index)),
        ExprKind::Call { callee, .. } => {
            let ExprKind::Member { object, property } = code.module.expr(callee).kind else { return None };
            if code.module.name(property) != "get" {
                return None;
            }
            Some((code.last_name(object).filter(is_table)?, *code.arguments(id).first()?))
        }
        _ => None,
    }
}

/// True when a handler speaks of who the caller is.
fn knows_user(code: &Code<'_>, span: Span) -> bool {
    code.within(span).any(|id| {
        let name = code.last_name(id).or_else(|| match code.module.expr(id).kind {
            ExprKind::String(text) => Some(code.module.name(text)),
            _ => None,
        });
        name.is_some_and(|name| {
            name.len() < 40
                && words(name).iter().any(|word| {
                    matches!(
                        word.as_str(),
                        "user"
                            | "userid"
                            | "sub"
                            | "subject"
                            | "owner"
                            | "owns"
                            | "principal"
                            | "tenant"
                            | "caller"
                            | "account"
                            | "identity"
                            | "clientid"
                    )
                })
                || matches!(name, "clientId" | "client_id")
        })
    })
}
