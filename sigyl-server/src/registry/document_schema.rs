//! The form of a `server.json` as the API's description tells it. `document.rs` checks it, and more than a schema can say.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::packages::REGISTRY_TYPES;
use crate::http::pattern;

/// A `server.json`; only its schema.
pub(crate) struct ServerDocument;

impl JsonSchema for ServerDocument {
    fn schema_name() -> Cow<'static, str> {
        "ServerDocument".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let text = |most: u32| json_schema!({ "type": "string", "minLength": 1, "maxLength": most });
        let address = json_schema!({ "type": "string", "maxLength": 500, "pattern": "^(https://[^\\s/?#@]+([/?#][^\\s]*)?)?$" });
        let packages = json_schema!({
            "type": "array",
            "items": {
                "type": "object",
                "required": ["registryType", "identifier", "transport"],
                "properties": {
                    "registryType": { "enum": REGISTRY_TYPES },
                    "identifier": { "type": "string", "minLength": 1, "maxLength": 500, "pattern": "^[^ ]*$" },
                    "version": text(255),
                    "fileSha256": { "type": "string", "pattern": "^[0-9a-f]{64}$" },
                    "transport": { "type": "object", "required": ["type"], "properties": { "type": text(50) } },
                },
            },
        });
        let remotes = json_schema!({
            "type": "array",
            "items": {
                "type": "object",
                "required": ["type", "url"],
                "properties": {
                    "type": { "enum": ["streamable-http", "sse"] },
                    "url": { "type": "string", "minLength": 1, "maxLength": 2000 },
                },
            },
        });
        json_schema!({
            "type": "object",
            "description": "A server.json of 2025-12-11, or of an earlier form with the same shape.",
            "required": ["$schema", "name", "description", "version"],
            "properties": {
                "$schema": {
                    "type": "string",
                    "pattern": "^https://static[.]modelcontextprotocol[.]io/schemas/(2025-09-16|2025-09-29|2025-10-11|2025-10-17|2025-12-11)/server[.]schema[.]json$",
                },
                "name": {
                    "type": "string", "minLength": 3, "maxLength": 200, "pattern": pattern::SERVER_WHOLE,
                },
                "description": text(100),
                "version": {
                    "type": "string", "minLength": 1, "maxLength": 255,
                    "description": "One version, no range, and not `latest`.",
                },
                "title": text(100),
                "websiteUrl": address,
                "repository": {
                    "type": "object",
                    "properties": { "url": { "type": "string", "maxLength": 500 }, "source": { "type": "string", "maxLength": 100 } },
                },
                "packages": packages,
                "remotes": remotes,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use schemars::SchemaGenerator;

    use super::*;
    use crate::registry::{CURRENT_SCHEMA, check, document::SCHEMAS_EARLIER};

    #[test]
    fn the_schemas_that_are_told_are_those_that_are_taken() {
        let schema = ServerDocument::json_schema(&mut SchemaGenerator::default());
        let told = schema.as_value()["properties"]["$schema"]["pattern"].as_str().unwrap().to_owned();
        let told = regex::Regex::new(&told).unwrap();
        for date in SCHEMAS_EARLIER {
            assert!(told.is_match(&CURRENT_SCHEMA.replace("2025-12-11", date)), "{date}");
        }
        assert!(
            told.is_match(CURRENT_SCHEMA)
                && !told.is_match(&CURRENT_SCHEMA.replace("2025-12-11", "2020-01-01"))
        );
    }

    #[test]
    fn what_is_required_is_required() {
        let schema = ServerDocument::json_schema(&mut SchemaGenerator::default());
        let whole = serde_json::json!({
            "$schema": CURRENT_SCHEMA, "name": "com.example/weather", "description": "x", "version": "1.0.0",
        });
        assert!(check(&whole).0.is_some());
        for key in schema.as_value()["required"].as_array().unwrap() {
            let mut less = whole.clone();
            less.as_object_mut().unwrap().remove(key.as_str().unwrap());
            assert!(check(&less).0.is_none(), "{key}");
        }
    }
}
