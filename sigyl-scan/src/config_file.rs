//! `sigyl.toml`: what a project tells its scans.
//!
//! ```toml
//! baseline = "sigyl-baseline.json"
//!
//! [rules]
//! dockerfile-root = { severity = "error" }
//! unpinned-base-image = { disabled = true, reason = "Renovate pins them at release" }
//!
//! [[exclude]]
//! glob = "vendor/**"
//! reason = "reviewed where it comes from"
//!
//! [policy]
//! fail_on = "warning"
//! not_analysed = "block"
//! ```

use std::collections::BTreeMap;

use sigyl_core::{Diagnostic, DiagnosticLevel, LineIndex, NotAnalysedPolicy, Parsed, Severity, Span};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::config::ExcludedPath;

/// The name of the file.
pub const CONFIG_FILE: &str = "sigyl.toml";

/// What a `sigyl.toml` says.
#[derive(Debug, Clone, Default)]
pub struct ConfigFile {
    /// Path of the baseline, relative to the folder of the file.
    pub baseline: Option<String>,
    /// Rules that do not run, with the reason.
    pub disabled: BTreeMap<String, Option<String>>,
    /// Severities other than the rules' own.
    pub severities: BTreeMap<String, Severity>,
    /// Paths whose findings do not count.
    pub excluded: Vec<ExcludedPath>,
    /// The lowest severity at which a scan fails.
    pub fail_on: Option<FailOn>,
    /// What is done about source that was not analysed.
    pub not_analysed: Option<NotAnalysedPolicy>,
}

/// The lowest severity at which a scan fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailOn {
    /// Findings of this severity and worse.
    Severity(Severity),
    /// Findings never fail a scan.
    Never,
}

impl FailOn {
    /// The names that [`parse`](Self::parse) takes, best first.
    pub const NAMES: &[&str] = &["block", "error", "warning", "never"];

    /// Reads a name.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "block" => Some(Self::Severity(Severity::Block)),
            "error" => Some(Self::Severity(Severity::Error)),
            "warning" => Some(Self::Severity(Severity::Warning)),
            "never" => Some(Self::Never),
            _ => None,
        }
    }
}

impl ConfigFile {
    /// Reads the text of the file at `path`, which is named in diagnostics. `rules` are the ids that may be named.
    /// Everything that is wrong is reported at once; what is right is in the value all the same.
    pub fn parse(path: &str, text: &str, rules: &[&str]) -> Parsed<Self> {
        let lines = LineIndex::new(text);
        let mut reader = Reader { path, text, lines, rules, diagnostics: Vec::new() };
        let (root, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            let span = error.span().map_or(Span::default(), span);
            let message = error.message().lines().collect::<Vec<_>>().join("; ");
            reader.say(span, "config-syntax", message, None);
        }
        let mut value = Self::default();
        // Below a mistake of notation, keys may belong to another table than their author meant.
        if reader.diagnostics.is_empty() {
            reader.root(root.get_ref(), &mut value);
        }
        reader.diagnostics.sort_by_key(|diagnostic| diagnostic.span);
        Parsed { value: Some(value), diagnostics: reader.diagnostics }
    }
}

/// A key as it stands in the file.
type Key<'a> = Spanned<std::borrow::Cow<'a, str>>;

struct Reader<'a> {
    path: &'a str,
    text: &'a str,
    lines: LineIndex,
    rules: &'a [&'a str],
    diagnostics: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn root(&mut self, root: &DeTable<'_>, value: &mut ConfigFile) {
        for (key, item) in root {
            match key.get_ref().as_ref() {
                "baseline" => value.baseline = self.string(item, "the path of a file"),
                "rules" => {
                    for (rule, item) in self.table(item).into_iter().flatten() {
                        self.rule(rule, item, value);
                    }
                }
                "exclude" => self.exclude(item, value),
                "policy" => {
                    for (key, item) in self.table(item).into_iter().flatten() {
                        self.policy(key, item, value);
                    }
                }
                _ => self.unknown(key, &["baseline", "rules", "exclude", "policy"]),
            }
        }
    }

    fn rule(&mut self, rule: &Key<'_>, item: &Spanned<DeValue<'_>>, value: &mut ConfigFile) {
        let id = rule.get_ref().as_ref();
        if !self.rules.contains(&id) {
            let mend = nearest(id, self.rules).map_or_else(
                || "List the rules with `sigyl rules list`".to_owned(),
                |known| format!("Write `{known}`"),
            );
            let message = format!("there is no rule `{id}`");
            self.say(span(rule.span()), "config-unknown-rule", message, Some(mend));
        }
        let Some(table) = self.table(item) else { return };
        let (mut disabled, mut reason) = (false, None);
        for (key, item) in table {
            match key.get_ref().as_ref() {
                "severity" => {
                    let names = ["info", "warning", "error", "block"];
                    if let Some(name) = self.choice(item, &names) {
                        let severity = match name {
                            "info" => Severity::Info,
                            "warning" => Severity::Warning,
                            "error" => Severity::Error,
                            _ => Severity::Block,
                        };
                        value.severities.insert(id.to_owned(), severity);
                    }
                }
                "disabled" => match item.get_ref() {
                    DeValue::Boolean(on) => disabled = *on,
                    _ => self.wrong_type(item, "true or false"),
                },
                "reason" => reason = self.string(item, "a sentence"),
                _ => self.unknown(key, &["severity", "disabled", "reason"]),
            }
        }
        if disabled {
            if reason.is_none() {
                let message = format!("`{id}` is turned off without a reason");
                self.no_reason(span(rule.span()), message);
            }
            value.disabled.insert(id.to_owned(), reason);
        }
    }

    fn exclude(&mut self, item: &Spanned<DeValue<'_>>, value: &mut ConfigFile) {
        let DeValue::Array(entries) = item.get_ref() else {
            self.wrong_type(item, "a list of tables: `[[exclude]]`");
            return;
        };
        for entry in entries.iter() {
            let Some(table) = self.table(entry) else { continue };
            let (mut glob, mut reason) = (None, None);
            for (key, item) in table {
                match key.get_ref().as_ref() {
                    "glob" => glob = self.string(item, "a glob").map(|glob| (glob, span(item.span()))),
                    "reason" => reason = self.string(item, "a sentence"),
                    _ => self.unknown(key, &["glob", "reason"]),
                }
            }
            let Some((glob, at)) = glob else {
                let message = "an excluded path without `glob`".to_owned();
                let mend = Some("Write which paths are meant, such as `glob = \"vendor/**\"`".to_owned());
                self.say(span(entry.span()), "config-missing-key", message, mend);
                continue;
            };
            if reason.is_none() {
                self.no_reason(at, format!("`{glob}` is excluded without a reason"));
            }
            match ExcludedPath::new(&glob, reason) {
                Ok(excluded) => value.excluded.push(excluded),
                Err(error) => self.say(at, "config-invalid-glob", error.to_string(), None),
            }
        }
    }

    fn policy(&mut self, key: &Key<'_>, item: &Spanned<DeValue<'_>>, value: &mut ConfigFile) {
        match key.get_ref().as_ref() {
            "fail_on" => {
                value.fail_on = self.choice(item, FailOn::NAMES).and_then(FailOn::parse).or(value.fail_on);
            }
            "not_analysed" => {
                value.not_analysed = match self.choice(item, &["warn", "block"]) {
                    Some("block") => Some(NotAnalysedPolicy::Block),
                    Some(_) => Some(NotAnalysedPolicy::Warn),
                    None => None,
                };
            }
            _ => self.unknown(key, &["fail_on", "not_analysed"]),
        }
    }

    fn table<'t, 'i>(&mut self, item: &'t Spanned<DeValue<'i>>) -> Option<&'t DeTable<'i>> {
        if let DeValue::Table(table) = item.get_ref() {
            return Some(table);
        }
        self.wrong_type(item, "a table");
        None
    }

    fn string(&mut self, item: &Spanned<DeValue<'_>>, wanted: &str) -> Option<String> {
        match item.get_ref() {
            DeValue::String(text) if !text.trim().is_empty() => return Some(text.as_ref().to_owned()),
            DeValue::String(_) => {
                let message = format!("expected {wanted}, found an empty text");
                self.say(span(item.span()), "config-empty", message, None);
            }
            _ => self.wrong_type(item, wanted),
        }
        None
    }

    fn choice(&mut self, item: &Spanned<DeValue<'_>>, names: &[&'static str]) -> Option<&'static str> {
        let DeValue::String(text) = item.get_ref() else {
            self.wrong_type(item, &format!("one of {}", names.join(", ")));
            return None;
        };
        let found = names.iter().copied().find(|name| *name == text.as_ref());
        if found.is_none() {
            let mend = match nearest(text, names) {
                Some(known) => format!("Write \"{known}\""),
                None => format!("Write one of {}", names.join(", ")),
            };
            let message = format!("`{text}` is none of {}", names.join(", "));
            self.say(span(item.span()), "config-unknown-value", message, Some(mend));
        }
        found
    }

    fn wrong_type(&mut self, item: &Spanned<DeValue<'_>>, wanted: &str) {
        let found = match item.get_ref() {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a time",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.say(span(item.span()), "config-wrong-type", format!("expected {wanted}, found {found}"), None);
    }

    fn unknown(&mut self, key: &Key<'_>, known: &[&str]) {
        let mend = match nearest(key.get_ref(), known) {
            Some(known) => format!("Write `{known}`"),
            None => format!("Write one of {}", known.join(", ")),
        };
        let message = format!("there is no key `{}` here", key.get_ref());
        self.say(span(key.span()), "config-unknown-key", message, Some(mend));
    }

    fn no_reason(&mut self, at: Span, message: String) {
        let mend = Some("Add `reason = \"…\"`, for whoever reads this next".to_owned());
        self.say(at, "config-missing-reason", message, mend);
    }

    fn say(&mut self, at: Span, code: &str, message: String, mend: Option<String>) {
        self.diagnostics.push(Diagnostic {
            level: DiagnosticLevel::Error,
            code: code.to_owned(),
            message,
            mend,
            location: self.lines.location(self.path, self.text, at),
            span: Some(at),
        });
    }
}

fn span(range: std::ops::Range<usize>) -> Span {
    Span::new(range.start as u32, range.end as u32)
}

/// The known name that `name` was probably meant to be: at most two letters, or a third of them, are wrong.
pub(crate) fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    // Longer ones are no misspelt names, and the distance costs the product of the lengths.
    if name.len() > 64 {
        return None;
    }
    let (distance, best) = known.iter().map(|known| (distance(name, known), *known)).min()?;
    (distance <= 2.max(name.chars().count() / 3)).then_some(best)
}

/// Letters to insert, remove or change (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, right) in b.iter().enumerate() {
            let changed = diagonal + usize::from(left != *right);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &[&str] = &["command-injection", "dockerfile-root", "path-traversal"];

    fn check(text: &str) -> String {
        let parsed = ConfigFile::parse("sigyl.toml", text, RULES);
        let frames: Vec<_> = parsed.diagnostics.iter().map(|problem| problem.render(text, false)).collect();
        frames.join("\n\n")
    }

    #[test]
    fn everything_valid() {
        let text = "baseline = 'b.json'\n[rules]\ndockerfile-root = { severity = 'block' }\n\
                    path-traversal = { disabled = true, reason = 'no files' }\n\
                    [[exclude]]\nglob = 'vendor/**'\nreason = 'theirs'\n\
                    [policy]\nfail_on = 'never'\nnot_analysed = 'block'\n";
        let parsed = ConfigFile::parse("sigyl.toml", text, RULES);
        assert_eq!(parsed.diagnostics, []);
        let value = parsed.value.unwrap();
        assert_eq!(value.baseline.as_deref(), Some("b.json"));
        assert_eq!(value.severities["dockerfile-root"], Severity::Block);
        assert_eq!(value.disabled["path-traversal"].as_deref(), Some("no files"));
        assert!(value.excluded[0].matches("vendor/x.py"));
        assert_eq!(value.fail_on, Some(FailOn::Never));
        assert_eq!(value.not_analysed, Some(NotAnalysedPolicy::Block));
    }

    #[test]
    fn everything_wrong_at_once() {
        insta::assert_snapshot!(check(
            "basline = 'x'\n[rules]\ncomand-injection = { severity = 'fatal' }\ndockerfile-root = { disabled = true }\n\
             path-traversal = 'error'\n[[exclude]]\nreason = 'x'\n[[exclude]]\nglob = 'a['\n[policy]\nfail_on = 3\n\
             not_analysed = 'blok'\n"
        ));
    }

    #[test]
    fn broken_toml() {
        insta::assert_snapshot!(check("[rules\ndockerfile-root = {\n[policy]\nfail_on = 'error'\n"));
    }

    #[test]
    fn names_that_were_meant() {
        assert_eq!(nearest("comand-injecton", RULES), Some("command-injection"));
        assert_eq!(nearest("xss", RULES), None);
        assert_eq!(nearest(&"x".repeat(1_000_000), RULES), None);
    }
}
