//! Which functions with what they are bound to do the same, so that one of them stands for both.

use std::rc::Rc;

use super::{
    value::{Bound, Shape, Value},
    variables::Variables,
};

/// Most variables around a function that are compared. Chosen: wrappers have a few.
const MOST_VARIABLES: usize = 16;
/// How deep objects are compared that stand around a function. Chosen: `{ schema, handler }`.
const DEEPEST: usize = 2;

/// True where two functions are bound to the very same.
pub(super) fn same(a: &Bound, b: &Bound) -> bool {
    let this = match (a.this(), b.this()) {
        (None, None) => true,
        (Some(a), Some(b)) => Rc::ptr_eq(a, b),
        _ => false,
    };
    let environment = match (a.environment(), b.environment()) {
        (None, None) => true,
        (Some(a), Some(b)) => Rc::ptr_eq(a, b),
        _ => false,
    };
    this && environment
}

/// False for a method of two classes' objects, and for a function that was made around two others:
/// `adapt(readController)`, `logged(remove)`.
pub(super) fn alike(a: &Bound, b: &Bound) -> bool {
    let class = |bound: &Bound| match bound.this()?.shape {
        Shape::Instance(class) => Some(class),
        _ => None,
    };
    let around = match (a.environment(), b.environment()) {
        (Some(a), Some(b)) => Rc::ptr_eq(a, b) || alike_around(a, b),
        _ => true,
    };
    class(a) == class(b) && around
}

/// The same for what stands around two functions.
pub(super) fn alike_around(a: &Variables, b: &Variables) -> bool {
    a.len() > MOST_VARIABLES
        || a.iter().all(|(variable, value)| {
            b.get(variable).is_none_or(|other| Rc::ptr_eq(value, other) || does_alike(value, other, DEEPEST))
        })
}

/// False for values that do different things when they are called, or their methods.
fn does_alike(a: &Value, b: &Value, depth: usize) -> bool {
    match (&a.shape, &b.shape) {
        (Shape::Function(a, _), Shape::Function(b, _)) => a == b,
        (Shape::Class(a) | Shape::Instance(a), Shape::Class(b) | Shape::Instance(b)) => a == b,
        (Shape::Function(..), Shape::Class(_) | Shape::Instance(_))
        | (Shape::Class(_) | Shape::Instance(_), Shape::Function(..)) => false,
        (Shape::Object(a), Shape::Object(b)) if depth > 0 => {
            a.known.iter().take(MOST_VARIABLES).all(|(name, value)| {
                b.known.get(name).is_none_or(|other| does_alike(value, other, depth - 1))
            })
        }
        _ => true,
    }
}
