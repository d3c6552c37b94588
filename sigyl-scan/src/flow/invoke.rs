//! Running the tree's own functions.

use std::{
    hash::{Hash, Hasher},
    rc::Rc,
};

use rustc_hash::FxHasher;

use super::{
    Hazards, bound,
    call::{Arguments, Keywords, Site},
    engine::{Engine, Phase},
    exec::Activation,
    join,
    member::api_call,
    state::{Frame, State},
    trace::StepKind,
    value::{Bound, ClassRef, Fields, FunctionRef, Items, Known, Shape, Value},
};
use crate::{
    ir::{ClassId, ExprId, ExprKind, FunctionId, FunctionKind, ParamKind},
    rule::{FileId, Place},
};

/// Stands for every keyword argument whose name is not known.
pub(super) const ANY_KEYWORD: &str = "**";

/// Most calls that are followed into one another. Chosen.
const DEEPEST: usize = 28;
/// Most times that a function runs within itself, where it only runs what it is given: `guarded(() => guarded(f))`.
/// Chosen.
const MOST_WITHIN_ITSELF: usize = 3;
/// Most times that a function is evaluated for one entry point. Chosen: a handler of all calls uses a check in each of
/// its cases, several times; what is cut off here is a check that does not count.
const MOST_EVALUATIONS: u32 = 400;
/// The same for functions that take few steps in all, within one entry point. Chosen: a server with hundreds of
/// statements hands each of them to one short method of its database, and what is cut off there is the call that runs it.
const MOST_EVALUATIONS_OF_SHORT: u32 = 4_000;
/// Few steps. Chosen: a twentieth of what an entry point may take.
const MOST_STEPS_OF_SHORT: u64 = 100_000;
/// Steps that evaluating a function takes beside those of its body. Measured.
const STEPS_TO_RUN: u64 = 12;
/// How often a function is evaluated while the program is set up, whatever it takes. Chosen.
const SETUP_EVALUATIONS: u32 = 4;
/// Steps within which it is evaluated more often than that. Chosen: one wrapper is put around the handlers of hundreds of
/// tools, and a tool whose wrapper was not followed would not be seen; wrappers are short.
const MOST_SETUP_STEPS: u64 = 30_000;
/// Steps of one evaluation of such a wrapper. Chosen.
const STEPS_OF_WRAPPER: u64 = 200;

impl<'a> Engine<'a> {
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
        self.uncalled.note(target);
        let carries = has_taint(bound.this().map(|this| &**this), &positional, &keywords, Followed::All);
        let tainted =
            carries && has_taint(bound.this().map(|this| &**this), &positional, &keywords, Followed::Callers);
        let unknown = |engine: &mut Self| {
            engine.reported += 1;
            // A function within itself gives what it gives without that, too.
            let runs = engine.stack.contains(&target);
            let positional = positional.iter().enumerate();
            let taints = positional
                .filter(|(at, value)| value.taints.is_some() && !(runs && engine.only_steers(target, *at)))
                .map(|(_, value)| value)
                .chain(keywords.iter().map(|(_, value)| value))
                .fold(None, |all, value| join::union(all.as_ref(), value.taints.as_ref()));
            let id = taints.is_some().then(|| engine.fresh());
            Value { taints, id, ..Value::default() }
        };
        let has_callback = positional.iter().any(|value| matches!(value.shape, Shape::Function(..)));
        let runs = self.stack.iter().filter(|running| **running == target).count();
        let goes_on = runs == 0
            || runs < MOST_WITHIN_ITSELF
                && (has_callback && brings_new_callback(state, target, &positional)
                    || is_around_another(state, target, &bound));
        if !self.step() || self.stack.len() >= DEEPEST || !goes_on {
            return unknown(self);
        }
        let Some(module) = self.module(target.file) else { return unknown(self) };
        let function = module.function(target.function);
        self.note_async(function.is_async);
        if super::stubs::is_stub(module, function) {
            if self.phase == Phase::Entries {
                self.reached.insert(target);
            }
            let Some(targets) = self.implementations(target) else { return Value::default() };
            let arguments = Arguments { positional, keywords, ..Arguments::default() };
            return self.call_one_of(act, state, &targets, &arguments, place).unwrap_or_default();
        }
        let is_closure = function.parent != FunctionId::MODULE;
        // What a function makes of a request's context it makes of that of the next one, too.
        let is_context = tainted
            && !has_taint(bound.this().map(|this| &**this), &positional, &keywords, Followed::Arguments);
        let key = ((!tainted || is_context) && !is_closure && !has_callback).then(|| {
            let mut hasher = FxHasher::default();
            let established = |value: &Value| {
                let taints = value.taints.iter().flat_map(|taints| taints.iter());
                let gone = taints.map(|taint| state.cleared.get(&taint.origin).copied());
                gone.fold(Hazards::NONE, |all, gone| all | gone.unwrap_or(Hazards::NONE))
            };
            if is_context {
                let all = positional.iter().chain(keywords.iter().map(|(_, value)| value));
                all.for_each(|value| established(value).hash(&mut hasher));
            }
            // What was seen without a handler was not reached, and nobody answered it.
            (self.phase == Phase::Entries).hash(&mut hasher);
            digest(bound.this().map(|this| &**this), 2, &mut hasher);
            positional.iter().for_each(|value| digest(Some(value), 3, &mut hasher));
            keywords.iter().for_each(|(name, value)| {
                name.hash(&mut hasher);
                digest(Some(value), 3, &mut hasher);
            });
            (target, hasher.finish())
        });
        if self.phase == Phase::Entries {
            self.reached.insert(target);
            if tainted {
                self.given.insert(target);
            }
        }
        if let Some(key) = key
            && let Some((known, reads)) = self.memo.get(&key)
            && !self.keeping.has_changed(reads)
        {
            let (known, reads) = (known.clone(), Rc::clone(reads));
            self.keeping.read_all(&reads);
            if known.is_none() {
                act.throw(state);
                state.dead = true;
            }
            return known.unwrap_or_default();
        }
        let is_followed = tainted && key.is_none() && !is_closure && !has_callback;
        let keys = (is_followed && self.phase != Phase::Setup)
            .then(|| {
                self.keys_of_call(
                    state,
                    target,
                    bound.this().map(|this| &**this),
                    &positional,
                    &keywords,
                    place,
                )
            })
            .flatten();
        if let Some(known) = keys.and_then(|keys| self.repeated(keys)) {
            if known.is_none() {
                act.throw(state);
                state.dead = true;
            }
            return known.unwrap_or_default();
        }
        let (count, steps) = self.evaluations.entry(target).or_insert((0, 0));
        *count += 1;
        let most = match self.phase {
            Phase::Setup if *steps > MOST_SETUP_STEPS.max(u64::from(*count) * STEPS_OF_WRAPPER) => {
                SETUP_EVALUATIONS
            }
            Phase::Entries if *steps <= MOST_STEPS_OF_SHORT => MOST_EVALUATIONS_OF_SHORT,
            _ => MOST_EVALUATIONS,
        };
        // Closures are part of the function around them, whose own count bounds them.
        if *count > most && !is_closure || *count > most * 8 {
            return unknown(self);
        }
        let left = self.steps_left();
        let positional = if carries {
            let name: Rc<str> = function.name.map_or("function", |name| module.name(name)).into();
            positional
                .into_iter()
                .map(|value| self.stepped(value, place, || StepKind::Passed(Rc::clone(&name))))
                .collect()
        } else {
            positional
        };
        let is_noted = key.is_some() || keys.is_some();
        if is_noted {
            self.keeping.begin();
        }
        let noise = self.noise();
        let (value, after) = self.run_function(state, target, bound, positional, keywords);
        let escapes = self.escaped.is_some();
        if let Some(error) = self.escaped.take() {
            self.note_thrown(act, error);
        }
        let reads = is_noted.then(|| self.keeping.end());
        let taken = left - self.steps_left();
        self.evaluations.entry(target).and_modify(|(_, steps)| *steps += taken);
        let returns = after.is_some();
        let mut left_nothing = true;
        match after {
            Some(mut after) => {
                if let Some(frame) = after.frames.pop() {
                    self.changed = changed_arguments(module, target.function, &frame);
                }
                left_nothing = keys.is_some() && super::repeated::left_nothing(state, &after);
                *state = after;
            }
            // It never returns: it always throws or exits.
            None => {
                act.throw(state);
                state.dead = true;
            }
        }
        if let (Some(key), Some(reads)) = (key, reads.clone()) {
            let plain = Value { facts: None, id: None, ..value.clone() };
            if !super::secrets::callers(&plain) && self.changed.is_empty() {
                self.memo.insert(key, (returns.then_some(plain), reads));
            }
        } else if let (Some(keys), Some(reads)) = (keys, reads)
            && left_nothing
            && !escapes
            && self.changed.is_empty()
            && self.noise() == noise
        {
            let given = returns.then(|| value.clone());
            self.repeated.insert(keys.of(given.as_ref()), (given, reads));
        }
        value
    }

    /// Runs a function; the state after it still has its frame on top. `None` where it never returns.
    pub(super) fn run_function(
        &mut self,
        state: &State,
        target: FunctionRef,
        bound: Bound,
        positional: Vec<Value>,
        keywords: Keywords,
    ) -> (Value, Option<State>) {
        let at = self.position(target.file);
        let Some(module) = self.files[at].module() else { return (Value::default(), Some(state.clone())) };
        let function = module.function(target.function);
        self.visited.insert(target);
        if self.phase == Phase::Entries {
            self.reached.insert(target);
            if self.stack.is_empty() {
                self.given.insert(target);
            }
        }
        self.stack.push(target);
        self.spend_steps(STEPS_TO_RUN);
        let mut inner = state.clone();
        let receiver = match function.kind {
            FunctionKind::Plain if function.is_arrow => {
                bound.this().cloned().or_else(|| state.frames.last()?.this.clone())
            }
            _ => bound.this().cloned(),
        };
        let is_more = positional.len() > function.params.len()
            && !function.is_arrow
            && module.language == crate::ir::Language::JavaScript;
        inner.frames.push(Rc::new(Frame {
            function: target,
            variables: Rc::default(),
            this: receiver,
            environment: bound.environment().cloned(),
            changed: Vec::new(),
            given: is_more.then(|| positional.as_slice().into()),
        }));
        let mut own = Activation::new(target, at, module);
        self.bind_parameters(&mut own, &mut inner, bound.this().cloned(), positional, keywords);
        self.block(&mut own, &mut inner, &function.body);
        if !inner.dead {
            own.returns.push((Value { known: Known::Null, ..Value::default() }, inner));
        }
        self.stack.pop();
        self.escaped = own.thrown.take();
        let mut joined: Option<(Value, State)> = None;
        // What only the server's configuration lets happen comes last, and is held against all of the rest.
        own.returns.sort_by_key(|(_, after)| after.optional);
        for (value, after) in own.returns {
            joined = Some(match joined {
                None => (value, after),
                Some((known, known_state)) => {
                    let value = self.join_on((&known, known_state.path()), (&value, after.path()));
                    (value, self.join_states(known_state, after))
                }
            });
        }
        if function.is_mapping {
            let empty = Value { shape: Shape::Object(Rc::default()), ..Value::default() };
            return (own.yields.unwrap_or(empty), joined.map(|(_, after)| after));
        }
        if let Some(yielded) = own.yields {
            let items = own.members.unwrap_or(Items { known: Vec::new(), rest: Some(yielded) });
            // None is left where no member passes: `[x for x in words if x not in ALLOWED]`.
            let facts = self.quantified(&own.filters, false);
            let value = Value { shape: Shape::List(Rc::new(items)), facts, ..Value::default() };
            let after = joined.map(|(_, after)| after);
            return (value, after);
        }
        let returns = function.returns.filter(|_| !function.is_generator);
        match joined {
            Some((mut value, mut after)) => {
                // What it gives is known by its annotation alone.
                if let Some(returns) = returns
                    && super::models::is_blank(&value)
                {
                    value.shape = self.shape_by(target.file, returns);
                }
                after.optional = state.optional;
                (value, Some(after))
            }
            None => (Value::default(), None),
        }
    }

    pub(super) fn bind_parameters(
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
            Rc::make_mut(frame).this = Some(Rc::new(Value { shape, ..Value::default() }));
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
                        if &*name == ANY_KEYWORD {
                            fields.rest = Some(self.child(&value, "*", place));
                            continue;
                        }
                        fields.order.push(Rc::clone(&name));
                        fields.known.insert(name, Rc::new(value));
                    }
                    Some(Value { shape: Shape::Object(Rc::new(fields)), ..Value::default() })
                }
            };
            // `f(**given)`
            let by_name = match (param.kind, &name, &given) {
                (ParamKind::Plain | ParamKind::KeywordOnly, Some(name), None) => {
                    let all = keywords.iter().find(|(keyword, _)| &**keyword == ANY_KEYWORD);
                    all.cloned().map(|(_, all)| self.child(&all, name, place))
                }
                _ => None,
            };
            let mut value = match (given.or(by_name), param.default) {
                (Some(value), Some(default)) if value.is_null() => self.eval(own, state, default),
                // What nobody knows may be missing: then the default is what counts, with the secrets in it.
                (Some(value), Some(default))
                    if !is_python && value.taints.is_none() && matches!(value.known, Known::Nothing) =>
                {
                    let taints = self.eval(own, state, default).taints;
                    Value { taints, ..value }
                }
                (Some(value), _) => value,
                (None, Some(default)) => self.eval(own, state, default),
                (None, None) => Value::default(),
            };
            // What the SDK tells of a request is given by it alone, through whatever wrapper.
            if is_python
                && value.taints.is_some()
                && matches!(value.shape, Shape::Unknown)
                && let Some(annotation) = param.annotation
                && let Some(Value { shape: Shape::Api(path), .. }) = self.static_value(own.file(), annotation)
                && path.ends_with(".Context")
            {
                value = Value { shape: Shape::Api("mcp.Context()".into()), ..Value::default() };
            }
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
        self.shape_by(act.file(), annotation)
    }

    fn shape_by(&mut self, file: FileId, annotation: ExprId) -> Shape {
        match self.static_value(file, annotation) {
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
        match self.wrapper(act, state, function, &value) {
            Some(wrapper) => {
                self.wrappers.insert(target, wrapper.clone());
                wrapper
            }
            None => value,
        }
    }

    /// What decorators of the tree put in a function's place, where that calls it with whatever it is given:
    /// `def checked(*args, **kwargs): …; return func(*args, **kwargs)`.
    fn wrapper(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        function: FunctionId,
        plain: &Value,
    ) -> Option<Value> {
        let mut made: Option<Value> = None;
        for decorator in act.module.function(function).decorators.iter().rev() {
            let decorator_value = self.eval(act, state, *decorator);
            let Shape::Function(..) = decorator_value.shape else { continue };
            let place = act.place(*decorator);
            let given = made.clone().unwrap_or_else(|| plain.clone());
            let arguments =
                Arguments { positional: vec![given], places: vec![place], ..Arguments::default() };
            let site = Site { place, receiver: None, method: None, is_new: false, expr: ExprId(0) };
            let wrapped = self.apply(act, state, site, &decorator_value, arguments);
            if let Shape::Function(target, _) = &wrapped.shape
                && (self.passes_everything_on(*target)
                    || self.takes_the_same(*target, FunctionRef { file: act.file(), function }))
            {
                made = Some(wrapped);
            }
        }
        made
    }

    /// True for a function that has the parameters of `plain`, by their names, and calls something with all of them.
    fn takes_the_same(&self, function: FunctionRef, plain: FunctionRef) -> bool {
        let names = |function: FunctionRef| -> Option<Vec<&'a str>> {
            let module = self.module(function.file)?;
            let params = &module.function(function.function).params;
            params.iter().map(|param| Some(module.name(param.name?))).collect()
        };
        let (Some(own), Some(module)) = (names(function), self.module(function.file)) else { return false };
        if own.is_empty() || names(plain) != Some(own) {
            return false;
        }
        let span = module.function(function.function).span;
        let params = &module.function(function.function).params;
        module.exprs.iter().any(|expr| {
            let ExprKind::Call { arguments, .. } = expr.kind else { return false };
            let given = |param: &crate::ir::Param| {
                module.arguments(arguments).iter().any(|argument| match module.expr(argument.value).kind {
                    ExprKind::Variable(variable) => Some(module.variable(variable).name) == param.name,
                    _ => false,
                })
            };
            span.start <= expr.span.start && expr.span.end <= span.end && params.iter().all(given)
        })
    }

    /// True for a function that takes any arguments, and spreads the same ones into a call.
    fn passes_everything_on(&self, function: FunctionRef) -> bool {
        let Some(module) = self.module(function.file) else { return false };
        let definition = module.function(function.function);
        let taken = |kind: ParamKind| {
            definition.params.iter().find(|param| param.kind == kind).and_then(|param| param.name)
        };
        let (Some(rest), Some(keywords)) = (taken(ParamKind::Rest), taken(ParamKind::Keywords)) else {
            return false;
        };
        let names = |id: ExprId, name| match module.expr(id).kind {
            ExprKind::Variable(variable) => module.variable(variable).name == name,
            _ => false,
        };
        module.exprs.iter().any(|expr| match expr.kind {
            ExprKind::Call { arguments, .. } => {
                let inside = definition.span.start <= expr.span.start && expr.span.end <= definition.span.end;
                let spread = |name| {
                    module
                        .arguments(arguments)
                        .iter()
                        .any(|argument| argument.spread && names(argument.value, name))
                };
                inside && spread(rest) && spread(keywords)
            }
            _ => false,
        })
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
                    let key = (reference, self.shared(act.at, field.name));
                    if !self.fields.contains_key(&key) {
                        self.declared.insert(key.clone());
                        self.fields.insert(key, Value { shape, ..Value::default() });
                    }
                }
            }
        }
        for method in &definition.methods {
            self.apply_decorators(act, state, method.function, Some(reference));
        }
        self.block(act, state, &definition.body);
        self.class_made(act, state, reference);
        self.request_methods(reference);
        self.identity_methods(reference);
        Value { shape: Shape::Class(reference), ..Value::default() }
    }

    /// Looks at a class from a file that is not being evaluated.
    pub(crate) fn class_module(&self, class: ClassRef) -> Option<&'a crate::ir::Module> {
        self.module(class.file)
    }
}

/// The objects that a function got and changed in place, by position among its arguments.
fn changed_arguments(module: &crate::ir::Module, function: FunctionId, frame: &Frame) -> Vec<(usize, Value)> {
    if frame.changed.is_empty() {
        return Vec::new();
    }
    let function = module.function(function);
    let has_receiver = module.language == crate::ir::Language::Python
        && matches!(function.kind, FunctionKind::Method | FunctionKind::ClassMethod);
    let params = function.params.iter().filter(|param| param.kind == ParamKind::Plain);
    params
        .skip(usize::from(has_receiver))
        .enumerate()
        .filter_map(|(at, param)| {
            let crate::ir::Pattern::Variable(variable, _) = param.pattern else { return None };
            let value = frame.variables.get(variable).filter(|_| frame.changed.contains(&variable))?;
            matches!(value.shape, Shape::List(_) | Shape::Object(_)).then(|| (at, (**value).clone()))
        })
        .collect()
}

/// True where a function that runs already is given another function to call than it has: a wrapper that is put around
/// what it wraps a second time, not one that hands on what it got.
fn brings_new_callback(state: &State, target: FunctionRef, positional: &[Value]) -> bool {
    let given = |value: &Value| match value.shape {
        Shape::Function(function, _) => Some(function),
        _ => None,
    };
    let held = |function: FunctionRef| {
        let frames = state.frames.iter().filter(|frame| frame.function == target);
        frames.flat_map(|frame| frame.variables.iter()).any(|(_, value)| given(value) == Some(function))
    };
    positional.iter().filter_map(given).any(|function| function != target && !held(function))
}

/// True where a function that runs already stands around other functions this time: what one decorator made of two
/// functions, of which one calls the other.
fn is_around_another(state: &State, target: FunctionRef, bound: &Bound) -> bool {
    let Some(environment) = bound.environment() else { return false };
    let mut running = state.frames.iter().filter(|frame| frame.function == target);
    running
        .all(|frame| frame.environment.as_ref().is_some_and(|other| !bound::alike_around(other, environment)))
}

fn take(keywords: &mut Keywords, name: Option<&str>) -> Option<Value> {
    let name = name?;
    let at = keywords.iter().position(|(keyword, _)| &**keyword == name)?;
    Some(keywords.swap_remove(at).1)
}

fn has_taint(this: Option<&Value>, positional: &[Value], keywords: &Keywords, which: Followed) -> bool {
    this.is_some_and(|this| tainted_by(this, 3, which))
        || positional.iter().any(|value| tainted_by(value, 4, which))
        || keywords.iter().any(|(_, value)| tainted_by(value, 4, which))
}

/// Which followed values are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Followed {
    All,
    Callers,
    /// Callers' values that may be more than credentials, which a request's context holds.
    Arguments,
}

/// True when a followed value is in `value`, looking `depth` levels deep.
pub(crate) fn tainted(value: &Value, depth: usize) -> bool {
    tainted_by(value, depth, Followed::All)
}

/// The same for some of them.
fn tainted_by(value: &Value, depth: usize, which: Followed) -> bool {
    if value.taints.is_some() && is_followed(value, which) {
        return true;
    }
    if depth == 0 {
        return false;
    }
    match &value.shape {
        Shape::Object(fields) => {
            let within = || {
                let mut values = fields.known.values().map(|value| &**value).chain(&fields.rest);
                values.any(|value| tainted_by(value, depth - 1, which))
            };
            // Large objects are handed from call to call.
            match depth <= DEEPEST_REMEMBERED {
                true => fields.memo.get(depth + DEEPEST_REMEMBERED * which as usize, within),
                false => within(),
            }
        }
        Shape::List(items) => {
            items.known.iter().chain(&items.rest).any(|value| tainted_by(value, depth - 1, which))
        }
        _ => false,
    }
}

fn is_followed(value: &Value, which: Followed) -> bool {
    let live =
        |hazards| value.taints.iter().flat_map(|taints| taints.iter()).any(|taint| taint.live.any(hazards));
    match which {
        Followed::All => true,
        Followed::Callers => super::secrets::callers(value),
        Followed::Arguments => live(Hazards::ALL - Hazards::TOKEN),
    }
}

/// Levels for which it is remembered whether an object has a followed value in it.
const DEEPEST_REMEMBERED: usize = 5;

fn digest(value: Option<&Value>, depth: usize, hasher: &mut FxHasher) {
    let Some(value) = value else { return 0u8.hash(hasher) };
    // A function is looked at anew for each secret that it gets, not for each time that it gets it.
    for taint in value.taints.iter().flat_map(|taints| taints.iter()) {
        (taint.source, taint.live, taint.weak).hash(hasher);
    }
    match &value.known {
        Known::Nothing => 0u8.hash(hasher),
        Known::Null => 1u8.hash(hasher),
        Known::Bool(bool) => bool.hash(hasher),
        Known::Number(number) => number.to_bits().hash(hasher),
        Known::Text(text) => text.hash(hasher),
        Known::Affixes(affixes) => (&affixes.start, &affixes.end).hash(hasher),
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
                for name in fields.order.iter().take(16) {
                    name.hash(hasher);
                    digest(fields.known.get(name).map(|value| &**value), depth - 1, hasher);
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
        Shape::Given(of, given) => {
            9u8.hash(hasher);
            digest(Some(of), depth.saturating_sub(1), hasher);
            given.positional.iter().for_each(|value| digest(Some(value), depth.saturating_sub(1), hasher));
        }
        Shape::Resolver(slot) => (7u8, slot).hash(hasher),
        Shape::OneOf(shapes) => (8u8, shapes.len()).hash(hasher),
    }
}

/// Functions within functions that are told apart by what they take along: `withScopes(withLog(read))`. Chosen.
const DEEPEST_TAKEN: usize = 3;

/// A digest of what a function takes along.
pub(crate) fn digest_bound(bound: &Bound) -> u64 {
    let mut hasher = FxHasher::default();
    taken_along(bound, DEEPEST_TAKEN, &mut hasher);
    hasher.finish()
}

fn taken_along(bound: &Bound, depth: usize, hasher: &mut FxHasher) {
    digest(bound.this().map(|this| &**this), 1, hasher);
    for value in bound.given().into_iter().flat_map(|given| &given.positional) {
        digest(Some(value), 2, hasher);
    }
    let Some(environment) = bound.environment() else { return };
    for (_, value) in environment.iter() {
        digest(Some(value), 2, hasher);
        // One that was made around another is not the one that was made around a third.
        if let Shape::Function(_, inner) = &value.shape
            && depth > 0
            && !inner.environment().is_some_and(|inner| Rc::ptr_eq(inner, environment))
        {
            taken_along(inner, depth - 1, hasher);
        }
    }
}

/// The place of a function's definition.
pub(crate) fn function_place(engine: &Engine<'_>, target: FunctionRef) -> Place {
    let span =
        engine.module(target.file).map(|module| module.function(target.function).span).unwrap_or_default();
    Place { file: target.file, span }
}
