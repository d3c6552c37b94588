//! `sigyl pin`: pins what a server offers, and tells what changed since.

use std::{fmt::Write, path::PathBuf};

use clap::{Args, ValueEnum};
use schemars::JsonSchema;
use serde::Serialize;
use sigyl_core::{Manifest, source::RepoRef};
use sigyl_scan::{
    Change, ChangeKind, LOCK_FILE, Lock, LockOrigin, PartChange, Piece, ScanConfig, diff_words, scan_with,
};

use crate::{
    beyond::{self, ListedArguments},
    exit::Exit,
    failure::Failure,
    fetch::{self, FetchOptions},
    format::text::counted,
    output,
    progress::Progress,
    settings, trust,
    visible::visible_line,
};

/// Words around a change that are shown. Chosen.
const CONTEXT_WORDS: usize = 8;

/// Characters of one part of a change that are shown. Chosen.
const MOST_SHOWN: usize = 4_000;

/// Changes that are shown in full. Chosen; a server that changed everything is told by its count.
const MOST_CHANGES: usize = 200;

/// Arguments of `sigyl pin`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sigyl pin                                  pin the tools of the server in this folder
  sigyl pin --tools listing.json             pin what a saved listing offers
  sigyl pin --live http://127.0.0.1:3000/mcp pin what a running server offers
  sigyl pin --tools listing.json --check     is it still what was pinned?

sigyl.lock is made to be committed. Pins of source are of tools alone, and of schemas only where they are
literal; those of a listing are of everything that it offers.

Exit codes: 0 pinned, or unchanged; 1 something changed; 2 usage, input or engine failure.")]
pub(crate) struct PinArguments {
    /// A folder, a file, an archive, an https Git URL, npm:NAME@VERSION or pypi:NAME==VERSION [default: .].
    #[arg(value_name = "SOURCE", conflicts_with_all = ["tools", "live"])]
    source: Option<String>,
    /// The lock.
    #[arg(long, value_name = "FILE", default_value = LOCK_FILE)]
    lock: PathBuf,
    /// Compare with the lock, and write nothing.
    #[arg(long)]
    check: bool,
    /// How to tell what changed.
    #[arg(long, short, value_enum, default_value_t = CheckFormat::Text, requires = "check")]
    format: CheckFormat,
    /// Where to have what a server lists.
    #[command(flatten)]
    listed: ListedArguments,
}

/// Forms of what changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum CheckFormat {
    /// For people, to the word.
    Text,
    /// For programs; docs/schema/pin-check.v1.json describes it.
    Json,
}

/// What `sigyl pin --check --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "Check of pins")]
pub(crate) struct PinCheck {
    /// Whether everything is what was pinned.
    unchanged: bool,
    /// What is not.
    changes: Vec<Change>,
}

/// Pins, or compares.
pub(crate) fn run(arguments: &PinArguments) -> Result<Exit, Failure> {
    let known = match settings::read_text(&arguments.lock) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !arguments.check => None,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(Failure::Said(format!(
                "there is no {}; write it with sigyl pin",
                arguments.lock.display()
            )));
        }
        Err(source) => return Err(Failure::Read { path: arguments.lock.clone(), source }),
    };
    let unusable = |source| Failure::Lock { path: arguments.lock.clone(), source };
    let known = known.map(|text| Lock::parse(&text).map_err(unusable)).transpose()?;
    let now = offers(arguments)?;
    let changes = known.as_ref().map(|known| known.changes(&now)).unwrap_or_default();
    if arguments.check {
        let exit = if changes.is_empty() { Exit::Clean } else { Exit::Found };
        let text = match arguments.format {
            CheckFormat::Text => told(&changes, &now, output::stdout_has_colour()),
            CheckFormat::Json => {
                let check = PinCheck { unchanged: changes.is_empty(), changes };
                serde_json::to_string_pretty(&check)? + "\n"
            }
        };
        output::write(None, &text)?;
        return Ok(exit);
    }
    let json = now.to_json().map_err(unusable)?;
    if json.len() as u64 > settings::MAX_BYTES {
        let why = "the server offers more than a lock can hold, which is 16 MiB";
        return Err(Failure::Said(why.to_owned()));
    }
    output::write(Some(&arguments.lock), &json)?;
    let mut text = format!("pinned {} in {}", counted(now.count() as u32, "offer"), arguments.lock.display());
    if !changes.is_empty() {
        let _ = write!(text, "; {} changed since the last time", counted(changes.len() as u32, "offer"));
    }
    output::write(None, &(visible_line(&text) + "\n"))?;
    Ok(Exit::Clean)
}

/// What the server offers now.
fn offers(arguments: &PinArguments) -> Result<Lock, Failure> {
    let reference = RepoRef::parse(arguments.source.as_deref().unwrap_or("."))?;
    // The current folder is not shown to a program unless it was named.
    let folder = arguments.source.as_ref().and_then(|_| trust::folder(&reference));
    if let Some((listing, _)) = beyond::list(&arguments.listed, folder.as_deref())? {
        return Ok(Lock::of_listing(&listing));
    }
    let tree = fetch::resolve(&reference, &FetchOptions::new(None, None, std::env::vars_os())?)?;
    let manifest = Manifest::discover(&tree).value.unwrap_or_default();
    let progress = Progress::start();
    let config = ScanConfig { threads: settings::available_threads(), ..ScanConfig::default() };
    // Tools are found on the way to any rule.
    let report = scan_with(&[], &tree, &manifest, &config, &progress);
    progress.finish();
    if report.tools.is_empty() {
        return Err(Failure::Said(
            "no tool was found in the source; pin what the server lists instead: see sigyl pin --help"
                .to_owned(),
        ));
    }
    Ok(Lock::of_source(&report))
}

fn told(changes: &[Change], now: &Lock, colour: bool) -> String {
    let mut out = String::new();
    for change in changes.iter().take(MOST_CHANGES) {
        let (sign, verb) = match change.kind {
            ChangeKind::Added => ("+", "is new"),
            ChangeKind::Removed => ("-", "is gone"),
            ChangeKind::Changed => ("~", "changed"),
        };
        let _ = writeln!(out, "{sign} {} {} {verb}", change.offered, shown(&change.name));
        for part in &change.parts {
            let _ = writeln!(out, "    {}: {}", shown(&part.part), difference(part, colour));
        }
    }
    if let Some(more) = changes.len().checked_sub(MOST_CHANGES).filter(|more| *more > 0) {
        let _ = writeln!(out, "and {more} more; --format json tells each");
    }
    if changes.is_empty() {
        let what = match now.origin {
            LockOrigin::Source => "tools of the source",
            LockOrigin::Listing => "what the server lists",
        };
        let _ = writeln!(out, "unchanged: {what}, {}", counted(now.count() as u32, "offer"));
    } else {
        let _ = writeln!(
            out,
            "{} changed; when that is right, pin again",
            counted(changes.len() as u32, "offer")
        );
    }
    out
}

fn shown(name: &str) -> String {
    visible_line(&name.chars().take(200).collect::<String>())
}

/// `Adds [-two-]{+three+} numbers.`, with what stayed cut short.
fn difference(part: &PartChange, colour: bool) -> String {
    let (before, after) = match (&part.before, &part.after) {
        (Some(before), Some(after)) => (before.as_str(), after.as_str()),
        (None, Some(after)) => ("", after.as_str()),
        (Some(before), None) => (before.as_str(), ""),
        (None, None) => return "is another; its text is too long to be kept".to_owned(),
    };
    let pieces = diff_words(before, after);
    let mut text = String::new();
    let mut at = 0;
    while at < pieces.len() && text.len() < MOST_SHOWN {
        let run = pieces[at..].iter().take_while(|piece| is_like(piece, &pieces[at])).count();
        let words: Vec<&str> = pieces[at..at + run].iter().map(|piece| word(piece)).collect();
        match pieces[at] {
            Piece::Same(_) => {
                let keep_start = if at == 0 { 0 } else { CONTEXT_WORDS };
                let keep_end = if at + run == pieces.len() { 0 } else { CONTEXT_WORDS };
                if words.len() > keep_start + keep_end + 1 {
                    text += &visible_line(&words[..keep_start].concat());
                    text += "… ";
                    text += &visible_line(&words[words.len() - keep_end..].concat());
                } else {
                    text += &visible_line(&words.concat());
                }
            }
            Piece::Removed(_) => text += &marked("[-", &words.concat(), "-]", "\x1b[31m", colour),
            Piece::Added(_) => text += &marked("{+", &words.concat(), "+}", "\x1b[32m", colour),
        }
        at += run;
    }
    if at < pieces.len() {
        text += " …";
    }
    text.trim_end().to_owned()
}

fn is_like(a: &Piece<'_>, b: &Piece<'_>) -> bool {
    std::mem::discriminant(a) == std::mem::discriminant(b)
}

/// The word, with the white space that follows it.
fn word<'a>(piece: &Piece<'a>) -> &'a str {
    match piece {
        Piece::Same(word) | Piece::Removed(word) | Piece::Added(word) => word,
    }
}

fn marked(open: &str, words: &str, close: &str, paint: &str, colour: bool) -> String {
    let cut = visible_line(&words.chars().take(MOST_SHOWN).collect::<String>());
    let space = if cut.ends_with(char::is_whitespace) { " " } else { "" };
    let (on, off) = if colour { (paint, "\x1b[0m") } else { ("", "") };
    format!("{on}{open}{}{close}{off}{space}", cut.trim_end())
}
