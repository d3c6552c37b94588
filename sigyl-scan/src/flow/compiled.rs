//! Helpers that compilers put into JavaScript: TypeScript's (own copies or `tslib`), Babel's and esbuild's. What they
//! do is known by their names; their bodies look at things that data does not show.

use std::rc::Rc;

use super::{
    call::Arguments,
    engine::Engine,
    exec::Activation,
    state::State,
    value::{Fields, Items, Known, Shape, Value},
};
use crate::{
    ir::{Argument, ExprId, ExprKind, FunctionId, Pattern},
    rule::Place,
};

impl<'a> Engine<'a> {
    /// What a call of such a helper gives; `None` for all other calls.
    pub(super) fn compiled(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        callee: ExprId,
        written: &[Argument],
        arguments: &Arguments,
        place: Place,
    ) -> Option<Value> {
        let module = act.module;
        if module.language != crate::ir::Language::JavaScript {
            return None;
        }
        let name = match module.expr(callee).kind {
            ExprKind::Variable(variable) => module.name(module.variable(variable).name),
            ExprKind::Global(name) => module.name(name),
            ExprKind::Member { property, .. } => module.name(property),
            _ => return None,
        };
        if !name.starts_with('_') {
            return None;
        }
        let given = &arguments.positional;
        match name {
            // Modules with or without a default export, under one roof.
            "__importDefault"
            | "__importStar"
            | "__toESM"
            | "__toCommonJS"
            | "_interopRequireDefault"
            | "_interopRequireWildcard"
            | "_interop_require_default"
            | "_interop_require_wildcard" => given.first().cloned(),
            // Names, and generators that are run to their end.
            "__name" | "_asyncToGenerator" | "_async_to_generator" | "__read" => given.first().cloned(),
            "__awaiter" => self.run_generator(act, state, given.get(3)?, given, place),
            "__async" => self.run_generator(act, state, given.get(2)?, given, place),
            // `const { a, ...rest } = x`.
            "__rest" | "__objRest" | "_objectWithoutProperties" | "_object_without_properties" => {
                given.first().cloned()
            }
            "__assign" | "__spreadValues" | "__spreadProps" | "_objectSpread" | "_object_spread"
            | "_extends" => Some(self.merged(state, given, place)),
            "__spreadArray" | "__spread" | "_toConsumableArray" | "_to_consumable_array" => {
                let mut items = Items::default();
                // The third argument of TypeScript's says how holes are copied.
                for value in given.iter().take(2) {
                    self.spread_into(state, &mut items, value);
                }
                Some(Value { shape: Shape::List(Rc::new(items)), place: Some(place), ..Value::default() })
            }
            "__publicField" | "__defNormalProp" | "_defineProperty" | "_define_property" => {
                let (object, value) = (given.first()?, given.get(2)?);
                let name: Rc<str> = given.get(1)?.as_str()?.into();
                if let Shape::Instance(class) | Shape::Class(class) = object.shape {
                    self.write_field(state, class, name, value.clone());
                }
                Some(value.clone())
            }
            "__classPrivateFieldGet" | "__classPrivateFieldSet" | "_class_private_field_get" => {
                self.private(act, state, name, written, given, place)
            }
            "__exportStar" | "__reExport" => {
                self.offer_all(act, given)?;
                Some(Value::default())
            }
            // `__esm({ "src/db.ts"() {…} })`: the body of a module, to be run when it is asked for.
            "__esm" => {
                let modules = given.first()?;
                let (_, body) = modules.fields().into_iter().next()?;
                let Shape::Function(function, bound) = &body.shape else { return None };
                self.inline(act, state, *function, bound.clone(), Vec::new(), Vec::new(), place);
                Some(Value { known: Known::Truthy, ..Value::default() })
            }
            _ => None,
        }
    }

    fn run_generator(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        generator: &Value,
        given: &[Value],
        place: Place,
    ) -> Option<Value> {
        let Shape::Function(function, bound) = &generator.shape else { return None };
        let this = given.first().cloned().map(Rc::new).or_else(|| bound.this().cloned());
        let bound = bound.with_this(this);
        // Parameters with defaults are the generator's, which then gets what the function around it got.
        let passed = match given.get(1).map(|passed| &passed.shape) {
            Some(Shape::List(items)) => items.known.clone(),
            _ => Vec::new(),
        };
        Some(self.inline(act, state, *function, bound, passed, Vec::new(), place))
    }

    /// `arguments`: what the innermost function that has its own was called with.
    pub(super) fn passed(&mut self, act: &Activation<'a>, state: &State) -> Value {
        let frame = state.frames.iter().rev().find(|frame| {
            let module = self.module(frame.function.file);
            module.is_some_and(|module| !module.function(frame.function.function).is_arrow)
        });
        let known = match frame.map(|frame| (&frame.given, frame.function)) {
            Some((Some(given), _)) => given.to_vec(),
            Some((None, function))
                if function.file == act.file() && function.function != FunctionId::MODULE =>
            {
                let params = act.module.function(function.function).params.iter();
                let variables = params.map_while(|param| match &param.pattern {
                    Pattern::Variable(variable, _) => Some(*variable),
                    _ => None,
                });
                variables.map(|variable| self.lookup(state, act.file(), variable)).collect()
            }
            _ => return Value::default(),
        };
        let items = Items { known, rest: None };
        Value { shape: Shape::List(Rc::new(items)), ..Value::default() }
    }

    /// `Object.assign({}, a, b)`.
    pub(super) fn merged(&mut self, state: &State, parts: &[Value], place: Place) -> Value {
        let mut fields = Fields::default();
        let mut taints = None;
        for part in parts {
            self.spread_fields(state, &mut fields, &mut taints, part, place);
        }
        Value { shape: Shape::Object(Rc::new(fields)), taints, place: Some(place), ..Value::default() }
    }

    /// Private members are kept in tables, named by the variables that hold the tables: `_Service_url.get(this)`.
    fn private(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        helper: &str,
        written: &[Argument],
        given: &[Value],
        place: Place,
    ) -> Option<Value> {
        let object = given.first()?.clone();
        let sets = helper.ends_with("Set");
        let kind = given.get(if sets { 3 } else { 2 }).and_then(Value::as_str).unwrap_or("f");
        if kind != "f" {
            // A method, or what a getter gives.
            let method = given.get(3)?;
            let Shape::Function(function, bound) = &method.shape else { return None };
            let bound = bound.with_this(Some(Rc::new(object)));
            return match kind {
                "a" if !sets => {
                    Some(self.inline(act, state, *function, bound, Vec::new(), Vec::new(), place))
                }
                _ => Some(Value { shape: Shape::Function(*function, bound), ..Value::default() }),
            };
        }
        let ExprKind::Variable(table) = act.module.expr(written.get(1)?.value).kind else { return None };
        let table = self.shared(act.at, act.module.variable(table).name);
        if sets {
            let value = given.get(2)?.clone();
            if let Shape::Instance(class) | Shape::Class(class) = object.shape {
                self.write_field(state, class, table, value.clone());
            }
            return Some(value);
        }
        Some(self.field(act, state, &object, &table, place))
    }

    /// `export * from "./other"`, compiled: what the other module offers becomes this one's.
    fn offer_all(&mut self, act: &Activation<'a>, given: &[Value]) -> Option<()> {
        let offered = match &given.first()?.shape {
            Shape::Object(fields) => Rc::clone(fields),
            Shape::Module(file) => {
                let at = self.position(*file);
                match &self.module_exports[at].get("")?.shape {
                    Shape::Object(fields) => Rc::clone(fields),
                    _ => return None,
                }
            }
            _ => return None,
        };
        for name in offered.order.iter().filter(|name| &***name != "default") {
            if let Some(value) = offered.known.get(name) {
                self.offer(act.at, name, value);
            }
        }
        Some(())
    }
}
