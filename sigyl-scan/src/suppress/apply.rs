//! Takes the findings that do not count out of a report.

use rustc_hash::FxHashMap;
use sigyl_core::{Digest, Finding, Span, Suppressed, Suppression};

use super::{
    comments::parse_ignores,
    own::{self, Seen},
};
use crate::{
    config::{ScanConfig, Trust},
    driver::{Source, Sources},
    files::FileKind,
    ir::ExprKind,
    rule::{Draft, Rule},
    rules::RULES,
};

/// Takes the findings that do not count out of `findings`, and adds what the scan has to say about ignore comments and
/// about a stranger's attempts to configure it. `finish` makes findings of drafts, which come with the number of their
/// rule.
pub(crate) fn apply(
    findings: &mut Vec<Finding>,
    rules: &[&dyn Rule],
    config: &ScanConfig,
    sources: &Sources<'_>,
    finish: impl FnOnce(Vec<(usize, Draft)>) -> Vec<Finding>,
) -> Vec<Suppressed> {
    let mut suppressed = Vec::new();
    let mut seen = ignores(sources);
    let drafts = if config.trust == Trust::Trusted {
        by_comment(findings, &mut seen, &mut suppressed);
        let ran = |id: &str| rules.iter().any(|rule| rule.meta().id == id);
        own::of_comments(&seen, ran, |id| ran(id) || RULES.iter().any(|rule| rule.meta().id == id))
    } else {
        own::of_strangers(config, sources, &seen)
    };
    let numbered = drafts
        .into_iter()
        .filter_map(|(id, draft)| Some((rules.iter().position(|rule| rule.meta().id == id)?, draft)));
    findings.extend(finish(numbered.collect()));

    take(findings, &mut suppressed, |finding| {
        let excluded = config.excluded.iter().find(|excluded| excluded.matches(&finding.location.path))?;
        Some(Suppression::ExcludedPath {
            pattern: excluded.glob().to_owned(),
            reason: excluded.reason().map(str::to_owned),
        })
    });
    take(findings, &mut suppressed, |finding| {
        let reason = config.baseline.get(&finding.fingerprint)?.clone();
        Some(Suppression::Baseline { reason })
    });
    suppressed.sort_by(|a, b| order(&a.finding).cmp(&order(&b.finding)));
    suppressed
}

fn order(finding: &Finding) -> (&sigyl_core::Location, &str, &Digest) {
    (&finding.location, &finding.rule, &finding.fingerprint)
}

/// Moves the findings that `why` has an answer for.
fn take(
    findings: &mut Vec<Finding>,
    suppressed: &mut Vec<Suppressed>,
    mut why: impl FnMut(&Finding) -> Option<Suppression>,
) {
    let mut kept = Vec::with_capacity(findings.len());
    for finding in findings.drain(..) {
        match why(&finding) {
            Some(suppression) => suppressed.push(Suppressed { finding, suppression }),
            None => kept.push(finding),
        }
    }
    *findings = kept;
}

/// Every ignore comment of the tree, by file and line.
fn ignores<'a>(sources: &'a Sources<'a>) -> Vec<Seen<'a>> {
    let mut seen = Vec::new();
    for source in &sources.files {
        // JSON has no comments; a document's only ones are those of its markup.
        if matches!(source.kind, FileKind::Json | FileKind::PackageJson | FileKind::LockFile) {
            continue;
        }
        let found = parse_ignores(source.text);
        if found.is_empty() {
            continue;
        }
        let literals = literals(source);
        for ignore in found {
            let quoted = is_inside(&literals, ignore.span);
            if !quoted && (ignore.markup || source.kind != FileKind::Document) {
                let used = vec![false; ignore.rules.len()];
                seen.push(Seen { source, ignore, used });
            }
        }
    }
    seen
}

/// Spans of the string literals of a file that was parsed, sorted: what looks like a comment in there is none. Where
/// they nest, the outer one counts.
fn literals(source: &Source<'_>) -> Vec<Span> {
    let Some(module) = source.module() else { return Vec::new() };
    let strings = module.exprs.iter().filter(|expr| matches!(expr.kind, ExprKind::String(_)));
    let mut spans: Vec<Span> = strings.map(|expr| expr.span).collect();
    spans.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
    let mut end = 0;
    spans.retain(|span| {
        let outer = span.end > end;
        end = end.max(span.end);
        outer
    });
    spans
}

fn is_inside(sorted: &[Span], span: Span) -> bool {
    let next = sorted.partition_point(|literal| literal.start <= span.start);
    next.checked_sub(1).and_then(|at| sorted.get(at)).is_some_and(|literal| span.end <= literal.end)
}

/// Takes out what an ignore comment names on the line it is about.
fn by_comment(findings: &mut Vec<Finding>, seen: &mut [Seen<'_>], suppressed: &mut Vec<Suppressed>) {
    let mut at: FxHashMap<(&str, u32), Vec<usize>> = FxHashMap::default();
    for (number, entry) in seen.iter().enumerate() {
        if entry.ignore.reason.is_some() {
            at.entry((entry.source.file.path.as_str(), entry.ignore.target_line)).or_default().push(number);
        }
    }
    let mut used = Vec::new();
    take(findings, suppressed, |finding| {
        let numbers = at.get(&(finding.location.path.as_str(), finding.location.start_line))?;
        let mut answer = None;
        for number in numbers {
            let ignore = &seen[*number].ignore;
            let Some(position) = ignore.rules.iter().position(|rule| *rule == finding.rule) else { continue };
            used.push((*number, position));
            answer = ignore
                .reason
                .as_ref()
                .map(|reason| Suppression::Comment { reason: reason.clone(), line: ignore.line });
            break;
        }
        answer
    });
    for (number, position) in used {
        seen[number].used[position] = true;
    }
}
