//! From what rules reported to the report: severities, fingerprints, suppression, order, verdict, recommendations.

use rustc_hash::FxHashMap;
use sigyl_core::{
    Confidence, DependencyCheck, Digest, Finding, Location, Manifest, NotAnalysed, NotAnalysedReason, Note,
    REPORT_SCHEMA_VERSION, Recommendation, ScanReport, Severity, SourceTree, Summary, Verdict,
    source::{FileContent, LeftOutReason},
};

use crate::{
    config::ScanConfig,
    driver::{Source, Sources},
    files::{FileKind, FileRole},
    flow::Offer,
    mend::Mends,
    one_cause::Causes,
    rule::{Draft, Place, Rule},
    suppress,
    ways::{best_of_each_way, call_of, way_out},
};

/// What the checks brought together, before it is a report. Drafts come with the number of their rule.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    pub(crate) drafts: Vec<(usize, Draft)>,
    pub(crate) not_analysed: Vec<NotAnalysed>,
    pub(crate) dependencies: Option<DependencyCheck>,
}

#[expect(clippy::too_many_arguments, reason = "the one place where everything of a scan meets")]
pub(crate) fn finish(
    rules: &[&dyn Rule],
    tree: &SourceTree,
    manifest: &Manifest,
    config: &ScanConfig,
    sources: &Sources<'_>,
    roles: &[FileRole],
    offers: Vec<Offer>,
    collected: Collected,
) -> ScanReport {
    let mends = Mends::new(sources, roles, manifest);
    let causes = Causes::of(rules, sources, &collected.drafts);
    let mut findings = findings(rules, config, sources, roles, &mends, collected.drafts);
    let suppressed = suppress::apply(&mut findings, rules, config, sources, |drafts| {
        self::findings(rules, config, sources, roles, &mends, drafts)
    });
    findings.sort_by(order);
    causes.fold(&mut findings);

    let mut not_analysed = collected.not_analysed;
    for entry in &mut not_analysed {
        if let Some(number) = entry.rule.as_ref().and_then(|number| number.parse::<usize>().ok()) {
            entry.rule = rules.get(number).map(|rule| rule.meta().id.to_owned());
        }
    }
    not_analysed.retain(|entry| entry.rule.is_some() || is_executed(entry, sources, roles));
    not_analysed.extend(unread(tree, sources, roles));
    not_analysed.sort();
    not_analysed.dedup();

    let mut summary = summary(&findings, tree, sources);
    summary.suppressed = suppressed.len() as u32;
    let mut tools: Vec<_> = offers.into_iter().filter_map(|offer| offer.tool).collect();
    tools.sort_by(|a, b| (&a.name, &a.location).cmp(&(&b.name, &b.location)));
    ScanReport {
        schema_version: REPORT_SCHEMA_VERSION,
        scanner_version: env!("CARGO_PKG_VERSION").to_owned(),
        verdict: verdict(&findings, &not_analysed, is_read(sources)),
        summary,
        recommendations: recommendations(&findings, &not_analysed),
        findings,
        tools,
        not_analysed,
        suppressed,
        rules_run: rules.iter().map(|rule| rule.meta().id.to_owned()).collect(),
        tree_digest: tree.digest().clone(),
        manifest: (!manifest.sources.is_empty()).then(|| manifest.clone()),
        dependencies: collected.dependencies,
    }
}

/// Whether anything of a tree was read that could run.
fn is_read(sources: &Sources<'_>) -> bool {
    sources.files.iter().any(|source| matches!(source.kind, FileKind::Source(_) | FileKind::OtherSource))
}

/// The one word about what was found in something that was read or not.
pub(crate) fn verdict(findings: &[Finding], not_analysed: &[NotAnalysed], is_read: bool) -> Verdict {
    let worst = findings.iter().map(|finding| finding.severity).max();
    if worst == Some(Severity::Block) || !is_read {
        Verdict::Blocked
    } else if worst >= Some(Severity::Warning) || !not_analysed.is_empty() {
        Verdict::Warning
    } else {
        Verdict::Safe
    }
}

fn findings(
    rules: &[&dyn Rule],
    config: &ScanConfig,
    sources: &Sources<'_>,
    roles: &[FileRole],
    mends: &Mends<'_>,
    drafts: Vec<(usize, Draft)>,
) -> Vec<Finding> {
    let best = best_of_each_way(rules, drafts);
    let mut ordinals: FxHashMap<String, u32> = FxHashMap::default();
    let mut findings = Vec::with_capacity(best.len());
    for (rule, draft) in best {
        let place = draft.place;
        let meta = rules[rule].meta();
        let Some(source) = sources.get(place.file) else { continue };
        let role = roles[sources.files.partition_point(|other| other.id < place.file)];
        let fix = mends.fix(rules[rule], &draft);
        let mut severity = draft.severity.unwrap_or(meta.severity);
        if draft.confidence == Confidence::Low {
            severity = severity.min(Severity::Warning);
        }
        if role != FileRole::Runtime {
            severity = Severity::Info;
        }
        severity = config.severities.get(meta.id).copied().unwrap_or(severity);
        let key = fingerprint_key(meta.id, source, place, way_out(&draft, meta.severity), sources);
        let ordinal = ordinals.entry(key.clone()).and_modify(|ordinal| *ordinal += 1).or_insert(0);
        let fingerprint = Digest::of_parts([key.as_bytes(), &ordinal.to_be_bytes()]);
        let notes = |places: Vec<(Place, String)>| {
            places
                .into_iter()
                .filter_map(|(place, message)| Some(Note { location: locate(sources, place)?, message }))
                .collect::<Vec<_>>()
        };
        let location = source.lines().location(&source.file.path, source.text, place.span);
        let way = |steps: Vec<(Place, String)>| {
            let mut way = notes(steps);
            if !way.is_empty() {
                way.push(Note { location: location.clone(), message: draft.message.clone() });
            }
            way
        };
        let flow = way(draft.flow);
        let mut others = draft.other_flows;
        others.sort_by(|a, b| call_of(a).cmp(&call_of(b)).then_with(|| a.cmp(b)));
        let other_flows = others.into_iter().map(way).collect();
        findings.push(Finding {
            rule: meta.id.to_owned(),
            class: meta.class,
            severity,
            confidence: draft.confidence,
            message: draft.message,
            location,
            related: notes(draft.related),
            flow,
            other_flows,
            also: Vec::new(),
            tool: draft.tool,
            fixes: if draft.fixes.is_empty() {
                meta.fixes.iter().map(|fix| (*fix).to_owned()).collect()
            } else {
                draft.fixes
            },
            fix,
            cwe: meta.cwe.to_vec(),
            owasp: meta.owasp.map(str::to_owned),
            documentation: meta.documentation(),
            fingerprint,
        });
    }
    findings
}

/// Rule, path, enclosing function, the text at the place, and that of the call by which the data comes there, without
/// white space: what stays when lines move.
fn fingerprint_key(
    rule: &str,
    source: &Source<'_>,
    place: Place,
    way: Option<Place>,
    sources: &Sources<'_>,
) -> String {
    let enclosing = source.module().and_then(|module| {
        let inside = module
            .functions
            .iter()
            .filter(|function| function.span.start <= place.span.start && place.span.end <= function.span.end)
            .min_by_key(|function| function.span.end - function.span.start)?;
        inside.name.map(|name| module.name(name))
    });
    let mut key =
        [rule, &source.file.path, enclosing.unwrap_or_default(), &text_at(source, place)].join("\0");
    if let Some((from, way)) = way.and_then(|way| Some((sources.get(way.file)?, way))) {
        key.extend(["\0", &from.file.path, "\0", &text_at(from, way)]);
    }
    key
}

fn text_at(source: &Source<'_>, place: Place) -> String {
    let text = &source.text[place.span.range(source.text.len())];
    text.chars().filter(|c| !c.is_whitespace()).take(200).collect()
}

fn locate(sources: &Sources<'_>, place: Place) -> Option<Location> {
    let source = sources.get(place.file)?;
    Some(source.lines().location(&source.file.path, source.text, place.span))
}

/// Worst first, then by place.
pub(crate) fn order(a: &Finding, b: &Finding) -> std::cmp::Ordering {
    (b.severity, b.confidence).cmp(&(a.severity, a.confidence)).then_with(|| {
        (&a.location, &a.rule, &a.message, &a.fingerprint).cmp(&(
            &b.location,
            &b.rule,
            &b.message,
            &b.fingerprint,
        ))
    })
}

fn summary(findings: &[Finding], tree: &SourceTree, sources: &Sources<'_>) -> Summary {
    let mut summary = Summary::default();
    for finding in findings {
        match finding.severity {
            Severity::Block => summary.block += 1,
            Severity::Error => summary.error += 1,
            Severity::Warning => summary.warning += 1,
            Severity::Info => summary.info += 1,
        }
    }
    for source in &sources.files {
        if source.is_analysed() {
            summary.files_analysed += 1;
            summary.lines_analysed += source.lines().line_count();
        }
    }
    summary.files_skipped = tree.files().len() as u32 - summary.files_analysed;
    summary
}

fn is_executed(entry: &NotAnalysed, sources: &Sources<'_>, roles: &[FileRole]) -> bool {
    let position = sources.files.iter().position(|source| source.file.path == entry.path);
    position.is_none_or(|at| roles[at] == FileRole::Runtime)
}

/// Source of other languages, programs without source, and what the reader left out.
fn unread(tree: &SourceTree, sources: &Sources<'_>, roles: &[FileRole]) -> Vec<NotAnalysed> {
    let mut unread = Vec::new();
    let mut add = |path: &str, reason, detail: &str| {
        unread.push(NotAnalysed { path: path.to_owned(), reason, detail: detail.to_owned(), rule: None });
    };
    for (source, role) in sources.files.iter().zip(roles) {
        let language = source.file.extension();
        if source.kind == FileKind::OtherSource
            && *role == FileRole::Runtime
            && ["go", "rs", "rb", "php", "java", "kt", "cs", "swift", "c", "cc", "cpp", "vue", "svelte"]
                .contains(&language.as_str())
        {
            add(
                &source.file.path,
                NotAnalysedReason::UnsupportedLanguage,
                "data is not followed in this language; the lexical rules ran",
            );
        }
    }
    for file in tree.files() {
        if let FileContent::Binary { head } = &file.content
            && is_program(head, &file.extension())
        {
            add(&file.path, NotAnalysedReason::Binary, "a compiled program; only its source can be analysed");
        }
    }
    for left_out in &tree.left_out {
        let (reason, detail) = match left_out.reason {
            LeftOutReason::DependencyFolder => continue,
            LeftOutReason::Link => (NotAnalysedReason::SpecialFile, "a symbolic link, which is not followed"),
            LeftOutReason::SpecialFile => (NotAnalysedReason::SpecialFile, "not a regular file"),
            LeftOutReason::TooManyFiles => {
                (NotAnalysedReason::NotRead, "past the limit on the number of files")
            }
            LeftOutReason::TooManyBytes => (NotAnalysedReason::NotRead, "past the limit on size"),
            LeftOutReason::TooDeep => (NotAnalysedReason::NotRead, "past the limit on depth"),
            LeftOutReason::Unreadable => (NotAnalysedReason::NotRead, "it could not be read"),
            LeftOutReason::BadName => (NotAnalysedReason::NotRead, "its name cannot be used"),
        };
        add(&left_out.path, reason, detail);
    }
    unread
}

/// ELF, Mach-O, PE, WebAssembly, Java classes and compiled Python, by their first bytes or extension.
fn is_program(head: &[u8], extension: &str) -> bool {
    const MAGIC: &[&[u8]] = &[
        b"\x7fELF",
        b"MZ",
        b"\xfe\xed\xfa\xce",
        b"\xfe\xed\xfa\xcf",
        b"\xce\xfa\xed\xfe",
        b"\xcf\xfa\xed\xfe",
        b"\xca\xfe\xba\xbe",
        b"\0asm",
    ];
    MAGIC.iter().any(|magic| head.starts_with(magic))
        || ["pyc", "pyd", "so", "dylib", "dll", "exe", "node", "jar", "wasm", "class"].contains(&extension)
}

pub(crate) fn recommendations(findings: &[Finding], not_analysed: &[NotAnalysed]) -> Vec<Recommendation> {
    let mut by_rule: Vec<(&str, Vec<&Finding>)> = Vec::new();
    for finding in findings.iter().filter(|finding| finding.severity > Severity::Info) {
        match by_rule.iter_mut().find(|(rule, _)| *rule == finding.rule) {
            Some((_, of_rule)) => of_rule.push(finding),
            None => by_rule.push((&finding.rule, vec![finding])),
        }
    }
    // Findings come worst first, so the rules do, too, and the first finding of each is its worst.
    let mut recommendations: Vec<Recommendation> = by_rule
        .into_iter()
        .filter_map(|(rule, of_rule)| {
            let first = of_rule.first()?;
            Some(Recommendation {
                action: first.fixes.first()?.clone(),
                rule: Some(rule.to_owned()),
                severity: first.severity,
                findings: of_rule.len() as u32,
                location: Some(first.location.clone()),
            })
        })
        .collect();
    let silent = not_analysed.iter().filter(|entry| entry.reason == NotAnalysedReason::NotChecked).count();
    let failed = not_analysed.iter().filter(|entry| entry.reason == NotAnalysedReason::RuleFailed).count();
    for (action, count) in [
        (
            "Make every file that runs readable to the scanner, or review it by hand",
            not_analysed.len() - silent - failed,
        ),
        ("Check by hand what gave no answer, or ask again", silent),
    ] {
        if count > 0 {
            recommendations.push(Recommendation {
                action: action.to_owned(),
                rule: None,
                severity: Severity::Warning,
                findings: count as u32,
                location: None,
            });
        }
    }
    recommendations
}
