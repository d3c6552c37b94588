//! Whether a place is reached only where an option asks for it.

use sigyl_core::Span;

use crate::{
    context::FileContext,
    ir::{BinaryOp, ExprId, ExprKind, Stmt, StmtKind},
    rules::code::inner,
};

/// True where what stands at `at` runs only if a condition whose text holds one of `words`, in any case, says so: inside
/// an `if` or behind one that leaves, in a conditional expression, behind `&&`.
pub(super) fn decides(file: &FileContext<'_>, at: Span, words: &[&str]) -> bool {
    let Some(module) = file.module() else { return false };
    file.spend(module.size());
    let speaks = |test: ExprId| {
        let span = module.span(test).range(file.text.len());
        let text = file.text[span].to_ascii_lowercase();
        words.iter().any(|word| text.contains(word))
    };
    let holds = |span: Span| span.start <= at.start && at.end <= span.end;
    let in_expression = module.exprs.iter().any(|expr| match expr.kind {
        ExprKind::Conditional { test, then, otherwise } => {
            (holds(module.span(then)) || holds(module.span(otherwise))) && speaks(test)
        }
        ExprKind::Binary { op: BinaryOp::And, left, right } => holds(module.span(right)) && speaks(left),
        _ => false,
    });
    let for_that = |name: Option<crate::ir::Name>, span: Span| {
        let without = ["ignore", "insecure", "noverif", "unverified", "skip", "nossl", "unsafe", "disable"];
        let name =
            name.map(|name| module.name(name).to_ascii_lowercase().replace('_', "")).unwrap_or_default();
        holds(span) && without.iter().any(|word| name.contains(word))
    };
    // A class or function that is named for it is what somebody takes who wants it.
    let named = module.functions.iter().any(|function| for_that(function.name, function.span))
        || module.classes.iter().any(|class| for_that(class.name, class.span));
    named || in_expression || module.functions.iter().any(|function| in_block(&function.body, at, &speaks))
}

fn in_block(block: &[Stmt], at: Span, speaks: &dyn Fn(ExprId) -> bool) -> bool {
    let mut asked = false;
    for stmt in block {
        let inside = stmt.span.start <= at.start && at.end <= stmt.span.end;
        if inside {
            return asked
                || matches!(&stmt.kind, StmtKind::If { test, .. } if speaks(*test))
                || inner(stmt).into_iter().any(|block| in_block(block, at, speaks));
        }
        asked |= matches!(&stmt.kind, StmtKind::If { test, then, otherwise }
            if (leaves(then) || leaves(otherwise)) && speaks(*test));
    }
    false
}

fn leaves(block: &[Stmt]) -> bool {
    block.last().is_some_and(|last| matches!(last.kind, StmtKind::Return(_) | StmtKind::Throw(_)))
}
