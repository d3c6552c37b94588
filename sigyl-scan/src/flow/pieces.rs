//! Pieces of values: what a check of every piece says about the whole.
//!
//! `for (const part of path.split("/")) if (part === "..") throw …` speaks about `path`. While the loop runs, its
//! variable stands for any piece; what every round establishes about it holds for all of them once the loop is over,
//! and so for the whole.

use std::rc::Rc;

use super::{
    Hazards,
    engine::Engine,
    event::Cleared,
    regex,
    state::{State, beyond},
    value::{Facts, Value, ValueId},
};

/// Most levels of pieces of pieces. Chosen.
const DEEPEST: usize = 4;

/// The hazards that the whole is without where no piece of it, between separators `separator`, has them.
pub(crate) fn mask(separator: Option<&str>) -> Hazards {
    // The separators themselves are in the whole: it can be an absolute path, a URL, several words.
    let text = Hazards::ALL - Hazards::PATH_ABSOLUTE - Hazards::HOST - Hazards::REDIRECT;
    match separator {
        Some(separator) if !regex::of_characters(separator).any(Hazards::COMMAND) => text,
        _ => text - Hazards::COMMAND,
    }
}

/// The address that a text speaks about which is made of its scheme and host again: `${url.protocol}//${url.host}`.
pub(super) fn host_of_one(values: &[Value]) -> Option<(ValueId, Hazards)> {
    let mut about: Option<(ValueId, Hazards)> = None;
    for value in values.iter().filter(|value| value.as_str().is_none()) {
        let (id, hazards) = value.about?;
        about = match about {
            None => Some((id, hazards)),
            Some((known, all)) if known == id => Some((id, all | hazards)),
            Some(_) => return None,
        };
    }
    about.filter(|(_, hazards)| hazards.any(Hazards::HOST))
}

impl Engine<'_> {
    /// Notes that `piece` is any piece of `whole`: without `hazards` where every piece is.
    pub(crate) fn note_piece(&mut self, piece: Option<ValueId>, whole: Option<ValueId>, hazards: Hazards) {
        if let (Some(piece), Some(whole)) = (piece, whole)
            && piece != whole
        {
            self.pieces.insert(piece, (whole, hazards));
        }
    }

    /// Notes that `part` is the one of several pieces of a text that stands at a certain place: what is said of it says
    /// nothing of the others, nor of the whole.
    pub(super) fn note_part_of(&mut self, part: Option<ValueId>, pieces: ValueId) {
        let of_text = self.pieces.get(&pieces).filter(|(_, mask)| !mask.any(Hazards::PATH_ABSOLUTE));
        if let Some((whole, _)) = of_text.copied() {
            self.note_piece(part, Some(whole), Hazards::NONE);
        }
        self.note_option_of(part, Some(pieces));
    }

    /// Notes that `made` was made of `piece`, or of an option's name: a check of one is a check of the other.
    pub(crate) fn note_made_of(&mut self, made: Option<ValueId>, of: Option<ValueId>) {
        if let (Some(made), Some(of)) = (made, of)
            && let Some((whole, hazards)) = self.pieces.get(&of).copied()
        {
            self.note_piece(Some(made), Some(whole), hazards);
        }
        self.note_option_of(made, of);
    }

    fn note_option_of(&mut self, made: Option<ValueId>, of: Option<ValueId>) {
        let (Some(made), Some(of)) = (made, of) else { return };
        if let Some(option) = self.option_names.get(&of).copied() {
            self.option_names.insert(made, option);
        }
    }

    /// The same for a value that is `a` on one path and `b` on another.
    pub(crate) fn note_either_of(&mut self, made: Option<ValueId>, a: Option<ValueId>, b: Option<ValueId>) {
        let (Some(made), Some(a), Some(b)) = (made, a, b) else { return };
        if made == a || made == b {
            return;
        }
        if let (Some((whole, x)), Some((other, y))) =
            (self.pieces.get(&a).copied(), self.pieces.get(&b).copied())
            && whole == other
        {
            self.note_piece(Some(made), Some(whole), x & y);
        }
        if let (Some(option), Some(other)) = (self.option_names.get(&a).copied(), self.option_names.get(&b))
            && option == *other
        {
            self.option_names.insert(made, option);
        }
    }

    /// True for a piece of a text between separators.
    pub(crate) fn is_piece(&self, value: &Value) -> bool {
        value.id.is_some_and(|id| self.pieces.contains_key(&id))
    }

    /// True for a piece of a text that was taken apart, not for a member of a list.
    pub(crate) fn is_part_of_text(&self, value: &Value) -> bool {
        let mask = value.id.and_then(|id| self.pieces.get(&id)).map(|(_, mask)| *mask);
        mask.is_some_and(|mask| !mask.any(Hazards::PATH_ABSOLUTE))
    }

    /// Facts about values, and about what they are the only piece of.
    pub(crate) fn with_wholes(&self, facts: Vec<(ValueId, Hazards)>) -> Vec<(ValueId, Hazards)> {
        let wholes = self.of_wholes(&facts);
        facts.into_iter().chain(wholes).collect()
    }

    /// What holds of every piece, and so of wholes.
    fn of_wholes(&self, facts: &[(ValueId, Hazards)]) -> Vec<(ValueId, Hazards)> {
        let mut all = Vec::new();
        for (id, gone) in facts {
            let (mut id, mut gone) = (*id, *gone);
            for _ in 0..DEEPEST {
                let Some((whole, mask)) = self.pieces.get(&id) else { break };
                gone = gone & *mask;
                if gone.is_none() {
                    break;
                }
                all.push((*whole, gone));
                id = *whole;
            }
        }
        all
    }

    /// Works what every round has established about its piece into the state after a loop, and into that of no round
    /// at all: nothing is wrong with a piece where there is none.
    pub(crate) fn after_rounds(&self, before: &Cleared, after: &mut State, no_round: &mut State) {
        if after.dead {
            return;
        }
        let established: Vec<_> = beyond(&after.cleared, before)
            .into_iter()
            .filter(|(id, _)| self.pieces.contains_key(id))
            .collect();
        let wholes = self.of_wholes(&established);
        after.assume(&wholes);
        no_round.assume(&established);
        no_round.assume(&wholes);
    }

    /// Takes back what was established about single pieces on a path that leaves a loop early: others were not seen.
    pub(crate) fn forget_pieces(&self, before: &Cleared, left: &mut State) {
        let early: Vec<_> = beyond(&left.cleared, before)
            .into_iter()
            .filter(|(id, _)| self.pieces.contains_key(id))
            .collect();
        if early.is_empty() {
            return;
        }
        let cleared = Rc::make_mut(&mut left.cleared);
        for (id, gone) in early {
            if let Some(known) = cleared.get_mut(&id) {
                *known = *known - gone;
            }
        }
    }

    /// What `pieces.some(test)` and `pieces.every(test)` say, from what the test says of each piece.
    pub(crate) fn quantified(&self, results: &[Value], every: bool) -> Option<Rc<Facts>> {
        let side = |wanted: bool| {
            results.iter().map(move |result| match &result.facts {
                Some(facts) if wanted => facts.when_true.clone(),
                Some(facts) => facts.when_false.clone(),
                None => Vec::new(),
            })
        };
        // `some` is false, and `every` true, where each test came out so; otherwise one of them did.
        let mut all: Vec<_> = side(every).flatten().collect();
        all.extend(self.of_wholes(&all));
        let mut one: Option<Vec<(ValueId, Hazards)>> = None;
        for facts in side(!every) {
            one = Some(match one {
                None => facts,
                Some(known) => common(&known, &facts),
            });
        }
        let one: Vec<_> =
            one.unwrap_or_default().into_iter().filter(|(id, _)| !self.pieces.contains_key(id)).collect();
        let facts = if every {
            Facts { when_true: all, when_false: one }
        } else {
            Facts { when_true: one, when_false: all }
        };
        (facts != Facts::default()).then(|| Rc::new(facts))
    }
}

fn common(a: &[(ValueId, Hazards)], b: &[(ValueId, Hazards)]) -> Vec<(ValueId, Hazards)> {
    a.iter()
        .filter_map(|(id, gone)| {
            let other = b.iter().filter(|(other, _)| other == id).fold(Hazards::NONE, |all, (_, h)| all | *h);
            let gone = *gone & other;
            (!gone.is_none()).then_some((*id, gone))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_are_in_the_whole() {
        assert!(!mask(Some("|")).any(Hazards::COMMAND) && !mask(None).any(Hazards::COMMAND));
        assert!(mask(Some("/")).all(Hazards::COMMAND | Hazards::PATH_UP));
        assert!(!mask(Some("/")).any(Hazards::PATH_ABSOLUTE));
    }
}
