//! JSON with comments and commas too many, changed as text.

use serde_json::{Map, Value};

use super::{EditError, Place};

/// How deep values may lie in each other: as deep as serde_json reads.
const DEPTH_MAX: usize = 120;

/// A list or an object of the text, with the places of what is in it.
struct Container {
    /// Where its bracket opens.
    open: usize,
    /// Where its bracket closes.
    close: usize,
    items: Vec<Item>,
}

/// A member or an item.
struct Item {
    /// In an object, its key.
    key: Option<String>,
    /// Where it begins: its key, or its value.
    start: usize,
    value: usize,
    /// After its value.
    end: usize,
    /// Its comma.
    comma: Option<usize>,
}

/// What the text says; an empty text is an empty object.
pub(super) fn read(text: &str) -> Result<Value, EditError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() {
        return Ok(Value::Object(Map::new()));
    }
    let value: Value =
        serde_json::from_str(&plain(text)?).map_err(|error| EditError::Malformed(error.to_string()))?;
    if value.is_object() { Ok(value) } else { Err(EditError::Malformed("it is no object".to_owned())) }
}

/// The same text with blanks for comments and for commas before a closing bracket: every place stays where it is.
fn plain(text: &str) -> Result<String, EditError> {
    let mut scan = Scan::new(text);
    let mut out = text.as_bytes().to_vec();
    let mut comma: Option<usize> = None;
    while scan.at < scan.bytes.len() {
        let from = scan.at;
        scan.blank()?;
        for byte in &mut out[from..scan.at] {
            if !matches!(byte, b'\n' | b'\r') {
                *byte = b' ';
            }
        }
        let Some(byte) = scan.peek() else { break };
        match byte {
            b'"' => scan.string()?,
            b',' => {
                comma = Some(scan.at);
                scan.at += 1;
                continue;
            }
            _ => {
                if let (b'}' | b']', Some(comma)) = (byte, comma) {
                    out[comma] = b' ';
                }
                scan.at += 1;
            }
        }
        comma = None;
    }
    String::from_utf8(out).map_err(|_| EditError::Tangled)
}

/// Reads text from the left.
struct Scan<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Scan<'a> {
    fn new(text: &'a str) -> Self {
        let at = if text.starts_with('\u{feff}') { 3 } else { 0 };
        Self { text, bytes: text.as_bytes(), at }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn wrong(&self) -> EditError {
        let line = self.bytes.iter().take(self.at).filter(|byte| **byte == b'\n').count() + 1;
        EditError::Malformed(format!("line {line}"))
    }

    /// Past white space and comments.
    fn blank(&mut self) -> Result<(), EditError> {
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            match rest {
                [b' ' | b'\t' | b'\r' | b'\n', ..] => self.at += 1,
                [b'/', b'/', ..] => {
                    self.at += rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
                }
                [b'/', b'*', ..] => {
                    let end = rest.windows(2).skip(2).position(|two| two == b"*/");
                    self.at += end.ok_or_else(|| self.wrong())? + 4;
                }
                _ => return Ok(()),
            }
        }
    }

    /// Past a text, which begins here.
    fn string(&mut self) -> Result<(), EditError> {
        self.at += 1;
        loop {
            match self.peek() {
                Some(b'\\') => self.at += 2,
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(_) => self.at += 1,
                None => return Err(self.wrong()),
            }
        }
    }

    /// Past a value, which begins here.
    fn value(&mut self, depth: usize) -> Result<(), EditError> {
        match self.peek() {
            Some(b'"') => self.string(),
            Some(b'{' | b'[') => self.container(depth).map(|_| ()),
            _ => {
                let rest = self.bytes.get(self.at..).unwrap_or_default();
                let word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.');
                let length = rest.iter().take_while(|byte| word(byte)).count();
                self.at += length;
                if length == 0 { Err(self.wrong()) } else { Ok(()) }
            }
        }
    }

    /// A list or an object, which begins here.
    fn container(&mut self, depth: usize) -> Result<Container, EditError> {
        if depth > DEPTH_MAX {
            return Err(EditError::Tangled);
        }
        let is_object = self.peek() == Some(b'{');
        let closing = if is_object { b'}' } else { b']' };
        let mut found = Container { open: self.at, close: 0, items: Vec::new() };
        self.at += 1;
        loop {
            self.blank()?;
            if self.peek() == Some(closing) {
                found.close = self.at;
                self.at += 1;
                return Ok(found);
            }
            let start = self.at;
            let mut key = None;
            if is_object {
                if self.peek() != Some(b'"') {
                    return Err(self.wrong());
                }
                self.string()?;
                let name: String =
                    serde_json::from_str(&self.text[start..self.at]).map_err(|_| self.wrong())?;
                key = Some(name);
                self.blank()?;
                if self.peek() != Some(b':') {
                    return Err(self.wrong());
                }
                self.at += 1;
                self.blank()?;
            }
            let value = self.at;
            self.value(depth + 1)?;
            let end = self.at;
            self.blank()?;
            let comma = (self.peek() == Some(b',')).then_some(self.at);
            found.items.push(Item { key, start, value, end, comma });
            match comma {
                Some(_) => self.at += 1,
                None if self.peek() == Some(closing) => {}
                None => return Err(self.wrong()),
            }
        }
    }
}

fn container_at(text: &str, at: usize) -> Result<Container, EditError> {
    let mut scan = Scan::new(text);
    scan.at = at;
    scan.container(0)
}

/// The outermost object.
fn whole(text: &str) -> Result<Container, EditError> {
    let mut scan = Scan::new(text);
    scan.blank()?;
    match scan.peek() {
        Some(b'{') => container_at(text, scan.at),
        _ => Err(EditError::Tangled),
    }
}

/// The member with this key; the last one, as every reader takes it.
fn member<'a>(of: &'a Container, key: &str) -> Option<&'a Item> {
    of.items.iter().rev().find(|item| item.key.as_deref() == Some(key))
}

/// The text with an entry below its root.
pub(super) fn put(text: &str, place: Place<'_>, entry: &Value) -> Result<String, EditError> {
    let empty;
    let text = if text.trim_start_matches('\u{feff}').trim().is_empty() {
        empty = "{\n}\n".to_owned();
        &empty
    } else {
        text
    };
    let all = whole(text)?;
    let Some(root) = member(&all, place.root) else {
        let mut entries = Map::new();
        entries.insert(place.key.to_owned(), entry.clone());
        return Ok(add(text, &all, Some(place.root), &Value::Object(entries)));
    };
    if text.as_bytes().get(root.value) != Some(&b'{') {
        return Err(EditError::Tangled);
    }
    let entries = container_at(text, root.value)?;
    match member(&entries, place.key) {
        None => Ok(add(text, &entries, Some(place.key), entry)),
        Some(there) => {
            let indent = indent_of(text, there.start);
            let value = pretty(entry, &indent, &unit(text));
            Ok(format!("{}{value}{}", &text[..there.value], &text[there.end..]))
        }
    }
}

/// The text without an entry.
pub(super) fn take(text: &str, place: Place<'_>) -> Result<String, EditError> {
    let all = whole(text)?;
    let root = member(&all, place.root).ok_or(EditError::Tangled)?;
    let entries = container_at(text, root.value)?;
    let at = entries.items.iter().rposition(|item| item.key.as_deref() == Some(place.key));
    Ok(remove(text, &entries, at.ok_or(EditError::Tangled)?))
}

/// The text with one item more in a list of the outermost object.
pub(super) fn push(text: &str, list: &str, item: &Value) -> Result<String, EditError> {
    let all = whole(text)?;
    let Some(found) = member(&all, list) else {
        return Ok(add(text, &all, Some(list), &Value::Array(vec![item.clone()])));
    };
    if text.as_bytes().get(found.value) != Some(&b'[') {
        return Err(EditError::Tangled);
    }
    let items = container_at(text, found.value)?;
    Ok(add(text, &items, None, item))
}

/// The text without the input of this id.
pub(super) fn take_input(text: &str, id: Option<&Value>) -> Result<String, EditError> {
    let all = whole(text)?;
    let list = member(&all, "inputs").ok_or(EditError::Tangled)?;
    let items = container_at(text, list.value)?;
    let is_it = |item: &Item| {
        let value = plain(&text[item.value..item.end]).ok();
        let value: Option<Value> = value.and_then(|value| serde_json::from_str(&value).ok());
        value.as_ref().and_then(|value| value.get("id")) == id
    };
    let at = items.items.iter().position(is_it).ok_or(EditError::Tangled)?;
    Ok(remove(text, &items, at))
}

/// Puts an item at the end of a container.
fn add(text: &str, to: &Container, key: Option<&str>, value: &Value) -> String {
    let unit = unit(text);
    let base = indent_of(text, to.open);
    let indent = match to.items.last() {
        Some(last) if starts_its_line(text, last.start) => indent_of(text, last.start),
        _ => format!("{base}{unit}"),
    };
    let key = key.map_or(String::new(), |key| format!("{}: ", Value::String(key.to_owned())));
    // Who ends lists with a comma goes on to.
    let trailing = if to.items.last().is_some_and(|last| last.comma.is_some()) { "," } else { "" };
    let item = format!("\n{indent}{key}{}{trailing}", pretty(value, &indent, &unit));
    // After the last item and its comma; comments up to the bracket stay before what is added.
    let (end, comma) = match to.items.last() {
        Some(Item { comma: Some(comma), .. }) => (comma + 1, ""),
        Some(Item { end, .. }) => (*end, ","),
        None => (to.open + 1, ""),
    };
    let between = text[end..to.close].trim_end();
    let tail = &text[end + between.len()..to.close];
    let tail = if tail.contains('\n') { tail.to_owned() } else { format!("\n{base}") };
    // A comma at the end of a comment would be part of it.
    format!("{}{comma}{between}{item}{tail}{}", &text[..end], &text[to.close..])
}

/// Takes an item out, with its line where it has one for itself.
fn remove(text: &str, from: &Container, at: usize) -> String {
    let item = &from.items[at];
    let mut start = item.start;
    let mut end = item.comma.map_or(item.end, |comma| comma + 1);
    if starts_its_line(text, start) {
        start = text[..start].rfind('\n').unwrap_or(start);
        let rest = &text[end..];
        let line = rest.split('\n').next().unwrap_or("");
        if line.trim().is_empty() {
            end += line.trim_end_matches('\r').len();
        } else {
            start = item.start;
        }
    }
    // The comma of the one before would be one too many.
    let before = match (at.checked_sub(1).map(|at| &from.items[at]), item.comma) {
        (Some(Item { comma: Some(comma), .. }), None) => {
            format!("{}{}", &text[..*comma], &text[comma + 1..start])
        }
        _ => text[..start].to_owned(),
    };
    format!("{before}{}", &text[end..])
}

fn starts_its_line(text: &str, at: usize) -> bool {
    text[..at].rsplit('\n').next().is_some_and(|line| line.trim().is_empty()) && text[..at].contains('\n')
}

/// White space at the beginning of the line.
fn indent_of(text: &str, at: usize) -> String {
    let line = text[..at].rsplit('\n').next().unwrap_or("");
    line.chars().take_while(|c| matches!(c, ' ' | '\t')).collect()
}

/// By how much this file indents.
fn unit(text: &str) -> String {
    let indented = text.lines().find(|line| line.starts_with([' ', '\t']) && !line.trim().is_empty());
    let white: String = indented.unwrap_or("  ").chars().take_while(|c| matches!(c, ' ' | '\t')).collect();
    if white.starts_with('\t') { "\t".to_owned() } else { white.chars().take(8).collect() }
}

/// A value over several lines, the first of which stands somewhere already.
fn pretty(value: &Value, indent: &str, unit: &str) -> String {
    let inner = format!("{indent}{unit}");
    match value {
        Value::Object(map) if !map.is_empty() => {
            let line = |(key, value): (&String, &Value)| {
                format!("{inner}{}: {}", Value::String(key.clone()), pretty(value, &inner, unit))
            };
            format!("{{\n{}\n{indent}}}", map.iter().map(line).collect::<Vec<_>>().join(",\n"))
        }
        Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            let line = |value: &Value| format!("{inner}{}", pretty(value, &inner, unit));
            format!("[\n{}\n{indent}]", items.iter().map(line).collect::<Vec<_>>().join(",\n"))
        }
        Value::Array(items) => {
            format!("[{}]", items.iter().map(Value::to_string).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}
