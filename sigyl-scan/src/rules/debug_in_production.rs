//! Development settings in what is deployed.

use sigyl_core::{Class, Confidence, Severity};

use crate::{
    context::FileContext,
    files::{FileKind, FileRole},
    ir::Language,
    lexical::{Pattern, instructions, is_comment, stages},
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

/// Source patterns, what must stand in the file for them to be tried, what they mean, and how bad it is.
static SOURCE: [(&str, Pattern, &str, Severity); 4] = [
    (
        "debug",
        Pattern::new(r"\bapp\.run\([^()]{0,300}\bdebug\s*=\s*True\b"),
        "Flask's debug mode lets whoever reaches an error page run code",
        Severity::Error,
    ),
    (
        "debug",
        Pattern::new(
            r"\b(?:Flask|Starlette|FastAPI|Quart|Litestar)\([^()]{0,300}\bdebug\s*=\s*True\b|(?m:^\s*app\.debug\s*=\s*True\b)",
        ),
        "debug mode shows stack traces and variables to callers",
        Severity::Warning,
    ),
    (
        "reload",
        Pattern::new(r"\buvicorn\.run\([^()]{0,300}\breload\s*=\s*True\b"),
        "reload mode watches the source and restarts the server",
        Severity::Warning,
    ),
    (
        "inspector",
        Pattern::new(r#"\binspector\.open\([^()]{0,80}["'`](?:0\.0\.0\.0|::)["'`]"#),
        "the debugger listens on every interface, and whoever reaches it can run code",
        Severity::Error,
    ),
];

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
            FileKind::Source(language) if file.role == FileRole::Runtime => check_source(file, language, out),
            FileKind::Dockerfile if !file.path.contains(".devcontainer/") => check_dockerfile(file, out),
            FileKind::PackageJson => check_package(file, out),
            _ => {}
        }
    }
}

fn check_source(file: &FileContext<'_>, language: Language, out: &mut Findings) {
    for (number, (trigger, pattern, message, severity)) in SOURCE.iter().enumerate() {
        let of_language = if number == SOURCE.len() - 1 { Language::JavaScript } else { Language::Python };
        if language != of_language || !file.text.contains(trigger) {
            continue;
        }
        file.spend(file.text.len() * 2);
        let Some(pattern) = pattern.get() else { continue };
        for found in pattern.find_iter(file.text).take(10) {
            if !is_comment(file, found.start()) {
                out.report(
                    Draft::new(file.at(found.start(), found.end()), *message)
                        .severity(*severity)
                        .confidence(Confidence::Medium),
                );
            }
        }
    }
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
    let Some(pattern) = INSPECT.get().filter(|_| file.text.contains("--inspect")) else { return };
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
