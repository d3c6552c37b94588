//! What is known on one path through the program: variables, and what guards have established.

use std::rc::Rc;

use super::{
    Hazards,
    event::Cleared,
    join::Path,
    value::{FunctionRef, Value, ValueId},
    variables::Variables,
};
use crate::ir::VarId;

/// Variables of one running function.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    pub(crate) function: FunctionRef,
    pub(crate) variables: Rc<Variables>,
    pub(crate) this: Option<Rc<Value>>,
    /// Variables of the functions around it that do not run any more.
    pub(crate) environment: Option<Rc<Variables>>,
    /// Variables whose objects were changed in place: the caller's, where they are parameters.
    pub(crate) changed: Vec<VarId>,
    /// What the call gave, where it is more than there are parameters.
    pub(crate) given: Option<Rc<[Value]>>,
}

/// A path's state.
#[derive(Debug, Clone, Default)]
pub(crate) struct State {
    /// Running functions, innermost last; paths share those that they have not changed.
    pub(crate) frames: Vec<Rc<Frame>>,
    /// Hazards that guards have taken away.
    pub(crate) cleared: Rc<Cleared>,
    /// True after a return, throw, break or continue: nothing runs on this path any more.
    pub(crate) dead: bool,
    /// How many conditions deep the path is that only the server's configuration decides.
    pub(crate) optional: u8,
}

impl State {
    /// True where nothing was changed on the way from one to the other.
    pub(crate) fn is(&self, other: &Self) -> bool {
        let same_frames = |(own, others): (&Rc<Frame>, &Rc<Frame>)| Rc::ptr_eq(own, others);
        self.frames.len() == other.frames.len()
            && self.frames.iter().zip(&other.frames).rev().all(same_frames)
            && Rc::ptr_eq(&self.cleared, &other.cleared)
            && (self.dead, self.optional) == (other.dead, other.optional)
    }

    /// What joins need to know of this path.
    pub(crate) fn path(&self) -> Path<'_> {
        (&self.cleared, self.optional)
    }

    /// Takes `hazards` away from the value `id` on this path.
    pub(crate) fn clear(&mut self, id: ValueId, hazards: Hazards) {
        let known = self.cleared.get(&id).copied().unwrap_or(Hazards::NONE);
        if !known.all(hazards) {
            Rc::make_mut(&mut self.cleared).insert(id, known | hazards);
        }
    }

    /// Applies what a condition established.
    pub(crate) fn assume(&mut self, facts: &[(ValueId, Hazards)]) {
        for (id, hazards) in facts {
            self.clear(*id, *hazards);
        }
    }
}

/// What both paths established.
pub(crate) fn meet(a: &Rc<Cleared>, b: &Rc<Cleared>) -> Rc<Cleared> {
    if Rc::ptr_eq(a, b) {
        return Rc::clone(a);
    }
    let (small, large) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    // What is shared is known to be the same at a glance.
    let is_in_large =
        |(id, hazards): (&ValueId, &Hazards)| large.get(id).is_some_and(|own| own.all(*hazards));
    if small.iter().all(is_in_large) {
        return Rc::clone(small);
    }
    let both = small
        .iter()
        .filter_map(|(id, hazards)| {
            let common = *hazards & *large.get(id)?;
            (!common.is_none()).then_some((*id, common))
        })
        .collect();
    Rc::new(both)
}

/// What either path established.
pub(crate) fn either(a: &Rc<Cleared>, b: &Rc<Cleared>) -> Rc<Cleared> {
    if Rc::ptr_eq(a, b) {
        return Rc::clone(a);
    }
    let mut all = (**a).clone();
    for (id, hazards) in b.iter() {
        let known = all.entry(*id).or_insert(Hazards::NONE);
        *known = *known | *hazards;
    }
    Rc::new(all)
}

/// What `more` established beyond `less`.
pub(crate) fn beyond(more: &Cleared, less: &Cleared) -> Vec<(ValueId, Hazards)> {
    let mut facts: Vec<_> = more
        .iter()
        .filter_map(|(id, hazards)| {
            let rest = *hazards - less.get(id).copied().unwrap_or(Hazards::NONE);
            (!rest.is_none()).then_some((*id, rest))
        })
        .collect();
    facts.sort_unstable();
    facts
}
