//! What a YAML scalar stands for.

use granit_parser::{ScalarStyle, Tag};
use serde_json::Number;

use super::NodeValue;

/// The core schema of YAML 1.2. YAML 1.1 takes `no` and `on` for booleans; a server may be tagged `no` for Norway.
pub(crate) fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> NodeValue {
    let resolves = match tag {
        None => style == ScalarStyle::Plain,
        Some(tag) => {
            tag.core_suffix().is_some_and(|suffix| matches!(suffix, "null" | "bool" | "int" | "float"))
        }
    };
    let string = || NodeValue::String(text.to_owned());
    if !resolves {
        return string();
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return NodeValue::Null,
        "true" | "True" | "TRUE" => return NodeValue::Bool(true),
        "false" | "False" | "FALSE" => return NodeValue::Bool(false),
        _ => {}
    }
    number(text).map_or_else(string, NodeValue::Number)
}

fn number(text: &str) -> Option<Number> {
    if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')) {
        return None;
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return u64::from_str_radix(digits, 16).ok().filter(|_| !digits.starts_with('+')).map(Number::from);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return u64::from_str_radix(digits, 8).ok().filter(|_| !digits.starts_with('+')).map(Number::from);
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let first = unsigned.strip_prefix('.').unwrap_or(unsigned);
    if !first.starts_with(|character: char| character.is_ascii_digit()) {
        return None;
    }
    if unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
        let signed = text.strip_prefix('+').unwrap_or(text);
        if let Ok(value) = signed.parse::<u64>() {
            return Some(value.into());
        }
        if let Ok(value) = signed.parse::<i64>() {
            return Some(value.into());
        }
    }
    text.parse::<f64>().ok().and_then(Number::from_f64)
}

#[cfg(test)]
mod tests {
    use super::super::read_yaml as read;

    #[test]
    fn plain_scalars_follow_the_core_schema() {
        let text = "[1, -1, +1, 1.5, 1e3, .5, 0o17, 1.2.3, 1-2, inf, nan, e5, .inf, yes, True, 'true', !!str 1, 007, '']";
        let expected = serde_json::json!([
            1, -1, 1, 1.5, 1000.0, 0.5, 15, "1.2.3", "1-2", "inf", "nan", "e5", ".inf", "yes", true, "true",
            "1", 7, ""
        ]);
        assert_eq!(read(text).unwrap().to_json(), expected);
    }
}
