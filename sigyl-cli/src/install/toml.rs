//! TOML, changed as text: a table and those below it.

use serde_json::{Map, Value};

use super::{EditError, Place};

/// What the text says.
pub(super) fn read(text: &str) -> Result<Value, EditError> {
    let table: toml::Table =
        toml::from_str(text).map_err(|error| EditError::Malformed(error.message().to_owned()))?;
    // Times become texts, which is enough to compare them.
    serde_json::to_value(table).map_err(|error| EditError::Malformed(error.to_string()))
}

/// The text with an entry at its end.
pub(super) fn put(text: &str, place: Place<'_>, entry: &Map<String, Value>) -> Result<String, EditError> {
    let mut out = without(text, place);
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
    if !out.trim().is_empty() && !out.ends_with("\n\n") {
        out.push('\n');
    }
    let one = |key: &str, value: Value| {
        let mut map = Map::new();
        map.insert(key.to_owned(), value);
        map
    };
    let whole = one(place.root, Value::Object(one(place.key, Value::Object(entry.clone()))));
    let written =
        toml::to_string(&Value::Object(whole)).map_err(|error| EditError::Malformed(error.to_string()))?;
    Ok(out + &written)
}

/// The text without an entry.
pub(super) fn take(text: &str, place: Place<'_>) -> Result<String, EditError> {
    Ok(without(text, place))
}

/// Leaves out the lines of the entry's tables. Comments right before the next table belong to that one.
fn without(text: &str, place: Place<'_>) -> String {
    let (mut out, mut held) = (String::new(), String::new());
    let mut is_inside = false;
    for line in text.split_inclusive('\n') {
        if let Some(is_entry) = header(line, place) {
            is_inside = is_entry;
            if !is_entry {
                out.push_str(&held);
            }
            held.clear();
        }
        let word = line.trim();
        if !is_inside {
            out.push_str(line);
        } else if word.starts_with('#') || (word.is_empty() && !held.is_empty()) {
            held.push_str(line);
        } else {
            held.clear();
        }
    }
    // What stands after the entry at the end of the file is its owner's, too.
    out.push_str(&held);
    out
}

/// Whether a line begins a table, and whether that is the entry's or one below it.
fn header(line: &str, place: Place<'_>) -> Option<bool> {
    if !line.trim_start().starts_with('[') {
        return None;
    }
    let table: toml::Table = toml::from_str(line).ok()?;
    Some(table.get(place.root).and_then(|root| root.get(place.key)).is_some())
}
