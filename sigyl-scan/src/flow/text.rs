//! Operators, and text that is put together.

use std::rc::Rc;

use super::{
    Hazards,
    engine::Engine,
    eval::known,
    exec::{Activation, negated},
    guards, join, pieces,
    secrets::callers,
    state::State,
    value::{Facts, Items, Known, Marks, Shape, Value, ValueId},
};
use crate::{
    ir::{BinaryOp, ExprId, ExprKind, Module},
    rule::Place,
};

/// Folders from which the user's own paths are read.
const OWN_FOLDERS: &[&str] = &[
    "os.homedir()",
    "process.cwd()",
    "process.env.HOME",
    "process.env.USERPROFILE",
    "os.getcwd()",
    "os.path.expanduser()",
];

/// Longest text that is kept while it is put together, bytes. Chosen.
const LONGEST_TEXT: usize = 4096;

/// True for a caller's value of unknown structure beside an empty one that stands for it where it is missing.
pub(super) fn stays_itself(value: &Value, other: &Value) -> bool {
    let is_empty = match &other.shape {
        Shape::Object(fields) => fields.known.is_empty() && fields.rest.is_none(),
        Shape::List(items) => items.known.is_empty() && items.rest.is_none(),
        _ => false,
    };
    is_empty && value.id.is_some() && value.taints.is_some() && matches!(value.shape, Shape::Unknown)
}

/// `process.env.GIT_PATH || "git"`: how a setting ends where whoever runs the server names what is meant.
pub(super) fn usual(setting: &Value, instead: &Value) -> Option<Known> {
    let text = instead.as_str().filter(|text| !text.is_empty() && !text.contains(['/', ':', ' ']))?;
    let plain =
        matches!(setting.known, Known::Nothing) && setting.taints.is_none() && instead.taints.is_none();
    (plain && setting.is_configuration()).then(|| Known::affixes("", text))
}

impl<'a> Engine<'a> {
    pub(super) fn binary(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        op: BinaryOp,
        left: ExprId,
        right: ExprId,
        place: Place,
    ) -> Value {
        match op {
            BinaryOp::And | BinaryOp::Or | BinaryOp::Coalesce => self.logical(act, state, op, left, right),
            BinaryOp::Add => {
                // Long chains of `+` lean to the left: their pieces are put together in one go.
                let mut pieces = vec![right];
                let mut at = left;
                while let ExprKind::Binary { op: BinaryOp::Add, left, right } = act.module.expr(at).kind {
                    pieces.push(right);
                    at = left;
                }
                pieces.push(at);
                let values: Vec<Value> =
                    pieces.iter().rev().map(|piece| self.eval(act, state, *piece)).collect();
                self.add(state, &values, place)
            }
            _ => {
                let a = self.eval(act, state, left);
                let b = self.eval(act, state, right);
                match op {
                    BinaryOp::Percent => self.format_percent(state, &a, &b, place),
                    BinaryOp::Divide => self.divide(state, &a, &b, place),
                    BinaryOp::Equal | BinaryOp::NotEqual => {
                        let facts = guards::equality(self, &a, &b);
                        let facts = if op == BinaryOp::Equal { facts } else { negated(facts.as_ref()) };
                        Value { facts, marks: tested(&a, &b), ..Value::default() }
                    }
                    BinaryOp::In | BinaryOp::NotIn => {
                        let facts = guards::membership(self, &a, &b);
                        let facts = if op == BinaryOp::In { facts } else { negated(facts.as_ref()) };
                        Value { facts, marks: tested(&a, &b), ..Value::default() }
                    }
                    BinaryOp::BitOr => {
                        let cleared = Rc::clone(&state.cleared);
                        match (&a.shape, &b.shape) {
                            (Shape::Object(_), Shape::Object(_)) => self.join((&a, &cleared), (&b, &cleared)),
                            _ => Value::default(),
                        }
                    }
                    // `set(words) - ALLOWED`.
                    BinaryOp::Subtract
                        if matches!((&a.shape, &b.shape), (Shape::List(_), Shape::List(_))) =>
                    {
                        let facts = guards::difference(self, &a, &b);
                        Value { facts, known: Known::Nothing, ..a }
                    }
                    BinaryOp::Order | BinaryOp::InstanceOf => {
                        let facts = guards::comparison(self, &a, &b);
                        Value { facts, marks: tested(&a, &b), ..Value::default() }
                    }
                    _ => Value::default(),
                }
            }
        }
    }

    pub(super) fn logical(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        op: BinaryOp,
        left: ExprId,
        right: ExprId,
    ) -> Value {
        // Long chains lean to the left.
        let mut rights = vec![right];
        let mut at = left;
        while let ExprKind::Binary { op: inner, left, right } = act.module.expr(at).kind {
            if inner != op {
                break;
            }
            rights.push(right);
            at = left;
        }
        let is_pair = rights.len() == 1 && op == BinaryOp::Or;
        let address = if is_pair { web_address(act.module, at, right) } else { None };
        // What a table holds for a key may be nothing.
        let mut may_miss = may_miss(act.module, at);
        let mut value = self.tested(act, state, at);
        for right in rights.into_iter().rev() {
            let mut entered = state.clone();
            if let Some(facts) = &value.facts {
                match op {
                    BinaryOp::And => entered.assume(&facts.when_true),
                    _ => entered.assume(&facts.when_false),
                }
            }
            let other = self.tested(act, &mut entered, right);
            let facts = combine(op, &value, &other);
            let joined = match op {
                // `a && b` is `b` unless it is false; `a || b` is either.
                BinaryOp::And => Value { facts: None, ..other.clone() },
                _ => match value.known {
                    Known::Null => other.clone(),
                    _ if join::truth(&value) == Some(true) && !may_miss => value.clone(),
                    // `args || {}` is `args`, as far as there is anything in it.
                    _ if stays_itself(&value, &other) => value.clone(),
                    _ => self.join((&value, &state.cleared), (&other, &entered.cleared)),
                },
            };
            let known = match (op, join::truth(&value), join::truth(&other)) {
                (BinaryOp::And, Some(false), _) => Known::Bool(false),
                (BinaryOp::Or, Some(true), _) if !may_miss => value.known.clone(),
                _ => joined.known.clone(),
            };
            let entered_known = match op {
                BinaryOp::And if join::truth(&value).is_none() && !matches!(known, Known::Nothing) => {
                    Known::Nothing
                }
                _ => known,
            };
            may_miss = false;
            let (set, other_set) = (value.is_configuration(), other.is_configuration());
            let configured = match op {
                // Where more than the settings decides, what follows is not only what they let happen.
                BinaryOp::And => set && other_set || (set || other_set) && facts.is_none(),
                // `process.env.HOSTS ?? ""`: what stands in for a setting is one.
                BinaryOp::Coalesce => {
                    set && (other_set || other.taints.is_none() && other.as_str().is_some())
                }
                _ => set && other_set,
            };
            let marks = Marks { configured, ..joined.marks };
            let usual = match op {
                BinaryOp::And => None,
                _ => usual(&value, &other),
            };
            value = Value { facts, known: usual.unwrap_or(entered_known), marks, ..joined };
            *state = self.join_states(std::mem::take(state), entered);
        }
        // What is an address of neither protocol leads to no host.
        if let Some(id) = address.and_then(|address| self.eval(act, state, address).id) {
            let mut facts = value.facts.as_deref().cloned().unwrap_or_default();
            facts.when_false.push((id, Hazards::HOST | Hazards::REDIRECT | Hazards::URL_PATH));
            value.facts = Some(Rc::new(facts));
        }
        value
    }

    /// `a + b + …`: text, lists or numbers.
    pub(super) fn add(&mut self, state: &State, values: &[Value], place: Place) -> Value {
        if values.iter().any(|value| matches!(value.shape, Shape::List(_))) {
            let mut items = Items::default();
            for value in values {
                self.spread_into(state, &mut items, value);
            }
            return Value { shape: Shape::List(Rc::new(items)), place: Some(place), ..Value::default() };
        }
        if let [a, b] = values
            && let (Known::Number(a), Known::Number(b)) = (&a.known, &b.known)
        {
            return known(Known::Number(a + b), place);
        }
        self.concat(state, values, Some(place))
    }

    /// Text put together from pieces: what of each caller's value is still dangerous at its position.
    pub(crate) fn concat(&mut self, state: &State, values: &[Value], place: Option<Place>) -> Value {
        let leading = values.iter().find(|value| value.as_str() != Some("")).is_some_and(Value::is_led);
        let mut before = Before { text: Some(String::new()), empty: true };
        let mut taints = None;
        // What stands behind the `?` of an address is no part of its path.
        let mut asks = false;
        let mut pieces = 0;
        let mut prefix = String::new();
        let mut prefix_open = true;
        let mut suffix: Option<Rc<str>> = None;
        let mut marks = Marks::default();
        for value in values {
            let text: Option<Rc<str>> = match &value.known {
                Known::Text(text) => Some(Rc::clone(text)),
                Known::Number(number) => Some(format!("{number}").into()),
                _ => None,
            };
            if text.as_deref() == Some("") {
                continue;
            }
            pieces += 1;
            if value.taints.is_some() {
                let mut keep = before.keeps();
                // Behind text of its own it is settled whether a link's target begins with it.
                if value.prefix().is_some_and(|prefix| !prefix.is_empty()) {
                    keep = keep | Hazards::LINK;
                }
                // It begins with what stands before a host, and closes what came before.
                let begins_host = value.prefix().is_some_and(|prefix| prefix.starts_with("://"));
                if begins_host {
                    keep = keep | Hazards::HOST | Hazards::REDIRECT;
                }
                // Quotes inside quotes end them.
                let back = match value.marks.quoted && before.is_inside_quotes() {
                    true => Hazards::COMMAND,
                    false => Hazards::NONE,
                };
                let left = super::join::left_of(value, &state.cleared);
                let kept: Option<Rc<[_]>> = left.map(|all| {
                    all.iter()
                        .map(|taint| {
                            // `https://host` and a path that begins with its slash.
                            let apart = !before.empty && !begins_host && !taint.live.any(Hazards::AUTHORITY);
                            let gone = if apart { Hazards::HOST } else { Hazards::NONE };
                            let gone = gone | Hazards::STRUCTURE;
                            let gone = if asks { gone | Hazards::URL_PATH } else { gone };
                            super::value::Taint { live: ((taint.live | back) & keep) - gone, ..*taint }
                        })
                        .filter(|taint| !taint.live.is_none())
                        .collect()
                });
                taints = join::union(taints.as_ref(), kept.filter(|kept| !kept.is_empty()).as_ref());
            }
            asks |= [value.prefix(), value.suffix()].into_iter().flatten().any(|text| text.contains('?'));
            if prefix_open {
                match (&text, &value.known) {
                    (Some(text), _) => prefix.push_str(text),
                    (None, Known::Affixes(affixes)) => {
                        prefix.push_str(&affixes.start);
                        prefix_open = false;
                    }
                    _ => prefix_open = false,
                }
            }
            suffix = match (&text, &value.known) {
                (Some(text), _) => Some(Rc::clone(text)),
                (None, Known::Affixes(affixes)) => Some(Rc::clone(&affixes.end)),
                _ => None,
            };
            marks.ends_with_separator = value.marks.ends_with_separator
                || text.as_deref().is_some_and(|text| text.ends_with(['/', '\\']));
            before.push(value, text.as_deref());
        }
        if pieces == 1
            && let Some(only) =
                values.iter().find(|value| !matches!(&value.known, Known::Text(text) if text.is_empty()))
        {
            return only.clone();
        }
        prefix.truncate(floor_char(&prefix, LONGEST_TEXT));
        let known = if prefix_open {
            Known::Text(prefix.into())
        } else if !prefix.is_empty() || suffix.is_some() {
            Known::affixes(prefix, suffix.unwrap_or_else(|| "".into()))
        } else {
            Known::Nothing
        };
        marks.concatenated = taints.is_some();
        marks.leading = leading;
        let id = taints.is_some().then(|| self.fresh());
        Value { known, taints, id, marks, place, about: pieces::host_of_one(values), ..Value::default() }
    }

    /// Python's `a % b` on text.
    pub(super) fn format_percent(&mut self, state: &State, a: &Value, b: &Value, place: Place) -> Value {
        let Some(text) = a.as_str() else {
            // Of numbers it is what is left of a division.
            let is_text = a.prefix().is_some()
                || a.taints.is_some()
                || matches!(b.shape, Shape::Object(_) | Shape::List(_));
            return if is_text { self.put_into(state, a, b, place) } else { Value::default() };
        };
        if matches!(b.shape, Shape::Object(_)) {
            return self.filled_by_name(state, text, b, place);
        }
        let mut pieces = Vec::new();
        let at = text.find('%').unwrap_or(text.len());
        pieces.push(Value { known: Known::Text(text[..at].into()), ..Value::default() });
        match &b.shape {
            Shape::List(items) => pieces.extend(items.known.iter().cloned()),
            _ => pieces.push(b.clone()),
        }
        let tail = text.rfind('%').map_or("", |last| text.get(last + 2..).unwrap_or_default());
        pieces.push(Value { known: Known::Text(tail.into()), ..Value::default() });
        self.concat(state, &pieces, Some(place))
    }

    /// `text % b`, where it is not known what places the text has.
    fn put_into(&mut self, state: &State, text: &Value, b: &Value, place: Place) -> Value {
        let mut pieces = vec![text.clone()];
        match &b.shape {
            Shape::List(items) => pieces.extend(items.known.iter().chain(&items.rest).cloned()),
            Shape::Object(_) => pieces.push(self.element(b)),
            _ => pieces.push(b.clone()),
        }
        self.concat(state, &pieces, Some(place))
    }

    /// `a / b`: a number, or Python's path joining.
    pub(super) fn divide(&mut self, state: &State, a: &Value, b: &Value, place: Place) -> Value {
        let is_path = matches!(&a.shape, Shape::Api(path) if path.contains("pathlib") || path.contains("Path"))
            || a.taints.is_some()
            || b.taints.is_some()
            || b.as_str().is_some();
        if !is_path {
            return Value::default();
        }
        let shape = match &a.shape {
            // `Path(__file__).parent / name` is a path like any other.
            Shape::Api(path) if path.contains("Path()") => {
                let end = path.find("Path()").map_or(path.len(), |at| at + "Path()".len());
                Shape::Api(path[..end].into())
            }
            Shape::Api(path) if path.contains("Path") && !path.contains("__file__") => {
                Shape::Api(Rc::clone(path))
            }
            _ => Shape::Api("pathlib.Path()".into()),
        };
        let joined = self.join_path(state, &[a.clone(), b.clone()], false, place);
        Value { shape, ..joined }
    }

    /// Paths put together. `relative_only` where an absolute later part cannot replace the first ones.
    pub(crate) fn join_path(
        &mut self,
        state: &State,
        parts: &[Value],
        relative_only: bool,
        place: Place,
    ) -> Value {
        let mut taints = None;
        for (number, part) in parts.iter().enumerate() {
            let left = super::join::left_of(part, &state.cleared);
            let gone = if number > 0 && relative_only { Hazards::PATH_ABSOLUTE } else { Hazards::NONE };
            let gone = if number > 0 { gone | Hazards::ARGUMENT | Hazards::HOST } else { gone };
            let kept: Option<Rc<[_]>> = left.map(|all| {
                all.iter()
                    .map(|taint| super::value::Taint { live: taint.live - gone, ..*taint })
                    .filter(|taint| !taint.live.is_none())
                    .collect()
            });
            taints = join::union(taints.as_ref(), kept.filter(|kept| !kept.is_empty()).as_ref());
        }
        let id = taints.is_some().then(|| self.fresh());
        let suffix = last_parts(parts);
        let known = match parts.first().and_then(Value::prefix) {
            Some(text) if !text.is_empty() => Known::affixes(text, suffix),
            _ if !suffix.is_empty() => Known::affixes("", suffix),
            // A path is never empty.
            _ => Known::Truthy,
        };
        let leading = leads(parts);
        let marks = Marks { concatenated: parts.len() > 1, leading, ..Marks::default() };
        // Not where an absolute path is put behind the folder, and taken for one below it.
        let forms = if relative_only { None } else { super::models::form_of(parts) };
        // A name alone behind a folder: where the path lies inside of another, so does the folder.
        let forms = forms.or_else(|| match parts {
            [folder, name] if callers(folder) => {
                let name = self.bake(name, &state.cleared);
                let leaves =
                    |taint: &super::value::Taint| taint.live.any(Hazards::PATH_UP | Hazards::PATH_ABSOLUTE);
                let stays = name.taints.iter().flat_map(|taints| taints.iter()).all(|taint| !leaves(taint));
                let is_name = name.taints.is_some() && stays || name.as_str().is_some_and(is_file_name);
                if is_name { super::models::form_of(std::slice::from_ref(folder)) } else { None }
            }
            _ => None,
        });
        Value { known, taints, id, marks, forms, place: Some(place), ..Value::default() }
    }
}

/// True for one component of a path.
fn is_file_name(text: &str) -> bool {
    !text.is_empty() && text != ".." && !text.contains(['/', '\\'])
}

/// True for what a table holds for a key, or a field of it: it may hold nothing.
fn may_miss(module: &Module, mut expr: ExprId) -> bool {
    // Longer chains read something else. Chosen.
    for _ in 0..4 {
        match module.expr(expr).kind {
            ExprKind::Index { index, .. } => {
                return !matches!(module.expr(index).kind, ExprKind::String(_) | ExprKind::Number(_));
            }
            ExprKind::Call { callee, arguments } => {
                return matches!(module.expr(callee).kind, ExprKind::Member { property, .. }
                    if module.name(property) == "get" && module.arguments(arguments).len() == 1);
            }
            ExprKind::Member { object, .. } => expr = object,
            _ => return false,
        }
    }
    false
}

/// How a path ends that is put together from these parts, as far as they are known.
fn last_parts(parts: &[Value]) -> String {
    let mut suffix = String::new();
    for part in parts.iter().rev() {
        let (text, whole) = match &part.known {
            Known::Text(text) => (&**text, true),
            Known::Affixes(affixes) => (&*affixes.end, false),
            _ => break,
        };
        if suffix.len() + text.len() > LONGEST_TEXT {
            break;
        }
        suffix = match (text.trim_end_matches('/'), suffix.as_str()) {
            (text, "") => text.to_owned(),
            ("", rest) => rest.to_owned(),
            (text, rest) => format!("{text}/{rest}"),
        };
        if !whole {
            break;
        }
    }
    suffix
}

/// True where a caller's value comes first among the parts of a path. What is put behind the home or the working
/// folder is as good as a whole path.
pub(crate) fn leads(parts: &[Value]) -> bool {
    let own = |part: &Value| !callers(part) && part.api().is_some_and(|api| OWN_FOLDERS.contains(&api));
    let first = parts.iter().find(|part| !own(part));
    first.is_some_and(Value::is_led)
}

/// What stands before a piece of text.
struct Before {
    /// The whole text before, where it is known.
    text: Option<String>,
    empty: bool,
}

impl Before {
    /// Hazards that a caller's value still has after this.
    fn keeps(&self) -> Hazards {
        if self.empty {
            return Hazards::ALL | Hazards::OWN;
        }
        let mut gone = Hazards::PATH_ABSOLUTE | Hazards::REDIRECT | Hazards::NAME;
        let after_space = self.text.as_deref().is_none_or(|text| text.ends_with(char::is_whitespace));
        if !after_space {
            gone = gone | Hazards::ARGUMENT;
        }
        // `${url.protocol}//` stands before a host as well.
        let behind_scheme = |text: &'_ str| {
            let rest = text.strip_prefix("?//").or_else(|| text.split_once("://").map(|(_, rest)| rest));
            rest.is_some_and(|rest| !rest.contains(['/', '?', '#']))
        };
        let host_open = self.text.as_deref().is_some_and(behind_scheme);
        if !host_open {
            gone = gone | Hazards::HOST;
        }
        if self.text.as_deref().is_some_and(|text| text.starts_with('/')) {
            gone = gone | Hazards::AUTHORITY;
        }
        let is_target = self.text.as_deref().is_some_and(|text| {
            let text = text.trim_end_matches(['"', '\'']);
            text.ends_with("href=") || text.ends_with("action=")
        });
        if !is_target {
            gone = gone | Hazards::LINK;
        }
        (Hazards::ALL | Hazards::OWN) - gone
    }

    /// True between quotes of a shell that the text before has opened.
    fn is_inside_quotes(&self) -> bool {
        let mut open = None;
        let mut chars = self.text.as_deref().unwrap_or_default().chars();
        while let Some(char) = chars.next() {
            match char {
                '\\' if open != Some('\'') => _ = chars.next(),
                '\'' | '"' if open.is_none() => open = Some(char),
                _ if open == Some(char) => open = None,
                _ => {}
            }
        }
        open.is_some()
    }

    fn push(&mut self, value: &Value, text: Option<&str>) {
        self.empty = false;
        match (text, &mut self.text) {
            (Some(text), Some(before)) => before.push_str(text),
            (None, before) => {
                // What is not known counts for what it ends with.
                *before = match &value.known {
                    Known::Affixes(affixes) if affixes.end.ends_with(char::is_whitespace) => {
                        Some(affixes.end.to_string())
                    }
                    _ => Some("?".to_owned()),
                };
            }
            (Some(text), None) => self.text = Some(text.to_owned()),
        }
        if let Some(before) = &mut self.text
            && before.len() > LONGEST_TEXT
        {
            let from = floor_char(before, before.len() - 256);
            before.drain(..from);
        }
    }
}

fn floor_char(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The URL of `url.protocol === "http:" || url.protocol === "https:"`.
fn web_address(module: &crate::ir::Module, left: ExprId, right: ExprId) -> Option<ExprId> {
    let compared = |id: ExprId| {
        let ExprKind::Binary { op: BinaryOp::Equal, left, right } = module.expr(id).kind else { return None };
        let ExprKind::Member { object, property } = module.expr(left).kind else { return None };
        let ExprKind::String(protocol) = module.expr(right).kind else { return None };
        let ExprKind::Variable(url) = module.expr(object).kind else { return None };
        matches!(module.name(property), "protocol" | "scheme").then_some((url, module.name(protocol), object))
    };
    let (one, first, object) = compared(left)?;
    let (other, second, _) = compared(right)?;
    let both = [first.trim_end_matches(':'), second.trim_end_matches(':')];
    (one == other && (both == ["http", "https"] || both == ["https", "http"])).then_some(object)
}

/// Marks of a comparison: of the server's configuration with something that is no caller's.
fn tested(a: &Value, b: &Value) -> Marks {
    let configured = a.is_configuration() && !callers(b) || b.is_configuration() && !callers(a);
    Marks { configured, ..Marks::default() }
}

/// What a value that is tested for truth says of itself: nothing harmful is in what counts as false.
fn of_itself(value: &Value) -> Facts {
    match value.id.filter(|_| value.taints.is_some()) {
        Some(id) => Facts { when_true: Vec::new(), when_false: vec![(id, Hazards::ALL)] },
        None => Facts::default(),
    }
}

/// What `a op b` says, from what `a` and `b` say.
fn combine(op: BinaryOp, a: &Value, b: &Value) -> Option<Rc<Facts>> {
    let (own_x, own_y) = (of_itself(a), of_itself(b));
    let x = a.facts.as_deref().unwrap_or(&own_x);
    let y = b.facts.as_deref().unwrap_or(&own_y);
    let both = |a: &[(ValueId, Hazards)], b: &[(ValueId, Hazards)]| -> Vec<(ValueId, Hazards)> {
        a.iter().chain(b).copied().collect()
    };
    let either = |a: &[(ValueId, Hazards)], b: &[(ValueId, Hazards)]| -> Vec<(ValueId, Hazards)> {
        a.iter()
            .filter_map(|(id, hazards)| {
                let other =
                    b.iter().filter(|(other, _)| other == id).fold(Hazards::NONE, |all, (_, h)| all | *h);
                let common = *hazards & other;
                (!common.is_none()).then_some((*id, common))
            })
            .collect()
    };
    // A check that the server's configuration turns on counts as one.
    let (set_a, set_b) = (a.is_configuration(), b.is_configuration());
    let true_a = join::truth(a) == Some(true) || set_a;
    let false_a = join::truth(a) == Some(false) || set_a;
    let facts = match op {
        BinaryOp::And => Facts {
            when_true: both(&x.when_true, &y.when_true),
            when_false: if true_a {
                y.when_false.clone()
            } else if set_b {
                x.when_false.clone()
            } else {
                either(&x.when_false, &y.when_false)
            },
        },
        _ => Facts {
            when_true: if false_a {
                y.when_true.clone()
            } else if set_b {
                x.when_true.clone()
            } else {
                either(&x.when_true, &y.when_true)
            },
            when_false: both(&x.when_false, &y.when_false),
        },
    };
    (facts != Facts::default()).then(|| Rc::new(facts))
}
