//! What checks and transformations of the tree leave of a value that zod parses: `.refine(f)`, `.superRefine(f)`,
//! `.transform(f)`.

use std::rc::Rc;

use super::{
    Hazards,
    engine::Engine,
    exec::Activation,
    state::State,
    value::{Schema, Shape, SourceKind, Value, ValueId},
};
use crate::rule::Place;

/// What zod gives a check or a transformation beside the value: what it is told there makes the value unfit.
const CONTEXT: &str = "zod.RefinementCtx()";

/// Runs a check or a transformation of the tree on a value that stands for what is parsed.
fn probed<'a>(
    engine: &mut Engine<'a>,
    act: &mut Activation<'a>,
    state: &State,
    function: &Value,
    place: Place,
) -> Option<(Value, Value, State)> {
    let Shape::Function(function, bound) = &function.shape else { return None };
    let probe = engine.source(SourceKind::Parameter, "value", place, None, Hazards::ALL);
    let context = Value { shape: Shape::Api(CONTEXT.into()), ..Value::default() };
    let mut branch = state.clone();
    let given = vec![probe.clone(), context];
    let value = engine.inline(act, &mut branch, *function, bound.clone(), given, Vec::new(), place);
    Some((probe, value, branch))
}

/// A schema behind a check of the tree: what passes it is without what the check refuses, in the whole and in fields.
pub(super) fn refined<'a>(
    engine: &mut Engine<'a>,
    act: &mut Activation<'a>,
    state: &State,
    check: &Value,
    receiver: &Schema,
    place: Place,
) -> Schema {
    let mut behind = receiver.clone();
    let Some((probe, passed, after)) = probed(engine, act, state, check, place) else { return behind };
    let gone = |id: Option<ValueId>| {
        let Some(id) = id.filter(|_| !after.dead) else { return Hazards::NONE };
        let told = passed.facts.iter().flat_map(|facts| &facts.when_true);
        let told = told.filter(|(of, _)| *of == id).fold(Hazards::NONE, |gone, (_, more)| gone | *more);
        told | after.cleared.get(&id).copied().unwrap_or(Hazards::NONE)
    };
    let whole = gone(probe.id);
    behind.live = behind.live - whole;
    if let Some(element) = &mut behind.element {
        let element = Rc::make_mut(element);
        element.live = element.live - whole;
    }
    if let Some(fields) = &mut behind.fields {
        for (name, field) in fields.iter_mut() {
            let gone = gone(engine.child(&probe, name, place).id);
            if !gone.is_none() {
                let field = Rc::make_mut(field);
                field.live = field.live - gone;
            }
        }
    }
    behind
}

/// What is left of a value behind a transformation of the tree.
pub(super) fn transformed<'a>(
    engine: &mut Engine<'a>,
    act: &mut Activation<'a>,
    state: &State,
    function: &Value,
    place: Place,
) -> Hazards {
    let Some((_, value, after)) = probed(engine, act, state, function, place) else { return Hazards::ALL };
    // What is taken apart, or put into something, is told by its use.
    if after.dead || !matches!(value.shape, Shape::Unknown | Shape::Api(_)) {
        return Hazards::ALL;
    }
    let value = engine.bake(&value, &after.cleared);
    value.taints.iter().flat_map(|taints| taints.iter()).fold(Hazards::NONE, |all, taint| all | taint.live)
}
