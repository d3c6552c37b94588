//! Dictionaries of Python: what is put into them and taken out, and what several of them are together.

use std::rc::Rc;

use super::{is_blank, keywords_object, list_from, table};
use crate::{
    flow::{
        Hazards,
        call::{Arguments, Site},
        engine::Engine,
        exec::Activation,
        state::State,
        value::{Shape, Value},
    },
    ir::{ExprId, ExprKind, Language},
};

const CONTEXT: &str = "contextvars.ContextVar()";
const SESSION: &str = "mcp.Context()";

/// Methods of dictionaries, and of a caller's object where it is used as one.
pub(super) fn method<'a>(
    engine: &mut Engine<'a>,
    act: &mut Activation<'a>,
    state: &mut State,
    site: &Site,
    receiver: &Value,
    name: &str,
    arguments: &Arguments,
) -> Option<Value> {
    if act.module.language != Language::Python {
        return None;
    }
    let first = arguments.positional.first();
    let is_table = matches!(receiver.shape, Shape::Object(_));
    match name {
        "update" if is_table => {
            let mut parts = vec![receiver.clone()];
            parts.extend(given(engine, state, arguments));
            if parts.iter().skip(1).any(|part| !is_blank(part)) {
                let all = engine.merged(state, &parts, site.place);
                changed(engine, act, state, site, all);
            }
            Some(Value::default())
        }
        "setdefault" if is_table => {
            let value = arguments.positional.get(1).cloned().unwrap_or_default();
            let key: Option<Rc<str>> = first.and_then(Value::as_str).map(Rc::from);
            if let Some(known) = key.as_deref().and_then(|key| own(receiver, key)) {
                return Some(known.clone());
            }
            let held = match &receiver.shape {
                Shape::Object(fields) if key.is_none() => fields.rest.clone(),
                _ => None,
            };
            if let Some(all) = engine.with_field(state, receiver, key, value.clone()) {
                changed(engine, act, state, site, all);
            }
            let cleared = Rc::clone(&state.cleared);
            Some(match held {
                Some(held) => engine.join((&held, &cleared), (&value, &cleared)),
                None => value,
            })
        }
        "pop" if is_table || receiver.taints.is_some() && receiver.api().is_none() => {
            let key: Rc<str> = first.and_then(Value::as_str)?.into();
            let mut value = match own(receiver, &key) {
                Some(known) => known.clone(),
                None if receiver.taints.is_some() => engine.child(receiver, &key, site.place),
                None => engine.field(act, state, receiver, &key, site.place),
            };
            if let Some(instead) = arguments.positional.get(1).filter(|instead| !instead.is_null()) {
                let cleared = Rc::clone(&state.cleared);
                let joined = engine.join((&value, &cleared), (instead, &cleared));
                value = Value { id: value.id.or(joined.id), ..joined };
            }
            if let Shape::Object(fields) = &receiver.shape
                && fields.known.contains_key(&key)
            {
                let mut left = (**fields).clone();
                left.known.remove(&key);
                left.order.retain(|name| *name != key);
                let left = Value { shape: Shape::Object(Rc::new(left)), ..receiver.clone() };
                changed(engine, act, state, site, left);
            }
            Some(value)
        }
        // What is kept for whatever runs after it.
        "set" if receiver.api() == Some(CONTEXT) => {
            let held = super::derived(engine, state, first?, Hazards::NONE);
            let shape = receiver.shape.clone();
            changed(engine, act, state, site, Value { shape, ..held });
            None
        }
        "get" if receiver.api() == Some(CONTEXT) && receiver.taints.is_some() => {
            Some(Value { shape: Shape::Unknown, ..receiver.clone() })
        }
        "set_state" if receiver.api() == Some(SESSION) => {
            let name: Rc<str> = first.and_then(Value::as_str)?.into();
            let held = arguments.positional.get(1)?.clone();
            engine.leave(state, SESSION, &name, &held);
            Some(Value::default())
        }
        "get_state" if receiver.api() == Some(SESSION) => {
            Some(engine.left(SESSION, first.and_then(Value::as_str)?).unwrap_or_default())
        }
        "popitem" if is_table => {
            let (key, held) = (engine.key_of(receiver), engine.held(receiver, site.place));
            Some(list_from(vec![key, held]))
        }
        _ => None,
    }
}

/// `dict(pairs, name=value)`, `ChainMap(first, second)`: what they hold together.
pub(super) fn together(
    engine: &mut Engine<'_>,
    state: &State,
    api: &str,
    arguments: &Arguments,
    site: &Site,
) -> Option<Value> {
    let mut parts = given(engine, state, arguments);
    if api == "collections.ChainMap" {
        parts.reverse();
    }
    match parts.as_slice() {
        [] => Some(Value { shape: Shape::Object(Rc::default()), ..Value::default() }),
        [one] => Some(one.clone()),
        several => Some(engine.merged(state, several, site.place)),
    }
}

/// The dictionaries that a call is given: lists of pairs are one, and so is what is given by name.
fn given(engine: &mut Engine<'_>, state: &State, arguments: &Arguments) -> Vec<Value> {
    let mut parts = Vec::new();
    for value in &arguments.positional {
        parts.push(match value.shape {
            Shape::List(_) => table(engine, state, value),
            _ => value.clone(),
        });
    }
    if !arguments.keywords.is_empty() {
        parts.push(keywords_object(arguments));
    }
    parts
}

fn own<'v>(table: &'v Value, key: &str) -> Option<&'v Value> {
    match &table.shape {
        Shape::Object(fields) => fields.known.get(key).map(|value| &**value),
        _ => None,
    }
}

/// The object that the method was called of is `now`.
fn changed<'a>(
    engine: &mut Engine<'a>,
    act: &mut Activation<'a>,
    state: &mut State,
    site: &Site,
    now: Value,
) {
    if let Some(object) = called_of(act, site.expr) {
        engine.assign_place(act, state, object, now, 1);
    }
}

fn called_of(act: &Activation<'_>, call: ExprId) -> Option<ExprId> {
    let ExprKind::Call { callee, .. } = act.module.expr(call).kind else { return None };
    match act.module.expr(callee).kind {
        ExprKind::Member { object, .. } => Some(object),
        _ => None,
    }
}
