//! What is known of functions outside the tree: which pass a value on, which make it harmless, which call back.

mod archive;
mod collection;
mod function;
mod mapping;
mod method;
mod process;
mod query;
mod quoting;
mod sequences;
mod texts;

use std::rc::Rc;

use super::{
    Hazards,
    call::{Arguments, NO_FILE, Site},
    engine::Engine,
    exec::Activation,
    guards,
    invoke::ANY_KEYWORD,
    join,
    member::api_call,
    schema,
    state::State,
    text::leads,
    trace::StepKind,
    upstream,
    value::{Fields, Items, Known, Marks, Shape, Taint, Value},
};
use crate::rule::Place;

/// Methods that too many things have to guess from the name which one is meant.
pub(crate) fn is_common_method(name: &str) -> bool {
    matches!(
        name,
        "get"
            | "set"
            | "has"
            | "add"
            | "delete"
            | "push"
            | "pop"
            | "append"
            | "extend"
            | "update"
            | "map"
            | "filter"
            | "forEach"
            | "then"
            | "catch"
            | "join"
            | "split"
            | "toString"
            | "close"
            | "open"
            | "start"
            | "stop"
            | "run"
            | "connect"
            | "log"
            | "error"
            | "info"
            | "warn"
            | "debug"
            | "warning"
            | "on"
            | "emit"
            | "once"
            | "send"
            | "write"
            | "read"
            | "keys"
            | "values"
            | "items"
            | "entries"
            | "find"
            | "sort"
            | "format"
            | "init"
            | "call"
            | "apply"
            | "bind"
            | "next"
            | "clear"
            | "create"
            | "remove"
            | "test"
            | "match"
            | "replace"
            | "strip"
            | "trim"
            | "__init__"
            | "constructor"
    )
}

/// The value that a call to something outside the tree gives, where that is known.
pub(crate) fn call<'a>(
    engine: &mut Engine<'a>,
    act: &mut Activation<'a>,
    state: &mut State,
    site: &Site,
    api: Option<&str>,
    arguments: &Arguments,
) -> Option<Value> {
    if let Some(value) = schema::call(engine, act, state, site, api, arguments) {
        return Some(value);
    }
    if let Some(value) = guards::call(engine, state, site, api, arguments) {
        return Some(value);
    }
    if let Some(value) = quoting::quoted(engine, state, api, site.method.as_deref(), arguments) {
        return Some(value);
    }
    if let Some(headers) = api.and_then(|api| api.strip_suffix(".get"))
        && let Some(header) = arguments.positional.first().and_then(Value::as_str)
        && let Some(name) = engine.file_name_in(header, Some(headers), site.place)
    {
        return Some(name);
    }
    if let Some(value) = engine.subclasses(site) {
        return Some(value);
    }
    if let Some(value) = api.and_then(|api| engine.picked(api, arguments)) {
        return Some(value);
    }
    if let Some(value) = api.and_then(|api| query::taken_apart(engine, act, state, site, api, arguments)) {
        return Some(value);
    }
    if let Some(api) = api
        && let Some(value) = texts::form(engine, state, site, api, arguments)
            .or_else(|| engine.all_finds(state, site, api, arguments))
    {
        return Some(value);
    }
    if let Some(api) = api
        && let Some(value) = function::function(engine, act, state, site, api, arguments)
    {
        return Some(value);
    }
    site.receiver.as_ref()?;
    method::method(engine, act, state, site, arguments)
}

pub(super) fn is_blank(value: &Value) -> bool {
    matches!(value.known, Known::Nothing) && matches!(value.shape, Shape::Unknown) && value.taints.is_none()
}

fn joined(engine: &mut Engine<'_>, state: &State, separator: &Value, items: &[Value], site: &Site) -> Value {
    let mut parts = Vec::with_capacity(items.len() * 2);
    for (number, item) in items.iter().take(64).enumerate() {
        if number > 0 {
            parts.push(separator.clone());
        }
        parts.push(item.clone());
    }
    let mut value = engine.concat(state, &parts, Some(site.place));
    if separator.as_str().is_some_and(|text| text.contains('/')) {
        value.taints = value.taints.map(|all| all.iter().map(climbing).collect());
    }
    // One item of unknown number is still text put together.
    if value.taints.is_some() && value.id.is_some() {
        return Value {
            id: Some(engine.fresh()),
            marks: Marks { concatenated: true, ..value.marks },
            ..value
        };
    }
    value
}

/// Segments of a path that were encoded one by one: `..` among them climbs.
fn climbing(taint: &Taint) -> Taint {
    let climbs = taint.live.any(Hazards::DOTS);
    let back = if climbs { Hazards::PATH_UP | Hazards::URL_PATH } else { Hazards::NONE };
    Taint { live: (taint.live - Hazards::DOTS) | back, ..*taint }
}

fn entries(engine: &mut Engine<'_>, value: &Value) -> Value {
    match &value.shape {
        Shape::Object(fields) if fields.rest.is_none() => list_from(
            fields
                .order
                .iter()
                .filter_map(|name| {
                    let key = Value { known: Known::Text(Rc::clone(name)), ..Value::default() };
                    Some(list_from(vec![key, (**fields.known.get(name)?).clone()]))
                })
                .collect(),
        ),
        _ => {
            let place = value.place.unwrap_or(Place { file: NO_FILE, span: Default::default() });
            let (key, element) = (engine.key_of(value), engine.held(value, place));
            list_of(list_from(vec![key, element]))
        }
    }
}

/// `new Map([[key, value], …])`.
fn table(engine: &mut Engine<'_>, state: &State, pairs: &Value) -> Value {
    let Shape::List(items) = &pairs.shape else { return Value::default() };
    let mut object = Value { shape: Shape::Object(Rc::default()), ..Value::default() };
    for pair in items.known.iter().chain(&items.rest) {
        let (name, value) = match pair.items() {
            Some([key, value, ..]) => (key.as_str().map(Rc::from), value.clone()),
            _ => (None, engine.element(pair)),
        };
        object = engine.with_field(state, &object, name, value).unwrap_or(object);
    }
    object
}

fn keywords_object(arguments: &Arguments) -> Value {
    let mut fields = Fields::default();
    for (name, value) in &arguments.keywords {
        fields.order.push(Rc::clone(name));
        fields.known.insert(Rc::clone(name), Rc::new(value.clone()));
    }
    Value { shape: Shape::Object(Rc::new(fields)), ..Value::default() }
}

fn list_of(element: Value) -> Value {
    let items = Items { known: Vec::new(), rest: Some(element) };
    Value { shape: Shape::List(Rc::new(items)), ..Value::default() }
}

fn list_from(known: Vec<Value>) -> Value {
    Value { shape: Shape::List(Rc::new(Items { known, rest: None })), ..Value::default() }
}

/// Marks of paths put together and normalised.
fn normalised(parts: &[Value], real: bool) -> Marks {
    let concatenated = parts.len() > 1 || parts.iter().any(|part| part.marks.concatenated);
    let leading = leads(parts);
    Marks { normalised: true, real, concatenated, leading, ..Marks::default() }
}

/// An absolute path: it begins with the root, so that it is no option and names no host.
fn rooted(path: Value) -> Value {
    let gone = Hazards::ARGUMENT | Hazards::HOST | Hazards::REDIRECT | Hazards::LINK | Hazards::AUTHORITY;
    let taints = path.taints.as_ref().map(|all| {
        all.iter().map(|taint| Taint { live: taint.live - gone, ..*taint }).collect::<Rc<[Taint]>>()
    });
    Value { taints, ..path }
}

/// True for patterns of separators, quotes and anchors alone.
fn tidies(pattern: &Value) -> bool {
    let text = match pattern.api().filter(|api| api.starts_with('/')) {
        Some(literal) => literal.rfind('/').and_then(|end| literal.get(1..end)),
        None => pattern.as_str(),
    };
    text.is_some_and(|text| !text.contains(|c: char| c.is_alphanumeric() || c == '.'))
}

/// The paths that the normal form of a single path stands for.
pub(crate) fn form_of(parts: &[Value]) -> Option<Rc<Vec<super::value::ValueId>>> {
    let [path] = parts else { return None };
    let earlier = path.forms.iter().flat_map(|forms| forms.iter()).copied();
    let all: Vec<_> = earlier.chain(path.id).collect();
    // Longer chains are loops. Chosen.
    (!all.is_empty() && all.len() <= 8).then(|| all.into())
}

/// The pattern of a literal regular expression.
fn literal_text(value: &Value) -> Option<String> {
    let literal = value.api().filter(|path| path.starts_with('/'))?;
    let end = literal.rfind('/')?;
    literal.get(1..end).map(str::to_owned)
}

/// A new value made of `value`, without the hazards `gone`.
pub(super) fn derived(engine: &mut Engine<'_>, state: &State, value: &Value, gone: Hazards) -> Value {
    // What is inside a list or object is inside its text.
    let taints = join::left_of(value, &state.cleared).or_else(|| inner_taints(value, 3));
    let taints: Option<Rc<[Taint]>> = taints.map(|all| {
        all.iter()
            .map(|taint| Taint { live: taint.live - gone - Hazards::STRUCTURE, ..*taint })
            .filter(|taint| !taint.live.is_none())
            .collect()
    });
    let taints = taints.filter(|taints| !taints.is_empty());
    let id = taints.is_some().then(|| engine.fresh());
    engine.note_made_of(id, value.id);
    // A host name in lower case, an address without its zone: what is found out about it holds for the URL.
    let about = value.about.filter(|(_, hazards)| hazards.any(Hazards::HOST));
    Value {
        taints,
        id,
        about,
        marks: Marks { real: false, normalised: false, ..value.marks },
        ..Value::default()
    }
}

/// `value`, which can do harm in these ways, too.
fn with_live(value: Value, more: Hazards) -> Value {
    let taints =
        value.taints.map(|all| all.iter().map(|taint| Taint { live: taint.live | more, ..*taint }).collect());
    Value { taints, ..value }
}

/// The taints of what is in `value`, `depth` levels deep.
pub(super) fn inner_taints(value: &Value, depth: usize) -> Option<Rc<[Taint]>> {
    let mut members: Vec<&Value> = match &value.shape {
        Shape::Object(fields) => {
            fields.order.iter().filter_map(|name| fields.known.get(name)).map(|value| &**value).collect()
        }
        Shape::List(items) => items.known.iter().collect(),
        _ => return None,
    };
    members.extend(match &value.shape {
        Shape::Object(fields) => fields.rest.as_ref(),
        Shape::List(items) => items.rest.as_ref(),
        _ => None,
    });
    members.into_iter().fold(None, |all, member| {
        let more = match &member.taints {
            Some(taints) => Some(Rc::clone(taints)),
            None if depth > 1 => inner_taints(member, depth - 1),
            None => None,
        };
        join::union(all.as_ref(), more.as_ref())
    })
}

/// A value after `%2e%2e%2f` has become `../`: what a check of the encoded text said holds no more, unless it left no
/// `%` in it, which shells know, too.
fn decoded(engine: &mut Engine<'_>, state: &State, value: &Value) -> Value {
    let mut made = derived(engine, state, value, Hazards::NONE);
    let back = Hazards::PATH_UP
        | Hazards::PATH_ABSOLUTE
        | Hazards::URL_PATH
        | Hazards::MARKUP
        | Hazards::SQL
        | Hazards::QUERY;
    if let (Some(taints), Some(origin)) = (&made.taints, made.id) {
        let again = |taint: &Taint| match taint.live.any(Hazards::COMMAND) {
            true => Taint { live: taint.live | back, origin, ..*taint },
            false => *taint,
        };
        made.taints = Some(taints.iter().map(again).collect());
    }
    made
}

/// Calls a function value.
fn call_with<'a>(
    engine: &mut Engine<'a>,
    act: &mut Activation<'a>,
    state: &mut State,
    site: &Site,
    callee: &Value,
    positional: Vec<Value>,
) -> Value {
    let places = vec![site.place; positional.len()];
    match &callee.shape {
        Shape::Unknown => Value::default(),
        _ => {
            let inner = Site { receiver: None, method: None, is_new: false, ..site.clone() };
            let arguments = Arguments { positional, places, ..Arguments::default() };
            engine.apply(act, state, inner, callee, arguments)
        }
    }
}

/// `to_thread(f, a, b)`: a call of `f`.
fn pass_through<'a>(
    engine: &mut Engine<'a>,
    act: &mut Activation<'a>,
    state: &mut State,
    site: &Site,
    arguments: &Arguments,
    at: usize,
) -> Option<Value> {
    let callee = arguments.positional.get(at)?.clone();
    let inner = Site { receiver: None, method: None, is_new: false, ..site.clone() };
    // What is given by name stands among the others, too.
    let by_name = arguments.keywords.iter().any(|(name, _)| &**name == ANY_KEYWORD);
    let end = arguments.positional.len() - usize::from(by_name);
    let rest = Arguments {
        positional: arguments.positional.get(at + 1..end).unwrap_or_default().to_vec(),
        places: arguments.places.get(at + 1..end).unwrap_or_default().to_vec(),
        keywords: arguments.keywords.clone(),
        ..Arguments::default()
    };
    Some(engine.apply(act, state, inner, &callee, rest))
}

/// `new Promise((resolve, reject) => …)`: what `resolve` gets.
fn promise<'a>(
    engine: &mut Engine<'a>,
    act: &mut Activation<'a>,
    state: &mut State,
    site: &Site,
    executor: &Value,
) -> Option<Value> {
    let slot = engine.slots.len() as u32;
    engine.slots.push(None);
    let resolve = Value { shape: Shape::Resolver(slot), ..Value::default() };
    call_with(engine, act, state, site, executor, vec![resolve, Value::default()]);
    // An executor that throws rejects; what follows runs all the same.
    state.dead = false;
    engine.slots.get_mut(slot as usize)?.take().or_else(|| Some(Value::default()))
}

/// True where a caller's value chooses the address that is asked, whatever was found out about it before.
fn is_asked_by_caller(arguments: &Arguments) -> bool {
    let url = arguments.keywords.iter().find(|(name, _)| &**name == "url").map(|(_, value)| value);
    arguments.positional.iter().take(2).chain(url).any(Value::is_led)
}

/// `container.resolve(Token)`, `container.get(Token)` of libraries that put a program's objects together.
fn is_given_by_container(api: &str) -> bool {
    const LIBRARIES: &[&str] =
        &["tsyringe.", "inversify.", "typedi.", "awilix.", "dependency_injector.", "injector.", "punq."];
    const METHODS: &[&str] = &["resolve", "resolveAsync", "get", "getAsync"];
    LIBRARIES.iter().any(|library| api.starts_with(library))
        && api.rsplit('.').next().is_some_and(|method| METHODS.contains(&method))
}

/// What a call gives that nobody knows: a caller's value may be in it.
pub(crate) fn unknown_result(
    engine: &mut Engine<'_>,
    state: &State,
    site: &Site,
    api: Option<&str>,
    arguments: &Arguments,
) -> Value {
    // What a container of dependencies gives is the tree's own, whichever it is.
    let shape = api.filter(|api| !is_given_by_container(api)).map_or(Shape::Unknown, api_call);
    let from_receiver = site.receiver.as_ref().filter(|receiver| receiver.taints.is_some());
    let mut taints = None;
    if let Some(receiver) = from_receiver {
        taints = join::union(taints.as_ref(), join::left_of(receiver, &state.cleared).as_ref());
    }
    // An object that is asked with a caller's value answers with values of its own.
    let reads = site.method.as_deref().is_some_and(|method| {
        [
            "parse",
            "decode",
            "decompress",
            "deserialize",
            "inflate",
            "loads",
            "unpack",
            "unwrap",
            "validate_json",
            "validate_python",
        ]
        .iter()
        .any(|start| method.starts_with(start))
            || method.contains("decode")
    });
    let asks = site.receiver.is_some() && from_receiver.is_none() && !reads;
    if !asks && !site.is_new {
        for argument in arguments.positional.iter().chain(arguments.keywords.iter().map(|(_, value)| value)) {
            taints = join::union(taints.as_ref(), join::left_of(argument, &state.cleared).as_ref());
        }
    }
    let answer = engine.answer(api, site.method.as_deref(), site.place);
    let weak: Option<Rc<[Taint]>> =
        taints.map(|all| all.iter().map(|taint| Taint { weak: true, ..*taint }).collect());
    let id = weak.is_some().then(|| engine.fresh());
    let marks = Marks {
        reads_commands: api.is_some_and(|api| process::starts_shell(api, arguments))
            || process::opens_shell(api, site.method.as_deref(), arguments),
        asked: api.is_some_and(upstream::asks_server) && is_asked_by_caller(arguments),
        ..Marks::default()
    };
    let mut value = Value { shape, taints: weak, id, marks, ..Value::default() };
    if let Some(answer) = answer {
        value.id = value.id.or(answer.id);
        value.taints = join::union(value.taints.as_ref(), answer.taints.as_ref());
    }
    match api {
        Some(api) if value.taints.is_some() => {
            let name: Rc<str> = api.into();
            engine.stepped(value, site.place, || StepKind::Returned(name))
        }
        _ => value,
    }
}
