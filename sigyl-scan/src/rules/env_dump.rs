//! The whole environment goes to where others read it.

use sigyl_core::{Class, Confidence, Severity};

use super::{log_call::logs, request::requested, secret_in_log::last_place, sink::split};
use crate::{
    context::FileContext,
    flow::{Answer, Call, FlowPath, Hazards, ONE_OF_ALL, SourceKind},
    rule::{Calls, Findings, Place, Rule, RuleMeta},
};

pub(crate) struct EnvDump;

static META: RuleMeta = RuleMeta {
    id: "env-dump",
    title: "The whole environment is given away",
    class: Class::SecretExposure,
    severity: Severity::Error,
    cwe: &[526, 200],
    owasp: Some("MCP01"),
    practice: None,
    since: "0.1.0",
    fixes: &[
        "Name the variables that are needed, and give only those",
        "Leave out every variable whose value is a credential",
    ],
    page: include_str!("env_dump.md"),
};

impl Rule for EnvDump {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn calls(&self) -> Calls {
        Calls::WithData
    }

    fn check_call(&self, call: &Call<'_>, out: &mut Findings) {
        let Some((what, severity)) = gives_away(call) else { return };
        // What goes out by the network is another rule's.
        if !requested(call).is_empty() {
            return;
        }
        let values = call.args().iter().chain(call.keywords().map(|(_, value)| value));
        let Some(path) =
            values.filter_map(|value| call.flow_from(value, Hazards::SECRET, &is_environment)).next()
        else {
            return;
        };
        // Whoever named one of the variables does not read the log.
        if path.name == ONE_OF_ALL && !what.contains("answers") {
            return;
        }
        report(&path, call.file(), call.place(), what, severity, out);
    }

    fn check_answer(&self, answer: &Answer<'_>, out: &mut Findings) {
        let Some(path) = answer.flow_from(Hazards::SECRET, &is_environment) else { return };
        let place = last_place(&path, answer.place());
        // Some servers have a tool for it, on purpose: their user's own machine tells its user.
        report(&path, answer.file(), place, "is in what the handler answers", Severity::Warning, out);
    }
}

fn is_environment(source: SourceKind, _: &str) -> bool {
    source == SourceKind::Environment
}

/// What a call does with its arguments, where others can read them afterwards.
fn gives_away(call: &Call<'_>) -> Option<(&'static str, Severity)> {
    if logs(call) {
        return Some(("is written to the log", Severity::Warning));
    }
    let api = call.api()?;
    let (object, method) = split(api);
    let answers = object.ends_with("Response()")
        && matches!(method, "json" | "send" | "end" | "write" | "jsonp")
        || matches!(
            method,
            "JSONResponse" | "PlainTextResponse" | "HTMLResponse" | "jsonify" | "make_response"
        )
        || api == "Response"
        || api == "Response.json";
    if answers {
        return Some(("is in what the server answers", Severity::Error));
    }
    let name = method.strip_suffix("Sync").unwrap_or(method);
    let writes = matches!(name, "writeFile" | "appendFile" | "outputFile" | "writeTextFile" | "write_text")
        || api == "json.dump"
        || api == "open().write";
    if writes {
        return Some(("is written to a file", Severity::Warning));
    }
    (method.ends_with("Error") || method.ends_with("Exception"))
        .then_some(("becomes part of an error's text", Severity::Warning))
}

fn report(
    path: &FlowPath,
    file: &FileContext<'_>,
    place: Place,
    what: &str,
    severity: Severity,
    out: &mut Findings,
) {
    // What went through something unknown may be anything by now.
    if path.confidence < Confidence::High || is_filtered(path, file) {
        return;
    }
    out.report(
        path.draft(place, format!("the whole environment (`{}`) {what}", path.name)).severity(severity),
    );
}

/// True where the environment is read only to take some of its variables, as far as the statement shows.
fn is_filtered(path: &FlowPath, file: &FileContext<'_>) -> bool {
    path.steps.iter().take(3).any(|(place, _)| place.file == file.id && takes_one(file, *place))
        || path.steps.first().is_some_and(|(source, _)| source.file == file.id && takes_some(file, *source))
}

/// A loop over all of them that goes on with the one of a name: `for key, value in values.items(): if key == name`.
fn takes_one(file: &FileContext<'_>, place: Place) -> bool {
    let text = &file.text[(place.span.end as usize).min(file.text.len())..];
    let line = text.lines().take(3).map(str::trim_start).find(|line| line.starts_with("if "));
    line.is_some_and(|line| line.contains(" == "))
}

fn takes_some(file: &FileContext<'_>, source: Place) -> bool {
    let text = &file.text[(source.span.start as usize).min(file.text.len())..];
    let end = text.char_indices().take(200).map(|(at, _)| at).last().unwrap_or(0);
    let statement = text[..end].split([';']).next().unwrap_or_default();
    let statement = statement.split("\n\n").next().unwrap_or_default();
    statement.contains(".filter(")
        || statement.contains(".reduce(")
        || statement
            .lines()
            .take(3)
            .any(|line| line.trim_start().starts_with("if ") && !line.ends_with([':', '{']))
        || statement.split(['}', ']', '\n']).next().is_some_and(|line| line.contains(" if "))
}

#[cfg(test)]
mod tests {
    use crate::rules::table::findings_of;

    fn count(path: &str, text: &str) -> usize {
        findings_of("env-dump", &[(path, text)]).len()
    }

    #[test]
    fn children_may_have_the_environment() {
        let text = "import { spawn } from 'node:child_process';\nconst child = spawn('git', ['status'], { env: { ...process.env, LANG: 'C' } });\n\
                    child.stdout.on('data', (chunk) => console.log(String(chunk)));\n";
        assert_eq!(count("a.ts", text), 0);
        assert_eq!(
            count(
                "a.py",
                "import os\nimport subprocess\nenv = os.environ.copy()\nprint(subprocess.run(['git'], env=env, capture_output=True).stdout)\n"
            ),
            0
        );
    }

    #[test]
    fn names_and_single_variables_are_fine() {
        assert_eq!(
            count("a.ts", "console.log(Object.keys(process.env));\nconsole.log(process.env.PORT);\n"),
            0
        );
        assert_eq!(count("a.py", "import os\nfor name in os.environ:\n    print(name)\n"), 0);
        assert_eq!(
            count("a.py", "import os\nfor name, value in os.environ.items():\n    print(name, value)\n"),
            1
        );
    }
}
