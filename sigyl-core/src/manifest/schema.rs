//! The JSON Schema of `mcp.yaml`, made of the same words as its reader.

use serde_json::{Map, Value, json};

use super::sigyl_yaml;

/// The schema that `docs/schema/mcp.v1.json` holds, as text that ends in a line end.
pub fn mcp_yaml_schema() -> String {
    // Maps and text always have a form in JSON.
    let mut text = serde_json::to_string_pretty(&schema()).unwrap_or_default();
    text.push('\n');
    text
}

fn schema() -> Value {
    let words = |table: Vec<&str>| json!(table);
    let runtimes = words(sigyl_yaml::RUNTIMES.iter().map(|(word, _)| *word).collect());
    let types = words(sigyl_yaml::TYPES.iter().map(|(word, _)| *word).collect());
    let methods = words(sigyl_yaml::METHODS.iter().map(|(word, _)| *word).collect());
    let argv = |description: &str| json!({ "description": description, "type": "array", "items": { "type": "string" }, "minItems": 1 });
    let text = |description: &str| json!({ "description": description, "type": "string", "minLength": 1 });
    let secret = object(
        "A value that each user, or the deployment, must provide.",
        &sigyl_yaml::SECRET_KEYS,
        &["name"],
        vec![
            json!({ "description": "Its name.", "type": "string", "maxLength": 128, "pattern": "^[A-Za-z_][A-Za-z0-9_.-]*$" }),
            text("What it is for."),
            json!({ "description": "Whether a call without it is refused.", "type": "boolean", "default": true }),
            json!({ "description": "Type of its value.", "enum": types, "default": "string" }),
            object(
                "Where it is put: by default into a header for http, into the environment for stdio.",
                &sigyl_yaml::INJECTION_KEYS,
                &["method"],
                vec![
                    json!({ "description": "The part of the call, or of the process.", "enum": methods }),
                    text("Name of the header, query parameter, body field (dot notation) or variable."),
                ],
            ),
        ],
    );
    let tool = object(
        "A tool of the server.",
        &sigyl_yaml::TOOL_KEYS,
        &["name"],
        vec![
            text("Its name."),
            json!({ "description": "What a model is told about it.", "type": "string" }),
            json!({ "description": "JSON Schema of its arguments.", "type": "object" }),
            json!({ "description": "JSON Schema of its structured result.", "type": "object" }),
        ],
    );
    let build = object(
        "How the image is built. Paths are relative to the root and stay below it.",
        &sigyl_yaml::BUILD_KEYS,
        &[],
        vec![
            json!({ "description": "Dependencies whose install scripts may run.", "type": "array", "items": { "type": "string" } }),
            argv("The build step, as an argument vector; no shell reads it."),
            argv("The start command, as an argument vector; no shell reads it."),
            text("Your own Dockerfile."),
            text("The folder that the Dockerfile is built in."),
            json!({ "description": "Secrets that the installation of dependencies gets as variables: names alone, values are given when it is deployed.",
                "type": "array", "items": { "type": "string", "maxLength": 128, "pattern": "^[A-Za-z_][A-Za-z0-9_]*$" },
                "uniqueItems": true, "maxItems": sigyl_yaml::BUILD_SECRETS_MAX }),
        ],
    );
    let resources = object(
        "What the server may use of the machine.",
        &sigyl_yaml::RESOURCE_KEYS,
        &[],
        vec![
            json!({ "description": "Memory: a number and its unit, such as `256Mi`.", "anyOf": [
                { "type": "string", "pattern": "^[0-9]+(\\.[0-9]*)?(Ki|Mi|Gi|Ti|k|M|G|T)?$" }, { "type": "number" }
            ] }),
            json!({ "description": "CPU: cores, or thousandths of one, such as `500m`.", "anyOf": [
                { "type": "string", "pattern": "^[0-9]+(\\.[0-9]*)?m?$" }, { "type": "number" }
            ] }),
        ],
    );
    let network = object(
        "What the server may reach.",
        &sigyl_yaml::NETWORK_KEYS,
        &[],
        vec![json!({ "description": "Host names, with a port if it matters; nothing else is reachable.",
            "type": ["array", "null"], "items": { "type": "string" } })],
    );
    let mut schema = object(
        "The manifest of an MCP server, as Sigyl reads it.",
        &sigyl_yaml::KEYS,
        &["name"],
        vec![
            json!({ "description": "Name of the server; a bare name gets its owner's namespace when it is registered.",
                "type": "string", "maxLength": sigyl_yaml::MAX_NAME,
                "pattern": "^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?(/[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)?$" }),
            text("What the server does."),
            text("Its version; where absent, the registry numbers it from the commit."),
            json!({ "description": "What runs it; inferred where absent.", "enum": runtimes }),
            json!({ "description": "How clients reach it: streamable HTTP, or standard input and output.", "enum": ["http", "stdio"] }),
            json!({ "description": "TCP port it listens on, for http.", "type": "integer", "minimum": 1, "maximum": 65535 }),
            json!({ "description": "Path of the endpoint, for http.", "type": "string", "pattern": "^/[^ ?#\\\\]*$", "default": "/mcp" }),
            text("The category it is listed under."),
            json!({ "description": "Free tags.", "type": "array", "items": { "type": "string" } }),
            json!({ "description": "Its tools.", "type": "array", "items": tool }),
            json!({ "description": "What must be provided.", "type": "array", "items": secret }),
            build,
            resources,
            network,
            json!({ "description": "True when one process may serve every caller because it keeps nothing between calls.",
                "type": "boolean", "default": false }),
        ],
    );
    if let Some(map) = schema.as_object_mut() {
        map.shift_insert(0, "$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        map.shift_insert(1, "title".to_owned(), json!("mcp.yaml"));
    }
    schema
}

/// An object whose properties are `keys`, each with the schema at the same place.
fn object(description: &str, keys: &[&str], required: &[&str], schemas: Vec<Value>) -> Value {
    let properties: Map<String, Value> = keys.iter().map(|key| (*key).to_owned()).zip(schemas).collect();
    let mut out = json!({ "description": description, "type": "object", "properties": properties });
    if let Some(map) = out.as_object_mut() {
        if !required.is_empty() {
            map.insert("required".to_owned(), json!(required));
        }
        map.insert("patternProperties".to_owned(), json!({ "^x-": true }));
        map.insert("additionalProperties".to_owned(), json!(false));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `cargo run -p sigyl-core --example print_mcp_schema > docs/schema/mcp.v1.json` brings the file up to date.
    #[test]
    fn published_schema_is_the_present_one() {
        let published = include_str!("../../../docs/schema/mcp.v1.json");
        assert_eq!(published, mcp_yaml_schema(), "docs/schema/mcp.v1.json is stale");
    }

    #[test]
    fn every_key_has_a_schema() {
        let schema = schema();
        let properties = schema["properties"].as_object().unwrap();
        assert_eq!(properties.len(), sigyl_yaml::KEYS.len());
        assert_eq!(
            properties["secrets"]["items"]["properties"].as_object().unwrap().len(),
            sigyl_yaml::SECRET_KEYS.len()
        );
        assert_eq!(
            properties["build"]["properties"].as_object().unwrap().len(),
            sigyl_yaml::BUILD_KEYS.len()
        );
        assert_eq!(
            properties["tools"]["items"]["properties"].as_object().unwrap().len(),
            sigyl_yaml::TOOL_KEYS.len()
        );
    }
}
