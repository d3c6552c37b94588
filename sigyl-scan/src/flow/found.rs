//! What a pattern found in a text, and the groups of it: `re.search(r"(\\d+)", x).group(1)`, `x.match(/(.*)/)[1]`.
//!
//! A match is true where the pattern fits, which tells about the text; what a group holds is only what the group lets
//! through.

use std::rc::Rc;

use super::{
    Hazards,
    call::{Arguments, Site},
    engine::Engine,
    guards::compiled,
    regex::{self, Group},
    secrets::callers,
    state::State,
    value::{Facts, Fields, Items, Shape, Taint, Value},
};

/// How the path of a match ends, behind the pattern as a literal.
const MATCH: &str = "#match";

/// Most groups of a pattern that are told apart. Chosen.
const MOST_GROUPS: u32 = 32;

/// True for what a pattern found.
pub(super) fn is_match(value: &Value) -> bool {
    value.api().is_some_and(|path| path.ends_with(MATCH))
}

fn pattern_of(found: &Value) -> Option<(&str, &str)> {
    let literal = found.api()?.strip_suffix(MATCH)?;
    let end = literal.rfind('/')?;
    Some((literal.get(1..end)?, literal.get(end + 1..)?))
}

impl Engine<'_> {
    /// What a pattern found in a caller's text.
    pub(super) fn found(
        &mut self,
        state: &State,
        (pattern, flags): (&str, &str),
        subject: &Value,
        facts: Option<Rc<Facts>>,
    ) -> Value {
        if !callers(subject) {
            return Value { facts, ..Value::default() };
        }
        let subject = self.bake(subject, &state.cleared);
        let id = subject.taints.is_some().then(|| self.fresh());
        let shape = Shape::Api(format!("/{pattern}/{flags}{MATCH}").into());
        // A part of a resolved address speaks about it: `::ffff:10.0.0.1`.
        let about = subject.about.filter(|(_, hazards)| hazards.any(Hazards::HOST));
        Value { shape, taints: subject.taints, id, about, facts, ..Value::default() }
    }

    /// A group of what was found.
    pub(super) fn group(&mut self, found: &Value, group: Group<'_>) -> Value {
        let Some((pattern, flags)) = pattern_of(found) else { return Value::default() };
        let live = regex::of_group(pattern, flags, group);
        let taints: Option<Rc<[Taint]>> = found.taints.as_ref().map(|all| {
            let limited =
                all.iter().map(|taint| Taint { live: taint.live & (live - Hazards::STRUCTURE), ..*taint });
            limited.filter(|taint| !taint.live.is_none()).collect()
        });
        let taints = taints.filter(|taints| !taints.is_empty());
        let id = taints.is_some().then(|| self.fresh());
        Value { taints, id, about: found.about, ..Value::default() }
    }

    /// The group that a key names.
    pub(super) fn group_by(&mut self, found: &Value, key: &Value) -> Value {
        match (key.as_str(), key.as_number()) {
            (Some(name), _) => self.group(found, Group::Name(name)),
            (None, Some(number)) if number >= 0.0 => self.group(found, Group::Number(number as u32)),
            _ => self.group(found, Group::Number(u32::MAX)),
        }
    }

    /// All groups in order.
    pub(super) fn groups(&mut self, found: &Value) -> Value {
        let Some((pattern, flags)) = pattern_of(found) else { return Value::default() };
        let (count, _) = regex::groups(pattern, flags);
        let known =
            (1..=count.min(MOST_GROUPS)).map(|number| self.group(found, Group::Number(number))).collect();
        Value { shape: Shape::List(Rc::new(Items { known, rest: None })), ..Value::default() }
    }

    /// All groups that have names.
    pub(super) fn named_groups(&mut self, found: &Value) -> Value {
        let Some((pattern, flags)) = pattern_of(found) else { return Value::default() };
        let (_, names) = regex::groups(pattern, flags);
        let mut fields = Fields::default();
        for name in names {
            let value = self.group(found, Group::Name(&name));
            if fields.known.insert(Rc::clone(&name), Rc::new(value)).is_none() {
                fields.order.push(name);
            }
        }
        Value { shape: Shape::Object(Rc::new(fields)), ..Value::default() }
    }

    /// All finds of a pattern, each as a whole.
    pub(super) fn all_found(&mut self, found: &Value) -> Value {
        let items = Items { known: Vec::new(), rest: Some(self.group(found, Group::Number(0))) };
        Value { shape: Shape::List(Rc::new(items)), facts: found.facts.clone(), ..Value::default() }
    }

    /// `re.finditer(pattern, text)`, `PATTERN.findall(text)`: what each find gives, or each find.
    pub(super) fn all_finds(
        &mut self,
        state: &State,
        site: &Site,
        api: &str,
        arguments: &Arguments,
    ) -> Option<Value> {
        let each = match api.rsplit_once('.')? {
            (_, "findall") => false,
            (_, "finditer") => true,
            _ => return None,
        };
        let mut given = arguments.positional.iter();
        let is_compiled = api.starts_with('/');
        let pattern = match is_compiled {
            true => site.receiver.as_ref()?,
            false if api.starts_with("re.") || api.starts_with("regex.") => given.next()?,
            false => return None,
        };
        let text = pattern.as_str().map(str::to_owned).or_else(|| compiled(pattern))?;
        let subject = given.next()?;
        let found = self.found(state, (&text, ""), subject, None);
        if !callers(subject) {
            return None;
        }
        if !each {
            return Some(self.each_found(&found));
        }
        let items = Items { known: Vec::new(), rest: Some(found) };
        Some(Value { shape: Shape::List(Rc::new(items)), ..Value::default() })
    }

    /// What each find of a pattern gives: the group, where there is one, else all of it.
    pub(super) fn each_found(&mut self, found: &Value) -> Value {
        let Some((pattern, flags)) = pattern_of(found) else { return Value::default() };
        let (count, _) = regex::groups(pattern, flags);
        let element = match count {
            0 | 1 => self.group(found, Group::Number(count)),
            _ => self.groups(found),
        };
        let items = Items { known: Vec::new(), rest: Some(element) };
        Value { shape: Shape::List(Rc::new(items)), facts: found.facts.clone(), ..Value::default() }
    }
}
