//! Targets of assignments, loops and `with`.

use ruff_python_ast::Expr as Ast;

use super::module::Lowerer;
use crate::ir::Pattern;

impl Lowerer {
    pub(super) fn target(&mut self, target: &Ast) -> Pattern {
        match target {
            Ast::Name(name) if name.id.is_empty() => Pattern::None,
            Ast::Name(name) => {
                let span = self.span(target);
                self.bind(name.id.as_str(), span)
            }
            Ast::Attribute(_) | Ast::Subscript(_) => Pattern::Place(self.expr(target)),
            Ast::Tuple(tuple) => self.list_target(&tuple.elts),
            Ast::List(list) => self.list_target(&list.elts),
            Ast::Starred(starred) => self.deeper(|this| this.target(&starred.value)).unwrap_or(Pattern::None),
            // No target by the grammar; what stands there is still evaluated.
            _ => Pattern::Place(self.expr(target)),
        }
    }

    fn list_target(&mut self, elements: &[Ast]) -> Pattern {
        self.deeper(|this| {
            let mut items = Vec::with_capacity(elements.len());
            let mut rest = None;
            for element in elements {
                let target = this.target(element);
                match element {
                    Ast::Starred(_) if rest.is_none() => rest = Some((items.len(), Box::new(target))),
                    _ => items.push(Some(target)),
                }
            }
            Pattern::List { items, rest }
        })
        .unwrap_or(Pattern::None)
    }
}
