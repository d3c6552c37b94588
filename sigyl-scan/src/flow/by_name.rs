//! What is found by a name that is put together, or for a name that nothing was given.

use std::rc::Rc;

use super::{
    engine::Engine,
    exec::Activation,
    state::State,
    value::{ClassRef, Known, Shape, Value},
};
use crate::{ir::Language, rule::Place};

impl<'a> Engine<'a> {
    /// One of the modules of the tree whose names begin with `prefix`, as an import in a file says it.
    pub(crate) fn modules_below(&mut self, at: usize, prefix: &str) -> Option<Value> {
        let python = self.files[at].module?.language == Language::Python;
        let found = self.resolver.below(self.files[at].path, prefix, python);
        let mut shapes: Vec<Shape> = Vec::new();
        for target in found.into_iter().filter(|target| *target != at) {
            self.imported.insert((self.files[at].id, self.files[target].id));
            self.ensure_module(target);
            shapes.push(match self.module_exports[target].get("") {
                Some(exports) => exports.shape.clone(),
                None => Shape::Module(self.files[target].id),
            });
        }
        let shape = match shapes.len() {
            0 => return None,
            1 => shapes.remove(0),
            _ => Shape::OneOf(shapes.into()),
        };
        Some(Value { shape, ..Value::default() })
    }

    /// True where a class of Python answers for names that it does not have: `__getattr__`.
    pub(super) fn answers_any_name(&mut self, class: ClassRef, name: &str) -> bool {
        let mut at = Some(class);
        for _ in 0..12 {
            let Some(here) = at else { break };
            let Some(module) = self.module(here.file) else { break };
            let definition = module.class(here.class);
            if definition.fields.iter().any(|field| module.name(field.name) == name) {
                return false;
            }
            if definition.methods.iter().any(|method| module.name(method.name) == "__getattr__") {
                return !name.starts_with("__");
            }
            at = self.base_class(here);
        }
        false
    }

    /// What `__getattr__` gives for a name.
    pub(super) fn named_by(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        object: &Value,
        name: &Rc<str>,
        place: Place,
    ) -> Value {
        let Shape::Instance(class) = object.shape else { return Value::default() };
        let Some(method) = self.method(act, state, class, "__getattr__", object) else {
            return Value::default();
        };
        let Shape::Function(target, bound) = method.shape else { return Value::default() };
        let name = Value { known: Known::Text(Rc::clone(name)), ..Value::default() };
        // A name that it does not know either is an error, which is not what the program counts on.
        let mut branch = state.clone();
        self.inline(act, &mut branch, target, bound, vec![name], Vec::new(), place)
    }
}
