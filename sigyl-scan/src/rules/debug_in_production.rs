//! Development settings in what is deployed.

use sigyl_core::{Class, Confidence, Severity, Span};

use super::code::Code;
use crate::{
    context::FileContext,
    files::{FileKind, FileRole},
    ir::{BinaryOp, ExprId, ExprKind, Language, Pattern as Target},
    lexical::{Pattern, instructions, stages},
    rule::{Draft, Findings, Rule, RuleMeta},
};

pub(crate) struct DebugInProduction;

static META: RuleMeta = RuleMeta {
    id: "debug-in-production",
    title: "Debug mode in production",
    class: Class::Misconfiguration,
    severity: Severity::Warning,
    cwe: &[489, 215],
    owasp: Some("MCP07"),
    practice: None,
    since: "0.1.0",
    fixes: &["Turn debugging off, or on only by an environment variable that is off by default"],
    page: include_str!("debug_in_production.md"),
};

static INSPECT: Pattern =
    Pattern::new(r"--inspect(?:-brk)?(?:=(?:0\.0\.0\.0|\[?::\]?)(?::[0-9]+)?)(?:\s|\x22|'|\z)");
static WATCH: Pattern = Pattern::new(
    r"\bnodemon\b|\btsx watch\b|\bnode --watch\b|--reload\b|\bflask\b[ -~]{0,60}--debug\b|\b(?:npm|pnpm|yarn|bun)[\x22', ]+(?:run[\x22', ]+)?(?:dev|start:dev)\b|\bmcp[\x22', ]+dev\b",
);
static DEVELOPMENT: Pattern = Pattern::new(
    r"(?:^|\s)(?:NODE_ENV|FLASK_ENV|APP_ENV|ENVIRONMENT)[= ]+[\x22']?development\b|(?:^|\s)(?:FLASK_DEBUG|DJANGO_DEBUG|DEBUG)[= ]+[\x22']?(?:1|true|True|\*)(?:[\x22'\s]|\z)",
);

impl Rule for DebugInProduction {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn check_file(&self, file: &FileContext<'_>, out: &mut Findings) {
        match file.kind {
            FileKind::Source(_) if file.role == FileRole::Runtime => check_source(file, out),
            FileKind::Dockerfile if !file.path.contains(".devcontainer/") => check_dockerfile(file, out),
            FileKind::PackageJson => check_package(file, out),
            _ => {}
        }
    }
}

fn check_source(file: &FileContext<'_>, out: &mut Findings) {
    let words = ["debug", "DEBUG", "reload", "inspector", "stack", "traceback"];
    let Some(code) = Code::of(file, &words) else { return };
    let mut report = |span: Span, message: &str, severity: Severity| {
        let draft = Draft::new(file.place(span), message).severity(severity);
        out.report(draft.confidence(Confidence::Medium));
    };
    for id in code.all() {
        let Some(path) = code.callee(id) else { continue };
        let span = code.module.span(id);
        if let Some((message, severity)) = turns_debugging_on(&code, id, &path) {
            report(span, message, severity);
        }
        if shows_stack(&code, id, &path) {
            report(span, "callers are shown the stack trace of an error", Severity::Warning);
        }
    }
    for (target, value, span) in code.assignments() {
        let Target::Place(place) = target else { continue };
        let (ExprKind::Member { object, .. } | ExprKind::Index { object, .. }) =
            code.module.expr(*place).kind
        else {
            continue;
        };
        let of = code.path(object);
        let sets = match code.last_name(*place) {
            Some("DEBUG") => of.ends_with(".config"),
            Some("debug") => of == "app" || of == "application",
            _ => false,
        };
        if sets && code.module.language == Language::Python && is_on(&code, *value) {
            report(*span, DEBUG_MODE, Severity::Warning);
        }
    }
}

const DEBUG_MODE: &str = "debug mode shows stack traces and variables to callers";

/// What a call turns on, and how bad it is.
fn turns_debugging_on(code: &Code<'_>, id: ExprId, path: &str) -> Option<(&'static str, Severity)> {
    let last = path.rsplit('.').next().unwrap_or(path);
    if code.module.language == Language::JavaScript {
        let everywhere = path == "inspector.open"
            && code
                .arguments(id)
                .iter()
                .any(|one| code.text(*one).is_some_and(|text| matches!(text, "0.0.0.0" | "::")));
        return everywhere.then_some((
            "the debugger listens on every interface, and whoever reaches it can run code",
            Severity::Error,
        ));
    }
    let on = |name: &str| code.option(id, name).is_some_and(|value| is_on(code, value));
    match last {
        "run"
            if (path.ends_with("app.run")
                || path.ends_with("application.run")
                || path.contains("Flask()"))
                && on("debug") =>
        {
            Some(("Flask's debug mode lets whoever reaches an error page run code", Severity::Error))
        }
        "Flask" | "Starlette" | "FastAPI" | "Quart" | "Litestar" if on("debug") => {
            Some((DEBUG_MODE, Severity::Warning))
        }
        "run" if path == "uvicorn.run" && on("reload") => {
            Some(("reload mode watches the source and restarts the server", Severity::Warning))
        }
        _ => None,
    }
}

/// True for what is on, also where it is so unless a variable of the environment says otherwise.
fn is_on(code: &Code<'_>, id: ExprId) -> bool {
    let resolved = code.resolve(id);
    let is_yes = |text: &str| matches!(text.to_ascii_lowercase().as_str(), "true" | "1" | "yes" | "on");
    let default_is_yes = |side: ExprId| {
        code.sources(side).into_iter().take(20).any(|part| {
            code.callee(part).is_some_and(|path| matches!(&*path, "os.getenv" | "os.environ.get"))
                && code.arguments(part).get(1).is_some_and(|default| code.text(*default).is_some_and(is_yes))
        })
    };
    match code.module.expr(resolved).kind {
        ExprKind::Bool(value) => value,
        ExprKind::Binary { op: BinaryOp::Equal | BinaryOp::In, left, .. } => default_is_yes(left),
        _ => false,
    }
}

/// True for an answer to a request that holds the stack of an error, whatever the mode.
fn shows_stack(code: &Code<'_>, id: ExprId, path: &str) -> bool {
    let last = path.rsplit('.').next().unwrap_or(path);
    let root = path.split('.').next().unwrap_or_default();
    let answers = matches!(last, "json" | "send" | "end")
        && matches!(root, "res" | "reply" | "response" | "c" | "ctx")
        || matches!(
            last,
            "JSONResponse" | "PlainTextResponse" | "HTMLResponse" | "jsonify" | "json_response"
        );
    if !answers {
        return false;
    }
    let (ExprKind::Call { arguments, .. } | ExprKind::New { arguments, .. }) = code.module.expr(id).kind
    else {
        return false;
    };
    let shows = code.module.arguments(arguments).iter().any(|argument| {
        let span = code.module.span(argument.value);
        let is_stack = |part: ExprId| match code.module.expr(part).kind {
            ExprKind::Member { property, object } => {
                code.module.name(property) == "stack"
                    && code
                        .last_name(object)
                        .is_some_and(|name| matches!(name, "error" | "err" | "e" | "ex" | "exception"))
            }
            ExprKind::Call { .. } => code
                .callee(part)
                .is_some_and(|path| matches!(&*path, "traceback.format_exc" | "traceback.format_exception")),
            _ => false,
        };
        let conditional = |part: ExprId| {
            matches!(
                code.module.expr(part).kind,
                ExprKind::Conditional { .. } | ExprKind::Binary { op: BinaryOp::And | BinaryOp::Or, .. }
            )
        };
        code.within(span).any(is_stack) && !code.within(span).any(conditional)
    });
    shows && !in_development(code, code.module.span(id))
}

/// True behind a condition that asks whether this is development.
fn in_development(code: &Code<'_>, at: Span) -> bool {
    code.branches().iter().any(|(test, .., span)| {
        span.start <= at.start
            && at.end <= span.end
            && code.within(code.module.span(*test)).any(|part| {
                let name =
                    code.last_name(part).or_else(|| code.text(part)).unwrap_or_default().to_ascii_lowercase();
                ["node_env", "debug", "development", "isdev", "dev", "verbose"]
                    .iter()
                    .any(|word| name.contains(word))
            })
    })
}

fn check_dockerfile(file: &FileContext<'_>, out: &mut Findings) {
    let lower = file.path.to_ascii_lowercase();
    if lower.ends_with(".dev") || lower.ends_with(".development") || lower.ends_with("-dev") {
        return;
    }
    file.spend(file.text.len() * 4);
    let found = instructions(file.text);
    let stages = stages(&found);
    let Some(last) = stages.last() else { return };
    for instruction in last.body {
        let text = instruction.arguments.as_str();
        let place = file.at(instruction.start, instruction.end);
        match instruction.name.as_str() {
            "ENV" if DEVELOPMENT.is_match(text) => {
                out.report(Draft::new(place, "the image is set to development mode"));
            }
            "CMD" | "ENTRYPOINT" if INSPECT.is_match(text) => out.report(
                Draft::new(
                    place,
                    "the debugger listens on every interface, and whoever reaches it can run code",
                )
                .severity(Severity::Error),
            ),
            "CMD" | "ENTRYPOINT" if WATCH.is_match(text) => {
                out.report(Draft::new(place, "the image starts a development server"));
            }
            _ => {}
        }
    }
}

fn check_package(file: &FileContext<'_>, out: &mut Findings) {
    file.spend(file.text.len());
    let Some(pattern) = INSPECT.get().filter(|_| file.holds_any(&["--inspect"])) else { return };
    let Some(found) = pattern.find(file.text) else { return };
    out.report(
        Draft::new(
            file.at(found.start(), found.end()),
            "the debugger listens on every interface, and whoever reaches it can run code",
        )
        .confidence(Confidence::Medium),
    );
}

#[cfg(test)]
mod tests {
    use crate::rules::table::findings_of;

    fn count(path: &str, text: &str) -> usize {
        findings_of("debug-in-production", &[(path, text)]).len()
    }

    #[test]
    fn images_in_development_mode() {
        assert_eq!(count("Dockerfile", "FROM a\nENV NODE_ENV=development\n"), 1);
        assert_eq!(count("Dockerfile", "FROM a\nENV PORT=1 DEBUG=true\n"), 1);
        assert_eq!(count("Dockerfile", "FROM a\nCMD [\"node\", \"--inspect=0.0.0.0:9229\", \"a.js\"]\n"), 1);
        assert_eq!(count("Dockerfile", "FROM a\nCMD [\"npm\", \"run\", \"dev\"]\n"), 1);
        assert_eq!(
            count("Dockerfile", "FROM a AS dev\nCMD npm run dev\nFROM a\nCMD [\"node\", \"a.js\"]\n"),
            0
        );
        assert_eq!(count("Dockerfile", "FROM a\nENV NODE_ENV=production DEBUG=false\n"), 0);
        assert_eq!(count("Dockerfile.dev", "FROM a\nENV NODE_ENV=development\n"), 0);
    }

    #[test]
    fn source_in_debug_mode() {
        assert_eq!(count("a.py", "app.run(host=h,\n  debug=True)\n"), 1);
        assert_eq!(count("a.py", "# app.run(debug=True)\napp.run(debug=settings.debug)\n"), 0);
        assert_eq!(count("a.py", "app.run(debug=False)\nlog(debug=True)\n"), 0);
        assert_eq!(count("tests/a.py", "app.run(debug=True)\n"), 0);
        assert_eq!(count("a.js", "inspector.open(9229, '0.0.0.0')\n"), 1);
    }
}
