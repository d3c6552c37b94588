//! A JSON Schema as a list of what users must provide. Used by formats that describe their configuration so.

use serde_json::Value;

use super::{
    context::Context,
    fields::Fields,
    model::ValueType,
    node::{Node, NodeValue},
    values,
};
use crate::Span;

/// Levels of nested objects that are followed; chosen, published ones have two.
const MAX_LEVELS: usize = 8;

/// One value that a schema asks for.
#[derive(Clone)]
pub(crate) struct Property {
    /// Its name in dot notation: `server.host`.
    pub(crate) key: String,
    pub(crate) description: Option<String>,
    pub(crate) required: bool,
    pub(crate) secret: bool,
    pub(crate) value_type: ValueType,
    pub(crate) default: Option<Value>,
    pub(crate) choices: Vec<Value>,
    pub(crate) span: Span,
}

/// The leaves of an object schema, in the order of the file.
pub(crate) fn properties(ctx: &mut Context<'_>, schema: &Fields<'_>) -> Vec<Property> {
    let mut out = Vec::new();
    collect(ctx, schema, "", true, MAX_LEVELS, &mut out);
    out
}

fn collect(
    ctx: &mut Context<'_>,
    schema: &Fields<'_>,
    prefix: &str,
    required: bool,
    levels: usize,
    out: &mut Vec<Property>,
) {
    let Some(properties) = schema.mapping(ctx, "properties") else { return };
    let names: Vec<&str> = match schema.get("required").and_then(Node::as_sequence) {
        Some(items) => items.iter().filter_map(Node::as_str).collect(),
        None => Vec::new(),
    };
    let names: std::collections::HashSet<&str> = names.into_iter().collect();
    for (name, span, node) in properties.entries() {
        // `true` is a schema too, and says nothing.
        if node.as_mapping().is_none() {
            continue;
        }
        let Some(property) = Fields::of(ctx, node, properties.name_of(name)) else { continue };
        let key = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") };
        let required = required && names.contains(name);
        if levels > 0 && property.get("properties").is_some() {
            collect(ctx, &property, &key, required, levels - 1, out);
            continue;
        }
        let text = |key: &str| property.get(key).and_then(Node::as_str);
        let secret = text("format") == Some("password")
            || is_true(property.get("writeOnly"))
            || is_true(property.get("x-secret"))
            || values::looks_secret(name);
        let default = property.get("default").map(Node::to_json).filter(|_| !secret);
        out.push(Property {
            description: text("description").or(text("title")).map(str::to_owned),
            required: required && default.is_none(),
            secret,
            value_type: value_type(&property),
            default,
            choices: property
                .get("enum")
                .and_then(Node::as_sequence)
                .map(|items| items.iter().map(Node::to_json).collect())
                .unwrap_or_default(),
            span,
            key,
        });
    }
}

fn is_true(node: Option<&Node>) -> bool {
    node.is_some_and(|node| node.value == NodeValue::Bool(true))
}

/// The type of a schema; lists and free objects are text that holds JSON.
fn value_type(property: &Fields<'_>) -> ValueType {
    let kind = property.get("type");
    let listed = kind
        .and_then(Node::as_sequence)
        .and_then(|kinds| kinds.iter().filter_map(Node::as_str).find(|kind| *kind != "null"));
    match kind.and_then(Node::as_str).or(listed) {
        Some("number" | "integer") => ValueType::Number,
        Some("boolean") => ValueType::Boolean,
        _ => ValueType::String,
    }
}
