//! Methods that say what classes of their kind do, and do nothing themselves: those of protocols and abstract classes.

use super::{
    call::Arguments,
    engine::Engine,
    exec::Activation,
    state::State,
    value::{Bound, ClassRef, FunctionRef, Shape, Value},
};
use crate::{
    ir::{ExprId, ExprKind, Function, FunctionKind, Language, Module, StmtKind},
    rule::{FileId, Place},
};

/// Most methods of one name that a call whose receiver nobody knows can mean. Chosen.
const MOST_MEANT: usize = 3;

/// True for a Python method whose body is `...`, `pass`, or says that it is not implemented.
pub(super) fn is_stub(module: &Module, function: &Function) -> bool {
    let says_so = |error: ExprId| {
        let named = match module.expr(error).kind {
            ExprKind::Call { callee, .. } => callee,
            _ => error,
        };
        matches!(module.expr(named).kind, ExprKind::Global(name) if module.name(name) == "NotImplementedError")
    };
    module.language == Language::Python
        && function.class.is_some()
        && function.kind == FunctionKind::Method
        && !function.name.is_some_and(|name| module.name(name).starts_with("__"))
        && function.body.iter().all(|stmt| match stmt.kind {
            StmtKind::Expr(value) => matches!(module.expr(value).kind, ExprKind::Null | ExprKind::String(_)),
            StmtKind::Throw(Some(error)) => says_so(error),
            _ => false,
        })
}

impl<'a> Engine<'a> {
    /// What the methods make of a call that is of one of them; nobody knows of which. Each has a path of its own.
    pub(super) fn call_one_of(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        targets: &[FunctionRef],
        arguments: &Arguments,
        place: Place,
    ) -> Option<Value> {
        let mut met: Option<(Value, State)> = None;
        for target in targets {
            let class = self.module(target.file)?.function(target.function).class?;
            let this =
                Value { shape: Shape::Instance(ClassRef { file: target.file, class }), ..Value::default() };
            let mut path = state.clone();
            let value = self.inline(
                act,
                &mut path,
                *target,
                Bound::to(this),
                arguments.positional.clone(),
                arguments.keywords.clone(),
                place,
            );
            met = Some(match met {
                Some((known, other)) => {
                    let joined = self.join((&known, &other.cleared), (&value, &path.cleared));
                    (joined, self.join_states(other, path))
                }
                None => (value, path),
            });
        }
        let (value, after) = met?;
        *state = after;
        Some(value)
    }

    /// Methods of a name that do something, where there are few of them in what a file belongs to.
    pub(super) fn meant_by_name(&self, from: FileId, name: &str) -> Option<Vec<FunctionRef>> {
        let targets = self.methods.get(name)?;
        let from = self.position(from);
        let mut meant = targets.iter().copied().filter(|target| {
            self.projects.belong_together(from, self.position(target.file)) && !self.is_stub_at(*target)
        });
        let meant: Vec<FunctionRef> = meant.by_ref().take(MOST_MEANT + 1).collect();
        (1..=MOST_MEANT).contains(&meant.len()).then_some(meant)
    }

    /// The methods that classes below that of a stub have in its place; else those of its name, where there are few.
    pub(super) fn implementations(&mut self, stub: FunctionRef) -> Option<Vec<FunctionRef>> {
        let module = self.module(stub.file)?;
        let function = module.function(stub.function);
        let name = module.name(function.name?);
        let of = ClassRef { file: stub.file, class: function.class? };
        let mut below = Vec::new();
        for target in self.methods.get(name).cloned().unwrap_or_default() {
            if self.is_stub_at(target) || below.len() > MOST_MEANT * 2 {
                continue;
            }
            let Some(class) =
                self.module(target.file).and_then(|module| module.function(target.function).class)
            else {
                continue;
            };
            if self.lineage(ClassRef { file: target.file, class }).contains(&of) {
                below.push(target);
            }
        }
        if below.is_empty() && !super::models::is_common_method(name) {
            return self.meant_by_name(stub.file, name);
        }
        (1..=MOST_MEANT * 2).contains(&below.len()).then_some(below)
    }

    fn is_stub_at(&self, target: FunctionRef) -> bool {
        self.module(target.file).is_some_and(|module| is_stub(module, module.function(target.function)))
    }
}
