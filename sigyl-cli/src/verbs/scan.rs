//! `sigyl scan`: the main job.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use sigyl_core::{Manifest, NotAnalysedPolicy, ScanReport, Severity, source::RepoRef};
use sigyl_scan::{ExcludedPath, ScanConfig, scan};

use crate::{
    exit::Exit,
    failure::Failure,
    fetch::{self, FetchOptions},
    format::{self, Format, Scanned},
    output,
    progress::Progress,
    trust::{self, Declared},
};

/// Arguments of `sigyl scan`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sigyl scan .                                       the server in this folder
  sigyl scan . --format sarif --output sigyl.sarif   for code scanning
  sigyl scan ../server --fail-on block               fail only on what must not be deployed")]
pub(crate) struct ScanArguments {
    /// A folder, a file, an archive, an https Git URL, npm:NAME@VERSION or pypi:NAME==VERSION.
    #[arg(value_name = "SOURCE")]
    source: String,
    /// How to write the report.
    #[arg(long, short, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Write the report to a file, in one step, instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The lowest severity that makes the exit code 1 [default: error].
    #[arg(long, value_enum, value_name = "SEVERITY")]
    fail_on: Option<FailOn>,
    /// Leave findings in these paths out of the count; a glob over paths from the root of the tree.
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,
    /// Say that the tree is your own: its sigyl.toml, baseline and ignore comments count.
    #[arg(long)]
    trust: bool,
    /// What it means when something that runs was not analysed: a warning, or exit code 3 [default: warn].
    #[arg(long, value_enum, value_name = "POLICY")]
    not_analysed: Option<NotAnalysed>,
    /// Threads to work with [default: one for each core].
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

/// The threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Findings that must not be deployed.
    Block,
    /// Errors and worse.
    Error,
    /// Warnings and worse.
    Warning,
    /// Findings never fail.
    Never,
}

/// What is done about source that was not analysed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum NotAnalysed {
    /// The verdict is at best `warning`.
    Warn,
    /// The exit code is 3.
    Block,
}

/// Scans, writes the report, and tells the exit code.
pub(crate) fn run(arguments: &ScanArguments) -> Result<Exit, Failure> {
    let reference = RepoRef::parse(&arguments.source)?;
    let current = trust::current_folder().map_err(Failure::CurrentFolder)?;
    let declared = if arguments.trust { Declared::Own } else { Declared::Nothing };
    let trust = trust::of(&reference, &current, declared);

    let options = FetchOptions::new(None, None, std::env::vars_os())?;
    let tree = fetch::resolve(&reference, &options)?;
    let manifest = Manifest::default();
    let config = ScanConfig {
        trust,
        excluded: arguments
            .exclude
            .iter()
            .map(|glob| ExcludedPath { glob: glob.clone(), reason: None })
            .collect(),
        threads: arguments.threads.unwrap_or_else(available_threads),
        ..ScanConfig::default()
    };
    let progress = Progress::start();
    let report = scan(&tree, &manifest, &config, &progress);
    progress.finish();

    let colour = arguments.output.is_none() && output::stdout_has_colour();
    let scanned = Scanned { tree: &tree, report: &report, manifest_diagnostics: &[] };
    let text = format::render(arguments.format, &scanned, colour)?;
    output::write(arguments.output.as_deref(), &text)?;
    Ok(exit(
        &report,
        arguments.fail_on.unwrap_or(FailOn::Error),
        match arguments.not_analysed {
            Some(NotAnalysed::Block) => NotAnalysedPolicy::Block,
            _ => NotAnalysedPolicy::Warn,
        },
    ))
}

fn available_threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

fn exit(report: &ScanReport, fail_on: FailOn, policy: NotAnalysedPolicy) -> Exit {
    let threshold = match fail_on {
        FailOn::Block => Some(Severity::Block),
        FailOn::Error => Some(Severity::Error),
        FailOn::Warning => Some(Severity::Warning),
        FailOn::Never => None,
    };
    let worst = report.findings.iter().map(|finding| finding.severity).max();
    if policy == NotAnalysedPolicy::Block && !report.not_analysed.is_empty() {
        Exit::NotAnalysed
    } else if threshold.is_some() && worst >= threshold {
        Exit::Found
    } else {
        Exit::Clean
    }
}
