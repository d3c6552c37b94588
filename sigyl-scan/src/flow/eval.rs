//! Expressions.

use std::rc::Rc;

use super::{
    Hazards,
    engine::Engine,
    exec::{Activation, negated},
    guards, join,
    state::State,
    value::{Bound, ClassRef, Facts, Fields, FunctionRef, Items, Known, Marks, Shape, Value, ValueId},
};
use crate::{
    ir::{BinaryOp, ExprId, ExprKind, FunctionKind, ListId, PropertyKey},
    rule::Place,
};

/// Most variables of a function that functions inside it take along. Chosen.
const MOST_CAPTURED: usize = 200;

/// Longest text that is kept while it is put together, bytes. Chosen.
const LONGEST_TEXT: usize = 4096;

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
                let index = self.eval(act, state, index);
                self.index(act, state, &object, &index, place)
            }
            ExprKind::Call { callee, arguments } => self.call(act, state, expr, callee, arguments, false),
            ExprKind::New { callee, arguments } => self.call(act, state, expr, callee, arguments, true),
            ExprKind::Template(parts) => {
                let values = self.list(act, state, parts);
                self.concat(state, &values, Some(place))
            }
            ExprKind::Tagged { tag, template } => {
                let tag = self.eval(act, state, tag);
                let values = self.list(act, state, template);
                // A tag gets pieces and values apart, as a parameterised query does; a plain one only formats.
                match tag.api() {
                    Some(api) if api.ends_with("String.raw") || api.ends_with("dedent") => {
                        self.concat(state, &values, Some(place))
                    }
                    Some(api) => Value { shape: api_call(api), ..Value::default() },
                    None => Value::default(),
                }
            }
            ExprKind::Binary { op, left, right } => self.binary(act, state, op, left, right, place),
            ExprKind::Not(inner) => {
                let value = self.eval(act, state, inner);
                let known = join::truth(&value).map_or(Known::Nothing, |truth| Known::Bool(!truth));
                Value { known, facts: negated(value.facts.as_ref()), ..Value::default() }
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
                let test = self.eval(act, state, test);
                let mut other = state.clone();
                if let Some(facts) = &test.facts {
                    state.assume(&facts.when_true);
                    other.assume(&facts.when_false);
                }
                let a = self.eval(act, state, then);
                let b = self.eval(act, &mut other, otherwise);
                let joined = self.join((&a, &state.cleared), (&b, &other.cleared));
                *state = self.join_states(std::mem::take(state), other);
                joined
            }
            ExprKind::Object(properties) => {
                let value = self.object(act, state, properties);
                if self.phase == super::engine::Phase::Setup {
                    self.tool_object(&value, place);
                }
                value
            }
            ExprKind::Collection(_, members) => {
                let mut items = Items::default();
                for member in module.list(members) {
                    if let ExprKind::Spread(inner) = module.expr(*member).kind {
                        let value = self.eval(act, state, inner);
                        self.spread_into(state, &mut items, &value);
                    } else {
                        let value = self.eval(act, state, *member);
                        items.known.push(value);
                    }
                }
                Value { shape: Shape::List(Rc::new(items)), place: Some(place), ..Value::default() }
            }
            ExprKind::Spread(inner) | ExprKind::Await(inner) => self.eval(act, state, inner),
            ExprKind::Yield(inner) => {
                if let Some(inner) = inner {
                    let value = self.eval(act, state, inner);
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
            return Bound { this, environment: None };
        }
        // Functions with more variables are bundles in one function; what is inside sees them as they are at its end.
        let outer_size = frame.environment.as_ref().map_or(0, |outer| outer.len());
        if frame.variables.len() + outer_size > MOST_CAPTURED {
            return Bound { this, environment: frame.environment.clone() };
        }
        let captured =
            frame.variables.iter().filter(|(variable, _)| act.module.variable(**variable).captured);
        let captured: Vec<_> =
            captured.map(|(variable, value)| (*variable, self.bake(value, &state.cleared))).collect();
        let environment = match &frame.environment {
            Some(outer) if captured.is_empty() => Some(Rc::clone(outer)),
            Some(outer) => {
                let mut all = (**outer).clone();
                all.extend(captured);
                Some(Rc::new(all))
            }
            None => (!captured.is_empty()).then(|| Rc::new(captured.into_iter().collect())),
        };
        Bound { this, environment }
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
                    fields.known.insert(name, value);
                }
                PropertyKey::Computed(key) => {
                    let key = self.eval(act, state, key);
                    match key.known {
                        Known::Text(name) => {
                            if !fields.known.contains_key(&name) {
                                fields.order.push(Rc::clone(&name));
                            }
                            fields.known.insert(name, value);
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
                PropertyKey::Spread => match &value.shape {
                    Shape::Object(spread) => {
                        for name in &spread.order {
                            let Some(field) = spread.known.get(name) else { continue };
                            if !fields.known.contains_key(name) {
                                fields.order.push(Rc::clone(name));
                            }
                            fields.known.insert(Rc::clone(name), field.clone());
                        }
                        if let Some(rest) = &spread.rest {
                            fields.rest = Some(rest.clone());
                        }
                        taints = join::union(taints.as_ref(), value.taints.as_ref());
                    }
                    _ if value.taints.is_some() => fields.rest = Some(value),
                    _ => {}
                },
            }
        }
        let place = None;
        Value { shape: Shape::Object(Rc::new(fields)), taints, place, ..Value::default() }
    }

    pub(crate) fn spread_into(&mut self, state: &State, items: &mut Items, value: &Value) {
        match &value.shape {
            Shape::List(more) => {
                items.known.extend(more.known.iter().cloned());
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

    /// What a member of a list, map or text is, when nobody knows which.
    pub(crate) fn element(&mut self, value: &Value) -> Value {
        match &value.shape {
            Shape::List(items) => {
                let empty = Rc::default();
                let mut all: Option<Value> = None;
                for item in items.known.iter().chain(&items.rest) {
                    all = Some(match all {
                        Some(known) => self.join((&known, &empty), (item, &empty)),
                        None => item.clone(),
                    });
                }
                all.unwrap_or_default()
            }
            Shape::Object(fields) => {
                let empty = Rc::default();
                let mut all: Option<Value> = fields.rest.clone();
                for name in &fields.order {
                    let Some(item) = fields.known.get(name) else { continue };
                    all = Some(match all {
                        Some(known) => self.join((&known, &empty), (item, &empty)),
                        None => item.clone(),
                    });
                }
                all.unwrap_or_default()
            }
            _ => match (value.id, &value.taints) {
                (Some(_), Some(taints)) => {
                    let place = value
                        .place
                        .unwrap_or(Place { file: crate::rule::FileId(0), span: Default::default() });
                    let _ = taints;
                    self.child(value, "*", place)
                }
                _ => Value { taints: value.taints.clone(), ..Value::default() },
            },
        }
    }

    /// A key of an object, when nobody knows which.
    pub(crate) fn key_of(&mut self, value: &Value) -> Value {
        match &value.shape {
            Shape::Object(fields) if fields.rest.is_none() => Value::default(),
            _ if value.taints.is_some() => self.element(value),
            _ => Value::default(),
        }
    }

    /// `object[index]` with a computed index.
    fn index(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        object: &Value,
        index: &Value,
        place: Place,
    ) -> Value {
        match (&object.shape, &index.known) {
            (Shape::List(items), Known::Number(number)) if *number >= 0.0 => {
                let at = *number as usize;
                return match items.known.get(at) {
                    Some(item) => item.clone(),
                    None => items.rest.clone().unwrap_or_default(),
                };
            }
            (_, Known::Text(name)) => return self.field(act, state, object, name, place),
            (Shape::Object(_) | Shape::List(_), _) => {
                // A table looked up by a caller's key gives what the table holds.
                return self.element(object);
            }
            (Shape::Api(path), Known::Number(number)) if object.taints.is_none() => {
                return Value { shape: api_member(path, &format!("{number}")), ..Value::default() };
            }
            _ => {}
        }
        if object.taints.is_some() {
            let name = match index.known {
                Known::Number(number) => format!("{number}"),
                _ => "*".to_owned(),
            };
            return self.member_of_source(object, &name, place);
        }
        if matches!(object.shape, Shape::Module(_) | Shape::Instance(_)) && index.taints.is_some() {
            return Value::default();
        }
        match object.api() {
            Some(path) => Value { shape: api_member(path, "*"), ..Value::default() },
            None => Value::default(),
        }
    }

    fn member_of_source(&mut self, object: &Value, name: &str, place: Place) -> Value {
        // Pieces of text are as dangerous as the text; fields of a caller's object are values of their own.
        self.child(object, name, place)
    }

    /// `object.name`.
    pub(crate) fn field(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        object: &Value,
        name: &Rc<str>,
        place: Place,
    ) -> Value {
        if let Some(value) = guards::property(self, object, name) {
            return value;
        }
        match object.shape.clone() {
            Shape::Object(fields) => {
                if let Some(value) = fields.known.get(name) {
                    return match &value.shape {
                        // A method of an object literal gets the object.
                        Shape::Function(target, bound) if bound.this.is_none() && !self.is_arrow(*target) => {
                            Value {
                                shape: Shape::Function(
                                    *target,
                                    Bound { this: Some(Rc::new(object.clone())), ..bound.clone() },
                                ),
                                ..value.clone()
                            }
                        }
                        _ => value.clone(),
                    };
                }
                if let Some(rest) = &fields.rest {
                    return if rest.taints.is_some() { self.child(rest, name, place) } else { rest.clone() };
                }
                if object.taints.is_some() { self.child(object, name, place) } else { Value::default() }
            }
            Shape::List(items) => match &**name {
                "length" | "size" => {
                    let known = if items.rest.is_none() {
                        Known::Number(items.known.len() as f64)
                    } else {
                        Known::Nothing
                    };
                    Value { known, ..Value::default() }
                }
                _ => Value::default(),
            },
            Shape::Instance(class) => {
                let key = (class, Rc::clone(name));
                let heap = self.fields.get(&key).cloned();
                if let Some(value) = self.method(act, state, class, name, object) {
                    return match heap {
                        Some(heap) if !matches!(value.shape, Shape::Function(..)) => {
                            let cleared = Rc::clone(&state.cleared);
                            self.join((&value, &cleared), (&heap, &cleared))
                        }
                        _ => value,
                    };
                }
                match heap {
                    Some(heap) => heap,
                    None => match self.inherited(class, name) {
                        Some(value) => value,
                        None if object.taints.is_some() => self.child(object, name, place),
                        None => Value::default(),
                    },
                }
            }
            Shape::Class(class) => {
                let key = (class, Rc::clone(name));
                match self.fields.get(&key).cloned() {
                    Some(value) => value,
                    None => self.method(act, state, class, name, object).unwrap_or_default(),
                }
            }
            Shape::Module(file) => {
                let at = self.position(file);
                self.export(at, name, 0).unwrap_or_default()
            }
            Shape::Api(path) => {
                if let Some(value) = self.api_source(&path, name, place) {
                    return value;
                }
                let mut value = if object.taints.is_some() && !is_method_like(name) {
                    self.child(object, name, place)
                } else {
                    Value { taints: object.taints.clone(), id: object.id, ..Value::default() }
                };
                value.shape = api_member(&path, name);
                if matches!(value.api(), Some("path.sep" | "path.posix.sep" | "os.sep" | "os.path.sep")) {
                    value.known = Known::Text("/".into());
                    value.marks.ends_with_separator = true;
                }
                value
            }
            Shape::OneOf(shapes) => {
                let mut all: Option<Value> = None;
                for shape in shapes.iter() {
                    let one = Value { shape: shape.clone(), ..object.clone() };
                    let value = self.field(act, state, &one, name, place);
                    let cleared = Rc::clone(&state.cleared);
                    all = Some(match all {
                        Some(known) => self.join((&known, &cleared), (&value, &cleared)),
                        None => value,
                    });
                }
                all.unwrap_or_default()
            }
            Shape::Function(target, _) => {
                let _ = target;
                Value::default()
            }
            Shape::Unknown | Shape::Schema(_) | Shape::Resolver(_) => {
                if matches!(&**name, "length" | "size" | "byteLength") {
                    return Value::default();
                }
                if object.taints.is_some() { self.child(object, name, place) } else { Value::default() }
            }
        }
    }

    fn is_arrow(&self, target: FunctionRef) -> bool {
        self.module(target.file).is_some_and(|module| module.function(target.function).is_arrow)
    }

    /// A method, getter or nested function of a class or the classes that it extends.
    pub(crate) fn method(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        class: ClassRef,
        name: &str,
        object: &Value,
    ) -> Option<Value> {
        let mut at = Some(class);
        // Chains of classes longer than this are cycles. Chosen.
        for _ in 0..12 {
            let here = at?;
            let module = self.module(here.file)?;
            let found =
                module.class(here.class).methods.iter().find(|method| module.name(method.name) == name);
            if let Some(method) = found {
                let target = FunctionRef { file: here.file, function: method.function };
                let bound = match module.function(method.function).kind {
                    FunctionKind::Static => Bound::default(),
                    FunctionKind::ClassMethod => {
                        Bound::to(Value { shape: Shape::Class(class), ..Value::default() })
                    }
                    _ if matches!(object.shape, Shape::Instance(_) | Shape::Object(_)) => {
                        Bound::to(object.clone())
                    }
                    _ => Bound::default(),
                };
                if method.kind == crate::ir::MethodKind::Getter {
                    let place = Place { file: here.file, span: module.function(method.function).span };
                    return Some(self.inline(act, state, target, bound, Vec::new(), Vec::new(), place));
                }
                return Some(Value { shape: Shape::Function(target, bound), ..Value::default() });
            }
            at = self.base_class(here);
        }
        None
    }

    /// The first base class of the tree.
    pub(crate) fn base_class(&mut self, class: ClassRef) -> Option<ClassRef> {
        let module = self.module(class.file)?;
        module.class(class.class).bases.iter().find_map(|base| {
            match self.static_value(class.file, *base)?.shape {
                Shape::Class(base) if base != class => Some(base),
                _ => None,
            }
        })
    }

    /// What a class inherits from outside the tree.
    fn inherited(&mut self, class: ClassRef, name: &str) -> Option<Value> {
        let path = self.outside_base(class)?;
        Some(Value { shape: api_member(&format!("{path}()"), name), ..Value::default() })
    }

    /// The first base outside the tree, of the class or those that it extends.
    pub(crate) fn outside_base(&mut self, class: ClassRef) -> Option<Rc<str>> {
        let mut at = Some(class);
        for _ in 0..12 {
            let here = at?;
            let module = self.module(here.file)?;
            for base in &module.class(here.class).bases {
                if let Some(Value { shape: Shape::Api(path), .. }) = self.static_value(here.file, *base) {
                    return Some(path);
                }
            }
            at = self.base_class(here);
        }
        None
    }

    /// The value of a name or member expression outside of any path: base classes, annotations, decorators.
    pub(crate) fn static_value(&mut self, file: crate::rule::FileId, expr: ExprId) -> Option<Value> {
        let module = self.module(file)?;
        match module.expr(expr).kind {
            ExprKind::Variable(variable) => Some(self.global(file, variable)),
            ExprKind::Global(name) => {
                let at = self.position(file);
                Some(Value { shape: Shape::Api(self.shared(at, name)), ..Value::default() })
            }
            ExprKind::String(name) => {
                let at = self.position(file);
                Some(Value { known: Known::Text(self.shared(at, name)), ..Value::default() })
            }
            ExprKind::Null => Some(Value { known: Known::Null, ..Value::default() }),
            ExprKind::Member { object, property } => {
                let object = self.static_value(file, object)?;
                let name = module.name(property);
                match object.shape {
                    Shape::Api(path) => Some(Value { shape: api_member(&path, name), ..Value::default() }),
                    Shape::Module(target) => {
                        let at = self.position(target);
                        self.export(at, name, 0)
                    }
                    _ => None,
                }
            }
            ExprKind::Index { object, .. } => self.static_value(file, object),
            ExprKind::Call { callee, .. } => {
                let callee = self.static_value(file, callee)?;
                callee.api().map(|path| Value { shape: api_call(path), ..Value::default() })
            }
            _ => None,
        }
    }

    fn binary(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        op: BinaryOp,
        left: ExprId,
        right: ExprId,
        place: Place,
    ) -> Value {
        match op {
            BinaryOp::And | BinaryOp::Or | BinaryOp::Coalesce => self.logical(act, state, op, left, right),
            BinaryOp::Add => {
                // Long chains of `+` lean to the left: their pieces are put together in one go.
                let mut pieces = vec![right];
                let mut at = left;
                while let ExprKind::Binary { op: BinaryOp::Add, left, right } = act.module.expr(at).kind {
                    pieces.push(right);
                    at = left;
                }
                pieces.push(at);
                let values: Vec<Value> =
                    pieces.iter().rev().map(|piece| self.eval(act, state, *piece)).collect();
                self.add(state, &values, place)
            }
            _ => {
                let a = self.eval(act, state, left);
                let b = self.eval(act, state, right);
                match op {
                    BinaryOp::Percent => self.format_percent(state, &a, &b, place),
                    BinaryOp::Divide => self.divide(state, &a, &b, place),
                    BinaryOp::Equal | BinaryOp::NotEqual => {
                        let facts = guards::equality(&a, &b);
                        let facts = if op == BinaryOp::Equal { facts } else { negated(facts.as_ref()) };
                        Value { facts, ..Value::default() }
                    }
                    BinaryOp::In | BinaryOp::NotIn => {
                        let facts = guards::membership(&a, &b);
                        let facts = if op == BinaryOp::In { facts } else { negated(facts.as_ref()) };
                        Value { facts, ..Value::default() }
                    }
                    BinaryOp::BitOr => {
                        let cleared = Rc::clone(&state.cleared);
                        match (&a.shape, &b.shape) {
                            (Shape::Object(_), Shape::Object(_)) => self.join((&a, &cleared), (&b, &cleared)),
                            _ => Value::default(),
                        }
                    }
                    BinaryOp::Order | BinaryOp::InstanceOf => {
                        Value { facts: guards::comparison(&a, &b), ..Value::default() }
                    }
                    _ => Value::default(),
                }
            }
        }
    }

    fn logical(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        op: BinaryOp,
        left: ExprId,
        right: ExprId,
    ) -> Value {
        // Long chains lean to the left.
        let mut rights = vec![right];
        let mut at = left;
        while let ExprKind::Binary { op: inner, left, right } = act.module.expr(at).kind {
            if inner != op {
                break;
            }
            rights.push(right);
            at = left;
        }
        let mut value = self.eval(act, state, at);
        for right in rights.into_iter().rev() {
            let mut entered = state.clone();
            if let Some(facts) = &value.facts {
                match op {
                    BinaryOp::And => entered.assume(&facts.when_true),
                    _ => entered.assume(&facts.when_false),
                }
            }
            let other = self.eval(act, &mut entered, right);
            let facts = combine(op, &value, &other);
            let joined = match op {
                // `a && b` is `b` unless it is false; `a || b` is either.
                BinaryOp::And => Value { facts: None, ..other.clone() },
                _ => match value.known {
                    Known::Null => other.clone(),
                    _ => self.join((&value, &state.cleared), (&other, &entered.cleared)),
                },
            };
            let known = match (op, join::truth(&value), join::truth(&other)) {
                (BinaryOp::And, Some(false), _) => Known::Bool(false),
                (BinaryOp::Or, Some(true), _) => value.known.clone(),
                _ => joined.known.clone(),
            };
            let entered_known = match op {
                BinaryOp::And if join::truth(&value).is_none() && !matches!(known, Known::Nothing) => {
                    Known::Nothing
                }
                _ => known,
            };
            value = Value { facts, known: entered_known, ..joined };
            *state = self.join_states(std::mem::take(state), entered);
        }
        value
    }

    /// `a + b + …`: text, lists or numbers.
    fn add(&mut self, state: &State, values: &[Value], place: Place) -> Value {
        if values.iter().any(|value| matches!(value.shape, Shape::List(_))) {
            let mut items = Items::default();
            for value in values {
                self.spread_into(state, &mut items, value);
            }
            return Value { shape: Shape::List(Rc::new(items)), place: Some(place), ..Value::default() };
        }
        if let [a, b] = values
            && let (Known::Number(a), Known::Number(b)) = (&a.known, &b.known)
        {
            return known(Known::Number(a + b), place);
        }
        self.concat(state, values, Some(place))
    }

    /// Text put together from pieces: what of each caller's value is still dangerous at its position.
    pub(crate) fn concat(&mut self, state: &State, values: &[Value], place: Option<Place>) -> Value {
        let mut before = Before { text: Some(String::new()), empty: true };
        let mut taints = None;
        let mut pieces = 0;
        let mut prefix = String::new();
        let mut prefix_open = true;
        let mut suffix: Option<Rc<str>> = None;
        let mut marks = Marks::default();
        for value in values {
            let text: Option<Rc<str>> = match &value.known {
                Known::Text(text) => Some(Rc::clone(text)),
                Known::Number(number) => Some(format!("{number}").into()),
                _ => None,
            };
            if text.as_deref() == Some("") {
                continue;
            }
            pieces += 1;
            if value.taints.is_some() {
                let keep = before.keeps();
                let baked = self.bake(value, &state.cleared);
                let kept: Option<Rc<[_]>> = baked.taints.map(|all| {
                    all.iter()
                        .map(|taint| super::value::Taint { live: taint.live & keep, ..*taint })
                        .filter(|taint| !taint.live.is_none())
                        .collect()
                });
                taints = join::union(taints.as_ref(), kept.filter(|kept| !kept.is_empty()).as_ref());
            }
            if prefix_open {
                match (&text, &value.known) {
                    (Some(text), _) => prefix.push_str(text),
                    (None, Known::Affixes(start, _)) => {
                        prefix.push_str(start);
                        prefix_open = false;
                    }
                    _ => prefix_open = false,
                }
            }
            suffix = match (&text, &value.known) {
                (Some(text), _) => Some(Rc::clone(text)),
                (None, Known::Affixes(_, end)) => Some(Rc::clone(end)),
                _ => None,
            };
            marks.ends_with_separator = value.marks.ends_with_separator
                || text.as_deref().is_some_and(|text| text.ends_with(['/', '\\']));
            before.push(value, text.as_deref());
        }
        if pieces == 1
            && let Some(only) =
                values.iter().find(|value| !matches!(&value.known, Known::Text(text) if text.is_empty()))
        {
            return only.clone();
        }
        prefix.truncate(floor_char(&prefix, LONGEST_TEXT));
        let known = if prefix_open {
            Known::Text(prefix.into())
        } else if !prefix.is_empty() || suffix.is_some() {
            Known::Affixes(prefix.into(), suffix.unwrap_or_else(|| "".into()))
        } else {
            Known::Nothing
        };
        marks.concatenated = taints.is_some();
        let id = taints.is_some().then(|| self.fresh());
        Value { known, taints, id, marks, place, ..Value::default() }
    }

    /// Python's `a % b` on text.
    fn format_percent(&mut self, state: &State, a: &Value, b: &Value, place: Place) -> Value {
        let Some(text) = a.as_str() else { return Value::default() };
        let mut pieces = Vec::new();
        let at = text.find('%').unwrap_or(text.len());
        pieces.push(Value { known: Known::Text(text[..at].into()), ..Value::default() });
        match &b.shape {
            Shape::List(items) => pieces.extend(items.known.iter().cloned()),
            _ => pieces.push(b.clone()),
        }
        let tail = text.rfind('%').map_or("", |last| text.get(last + 2..).unwrap_or_default());
        pieces.push(Value { known: Known::Text(tail.into()), ..Value::default() });
        self.concat(state, &pieces, Some(place))
    }

    /// `a / b`: a number, or Python's path joining.
    fn divide(&mut self, state: &State, a: &Value, b: &Value, place: Place) -> Value {
        let is_path = matches!(&a.shape, Shape::Api(path) if path.contains("pathlib") || path.contains("Path"))
            || a.taints.is_some()
            || b.taints.is_some()
            || b.as_str().is_some();
        if !is_path {
            return Value::default();
        }
        let shape = match &a.shape {
            Shape::Api(path) => Shape::Api(Rc::clone(path)),
            _ => Shape::Api("pathlib.Path()".into()),
        };
        let joined = self.join_path(state, &[a.clone(), b.clone()], false, place);
        Value { shape, ..joined }
    }

    /// Paths put together. `relative_only` where an absolute later part cannot replace the first ones.
    pub(crate) fn join_path(
        &mut self,
        state: &State,
        parts: &[Value],
        relative_only: bool,
        place: Place,
    ) -> Value {
        let mut taints = None;
        for (number, part) in parts.iter().enumerate() {
            let baked = self.bake(part, &state.cleared);
            let gone = if number > 0 && relative_only { Hazards::PATH_ABSOLUTE } else { Hazards::NONE };
            let gone = if number > 0 { gone | Hazards::ARGUMENT | Hazards::HOST } else { gone };
            let kept: Option<Rc<[_]>> = baked.taints.map(|all| {
                all.iter()
                    .map(|taint| super::value::Taint { live: taint.live - gone, ..*taint })
                    .filter(|taint| !taint.live.is_none())
                    .collect()
            });
            taints = join::union(taints.as_ref(), kept.filter(|kept| !kept.is_empty()).as_ref());
        }
        let id = taints.is_some().then(|| self.fresh());
        let known = match parts.first().map(|part| &part.known) {
            Some(Known::Text(text) | Known::Affixes(text, _)) if !text.is_empty() => {
                Known::Affixes(Rc::clone(text), "".into())
            }
            _ => Known::Nothing,
        };
        let marks = Marks { concatenated: parts.len() > 1, ..Marks::default() };
        Value { known, taints, id, marks, place: Some(place), ..Value::default() }
    }
}

/// What stands before a piece of text.
struct Before {
    /// The whole text before, where it is known.
    text: Option<String>,
    empty: bool,
}

impl Before {
    /// Hazards that a caller's value still has after this.
    fn keeps(&self) -> Hazards {
        if self.empty {
            return Hazards::ALL;
        }
        let mut gone = Hazards::PATH_ABSOLUTE | Hazards::REDIRECT | Hazards::NAME;
        let after_space = self.text.as_deref().is_none_or(|text| text.ends_with(char::is_whitespace));
        if !after_space {
            gone = gone | Hazards::ARGUMENT;
        }
        let host_open = self.text.as_deref().is_some_and(|text| match text.split_once("://") {
            Some((_, rest)) => !rest.contains(['/', '?', '#']),
            None => false,
        });
        if !host_open {
            gone = gone | Hazards::HOST;
        }
        Hazards::ALL - gone
    }

    fn push(&mut self, value: &Value, text: Option<&str>) {
        self.empty = false;
        match (text, &mut self.text) {
            (Some(text), Some(before)) => before.push_str(text),
            (None, before) => {
                // What is not known counts for what it ends with.
                *before = match &value.known {
                    Known::Affixes(_, end) if end.ends_with(char::is_whitespace) => Some(end.to_string()),
                    _ => Some("?".to_owned()),
                };
            }
            (Some(text), None) => self.text = Some(text.to_owned()),
        }
        if let Some(before) = &mut self.text
            && before.len() > LONGEST_TEXT
        {
            let from = floor_char(before, before.len() - 256);
            before.drain(..from);
        }
    }
}

fn floor_char(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn known(known: Known, place: Place) -> Value {
    Value { known, place: Some(place), ..Value::default() }
}

/// What `a op b` says, from what `a` and `b` say.
fn combine(op: BinaryOp, a: &Value, b: &Value) -> Option<Rc<Facts>> {
    let none = Facts::default();
    let x = a.facts.as_deref().unwrap_or(&none);
    let y = b.facts.as_deref().unwrap_or(&none);
    let both = |a: &[(ValueId, Hazards)], b: &[(ValueId, Hazards)]| -> Vec<(ValueId, Hazards)> {
        a.iter().chain(b).copied().collect()
    };
    let either = |a: &[(ValueId, Hazards)], b: &[(ValueId, Hazards)]| -> Vec<(ValueId, Hazards)> {
        a.iter()
            .filter_map(|(id, hazards)| {
                let other =
                    b.iter().filter(|(other, _)| other == id).fold(Hazards::NONE, |all, (_, h)| all | *h);
                let common = *hazards & other;
                (!common.is_none()).then_some((*id, common))
            })
            .collect()
    };
    let (true_a, false_a) = (join::truth(a) == Some(true), join::truth(a) == Some(false));
    let facts = match op {
        BinaryOp::And => Facts {
            when_true: both(&x.when_true, &y.when_true),
            when_false: if true_a { y.when_false.clone() } else { either(&x.when_false, &y.when_false) },
        },
        _ => Facts {
            when_true: if false_a { y.when_true.clone() } else { either(&x.when_true, &y.when_true) },
            when_false: both(&x.when_false, &y.when_false),
        },
    };
    (facts != Facts::default()).then(|| Rc::new(facts))
}

/// Longest path of names outside the tree that is kept. Chosen; longer ones are generated.
const LONGEST_API: usize = 240;

/// The member `name` of something outside the tree.
pub(crate) fn api_member(path: &str, name: &str) -> Shape {
    if path.len() + name.len() > LONGEST_API {
        return Shape::Unknown;
    }
    let path = match path {
        "globalThis" | "window" | "self" | "global" | "builtins" => "",
        path => path,
    };
    if path.is_empty() {
        return Shape::Api(name.into());
    }
    // `default` of a module outside is the module.
    if name == "default" {
        return Shape::Api(path.into());
    }
    Shape::Api(format!("{path}.{name}").into())
}

/// What a call to something outside the tree gives.
pub(crate) fn api_call(path: &str) -> Shape {
    if path.len() > LONGEST_API || path.starts_with('/') {
        Shape::Unknown
    } else {
        Shape::Api(format!("{path}()").into())
    }
}

fn is_method_like(name: &str) -> bool {
    matches!(name, "then" | "catch" | "finally" | "toString" | "json" | "text")
}
