//! Parts of requests that are taken apart by what the language brings: queries, pairs, chunks of bytes.

use std::rc::Rc;

use super::{call_with, joined, list_from, list_of, table};
use crate::flow::{
    call::{Arguments, Site},
    engine::Engine,
    exec::Activation,
    member::api_call,
    state::State,
    value::{Known, Shape, Value},
};

/// What `new URLSearchParams(text)` is known as.
const QUERY: &str = "URLSearchParams()";

/// What a call of such a function gives.
pub(super) fn taken_apart<'a>(
    engine: &mut Engine<'a>,
    act: &mut Activation<'a>,
    state: &mut State,
    site: &Site,
    api: &str,
    arguments: &Arguments,
) -> Option<Value> {
    let first = arguments.positional.first();
    match api {
        // As a text it is encoded; what it is asked for is what the caller wrote.
        "URLSearchParams" if site.is_new => {
            let text = first.filter(|text| {
                text.taints.is_some() && matches!(text.shape, Shape::Unknown | Shape::Api(_))
            })?;
            let text = engine.bake(text, &state.cleared);
            let id = engine.fresh();
            engine.queries.insert(id, Value { shape: Shape::Unknown, known: Known::Nothing, ..text });
            Some(Value { shape: api_call("URLSearchParams"), id: Some(id), ..Value::default() })
        }
        "Object.fromEntries" => {
            let first = first?;
            if let Some(query) = query_of(engine, first) {
                return Some(query);
            }
            match &first.shape {
                Shape::List(_) => Some(table(engine, state, first)),
                Shape::Object(_) => Some(first.clone()),
                Shape::Unknown | Shape::Api(_) if first.taints.is_some() => {
                    Some(Value { shape: Shape::Unknown, known: Known::Nothing, ..first.clone() })
                }
                _ => Some(Value { shape: Shape::Object(Rc::default()), ..Value::default() }),
            }
        }
        "Buffer.concat" => {
            let Shape::List(items) = &first?.shape else { return None };
            let nothing = Value { known: Known::Text("".into()), ..Value::default() };
            let all: Vec<Value> = items.known.iter().chain(&items.rest).cloned().collect();
            Some(joined(engine, state, &nothing, &all, site))
        }
        _ => {
            let method = api.strip_prefix(QUERY)?.strip_prefix('.')?;
            let query = site.receiver.as_ref().and_then(|receiver| query_of(engine, receiver))?;
            let name: Rc<str> = first.and_then(Value::as_str).unwrap_or("*").into();
            let value = engine.child(&query, &name, site.place);
            match method {
                "get" => Some(value),
                "getAll" | "values" | "keys" => Some(list_of(value)),
                "entries" => Some(list_of(list_from(vec![value.clone(), value]))),
                "forEach" => {
                    let callback = first.filter(|callback| callback.is_function())?;
                    let value = engine.child(&query, "*", site.place);
                    Some(call_with(engine, act, state, site, callback, vec![value.clone(), value]))
                }
                _ => None,
            }
        }
    }
}

/// The text that a query was made of.
fn query_of(engine: &Engine<'_>, value: &Value) -> Option<Value> {
    value.api().filter(|api| *api == QUERY)?;
    engine.queries.get(&value.id?).cloned()
}
