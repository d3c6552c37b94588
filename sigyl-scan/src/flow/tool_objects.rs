//! Tools that no call registers: objects that a module offers, with a name, a description, a schema and a handler.

use std::rc::Rc;

use super::{
    Hazards,
    engine::Engine,
    entry::{Entry, EntryKind},
    schema, tools,
    unregistered::{SCHEMAS, schema_of},
    value::{Schema, Shape, Value},
};
use crate::ir::{ExprKind, FunctionId, Module, Name, Pattern, PatternKey, StmtKind};

/// What such an object calls its handler. Those in the second list get what the server made of a request, in which the
/// arguments are one thing among others.
const HANDLERS: [&[&str]; 2] = [
    &["execute", "handler", "run", "callback", "cb", "func", "fn", "logic"],
    &["call", "invoke", "handle", "process", "action"],
];

impl Engine<'_> {
    /// `export const search = { name, description, inputSchema, call: async ({ args }) => … }`, which no handler has
    /// called.
    pub(super) fn queue_objects(&mut self, at: usize) {
        let Some(module) = self.files[at].module() else { return };
        let mut names: Vec<Rc<str>> = module
            .exports
            .iter()
            .filter_map(|export| export.name)
            .map(|name| module.name(name).into())
            .collect();
        if let Some(exports) = self.module_exports[at].get("") {
            names.extend(exports.fields().iter().map(|(name, _)| Rc::<str>::from(*name)));
        }
        for name in names {
            if let Some(object) = self.export(at, &name) {
                self.queue_object(&object);
            }
        }
    }

    fn queue_object(&mut self, object: &Value) {
        let is_text = |name: &str| object.field(name).is_some_and(|value| value.prefix().is_some());
        let beside = SCHEMAS.iter().find_map(|name| object.field(name));
        let (Some(beside), true) = (beside, is_text("description") && object.field("name").is_some()) else {
            return;
        };
        let handler = HANDLERS.iter().enumerate().find_map(|(kind, names)| {
            let value =
                names.iter().find_map(|name| object.field(name).filter(|value| value.is_function()))?;
            Some((kind, value.clone()))
        });
        let Some((kind, Value { shape: Shape::Function(function, bound), place, .. })) = handler else {
            return;
        };
        if self.is_given(function) {
            return;
        }
        let schema = if kind == 0 { schema_of(beside) } else { None };
        let name = object.field("name").and_then(Value::as_str).map(Rc::<str>::from);
        let place = place.unwrap_or_else(|| super::invoke::function_place(self, function));
        tools::from_config(self, name.as_deref(), object, schema.as_deref(), place);
        let schema = schema.or_else(|| {
            let module = self.module(function.file).filter(|_| kind > 0)?;
            received(module, function.function).map(Rc::new)
        });
        self.add_entry(Entry { function, bound, kind: EntryKind::Tool, name, schema });
    }
}

/// What the arguments are called among what such a handler gets.
const ARGUMENTS: &[&str] = &[
    "args",
    "arguments",
    "body",
    "data",
    "input",
    "inputs",
    "parameters",
    "params",
    "payload",
    "request",
    "toolArgs",
];

/// What is a caller's of what a handler gets, where it names its arguments: the other things are the server's.
fn received(module: &Module, function: FunctionId) -> Option<Schema> {
    let function = module.function(function);
    let keys = |pattern: &Pattern| -> Vec<Name> {
        let Pattern::Object { entries, .. } = pattern else { return Vec::new() };
        let named = entries.iter().filter_map(|(key, _)| match key {
            PatternKey::Name(name) => Some(*name),
            PatternKey::Computed(_) => None,
        });
        named.collect()
    };
    let pattern = &function.params.first()?.pattern;
    let mut names = keys(pattern);
    if let Pattern::Variable(variable, _) = pattern {
        let is_it = |id| matches!(module.expr(id).kind, ExprKind::Variable(other) if other == *variable);
        for statement in &function.body {
            if let StmtKind::Assign { target, value, .. } = &statement.kind
                && is_it(*value)
            {
                names.extend(keys(target));
            }
        }
        names.extend(module.exprs.iter().filter_map(|expr| match expr.kind {
            ExprKind::Member { object, property } if is_it(object) => Some(property),
            _ => None,
        }));
    }
    let is_arguments = |name: &str| ARGUMENTS.contains(&name);
    if !names.iter().any(|name| is_arguments(module.name(*name))) {
        return None;
    }
    let fields = names.into_iter().map(|name| {
        let name = module.name(name);
        let live = if is_arguments(name) { Hazards::ALL } else { Hazards::NONE };
        (name.into(), Rc::new(schema::anything(live)))
    });
    Some(Schema { fields: Some(fields.collect()), ..schema::anything(Hazards::ALL) })
}
