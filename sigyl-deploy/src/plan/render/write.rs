//! Dockerfile instructions, in which nothing that comes from a tree can become anything but a value.
//!
//! Values stand in JSON or in double quotes, always on one line. What neither can hold, control characters, is refused by
//! the planner, and left out here whatever it did.

use std::fmt::Write as _;

/// A Dockerfile under writing.
#[derive(Default)]
pub(super) struct Writer(String);

impl Writer {
    pub(super) fn finish(self) -> String {
        self.0
    }

    /// A line of our own; values in it have been checked or quoted.
    pub(super) fn line(&mut self, text: &str) {
        self.0.push_str(text);
        self.0.push('\n');
    }

    pub(super) fn blank(&mut self) {
        if !self.0.is_empty() {
            self.0.push('\n');
        }
    }

    /// `RUN ["…"]`, with flags before it.
    pub(super) fn run(&mut self, flags: &str, command: &[String]) {
        self.line(&format!("RUN {flags}{}", json(command)));
    }

    pub(super) fn copy(&mut self, flags: &str, paths: &[String]) {
        self.line(&format!("COPY {flags}{}", json(paths)));
    }

    /// `ENV NAME="…"`.
    pub(super) fn env(&mut self, name: &str, value: &str) {
        self.line(&format!("ENV {name}={}", quoted(value)));
    }

    pub(super) fn label(&mut self, name: &str, value: &str) {
        self.line(&format!("LABEL {name}={}", quoted(value)));
    }
}

/// A list of texts in JSON, ASCII alone, on one line.
pub(crate) fn json(words: &[String]) -> String {
    let mut out = String::from("[");
    for (at, word) in words.iter().enumerate() {
        if at > 0 {
            out.push_str(", ");
        }
        out.push('"');
        for character in word.chars() {
            match character {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                ' '..='~' => out.push(character),
                other => {
                    let mut units = [0; 2];
                    for unit in other.encode_utf16(&mut units) {
                        let _ = write!(out, "\\u{unit:04x}");
                    }
                }
            }
        }
        out.push('"');
    }
    out.push(']');
    out
}

/// A value in double quotes in which no variable is replaced.
pub(super) fn quoted(value: &str) -> String {
    let mut out = String::from("\"");
    for character in value.chars().filter(|character| !character.is_control()) {
        if matches!(character, '"' | '\\' | '$') {
            out.push('\\');
        }
        out.push(character);
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn words_come_back_from_json(words in proptest::collection::vec(".*", 0..4)) {
            let text = json(&words);
            prop_assert!(text.is_ascii() && !text.contains(['\n', '\r']));
            prop_assert_eq!(serde_json::from_str::<Vec<String>>(&text).unwrap(), words);
        }

        #[test]
        fn quotes_hold(value in "[ -~\\n\\r\\t\\\\$\"'`é]{0,40}") {
            let text = quoted(&value);
            // As the engine reads it: a backslash takes the next character as it is, a bare quote ends the value.
            let mut inner = String::new();
            let mut characters = text[1..].chars();
            loop {
                match characters.next() {
                    Some('\\') => inner.extend(characters.next()),
                    Some('"') | None => break,
                    Some('$') => prop_assert!(false, "a variable in {text}"),
                    Some(other) => inner.push(other),
                }
            }
            prop_assert_eq!(characters.next(), None);
            prop_assert!(!text.contains(['\n', '\r']));
            let expected: String = value.chars().filter(|c| !c.is_control()).collect();
            prop_assert_eq!(inner, expected);
        }
    }
}
