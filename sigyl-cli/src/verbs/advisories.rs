//! `sigyl advisories`: known vulnerabilities, brought as files and kept for scans. Nothing is fetched.

use std::{
    collections::BTreeMap,
    fmt::Write,
    fs,
    io::Read,
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand};
use sha2::{Digest, Sha256};
use sigyl_core::source::{Limits, SourceTree, read_archive, read_folder};
use sigyl_scan::{AdvisoryImport, AdvisorySource, Outcome, STALE_AFTER_DAYS};

use crate::{advisories, exit::Exit, failure::Failure, format::text::counted, output};

/// What reading one source of entries may cost. Chosen: twice npm's archive, the largest that OSV publishes.
const LIMITS: Limits = Limits {
    files: 600_000,
    entries: 1_000_000,
    total_bytes: 2 << 30,
    text_bytes: 1 << 30,
    file_bytes: 16 << 20,
    depth: 16,
    archive_bytes: 512 << 20,
};

/// Arguments of `sigyl advisories`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sigyl advisories import npm/all.zip PyPI/all.zip   take what OSV publishes, after fetching it yourself
  sigyl advisories import advisories/                a folder of OSV's JSON files
  sigyl advisories status                            how many there are, and how old")]
pub(crate) struct AdvisoriesArguments {
    #[command(subcommand)]
    verb: AdvisoriesVerb,
}

#[derive(Debug, Subcommand)]
enum AdvisoriesVerb {
    /// Replace the advisories by those of files in OSV's format.
    #[command(after_help = "Example:
  sigyl advisories import npm-all.zip pypi-all.zip

OSV publishes one archive for each ecosystem. Those of npm, PyPI, crates.io and Go are of use here;
entries of others, and withdrawn ones, are skipped and counted.")]
    Import {
        /// JSON files, folders of them, and zip archives as OSV publishes them.
        #[arg(value_name = "FILE", required = true)]
        sources: Vec<PathBuf>,
        /// Where to keep them [default: $SIGYL_ADVISORIES, or sigyl/advisories.v1 in the user's data folder].
        #[arg(long, value_name = "FILE")]
        advisories: Option<PathBuf>,
    },
    /// Tell how many advisories there are, how old, and from where.
    #[command(after_help = "Example:\n  sigyl advisories status")]
    Status {
        /// Where they are kept [default: $SIGYL_ADVISORIES, or sigyl/advisories.v1 in the user's data folder].
        #[arg(long, value_name = "FILE")]
        advisories: Option<PathBuf>,
    },
}

/// Imports, or tells.
pub(crate) fn run(arguments: &AdvisoriesArguments) -> Result<Exit, Failure> {
    match &arguments.verb {
        AdvisoriesVerb::Import { sources, advisories } => import(sources, advisories.as_deref()),
        AdvisoriesVerb::Status { advisories } => status(advisories.as_deref()),
    }
}

fn place(named: Option<&Path>) -> Result<PathBuf, Failure> {
    advisories::place(named)
        .ok_or_else(|| Failure::Said("there is no data folder; name a file with --advisories".to_owned()))
}

fn import(sources: &[PathBuf], named: Option<&Path>) -> Result<Exit, Failure> {
    let place = place(named)?;
    let mut import = AdvisoryImport::default();
    let mut skipped: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut taken_from = Vec::new();
    for source in sources {
        let before = import.taken();
        let sha256 = take(source, &mut import, &mut skipped)?;
        let name = source.file_name().unwrap_or(source.as_os_str()).to_string_lossy().into_owned();
        taken_from.push(AdvisorySource { name, sha256, advisories: import.taken() - before });
    }
    let taken = import.taken();
    if taken == 0 {
        return Err(Failure::Said(format!(
            "no advisory was taken, and nothing was written{}",
            skipped_lines(&skipped)
        )));
    }
    let text = import.finish(&advisories::today_text(), taken_from);
    if let Some(folder) = place.parent() {
        fs::create_dir_all(folder).map_err(|source| Failure::Write { path: folder.to_owned(), source })?;
    }
    output::write(Some(&place), &text)?;
    output::write(
        None,
        &format!("{} in {}{}\n", counted_advisories(taken), place.display(), skipped_lines(&skipped)),
    )?;
    Ok(Exit::Clean)
}

fn counted_advisories(count: u32) -> String {
    if count == 1 { "1 advisory".to_owned() } else { format!("{count} advisories") }
}

/// Takes the entries of one source; the digest is that of a file's bytes.
fn take(
    source: &Path,
    import: &mut AdvisoryImport,
    skipped: &mut BTreeMap<&'static str, Vec<String>>,
) -> Result<Option<String>, Failure> {
    if source.is_dir() {
        take_tree(&read_folder(source, &LIMITS)?, import, skipped);
        return Ok(None);
    }
    let read = |source_error| Failure::Read { path: source.to_owned(), source: source_error };
    let mut file = fs::File::open(source).map_err(read)?;
    let mut magic = [0; 2];
    let is_archive = file.read_exact(&mut magic).is_ok() && magic == *b"PK";
    let sha256 = sha256(source).map_err(read)?;
    if is_archive {
        take_tree(&read_archive(source, &LIMITS)?, import, skipped);
    } else {
        let mut bytes = Vec::new();
        let file = fs::File::open(source).map_err(read)?;
        file.take(LIMITS.file_bytes + 1).read_to_end(&mut bytes).map_err(read)?;
        take_entry(&source.display().to_string(), &bytes, import, skipped);
    }
    Ok(Some(sha256))
}

fn sha256(path: &Path) -> std::io::Result<String> {
    let mut file = fs::File::open(path)?.take(LIMITS.archive_bytes + 1);
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        hasher.update(&buffer[..count]);
    }
    let mut text = String::new();
    for byte in hasher.finalize() {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    Ok(text)
}

fn take_tree(
    tree: &SourceTree,
    import: &mut AdvisoryImport,
    skipped: &mut BTreeMap<&'static str, Vec<String>>,
) {
    for file in tree.files() {
        if file.extension() != "json" {
            skipped.entry("no JSON").or_default().push(file.path.clone());
        } else if let Some(text) = file.text() {
            take_entry(&file.path, text.as_bytes(), import, skipped);
        } else {
            skipped.entry("unreadable").or_default().push(file.path.clone());
        }
    }
    for left_out in &tree.left_out {
        skipped.entry("past a limit, or no regular file").or_default().push(left_out.path.clone());
    }
}

fn take_entry(
    name: &str,
    bytes: &[u8],
    import: &mut AdvisoryImport,
    skipped: &mut BTreeMap<&'static str, Vec<String>>,
) {
    let why = match import.add(bytes) {
        Outcome::Taken => return,
        Outcome::Withdrawn => "withdrawn",
        Outcome::NotOurs => "of other ecosystems, or without versions",
        _ => "not in OSV's format",
    };
    skipped.entry(why).or_default().push(name.to_owned());
}

/// What was skipped, a line for each reason; the first few are named.
fn skipped_lines(skipped: &BTreeMap<&str, Vec<String>>) -> String {
    let mut out = String::new();
    for (why, names) in skipped {
        let named = names.iter().take(3).map(|name| crate::visible::visible_line(name)).collect::<Vec<_>>();
        let more = if names.len() > 3 { ", …" } else { "" };
        let _ = write!(out, "\n  skipped {} {why}: {}{more}", names.len(), named.join(", "));
    }
    out
}

fn status(named: Option<&Path>) -> Result<Exit, Failure> {
    let place = place(named)?;
    if !place.exists() {
        output::write(
            None,
            &format!(
                "no advisories in {}: scans do not look for known vulnerabilities of dependencies\n",
                place.display()
            ),
        )?;
        return Ok(Exit::Clean);
    }
    let known = advisories::read(&place)?;
    let age = known.age_days(advisories::today());
    let mut out = format!("{} in {}\n", counted_advisories(known.count()), place.display());
    let _ =
        writeln!(out, "newest of {}{}, imported on {}", known.newest(), age_text(age), known.imported_on());
    for source in known.sources() {
        let digest = source.sha256.as_deref().map(|it| format!(", SHA-256 {it}")).unwrap_or_default();
        let name = crate::visible::visible_line(&source.name);
        let _ = writeln!(out, "  {name}: {}{digest}", source.advisories);
    }
    output::write(None, &out)?;
    Ok(Exit::Clean)
}

/// `, 3 days old`, and whether that is stale.
fn age_text(age: Option<u32>) -> String {
    match age {
        Some(age) if age > STALE_AFTER_DAYS => {
            format!(", {} old: stale, import newer ones", counted(age, "day"))
        }
        Some(age) => format!(", {} old", counted(age, "day")),
        None => String::new(),
    }
}
