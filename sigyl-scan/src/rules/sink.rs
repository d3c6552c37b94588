//! What rules that follow a caller's value to where it does harm have in common.

use sigyl_core::{Confidence, Severity};

use crate::{
    flow::{Call, FlowPath, SourceKind, Value},
    rule::Draft,
};

/// A finding at the call: "tool argument `x` `what`". What another server answered, and what only a parameter of an
/// uncalled function reaches, is at most a warning.
pub(crate) fn reached(call: &Call<'_>, path: &FlowPath, severity: Severity, what: &str) -> Draft {
    let severity = match path.source {
        SourceKind::Upstream => path.severity(severity).min(Severity::Warning),
        _ => path.severity(severity),
    };
    let name = match path.source {
        SourceKind::ToolArgument | SourceKind::PromptArgument => {
            path.name.strip_prefix("arguments.").unwrap_or(&path.name)
        }
        _ => &path.name,
    };
    path.draft(call.place(), format!("{} `{name}` {what}", path.source.describe())).severity(severity)
}

/// The same with a confidence of at most `most`.
pub(crate) fn reached_at_most(
    call: &Call<'_>,
    path: &FlowPath,
    severity: Severity,
    most: Confidence,
    what: &str,
) -> Draft {
    let confidence = path.confidence.min(most);
    reached(call, path, severity, what).confidence(confidence)
}

/// Names of arguments that say that whoever calls the tool gives a whole command or program.
const WHOLE_COMMANDS: &[&str] =
    &["command", "cmd", "commands", "commandline", "shellcommand", "bashcommand", "shell"];
/// The same for code.
const WHOLE_PROGRAMS: &[&str] =
    &["code", "script", "pythoncode", "pythonscript", "sourcecode", "jscode", "javascript"];

/// The severity of a command or program that is run as the caller gave it. Where the argument's name says that it is
/// one, running it is what the tool is for: a danger that its user must know of, not a mistake. A text that it is put
/// into, or an argument that is something else, is one.
pub(crate) fn of_whole(path: &FlowPath, severity: Severity) -> Severity {
    // A list of words that is a command is one by its words, too.
    let whole = path.name.trim_end_matches(".*");
    let name = whole.rsplit('.').next().unwrap_or_default().replace(['_', '-'], "").to_ascii_lowercase();
    let says_so = WHOLE_COMMANDS.contains(&name.as_str()) || WHOLE_PROGRAMS.contains(&name.as_str());
    if says_so && !path.concatenated && path.source == SourceKind::ToolArgument {
        severity.min(Severity::Warning)
    } else {
        severity
    }
}

/// The last component of an API's path, for messages.
pub(crate) fn short(api: &str) -> &str {
    api.rsplit(['.', '/']).next().unwrap_or(api)
}

/// Splits `fs.promises.readFile` into `fs.promises` and `readFile`; a name alone has an empty first part.
pub(crate) fn split(api: &str) -> (&str, &str) {
    api.rsplit_once('.').unwrap_or(("", api))
}

/// The field `name` of an object in which it is written; not what a caller's object may hold.
pub(crate) fn own_field<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    value.fields().into_iter().find(|(field, _)| *field == name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_programs() {
        assert_eq!(split("fs.promises.readFile"), ("fs.promises", "readFile"));
        assert_eq!(split("eval"), ("", "eval"));
        assert_eq!(short("fs/promises.readFile"), "readFile");
    }
}
