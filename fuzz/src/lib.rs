//! What the fuzz targets share: how bytes become a tree, and what must hold of every answer.
//!
//! libFuzzer's panic hook aborts, so that a panic counts as found even where the scanner would catch and report it.

use sigyl_core::{
    Location, Manifest, ScanReport, SourceTree,
    manifest::read_file,
    source::{Limits, Origin, TopFolder, read_archive_bytes},
};
use sigyl_scan::{ScanConfig, Trust, Unobserved, scan};

/// Longest input that is scanned, bytes: what is quadratic shows at this size, and an iteration stays quick. Chosen.
pub const MAX_SCAN_BYTES: usize = 64 << 10;

/// Reads a manifest of the format that the first byte chooses among `names`.
pub fn manifest(names: &[&str], data: &[u8]) {
    let Some((choice, bytes)) = data.split_first() else { return };
    let name = names[usize::from(*choice) % names.len()];
    let parsed = read_file(name, bytes);
    assert!(parsed.value.is_some() || !parsed.diagnostics.is_empty(), "nothing read and nothing said");
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let lines = line_count(text);
    for diagnostic in &parsed.diagnostics {
        is_inside(&diagnostic.location, lines);
        if let Some(span) = diagnostic.span {
            assert!(span.start <= span.end && span.end as usize <= text.len(), "{diagnostic:?}");
        }
        diagnostic.render(text, false);
    }
}

/// A tree of one file, decoded as if it had come in an archive.
pub fn tree_of(path: &str, bytes: &[u8]) -> SourceTree {
    let mut header = [0_u8; 512];
    header[..path.len()].copy_from_slice(path.as_bytes());
    header[100..107].copy_from_slice(b"0000644");
    header[124..135].copy_from_slice(format!("{:011o}", bytes.len()).as_bytes());
    header[148..156].copy_from_slice(b"        ");
    header[156] = b'0';
    header[257..265].copy_from_slice(b"ustar\x0000");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    let mut archive = header.to_vec();
    archive.extend(bytes);
    archive.resize(archive.len().next_multiple_of(512) + 1024, 0);
    read_archive_bytes(&archive, "fuzz.tar", Origin::Memory, TopFolder::Keep, &Limits::default())
        .expect("a tar archive of one file")
}

/// Scans one file, and checks the report.
pub fn scan_file(path: &str, bytes: &[u8]) {
    if bytes.len() > MAX_SCAN_BYTES {
        return;
    }
    // The last byte says whose tree it is, so that the comments that configure a scan are read in both ways.
    let trust =
        if bytes.last().is_some_and(|last| last % 2 == 0) { Trust::Trusted } else { Trust::Untrusted };
    scan_tree(&tree_of(path, bytes), trust);
}

/// Scans a tree, and checks the report.
pub fn scan_tree(tree: &SourceTree, trust: Trust) {
    let manifest = Manifest::discover(tree).value.unwrap_or_default();
    let config = ScanConfig { trust, ..ScanConfig::default() };
    check(tree, &scan(tree, &manifest, &config, &Unobserved));
}

/// Every place of the report lies in a file of the tree.
fn check(tree: &SourceTree, report: &ScanReport) {
    let place = |location: &Location| {
        let text = tree.file(&location.path).map_or(Some(""), |file| file.text()).unwrap_or_default();
        is_inside(location, line_count(text));
    };
    let suppressed = report.suppressed.iter().map(|suppressed| &suppressed.finding);
    for finding in report.findings.iter().chain(suppressed) {
        assert!(tree.file(&finding.location.path).is_some(), "{finding:?}");
        place(&finding.location);
        finding.related.iter().chain(&finding.flow).for_each(|note| place(&note.location));
    }
    let of_tools = report.tools.iter().flat_map(|tool| [&tool.location, &tool.description_location]);
    of_tools.flatten().for_each(place);
}

fn is_inside(location: &Location, lines: u32) {
    let start = (location.start_line, location.start_column);
    let end = (location.end_line, location.end_column);
    assert!(start >= (1, 1) && start <= end && location.start_column >= 1, "{location:?}");
    assert!(location.end_column >= 1 && location.end_line <= lines, "{location:?} of {lines} lines");
}

/// An upper bound: `\r\n` counts twice.
fn line_count(text: &str) -> u32 {
    1 + text.matches(['\n', '\r']).count() as u32
}
