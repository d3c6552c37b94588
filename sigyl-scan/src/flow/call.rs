//! Calls: into the tree's own functions, and out of it.

use std::{
    hash::{Hash, Hasher},
    rc::Rc,
};

use rustc_hash::{FxHashMap, FxHasher};

use super::{
    engine::{Engine, Phase},
    entry,
    eval::{api_call, api_member},
    event::{Assignment, Call, View},
    exec::Activation,
    join, models,
    state::{Frame, State},
    trace::StepKind,
    value::{Bound, ClassRef, Fields, FunctionRef, Items, Known, Shape, Value},
};
use crate::{
    ir::{ClassId, ExprId, ExprKind, FunctionId, FunctionKind, ListId, ParamKind},
    rule::{FileId, Place},
};

/// Most calls that are followed into one another. Chosen.
const DEEPEST: usize = 28;
/// Most times that a function is evaluated for one entry point. Chosen.
const MOST_EVALUATIONS: u32 = 24;
/// Most times that a function is evaluated while the program is set up. Chosen.
const MOST_SETUP_EVALUATIONS: u32 = 4;

/// Most fields of an object that are told apart; further ones are known by their kind. Chosen.
const MOST_FIELDS: usize = 2_000;

/// Keyword arguments.
pub(crate) type Keywords = Vec<(Rc<str>, Value)>;

/// The arguments of a call, evaluated.
#[derive(Debug, Default)]
pub(crate) struct Arguments {
    pub(crate) positional: Vec<Value>,
    pub(crate) places: Vec<Place>,
    pub(crate) keywords: Keywords,
    /// What `*x`, `...x` of unknown length and `**x` bring.
    pub(crate) rest: Option<Value>,
}

impl<'a> Engine<'a> {
    fn arguments(&mut self, act: &mut Activation<'a>, state: &mut State, list: ListId) -> Arguments {
        let module = act.module;
        let mut all = Arguments::default();
        for argument in module.arguments(list) {
            let value = self.eval(act, state, argument.value);
            let place = act.place(argument.value);
            if argument.mapping {
                match &value.shape {
                    Shape::Object(fields) => {
                        for name in &fields.order {
                            if let Some(field) = fields.known.get(name) {
                                all.keywords.push((Rc::clone(name), field.clone()));
                            }
                        }
                        if let Some(rest) = &fields.rest {
                            all.rest = Some(rest.clone());
                        }
                    }
                    _ if value.taints.is_some() => all.rest = Some(value),
                    _ => {}
                }
            } else if argument.spread {
                let mut items = Items::default();
                self.spread_into(state, &mut items, &value);
                all.places.extend(items.known.iter().map(|_| place));
                all.positional.extend(items.known);
                if items.rest.is_some() {
                    all.rest = items.rest;
                }
            } else if let Some(keyword) = argument.keyword {
                all.keywords.push((self.shared(act.at, keyword), value));
            } else {
                all.positional.push(value);
                all.places.push(place);
            }
        }
        all
    }

    pub(crate) fn call(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        expr: ExprId,
        callee: ExprId,
        arguments: ListId,
        is_new: bool,
    ) -> Value {
        let module = act.module;
        let place = act.place(expr);
        let (receiver, method, target) = match module.expr(callee).kind {
            ExprKind::Member { object, property } => {
                let receiver = self.eval(act, state, object);
                let name = self.shared(act.at, property);
                let target = self.method_target(act, state, &receiver, &name, act.place(callee));
                (Some(receiver), Some(name), target)
            }
            ExprKind::Super => (None, None, self.super_target(act)),
            _ => (None, None, self.eval(act, state, callee)),
        };
        let arguments = self.arguments(act, state, arguments);
        if state.dead {
            return Value::default();
        }
        self.apply(act, state, Site { place, receiver, method, is_new, expr }, &target, arguments)
    }

    /// Applies a value to arguments.
    pub(crate) fn apply(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        site: Site,
        target: &Value,
        arguments: Arguments,
    ) -> Value {
        match &target.shape {
            Shape::Function(function, bound) => {
                if entry::is_registration(site.method.as_deref(), site.receiver.as_ref()) {
                    self.registration(act, state, &site, None, &arguments);
                }
                let subject = arguments.positional.first().cloned();
                let positional = expanded(arguments.positional, arguments.rest);
                let mut value = self.inline(
                    act,
                    state,
                    *function,
                    bound.clone(),
                    positional,
                    arguments.keywords,
                    site.place,
                );
                if let Some(subject) = subject {
                    if let Some(facts) = self.address_facts(*function, &subject) {
                        value.facts = Some(facts);
                    }
                    if value.taints.is_some() && self.normalises_paths(*function) {
                        value.marks.normalised = true;
                        value.forms = models::form_of(std::slice::from_ref(&subject));
                    }
                }
                value
            }
            Shape::Class(class) => self.construct(act, state, *class, arguments, site.place),
            Shape::OneOf(shapes) => {
                let mut all: Option<(Value, State)> = None;
                for shape in shapes.iter() {
                    let one = Value { shape: shape.clone(), ..Value::default() };
                    let mut branch = state.clone();
                    let copy = Arguments {
                        positional: arguments.positional.clone(),
                        places: arguments.places.clone(),
                        keywords: arguments.keywords.clone(),
                        rest: arguments.rest.clone(),
                    };
                    let value = self.apply(act, &mut branch, site.clone(), &one, copy);
                    all = Some(match all {
                        Some((known, known_state)) => {
                            let joined = self.join((&known, &known_state.cleared), (&value, &branch.cleared));
                            (joined, self.join_states(known_state, branch))
                        }
                        None => (value, branch),
                    });
                }
                match all {
                    Some((value, after)) => {
                        *state = after;
                        value
                    }
                    None => Value::default(),
                }
            }
            Shape::Resolver(slot) => {
                if let Some(value) = arguments.positional.first() {
                    let baked = self.bake(value, &state.cleared);
                    let slot = *slot as usize;
                    let cleared = Rc::clone(&state.cleared);
                    let joined = match self.slots[slot].take() {
                        Some(known) => self.join((&known, &cleared), (&baked, &cleared)),
                        None => baked,
                    };
                    self.slots[slot] = Some(joined);
                }
                Value::default()
            }
            _ => self.outside(act, state, site, target, arguments),
        }
    }

    /// True for functions of the tree that are named for giving a path its normal form: they do more than
    /// `path.normalize`, by replacing text, and what they give names the same file.
    fn normalises_paths(&self, function: FunctionRef) -> bool {
        let Some(module) = self.module(function.file) else { return false };
        let name = module.function(function.function).name.map(|name| module.name(name).to_ascii_lowercase());
        name.is_some_and(|name| {
            let name = name.replace('_', "");
            matches!(name.as_str(), "normalizepath" | "normalisepath" | "canonicalizepath" | "canonicalpath")
        })
    }

    /// What a function of the tree that is named for telling private addresses apart says of its argument.
    fn address_facts(&self, function: FunctionRef, subject: &Value) -> Option<Rc<super::value::Facts>> {
        let module = self.module(function.file)?;
        let name = module.name(module.function(function.function).name?);
        super::guards::address_facts(name, subject)
    }

    /// A call to what is not in the tree, or not known.
    fn outside(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        site: Site,
        target: &Value,
        mut arguments: Arguments,
    ) -> Value {
        let api: Option<Rc<str>> = match &target.shape {
            Shape::Api(path) => Some(Rc::clone(path)),
            _ => None,
        };
        if let Some(rest) = arguments.rest.take() {
            arguments.places.push(site.place);
            arguments.positional.push(rest);
        }
        self.emit_call(act, state, &site, api.as_deref(), &arguments);
        act.throw(state);
        if entry::is_registration(site.method.as_deref(), site.receiver.as_ref()) || api.is_some() {
            let consumed = self.registration(act, state, &site, api.as_deref(), &arguments);
            if consumed {
                let shape = api.as_deref().map_or(Shape::Unknown, api_call);
                return Value { shape, ..Value::default() };
            }
        }
        if let Some(value) = models::call(self, act, state, &site, api.as_deref(), &arguments) {
            return value;
        }
        if api.is_none()
            && let Some(value) = self.by_method_name(act, state, &site, &arguments)
        {
            return value;
        }
        self.run_callbacks(act, state, &site, &arguments);
        models::unknown_result(self, state, &site, api.as_deref(), &arguments)
    }

    /// A method of an object that nobody knows: when the tree has one or two methods of that name, and a caller's
    /// value is among the arguments, those are meant.
    fn by_method_name(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        site: &Site,
        arguments: &Arguments,
    ) -> Option<Value> {
        let method = site.method.as_deref()?;
        if self.phase == Phase::Setup || models::is_common_method(method) {
            return None;
        }
        let receiver = site.receiver.as_ref()?;
        if receiver.taints.is_some() || !matches!(receiver.shape, Shape::Unknown) {
            return None;
        }
        let targets = self.methods.get(method)?.clone();
        if targets.is_empty() || targets.len() > 3 {
            return None;
        }
        let mut all: Option<Value> = None;
        for target in targets {
            let module = self.module(target.file)?;
            let class = module.function(target.function).class?;
            let this =
                Value { shape: Shape::Instance(ClassRef { file: target.file, class }), ..Value::default() };
            let value = self.inline(
                act,
                state,
                target,
                Bound::to(this),
                arguments.positional.clone(),
                arguments.keywords.clone(),
                site.place,
            );
            let cleared = Rc::clone(&state.cleared);
            all = Some(match all {
                Some(known) => self.join((&known, &cleared), (&value, &cleared)),
                None => value,
            });
        }
        all
    }

    /// Callbacks that something outside the tree gets are called with nothing known.
    pub(crate) fn run_callbacks(
        &mut self,
        act: &mut Activation<'a>,
        state: &State,
        site: &Site,
        arguments: &Arguments,
    ) {
        let fields = arguments.positional.iter().flat_map(|value| match &value.shape {
            Shape::Object(fields) => fields.order.iter().filter_map(|name| fields.known.get(name)).collect(),
            _ => vec![value],
        });
        let callbacks: Vec<Value> = fields
            .chain(arguments.keywords.iter().map(|(_, value)| value))
            .filter(|value| matches!(value.shape, Shape::Function(..)))
            .cloned()
            .collect();
        for callback in callbacks {
            if let Shape::Function(function, bound) = &callback.shape {
                let mut branch = state.clone();
                self.inline(act, &mut branch, *function, bound.clone(), Vec::new(), Vec::new(), site.place);
            }
        }
    }

    fn emit_call(
        &mut self,
        act: &Activation<'a>,
        state: &State,
        site: &Site,
        api: Option<&str>,
        arguments: &Arguments,
    ) {
        let file = act.file();
        let context = self.context(file);
        let name = act.module.function(act.function.function).name;
        let function = name.map_or("", |name| act.module.name(name));
        let trace = std::mem::take(&mut self.trace);
        let has_entries = !self.seen_entries.is_empty();
        self.dispatch(file, |rule, out| {
            let call = Call {
                view: View { file: context, trace: &trace, cleared: &state.cleared, has_entries },
                place: site.place,
                api,
                method: site.method.as_deref(),
                receiver: site.receiver.as_ref(),
                args: &arguments.positional,
                arg_places: &arguments.places,
                keywords: &arguments.keywords,
                is_new: site.is_new,
                function,
            };
            rule.check_call(&call, out);
        });
        self.trace = trace;
    }

    /// Tells rules of an assignment to a member.
    pub(crate) fn emit_assignment(
        &mut self,
        act: &Activation<'a>,
        state: &State,
        place: Place,
        object: &Value,
        property: &str,
        value: &Value,
    ) {
        let file = act.file();
        let context = self.context(file);
        let trace = std::mem::take(&mut self.trace);
        let has_entries = !self.seen_entries.is_empty();
        self.dispatch(file, |rule, out| {
            let assignment = Assignment {
                view: View { file: context, trace: &trace, cleared: &state.cleared, has_entries },
                place,
                object,
                property,
                value,
            };
            rule.check_assignment(&assignment, out);
        });
        self.trace = trace;
    }

    fn method_target(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        receiver: &Value,
        name: &Rc<str>,
        place: Place,
    ) -> Value {
        match &receiver.shape {
            Shape::Api(path) => Value { shape: api_member(path, name), ..Value::default() },
            Shape::Unknown | Shape::List(_) | Shape::Schema(_) | Shape::Resolver(_) | Shape::Function(..) => {
                Value::default()
            }
            _ => {
                let value = self.field(act, state, receiver, name, place);
                // A caller's object has no methods of its own.
                if value.taints.is_some() && matches!(value.shape, Shape::Unknown) {
                    Value::default()
                } else {
                    value
                }
            }
        }
    }

    fn super_target(&mut self, act: &Activation<'a>) -> Value {
        let class = act.module.function(act.function.function).class;
        let base = class.and_then(|class| self.base_class(ClassRef { file: act.file(), class }));
        match base {
            Some(base) => Value { shape: Shape::Class(base), ..Value::default() },
            None => Value::default(),
        }
    }

    /// Makes an object of a class of the tree.
    fn construct(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        class: ClassRef,
        arguments: Arguments,
        place: Place,
    ) -> Value {
        let Some(module) = self.module(class.file) else { return Value::default() };
        // A class of data holds what it is given: dataclasses, models.
        let mut instance = Value { shape: Shape::Instance(class), ..Value::default() };
        let is_python = module.language == crate::ir::Language::Python;
        let name = if is_python { "__init__" } else { "constructor" };
        let constructor = self.method(act, state, class, name, &instance);
        if let Some(Value { shape: Shape::Function(target, _), .. }) = constructor {
            let positional = expanded(arguments.positional, arguments.rest);
            let this = Bound::to(instance.clone());
            self.inline(act, state, target, this, positional, arguments.keywords, place);
            return instance;
        }
        if let Some(path) = self.outside_base(class) {
            let site = Site { place, receiver: None, method: None, is_new: true, expr: ExprId(0) };
            self.emit_call(act, state, &site, Some(&path), &arguments);
        }
        if is_python {
            let mut fields = Fields::default();
            let names: Vec<Rc<str>> =
                module.class(class.class).fields.iter().map(|field| module.name(field.name).into()).collect();
            for (name, value) in names.into_iter().zip(arguments.positional).chain(arguments.keywords) {
                fields.order.push(Rc::clone(&name));
                fields.known.insert(name, value);
            }
            if fields.known.values().any(|value| value.taints.is_some()) {
                let methods = !module.class(class.class).methods.is_empty();
                if methods {
                    for (name, value) in &fields.known {
                        self.write_field(state, class, Rc::clone(name), value.clone());
                    }
                } else {
                    instance.shape = Shape::Object(Rc::new(fields));
                }
            }
        }
        instance
    }

    /// Joins a value into a field of all instances of a class.
    pub(crate) fn write_field(&mut self, state: &State, class: ClassRef, name: Rc<str>, value: Value) {
        let value = self.bake(&value, &state.cleared);
        let key = (class, name);
        if tainted(&value, 2) && !self.fields.get(&key).is_some_and(|known| same_origins(known, &value)) {
            self.taint_changes += 1;
        }
        let joined = match self.fields.get(&key).cloned() {
            Some(known) => {
                let cleared = Rc::clone(&state.cleared);
                self.join((&known, &cleared), (&value, &cleared))
            }
            None => value,
        };
        self.fields.insert(key, joined);
    }

    /// Assigns to a member or index expression.
    pub(crate) fn assign_place(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        target: ExprId,
        value: Value,
        depth: usize,
    ) {
        let place = act.place(target);
        let (object_expr, name): (ExprId, Option<Rc<str>>) = match act.module.expr(target).kind {
            ExprKind::Member { object, property } => (object, Some(self.shared(act.at, property))),
            ExprKind::Index { object, index } => {
                let index = self.eval(act, state, index);
                (object, index.as_str().map(Rc::from))
            }
            ExprKind::Variable(variable) => {
                self.write(act, state, variable, value);
                return;
            }
            _ => return,
        };
        let object = self.eval(act, state, object_expr);
        if depth == 0 {
            self.emit_assignment(act, state, place, &object, name.as_deref().unwrap_or("*"), &value);
            self.assign_export(act, object_expr, name.as_deref(), &value);
        }
        match &object.shape {
            Shape::Instance(class) | Shape::Class(class) => {
                if let Some(name) = name {
                    let stepped = self.stepped(value, place, || StepKind::Assigned(Rc::clone(&name)));
                    self.write_field(state, *class, name, stepped);
                }
            }
            // Lists and maps that hold tainted members are tainted by them.
            Shape::Object(_) | Shape::List(_) | Shape::Unknown if depth < 4 => {
                let changed = self.with_field(state, &object, name, value);
                if let Some(changed) = changed {
                    self.assign_place(act, state, object_expr, changed, depth + 1);
                }
            }
            _ => {}
        }
    }

    /// CommonJS: `module.exports = x`, `module.exports.a = x`, `exports.a = x`.
    fn assign_export(&mut self, act: &Activation<'a>, object: ExprId, name: Option<&str>, value: &Value) {
        let module = act.module;
        let is_global = |expr: ExprId, wanted: &str| matches!(module.expr(expr).kind, ExprKind::Global(name) if module.name(name) == wanted);
        let whole = is_global(object, "module") && name == Some("exports");
        let member = is_global(object, "exports")
            || matches!(module.expr(object).kind, ExprKind::Member { object, property }
                if is_global(object, "module") && module.name(property) == "exports");
        if whole {
            self.module_exports.insert((act.at, "".into()), value.clone());
        } else if member && let Some(name) = name {
            self.module_exports.insert((act.at, name.into()), value.clone());
            let all = self.module_exports.entry((act.at, "".into())).or_default();
            let mut fields = match &all.shape {
                Shape::Object(fields) => (**fields).clone(),
                _ => Fields::default(),
            };
            let key: Rc<str> = name.into();
            if fields.known.insert(Rc::clone(&key), value.clone()).is_none() {
                fields.order.push(key);
            }
            all.shape = Shape::Object(Rc::new(fields));
        }
    }

    /// `object` with one field set; `None` where that changes nothing that matters.
    fn with_field(
        &mut self,
        state: &State,
        object: &Value,
        name: Option<Rc<str>>,
        value: Value,
    ) -> Option<Value> {
        let cleared = Rc::clone(&state.cleared);
        match (&object.shape, name) {
            (Shape::List(items), _) => {
                let mut items = (**items).clone();
                items.rest = Some(match items.rest.take() {
                    Some(rest) => self.join((&rest, &cleared), (&value, &cleared)),
                    None => value,
                });
                Some(Value { shape: Shape::List(Rc::new(items)), ..object.clone() })
            }
            (shape, name) => {
                if matches!(shape, Shape::Unknown) && object.taints.is_some() {
                    // A field of a caller's object is replaced: only that field is known.
                    name.as_ref()?;
                }
                let mut fields = match shape {
                    Shape::Object(fields) => (**fields).clone(),
                    _ => {
                        Fields { rest: object.taints.is_some().then(|| object.clone()), ..Fields::default() }
                    }
                };
                // Setting one field copies the others.
                self.spend(fields.known.len());
                match name.filter(|name| fields.known.len() < MOST_FIELDS || fields.known.contains_key(name))
                {
                    Some(name) => {
                        if fields.known.insert(Rc::clone(&name), value).is_none() {
                            fields.order.push(name);
                        }
                    }
                    None => {
                        fields.rest = Some(match fields.rest.take() {
                            Some(rest) => self.join((&rest, &cleared), (&value, &cleared)),
                            None => value,
                        });
                    }
                }
                Some(Value { shape: Shape::Object(Rc::new(fields)), ..object.clone() })
            }
        }
    }

    /// Evaluates a function of the tree with the given arguments, on the caller's path.
    #[expect(clippy::too_many_arguments, reason = "a call has these parts")]
    pub(crate) fn inline(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        target: FunctionRef,
        bound: Bound,
        positional: Vec<Value>,
        keywords: Keywords,
        place: Place,
    ) -> Value {
        if state.dead {
            return Value::default();
        }
        let tainted = has_taint(bound.this.as_deref(), &positional, &keywords);
        let unknown = |engine: &mut Self| {
            let taints = positional
                .iter()
                .chain(keywords.iter().map(|(_, value)| value))
                .fold(None, |all, value| join::union(all.as_ref(), value.taints.as_ref()));
            let id = taints.is_some().then(|| engine.fresh());
            Value { taints, id, ..Value::default() }
        };
        if self.stack.len() >= DEEPEST || self.stack.contains(&target) || !self.step() {
            return unknown(self);
        }
        let Some(module) = self.module(target.file) else { return unknown(self) };
        let function = module.function(target.function);
        let is_closure = function.parent != FunctionId::MODULE;
        let has_callback = positional.iter().any(|value| matches!(value.shape, Shape::Function(..)));
        let key = (!tainted && !is_closure && !has_callback).then(|| {
            let mut hasher = FxHasher::default();
            self.taint_changes.hash(&mut hasher);
            digest(bound.this.as_deref(), 2, &mut hasher);
            positional.iter().for_each(|value| digest(Some(value), 3, &mut hasher));
            keywords.iter().for_each(|(name, value)| {
                name.hash(&mut hasher);
                digest(Some(value), 3, &mut hasher);
            });
            (target, hasher.finish())
        });
        if self.phase == Phase::Entries {
            self.reached.insert(target);
        }
        if let Some(key) = key
            && let Some(known) = self.memo.get(&key)
        {
            return known.clone();
        }
        let most = if self.phase == Phase::Setup { MOST_SETUP_EVALUATIONS } else { MOST_EVALUATIONS };
        let count = self.evaluations.entry(target).or_insert(0);
        *count += 1;
        // Closures are part of the function around them, whose own count bounds them.
        if *count > most && !is_closure || *count > most * 8 {
            return unknown(self);
        }
        let positional = if tainted {
            let name: Rc<str> = function.name.map_or("function", |name| module.name(name)).into();
            positional
                .into_iter()
                .map(|value| self.stepped(value, place, || StepKind::Passed(Rc::clone(&name))))
                .collect()
        } else {
            positional
        };
        let (value, after) = self.run_function(state, target, bound, positional, keywords);
        match after {
            Some(mut after) => {
                after.frames.pop();
                *state = after;
            }
            // It never returns: it always throws or exits.
            None => {
                act.throw(state);
                state.dead = true;
            }
        }
        if let Some(key) = key {
            let plain = Value { facts: None, id: None, ..value.clone() };
            if plain.taints.is_none() {
                self.memo.insert(key, plain);
            }
        }
        let name = function.name;
        let _ = name;
        value
    }

    /// Runs a function; the state after it still has its frame on top. `None` where it never returns.
    fn run_function(
        &mut self,
        state: &State,
        target: FunctionRef,
        bound: Bound,
        positional: Vec<Value>,
        keywords: Keywords,
    ) -> (Value, Option<State>) {
        let at = self.position(target.file);
        let Some(module) = self.files[at].module else { return (Value::default(), Some(state.clone())) };
        let function = module.function(target.function);
        self.visited.insert(target);
        if self.phase == Phase::Entries {
            self.reached.insert(target);
        }
        self.stack.push(target);
        let mut inner = state.clone();
        let receiver = match function.kind {
            FunctionKind::Plain if function.is_arrow => {
                bound.this.clone().or_else(|| state.frames.last()?.this.clone())
            }
            _ => bound.this.clone(),
        };
        inner.frames.push(Frame {
            function: target,
            variables: Rc::default(),
            this: receiver,
            environment: bound.environment,
        });
        let mut own = Activation::new(target, at, module);
        self.bind_parameters(&mut own, &mut inner, bound.this, positional, keywords);
        self.block(&mut own, &mut inner, &function.body);
        if !inner.dead {
            own.returns.push((Value { known: Known::Null, ..Value::default() }, inner));
        }
        self.stack.pop();
        let mut joined: Option<(Value, State)> = None;
        for (value, after) in own.returns {
            joined = Some(match joined {
                None => (value, after),
                Some((known, known_state)) => {
                    let value = self.join((&known, &known_state.cleared), (&value, &after.cleared));
                    (value, self.join_states(known_state, after))
                }
            });
        }
        if let Some(yielded) = own.yields {
            let items = Items { known: Vec::new(), rest: Some(yielded) };
            let value = Value { shape: Shape::List(Rc::new(items)), ..Value::default() };
            let after = joined.map(|(_, after)| after);
            return (value, after);
        }
        match joined {
            Some((value, after)) => (value, Some(after)),
            None => (Value::default(), None),
        }
    }

    fn bind_parameters(
        &mut self,
        own: &mut Activation<'a>,
        state: &mut State,
        this: Option<Rc<Value>>,
        positional: Vec<Value>,
        mut keywords: Keywords,
    ) {
        let module = own.module;
        let function = module.function(own.function.function);
        let is_python = module.language == crate::ir::Language::Python;
        let mut positional = positional.into_iter();
        let mut receiver = match function.kind {
            FunctionKind::Method | FunctionKind::ClassMethod if is_python => {
                let class = function.class.map(|class| ClassRef { file: own.file(), class });
                this.map(|this| (*this).clone()).or_else(|| {
                    let shape = Shape::Instance(class?);
                    Some(Value { shape, ..Value::default() })
                })
            }
            _ => None,
        };
        if !is_python
            && function.kind == FunctionKind::Method
            && let Some(frame) = state.frames.last_mut()
            && frame.this.is_none()
            && let Some(class) = function.class
        {
            let shape = Shape::Instance(ClassRef { file: own.file(), class });
            frame.this = Some(Rc::new(Value { shape, ..Value::default() }));
        }
        for param in &function.params {
            let place = Place { file: own.file(), span: param.span };
            let name: Option<Rc<str>> = param.name.map(|name| self.shared(own.at, name));
            let given = match param.kind {
                ParamKind::Plain => receiver
                    .take()
                    .or_else(|| positional.next())
                    .or_else(|| take(&mut keywords, name.as_deref())),
                ParamKind::KeywordOnly => take(&mut keywords, name.as_deref()),
                ParamKind::Rest => {
                    let items = Items { known: positional.by_ref().collect(), rest: None };
                    Some(Value { shape: Shape::List(Rc::new(items)), ..Value::default() })
                }
                ParamKind::Keywords => {
                    let mut fields = Fields::default();
                    for (name, value) in keywords.drain(..) {
                        fields.order.push(Rc::clone(&name));
                        fields.known.insert(name, value);
                    }
                    Some(Value { shape: Shape::Object(Rc::new(fields)), ..Value::default() })
                }
            };
            let mut value = match (given, param.default) {
                (Some(value), Some(default)) if value.is_null() => self.eval(own, state, default),
                (Some(value), _) => value,
                (None, Some(default)) => self.eval(own, state, default),
                (None, None) => Value::default(),
            };
            // A default is what the parameter may be, not what it is: unless it says what kind of thing it is.
            if matches!(value.shape, Shape::Unknown)
                && value.taints.is_none()
                && let Some(annotation) = param.annotation
            {
                value.shape = self.annotated(own, state, annotation);
            }
            self.bind(own, state, &param.pattern, value, place);
        }
    }

    /// What an annotation says about the shape of a value: an object of a class, inside or outside the tree.
    pub(crate) fn annotated(&mut self, act: &Activation<'a>, _state: &State, annotation: ExprId) -> Shape {
        match self.static_value(act.file(), annotation) {
            Some(Value { shape: Shape::Class(class), .. }) => Shape::Instance(class),
            Some(Value { shape: Shape::Api(path), .. })
                if path.contains('.')
                    && !path.starts_with("typing.")
                    && !path.starts_with("collections.") =>
            {
                api_call(&path)
            }
            _ => Shape::Unknown,
        }
    }

    /// Runs a function from outside any path.
    pub(crate) fn call_root(
        &mut self,
        target: FunctionRef,
        bound: Bound,
        positional: Vec<Value>,
    ) -> Option<Value> {
        self.call_root_with(target, bound, positional, Vec::new())
    }

    pub(crate) fn call_root_with(
        &mut self,
        target: FunctionRef,
        bound: Bound,
        positional: Vec<Value>,
        keywords: Keywords,
    ) -> Option<Value> {
        let (value, after) = self.run_function(&State::default(), target, bound, positional, keywords);
        let after = after?;
        Some(self.bake(&value, &after.cleared))
    }

    /// A Python function with its decorators applied, as far as they matter.
    pub(crate) fn decorated_function(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        function: FunctionId,
    ) -> Value {
        let target = FunctionRef { file: act.file(), function };
        let bound = self.closure(act, state, function);
        let value = Value { shape: Shape::Function(target, bound), ..Value::default() };
        self.apply_decorators(act, state, function, None);
        value
    }

    /// A class as a value; runs what its body runs.
    pub(crate) fn class_value(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        class: ClassId,
    ) -> Value {
        let reference = ClassRef { file: act.file(), class };
        let module = act.module;
        let definition = module.class(class);
        for field in &definition.fields {
            if let Some(value) = field.value {
                let value = self.eval(act, state, value);
                let name = self.shared(act.at, field.name);
                let key = (reference, name);
                self.fields.entry(key).or_insert(value);
            } else if let Some(annotation) = field.annotation {
                let shape = self.annotated(act, state, annotation);
                if !matches!(shape, Shape::Unknown) {
                    let name = self.shared(act.at, field.name);
                    self.fields.entry((reference, name)).or_insert(Value { shape, ..Value::default() });
                }
            }
        }
        for method in &definition.methods {
            self.apply_decorators(act, state, method.function, Some(reference));
        }
        for decorator in &definition.decorators {
            self.eval(act, state, *decorator);
        }
        self.block(act, state, &definition.body);
        Value { shape: Shape::Class(reference), ..Value::default() }
    }

    /// Looks at a class from a file that is not being evaluated.
    pub(crate) fn class_module(&self, class: ClassRef) -> Option<&'a crate::ir::Module> {
        self.module(class.file)
    }
}

/// Where and how a call stands.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    pub(crate) place: Place,
    pub(crate) receiver: Option<Value>,
    pub(crate) method: Option<Rc<str>>,
    pub(crate) is_new: bool,
    pub(crate) expr: ExprId,
}

fn expanded(mut positional: Vec<Value>, rest: Option<Value>) -> Vec<Value> {
    if let Some(rest) = rest {
        // What a spread of unknown length fills: a few more parameters.
        positional.extend(std::iter::repeat_n(rest, 4));
    }
    positional
}

fn take(keywords: &mut Keywords, name: Option<&str>) -> Option<Value> {
    let name = name?;
    let at = keywords.iter().position(|(keyword, _)| &**keyword == name)?;
    Some(keywords.swap_remove(at).1)
}

fn has_taint(this: Option<&Value>, positional: &[Value], keywords: &Keywords) -> bool {
    this.is_some_and(|this| tainted(this, 3))
        || positional.iter().any(|value| tainted(value, 4))
        || keywords.iter().any(|(_, value)| tainted(value, 4))
}

/// True when every caller's value in `value` itself is in `known`, too, as dangerous.
fn same_origins(known: &Value, value: &Value) -> bool {
    let known = known.taints.as_deref().unwrap_or_default();
    let Some(taints) = &value.taints else { return false };
    taints
        .iter()
        .all(|taint| known.iter().any(|other| other.origin == taint.origin && other.live.all(taint.live)))
}

/// True when a caller's value is in `value`, looking `depth` levels deep.
pub(crate) fn tainted(value: &Value, depth: usize) -> bool {
    if value.taints.is_some() {
        return true;
    }
    if depth == 0 {
        return false;
    }
    match &value.shape {
        Shape::Object(fields) => {
            fields.known.values().chain(&fields.rest).any(|value| tainted(value, depth - 1))
        }
        Shape::List(items) => items.known.iter().chain(&items.rest).any(|value| tainted(value, depth - 1)),
        _ => false,
    }
}

fn digest(value: Option<&Value>, depth: usize, hasher: &mut FxHasher) {
    let Some(value) = value else { return 0u8.hash(hasher) };
    match &value.known {
        Known::Nothing => 0u8.hash(hasher),
        Known::Null => 1u8.hash(hasher),
        Known::Bool(bool) => bool.hash(hasher),
        Known::Number(number) => number.to_bits().hash(hasher),
        Known::Text(text) => text.hash(hasher),
        Known::Affixes(start, end) => (start, end).hash(hasher),
        Known::Truthy => 2u8.hash(hasher),
    }
    match &value.shape {
        Shape::Unknown => 0u8.hash(hasher),
        Shape::Api(path) => path.hash(hasher),
        Shape::Function(function, _) => function.hash(hasher),
        Shape::Class(class) => (1u8, class).hash(hasher),
        Shape::Instance(class) => (2u8, class).hash(hasher),
        Shape::Module(file) => (3u8, file).hash(hasher),
        Shape::Object(fields) => {
            4u8.hash(hasher);
            if depth > 0 {
                let known: &FxHashMap<Rc<str>, Value> = &fields.known;
                for name in fields.order.iter().take(16) {
                    name.hash(hasher);
                    digest(known.get(name), depth - 1, hasher);
                }
            }
        }
        Shape::List(items) => {
            (5u8, items.known.len()).hash(hasher);
            if depth > 0 {
                items.known.iter().take(16).for_each(|value| digest(Some(value), depth - 1, hasher));
            }
        }
        Shape::Schema(_) => 6u8.hash(hasher),
        Shape::Resolver(slot) => (7u8, slot).hash(hasher),
        Shape::OneOf(shapes) => (8u8, shapes.len()).hash(hasher),
    }
}

/// A digest of what a function takes along.
pub(crate) fn digest_bound(bound: &Bound) -> u64 {
    let mut hasher = FxHasher::default();
    digest(bound.this.as_deref(), 1, &mut hasher);
    if let Some(environment) = &bound.environment {
        let mut names: Vec<_> = environment.keys().collect();
        names.sort_unstable();
        for name in names {
            digest(environment.get(name), 2, &mut hasher);
        }
    }
    hasher.finish()
}

/// The place of a function's definition.
pub(crate) fn function_place(engine: &Engine<'_>, target: FunctionRef) -> Place {
    let span =
        engine.module(target.file).map(|module| module.function(target.function).span).unwrap_or_default();
    Place { file: target.file, span }
}

/// A file that nothing was read from.
pub(crate) const NO_FILE: FileId = FileId(0);
