//! Objects that look like a tool's definition, wherever they are: `{ name, description, inputSchema }`, as servers
//! without an SDK answer them, and descriptions that are replaced while the server runs.

use sigyl_core::Span;

use crate::ir::{BinaryOp, ExprId, ExprKind, Module, PropertyKey};

/// A description and where it stands.
pub(crate) struct Described {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) span: Span,
}

/// Most pieces of a text that are put together; chosen.
const MOST_PIECES: usize = 200;

/// Every object of the module that has both a name and a description.
pub(crate) fn find(module: &Module) -> Vec<Described> {
    let mut found = Vec::new();
    for expr in &module.exprs {
        let ExprKind::Object(properties) = expr.kind else { continue };
        let field = |wanted: &str| {
            module.properties(properties).iter().find_map(|property| match property.key {
                PropertyKey::Name(name) if module.name(name) == wanted => Some(property.value),
                _ => None,
            })
        };
        let (Some(name), Some(description)) = (field("name"), field("description")) else { continue };
        let ExprKind::String(name) = module.expr(name).kind else { continue };
        let mut text = String::new();
        let mut pieces = MOST_PIECES;
        append(module, description, &mut text, &mut pieces, 0);
        if !text.is_empty() {
            found.push(Described {
                name: module.name(name).to_owned(),
                description: text,
                span: module.span(description),
            });
        }
    }
    found
}

/// Adds the literal text of an expression: a string, strings added, the literal pieces of a template.
fn append(module: &Module, expr: ExprId, text: &mut String, pieces: &mut usize, depth: usize) {
    if *pieces == 0 || depth > MOST_PIECES {
        return;
    }
    *pieces -= 1;
    match module.expr(expr).kind {
        ExprKind::String(name) => text.push_str(module.name(name)),
        ExprKind::Template(parts) => {
            for part in module.list(parts) {
                append(module, *part, text, pieces, depth + 1);
            }
        }
        ExprKind::Binary { op: BinaryOp::Add, left, right } => {
            append(module, left, text, pieces, depth + 1);
            append(module, right, text, pieces, depth + 1);
        }
        _ => {}
    }
}
