//! The process that scans: it has the archive on its standard input, limits on memory and time, no environment, and
//! says what it found on its standard output. Whatever becomes of it becomes of that scan alone.

use std::{path::PathBuf, process::Stdio, time::Duration};

use serde::{Deserialize, Serialize};
use sigyl_core::{
    Manifest, ScanReport,
    source::{Limits, Origin, TopFolder, read_archive_bytes},
};
use sigyl_scan::{Listing, ScanConfig, Unobserved, scan, scan_listing};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::registry::FileFact;

/// Longest answer that is read, bytes. Chosen: a hundred times the report of the largest known server.
const ANSWER_BYTES_MAX: u64 = 64 << 20;

/// Address space of the process, bytes. Most of it is stacks that are reserved and not used.
const ADDRESS_SPACE_BYTES: u64 = 8 << 30;

/// Processor time of the process, seconds.
const CPU_S: u64 = 120;

/// How long the process may take.
const TIMEOUT: Duration = Duration::from_secs(180);

/// How much longer where it fetches a commit first.
pub(super) const FETCH_TIMEOUT: Duration = Duration::from_secs(120);

/// What the process found.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ScanOutcome {
    /// The report, and the files of the tree: path, digest and size in bytes.
    Report(Box<ScanReport>, Vec<FileFact>),
    /// The upload is no archive, or not one that is read.
    Refused(String),
}

/// What the process gets on its standard input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Input {
    /// An archive of source.
    Archive,
    /// What a server lists, as JSON.
    Tools,
    /// Which commit to fetch, as JSON.
    Git,
    /// The same; the answer is its source, and nothing is scanned.
    Pack,
}

impl Input {
    /// What the process is told of it.
    const fn argument(self) -> &'static str {
        match self {
            Self::Archive => "archive",
            Self::Tools => "tools",
            Self::Git => "git",
            Self::Pack => "pack",
        }
    }

    /// From what the process is told.
    pub(crate) fn of(argument: &str) -> Option<Self> {
        [Self::Archive, Self::Tools, Self::Git, Self::Pack].into_iter().find(|it| it.argument() == argument)
    }
}

/// Scans what was sent, in this process.
pub(crate) fn scan_input(input: Input, bytes: &[u8]) -> ScanOutcome {
    // One thread: other requests want the rest of the machine.
    let config = ScanConfig { threads: 1, ..ScanConfig::default() };
    let tree = match input {
        Input::Tools => {
            let value = serde_json::from_slice(bytes).map_err(|error| error.to_string());
            let listing =
                value.and_then(|value| Listing::from_json(value).map_err(|error| error.to_string()));
            return match listing {
                Ok(listing) => ScanOutcome::Report(Box::new(scan_listing(&listing, &config)), Vec::new()),
                Err(why) => ScanOutcome::Refused(why),
            };
        }
        Input::Git | Input::Pack => super::git::read(bytes),
        Input::Archive => {
            let origin = Origin::Archive { path: "upload".to_owned() };
            let limits = Limits::default();
            read_archive_bytes(bytes, "upload", origin, TopFolder::StripCommon, &limits)
                .map_err(|error| error.to_string())
        }
    };
    // From here on not one file is written.
    match tree.and_then(|tree| confine_files().map(|()| tree).map_err(|error| error.to_string())) {
        Ok(tree) => {
            let manifest = Manifest::discover(&tree).value.unwrap_or_default();
            let report = scan(&tree, &manifest, &config, &Unobserved);
            let files = tree.files().iter();
            let files = files.map(|file| (file.path.clone(), file.digest.to_string(), file.size_bytes));
            ScanOutcome::Report(Box::new(report), files.collect())
        }
        Err(why) => ScanOutcome::Refused(why),
    }
}

/// Takes from this process what a scan does not need.
#[cfg(target_os = "linux")]
pub(crate) fn confine() -> std::io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let most = |value| Rlimit { current: Some(value), maximum: Some(value) };
    setrlimit(Resource::As, most(ADDRESS_SPACE_BYTES))?;
    setrlimit(Resource::Cpu, most(CPU_S))?;
    setrlimit(Resource::Core, most(0))?;
    Ok(())
}

/// Takes from this process that it can write files, which only fetching needs.
#[cfg(target_os = "linux")]
fn confine_files() -> std::io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    setrlimit(Resource::Fsize, Rlimit { current: Some(0), maximum: Some(0) })?;
    Ok(())
}

/// Elsewhere files are not limited.
#[cfg(not(target_os = "linux"))]
fn confine_files() -> std::io::Result<()> {
    Ok(())
}

/// Elsewhere the time alone is limited, by whoever started it.
#[cfg(not(target_os = "linux"))]
pub(crate) fn confine() -> std::io::Result<()> {
    Ok(())
}

/// Scans what is sent in a process of its own. An error is the process's end without an answer.
pub(crate) async fn in_a_process(
    program: Option<&PathBuf>,
    input: Input,
    bytes: &[u8],
) -> Result<ScanOutcome, String> {
    let answer = answer_of(program, input, bytes).await?;
    serde_json::from_slice(&answer).map_err(|_| "the scanner's answer is damaged".to_owned())
}

/// Fetches a commit in a process of its own: its id, and its source as an archive.
pub(super) async fn pack_in_a_process(
    program: Option<&PathBuf>,
    order: &[u8],
) -> Result<(String, Vec<u8>), String> {
    let mut answer = answer_of(program, Input::Pack, order).await?;
    let end = answer.iter().position(|byte| *byte == b'\n').ok_or("the answer is damaged")?;
    let archive = answer.split_off(end + 1);
    let head: PackHead = serde_json::from_slice(&answer).map_err(|_| "the answer is damaged".to_owned())?;
    head.0.map(|commit| (commit, archive))
}

/// What stands before a packed commit: its id, or why there is none.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PackHead(Result<String, String>);

/// Fetches a commit in this process, and packs it behind one line of JSON.
pub(crate) fn pack_input(order: &[u8]) -> Vec<u8> {
    let packed = super::git::packed(order);
    let (head, archive) = match packed {
        Ok((commit, archive)) => (Ok(commit), archive),
        Err(why) => (Err(why), Vec::new()),
    };
    let mut answer = serde_json::to_vec(&PackHead(head)).unwrap_or_default();
    answer.push(b'\n');
    answer.extend(archive);
    answer
}

async fn answer_of(program: Option<&PathBuf>, input: Input, bytes: &[u8]) -> Result<Vec<u8>, String> {
    let fetches = matches!(input, Input::Git | Input::Pack);
    let timeout = if fetches { TIMEOUT + FETCH_TIMEOUT } else { TIMEOUT };
    let own = std::env::current_exe().map_err(|error| format!("the program is not known: {error}"))?;
    let mut child = tokio::process::Command::new(program.unwrap_or(&own))
        .args(["scan-source", input.argument()])
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| format!("the scanner did not start: {error}"))?;
    let (Some(mut sent), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err("the scanner has no input".to_owned());
    };
    let talked = tokio::time::timeout(timeout, async {
        let mut answer = Vec::new();
        let write = async {
            // A process that has seen enough closes its end; its answer tells why.
            let _ = sent.write_all(bytes).await;
            drop(sent);
        };
        let mut output = output.take(ANSWER_BYTES_MAX);
        let ((), read) = tokio::join!(write, output.read_to_end(&mut answer));
        read.map_err(|error| format!("the scanner's answer was not read: {error}"))?;
        let status = child.wait().await.map_err(|error| format!("the scanner was lost: {error}"))?;
        if status.success() { Ok(answer) } else { Err(format!("the scanner ended early: {status}")) }
    });
    talked.await.map_err(|_| "the scanner took too long".to_owned())?
}
