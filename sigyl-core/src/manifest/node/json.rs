//! JSON, strict: RFC 8259. A YAML reader would take most JSON files, but also files that no JSON parser takes.
//!
//! The reader keeps its own stack, so that nesting costs memory, not the thread's stack.

use serde_json::Number;

use super::{MAX_DEPTH, MAX_NODES, Mapping, Node, NodeValue, Problem};
use crate::Span;

/// Reads JSON of at most 4 GiB; an empty file is `Null`.
pub(crate) fn read(text: &str) -> Result<Node, Problem> {
    read_within(text, MAX_NODES)
}

/// Reads JSON of at most `max_nodes` values.
///
/// # Errors
/// When the text is no JSON, has more values, or is nested deeper than 64 levels.
pub fn read_within(text: &str, max_nodes: usize) -> Result<Node, Problem> {
    let mut reader = Reader { text, at: 0, nodes: 0, max_nodes };
    reader.skip_blanks();
    if reader.at == text.len() {
        return Ok(Node { value: NodeValue::Null, span: Span::default() });
    }
    let root = reader.document()?;
    reader.skip_blanks();
    if reader.at < text.len() {
        return Err(reader.syntax("there is text after the end of the value", "Remove what follows"));
    }
    Ok(root)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    nodes: usize,
    max_nodes: usize,
}

/// A collection whose end has not been read.
enum Open {
    Sequence { start: usize, items: Vec<Node> },
    Mapping { start: usize, mapping: Mapping, key: (String, Span) },
}

impl Reader<'_> {
    fn document(&mut self) -> Result<Node, Problem> {
        let mut stack: Vec<Open> = Vec::new();
        loop {
            self.skip_blanks();
            let start = self.at;
            let mut done = match self.peek() {
                Some(b'[') => {
                    self.at += 1;
                    self.skip_blanks();
                    if self.peek() != Some(b']') {
                        self.open(&mut stack, Open::Sequence { start, items: Vec::new() })?;
                        continue;
                    }
                    self.at += 1;
                    self.node(start, NodeValue::Sequence(Vec::new()))?
                }
                Some(b'{') => {
                    self.at += 1;
                    self.skip_blanks();
                    if self.peek() != Some(b'}') {
                        let key = self.key()?;
                        self.open(&mut stack, Open::Mapping { start, mapping: Mapping::default(), key })?;
                        continue;
                    }
                    self.at += 1;
                    self.node(start, NodeValue::Mapping(Mapping::default()))?
                }
                _ => {
                    let value = self.scalar()?;
                    self.node(start, value)?
                }
            };
            loop {
                let Some(open) = stack.pop() else { return Ok(done) };
                self.skip_blanks();
                let next = self.peek();
                match (open, next) {
                    (Open::Sequence { start, mut items }, Some(b',')) => {
                        items.push(done);
                        self.comma(b']')?;
                        stack.push(Open::Sequence { start, items });
                        break;
                    }
                    (Open::Sequence { start, mut items }, Some(b']')) => {
                        items.push(done);
                        self.at += 1;
                        done = self.node(start, NodeValue::Sequence(items))?;
                    }
                    (Open::Mapping { start, mut mapping, key: (key, span) }, Some(b',')) => {
                        mapping.insert(key, span, done);
                        self.comma(b'}')?;
                        let key = self.key()?;
                        stack.push(Open::Mapping { start, mapping, key });
                        break;
                    }
                    (Open::Mapping { start, mut mapping, key: (key, span) }, Some(b'}')) => {
                        mapping.insert(key, span, done);
                        self.at += 1;
                        done = self.node(start, NodeValue::Mapping(mapping))?;
                    }
                    (Open::Sequence { .. }, _) => {
                        return Err(self.syntax("the list goes on without a comma", "Write `,` or `]`"));
                    }
                    (Open::Mapping { .. }, _) => {
                        return Err(self.syntax("the object goes on without a comma", "Write `,` or `}`"));
                    }
                }
            }
        }
    }

    fn open(&mut self, stack: &mut Vec<Open>, open: Open) -> Result<(), Problem> {
        if stack.len() >= MAX_DEPTH {
            return Err(self.complex(format!("the values are nested more than {MAX_DEPTH} levels deep")));
        }
        stack.push(open);
        Ok(())
    }

    fn node(&mut self, start: usize, value: NodeValue) -> Result<Node, Problem> {
        self.nodes += 1;
        if self.nodes > self.max_nodes {
            return Err(self.complex(format!("the file has more than {} values", self.max_nodes)));
        }
        Ok(Node { value, span: Span::new(start as u32, self.at as u32) })
    }

    /// Steps over a comma; `close` after it is the most common mistake of all.
    fn comma(&mut self, close: u8) -> Result<(), Problem> {
        let comma = self.at;
        self.at += 1;
        self.skip_blanks();
        if self.peek() == Some(close) {
            self.at = comma;
            return Err(self.syntax("JSON has no trailing comma", "Remove the comma"));
        }
        Ok(())
    }

    fn key(&mut self) -> Result<(String, Span), Problem> {
        let start = self.at;
        if self.peek() != Some(b'"') {
            return Err(self.syntax("a key was expected here", "Write the key in double quotes"));
        }
        let key = self.string()?;
        let span = Span::new(start as u32, self.at as u32);
        self.nodes += 1;
        self.skip_blanks();
        if self.peek() != Some(b':') {
            return Err(self.syntax("a `:` was expected after the key", "Write `:` and the value"));
        }
        self.at += 1;
        Ok((key, span))
    }

    fn scalar(&mut self) -> Result<NodeValue, Problem> {
        let rest = &self.text[self.at..];
        for (word, value) in
            [("null", NodeValue::Null), ("true", NodeValue::Bool(true)), ("false", NodeValue::Bool(false))]
        {
            let after = rest.as_bytes().get(word.len());
            if rest.starts_with(word) && !after.is_some_and(u8::is_ascii_alphanumeric) {
                self.at += word.len();
                return Ok(value);
            }
        }
        match self.peek() {
            Some(b'"') => self.string().map(NodeValue::String),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b'/') => Err(self.syntax("JSON has no comments", "Remove the comment")),
            Some(b'\'') => Err(self.syntax("JSON has no single quotes", "Use double quotes")),
            Some(_) => {
                Err(self.syntax("a value was expected here", "Write a value; text needs double quotes"))
            }
            None => Err(self.syntax("the file ends in the middle of a value", "Complete the file")),
        }
    }

    fn number(&mut self) -> Result<NodeValue, Problem> {
        let rest = &self.text.as_bytes()[self.at..];
        let len = rest
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
            .count();
        let digits = &self.text[self.at..self.at + len];
        match serde_json::from_str::<Number>(digits) {
            Ok(number) => {
                self.at += len;
                Ok(NodeValue::Number(number))
            }
            Err(_) => Err(Problem {
                span: Span::new(self.at as u32, (self.at + len) as u32),
                ..self.syntax("this is no number of JSON", "Write a decimal number, or text in double quotes")
            }),
        }
    }

    /// Reads a string. The fast path has no escapes; escapes are few, so each is decoded on its own.
    fn string(&mut self) -> Result<String, Problem> {
        let opening = self.at;
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = &self.text.as_bytes()[self.at..];
            let plain =
                rest.iter().take_while(|byte| **byte >= 0x20 && !matches!(byte, b'"' | b'\\')).count();
            out.push_str(&self.text[self.at..self.at + plain]);
            self.at += plain;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => out.push(self.escape()?),
                Some(_) => {
                    return Err(self.syntax(
                        "a control character or line end stands in the middle of a string",
                        "Close the string, or write the character as an escape such as `\\n`",
                    ));
                }
                None => {
                    self.at = opening;
                    return Err(self.syntax("this string has no end", "Close it with a double quote"));
                }
            }
        }
    }

    fn escape(&mut self) -> Result<char, Problem> {
        let bytes = self.text.as_bytes();
        let simple = match bytes.get(self.at + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(),
            _ => {
                let mend = "Write a backslash as `\\\\`";
                return Err(self.syntax("this is no escape of JSON", mend));
            }
        };
        self.at += 2;
        Ok(simple)
    }

    fn unicode_escape(&mut self) -> Result<char, Problem> {
        let Some(first) = self.hex(self.at + 2) else {
            return Err(self.syntax("`\\u` needs four hexadecimal digits", "Write four digits"));
        };
        let follows = self.text.as_bytes().get(self.at + 6..self.at + 8) == Some(b"\\u");
        let second = if follows { self.hex(self.at + 8) } else { None };
        let (character, len) = match (first, second) {
            (0xd800..=0xdbff, Some(low @ 0xdc00..=0xdfff)) => {
                (char::from_u32(0x10000 + ((first - 0xd800) << 10) + (low - 0xdc00)), 12)
            }
            _ => (char::from_u32(first), 6),
        };
        self.at += len;
        // Half a surrogate pair is valid JSON but no character.
        Ok(character.unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hex(&self, at: usize) -> Option<u32> {
        let digits = self.text.as_bytes().get(at..at + 4)?;
        digits.iter().try_fold(0, |value, digit| Some(value * 16 + (*digit as char).to_digit(16)?))
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn here(&self) -> Span {
        let width = self.text[self.at..].chars().next().map_or(0, char::len_utf8);
        Span::new(self.at as u32, (self.at + width) as u32)
    }

    fn syntax(&self, message: &str, mend: &str) -> Problem {
        let message = format!("this is no valid JSON: {message}");
        Problem { code: "syntax", message, mend: mend.to_owned(), span: self.here() }
    }

    fn complex(&self, message: String) -> Problem {
        let mend = format!("Stay below {} values and {MAX_DEPTH} levels", self.max_nodes);
        Problem { code: "too-complex", message, mend, span: self.here() }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values_know_their_places() {
        let text = "{\"a\": [1, \"\\ud83d\\ude00\\n\", {}], \"ä\": -1.5e3, \"a\": []}";
        let root = read(text).unwrap();
        assert_eq!(root.to_json(), serde_json::json!({"a": [], "ä": -1500.0}));
        assert_eq!(root.as_mapping().unwrap().duplicates, [("a".to_owned(), Span::new(1, 4))]);
        let number = root.get("ä").unwrap();
        assert_eq!(&text[number.span.range(text.len())], "-1.5e3");
    }

    #[test]
    fn mistakes_have_their_place() {
        let cases = [
            ("{\"a\": 1,}", 7),
            ("{\"a\" 1}", 5),
            ("{a: 1}", 1),
            ("[1 2]", 3),
            ("[01]", 1),
            ("[\"a]", 1),
            ("[\"\\x\"]", 2),
            ("// no\n{}", 0),
            ("{} x", 3),
            ("[tru]", 1),
            ("[", 1),
            ("{\"a\":", 5),
        ];
        for (text, at) in cases {
            let problem = read(text).unwrap_err();
            assert_eq!((problem.code, problem.span.start), ("syntax", at), "{text}: {problem:?}");
        }
    }

    #[test]
    fn depth_and_size_are_refused() {
        for text in ["[".repeat(200_000), "{\"a\":".repeat(200_000), format!("[{}1]", "1,".repeat(30_000))] {
            assert_eq!(read(&text).unwrap_err().code, "too-complex");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_serde_json(text in "[\\[\\]{}\",:0-9a-e.tnul\\\\ -]{0,24}") {
            let theirs = serde_json::from_str::<serde_json::Value>(&text).ok();
            let ours = read(&text).ok().filter(|_| !text.trim().is_empty()).map(|node| node.to_json());
            prop_assert_eq!(ours, theirs);
        }
    }
}
