//! Gradio: functions behind the components of a page, and functions that it offers without any. A page that is launched
//! with `mcp_server=True` offers each of them as a tool.
//!
//! Source: Gradio's guide "Building an MCP Server with Gradio".

use std::rc::Rc;

use super::{
    call::Arguments,
    engine::Engine,
    entry::EntryKind,
    value::{Given, Known, Shape, Value},
};
use crate::rule::Place;

/// Methods of components that take a function.
const LISTENERS: &[&str] = &[
    "click", "change", "input", "submit", "select", "upload", "load", "unload", "release", "edit", "clear",
    "play", "stop", "tick", "blur", "focus", "key_up", "apply", "like", "retry", "undo", "then", "success",
    "failure",
];

/// Components whose value is a number, a choice that Gradio compares, a file that it has put down itself, or its own.
const CHOSEN: &[&str] = &[
    "audio",
    "button",
    "checkbox",
    "checkboxgroup",
    "downloadbutton",
    "dropdown",
    "file",
    "files",
    "gallery",
    "image",
    "imageeditor",
    "number",
    "plot",
    "radio",
    "request",
    "slider",
    "state",
    "timer",
    "uploadbutton",
    "video",
];

/// Where a function stands among the arguments of what takes it, and where the components do that it is given.
fn places(name: &str) -> Option<(usize, usize)> {
    match name {
        "Interface" | "ChatInterface" | "api" => Some((0, 1)),
        "on" => Some((1, 2)),
        name => LISTENERS.contains(&name).then_some((0, 1)),
    }
}

/// True for what a function can stand behind, by its path.
pub(super) fn takes_function(api: &str) -> bool {
    let path = api.strip_suffix("()").unwrap_or(api);
    api.starts_with("gradio.") && path.rsplit('.').next().is_some_and(|name| places(name).is_some())
}

/// True for a component, or its name, whose value is not a caller's text.
fn is_chosen(component: &Value) -> bool {
    let name = component.as_str().or_else(|| component.api()).unwrap_or_default();
    let name = name.trim_end_matches("()").rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    CHOSEN.contains(&name.as_str())
}

/// What a list holds, or the one that it would.
fn each(value: Option<&Value>) -> &[Value] {
    value.map_or(&[], |value| value.items().unwrap_or(std::slice::from_ref(value)))
}

fn keyword<'v>(arguments: &'v Arguments, name: &str) -> Option<&'v Value> {
    arguments.keywords.iter().find(|(keyword, _)| &**keyword == name).map(|(_, value)| value)
}

impl Engine<'_> {
    /// Looks whether a call puts functions behind a page. True when it does.
    pub(super) fn behind_page(&mut self, api: &str, arguments: &Arguments, place: Place) -> bool {
        let Some((function, _)) = places(api.rsplit('.').next().unwrap_or(api)) else { return false };
        let given = keyword(arguments, "fn").or_else(|| arguments.positional.get(function));
        let mut any = false;
        for handler in each(given) {
            any |= self.function_of_page(api, handler, arguments, place);
        }
        any
    }

    /// Queues one function, with what its components let through.
    pub(super) fn function_of_page(
        &mut self,
        api: &str,
        handler: &Value,
        arguments: &Arguments,
        place: Place,
    ) -> bool {
        let Shape::Function(function, bound) = &handler.shape else { return false };
        let Some(module) = self.module(function.file) else { return false };
        let name = api.strip_suffix("()").unwrap_or(api).rsplit('.').next().unwrap_or(api);
        let at = places(name).map_or(1, |(_, inputs)| inputs);
        let inputs = keyword(arguments, "inputs").or_else(|| arguments.positional.get(at));
        let params = module.function(function.function).params.iter().filter_map(|param| param.name);
        let skipped = usize::from(bound.this().is_some());
        let chosen = params.skip(skipped).zip(each(inputs)).filter(|(_, component)| is_chosen(component));
        let chosen =
            chosen.map(|(param, _)| (Rc::<str>::from(module.name(param)), Value::default())).collect();
        let bound = bound.with_given(Given { positional: Vec::new(), keywords: chosen });
        let handler = Value { shape: Shape::Function(*function, bound), ..Value::default() };
        let named = keyword(arguments, "api_name");
        let is_hidden = ["api_name", "show_api"].iter().any(|name| {
            keyword(arguments, name).is_some_and(|value| matches!(value.known, Known::Bool(false)))
        });
        let offers = self.files.iter().any(|file| file.holds_any(&["mcp_server", "GRADIO_MCP_SERVER"]));
        let kind = if offers && !is_hidden { EntryKind::Tool } else { EntryKind::Http };
        let keywords = named
            .filter(|name| name.as_str().is_some())
            .map(|name| ("name".into(), name.clone()))
            .into_iter()
            .collect();
        self.python_handler(&handler, kind, &Arguments { keywords, ..Arguments::default() }, place)
    }
}
