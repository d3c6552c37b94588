//! Comparisons and checks: what a condition says about the values in it.

use std::rc::Rc;

use super::{
    Hazards,
    call::{Arguments, Site},
    engine::Engine,
    found::is_match,
    nodes, pieces,
    regex::{self, Applied},
    secrets::callers,
    state::State,
    value::{Facts, Items, Known, Marks, Shape, SourceKind, Taint, Value, ValueId},
};

fn facts(when_true: Vec<(ValueId, Hazards)>, when_false: Vec<(ValueId, Hazards)>) -> Option<Rc<Facts>> {
    (!when_true.is_empty() || !when_false.is_empty()).then(|| Rc::new(Facts { when_true, when_false }))
}

/// The same, and about the text whose first word the value is: that it chooses no program.
fn settled_word(engine: &Engine<'_>, value: &Value) -> Vec<(ValueId, Hazards)> {
    let text = value.id.and_then(|id| engine.first_words.get(&id));
    settled(value).into_iter().chain(text.map(|id| (*id, Hazards::NAME))).collect()
}

/// What is established about `value` when it is one of known values: everything, and what it speaks about.
fn settled(value: &Value) -> Vec<(ValueId, Hazards)> {
    let own = value.id.filter(|_| callers(value)).map(|id| (id, Hazards::ALL));
    let forms = value.forms.iter().flat_map(|forms| forms.iter()).map(|id| (*id, Hazards::PATH));
    own.into_iter().chain(value.about).chain(forms).collect()
}

/// What stands for the class of an address: `"unicast"`, `"private"`.
const ADDRESS_CLASS: &str = "address.range()";

/// What is established about an address whose class is one of `classes`, or none of them.
fn address_class(class: &Value, classes: &[Value]) -> Option<Rc<Facts>> {
    let about = class.about.filter(|_| class.api() == Some(ADDRESS_CLASS))?;
    let lists = |name| classes.iter().any(|one| one.as_str() == Some(name));
    match (lists("unicast"), lists("private") && lists("loopback")) {
        (true, false) => facts(vec![about], Vec::new()),
        (false, true) => facts(Vec::new(), vec![about]),
        _ => None,
    }
}

/// What stands for the number of members of a list.
const LENGTH: &str = "list.length";

/// The number of members of a list: above zero, there is one that passed what left it in the list.
pub(crate) fn length(list: &Value, known: Known) -> Value {
    let marks = Marks { configured: list.is_configuration(), ..Marks::default() };
    match &list.facts {
        Some(facts) => {
            let facts = Some(Rc::clone(facts));
            Value {
                known: Known::Nothing,
                shape: Shape::Api(LENGTH.into()),
                facts,
                marks,
                ..Value::default()
            }
        }
        None => Value { known, marks, ..Value::default() },
    }
}

/// `a == b`.
pub(crate) fn equality(engine: &Engine<'_>, a: &Value, b: &Value) -> Option<Rc<Facts>> {
    let (subject, other) = match (speaks(a), speaks(b)) {
        (true, false) => (a, b),
        (false, true) => (b, a),
        _ => return None,
    };
    if subject.api() == Some(ADDRESS_CLASS) {
        return address_class(subject, std::slice::from_ref(other));
    }
    if let Some(id) = nodes::kind_of(subject) {
        return nodes::of_kinds(engine, id, other);
    }
    // `url.protocol === "data:"`: there is no host in it.
    if let Some((id, Hazards::LINK)) = subject.about
        && !callers(subject)
        && matches!(
            other.as_str(),
            Some("data:" | "blob:" | "about:" | "data" | "blob" | "about" | "mailto:")
        )
    {
        return facts(vec![(id, Hazards::HOST | Hazards::REDIRECT)], Vec::new());
    }
    // `x.charAt(0) === "-"`.
    if other.as_str() == Some("-")
        && let Some(first) = subject.about.filter(|(_, hazards)| *hazards == Hazards::ARGUMENT)
    {
        return facts(Vec::new(), vec![first]);
    }
    // `typeof x === "number"`.
    if !callers(subject)
        && let Some((id, hazards)) = subject.about
        && hazards.is_none()
    {
        return match other.as_str() {
            Some("number" | "boolean" | "bigint" | "undefined" | "function") => {
                facts(vec![(id, Hazards::ALL)], Vec::new())
            }
            // What is no text is harmless where a text would do harm.
            Some("string") => {
                facts(vec![(id, Hazards::STRUCTURE)], vec![(id, Hazards::ALL - Hazards::STRUCTURE)])
            }
            _ => None,
        };
    }
    // `x.indexOf(y) === -1`, and other tests whose result is compared with a constant.
    if let Some(own) = &subject.facts
        && (!callers(subject) || is_match(subject))
    {
        if subject.api() == Some(LENGTH) {
            let is_zero = matches!(other.known, Known::Number(0.0));
            return is_zero.then(|| facts(own.when_false.clone(), own.when_true.clone())).flatten();
        }
        return match other.known {
            Known::Bool(true) => Some(Rc::clone(own)),
            Known::Bool(false) | Known::Number(-1.0) | Known::Null => {
                facts(own.when_false.clone(), own.when_true.clone())
            }
            _ => None,
        };
    }
    // `relative(base, x).split(sep)[0] === ".."`.
    if subject.marks.relative
        && other.as_str() == Some("..")
        && engine.is_piece(subject)
        && let Some((base, gone)) = subject.about
    {
        return facts(Vec::new(), contained(subject, base, gone));
    }
    facts(settled_word(engine, subject), not_upward(engine, subject, std::slice::from_ref(other)))
}

/// A piece of a path that is not `..`, where `refused` holds that.
fn not_upward(engine: &Engine<'_>, piece: &Value, refused: &[Value]) -> Vec<(ValueId, Hazards)> {
    let upward = refused.iter().any(|value| value.as_str() == Some(".."));
    let id = piece.id.filter(|_| upward && engine.is_piece(piece));
    id.map(|id| (id, Hazards::PATH_UP | Hazards::URL_PATH)).into_iter().collect()
}

/// Fewest options that make a list of refused ones. Chosen: one or two are a special case, not a policy.
const FEWEST_REFUSED: usize = 3;

/// A word that is none of the options that a list refuses: whoever wrote it down knows what the program takes.
fn refused_options(engine: &Engine<'_>, word: &Value, refused: &[Value]) -> Option<(ValueId, Hazards)> {
    let names = || refused.iter().filter_map(Value::as_str);
    if names().filter(|name| name.starts_with('-')).count() >= FEWEST_REFUSED {
        return word.id.map(|id| (id, Hazards::ARGUMENT));
    }
    let option = engine.option_names.get(&word.id?)?;
    (names().count() >= FEWEST_REFUSED).then_some((*option, Hazards::ARGUMENT))
}

fn speaks(value: &Value) -> bool {
    callers(value) || value.about.is_some() || value.facts.is_some()
}

/// `a in b`, `b.includes(a)`, `b.has(a)`.
pub(crate) fn membership(engine: &Engine<'_>, a: &Value, b: &Value) -> Option<Rc<Facts>> {
    if a.api() == Some(ADDRESS_CLASS) {
        return address_class(a, b.items().unwrap_or_default());
    }
    if let Some(id) = nodes::kind_of(a) {
        return nodes::of_kinds(engine, id, b);
    }
    // `".." in path.split("/")`.
    if let Shape::List(items) = &b.shape
        && a.as_str() == Some("..")
    {
        let pieces = items.known.iter().chain(&items.rest).filter_map(|item| engine.pieces.get(&item.id?));
        let gone = Hazards::PATH_UP | Hazards::URL_PATH;
        let wholes = pieces.map(|(whole, mask)| (*whole, gone & *mask)).collect();
        return facts(Vec::new(), engine.with_wholes(wholes));
    }
    // `base in path.parents`.
    if b.about.is_some() && !callers(a) && !callers(b) {
        return facts(settled(b), Vec::new());
    }
    if callers(b) && !callers(a) {
        // A text is looked for in a caller's text.
        let id = b.id?;
        let gone = match a.as_str()? {
            ".." | "../" => Hazards::PATH_UP,
            "/" => Hazards::PATH_UP | Hazards::PATH_ABSOLUTE | Hazards::URL_PATH,
            "\n" => Hazards::LOG,
            _ => return None,
        };
        return facts(Vec::new(), vec![(id, gone)]);
    }
    let is_text = matches!(b.known, Known::Text(_) | Known::Affixes(..));
    // What something unknown looks up for a caller's key is not the caller's: `client.redirect_uris`.
    // Nor is what an earlier request left behind, or another server answers, which a request is held against.
    let answered = |taint: &Taint| taint.source == SourceKind::Upstream;
    let is_answer = a.taints.iter().flat_map(|taints| taints.iter()).any(answered);
    let looked_up = b.taints.as_ref().is_some_and(|taints| {
        taints.iter().all(|taint| {
            taint.weak || taint.origin.0.get() <= engine.entered_at || answered(taint) && !is_answer
        })
    });
    if callers(b) && !looked_up {
        return None;
    }
    match b.as_str() {
        // A piece of a known text has its characters.
        Some(text) => {
            let id = a.id.filter(|_| callers(a))?;
            let gone = Hazards::ALL - regex::of_characters(text);
            facts(vec![(id, gone)], Vec::new())
        }
        None if is_text => None,
        None => {
            let members = b.items().unwrap_or_default();
            let mut others = not_upward(engine, a, members);
            others.extend(refused_options(engine, a, members));
            facts(settled_word(engine, a), others)
        }
    }
}

/// `a < b`: a number that is compared is a number in JavaScript only by accident; `x.indexOf(y) >= 0` is a test.
pub(crate) fn comparison(engine: &Engine<'_>, a: &Value, b: &Value) -> Option<Rc<Facts>> {
    if let Some(facts) = of_no_other_characters(engine, a, b).or_else(|| all_among(engine, a, b)) {
        return Some(facts);
    }
    let own = a.facts.as_ref().filter(|_| !callers(a) || is_match(a))?;
    match b.known {
        Known::Number(0.0 | -1.0) => Some(Rc::clone(own)),
        _ => None,
    }
}

/// `set(words) <= ALLOWED`: every member of one list is in the other.
fn all_among(engine: &Engine<'_>, members: &Value, allowed: &Value) -> Option<Rc<Facts>> {
    let results = in_each(engine, members, allowed)?;
    engine.quantified(&results, true)
}

/// `set(words) - ALLOWED`: what is left are members that are not in the other list.
pub(crate) fn difference(engine: &Engine<'_>, members: &Value, refused: &Value) -> Option<Rc<Facts>> {
    let results = in_each(engine, members, refused)?;
    let outside = |value: Value| Value { facts: super::exec::negated(value.facts.as_ref()), ..value };
    let results: Vec<Value> = results.into_iter().map(outside).collect();
    engine.quantified(&results, false)
}

/// For each member of a list, whether it is in another.
fn in_each(engine: &Engine<'_>, members: &Value, list: &Value) -> Option<Vec<Value>> {
    let (Shape::List(items), Shape::List(_)) = (&members.shape, &list.shape) else { return None };
    if callers(list) {
        return None;
    }
    let each = items.known.iter().chain(&items.rest);
    Some(each.map(|item| Value { facts: membership(engine, item, list), ..Value::default() }).collect())
}

/// `set(x) <= ALLOWED`, `set(x).issubset("abc…")`: every character of the text is one of those.
fn of_no_other_characters(engine: &Engine<'_>, set: &Value, allowed: &Value) -> Option<Rc<Facts>> {
    let Shape::List(items) = &set.shape else { return None };
    let piece = items.rest.as_ref().filter(|piece| items.known.is_empty() && callers(piece))?;
    let gone = Hazards::ALL - regex::of_characters(allowed.as_str()?);
    facts(engine.with_wholes(vec![(piece.id?, gone)]), Vec::new())
}

/// Properties that speak about the value that they are read from.
pub(crate) fn property(engine: &mut Engine<'_>, object: &Value, name: &str) -> Option<Value> {
    if let Some(value) = nodes::name_of_kind(object, name) {
        return Some(value);
    }
    let id = object.id?;
    object.taints.as_ref()?;
    let is_url = object.api().is_some_and(|path| {
        path.ends_with("URL()")
            || path.ends_with("urlparse()")
            || path.ends_with("urlsplit()")
            || path.ends_with("parse()")
    });
    let place =
        object.place.unwrap_or(crate::rule::Place { file: super::call::NO_FILE, span: Default::default() });
    match name {
        // The function that a node of a parsed text calls, and its name.
        "func" if engine.is_piece(object) => {
            let mut value = engine.child(object, name, place);
            value.about = Some((id, Hazards::CODE));
            Some(value)
        }
        "id" if matches!(object.about, Some((_, Hazards::CODE))) => {
            let mut value = engine.child(object, name, place);
            value.about = object.about;
            Some(value)
        }
        "hostname" | "host" | "netloc" | "origin" if is_url => {
            let mut value = engine.child(object, name, place);
            value.about = Some((id, Hazards::HOST | Hazards::REDIRECT));
            Some(value)
        }
        // What a URL calls its path has no dot segments any more, and begins at the root.
        "pathname" if is_url => {
            let mut value = engine.child(object, name, place);
            value.taints = value.taints.map(|all| {
                let tidy = Hazards::PATH_UP | Hazards::URL_PATH | Hazards::HOST;
                all.iter().map(|taint| super::value::Taint { live: taint.live - tidy, ..*taint }).collect()
            });
            Some(value)
        }
        // Each is empty, or begins with a sign that ends the path.
        "search" | "hash" if is_url => {
            let mut value = engine.child(object, name, place);
            value.taints = value.taints.map(|all| {
                let behind = Hazards::PATH_UP | Hazards::URL_PATH | Hazards::HOST;
                all.iter().map(|taint| super::value::Taint { live: taint.live - behind, ..*taint }).collect()
            });
            Some(value)
        }
        "full_url" if object.api() == Some("urllib.request.Request()") => {
            Some(Value { shape: Shape::Unknown, ..object.clone() })
        }
        "href" if is_url => Some(Value { shape: Shape::Unknown, ..object.clone() }),
        "protocol" | "scheme" if is_url => {
            Some(Value { about: Some((id, Hazards::LINK)), ..Value::default() })
        }
        "port" if is_url => Some(Value { about: Some((id, Hazards::NONE)), ..Value::default() }),
        "parents" => {
            let about = gone_by_containment(object).map(|gone| (id, gone));
            let forms = about.is_some().then(|| object.forms.clone()).flatten();
            Some(Value { about, forms, ..Value::default() })
        }
        "is_private" | "is_loopback" | "is_link_local" | "is_reserved" => {
            Some(Value { facts: facts(Vec::new(), without_host(object)), ..Value::default() })
        }
        "is_global" => Some(Value { facts: facts(without_host(object), Vec::new()), ..Value::default() }),
        "name" | "stem" if object.api().is_some_and(|path| path.contains("Path")) => {
            let mut value = engine.child(object, name, place);
            value.taints = value.taints.map(|all| {
                all.iter()
                    .map(|taint| super::value::Taint {
                        live: taint.live - Hazards::PATH - Hazards::URL_PATH,
                        ..*taint
                    })
                    .collect()
            });
            Some(value)
        }
        "parts" if object.api().is_some_and(|path| path.contains("Path")) => {
            let piece = engine.child(object, name, place);
            engine.note_piece(piece.id, object.id, pieces::mask(Some("/")));
            let items = Items { known: Vec::new(), rest: Some(Value { shape: Shape::Unknown, ..piece }) };
            Some(Value { shape: Shape::List(Rc::new(items)), ..Value::default() })
        }
        "suffix" => Some(engine.child(object, name, place)),
        "parent" if object.api().is_some_and(|path| path.contains("Path")) => Some(object.clone()),
        _ => None,
    }
}

/// What is established where a path is inside a folder: about it, and about the paths that it is a form of.
fn contained(path: &Value, id: ValueId, gone: Hazards) -> Vec<(ValueId, Hazards)> {
    let forms = path.forms.iter().flat_map(|forms| forms.iter()).map(|form| (*form, gone));
    std::iter::once((id, gone)).chain(forms).collect()
}

/// What containment in a folder establishes about a path, as it was made.
fn gone_by_containment(path: &Value) -> Option<Hazards> {
    if path.marks.real {
        Some(Hazards::PATH)
    } else if path.marks.normalised {
        Some(Hazards::PATH_UP | Hazards::PATH_ABSOLUTE)
    } else {
        None
    }
}

/// Calls that test: `allowed.includes(x)`, `x.startsWith(base)`, `re.test(x)`, `isinstance(x, int)`.
pub(crate) fn call(
    engine: &mut Engine<'_>,
    state: &mut State,
    site: &Site,
    api: Option<&str>,
    arguments: &Arguments,
) -> Option<Value> {
    let first = arguments.positional.first();
    let test = |facts: Option<Rc<Facts>>| Some(Value { facts, ..Value::default() });
    match api {
        Some("isinstance") => {
            let (subject, kinds) = (first?, arguments.positional.get(1)?);
            if let Some(facts) = subject.id.and_then(|id| nodes::of_kinds(engine, id, kinds)) {
                return test(Some(facts));
            }
            let harmless = |value: &Value| {
                matches!(
                    value.api(),
                    Some("int" | "float" | "bool" | "complex" | "decimal.Decimal" | "uuid.UUID")
                )
            };
            let all = match kinds.items() {
                Some(items) => !items.is_empty() && items.iter().all(harmless),
                None => harmless(kinds),
            };
            return test(if all { facts(settled(subject), Vec::new()) } else { None });
        }
        Some(
            "Number.isInteger" | "Number.isFinite" | "Number.isSafeInteger" | "isFinite" | "uuid.validate",
        ) => {
            return test(facts(settled(first?), Vec::new()));
        }
        // An address is no other text, whichever host it names.
        Some("net.isIP" | "net.isIPv4" | "net.isIPv6" | "is-ip" | "is-ip.isIP") => {
            let host = Hazards::HOST | Hazards::REDIRECT;
            let all = settled(first?).into_iter().map(|(id, gone)| (id, gone - host)).collect();
            return test(facts(all, Vec::new()));
        }
        Some(
            "Object.hasOwn"
            | "Reflect.has"
            | "Object.prototype.hasOwnProperty.call"
            | "Object.hasOwnProperty.call",
        ) => {
            return test(membership(engine, arguments.positional.get(1)?, first?));
        }
        // What goes on only where it holds.
        Some(
            "assert" | "assert.ok" | "assert.strict" | "assert.strict.ok" | "tiny-invariant" | "invariant",
        ) => {
            let held = first?.facts.clone();
            state.assume(held.as_ref().map_or(&[], |facts| &facts.when_true));
            return test(None);
        }
        Some("assert.equal" | "assert.strictEqual" | "assert.strict.equal" | "assert.deepStrictEqual") => {
            let held = equality(engine, first?, arguments.positional.get(1)?);
            state.assume(held.as_ref().map_or(&[], |facts| &facts.when_true));
            return test(None);
        }
        Some("isNaN" | "Number.isNaN") => return test(facts(Vec::new(), settled(first?))),
        Some("path.isAbsolute" | "os.path.isabs") => {
            let id = first?.id?;
            return test(facts(vec![(id, ROOTED)], vec![(id, Hazards::PATH_ABSOLUTE)]));
        }
        Some("any" | "all") if matches!(first?.shape, Shape::List(_)) => {
            let Shape::List(items) = &first?.shape else { return None };
            let results: Vec<Value> = items.known.iter().chain(&items.rest).cloned().collect();
            return test(engine.quantified(&results, api == Some("all")));
        }
        Some("re.match" | "re.fullmatch" | "re.search" | "regex.match" | "regex.fullmatch") => {
            let applied = applied_by(api?);
            let (pattern, subject) = (first?, arguments.positional.get(1)?);
            let text = pattern.as_str().map(str::to_owned).or_else(|| compiled(pattern))?;
            let facts = matched(&text, "", applied, subject);
            return Some(engine.found(state, (&text, ""), subject, facts));
        }
        // A list of networks that are not to be reached.
        Some(
            "net.BlockList().check"
            | "ip-range-check"
            | "range_check.inRange"
            | "ip6addr.createCIDR().contains",
        ) => {
            return test(first.and_then(private));
        }
        _ => {}
    }
    if let Some(path) = api {
        if let Some(facts) = first.and_then(|subject| address_facts(path, subject)) {
            return test(Some(facts));
        }
        // A compiled pattern: `/x/.test(y)`, `re.compile("x").match(y)`, `new RegExp("x").test(y)`.
        if let Some((pattern, flags, method)) = pattern_of(site.receiver.as_ref(), path) {
            let subject = first?;
            let applied = match method {
                "test" | "exec" | "search" => Applied::Anywhere,
                "match" => Applied::FromStart,
                "fullmatch" => Applied::Whole,
                _ => return None,
            };
            let facts = matched(&pattern, &flags, applied, subject);
            return match method {
                "test" => test(facts),
                _ => Some(engine.found(state, (&pattern, &flags), subject, facts)),
            };
        }
    }
    let receiver = site.receiver.as_ref()?;
    match site.method.as_deref()? {
        "includes" | "has" | "indexOf" | "contains" | "__contains__" | "hasOwn" | "hasOwnProperty" => {
            test(membership(engine, first?, receiver))
        }
        "issubset" | "isSubsetOf" => {
            let allowed = first?;
            test(
                of_no_other_characters(engine, receiver, allowed)
                    .or_else(|| all_among(engine, receiver, allowed)),
            )
        }
        "issuperset" | "isSupersetOf" => test(all_among(engine, first?, receiver)),
        "some" | "every" | "find" | "findIndex" => None,
        "startsWith" | "startswith" => {
            let prefix = engine.bake(first?, &state.cleared);
            test(starts_with(receiver, &prefix))
        }
        "match" | "search" if callers(receiver) => {
            let (pattern, flags) = literal_pattern(first?)?;
            let facts = matched(&pattern, &flags, Applied::Anywhere, receiver);
            if site.method.as_deref() == Some("search") {
                return test(facts);
            }
            let found = engine.found(state, (&pattern, &flags), receiver, facts);
            Some(if flags.contains('g') { engine.all_found(&found) } else { found })
        }
        "is_absolute" => {
            let id = receiver.id?;
            test(facts(vec![(id, ROOTED)], engine.with_wholes(vec![(id, Hazards::PATH_ABSOLUTE)])))
        }
        "is_relative_to" => {
            let id = receiver.id?;
            test(
                gone_by_containment(receiver)
                    .and_then(|gone| facts(contained(receiver, id, gone), Vec::new())),
            )
        }
        "relative_to" => {
            // Throws unless it is inside.
            let id = receiver.id?;
            if let Some(gone) = gone_by_containment(receiver) {
                state.assume(&contained(receiver, id, gone));
            }
            Some(receiver.clone())
        }
        "isdigit" | "isnumeric" | "isdecimal" | "isalnum" | "isalpha" | "isidentifier" => {
            let id = receiver.id?;
            let gone = Hazards::ALL - Hazards::PATH_LINK - Hazards::NAME - Hazards::TOKEN - Hazards::SIZE;
            test(facts(engine.with_wholes(vec![(id, gone)]), Vec::new()))
        }
        "endsWith" | "endswith" => test(ends_with(receiver, first?)),
        // A class of addresses: everything else is private, reserved or local.
        "range" if receiver.about.is_some() => {
            let shape = Shape::Api(ADDRESS_CLASS.into());
            Some(Value { about: receiver.about, shape, ..Value::default() })
        }
        _ => None,
    }
}

/// `host.endsWith(".example.com")`: the end of a host is fixed behind a dot.
fn ends_with(subject: &Value, suffix: &Value) -> Option<Rc<Facts>> {
    let about = subject.about.filter(|(_, hazards)| hazards.any(Hazards::HOST))?;
    let is_domain =
        |value: &Value| !callers(value) && value.prefix().is_some_and(|text| text.starts_with('.'));
    let all = match suffix.items() {
        Some(items) => !items.is_empty() && items.iter().all(is_domain),
        None => is_domain(suffix),
    };
    if all { facts(vec![about], Vec::new()) } else { None }
}

fn applied_by(api: &str) -> Applied {
    match api.rsplit('.').next() {
        Some("match") => Applied::FromStart,
        Some("fullmatch") => Applied::Whole,
        _ => Applied::Anywhere,
    }
}

fn matched(pattern: &str, flags: &str, applied: Applied, subject: &Value) -> Option<Rc<Facts>> {
    let gone = Hazards::ALL - regex::when_matched(pattern, flags, applied);
    let unmatched = match applied {
        Applied::Anywhere => Hazards::ALL - regex::when_unmatched(pattern, flags),
        _ => Hazards::NONE,
    };
    // `/^-/`: what does not begin with a dash is no option.
    let dash = matches!(pattern.trim_end_matches(['+', '?', '*']), "^-" | "^--" | "^\\-");
    let unmatched = if dash { unmatched | Hazards::ARGUMENT } else { unmatched };
    let id = subject.id.filter(|_| callers(subject))?;
    // What a pattern says of a host name it says of the URL only where it settles the host.
    let about = subject.about.filter(|_| gone.any(Hazards::HOST) || regex_settles_host(pattern, applied));
    let when_true = [(id, gone)].into_iter().filter(|(_, gone)| !gone.is_none()).chain(about).collect();
    let when_false = [(id, unmatched)].into_iter().filter(|(_, gone)| !gone.is_none()).collect();
    facts(when_true, when_false)
}

/// `^([a-z]+\.)?example\.com$`: the end of the host is fixed behind a dot.
fn regex_settles_host(pattern: &str, applied: Applied) -> bool {
    let ends = pattern.ends_with('$') || applied == Applied::Whole;
    let starts = pattern.starts_with('^') || applied != Applied::Anywhere;
    ends && starts && pattern.contains("\\.")
}

/// A pattern written as a literal, or compiled from one.
fn literal_pattern(value: &Value) -> Option<(String, String)> {
    match value.api() {
        Some(path) if path.starts_with('/') => {
            let end = path.rfind('/')?;
            Some((path.get(1..end)?.to_owned(), path[end + 1..].to_owned()))
        }
        _ => value.as_str().map(|text| (text.to_owned(), String::new())),
    }
}

pub(super) fn compiled(value: &Value) -> Option<String> {
    literal_pattern(value).map(|(pattern, _)| pattern)
}

fn pattern_of<'p>(receiver: Option<&Value>, path: &'p str) -> Option<(String, String, &'p str)> {
    let receiver = receiver?;
    let (_, method) = path.rsplit_once('.')?;
    if !matches!(method, "test" | "exec" | "match" | "fullmatch" | "search") {
        return None;
    }
    let (pattern, flags) = literal_pattern(receiver)?;
    Some((pattern, flags, method))
}

/// What a function that is named for telling private addresses apart says of its argument.
pub(crate) fn address_facts(name: &str, subject: &Value) -> Option<Rc<Facts>> {
    let found = private(subject)?;
    match address_check(name)? {
        Check::Private => Some(found),
        Check::Public => {
            Some(Rc::new(Facts { when_true: found.when_false.clone(), when_false: found.when_true.clone() }))
        }
    }
}

enum Check {
    Private,
    Public,
}

/// Functions that are named for what they tell of an address: whether it is private.
fn address_check(path: &str) -> Option<Check> {
    let name = path.rsplit(['.', ':']).next()?.to_ascii_lowercase().replace('_', "");
    let is = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if name.starts_with("is")
        && is(&[
            "privateip",
            "isprivate",
            "internalip",
            "loopback",
            "blockedhost",
            "privatehost",
            "privateaddress",
        ])
    {
        Some(Check::Private)
    } else if name.starts_with("is") && is(&["publicip", "publicurl", "safeurl", "allowedhost", "allowedurl"])
    {
        Some(Check::Public)
    } else {
        None
    }
}

fn private(value: &Value) -> Option<Rc<Facts>> {
    facts(Vec::new(), without_host(value))
}

/// What is established of an address that is known to be public: of itself, and of what it is an address of.
fn without_host(address: &Value) -> Vec<(ValueId, Hazards)> {
    let base = address.about.map(|(id, _)| id).filter(|base| address.id != Some(*base));
    address.id.into_iter().chain(base).map(|id| (id, Hazards::HOST)).collect()
}

/// What a text that begins with `/` cannot be: an option, more of a host's name, a script's address.
const ROOTED: Hazards = Hazards::LINK.or(Hazards::ARGUMENT).or(Hazards::AUTHORITY);

/// `x.startsWith(prefix)`.
fn starts_with(subject: &Value, prefix: &Value) -> Option<Rc<Facts>> {
    let id = subject.id.filter(|_| callers(subject))?;
    let text = prefix.as_str();
    // A path seen from its base: the ways out all begin with `..`.
    if subject.marks.relative && text.or(prefix.prefix()).is_some_and(|text| text.starts_with("..")) {
        let (base, gone) = subject.about.unwrap_or((id, Hazards::PATH_UP));
        return facts(Vec::new(), contained(subject, base, gone));
    }
    // `startsWith(path.sep)` where the folder is the root itself.
    if prefix.api().is_some_and(|path| path.ends_with("sep")) {
        return gone_by_containment(subject).and_then(|gone| facts(contained(subject, id, gone), Vec::new()));
    }
    match text {
        Some("-" | "--") => return facts(Vec::new(), vec![(id, Hazards::ARGUMENT)]),
        Some("/") => {
            return facts(vec![(id, ROOTED)], vec![(id, Hazards::PATH_ABSOLUTE)]);
        }
        Some("..") => return None,
        Some(text) if text.contains("://") => {
            let rest = text.split_once("://").map_or("", |(_, rest)| rest);
            return if rest.contains(['/', '?', '#']) {
                let gone = Hazards::HOST | Hazards::REDIRECT | Hazards::ARGUMENT | Hazards::LINK;
                facts(vec![(id, gone)], Vec::new())
            } else {
                facts(vec![(id, Hazards::ARGUMENT | Hazards::LINK)], Vec::new())
            };
        }
        _ => {}
    }
    // A folder that a caller chose is no confinement, unless what they gave cannot leave the one that it is put into.
    let chosen = prefix.taints.iter().flat_map(|taints| taints.iter());
    if chosen.into_iter().any(|taint| taint.live.any(Hazards::PATH_UP | Hazards::PATH_ABSOLUTE)) {
        return None;
    }
    let is_http =
        |value: &Value| value.as_str().is_some_and(|text| text.starts_with("http") && text.contains(':'));
    if prefix.items().is_some_and(|items| !items.is_empty() && items.iter().all(is_http)) {
        return facts(vec![(id, Hazards::LINK | Hazards::ARGUMENT)], Vec::new());
    }
    // Behind an address up to a slash stands no other host.
    let Some(gone) = gone_by_containment(subject) else {
        let host = vec![(id, Hazards::HOST | Hazards::REDIRECT | Hazards::LINK)];
        return facts(host, Vec::new()).filter(|_| prefix.marks.ends_with_separator);
    };
    let outside = match prefix.api() {
        Some("path.sep" | "os.sep" | "os.path.sep") => vec![(id, Hazards::PATH_ABSOLUTE)],
        _ => Vec::new(),
    };
    if prefix.marks.ends_with_separator { facts(contained(subject, id, gone), outside) } else { None }
}
