//! The OpenAPI document, from the list of endpoints.

use std::sync::LazyLock;

use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use super::{Access, Endpoint, error::ErrorBody, schema};
use crate::api::ENDPOINTS;

/// OpenAPI 3.1 of everything that the server answers.
pub(crate) fn document() -> &'static Value {
    static DOCUMENT: LazyLock<Value> = LazyLock::new(make);
    &DOCUMENT
}

fn make() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    let error = schema::<ErrorBody>(&mut generator);
    let mut paths = Map::new();
    for endpoint in ENDPOINTS {
        let methods = paths.entry(endpoint.path).or_insert_with(|| json!({}));
        methods[endpoint.method.as_str().to_lowercase()] = operation(endpoint, &mut generator);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Sigyl",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Registry, accounts, API keys and secrets. Every error has the same body; look at its `code`.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "responses": {
                "error": {
                    "description": "An error.",
                    "content": { "application/problem+json": { "schema": error } },
                },
            },
            "securitySchemes": {
                "key": { "type": "http", "scheme": "bearer", "description": "An API key, `sgl_…`, or a publisher's login, `sgp_…`." },
                "session": { "type": "apiKey", "in": "cookie", "name": super::access::SESSION_COOKIE },
            },
        },
    })
}

/// What a text of a media type is. Of server-sent events, OpenAPI 3.1 describes each: its data is a line of JSON.
fn text_schema(kind: &str) -> Value {
    match kind {
        "text/event-stream" => json!({
            "type": "object",
            "properties": {
                "event": { "type": "string" },
                "id": { "type": "string" },
                "data": { "type": "string", "contentMediaType": "application/json" },
            },
            "required": ["event", "data"],
        }),
        _ => json!({ "type": "string" }),
    }
}

fn operation(endpoint: &Endpoint, generator: &mut SchemaGenerator) -> Value {
    let mut parameters = path_parameters(endpoint.path);
    if let Some(query) = endpoint.query {
        parameters.extend(query_parameters(query(generator).as_value(), generator));
    }
    if matches!(endpoint.access, Access::Member(..)) && !endpoint.path.contains("{workspace}") {
        parameters.push(json!({
            "name": "Sigyl-Workspace",
            "in": "header",
            "required": false,
            "description": "The workspace that is meant, by id or slug; without it the key's, or the caller's first.",
            "schema": { "type": "string", "minLength": 2, "maxLength": 39, "pattern": super::pattern::HANDLE },
        }));
    }
    let mut success = json!({ "description": "Done." });
    if let Some(response) = endpoint.response {
        success["content"] = json!({ "application/json": { "schema": response(generator) } });
    }
    for kind in endpoint.texts {
        success["content"][*kind] = json!({ "schema": text_schema(kind) });
    }
    let mut operation = json!({
        "operationId": endpoint.id,
        "summary": endpoint.summary,
        "parameters": parameters,
        "responses": {
            endpoint.status.to_string(): success,
            "default": { "$ref": "#/components/responses/error" },
        },
        "security": security(endpoint.access),
        "x-sigyl-access": access(endpoint.access),
    });
    if let Some(mut about) = about(endpoint.access) {
        if endpoint.is_for_publishers {
            about.push_str(" A publisher's login counts, too, below the namespaces that it proved.");
        }
        operation["description"] = about.into();
    }
    if let Some(request) = endpoint.request {
        operation["requestBody"] = json!({
            "required": true,
            "content": { "application/json": { "schema": request(generator) } },
        });
    }
    if !endpoint.upload.is_empty() {
        let bytes = json!({ "schema": { "type": "string", "format": "binary" } });
        if endpoint.request.is_none() {
            operation["requestBody"] = json!({ "required": true, "content": {} });
        }
        for kind in endpoint.upload {
            operation["requestBody"]["content"][*kind] = bytes.clone();
        }
    }
    operation
}

fn security(access: Access) -> Value {
    match access {
        Access::Public | Access::Login => json!([]),
        Access::Session => json!([{ "session": [] }]),
        Access::User(_) | Access::Member(..) | Access::Operator => json!([{ "key": [] }, { "session": [] }]),
    }
}

/// Who may, for programs: the test that walks every endpoint as everybody reads it, too.
fn access(access: Access) -> Value {
    match access {
        Access::Public => json!({ "kind": "public" }),
        Access::Login => json!({ "kind": "login" }),
        Access::Session => json!({ "kind": "session" }),
        Access::User(scope) => json!({ "kind": "user", "scope": scope }),
        Access::Member(role, scope) => json!({ "kind": "member", "role": role, "scope": scope }),
        Access::Operator => json!({ "kind": "operator", "scope": "admin" }),
    }
}

fn about(access: Access) -> Option<String> {
    match access {
        Access::Public | Access::Login => None,
        Access::Session => Some("Needs a session; keys are refused.".to_owned()),
        Access::User(scope) => Some(format!("A key needs the scope `{}`.", scope.as_str())),
        Access::Member(role, scope) => Some(format!(
            "Needs the role {} in the workspace, or a higher one; a key needs the scope `{}`.",
            role.as_str(),
            scope.as_str()
        )),
        Access::Operator => {
            Some("Needs an operator of the server; a key needs the scope `admin`.".to_owned())
        }
    }
}

fn path_parameters(path: &str) -> Vec<Value> {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let parameter = |name: &str| {
        let name = name.trim_start_matches('*');
        json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string", "minLength": 1 } })
    };
    names.map(parameter).collect()
}

/// The members of a query's type, one parameter each.
fn query_parameters(schema: &Value, generator: &SchemaGenerator) -> Vec<Value> {
    let definition = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next());
    let schema = match definition {
        Some(name) => generator.definitions().get(name).unwrap_or(schema),
        None => schema,
    };
    let required =
        |name: &str| schema["required"].as_array().is_some_and(|all| all.iter().any(|it| it == name));
    let parameter = |(name, property): (&String, &Value)| {
        let mut of = property.clone();
        let description = of.as_object_mut().and_then(|it| it.remove("description"));
        let mut parameter = json!({ "name": name, "in": "query", "required": required(name), "schema": of });
        if let Some(description) = description {
            parameter["description"] = description;
        }
        parameter
    };
    schema["properties"].as_object().into_iter().flatten().map(parameter).collect()
}
