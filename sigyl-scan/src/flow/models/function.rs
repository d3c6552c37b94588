//! Functions of the standard libraries and of known packages, by their path.

use std::rc::Rc;

use super::{
    archive, call_with, decoded, derived, entries, form_of, keywords_object, list_from, list_of,
    literal_text, mapping,
    method::{with_given, words},
    normalised, pass_through, promise, rooted, sequences, table, with_live,
};
use crate::flow::{
    Hazards,
    call::{Arguments, Site},
    engine::Engine,
    exec::Activation,
    join,
    member::api_call,
    nodes, regex,
    state::State,
    value::{Given, Known, Marks, Shape, Taint, Value},
};

pub(super) fn function<'a>(
    engine: &mut Engine<'a>,
    act: &mut Activation<'a>,
    state: &mut State,
    site: &Site,
    api: &str,
    arguments: &Arguments,
) -> Option<Value> {
    let first = arguments.positional.first();
    let nothing = || Some(Value::default());
    if let Some(value) = engine.secret_read(state, site, api, arguments) {
        return Some(value);
    }
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
        | "shutil.which"
        | "contextlib.closing"
        | "contextlib.aclosing"
        | "contextlib.nullcontext"
        | "which"
        | "which.sync"
        | "os.path.expandvars"
        | "textwrap.dedent"
        | "unicodedata.normalize"
        | "iter"
        | "reversed"
        | "Buffer.from"
        | "decodeURI"
        | "path.normalize.toString"
        | "asyncio.shield" => {
            let at = usize::from(matches!(api, "typing.cast" | "unicodedata.normalize"));
            let value = arguments.positional.get(at).cloned();
            Some(match (value, api) {
                (Some(value), "String" | "str") => {
                    let value = engine.as_text(act, state, value, site.place);
                    let live = Hazards::ALL | Hazards::OWN;
                    crate::flow::schema::limited(&value, live - Hazards::STRUCTURE)
                }
                (Some(value), _) => value,
                (None, _) => Value::default(),
            })
        }
        "dict" | "collections.ChainMap" => mapping::together(engine, state, api, arguments, site),
        // What is in memory is no name of a file.
        "io.BytesIO" | "io.StringIO" => {
            Some(Value { shape: api_call(api), ..first.cloned().unwrap_or_default() })
        }
        "decodeURIComponent" | "urllib.parse.unquote" | "urllib.parse.unquote_plus" => {
            Some(decoded(engine, state, first?))
        }
        "JSON.parse" | "json.loads" | "yaml.safe_load" | "ast.literal_eval" => {
            let mut value = derived(engine, state, first?, Hazards::NONE);
            value.taints = value.taints.map(|all| {
                all.iter().map(|taint| Taint { live: taint.live | Hazards::STRUCTURE, ..*taint }).collect()
            });
            Some(value)
        }
        "base64.b64encode" if first?.marks.wide => Some(derived(engine, state, first?, Hazards::NONE)),
        "repr"
        | "base64.b64decode"
        | "base64.urlsafe_b64decode"
        | "base64.b32decode"
        | "base64.b85decode"
        | "bytes.fromhex"
        | "bytearray.fromhex"
        | "binascii.unhexlify"
        | "binascii.a2b_base64"
        | "zlib.decompress"
        | "gzip.decompress"
        | "atob" => Some(derived(engine, state, first?, Hazards::NONE)),
        // A literal of JSON is one of KQL, Cypher and GraphQL, too.
        "json.dumps" | "JSON.stringify" => {
            let is_text = first?.fields().is_empty() && first?.items().is_none();
            let gone = if is_text { Hazards::QUERY } else { Hazards::NONE };
            Some(derived(engine, state, first?, gone))
        }
        "ldap3.utils.conv.escape_filter_chars"
        | "ldap.filter.escape_filter_chars"
        | "ldap-escape.filter"
        | "ldapts.escapeFilter" => Some(derived(engine, state, first?, Hazards::QUERY)),
        // An error that tells of what it is about.
        "Error"
        | "TypeError"
        | "RangeError"
        | "SyntaxError"
        | "Exception"
        | "ValueError"
        | "RuntimeError"
        | "KeyError"
        | "LookupError"
        | "PermissionError"
        | "FileNotFoundError"
        | "OSError"
        | "IOError"
        | "NotImplementedError"
        | "ConnectionError"
        | "TimeoutError" => {
            let told = derived(engine, state, first.filter(|text| text.taints.is_some())?, Hazards::NONE);
            Some(Value { shape: api_call(api), ..told })
        }
        // What a test tells, told again.
        "bool" | "Boolean" => Some(Value { facts: first?.facts.clone(), ..Value::default() }),
        // Numbers and other things without text of a caller's.
        "len" if matches!(first?.shape, Shape::List(_)) && first?.facts.is_some() => {
            Some(crate::flow::guards::length(first?, Known::Nothing))
        }
        "Number"
        | "parseInt"
        | "parseFloat"
        | "Number.parseInt"
        | "Number.parseFloat"
        | "BigInt"
        | "int"
        | "float"
        | "len"
        | "abs"
        | "round"
        | "sum"
        | "ord"
        | "hash"
        | "id"
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
        "type" => Some(nodes::kind(first?)),
        "ipaddress.ip_address"
        | "ipaddress.ip_network"
        | "ipaddr.js.parse"
        | "ipaddr.js.process"
        | "ipaddr.parse"
        | "ipaddr.process" => {
            let value = first?;
            // What is no address is an error; an address is harmless wherever it does not choose a host.
            if let Some(id) = value.id {
                let settled = Hazards::ALL - Hazards::HOST - Hazards::SIZE;
                state.assume(&engine.with_wholes(vec![(id, settled)]));
            }
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
            engine.run_callbacks(act, state, site, arguments, &[]);
            Some(Value { about: value.about.or(value.id.map(|id| (id, Hazards::HOST))), ..value.clone() })
        }
        // Encoders.
        "encodeURIComponent" | "urllib.parse.quote_plus" => {
            let gone = Hazards::URL_PATH
                | Hazards::HOST
                | Hazards::LINK
                | Hazards::REDIRECT
                | Hazards::PATH
                | Hazards::COMMAND
                | Hazards::MARKUP
                | Hazards::LOG
                | Hazards::CODE
                | Hazards::TEMPLATE
                | Hazards::QUERY;
            Some(segment(engine, state, first?, gone))
        }
        "urllib.parse.quote" => {
            let safe = arguments.keywords.iter().find(|(name, _)| &**name == "safe").map(|(_, value)| value);
            let whole = safe.or(arguments.positional.get(1)).is_some_and(|safe| safe.as_str() == Some(""));
            let gone = Hazards::COMMAND | Hazards::MARKUP | Hazards::LOG | Hazards::QUERY | Hazards::HOST;
            if whole {
                let gone = gone | Hazards::URL_PATH | Hazards::PATH;
                return Some(segment(engine, state, first?, gone));
            }
            Some(derived(engine, state, first?, gone))
        }
        "encodeURI" => Some(derived(engine, state, first?, Hazards::MARKUP | Hazards::LOG)),
        "shlex.quote" | "pipes.quote"
            if first?.as_str().is_some_and(|text| {
                text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./=".contains(&byte))
            }) =>
        {
            first.cloned()
        }
        "shlex.quote" | "pipes.quote" | "shell-quote.quote" => {
            let mut value = derived(engine, state, first?, Hazards::COMMAND);
            value.marks.quoted = true;
            Some(value)
        }
        "shlex.join" | "subprocess.list2cmdline" => {
            let element = engine.element(first?);
            let gone = if api == "shlex.join" { Hazards::COMMAND } else { Hazards::NONE };
            Some(derived(engine, state, &element, gone))
        }
        "shlex.split" | "shell-quote.parse" => {
            let text = first?;
            let element = derived(engine, state, text, Hazards::NONE);
            let mut list = words(text, None, element);
            if let Shape::List(items) = &mut list.shape {
                let items = Rc::make_mut(items);
                // A word is still a command to a shell that reads it.
                items.rest = items.rest.take().map(|word| derived(engine, state, &word, Hazards::NONE));
                // The first word, of which a list of programs speaks, is told apart from the others.
                if items.known.is_empty() && text.taints.is_some() {
                    let first = derived(engine, state, text, Hazards::NONE);
                    engine.first_words.extend(first.id.zip(text.id));
                    items.rest = items.rest.take().map(|word| with_live(word, Hazards::NAME));
                    items.known.push(first);
                }
            }
            Some(list)
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
        "werkzeug.security.safe_join"
        | "werkzeug.utils.safe_join"
        | "flask.safe_join"
        | "django.utils._os.safe_join" => {
            let gone = Hazards::PATH_UP | Hazards::PATH_ABSOLUTE | Hazards::PATH_LINK;
            Some(derived(engine, state, arguments.positional.get(1)?, gone))
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
            let joined = if api.ends_with("resolve") { rooted(joined) } else { joined };
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
            let joined = if api == "os.path.abspath" { rooted(joined) } else { joined };
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
        | "fs.realpath.native"
        | "fs-extra.realpath" => {
            engine.run_callbacks(act, state, site, arguments, &[]);
            let joined = engine.join_path(state, arguments.positional.get(..1)?, false, site.place);
            let forms = form_of(arguments.positional.get(..1)?);
            Some(Value { marks: normalised(&arguments.positional, true), forms, ..rooted(joined) })
        }
        "pathlib.Path.home" | "pathlib.Path.cwd" => {
            Some(Value { shape: Shape::Api("pathlib.Path()".into()), ..Value::default() })
        }
        "tarfile.open" | "tarfile.TarFile.open" => {
            Some(archive::opened(engine, state, arguments, site.place))
        }
        "pathlib.Path"
        | "pathlib.PurePath"
        | "pathlib.PosixPath"
        | "pathlib.PurePosixPath"
        | "pathlib.PureWindowsPath"
        | "anyio.Path"
        | "aiopath.AsyncPath" => {
            let joined = engine.join_path(state, &arguments.positional, false, site.place);
            let marks = match arguments.positional.as_slice() {
                [only] => only.marks,
                _ => joined.marks,
            };
            if let [only] = arguments.positional.as_slice() {
                engine.note_piece(joined.id, only.id, Hazards::ALL);
            }
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
        | "yarl.URL"
        | "httpx.URL"
        | "whatwg-url.URL" => {
            let subject = first?;
            // `new URL(path, base)`: a path behind something that cannot be a scheme stays with the base.
            let stays = arguments.positional.len() > 1
                && subject.prefix().is_some_and(|prefix| !prefix.is_empty() && !prefix.starts_with("//"));
            let mut value = match stays {
                true => derived(engine, state, subject, Hazards::HOST | Hazards::REDIRECT),
                false => subject.clone(),
            };
            if let Some(base) = arguments.positional.get(1).filter(|base| base.taints.is_some()) {
                if value.taints.is_none() {
                    (value.id, value.about) = (base.id, base.about);
                }
                value.taints = join::union(value.taints.as_ref(), base.taints.as_ref());
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
        // What a field of a class of data holds unless something else is given.
        "dataclasses.field" | "pydantic.Field" | "pydantic.fields.Field" => {
            engine.usual_value(act, state, arguments, site)
        }
        "dataclasses.asdict" | "dataclasses.astuple" | "vars" | "attrs.asdict" | "attr.asdict" => {
            match first?.shape {
                Shape::Instance(class) => engine.record_of(class),
                _ => first.cloned(),
            }
        }
        "dataclasses.replace" | "copy.replace" => {
            Some(engine.replaced(act, state, first?, arguments, site.place))
        }
        "re.sub" | "regex.sub" => {
            let subject = arguments.positional.get(2)?;
            if let Some(filled) = filled_by(engine, act, state, site, arguments.positional.get(1), subject) {
                return Some(filled);
            }
            let pattern = first.and_then(Value::as_str).unwrap_or_default();
            let live = regex::when_replaced(pattern, "", arguments.positional.get(1).and_then(Value::as_str));
            Some(derived(engine, state, subject, Hazards::ALL - live))
        }
        // A text whose places are filled later.
        "string.Template" => {
            first.map(|text| Value { shape: Shape::Api("string.Template()".into()), ..text.clone() })
        }
        "ast.parse" => {
            let text = first?;
            let tree = derived(engine, state, text, Hazards::NONE);
            engine.note_piece(tree.id, text.id, Hazards::CODE);
            Some(tree)
        }
        "ast.walk" => {
            let tree = first?;
            let node = derived(engine, state, tree, Hazards::NONE);
            engine.note_piece(node.id, tree.id, Hazards::CODE);
            Some(list_of(node))
        }
        // `next((tool for tool in TOOLS if tool.name == name), None)`: one that passes, where there is one.
        "next" => {
            let list = first?;
            let found = Value { facts: list.facts.clone(), ..engine.element(list) };
            let cleared = Rc::clone(&state.cleared);
            Some(match arguments.positional.get(1).filter(|other| !other.is_null()) {
                Some(other) => engine.join((&found, &cleared), (other, &cleared)),
                None => found,
            })
        }
        "util.promisify" | "promisify" | "pify" => first.cloned(),
        // A function that keeps what another gave, or waits with it.
        "lodash.memoize" | "lodash/memoize" | "lodash.once" | "lodash/once" | "lodash.debounce"
        | "lodash/debounce" | "lodash.throttle" | "lodash/throttle" | "lodash-es.memoize"
        | "lodash-es.once" | "lodash-es.debounce" | "lodash-es.throttle" | "fast-memoize" | "mem"
        | "memoize" | "memoize-one" | "memoizee" | "micro-memoize" | "moize" | "once" | "onetime"
        | "p-memoize" | "react.cache"
            if first.is_some_and(Value::is_function) =>
        {
            first.cloned()
        }
        // A request that is sent later is where it goes.
        "urllib.request.Request" | "urllib2.Request" => {
            let url = first.or_else(|| {
                arguments.keywords.iter().find(|(key, _)| &**key == "url").map(|(_, value)| value)
            })?;
            Some(Value { shape: Shape::Api("urllib.request.Request()".into()), ..url.clone() })
        }
        "functools.partial" | "functools.partialmethod" => Some(match first.map(|value| &value.shape) {
            Some(Shape::Function(function, bound)) => {
                let more = arguments.positional.get(1..).unwrap_or_default();
                let bound = with_given(bound, more, &arguments.keywords);
                Value { shape: Shape::Function(*function, bound), ..Value::default() }
            }
            Some(Shape::Api(_) | Shape::Class(_)) => {
                let positional = arguments.positional.get(1..).unwrap_or_default().to_vec();
                let given = Given { positional, keywords: arguments.keywords.clone() };
                let shape = Shape::Given(Rc::new(first.cloned().unwrap_or_default()), Rc::new(given));
                Value { shape, ..Value::default() }
            }
            _ => first.cloned().unwrap_or_default(),
        }),
        "threading.Thread" | "multiprocessing.Process" => {
            let named = |name: &str| {
                arguments.keywords.iter().find(|(key, _)| &**key == name).map(|(_, value)| value)
            };
            let target = named("target")?.clone();
            let given = named("args").and_then(Value::items).unwrap_or_default().to_vec();
            let mut branch = state.clone();
            call_with(engine, act, &mut branch, site, &target, given);
            Some(Value { shape: api_call(api), ..Value::default() })
        }
        "setattr" | "object.__setattr__" => {
            engine.set_by_name(state, arguments);
            nothing()
        }
        "functools.wraps" | "functools.lru_cache" | "contextlib.asynccontextmanager" => nothing(),
        "asyncio.to_thread" | "anyio.to_thread.run_sync" | "starlette.concurrency.run_in_threadpool" => {
            pass_through(engine, act, state, site, arguments, 0)
        }
        "setTimeout" | "setImmediate" | "process.nextTick" | "queueMicrotask" | "setInterval" => {
            engine.note_later(first);
            engine.run_callbacks(act, state, site, arguments, &[]);
            nothing()
        }
        // A module by a name of which the beginning is known: `import(`./tools/${name}.js`)`.
        "import" | "require" | "importlib.import_module" | "__import__" => {
            engine.modules_below(act.at, first?.prefix()?)
        }
        "Promise" => promise(engine, act, state, site, first?),
        "Promise.all" | "Promise.allSettled" | "Promise.race" | "asyncio.gather" => {
            let all = match first {
                Some(value) if matches!(value.shape, Shape::List(_)) => value.clone(),
                _ => list_from(arguments.positional.clone()),
            };
            Some(all)
        }
        "threading.local" => Some(Value { shape: Shape::Object(Rc::default()), ..Value::default() }),
        "collections.defaultdict" | "collections.OrderedDict" | "collections.Counter" => {
            let held = first.filter(|held| matches!(held.shape, Shape::Object(_)));
            let shape = held.map_or_else(|| Shape::Object(Rc::default()), |held| held.shape.clone());
            Some(Value { shape, ..Value::default() })
        }
        "asyncio.Queue"
        | "queue.Queue"
        | "queue.SimpleQueue"
        | "queue.LifoQueue"
        | "multiprocessing.Queue" => Some(list_from(Vec::new())),
        "Set" | "list" | "set" | "tuple" | "sorted" | "frozenset" | "collections.deque" | "Array.from"
        | "dict.fromkeys" => sequences::made(engine, act, state, site, api, arguments),
        _ if api.starts_with("itertools.") || api.starts_with("more_itertools.") => {
            sequences::made(engine, act, state, site, api, arguments)
        }
        // What stands in for an object, or for a request of the platform's.
        "Proxy" | "Request" if site.is_new => first.cloned(),
        // A table: `.get`, `.set` and `.has` read and write it as fields of an object.
        "Map" | "WeakMap" | "Headers" | "undici.Headers" | "node-fetch.Headers" => Some(match first {
            Some(pairs) if matches!(pairs.shape, Shape::List(_)) => table(engine, state, pairs),
            Some(other) if other.taints.is_some() => other.clone(),
            Some(Value { shape: shape @ Shape::Object(_), .. }) => {
                Value { shape: shape.clone(), ..Value::default() }
            }
            _ => Value { shape: Shape::Object(Rc::default()), ..Value::default() },
        }),
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
            Shape::Object(fields) if fields.rest.is_none() => list_from(
                fields
                    .order
                    .iter()
                    .filter_map(|name| fields.known.get(name).map(|value| (**value).clone()))
                    .collect(),
            ),
            _ => list_of(engine.held(first?, site.place)),
        }),
        "Object.entries" => Some(entries(engine, first?)),
        "Object.assign" if matches!(first?.shape, Shape::Object(_)) => {
            Some(engine.merged(state, &arguments.positional, site.place))
        }
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
        "enumerate" => {
            let element = engine.element(first?);
            Some(list_of(list_from(vec![Value::default(), element])))
        }
        "String.raw" => {
            let texts = first?.items().unwrap_or_default();
            let mut values = arguments.positional.iter().skip(1);
            let mut pieces = Vec::new();
            for text in texts {
                pieces.push(text.clone());
                pieces.extend(values.next().cloned());
            }
            pieces.extend(values.cloned());
            Some(engine.concat(state, &pieces, Some(site.place)))
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
                None => engine.some_method(object, name.prefix().unwrap_or_default()),
            }
        }
        // What a check tells its context makes the value unfit: nothing goes on with it.
        "process.exit"
        | "sys.exit"
        | "os._exit"
        | "exit"
        | "quit"
        | "flask.abort"
        | "quart.abort"
        | "bottle.abort"
        | "werkzeug.exceptions.abort"
        | "zod.RefinementCtx().addIssue" => {
            state.dead = true;
            nothing()
        }
        // `asyncio.get_running_loop().getaddrinfo(…)`, `new Resolver().resolve4(…)`.
        _ if api.ends_with(").getaddrinfo") || api.ends_with(").resolve4") || api.ends_with(").resolve6") => {
            let value = first?;
            Some(Value { about: value.about.or(value.id.map(|id| (id, Hazards::HOST))), ..value.clone() })
        }
        // A compiled pattern: `re.compile("x").sub(y, text)`.
        _ if api.starts_with('/') && (api.ends_with(".sub") || api.ends_with(".subn")) => {
            let subject = arguments.positional.get(1)?;
            if let Some(filled) = filled_by(engine, act, state, site, first, subject) {
                return Some(filled);
            }
            let pattern = site.receiver.as_ref().and_then(literal_text).unwrap_or_default();
            engine.run_callbacks(act, state, site, arguments, &[]);
            let live =
                regex::when_replaced(&pattern, "", arguments.positional.first().and_then(Value::as_str));
            Some(derived(engine, state, subject, Hazards::ALL - live))
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

/// A text of the program's own in which a function fills the places: `re.sub(r"{(\w+)}", lambda m: given[m[1]], path)`.
fn filled_by<'a>(
    engine: &mut Engine<'a>,
    act: &mut Activation<'a>,
    state: &mut State,
    site: &Site,
    function: Option<&Value>,
    text: &Value,
) -> Option<Value> {
    let function = function.filter(|function| function.is_function() && text.taints.is_none())?;
    let given = call_with(engine, act, state, site, function, vec![Value::default()]);
    given.taints.is_some().then(|| engine.concat(state, &[text.clone(), given], Some(site.place)))
}

/// What is encoded for one segment of a URL, without the hazards `gone`; dots are no part of what is encoded, and count
/// where the segments are those of one text.
fn segment(engine: &mut Engine<'_>, state: &State, text: &Value, gone: Hazards) -> Value {
    let mut value = derived(engine, state, text, Hazards::NONE);
    let is_part = engine.is_part_of_text(&value);
    let encoded = |taint: &Taint| {
        let dots = if is_part && taint.live.any(Hazards::PATH_UP) { Hazards::DOTS } else { Hazards::NONE };
        Taint { live: (taint.live - gone) | dots, ..*taint }
    };
    let all = value.taints.iter().flat_map(|all| all.iter()).map(encoded);
    let kept: Vec<Taint> = all.filter(|taint| !taint.live.is_none()).collect();
    value.taints = (!kept.is_empty()).then(|| kept.into());
    value
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
            | "CallToolResult"
            | "TextContent"
    )
}
