//! Mends a tree in memory, tries it, and takes back what did not hold.

use std::collections::{BTreeMap, BTreeSet};

use sigyl_core::{
    Digest, Edit, Finding, Location, Manifest, ScanReport, Severity, SourceTree,
    source::{FileContent, SourceFile},
};

use crate::{
    config::{Observer, ScanConfig},
    driver::scan,
};

/// Scans of mended trees at most. Chosen: mends hold as a rule, so that there is one.
const MOST_TRIES: usize = 4;

/// A tree as it would be with the mends.
#[derive(Debug, Clone, PartialEq)]
pub struct Mended {
    /// The files that change, by path.
    pub files: Vec<MendedFile>,
    /// Mends that are left out: where, of which rule, and why.
    pub left_out: Vec<(Location, String, String)>,
    /// The report of the mended tree.
    pub report: ScanReport,
}

/// A file as it would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MendedFile {
    /// Its path in the tree.
    pub path: String,
    /// Digest of its bytes as they were scanned: where it is another now, the mends are not for it.
    pub digest: Digest,
    /// Its text as it was scanned.
    pub before: String,
    /// Its text with the mends.
    pub after: String,
    /// What is changed for what: place, rule, and the mend in a sentence.
    pub mends: Vec<(Location, String, String)>,
    edits: Vec<Edit>,
}

/// Mends what can be mended of a scanned tree, all at once, and scans it again: each finding with a mend is gone then,
/// nothing new is found, and every file still parses. What does not hold is left out.
///
/// Nothing is written; the caller has [`Mended::files`].
pub fn mend(
    tree: &SourceTree,
    manifest: &Manifest,
    config: &ScanConfig,
    observer: &dyn Observer,
    report: &ScanReport,
) -> Mended {
    let mut left_out: Vec<(Location, String, String)> = Vec::new();
    let mut wanted: Vec<&Finding> = report
        .findings
        .iter()
        .filter(|finding| finding.fix.is_some() && finding.severity > Severity::Info)
        .collect();
    wanted.sort_by(|a, b| (&a.location, &a.rule).cmp(&(&b.location, &b.rule)));
    for tries in 0.. {
        if tries == MOST_TRIES {
            for finding in wanted.drain(..) {
                leave(&mut left_out, finding, "the mended tree is not better");
            }
        }
        let mut refused = Vec::new();
        let files = edited(tree, &wanted, &mut refused);
        for (finding, why) in refused {
            leave(&mut left_out, finding, why);
            wanted.retain(|other| !std::ptr::eq(*other, finding));
        }
        if files.is_empty() {
            left_out.sort();
            return Mended { files, left_out, report: report.clone() };
        }
        let mended_tree = with(tree, &files);
        let after = scan(&mended_tree, manifest, config, observer);
        let worse = worse(report, &after, &wanted);
        if worse.is_empty() {
            left_out.sort();
            return Mended { files, left_out, report: after };
        }
        let mut kept = Vec::new();
        for finding in std::mem::take(&mut wanted) {
            let path = &finding.location.path;
            let own = worse.get(path.as_str());
            let by_own_rule = own.is_some_and(|rules| {
                rules.contains(finding.rule.as_str())
                    // Another rule's finding may come of any of the file's mends.
                    || !rules.iter().all(|rule| files_rules(&files, path).contains(rule))
            });
            let elsewhere = worse.keys().any(|path| files.iter().all(|file| file.path != *path));
            if by_own_rule || elsewhere {
                leave(&mut left_out, finding, "the finding stays, or another comes");
            } else {
                kept.push(finding);
            }
        }
        wanted = kept;
    }
    Mended { files: Vec::new(), left_out, report: report.clone() }
}

fn leave(left_out: &mut Vec<(Location, String, String)>, finding: &Finding, why: &str) {
    left_out.push((finding.location.clone(), finding.rule.clone(), why.to_owned()));
}

fn files_rules<'a>(files: &'a [MendedFile], path: &str) -> BTreeSet<&'a str> {
    let file = files.iter().find(|file| file.path == path);
    file.into_iter().flat_map(|file| &file.mends).map(|(_, rule, _)| rule.as_str()).collect()
}

/// The files with the edits of the findings; those that cannot be had together are refused.
fn edited<'a>(
    tree: &SourceTree,
    wanted: &[&'a Finding],
    refused: &mut Vec<(&'a Finding, &'static str)>,
) -> Vec<MendedFile> {
    struct Open<'a> {
        file: &'a SourceFile,
        text: &'a str,
        edits: BTreeSet<Edit>,
        findings: Vec<&'a Finding>,
    }
    let mut files: BTreeMap<&str, Open<'_>> = BTreeMap::new();
    for finding in wanted {
        let Some(fix) = &finding.fix else { continue };
        let path = finding.location.path.as_str();
        let Some((file, text)) = tree.file(path).and_then(|file| Some((file, file.text()?))) else {
            refused.push((finding, "the file has no text"));
            continue;
        };
        if Digest::of(text.as_bytes()) != file.digest {
            refused.push((finding, "the file is not plain UTF-8"));
            continue;
        }
        let open = files.entry(path).or_insert_with(|| Open {
            file,
            text,
            edits: BTreeSet::new(),
            findings: Vec::new(),
        });
        let fits = |edit: &Edit| {
            edit.location.path == path
                && open.edits.iter().all(|other| {
                    other == edit || other.end_byte <= edit.start_byte || edit.end_byte <= other.start_byte
                })
        };
        if fix.edits.iter().all(fits) {
            open.edits.extend(fix.edits.iter().cloned());
            open.findings.push(finding);
        } else {
            refused.push((finding, "another mend changes the same place; run it again"));
        }
    }
    let mended = files.into_iter().filter_map(|(path, Open { file, text, edits, findings })| {
        let edits: Vec<Edit> = edits.into_iter().collect();
        let after = apply(text, &edits)?;
        let sentence = |finding: &&Finding| {
            let message = finding.fix.as_ref().map(|fix| fix.message.clone()).unwrap_or_default();
            (finding.location.clone(), finding.rule.clone(), message)
        };
        (after != text).then(|| MendedFile {
            path: path.to_owned(),
            digest: file.digest.clone(),
            before: text.to_owned(),
            after,
            mends: findings.iter().map(sentence).collect(),
            edits,
        })
    });
    mended.collect()
}

/// The text with sorted edits that do not overlap.
fn apply(text: &str, edits: &[Edit]) -> Option<String> {
    let mut after = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        after.push_str(text.get(at..edit.start_byte as usize)?);
        after.push_str(&edit.text);
        at = edit.end_byte as usize;
    }
    after.push_str(text.get(at..)?);
    Some(after)
}

fn with(tree: &SourceTree, files: &[MendedFile]) -> SourceTree {
    let replaced = tree.files().iter().map(|file| {
        let mut file = file.clone();
        if let Some(mended) = files.iter().find(|mended| mended.path == file.path) {
            file.content = FileContent::Text { text: mended.after.as_str().into(), lossy: false };
            file.digest = Digest::of(mended.after.as_bytes());
            file.size_bytes = mended.after.len() as u64;
        }
        file
    });
    let mut mended = SourceTree::new(tree.origin.clone(), replaced.collect(), tree.left_out.clone());
    mended.commit.clone_from(&tree.commit);
    mended
}

/// Where the mended tree is not as much better as it should be: rules by path.
fn worse<'a>(
    before: &'a ScanReport,
    after: &'a ScanReport,
    mended: &[&'a Finding],
) -> BTreeMap<&'a str, BTreeSet<&'a str>> {
    let mut counts: BTreeMap<(&str, &str), i64> = BTreeMap::new();
    for finding in &before.findings {
        *counts.entry((&finding.location.path, &finding.rule)).or_default() += 1;
    }
    for finding in mended {
        *counts.entry((&finding.location.path, &finding.rule)).or_default() -= 1;
    }
    for finding in &after.findings {
        *counts.entry((&finding.location.path, &finding.rule)).or_default() -= 1;
    }
    let mut worse: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for ((path, rule), count) in counts {
        if count < 0 {
            worse.entry(path).or_default().insert(rule);
        }
    }
    for entry in &after.not_analysed {
        if !before.not_analysed.iter().any(|known| known.path == entry.path && known.reason == entry.reason) {
            worse.entry(&entry.path).or_default().insert("");
        }
    }
    worse
}

/// Lines around a change that a diff shows; what everybody's tools show.
const CONTEXT: usize = 3;

impl MendedFile {
    /// The change as a unified diff, as `patch -p1` and `git apply` read it.
    pub fn diff(&self) -> String {
        let before: Vec<&str> = self.before.split_inclusive('\n').collect();
        let mut starts = Vec::with_capacity(before.len() + 1);
        let mut at = 0;
        for line in &before {
            starts.push(at);
            at += line.len();
        }
        starts.push(at);
        let line_of = |offset: usize| {
            starts.partition_point(|start| *start <= offset).saturating_sub(1).min(before.len().max(1) - 1)
        };
        // Lines that change, from the first to the one after the last.
        let mut changed: Vec<(usize, usize, Vec<&Edit>)> = Vec::new();
        for edit in &self.edits {
            let (first, last) = (edit.start_byte as usize, edit.end_byte as usize);
            let from = line_of(first);
            let mut to = line_of(last) + 1;
            // Whole lines that go need not show the line behind them.
            let ends_at_start = last > first && starts.get(to - 1) == Some(&last);
            if ends_at_start && starts.get(from) == Some(&first) && edit.text.is_empty() {
                to -= 1;
            }
            let is_new_line = last == first && starts.get(from) == Some(&first) && edit.text.ends_with('\n');
            if is_new_line {
                to = from;
            }
            match changed.last_mut() {
                Some((_, end, edits)) if from <= *end => {
                    *end = (*end).max(to);
                    edits.push(edit);
                }
                _ => changed.push((from, to, vec![edit])),
            }
        }
        let mut out = format!("--- a/{}\n+++ b/{}\n", self.path, self.path);
        let mut shift = 0_i64;
        let mut rest = changed.as_slice();
        while let Some((first, ..)) = rest.first() {
            let mut count = 1;
            while rest.get(count).is_some_and(|next| next.0 <= rest[count - 1].1 + 2 * CONTEXT) {
                count += 1;
            }
            let (hunk, behind) = rest.split_at(count);
            rest = behind;
            let from = first.saturating_sub(CONTEXT);
            let to = hunk.last().map_or(from, |last| last.1 + CONTEXT).min(before.len());
            let mut body = String::new();
            let (mut old, mut new, mut at) = (0_i64, 0_i64, from);
            for (first, last, edits) in hunk {
                for line in &before[at..*first] {
                    push(&mut body, ' ', line);
                    old += 1;
                    new += 1;
                }
                for line in &before[*first..*last] {
                    push(&mut body, '-', line);
                    old += 1;
                }
                for line in self.changed(starts[*first], starts[*last], edits).split_inclusive('\n') {
                    push(&mut body, '+', line);
                    new += 1;
                }
                at = *last;
            }
            for line in &before[at..to] {
                push(&mut body, ' ', line);
                old += 1;
                new += 1;
            }
            let start = |line: i64, count: i64| if count == 0 { line } else { line + 1 };
            let (old_start, new_start) = (start(from as i64, old), start(from as i64 + shift, new));
            out += &format!("@@ -{old_start},{old} +{new_start},{new} @@\n{body}");
            shift += new - old;
        }
        out
    }

    /// The text between two offsets, with the edits in it.
    fn changed(&self, from: usize, to: usize, edits: &[&Edit]) -> String {
        let mut text = String::new();
        let mut at = from;
        for edit in edits {
            text.push_str(self.before.get(at..edit.start_byte as usize).unwrap_or_default());
            text.push_str(&edit.text);
            at = edit.end_byte as usize;
        }
        text.push_str(self.before.get(at..to).unwrap_or_default());
        text
    }
}

fn push(out: &mut String, sign: char, line: &str) {
    out.push(sign);
    out.push_str(line);
    if !line.ends_with('\n') {
        out.push_str("\n\\ No newline at end of file\n");
    }
}
