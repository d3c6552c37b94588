//! `sigyl manifest`: reads, checks and writes manifests.

use std::{
    fs,
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand, ValueEnum};
use schemars::JsonSchema;
use serde::Serialize;
use sigyl_core::{
    Diagnostic, Manifest, Parsed, SourceTree, manifest,
    source::{Limits, read_folder},
};

use crate::{exit::Exit, failure::Failure, format::diagnostics, output};

/// Bytes of a file that are looked at; the reader of manifests takes far less and says so. Chosen.
const MAX_BYTES: u64 = 16 << 20;

/// Arguments of `sigyl manifest`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sigyl manifest check .             is the manifest of this folder valid?
  sigyl manifest check server.json   is this file valid?
  sigyl manifest show .              all manifests of the folder, merged into one
  sigyl manifest init .              write an mcp.yaml to begin with")]
pub(crate) struct ManifestArguments {
    /// What to do.
    #[command(subcommand)]
    verb: ManifestVerb,
}

#[derive(Debug, Subcommand)]
enum ManifestVerb {
    /// Say everything that is wrong; the exit code is 0 when the manifest is valid, 1 when it is not.
    #[command(after_help = "Example:\n  sigyl manifest check smithery.yaml --format json")]
    Check {
        /// A file of any known format, or a folder.
        #[arg(default_value = ".")]
        path: PathBuf,
        /// How to write it.
        #[arg(long, short, value_enum, default_value_t = CheckFormat::Text)]
        format: CheckFormat,
    },
    /// Print what all manifests together say, as JSON; docs/schema/manifest.v1.json describes it.
    #[command(after_help = "Example:\n  sigyl manifest show . | jq .requirements")]
    Show {
        /// A file of any known format, or a folder.
        #[arg(default_value = ".")]
        path: PathBuf,
    },
    /// Write an mcp.yaml from what package files and source tell.
    #[command(after_help = "Example:\n  sigyl manifest init --print > mcp.yaml")]
    Init {
        /// The folder.
        #[arg(default_value = ".")]
        path: PathBuf,
        /// Print it instead of writing it.
        #[arg(long)]
        print: bool,
    },
}

/// The forms of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum CheckFormat {
    /// For people: code frames.
    Text,
    /// For programs; docs/schema/manifest-check.v1.json describes it.
    Json,
}

/// What `sigyl manifest check --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ManifestCheck {
    /// Whether the manifest can be used: no diagnostic is an error.
    valid: bool,
    /// Everything that is wrong, by place.
    diagnostics: Vec<Diagnostic>,
}

/// Runs one verb.
pub(crate) fn run(arguments: &ManifestArguments) -> Result<Exit, Failure> {
    match &arguments.verb {
        ManifestVerb::Check { path, format } => check(path, *format),
        ManifestVerb::Show { path } => show(path),
        ManifestVerb::Init { path, print } => init(path, *print),
    }
}

/// The manifest at `path`, and the tree over which its diagnostics are drawn.
fn read(path: &Path) -> Result<(Parsed<Manifest>, SourceTree), Failure> {
    if path.is_dir() {
        let tree = read_folder(path, &Limits::default())?;
        return Ok((Manifest::discover(&tree), tree));
    }
    let read = || {
        let mut bytes = Vec::new();
        fs::File::open(path)?.take(MAX_BYTES).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = read().map_err(|source: io::Error| Failure::Read { path: path.to_owned(), source })?;
    let name = path.display().to_string();
    let parsed = manifest::read_file(&name, &bytes);
    let text = String::from_utf8_lossy(&bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    // Diagnostics name the file with `/`.
    let tree = SourceTree::from_texts([(name.replace('\\', "/").as_str(), text)]);
    Ok((parsed, tree))
}

fn check(path: &Path, format: CheckFormat) -> Result<Exit, Failure> {
    let (parsed, tree) = read(path)?;
    let valid = parsed.value.is_some() && !parsed.has_errors();
    let text = match format {
        CheckFormat::Text => {
            let frames = diagnostics::render(&parsed.diagnostics, &tree, output::stdout_has_colour());
            let verdict = if valid { "valid" } else { "not valid" };
            format!("{frames}{}: {verdict}\n", crate::visible::visible_line(&path.display().to_string()))
        }
        CheckFormat::Json => {
            let check = ManifestCheck { valid, diagnostics: parsed.diagnostics };
            serde_json::to_string_pretty(&check)? + "\n"
        }
    };
    output::write(None, &text)?;
    Ok(if valid { Exit::Clean } else { Exit::Found })
}

fn show(path: &Path) -> Result<Exit, Failure> {
    let (parsed, tree) = read(path)?;
    let Some(manifest) = parsed.value else {
        let frames = diagnostics::render(&parsed.diagnostics, &tree, output::stderr_has_colour());
        let path = path.display().to_string();
        return Err(Failure::Configuration { path, mistakes: parsed.diagnostics.len(), frames });
    };
    output::write(None, &(serde_json::to_string_pretty(&manifest)? + "\n"))?;
    Ok(if parsed.diagnostics.iter().any(|found| found.level == sigyl_core::DiagnosticLevel::Error) {
        Exit::Found
    } else {
        Exit::Clean
    })
}

fn init(path: &Path, print: bool) -> Result<Exit, Failure> {
    let tree = read_folder(path, &Limits::default())?;
    let text = manifest::init(&tree);
    if print {
        output::write(None, &text)?;
        return Ok(Exit::Clean);
    }
    let file = path.join("mcp.yaml");
    // Never over one that is there, nor through a link.
    let written = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&file)
        .and_then(|mut created| created.write_all(text.as_bytes()));
    match written {
        Ok(()) => {
            output::write(None, &format!("wrote {}\n", file.display()))?;
            Ok(Exit::Clean)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(Failure::Said(format!(
            "{} is there already; see what a new one would say with --print",
            file.display()
        ))),
        Err(source) => Err(Failure::Write { path: file, source }),
    }
}
