//! A validator of JSON Schema, as far as the schemas of these tests go. A keyword that it does not know fails the test
//! instead of passing unseen. A crate for this would double what the tests compile.

use std::collections::HashSet;

use serde_json::Value;

/// Everything in `value` that does not fit `schema`.
pub(crate) fn problems(schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(schema, schema, value, "$", &mut found);
    found
}

fn check(root: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    let Value::Object(schema) = schema else {
        if *schema == Value::Bool(false) {
            found.push(format!("{at}: nothing may be here"));
        }
        return;
    };
    let fits = |schema: &Value| {
        let mut problems = Vec::new();
        check(root, schema, value, at, &mut problems);
        problems.is_empty()
    };
    for (keyword, argument) in schema {
        let ok = match keyword.as_str() {
            "$schema" | "$id" | "$defs" | "definitions" | "title" | "description" | "default" => true,
            "$ref" => {
                let pointer = argument.as_str().unwrap().strip_prefix('#').unwrap();
                check(root, root.pointer(pointer).unwrap(), value, at, found);
                true
            }
            "type" => match argument {
                Value::Array(types) => types.iter().any(|name| is_type(name, value)),
                name => is_type(name, value),
            },
            "const" => argument == value,
            "enum" => argument.as_array().unwrap().contains(value),
            "minimum" => value.as_f64().is_none_or(|number| number >= argument.as_f64().unwrap()),
            "maximum" => value.as_f64().is_none_or(|number| number <= argument.as_f64().unwrap()),
            "minItems" => value.as_array().is_none_or(|list| list.len() as u64 >= argument.as_u64().unwrap()),
            "uniqueItems" => value.as_array().is_none_or(|list| {
                let unique: HashSet<String> = list.iter().map(Value::to_string).collect();
                *argument == Value::Bool(false) || unique.len() == list.len()
            }),
            "pattern" => value
                .as_str()
                .is_none_or(|text| regex::Regex::new(argument.as_str().unwrap()).unwrap().is_match(text)),
            "format" => value.as_str().is_none_or(|text| is_format(argument.as_str().unwrap(), text)),
            "required" => value.as_object().is_none_or(|object| {
                argument.as_array().unwrap().iter().all(|key| object.contains_key(key.as_str().unwrap()))
            }),
            "properties" => {
                for (key, schema) in argument.as_object().unwrap() {
                    if let Some(value) = value.get(key) {
                        check(root, schema, value, &format!("{at}.{key}"), found);
                    }
                }
                true
            }
            "additionalProperties" => {
                let known = schema.get("properties").and_then(Value::as_object);
                for (key, value) in value.as_object().into_iter().flatten() {
                    if known.is_none_or(|known| !known.contains_key(key)) {
                        check(root, argument, value, &format!("{at}.{key}"), found);
                    }
                }
                true
            }
            "items" => {
                for (number, value) in value.as_array().into_iter().flatten().enumerate() {
                    check(root, argument, value, &format!("{at}[{number}]"), found);
                }
                true
            }
            "anyOf" => argument.as_array().unwrap().iter().any(fits),
            "oneOf" => argument.as_array().unwrap().iter().filter(|schema| fits(schema)).count() == 1,
            unknown => panic!("this validator does not know {unknown:?}"),
        };
        if !ok {
            let shown: String = value.to_string().chars().take(200).collect();
            found.push(format!("{at}: {keyword} {argument} does not fit {shown}"));
        }
    }
}

fn is_type(name: &Value, value: &Value) -> bool {
    match name.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        other => panic!("there is no type {other:?}"),
    }
}

fn is_format(name: &str, text: &str) -> bool {
    // RFC 3986: what a reference may be made of, with complete escapes.
    let reference =
        regex::Regex::new(r"^(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*$").unwrap();
    let absolute = regex::Regex::new("^[A-Za-z][A-Za-z0-9+.-]*:").unwrap();
    match name {
        // In a relative reference the first segment has no colon.
        "uri-reference" => reference.is_match(text),
        "uri" => reference.is_match(text) && absolute.is_match(text),
        other => panic!("there is no format {other:?} here"),
    }
}

#[test]
fn what_does_not_fit_is_found() {
    let schema = serde_json::json!({
        "type": "object",
        "properties": { "a": { "type": "integer", "minimum": 1 }, "u": { "format": "uri-reference" } },
        "required": ["a"],
        "additionalProperties": false,
    });
    let count = |value| problems(&schema, &value).len();
    assert_eq!(count(serde_json::json!({ "a": 1, "u": "a%20b" })), 0);
    assert_eq!(count(serde_json::json!({ "a": 0 })), 1);
    assert_eq!(count(serde_json::json!({ "a": 1, "u": "a b" })), 1);
    assert_eq!(count(serde_json::json!({ "b": 1 })), 2);
    assert_eq!(count(serde_json::json!([])), 1);
}
