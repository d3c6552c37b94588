//! Calls that one entry point makes again: the same function with what says the same, where the call left nothing behind.
//!
//! A handler writes its log by one helper at every turn, and a loop is read twice. What such a call gave, reported and
//! established is known from the first time, as long as it reported nothing and established nothing.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use super::{
    engine::Engine,
    state::State,
    value::{FunctionRef, Known, Shape, Value, ValueId},
};
use crate::rule::Place;

/// Values that are looked at to tell calls apart; a call with more is evaluated each time. Chosen.
const MOST_VALUES: usize = 96;
/// Levels of objects in objects that are looked at; a call with more is evaluated each time. Chosen.
const DEEPEST: usize = 6;

/// By what a call is known again.
#[derive(Debug, Clone, Copy)]
pub(super) struct Keys {
    /// The same values, at the same place: what it gave may be followed on.
    exact: u64,
    /// Values of the same kind, whichever they are: for calls that give nothing to follow.
    alike: u64,
}

/// What must not have changed while a call was evaluated that is known again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Noise {
    reported: u64,
    kept: usize,
    entries: usize,
    offers: usize,
}

impl Engine<'_> {
    /// What calls leave behind beside what they give.
    pub(super) fn noise(&self) -> Noise {
        Noise {
            reported: self.reported,
            kept: self.keeping.changes(),
            entries: self.entries.len(),
            offers: self.offers.len(),
        }
    }

    /// By what a call is known again; none for one that is evaluated each time.
    pub(super) fn keys_of_call(
        &self,
        state: &State,
        target: FunctionRef,
        this: Option<&Value>,
        arguments: &[Value],
        keywords: &[(std::rc::Rc<str>, Value)],
        place: Place,
    ) -> Option<Keys> {
        let mut looked = Looked::of(self, state);
        looked.both(&(target, arguments.len(), state.optional, self.phase as u8));
        // The order of what was established is no part of it.
        let mut established = 0_u64;
        for pair in state.cleared.iter() {
            let mut hasher = FxHasher::default();
            pair.hash(&mut hasher);
            established = established.wrapping_add(hasher.finish());
        }
        looked.both(&established);
        place.hash(&mut looked.exact);
        if let Some(this) = this {
            looked.value(this, DEEPEST)?;
        }
        for value in arguments {
            looked.value(value, DEEPEST)?;
        }
        for (name, value) in keywords {
            looked.both(name);
            looked.value(value, DEEPEST)?;
        }
        Some(Keys { exact: looked.exact.finish(), alike: looked.alike.finish() })
    }

    /// What the call gave the last time, where it is known: none inside where it never returned.
    pub(super) fn repeated(&mut self, keys: Keys) -> Option<Option<Value>> {
        let known = self.repeated.get(&keys.alike).or_else(|| self.repeated.get(&keys.exact))?;
        if self.keeping.has_changed(&known.1) {
            return None;
        }
        let (value, reads) = known.clone();
        self.keeping.read_all(&reads);
        Some(value)
    }

    /// True for a value whose identity other values depend on.
    fn is_related(&self, id: ValueId) -> bool {
        self.pieces.contains_key(&id)
            || self.first_words.contains_key(&id)
            || self.option_names.contains_key(&id)
            || self.parsed.contains_key(&id)
            || self.queries.contains_key(&id)
            || self.listed.limit(id).is_some()
    }
}

impl Keys {
    /// Under which key a call is kept that gave `value`.
    pub(super) fn of(self, value: Option<&Value>) -> u64 {
        match value.is_none_or(|value| is_plain(value, DEEPEST)) {
            true => self.alike,
            false => self.exact,
        }
    }
}

/// True when the path is after the call as it was before.
pub(super) fn left_nothing(before: &State, after: &State) -> bool {
    let same = |a: &std::rc::Rc<_>, b: &std::rc::Rc<_>| std::rc::Rc::ptr_eq(a, b);
    before.optional == after.optional
        && before.frames.len() == after.frames.len()
        && before.frames.iter().zip(&after.frames).all(|(a, b)| same(a, b))
        && (std::rc::Rc::ptr_eq(&before.cleared, &after.cleared) || before.cleared == after.cleared)
}

/// True for a value that nothing is followed in and no guard speaks of.
fn is_plain(value: &Value, depth: usize) -> bool {
    let within = |value: &Value| depth > 0 && is_plain(value, depth - 1);
    value.taints.is_none()
        && value.id.is_none()
        && value.about.is_none()
        && value.forms.is_none()
        && value.facts.is_none()
        && match &value.shape {
            Shape::Unknown
            | Shape::Api(_)
            | Shape::Class(_)
            | Shape::Instance(_)
            | Shape::Module(_)
            | Shape::Schema(_) => true,
            Shape::Object(fields) => {
                fields.known.len() < MOST_VALUES
                    && fields.known.values().all(|value| within(value))
                    && fields.rest.as_ref().is_none_or(within)
            }
            Shape::List(items) => {
                items.known.len() < MOST_VALUES && items.known.iter().chain(&items.rest).all(within)
            }
            Shape::Function(..) | Shape::Given(..) | Shape::Resolver(_) | Shape::OneOf(_) => false,
        }
}

/// What was looked at so far.
struct Looked<'e, 'a> {
    engine: &'e Engine<'a>,
    state: &'e State,
    exact: FxHasher,
    alike: FxHasher,
    /// Identities in the order in which they were met: of values that are alike they need not be the same ones, only
    /// the same where the others are.
    ids: Vec<ValueId>,
    left: usize,
}

impl<'e, 'a> Looked<'e, 'a> {
    fn of(engine: &'e Engine<'a>, state: &'e State) -> Self {
        Self {
            engine,
            state,
            exact: FxHasher::default(),
            alike: FxHasher::default(),
            ids: Vec::new(),
            left: MOST_VALUES,
        }
    }

    fn both(&mut self, what: &impl Hash) {
        what.hash(&mut self.exact);
        what.hash(&mut self.alike);
    }

    fn id(&mut self, id: ValueId) {
        id.hash(&mut self.exact);
        let at = self.ids.iter().position(|known| *known == id).unwrap_or_else(|| {
            self.ids.push(id);
            self.ids.len() - 1
        });
        (at, self.state.cleared.get(&id)).hash(&mut self.alike);
        if self.engine.is_related(id) {
            id.hash(&mut self.alike);
        }
    }

    /// Adds a value; none where it is too large, or something that is called or settled.
    fn value(&mut self, value: &Value, depth: usize) -> Option<()> {
        self.left = self.left.checked_sub(1)?;
        if depth == 0 {
            return None;
        }
        match &value.known {
            Known::Nothing => self.both(&0_u8),
            Known::Null => self.both(&1_u8),
            Known::Bool(bool) => self.both(&(2_u8, bool)),
            Known::Number(number) => self.both(&(3_u8, number.to_bits())),
            Known::Text(text) => self.both(&(4_u8, text)),
            Known::Affixes(affixes) => self.both(&(5_u8, &affixes.start, &affixes.end)),
            Known::Truthy => self.both(&6_u8),
        }
        self.both(&value.marks);
        let taints = value.taints.iter().flat_map(|taints| taints.iter());
        for taint in taints {
            self.both(&(taint.source, taint.live, taint.weak));
            self.id(taint.origin);
        }
        self.both(&(value.id.is_some(), value.about.is_some(), value.forms.is_some(), value.facts.is_some()));
        value.id.into_iter().for_each(|id| self.id(id));
        if let Some((id, hazards)) = value.about {
            self.both(&hazards);
            self.id(id);
        }
        value.forms.iter().flat_map(|forms| forms.iter()).for_each(|id| self.id(*id));
        if let Some(facts) = &value.facts {
            self.both(&facts.when_true.len());
            for (id, hazards) in facts.when_true.iter().chain(&facts.when_false) {
                self.both(hazards);
                self.id(*id);
            }
        }
        match &value.shape {
            Shape::Unknown => self.both(&0_u8),
            Shape::Api(path) => self.both(&(1_u8, path)),
            Shape::Class(class) => self.both(&(2_u8, class)),
            Shape::Instance(class) => self.both(&(3_u8, class)),
            Shape::Module(file) => self.both(&(4_u8, file)),
            Shape::Function(function, bound) if bound.is_empty() => {
                self.both(&(5_u8, function));
            }
            Shape::Object(fields) => {
                self.both(&(6_u8, fields.known.len(), fields.rest.is_some()));
                if fields.order.len() != fields.known.len() {
                    return None;
                }
                for name in &fields.order {
                    self.both(name);
                    self.value(fields.known.get(name)?, depth - 1)?;
                }
                if let Some(rest) = &fields.rest {
                    self.value(rest, depth - 1)?;
                }
            }
            Shape::List(items) => {
                self.both(&(7_u8, items.known.len(), items.rest.is_some()));
                for item in items.known.iter().chain(&items.rest) {
                    self.value(item, depth - 1)?;
                }
            }
            Shape::Function(..)
            | Shape::Schema(_)
            | Shape::Given(..)
            | Shape::Resolver(_)
            | Shape::OneOf(_) => return None,
        }
        Some(())
    }
}
