//! Methods of lists, maps and objects.

use std::rc::Rc;

use super::{call_with, entries, is_blank, joined, list_from, list_of};
use crate::flow::{
    call::{Arguments, Site},
    engine::{Engine, Phase},
    exec::Activation,
    invoke::tainted,
    parts::there,
    picking::{absent, instead},
    state::State,
    value::{Items, Known, Shape, Value},
    words::pushed,
};

pub(super) fn collection<'a>(
    engine: &mut Engine<'a>,
    act: &mut Activation<'a>,
    state: &mut State,
    site: &Site,
    receiver: &Value,
    name: &str,
    arguments: &Arguments,
) -> Option<Value> {
    let first = arguments.positional.first();
    // `words.map(encodeURIComponent)`: a function outside the tree is called with each as well.
    let is_callback =
        |value: &Value| value.is_function() || matches!(name, "map" | "flatMap") && value.api().is_some();
    let callback = first.filter(|value| is_callback(value));
    match name {
        "map" | "flatMap" | "forEach" | "filter" | "find" | "findLast" | "some" | "every" | "findIndex" => {
            // `words.filter(Boolean)`, `items.find(isWanted)`: what is left are members of the same list.
            let Some(callback) = callback else {
                let followed = matches!(receiver.shape, Shape::List(_)) || receiver.taints.is_some();
                return match name {
                    "filter" if followed && first.is_some() => Some(receiver.clone()),
                    "find" | "findLast" if matches!(receiver.shape, Shape::List(_)) && first.is_some() => {
                        Some(engine.element(receiver))
                    }
                    _ => None,
                };
            };
            // `pool.map(work, items)`.
            let over = arguments.positional.get(1).filter(|over| {
                name == "map" && receiver.api().is_some() && !matches!(over.shape, Shape::Function(..))
            });
            let receiver = over.unwrap_or(receiver);
            let items: Vec<Value> = match &receiver.shape {
                Shape::List(items) if items.known.len() <= 48 => {
                    items.known.iter().chain(&items.rest).cloned().collect()
                }
                _ => vec![engine.element(receiver)],
            };
            let before = Rc::clone(&state.cleared);
            let mut results: Vec<Value> = Vec::new();
            for item in &items {
                let index = Value::default();
                results.push(call_with(
                    engine,
                    act,
                    state,
                    site,
                    callback,
                    vec![item.clone(), index, receiver.clone()],
                ));
                if state.dead {
                    break;
                }
            }
            let mut none = State::default();
            engine.after_rounds(&before, state, &mut none);
            let cleared = Rc::clone(&state.cleared);
            let mut all: Option<Value> = None;
            for result in &results {
                all = Some(match all {
                    Some(known) => engine.join((&known, &cleared), (result, &cleared)),
                    None => result.clone(),
                });
            }
            let all = all.unwrap_or_default();
            let exact = matches!(&receiver.shape, Shape::List(list) if list.rest.is_none());
            if name == "filter" {
                return Some(kept_members(engine, state, receiver, &items, &results));
            }
            Some(match name {
                "map" | "flatMap" if exact => list_from(results),
                "map" | "flatMap" if matches!(&receiver.shape, Shape::List(list) if results.len() == list.known.len() + 1) =>
                {
                    let mut known = results;
                    let rest = known.pop();
                    Value { shape: Shape::List(Rc::new(Items { known, rest })), ..Value::default() }
                }
                "map" | "flatMap" => list_of(all),
                "find" | "findLast" => {
                    Value { facts: engine.quantified(&results, false), ..engine.element(receiver) }
                }
                "some" | "every" | "findIndex" => {
                    Value { facts: engine.quantified(&results, name == "every"), ..Value::default() }
                }
                _ => Value::default(),
            })
        }
        "reduce" | "reduceRight" => {
            let element = engine.element(receiver);
            let start = arguments.positional.get(1).cloned().unwrap_or_default();
            let value = call_with(engine, act, state, site, callback?, vec![start.clone(), element]);
            let cleared = Rc::clone(&state.cleared);
            Some(engine.join((&value, &cleared), (&start, &cleared)))
        }
        "join" if matches!(receiver.shape, Shape::List(_)) => {
            let Shape::List(items) = &receiver.shape else { return None };
            let separator = first
                .cloned()
                .unwrap_or_else(|| Value { known: Known::Text(",".into()), ..Value::default() });
            let all: Vec<Value> = items.known.iter().chain(&items.rest).cloned().collect();
            Some(joined(engine, state, &separator, &all, site))
        }
        "push" | "append" | "unshift" | "add" | "insert" | "extend" => {
            if let crate::ir::ExprKind::Call { callee, .. } = act.module.expr(site.expr).kind
                && let crate::ir::ExprKind::Member { object, .. } = act.module.expr(callee).kind
                && matches!(receiver.shape, Shape::List(_) | Shape::Unknown)
            {
                if arguments.positional.iter().all(Value::is_unknown) && is_kept(engine, act, object) {
                    return Some(Value::default());
                }
                let mut items = match &receiver.shape {
                    Shape::List(items) => (**items).clone(),
                    // What is in it already, nobody knows; whatever is added comes behind it.
                    _ if arguments.positional.iter().any(|value| tainted(value, 2)) => {
                        Items { known: vec![Value::default()], rest: Some(Value::default()) }
                    }
                    _ => return None,
                };
                if name == "extend" {
                    if let Some(first) = first {
                        engine.spread_into(state, &mut items, first);
                    }
                } else if name == "unshift" {
                    items.known.splice(0..0, arguments.positional.iter().cloned());
                } else if name == "insert"
                    && let [at, added] = arguments.positional.as_slice()
                    && let Some(at) = at.as_number().filter(|at| *at >= 0.0)
                {
                    items.known.insert((at as usize).min(items.known.len()), added.clone());
                } else {
                    let at = usize::from(name == "insert");
                    let added = arguments.positional.get(at..).unwrap_or_default();
                    // Lists that grow in a loop are known by their kind of member.
                    if items.known.len() < 256 {
                        let added = pushed(&items, added);
                        items.known.extend(added);
                    }
                }
                let changed = Value { shape: Shape::List(Rc::new(items)), ..receiver.clone() };
                engine.assign_place(act, state, object, changed, 1);
                return Some(Value::default());
            }
            None
        }
        "set" if matches!(receiver.shape, Shape::Object(_)) && arguments.positional.len() == 2 => {
            let name = first.and_then(Value::as_str).map(Rc::from);
            let value = arguments.positional.get(1)?.clone();
            let changed = engine.with_field(state, receiver, name, value)?;
            if let crate::ir::ExprKind::Call { callee, .. } = act.module.expr(site.expr).kind
                && let crate::ir::ExprKind::Member { object, .. } = act.module.expr(callee).kind
            {
                engine.assign_place(act, state, object, changed.clone(), 1);
            }
            Some(changed)
        }
        "concat" | "slice" | "flat" | "reverse" | "sort" | "toSorted" | "copy" | "fill" | "splice"
            if matches!(receiver.shape, Shape::List(_)) =>
        {
            let mut items = match &receiver.shape {
                Shape::List(items) => (**items).clone(),
                _ => Items::default(),
            };
            if name == "slice" {
                let from = first.and_then(Value::as_number).unwrap_or(0.0);
                if from >= 0.0 {
                    items.known = items.known.get(from as usize..).unwrap_or_default().to_vec();
                }
                if from != 0.0 {
                    items.rest =
                        items.rest.map(|rest| engine.part(&state.cleared, &rest, &format!("{from}…")));
                }
            }
            if name == "concat" {
                for more in &arguments.positional {
                    engine.spread_into(state, &mut items, more);
                }
            }
            // Members in another order are still there or not.
            let facts = match name {
                "reverse" | "sort" | "toSorted" | "copy" => receiver.facts.clone(),
                "slice" if arguments.positional.is_empty() => receiver.facts.clone(),
                _ => None,
            };
            Some(Value { shape: Shape::List(Rc::new(items)), facts, ..Value::default() })
        }
        "shift" | "pop" | "at" if matches!(receiver.shape, Shape::List(_)) => match (&receiver.shape, name) {
            (Shape::List(items), "shift") if items.rest.is_none() => {
                items.known.first().cloned().map(|first| there(first, receiver))
            }
            (Shape::List(items), "pop") if items.rest.is_none() && first.is_none() => {
                items.known.last().cloned().map(|last| there(last, receiver))
            }
            _ => Some(engine.taken(&state.cleared, receiver, &taken_at(name, first, site))),
        },
        "get"
            if matches!(receiver.shape, Shape::Object(_))
                || receiver.taints.is_some() && receiver.api().is_none() =>
        {
            let mut value = match first.and_then(Value::as_str) {
                Some(text) => {
                    let key: Rc<str> = text.into();
                    let mut value = engine.field(act, state, receiver, &key, site.place);
                    // Not a field of that name, but a method of a caller's object.
                    if is_blank(&value) && receiver.taints.is_some() {
                        value = engine.child(receiver, text, site.place);
                    }
                    value
                }
                None => engine.element(receiver),
            };
            if let Some(default) = arguments.positional.get(1) {
                let cleared = Rc::clone(&state.cleared);
                let joined = engine.join((&value, &cleared), (&instead(default), &cleared));
                value = Value { id: value.id.or(joined.id), ..joined };
            }
            Some(value)
        }
        // `c.req.header("Authorization")`.
        "header" if receiver.taints.is_some() && first.is_some_and(|name| name.as_str().is_some()) => {
            let headers = engine.child(receiver, "headers", site.place);
            let key = first.and_then(Value::as_str).unwrap_or_default();
            Some(engine.child(&headers, key, site.place))
        }
        "items" if matches!(receiver.shape, Shape::Object(_)) || receiver.taints.is_some() => {
            Some(entries(engine, receiver))
        }
        "entries" if matches!(receiver.shape, Shape::Object(_)) => Some(entries(engine, receiver)),
        "values" if matches!(receiver.shape, Shape::Object(_)) || receiver.taints.is_some() => {
            Some(match &receiver.shape {
                // Each on its own, where there are no others. Chosen: more are told apart by nobody.
                Shape::Object(fields) if fields.rest.is_none() && (1..=16).contains(&fields.order.len()) => {
                    let value = |name: &Rc<str>| fields.known.get(name).map(|value| Value::clone(value));
                    list_from(fields.order.iter().filter_map(value).collect())
                }
                _ => list_of(engine.held(receiver, site.place)),
            })
        }
        "keys" if matches!(receiver.shape, Shape::Object(_)) || receiver.taints.is_some() => {
            Some(list_of(engine.key_of(receiver)))
        }
        _ => None,
    }
}

/// What a member is called that is taken out of a list: each time that the same words do it, the same.
fn taken_at(name: &str, at: Option<&Value>, site: &Site) -> String {
    match at.and_then(Value::as_number) {
        Some(at) => format!("{at}"),
        None => format!("{name}@{}", site.place.span.start),
    }
}

/// True for a list that outlives the function which is evaluated once to see what it registers: what it puts there is
/// nothing that anybody gave.
fn is_kept(engine: &Engine<'_>, act: &Activation<'_>, object: crate::ir::ExprId) -> bool {
    let here = act.function.function;
    engine.phase == Phase::Setup
        && here != crate::ir::FunctionId::MODULE
        && match act.module.expr(object).kind {
            crate::ir::ExprKind::Variable(variable) => act.module.variable(variable).function != here,
            crate::ir::ExprKind::Member { .. } => true,
            _ => false,
        }
}

/// What `receiver.filter(test)` leaves, by what the test says of each member. Where nothing is left, no member passed.
fn kept_members(
    engine: &mut Engine<'_>,
    state: &State,
    receiver: &Value,
    items: &[Value],
    results: &[Value],
) -> Value {
    let facts = engine.quantified(results, false);
    if results.len() < items.len() {
        return Value { facts, ..receiver.clone() };
    }
    let mut members = Vec::with_capacity(items.len());
    for (item, result) in items.iter().zip(results) {
        let mut passed = state.clone();
        if let Some(facts) = &result.facts {
            passed.assume(&facts.when_true);
        }
        members.push(absent(engine.bake(item, &passed.cleared)));
    }
    let is_open = !matches!(&receiver.shape, Shape::List(list) if list.rest.is_none());
    let rest = if is_open { members.pop() } else { None };
    // Which of the known ones are left, nobody knows.
    let shape = Shape::List(Rc::new(Items { known: members, rest }));
    Value { shape, facts, taints: None, id: None, ..receiver.clone() }
}
