//! Expressions.

use std::rc::Rc;

use super::{
    Hazards,
    call::{Arguments, Site},
    engine::Engine,
    exec::{Activation, negated},
    join,
    member::api_call,
    program::takes_value,
    state::State,
    tagged::starts_program,
    value::{Bound, Fields, FunctionRef, Items, Known, Marks, Shape, Taint, Value},
    words::no_option,
};
use crate::{
    ir::{ExprId, ExprKind, Language, ListId, Module, PropertyKey},
    rule::Place,
};

/// Most variables of a function that functions inside it take along. Chosen.
const MOST_CAPTURED: usize = 200;

impl<'a> Engine<'a> {
    /// Evaluates an expression on a path.
    pub(crate) fn eval(&mut self, act: &mut Activation<'a>, state: &mut State, expr: ExprId) -> Value {
        if !self.step() {
            return Value::default();
        }
        let module = act.module;
        let place = act.place(expr);
        match module.expr(expr).kind {
            ExprKind::String(name) => {
                let text = self.shared(act.at, name);
                let ends = text.ends_with(['/', '\\']);
                Value {
                    known: Known::Text(text),
                    marks: Marks { ends_with_separator: ends, ..Marks::default() },
                    place: Some(place),
                    ..Value::default()
                }
            }
            ExprKind::Number(number) => known(Known::Number(number), place),
            ExprKind::Bool(bool) => known(Known::Bool(bool), place),
            ExprKind::Null => known(Known::Null, place),
            ExprKind::Regex { pattern, flags } => {
                let (pattern, flags) = (module.name(pattern), module.name(flags));
                Value {
                    shape: Shape::Api(format!("/{pattern}/{flags}").into()),
                    place: Some(place),
                    ..Value::default()
                }
            }
            ExprKind::Variable(variable) => self.lookup(state, act.file(), variable),
            ExprKind::Global(name)
                if module.language == crate::ir::Language::JavaScript && module.name(name) == "arguments" =>
            {
                self.passed(act, state)
            }
            ExprKind::Global(name) => {
                Value { shape: Shape::Api(self.shared(act.at, name)), ..Value::default() }
            }
            ExprKind::This | ExprKind::Super => {
                match state.frames.last().and_then(|frame| frame.this.clone()) {
                    Some(this) => (*this).clone(),
                    None => Value::default(),
                }
            }
            ExprKind::Member { object, property } => {
                let object = self.eval(act, state, object);
                let name = self.shared(act.at, property);
                self.field(act, state, &object, &name, place)
            }
            ExprKind::Index { object, index } => {
                let object = self.eval(act, state, object);
                let is_slice = matches!(module.expr(index).kind, ExprKind::Other(_));
                let index = self.eval(act, state, index);
                let value = self.index(act, state, &object, &index, place);
                // A part of a secret is shown so that people know which one it is.
                if is_slice { super::secrets::masked(value) } else { value }
            }
            ExprKind::Call { callee, arguments } => self.call(act, state, expr, callee, arguments, false),
            ExprKind::New { callee, arguments } => self.call(act, state, expr, callee, arguments, true),
            ExprKind::Template(parts) => {
                let mut values = self.list(act, state, parts);
                for value in &mut values {
                    *value = self.as_text(act, state, std::mem::take(value), place);
                }
                self.concat(state, &values, Some(place))
            }
            ExprKind::Tagged { tag, template } => {
                let called = tag;
                let tag = self.eval(act, state, tag);
                let values = self.list(act, state, template);
                if tag.api().is_some_and(starts_program) {
                    self.start_by_template(act, state, called, template, &values);
                }
                // A tag gets pieces and values apart, as a parameterised query does; a plain one only formats.
                match tag.api() {
                    Some(api) if api.ends_with("String.raw") || api.ends_with("dedent") => {
                        self.concat(state, &values, Some(place))
                    }
                    Some(api) => Value { shape: api_call(api), ..Value::default() },
                    None if tag.is_function() => self.call_tag(act, state, expr, &tag, template, values),
                    None => Value::default(),
                }
            }
            ExprKind::Binary { op, left, right } => self.binary(act, state, op, left, right, place),
            ExprKind::Not(inner) => {
                let value = self.tested(act, state, inner);
                // That something is an object tells what it is where it is there; it may still be missing.
                let known = match value.known {
                    Known::Nothing => Known::Nothing,
                    _ => join::truth(&value).map_or(Known::Nothing, |truth| Known::Bool(!truth)),
                };
                let marks = Marks { configured: value.is_configuration(), ..Marks::default() };
                Value { known, facts: negated(value.facts.as_ref()), marks, ..Value::default() }
            }
            ExprKind::Unary(inner) => {
                let value = self.eval(act, state, inner);
                let known = match value.known {
                    Known::Number(number) => Known::Number(-number),
                    _ => Known::Nothing,
                };
                // `typeof x` compared with a literal speaks about `x`.
                Value { known, about: value.id.map(|id| (id, Hazards::NONE)), ..Value::default() }
            }
            ExprKind::Conditional { test, then, otherwise } => {
                let ended = ends_with_separator(module, test, then);
                let test = self.tested(act, state, test);
                let mut other = state.clone();
                if let Some(facts) = &test.facts {
                    state.assume(&facts.when_true);
                    other.assume(&facts.when_false);
                }
                if test.is_configuration() {
                    state.optional = state.optional.saturating_add(1);
                }
                let mut a = self.eval(act, state, then);
                a.marks.ends_with_separator |= ended;
                let mut b = self.eval(act, &mut other, otherwise);
                // `"***" if name in SECRETS else value`: where it is one, it is not shown.
                if super::secrets::is_mask(&a) {
                    b = super::secrets::masked(b);
                } else if super::secrets::is_mask(&b) {
                    a = super::secrets::masked(a);
                }
                let joined = self.join_on((&a, state.path()), (&b, other.path()));
                *state = self.join_states(std::mem::take(state), other);
                joined
            }
            ExprKind::Object(properties) => {
                let value = self.object(act, state, properties);
                if self.phase == super::engine::Phase::Setup {
                    self.tool_object(&value, place);
                }
                self.page_object(act, state, &value, place);
                value
            }
            ExprKind::Collection(_, members) => {
                let mut items = Items::default();
                let mut ended = false;
                for member in module.list(members) {
                    if let ExprKind::Spread(inner) = module.expr(*member).kind {
                        let value = self.eval(act, state, inner);
                        let value = self.iterated(act, state, value, act.place(inner));
                        self.spread_into(state, &mut items, &value);
                    } else {
                        let mut value = self.eval(act, state, *member);
                        if value.as_str() == Some("--") {
                            ended = true;
                            // Behind a list of unknown length it ends the options of what follows, not of the list.
                            if items.rest.is_some() {
                                continue;
                            }
                        }
                        let before = items.known.last().filter(|_| items.rest.is_none());
                        if ended || before.and_then(Value::as_str).is_some_and(takes_value) {
                            value = no_option(value);
                        }
                        items.known.push(value);
                    }
                }
                Value { shape: Shape::List(Rc::new(items)), place: Some(place), ..Value::default() }
            }
            ExprKind::Spread(inner) | ExprKind::Await(inner) => self.eval(act, state, inner),
            ExprKind::Yield(inner) => {
                if let Some(inner) = inner {
                    let value = self.eval(act, state, inner);
                    let value = match act.module.function(act.function.function).is_mapping {
                        true => self.entry_of(state, &value),
                        false => value,
                    };
                    let value = self.bake(&value, &state.cleared);
                    let cleared = Rc::clone(&state.cleared);
                    act.yields = Some(match act.yields.take() {
                        Some(known) => self.join((&known, &cleared), (&value, &cleared)),
                        None => value,
                    });
                }
                Value::default()
            }
            ExprKind::Function(function) => {
                let target = FunctionRef { file: act.file(), function };
                let bound = self.closure(act, state, function);
                Value { shape: Shape::Function(target, bound), place: Some(place), ..Value::default() }
            }
            ExprKind::Class(class) => self.class_value(act, state, class),
            ExprKind::Assign { target, value } => {
                let value = self.eval(act, state, value);
                self.bind(act, state, module.pattern(target), value.clone(), place);
                match module.pattern(target) {
                    // Read back, so that the variable's identity is the expression's, too.
                    crate::ir::Pattern::Variable(variable, _) => self.lookup(state, act.file(), *variable),
                    _ => value,
                }
            }
            ExprKind::Sequence(parts) => self.list(act, state, parts).pop().unwrap_or_default(),
            ExprKind::Comprehension { function } => {
                let target = FunctionRef { file: act.file(), function };
                self.inline(act, state, target, Bound::default(), Vec::new(), Vec::new(), place)
            }
            ExprKind::Require(name) => {
                let specifier = self.shared(act.at, name);
                self.require(act.at, &specifier)
            }
            ExprKind::Other(parts) => {
                let values = self.list(act, state, parts);
                let taints =
                    values.iter().fold(None, |all, value| join::union(all.as_ref(), value.taints.as_ref()));
                let id = taints.is_some().then(|| self.fresh());
                Value { taints, id, ..Value::default() }
            }
        }
    }

    /// What a function that is made here takes along.
    pub(crate) fn closure(
        &mut self,
        act: &Activation<'a>,
        state: &State,
        function: crate::ir::FunctionId,
    ) -> Bound {
        let Some(frame) = state.frames.last() else { return Bound::default() };
        self.spend(frame.variables.len().min(MOST_CAPTURED));
        let this = act.module.function(function).is_arrow.then(|| frame.this.clone()).flatten();
        if frame.function.function == crate::ir::FunctionId::MODULE {
            return Bound::new(this, None);
        }
        // Functions with more variables are bundles in one function; what is inside sees them as they are at its end.
        let outer_size = frame.environment.as_ref().map_or(0, |outer| outer.len());
        if frame.variables.len() + outer_size > MOST_CAPTURED {
            return Bound::new(this, frame.environment.clone());
        }
        let captured = frame.variables.iter().filter(|(variable, _)| act.module.variable(*variable).captured);
        let captured: Vec<_> =
            captured.map(|(variable, value)| (variable, self.baked(value, &state.cleared))).collect();
        let environment = match &frame.environment {
            Some(outer) if captured.is_empty() => Some(Rc::clone(outer)),
            Some(outer) => {
                let mut all = (**outer).clone();
                all.extend(captured);
                Some(Rc::new(all))
            }
            None => (!captured.is_empty()).then(|| Rc::new(captured.into_iter().collect())),
        };
        Bound::new(this, environment)
    }

    fn list(&mut self, act: &mut Activation<'a>, state: &mut State, list: ListId) -> Vec<Value> {
        let module = act.module;
        module.list(list).iter().map(|expr| self.eval(act, state, *expr)).collect()
    }

    fn object(&mut self, act: &mut Activation<'a>, state: &mut State, properties: ListId) -> Value {
        let module = act.module;
        let mut fields = Fields::default();
        let mut taints = None;
        for property in module.properties(properties) {
            let value = self.eval(act, state, property.value);
            match property.key {
                PropertyKey::Name(name) => {
                    let name = self.shared(act.at, name);
                    if !fields.known.contains_key(&name) {
                        fields.order.push(Rc::clone(&name));
                    }
                    fields.known.insert(name, Rc::new(value));
                }
                PropertyKey::Computed(key) => {
                    let key = self.eval(act, state, key);
                    match key.known {
                        Known::Text(name) => {
                            if !fields.known.contains_key(&name) {
                                fields.order.push(Rc::clone(&name));
                            }
                            fields.known.insert(name, Rc::new(value));
                        }
                        _ => {
                            let cleared = Rc::clone(&state.cleared);
                            fields.rest = Some(match fields.rest.take() {
                                Some(rest) => self.join((&rest, &cleared), (&value, &cleared)),
                                None => value,
                            });
                        }
                    }
                }
                PropertyKey::Spread => {
                    let place = act.place(property.value);
                    self.spread_fields(state, &mut fields, &mut taints, &value, place);
                }
            }
        }
        let place = None;
        self.note_schema(&fields);
        Value { shape: Shape::Object(Rc::new(fields)), taints, place, ..Value::default() }
    }

    /// A value as text: a class of the tree may say what that is.
    pub(crate) fn as_text(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        value: Value,
        place: Place,
    ) -> Value {
        let class = match &value.shape {
            Shape::Instance(class) => *class,
            // Python shows what is in them.
            Shape::Object(_) | Shape::List(_)
                if act.module.language == Language::Python
                    && value.taints.is_none()
                    && super::invoke::tainted(&value, 3) =>
            {
                return super::models::derived(self, state, &value, Hazards::NONE);
            }
            _ => return value,
        };
        for name in ["toString", "__format__", "__str__"] {
            if let Some(method) = self.method(act, state, class, name, &value) {
                let site = Site { place, receiver: None, method: None, is_new: false, expr: ExprId(0) };
                return self.apply(act, state, site, &method, Arguments::default());
            }
        }
        self.shown_settings(act, state, &value, place).unwrap_or(value)
    }

    /// What `with` binds: what a generator yields, or what an object of the tree gives when it is entered.
    pub(crate) fn entered(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        value: Value,
        place: Place,
    ) -> Value {
        match &value.shape {
            Shape::List(items) if items.known.is_empty() => self.element(&value),
            Shape::Instance(class) => {
                let class = *class;
                for name in ["__enter__", "__aenter__"] {
                    if let Some(method) = self.method(act, state, class, name, &value) {
                        let site =
                            Site { place, receiver: None, method: None, is_new: false, expr: ExprId(0) };
                        let given = self.apply(act, state, site, &method, Arguments::default());
                        return if super::models::is_blank(&given) { value } else { given };
                    }
                }
                value
            }
            _ => value,
        }
    }

    /// `{ ...value }`: its fields over those that are there already.
    pub(super) fn spread_fields(
        &mut self,
        state: &State,
        fields: &mut Fields,
        taints: &mut Option<Rc<[Taint]>>,
        value: &Value,
        place: Place,
    ) {
        match &value.shape {
            Shape::Object(spread) => {
                for name in &spread.order {
                    let Some(field) = spread.known.get(name) else { continue };
                    if !fields.known.contains_key(name) {
                        fields.order.push(Rc::clone(name));
                    }
                    fields.known.insert(Rc::clone(name), Rc::clone(field));
                }
                if let Some(rest) = &spread.rest {
                    fields.rest = Some(rest.clone());
                }
                *taints = join::union(taints.as_ref(), value.taints.as_ref());
            }
            Shape::Schema(schema) => {
                let spread = schema.fields.iter().flatten();
                let mut spread: Vec<_> =
                    spread.map(|(name, field)| (Rc::clone(name), Rc::clone(field))).collect();
                spread.sort_by(|(a, _), (b, _)| a.cmp(b));
                for (name, field) in spread {
                    let value = Value { shape: Shape::Schema(field), ..Value::default() };
                    if fields.known.insert(Rc::clone(&name), Rc::new(value)).is_none() {
                        fields.order.push(name);
                    }
                }
            }
            _ if value.taints.is_some() => {
                // A caller's object may have the fields that stand before it.
                let cleared = Rc::clone(&state.cleared);
                for (name, field) in &mut fields.known {
                    let theirs = self.child(value, name, place);
                    *field = Rc::new(self.join((field, &cleared), (&theirs, &cleared)));
                }
                fields.rest = Some(value.clone());
            }
            _ => {}
        }
    }

    /// What going through a value gives: a class of the tree may say so itself, a dictionary gives its keys.
    pub(crate) fn iterated(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        value: Value,
        place: Place,
    ) -> Value {
        if let Shape::Object(fields) = &value.shape
            && act.module.language == crate::ir::Language::Python
        {
            let key = |name: &Rc<str>| known(Known::Text(Rc::clone(name)), place);
            let known = fields.order.iter().map(key).collect();
            let rest = match (&fields.rest, &value.taints) {
                (Some(_), Some(_)) => Some(self.key_of(&value)),
                (rest, _) => rest.clone(),
            };
            let items = Items { known, rest };
            return Value { shape: Shape::List(Rc::new(items)), ..Value::default() };
        }
        if let Some(api) = value.api() {
            self.note_reader(act, state, api);
        }
        let members = self.members_of_archive(&value, place).or_else(|| self.messages_of(&value, place));
        if let Some(members) = members {
            return members;
        }
        let Shape::Instance(class) = value.shape else { return value };
        for name in ["[Symbol.iterator]", "[Symbol.asyncIterator]", "__iter__", "__aiter__"] {
            if let Some(method) = self.method(act, state, class, name, &value) {
                let site = Site { place, receiver: None, method: None, is_new: false, expr: ExprId(0) };
                return self.apply(act, state, site, &method, Arguments::default());
            }
        }
        value
    }

    pub(crate) fn spread_into(&mut self, state: &State, items: &mut Items, value: &Value) {
        match &value.shape {
            Shape::List(more) => {
                for member in &more.known {
                    // A list that grows by lists that were made of it: members of one kind, which nobody tells apart.
                    let before = items.known.iter().rev().take(MOST_ALIKE);
                    if items.known.len() < MOST_ALIKE
                        || !before.into_iter().any(|known| are_alike(known, member))
                    {
                        items.known.push(member.clone());
                    }
                }
                if let Some(rest) = &more.rest {
                    items.rest = Some(rest.clone());
                }
            }
            _ => {
                let element = self.element(value);
                let cleared = Rc::clone(&state.cleared);
                items.rest = Some(match items.rest.take() {
                    Some(rest) => self.join((&rest, &cleared), (&element, &cleared)),
                    None => element,
                });
            }
        }
    }
}

/// Members of one kind in a list that are told apart. Chosen.
const MOST_ALIKE: usize = 32;

/// True for objects of one class, and for two of which nothing is known.
fn are_alike(a: &Value, b: &Value) -> bool {
    let plain = |value: &Value| value.taints.is_none() && matches!(value.known, Known::Nothing);
    let same = match (&a.shape, &b.shape) {
        (Shape::Instance(a), Shape::Instance(b)) => a == b,
        (Shape::Unknown, Shape::Unknown) => true,
        _ => false,
    };
    same && plain(a) && plain(b)
}

/// `root.endsWith(sep) ? root : …`: where it is taken, the folder has its separator.
fn ends_with_separator(module: &Module, test: ExprId, then: ExprId) -> bool {
    let ExprKind::Call { callee, arguments } = module.expr(test).kind else { return false };
    let ExprKind::Member { object, property } = module.expr(callee).kind else { return false };
    let same = match (module.expr(object).kind, module.expr(then).kind) {
        (ExprKind::Variable(a), ExprKind::Variable(b)) => a == b,
        _ => false,
    };
    let separator = |expr: ExprId| match module.expr(expr).kind {
        ExprKind::String(text) => matches!(module.name(text), "/" | "\\"),
        ExprKind::Member { property, .. } => module.name(property) == "sep",
        ExprKind::Variable(variable) => module.name(module.variable(variable).name) == "sep",
        _ => false,
    };
    same && matches!(module.name(property), "endsWith" | "endswith")
        && module.arguments(arguments).first().is_some_and(|argument| separator(argument.value))
}

pub(super) fn known(known: Known, place: Place) -> Value {
    Value { known, place: Some(place), ..Value::default() }
}
