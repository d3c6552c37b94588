//! Objects: making them, and writing to their fields.

use std::rc::Rc;

use super::{
    call::{Arguments, Site, expanded},
    engine::{Engine, Phase},
    exec::Activation,
    invoke::tainted,
    kept::Kept,
    state::State,
    trace::StepKind,
    value::{Bound, ClassRef, Fields, Known, Shape, Value},
};
use crate::{
    ir::{ExprId, ExprKind},
    rule::Place,
};

/// Most fields of an object that are told apart; further ones are known by their kind. Chosen.
const MOST_FIELDS: usize = 2_000;

/// Levels of an object into which it is worked, when it is kept, what was established about its fields. Chosen.
pub(super) const DEEPEST_BAKED: usize = 2;

impl<'a> Engine<'a> {
    /// Makes an object of a class of the tree.
    pub(super) fn construct(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        class: ClassRef,
        mut arguments: Arguments,
        place: Place,
    ) -> Value {
        let Some(module) = self.module(class.file) else { return Value::default() };
        // A class of data holds what it is given: dataclasses, models.
        let instance = Value { shape: Shape::Instance(class), ..Value::default() };
        let is_python = module.language == crate::ir::Language::Python;
        // `Kind(value)` is one of its members, or raises.
        if is_python && super::schema::is_enum(self, class) {
            return instance;
        }
        let name = if is_python { "__init__" } else { "constructor" };
        let constructor = self.method(act, state, class, name, &instance);
        if let Some(Value { shape: Shape::Function(target, _), .. }) = constructor {
            arguments.name_rest();
            let positional = expanded(arguments.positional, arguments.rest);
            let this = Bound::to(instance.clone());
            self.inline(act, state, target, this, positional, arguments.keywords, place);
            return instance;
        }
        // A text of its own kind.
        if is_python
            && self.outside_base(class).as_deref() == Some("str")
            && let Some(text) = arguments.positional.first()
        {
            return text.clone();
        }
        if let Some(path) = self.outside_base(class) {
            let site = Site { place, receiver: None, method: None, is_new: true, expr: ExprId(0) };
            self.emit_call(act, state, &site, Some(&path), &arguments);
        }
        if is_python {
            return self.construct_data(act, state, class, arguments, place);
        }
        instance
    }

    /// The fields of a class of data as a dictionary.
    pub(super) fn record_of(&mut self, class: ClassRef) -> Option<Value> {
        let module = self.module(class.file)?;
        let mut fields = Fields::default();
        for field in &module.class(class.class).fields {
            let name: Rc<str> = module.name(field.name).into();
            let value = self.fields.get(&(class, Rc::clone(&name))).cloned().unwrap_or_default();
            self.keeping.read(Kept::field(class, &name));
            if fields.known.insert(Rc::clone(&name), Rc::new(value)).is_none() {
                fields.order.push(name);
            }
        }
        let shape = Shape::Object(Rc::new(fields));
        Some(Value { shape, ..Value::default() })
    }

    /// Joins a value into a field of all instances of a class.
    pub(crate) fn write_field(&mut self, state: &State, class: ClassRef, name: Rc<str>, value: Value) {
        let value = self.baked_within(&value, &state.cleared, DEEPEST_BAKED);
        let key = (class, name);
        if tainted(&value, 2) && !self.fields.get(&key).is_some_and(|known| tainted(known, 2)) {
            self.kept_changes += 1;
        }
        // What is assigned first says more than the declaration, where that says the same.
        let is_declared = self.declared.remove(&key)
            && self.fields.get(&key).is_some_and(|known| known.api().is_some() && known.api() == value.api());
        let joined = match self.fields.get(&key).cloned().filter(|_| !is_declared) {
            Some(known) => self.joined((&known, &state.cleared), (&value, &state.cleared)),
            None => Some(value.clone()),
        };
        if let Some(joined) = joined {
            let compared = self.keeping.add(Kept::field(class, &key.1), self.fields.get(&key), &value);
            self.spend(compared);
            self.fields.insert(key, joined);
        }
    }

    /// Assigns to a member or index expression.
    pub(crate) fn assign_place(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        target: ExprId,
        value: Value,
        depth: usize,
    ) {
        let place = act.place(target);
        let (object_expr, name): (ExprId, Option<Rc<str>>) = match act.module.expr(target).kind {
            ExprKind::Member { object, property } => (object, Some(self.shared(act.at, property))),
            ExprKind::Index { object, index } => {
                let index = self.eval(act, state, index);
                (object, index.as_str().map(Rc::from))
            }
            // `found.setdefault(name, []).append(one)`.
            ExprKind::Call { callee, arguments } => {
                let ExprKind::Member { object, property } = act.module.expr(callee).kind else { return };
                let first = act.module.arguments(arguments).first().map(|first| first.value);
                let Some(first) = first.filter(|_| act.module.name(property) == "setdefault") else { return };
                let index = self.eval(act, state, first);
                (object, index.as_str().map(Rc::from))
            }
            ExprKind::Variable(variable) => {
                self.write(act, state, variable, value);
                if let Some(frame) = state.frames.last_mut()
                    && !frame.changed.contains(&variable)
                {
                    Rc::make_mut(frame).changed.push(variable);
                }
                return;
            }
            _ => return,
        };
        let object = self.eval(act, state, object_expr);
        if depth == 0 {
            let property = name.as_deref().unwrap_or("*");
            self.message_handler(&object, property, &value);
            self.emit_assignment(act, state, place, &object, property, &value);
            self.assign_export(act, object_expr, name.as_deref(), &value);
        }
        match &object.shape {
            Shape::Instance(class) | Shape::Class(class) => {
                if let Some(name) = name {
                    // What is changed in place is what a class above may hold for all of them.
                    let class = &if depth > 0 { self.holder_of(*class, &name) } else { *class };
                    let stepped = self.stepped(value, place, || StepKind::Assigned(Rc::clone(&name)));
                    if depth == 0 && matches!(stepped.shape, Shape::List(_)) && self.constructs(act) {
                        self.begin_anew(*class, &name);
                    }
                    self.write_field(state, *class, name, stepped);
                }
            }
            // `url.hostname = name`.
            Shape::Api(path)
                if path.ends_with("URL()")
                    && matches!(name.as_deref(), Some("hostname" | "host" | "href"))
                    && super::secrets::callers(&value) =>
            {
                let id = Some(self.fresh());
                let taints = super::join::union(object.taints.as_ref(), value.taints.as_ref());
                let changed = Value { taints, id, known: Known::Nothing, ..object.clone() };
                self.assign_place(act, state, object_expr, changed, depth + 1);
            }
            Shape::Api(path) => {
                if let Some(name) = name {
                    self.leave(state, path, &name, &value);
                }
            }
            // Lists and maps that hold tainted members are tainted by them.
            Shape::Object(_) | Shape::List(_) | Shape::Unknown if depth < 4 => {
                let changed = self.with_field(state, &object, name, value);
                if let Some(changed) = changed {
                    self.assign_place(act, state, object_expr, changed, depth + 1);
                }
            }
            _ => {}
        }
    }

    /// A dictionary of one pair: what each round of `{key: value for …}` adds.
    pub(super) fn entry_of(&mut self, state: &State, pair: &Value) -> Value {
        let empty = Value { shape: Shape::Object(Rc::default()), ..Value::default() };
        let Some([key, value]) = pair.items() else { return empty };
        let name = key.as_str().map(Rc::from);
        self.with_field(state, &empty, name, value.clone()).unwrap_or(empty)
    }

    /// True where an object is made while handlers run.
    fn constructs(&self, act: &Activation<'a>) -> bool {
        let name = act.module.function(act.function.function).name.map(|name| act.module.name(name));
        self.phase == Phase::Entries && matches!(name, Some("__init__" | "constructor"))
    }

    /// A list that a new object begins with is not what another object's has grown to: builders of command lines.
    fn begin_anew(&mut self, class: ClassRef, name: &Rc<str>) {
        let key = (class, Rc::clone(name));
        // Engines and plugins are found anew by code that need not be evaluated again.
        let is_list = |known: &Value| match &known.shape {
            Shape::List(items) => tainted(known, 2) || !items.known.iter().any(is_object),
            _ => false,
        };
        if self.fields.get(&key).is_some_and(is_list) {
            self.fields.remove(&key);
        }
    }

    /// CommonJS: `module.exports = x`, `module.exports.a = x`, `exports.a = x`.
    pub(super) fn assign_export(
        &mut self,
        act: &Activation<'a>,
        object: ExprId,
        name: Option<&str>,
        value: &Value,
    ) {
        let module = act.module;
        let is_global = |expr: ExprId, wanted: &str| matches!(module.expr(expr).kind, ExprKind::Global(name) if module.name(name) == wanted);
        let whole = is_global(object, "module") && name == Some("exports");
        let member = is_global(object, "exports")
            || matches!(module.expr(object).kind, ExprKind::Member { object, property }
                if is_global(object, "module") && module.name(property) == "exports");
        if whole {
            self.module_exports[act.at].insert("".into(), value.clone());
        } else if member && let Some(name) = name {
            self.offer(act.at, name, value);
        }
    }

    /// Notes what a CommonJS module offers under a name.
    pub(super) fn offer(&mut self, at: usize, name: &str, value: &Value) {
        self.module_exports[at].insert(name.into(), value.clone());
        let all = self.module_exports[at].entry("".into()).or_default();
        let mut fields = match &all.shape {
            Shape::Object(fields) => (**fields).clone(),
            _ => Fields::default(),
        };
        let key: Rc<str> = name.into();
        if fields.known.insert(Rc::clone(&key), Rc::new(value.clone())).is_none() {
            fields.order.push(key);
        }
        all.shape = Shape::Object(Rc::new(fields));
    }

    /// `object` with one field set; `None` where that changes nothing that matters.
    pub(super) fn with_field(
        &mut self,
        state: &State,
        object: &Value,
        name: Option<Rc<str>>,
        value: Value,
    ) -> Option<Value> {
        let cleared = Rc::clone(&state.cleared);
        match (&object.shape, name) {
            (Shape::List(items), _) => {
                let mut items = (**items).clone();
                items.rest = Some(match items.rest.take() {
                    Some(rest) => self.join((&rest, &cleared), (&value, &cleared)),
                    None => value,
                });
                Some(Value { shape: Shape::List(Rc::new(items)), ..object.clone() })
            }
            (shape, name) => {
                if matches!(shape, Shape::Unknown) && object.taints.is_some() {
                    // A field of a caller's object is replaced: only that field is known.
                    name.as_ref()?;
                }
                let mut fields = match shape {
                    Shape::Object(fields) => (**fields).clone(),
                    _ => {
                        Fields { rest: object.taints.is_some().then(|| object.clone()), ..Fields::default() }
                    }
                };
                // Setting one field copies the others.
                self.spend(fields.known.len());
                match name.filter(|name| fields.known.len() < MOST_FIELDS || fields.known.contains_key(name))
                {
                    Some(name) => {
                        if fields.known.insert(Rc::clone(&name), Rc::new(value)).is_none() {
                            fields.order.push(name);
                        }
                    }
                    None => {
                        fields.rest = Some(match fields.rest.take() {
                            Some(rest) => self.join((&rest, &cleared), (&value, &cleared)),
                            None => value,
                        });
                    }
                }
                Some(Value { shape: Shape::Object(Rc::new(fields)), ..object.clone() })
            }
        }
    }
}

fn is_object(value: &Value) -> bool {
    match &value.shape {
        Shape::Instance(_) | Shape::Class(_) | Shape::Function(..) => true,
        Shape::OneOf(several) => {
            several.iter().all(|one| matches!(one, Shape::Instance(_) | Shape::Class(_)))
        }
        _ => false,
    }
}
