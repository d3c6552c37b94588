//! Links and commands that install an entry, and TOML.

use std::fmt::Write;

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Map, Value, json};

/// Text as a part of an address: RFC 3986, unreserved characters alone are kept.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 3);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// The entry with its name and what it asks for, as VS Code takes it.
fn with_name(key: &str, entry: &Map<String, Value>, inputs: &[Value]) -> String {
    let mut all = json!({ "name": key });
    for (name, value) in entry {
        all[name] = value.clone();
    }
    if !inputs.is_empty() {
        all["inputs"] = json!(inputs);
    }
    all.to_string()
}

pub(super) fn vscode(key: &str, entry: &Map<String, Value>, inputs: &[Value]) -> String {
    format!("vscode:mcp/install?{}", encoded(&with_name(key, entry, inputs)))
}

pub(super) fn vscode_command(key: &str, entry: &Map<String, Value>, inputs: &[Value]) -> String {
    format!("code --add-mcp {}", quoted(&with_name(key, entry, inputs)))
}

pub(super) fn cursor(key: &str, entry: &Map<String, Value>, _: &[Value]) -> String {
    let config = BASE64_STANDARD.encode(Value::Object(entry.clone()).to_string());
    format!(
        "cursor://anysphere.cursor-deeplink/mcp/install?name={}&config={}",
        encoded(key),
        encoded(&config)
    )
}

pub(super) fn claude_code_command(key: &str, entry: &Map<String, Value>, _: &[Value]) -> String {
    format!("claude mcp add-json {} {}", quoted(key), quoted(&Value::Object(entry.clone()).to_string()))
}

/// For a POSIX shell: nothing within has a meaning.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// A table of TOML. An entry has texts, lists of texts and maps of texts.
pub(super) fn toml(root: &str, key: &str, entry: &Map<String, Value>) -> String {
    let mut out = format!("[{root}.{}]\n", toml_key(key));
    for (name, value) in entry {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{} = {}", toml_key(name), toml_value(value));
    }
    out
}

fn toml_key(key: &str) -> String {
    let is_bare =
        !key.is_empty() && key.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_'));
    if is_bare { key.to_owned() } else { toml_text(key) }
}

fn toml_value(value: &Value) -> String {
    match value {
        Value::String(text) => toml_text(text),
        Value::Array(items) => {
            format!("[{}]", items.iter().map(toml_value).collect::<Vec<_>>().join(", "))
        }
        Value::Object(map) => {
            let pairs = map.iter().map(|(name, value)| format!("{} = {}", toml_key(name), toml_value(value)));
            format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

/// A basic string: JSON's escapes are TOML's, but for U+007F, which JSON leaves as it is.
fn toml_text(text: &str) -> String {
    Value::String(text.to_owned()).to_string().replace('\u{7f}', "\\u007f")
}
