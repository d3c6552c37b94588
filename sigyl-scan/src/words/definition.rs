//! Tools, prompts and resources as JSON: every text in them that a model may be shown.

use serde_json::{Map, Value};

use crate::context::ToolPart;

/// Deepest part of a definition that is read. Chosen: JSON readers give up at twice that.
const MOST_DEPTH: usize = 64;

/// A text of a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    /// Where in the definition, keys joined by `/` as in a JSON pointer.
    pub(crate) at: String,
    pub(crate) part: ToolPart,
    pub(crate) text: String,
}

/// Every text of a tool, prompt, resource or template. `most` texts at most; true when there were more.
pub(crate) fn texts(definition: &Map<String, Value>, most: usize) -> (Vec<Said>, bool) {
    let mut walk = Walk { said: Vec::new(), most, cut: false };
    for (key, value) in definition {
        let part = match key.as_str() {
            "name" => ToolPart::Name,
            "title" => ToolPart::Title,
            "description" | "instructions" => ToolPart::Description,
            "outputSchema" | "output_schema" => ToolPart::OutputSchema,
            "annotations" | "_meta" | "uri" | "uriTemplate" | "mimeType" => ToolPart::Annotation,
            // Pictures are for people, and as data addresses they are long.
            "icons" => continue,
            "messages" | "content" | "contents" | "text" => ToolPart::Result,
            _ => ToolPart::Schema,
        };
        if key == "arguments" {
            walk.arguments(value, key);
        } else {
            walk.value(value, escape(key), part, 0);
        }
    }
    (walk.said, walk.cut)
}

struct Walk {
    said: Vec<Said>,
    most: usize,
    cut: bool,
}

impl Walk {
    fn add(&mut self, at: String, part: ToolPart, text: &str) {
        if self.said.len() >= self.most {
            self.cut = true;
        } else if !text.is_empty() {
            self.said.push(Said { at, part, text: text.to_owned() });
        }
    }

    /// A prompt's arguments: a list of names and descriptions, not a schema.
    fn arguments(&mut self, value: &Value, key: &str) {
        for (number, argument) in value.as_array().into_iter().flatten().enumerate() {
            let at = format!("{}/{number}", escape(key));
            let Some(argument) = argument.as_object() else {
                self.value(argument, at, ToolPart::Schema, 1);
                continue;
            };
            let name = argument.get("name").and_then(Value::as_str).unwrap_or_default();
            for (key, value) in argument {
                let part = match key.as_str() {
                    "name" => {
                        ToolPart::ParameterName { required: argument.get("required") == Some(&true.into()) }
                    }
                    "description" => ToolPart::Parameter(name.to_owned()),
                    _ => ToolPart::Schema,
                };
                self.value(value, format!("{at}/{}", escape(key)), part, 1);
            }
        }
    }

    fn value(&mut self, value: &Value, at: String, part: ToolPart, depth: usize) {
        if depth > MOST_DEPTH || self.cut {
            self.cut = true;
            return;
        }
        match value {
            Value::String(text) => self.add(at, part, text),
            Value::Array(items) => {
                for (number, item) in items.iter().enumerate() {
                    self.value(item, format!("{at}/{number}"), part.clone(), depth + 1);
                }
            }
            Value::Object(fields) => {
                for (key, field) in fields {
                    let at = format!("{at}/{}", escape(key));
                    match field {
                        Value::Object(properties) if key == "properties" && is_schema(&part) => {
                            let required = fields.get("required").and_then(Value::as_array);
                            self.properties(properties, required, &at, &part, depth + 1);
                        }
                        // Keys that a validator ignores are words, too.
                        _ => {
                            if key.len() > 24 || key.contains(' ') {
                                self.add(format!("{at}#key"), part.clone(), key);
                            }
                            let part = if matches!(part, ToolPart::Parameter(_)) {
                                ToolPart::Schema
                            } else {
                                part.clone()
                            };
                            self.value(field, at, part, depth + 1);
                        }
                    }
                }
            }
            _ => {}
        }
    }

    fn properties(
        &mut self,
        properties: &Map<String, Value>,
        required: Option<&Vec<Value>>,
        at: &str,
        part: &ToolPart,
        depth: usize,
    ) {
        for (name, schema) in properties {
            let at = format!("{at}/{}", escape(name));
            if *part == ToolPart::Schema {
                let required =
                    required.is_some_and(|names| names.iter().any(|known| known.as_str() == Some(name)));
                self.add(format!("{at}#key"), ToolPart::ParameterName { required }, name);
            } else {
                self.add(format!("{at}#key"), part.clone(), name);
            }
            match schema {
                Value::Object(fields) => {
                    if let (ToolPart::Schema, Some(Value::String(text))) = (part, fields.get("description")) {
                        self.add(format!("{at}/description"), ToolPart::Parameter(name.clone()), text);
                        let mut rest = fields.clone();
                        rest.shift_remove("description");
                        self.value(&Value::Object(rest), at, part.clone(), depth + 1);
                    } else {
                        self.value(schema, at, part.clone(), depth + 1);
                    }
                }
                _ => self.value(schema, at, part.clone(), depth + 1),
            }
        }
    }
}

fn is_schema(part: &ToolPart) -> bool {
    matches!(part, ToolPart::Schema | ToolPart::OutputSchema)
}

/// A key as a step of a JSON pointer (RFC 6901).
pub(crate) fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(definition: Value) -> Vec<(String, ToolPart, String)> {
        let (said, cut) = texts(definition.as_object().unwrap(), 100);
        assert!(!cut);
        said.into_iter().map(|said| (said.at, said.part, said.text)).collect()
    }

    #[test]
    fn every_string_of_a_schema_is_read() {
        let found = told(json!({
            "name": "a",
            "inputSchema": {
                "type": "object",
                "properties": { "x/y": { "description": "d", "enum": ["e"], "default": "f", "examples": [{ "g": "h" }] } },
                "required": ["x/y"],
                "$defs": { "D": { "title": "t", "properties": { "z": { "description": "q" } } } },
                "x-ignored-by-every-validator": "w"
            },
            "outputSchema": { "properties": { "o": { "description": "p" } } },
            "annotations": { "title": "u" }
        }));
        let has = |at: &str, part: ToolPart, text: &str| {
            assert!(found.contains(&(at.to_owned(), part, text.to_owned())), "{at} {text} {found:#?}");
        };
        has("name", ToolPart::Name, "a");
        has("inputSchema/properties/x~1y#key", ToolPart::ParameterName { required: true }, "x/y");
        has("inputSchema/properties/x~1y/description", ToolPart::Parameter("x/y".to_owned()), "d");
        has("inputSchema/properties/x~1y/enum/0", ToolPart::Schema, "e");
        has("inputSchema/properties/x~1y/examples/0/g", ToolPart::Schema, "h");
        has("inputSchema/$defs/D/properties/z/description", ToolPart::Parameter("z".to_owned()), "q");
        has("inputSchema/x-ignored-by-every-validator#key", ToolPart::Schema, "x-ignored-by-every-validator");
        has("inputSchema/x-ignored-by-every-validator", ToolPart::Schema, "w");
        has("outputSchema/properties/o/description", ToolPart::OutputSchema, "p");
        has("annotations/title", ToolPart::Annotation, "u");
    }

    #[test]
    fn prompts_have_arguments() {
        let found = told(
            json!({ "name": "p", "arguments": [{ "name": "a", "description": "d", "required": true }] }),
        );
        assert!(found.contains(&(
            "arguments/0/name".to_owned(),
            ToolPart::ParameterName { required: true },
            "a".to_owned()
        )));
        assert!(found.contains(&(
            "arguments/0/description".to_owned(),
            ToolPart::Parameter("a".to_owned()),
            "d".to_owned()
        )));
    }

    #[test]
    fn depth_and_number_are_bounded() {
        let mut value = json!("deep");
        for _ in 0..100 {
            value = json!([value]);
        }
        let definition = json!({ "inputSchema": value });
        assert!(texts(definition.as_object().unwrap(), 100).1);
        let many = json!({ "inputSchema": vec!["x"; 200] });
        let (said, cut) = texts(many.as_object().unwrap(), 100);
        assert_eq!((said.len(), cut), (100, true));
    }
}
