//! Schemas that values are parsed with: zod in TypeScript, annotations and pydantic models in Python.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::{
    Hazards,
    beside::{outcome, parsed_by_one_of},
    call::{Arguments, Site},
    engine::Engine,
    exec::Activation,
    refined::{refined, transformed},
    regex::{self, Applied},
    secrets::callers,
    state::State,
    value::{ClassRef, Fields, Items, Schema, Shape, Taint, Value, ValueId},
};
use crate::{
    ir::{BinaryOp, ExprId, ExprKind, ImportName, Module, Pattern, StmtKind},
    rule::{FileId, Place},
};

/// Most schemas inside one another that are looked into. Chosen.
const DEEPEST: usize = 8;

/// A schema of which nothing is known but the hazards that it lets through.
pub(crate) fn anything(live: Hazards) -> Schema {
    schema(live)
}

fn schema(live: Hazards) -> Schema {
    Schema {
        live,
        fields: None,
        class: None,
        element: None,
        keyed: false,
        description: None,
        optional: false,
    }
}

fn value_of(schema: Schema, place: Place) -> Value {
    Value { shape: Shape::Schema(Rc::new(schema)), place: Some(place), ..Value::default() }
}

/// The schema that a value is: built by zod, or an object of such.
pub(crate) fn of_value(value: &Value) -> Option<Rc<Schema>> {
    match &value.shape {
        Shape::Schema(schema) => Some(Rc::clone(schema)),
        // A raw shape: `{ name: z.string() }`.
        Shape::Object(fields) => {
            let known: FxHashMap<Rc<str>, Rc<Schema>> = fields
                .known
                .iter()
                .filter_map(|(name, value)| match &value.shape {
                    Shape::Schema(schema) => Some((Rc::clone(name), Rc::clone(schema))),
                    _ => None,
                })
                .collect();
            (!known.is_empty()).then(|| Rc::new(Schema { fields: Some(known), ..schema(Hazards::ALL) }))
        }
        Shape::OneOf(shapes) => shapes.iter().find_map(|shape| match shape {
            Shape::Schema(schema) => Some(Rc::clone(schema)),
            _ => None,
        }),
        _ => None,
    }
}

/// Calls that build schemas, or parse values with them.
pub(crate) fn call<'a>(
    engine: &mut Engine<'a>,
    act: &mut Activation<'a>,
    state: &mut State,
    site: &Site,
    api: Option<&str>,
    arguments: &Arguments,
) -> Option<Value> {
    if let Some(name) = api.and_then(zod_function) {
        return Some(value_of(built(name, arguments)?, site.place));
    }
    let first = arguments.positional.first();
    let receiver = match &site.receiver.as_ref()?.shape {
        Shape::Schema(receiver) => Rc::clone(receiver),
        Shape::OneOf(shapes) => {
            let method = site.method.as_deref()?;
            return parsed_by_one_of(engine, state, method, &Rc::clone(shapes), first?, site.place);
        }
        _ => return None,
    };
    let with = |schema: Schema| Some(value_of(schema, site.place));
    match site.method.as_deref()? {
        "parse" | "parseAsync" | "decode" => {
            let data = apply(engine, first?, &receiver, site.place, 0);
            let mut gone = Vec::new();
            when_it_fits(engine, first?, &receiver, site.place, 0, &mut gone);
            state.assume(&gone);
            Some(data)
        }
        "safeParse" | "safeParseAsync" => {
            let data = apply(engine, first?, &receiver, site.place, 0);
            let mut gone = Vec::new();
            when_it_fits(engine, first?, &receiver, site.place, 0, &mut gone);
            Some(outcome(data, gone))
        }
        "regex" => {
            let literal = first.and_then(|value| value.api())?;
            let end = literal.rfind('/')?;
            let live = regex::when_matched(literal.get(1..end)?, &literal[end + 1..], Applied::Anywhere);
            with(Schema { live: receiver.live & live, ..(*receiver).clone() })
        }
        "startsWith" => {
            let text = first.and_then(Value::as_str).unwrap_or_default();
            let pattern = format!("^{}", regex_syntax::escape(text));
            let live = regex::when_matched(&pattern, "", Applied::Anywhere);
            with(Schema { live: receiver.live & live, ..(*receiver).clone() })
        }
        "uuid" | "cuid" | "cuid2" | "ulid" | "nanoid" | "datetime" | "ip" | "ipv4" | "date" | "time"
        | "duration" => with(Schema { live: Hazards::NONE, ..(*receiver).clone() }),
        "email" => {
            let gone = Hazards::PATH | Hazards::ARGUMENT;
            with(Schema { live: receiver.live - gone, ..(*receiver).clone() })
        }
        "url" => with(Schema { live: receiver.live - Hazards::ARGUMENT, ..(*receiver).clone() }),
        "describe" | "meta" => {
            let text = first.and_then(|value| value.as_str().map(|text| (Rc::from(text), value.place)));
            let description = match text {
                Some((text, place)) => Some((text, place.unwrap_or(site.place))),
                None => receiver.description.clone(),
            };
            with(Schema { description, ..(*receiver).clone() })
        }
        "array" => with(Schema { element: Some(receiver), ..schema(Hazards::ALL) }),
        "refine" | "superRefine" | "check" => {
            with(refined(engine, act, state, first?, &receiver, site.place))
        }
        "transform" | "preprocess" => {
            let live = transformed(engine, act, state, first?, site.place);
            with(Schema { description: receiver.description.clone(), ..schema(receiver.live & live) })
        }
        "or" => {
            let live = first.and_then(of_value).map_or(Hazards::ALL, |other| other.live);
            with(Schema { live: receiver.live | live, ..(*receiver).clone() })
        }
        "extend" | "merge" | "safeExtend" => {
            let mut fields = receiver.fields.clone().unwrap_or_default();
            if let Some(more) = first.and_then(of_value).and_then(|more| more.fields.clone()) {
                fields.extend(more);
            }
            with(Schema { fields: Some(fields), ..(*receiver).clone() })
        }
        "optional" | "nullish" | "default" | "prefault" | "catch" => {
            with(Schema { optional: true, ..(*receiver).clone() })
        }
        // Bounds, and whether it may be null: what fits is as dangerous as before.
        _ => with((*receiver).clone()),
    }
}

/// The function of zod that an API path names: `zod.z.string`, `zod.string`, `zod/v4.z.coerce.number`.
fn zod_function(api: &str) -> Option<&str> {
    let rest = api.strip_prefix("zod")?;
    let rest = match rest.strip_prefix('/') {
        Some(versioned) => versioned.split_once('.')?.1,
        None => rest.strip_prefix('.')?,
    };
    let rest = rest.strip_prefix("z.").unwrap_or(rest);
    Some(rest.strip_prefix("coerce.").unwrap_or(rest))
}

fn built(name: &str, arguments: &Arguments) -> Option<Schema> {
    let first = arguments.positional.first();
    Some(match name {
        "string" | "url" | "email" | "iso.datetime" => schema(Hazards::ALL - Hazards::STRUCTURE),
        "any" | "unknown" | "custom" | "instanceof" | "json" => schema(Hazards::ALL),
        "number" | "int" | "int32" | "float32" | "float64" | "bigint" | "boolean" | "date" | "null"
        | "undefined" | "void" | "never" | "enum" | "nativeEnum" | "literal" | "uuid" | "stringbool"
        | "nan" => schema(Hazards::NONE),
        "object" | "strictObject" | "looseObject" => {
            let fields = first.and_then(of_value).and_then(|shape| shape.fields.clone()).unwrap_or_default();
            Schema { fields: Some(fields), ..schema(Hazards::ALL) }
        }
        "array" | "set" => Schema { element: first.and_then(of_value), ..schema(Hazards::ALL) },
        "record" | "map" => {
            let element = arguments.positional.last().and_then(of_value);
            let keys = arguments.positional.first().filter(|_| arguments.positional.len() > 1);
            let live = keys.and_then(of_value).map_or(Hazards::ALL, |keys| keys.live);
            Schema { element, keyed: true, ..schema(live) }
        }
        "tuple" => {
            let live = first.and_then(Value::items).map_or(Hazards::ALL, union_live);
            Schema { element: Some(Rc::new(schema(live))), ..schema(Hazards::ALL) }
        }
        "union" | "discriminatedUnion" => {
            let options = arguments.positional.last().and_then(Value::items)?;
            let mut fields: Option<FxHashMap<Rc<str>, Rc<Schema>>> = None;
            for option in options {
                if let Some(more) = of_value(option).and_then(|option| option.fields.clone()) {
                    fields.get_or_insert_default().extend(more);
                }
            }
            Schema { fields, ..schema(union_live(options)) }
        }
        "optional" | "nullable" | "nullish" | "lazy" | "promise" | "readonly" => {
            let inner =
                first.and_then(of_value).map_or_else(|| schema(Hazards::ALL), |inner| (*inner).clone());
            Schema { optional: matches!(name, "optional" | "nullish") || inner.optional, ..inner }
        }
        "preprocess" | "pipe" => {
            let inner = arguments.positional.last().and_then(of_value);
            inner.map_or_else(|| schema(Hazards::ALL), |inner| (*inner).clone())
        }
        _ => return None,
    })
}

fn union_live(options: &[Value]) -> Hazards {
    options
        .iter()
        .fold(Hazards::NONE, |live, option| live | of_value(option).map_or(Hazards::ALL, |one| one.live))
}

/// `value` after a schema let it through.
pub(crate) fn apply(
    engine: &mut Engine<'_>,
    value: &Value,
    schema: &Schema,
    place: Place,
    depth: usize,
) -> Value {
    if value.taints.is_none() && !matches!(value.shape, Shape::Object(_) | Shape::List(_)) || depth > DEEPEST
    {
        return value.clone();
    }
    if let Some(fields) = &schema.fields {
        // What is not declared does not come through as an object.
        let rest = limited(value, Hazards::ALL - Hazards::STRUCTURE);
        let mut known = Fields { rest: value.taints.is_some().then_some(rest), ..Fields::default() };
        let mut names: Vec<&Rc<str>> = fields.keys().collect();
        names.sort();
        for name in names {
            let field = match value.field(name) {
                Some(field) => field.clone(),
                None if value.taints.is_some() => engine.child(value, name, place),
                None => continue,
            };
            let at = fields[name].description.as_ref().map_or(place, |(_, place)| *place);
            let field = apply(engine, &field, &fields[name], at, depth + 1);
            known.order.push(Rc::clone(name));
            known.known.insert(Rc::clone(name), Rc::new(field));
        }
        // An object with methods of its own keeps what it is given where all of its kind do.
        if let Some(class) = schema.class {
            for name in &known.order {
                engine.write_field(&State::default(), class, Rc::clone(name), (*known.known[name]).clone());
            }
            return Value { shape: Shape::Instance(class), place: Some(place), ..Value::default() };
        }
        return Value { shape: Shape::Object(Rc::new(known)), taints: None, ..value.clone() };
    }
    if let Some(element) = &schema.element {
        let inner = engine.element(value);
        let inner = apply(engine, &inner, element, place, depth + 1);
        if schema.keyed {
            // The taints are those of the keys, and of the whole as a structure.
            let live = schema.live | element.live & Hazards::STRUCTURE;
            let fields = Fields { rest: Some(inner), ..Fields::default() };
            return Value { shape: Shape::Object(Rc::new(fields)), ..limited(value, live) };
        }
        let items = Items { known: Vec::new(), rest: Some(inner) };
        return Value { shape: Shape::List(Rc::new(items)), taints: None, ..Value::default() };
    }
    limited(value, schema.live)
}

/// What is established about a value, and its fields, where a schema let it through: code may go on with the value
/// itself instead of what the schema made of it.
fn when_it_fits(
    engine: &mut Engine<'_>,
    value: &Value,
    schema: &Schema,
    place: Place,
    depth: usize,
    gone: &mut Vec<(ValueId, Hazards)>,
) {
    if depth > DEEPEST {
        return;
    }
    if let Some(fields) = &schema.fields {
        let mut names: Vec<&Rc<str>> = fields.keys().collect();
        names.sort_unstable();
        for name in names {
            let field = match &value.shape {
                Shape::Object(known) => known.known.get(name).map(|field| (**field).clone()),
                _ => value.id.map(|_| engine.child(value, name, place)),
            };
            if let Some(field) = field {
                when_it_fits(engine, &field, &fields[name], place, depth + 1, gone);
            }
        }
    } else if let Some(element) = &schema.element {
        if value.id.is_some() {
            let inner = engine.element(value);
            when_it_fits(engine, &inner, element, place, depth + 1, gone);
        }
    } else if let Some(id) = value.id.filter(|_| callers(value) && schema.live != Hazards::ALL) {
        gone.push((id, Hazards::ALL - schema.live));
    }
}

/// `value` with no hazards but `live`.
pub(crate) fn limited(value: &Value, live: Hazards) -> Value {
    let taints: Option<Rc<[Taint]>> = value.taints.as_ref().map(|all| {
        all.iter()
            .map(|taint| Taint { live: taint.live & live, ..*taint })
            .filter(|taint| !taint.live.is_none())
            .collect()
    });
    Value { taints: taints.filter(|taints| !taints.is_empty()), ..value.clone() }
}

/// What a Python annotation lets through.
pub(crate) fn of_annotation(
    engine: &mut Engine<'_>,
    file: FileId,
    annotation: ExprId,
    depth: usize,
) -> Schema {
    let Some(module) = engine.module(file) else { return schema(Hazards::ALL) };
    if depth > DEEPEST {
        return schema(Hazards::ALL);
    }
    match module.expr(annotation).kind {
        ExprKind::Binary { op: BinaryOp::BitOr, left, right } => {
            let a = of_annotation(engine, file, left, depth + 1);
            let b = of_annotation(engine, file, right, depth + 1);
            union(a, b)
        }
        ExprKind::Null => schema(Hazards::NONE),
        ExprKind::Index { object, index } => generic(engine, file, object, index, depth),
        ExprKind::Member { object, property }
            if matches!(module.expr(object).kind, ExprKind::Global(_) | ExprKind::Variable(_)) =>
        {
            // `Literal["a"]`: a subscript with a literal is a member.
            let base = engine.static_value(file, object);
            match base.as_ref().and_then(Value::api) {
                Some(path) if path.ends_with("Literal") => schema(Hazards::NONE),
                _ => {
                    let _ = property;
                    named(engine, file, annotation, depth)
                }
            }
        }
        _ => named(engine, file, annotation, depth),
    }
}

/// Of a type that may be absent, what it is where it is there: `Context | None`, `Optional[Context]`.
pub(super) fn present(module: &Module, annotation: ExprId) -> ExprId {
    let is_none = |id: ExprId| matches!(module.expr(id).kind, ExprKind::Null);
    let is_optional = |id: ExprId| match module.expr(id).kind {
        ExprKind::Variable(variable) => module.name(module.variable(variable).name) == "Optional",
        ExprKind::Member { property, .. } => module.name(property) == "Optional",
        _ => false,
    };
    match module.expr(annotation).kind {
        ExprKind::Binary { op: BinaryOp::BitOr, left, right } if is_none(right) => left,
        ExprKind::Binary { op: BinaryOp::BitOr, left, right } if is_none(left) => right,
        ExprKind::Index { object, index } if is_optional(object) => index,
        _ => annotation,
    }
}

fn generic(engine: &mut Engine<'_>, file: FileId, object: ExprId, index: ExprId, depth: usize) -> Schema {
    let Some(module) = engine.module(file) else { return schema(Hazards::ALL) };
    let base = engine.static_value(file, object);
    let name =
        base.as_ref().and_then(Value::api).map(|path| path.rsplit('.').next().unwrap_or(path).to_owned());
    let parts: Vec<ExprId> = match module.expr(index).kind {
        ExprKind::Collection(_, list) => module.list(list).to_vec(),
        _ => vec![index],
    };
    match name.as_deref() {
        Some("Literal") => schema(Hazards::NONE),
        Some("Optional" | "Union" | "Required" | "NotRequired" | "Final") => parts
            .iter()
            .map(|part| of_annotation(engine, file, *part, depth + 1))
            .reduce(union)
            .unwrap_or_else(|| schema(Hazards::ALL)),
        Some("Annotated") => {
            let Some((first, extra)) = parts.split_first() else { return schema(Hazards::ALL) };
            let mut all = of_annotation(engine, file, *first, depth + 1);
            for part in extra {
                let constraint = of_field(engine, file, *part);
                all.live = all.live & constraint.live;
                all.description = constraint.description.or(all.description);
                if let Some(validator) = engine.validator_of(file, *part) {
                    all.live = all.live & engine.behind(validator, None, false);
                }
            }
            all
        }
        Some(
            "list" | "List" | "set" | "Set" | "Sequence" | "Iterable" | "tuple" | "Tuple" | "frozenset"
            | "deque",
        ) => {
            let element = parts.first().map(|part| Rc::new(of_annotation(engine, file, *part, depth + 1)));
            Schema { element, ..schema(Hazards::ALL) }
        }
        Some("dict" | "Dict" | "Mapping") => {
            let values = parts.get(1).map(|part| of_annotation(engine, file, *part, depth + 1));
            // What holds anything is told by its use; what holds numbers is harmless in its values.
            match values.filter(|values| values.live.is_none()) {
                Some(values) => {
                    Schema { element: Some(Rc::new(values)), keyed: true, ..schema(Hazards::ALL) }
                }
                None => schema(Hazards::ALL),
            }
        }
        _ => schema(Hazards::ALL),
    }
}

fn union(a: Schema, b: Schema) -> Schema {
    Schema {
        live: a.live | b.live,
        fields: a.fields.or(b.fields),
        class: a.class.or(b.class),
        element: a.element.or(b.element),
        keyed: a.keyed || b.keyed,
        description: a.description.or(b.description),
        optional: a.optional || b.optional,
    }
}

fn named(engine: &mut Engine<'_>, file: FileId, annotation: ExprId, depth: usize) -> Schema {
    match engine.static_value(file, annotation) {
        Some(Value { shape: Shape::Class(class), .. }) => of_class(engine, class, depth + 1),
        // A name for an annotation: `Id = Annotated[str, Field(pattern=…)]`.
        Some(Value { shape: Shape::Api(path), .. }) if path.ends_with(".*") => {
            match alias(engine, file, annotation, depth) {
                Some((file, written)) => of_annotation(engine, file, written, depth + 1),
                None => schema(Hazards::ALL),
            }
        }
        Some(Value { shape: Shape::Api(path), .. }) => match path.rsplit('.').next().unwrap_or(&path) {
            "int" | "float" | "bool" | "complex" | "datetime" | "date" | "time" | "timedelta" | "Decimal"
            | "UUID" | "UUID4" | "PositiveInt" | "NonNegativeInt" | "PositiveFloat" | "StrictInt"
            | "StrictBool" | "IPv4Address" | "IPvAnyAddress" => schema(Hazards::NONE),
            "str" | "bytes" | "Path" | "StrictStr" | "constr" => schema(Hazards::ALL - Hazards::STRUCTURE),
            _ => schema(Hazards::ALL),
        },
        _ => schema(Hazards::ALL),
    }
}

/// What a variable of the module is set to, in its body or in that of the module that it comes from.
fn alias(engine: &Engine<'_>, file: FileId, name: ExprId, depth: usize) -> Option<(FileId, ExprId)> {
    let module = engine.module(file)?;
    let ExprKind::Variable(variable) = module.expr(name).kind else { return None };
    match module.imports.iter().find(|import| import.variable == Some(variable)) {
        Some(import) => {
            let ImportName::Named(name) = import.name else { return None };
            let from = engine.file_of_import(file, import)?;
            set_to(engine, from, module.name(name), depth)
        }
        None => set_to(engine, file, module.name(module.variable(variable).name), depth),
    }
}

fn set_to(engine: &Engine<'_>, file: FileId, name: &str, depth: usize) -> Option<(FileId, ExprId)> {
    let module = engine.module(file)?;
    let assigned = module.functions.first()?.body.iter().find_map(|statement| match &statement.kind {
        StmtKind::Assign { target: Pattern::Variable(target, _), value, .. }
            if module.name(module.variable(*target).name) == name =>
        {
            Some((file, *value))
        }
        _ => None,
    });
    // A package hands on what its modules define.
    assigned.or_else(|| {
        let import = module.imports.iter().find(|import| {
            depth < DEEPEST
                && import.variable.is_some_and(|variable| module.name(module.variable(variable).name) == name)
        })?;
        let ImportName::Named(name) = import.name else { return None };
        set_to(engine, engine.file_of_import(file, import)?, module.name(name), depth + 1)
    })
}

/// What a class of the tree lets through: an enumeration's members, a model's fields.
pub(crate) fn of_class(engine: &mut Engine<'_>, class: ClassRef, depth: usize) -> Schema {
    let Some(module) = engine.class_module(class) else { return schema(Hazards::ALL) };
    let base = engine.outside_base(class);
    let name = base.as_deref().map_or("", |path| path.rsplit('.').next().unwrap_or(path));
    if matches!(name, "Enum" | "StrEnum" | "IntEnum" | "Flag" | "IntFlag")
        || module.class(class.class).bases.len() > 1 && is_enum(engine, class)
    {
        return schema(Hazards::NONE);
    }
    if depth > DEEPEST {
        return schema(Hazards::ALL);
    }
    let mut fields = FxHashMap::default();
    // What a class above says of a field is said anew below it.
    for here in engine.lineage(class).into_iter().rev() {
        let Some(module) = engine.class_module(here) else { continue };
        for field in &module.class(here.class).fields {
            let Some(annotation) = field.annotation else { continue };
            let mut one = of_annotation(engine, here.file, annotation, depth + 1);
            if let Some(value) = field.value {
                let constraint = of_field(engine, here.file, value);
                one.live = one.live & constraint.live;
                one.description = constraint.description.or(one.description);
            }
            fields.insert(Rc::from(module.name(field.name)), Rc::new(one));
        }
    }
    let mut names: Vec<Rc<str>> = fields.keys().cloned().collect();
    names.sort_unstable();
    let lists: Vec<Rc<str>> = names.iter().filter(|name| is_list(&fields[*name])).cloned().collect();
    for (name, live) in engine.behind_validators(class, &names, &lists) {
        let Some(field) = fields.get_mut(&name).map(Rc::make_mut) else { continue };
        let checked = match &mut field.element {
            Some(element) if lists.contains(&name) => Rc::make_mut(element),
            _ => field,
        };
        checked.live = checked.live & live;
    }
    let has_methods = !module.class(class.class).methods.is_empty();
    Schema {
        fields: (!fields.is_empty()).then_some(fields),
        class: has_methods.then_some(class),
        ..schema(Hazards::ALL)
    }
}

/// True for a schema of lists whose members are told.
fn is_list(schema: &Schema) -> bool {
    schema.element.is_some() && !schema.keyed
}

/// True for an enumeration of Python's.
pub(super) fn is_enum(engine: &mut Engine<'_>, class: ClassRef) -> bool {
    let Some(module) = engine.class_module(class) else { return false };
    module.class(class.class).bases.iter().any(|base| {
        matches!(engine.static_value(class.file, *base), Some(Value { shape: Shape::Api(path), .. })
            if path.ends_with("Enum"))
    })
}

/// `Field(pattern="^…$", description="…")`.
pub(crate) fn of_field(engine: &mut Engine<'_>, file: FileId, expr: ExprId) -> Schema {
    let mut found = schema(Hazards::ALL);
    let Some(module) = engine.module(file) else { return found };
    match module.expr(expr).kind {
        ExprKind::Call { arguments, .. } => {
            for argument in module.arguments(arguments) {
                let Some(keyword) = argument.keyword else { continue };
                let ExprKind::String(text) = module.expr(argument.value).kind else { continue };
                match module.name(keyword) {
                    "pattern" | "regex" => {
                        // Pydantic searches; its patterns hold as far as they are anchored.
                        found.live = regex::when_matched(module.name(text), "", Applied::Anywhere);
                    }
                    "description" => {
                        let place = Place { file, span: module.span(argument.value) };
                        found.description = Some((module.name(text).into(), place));
                    }
                    _ => {}
                }
            }
        }
        ExprKind::String(text) => {
            found.description = Some((module.name(text).into(), Place { file, span: module.span(expr) }));
        }
        _ => {}
    }
    found
}
