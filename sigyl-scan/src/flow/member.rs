//! Members: fields, indexes, methods, and what classes inherit.

use std::rc::Rc;

use super::{
    Hazards,
    engine::Engine,
    exec::Activation,
    found::is_match,
    guards,
    kept::Kept,
    regex::Group,
    state::State,
    value::{Bound, ClassRef, Fields, FunctionRef, Known, Shape, SourceKind, Taint, Value},
};
use crate::{
    ir::{ExprId, ExprKind, FunctionKind, Language},
    rule::Place,
};

/// Longest path of names outside the tree that is kept. Chosen; longer ones are generated.
const LONGEST_API: usize = 240;

/// Fields of an object that are joined anew each time. Chosen.
const FEW_FIELDS: usize = 24;

/// Tables of which is remembered what any field holds. Chosen.
const MOST_TABLES: usize = 1_000;

impl<'a> Engine<'a> {
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
            Shape::Object(fields) if fields.order.len() > FEW_FIELDS => self.element_of_many(fields),
            Shape::Object(fields) => self.element_of(fields),
            Shape::Api(path) if &**path == "os.environ" => super::secrets::variable_name(),
            _ => match (value.id, &value.taints) {
                (Some(_), Some(taints)) => {
                    let place = value.place.unwrap_or_else(|| self.trace.place(taints[0].step));
                    self.child(value, "*", place)
                }
                _ => Value { taints: value.taints.clone(), ..Value::default() },
            },
        }
    }

    fn element_of(&mut self, fields: &Fields) -> Value {
        let empty = Rc::default();
        let mut all: Option<Value> = fields.rest.clone();
        for name in &fields.order {
            let Some(item) = fields.known.get(name) else { continue };
            all = Some(match all {
                Some(known) => self.join((&known, &empty), (item, &empty)),
                None => (**item).clone(),
            });
        }
        all.unwrap_or_default()
    }

    /// The same for tables, which are looked up again and again. What has something of a caller's in it is another value
    /// each time.
    fn element_of_many(&mut self, fields: &Rc<Fields>) -> Value {
        let key = Rc::as_ptr(fields).addr();
        if let Some((_, known, steps)) = self.elements.get(&key)
            && self.can_spend(*steps)
        {
            let (known, steps) = (known.clone(), *steps);
            self.spend_steps(steps);
            return known;
        }
        let before = self.steps_left();
        let all = self.element_of(fields);
        if all.taints.is_none()
            && all.id.is_none()
            && !self.is_exhausted()
            && self.elements.len() < MOST_TABLES
        {
            // The object is kept, so that no other one comes to lie where it is.
            self.elements.insert(key, (Rc::clone(fields), all.clone(), before - self.steps_left()));
        }
        all
    }

    /// A key of an object, when nobody knows which.
    pub(crate) fn key_of(&mut self, value: &Value) -> Value {
        match &value.shape {
            Shape::Object(fields) if fields.rest.is_none() => Value::default(),
            _ if super::secrets::is_environment(value) => super::secrets::variable_name(),
            Shape::Object(_) if value.taints.is_some() => {
                let place =
                    value.place.unwrap_or(Place { file: super::call::NO_FILE, span: Default::default() });
                self.child(value, "*", place)
            }
            _ if value.taints.is_some() => self.element(value),
            _ => Value::default(),
        }
    }

    /// `object[index]` with a computed index.
    pub(super) fn index(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        object: &Value,
        index: &Value,
        place: Place,
    ) -> Value {
        // `Annotated[T, Depends(f)]` is what it is annotated with, where a framework provides that.
        if let (Some(path), Some(parts)) = (object.api(), index.items())
            && path.ends_with("Annotated")
            && let Some(provider) =
                parts.iter().find(|part| part.api().is_some_and(|path| path.ends_with("Depends()")))
        {
            return Value { shape: provider.shape.clone(), ..Value::default() };
        }
        if is_match(object) {
            return self.group_by(object, index);
        }
        if let Some(given) = self.by_index(act, state, object, index, place) {
            return given;
        }
        match (&object.shape, &index.known) {
            (Shape::List(items), Known::Number(number)) if *number >= 0.0 => {
                return self.numbered(&state.cleared, object, items, *number as usize);
            }
            (_, Known::Text(name)) => return self.field(act, state, object, name, place),
            (Shape::Object(_) | Shape::List(_), _) => {
                // A table looked up by a caller's key gives what the table holds; what is a caller's object, too, any field.
                let held = self.element(object);
                let is_told = matches!(&object.shape, Shape::Object(fields) if fields.rest.is_some());
                if object.taints.is_none() || is_told {
                    return held;
                }
                let field = self.child(object, "*", place);
                let cleared = Rc::clone(&state.cleared);
                return self.join((&held, &cleared), (&field, &cleared));
            }
            (Shape::Api(_), _) if super::secrets::is_environment(object) => {
                return self.variable_of(state, index, place);
            }
            (Shape::Api(path), Known::Number(_))
                if object.taints.is_none() && path.ends_with("Path().parents") =>
            {
                let path = path.trim_end_matches(".parents");
                return Value { shape: Shape::Api(path.into()), ..Value::default() };
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
        let prefix = index.prefix().unwrap_or_default();
        if let Some(method) = self.some_method(object, prefix) {
            return match prefix {
                "" => self.chosen_by(state, index, method),
                _ => method,
            };
        }
        if let Shape::Module(file) = object.shape {
            return self.some_export(file, index.prefix().unwrap_or_default());
        }
        match object.api() {
            // Any function of a module, where a caller says which.
            Some(path)
                if !path.contains(['.', '(']) || matches!(path, "globals()" | "locals()" | "vars()") =>
            {
                let shape = api_member(path, "*");
                self.chosen_by(state, index, Value { shape, ..Value::default() })
            }
            Some(path) => Value { shape: api_member(path, "*"), ..Value::default() },
            None => Value::default(),
        }
    }

    pub(super) fn member_of_source(&mut self, object: &Value, name: &str, place: Place) -> Value {
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
                        Shape::Function(target, bound)
                            if bound.this().is_none() && !self.is_arrow(*target) =>
                        {
                            Value {
                                shape: Shape::Function(
                                    *target,
                                    bound.with_this(Some(Rc::new(object.clone()))),
                                ),
                                ..(**value).clone()
                            }
                        }
                        _ => (**value).clone(),
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
                    guards::length(object, known)
                }
                _ => Value::default(),
            },
            Shape::Instance(class) => {
                if let Some(secret) = self.setting(class, name, place) {
                    return secret;
                }
                let key = (class, Rc::clone(name));
                self.keeping.read(Kept::field(class, name));
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
                    None if self.answers_any_name(class, name) => {
                        self.named_by(act, state, object, name, place)
                    }
                    None => match self
                        .held_above(class, name)
                        .or_else(|| self.declared(class, name))
                        .or_else(|| self.inherited(class, name, place))
                    {
                        Some(value) => value,
                        None if object.taints.is_some() => self.child(object, name, place),
                        None => Value::default(),
                    },
                }
            }
            Shape::Class(class) => {
                let key = (class, Rc::clone(name));
                self.keeping.read(Kept::field(class, name));
                match self.fields.get(&key).cloned() {
                    Some(value) => value,
                    None => self
                        .method(act, state, class, name, object)
                        .or_else(|| self.held_above(class, name))
                        .unwrap_or_default(),
                }
            }
            Shape::Module(file) => {
                let at = self.position(file);
                self.export(at, name).unwrap_or_default()
            }
            Shape::Api(path) => {
                if let Some(value) = self.api_source(&path, name, place).or_else(|| self.left(&path, name)) {
                    return value;
                }
                if is_match(object) {
                    return match &**name {
                        "groups" => self.named_groups(object),
                        "index" | "length" | "lastIndex" => Value::default(),
                        "input" | "string" => Value { shape: Shape::Unknown, facts: None, ..object.clone() },
                        name => self.group(object, Group::Name(name)),
                    };
                }
                // The folder of a path is a path.
                if &**name == "parent" && object.taints.is_none() && path.ends_with("Path()") {
                    return Value { shape: object.shape.clone(), ..Value::default() };
                }
                if &**name == "length" && super::secrets::is_own(object) {
                    return Value::default();
                }
                // What the server put there when it started, and the server itself.
                if &**name == "lifespan_context" {
                    return self.lifespan.clone().unwrap_or_default();
                }
                if path.starts_with("mcp.Context()") && matches!(&**name, "fastmcp" | "session") {
                    return Value::default();
                }
                if let Some(file_name) = self.file_name_in(name, Some(&path), place) {
                    return file_name;
                }
                if let Some(members) = self.archive_files(&path, name, place) {
                    return members;
                }
                if object.marks.asked && name.eq_ignore_ascii_case("location") && path.ends_with(".headers") {
                    return self.next_hop(place);
                }
                let mut value = if object.taints.is_some() && !is_method_like(name) {
                    self.child(object, name, place)
                } else {
                    Value { taints: object.taints.clone(), id: object.id, ..Value::default() }
                };
                // The last part of a path: `path.parse(name).base`.
                if matches!(&*path, "path.parse()" | "path.posix.parse()")
                    && matches!(&**name, "base" | "name" | "ext")
                {
                    let gone =
                        Hazards::PATH_UP | Hazards::PATH_ABSOLUTE | Hazards::PATH_LINK | Hazards::URL_PATH;
                    value.taints = value.taints.map(|all| {
                        all.iter().map(|taint| Taint { live: taint.live - gone, ..*taint }).collect()
                    });
                }
                value.shape = api_member(&path, name);
                value.marks.asked = object.marks.asked && &**name == "headers";
                value.marks.reads_commands = object.marks.reads_commands && &**name == "stdin";
                constant(value)
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
            // `Input.shape`, and a field's own schema in it.
            Shape::Schema(schema) if schema.fields.is_some() => match &**name {
                "shape" | "_def" | "def" => object.clone(),
                name => {
                    let field = schema.fields.as_ref().and_then(|fields| fields.get(name));
                    let shape = field.map_or(Shape::Unknown, |field| Shape::Schema(Rc::clone(field)));
                    Value { shape, ..Value::default() }
                }
            },
            Shape::Unknown | Shape::Schema(_) | Shape::Resolver(_) | Shape::Given(..) => {
                if matches!(&**name, "length" | "size" | "byteLength") {
                    return Value::default();
                }
                if &**name == "app" && self.is_request(object) {
                    return Value::default();
                }
                if object.taints.is_some() { self.child(object, name, place) } else { Value::default() }
            }
        }
    }

    /// A field of settings that are read from the environment, where its name says that it is secret: Pydantic's
    /// `BaseSettings`. What is typed as a secret does not show itself.
    fn setting(&mut self, class: ClassRef, name: &str, place: Place) -> Option<Value> {
        let module = self.module(class.file)?;
        if module.language != Language::Python || !super::secrets::is_secret_name(name) {
            return None;
        }
        let field = module.class(class.class).fields.iter().find(|field| module.name(field.name) == name)?;
        let is_plain = |annotation: ExprId| match module.expr(annotation).kind {
            ExprKind::Global(kind) => matches!(module.name(kind), "str" | "bytes"),
            ExprKind::Binary { left, .. } => {
                matches!(module.expr(left).kind, ExprKind::Global(kind) if module.name(kind) == "str")
            }
            ExprKind::Index { .. } => true,
            _ => false,
        };
        let settings = field.annotation.is_some_and(is_plain)
            && self.outside_base(class).is_some_and(|base| base.ends_with("BaseSettings"));
        settings.then(|| self.source(SourceKind::Secret, name, place, None, Hazards::SECRET))
    }

    /// True for the request itself as a route gets it.
    fn is_request(&self, object: &Value) -> bool {
        object.taints.iter().flat_map(|taints| taints.iter()).any(|taint| {
            taint.source == SourceKind::HttpRequest
                && matches!(&*self.trace.source_name(taint.step), "req" | "request" | "_request" | "_req")
        })
    }

    pub(super) fn is_arrow(&self, target: FunctionRef) -> bool {
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
        let mut line = vec![class];
        let mut at = 0;
        while let Some(here) = line.get(at).copied() {
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
            if at == 0 {
                line = self.lineage(class);
            }
            at += 1;
        }
        None
    }

    /// A field that nothing was seen to fill, of a class of the tree by its annotation.
    fn declared(&mut self, class: ClassRef, name: &str) -> Option<Value> {
        let module = self.module(class.file)?;
        let field = module.class(class.class).fields.iter().find(|field| module.name(field.name) == name)?;
        match self.static_value(class.file, field.annotation?)? {
            Value { shape: Shape::Class(class), .. } => {
                Some(Value { shape: Shape::Instance(class), ..Value::default() })
            }
            _ => None,
        }
    }

    /// What a class inherits from outside the tree.
    pub(super) fn inherited(&mut self, class: ClassRef, name: &str, place: Place) -> Option<Value> {
        let path = self.outside_base(class)?;
        if let Some(part) = self.request_part(&path, name, place) {
            return Some(part);
        }
        Some(Value { shape: api_member(&format!("{path}()"), name), ..Value::default() })
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
                        self.export(at, name)
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
}

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
    Shape::Api([path, ".", name].concat().into())
}

/// What a call to something outside the tree gives.
pub(crate) fn api_call(path: &str) -> Shape {
    if path.len() > LONGEST_API || path.starts_with('/') {
        Shape::Unknown
    } else {
        Shape::Api([path, "()"].concat().into())
    }
}

fn is_method_like(name: &str) -> bool {
    matches!(name, "then" | "catch" | "finally" | "toString" | "json" | "text")
}

/// A value outside the tree, with its text where it is a constant: the separator of paths, the letters.
pub(super) fn constant(mut value: Value) -> Value {
    let characters = match value.api() {
        Some("string.ascii_letters") => Some("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        Some("string.ascii_lowercase") => Some("abcdefghijklmnopqrstuvwxyz"),
        Some("string.ascii_uppercase") => Some("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        Some("string.digits") => Some("0123456789"),
        Some("string.hexdigits") => Some("0123456789abcdefABCDEF"),
        _ => None,
    };
    if let Some(characters) = characters {
        value.known = Known::Text(characters.into());
    }
    if matches!(value.api(), Some("path.sep" | "path.posix.sep" | "os.sep" | "os.path.sep")) {
        value.known = Known::Text("/".into());
        value.marks.ends_with_separator = true;
    }
    value
}
