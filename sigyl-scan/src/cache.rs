//! Reports of scans that were already done, kept by a caller.
//!
//! A report is a function of what [`key`] digests, so that an entry can never be the answer to another question. Whoever
//! keeps the entries sees bytes only; an entry that is damaged, or is another's, is found out and ignored.

use sigyl_core::{
    Digest, Manifest, NotAnalysed, NotAnalysedReason, ScanReport, SourceTree, source::FileContent,
};

use crate::{
    config::{Observer, ScanConfig, Trust},
    driver::scan,
};

/// Version of the form of entries.
const FORMAT: &str = "sigyl-report 1";

/// Longest entry, bytes. Chosen: hundreds of times an ordinary report.
const MAX_BYTES: usize = 32 << 20;

/// Keeps entries. It must not let anyone write who may not write reports.
pub trait ReportCache {
    /// The entry under a key, where there is one.
    fn load(&self, key: &Digest) -> Option<Vec<u8>>;

    /// Keeps an entry. It may be dropped at any time, but never be half of one.
    fn store(&self, key: &Digest, entry: &[u8]);

    /// Told that an entry was not what it should be and counted for nothing.
    fn ignored(&self, _key: &Digest, _why: &str) {}
}

/// [`scan`], with reports of earlier scans. `scanner` identifies the build of the scanner: its program's digest.
///
/// ```
/// use std::{cell::RefCell, collections::BTreeMap};
///
/// use sigyl_core::{Digest, Manifest, SourceTree};
/// use sigyl_scan::{ReportCache, ScanConfig, Unobserved, scan_cached};
///
/// #[derive(Default)]
/// struct InMemory(RefCell<BTreeMap<Digest, Vec<u8>>>);
///
/// impl ReportCache for InMemory {
///     fn load(&self, key: &Digest) -> Option<Vec<u8>> {
///         self.0.borrow().get(key).cloned()
///     }
///     fn store(&self, key: &Digest, entry: &[u8]) {
///         self.0.borrow_mut().insert(key.clone(), entry.to_vec());
///     }
/// }
///
/// let (cache, build) = (InMemory::default(), Digest::of(b"this build"));
/// let tree = SourceTree::from_texts([("server.py", "print('hello')\n")]);
/// let scan = || scan_cached(&tree, &Manifest::default(), &ScanConfig::default(), &Unobserved, &build, &cache);
/// assert_eq!(scan(), scan());
/// assert_eq!(cache.0.borrow().len(), 1);
/// ```
pub fn scan_cached(
    tree: &SourceTree,
    manifest: &Manifest,
    config: &ScanConfig,
    observer: &dyn Observer,
    scanner: &Digest,
    cache: &dyn ReportCache,
) -> ScanReport {
    let Some(key) = key(tree, manifest, config, scanner) else {
        return scan(tree, manifest, config, observer);
    };
    if let Some(entry) = cache.load(&key) {
        match open(&entry, &key, tree) {
            Ok(report) => return report,
            Err(why) => cache.ignored(&key, why),
        }
    }
    let report = scan(tree, manifest, config, observer);
    if let Some(entry) = seal(&report, &key) {
        cache.store(&key, &entry);
    }
    report
}

/// Digest of everything that a report depends on. Threads are not among it: the report does not depend on them.
fn key(tree: &SourceTree, manifest: &Manifest, config: &ScanConfig, scanner: &Digest) -> Option<Digest> {
    // Named one by one, so that a field that is added is thought of here.
    let ScanConfig {
        trust,
        disabled,
        severities,
        excluded,
        baseline,
        advisories,
        advisories_age_days,
        threads: _,
    } = config;
    let excluded: Vec<_> = excluded.iter().map(|path| (path.glob(), path.reason())).collect();
    let advisories = advisories.as_ref().map(|advisories| advisories.digest());
    let settings = (*trust == Trust::Trusted, disabled, severities, excluded, baseline);
    let about = serde_json::to_vec(&(
        (FORMAT, env!("CARGO_PKG_VERSION"), scanner),
        (&tree.origin, &tree.commit, tree.digest(), &tree.left_out),
        manifest,
        settings,
        (advisories, advisories_age_days),
    ))
    .ok()?;
    // The tree's digest is of the bytes as they lie on disk; rules read what was made of them.
    let contents = tree.files().iter().flat_map(|file| match &file.content {
        FileContent::Text { text, lossy: false } => [&b"text"[..], text.as_bytes()],
        FileContent::Text { text, lossy: true } => [&b"lossy"[..], text.as_bytes()],
        FileContent::Binary { head } => [&b"binary"[..], head],
    });
    Some(Digest::of_parts(std::iter::once(about.as_slice()).chain(contents)))
}

/// The report as an entry, unless it could not be told again as it is.
fn seal(report: &ScanReport, key: &Digest) -> Option<Vec<u8>> {
    // What ended before its time, or failed for want of a thread, may go otherwise the next time.
    let by_chance = |entry: &NotAnalysed| match entry.reason {
        NotAnalysedReason::Cancelled => true,
        NotAnalysedReason::RuleFailed => entry.rule.is_none(),
        _ => false,
    };
    if report.not_analysed.iter().any(by_chance) {
        return None;
    }
    let json = serde_json::to_vec(report).ok()?;
    let again: ScanReport = serde_json::from_slice(&json).ok()?;
    let is_same = again == *report && serde_json::to_vec(&again).is_ok_and(|other| other == json);
    if !is_same || json.len() > MAX_BYTES {
        return None;
    }
    let mut entry = format!("{FORMAT} {key} {}\n", Digest::of(&json)).into_bytes();
    entry.extend(json);
    Some(entry)
}

fn open(entry: &[u8], key: &Digest, tree: &SourceTree) -> Result<ScanReport, &'static str> {
    let end = entry.iter().take(256).position(|byte| *byte == b'\n').ok_or("it is no entry")?;
    let (head, json) = (&entry[..end], &entry[end + 1..]);
    if json.len() > MAX_BYTES {
        return Err("it is too long");
    }
    if head != format!("{FORMAT} {key} {}", Digest::of(json)).as_bytes() {
        return Err("it is damaged, or another's");
    }
    let report: ScanReport = serde_json::from_slice(json).map_err(|_| "it is no report")?;
    if report.tree_digest == *tree.digest() { Ok(report) } else { Err("it is of another tree") }
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, collections::BTreeMap, sync::Arc};

    use sigyl_core::{
        Severity,
        source::{LeftOut, LeftOutReason, Origin, SourceFile},
    };

    use super::*;
    use crate::{
        advisories::{Advisories, AdvisoryImport},
        config::{ExcludedPath, Unobserved},
    };

    #[derive(Default)]
    struct Memory {
        entries: RefCell<BTreeMap<Digest, Vec<u8>>>,
        ignored: RefCell<Vec<String>>,
    }

    impl ReportCache for Memory {
        fn load(&self, key: &Digest) -> Option<Vec<u8>> {
            self.entries.borrow().get(key).cloned()
        }

        fn store(&self, key: &Digest, entry: &[u8]) {
            self.entries.borrow_mut().insert(key.clone(), entry.to_vec());
        }

        fn ignored(&self, _key: &Digest, why: &str) {
            self.ignored.borrow_mut().push(why.to_owned());
        }
    }

    const SERVER: &str = "import os\nfrom mcp.server.fastmcp import FastMCP\nmcp = FastMCP('demo')\n\n\
                          @mcp.tool()\ndef run(command: str) -> int:\n    return os.system(command)\n";

    fn tree() -> SourceTree {
        SourceTree::from_texts([("server.py", SERVER), ("logo.txt", "x")])
    }

    fn cached(tree: &SourceTree, config: &ScanConfig, cache: &Memory) -> ScanReport {
        scan_cached(tree, &Manifest::default(), config, &Unobserved, &Digest::of(b"build"), cache)
    }

    #[test]
    fn an_entry_is_the_report() {
        let (cache, config) = (Memory::default(), ScanConfig::default());
        let first = cached(&tree(), &config, &cache);
        assert!(!first.findings.is_empty());
        // Shows that the second one is read, not made.
        let keys: Vec<Digest> = cache.entries.borrow().keys().cloned().collect();
        let mut marked = first.clone();
        marked.scanner_version = "marked".to_owned();
        cache.store(&keys[0], &seal(&marked, &keys[0]).unwrap());
        assert_eq!(cached(&tree(), &config, &cache), marked);
    }

    #[test]
    fn whatever_a_report_depends_on_changes_the_key() {
        let base = ScanConfig::default();
        let build = Digest::of(b"build");
        let of = |tree: &SourceTree, manifest: &Manifest, config: &ScanConfig, build: &Digest| {
            key(tree, manifest, config, build).unwrap()
        };
        let plain = of(&tree(), &Manifest::default(), &base, &build);
        assert_eq!(
            plain,
            of(&tree(), &Manifest::default(), &ScanConfig { threads: 7, ..base.clone() }, &build)
        );
        let advisories = |day: &str| {
            let text = AdvisoryImport::default().finish(day, Vec::new());
            Some(Arc::new(Advisories::parse(text).unwrap()))
        };
        let configs = [
            ScanConfig { trust: Trust::Trusted, ..base.clone() },
            ScanConfig { disabled: [("redos".to_owned(), None)].into(), ..base.clone() },
            ScanConfig { disabled: [("redos".to_owned(), Some("why".to_owned()))].into(), ..base.clone() },
            ScanConfig { severities: [("redos".to_owned(), Severity::Info)].into(), ..base.clone() },
            ScanConfig { severities: [("redos".to_owned(), Severity::Block)].into(), ..base.clone() },
            ScanConfig { excluded: vec![ExcludedPath::new("a", None).unwrap()], ..base.clone() },
            ScanConfig {
                excluded: vec![ExcludedPath::new("a", Some("b".to_owned())).unwrap()],
                ..base.clone()
            },
            ScanConfig { baseline: [(Digest::of(b"x"), "y".to_owned())].into(), ..base.clone() },
            ScanConfig { advisories: advisories("2026-01-01"), ..base.clone() },
            ScanConfig { advisories: advisories("2026-01-02"), ..base.clone() },
            ScanConfig { advisories_age_days: Some(3), ..base.clone() },
        ];
        let mut keys: Vec<Digest> =
            configs.iter().map(|config| of(&tree(), &Manifest::default(), config, &build)).collect();
        keys.push(of(&tree(), &Manifest::default(), &base, &Digest::of(b"another build")));
        let named = Manifest { name: None, description: Some("d".to_owned()), ..Manifest::default() };
        keys.push(of(&tree(), &named, &base, &build));

        let file = |text: &str| SourceFile {
            path: "a".to_owned(),
            content: FileContent::Text { text: text.into(), lossy: false },
            digest: Digest::of(b"the same"),
            size_bytes: 1,
            executable: false,
        };
        let trees = [
            SourceTree::from_texts([("server.py", SERVER)]),
            SourceTree::from_texts([("server.py", SERVER), ("logo.md", "x")]),
            SourceTree::from_texts([("server.py", SERVER), ("logo.txt", "y")]),
            SourceTree::new(Origin::Memory, vec![file("1")], Vec::new()),
            SourceTree::new(Origin::Memory, vec![file("2")], Vec::new()),
            SourceTree::new(
                Origin::Memory,
                vec![file("2")],
                vec![LeftOut { path: "b".to_owned(), reason: LeftOutReason::Link }],
            ),
            SourceTree::new(Origin::Memory, vec![SourceFile { executable: true, ..file("2") }], Vec::new()),
            SourceTree::new(
                Origin::Memory,
                vec![SourceFile {
                    content: FileContent::Text { text: "2".into(), lossy: true },
                    ..file("2")
                }],
                Vec::new(),
            ),
            SourceTree::new(
                Origin::Memory,
                vec![SourceFile { content: FileContent::Binary { head: b"2"[..].into() }, ..file("2") }],
                Vec::new(),
            ),
        ];
        keys.extend(trees.iter().map(|tree| of(tree, &Manifest::default(), &base, &build)));
        keys.push(plain);
        let count = keys.len();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), count);
    }

    #[test]
    fn damaged_and_foreign_entries_count_for_nothing() {
        let (cache, config) = (Memory::default(), ScanConfig::default());
        let report = cached(&tree(), &config, &cache);
        let key = cache.entries.borrow().keys().next().cloned().unwrap();
        let whole = cache.load(&key).unwrap();
        let other = SourceTree::from_texts([("other.py", "print(1)\n")]);
        let mut safe = cached(&other, &config, &cache);
        let foreign = cache.entries.borrow().values().find(|entry| **entry != whole).cloned().unwrap();
        safe.tree_digest = Digest::of(b"x");
        let mut flipped = whole.clone();
        let at = flipped.len() / 2;
        flipped[at] ^= 1;
        let damaged = [
            Vec::new(),
            b"\n".to_vec(),
            b"{}".to_vec(),
            whole[..whole.len() - 1].to_vec(),
            [&whole[..], b" "].concat(),
            vec![b'x'; 100_000],
            flipped,
            foreign,
            seal(&safe, &key).unwrap(),
        ];
        for entry in &damaged {
            cache.store(&key, entry);
            assert_eq!(cached(&tree(), &config, &cache), report);
            assert_eq!(cache.load(&key).unwrap(), whole, "it is replaced");
        }
        assert_eq!(cache.ignored.borrow().len(), damaged.len());
    }

    /// `None` and JSON's `null` are the same in a report.
    #[test]
    fn tools_with_parts_of_null_are_kept() {
        let server = "from mcp.server.fastmcp import FastMCP\nmcp = FastMCP('demo')\n\n\
                      @mcp.tool(description='Adds', annotations=None)\ndef add(a: int, b: int) -> int:\n    \
                      return a + b\n";
        let listing =
            r#"{"tools": [{"name": "t", "description": "d", "inputSchema": null, "annotations": null}]}"#;
        let tree = SourceTree::from_texts([("server.py", server), ("tools.json", listing)]);
        let cache = Memory::default();
        let report = cached(&tree, &ScanConfig::default(), &cache);
        assert_eq!(report.tools.len(), 2, "{:?}", report.tools);
        assert!(
            report.tools.iter().all(|tool| tool.annotations.is_none() && tool.pins.annotations.is_none())
        );
        assert_eq!(cache.entries.borrow().len(), 1);
    }

    #[test]
    fn a_scan_that_was_stopped_is_not_kept() {
        struct Stop;
        impl Observer for Stop {
            fn cancelled(&self) -> bool {
                true
            }
        }
        let cache = Memory::default();
        let (config, build) = (ScanConfig::default(), Digest::of(b"build"));
        scan_cached(&tree(), &Manifest::default(), &config, &Stop, &build, &cache);
        assert!(cache.entries.borrow().is_empty());
    }
}
