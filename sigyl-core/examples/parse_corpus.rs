//! Reads every manifest below a folder and says how many were accepted, and why the others were not. A JSON file that
//! holds a list of documents counts each of them: `cargo run -p sigyl-core --example parse_corpus -- FOLDER`.

use std::{
    collections::BTreeMap,
    io::Write,
    path::{Path, PathBuf},
};

use serde_json::Value;
use sigyl_core::{DiagnosticLevel, manifest};

fn main() -> std::io::Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    let mut paths = Vec::new();
    collect(Path::new(&folder), &mut paths)?;
    paths.sort();
    let mut tally = Tally::default();
    for path in &paths {
        let shown = path.strip_prefix(&folder).unwrap_or(path).to_string_lossy().into_owned();
        let bytes = std::fs::read(path)?;
        match documents(&bytes) {
            Some(documents) => {
                for (at, document) in documents.iter().enumerate() {
                    tally.read(&format!("{shown}#{at}/server.json"), document.to_string().as_bytes());
                }
            }
            None => tally.read(&shown, &bytes),
        }
    }
    let mut out = std::io::stdout().lock();
    for line in &tally.lines {
        writeln!(out, "{line}")?;
    }
    for ((level, code), count) in &tally.codes {
        writeln!(out, "{count:6} {level:?} {code}")?;
    }
    writeln!(
        out,
        "{} accepted, {} rejected, {} of unknown format",
        tally.accepted, tally.rejected, tally.unknown
    )
}

#[derive(Default)]
struct Tally {
    accepted: usize,
    rejected: usize,
    unknown: usize,
    lines: Vec<String>,
    codes: BTreeMap<(DiagnosticLevel, String), usize>,
}

impl Tally {
    fn read(&mut self, path: &str, bytes: &[u8]) {
        let parsed = manifest::read_file(path, bytes);
        let unknown = parsed.diagnostics.iter().any(|diagnostic| diagnostic.code == "unknown-format");
        match (unknown, parsed.has_errors()) {
            (true, _) => self.unknown += 1,
            (false, true) => self.rejected += 1,
            (false, false) => self.accepted += 1,
        }
        for diagnostic in parsed.diagnostics {
            *self.codes.entry((diagnostic.level, diagnostic.code.clone())).or_default() += 1;
            if diagnostic.level != DiagnosticLevel::Note {
                let place = &diagnostic.location;
                let (level, code, message) = (diagnostic.level, diagnostic.code, diagnostic.message);
                self.lines.push(format!(
                    "{path}:{}:{}: {level:?} {code}: {message}",
                    place.start_line, place.start_column
                ));
            }
        }
    }
}

/// The documents of a list, or of a registry's file that holds one.
fn documents(bytes: &[u8]) -> Option<Vec<Value>> {
    match serde_json::from_slice::<Value>(bytes).ok()? {
        Value::Array(items) => Some(items),
        Value::Object(object) => object.get("data")?.get("servers")?.as_array().cloned(),
        _ => None,
    }
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if kind.is_dir() {
            collect(&entry.path(), into)?;
        } else if kind.is_file() && [".json", ".yaml", ".yml", ".toml"].iter().any(|end| name.ends_with(end))
        {
            into.push(entry.path());
        }
    }
    Ok(())
}
