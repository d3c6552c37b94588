//! Ways through a function on which it gives back what a token says, without that the token was checked on them.

use super::{code::Code, jwt_verification_off::checks_token};
use crate::ir::{ExprId, ExprKind, FunctionId, Stmt, StmtKind};

/// True where what a token says, unchecked, is what a function of that purpose gives back on some way:
/// `try { key = await keyOf(token); } catch { return claims; }`, `if (offline) { return decodeJwt(token); }`.
pub(super) fn gives_claims(code: &Code<'_>, decoded: ExprId) -> bool {
    let function = code.function_at(code.module.span(decoded).start);
    if function == FunctionId::MODULE {
        return false;
    }
    let name = code.function_name(function).to_ascii_lowercase();
    let lets_in =
        ["claim", "auth", "verif", "valid", "user", "session"].iter().any(|word| name.contains(word));
    lets_in && Ways { code, decoded, gives: false }.walk(&code.module.function(function).body, false).0.gives
}

/// A walk over statements in the order in which they run.
struct Ways<'c, 'm> {
    code: &'c Code<'m>,
    decoded: ExprId,
    /// True once a return was found that gives the claims on a way without a check.
    gives: bool,
}

impl Ways<'_, '_> {
    /// Walks a block; `checked` says whether the token was checked before it. Then whether it was after it: also where
    /// nothing goes on behind.
    fn walk(mut self, block: &[Stmt], mut checked: bool) -> (Self, bool) {
        for stmt in block {
            checked = match &stmt.kind {
                StmtKind::Return(value) => {
                    let gives = value.is_some_and(|value| self.is_claims(value));
                    self.gives |= gives && !checked && !self.checks(stmt);
                    true
                }
                StmtKind::Throw(_) => true,
                StmtKind::If { test, then, otherwise } => {
                    let before = checked || self.checks_in(*test);
                    let (after, then) = self.walk(then, before);
                    let (after, otherwise) = after.walk(otherwise, before);
                    self = after;
                    then && otherwise
                }
                StmtKind::Try { body, handlers, finally } => {
                    // What failed may have been the check.
                    let (mut after, mut all) = self.walk(body, checked);
                    for handler in handlers {
                        let (next, handled) = after.walk(&handler.body, checked);
                        after = next;
                        all &= handled;
                    }
                    let (after, last) = after.walk(finally, all);
                    self = after;
                    last
                }
                StmtKind::With { body, .. } | StmtKind::Block(body) => {
                    let (after, inside) = self.walk(body, checked);
                    self = after;
                    inside
                }
                StmtKind::Loop(one) => {
                    let (after, _) = self.walk(&one.body, checked);
                    self = after;
                    checked || self.checks(stmt)
                }
                StmtKind::Switch { cases, .. } => {
                    for case in cases {
                        let (after, _) = self.walk(&case.body, checked);
                        self = after;
                    }
                    checked || self.checks(stmt)
                }
                _ => checked || self.checks(stmt),
            };
        }
        (self, checked)
    }

    fn checks(&self, stmt: &Stmt) -> bool {
        self.code.within(stmt.span).any(|id| checks_token(self.code, id))
    }

    fn checks_in(&self, id: ExprId) -> bool {
        self.code.within(self.code.module.span(id)).any(|id| checks_token(self.code, id))
    }

    /// True for what is made of the token's claims, and not of what says by which key it is to be checked.
    fn is_claims(&self, value: ExprId) -> bool {
        let code = self.code;
        let parts = code.sources_through(value, |code, call| !checks_token(code, call));
        let of_key = |id: &ExprId| match code.module.expr(*id).kind {
            ExprKind::Member { .. } | ExprKind::Index { .. } => code
                .last_name(*id)
                .is_some_and(|name| matches!(name, "header" | "kid" | "alg" | "iss" | "tid")),
            _ => false,
        };
        parts.contains(&self.decoded) && !parts.iter().any(of_key)
    }
}
