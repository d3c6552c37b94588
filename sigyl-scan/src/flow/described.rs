//! What a class says of itself as a tool: in fields, or in what methods give that are called with nothing.

use std::rc::Rc;

use super::{
    engine::{Engine, Phase},
    unregistered::{ABOUT, SCHEMAS},
    value::{Bound, ClassRef, Fields, FunctionRef, Shape, Value},
};
use crate::ir::{ExprKind, Language, MethodKind, StmtKind};

/// A tool as its class tells it.
pub(super) struct Described {
    pub(super) name: Rc<str>,
    /// An object with its name and description.
    pub(super) about: Value,
    pub(super) schema: Option<Value>,
}

const NAMES: &[&str] = &["name", "get_name", "getName", "tool_name"];
const DESCRIPTIONS: &[&str] = &["description", "get_description", "getDescription"];
const SCHEMA_METHODS: &[&str] =
    &["get_input_schema", "getInputSchema", "get_schema", "getSchema", "get_parameters"];

/// Parts of the names of methods that give the whole of it: `get_definition`, `_create_schema`, `to_tool`.
const WHOLE: &[&str] = &["definition", "schema", "tool", "spec", "metadata", "describ", "description"];

impl Engine<'_> {
    /// What a class says of itself; none where it gives itself no name and description as a tool.
    pub(super) fn described(&mut self, class: ClassRef) -> Option<Described> {
        self.run_constructor(class);
        let field = |engine: &Self, name: &str| engine.fields.get(&(class, Rc::from(name))).cloned();
        let is_told = |value: &Value| {
            value.field("name").and_then(Value::as_str).is_some()
                && value.field("description").is_some_and(|value| value.prefix().is_some())
        };
        if let (Some(name), Some(description)) =
            (self.said(class, NAMES), self.said(class, DESCRIPTIONS).filter(|it| it.prefix().is_some()))
        {
            let told: Rc<str> = name.as_str()?.into();
            let schema = self.said(class, SCHEMAS).or_else(|| self.said(class, SCHEMA_METHODS));
            let mut about = Fields::default();
            for (key, value) in [("name", name), ("description", description)] {
                about.known.insert(key.into(), Rc::new(value));
            }
            let about = Value { shape: Shape::Object(Rc::new(about)), ..Value::default() };
            return Some(Described { name: told, about, schema });
        }
        let kept = ABOUT.iter().find_map(|name| field(self, name).filter(is_told));
        let about = kept.or_else(|| {
            let definition = self.class_module(class)?;
            let named = |name: &str| WHOLE.iter().any(|part| name.to_ascii_lowercase().contains(part));
            let methods = definition.class(class.class).methods.iter();
            let names: Vec<&str> =
                methods.map(|method| definition.name(method.name)).filter(|name| named(name)).collect();
            names.into_iter().find_map(|name| {
                let given = self.given_by(class, name).filter(is_told);
                given.or_else(|| self.made_by(class, name).filter(is_told))
            })
        })?;
        let schema = SCHEMAS.iter().find_map(|name| about.field(name)).cloned();
        let name = about.field("name").and_then(Value::as_str)?.into();
        Some(Described { name, about, schema })
    }

    /// Makes an object of a class whose constructor takes nothing, for what that keeps: the tree itself may make its objects
    /// in a way that is not seen.
    fn run_constructor(&mut self, class: ClassRef) {
        let constructor = self.class_module(class).map_or("", |module| match module.language {
            Language::Python => "__init__",
            Language::JavaScript => "constructor",
        });
        self.given_by(class, constructor);
    }

    /// What a class keeps or gives under one of some names.
    fn said(&mut self, class: ClassRef, names: &[&str]) -> Option<Value> {
        let kept = names.iter().find_map(|name| self.fields.get(&(class, Rc::from(*name))).cloned());
        kept.or_else(|| names.iter().find_map(|name| self.given_by(class, name)))
    }

    /// What a class's own method or property gives that takes nothing.
    fn given_by(&mut self, class: ClassRef, name: &str) -> Option<Value> {
        let module = self.class_module(class)?;
        // Python's receiver is a parameter.
        let receiver = usize::from(module.language == Language::Python);
        let method = module.class(class.class).methods.iter().find(|method| {
            method.kind != MethodKind::Setter
                && module.name(method.name) == name
                && module.function(method.function).params.len() == receiver
        })?;
        let target = FunctionRef { file: class.file, function: method.function };
        let this = Value { shape: Shape::Instance(class), ..Value::default() };
        // Nobody has called it yet: it is not what a handler reaches.
        let phase = std::mem::replace(&mut self.phase, Phase::Setup);
        let given = self.call_root(target, Bound::to(this), Vec::new());
        self.phase = phase;
        given
    }

    /// The same of a method that makes an object of the tree's own out of it, as it is written: what many objects of a
    /// class hold is not told apart. `return ToolSchema(name="search", description="…", input_schema=SearchParams)`.
    fn made_by(&mut self, class: ClassRef, name: &str) -> Option<Value> {
        let module = self.class_module(class)?;
        let method =
            module.class(class.class).methods.iter().find(|method| module.name(method.name) == name)?;
        let returned = module.function(method.function).body.iter().rev().find_map(|statement| {
            let StmtKind::Return(Some(value)) = statement.kind else { return None };
            Some(value)
        })?;
        let (ExprKind::Call { arguments, .. } | ExprKind::New { arguments, .. }) = module.expr(returned).kind
        else {
            return None;
        };
        let mut fields = Fields::default();
        for argument in module.arguments(arguments) {
            if let Some(keyword) = argument.keyword
                && let Some(value) = self.static_value(class.file, argument.value)
            {
                fields.known.insert(module.name(keyword).into(), Rc::new(value));
            }
        }
        Some(Value { shape: Shape::Object(Rc::new(fields)), ..Value::default() })
    }
}
