//! Joins what is known on two paths.

use std::rc::Rc;

use super::{Hazards, bound, event::Cleared, picking::absent};
use super::{
    engine::Engine,
    invoke::tainted,
    program::{is_shell, is_shell_option, program_name},
    state::{State, beyond, either, meet},
    value::{Facts, Fields, Items, Known, Shape, Taint, Value, ValueId},
};
use crate::ir::VarId;

/// Most taints that a value keeps; further ones add no finding that these do not. Chosen.
const MOST_TAINTS: usize = 12;
/// Most levels of objects inside of objects that are joined. Chosen.
const DEEPEST: usize = 4;
/// Most fields of an object of which each may be a caller's instead. Chosen: options have fewer.
const FEW_FIELDS: usize = 16;
/// Most alternatives of a shape. Chosen.
const MOST_SHAPES: usize = 64;

/// What was established on a path, and how many conditions deep it is that only the server's configuration decides.
pub(crate) type Path<'a> = (&'a Rc<Cleared>, u8);

/// Whether a value is true where that is known.
pub(crate) fn truth(value: &Value) -> Option<bool> {
    match &value.known {
        Known::Null => Some(false),
        Known::Bool(bool) => Some(*bool),
        Known::Number(number) => Some(*number != 0.0),
        Known::Text(text) => Some(!text.is_empty()),
        Known::Affixes(..) | Known::Truthy => Some(true),
        Known::Nothing => match &value.shape {
            Shape::Function(..) | Shape::Class(_) | Shape::Instance(_) | Shape::Module(_) => Some(true),
            _ => None,
        },
    }
}

/// Adds `more` to `taints`.
pub(crate) fn union(taints: Option<&Rc<[Taint]>>, more: Option<&Rc<[Taint]>>) -> Option<Rc<[Taint]>> {
    match (taints, more) {
        (None, other) | (other, None) => other.cloned(),
        (Some(a), Some(b)) if Rc::ptr_eq(a, b) => Some(Rc::clone(a)),
        (Some(a), Some(b)) => {
            let adds = |taint: &Taint| match a.iter().find(|known| known.origin == taint.origin) {
                Some(known) => !known.live.all(taint.live) || known.weak && !taint.weak,
                None => a.len() < MOST_TAINTS,
            };
            // What is shared is known to be the same at a glance.
            if !b.iter().any(adds) {
                return Some(Rc::clone(a));
            }
            let mut all = a.to_vec();
            for taint in b.iter() {
                if let Some(known) = all.iter_mut().find(|known| known.origin == taint.origin) {
                    known.live = known.live | taint.live;
                    known.weak &= taint.weak;
                } else if all.len() < MOST_TAINTS {
                    all.push(*taint);
                }
            }
            Some(all.into())
        }
    }
}

/// What is left of the taints of `value` where its path established something about it.
pub(crate) fn left_of(value: &Value, cleared: &Cleared) -> Option<Rc<[Taint]>> {
    let taints = value.taints.as_ref()?;
    if cleared.is_empty() {
        return Some(Rc::clone(taints));
    }
    let gone = |id| cleared.get(&id).copied().unwrap_or(Hazards::NONE);
    let of_value = value.id.map_or(Hazards::NONE, gone);
    let gone = |taint: &Taint| gone(taint.origin) | of_value;
    if !taints.iter().any(|taint| taint.live.is_none() || taint.live.any(gone(taint))) {
        return Some(Rc::clone(taints));
    }
    let left: Vec<Taint> = taints
        .iter()
        .map(|taint| Taint { live: taint.live - gone(taint), ..*taint })
        .filter(|taint| !taint.live.is_none())
        .collect();
    (!left.is_empty()).then(|| left.into())
}

impl Engine<'_> {
    /// `value` with what its path established about it worked in, for when the path is left.
    pub(crate) fn bake(&self, value: &Value, cleared: &Cleared) -> Value {
        let mut value = value.clone();
        if value.taints.is_some() {
            value.taints = left_of(&value, cleared);
        }
        value
    }

    /// The same for a value that is kept, and what is in it, `depth` levels deep.
    pub(crate) fn baked_within(&self, value: &Value, cleared: &Cleared, depth: usize) -> Value {
        let mut baked = self.bake(value, cleared);
        if cleared.is_empty() || depth == 0 || !tainted(&baked, depth) {
            return baked;
        }
        match &mut baked.shape {
            Shape::Object(fields) if fields.known.len() <= FEW_FIELDS => {
                let mut own = (**fields).clone();
                for field in own.known.values_mut() {
                    if tainted(field, depth - 1) {
                        *field = Rc::new(self.baked_within(field, cleared, depth - 1));
                    }
                }
                own.rest = own.rest.map(|rest| self.bake(&rest, cleared));
                *fields = Rc::new(own);
            }
            Shape::List(items) if items.known.len() <= FEW_FIELDS => {
                let mut own = (**items).clone();
                for item in own.known.iter_mut().chain(&mut own.rest) {
                    *item = self.baked_within(item, cleared, depth - 1);
                }
                *items = Rc::new(own);
            }
            _ => {}
        }
        baked
    }

    /// The same for a shared value, which stays shared where nothing is worked in.
    pub(crate) fn baked(&self, value: &Rc<Value>, cleared: &Cleared) -> Rc<Value> {
        if value.taints.is_none() || cleared.is_empty() {
            return Rc::clone(value);
        }
        Rc::new(self.bake(value, cleared))
    }

    /// Either of two values, each with what its path established.
    pub(crate) fn join(&mut self, a: (&Value, &Rc<Cleared>), b: (&Value, &Rc<Cleared>)) -> Value {
        self.joined(a, b).unwrap_or_else(|| a.0.clone())
    }

    /// The same; `None` where that is `a` as it is, which paths then go on sharing.
    pub(crate) fn joined(&mut self, a: (&Value, &Rc<Cleared>), b: (&Value, &Rc<Cleared>)) -> Option<Value> {
        let ((a, cleared_a), (b, cleared_b)) = (a, b);
        let same_paths = Rc::ptr_eq(cleared_a, cleared_b);
        if std::ptr::eq(a, b) && joins_to_itself(a, same_paths) {
            return None;
        }
        if adds_nothing(a, b, same_paths) {
            let shape = self.join_shapes((&a.shape, cleared_a), (&b.shape, cleared_b))?;
            return Some(Value { shape, ..a.clone() });
        }
        let facts = self.join_facts((a, cleared_a), (b, cleared_b));
        let id = if a.id == b.id { a.id } else { None };
        let (taints, id) = if a.taints.is_none() && b.taints.is_none() {
            (None, id)
        } else if id.is_some() && same_paths {
            (union(a.taints.as_ref(), b.taints.as_ref()), id)
        } else {
            let (a, b) = (left_of(a, cleared_a), left_of(b, cleared_b));
            (union(a.as_ref(), b.as_ref()), Some(id.unwrap_or_else(|| self.fresh())))
        };
        self.note_either_of(id, a.id, b.id);
        let known = match (&a.known, &b.known) {
            (x, y) if x == y => x.clone(),
            _ if alike(a, b) => a.known.clone(),
            _ => match (truth(a), truth(b)) {
                (Some(true), Some(true)) => common_affixes(a, b),
                (Some(false), Some(false)) => Known::Null,
                _ => Known::Nothing,
            },
        };
        let mut marks = a.marks;
        marks.normalised &= b.marks.normalised || b.taints.is_none();
        marks.real &= b.marks.real || b.taints.is_none();
        marks.relative &= b.marks.relative;
        marks.concatenated |= b.marks.concatenated;
        marks.ends_with_separator &= b.marks.ends_with_separator;
        marks.configured |= b.marks.configured;
        marks.doubled &= b.marks.doubled;
        marks.resolves &= b.marks.resolves;
        marks.reads_commands |= b.marks.reads_commands;
        marks.asked |= b.marks.asked;
        marks.half_resolves &= b.marks.half_resolves;
        marks.quoted |= b.marks.quoted;
        marks.may_be_absent |= b.marks.may_be_absent;
        marks.word |= b.marks.word;
        // Where one of two ways takes what the caller gives as it is, the other one's folder keeps nothing in.
        marks.leading = a.is_led() || b.is_led();
        let shape = match self.with_theirs((a, cleared_a), (b, cleared_b)) {
            Some(shape) => Some(shape),
            None => self.join_shapes((&a.shape, cleared_a), (&b.shape, cleared_b)),
        };
        Some(Value {
            known,
            shape: shape.unwrap_or_else(|| a.shape.clone()),
            taints,
            id,
            about: if a.about == b.about {
                a.about
            } else {
                // One is the other, or a view of it.
                let view = |one: &Value, other: &Value| one.about.filter(|(id, _)| other.id == Some(*id));
                view(a, b)
                    .or_else(|| view(b, a))
                    .or_else(|| a.about.or(b.about).filter(|_| a.taints.is_none() != b.taints.is_none()))
            },
            forms: common_forms(a, b),
            facts,
            marks,
            place: a.place.or(b.place),
        })
    }

    /// Either of two values, on two paths. Where only the server's configuration decides which path is taken, a guard
    /// on one of them counts: whoever runs the server chose to go without.
    pub(crate) fn join_on(&mut self, a: (&Value, Path<'_>), b: (&Value, Path<'_>)) -> Value {
        self.joined_on(a, b).unwrap_or_else(|| a.0.clone())
    }

    /// The same; `None` where that is `a` as it is.
    fn joined_on(&mut self, a: (&Value, Path<'_>), b: (&Value, Path<'_>)) -> Option<Value> {
        let ((a, (cleared_a, optional_a)), (b, (cleared_b, optional_b))) = (a, b);
        let joined = self.joined((a, cleared_a), (b, cleared_b));
        if optional_a == optional_b || joined.as_ref().unwrap_or(a).taints.is_none() {
            return joined;
        }
        let mut joined = joined.unwrap_or_else(|| a.clone());
        let (a, b) = (left_of(a, cleared_a), left_of(b, cleared_b));
        let live = |taints: &Option<Rc<[Taint]>>, other: &Cleared, origin: ValueId| {
            let gone = other.get(&origin).copied().unwrap_or(Hazards::NONE);
            let found = taints.iter().flat_map(|all| all.iter()).find(|taint| taint.origin == origin);
            found.map(|taint| taint.live - gone)
        };
        let taints: Vec<Taint> = joined
            .taints
            .iter()
            .flat_map(|all| all.iter())
            .map(|taint| {
                let both = match (live(&a, cleared_b, taint.origin), live(&b, cleared_a, taint.origin)) {
                    (Some(a), Some(b)) => a & b,
                    (one, other) => one.or(other).unwrap_or(taint.live),
                };
                Taint { live: taint.live & both, ..*taint }
            })
            .filter(|taint| !taint.live.is_none())
            .collect();
        joined.taints = (!taints.is_empty()).then(|| taints.into());
        Some(joined)
    }

    /// Where two paths meet in a value that is true on one and false on the other, the value's truth tells which path
    /// was taken, and so what was established.
    fn join_facts(&self, a: (&Value, &Rc<Cleared>), b: (&Value, &Rc<Cleared>)) -> Option<Rc<Facts>> {
        let ((a, cleared_a), (b, cleared_b)) = (a, b);
        if Rc::ptr_eq(cleared_a, cleared_b) && a.facts == b.facts && truth(a) == truth(b) {
            return a.facts.clone();
        }
        let both = meet(cleared_a, cleared_b);
        let side = |value: &Value, cleared: &Cleared, wanted: bool| -> Option<Vec<_>> {
            // A path on which the value cannot be `wanted` says nothing against it.
            if truth(value) == Some(!wanted) {
                return None;
            }
            let mut facts = beyond(cleared, &both);
            if let Some(own) = &value.facts {
                facts.extend(if wanted { &own.when_true } else { &own.when_false });
            }
            Some(facts)
        };
        let combine = |wanted| match (side(a, cleared_a, wanted), side(b, cleared_b, wanted)) {
            (Some(a), Some(b)) => a
                .into_iter()
                .filter_map(|(id, hazards)| {
                    let other = b
                        .iter()
                        .filter(|(other, _)| *other == id)
                        .fold(Hazards::NONE, |all, (_, h)| all | *h);
                    let common = hazards & other;
                    (!common.is_none()).then_some((id, common))
                })
                .collect(),
            (one, other) => one.or(other).unwrap_or_default(),
        };
        let facts = Facts { when_true: combine(true), when_false: combine(false) };
        (facts != Facts::default()).then(|| Rc::new(facts))
    }

    /// An object or list of the program's own, or what a caller gives instead of it: `options ?? { depth: 1 }`. Each of
    /// its fields may be theirs, and others, too.
    fn with_theirs(&mut self, a: (&Value, &Rc<Cleared>), b: (&Value, &Rc<Cleared>)) -> Option<Shape> {
        let is_theirs = |value: &Value| {
            matches!(value.shape, Shape::Unknown)
                && value.id.is_some()
                && matches!(value.known, Known::Nothing)
                && super::secrets::callers(value)
        };
        let ((theirs, cleared), own) = match (is_theirs(a.0), is_theirs(b.0)) {
            (true, false) => (a, b.0),
            (false, true) => (b, a.0),
            _ => return None,
        };
        if self.joining >= DEEPEST || self.is_exhausted() || own.taints.is_some() {
            return None;
        }
        let theirs = self.bake(theirs, cleared);
        let place = theirs.taints.as_ref().map(|taints| self.trace.source_place(taints[0].step))?;
        match &own.shape {
            Shape::Object(fields) if fields.rest.is_none() && fields.order.len() <= FEW_FIELDS => {
                let mut fields = (**fields).clone();
                let empty = Rc::default();
                for name in fields.order.clone() {
                    let field = self.child(&theirs, &name, place);
                    if let Some(known) = fields.known.get_mut(&name)
                        && !known.is_function()
                    {
                        let both = self.join((known, &empty), (&field, &empty));
                        *known = Rc::new(both);
                    }
                }
                fields.rest = Some(theirs);
                Some(Shape::Object(Rc::new(fields)))
            }
            Shape::List(items) if items.rest.is_none() => {
                let rest = Some(self.child(&theirs, "*", place));
                let known = items.known.iter().cloned().map(absent).collect();
                Some(Shape::List(Rc::new(Items { known, rest })))
            }
            _ => None,
        }
    }

    /// Either of two shapes; `None` where that is `a` as it is.
    fn join_shapes(&mut self, a: (&Shape, &Rc<Cleared>), b: (&Shape, &Rc<Cleared>)) -> Option<Shape> {
        // Objects inside of objects, again and again: what is deeper, or beyond the budget, is taken from one path.
        if self.joining >= DEEPEST || self.is_exhausted() {
            let other = Value { shape: b.0.clone(), ..Value::default() };
            return tainted(&other, 2).then_some(other.shape);
        }
        self.joining += 1;
        let joined = self.join_shapes_within(a, b);
        self.joining -= 1;
        joined
    }

    fn join_shapes_within(&mut self, a: (&Shape, &Rc<Cleared>), b: (&Shape, &Rc<Cleared>)) -> Option<Shape> {
        let ((a, cleared_a), (b, cleared_b)) = (a, b);
        match (a, b) {
            (_, Shape::Unknown) => None,
            (Shape::Unknown, other) => Some(other.clone()),
            (Shape::Object(x), Shape::Object(y)) => self.join_fields((x, cleared_a), (y, cleared_b)),
            (Shape::List(x), Shape::List(y)) => self.join_items((x, cleared_a), (y, cleared_b)),
            (Shape::OneOf(x), Shape::OneOf(y)) if Rc::ptr_eq(x, y) && x.iter().all(is_told_apart) => None,
            _ => {
                // What is one of several already is without doubles.
                let known = match a {
                    Shape::OneOf(several) => several,
                    one => std::slice::from_ref(one),
                };
                let more = match b {
                    Shape::OneOf(several) => several,
                    one => std::slice::from_ref(one),
                };
                let mut new: Vec<Shape> = Vec::new();
                for shape in more {
                    add_shape(known, &mut new, shape);
                }
                (!new.is_empty()).then(|| Shape::OneOf(known.iter().cloned().chain(new).collect()))
            }
        }
    }

    fn join_fields(
        &mut self,
        (x, cleared_a): (&Rc<Fields>, &Rc<Cleared>),
        (y, cleared_b): (&Rc<Fields>, &Rc<Cleared>),
    ) -> Option<Shape> {
        if Rc::ptr_eq(x, y) {
            return None;
        }
        // Fields are joined one by one, each as deep as it goes.
        self.spend((x.known.len() + y.known.len()) * 4);
        let same_paths = Rc::ptr_eq(cleared_a, cleared_b);
        let mut changed: Vec<(&Rc<str>, Rc<Value>)> = Vec::new();
        for name in &y.order {
            let Some(theirs) = y.known.get(name) else { continue };
            match x.known.get(name) {
                Some(ours) if Rc::ptr_eq(ours, theirs) && joins_to_itself(ours, same_paths) => {}
                Some(ours) => {
                    let joined = self.joined((ours, cleared_a), (theirs, cleared_b));
                    changed.extend(joined.map(|joined| (name, Rc::new(joined))));
                }
                None => changed.push((name, self.baked(theirs, cleared_b))),
            }
        }
        // What the second path does not have is as dangerous as it is on the first.
        for name in x.order.iter().filter(|name| !cleared_a.is_empty() && !y.known.contains_key(*name)) {
            let Some(ours) = x.known.get(name) else { continue };
            let baked = self.baked(ours, cleared_a);
            if !Rc::ptr_eq(&baked, ours) {
                changed.push((name, baked));
            }
        }
        let rest = match (&x.rest, &y.rest) {
            (Some(x), Some(y)) => self.joined((x, cleared_a), (y, cleared_b)),
            (None, other) => other.as_ref().map(|other| self.bake(other, cleared_b)),
            (Some(_), None) => None,
        };
        if changed.is_empty() && rest.is_none() {
            return None;
        }
        let mut fields = Fields {
            known: x.known.clone(),
            order: x.order.clone(),
            rest: rest.or_else(|| x.rest.clone()),
            ..Fields::default()
        };
        for (name, value) in changed {
            if !x.known.contains_key(name) {
                fields.order.push(Rc::clone(name));
            }
            fields.known.insert(Rc::clone(name), value);
        }
        Some(Shape::Object(Rc::new(fields)))
    }

    fn join_items(
        &mut self,
        (x, cleared_a): (&Rc<Items>, &Rc<Cleared>),
        (y, cleared_b): (&Rc<Items>, &Rc<Cleared>),
    ) -> Option<Shape> {
        if Rc::ptr_eq(x, y) {
            return None;
        }
        let (short, long, cleared_short, cleared_long) = if x.known.len() <= y.known.len() {
            (x, y, cleared_a, cleared_b)
        } else {
            (y, x, cleared_b, cleared_a)
        };
        self.spend(long.known.len() * 4);
        let mut is_first = x.known.len() == y.known.len();
        let mut known: Vec<Value> = Vec::new();
        for (at, value) in long.known.iter().enumerate() {
            let joined = match short.known.get(at) {
                Some(other) => {
                    let joined = self.joined((other, cleared_short), (value, cleared_long));
                    if joined.is_none() && is_first {
                        continue;
                    }
                    joined.unwrap_or_else(|| other.clone())
                }
                // An option that is there on one path only takes no value from what follows on both.
                None if self.meets_paths
                    && at + 1 == long.known.len()
                    && value.as_str().is_some_and(|text| text.starts_with('-')) =>
                {
                    Value { known: Known::Nothing, ..value.clone() }
                }
                None if self.meets_paths => absent(self.bake(value, cleared_long)),
                None => self.bake(value, cleared_long),
            };
            if is_first {
                // So far all of them were those of the first path.
                known.extend_from_slice(&short.known[..at]);
                is_first = false;
            }
            known.push(joined);
        }
        let rest = match (&x.rest, &y.rest) {
            (Some(x), Some(y)) => self.joined((x, cleared_a), (y, cleared_b)),
            // What one path has checked of them holds on the other as well, where there are none.
            (None, other) => other.as_ref().map(|rest| self.bake(rest, cleared_b)),
            (Some(rest), None) => {
                Some(self.bake(rest, cleared_a)).filter(|baked| baked.taints != rest.taints)
            }
        };
        if is_first {
            rest.as_ref()?;
            known.clone_from(&x.known);
        }
        Some(Shape::List(Rc::new(Items { known, rest: rest.or_else(|| x.rest.clone()) })))
    }

    /// The state after two paths meet.
    pub(crate) fn join_states(&mut self, a: State, b: State) -> State {
        if a.dead {
            return b;
        }
        if b.dead {
            return a;
        }
        let lenient = a.optional != b.optional;
        let cleared = if lenient { either(&a.cleared, &b.cleared) } else { meet(&a.cleared, &b.cleared) };
        let same_paths = Rc::ptr_eq(&a.cleared, &b.cleared);
        self.meets_paths = true;
        // The frames of one path become those of both.
        let mut frames = a.frames;
        frames.truncate(b.frames.len());
        let (on_a, on_b) = ((&a.cleared, a.optional), (&b.cleared, b.optional));
        for (x, y) in frames.iter_mut().zip(&b.frames) {
            if Rc::ptr_eq(x, y) {
                continue;
            }
            for changed in &y.changed {
                if !x.changed.contains(changed) {
                    Rc::make_mut(x).changed.push(*changed);
                }
            }
            if Rc::ptr_eq(&x.variables, &y.variables) {
                continue;
            }
            self.spend(x.variables.len() + y.variables.len());
            let mut joined: Vec<(VarId, Rc<Value>)> = Vec::new();
            for (variable, ours, theirs) in x.variables.beside(&y.variables) {
                match ours {
                    Some(ours) => {
                        let unchanged = Rc::ptr_eq(ours, theirs)
                            && (ours.taints.is_none() || on_a.1 == on_b.1)
                            && joins_to_itself(ours, same_paths)
                            || same(ours, theirs)
                                && (same_paths || ours.id.is_some() && ours.taints.is_some());
                        if !unchanged && let Some(value) = self.joined_on((ours, on_a), (theirs, on_b)) {
                            joined.push((variable, Rc::new(value)));
                        }
                    }
                    None => joined.push((variable, self.baked(theirs, &b.cleared))),
                }
            }
            if !joined.is_empty() {
                Rc::make_mut(&mut Rc::make_mut(x).variables).extend(joined);
            }
        }
        self.meets_paths = false;
        State { frames, cleared, dead: false, optional: a.optional.min(b.optional) }
    }
}

/// Two texts that mean the same where a program is started: the shell of one system and that of another, and the
/// options behind which they take a command.
fn alike(a: &Value, b: &Value) -> bool {
    let both = |test: fn(&str) -> bool| a.as_str().is_some_and(test) && b.as_str().is_some_and(test);
    if a.as_str().is_none() || b.as_str().is_none() {
        return false;
    }
    let name = |value: &Value| value.as_str().filter(|text| !text.contains(' ')).map(program_name);
    let same_program = || name(a).is_some_and(|a| Some(a) == name(b)) && ends_as_program(a, b);
    both(is_shell) || both(is_shell_option) || same_program()
}

/// True where one of two texts says by its end that it is a program: `adb.exe` beside `adb`.
fn ends_as_program(a: &Value, b: &Value) -> bool {
    [a, b]
        .iter()
        .filter_map(|value| value.suffix())
        .any(|text| [".exe", ".cmd", ".bat"].iter().any(|end| text.to_ascii_lowercase().ends_with(end)))
}

/// How both of two texts begin and end.
fn common_affixes(a: &Value, b: &Value) -> Known {
    let (Some(x), Some(y)) = (a.prefix(), b.prefix()) else { return Known::Truthy };
    let same = x.char_indices().zip(y.chars()).find(|((_, x), y)| x != y);
    let start = same.map_or(x.len().min(y.len()), |((at, _), _)| at);
    let ends = |value: &Value| value.suffix().map(str::to_owned).unwrap_or_default();
    let (x_end, y_end) = (ends(a), ends(b));
    let length: usize = x_end
        .chars()
        .rev()
        .zip(y_end.chars().rev())
        .take_while(|(x, y)| x == y)
        .map(|(x, _)| x.len_utf8())
        .sum();
    let (start, end) = (&x[..start], &x_end[x_end.len() - length..]);
    // A program's name and its path end alike, whichever system it is for.
    let name = program_name(&x_end);
    if ends_as_program(a, b) && name.len() > 1 && name == program_name(&y_end) {
        return Known::affixes(start, name);
    }
    if start.is_empty() && end.is_empty() { Known::Truthy } else { Known::affixes(start, end) }
}

/// The paths that both values are forms of, each being one of itself.
fn common_forms(a: &Value, b: &Value) -> Option<Rc<Vec<ValueId>>> {
    if a.forms == b.forms {
        return a.forms.clone();
    }
    let of = |value: &Value| -> Vec<ValueId> {
        value.forms.iter().flat_map(|forms| forms.iter()).copied().chain(value.id).collect()
    };
    let theirs = of(b);
    let common: Vec<ValueId> = of(a).into_iter().filter(|id| theirs.contains(id)).collect();
    (!common.is_empty()).then(|| common.into())
}

/// True where joining `a` with `b` leaves all of `a` but its shape as it is.
fn adds_nothing(a: &Value, b: &Value, same_paths: bool) -> bool {
    let same_taints = match (&a.taints, &b.taints) {
        (None, None) => true,
        (Some(x), Some(y)) => Rc::ptr_eq(x, y) && a.id.is_some() && same_paths,
        _ => false,
    };
    let same_facts = match (&a.facts, &b.facts) {
        (None, None) => same_paths || truth(a) == truth(b),
        (x, y) => same_paths && x == y && truth(a) == truth(b),
    };
    same_taints
        && same_facts
        && a.id == b.id
        && a.known == b.known
        && a.about == b.about
        && a.forms == b.forms
        && a.marks == b.marks
        && a.marks.leading == a.is_led()
        && (a.place.is_some() || b.place.is_none())
}

/// True when joining a value with itself gives it back, which saves the work.
fn joins_to_itself(value: &Value, same_paths: bool) -> bool {
    let told_apart = match &value.shape {
        Shape::OneOf(several) => several.iter().all(is_told_apart),
        Shape::Unknown => true,
        one => is_told_apart(one),
    };
    let paths_matter = value.taints.is_some() || value.facts.is_some();
    let named = value.taints.is_none() || value.id.is_some();
    told_apart
        && named
        && (same_paths || !paths_matter)
        && value.marks.leading == value.is_led()
        && !matches!(value.known, Known::Number(number) if number.is_nan())
}

/// True for shapes of which [`add_shape`] keeps one of two that are alike.
fn is_told_apart(shape: &Shape) -> bool {
    !matches!(shape, Shape::Unknown | Shape::Schema(_) | Shape::Resolver(_) | Shape::OneOf(_))
}

/// True when two values are the same one, without looking deep.
pub(super) fn same(a: &Value, b: &Value) -> bool {
    let taints = match (&a.taints, &b.taints) {
        (None, None) => true,
        (Some(a), Some(b)) => Rc::ptr_eq(a, b),
        _ => false,
    };
    let shapes = match (&a.shape, &b.shape) {
        (Shape::Unknown, Shape::Unknown) => true,
        (Shape::Api(a), Shape::Api(b)) => a == b,
        (Shape::Function(a, x), Shape::Function(b, y)) => a == b && bound::same(x, y),
        (Shape::Class(a), Shape::Class(b)) | (Shape::Instance(a), Shape::Instance(b)) => a == b,
        (Shape::Module(a), Shape::Module(b)) => a == b,
        (Shape::Object(a), Shape::Object(b)) => Rc::ptr_eq(a, b),
        (Shape::List(a), Shape::List(b)) => Rc::ptr_eq(a, b),
        _ => false,
    };
    taints && shapes && a.id == b.id && a.known == b.known && a.facts == b.facts && a.marks == b.marks
}

fn add_shape(first: &[Shape], more: &mut Vec<Shape>, shape: &Shape) {
    if first.len() + more.len() >= MOST_SHAPES {
        return;
    }
    let known = first.iter().chain(more.iter()).any(|known| match (known, shape) {
        (Shape::Api(a), Shape::Api(b)) => a == b,
        (Shape::Function(a, x), Shape::Function(b, y)) => a == b && bound::alike(x, y),
        (Shape::Class(a), Shape::Class(b)) | (Shape::Instance(a), Shape::Instance(b)) => a == b,
        (Shape::Module(a), Shape::Module(b)) => a == b,
        (Shape::Object(a), Shape::Object(b)) => Rc::ptr_eq(a, b),
        (Shape::List(a), Shape::List(b)) => Rc::ptr_eq(a, b),
        (Shape::Given(a, x), Shape::Given(b, y)) => Rc::ptr_eq(a, b) && Rc::ptr_eq(x, y),
        _ => false,
    });
    if !known {
        more.push(shape.clone());
    }
}
