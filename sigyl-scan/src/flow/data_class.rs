//! Objects of classes that hold what they are given: dataclasses, records, models.

use std::rc::Rc;

use super::{
    call::{Arguments, Site},
    engine::Engine,
    exec::Activation,
    invoke::{ANY_KEYWORD, tainted},
    schema,
    secrets::callers,
    state::State,
    value::{ClassRef, Fields, Shape, Value},
};
use crate::{ir::ExprId, rule::Place};

/// Bases of models that look at what they are given.
const CHECKING: &[&str] = &["BaseModel", "BaseSettings", "RootModel", "GenericModel", "SQLModel"];

/// Methods that run when the fields of a new object are set.
const AFTER_FIELDS: &[&str] = &["__post_init__", "__attrs_post_init__", "model_post_init"];

impl<'a> Engine<'a> {
    /// Makes an object of a class of Python that has no constructor of its own.
    pub(super) fn construct_data(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        class: ClassRef,
        arguments: Arguments,
        place: Place,
    ) -> Value {
        let mut instance = Value { shape: Shape::Instance(class), ..Value::default() };
        let fields = self.given_fields(class, arguments, place);
        // Functions and objects, too: a table of commands.
        let kept = |value: &Value| {
            tainted(value, 3)
                || matches!(
                    value.shape,
                    Shape::Function(..) | Shape::OneOf(_) | Shape::Class(_) | Shape::Instance(_)
                )
        };
        if fields.known.values().any(|value| kept(value)) {
            let line = self.lineage(class);
            let has_methods = |here: &ClassRef| {
                self.module(here.file).is_some_and(|module| !module.class(here.class).methods.is_empty())
            };
            if line.iter().any(has_methods) || !fields.known.values().any(|value| callers(value)) {
                for (name, value) in &fields.known {
                    self.write_field(state, class, Rc::clone(name), (**value).clone());
                }
            } else {
                instance.shape = Shape::Object(Rc::new(fields));
            }
        }
        if matches!(instance.shape, Shape::Instance(_)) {
            for name in AFTER_FIELDS {
                let Some(method) = self.method(act, state, class, name, &instance) else { continue };
                let site = Site { place, receiver: None, method: None, is_new: false, expr: ExprId(0) };
                // What it refuses is seldom what the program gives.
                let mut branch = state.clone();
                self.apply(act, &mut branch, site, &method, Arguments::default());
                if !branch.dead {
                    *state = branch;
                }
            }
        }
        instance
    }

    /// What the fields of a new object hold: `Point(1, y=2)`, `Query(**arguments)`. A model lets through what its
    /// annotations and validators do.
    fn given_fields(&mut self, class: ClassRef, arguments: Arguments, place: Place) -> Fields {
        let names = self.field_names(class);
        let mut fields = Fields::default();
        let given = names.iter().cloned().zip(arguments.positional).chain(arguments.keywords);
        for (name, value) in given.filter(|(name, _)| &**name != ANY_KEYWORD) {
            if fields.known.insert(Rc::clone(&name), Rc::new(value)).is_none() {
                fields.order.push(name);
            }
        }
        if let Some(rest) = arguments.rest.filter(|_| arguments.by_name) {
            for name in names {
                if !fields.known.contains_key(&name) {
                    let value = self.child(&rest, &name, place);
                    fields.order.push(Rc::clone(&name));
                    fields.known.insert(name, Rc::new(value));
                }
            }
        }
        let checks = self.outside_base(class).is_some_and(|base| {
            let name = base.rsplit('.').next().unwrap_or(&base);
            CHECKING.contains(&name.trim_end_matches("()"))
        });
        if checks && fields.known.values().any(|value| tainted(value, 2)) {
            let model = schema::of_class(self, class, 0);
            for (name, field) in model.fields.iter().flatten() {
                let Some(value) = fields.known.get(name).cloned() else { continue };
                let through = schema::apply(self, &value, field, place, 1);
                fields.known.insert(Rc::clone(name), Rc::new(through));
            }
        }
        fields
    }

    /// The fields of a class by name, those of the classes above it first.
    fn field_names(&mut self, class: ClassRef) -> Vec<Rc<str>> {
        let mut names: Vec<Rc<str>> = Vec::new();
        for here in self.lineage(class).into_iter().rev() {
            let Some(module) = self.module(here.file) else { continue };
            for field in &module.class(here.class).fields {
                let name = module.name(field.name);
                if !names.iter().any(|known| &**known == name) {
                    names.push(name.into());
                }
            }
        }
        names
    }

    /// `replace(record, field=value)`: another object of the same kind, with some fields set anew.
    pub(super) fn replaced(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        record: &Value,
        arguments: &Arguments,
        place: Place,
    ) -> Value {
        let mut made = record.clone();
        match record.shape {
            Shape::Instance(class) => {
                let keywords = arguments.keywords.clone();
                let again = Arguments { keywords, ..Arguments::default() };
                self.construct_data(act, state, class, again, place)
            }
            Shape::Object(_) => {
                for (name, value) in &arguments.keywords {
                    let changed = self.with_field(state, &made, Some(Rc::clone(name)), value.clone());
                    made = changed.unwrap_or(made);
                }
                made
            }
            _ => made,
        }
    }

    /// What a field holds that nothing was given for: `field(default_factory=list)`, `Field("name", max_length=9)`.
    pub(super) fn usual_value(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        arguments: &Arguments,
        site: &Site,
    ) -> Option<Value> {
        let named = |name: &str| arguments.keywords.iter().find(|(key, _)| &**key == name).map(|(_, it)| it);
        if let Some(factory) = named("default_factory") {
            let empty = match factory.api() {
                Some("list" | "set" | "collections.deque") => Some(Shape::List(Rc::default())),
                Some("dict" | "collections.OrderedDict" | "collections.defaultdict") => {
                    Some(Shape::Object(Rc::default()))
                }
                _ => None,
            };
            if let Some(shape) = empty {
                return Some(Value { shape, ..Value::default() });
            }
            let factory = factory.clone();
            let inner = Site { receiver: None, method: None, is_new: false, ..site.clone() };
            let makes = matches!(factory.shape, Shape::Function(..) | Shape::Class(_));
            return makes.then(|| self.apply(act, state, inner, &factory, Arguments::default()));
        }
        let usual = named("default").or(arguments.positional.first())?;
        (!usual.is_null() && !super::models::is_blank(usual)).then(|| usual.clone())
    }

    /// The secrets that the text of settings shows: `f"started with {settings}"`.
    pub(super) fn shown_settings(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        value: &Value,
        place: Place,
    ) -> Option<Value> {
        let Shape::Instance(class) = value.shape else { return None };
        if !self.outside_base(class)?.ends_with("BaseSettings")
            || self.method(act, state, class, "__repr__", value).is_some()
        {
            return None;
        }
        let mut taints = None;
        for name in self.field_names(class) {
            let field = self.field(act, state, value, &name, place);
            if super::secrets::is_own(&field) {
                taints = super::join::union(taints.as_ref(), field.taints.as_ref());
            }
        }
        let id = taints.is_some().then(|| self.fresh());
        taints.is_some().then(|| Value { taints, id, ..Value::default() })
    }
}
