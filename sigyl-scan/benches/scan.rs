//! How long a scan takes, and how that grows with size, beside a plain read of the same bytes.
//!
//! ```console
//! $ cargo bench -p sigyl-scan
//! ```
//! Times on a busy machine mean little; the ratio of `scan` to `count_lines` and the bytes a second do.

use divan::{Bencher, counter::BytesCount};
use sigyl_core::{Manifest, SourceTree};
use sigyl_scan::{ScanConfig, Unobserved, scan};

/// One file of a server: what the examples look like, repeated under other names.
const TYPESCRIPT: &str = include_str!("../../examples/weather-typescript/src/index.ts");
const PYTHON: &str = include_str!("../../examples/notes-python/notes_server.py");

/// Lines of the trees that are scanned; the last is the promise: a million.
const LINES: &[usize] = &[100, 10_000, 100_000, 1_000_000];

fn main() {
    divan::main();
}

fn tree(lines: usize) -> SourceTree {
    let pair = TYPESCRIPT.lines().count() + PYTHON.lines().count();
    let paths: Vec<(String, &str)> = (0..lines.div_ceil(pair))
        .flat_map(|number| {
            [(format!("server{number}/index.ts"), TYPESCRIPT), (format!("server{number}/server.py"), PYTHON)]
        })
        .collect();
    SourceTree::from_texts(paths.iter().map(|(path, text)| (path.as_str(), *text)))
}

#[divan::bench(args = LINES, max_time = 30, sample_size = 1)]
fn scan_lines(bencher: Bencher<'_, '_>, lines: usize) {
    let tree = tree(lines);
    let (manifest, config) = (Manifest::default(), ScanConfig::default());
    bencher
        .counter(BytesCount::new(tree.total_bytes()))
        .bench_local(|| scan(&tree, &manifest, &config, &Unobserved));
}

#[divan::bench(args = LINES, max_time = 30)]
fn count_lines(bencher: Bencher<'_, '_>, lines: usize) {
    let tree = tree(lines);
    bencher.counter(BytesCount::new(tree.total_bytes())).bench_local(|| {
        let texts = tree.files().iter().filter_map(|file| file.text());
        texts.map(|text| text.bytes().filter(|byte| *byte == b'\n').count()).sum::<usize>()
    });
}
