//! The tree itself.

use indexmap::IndexMap;
use serde_json::{Number, Value};

use crate::Span;

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What it is.
    pub value: NodeValue,
    /// Where it stands; for an alias, where the alias stands.
    pub span: Span,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub enum NodeValue {
    /// Nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// Text.
    String(String),
    /// A list.
    Sequence(Vec<Node>),
    /// Keys with values.
    Mapping(Mapping),
}

/// Keys with values, in the order of the file. Of two equal keys the last counts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Mapping {
    /// The entries, by key.
    pub entries: IndexMap<String, Entry>,
    /// The places of keys that a later equal key overrides.
    pub duplicates: Vec<(String, Span)>,
}

/// One key and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

/// Why a text is no tree.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// Code of the diagnostic.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub mend: String,
    /// Where.
    pub span: Span,
}

impl Mapping {
    /// Adds an entry; an earlier one of the same key is overridden and remembered.
    pub fn insert(&mut self, key: String, key_span: Span, value: Node) {
        match self.entries.get_mut(&key) {
            Some(earlier) => {
                self.duplicates.push((key, earlier.key_span));
                *earlier = Entry { key_span, value };
            }
            None => {
                self.entries.insert(key, Entry { key_span, value });
            }
        }
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries.get(key).map(|entry| &entry.value)
    }
}

impl Node {
    /// The text, where it is text.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            NodeValue::String(text) => Some(text),
            _ => None,
        }
    }

    /// The mapping, where it is one.
    pub fn as_mapping(&self) -> Option<&Mapping> {
        match &self.value {
            NodeValue::Mapping(mapping) => Some(mapping),
            _ => None,
        }
    }

    /// The items, where it is a list.
    pub fn as_sequence(&self) -> Option<&[Node]> {
        match &self.value {
            NodeValue::Sequence(items) => Some(items),
            _ => None,
        }
    }

    /// The value of a key, where it is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_mapping()?.get(key)
    }

    /// What people call its type.
    pub fn type_name(&self) -> &'static str {
        match self.value {
            NodeValue::Null => "nothing",
            NodeValue::Bool(_) => "a boolean",
            NodeValue::Number(_) => "a number",
            NodeValue::String(_) => "text",
            NodeValue::Sequence(_) => "a list",
            NodeValue::Mapping(_) => "a mapping",
        }
    }

    /// The value without places.
    pub fn to_json(&self) -> Value {
        match &self.value {
            NodeValue::Null => Value::Null,
            NodeValue::Bool(value) => Value::Bool(*value),
            NodeValue::Number(value) => Value::Number(value.clone()),
            NodeValue::String(value) => Value::String(value.clone()),
            NodeValue::Sequence(items) => items.iter().map(Self::to_json).collect(),
            NodeValue::Mapping(mapping) => {
                let entries = mapping.entries.iter();
                Value::Object(entries.map(|(key, entry)| (key.clone(), entry.value.to_json())).collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_key_wins_and_the_earlier_is_remembered() {
        let node = |text: &str| Node { value: NodeValue::String(text.to_owned()), span: Span::default() };
        let mut mapping = Mapping::default();
        mapping.insert("a".to_owned(), Span::new(0, 1), node("first"));
        mapping.insert("a".to_owned(), Span::new(5, 6), node("last"));
        assert_eq!(mapping.get("a").and_then(Node::as_str), Some("last"));
        assert_eq!(mapping.duplicates, [("a".to_owned(), Span::new(0, 1))]);
    }
}
