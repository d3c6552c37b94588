//! Reads a folder and lowers its sources, and nothing else: parsing with scopes, which `benches/compare` holds scans
//! against.
//!
//! ```console
//! $ cargo run --release -p sigyl-scan --example lower -- FOLDER
//! ```
//! With `--read-only` it stops before parsing.

use std::error::Error;

use sigyl_core::source::{Limits, read_folder};
use sigyl_scan::lower_tree;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let is_read_only = arguments.first().is_some_and(|first| first == "--read-only");
    arguments.drain(..usize::from(is_read_only));
    let folder = arguments.first().ok_or("usage: lower [--read-only] FOLDER")?;
    let tree = read_folder(folder.as_ref(), &Limits::default())?;
    if is_read_only {
        return Ok(writeln(&format!("{} files", tree.files().len()))?);
    }
    let modules = lower_tree(&tree);
    let expressions: usize = modules.iter().flatten().map(|module| module.size()).sum();
    Ok(writeln(&format!("{} modules, {expressions} expressions", modules.len()))?)
}

fn writeln(line: &str) -> std::io::Result<()> {
    use std::io::Write;
    writeln!(std::io::stdout(), "{line}")
}
