//! Tools as the source describes them: names, descriptions, schemas, and the texts that a model reads.

use std::rc::Rc;

use serde_json::{Map, Value as Json};
use sigyl_core::{Tool, ToolOrigin, ToolPins};

use super::{
    Offer,
    call::Arguments,
    engine::Engine,
    schema,
    value::{FunctionRef, Known, Schema, Shape, Value},
};
use crate::{
    context::{Offered, ToolPart, ToolText},
    ir::ParamKind,
    rule::Place,
};

/// Longest listing of tools that is read. Chosen.
const MOST_TOOLS: usize = 1_000;

struct Described {
    name: String,
    description: Option<(String, Place)>,
    title: Option<(String, Place)>,
    input_schema: Option<Value>,
    output_schema: Option<Value>,
    annotations: Option<Value>,
    texts: Vec<ToolText>,
}

/// `server.tool(name, description?, schema?, annotations?, handler)` and `registerTool(name, config, handler)`.
pub(crate) fn from_arguments(
    engine: &mut Engine<'_>,
    name: Option<&str>,
    args: &[Value],
    schema: Option<&Schema>,
    place: Place,
) {
    let Some(name) = name else { return };
    let config = args
        .get(1)
        .filter(|value| value.field("description").or(value.field("title")).is_some() && args.len() == 3);
    if let Some(config) = config {
        from_config(engine, Some(name), config, schema, place);
        return;
    }
    let description = args.get(1).and_then(|value| text_of(value, place));
    let annotations = args.iter().skip(1).find(|value| {
        value.fields().iter().any(|(name, _)| name.ends_with("Hint"))
            || value.fields().iter().any(|(name, _)| *name == "title")
    });
    let described = Described {
        name: name.to_owned(),
        description,
        title: None,
        input_schema: None,
        output_schema: None,
        annotations: annotations.cloned(),
        texts: schema_texts(schema, place),
    };
    add(engine, described, place);
}

/// An object that describes a tool.
pub(crate) fn from_config(
    engine: &mut Engine<'_>,
    name: Option<&str>,
    config: &Value,
    schema: Option<&Schema>,
    place: Place,
) {
    let Some(name) = name.map(str::to_owned).or_else(|| config.field("name")?.as_str().map(str::to_owned))
    else {
        return;
    };
    let text = |key: &str| config.field(key).and_then(|value| text_of(value, place));
    let part = |names: &[&str]| names.iter().find_map(|key| config.field(key)).cloned();
    let described = Described {
        name,
        description: text("description"),
        title: text("title"),
        input_schema: part(&["inputSchema", "input_schema", "parameters"]),
        output_schema: part(&["outputSchema", "output_schema"]),
        annotations: part(&["annotations"]),
        texts: schema_texts(schema, place),
    };
    add(engine, described, place);
}

/// A Python function that is a tool: its docstring and the descriptions of its parameters.
pub(crate) fn from_function(
    engine: &mut Engine<'_>,
    function: FunctionRef,
    name: Option<&str>,
    arguments: &Arguments,
    place: Place,
) {
    let Some(module) = engine.module(function.file) else { return };
    let definition = module.function(function.function);
    let keyword =
        |key: &str| arguments.keywords.iter().find(|(keyword, _)| &**keyword == key).map(|(_, value)| value);
    let described = keyword("description").and_then(|value| text_of(value, place));
    let docstring = definition
        .docstring
        .map(|(text, span)| (module.name(text).to_owned(), Place { file: function.file, span }));
    let title = keyword("title").and_then(|value| text_of(value, place));
    let annotations = keyword("annotations").cloned();
    let mut texts = Vec::new();
    for param in &definition.params {
        let Some(param_name) = param.name.filter(|name| !is_handed_in(module.name(*name))) else { continue };
        let mut described = None;
        if let Some(annotation) = param.annotation {
            described = schema::of_annotation(engine, function.file, annotation, 0).description;
        }
        if let Some(default) = param.default
            && matches!(module.expr(default).kind, crate::ir::ExprKind::Call { .. })
        {
            described = schema::of_field(engine, function.file, default).description.or(described);
        }
        if matches!(param.kind, ParamKind::Plain | ParamKind::KeywordOnly) {
            let part = ToolPart::ParameterName { required: param.default.is_none() };
            let place = Place { file: function.file, span: param.span };
            texts.push(ToolText { part, text: module.name(param_name).to_owned(), place });
        }
        if let Some((text, place)) = described {
            let part = ToolPart::Parameter(module.name(param_name).to_owned());
            texts.push(ToolText { part, text: text.to_string(), place });
        }
    }
    let Some(name) = name else { return };
    let described = Described {
        name: name.to_owned(),
        description: described.or(docstring),
        title,
        input_schema: None,
        output_schema: None,
        annotations,
        texts,
    };
    add(engine, described, place);
}

/// Arguments that come from the SDK or the language, not from the model.
fn is_handed_in(name: &str) -> bool {
    matches!(name, "self" | "cls" | "ctx" | "context")
}

/// A prompt or resource: its name, title, description, and its arguments.
pub(crate) fn offer_other(
    engine: &mut Engine<'_>,
    offered: Offered,
    name: &str,
    config: &[&Value],
    mut texts: Vec<ToolText>,
    place: Place,
) {
    texts.insert(0, ToolText { part: ToolPart::Name, text: name.to_owned(), place });
    for config in config {
        for (key, part) in [("title", ToolPart::Title), ("description", ToolPart::Description)] {
            if let Some((text, at)) = config.field(key).and_then(|value| text_of(value, place)) {
                texts.push(ToolText { part, text, place: at });
            }
        }
        for argument in config.field("arguments").and_then(Value::items).unwrap_or_default().iter().take(256)
        {
            if let Some((text, at)) = argument.field("description").and_then(|value| text_of(value, place)) {
                let name = argument.field("name").and_then(Value::as_str).unwrap_or_default();
                texts.push(ToolText { part: ToolPart::Parameter(name.to_owned()), text, place: at });
            }
        }
    }
    push(engine, Offer { offered, name: name.to_owned(), tool: None, texts, place });
}

/// What a server tells every client at the start.
pub(crate) fn instructions(engine: &mut Engine<'_>, value: &Value, place: Place) {
    let Some((text, at)) = text_of(value, place).filter(|(text, _)| !text.is_empty()) else { return };
    let texts = vec![ToolText { part: ToolPart::Instructions, text, place: at }];
    push(engine, Offer { offered: Offered::Server, name: String::new(), tool: None, texts, place: at });
}

pub(crate) fn push(engine: &mut Engine<'_>, offer: Offer) {
    let same =
        |known: &Offer| known.name == offer.name && known.place == offer.place && known.texts == offer.texts;
    if engine.offers.len() < 2 * MOST_TOOLS && !engine.offers.iter().any(same) {
        engine.offers.push(offer);
    }
}

/// What a `tools/list` handler returns.
pub(crate) fn from_listing(engine: &mut Engine<'_>, listed: &Value, place: Place) {
    let list = match listed.field("tools") {
        Some(tools) => tools.clone(),
        None => listed.clone(),
    };
    let mut found: Vec<Value> = Vec::new();
    collect_listed(&list, &mut found, 0);
    for tool in found.iter().take(MOST_TOOLS) {
        engine.listed.note(tool.field("inputSchema").or_else(|| tool.field("input_schema")));
        let at = tool.field("name").and_then(|name| name.place).unwrap_or(place);
        from_config(engine, None, tool, None, at);
    }
}

fn collect_listed(value: &Value, found: &mut Vec<Value>, depth: usize) {
    if depth > 4 {
        return;
    }
    match &value.shape {
        Shape::List(items) => {
            items.known.iter().chain(&items.rest).for_each(|item| collect_listed(item, found, depth + 1));
        }
        Shape::Object(fields) if fields.known.contains_key("name") => found.push(value.clone()),
        Shape::Object(fields) => {
            // A table of tools by name.
            for name in &fields.order {
                if let Some(field) = fields.known.get(name) {
                    collect_listed(field, found, depth + 1);
                }
            }
        }
        Shape::OneOf(shapes) => {
            for shape in shapes.iter() {
                collect_listed(&Value { shape: shape.clone(), ..Value::default() }, found, depth + 1);
            }
        }
        _ => {}
    }
}

fn text_of(value: &Value, fallback: Place) -> Option<(String, Place)> {
    let text = value.prefix()?;
    Some((text.to_owned(), value.place.unwrap_or(fallback)))
}

/// Names and descriptions of the arguments that a schema of the SDK's own kind has.
pub(crate) fn schema_texts(schema: Option<&Schema>, place: Place) -> Vec<ToolText> {
    let mut texts = Vec::new();
    fields_of(schema, place, 0, &mut texts);
    texts
}

fn fields_of(schema: Option<&Schema>, place: Place, depth: usize, texts: &mut Vec<ToolText>) {
    let Some(fields) = schema.and_then(|schema| schema.fields.as_ref()).filter(|_| depth < 4) else { return };
    let mut names: Vec<&Rc<str>> = fields.keys().collect();
    names.sort();
    for name in names {
        let field = &fields[name];
        let at = field.description.as_ref().map_or(place, |(_, place)| *place);
        let part = ToolPart::ParameterName { required: !field.optional };
        texts.push(ToolText { part, text: name.to_string(), place: at });
        if let Some((text, place)) = &field.description {
            let part = ToolPart::Parameter(name.to_string());
            texts.push(ToolText { part, text: text.to_string(), place: *place });
        }
        fields_of(Some(field), at, depth + 1, texts);
        fields_of(field.element.as_deref(), at, depth + 1, texts);
    }
}

/// Every text of a literal schema, at any depth: a validator ignores many of them, a model reads all.
fn literal_texts(
    value: &Value,
    place: Place,
    part: &ToolPart,
    is_required: bool,
    depth: usize,
    texts: &mut Vec<ToolText>,
) {
    if depth > 16 || texts.len() > 1_024 {
        return;
    }
    if let Some((text, at)) = text_of(value, place) {
        texts.push(ToolText { part: part.clone(), text, place: at });
        return;
    }
    for item in value.items().unwrap_or_default().iter().take(256) {
        literal_texts(item, place, part, false, depth + 1, texts);
    }
    let required: Vec<&str> = value
        .field("required")
        .and_then(Value::items)
        .unwrap_or_default()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    for (key, field) in value.fields() {
        let in_input = matches!(part, ToolPart::Schema | ToolPart::Parameter(_));
        match key {
            "properties" if matches!(field.shape, Shape::Object(_)) => {
                for (name, schema) in field.fields() {
                    let at = schema.place.or(value.place).unwrap_or(place);
                    if in_input {
                        let required = required.contains(&name) && (is_required || depth == 0);
                        let part = ToolPart::ParameterName { required };
                        texts.push(ToolText { part, text: name.to_owned(), place: at });
                    }
                    let inner = if in_input { ToolPart::Parameter(name.to_owned()) } else { part.clone() };
                    literal_texts(schema, at, &inner, required.contains(&name), depth + 1, texts);
                }
            }
            "description" => literal_texts(field, place, part, false, depth + 1, texts),
            _ => {
                let inner = if in_input { ToolPart::Schema } else { part.clone() };
                literal_texts(field, place, &inner, false, depth + 1, texts);
            }
        }
    }
}

fn add(engine: &mut Engine<'_>, described: Described, place: Place) {
    let mut texts = vec![ToolText { part: ToolPart::Name, text: described.name.clone(), place }];
    for (part, text) in [(ToolPart::Description, &described.description), (ToolPart::Title, &described.title)]
    {
        if let Some((text, at)) = text {
            texts.push(ToolText { part, text: text.clone(), place: *at });
        }
    }
    texts.extend(described.texts);
    if let Some(schema) = &described.input_schema {
        literal_texts(schema, place, &ToolPart::Schema, true, 0, &mut texts);
    }
    if let Some(schema) = &described.output_schema {
        literal_texts(schema, place, &ToolPart::OutputSchema, false, 0, &mut texts);
    }
    if let Some(annotations) = &described.annotations {
        for (_, field) in annotations.fields() {
            if let Some((text, at)) = text_of(field, place) {
                texts.push(ToolText { part: ToolPart::Annotation, text, place: at });
            }
        }
    }
    // `annotations=None` gives none.
    let literal = |value: &Option<Value>| json(value.as_ref()?, 0).filter(|json| !json.is_null());
    let input_schema = literal(&described.input_schema);
    let output_schema = literal(&described.output_schema);
    let annotations = literal(&described.annotations);
    let description = described.description.as_ref().map(|(text, _)| text.clone());
    let locate = |at: Place| {
        let context = engine.context(at.file);
        context.lines().location(context.path, context.text, at.span)
    };
    let tool = Tool {
        pins: ToolPins::new(
            &described.name,
            description.as_deref(),
            input_schema.as_ref(),
            output_schema.as_ref(),
            annotations.as_ref(),
        ),
        location: Some(locate(place)),
        description_location: described.description.as_ref().map(|(_, at)| locate(*at)),
        name: described.name,
        description,
        input_schema,
        output_schema,
        annotations,
        origin: ToolOrigin::Source,
    };
    let known = engine.offers.iter().any(|known| known.name == tool.name && known.place == place);
    if !known && engine.offers.len() < 3 * MOST_TOOLS {
        let name = tool.name.clone();
        engine.offers.push(Offer { offered: Offered::Tool, name, tool: Some(tool), texts, place });
    }
}

/// A value as JSON, where all of it is literal.
fn json(value: &Value, depth: usize) -> Option<Json> {
    if depth > 32 {
        return None;
    }
    match (&value.known, &value.shape) {
        (Known::Text(text), _) => Some(Json::String(text.to_string())),
        (Known::Bool(bool), _) => Some(Json::Bool(*bool)),
        (Known::Null, _) => Some(Json::Null),
        (Known::Number(number), _) if number.fract() == 0.0 && number.abs() < 9e15 => {
            Some(Json::from(*number as i64))
        }
        (Known::Number(number), _) => serde_json::Number::from_f64(*number).map(Json::Number),
        (_, Shape::Object(fields)) if fields.rest.is_none() && value.taints.is_none() => {
            let mut map = Map::new();
            for name in &fields.order {
                map.insert(name.to_string(), json(fields.known.get(name)?, depth + 1)?);
            }
            Some(Json::Object(map))
        }
        (_, Shape::List(items)) if items.rest.is_none() => {
            items.known.iter().map(|item| json(item, depth + 1)).collect::<Option<Vec<_>>>().map(Json::Array)
        }
        _ => None,
    }
}
