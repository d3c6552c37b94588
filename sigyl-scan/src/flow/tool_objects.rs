//! Tools that no call registers: objects that a module offers, with a name, a description, a schema and a handler.

use std::rc::Rc;

use super::{
    engine::Engine,
    entry::{Entry, EntryKind},
    tools,
    unregistered::{SCHEMAS, schema_of},
    value::{Shape, Value},
};

/// What such an object calls its handler. Those in the second list get what the server made of a request, in which the
/// arguments are one thing among others.
const HANDLERS: [&[&str]; 2] = [
    &["execute", "handler", "run", "callback", "cb", "func", "fn"],
    &["call", "invoke", "handle", "process", "action"],
];

impl Engine<'_> {
    /// `export const search = { name, description, inputSchema, call: async ({ args }) => … }`, which no handler has
    /// called.
    pub(super) fn queue_objects(&mut self, at: usize) {
        let Some(module) = self.files[at].module else { return };
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
        let schema = SCHEMAS.iter().find_map(|name| object.field(name));
        let (Some(schema), true) = (schema, is_text("description") && object.field("name").is_some()) else {
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
        if self.reached.contains(&function) {
            return;
        }
        let schema = if kind == 0 { schema_of(schema) } else { None };
        let name = object.field("name").and_then(Value::as_str).map(Rc::<str>::from);
        let place = place.unwrap_or_else(|| super::invoke::function_place(self, function));
        tools::from_config(self, name.as_deref(), object, schema.as_deref(), place);
        self.add_entry(Entry { function, bound, kind: EntryKind::Tool, name, schema });
    }
}
