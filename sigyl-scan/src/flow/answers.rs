//! Texts that a server answers with and that are the same for every caller: results, messages of errors.

use std::rc::Rc;

use sigyl_core::Span;

use super::{
    Offer,
    engine::Engine,
    tools::push,
    value::{FunctionRef, Known, Shape, Value},
};
use crate::{
    context::{Offered, ToolPart, ToolText},
    ir::{BinaryOp, ExprId, ExprKind, Module, PropertyKey},
    rule::Place,
};

/// Texts of one module that stand where answers do, by place.
pub(crate) type Literals = Rc<Vec<(Span, String)>>;

/// Texts that a handler answers with, as far as they are the same for every caller.
pub(crate) fn answers(engine: &mut Engine<'_>, name: &str, value: &Value, place: Place) {
    let mut texts = Vec::new();
    answer_texts(value, place, 0, &mut texts);
    if !texts.is_empty() {
        push(engine, Offer { offered: Offered::Answer, name: name.to_owned(), tool: None, texts, place });
    }
}

/// Shortest text of an answer that can be an order, in bytes. Chosen.
const SHORTEST_ORDER: usize = 20;

fn answer_texts(value: &Value, place: Place, depth: usize, texts: &mut Vec<ToolText>) {
    if depth > 6 || texts.len() > 64 {
        return;
    }
    let mut add = |text: &str| {
        if text.len() >= SHORTEST_ORDER && text.contains(|c: char| c == ' ' || !c.is_ascii()) {
            let text = text.to_owned();
            texts.push(ToolText { part: ToolPart::Result, text, place: value.place.unwrap_or(place) });
        }
    };
    match &value.known {
        Known::Text(text) => add(text),
        Known::Affixes(affixes) => {
            add(&affixes.start);
            add(&affixes.end);
        }
        _ => {}
    }
    match &value.shape {
        Shape::Object(_) => {
            for key in ["content", "contents", "text", "messages", "message", "error", "structuredContent"] {
                if let Some(field) = value.field(key) {
                    answer_texts(field, place, depth + 1, texts);
                }
            }
        }
        Shape::List(items) => {
            for item in items.known.iter().chain(&items.rest).take(16) {
                // A list of bare texts is data, not an answer.
                if matches!(item.shape, Shape::Object(_)) {
                    answer_texts(item, place, depth + 1, texts);
                }
            }
        }
        Shape::OneOf(shapes) => {
            for shape in shapes.iter().take(16) {
                let one = Value { shape: shape.clone(), place: value.place, ..Value::default() };
                answer_texts(&one, place, depth + 1, texts);
            }
        }
        _ => {}
    }
}

/// The texts of results and errors that stand in a handler, whichever way it takes.
pub(crate) fn literal_answers(engine: &mut Engine<'_>, name: &str, function: FunctionRef, place: Place) {
    let Some(module) = engine.module(function.file) else { return };
    let span = module.function(function.function).span;
    let literals =
        engine.literal_answers.entry(function.file).or_insert_with(|| Rc::new(literals(module))).clone();
    let from = literals.partition_point(|(at, _)| at.start < span.start);
    let texts: Vec<ToolText> = literals[from..]
        .iter()
        .take_while(|(at, _)| at.end <= span.end)
        .take(64)
        .map(|(at, text)| ToolText {
            part: ToolPart::Result,
            text: text.clone(),
            place: Place { file: function.file, span: *at },
        })
        .collect();
    if !texts.is_empty() {
        push(engine, Offer { offered: Offered::Answer, name: name.to_owned(), tool: None, texts, place });
    }
}

/// `text: "…"`, `TextContent(text="…")`, `new McpError(…, "…")`, `raise ValueError("…")`.
fn literals(module: &Module) -> Vec<(Span, String)> {
    let mut found = Vec::new();
    let mut add = |expr: ExprId| {
        let mut text = String::new();
        append(module, expr, &mut text, 0);
        if text.len() >= SHORTEST_ORDER && text.contains(|c: char| c == ' ' || !c.is_ascii()) {
            found.push((module.span(expr), text));
        }
    };
    for expr in &module.exprs {
        match expr.kind {
            ExprKind::Object(properties) => {
                for property in module.properties(properties) {
                    if let PropertyKey::Name(name) = property.key
                        && matches!(module.name(name), "text" | "message")
                    {
                        add(property.value);
                    }
                }
            }
            ExprKind::Call { callee, arguments } | ExprKind::New { callee, arguments } => {
                let is_error = ends_like_error(module, callee);
                for argument in module.arguments(arguments) {
                    let keyword = argument.keyword.map(|keyword| module.name(keyword));
                    if keyword == Some("text") || is_error && matches!(keyword, None | Some("message")) {
                        add(argument.value);
                    }
                }
            }
            _ => {}
        }
    }
    found.sort_by_key(|(span, _)| (span.start, span.end));
    found
}

fn ends_like_error(module: &Module, callee: ExprId) -> bool {
    let name = match module.expr(callee).kind {
        ExprKind::Member { property, .. } => module.name(property),
        ExprKind::Variable(variable) => module.name(module.variable(variable).name),
        ExprKind::Global(name) => module.name(name),
        _ => return false,
    };
    name.ends_with("Error") || name.ends_with("Exception")
}

/// Adds the literal text of an expression: a string, strings added, the literal pieces of a template.
fn append(module: &Module, expr: ExprId, text: &mut String, depth: usize) {
    if depth > 40 || text.len() > 20_000 {
        return;
    }
    match module.expr(expr).kind {
        ExprKind::String(name) => text.push_str(module.name(name)),
        ExprKind::Template(parts) => {
            module.list(parts).iter().for_each(|part| append(module, *part, text, depth + 1));
        }
        ExprKind::Binary { op: BinaryOp::Add, left, right } => {
            append(module, left, text, depth + 1);
            append(module, right, text, depth + 1);
        }
        _ => {}
    }
}
