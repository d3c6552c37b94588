//! Which member of a list is picked by its number, where nobody knows which members there are.

use std::rc::Rc;

use super::{
    call::Arguments,
    engine::Engine,
    value::{Items, Shape, Value},
};

/// A member that is there on some paths only.
pub(super) fn absent(mut member: Value) -> Value {
    member.marks.may_be_absent = true;
    member
}

/// What stands in where nothing is found: a list of which no member need be there.
pub(super) fn instead(default: &Value) -> Value {
    let Shape::List(items) = &default.shape else { return default.clone() };
    let known = items.known.iter().cloned().map(absent).collect();
    let shape = Shape::List(Rc::new(Items { known, rest: items.rest.clone() }));
    Value { shape, ..default.clone() }
}

impl Engine<'_> {
    /// The member at a number. Where one before it, or itself, may not be there, any that follows may stand in its place:
    /// `found = [one for one in ALL if one.works()]`, `found[0]`.
    pub(super) fn member_at(&mut self, items: &Rc<Items>, at: usize) -> Value {
        let until = items.known.len().min(at.saturating_add(1));
        let unsure = items.known[..until].iter().position(|member| member.marks.may_be_absent);
        let mut picked = match unsure {
            Some(from) => {
                let known = items.known[from..].to_vec();
                let left = Items { known, rest: items.rest.clone() };
                self.element(&Value { shape: Shape::List(Rc::new(left)), ..Value::default() })
            }
            None => items.known.get(at).or(items.rest.as_ref()).cloned().unwrap_or_default(),
        };
        picked.marks.may_be_absent = false;
        picked
    }

    /// What functions give that put a list in another order, or pick one of its members by what it says of itself.
    pub(super) fn picked(&mut self, api: &str, arguments: &Arguments) -> Option<Value> {
        let list = arguments.positional.first()?;
        let Shape::List(items) = &list.shape else { return None };
        match api {
            "sorted" | "reversed" | "heapq.nlargest" | "heapq.nsmallest" | "random.sample"
            | "lodash.sortBy" | "lodash.orderBy" | "lodash.shuffle" => {
                let known = items.known.iter().cloned().map(absent).collect();
                let items = Items { known, rest: items.rest.clone() };
                Some(Value { shape: Shape::List(Rc::new(items)), ..list.clone() })
            }
            "max" | "min" if is_keyed(arguments) => Some(self.element(list)),
            "random.choice" | "secrets.choice" | "lodash.sample" | "lodash.maxBy" | "lodash.minBy" => {
                Some(self.element(list))
            }
            _ => None,
        }
    }
}

/// `max(engines, key=lambda one: one.rank)`: one of the members, not a number.
fn is_keyed(arguments: &Arguments) -> bool {
    arguments.positional.len() == 1 && arguments.keywords.iter().any(|(name, _)| &**name == "key")
}
