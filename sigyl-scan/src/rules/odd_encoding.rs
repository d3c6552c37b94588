//! Source in an encoding that hides what it says.

use memchr::memchr_iter;
use sigyl_core::{Class, Confidence, Severity, source::FileContent};

use crate::{
    context::{FileContext, TreeContext},
    files::FileKind,
    ir::Language,
    rule::{Draft, Findings, Rule, RuleMeta},
};

pub(crate) struct OddEncoding;

static META: RuleMeta = RuleMeta {
    id: "odd-encoding",
    title: "Source in an encoding that hides what it says",
    class: Class::ScanIntegrity,
    severity: Severity::Warning,
    cwe: &[838],
    owasp: None,
    practice: None,
    since: "0.1.0",
    fixes: &["Save the file as UTF-8, without a declaration of another encoding"],
    page: include_str!("odd_encoding.md"),
};

/// Encodings of Python in which characters do not stand for themselves: a comment may become code.
const TRANSFORMING: &[&str] = &[
    "utf7",
    "rot13",
    "unicodeescape",
    "rawunicodeescape",
    "idna",
    "punycode",
    "hex",
    "base64",
    "zlib",
    "bz2",
    "uu",
];

impl Rule for OddEncoding {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn check_tree(&self, tree: &TreeContext<'_>, out: &mut Findings) {
        for file in tree.files {
            if !matches!(file.kind, FileKind::Source(_) | FileKind::OtherSource) {
                continue;
            }
            if let Some(name) = transforming(file) {
                out.report(
                    Draft::new(
                        file.at(name.start, name.end),
                        format!(
                            "the encoding `{}` turns comments and names into other code",
                            &file.text[name]
                        ),
                    )
                    .severity(Severity::Error),
                );
            } else if is_lossy(tree, file) {
                // What could not be decoded shows as the replacement character; a NUL shows as itself.
                let start = file.text.find(['\u{fffd}', '\0']).unwrap_or(0);
                let end = start + file.text[start..].chars().next().map_or(0, char::len_utf8);
                out.report(
                    Draft::new(
                        file.at(start, end),
                        "bytes that are no text here: what a parser sees may differ from what runs",
                    )
                    .confidence(Confidence::Medium),
                );
            }
        }
    }
}

fn is_lossy(tree: &TreeContext<'_>, file: &FileContext<'_>) -> bool {
    let content = tree.tree.files().get(file.id.0 as usize).map(|file| &file.content);
    matches!(content, Some(FileContent::Text { lossy: true, .. }))
}

/// Where a Python file declares an encoding in which characters do not stand for themselves.
fn transforming(file: &FileContext<'_>) -> Option<std::ops::Range<usize>> {
    if file.kind != FileKind::Source(Language::Python) {
        return None;
    }
    // Most files declare nothing, or far below the second line.
    let first = file.places_of("coding").next()?;
    if memchr_iter(b'\n', &file.text.as_bytes()[..first]).nth(1).is_some() {
        return None;
    }
    for line in 1..=2 {
        let span = file.lines().line_span(file.text, line)?;
        let text = file.line_text(line);
        if !text.trim_start_matches([' ', '\t', '\x0c']).starts_with('#') {
            if text.trim().is_empty() { continue } else { return None }
        }
        // PEP 263: `coding[:=]\s*([-\w.]+)`.
        let Some(at) = text.find("coding").map(|at| at + "coding".len()) else { continue };
        let Some(rest) = text[at..].strip_prefix([':', '=']) else { continue };
        let name = rest.trim_start_matches([' ', '\t']);
        let start = text.len() - name.len();
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
        let end = start + name.find(|c| !is_name(c)).unwrap_or(name.len());
        let plain: String = text[start..end]
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_ascii_lowercase();
        let plain = plain.strip_suffix("codec").unwrap_or(&plain);
        if TRANSFORMING.contains(&plain) {
            return Some(span.start as usize + start..span.start as usize + end);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use sigyl_core::{
        Digest, Manifest, SourceTree,
        source::{FileContent, Origin, SourceFile},
    };

    use crate::{ScanConfig, Unobserved, rules::table::findings_of, scan_with};

    #[test]
    fn declarations() {
        let count = |text: &str| findings_of("odd-encoding", &[("a.py", text)]).len();
        assert_eq!(count("#!/usr/bin/python\n# vim: set fileencoding=UTF-7 :\n"), 1);
        assert_eq!(count("# coding: rot_13\n"), 1);
        assert_eq!(count("# -*- coding: latin-1 -*-\n"), 0);
        assert_eq!(count("x = 1\n# coding: utf-7\n"), 0);
        assert_eq!(count("\n\n# coding: utf-7\n"), 0);
    }

    #[test]
    fn bytes_that_are_no_text() {
        let text = "x = '\u{fffd}'\n";
        let file = SourceFile {
            path: "a.js".to_owned(),
            content: FileContent::Text { text: text.into(), lossy: true },
            digest: Digest::of(text.as_bytes()),
            size_bytes: text.len() as u64,
            executable: false,
        };
        let tree = SourceTree::new(Origin::Memory, vec![file], Vec::new());
        let report = scan_with(
            &[&super::OddEncoding],
            &tree,
            &Manifest::default(),
            &ScanConfig::default(),
            &Unobserved,
        );
        assert_eq!(report.findings[0].location.start_column, 6);
    }
}
