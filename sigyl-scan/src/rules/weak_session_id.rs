//! A session id, token or state that somebody else can work out.

use rustc_hash::FxHashSet;
use sigyl_core::{Class, Confidence, Severity};

use super::{
    code::{Code, words},
    guessable::{Source, guessable},
};
use crate::{
    context::{FileContext, TreeContext},
    files::FileRole,
    ir::{BinaryOp, ExprId, ExprKind, ImportName, Pattern, PropertyKey},
    mend::{Edits, Mend, Mendable, import_python, random_uuid},
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

/// Each of these is in some name of a secret, and every such name has one.
const SECRETS: &[&str] =
    &["id", "key", "token", "handle", "secret", "code", "otp", "nonce", "pass", "verifier", "state"];

/// What a name is used for, as far as it is a secret of a session.
fn purpose(name: &str) -> Option<&'static str> {
    // Most names have none of the words that it takes, and that is told without taking them apart.
    let holds =
        |word: &&str| name.as_bytes().windows(word.len()).any(|it| it.eq_ignore_ascii_case(word.as_bytes()));
    if !SECRETS.iter().any(holds) {
        return None;
    }
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

/// The fixed beginning of a text that is otherwise only chance and time: nothing that anyone reads out of it again.
fn random_text(code: &Code<'_>, value: ExprId) -> Option<String> {
    let is_made = code.within(code.module.span(value)).all(|id| match code.module.expr(id).kind {
        // Modules and the parameters of what is made from nothing else; not what the program knows.
        ExprKind::Variable(variable) => {
            code.module.imports.iter().any(|import| import.variable == Some(variable))
        }
        ExprKind::Function(_) | ExprKind::Comprehension { .. } | ExprKind::This | ExprKind::Assign { .. } => {
            false
        }
        _ => true,
    });
    let plain = |id: ExprId| {
        let text = code.text(id)?;
        text.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_:.".contains(&byte))
            .then(|| text.to_owned())
    };
    let prefix = match code.module.expr(value).kind {
        ExprKind::Template(list) => {
            let first = *code.module.list(list).first()?;
            if matches!(code.module.expr(first).kind, ExprKind::String(_)) {
                plain(first)?
            } else {
                String::new()
            }
        }
        ExprKind::Binary { op: BinaryOp::Add, mut left, .. } => {
            while let ExprKind::Binary { op: BinaryOp::Add, left: inner, .. } = code.module.expr(left).kind {
                left = inner;
            }
            if matches!(code.module.expr(left).kind, ExprKind::String(_)) {
                plain(left)?
            } else {
                String::new()
            }
        }
        // A number would become a text.
        ExprKind::Call { .. } => matches!(
            code.last_name_of_callee(value),
            Some(
                "toString"
                    | "substring"
                    | "substr"
                    | "slice"
                    | "padStart"
                    | "hexdigest"
                    | "String"
                    | "str"
                    | "digest"
            )
        )
        .then(String::new)?,
        _ => return None,
    };
    is_made.then_some(prefix)
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

/// Functions of other files whose result can be guessed: what is imported from them and made into a secret.
fn imported_helpers(tree: &TreeContext<'_>, out: &mut Findings) {
    let mut weak_helpers: Vec<(String, Source)> = Vec::new();
    for file in tree.files.iter().filter(|file| file.role == FileRole::Runtime) {
        let Some(code) = Code::of(file, SOURCES) else { continue };
        for (index, function) in code.module.functions.iter().enumerate() {
            let Some(name) = function.name.map(|name| code.module.name(name)) else { continue };
            // What has a telling name is told where it stands.
            if name.len() < 4
                || purpose(name).is_some()
                || function.class.is_some()
                || weak_helpers.len() > 40
            {
                continue;
            }
            let returned = code.returns(crate::ir::FunctionId(index as u32)).to_vec();
            if let Some((source, _)) = returned.into_iter().find_map(|value| guessable(&code, value)) {
                weak_helpers.push((name.to_owned(), source));
            }
        }
    }
    for file in tree.files.iter().filter(|file| file.role == FileRole::Runtime && !weak_helpers.is_empty()) {
        let near = |name: &str| {
            file.module().is_some_and(|module| {
                module.imports.iter().any(|import| {
                    let taken = matches!(import.name, ImportName::Named(taken) if module.name(taken) == name);
                    taken
                        && (import.level > 0
                            || module.name(import.module).starts_with('.')
                            || file.path.ends_with(".py"))
                })
            })
        };
        let known: Vec<&(String, Source)> = weak_helpers.iter().filter(|(name, _)| near(name)).collect();
        if known.is_empty() {
            continue;
        }
        let Some(code) = Code::of(file, &[]) else { continue };
        for (target, value, _) in code.assignments() {
            let name = match target {
                Pattern::Variable(variable, _) => code.module.name(code.module.variable(*variable).name),
                _ => continue,
            };
            let Some(what) = purpose(name) else { continue };
            let called = code.last_name_of_callee(*value);
            let Some((helper, source)) = known.iter().find(|(helper, _)| called == Some(helper.as_str()))
            else {
                continue;
            };
            let (Source::Generator(text) | Source::Time(text)) = source;
            let message =
                format!("{what} (`{name}`) is made by `{helper}` from {text}, which others can work out");
            let draft = Draft::new(file.place(code.module.span(*value)), message);
            out.report(draft.confidence(Confidence::Medium).severity(Severity::Warning));
        }
    }
}

/// What stands in files with guessable sources.
static SOURCES: &[&str] = &[
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
    "count",
    "next",
];

impl Rule for WeakSessionId {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn mend(&self, file: &Mendable<'_>, draft: &Draft) -> Option<Mend> {
        let code = file.code()?;
        let span = draft.place.span;
        let value = code.within(span).find(|id| code.module.span(*id) == span)?;
        let prefix = random_text(code, value)?;
        let (made, needed) = if file.is_python() {
            let (name, needed) = import_python(file, "secrets")?;
            (format!("{name}.token_urlsafe(32)"), needed)
        } else {
            random_uuid(file)?
        };
        let text = match (prefix.is_empty(), file.is_python()) {
            (true, _) => made.clone(),
            (false, true) => format!("f\"{prefix}{{{made}}}\""),
            (false, false) => format!("`{prefix}${{{made}}}`"),
        };
        Edits::of(file)
            .replace(span, text)
            .also(needed)
            .done(format!("Make it by `{made}`, which nobody can guess"))
    }

    fn check_tree(&self, tree: &TreeContext<'_>, out: &mut Findings) {
        imported_helpers(tree, out);
    }

    fn check_file(&self, file: &FileContext<'_>, out: &mut Findings) {
        let Some(code) = Code::of(file, SOURCES) else { return };
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
        for (target, value, _) in code.assignments() {
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
