//! Lists of allowed origins that hold `*` unless somebody says otherwise, and code that takes this for all of them.

use rustc_hash::FxHashSet;
use sigyl_core::Span;

use super::code::Code;
use crate::ir::{BinaryOp, ExprId, ExprKind, PropertyKey};

/// Where a list of allowed origins is `["*"]` in an object literal, in a file that asks the list of that name for `*`:
/// `allowedOrigins: ['*']` and `config.allowedOrigins.includes('*')`.
pub(super) fn open_by_default(code: &Code<'_>) -> Vec<Span> {
    let asked: FxHashSet<&str> = code.all().filter_map(|id| asked_for_star(code, id)).collect();
    if asked.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for id in code.all() {
        let ExprKind::Object(list) = code.module.expr(id).kind else { continue };
        for property in code.module.properties(list) {
            let PropertyKey::Name(key) = property.key else { continue };
            let name = code.module.name(key);
            if asked.contains(name) && is_star(code, property.value) {
                found.push(code.module.span(property.value));
            }
        }
    }
    found
}

/// The name of the list of origins that an expression looks for `*` in.
fn asked_for_star<'m>(code: &Code<'m>, id: ExprId) -> Option<&'m str> {
    let (list, what) = match code.module.expr(id).kind {
        ExprKind::Call { callee, .. } => {
            let ExprKind::Member { object, property } = code.module.expr(callee).kind else { return None };
            let looks = matches!(code.module.name(property), "includes" | "indexOf" | "has" | "some");
            (object, code.arguments(id).first().copied().filter(|_| looks)?)
        }
        ExprKind::Binary { op: BinaryOp::In, left, right } => (right, left),
        _ => return None,
    };
    let name = code.last_name(list).filter(|name| name.to_ascii_lowercase().contains("origin"))?;
    (code.text(what) == Some("*")).then_some(name)
}

fn is_star(code: &Code<'_>, id: ExprId) -> bool {
    let ExprKind::Collection(..) = code.module.expr(id).kind else { return false };
    code.children(id).iter().any(|part| code.text(*part) == Some("*"))
}
