//! `sigyl plan`: how a server would be built and started.

use std::{collections::BTreeMap, fmt::Write, path::PathBuf};

use clap::{Args, ValueEnum};
use sigyl_core::{DiagnosticLevel, Manifest, Policy, Rejected, source::RepoRef};
use sigyl_deploy::{
    BuildPlan,
    plan::{Bridge, DockerfileOptions, PlanError, PlanOptions, Unlocked, plan},
};
use sigyl_scan::{ScanConfig, scan};

use crate::{
    cache::{Cache, Told},
    exit::Exit,
    failure::Failure,
    fetch::{self, FetchOptions},
    format::{self, Format, Scanned, diagnostics},
    output,
    progress::Progress,
    settings,
    visible::visible_line,
};

/// Arguments of `sigyl plan`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sigyl plan                                        the server in this folder
  sigyl plan . --format dockerfile > Dockerfile     what it would be built by
  sigyl plan npm:@scope/server@1.2.3 --format json  a published package, for programs
  sigyl plan . --image node:22-slim=registry.example/node@sha256:…

The source is scanned first, as a stranger's: its own ignores do not count, and what was not analysed
has no plan. Nothing is built or run.

Exit codes: 0 planned, 1 blocked by the scan or not possible to build safely, 2 usage, input or engine
failure, 3 something was not analysed.")]
pub(crate) struct PlanArguments {
    /// A folder, a file, an archive, an https Git URL, npm:NAME@VERSION or pypi:NAME==VERSION.
    #[arg(value_name = "SOURCE", default_value = ".")]
    source: String,
    /// How to write the plan.
    #[arg(long, short, value_enum, default_value_t = PlanFormat::Text)]
    format: PlanFormat,
    /// Write to a file, in one step, instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Another base image in the place of one, with its digest behind @ where it is known.
    #[arg(long, value_name = "IMAGE=IMAGE", value_parser = image)]
    image: Vec<(String, String)>,
    /// Plan what no lock file locks, too: another build of the same source may then have other dependencies.
    #[arg(long)]
    allow_unlocked: bool,
    /// The npm registry to fetch packages from [default: $npm_config_registry, or the public one].
    #[arg(long, value_name = "URL")]
    npm_registry: Option<String>,
    /// The Python index to fetch packages from [default: $PIP_INDEX_URL, or the public one].
    #[arg(long, value_name = "URL")]
    pypi_index: Option<String>,
}

/// Forms of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum PlanFormat {
    /// For people.
    Text,
    /// For programs; docs/schema/plan.v1.json describes it.
    Json,
    /// The Dockerfile.
    Dockerfile,
}

fn image(text: &str) -> Result<(String, String), &'static str> {
    let (from, to) = text.split_once('=').ok_or("write IMAGE=IMAGE, such as node:22-slim=node:22-alpine")?;
    let is_good = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    if is_good(from) && is_good(to) {
        Ok((from.to_owned(), to.to_owned()))
    } else {
        Err("these are no names of images")
    }
}

/// Scans, plans, and prints.
pub(crate) fn run(arguments: &PlanArguments) -> Result<Exit, Failure> {
    let reference = RepoRef::parse(&arguments.source)?;
    let (npm, pypi) = (arguments.npm_registry.as_deref(), arguments.pypi_index.as_deref());
    let tree = fetch::resolve(&reference, &FetchOptions::new(npm, pypi, std::env::vars_os())?)?;
    let manifest = Manifest::discover(&tree);
    let known = manifest.value.unwrap_or_default();
    let config = ScanConfig { threads: settings::available_threads(), ..ScanConfig::default() };
    let progress = Progress::start();
    let report = match Cache::for_scan(Some(&reference), Told::Little) {
        Some(cache) => cache.scan(&tree, &known, &config, &progress),
        None => scan(&tree, &known, &config, &progress),
    };
    progress.finish();
    let colour = arguments.output.is_none() && output::stdout_has_colour();
    let cleared = match report.clear(&Policy::deployment()) {
        Ok(cleared) => cleared,
        Err(rejected) => {
            let scanned = Scanned {
                tree: &tree,
                report: &report,
                manifest_diagnostics: &manifest.diagnostics,
                artifact: None,
                trust: config.trust,
            };
            output::write(None, &format::render(Format::Text, &scanned, output::stdout_has_colour())?)?;
            output::note(&format!("there is no plan: {rejected}"));
            let not_analysed = matches!(rejected, Rejected::NotAnalysed { .. });
            return Ok(if not_analysed { Exit::NotAnalysed } else { Exit::Found });
        }
    };
    let options = PlanOptions {
        images: arguments.image.iter().cloned().collect::<BTreeMap<_, _>>(),
        unlocked: if arguments.allow_unlocked { Unlocked::Allow } else { Unlocked::Refuse },
        ..PlanOptions::default()
    };
    let plan = match plan(&cleared, &tree, &known, &options) {
        Ok(plan) => plan,
        Err(PlanError::Refused { diagnostics: problems }) => {
            output::write(None, &diagnostics::render(&problems, &tree, output::stdout_has_colour()))?;
            output::note("there is no plan: the server cannot be built safely as it is");
            return Ok(Exit::Found);
        }
        Err(error) => return Err(Failure::Said(error.to_string())),
    };
    let text = match arguments.format {
        PlanFormat::Text => told(&plan, colour),
        PlanFormat::Json => serde_json::to_string_pretty(&plan)? + "\n",
        PlanFormat::Dockerfile => plan.dockerfile(&DockerfileOptions::default()),
    };
    output::write(arguments.output.as_deref(), &text)?;
    Ok(Exit::Clean)
}

/// The plan for people.
fn told(plan: &BuildPlan, colour: bool) -> String {
    let (bold, reset) = if colour { ("\x1b[1m", "\x1b[0m") } else { ("", "") };
    let name = plan.name.as_deref().unwrap_or("server");
    let version = plan.version.as_deref().map(|version| format!(" {version}")).unwrap_or_default();
    let speaks = match plan.bridge {
        None => "HTTP",
        Some(Bridge::Session) => "stdio, one process for each session behind the bridge",
        Some(Bridge::Shared) => "stdio, one process for all behind the bridge",
    };
    let mut out =
        format!("{bold}{}{reset}: {}, {speaks}\n\n", visible_line(&format!("{name}{version}")), plan.planner);
    let mut row = |label: &str, text: &str| {
        let _ = writeln!(out, "  {label:<9} {}", visible_line(text));
    };
    let image = |image: &sigyl_deploy::plan::BaseImage| match &image.digest {
        Some(digest) => format!("{}@{digest}", image.reference),
        None => format!("{} (no digest given)", image.reference),
    };
    if plan.build_image != plan.run_image {
        row("built in", &image(&plan.build_image));
    }
    row("runs in", &format!("{}, as user {}", image(&plan.run_image), plan.uid));
    for phase in &plan.phases {
        let name = serde_json::to_value(phase.name).ok();
        let name = name.as_ref().and_then(|name| name.as_str()).unwrap_or_default().to_owned();
        for command in &phase.commands {
            let network = if phase.network { "  [network]" } else { "" };
            row(&name, &format!("{}{network}", command.join(" ")));
        }
    }
    if let Some(path) = &plan.dockerfile {
        row("build", &format!("{path}  [no network but in its first stage]"));
    }
    let start = if plan.start.is_empty() { "as the image says".to_owned() } else { plan.start.join(" ") };
    row("start", &start);
    row("listens", &format!("{}{}", plan.port, plan.path));
    let env: Vec<String> = plan.env.iter().map(|(name, value)| format!("{name}={value}")).collect();
    row("env", &env.join(" "));
    let secrets = plan.secrets.iter().map(|slot| {
        if slot.required { slot.variable.clone() } else { format!("{} (optional)", slot.variable) }
    });
    let secrets: Vec<String> = secrets.collect();
    if !secrets.is_empty() {
        row("secrets", &secrets.join(" "));
    }
    if !plan.build_secrets.is_empty() {
        row("needs", &format!("{} while dependencies are installed", plan.build_secrets.join(" ")));
    }
    let egress = if plan.egress.is_empty() { "nothing".to_owned() } else { plan.egress.join(" ") };
    row("reaches", &egress);
    let limits = &plan.limits;
    row(
        "limits",
        &format!("{} MiB, {}m CPU, {} processes", limits.memory_bytes >> 20, limits.cpu_millis, limits.pids),
    );
    row("digest", plan.digest().as_str());
    if !plan.decisions.is_empty() {
        out.push('\n');
    }
    for decision in &plan.decisions {
        let level = if decision.level == DiagnosticLevel::Note { "note" } else { "warning" };
        let _ = writeln!(out, "{level}[{}]: {}", decision.code, visible_line(&decision.text));
    }
    out
}
