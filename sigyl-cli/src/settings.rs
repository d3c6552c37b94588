//! What a scan is told, gathered from the command line, `sigyl.toml` and the baseline.
//!
//! Whatever silences findings must come from the caller. `sigyl.toml` is looked for in the folders from the scanned one
//! upwards that are the caller's own: the current folder and those that hold it, up to the root of the repository; with
//! `--trust`, the scanned folder, too. A file that is named on the command line counts wherever it lies, but inside the
//! tree of a stranger: there, naming it needs `--trust`, so that nobody hands the pen to the one who is judged.

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use sigyl_core::{DiagnosticLevel, NotAnalysedPolicy, Severity, SourceTree, source::RepoRef};
use sigyl_scan::{
    BASELINE_FILE, Baseline, CONFIG_FILE, ConfigFile, ExcludedPath, FailOn, ScanConfig, Trust, rule_metas,
};

use crate::{
    advisories,
    failure::Failure,
    format::diagnostics,
    output,
    trust::{self, holds},
    verbs::scan::ScanArguments,
};

/// Longest file of settings that is read, bytes. Chosen: a thousand times what was ever written.
pub(crate) const MAX_BYTES: u64 = 16 << 20;

/// Everything that decides a scan and its exit code.
#[derive(Debug)]
pub(crate) struct Settings {
    /// For the scanner.
    pub(crate) config: ScanConfig,
    /// When the exit code is 1.
    pub(crate) fail_on: FailOn,
    /// When the exit code is 3.
    pub(crate) not_analysed: NotAnalysedPolicy,
    /// The baseline in use, for writing a new one.
    pub(crate) baseline: Baseline,
}

/// Gathers the settings.
///
/// # Errors
/// When a file of settings cannot be read or has mistakes, or lies where it does not count.
pub(crate) fn gather(arguments: &ScanArguments, reference: Option<&RepoRef>) -> Result<Settings, Failure> {
    let current = trust::current_folder().map_err(Failure::CurrentFolder)?;
    let trust = trust::of(reference, &current, arguments.declared());
    let scanned = reference.and_then(trust::folder);

    let path = match &arguments.config {
        Some(path) => {
            refuse_strangers(path, scanned.as_deref(), trust)?;
            Some(path.clone())
        }
        None => find_config(scanned.as_deref(), &current, trust),
    };
    let file = path.as_deref().map(|path| read_config(path, &current)).transpose()?.unwrap_or_default();
    let baseline = match (&arguments.baseline, &file.baseline, &path) {
        (Some(path), ..) => {
            refuse_strangers(path, scanned.as_deref(), trust)?;
            read_baseline(path, arguments)?
        }
        (None, Some(name), Some(config)) => {
            read_baseline(&config.parent().unwrap_or(Path::new("")).join(name), arguments)?
        }
        _ => Baseline::default(),
    };

    let mut excluded = file.excluded;
    for glob in &arguments.exclude {
        excluded.push(ExcludedPath::new(glob, None).map_err(|error| Failure::Said(error.to_string()))?);
    }
    let advisories = advisories::find(arguments.advisories.as_deref())?;
    let config = ScanConfig {
        advisories_age_days: advisories.as_ref().and_then(|known| known.age_days(advisories::today())),
        advisories: advisories.map(Arc::new),
        trust,
        disabled: file.disabled,
        severities: file.severities,
        excluded,
        baseline: baseline.clone().into_reasons(),
        threads: arguments.threads.map_or_else(available_threads, |threads| usize::from(threads.get())),
    };
    Ok(Settings {
        config,
        fail_on: arguments
            .fail_on
            .map(Into::into)
            .or(file.fail_on)
            .unwrap_or(FailOn::Severity(Severity::Error)),
        not_analysed: arguments
            .not_analysed
            .map(Into::into)
            .or(file.not_analysed)
            .unwrap_or(NotAnalysedPolicy::Warn),
        baseline,
    })
}

/// One for each core.
pub(crate) fn available_threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// Refuses a file of settings that lies in a stranger's tree.
fn refuse_strangers(path: &Path, scanned: Option<&Path>, trust: Trust) -> Result<(), Failure> {
    let inside = match (path.canonicalize(), scanned) {
        (Ok(path), Some(scanned)) => path.starts_with(scanned),
        _ => false,
    };
    if inside && trust == Trust::Untrusted {
        return Err(Failure::Said(format!(
            "{} lies in the tree that is scanned, which is not your own; copy it out of there, or say --trust",
            path.display()
        )));
    }
    Ok(())
}

/// The nearest `sigyl.toml` of the caller's, from the scanned folder upwards.
fn find_config(scanned: Option<&Path>, current: &Path, trust: Trust) -> Option<PathBuf> {
    let declared = trust == Trust::Trusted;
    let start = scanned.unwrap_or(current);
    for folder in start.ancestors() {
        let own = holds(folder, current) || (declared && scanned.is_some());
        let config = folder.join(CONFIG_FILE);
        if own && fs::symlink_metadata(&config).is_ok_and(|metadata| metadata.is_file()) {
            return Some(config);
        }
        // Above the repository, folders may belong to anyone.
        if own && folder.join(".git").exists() {
            return None;
        }
    }
    None
}

fn read_config(path: &Path, current: &Path) -> Result<ConfigFile, Failure> {
    let text = read_text(path).map_err(|source| Failure::Read { path: path.to_owned(), source })?;
    let shown = path.strip_prefix(current).unwrap_or(path).display().to_string();
    let rules: Vec<&str> = rule_metas().map(|meta| meta.id).collect();
    let parsed = ConfigFile::parse(&shown, &text, &rules);
    let mistakes = parsed.diagnostics.iter().filter(|found| found.level == DiagnosticLevel::Error).count();
    if mistakes > 0 {
        let tree = SourceTree::from_texts([(shown.as_str(), text.as_str())]);
        let frames = diagnostics::render(&parsed.diagnostics, &tree, output::stderr_has_colour());
        return Err(Failure::Configuration { path: shown, mistakes, frames });
    }
    Ok(parsed.value.unwrap_or_default())
}

fn read_baseline(path: &Path, arguments: &ScanArguments) -> Result<Baseline, Failure> {
    let text = match read_text(path) {
        Ok(text) => text,
        // The one that is about to be written.
        Err(error) if error.kind() == io::ErrorKind::NotFound && arguments.write_baseline.is_some() => {
            return Ok(Baseline::default());
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(Failure::Said(format!(
                "there is no baseline {}; write one with --write-baseline {BASELINE_FILE} --reason TEXT",
                path.display()
            )));
        }
        Err(source) => return Err(Failure::Read { path: path.to_owned(), source }),
    };
    Baseline::parse(&text).map_err(|source| Failure::Baseline { path: path.to_owned(), source })
}

/// The text of a file of settings, up to a limit.
pub(crate) fn read_text(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    fs::File::open(path)?.take(MAX_BYTES + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MAX_BYTES {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is longer than 16 MiB"));
    }
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}
