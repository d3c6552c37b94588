//! Functions that make a list, or something that is gone through, of another one.

use std::rc::Rc;

use super::{call_with, list_of};
use crate::{
    flow::{
        call::{Arguments, Site},
        engine::Engine,
        exec::Activation,
        state::State,
        value::{Items, Shape, Value},
    },
    ir::Language,
};

/// What such a function gives.
pub(super) fn made<'a>(
    engine: &mut Engine<'a>,
    act: &mut Activation<'a>,
    state: &mut State,
    site: &Site,
    api: &str,
    arguments: &Arguments,
) -> Option<Value> {
    let first = arguments.positional.first();
    match api {
        "Set" | "list" | "set" | "collections.deque" if first.is_none() => {
            Some(Value { shape: Shape::List(Rc::default()), ..Value::default() })
        }
        "Array.from" | "list" | "tuple" | "set" | "sorted" | "Set" | "frozenset" | "collections.deque" => {
            let mut subject = first?.clone();
            if let Some(callback) = arguments.positional.get(1).filter(|callback| callback.is_function()) {
                let element = engine.element(&subject);
                let mapped = call_with(engine, act, state, site, callback, vec![element]);
                return Some(list_of(mapped));
            }
            // A dictionary's members are its keys.
            if act.module.language == Language::Python {
                subject = engine.iterated(act, state, subject, site.place);
            }
            Some(match &subject.shape {
                Shape::List(_) | Shape::Object(_) => subject,
                _ if subject.taints.is_some() => list_of(engine.element(&subject)),
                // The characters of a constant.
                _ if subject.as_str().is_some() && matches!(api, "set" | "frozenset" | "Set") => subject,
                _ => Value::default(),
            })
        }
        "itertools.chain" => Some(chained(engine, state, &arguments.positional)),
        "itertools.chain.from_iterable" => {
            let lists = match &first?.shape {
                Shape::List(items) => items.known.iter().chain(&items.rest).cloned().collect(),
                _ => vec![engine.element(first?)],
            };
            Some(chained(engine, state, &lists))
        }
        "itertools.islice" | "itertools.cycle" | "more_itertools.unique_everseen" => first.cloned(),
        "itertools.takewhile" | "itertools.dropwhile" => arguments.positional.get(1).cloned(),
        // Each once, in the order in which they came.
        "dict.fromkeys" if arguments.positional.len() == 1 => first.cloned(),
        "itertools.batched" | "more_itertools.chunked" => {
            let element = engine.element(first?);
            Some(list_of(list_of(element)))
        }
        "itertools.product" | "itertools.zip_longest" => {
            let known = arguments.positional.iter().map(|value| engine.element(value)).collect();
            let items = Items { known, rest: None };
            Some(list_of(Value { shape: Shape::List(Rc::new(items)), ..Value::default() }))
        }
        _ => None,
    }
}

fn chained(engine: &mut Engine<'_>, state: &State, lists: &[Value]) -> Value {
    let mut all = Items::default();
    for list in lists {
        engine.spread_into(state, &mut all, list);
    }
    Value { shape: Shape::List(Rc::new(all)), ..Value::default() }
}
