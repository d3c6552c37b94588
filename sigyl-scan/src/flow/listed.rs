//! What the tools that a server lists take: Python's low-level server compares the arguments of every call with the
//! schema of the tool before the handler of all calls gets them.

use std::{collections::BTreeMap, rc::Rc};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Hazards,
    engine::Engine,
    regex::{self, Applied},
    value::{FunctionRef, Shape, Value, ValueId},
};
use crate::rule::Place;

/// Listed tools, and what that says of the arguments of calls.
#[derive(Debug, Default)]
pub(crate) struct Listed {
    /// The schema of each tool's arguments; none where it is not known.
    schemas: Vec<Option<Value>>,
    /// Handlers of all calls whose arguments are compared with them.
    compared: FxHashSet<FunctionRef>,
    /// What a field of a caller's value can still do harm by.
    limits: FxHashMap<ValueId, Hazards>,
}

/// Most tools whose schemas are kept. Chosen.
const MOST_SCHEMAS: usize = 1_000;

/// What a text, number or anything else that fits a property's schema can do harm by.
fn live(property: &Value) -> Hazards {
    let listed = |name| property.field(name).is_some_and(|field| field.taints.is_none());
    let is_type = |names: &[&str]| {
        property.field("type").and_then(Value::as_str).is_some_and(|name| names.contains(&name))
    };
    if listed("enum") || listed("const") || is_type(&["integer", "number", "boolean", "null"]) {
        return Hazards::NONE;
    }
    match property.field("pattern").and_then(Value::as_str).filter(|_| is_type(&["string"])) {
        Some(pattern) => regex::when_matched(pattern, "", Applied::Anywhere),
        None => Hazards::ALL,
    }
}

impl Listed {
    /// Notes a tool's schema.
    pub(super) fn note(&mut self, schema: Option<&Value>) {
        if self.schemas.len() < MOST_SCHEMAS {
            self.schemas.push(schema.cloned());
        }
    }

    /// Notes that a handler's arguments are compared with the schemas.
    pub(super) fn note_compared(&mut self, handler: FunctionRef) {
        self.compared.insert(handler);
    }

    /// What is left of a field.
    pub(super) fn limit(&self, field: ValueId) -> Option<Hazards> {
        self.limits.get(&field).copied()
    }

    /// What each property can do harm by, whichever tool it is one of; nothing where a schema is not known.
    fn properties(&self) -> Option<BTreeMap<Rc<str>, Hazards>> {
        let mut all: BTreeMap<Rc<str>, Hazards> = BTreeMap::new();
        for schema in &self.schemas {
            let schema = schema.as_ref()?;
            let Some(properties) = schema.field("properties") else {
                // A schema without properties: a tool that takes none.
                let known = matches!(&schema.shape, Shape::Object(fields) if fields.rest.is_none());
                known.then_some(())?;
                continue;
            };
            let Shape::Object(fields) = &properties.shape else { return None };
            if fields.rest.is_some() || properties.taints.is_some() {
                return None;
            }
            for (name, property) in &fields.known {
                let known = all.entry(Rc::clone(name)).or_insert(Hazards::NONE);
                *known = *known | live(property);
            }
        }
        Some(all)
    }
}

impl Engine<'_> {
    /// Limits the fields of a call's arguments to what the listed schemas let through.
    pub(super) fn limit_arguments(&mut self, handler: FunctionRef, arguments: &Value, place: Place) {
        if !self.listed.compared.contains(&handler) {
            return;
        }
        for (name, live) in self.listed.properties().unwrap_or_default() {
            if live != Hazards::ALL
                && let Some(id) = self.child(arguments, &name, place).id
            {
                self.listed.limits.insert(id, live);
            }
        }
    }
}
