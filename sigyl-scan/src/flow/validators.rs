//! Functions that a model's values pass before a handler sees them: Pydantic's validators.

use std::rc::Rc;

use super::{
    Hazards,
    engine::Engine,
    state::State,
    value::{Bound, ClassRef, Fields, FunctionRef, Items, Shape, SourceKind, Value},
};
use crate::{
    ir::{ExprId, ExprKind},
    rule::{FileId, Place},
};

/// What a validator speaks about.
enum Subject {
    /// Fields by name; `*` is each.
    Fields(Vec<Rc<str>>),
    /// The whole model, as `self`.
    Model,
}

impl Engine<'_> {
    /// The hazards that the value of a field, or a member of it where it is one of `lists`, still has behind the validators
    /// of its class.
    pub(crate) fn behind_validators(
        &mut self,
        class: ClassRef,
        fields: &[Rc<str>],
        lists: &[Rc<str>],
    ) -> Vec<(Rc<str>, Hazards)> {
        let mut left: Vec<(Rc<str>, Hazards)> =
            fields.iter().map(|name| (Rc::clone(name), Hazards::ALL)).collect();
        for (function, subject) in self.validators(class) {
            match subject {
                Subject::Fields(names) => {
                    for (name, known) in &mut left {
                        if names.iter().any(|wanted| wanted == name || &**wanted == "*") {
                            *known = *known & self.behind(function, Some(class), lists.contains(name));
                        }
                    }
                }
                Subject::Model => {
                    for (name, live) in self.behind_model(function, fields) {
                        if let Some((_, known)) = left.iter_mut().find(|(field, _)| *field == name) {
                            *known = *known & live;
                        }
                    }
                }
            }
        }
        left
    }

    /// What is left of a value, or of the members of a list, that `function` takes and gives back.
    pub(crate) fn behind(
        &mut self,
        function: FunctionRef,
        class: Option<ClassRef>,
        is_list: bool,
    ) -> Hazards {
        let place = Place { file: function.file, span: Default::default() };
        let mut probe = self.source(SourceKind::Parameter, "value", place, None, Hazards::ALL);
        if is_list {
            probe = self.element(&probe);
        }
        let Some(id) = probe.id else { return Hazards::ALL };
        let bound = class.map_or_else(Bound::default, |class| {
            Bound::to(Value { shape: Shape::Class(class), ..Value::default() })
        });
        let given = match is_list {
            true => {
                let items = Items { known: Vec::new(), rest: Some(probe) };
                Value { shape: Shape::List(Rc::new(items)), ..Value::default() }
            }
            false => probe,
        };
        let (value, after) = self.run_function(&State::default(), function, bound, vec![given], Vec::new());
        let Some(after) = after else { return Hazards::ALL };
        let value = if is_list { self.element(&value) } else { value };
        let value = self.bake(&value, &after.cleared);
        let taints = value.taints.iter().flat_map(|taints| taints.iter());
        taints.filter(|taint| taint.origin == id).fold(Hazards::NONE, |live, taint| live | taint.live)
    }

    fn behind_model(&mut self, function: FunctionRef, fields: &[Rc<str>]) -> Vec<(Rc<str>, Hazards)> {
        let place = Place { file: function.file, span: Default::default() };
        let mut model = Fields::default();
        for name in fields {
            let probe = self.source(SourceKind::Parameter, name, place, None, Hazards::ALL);
            model.order.push(Rc::clone(name));
            model.known.insert(Rc::clone(name), Rc::new(probe));
        }
        let this = Value { shape: Shape::Object(Rc::new(model.clone())), ..Value::default() };
        let (_, after) =
            self.run_function(&State::default(), function, Bound::to(this), Vec::new(), Vec::new());
        let Some(after) = after else { return Vec::new() };
        let gone = |name: &Rc<str>| {
            let id = model.known.get(name)?.id?;
            after.cleared.get(&id).copied()
        };
        fields
            .iter()
            .map(|name| (Rc::clone(name), Hazards::ALL - gone(name).unwrap_or(Hazards::NONE)))
            .collect()
    }

    fn validators(&mut self, class: ClassRef) -> Vec<(FunctionRef, Subject)> {
        let Some(module) = self.class_module(class) else { return Vec::new() };
        let mut all = Vec::new();
        for method in &module.class(class.class).methods {
            let function = FunctionRef { file: class.file, function: method.function };
            for decorator in &module.function(method.function).decorators {
                let ExprKind::Call { callee, arguments } = module.expr(*decorator).kind else { continue };
                match self.api_name(class.file, callee).as_deref() {
                    Some("field_validator" | "validator") => {
                        let names =
                            module.arguments(arguments).iter().filter(|argument| argument.keyword.is_none());
                        let names = names
                            .filter_map(|argument| match module.expr(argument.value).kind {
                                ExprKind::String(name) => Some(Rc::from(module.name(name))),
                                _ => None,
                            })
                            .collect();
                        all.push((function, Subject::Fields(names)));
                    }
                    Some("model_validator") => all.push((function, Subject::Model)),
                    _ => {}
                }
            }
        }
        all
    }

    /// The function that `AfterValidator(function)` and its relatives name.
    pub(crate) fn validator_of(&mut self, file: FileId, constraint: ExprId) -> Option<FunctionRef> {
        let module = self.module(file)?;
        let ExprKind::Call { callee, arguments } = module.expr(constraint).kind else { return None };
        let name = self.api_name(file, callee)?;
        if !matches!(&*name, "AfterValidator" | "BeforeValidator" | "PlainValidator") {
            return None;
        }
        match self.static_value(file, module.arguments(arguments).first()?.value)?.shape {
            Shape::Function(function, _) => Some(function),
            _ => None,
        }
    }

    fn api_name(&mut self, file: FileId, callee: ExprId) -> Option<Rc<str>> {
        let value = self.static_value(file, callee)?;
        value.api().map(|path| path.rsplit('.').next().unwrap_or(path).into())
    }
}
