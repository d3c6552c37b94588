//! What is known of functions outside the tree: which pass a value on, which make it harmless, which call back.

use std::rc::Rc;

use super::{
    Hazards,
    call::{Arguments, Site, tainted},
    engine::Engine,
    eval::api_call,
    exec::Activation,
    guards, join, regex, schema,
    state::State,
    trace::StepKind,
    value::{Bound, Fields, Items, Known, Marks, Shape, Taint, Value},
};

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
    if let Some(api) = api
        && let Some(value) = function(engine, act, state, site, api, arguments)
    {
        return Some(value);
    }
    site.receiver.as_ref()?;
    method(engine, act, state, site, arguments)
}

fn function<'a>(
    engine: &mut Engine<'a>,
    act: &mut Activation<'a>,
    state: &mut State,
    site: &Site,
    api: &str,
    arguments: &Arguments,
) -> Option<Value> {
    let first = arguments.positional.first();
    let nothing = || Some(Value::default());
    match api {
        // Copies: the same value under another name.
        "String"
        | "str"
        | "Object"
        | "structuredClone"
        | "Object.freeze"
        | "copy.copy"
        | "copy.deepcopy"
        | "typing.cast"
        | "Promise.resolve"
        | "asyncio.run"
        | "anyio.run"
        | "asyncio.create_task"
        | "asyncio.wait_for"
        | "os.fspath"
        | "os.path.expanduser"
        | "os.path.expandvars"
        | "textwrap.dedent"
        | "unicodedata.normalize"
        | "iter"
        | "next"
        | "reversed"
        | "dict"
        | "Buffer.from"
        | "decodeURI"
        | "path.normalize.toString"
        | "asyncio.shield" => {
            let at = usize::from(matches!(api, "typing.cast" | "unicodedata.normalize"));
            let value = arguments.positional.get(at).cloned();
            Some(match (value, api) {
                (Some(value), _) => value,
                (None, "dict") => keywords_object(arguments),
                (None, _) => Value::default(),
            })
        }
        "decodeURIComponent"
        | "urllib.parse.unquote"
        | "json.dumps"
        | "JSON.stringify"
        | "JSON.parse"
        | "json.loads"
        | "repr"
        | "base64.b64decode"
        | "atob"
        | "yaml.safe_load"
        | "ast.literal_eval" => Some(derived(engine, state, first?, Hazards::NONE)),
        // Numbers and other things without text of a caller's.
        "Number"
        | "parseInt"
        | "parseFloat"
        | "Number.parseInt"
        | "Number.parseFloat"
        | "BigInt"
        | "Boolean"
        | "int"
        | "float"
        | "bool"
        | "len"
        | "abs"
        | "round"
        | "sum"
        | "ord"
        | "hash"
        | "id"
        | "type"
        | "Math.floor"
        | "Math.min"
        | "Math.max"
        | "Math.round"
        | "Math.ceil"
        | "Math.abs"
        | "Math.trunc"
        | "uuid.UUID"
        | "range"
        | "Date"
        | "Date.now"
        | "datetime.datetime.fromisoformat"
        | "decimal.Decimal"
        | "console.log"
        | "console.error"
        | "console.warn"
        | "print" => nothing(),
        "ipaddress.ip_address" | "ipaddress.ip_network" => {
            let value = first?;
            Some(Value {
                about: value.about.or(value.id.map(|id| (id, Hazards::HOST))),
                id: value.id,
                taints: value.taints.clone(),
                ..Value::default()
            })
        }
        "socket.getaddrinfo"
        | "socket.gethostbyname"
        | "dns.lookup"
        | "dns/promises.lookup"
        | "dns.promises.lookup"
        | "dns.resolve4"
        | "dns/promises.resolve4" => {
            let value = first?;
            engine.run_callbacks(act, state, site, arguments);
            Some(Value { about: value.about.or(value.id.map(|id| (id, Hazards::HOST))), ..value.clone() })
        }
        // Encoders.
        "encodeURIComponent" | "urllib.parse.quote_plus" => {
            let gone = Hazards::URL_PATH
                | Hazards::HOST
                | Hazards::REDIRECT
                | Hazards::PATH
                | Hazards::COMMAND
                | Hazards::MARKUP
                | Hazards::LOG
                | Hazards::CODE
                | Hazards::TEMPLATE
                | Hazards::QUERY;
            Some(derived(engine, state, first?, gone))
        }
        "urllib.parse.quote" => {
            let safe = arguments.keywords.iter().find(|(name, _)| &**name == "safe").map(|(_, value)| value);
            let whole = safe.or(arguments.positional.get(1)).is_some_and(|safe| safe.as_str() == Some(""));
            let gone = Hazards::COMMAND | Hazards::MARKUP | Hazards::LOG | Hazards::QUERY | Hazards::HOST;
            let gone = if whole { gone | Hazards::URL_PATH | Hazards::PATH } else { gone };
            Some(derived(engine, state, first?, gone))
        }
        "encodeURI" => Some(derived(engine, state, first?, Hazards::MARKUP | Hazards::LOG)),
        "shlex.quote" | "pipes.quote" | "shell-quote.quote" => {
            Some(derived(engine, state, first?, Hazards::COMMAND))
        }
        "shlex.join" | "subprocess.list2cmdline" => {
            let element = engine.element(first?);
            let gone = if api == "shlex.join" { Hazards::COMMAND } else { Hazards::NONE };
            Some(derived(engine, state, &element, gone))
        }
        "shlex.split" | "shell-quote.parse" => {
            let element = derived(engine, state, first?, Hazards::COMMAND);
            Some(list_of(element))
        }
        "html.escape" | "markupsafe.escape" | "escape-html" | "he.encode" | "he.escape" | "lodash.escape" => {
            Some(derived(engine, state, first?, Hazards::MARKUP))
        }
        "re.escape" | "escape-string-regexp" | "lodash.escapeRegExp" | "RegExp.escape" => {
            Some(derived(engine, state, first?, Hazards::PATTERN))
        }
        "werkzeug.utils.secure_filename"
        | "sanitize-filename"
        | "path.basename"
        | "os.path.basename"
        | "ntpath.basename"
        | "path.posix.basename" => {
            let gone = Hazards::PATH_UP | Hazards::PATH_ABSOLUTE | Hazards::PATH_LINK | Hazards::URL_PATH;
            Some(derived(engine, state, first?, gone))
        }
        "path.extname" => Some(derived(engine, state, first?, Hazards::PATH)),
        // Paths.
        "path.join" | "path.posix.join" | "path.win32.join" | "upath.join" => {
            let joined = engine.join_path(state, &arguments.positional, true, site.place);
            let last_ends = arguments.positional.last().is_some_and(|last| last.marks.ends_with_separator);
            Some(Value {
                marks: Marks { normalised: true, ends_with_separator: last_ends, ..joined.marks },
                ..joined
            })
        }
        "re.compile" | "regex.compile" | "RegExp" | "re2.compile" => {
            let pattern =
                first.and_then(|value| value.as_str().map(str::to_owned).or_else(|| literal_text(value)))?;
            let flags = arguments.positional.get(1).and_then(Value::as_str).unwrap_or_default();
            Some(Value { shape: Shape::Api(format!("/{pattern}/{flags}").into()), ..Value::default() })
        }
        "min" | "max" => nothing(),
        "path.resolve" | "path.posix.resolve" | "path.normalize" | "path.posix.normalize" => {
            let joined = engine.join_path(state, &arguments.positional, false, site.place);
            let forms = form_of(&arguments.positional);
            Some(Value { marks: normalised(&arguments.positional, false), forms, ..joined })
        }
        "os.path.join" | "posixpath.join" => {
            let last_ends = arguments
                .positional
                .last()
                .is_some_and(|last| last.as_str() == Some("") || last.marks.ends_with_separator);
            let joined = engine.join_path(state, &arguments.positional, false, site.place);
            Some(Value { marks: Marks { ends_with_separator: last_ends, ..joined.marks }, ..joined })
        }
        "os.path.abspath" | "os.path.normpath" => {
            let joined = engine.join_path(state, &arguments.positional, false, site.place);
            let forms = form_of(&arguments.positional);
            Some(Value { marks: normalised(&arguments.positional, false), forms, ..joined })
        }
        "path.dirname" | "os.path.dirname" => {
            // Where the folder lies inside, so does the file in it.
            let mut value = derived(engine, state, first?, Hazards::NONE);
            value.marks = first?.marks;
            value.forms = form_of(arguments.positional.get(..1)?);
            Some(value)
        }
        "os.path.realpath"
        | "fs.realpathSync"
        | "fs.realpathSync.native"
        | "fs/promises.realpath"
        | "fs.promises.realpath"
        | "fs.realpath"
        | "fs-extra.realpath" => {
            engine.run_callbacks(act, state, site, arguments);
            let joined = engine.join_path(state, arguments.positional.get(..1)?, false, site.place);
            let forms = form_of(arguments.positional.get(..1)?);
            Some(Value { marks: normalised(&arguments.positional, true), forms, ..joined })
        }
        "pathlib.Path" | "pathlib.PurePath" | "pathlib.PosixPath" | "anyio.Path" | "aiopath.AsyncPath" => {
            let joined = engine.join_path(state, &arguments.positional, false, site.place);
            let marks = match arguments.positional.as_slice() {
                [only] => only.marks,
                _ => joined.marks,
            };
            let forms = form_of(&arguments.positional);
            Some(Value { shape: Shape::Api("pathlib.Path()".into()), marks, forms, ..joined })
        }
        "path.relative" | "os.path.relpath" => {
            let at = usize::from(api == "path.relative");
            let subject = arguments.positional.get(at)?;
            let about = subject.id.map(|id| (id, Hazards::PATH_UP | Hazards::PATH_ABSOLUTE));
            let mut value = derived(engine, state, subject, Hazards::NONE);
            value.about = about;
            value.forms = subject.forms.clone();
            value.marks.relative = true;
            Some(value)
        }
        "os.path.commonpath" | "os.path.commonprefix" => {
            let items = first?.items()?;
            let subject = items.iter().find(|item| item.taints.is_some())?;
            let gone = match (api, subject.marks.real, subject.marks.normalised) {
                // Character by character: no containment.
                ("os.path.commonprefix", ..) => Hazards::NONE,
                (_, true, _) => Hazards::PATH,
                (_, _, true) => Hazards::PATH_UP | Hazards::PATH_ABSOLUTE,
                _ => Hazards::NONE,
            };
            Some(Value {
                forms: (!gone.is_none()).then(|| subject.forms.clone()).flatten(),
                about: subject.id.map(|id| (id, gone)).filter(|_| !gone.is_none()),
                ..Value::default()
            })
        }
        // Addresses.
        "URL"
        | "url.URL"
        | "urllib.parse.urlparse"
        | "urllib.parse.urlsplit"
        | "url.parse"
        | "whatwg-url.URL" => {
            let subject = first?;
            let mut value = subject.clone();
            if let Some(base) = arguments.positional.get(1).filter(|base| base.taints.is_some()) {
                value.taints = join::union(value.taints.as_ref(), base.taints.as_ref());
            }
            // `new URL(path, base)`: a path behind something that cannot be a scheme stays with the base.
            if arguments.positional.len() > 1
                && subject.prefix().is_some_and(|prefix| !prefix.is_empty() && !prefix.starts_with("//"))
            {
                value = derived(engine, state, &value, Hazards::HOST | Hazards::REDIRECT);
            }
            value.shape = api_call(api);
            value.place = Some(site.place);
            Some(value)
        }
        "urllib.parse.urljoin" => {
            let base = first?;
            let mut value = derived(engine, state, arguments.positional.get(1)?, Hazards::NONE);
            value.taints = join::union(value.taints.as_ref(), base.taints.as_ref());
            Some(value)
        }
        "re.sub" | "regex.sub" => {
            let subject = arguments.positional.get(2)?;
            let pattern = first.and_then(Value::as_str).unwrap_or_default();
            let live = regex::when_replaced(pattern, "", arguments.positional.get(1).and_then(Value::as_str));
            Some(derived(engine, state, subject, Hazards::ALL - live))
        }
        "util.promisify" | "promisify" | "pify" => first.cloned(),
        "functools.partial" => first.cloned(),
        "functools.wraps" | "functools.lru_cache" | "contextlib.asynccontextmanager" => nothing(),
        "asyncio.to_thread" | "anyio.to_thread.run_sync" | "starlette.concurrency.run_in_threadpool" => {
            pass_through(engine, act, state, site, arguments, 0)
        }
        "setTimeout" | "setImmediate" | "process.nextTick" | "queueMicrotask" => {
            engine.run_callbacks(act, state, site, arguments);
            nothing()
        }
        "Promise" => promise(engine, act, state, site, first?),
        "Promise.all" | "Promise.allSettled" | "Promise.race" | "asyncio.gather" => {
            let all = match first {
                Some(value) if matches!(value.shape, Shape::List(_)) => value.clone(),
                _ => list_from(arguments.positional.clone()),
            };
            Some(all)
        }
        "Array.from" | "list" | "tuple" | "set" | "sorted" | "Set" | "frozenset" | "itertools.chain"
        | "Map" => {
            let subject = first?;
            if let Some(callback) = arguments.positional.get(1).filter(|callback| callback.is_function()) {
                let element = engine.element(subject);
                let mapped = call_with(engine, act, state, site, callback, vec![element]);
                return Some(list_of(mapped));
            }
            Some(match &subject.shape {
                Shape::List(_) | Shape::Object(_) => subject.clone(),
                _ if subject.taints.is_some() => list_of(engine.element(subject)),
                _ => Value::default(),
            })
        }
        "Array.isArray" | "Object.is" => nothing(),
        "Object.keys" => Some(match &first?.shape {
            Shape::Object(fields) if fields.rest.is_none() => list_from(
                fields
                    .order
                    .iter()
                    .map(|name| Value { known: Known::Text(Rc::clone(name)), ..Value::default() })
                    .collect(),
            ),
            _ => list_of(engine.key_of(first?)),
        }),
        "Object.values" => Some(match &first?.shape {
            Shape::Object(fields) if fields.rest.is_none() => {
                list_from(fields.order.iter().filter_map(|name| fields.known.get(name).cloned()).collect())
            }
            _ => list_of(engine.element(first?)),
        }),
        "Object.entries" => Some(entries(engine, first?)),
        "Object.assign" => {
            let cleared = Rc::clone(&state.cleared);
            let mut all: Option<Value> = None;
            for value in &arguments.positional {
                all = Some(match all {
                    Some(known) => engine.join((&known, &cleared), (value, &cleared)),
                    None => value.clone(),
                });
            }
            all
        }
        "Object.fromEntries" => {
            let entry = engine.element(first?);
            let value = match entry.items() {
                Some([_, value]) => value.clone(),
                _ => Value::default(),
            };
            Some(Value {
                shape: Shape::Object(Rc::new(Fields { rest: Some(value), ..Fields::default() })),
                ..Value::default()
            })
        }
        "enumerate" => {
            let element = engine.element(first?);
            Some(list_of(list_from(vec![Value::default(), element])))
        }
        "zip" => {
            let members = arguments.positional.iter().map(|value| engine.element(value)).collect();
            Some(list_of(list_from(members)))
        }
        "map" | "filter" => {
            let callback = first?;
            let element = engine.element(arguments.positional.get(1)?);
            let mapped = call_with(engine, act, state, site, callback, vec![element.clone()]);
            Some(list_of(if api == "map" { mapped } else { element }))
        }
        "getattr" | "operator.getitem" => {
            let object = first?;
            let name = arguments.positional.get(1)?;
            match name.as_str() {
                Some(text) => {
                    let text: Rc<str> = text.into();
                    Some(engine.field(act, state, object, &text, site.place))
                }
                None => None,
            }
        }
        "process.exit" | "sys.exit" | "os._exit" | "exit" | "quit" => {
            state.dead = true;
            nothing()
        }
        _ if api.ends_with(".realpath") || api.ends_with("realpathSync") => {
            let joined = engine.join_path(state, arguments.positional.get(..1)?, false, site.place);
            let forms = form_of(arguments.positional.get(..1)?);
            Some(Value { marks: normalised(&arguments.positional, true), forms, ..joined })
        }
        _ if is_record(api) && !arguments.keywords.is_empty() => Some(keywords_object(arguments)),
        _ => None,
    }
}

/// Constructors of the SDKs whose objects are plain records.
fn is_record(api: &str) -> bool {
    let name = api.rsplit('.').next().unwrap_or(api);
    matches!(
        name,
        "Tool"
            | "Prompt"
            | "PromptArgument"
            | "Resource"
            | "ResourceTemplate"
            | "ToolAnnotations"
            | "ListToolsResult"
    )
}

fn method<'a>(
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
            let this = first.map(|this| Rc::new(this.clone())).or_else(|| bound.this.clone());
            let bound = Bound { this, environment: bound.environment.clone() };
            return Some(Value { shape: Shape::Function(*function, bound), ..Value::default() });
        }
        "call" if receiver.is_function() => {
            let rest = arguments.positional.get(1..).unwrap_or_default().to_vec();
            return Some(call_with(engine, act, state, site, receiver, rest));
        }
        "apply" if receiver.is_function() => {
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
        "run_in_executor" => return pass_through(engine, act, state, site, arguments, 1),
        _ => {}
    }
    if let Some(value) = collection(engine, act, state, site, receiver, name, arguments) {
        return Some(value);
    }
    if receiver.api().is_some_and(|path| path.contains("Path")) {
        match name {
            "resolve" | "absolute" => {
                let mut value = derived(engine, state, receiver, Hazards::NONE);
                value.marks = normalised(std::slice::from_ref(receiver), name == "resolve");
                value.shape = receiver.shape.clone();
                value.forms = form_of(std::slice::from_ref(receiver));
                return Some(value);
            }
            "joinpath" => {
                let mut parts = vec![receiver.clone()];
                parts.extend(arguments.positional.iter().cloned());
                let joined = engine.join_path(state, &parts, false, site.place);
                return Some(Value { shape: receiver.shape.clone(), ..joined });
            }
            "with_suffix" | "expanduser" | "as_posix" | "with_name" => {
                return Some(Value {
                    shape: receiver.shape.clone(),
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
    // Text of a caller's.
    if receiver.taints.is_some() || receiver.as_str().is_some() || receiver.prefix().is_some() {
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
                let with = arguments.positional.get(1);
                if let Some(with) = with
                    && with.taints.is_some()
                {
                    // A caller's value is put into a template.
                    let pieces = [Value { known: Known::Nothing, ..receiver.clone() }, with.clone()];
                    let before = Value {
                        known: Known::Affixes(receiver.prefix().unwrap_or("?").into(), "".into()),
                        ..Value::default()
                    };
                    return Some(engine.concat(state, &[before, pieces[1].clone()], Some(site.place)));
                }
                let mut value = derived(engine, state, receiver, Hazards::ALL - live);
                value.about = receiver.about;
                // A path with its separators or quotes tidied up is still that path.
                if (receiver.marks.normalised || receiver.marks.real) && first.is_some_and(tidies) {
                    value.marks = receiver.marks;
                    value.forms = form_of(std::slice::from_ref(receiver));
                }
                return Some(value);
            }
            "split" | "rsplit" | "splitlines" | "matchAll" | "partition" | "rpartition" => {
                let mut element = derived(engine, state, receiver, Hazards::NONE);
                element.known = Known::Nothing;
                return Some(list_of(element));
            }
            "slice" | "substring" | "substr" | "padStart" | "padEnd" | "repeat" | "lstrip" | "rstrip"
            | "removeprefix" | "removesuffix" | "encode" | "decode" | "at" | "charAt" | "title"
            | "capitalize" | "expandtabs" | "zfill" => {
                let mut value = derived(engine, state, receiver, Hazards::NONE);
                value.known = Known::Nothing;
                return Some(value);
            }
            "concat" => {
                let mut parts = vec![receiver.clone()];
                parts.extend(arguments.positional.iter().cloned());
                return Some(engine.concat(state, &parts, Some(site.place)));
            }
            "format" => {
                let text = receiver.as_str().unwrap_or_default();
                let at = text.find('{').unwrap_or(text.len());
                let mut parts = vec![Value { known: Known::Text(text[..at].into()), ..Value::default() }];
                parts.extend(arguments.positional.iter().cloned());
                parts.extend(arguments.keywords.iter().map(|(_, value)| value.clone()));
                if receiver.taints.is_some() {
                    parts.push(receiver.clone());
                }
                let tail = text.rfind('}').map_or("", |last| &text[last + 1..]);
                parts.push(Value { known: Known::Text(tail.into()), ..Value::default() });
                return Some(engine.concat(state, &parts, Some(site.place)));
            }
            "join" => {
                let items = first.map(|value| match &value.shape {
                    Shape::List(items) => items.known.iter().chain(&items.rest).cloned().collect(),
                    _ => vec![engine.element(value)],
                });
                return Some(joined(engine, state, receiver, &items.unwrap_or_default(), site));
            }
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

fn collection<'a>(
    engine: &mut Engine<'a>,
    act: &mut Activation<'a>,
    state: &mut State,
    site: &Site,
    receiver: &Value,
    name: &str,
    arguments: &Arguments,
) -> Option<Value> {
    let first = arguments.positional.first();
    let callback = first.filter(|value| value.is_function());
    match name {
        "map" | "flatMap" | "forEach" | "filter" | "find" | "findLast" | "some" | "every" | "findIndex" => {
            let callback = callback?;
            let items: Vec<Value> = match &receiver.shape {
                Shape::List(items) if items.rest.is_none() && items.known.len() <= 48 => items.known.clone(),
                _ => vec![engine.element(receiver)],
            };
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
            Some(match name {
                "map" | "flatMap" if exact => list_from(results),
                "map" | "flatMap" => list_of(all),
                "filter" => receiver.clone(),
                "find" | "findLast" => Value { facts: all.facts, ..engine.element(receiver) },
                "some" | "every" | "findIndex" => Value { facts: all.facts, ..Value::default() },
                _ => Value::default(),
            })
        }
        "reduce" => {
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
                let mut items = match &receiver.shape {
                    Shape::List(items) => (**items).clone(),
                    _ if arguments.positional.iter().any(|value| tainted(value, 2)) => Items::default(),
                    _ => return None,
                };
                if name == "extend" {
                    if let Some(first) = first {
                        engine.spread_into(state, &mut items, first);
                    }
                } else if name == "unshift" {
                    items.known.splice(0..0, arguments.positional.iter().cloned());
                } else {
                    let at = usize::from(name == "insert");
                    let added = arguments.positional.get(at..).unwrap_or_default();
                    // Lists that grow in a loop are known by their kind of member.
                    if items.known.len() < 256 {
                        items.known.extend(added.iter().cloned());
                    }
                }
                let changed = Value { shape: Shape::List(Rc::new(items)), ..receiver.clone() };
                engine.assign_place(act, state, object, changed, 1);
                return Some(Value::default());
            }
            None
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
            }
            if name == "concat" {
                for more in &arguments.positional {
                    engine.spread_into(state, &mut items, more);
                }
            }
            Some(Value { shape: Shape::List(Rc::new(items)), ..Value::default() })
        }
        "shift" | "pop" | "at" if matches!(receiver.shape, Shape::List(_)) => match (&receiver.shape, name) {
            (Shape::List(items), "shift") if items.rest.is_none() => items.known.first().cloned(),
            (Shape::List(items), "pop") if items.rest.is_none() && first.is_none() => {
                items.known.last().cloned()
            }
            _ => Some(engine.element(receiver)),
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
                    if schema_is_blank(&value) && receiver.taints.is_some() {
                        value = engine.child(receiver, text, site.place);
                    }
                    value
                }
                None => engine.element(receiver),
            };
            if let Some(default) = arguments.positional.get(1) {
                let cleared = Rc::clone(&state.cleared);
                let joined = engine.join((&value, &cleared), (default, &cleared));
                value = Value { id: value.id.or(joined.id), ..joined };
            }
            Some(value)
        }
        "items" if matches!(receiver.shape, Shape::Object(_)) || receiver.taints.is_some() => {
            Some(entries(engine, receiver))
        }
        "values" if matches!(receiver.shape, Shape::Object(_)) || receiver.taints.is_some() => {
            Some(list_of(engine.element(receiver)))
        }
        "keys" if matches!(receiver.shape, Shape::Object(_)) || receiver.taints.is_some() => {
            Some(list_of(engine.key_of(receiver)))
        }
        _ => None,
    }
}

fn schema_is_blank(value: &Value) -> bool {
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
    let value = engine.concat(state, &parts, Some(site.place));
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

fn entries(engine: &mut Engine<'_>, value: &Value) -> Value {
    match &value.shape {
        Shape::Object(fields) if fields.rest.is_none() => list_from(
            fields
                .order
                .iter()
                .filter_map(|name| {
                    let key = Value { known: Known::Text(Rc::clone(name)), ..Value::default() };
                    Some(list_from(vec![key, fields.known.get(name)?.clone()]))
                })
                .collect(),
        ),
        _ => {
            let (key, element) = (engine.key_of(value), engine.element(value));
            list_of(list_from(vec![key, element]))
        }
    }
}

fn keywords_object(arguments: &Arguments) -> Value {
    let mut fields = Fields::default();
    for (name, value) in &arguments.keywords {
        fields.order.push(Rc::clone(name));
        fields.known.insert(Rc::clone(name), value.clone());
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
    Marks { normalised: true, real, concatenated, ..Marks::default() }
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
pub(crate) fn form_of(parts: &[Value]) -> Option<Rc<[super::value::ValueId]>> {
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
fn derived(engine: &mut Engine<'_>, state: &State, value: &Value, gone: Hazards) -> Value {
    let baked = engine.bake(value, &state.cleared);
    // What is inside a list or object is inside its text.
    let taints = match (&baked.taints, &baked.shape) {
        (Some(taints), _) => Some(Rc::clone(taints)),
        (None, Shape::List(_) | Shape::Object(_)) if tainted(&baked, 3) => engine.element(&baked).taints,
        _ => None,
    };
    let taints: Option<Rc<[Taint]>> = taints.map(|all| {
        all.iter()
            .map(|taint| Taint { live: taint.live - gone, ..*taint })
            .filter(|taint| !taint.live.is_none())
            .collect()
    });
    let taints = taints.filter(|taints| !taints.is_empty());
    let id = taints.is_some().then(|| engine.fresh());
    Value { taints, id, marks: Marks { real: false, normalised: false, ..value.marks }, ..Value::default() }
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
    let rest = Arguments {
        positional: arguments.positional.get(at + 1..).unwrap_or_default().to_vec(),
        places: arguments.places.get(at + 1..).unwrap_or_default().to_vec(),
        keywords: arguments.keywords.clone(),
        rest: None,
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

/// What a call gives that nobody knows: a caller's value may be in it.
pub(crate) fn unknown_result(
    engine: &mut Engine<'_>,
    state: &State,
    site: &Site,
    api: Option<&str>,
    arguments: &Arguments,
) -> Value {
    let shape = api.map_or(Shape::Unknown, api_call);
    let from_receiver = site.receiver.as_ref().filter(|receiver| receiver.taints.is_some());
    let mut taints = None;
    if let Some(receiver) = from_receiver {
        taints = join::union(taints.as_ref(), engine.bake(receiver, &state.cleared).taints.as_ref());
    }
    // An object that is asked with a caller's value answers with values of its own.
    let asks = site.receiver.is_some() && from_receiver.is_none();
    if !asks && !site.is_new {
        for argument in arguments.positional.iter().chain(arguments.keywords.iter().map(|(_, value)| value)) {
            let baked = engine.bake(argument, &state.cleared);
            taints = join::union(taints.as_ref(), baked.taints.as_ref());
        }
    }
    let weak: Option<Rc<[Taint]>> =
        taints.map(|all| all.iter().map(|taint| Taint { weak: true, ..*taint }).collect());
    let id = weak.is_some().then(|| engine.fresh());
    let value = Value { shape, taints: weak, id, ..Value::default() };
    match api {
        Some(api) if value.taints.is_some() => {
            let name: Rc<str> = api.into();
            engine.stepped(value, site.place, || StepKind::Returned(name))
        }
        _ => value,
    }
}
