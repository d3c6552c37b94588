//! Keys that sessions and tokens are signed with, and that are a fixed text where none is configured: whoever reads the
//! source signs a token of their own.

use sigyl_core::{Confidence, Severity};

use super::code::Code;
use crate::{
    context::FileContext,
    files::FileRole,
    ir::{BinaryOp, ExprId, ExprKind},
    rule::{Draft, Findings},
};

/// What the names of variables hold that such keys are configured by. Names that say only that something is secret are
/// left to those who see what it is used for.
const OF_SIGNING: &[&str] =
    &["JWT", "SESSION", "COOKIE", "SIGNING", "AUTH_SECRET", "TOKEN_SECRET", "HMAC", "SECRET_KEY"];
const ENDS: &[&str] = &["SECRET", "KEY", "PASSPHRASE"];

/// Reports fixed texts that stand in for a key which is not configured.
pub(super) fn fixed_fallbacks(file: &FileContext<'_>, told: &[(usize, usize)], out: &mut Findings) {
    let names = ["SECRET", "_KEY", "PASSPHRASE"];
    if file.role != FileRole::Runtime || !names.iter().any(|name| file.text.contains(name)) {
        return;
    }
    let Some(code) = Code::of(file, &names) else { return };
    for id in code.all() {
        let Some((name, literal)) = fallback(&code, id).filter(|(name, _)| is_of_signing(name)) else {
            continue;
        };
        let span = code.module.span(literal);
        if told.iter().any(|(start, end)| *start < span.end as usize && (span.start as usize) < *end) {
            continue;
        }
        let message = format!(
            "where `{name}` is not set, sessions and tokens are signed with a text that stands in the source"
        );
        out.report(
            Draft::new(file.place(span), message)
                .severity(Severity::Error)
                .confidence(Confidence::Medium)
                .fix("Refuse to start without the key, or make a random one at every start"),
        );
    }
}

/// The name of a setting and the fixed text that stands in for it: `process.env.JWT_SECRET || "…"`,
/// `os.getenv("JWT_SECRET", "…")`, `config.get("JWT_SECRET", "…")`.
fn fallback<'m>(code: &Code<'m>, id: ExprId) -> Option<(&'m str, ExprId)> {
    let is_text = |id: &ExprId| matches!(code.module.expr(*id).kind, ExprKind::String(text) if !code.module.name(text).is_empty());
    match code.module.expr(id).kind {
        ExprKind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, right } => {
            Some((setting(code, code.resolve(left))?, right)).filter(|(_, right)| is_text(right))
        }
        ExprKind::Call { .. } => {
            let name = setting(code, id)?;
            code.arguments(id).get(1).copied().filter(is_text).map(|text| (name, text))
        }
        _ => None,
    }
}

/// The name of the setting that is read: a variable of the environment, or what a service of settings is asked for.
fn setting<'m>(code: &Code<'m>, id: ExprId) -> Option<&'m str> {
    match code.module.expr(id).kind {
        ExprKind::Member { object, property } => {
            let object = code.path(object);
            (object.ends_with(".env") || object == "env" || object == "os.environ")
                .then(|| code.module.name(property))
        }
        ExprKind::Index { object, index } => {
            code.path(object).ends_with("environ").then(|| code.text(index)).flatten()
        }
        ExprKind::Call { .. } => {
            let callee = code.callee(id)?.to_ascii_lowercase();
            let reads = callee.ends_with("getenv")
                || callee.ends_with(".get") && (callee.contains("environ") || callee.contains("config"));
            reads.then(|| code.arguments(id).first().and_then(|name| code.text(*name))).flatten()
        }
        _ => None,
    }
}

fn is_of_signing(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    OF_SIGNING.iter().any(|word| upper.contains(word))
        && ENDS.iter().any(|end| upper.ends_with(end))
        && !upper.contains("PUBLIC")
}
