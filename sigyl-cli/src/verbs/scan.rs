//! `sigyl scan`: the main job.

use std::{num::NonZeroU16, path::PathBuf};

use clap::{Args, ValueEnum};
use sigyl_core::{Manifest, NotAnalysedPolicy, ScanReport, Severity, Verdict, source::RepoRef};
use sigyl_scan::{Baseline, FailOn, mend, scan};

use crate::{
    beyond::{self, BeyondArguments, Subject},
    cache::{Cache, Told},
    exit::Exit,
    failure::Failure,
    fetch::{self, FetchOptions},
    format::{self, Format, Scanned, text::counted},
    llm,
    mending::{self, Fixing},
    output,
    progress::Progress,
    settings::{self, Settings},
    trust::{self, Declared},
};

/// Arguments of `sigyl scan`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sigyl scan .                                       the server in this folder
  sigyl scan npm:@scope/server@1.2.3                 a package of the npm registry
  sigyl scan pypi:mcp-server-fetch==2025.4.7         a package of the Python index
  sigyl scan https://github.com/owner/server         a Git repository
  sigyl scan . --format sarif --output sigyl.sarif   for code scanning
  sigyl scan . --write-baseline sigyl-baseline.json --reason 'known before Sigyl came'
  sigyl scan . --baseline sigyl-baseline.json        report what is new
  sigyl scan . --fix=preview                         see what --fix would mend
  sigyl scan --tools listing.json                    a saved answer to tools/list
  sigyl scan --live http://127.0.0.1:3000/mcp        a running server; no tool is called
  sigyl scan . --stdio 'node dist/index.js'          what it lists when it runs, in a sandbox
  sigyl scan --clients                               what this computer's clients start
  sigyl scan . --tools listing.json                  the source, and whether the listing is the source's

A tree is your own when it is the current folder or holds it, or with --trust. Elsewhere its ignore
comments, sigyl.toml and baseline are reported and not honoured.

Exit codes: 0 clean at the threshold, 1 findings at or above it, 2 usage, input or engine failure,
3 something was not analysed and the policy blocks on that; 2 beats 3 beats 1.")]
pub(crate) struct ScanArguments {
    /// A folder, a file, an archive, an https Git URL, npm:NAME@VERSION or pypi:NAME==VERSION.
    #[arg(value_name = "SOURCE", required_unless_present_any = ["tools", "live", "stdio", "clients"])]
    pub(crate) source: Option<String>,
    /// How to write the report.
    #[arg(long, short, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Write the report to a file, in one step, instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// The lowest severity that makes the exit code 1 [default: error].
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub(crate) fail_on: Option<Threshold>,
    /// What it means when something that runs was not analysed [default: warn].
    #[arg(long, value_enum, value_name = "POLICY")]
    pub(crate) not_analysed: Option<NotAnalysed>,
    /// The configuration [default: the nearest sigyl.toml of yours, from SOURCE upwards].
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Findings that were accepted; they do not count.
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// Accept what is found now: write it to a baseline instead of reporting it.
    #[arg(long, value_name = "FILE", requires = "reason")]
    pub(crate) write_baseline: Option<PathBuf>,
    /// Why the findings are accepted.
    #[arg(long, value_name = "TEXT", requires = "write_baseline", value_parser = reason)]
    pub(crate) reason: Option<String>,
    /// Leave findings in these paths out of the count; a glob over paths from the root of the tree.
    #[arg(long, value_name = "GLOB")]
    pub(crate) exclude: Vec<String>,
    /// Known vulnerabilities [default: $SIGYL_ADVISORIES, or what `sigyl advisories import` keeps].
    #[arg(long, value_name = "FILE")]
    pub(crate) advisories: Option<PathBuf>,
    /// The npm registry to fetch packages from [default: $npm_config_registry, or the public one].
    #[arg(long, value_name = "URL")]
    pub(crate) npm_registry: Option<String>,
    /// The Python index to fetch packages from [default: $PIP_INDEX_URL, or the public one].
    #[arg(long, value_name = "URL")]
    pub(crate) pypi_index: Option<String>,
    /// Say that the tree is your own: its ignore comments, sigyl.toml and baseline count.
    #[arg(long)]
    pub(crate) trust: bool,
    /// Scan anew, and keep nothing: neither read nor write the cache.
    #[arg(long)]
    pub(crate) no_cache: bool,
    /// Say on standard error what was kept from earlier scans, and what was not believed.
    #[arg(long, short)]
    pub(crate) verbose: bool,
    /// Mend what can be mended with certainty, and report what is left; preview prints a diff and writes nothing.
    #[arg(
        long,
        value_enum,
        value_name = "HOW",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "apply",
        requires = "source",
        conflicts_with = "write_baseline"
    )]
    pub(crate) fix: Option<Fixing>,
    /// Ask a language model, too: $SIGYL_LLM_URL, $SIGYL_LLM_MODEL, $SIGYL_LLM_KEY. It can add warnings and explain.
    #[arg(long)]
    pub(crate) llm: bool,
    /// Threads to work with [default: one for each core].
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<NonZeroU16>,
    /// What is scanned beside the source, or in its place.
    #[command(flatten)]
    pub(crate) beyond: BeyondArguments,
}

impl ScanArguments {
    /// What the caller said about the tree.
    pub(crate) fn declared(&self) -> Declared {
        if self.trust { Declared::Own } else { Declared::Nothing }
    }

    fn cache(&self, reference: Option<&RepoRef>) -> Option<Cache> {
        let told = if self.verbose { Told::Everything } else { Told::Little };
        if self.no_cache { None } else { Cache::for_scan(reference, told) }
    }
}

fn reason(text: &str) -> Result<String, &'static str> {
    let said = text.contains(char::is_alphanumeric);
    said.then(|| text.trim().to_owned()).ok_or("say in words why the findings are accepted")
}

/// The threshold, as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Threshold {
    /// Findings that must not be deployed.
    Block,
    /// Errors and worse.
    Error,
    /// Warnings and worse.
    Warning,
    /// Findings never fail.
    Never,
}

impl From<Threshold> for FailOn {
    fn from(threshold: Threshold) -> Self {
        match threshold {
            Threshold::Block => Self::Severity(Severity::Block),
            Threshold::Error => Self::Severity(Severity::Error),
            Threshold::Warning => Self::Severity(Severity::Warning),
            Threshold::Never => Self::Never,
        }
    }
}

/// What is done about source that was not analysed, as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum NotAnalysed {
    /// The verdict is at best `warning`.
    Warn,
    /// The exit code is 3.
    Block,
}

impl From<NotAnalysed> for NotAnalysedPolicy {
    fn from(policy: NotAnalysed) -> Self {
        match policy {
            NotAnalysed::Warn => Self::Warn,
            NotAnalysed::Block => Self::Block,
        }
    }
}

/// Scans, writes the report, and tells the exit code.
pub(crate) fn run(arguments: &ScanArguments) -> Result<Exit, Failure> {
    let reference = arguments.source.as_deref().map(RepoRef::parse).transpose()?;
    let settings = settings::gather(arguments, reference.as_ref())?;
    let scan_source = |reference: &RepoRef| scan_source(arguments, reference, &settings);
    let source = match (&reference, arguments.fix) {
        (Some(reference), Some(how)) => match fixed(arguments, reference, &settings, how)? {
            Fixed::Written(source) => Some(*source),
            Fixed::Shown(exit) => return Ok(exit),
        },
        (Some(reference), None) => Some(scan_source(reference)?),
        (None, _) => None,
    };
    let folder = reference.as_ref().and_then(trust::folder);
    let Subject { tree, mut report, manifest_diagnostics } =
        beyond::scan(&arguments.beyond, folder.as_deref(), source, &settings.config, &scan_source)?;
    if arguments.llm {
        let cache = arguments.cache(reference.as_ref());
        llm::add(&mut report, &tree, &settings.config, cache.as_ref())?;
    }

    if let (Some(path), Some(reason)) = (&arguments.write_baseline, &arguments.reason) {
        let baseline = accept(&report, reason, &settings.baseline);
        let json = baseline.to_json().map_err(|source| Failure::Baseline { path: path.clone(), source })?;
        output::write(Some(path), &json)?;
        let count = counted(baseline.accepted.len() as u32, "finding");
        output::write(None, &format!("accepted {count} in {}\n", path.display()))?;
        return Ok(Exit::Clean);
    }

    let colour = arguments.output.is_none() && output::stdout_has_colour();
    let scanned = Scanned {
        tree: &tree,
        report: &report,
        manifest_diagnostics: &manifest_diagnostics,
        artifact: reference.as_ref().and_then(|reference| published(reference, arguments)),
        trust: settings.config.trust,
    };
    let text = format::render(arguments.format, &scanned, colour)?;
    output::write(arguments.output.as_deref(), &text)?;
    Ok(exit(&report, &settings))
}

/// What came of `--fix`.
enum Fixed {
    /// The mended tree.
    Written(Box<Subject>),
    /// Nothing is written.
    Shown(Exit),
}

/// Scans, mends what can be mended with certainty, and scans what lies there then.
fn fixed(
    arguments: &ScanArguments,
    reference: &RepoRef,
    settings: &Settings,
    how: Fixing,
) -> Result<Fixed, Failure> {
    let root = mending::root(reference)?;
    let Subject { tree, report, .. } = scan_source(arguments, reference, settings)?;
    let manifest = Manifest::discover(&tree).value.unwrap_or_default();
    let progress = Progress::start();
    let mended = mend(&tree, &manifest, &settings.config, &progress, &report);
    progress.finish();
    if how == Fixing::Preview {
        mending::preview(&mended, arguments.output.as_deref())?;
        return Ok(Fixed::Shown(exit(&report, settings)));
    }
    mending::apply(&mended, &root)?;
    Ok(Fixed::Written(Box::new(scan_source(arguments, reference, settings)?)))
}

/// Reads a server's source and scans it.
fn scan_source(
    arguments: &ScanArguments,
    reference: &RepoRef,
    settings: &Settings,
) -> Result<Subject, Failure> {
    let (npm, pypi) = (arguments.npm_registry.as_deref(), arguments.pypi_index.as_deref());
    let options = FetchOptions::new(npm, pypi, std::env::vars_os())?;
    let tree = fetch::resolve(reference, &options)?;
    let manifest = Manifest::discover(&tree);
    let progress = Progress::start();
    let known = manifest.value.unwrap_or_default();
    let report = match arguments.cache(Some(reference)) {
        Some(cache) => cache.scan(&tree, &known, &settings.config, &progress),
        None => scan(&tree, &known, &settings.config, &progress),
    };
    progress.finish();
    Ok(Subject { tree, report, manifest_diagnostics: manifest.diagnostics })
}

/// The name of a source that means the same to others: no path of this computer.
fn published<'a>(reference: &RepoRef, arguments: &'a ScanArguments) -> Option<&'a str> {
    let is_public = matches!(reference, RepoRef::Git(_) | RepoRef::Npm { .. } | RepoRef::Pypi { .. });
    arguments.source.as_deref().filter(|_| is_public)
}

/// What counts now, and what did not count because it was accepted before.
fn accept(report: &ScanReport, reason: &str, known: &Baseline) -> Baseline {
    let counts = report.findings.iter().filter(|finding| finding.severity > Severity::Info);
    let accepted = report.suppressed.iter().map(|suppressed| &suppressed.finding);
    let accepted = accepted
        .filter(|finding| known.accepted.iter().any(|entry| entry.fingerprint == finding.fingerprint));
    Baseline::accept(counts.chain(accepted), reason, known)
}

fn exit(report: &ScanReport, settings: &Settings) -> Exit {
    if settings.not_analysed == NotAnalysedPolicy::Block && !report.not_analysed.is_empty() {
        return Exit::NotAnalysed;
    }
    let FailOn::Severity(threshold) = settings.fail_on else { return Exit::Clean };
    // A tree of which nothing was read is blocked without a finding.
    let blocked = report.verdict == Verdict::Blocked;
    let reached = report.findings.iter().any(|finding| finding.severity >= threshold);
    if blocked || reached { Exit::Found } else { Exit::Clean }
}
