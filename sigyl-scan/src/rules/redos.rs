//! Regular expressions that take too long: written by a caller, or ambiguous in themselves.

use regex_syntax::hir::{Class as CharClass, Hir, HirKind, Literal};
use sigyl_core::{Class, Confidence, Severity};

use super::sink::{reached_at_most, short};
use crate::{
    context::FileContext,
    files::FileRole,
    flow::{Call, Hazards},
    ir::{ExprKind, Language, Module},
    rule::{Calls, Draft, Findings, Rule, RuleMeta},
};

pub(crate) struct Redos;

static META: RuleMeta = RuleMeta {
    id: "redos",
    title: "Regular expression that can take exponential time",
    class: Class::Injection,
    severity: Severity::Warning,
    cwe: &[1333, 400],
    owasp: None,
    practice: None,
    since: "0.1.0",
    fixes: &[
        "Match a caller's text literally: escape it first, or search without a pattern",
        "Use an engine in linear time: re2",
        "Write repeated groups so that each text fits in one way only",
    ],
    page: include_str!("redos.md"),
};

/// Longest pattern that is looked at, bytes. Chosen.
const LONGEST: usize = 2000;
/// Deepest nesting of a pattern that is looked at. Chosen.
const DEEPEST: u32 = 40;

impl Rule for Redos {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn check_file(&self, file: &FileContext<'_>, out: &mut Findings) {
        if file.role == FileRole::Test {
            return;
        }
        let Some(module) = file.module() else { return };
        for expr in &module.exprs {
            let pattern = match expr.kind {
                ExprKind::Regex { pattern, .. } => module.name(pattern),
                ExprKind::String(text) => module.name(text),
                _ => continue,
            };
            // Only a repeated group can be ambiguous in this way.
            if pattern.len() > LONGEST || ![")*", ")+", "){"].iter().any(|repeat| pattern.contains(repeat)) {
                continue;
            }
            file.spend(pattern.len());
            if is_ambiguous_pattern(pattern) {
                let place = file.place(expr.span);
                out.report(
                    Draft::new(place, "a repeated group of this pattern fits the same text in many ways: some texts take exponential time")
                        .confidence(Confidence::Medium),
                );
            }
        }
    }

    fn calls(&self) -> Calls {
        Calls::WithData
    }

    fn check_call(&self, call: &Call<'_>, out: &mut Findings) {
        let is_pattern = match call.language() {
            Language::JavaScript => call.is(&["RegExp"]) || matches_text(call),
            Language::Python => call.is(&[
                "re.compile",
                "re.search",
                "re.match",
                "re.fullmatch",
                "re.sub",
                "re.subn",
                "re.split",
                "re.findall",
                "re.finditer",
                "regex.compile",
                "regex.search",
                "regex.match",
                "regex.findall",
                "regex.sub",
            ]),
        };
        // The package `regex` ends a search that takes longer than it is given.
        let is_limited = call.api().is_some_and(|api| api.starts_with("regex."))
            && (call.keyword("timeout").is_some() || call.file().module().is_some_and(limits_a_search));
        if !is_pattern || is_limited {
            return;
        }
        let Some(pattern) = call.arg_or(0, "pattern") else { return };
        if let Some(path) = call.flow(pattern, Hazards::PATTERN) {
            let name = call.api().map_or("the call", short);
            let what = format!("becomes a regular expression by `{name}`");
            out.report(reached_at_most(call, &path, Severity::Warning, Confidence::Medium, &what));
        }
    }
}

/// True for a module that gives a search with a pattern a time: `pattern.finditer(text, timeout=2)`.
fn limits_a_search(module: &Module) -> bool {
    let searches = |callee| match module.expr(callee).kind {
        ExprKind::Member { property, .. } => matches!(
            module.name(property),
            "search"
                | "match"
                | "fullmatch"
                | "findall"
                | "finditer"
                | "sub"
                | "subn"
                | "split"
                | "splititer"
        ),
        _ => false,
    };
    module.exprs.iter().any(|expr| match expr.kind {
        ExprKind::Call { callee, arguments } => {
            let mut given = module.arguments(arguments).iter().filter_map(|argument| argument.keyword);
            searches(callee) && given.any(|name| module.name(name) == "timeout")
        }
        _ => false,
    })
}

/// `text.match(pattern)`: a text that is given for the pattern becomes one. Other things have methods of that name.
fn matches_text(call: &Call<'_>) -> bool {
    matches!(call.method(), Some("match" | "matchAll"))
        && call.receiver().is_some_and(|text| match text.api() {
            Some(api) => {
                ["readFile()", "readFileSync()", "toString()", ".text()"].iter().any(|end| api.ends_with(end))
            }
            None => text.prefix().is_some() || call.flow(text, Hazards::PATTERN).is_some(),
        })
}

/// True when a repeated group can match the same text in more than one way.
fn is_ambiguous_pattern(pattern: &str) -> bool {
    let parsed = regex_syntax::ParserBuilder::new().nest_limit(DEEPEST).build().parse(pattern);
    parsed.is_ok_and(|hir| has_ambiguous_repetition(&hir))
}

fn has_ambiguous_repetition(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Repetition(repetition) => {
            let unbounded = repetition.max.is_none();
            unbounded && is_ambiguous(&repetition.sub) || has_ambiguous_repetition(&repetition.sub)
        }
        HirKind::Capture(capture) => has_ambiguous_repetition(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().any(has_ambiguous_repetition),
        _ => false,
    }
}

/// True when `body`, repeated without bound, fits some text in more than one way.
fn is_ambiguous(body: &Hir) -> bool {
    let body = bare(body);
    let parts: Vec<&Hir> = match body.kind() {
        HirKind::Concat(parts) => parts.iter().map(bare).collect(),
        _ => vec![body],
    };
    let nullable = |part: &Hir| part.properties().minimum_len() == Some(0);
    // `(a+)+`, `(a+b?)*`: one repetition carries the group alone.
    let alone = parts.iter().enumerate().any(|(at, part)| {
        repeated_class(part).is_some_and(|class| !class.is_empty())
            && parts.iter().enumerate().all(|(other, part)| other == at || nullable(part))
    });
    if alone {
        return true;
    }
    // `(,[^/]+)*`: the repetition at the end takes what the group begins with.
    if let [before @ .., last] = parts.as_slice()
        && !before.is_empty()
        && let Some(class) = repeated_class(last)
        && before
            .iter()
            .filter(|part| !nullable(part))
            .all(|part| single_class(part).is_some_and(|first| overlap(&first, &class)))
    {
        return true;
    }
    false
}

/// `hir` without the groups around it.
fn bare(hir: &Hir) -> &Hir {
    let mut at = hir;
    while let HirKind::Capture(capture) = at.kind() {
        at = &capture.sub;
    }
    at
}

type Ranges = Vec<(u32, u32)>;

/// What an unbounded repetition of single characters takes.
fn repeated_class(hir: &Hir) -> Option<Ranges> {
    match hir.kind() {
        HirKind::Repetition(repetition) if repetition.max.is_none() => single_class(bare(&repetition.sub)),
        _ => None,
    }
}

/// The characters that `hir` takes, when it takes exactly one.
fn single_class(hir: &Hir) -> Option<Ranges> {
    match hir.kind() {
        HirKind::Class(CharClass::Unicode(class)) => {
            Some(class.ranges().iter().map(|range| (range.start().into(), range.end().into())).collect())
        }
        HirKind::Class(CharClass::Bytes(class)) => {
            Some(class.ranges().iter().map(|range| (range.start().into(), range.end().into())).collect())
        }
        HirKind::Literal(Literal(bytes)) => {
            let mut chars = std::str::from_utf8(bytes).ok()?.chars();
            let only = chars.next().filter(|_| chars.next().is_none())?;
            Some(vec![(only.into(), only.into())])
        }
        HirKind::Capture(capture) => single_class(&capture.sub),
        _ => None,
    }
}

fn overlap(a: &Ranges, b: &Ranges) -> bool {
    // Both are sorted.
    let (mut x, mut y) = (0, 0);
    while let (Some(one), Some(other)) = (a.get(x), b.get(y)) {
        if one.1 < other.0 {
            x += 1;
        } else if other.1 < one.0 {
            y += 1;
        } else {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_ambiguous_groups_from_others() {
        for pattern in ["(a+)+$", "([^/]+(?:,[^/]+)*)", "^([a-z]+\\s*)+$", "(.*)*"] {
            assert!(is_ambiguous_pattern(pattern), "{pattern}");
        }
        for pattern in [
            "([^/,]+(?:,[^/,]+)*)",
            "(?:\\d{1,3}\\.){3}\\d+",
            "^(?:[^\"\\\\]|\\\\.)*$",
            "(\\.\\w+)*",
            "(?:a|b)+",
            "(unclosed",
        ] {
            assert!(!is_ambiguous_pattern(pattern), "{pattern}");
        }
    }
}
