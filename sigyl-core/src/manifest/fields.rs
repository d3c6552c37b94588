//! Reading a mapping key by key: each helper says what it expected, where, and how to mend it.

use super::{
    context::{Context, show},
    node::{Mapping, Node, NodeValue},
};
use crate::{DiagnosticLevel, Span};

/// A mapping under reading.
#[derive(Clone)]
pub(crate) struct Fields<'n> {
    mapping: &'n Mapping,
    /// Where the mapping stands.
    pub(crate) span: Span,
    /// How messages call it: `secrets[2].injection`, empty for the root.
    name: String,
}

/// A text and where it stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Text<'n> {
    /// The text.
    pub(crate) text: &'n str,
    /// Its place.
    pub(crate) span: Span,
}

impl<'n> Fields<'n> {
    /// The root of a file, which must be a mapping.
    pub(crate) fn root(ctx: &mut Context<'_>, node: &'n Node) -> Option<Self> {
        if node.value == NodeValue::Null {
            ctx.error(
                "empty-file",
                node.span,
                "the file is empty",
                "Write at least a name: `name: my-server`",
            );
            return None;
        }
        Self::of(ctx, node, String::new())
    }

    /// The fields of `node`, which must be a mapping; messages call it `name`.
    pub(crate) fn of(ctx: &mut Context<'_>, node: &'n Node, name: String) -> Option<Self> {
        let Some(mapping) = node.as_mapping() else {
            let what = if name.is_empty() { "the file".to_owned() } else { format!("`{}`", show(&name)) };
            let message = format!("{what} must be a mapping, not {}", node.type_name());
            ctx.error("wrong-type", node.span, message, "Write keys with values");
            return None;
        };
        for (key, span) in &mapping.duplicates {
            let message = format!("the key `{}` comes twice; the last one counts", show(key));
            ctx.warning("duplicate-key", *span, message, "Remove one of them");
        }
        Some(Self { mapping, span: node.span, name })
    }

    /// The keys, in the order of the file.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &'n str> + use<'n> {
        self.mapping.entries.keys().map(String::as_str)
    }

    /// The entries, in the order of the file: key, place of the key, value.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&'n str, Span, &'n Node)> + use<'n> {
        self.mapping.entries.iter().map(|(key, entry)| (key.as_str(), entry.key_span, &entry.value))
    }

    /// Where a key stands; the mapping where there is none.
    pub(crate) fn key_span(&self, key: &str) -> Span {
        self.mapping.entries.get(key).map_or(self.span, |entry| entry.key_span)
    }

    /// Place to point at for what is missing: the first key, for a whole mapping would fill the screen.
    pub(crate) fn head_span(&self) -> Span {
        self.mapping.entries.first().map_or(self.span, |(_, entry)| entry.key_span)
    }

    /// The value of a key; an empty value is none.
    pub(crate) fn get(&self, key: &str) -> Option<&'n Node> {
        self.mapping.get(key).filter(|node| node.value != NodeValue::Null)
    }

    /// How messages call a key of this mapping.
    pub(crate) fn name_of(&self, key: &str) -> String {
        if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) }
    }

    /// Warns of keys that are not `known`, and of known ones without a value.
    pub(crate) fn check_keys(&self, ctx: &mut Context<'_>, known: &[&str]) {
        for (key, span, node) in self.entries() {
            if known.contains(&key) {
                if node.value == NodeValue::Null {
                    let message = format!("`{}` has no value", show(&self.name_of(key)));
                    ctx.warning("empty-value", span, message, "Give it a value, or remove the key");
                }
                continue;
            }
            if key.starts_with("x-") || ctx.is_full(DiagnosticLevel::Warning) {
                continue;
            }
            let message = format!("there is no key `{}`", show(&self.name_of(key)));
            let mend = match nearest(key, known) {
                Some(near) => format!("Write `{near}`, or remove it"),
                None => format!("Remove it; the keys here are {}", list(known)),
            };
            ctx.warning("unknown-key", span, message, mend);
        }
    }

    /// The text of a key.
    pub(crate) fn string(&self, ctx: &mut Context<'_>, key: &str) -> Option<Text<'n>> {
        expect_string(ctx, self.get(key)?, &self.name_of(key))
    }

    /// The text of a key that must be there.
    pub(crate) fn required_string(
        &self,
        ctx: &mut Context<'_>,
        key: &str,
        example: &str,
    ) -> Option<Text<'n>> {
        if self.get(key).is_none() {
            let message = format!("`{}` is missing", show(&self.name_of(key)));
            let mend = format!("Add `{}`", ctx.pair(key, example));
            ctx.error("missing-key", self.head_span(), message, mend);
            return None;
        }
        self.string(ctx, key)
    }

    /// The texts of a key.
    pub(crate) fn strings(&self, ctx: &mut Context<'_>, key: &str) -> Option<Vec<Text<'n>>> {
        let name = self.name_of(key);
        let node = self.get(key)?;
        if let Some(text) = node.as_str() {
            let message = format!("`{}` must be a list of texts, not text", show(&name));
            let items: Vec<&str> = text.split_whitespace().collect();
            let mend = format!("Write `{key}: [{}]`", show(&items.join(", ")));
            ctx.error("wrong-type", node.span, message, mend);
            return None;
        }
        let items = self.sequence(ctx, key)?.iter().enumerate();
        Some(items.filter_map(|(at, item)| expect_string(ctx, item, &format!("{name}[{at}]"))).collect())
    }

    /// The items of a key.
    pub(crate) fn sequence(&self, ctx: &mut Context<'_>, key: &str) -> Option<&'n [Node]> {
        let node = self.get(key)?;
        let items = node.as_sequence();
        if items.is_none() {
            let message = format!("`{}` must be a list, not {}", show(&self.name_of(key)), node.type_name());
            ctx.error("wrong-type", node.span, message, "Write a list: one item on each line after `- `");
        }
        items
    }

    /// The mappings of a list.
    pub(crate) fn mappings(&self, ctx: &mut Context<'_>, key: &str) -> Vec<Fields<'n>> {
        let name = self.name_of(key);
        let items = self.sequence(ctx, key).unwrap_or_default().iter().enumerate();
        items.filter_map(|(at, item)| Fields::of(ctx, item, format!("{name}[{at}]"))).collect()
    }

    /// The mapping of a key.
    pub(crate) fn mapping(&self, ctx: &mut Context<'_>, key: &str) -> Option<Fields<'n>> {
        Fields::of(ctx, self.get(key)?, self.name_of(key))
    }

    /// The boolean of a key.
    pub(crate) fn boolean(&self, ctx: &mut Context<'_>, key: &str) -> Option<bool> {
        let node = self.get(key)?;
        if let NodeValue::Bool(value) = node.value {
            return Some(value);
        }
        let message =
            format!("`{}` must be true or false, not {}", show(&self.name_of(key)), node.type_name());
        let mend = match node.as_str().map(str::to_ascii_lowercase).as_deref() {
            Some("yes" | "on" | "true" | "1") => {
                format!("Write `{}`, without quotes", ctx.pair_literal(key, "true"))
            }
            Some("no" | "off" | "false" | "0") => {
                format!("Write `{}`, without quotes", ctx.pair_literal(key, "false"))
            }
            _ => format!("Write `{}`, or false", ctx.pair_literal(key, "true")),
        };
        ctx.error("wrong-type", node.span, message, mend);
        None
    }

    /// The TCP port of a key.
    pub(crate) fn port(&self, ctx: &mut Context<'_>, key: &str) -> Option<u16> {
        let node = self.get(key)?;
        let NodeValue::Number(number) = &node.value else {
            let message =
                format!("`{}` must be a number, not {}", show(&self.name_of(key)), node.type_name());
            let mend = match node.as_str().and_then(|text| text.parse::<u16>().ok()) {
                Some(port) => format!("Write `{key}: {port}`, without quotes"),
                None => format!("Write a number: `{key}: 3000`"),
            };
            ctx.error("wrong-type", node.span, message, mend);
            return None;
        };
        let port = number.as_u64().and_then(|port| u16::try_from(port).ok()).filter(|port| *port > 0);
        if port.is_none() {
            let message = format!("`{}` is no TCP port: {number}", show(&self.name_of(key)));
            ctx.error("invalid-value", node.span, message, "Write a whole number from 1 to 65535");
        }
        port
    }

    /// One of several words.
    pub(crate) fn choice<T: Copy>(
        &self,
        ctx: &mut Context<'_>,
        key: &str,
        choices: &[(&str, T)],
    ) -> Option<(T, Span)> {
        let text = self.string(ctx, key)?;
        let found = choices.iter().find(|(word, _)| *word == text.text);
        if found.is_none() {
            let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            let message = format!("`{}` cannot be `{}`", show(&self.name_of(key)), show(text.text));
            let mend = match nearest(text.text, &words) {
                Some(near) => format!("Write `{}`", ctx.pair(key, near)),
                None => format!("Write one of {}", list(&words)),
            };
            ctx.error("invalid-value", text.span, message, mend);
        }
        found.map(|(_, value)| (*value, text.span))
    }
}

/// The text of `node`; numbers and booleans are not taken for text, since `1.10` would become `1.1`.
pub(crate) fn expect_string<'n>(ctx: &mut Context<'_>, node: &'n Node, name: &str) -> Option<Text<'n>> {
    if let NodeValue::String(text) = &node.value {
        return Some(Text { text, span: node.span });
    }
    let message = format!("`{}` must be text, not {}", show(name), node.type_name());
    let written = ctx.text.get(node.span.range(ctx.text.len())).unwrap_or_default();
    let mend = match &node.value {
        NodeValue::Number(_) | NodeValue::Bool(_) => format!("Write it in quotes: `\"{}\"`", show(written)),
        NodeValue::Null => "Give it a value, or remove it".to_owned(),
        _ => "Write one text".to_owned(),
    };
    ctx.error("wrong-type", node.span, message, mend);
    None
}

/// The words as a message lists them.
pub(crate) fn list(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// The candidate that was probably meant.
pub(crate) fn nearest<'c>(word: &str, candidates: &[&'c str]) -> Option<&'c str> {
    /// Longer words are not compared: the distance costs the product of the lengths.
    const MAX_COMPARED: usize = 40;
    if word.len() > MAX_COMPARED {
        return None;
    }
    let word = plain(word);
    let distances = candidates.iter().map(|candidate| (distance(&word, &plain(candidate)), *candidate));
    let (distance, nearest) = distances.min()?;
    let allowed = if word.len() <= 4 { 1 } else { 2 };
    (distance <= allowed).then_some(nearest)
}

fn plain(word: &str) -> String {
    word.chars()
        .filter(|character| !matches!(character, '_' | '-' | ' '))
        .flat_map(char::to_lowercase)
        .collect()
}

/// Edits between two words: insertions, deletions, replacements, and swaps of neighbours.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![(0..=b.len()).collect::<Vec<usize>>()];
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut best = (rows[i][j] + usize::from(x != y)).min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                best = best.min(rows[i - 1][j - 1] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_finds_the_slip() {
        let known = ["transport", "description", "tags", "inputSchema"];
        assert_eq!(nearest("trasnport", &known), Some("transport"));
        assert_eq!(nearest("input_schema", &known), Some("inputSchema"));
        assert_eq!(nearest("Tags", &known), Some("tags"));
        assert_eq!(nearest("zzz", &known), None);
        assert_eq!(nearest(&"t".repeat(1000), &known), None);
    }
}
