//! What is found by a name that is put together, or for a name that nothing was given.

use std::rc::Rc;

use super::{
    Hazards,
    call::Arguments,
    engine::Engine,
    exec::Activation,
    state::State,
    value::{Bound, ClassRef, FunctionRef, Known, Shape, Taint, Value},
};
use crate::{
    ir::Language,
    rule::{FileId, Place},
};

impl<'a> Engine<'a> {
    /// One of the modules of the tree whose names begin with `prefix`, as an import in a file says it.
    pub(crate) fn modules_below(&mut self, at: usize, prefix: &str) -> Option<Value> {
        let python = self.files[at].module()?.language == Language::Python;
        let found = self.resolver.below(self.files[at].path, prefix, python);
        let mut shapes: Vec<Shape> = Vec::new();
        for target in found.into_iter().filter(|target| *target != at) {
            self.note_import(at, target);
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

    /// One of an object's methods, by a name of which only the beginning is known: `tools[meta.method]`,
    /// `getattr(self, f"tool_{name}")`. The object may be one of several.
    pub(crate) fn some_method(&mut self, object: &Value, prefix: &str) -> Option<Value> {
        let shapes = match &object.shape {
            Shape::Instance(class) => self.methods_from(*class, object, prefix),
            Shape::OneOf(several) => {
                let mut shapes = Vec::new();
                for shape in several.iter() {
                    let Shape::Instance(class) = *shape else { return None };
                    let one = Value { shape: shape.clone(), ..Value::default() };
                    shapes.extend(self.methods_from(class, &one, prefix));
                }
                shapes
            }
            _ => return None,
        };
        Some(one_of(shapes))
    }

    /// The methods of a class that are not private, bound to an object of it.
    pub(super) fn methods_from(&mut self, class: ClassRef, object: &Value, prefix: &str) -> Vec<Shape> {
        let Some(module) = self.module(class.file) else { return Vec::new() };
        let methods = module.class(class.class).methods.iter().filter(|method| {
            let name = module.name(method.name);
            let own = name == "constructor" || name.starts_with("__") || name.starts_with('#');
            let open = !name.starts_with('_') || prefix.starts_with('_');
            !own && open && name.starts_with(prefix) && method.kind == crate::ir::MethodKind::Method
        });
        let of_class = |method: &crate::ir::Method| {
            let target = FunctionRef { file: class.file, function: method.function };
            Shape::Function(target, Bound::to(object.clone()))
        };
        methods.map(of_class).collect()
    }

    /// One of the functions that a module of the tree offers, likewise: `handlers[name]` of `import * as handlers`.
    pub(super) fn some_export(&mut self, file: FileId, prefix: &str) -> Value {
        let at = self.position(file);
        let Some(module) = self.files[at].module() else { return Value::default() };
        let names = module.exports.iter().filter_map(|export| export.name).map(|name| module.name(name));
        let names: Vec<&str> = names.filter(|name| name.starts_with(prefix)).take(MOST_CHOSEN + 1).collect();
        let mut shapes = Vec::new();
        for name in names {
            let shape = self.export(at, name).map(|value| value.shape);
            shapes.extend(shape.filter(|shape| matches!(shape, Shape::Function(..) | Shape::Class(_))));
        }
        one_of(shapes)
    }

    /// A member that `index` chose: where a caller chose it, that goes on with it, as a name alone.
    pub(super) fn chosen_by(&mut self, state: &State, index: &Value, member: Value) -> Value {
        let index = self.bake(index, &state.cleared);
        let taints: Vec<Taint> = index
            .taints
            .iter()
            .flat_map(|taints| taints.iter())
            .filter(|taint| taint.live.any(Hazards::NAME))
            .map(|taint| Taint { live: Hazards::NAME, ..*taint })
            .collect();
        let shape = match member.shape {
            // A name that is none of its own is one that it has from elsewhere: `constructor`.
            Shape::Unknown if !taints.is_empty() => Shape::Api("this.*".into()),
            shape => shape,
        };
        Value { shape, taints: (!taints.is_empty()).then(|| taints.into()), ..Value::default() }
    }

    /// What `__getitem__` of a class of the tree gives.
    pub(super) fn by_index(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        object: &Value,
        index: &Value,
        place: Place,
    ) -> Option<Value> {
        let Shape::Instance(class) = object.shape else { return None };
        if act.module.language != Language::Python {
            return None;
        }
        let method = self.method(act, state, class, "__getitem__", object)?;
        let Shape::Function(target, bound) = method.shape else { return None };
        Some(self.inline(act, state, target, bound, vec![index.clone()], Vec::new(), place))
    }

    /// `setattr(object, name, value)`.
    pub(super) fn set_by_name(&mut self, state: &State, arguments: &Arguments) {
        let [object, name, value] = arguments.positional.as_slice() else { return };
        if let Shape::Instance(class) | Shape::Class(class) = object.shape
            && let Some(name) = name.as_str()
        {
            self.write_field(state, class, name.into(), value.clone());
        }
    }
}

/// Most functions of which one is chosen. Chosen; more of them are a table of something else.
const MOST_CHOSEN: usize = 64;

fn one_of(mut shapes: Vec<Shape>) -> Value {
    let shape = match shapes.len() {
        1 => shapes.remove(0),
        2..=MOST_CHOSEN => Shape::OneOf(shapes.into()),
        _ => return Value::default(),
    };
    Value { shape, ..Value::default() }
}
