//! Methods by their name, where it says what they do: of texts and paths first, collections after them.

use std::rc::Rc;

use super::{
    call_with, derived, form_of, joined, list_from, list_of, literal_text, normalised, pass_through, rooted,
    tidies,
};
use crate::flow::{
    Hazards,
    call::{Arguments, Site},
    engine::Engine,
    exec::Activation,
    fill::Style,
    found::is_match,
    pieces, regex,
    secrets::masked,
    state::State,
    value::{Bound, Given, Items, Known, Marks, Shape, Taint, Value},
};
use crate::ir::Language;

pub(super) fn method<'a>(
    engine: &mut Engine<'a>,
    act: &mut Activation<'a>,
    state: &mut State,
    site: &Site,
    arguments: &Arguments,
) -> Option<Value> {
    let receiver = site.receiver.as_ref()?;
    let name = site.method.as_deref()?;
    let first = arguments.positional.first();
    match name {
        "bind" if receiver.is_function() => {
            let Shape::Function(function, bound) = &receiver.shape else { return None };
            let this = first.map(|this| Rc::new(this.clone())).or_else(|| bound.this().cloned());
            let more = arguments.positional.get(1..).unwrap_or_default();
            let bound = with_given(bound, more, &[]).with_this(this);
            return Some(Value { shape: Shape::Function(*function, bound), ..Value::default() });
        }
        // Pydantic's ways to make an object of a caller's data.
        "model_validate"
        | "model_validate_json"
        | "parse_obj"
        | "parse_raw"
        | "model_construct"
        | "from_dict" => {
            let one = std::slice::from_ref(&receiver.shape);
            let shapes = if let Shape::OneOf(shapes) = &receiver.shape { shapes } else { one };
            let cleared = Rc::clone(&state.cleared);
            let mut all: Option<Value> = None;
            for shape in shapes {
                let Shape::Class(class) = shape else { continue };
                let schema = crate::flow::schema::of_class(engine, *class, 0);
                let value = crate::flow::schema::apply(engine, first?, &schema, site.place, 0);
                all = Some(match all {
                    Some(known) => engine.join((&known, &cleared), (&value, &cleared)),
                    None => value,
                });
            }
            return all;
        }
        // Copies of records, and what they hold as a dictionary.
        "_replace" | "model_copy" if matches!(receiver.shape, Shape::Object(_) | Shape::Instance(_)) => {
            return Some(receiver.clone());
        }
        "model_dump" | "_asdict" | "to_dict" | "dict" => match receiver.shape {
            Shape::Object(_) => return Some(receiver.clone()),
            Shape::Instance(class) => return engine.record_of(class),
            _ => {}
        },
        // A function outside the tree, by its methods.
        "call" if receiver.api().is_some() && arguments.positional.len() > 1 => {
            let rest = arguments.positional.get(1..).unwrap_or_default().to_vec();
            return Some(call_with(engine, act, state, site, receiver, rest));
        }
        "bind" if receiver.api().is_some() => return Some(receiver.clone()),
        "put" | "put_nowait" | "appendleft" if matches!(receiver.shape, Shape::List(_)) => {
            let pushed = Site { method: Some("push".into()), ..site.clone() };
            return super::collection::collection(engine, act, state, &pushed, receiver, "push", arguments);
        }
        "get" | "get_nowait" | "popleft" if matches!(receiver.shape, Shape::List(_)) => {
            return Some(engine.element(receiver));
        }
        "write" if matches!(receiver.api(), Some("io.StringIO()" | "io.BytesIO()")) => {
            if let crate::ir::ExprKind::Call { callee, .. } = act.module.expr(site.expr).kind
                && let crate::ir::ExprKind::Member { object, .. } = act.module.expr(callee).kind
            {
                let before = Value { shape: Shape::Unknown, ..receiver.clone() };
                let text = engine.concat(state, &[before, first?.clone()], Some(site.place));
                let changed = Value { shape: receiver.shape.clone(), ..text };
                engine.assign_place(act, state, object, changed, 1);
            }
            return Some(Value::default());
        }
        "getvalue" if matches!(receiver.api(), Some("io.StringIO()" | "io.BytesIO()")) => {
            return Some(Value { shape: Shape::Unknown, ..receiver.clone() });
        }
        // One of several methods, each with its object.
        "bind" if matches!(receiver.shape, Shape::OneOf(_)) => return Some(receiver.clone()),
        "call" if receiver.is_function() || matches!(receiver.shape, Shape::OneOf(_)) => {
            let rest = arguments.positional.get(1..).unwrap_or_default().to_vec();
            return Some(call_with(engine, act, state, site, receiver, rest));
        }
        "apply" if receiver.is_function() || matches!(receiver.shape, Shape::OneOf(_)) => {
            let rest = arguments.positional.get(1).and_then(Value::items).unwrap_or_default().to_vec();
            return Some(call_with(engine, act, state, site, receiver, rest));
        }
        "then" | "catch" | "finally" => {
            let mut result = receiver.clone();
            for (number, callback) in arguments.positional.iter().enumerate() {
                let given = if name == "then" && number == 0 { vec![receiver.clone()] } else { Vec::new() };
                let mut branch = state.clone();
                let value = call_with(engine, act, &mut branch, site, callback, given);
                if name == "then" && number == 0 {
                    result = value;
                }
            }
            return Some(result);
        }
        // `pool.submit(f, a)`: what a future gives is what the function gives.
        "submit" if first.is_some_and(Value::is_function) => {
            return pass_through(engine, act, state, site, arguments, 0);
        }
        "group" | "groups" | "groupdict" | "__getitem__" if is_match(receiver) => {
            return Some(match (name, arguments.positional.as_slice()) {
                ("groups", _) => engine.groups(receiver),
                ("groupdict", _) => engine.named_groups(receiver),
                (_, []) => engine.group(receiver, regex::Group::Number(0)),
                (_, [one]) => engine.group_by(receiver, one),
                (_, several) => {
                    let known = several.iter().map(|one| engine.group_by(receiver, one)).collect();
                    list_from(known)
                }
            });
        }
        "run_in_executor" => return pass_through(engine, act, state, site, arguments, 1),
        // What is called later: tasks behind an answer, pools, groups of tasks.
        "add_task"
        | "submit"
        | "start_soon"
        | "call_soon"
        | "call_soon_threadsafe"
        | "add_background_task"
            if first.is_some_and(|first| first.is_function() || first.api().is_some()) =>
        {
            return pass_through(engine, act, state, site, arguments, 0);
        }
        "on" | "once" | "addListener" | "prependListener" if is_emitter(receiver) => {
            let event: Rc<str> = first.and_then(Value::as_str)?.into();
            let listener = arguments.positional.get(1).filter(|listener| listener.is_function())?;
            let known = engine.listeners.entry(event).or_default();
            if known.len() < MOST_LISTENERS {
                known.push(listener.clone());
            }
            return None;
        }
        "emit" if is_emitter(receiver) && !engine.listeners.is_empty() => {
            let listeners = engine.listeners.get(first.and_then(Value::as_str)?)?.clone();
            let given = arguments.positional.get(1..).unwrap_or_default();
            for listener in &listeners {
                let mut branch = state.clone();
                call_with(engine, act, &mut branch, site, listener, given.to_vec());
            }
            return Some(Value::default());
        }
        _ => {}
    }
    if let Some(value) = super::mapping::method(engine, act, state, site, receiver, name, arguments) {
        return Some(value);
    }
    if let Some(value) = super::collection::collection(engine, act, state, site, receiver, name, arguments) {
        return Some(value);
    }
    if receiver.api().is_some_and(|path| path.contains("Path")) {
        match name {
            "resolve" | "absolute" => {
                let mut value = derived(engine, state, receiver, Hazards::NONE);
                value.known = receiver.known.clone();
                // `absolute` leaves `..` where it stands.
                if name == "resolve" {
                    value.marks = normalised(std::slice::from_ref(receiver), true);
                }
                value.shape = receiver.shape.clone();
                value.forms = form_of(std::slice::from_ref(receiver));
                return Some(rooted(value));
            }
            "joinpath" => {
                let mut parts = vec![receiver.clone()];
                parts.extend(arguments.positional.iter().cloned());
                let joined = engine.join_path(state, &parts, false, site.place);
                return Some(Value { shape: receiver.shape.clone(), ..joined });
            }
            "with_suffix" | "expanduser" | "as_posix" | "with_name" => {
                let known = if name.starts_with("with_") { Known::Nothing } else { receiver.known.clone() };
                // Another last part of the path is in the same folder.
                let (marks, forms) = match name {
                    "with_suffix" | "with_name" => (receiver.marks, form_of(std::slice::from_ref(receiver))),
                    _ => (Marks { real: false, normalised: false, ..receiver.marks }, None),
                };
                return Some(Value {
                    shape: receiver.shape.clone(),
                    known,
                    marks,
                    forms,
                    ..derived(engine, state, receiver, Hazards::NONE)
                });
            }
            _ => {}
        }
    }
    // `folder.replace(/\\?$/, "\\")`: a folder with its separator behind it.
    if name == "replace"
        && receiver.taints.is_none()
        && first.and_then(literal_text).is_some_and(|pattern| pattern.ends_with('$'))
        && arguments.positional.get(1).and_then(Value::as_str).is_some_and(|text| text.ends_with(['/', '\\']))
    {
        return Some(Value {
            marks: Marks { ends_with_separator: true, ..receiver.marks },
            ..Value::default()
        });
    }
    // What a function gives for each match: `text.replace(/{(\w+)}/g, (_, name) => values[name])`.
    let given = match arguments.positional.get(1).map(|with| &with.shape) {
        Some(Shape::Function(function, bound)) if matches!(name, "replace" | "replaceAll") => {
            let parts = vec![Value::default(); 3];
            Some(engine.inline(act, state, *function, bound.clone(), parts, Vec::new(), site.place))
        }
        _ => None,
    };
    let with = given.as_ref().filter(|given| given.taints.is_some()).or(arguments.positional.get(1));
    // A text that nobody knows, with something of a caller's put into it.
    let is_unknown = receiver.taints.is_none() && matches!(receiver.shape, Shape::Unknown | Shape::Api(_));
    let fills = is_unknown
        && match name {
            "replace" | "replaceAll" => {
                with.is_some_and(|with| with.taints.is_some())
                    && first.is_some_and(|what| {
                        what.taints.is_none() && (what.prefix().is_some() || what.api().is_some())
                    })
            }
            "format" | "format_map" | "substitute" | "safe_substitute" => {
                act.module.language == Language::Python
            }
            _ => false,
        };
    // Text of a caller's.
    if receiver.taints.is_some() || receiver.as_str().is_some() || receiver.prefix().is_some() || fills {
        match name {
            "trim" | "toString" | "toLowerCase" | "toUpperCase" | "strip" | "lower" | "upper" | "valueOf"
            | "normalize" | "trimStart" | "trimEnd" | "casefold" | "toLocaleLowerCase" => {
                return Some(Value { shape: Shape::Unknown, ..receiver.clone() });
            }
            "replace" | "replaceAll" => {
                let live = match first.map(|value| (value.api(), value.as_str())) {
                    Some((Some(literal), _)) if literal.starts_with('/') => {
                        let end = literal.rfind('/').unwrap_or(1).max(1);
                        let (pattern, flags) = (&literal[1..end], &literal[end + 1..]);
                        let replacement = arguments.positional.get(1).and_then(Value::as_str);
                        let anchored = pattern.starts_with('^') || pattern.ends_with('$');
                        if flags.contains('g') && !anchored {
                            regex::when_replaced(pattern, flags, replacement)
                        } else {
                            Hazards::ALL
                        }
                    }
                    _ => Hazards::ALL,
                };
                let doubled = receiver.marks.doubled || first.is_some_and(|what| doubles(what, with));
                let mut escaped = first.map_or(Hazards::NONE, |what| escaped(what, with));
                // A quote behind a backslash, where the text's own backslashes are told from it.
                let quote = first.is_some_and(|what| {
                    what.as_str() == Some("\"")
                        || literal_text(what).is_some_and(|pattern| pattern.contains('"'))
                });
                if doubled && quote && matches!(with.and_then(Value::as_str), Some("\\\"" | "\\$&" | "\\$1"))
                {
                    escaped = escaped | Hazards::QUERY | Hazards::CODE | Hazards::SQL;
                }
                // AppleScript's own word for a quote, outside of the literal.
                if doubled
                    && quote
                    && with.and_then(Value::as_str).is_some_and(|with| with == "\" & quote & \"")
                {
                    escaped = escaped | Hazards::CODE;
                }
                let single = first.is_some_and(|what| {
                    what.as_str() == Some("'")
                        || literal_text(what).is_some_and(|pattern| pattern.contains('\''))
                });
                if doubled && single && matches!(with.and_then(Value::as_str), Some("\\'" | "\\$&" | "\\$1"))
                {
                    escaped = escaped | Hazards::QUERY | Hazards::CODE;
                }
                let live = live - escaped;
                if let Some(with) = with
                    && with.taints.is_some()
                {
                    // A caller's value is put into a template, which may be a caller's as well.
                    let before = Value {
                        known: match receiver.prefix() {
                            Some(prefix) => Known::affixes(prefix, ""),
                            None => Known::Nothing,
                        },
                        ..Value::default()
                    };
                    let mut pieces = vec![before, with.clone()];
                    if receiver.taints.is_some() {
                        pieces.insert(1, masked(derived(engine, state, receiver, Hazards::ALL - live)));
                    }
                    return Some(engine.concat(state, &pieces, Some(site.place)));
                }
                let mut value = masked(derived(engine, state, receiver, Hazards::ALL - live));
                value.about = receiver.about;
                value.marks.doubled = doubled;
                // What remains says of the whole what the characters that were left out let it say.
                if with.and_then(Value::as_str) == Some("")
                    && let Some(left_out) = first.and_then(Value::as_str).filter(|text| text.len() == 1)
                {
                    let words = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
                    let mask = Hazards::ALL - regex::of_characters(&format!("{words}{left_out}"));
                    engine.note_piece(value.id, receiver.id, mask);
                }
                let dashes = first.is_some_and(|what| {
                    what.api().is_some_and(|pattern| pattern.starts_with("/^-"))
                        || what.as_str().is_some_and(|text| matches!(text, "-" | "--"))
                });
                if dashes && with.and_then(Value::as_str) == Some("") {
                    engine.option_names.extend(value.id.zip(receiver.id));
                }
                // A path with its separators or quotes tidied up is still that path.
                if (receiver.marks.normalised || receiver.marks.real) && first.is_some_and(tidies) {
                    value.marks = receiver.marks;
                    value.forms = form_of(std::slice::from_ref(receiver));
                }
                return Some(value);
            }
            "split" | "rsplit" | "splitlines" | "matchAll" | "partition" | "rpartition" => {
                let mut element = masked(derived(engine, state, receiver, Hazards::NONE));
                element.known = Known::Nothing;
                let mask = pieces::mask(first.and_then(Value::as_str));
                engine.note_piece(element.id, receiver.id, mask);
                if receiver.marks.relative {
                    element.marks.relative = true;
                    element.about = receiver.about;
                    element.forms = receiver.forms.clone();
                }
                return Some(match first.map(Value::as_str) {
                    // A pattern, or something that nobody knows.
                    Some(None | Some("")) => list_of(element),
                    separator => words(receiver, separator.flatten(), element),
                });
            }
            "slice" | "substring" | "substr" | "at" | "charAt" => {
                let mut value = masked(derived(engine, state, receiver, Hazards::NONE));
                value.known = Known::Nothing;
                // What its first character is not, says what the whole does not begin with.
                let number = |at: usize| arguments.positional.get(at).and_then(Value::as_number);
                let is_first = number(0) == Some(0.0)
                    && (name.ends_with("At") || name == "at" || number(1) == Some(1.0));
                value.about = receiver.id.filter(|_| is_first).map(|id| (id, Hazards::ARGUMENT));
                return Some(value);
            }
            "padStart" | "padEnd" | "repeat" | "lstrip" | "rstrip" | "removeprefix" | "removesuffix"
            | "encode" | "decode" | "title" | "capitalize" | "expandtabs" | "zfill" => {
                let strips =
                    name == "lstrip" && first.and_then(Value::as_str).is_some_and(|text| text.contains('-'));
                let gone = if strips { Hazards::ARGUMENT } else { Hazards::NONE };
                let mut value = derived(engine, state, receiver, gone);
                value.known = match name {
                    "encode" | "decode" => receiver.known.clone(),
                    _ => Known::Nothing,
                };
                let encoding = first.filter(|_| name == "encode").and_then(Value::as_str);
                value.marks.wide =
                    encoding.is_some_and(|name| name.to_ascii_lowercase().starts_with("utf-16"));
                if matches!(name, "lstrip" | "removeprefix")
                    && matches!(first.and_then(Value::as_str), Some("-" | "--"))
                {
                    engine.option_names.extend(value.id.zip(receiver.id));
                }
                return Some(value);
            }
            "concat" => {
                let mut parts = vec![receiver.clone()];
                parts.extend(arguments.positional.iter().cloned());
                return Some(engine.concat(state, &parts, Some(site.place)));
            }
            "format" | "format_map" | "substitute" | "safe_substitute" => {
                let style = if name.starts_with("format") { Style::Format } else { Style::Template };
                return Some(engine.filled(state, receiver, style, arguments, site.place));
            }
            "join" => {
                let items = first.map(|value| {
                    let value = engine.iterated(act, state, value.clone(), site.place);
                    match &value.shape {
                        Shape::List(items) => items.known.iter().chain(&items.rest).cloned().collect(),
                        _ => vec![engine.element(&value)],
                    }
                });
                return Some(joined(engine, state, receiver, &items.unwrap_or_default(), site));
            }
            "find" if receiver.api().is_some() => {}
            "charCodeAt" | "codePointAt" | "localeCompare" | "count" | "lastIndexOf" | "endsWith"
            | "endswith" | "find" | "rfind" => {
                return Some(Value::default());
            }
            "json" | "text" | "read" | "body" => {
                return Some(derived(engine, state, receiver, Hazards::NONE));
            }
            _ => {}
        }
    }
    None
}

/// Most listeners of an event that are remembered. Chosen.
const MOST_LISTENERS: usize = 32;

/// True for what events go through from one part of a program to another.
fn is_emitter(value: &Value) -> bool {
    value.api().is_some_and(|api| {
        api.ends_with("()")
            && ["events", "EventEmitter", "eventemitter", "mitt", "emittery", "pyee"]
                .iter()
                .any(|start| api.starts_with(start))
    })
}

/// A function with some of its arguments given before it is called.
pub(super) fn with_given(bound: &Bound, positional: &[Value], keywords: &[(Rc<str>, Value)]) -> Bound {
    if positional.is_empty() && keywords.is_empty() {
        return bound.clone();
    }
    let mut all = Given::default();
    if let Some(earlier) = bound.given() {
        all.positional.clone_from(&earlier.positional);
        all.keywords.clone_from(&earlier.keywords);
    }
    all.positional.extend(positional.iter().cloned());
    all.keywords.extend(keywords.iter().cloned());
    bound.with_given(all)
}

/// True for a text whose backslashes stand doubled after `what` is replaced by `with`.
fn doubles(what: &Value, with: Option<&Value>) -> bool {
    let with = with.and_then(Value::as_str);
    let one = what.as_str() == Some("\\") || literal_text(what).is_some_and(|pattern| pattern == "\\\\");
    let both = literal_text(what)
        .is_some_and(|pattern| pattern.starts_with('[') && pattern.contains('"') && pattern.contains("\\\\"));
    one && with == Some("\\\\") || both && matches!(with, Some("\\$&" | "\\$1"))
}

/// What replacing `what` by `with` escapes: every one of it, by what stands for it in the language that it is put into.
fn escaped(what: &Value, with: Option<&Value>) -> Hazards {
    let pattern = what.api().filter(|api| api.starts_with('/')).and_then(|api| {
        let end = api.rfind('/')?;
        Some((api.get(1..end)?, api.get(end + 1..)?))
    });
    let finds = |character: &str| match (what.as_str(), pattern) {
        (Some(text), _) => text == character,
        (None, Some((pattern, flags))) => {
            flags.contains('g')
                && (pattern == character || pattern.starts_with('[') && pattern.contains(character))
        }
        _ => false,
    };
    let with = match with {
        Some(with) if with.is_function() => None,
        Some(with) => match with.as_str() {
            Some(text) => Some(text),
            None => return Hazards::NONE,
        },
        None => return Hazards::NONE,
    };
    match with {
        // Every character that has a meaning in a filter of LDAP.
        None if ["*", "(", ")", "\\\\"].iter().all(|one| finds(one)) => Hazards::QUERY,
        // JSON inside of a page's script.
        Some("<\\/") if what.as_str() == Some("</") => Hazards::MARKUP,
        Some(with) if finds("<") && with.to_ascii_lowercase().ends_with("u003c") => Hazards::MARKUP,
        // A table looked up by the character.
        None if finds("<") && finds("&") => Hazards::MARKUP,
        Some(with) if finds("<") && with.starts_with('&') => Hazards::MARKUP,
        // A quote doubled is a quote inside of a literal.
        Some("''") if finds("'") => Hazards::SQL,
        Some("\"\"") if finds("\"") => Hazards::SQL,
        Some("``") if finds("`") => Hazards::SQL,
        // A quote that ends the word, stands for itself, and begins it again.
        Some("'\\''" | "'\"'\"'") if finds("'") => Hazards::COMMAND,
        Some("\\$&") if finds("*") && finds("(") && finds("+") => Hazards::PATTERN,
        _ => Hazards::NONE,
    }
}

/// Most words that are told apart in a text that is split. Chosen.
const MOST_WORDS: usize = 32;

/// A text split into words: those that it is known to begin with, and any others. Between words, a caller's value is
/// several of them, each of which can be an option.
pub(super) fn words(text: &Value, separator: Option<&str>, mut element: Value) -> Value {
    let spaced = separator.is_none_or(|separator| separator.trim().is_empty());
    if spaced && let Some(taints) = &element.taints {
        let loose = |taint: &Taint| {
            let more = if taint.live.any(Hazards::COMMAND) { Hazards::ARGUMENT } else { Hazards::NONE };
            Taint { live: taint.live | more, ..*taint }
        };
        element.taints = Some(taints.iter().map(loose).collect());
        element.marks.word = true;
    }
    let before = text.prefix().filter(|before| !before.is_empty());
    let separator = separator.filter(|separator| !separator.is_empty()).unwrap_or(" ");
    let known: Vec<Value> = match (before, text.as_str()) {
        (Some(before), whole) => {
            let mut pieces: Vec<&str> = before.split(separator).take(MOST_WORDS).collect();
            // The last piece goes on with what is not known.
            if whole.is_none() {
                pieces.pop();
            }
            pieces
                .iter()
                .map(|piece| Value { known: Known::Text((*piece).into()), ..Value::default() })
                .collect()
        }
        // The first word is there, but nobody knows it.
        _ if element.taints.is_none() => vec![Value::default()],
        _ => Vec::new(),
    };
    let rest = text.as_str().is_none().then_some(element);
    Value { shape: Shape::List(Rc::new(Items { known, rest })), ..Value::default() }
}
