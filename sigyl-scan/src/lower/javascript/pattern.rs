//! What declarations and assignments bind.

use oxc_ast::ast::{
    AssignmentTarget, AssignmentTargetMaybeDefault, AssignmentTargetProperty, AssignmentTargetRest,
    BindingIdentifier, BindingPattern, Expression, IdentifierReference, SimpleAssignmentTarget,
};
use oxc_span::GetSpan;

use super::lowerer::{Lowerer, at};
use crate::ir::{ExprId, ExprKind, Name, Pattern, PatternKey, PropertyKey};

impl<'a> Lowerer<'a> {
    /// Lowers a pattern whose names are declared.
    pub(super) fn binding(&mut self, node: &'a BindingPattern<'a>) -> Pattern {
        self.deeper(|lowerer| lowerer.any_binding(node)).unwrap_or(Pattern::None)
    }

    fn any_binding(&mut self, node: &'a BindingPattern<'a>) -> Pattern {
        match node {
            BindingPattern::BindingIdentifier(id) => self.bound_pattern(id),
            BindingPattern::ObjectPattern(object) => {
                let mut entries = Vec::with_capacity(object.properties.len());
                for property in &object.properties {
                    let key = self.pattern_key(&property.key);
                    entries.push((key, self.binding(&property.value)));
                }
                let rest = object.rest.as_ref().map(|rest| Box::new(self.binding(&rest.argument)));
                Pattern::Object { entries, rest }
            }
            BindingPattern::ArrayPattern(array) => {
                let items: Vec<_> =
                    array.elements.iter().map(|item| item.as_ref().map(|item| self.binding(item))).collect();
                let rest = array.rest.as_ref().map(|rest| Box::new(self.binding(&rest.argument)));
                let position = items.len();
                Pattern::List { items, rest: rest.map(|rest| (position, rest)) }
            }
            BindingPattern::AssignmentPattern(default) => {
                let target = self.binding(&default.left);
                let name = self.target_name(&target);
                let value = self.named(&default.right, name);
                Pattern::Default(Box::new(target), value)
            }
        }
    }

    fn bound_pattern(&mut self, id: &'a BindingIdentifier<'a>) -> Pattern {
        Pattern::Variable(self.bound(id), at(id.span))
    }

    fn pattern_key(&mut self, key: &'a oxc_ast::ast::PropertyKey<'a>) -> PatternKey {
        match self.key(key) {
            PropertyKey::Name(name) => PatternKey::Name(name),
            PropertyKey::Computed(value) => PatternKey::Computed(value),
            PropertyKey::Spread => PatternKey::Name(self.name("")),
        }
    }

    /// The name that an anonymous function gets from what it is assigned to.
    pub(super) fn target_name(&self, target: &Pattern) -> Option<Name> {
        match target {
            Pattern::Variable(variable, _) => Some(self.builder.variable_name(*variable)),
            Pattern::Global(name, _) => Some(*name),
            Pattern::Place(place) => match self.builder.get(*place).kind {
                ExprKind::Member { property, .. } => Some(property),
                _ => None,
            },
            _ => None,
        }
    }

    /// Lowers the target of an assignment.
    pub(super) fn target(&mut self, node: &'a AssignmentTarget<'a>) -> Pattern {
        self.deeper(|lowerer| lowerer.any_target(node)).unwrap_or(Pattern::None)
    }

    fn any_target(&mut self, node: &'a AssignmentTarget<'a>) -> Pattern {
        match node {
            AssignmentTarget::ObjectAssignmentTarget(object) => {
                let mut entries = Vec::with_capacity(object.properties.len());
                for property in &object.properties {
                    entries.push(match property {
                        AssignmentTargetProperty::AssignmentTargetPropertyIdentifier(short) => {
                            let name = self.name(short.binding.name.as_str());
                            let target = self.named_target(&short.binding);
                            let target = match &short.init {
                                Some(value) => {
                                    Pattern::Default(Box::new(target), self.named(value, Some(name)))
                                }
                                None => target,
                            };
                            (PatternKey::Name(name), target)
                        }
                        AssignmentTargetProperty::AssignmentTargetPropertyProperty(property) => {
                            let key = self.pattern_key(&property.name);
                            (key, self.default_target(&property.binding))
                        }
                    });
                }
                let rest = object.rest.as_ref().map(|rest| self.rest_target(rest));
                Pattern::Object { entries, rest }
            }
            AssignmentTarget::ArrayAssignmentTarget(array) => {
                let items: Vec<_> = array
                    .elements
                    .iter()
                    .map(|item| item.as_ref().map(|item| self.default_target(item)))
                    .collect();
                let rest = array.rest.as_ref().map(|rest| self.rest_target(rest));
                let position = items.len();
                Pattern::List { items, rest: rest.map(|rest| (position, rest)) }
            }
            _ => match node.as_simple_assignment_target() {
                Some(simple) => self.simple_target(simple),
                None => Pattern::None,
            },
        }
    }

    fn rest_target(&mut self, rest: &'a AssignmentTargetRest<'a>) -> Box<Pattern> {
        Box::new(self.target(&rest.target))
    }

    fn default_target(&mut self, node: &'a AssignmentTargetMaybeDefault<'a>) -> Pattern {
        match node {
            AssignmentTargetMaybeDefault::AssignmentTargetWithDefault(default) => {
                let target = self.target(&default.binding);
                let name = self.target_name(&target);
                let value = self.named(&default.init, name);
                Pattern::Default(Box::new(target), value)
            }
            _ => match node.as_assignment_target() {
                Some(target) => self.target(target),
                None => Pattern::None,
            },
        }
    }

    fn named_target(&mut self, id: &'a IdentifierReference<'a>) -> Pattern {
        let name = self.name(id.name.as_str());
        match self.resolve(name) {
            Some(variable) => Pattern::Variable(variable, at(id.span)),
            None => Pattern::Global(name, at(id.span)),
        }
    }

    fn simple_target(&mut self, node: &'a SimpleAssignmentTarget<'a>) -> Pattern {
        match node {
            SimpleAssignmentTarget::AssignmentTargetIdentifier(id) => self.named_target(id),
            _ => match self.written_place(node) {
                Some(place) => self.place(place),
                None => Pattern::None,
            },
        }
    }

    fn place(&mut self, node: &'a Expression<'a>) -> Pattern {
        match super::chain::unwrapped(node) {
            Expression::Identifier(id) => self.named_target(id),
            place => Pattern::Place(self.expr(place)),
        }
    }

    fn written_place(&self, node: &'a SimpleAssignmentTarget<'a>) -> Option<&'a Expression<'a>> {
        Some(match node {
            SimpleAssignmentTarget::TSAsExpression(wrapped) => &wrapped.expression,
            SimpleAssignmentTarget::TSSatisfiesExpression(wrapped) => &wrapped.expression,
            SimpleAssignmentTarget::TSNonNullExpression(wrapped) => &wrapped.expression,
            SimpleAssignmentTarget::TSTypeAssertion(wrapped) => &wrapped.expression,
            _ => node.as_member_expression()?.as_expression(),
        })
    }

    /// Lowers a target that is read before it is written: `a += b`.
    pub(super) fn read_target(&mut self, node: &'a AssignmentTarget<'a>) -> (Pattern, ExprId) {
        match node.as_simple_assignment_target() {
            Some(simple) => self.read_simple_target(simple),
            None => (self.target(node), self.other(&[], at(node.span()))),
        }
    }

    /// Lowers a target that is read before it is written: `a++`.
    pub(super) fn read_simple_target(&mut self, node: &'a SimpleAssignmentTarget<'a>) -> (Pattern, ExprId) {
        let target = self.simple_target(node);
        let old = match target {
            Pattern::Variable(variable, span) => self.builder.expr(ExprKind::Variable(variable), span),
            Pattern::Global(name, span) => self.builder.expr(ExprKind::Global(name), span),
            Pattern::Place(place) => place,
            _ => self.other(&[], at(node.span())),
        };
        (target, old)
    }
}
