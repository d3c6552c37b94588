//! The process that scans: it has the archive on its standard input, limits on memory and time, no environment, and
//! says what it found on its standard output. Whatever becomes of it becomes of that scan alone.

use std::{path::PathBuf, process::Stdio, time::Duration};

use serde::{Deserialize, Serialize};
use sigyl_core::{
    Manifest, ScanReport,
    source::{Limits, Origin, TopFolder, read_archive_bytes},
};
use sigyl_scan::{ScanConfig, Unobserved, scan};
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

/// What the process found.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ScanOutcome {
    /// The report, and the files of the tree: path, digest and size in bytes.
    Report(Box<ScanReport>, Vec<FileFact>),
    /// The upload is no archive, or not one that is read.
    Refused(String),
}

/// Reads an archive and scans it, in this process.
pub(crate) fn scan_archive(bytes: &[u8]) -> ScanOutcome {
    let origin = Origin::Archive { path: "upload".to_owned() };
    let limits = Limits::default();
    match read_archive_bytes(bytes, "upload", origin, TopFolder::StripCommon, &limits) {
        Ok(tree) => {
            let manifest = Manifest::discover(&tree).value.unwrap_or_default();
            // One thread: other requests want the rest of the machine.
            let config = ScanConfig { threads: 1, ..ScanConfig::default() };
            let report = scan(&tree, &manifest, &config, &Unobserved);
            let files = tree.files().iter();
            let files = files.map(|file| (file.path.clone(), file.digest.to_string(), file.size_bytes));
            ScanOutcome::Report(Box::new(report), files.collect())
        }
        Err(error) => ScanOutcome::Refused(error.to_string()),
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
    // Not one file can be written.
    setrlimit(Resource::Fsize, most(0))?;
    Ok(())
}

/// Elsewhere the time alone is limited, by whoever started it.
#[cfg(not(target_os = "linux"))]
pub(crate) fn confine() -> std::io::Result<()> {
    Ok(())
}

/// Scans an archive in a process of its own. An error is the process's end without an answer.
pub(super) async fn in_a_process(program: Option<&PathBuf>, archive: &[u8]) -> Result<ScanOutcome, String> {
    let own = std::env::current_exe().map_err(|error| format!("the program is not known: {error}"))?;
    let mut child = tokio::process::Command::new(program.unwrap_or(&own))
        .arg("scan-source")
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| format!("the scanner did not start: {error}"))?;
    let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err("the scanner has no input".to_owned());
    };
    let talked = tokio::time::timeout(TIMEOUT, async {
        let mut answer = Vec::new();
        let write = async {
            // A process that has seen enough closes its end; its answer tells why.
            let _ = input.write_all(archive).await;
            drop(input);
        };
        let mut output = output.take(ANSWER_BYTES_MAX);
        let ((), read) = tokio::join!(write, output.read_to_end(&mut answer));
        read.map_err(|error| format!("the scanner's answer was not read: {error}"))?;
        let status = child.wait().await.map_err(|error| format!("the scanner was lost: {error}"))?;
        if status.success() { Ok(answer) } else { Err(format!("the scanner ended early: {status}")) }
    });
    let answer = talked.await.map_err(|_| "the scanner took too long".to_owned())??;
    serde_json::from_slice(&answer).map_err(|_| "the scanner's answer is damaged".to_owned())
}
