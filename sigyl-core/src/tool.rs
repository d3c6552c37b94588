//! MCP tools as a scan or a live listing sees them, and the pins that recognise a changed one.

use md5::{Digest as _, Md5};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Digest, Location, digest::hex};

/// Where a tool's definition was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ToolOrigin {
    /// From source code, without running it.
    Source,
    /// From the manifest.
    Manifest,
    /// From a running server's `tools/list`.
    Live,
}

/// One MCP tool.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    /// Its name, as a client calls it.
    pub name: String,
    /// What the model is told about it, where it could be read.
    pub description: Option<String>,
    /// JSON Schema of the arguments; only where it is literal, not what an SDK would derive.
    pub input_schema: Option<Value>,
    /// JSON Schema of the structured result; only where it is literal.
    pub output_schema: Option<Value>,
    /// Hints such as `readOnlyHint`, as literal JSON.
    pub annotations: Option<Value>,
    /// Where it is registered.
    pub location: Option<Location>,
    /// Where its description stands.
    pub description_location: Option<Location>,
    /// Where it was read.
    pub origin: ToolOrigin,
    /// Digests of its parts.
    pub pins: ToolPins,
}

impl Tool {
    /// A tool as a running server lists it.
    pub fn of_listing(name: &str, definition: &Map<String, Value>) -> Self {
        let present = |name: &&str| definition.get(*name).filter(|part| !part.is_null());
        let part = |names: [&str; 2]| names.iter().find_map(present).cloned();
        let description = definition.get("description").and_then(Value::as_str);
        let input_schema = part(["inputSchema", "input_schema"]);
        let output_schema = part(["outputSchema", "output_schema"]);
        let annotations = present(&"annotations").cloned();
        let pins = ToolPins::new(
            name,
            description,
            input_schema.as_ref(),
            output_schema.as_ref(),
            annotations.as_ref(),
        );
        Self {
            name: name.to_owned(),
            description: description.map(str::to_owned),
            input_schema,
            output_schema,
            annotations,
            location: None,
            description_location: None,
            origin: ToolOrigin::Live,
            pins,
        }
    }
}

/// Digests of a tool's parts: SHA-256 over canonical JSON (RFC 8785). A part that was not readable has none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ToolPins {
    /// Of the name.
    pub name: Digest,
    /// Of the description.
    pub description: Option<Digest>,
    /// MD5 of the description's bytes, 32 hexadecimal digits, to compare with pins made by mcp-scan.
    pub description_md5: Option<String>,
    /// Of the input schema.
    pub input_schema: Option<Digest>,
    /// Of the output schema.
    pub output_schema: Option<Digest>,
    /// Of the annotations.
    pub annotations: Option<Digest>,
}

impl ToolPins {
    /// Pins each part.
    pub fn new(
        name: &str,
        description: Option<&str>,
        input_schema: Option<&Value>,
        output_schema: Option<&Value>,
        annotations: Option<&Value>,
    ) -> Self {
        Self {
            name: pin_text(name),
            description: description.map(pin_text),
            description_md5: description.map(|text| hex(&Md5::digest(text.as_bytes()))),
            input_schema: input_schema.and_then(pin),
            output_schema: output_schema.and_then(pin),
            annotations: annotations.and_then(pin),
        }
    }

    /// SHA-256 over the canonical JSON (RFC 8785) of any value; `None` where it has no such form: numbers that an IEEE
    /// double cannot hold.
    pub fn of_value(value: &Value) -> Option<Digest> {
        pin(value)
    }
}

fn pin_text(text: &str) -> Digest {
    // A JSON string has one canonical form, so this is the digest of its canonical JSON.
    pin(&Value::String(text.to_owned())).unwrap_or_else(|| Digest::of(text.as_bytes()))
}

/// `None` where RFC 8785 has no form for the value: numbers that an IEEE double cannot hold.
fn pin(value: &Value) -> Option<Digest> {
    serde_json_canonicalizer::to_vec(value).ok().map(|bytes| Digest::of(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn pins_do_not_depend_on_key_order() {
        let one = json!({"type": "object", "required": []});
        let two = json!({"required": [], "type": "object"});
        assert_eq!(pin(&one), pin(&two));
    }

    #[test]
    fn md5_is_of_the_bare_description() {
        let pins = ToolPins::new("t", Some("abc"), None, None, None);
        // RFC 1321, appendix A.5.
        assert_eq!(pins.description_md5.as_deref(), Some("900150983cd24fb0d6963f7d28e17f72"));
    }
}
