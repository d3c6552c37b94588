//! What others can work out: times, counters, generators that are not made for secrets.

use rustc_hash::FxHashSet;

use super::code::Code;
use crate::ir::{BinaryOp, ExprId, ExprKind, Name, Pattern};

/// How well a source can be guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    /// Time, address and the like: known to who asks.
    Time(&'static str),
    /// A generator whose state follows from what it gave.
    Generator(&'static str),
}

fn weak(path: &str) -> Option<Source> {
    Some(match path {
        "Math.random" => Source::Generator("`Math.random`"),
        "Date.now" | "performance.now" | "Date().getTime" | "Date().valueOf" | "process.hrtime" => {
            Source::Time("the time")
        }
        "random.random"
        | "random.randint"
        | "random.choice"
        | "random.choices"
        | "random.randrange"
        | "random.getrandbits"
        | "random.uniform"
        | "random.sample"
        | "random.randbytes"
        | "random.Random().random"
        | "numpy.random.randint"
        | "numpy.random.choice" => Source::Generator("`random`"),
        "time.time"
        | "time.time_ns"
        | "time.monotonic"
        | "datetime.datetime.now().timestamp"
        | "datetime.datetime.utcnow().timestamp"
        | "datetime.datetime.now"
        | "datetime.now().timestamp" => Source::Time("the time"),
        "uuid.uuid1" | "uuid.v1" | "uuid.v6" => Source::Time("a UUID made of time and address"),
        "random.Random().getrandbits"
        | "random.Random().randint"
        | "random.Random().choice"
        | "random.Random().choices"
        | "random.Random().randbytes" => Source::Generator("`random`"),
        "lodash.uniqueId" | "itertools.count" => Source::Time("a counter"),
        "lodash.random" => Source::Generator("`Math.random`"),
        _ => return None,
    })
}

/// True for what gives unpredictable bytes, or an id that is not worked out here.
fn strong(path: &str) -> bool {
    let last = path.rsplit('.').next().unwrap_or(path);
    matches!(
        last,
        "randomUUID"
            | "randomBytes"
            | "getRandomValues"
            | "randomInt"
            | "nanoid"
            | "uuid4"
            | "uuid7"
            | "urandom"
            | "createId"
            | "ulid"
            | "createHmac"
            | "sign"
            | "encode_jwt"
            | "generateKeySync"
            | "getRandomBytes"
            | "randomUUIDv7"
    ) || matches!(path, "uuid.v4" | "uuid.v7" | "hmac.new" | "jwt.encode" | "random.SystemRandom")
        || path.starts_with("secrets.")
        || path.starts_with("random.SystemRandom()")
        || path.contains("nanoid")
}

/// True for calls whose result holds what they were given, as far as guessing goes.
fn passes_on(code: &Code<'_>, call: ExprId) -> bool {
    let path = code.callee(call).unwrap_or_default();
    let last = path.rsplit('.').next().unwrap_or_default();
    matches!(
        last,
        "String"
            | "str"
            | "int"
            | "hex"
            | "join"
            | "toString"
            | "concat"
            | "format"
            | "md5"
            | "sha1"
            | "sha256"
            | "new"
            | "update"
            | "digest"
            | "hexdigest"
            | "encode"
            | "btoa"
            | "from"
            | "b64encode"
            | "urlsafe_b64encode"
            | "floor"
            | "round"
            | "trunc"
            | "ceil"
            | "abs"
            | "padStart"
            | "slice"
            | "substring"
            | "choice"
            | "choices"
            | "Array"
            | "map"
            | "blake2b"
            | "createHash"
            | "Number"
            | "BigInt"
            | "UUID"
            | "chr"
            | "next"
    )
}

/// The guessable source of a value that is meant to be secret, where there is one and nothing better is in it.
pub(super) fn guessable(code: &Code<'_>, value: ExprId) -> Option<(Source, ExprId)> {
    let mut worst: Option<(Source, ExprId)> = None;
    let mut is_text = false;
    for id in code.sources_through(value, passes_on) {
        let path = made_by(code, id).map(Into::into).or_else(|| code.callee(id)).unwrap_or_default();
        if strong(&path) {
            return None;
        }
        let last = path.rsplit('.').next().unwrap_or_default();
        is_text |= matches!(
            last,
            "toString"
                | "String"
                | "str"
                | "join"
                | "hexdigest"
                | "digest"
                | "uuid1"
                | "v1"
                | "format"
                | "padStart"
                | "hex"
                | "btoa"
                | "randint"
                | "randrange"
                | "getrandbits"
                | "uniqueId"
                | "randbytes"
        ) || matches!(code.module.expr(id).kind, ExprKind::Template(_) | ExprKind::String(_));
        if let Some(found) = weak(&path).or_else(|| counted(code, id))
            && worst.is_none_or(|(worst, _)| worst < found)
        {
            worst = Some((found, id));
        }
    }
    // A bare number is a point in time or a measure; ids are text, or a whole number made for the purpose.
    worst.filter(|_| {
        is_text || matches!(code.callee(value).as_deref(), Some("Math.floor" | "Math.round" | "Math.trunc"))
    })
}

/// The path of a method of an object that a variable holds: `generator.getrandbits` of a `random.Random(42)`.
fn made_by(code: &Code<'_>, call: ExprId) -> Option<String> {
    let ExprKind::Call { callee, .. } = code.module.expr(call).kind else { return None };
    let ExprKind::Member { object, property } = code.module.expr(callee).kind else { return None };
    let made = code.callee(code.resolve(object)).filter(|path| path.starts_with("random."))?;
    Some(format!("{made}().{}", code.module.name(property)))
}

/// Properties to which a number is added somewhere: `this.next = this.next + 1`.
fn counted_properties(code: &Code<'_>) -> FxHashSet<Name> {
    let property = |id: ExprId| match code.module.expr(id).kind {
        ExprKind::Member { property, .. } => Some(property),
        _ => None,
    };
    let counted = code.assignments().iter().filter_map(|(target, value, _)| {
        let Pattern::Place(place) = target else { return None };
        let ExprKind::Binary { op: BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Arithmetic, left, right } =
            code.module.expr(*value).kind
        else {
            return None;
        };
        let by_number = matches!(code.module.expr(right).kind, ExprKind::Number(_));
        property(*place).filter(|name| by_number && property(left) == Some(*name))
    });
    counted.collect()
}

/// A variable that is only counted up.
fn counted(code: &Code<'_>, id: ExprId) -> Option<Source> {
    if let ExprKind::Member { property, .. } = code.module.expr(id).kind {
        let counted = code.counted.get_or_init(|| counted_properties(code));
        return counted.contains(&property).then_some(Source::Time("a counter"));
    }
    // `++counter` does not show as an assignment.
    let (variable, steps) = match code.module.expr(id).kind {
        ExprKind::Variable(variable) => (variable, false),
        ExprKind::Unary(inner) => match code.module.expr(inner).kind {
            ExprKind::Variable(variable) => (variable, true),
            _ => return None,
        },
        _ => return None,
    };
    let is_step = |value: &ExprId| match code.module.expr(*value).kind {
        ExprKind::Binary { op: BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Arithmetic, left, right } => {
            matches!(code.module.expr(left).kind, ExprKind::Variable(one) if one == variable)
                && matches!(code.module.expr(right).kind, ExprKind::Number(_))
        }
        _ => false,
    };
    let values = code.values_of(variable);
    let is_number = |value: &ExprId| matches!(code.module.expr(*value).kind, ExprKind::Number(_));
    ((steps && !values.is_empty() || values.iter().any(is_step))
        && values.iter().all(|value| is_step(value) || is_number(value)))
    .then_some(Source::Time("a counter"))
}
