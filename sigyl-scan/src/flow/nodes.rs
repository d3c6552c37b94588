//! Checks of parsed expressions, node by node, before they are run: `for node in ast.walk(tree)` and what is raised
//! for every kind of node that is not in a list.

use std::rc::Rc;

use super::{
    Hazards,
    call::Site,
    engine::Engine,
    exec::Activation,
    state::State,
    value::{Bound, ClassRef, Facts, FunctionRef, Shape, Value, ValueId},
};
use crate::{
    ir::{ExprKind, FunctionId, Module},
    rule::Place,
};

/// Kinds of nodes that call something, look something up, or are kinds of such.
const ACTIVE: &[&str] = &[
    "AST",
    "expr",
    "stmt",
    "Call",
    "Attribute",
    "Subscript",
    "Lambda",
    "Await",
    "NamedExpr",
    "Import",
    "ImportFrom",
    "With",
    "AsyncWith",
    "ClassDef",
    "FunctionDef",
    "AsyncFunctionDef",
];

/// Kinds of nodes that stand around a whole text: that it is one of these says nothing of what is in it.
const AROUND: &[&str] = &["Module", "Expression", "Interactive", "Expr"];

/// What stands for the kind of a value: `type(x)`, and its name.
const KIND: &str = "type()";
const KIND_NAME: &str = "type().__name__";

/// `type(x)`.
pub(super) fn kind(value: &Value) -> Value {
    let about = value.id.map(|id| (id, Hazards::NONE));
    let shape = if about.is_some() { Shape::Api(KIND.into()) } else { Shape::Unknown };
    Value { about, shape, ..Value::default() }
}

/// `type(x).__name__`, `x.__class__`.
pub(super) fn name_of_kind(object: &Value, name: &str) -> Option<Value> {
    match name {
        "__class__" if object.taints.is_some() => Some(kind(object)),
        "__name__" if object.api() == Some(KIND) => {
            Some(Value { shape: Shape::Api(KIND_NAME.into()), ..object.clone() })
        }
        _ => None,
    }
}

/// The value whose kind this is.
pub(super) fn kind_of(value: &Value) -> Option<ValueId> {
    value.about.filter(|_| matches!(value.api(), Some(KIND | KIND_NAME))).map(|(id, _)| id)
}

/// What is established where a node of a parsed expression is of kinds that call nothing and look nothing up.
pub(super) fn of_kinds(engine: &Engine<'_>, node: ValueId, kinds: &Value) -> Option<Rc<Facts>> {
    let name =
        |kind: &Value| kind.api().and_then(|api| api.strip_prefix("ast.")).or(kind.as_str()).map(Rc::from);
    let names: Vec<Rc<str>> = match kinds.items() {
        Some(items) => items.iter().map(name).collect::<Option<_>>()?,
        None => vec![name(kinds)?],
    };
    let plain = !names.is_empty()
        && kinds.rest().is_none()
        && names.iter().all(|name| !ACTIVE.contains(&&**name))
        && names.iter().any(|name| !AROUND.contains(&&**name));
    plain.then(|| {
        let when_true = engine.with_wholes(vec![(node, Hazards::CODE)]);
        Rc::new(Facts { when_true, when_false: Vec::new() })
    })
}

/// Kinds of nodes in which there are no others.
const LEAVES: &[&str] = &["Name", "Constant", "Num", "Str", "NameConstant", "Load", "Store", "Del"];

/// True for a function that goes on to the nodes inside of its own.
fn goes_on(module: &Module, function: FunctionId) -> bool {
    let span = module.function(function).span;
    module.exprs.iter().any(|expr| match expr.kind {
        ExprKind::Call { callee, .. } if span.start <= expr.span.start && expr.span.end <= span.end => {
            matches!(module.expr(callee).kind, ExprKind::Member { property, .. }
                if matches!(module.name(property), "generic_visit" | "visit"))
        }
        _ => false,
    })
}

impl<'a> Engine<'a> {
    /// `Visitor().visit(tree)`, where the visitor is a class of the tree and raises for what it does not know.
    pub(super) fn visit_nodes(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        site: &Site,
        tree: Option<&Value>,
    ) {
        let Some(receiver) = site.receiver.as_ref().filter(|_| site.method.as_deref() == Some("visit"))
        else {
            return;
        };
        let (Shape::Instance(class), Some(tree)) = (&receiver.shape, tree) else { return };
        let is_visitor = |base: Rc<str>| matches!(&*base, "ast.NodeVisitor" | "ast.NodeTransformer");
        if tree.taints.is_none() || !self.outside_base(*class).is_some_and(is_visitor) {
            return;
        }
        let node = self.child(tree, "*", site.place);
        let Some(id) = node.id else { return };
        if self.refuses_what_acts(act, state, receiver, *class, (&node, id), site.place) {
            let all = self.with_wholes(vec![(id, Hazards::CODE)]);
            state.assume(&all);
        }
    }

    /// True where a visitor lets no node pass that calls something or looks something up, except those it looked at.
    fn refuses_what_acts(
        &mut self,
        act: &mut Activation<'a>,
        state: &State,
        visitor: &Value,
        class: ClassRef,
        (node, id): (&Value, ValueId),
        place: Place,
    ) -> bool {
        let Some(module) = self.class_module(class) else { return false };
        let mut has_default = false;
        for method in &module.class(class.class).methods {
            let name = module.name(method.name);
            let kind = name.strip_prefix("visit_").filter(|kind| !kind.is_empty());
            has_default |= name == "generic_visit";
            if kind.is_none() && name != "generic_visit" {
                continue;
            }
            let target = FunctionRef { file: class.file, function: method.function };
            let mut branch = state.clone();
            let bound = Bound::to(visitor.clone());
            self.inline(act, &mut branch, target, bound, vec![node.clone()], Vec::new(), place);
            if branch.dead {
                continue;
            }
            let is_leaf = kind.is_some_and(|kind| LEAVES.contains(&kind));
            let refuses = branch.cleared.get(&id).is_some_and(|gone| gone.any(Hazards::CODE));
            let acts = kind.is_none_or(|kind| ACTIVE.contains(&kind));
            if !is_leaf && !goes_on(module, method.function) || acts && !refuses {
                return false;
            }
        }
        has_default
    }
}
