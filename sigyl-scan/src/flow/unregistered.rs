//! Tools that no call registers: modules and classes that a framework takes from a folder by what they are named.

use std::{path::Path, rc::Rc};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Hazards,
    call::Arguments,
    described::Described,
    engine::Engine,
    entry::{Entry, EntryKind},
    schema, tools,
    value::{Bound, ClassRef, FunctionRef, Schema, Shape, Value},
};
use crate::{
    files::FileRole,
    ir::{ClassId, Language, MethodKind},
    rule::Place,
};

/// What a module that is a tool offers its handler as.
const OFFERED: &[&str] = &["default", "handler", "execute", "run", "call", "invoke", "callback"];
/// What a class that is a tool calls its handler.
const METHODS: &[&str] = &[
    "execute", "run", "handle", "handler", "call", "invoke", "_run", "_arun", "arun", "run_tool", "_execute",
];
/// What a tool's schema is called beside its handler.
pub(super) const SCHEMAS: &[&str] =
    &["schema", "inputSchema", "input_schema", "parameters", "paramsSchema", "argsSchema", "args_schema"];
/// What an object with a tool's name and description is called beside its handler.
pub(super) const ABOUT: &[&str] = &[
    "metadata",
    "config",
    "definition",
    "toolDefinition",
    "tool",
    "spec",
    "TOOL",
    "TOOL_DEFINITION",
    "TOOL_SPEC",
    "DEFINITION",
    "METADATA",
    "SPEC",
    "tool_definition",
];
/// What a module of which only schema and handler are known calls its handler.
const PLAIN: &[&str] = &["handler", "execute", "run", "invoke", "callback"];

impl<'a> Engine<'a> {
    /// Queues the handlers of modules and classes that are shaped like tools and that no handler has called.
    pub(crate) fn queue_unregistered(&mut self) {
        let several = self.modules_of_tools();
        for at in 0..self.files.len() {
            if self.files[at].role != FileRole::Runtime {
                continue;
            }
            let Some(module) = self.files[at].module() else { continue };
            self.queue_module(at, &several);
            self.queue_by_place(at, module);
            if module.language == Language::JavaScript {
                self.queue_objects(at);
            }
            if module.language == Language::Python {
                self.queue_export(at);
            }
            for number in 0..module.classes.len() {
                let class = ClassRef { file: self.files[at].id, class: ClassId(number as u32) };
                self.queue_class(class);
                self.queue_toolset(class);
            }
        }
    }

    /// True where handlers gave a function something of a caller's, or called one that takes nothing. What is only
    /// called beside, as what a logger is shown is, was given nothing.
    pub(super) fn is_given(&self, function: FunctionRef) -> bool {
        let takes_nothing = || {
            self.module(function.file)
                .is_some_and(|module| module.function(function.function).params.is_empty())
        };
        self.given.contains(&function) || self.reached.contains(&function) && takes_nothing()
    }

    /// `export const metadata = { name, description }; export const schema = { … }; export default function (args) { … }`.
    fn queue_module(&mut self, at: usize, several: &FxHashSet<usize>) {
        let is_text = |value: &Value| value.prefix().is_some();
        let about = ABOUT.iter().find_map(|name| {
            self.export(at, name).filter(|value| value.field("description").is_some_and(is_text))
        });
        let described = about.is_some() || self.export(at, "description").as_ref().is_some_and(is_text);
        // What it is called and what it does may stand elsewhere: in a file that names the module.
        if !described && !several.contains(&at) {
            return;
        }
        let schema = SCHEMAS.iter().find_map(|name| self.export(at, name));
        let inner =
            about.as_ref().and_then(|about| SCHEMAS.iter().find_map(|name| about.field(name)).cloned());
        let Some(schema) = schema.or(inner) else { return };
        let offered = if described { OFFERED } else { PLAIN };
        let handler =
            offered.iter().find_map(|name| self.export(at, name).filter(|value| value.is_function()));
        let Some((handler, Shape::Function(function, bound))) =
            handler.map(|handler| (handler.place, handler.shape))
        else {
            return;
        };
        if self.is_given(function) {
            return;
        }
        let named =
            about.as_ref().and_then(|about| about.field("name").and_then(Value::as_str).map(Rc::<str>::from));
        let stem =
            Path::new(self.files[at].path).file_stem().and_then(|stem| stem.to_str()).map(Rc::<str>::from);
        let name = named.or(stem);
        let schema = schema_of(&schema);
        let place = handler.unwrap_or_else(|| super::invoke::function_place(self, function));
        if let Some(about) = &about {
            tools::from_config(self, name.as_deref(), about, schema.as_deref(), place);
        }
        self.add_entry(Entry { function, bound, kind: EntryKind::Tool, name, schema });
    }

    /// Golf's `export = search` in a module below `tools`, `resources` or `prompts`.
    fn queue_export(&mut self, at: usize) {
        let path = self.files[at].path;
        let kind = Path::new(path).components().find_map(|folder| match folder.as_os_str().to_str()? {
            "tools" => Some(EntryKind::Tool),
            "resources" => Some(EntryKind::Resource),
            "prompts" => Some(EntryKind::Prompt),
            _ => None,
        });
        let Some(kind) = kind else { return };
        let Some(handler) = self.export(at, "export") else { return };
        let Shape::Function(function, _) = handler.shape else { return };
        let place = super::invoke::function_place(self, function);
        self.python_handler(&handler, kind, &Arguments::default(), place);
    }

    /// `class Files(MCPToolset)` of django-mcp-server: each of its methods that is not private is a tool.
    fn queue_toolset(&mut self, class: ClassRef) {
        if !self.outside_base(class).is_some_and(|base| base.ends_with("MCPToolset")) {
            return;
        }
        let this = Value { shape: Shape::Instance(class), ..Value::default() };
        for shape in self.methods_from(class, &this, "") {
            let method = Value { shape, ..Value::default() };
            let Some(module) = self.class_module(class) else { return };
            let place = Place { file: class.file, span: module.class(class.class).span };
            self.python_handler(&method, EntryKind::Tool, &Arguments::default(), place);
        }
    }

    /// Modules that offer a schema and a handler, where others around them do: what a file names and loads as it goes.
    fn modules_of_tools(&mut self) -> FxHashSet<usize> {
        let mut around: FxHashMap<Option<&Path>, Vec<usize>> = FxHashMap::default();
        for at in 0..self.files.len() {
            let file = &self.files[at];
            let offers = file.role == FileRole::Runtime
                && file.module().is_some_and(|module| module.language == Language::JavaScript)
                && SCHEMAS.iter().any(|name| self.export(at, name).is_some())
                && PLAIN.iter().any(|name| self.export(at, name).is_some_and(|value| value.is_function()));
            if offers {
                let folder = Path::new(self.files[at].path).parent().and_then(Path::parent);
                around.entry(folder).or_default().push(at);
            }
        }
        around.into_values().filter(|several| several.len() > 1).flatten().collect()
    }

    /// `class Search extends MCPTool { name = …; description = …; schema = { … }; async execute(input) { … } }`, and classes
    /// whose methods say that: `get_definition(self)`, `get name()`.
    fn queue_class(&mut self, class: ClassRef) {
        let Some(module) = self.class_module(class) else { return };
        let definition = module.class(class.class);
        let method = METHODS.iter().find_map(|name| {
            definition
                .methods
                .iter()
                .find(|method| method.kind == MethodKind::Method && module.name(method.name) == *name)
        });
        let Some(method) = method else { return };
        let target = FunctionRef { file: class.file, function: method.function };
        if self.is_given(target) {
            return;
        }
        let Some(Described { name, about, schema }) = self.described(class) else { return };
        let is_tool = schema.is_some() || self.outside_base(class).is_some_and(|base| base.contains("Tool"));
        if !is_tool {
            return;
        }
        let schema = schema.as_ref().and_then(schema_of);
        let this = Value { shape: Shape::Instance(class), ..Value::default() };
        let place = Place { file: class.file, span: definition.span };
        tools::from_config(self, Some(&name), &about, schema.as_deref(), place);
        let bound = Bound::to(this);
        self.add_entry(Entry { function: target, bound, kind: EntryKind::Tool, name: Some(name), schema });
    }
}

/// A schema, also one whose fields are objects: `{ query: { type: z.string(), description: … } }`.
pub(super) fn schema_of(value: &Value) -> Option<Rc<Schema>> {
    schema::of_value(value).or_else(|| {
        let fields = value.fields();
        let known = fields.iter().filter_map(|(name, field)| {
            Some((Rc::<str>::from(*name), schema::of_value(field.field("type")?)?))
        });
        let known: FxHashMap<_, _> = known.collect();
        (!known.is_empty()).then(|| Rc::new(Schema { fields: Some(known), ..schema::anything(Hazards::ALL) }))
    })
}
