//! Parts of a text that was taken apart, by where they stand: what a check says of one says nothing of the others.

use std::rc::Rc;

use super::{
    engine::Engine,
    event::Cleared,
    value::{Facts, Items, Shape, Value},
};

impl Engine<'_> {
    /// The piece that is called `name` among those which `piece` stands for: `parts[2]`, `const [, kind, id] = parts`.
    pub(super) fn part(&mut self, cleared: &Cleared, piece: &Value, name: &str) -> Value {
        let Some((id, place)) = piece.id.zip(piece.taints.as_ref().map(|taints| taints[0].step)) else {
            return piece.clone();
        };
        let place = self.trace.place(place);
        let baked = self.bake(piece, cleared);
        if baked.taints.is_none() {
            return baked;
        }
        let part = self.child(&baked, name, place);
        self.note_part_of(part.id, id);
        Value { taints: part.taints, id: part.id, ..baked }
    }

    /// The member at a number of what is a list, with what its being there says.
    pub(super) fn numbered(
        &mut self,
        cleared: &Cleared,
        list: &Value,
        items: &Rc<Items>,
        at: usize,
    ) -> Value {
        let member = self.member_at(items, at);
        let member = match items.known.len() <= at {
            true => self.part(cleared, &member, &at.to_string()),
            false => member,
        };
        there(member, list)
    }

    /// One of the pieces in a list that nobody numbers, taken out of it at a place: `parts.shift()`.
    pub(super) fn taken(&mut self, cleared: &Cleared, list: &Value, name: &str) -> Value {
        let member = self.element(list);
        let member = match &list.shape {
            Shape::List(items) if items.known.is_empty() => self.part(cleared, &member, name),
            _ => member,
        };
        there(member, list)
    }
}

/// A member of a list that was made by a test of each: where it is there, one of them passed.
pub(super) fn there(member: Value, list: &Value) -> Value {
    match &list.facts {
        Some(facts) if member.facts.is_none() && !facts.when_true.is_empty() => {
            let facts = Facts { when_true: facts.when_true.clone(), when_false: Vec::new() };
            Value { facts: Some(Rc::new(facts)), ..member }
        }
        _ => member,
    }
}
