//! Schemas and the handlers that stand beside them in tables of tools: `tools[name].schema.parse(args)`, and then
//! `tools[name].run(parsed)`.

use std::rc::Rc;

use super::{
    Hazards,
    engine::Engine,
    schema::apply,
    state::State,
    value::{Facts, Fields, Schema, Shape, Value, ValueId},
};
use crate::rule::Place;

/// What `safeParse` gives.
pub(super) fn outcome(data: Value, gone: Vec<(ValueId, Hazards)>) -> Value {
    let test = |when_true, when_false| Value {
        facts: Some(Rc::new(Facts { when_true, when_false })),
        ..Value::default()
    };
    let parts =
        [("success", test(gone.clone(), Vec::new())), ("error", test(Vec::new(), gone)), ("data", data)];
    let mut fields = Fields::default();
    for (name, value) in parts {
        fields.order.push(name.into());
        fields.known.insert(name.into(), Rc::new(value));
    }
    Value { shape: Shape::Object(Rc::new(fields)), ..Value::default() }
}

/// A value parsed by the schema of one of several tools: `tools[name].schema.parse(args)`. Which one it was is found
/// again when the handler beside it is called.
pub(super) fn parsed_by_one_of(
    engine: &mut Engine<'_>,
    state: &State,
    method: &str,
    shapes: &[Shape],
    value: &Value,
    place: Place,
) -> Option<Value> {
    if !matches!(method, "parse" | "parseAsync" | "safeParse" | "safeParseAsync") {
        return None;
    }
    let schemas: Vec<Rc<Schema>> = shapes
        .iter()
        .map(|shape| match shape {
            Shape::Schema(schema) => Some(Rc::clone(schema)),
            _ => None,
        })
        .collect::<Option<_>>()?;
    let cleared = Rc::clone(&state.cleared);
    let mut all: Option<Value> = None;
    for schema in &schemas {
        let one = apply(engine, value, schema, place, 0);
        all = Some(match all {
            Some(known) => engine.join((&known, &cleared), (&one, &cleared)),
            None => one,
        });
    }
    let id = engine.fresh();
    let data = Value { id: Some(id), ..all? };
    engine.parsed.insert(id, (value.clone(), schemas));
    Some(if method.starts_with("safe") { outcome(data, Vec::new()) } else { data })
}

/// What one of several handlers is given, where the schema that stands beside it parsed it.
pub(super) fn given_to(
    engine: &mut Engine<'_>,
    handler: &Shape,
    value: &Value,
    place: Place,
) -> Option<Value> {
    let (raw, schemas) = engine.parsed.get(&value.id?)?.clone();
    let Shape::Function(function, bound) = handler else { return None };
    let beside = match engine.schemas_beside.get(function) {
        Some(schema) => schema.clone()?,
        None => engine.schema_of_class(bound.this().map(|this| &**this)?)?,
    };
    let ours = schemas.iter().any(|schema| Rc::ptr_eq(schema, &beside));
    ours.then(|| apply(engine, &raw, &beside, place, 0))
}

impl Engine<'_> {
    /// Notes which schema stands beside which handler: `{ schema, run }`.
    pub(super) fn note_schema(&mut self, object: &Fields) {
        let mut schemas = object.known.values().filter_map(|value| match &value.shape {
            Shape::Schema(schema) => Some(schema),
            _ => None,
        });
        let (Some(schema), None) = (schemas.next(), schemas.next()) else { return };
        for value in object.known.values() {
            let Shape::Function(function, _) = &value.shape else { continue };
            let known = self.schemas_beside.entry(*function).or_insert_with(|| Some(Rc::clone(schema)));
            // One handler with several schemas: which of them it was, nobody knows.
            if known.as_ref().is_some_and(|known| !Rc::ptr_eq(known, schema)) {
                *known = None;
            }
        }
    }

    /// The only schema among the fields of a class.
    fn schema_of_class(&mut self, object: &Value) -> Option<Rc<Schema>> {
        let Shape::Instance(class) = object.shape else { return None };
        let module = self.class_module(class)?;
        let mut schemas = module.class(class.class).fields.iter().filter_map(|field| {
            match &self.fields.get(&(class, Rc::from(module.name(field.name))))?.shape {
                Shape::Schema(schema) => Some(Rc::clone(schema)),
                _ => None,
            }
        });
        let schema = schemas.next()?;
        schemas.next().is_none().then_some(schema)
    }
}
