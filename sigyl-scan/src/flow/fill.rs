//! Texts with places that values are put into: `"…{name}…".format(name=x)`, `Template("…$name…").substitute(name=x)`.

use super::{
    call::Arguments,
    engine::Engine,
    state::State,
    value::{Known, Value},
};
use crate::rule::Place;

/// Most places of one text. Chosen.
const MOST_PLACES: usize = 64;

/// How the places of a text are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// `{}`, `{0}`, `{name!r:>10}`; `{{` is a brace.
    Format,
    /// `$name`, `${name}`; `$$` is a dollar sign.
    Template,
}

/// A part of such a text.
#[derive(Debug, PartialEq, Eq)]
enum Part<'t> {
    Text(&'t str),
    /// The name of what is put here; empty for the next one in order.
    Place(&'t str),
}

impl Engine<'_> {
    /// The text `receiver` with `arguments` put into it.
    pub(super) fn filled(
        &mut self,
        state: &State,
        receiver: &Value,
        style: Style,
        arguments: &Arguments,
        place: Place,
    ) -> Value {
        let given = &arguments.positional;
        let Some(text) = receiver.as_str() else {
            let begins = Value { known: prefix(receiver), ..Value::default() };
            let named = arguments.keywords.iter().map(|(_, value)| value);
            let mut values = vec![begins];
            for value in given.iter().chain(named) {
                let value = if value.fields().is_empty() { value.clone() } else { self.element(value) };
                values.push(value);
            }
            if receiver.taints.is_some() {
                values.push(receiver.clone());
            }
            return self.concat(state, &values, Some(place));
        };
        let mut next = 0;
        let mut values = Vec::new();
        for part in parts(text, style) {
            let name = match part {
                Part::Text(text) => {
                    values.push(Value { known: Known::Text(text.into()), ..Value::default() });
                    continue;
                }
                Part::Place(name) => name,
            };
            let root = name.split(['.', '[']).next().unwrap_or(name);
            let by_order = match (style, root.is_empty()) {
                (Style::Format, true) => {
                    next += 1;
                    given.get(next - 1)
                }
                (Style::Format, false) => root.parse().ok().and_then(|at: usize| given.get(at)),
                (Style::Template, _) => None,
            };
            let by_name =
                || arguments.keywords.iter().find(|(key, _)| &**key == root).map(|(_, value)| value);
            let of_mapping = || given.iter().find_map(|mapping| mapping.field(root));
            let mut value = by_order.or_else(by_name).or_else(of_mapping).cloned();
            if value.is_none() {
                let rest = given.iter().chain(arguments.keywords.iter().map(|(_, value)| value));
                let mut unknown = rest.filter(|value| value.taints.is_some() && value.fields().is_empty());
                value = unknown.next_back().cloned().map(|mapping| self.element(&mapping));
            }
            values.push(value.unwrap_or_default());
        }
        self.concat(state, &values, Some(place))
    }
}

impl Engine<'_> {
    /// `"…%(name)s…" % {"name": x}`.
    pub(super) fn filled_by_name(
        &mut self,
        state: &State,
        text: &str,
        mapping: &Value,
        place: Place,
    ) -> Value {
        let mut values = Vec::new();
        let text_of = |text: &str| Value { known: Known::Text(text.into()), ..Value::default() };
        let mut rest = text;
        while let Some((before, from)) = rest.split_once("%(").filter(|_| values.len() < 2 * MOST_PLACES) {
            let Some((name, after)) = from.split_once(')') else { break };
            values.push(text_of(before));
            values.push(mapping.field(name).cloned().unwrap_or_default());
            // The letter that says how it is written, behind its width.
            let kind = after.find(|char: char| char.is_ascii_alphabetic()).map_or(after.len(), |at| at + 1);
            rest = &after[kind..];
        }
        values.push(text_of(rest));
        self.concat(state, &values, Some(place))
    }
}

fn prefix(text: &Value) -> Known {
    match text.prefix() {
        Some(prefix) => Known::affixes(prefix, ""),
        None => Known::Nothing,
    }
}

/// A text cut at its places.
fn parts(text: &str, style: Style) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    let mark = if style == Style::Format { '{' } else { '$' };
    while let Some(at) = rest.find(mark).filter(|_| parts.len() < 2 * MOST_PLACES) {
        let (before, from) = rest.split_at(at);
        if !before.is_empty() {
            parts.push(Part::Text(before));
        }
        let after = &from[1..];
        // Doubled, it stands for itself.
        if after.starts_with(mark) {
            parts.push(Part::Text(&from[..1]));
            rest = &after[1..];
            continue;
        }
        let braced = style == Style::Format || after.starts_with('{');
        let inner = if style == Style::Template && braced { &after[1..] } else { after };
        let end = match braced {
            true => inner.find('}'),
            false => {
                let is_name = |char: char| char == '_' || char.is_ascii_alphanumeric();
                inner.find(|char| !is_name(char)).or(Some(inner.len())).filter(|end| *end > 0)
            }
        };
        let Some(end) = end else {
            parts.push(Part::Text(&from[..1]));
            rest = after;
            continue;
        };
        let name = inner[..end].split(['!', ':']).next().unwrap_or_default();
        parts.push(Part::Place(name));
        rest = inner[end..].strip_prefix('}').filter(|_| braced).unwrap_or(&inner[end..]);
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_both_styles() {
        use Part::{Place, Text};
        let format = |text| parts(text, Style::Format);
        assert_eq!(
            format("a {} b {x!r:>3}{{c}}"),
            [Text("a "), Place(""), Text(" b "), Place("x"), Text("{"), Text("c}}")]
        );
        assert_eq!(format("open {"), [Text("open "), Text("{")]);
        let template = |text| parts(text, Style::Template);
        assert_eq!(
            template("$a-${b}$$5 $"),
            [Place("a"), Text("-"), Place("b"), Text("$"), Text("5 "), Text("$")]
        );
        assert_eq!(template("${open"), [Text("$"), Text("{open")]);
    }

    #[test]
    fn many_places_end() {
        assert!(parts(&"{}".repeat(100_000), Style::Format).len() <= 2 * MOST_PLACES + 1);
        assert!(parts(&"$".repeat(99_999), Style::Template).len() <= 2 * MOST_PLACES + 2);
    }
}
