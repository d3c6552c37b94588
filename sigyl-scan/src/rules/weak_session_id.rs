//! A session id, token or state that somebody else can work out.

use rustc_hash::FxHashSet;
use sigyl_core::{Class, Confidence, Severity};

use super::code::{Code, words};
use crate::{
    context::FileContext,
    ir::{ExprId, ExprKind, Pattern, PropertyKey},
    rule::{Draft, Findings, Rule, RuleMeta},
};

pub(crate) struct WeakSessionId;

static META: RuleMeta = RuleMeta {
    id: "weak-session-id",
    title: "Guessable session id, token or state",
    class: Class::SessionHijack,
    severity: Severity::Error,
    cwe: &[330, 338, 340],
    owasp: Some("MCP07"),
    practice: Some("state-handle-hijacking"),
    since: "0.1.0",
    fixes: &[
        "Make it from the system's random source: crypto.randomUUID() in JavaScript, secrets.token_urlsafe(32) in Python",
        "Bind it to the user that it was made for, and check that user on each request",
    ],
    page: include_str!("weak_session_id.md"),
};

/// How well a source can be guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
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

/// What a name is used for, as far as it is a secret of a session.
fn purpose(name: &str) -> Option<&'static str> {
    let words = words(name);
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    // `makeSessionId`, `session_id_factory`, `sessionIdGenerator`.
    while words.len() > 1
        && matches!(
            words.last(),
            Some(&("generator" | "factory" | "fn" | "func" | "str" | "string" | "value" | "hex"))
        )
    {
        words.pop();
    }
    let has = |word: &str| words.contains(&word);
    if [
        "expires",
        "expiry",
        "expiration",
        "created",
        "issued",
        "time",
        "timeout",
        "count",
        "max",
        "min",
        "num",
        "last",
        "request",
        "tool",
        "message",
        "progress",
        "cancel",
        "cancellation",
        "mock",
        "fake",
        "dummy",
        "test",
        "page",
        "estimated",
        "used",
        "update",
        "updated",
        "start",
        "started",
        "lookup",
        "pad",
        "placeholder",
    ]
    .iter()
    .any(|word| has(word))
    {
        return None;
    }
    let pair = match words.as_slice() {
        [.., before, last] => (*before, *last),
        [last] => ("", *last),
        [] => return None,
    };
    Some(match pair {
        (_, "sid" | "sessionid" | "sessid")
        | ("session", "id" | "key" | "identifier" | "token" | "handle" | "secret") => "a session id",
        (
            "access" | "auth" | "bearer" | "refresh" | "csrf" | "xsrf" | "login" | "api" | "id" | "reset"
            | "verification" | "authentication" | "authorization" | "oauth" | "security" | "invite" | "magic"
            | "user" | "client" | "generate" | "create" | "make" | "new" | "issue" | "mint" | "issued"
            | "secret",
            "token",
        )
        | ("", "token" | "handle")
        | ("api" | "secret" | "signing" | "private" | "encryption", "key")
        | ("client" | "shared" | "jwt", "secret")
        | ("state" | "resume" | "auth", "handle") => "a token",
        ("auth" | "authorization" | "oauth" | "login" | "verification" | "otp" | "grant", "code")
        | (_, "otp" | "nonce" | "password" | "passcode")
        | ("code", "verifier") => "a one-time secret",
        (
            "oauth" | "auth" | "csrf" | "login" | "authorization" | "generate" | "create" | "random",
            "state",
        ) => "an OAuth state",
        ("", "state") => "an OAuth state",
        _ => return None,
    })
}

/// True for a table whose keys are session ids or tokens.
fn is_session_table(name: &str) -> bool {
    let words = words(name);
    words.iter().any(|word| matches!(word.as_str(), "session" | "sessions" | "handles"))
        || matches!(
            words.iter().map(String::as_str).collect::<Vec<_>>().as_slice(),
            ["tokens"]
                | [.., "access" | "auth" | "refresh" | "bearer" | "issued" | "valid", "tokens"]
                | [.., "auth", "codes"]
        )
}

/// Names of a word on its own that also mean other things: only random text counts for those.
fn is_vague(name: &str) -> bool {
    matches!(words(name).as_slice(), [one] if matches!(one.as_str(), "state" | "token" | "handle" | "nonce" | "password"))
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
    )
}

/// The guessable source of a value that is meant to be secret, where there is one and nothing better is in it.
fn guessable(code: &Code<'_>, value: ExprId) -> Option<(Source, ExprId)> {
    let mut worst: Option<(Source, ExprId)> = None;
    let mut is_text = false;
    for id in code.sources_through(value, passes_on) {
        let path = code.callee(id).unwrap_or_default();
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
        if let Some(found) = weak(&path)
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

impl Rule for WeakSessionId {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn check_file(&self, file: &FileContext<'_>, out: &mut Findings) {
        let sources = [
            "Math.random",
            "Date.now",
            "getTime",
            "random",
            "time.",
            "datetime",
            "uuid1",
            "v1",
            "hrtime",
            "uniqueId",
        ];
        let Some(code) = Code::of(file, &sources) else { return };
        // One mistake is told once, where it is first made into a secret: later names hold the same value.
        let mut told: FxHashSet<ExprId> = FxHashSet::default();
        let mut report = |value: ExprId, name: &str, what: &str| {
            let Some((source, at)) = guessable(&code, value) else { return };
            if is_vague(name) && matches!(source, Source::Time(_)) {
                return;
            }
            let span = code.module.span(value);
            if !told.insert(at) {
                return;
            }
            let (text, confidence) = match source {
                Source::Generator(text) => (text, Confidence::High),
                Source::Time(text) => (text, Confidence::Medium),
            };
            let draft = Draft::new(
                file.place(span),
                format!("{what} (`{name}`) is made from {text}, which others can work out"),
            );
            let vague = is_vague(name) || matches!(source, Source::Time(_));
            let draft = draft.confidence(confidence);
            out.report(if vague { draft.severity(Severity::Warning) } else { draft });
        };
        // What a function of a telling name returns, before those who call it.
        for (index, function) in code.module.functions.iter().enumerate() {
            let Some(name) = function.name.map(|name| code.module.name(name)) else { continue };
            let Some(what) = purpose(name) else { continue };
            let values = code.returns(crate::ir::FunctionId(index as u32)).to_vec();
            for value in values {
                report(value, name, what);
            }
        }
        for (target, value, _) in &code.assignments {
            let name = match target {
                Pattern::Variable(variable, _) => code.module.name(code.module.variable(*variable).name),
                Pattern::Global(name, _) => code.module.name(*name),
                Pattern::Place(place) => match code.module.expr(*place).kind {
                    ExprKind::Index { object, index } => {
                        let table = code.last_name(object).unwrap_or_default();
                        if is_session_table(table) && code.text(index).is_none() {
                            report(index, table, "a key of the session table");
                        }
                        continue;
                    }
                    _ => match code.last_name(*place) {
                        Some(name) => name,
                        None => continue,
                    },
                },
                _ => continue,
            };
            if code.as_function(*value).is_some() {
                continue;
            }
            if let Some(what) = purpose(name) {
                report(*value, name, what);
            }
        }
        for id in code.all() {
            match code.module.expr(id).kind {
                ExprKind::Object(list) => {
                    for property in code.module.properties(list) {
                        let PropertyKey::Name(key) = property.key else { continue };
                        let name = code.module.name(key);
                        let Some(what) = purpose(name) else { continue };
                        match code.as_function(property.value) {
                            Some(function) => {
                                for value in code.returns(function).to_vec() {
                                    report(value, name, what);
                                }
                            }
                            None => report(property.value, name, what),
                        }
                    }
                }
                ExprKind::Call { callee, arguments } => {
                    for argument in code.module.arguments(arguments) {
                        let Some(keyword) = argument.keyword else { continue };
                        let name = code.module.name(keyword);
                        if let Some(what) = purpose(name) {
                            report(argument.value, name, what);
                        }
                    }
                    let ExprKind::Member { object, property } = code.module.expr(callee).kind else {
                        continue;
                    };
                    let table = code.last_name(object).unwrap_or_default();
                    let arguments = code.arguments(id);
                    if code.module.name(property) == "set"
                        && arguments.len() >= 2
                        && is_session_table(table)
                        && code.text(arguments[0]).is_none()
                    {
                        report(arguments[0], table, "a key of the session table");
                    }
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::purpose;
    use crate::rules::table::findings_of;

    fn count(path: &str, text: &str) -> usize {
        findings_of("weak-session-id", &[(path, text)]).len()
    }

    #[test]
    fn names_tell_the_purpose() {
        for name in [
            "sessionId",
            "newSessionId",
            "SESSION_KEY",
            "mcp_session_id",
            "generateToken",
            "sid",
            "oauthState",
        ] {
            assert!(purpose(name).is_some(), "{name}");
        }
        for name in [
            "requestId",
            "tokenExpiresAt",
            "max_tokens",
            "sessionStart",
            "progressToken",
            "tokens",
            "id",
            "jitter",
        ] {
            assert!(purpose(name).is_none(), "{name}");
        }
    }

    #[test]
    fn ids_of_other_things_are_left_alone() {
        let text = "const delay = base + Math.random() * 100;\nconst requestId = Math.random().toString(36);\n\
                    const tmp = `out-${Date.now()}.txt`;\nsessions.set(id, { createdAt: Date.now() });\n";
        assert_eq!(count("a.ts", text), 0);
        let text = "import time\nsession_started = time.time()\nexpires = time.time() + 3600\ntoken_time = time.time()\n";
        assert_eq!(count("a.py", text), 0);
    }

    #[test]
    fn a_good_source_beside_the_time_is_enough() {
        let text = "const sessionId = `${Date.now()}-${crypto.randomUUID()}`;\n";
        assert_eq!(count("a.ts", text), 0);
    }

    #[test]
    fn keys_of_tables_count() {
        let text =
            "function start() { const id = Math.random().toString(36); sessions.set(id, {}); return id; }\n";
        assert_eq!(count("a.ts", text), 1);
        let text = "import random\ndef start(u):\n    key = str(random.random())\n    SESSIONS[key] = u\n";
        assert_eq!(count("a.py", text), 1);
    }
}
