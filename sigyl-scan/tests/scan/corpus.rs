//! Variants of every class of weakness, in `tests/corpus`: what is bad is reported, what is good is not.

#![expect(clippy::expect_used, reason = "a case that cannot be read fails the test")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use sigyl_core::{Manifest, Severity, SourceTree};
use sigyl_scan::{Advisories, AdvisoryImport, RULES, ScanConfig, Trust, Unobserved, scan};

struct Case {
    /// The file or folder name, without the ending of a language.
    name: String,
    bad: bool,
    path: PathBuf,
}

#[derive(Default)]
struct Tally {
    bad: usize,
    found: usize,
    good: usize,
    alarms: usize,
}

/// What a folder holds, in order.
pub(crate) fn folders(root: &Path) -> Vec<PathBuf> {
    let mut all: Vec<_> = fs::read_dir(root)
        .expect("the folder is read")
        .map(|entry| entry.expect("an entry is read").path())
        .collect();
    all.sort();
    all
}

fn cases(folder: &Path) -> Vec<Case> {
    folders(folder)
        .into_iter()
        .filter_map(|path| {
            let file = path.file_name()?.to_str()?.to_owned();
            if file == "misses.txt" {
                return None;
            }
            let (name, bad) = match (file.split_once(".bad"), file.split_once(".good")) {
                (Some((name, _)), _) => (format!("{name}.bad"), true),
                (_, Some((name, _))) => (format!("{name}.good"), false),
                _ => panic!("{file} is neither bad nor good"),
            };
            Some(Case { name, bad, path })
        })
        .collect()
}

/// The texts of a case that is a file or a folder.
pub(crate) fn texts_of(case: &Path) -> Vec<(String, String)> {
    fn collect(root: &Path, at: &Path, texts: &mut Vec<(String, String)>) {
        for path in folders(at) {
            if path.is_dir() {
                collect(root, &path, texts);
            } else {
                let name = path.strip_prefix(root).expect("it is below").to_str().expect("a plain name");
                texts.push((name.to_owned(), fs::read_to_string(&path).expect("a case is text")));
            }
        }
    }
    let mut texts = Vec::new();
    if case.is_dir() {
        collect(case, case, &mut texts);
    } else {
        let extension = case.extension().and_then(|end| end.to_str()).unwrap_or_default();
        let text = fs::read_to_string(case).expect("a case is text");
        texts.push((format!("server.{extension}"), text));
    }
    texts
}

/// Advisories about packages that do not exist.
fn advisories() -> Advisories {
    let entries: Vec<serde_json::Value> =
        serde_json::from_str(include_str!("../advisories.json")).expect("the entries are JSON");
    let mut import = AdvisoryImport::default();
    for entry in entries {
        import.add(entry.to_string().as_bytes());
    }
    Advisories::parse(import.finish("2026-11-01", Vec::new())).expect("what was written is read")
}

/// Whether the rule reports the case, as a warning or worse.
fn reported(rule: &str, case: &Case, advisories: &Arc<Advisories>) -> bool {
    let texts = texts_of(&case.path);
    let tree = SourceTree::from_texts(texts.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    let advisories = Some(Arc::clone(advisories));
    let config = ScanConfig { trust: Trust::Trusted, advisories, ..ScanConfig::default() };
    let manifest = Manifest::discover(&tree).value.unwrap_or_default();
    let report = scan(&tree, &manifest, &config, &Unobserved);
    let unread: Vec<_> = report.not_analysed.iter().map(|entry| &entry.detail).collect();
    assert!(unread.is_empty(), "{}: {unread:?}", case.path.display());
    report.findings.iter().any(|finding| {
        let told = finding.rule == rule || finding.also.iter().any(|also| also == rule);
        told && finding.severity != Severity::Info
    })
}

fn known_misses(folder: &Path) -> BTreeSet<String> {
    let Ok(text) = fs::read_to_string(folder.join("misses.txt")) else { return BTreeSet::new() };
    text.lines()
        .filter_map(|line| {
            let (name, reason) = line.split_once('#').unwrap_or((line, ""));
            if name.trim().is_empty() {
                return None;
            }
            assert!(!reason.trim().is_empty(), "{}: {line} says no reason", folder.display());
            Some(name.trim().to_owned())
        })
        .collect()
}

#[test]
fn corpus_of_variants() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let advisories = Arc::new(advisories());
    let mut wrong = Vec::new();
    let mut total = Tally::default();
    println!("{:28} {:>10} {:>14}", "rule", "reported", "false alarms");
    for folder in folders(&root).into_iter().filter(|path| path.is_dir()) {
        let rule = folder.file_name().and_then(|name| name.to_str()).expect("a plain name").to_owned();
        assert!(RULES.iter().any(|known| known.meta().id == rule), "{rule} is no rule");
        let mut known = known_misses(&folder);
        let mut tally = Tally::default();
        for case in cases(&folder) {
            let fired = reported(&rule, &case, &advisories);
            tally.bad += usize::from(case.bad);
            tally.good += usize::from(!case.bad);
            tally.found += usize::from(case.bad && fired);
            tally.alarms += usize::from(!case.bad && fired);
            match (fired == case.bad, known.remove(&case.name)) {
                (true, true) => wrong.push(format!("{rule}/{}: listed as a miss, and right", case.name)),
                (false, false) if case.bad => wrong.push(format!("{rule}/{}: not reported", case.name)),
                (false, false) => wrong.push(format!("{rule}/{}: false alarm", case.name)),
                _ => {}
            }
        }
        wrong.extend(known.into_iter().map(|name| format!("{rule}/{name}: listed as a miss, and not there")));
        println!("{rule:28} {:>4} / {:<3} {:>6} / {:<3}", tally.found, tally.bad, tally.alarms, tally.good);
        total.bad += tally.bad;
        total.good += tally.good;
        total.found += tally.found;
        total.alarms += tally.alarms;
    }
    println!("{:28} {:>4} / {:<3} {:>6} / {:<3}", "all", total.found, total.bad, total.alarms, total.good);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
