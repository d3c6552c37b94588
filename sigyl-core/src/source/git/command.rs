//! Running git: what it may see, how long, and how much.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::Duration,
};

use tempfile::TempDir;

use super::{GitOptions, GitToken};
use crate::source::{GitUrl, SourceError};

/// What a git command inherits: where programs, certificates and proxies are.
const INHERITED: &[&str] = &[
    "ALL_PROXY",
    "GIT_SSL_CAINFO",
    "GIT_SSL_CAPATH",
    "HTTPS_PROXY",
    "NO_PROXY",
    "PATH",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
    "SYSTEMROOT",
    "all_proxy",
    "https_proxy",
    "no_proxy",
];

const ENVIRONMENT: &[(&str, &str)] = &[
    ("GIT_ASKPASS", ""),
    ("GIT_CONFIG_GLOBAL", NULL_DEVICE),
    ("GIT_CONFIG_NOSYSTEM", "1"),
    ("GIT_CONFIG_SYSTEM", NULL_DEVICE),
    ("GIT_LFS_SKIP_SMUDGE", "1"),
    ("GIT_NO_REPLACE_OBJECTS", "1"),
    ("GIT_PROTOCOL_FROM_USER", "0"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("LC_ALL", "C"),
    ("SSH_ASKPASS", ""),
];

/// The helper's name in the temporary folder.
const ASKPASS: &str = "askpass";

const NULL_DEVICE: &str = if cfg!(windows) { "NUL" } else { "/dev/null" };

/// Configuration that no file can override, as `-c` outranks them all.
const CONFIGURATION: &[&str] = &[
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.symlinks=false",
    "credential.helper=",
    "fetch.recurseSubmodules=false",
    "filter.lfs.process=",
    "filter.lfs.required=false",
    "filter.lfs.smudge=",
    "gc.auto=0",
    "http.followRedirects=false",
    "maintenance.auto=false",
    "protocol.allow=never",
    "submodule.recurse=false",
    "transfer.bundleURI=false",
    // Larger objects are streamed to disk, not inflated in memory.
    "core.bigFileThreshold=16m",
    // Received packs stay packs, so that a million small objects are not a million files.
    "transfer.unpackLimit=1",
];

/// Naps between two looks at a running command: short at first, as most commands are. Chosen.
const FIRST_NAP: Duration = Duration::from_millis(1);
const LONGEST_NAP: Duration = Duration::from_millis(32);
/// Characters of Git's complaint that are repeated. Chosen.
const WHY_CHARS: usize = 300;

/// A repository in a temporary folder, and the commands that may still be run in it.
pub(super) struct Git<'a> {
    url: &'a GitUrl,
    options: &'a GitOptions,
    folder: TempDir,
    time_left: Duration,
    outputs: u32,
}

impl<'a> Git<'a> {
    pub(super) fn new(url: &'a GitUrl, options: &'a GitOptions) -> Result<Self, SourceError> {
        let folder = tempfile::Builder::new().prefix("sigyl-clone-").tempdir();
        let made = folder.and_then(|folder| {
            if let Some(token) = &options.token {
                write_askpass(folder.path(), token)?;
            }
            fs::create_dir(folder.path().join("home"))?;
            fs::create_dir(folder.path().join("repository"))?;
            Ok(folder)
        });
        match made {
            Ok(folder) => Ok(Self { url, options, folder, time_left: options.time_limit, outputs: 0 }),
            Err(source) => Err(SourceError::Unreadable { path: "the temporary folder".to_owned(), source }),
        }
    }

    /// Runs a command and returns what it printed, trimmed.
    pub(super) fn text(&mut self, arguments: &[&str]) -> Result<String, SourceError> {
        let mut text = String::new();
        let output = self.file(arguments, None)?;
        // Names of objects and kinds are short; whatever is longer is not one.
        output.take(4096).read_to_string(&mut text).map_err(|error| self.failed(error))?;
        Ok(text.trim().to_owned())
    }

    /// Runs a command and returns a file with what it printed. Files instead of pipes, so that a command that prints
    /// without end fills a disk quota that is watched and no memory.
    pub(super) fn file(&mut self, arguments: &[&str], input: Option<File>) -> Result<File, SourceError> {
        self.outputs += 1;
        let output = self.folder.path().join(format!("output-{}", self.outputs));
        let errors = self.folder.path().join("errors");
        let child = File::create(&output).and_then(|stdout| Ok((stdout, File::create(&errors)?)));
        let (stdout, stderr) = child.map_err(|error| self.failed(error))?;
        let mut command = self.command(arguments);
        command.stdin(input.map_or(Stdio::null(), Stdio::from)).stdout(stdout).stderr(stderr);
        let mut child = command.spawn().map_err(|source| SourceError::GitMissing { source })?;
        let status = self.wait(&mut child);
        if !matches!(status, Ok(status) if status.success()) {
            kill(&mut child);
        }
        if status?.success() {
            return File::open(&output).map_err(|error| self.failed(error));
        }
        Err(SourceError::Git { url: self.url.to_string(), why: complaint(&errors) })
    }

    pub(super) fn scratch(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn failed(&self, error: io::Error) -> SourceError {
        SourceError::Git { url: self.url.to_string(), why: error.to_string() }
    }

    pub(super) fn no_subfolder(&self, folder: &str) -> SourceError {
        SourceError::NoSubfolder { url: self.url.to_string(), folder: folder.to_owned() }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        // The type of the address lets nothing but https through; tests fetch from a folder.
        let protocol = if cfg!(test) && self.url.as_str().starts_with("file:") { "file" } else { "https" };
        let home = self.folder.path().join("home");
        let repository = self.folder.path().join("repository");
        command
            .env_clear()
            .envs(
                self.options
                    .environment
                    .iter()
                    .filter(|(name, _)| name.to_str().is_some_and(|name| INHERITED.contains(&name)))
                    .map(|(name, value)| (name, value)),
            )
            .envs(ENVIRONMENT.iter().copied())
            .env("GIT_ALLOW_PROTOCOL", protocol)
            .env("GIT_DIR", &repository)
            .env("HOME", &home)
            .env("XDG_CONFIG_HOME", &home)
            .current_dir(&repository);
        for setting in CONFIGURATION {
            command.args(["-c", setting]);
        }
        if self.options.token.is_some() {
            command.env("GIT_ASKPASS", self.folder.path().join(ASKPASS));
        }
        if let Some(resolve) = &self.options.resolve {
            command.args(["-c", &format!("http.curloptResolve={resolve}")]);
        }
        command.args(["-c", &format!("protocol.{protocol}.allow=always")]).args(arguments);
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command
    }

    fn wait(&mut self, child: &mut Child) -> Result<ExitStatus, SourceError> {
        let mut nap = FIRST_NAP;
        loop {
            match child.try_wait() {
                Ok(Some(status)) => return self.check_disk().map(|()| status),
                Ok(None) => {}
                Err(error) => return Err(self.failed(error)),
            }
            let Some(left) = self.time_left.checked_sub(nap) else {
                return Err(SourceError::GitTime {
                    url: self.url.to_string(),
                    limit_seconds: self.options.time_limit.as_secs(),
                });
            };
            self.time_left = left;
            thread::sleep(nap);
            nap = (nap * 2).min(LONGEST_NAP);
            self.check_disk()?;
        }
    }

    fn check_disk(&self) -> Result<(), SourceError> {
        if bytes_below(self.folder.path()) <= self.options.disk_bytes {
            return Ok(());
        }
        Err(SourceError::GitTooLarge { url: self.url.to_string(), limit_bytes: self.options.disk_bytes })
    }
}

/// Writes the helper that git asks, and the token that it tells, for the user alone. Hosts take any name beside a token;
/// GitHub wants this one.
fn write_askpass(folder: &Path, token: &GitToken) -> io::Result<()> {
    let script = "#!/bin/sh\ncase $1 in\nUsername*) echo x-access-token ;;\n*) read -r token <\"${0%/*}/token\"; echo \"$token\" ;;\nesac\n";
    private(&folder.join("token"), &format!("{}\n", token.reveal()), 0o600)?;
    private(&folder.join(ASKPASS), script, 0o700)
}

#[cfg(unix)]
fn private(path: &Path, text: &str, mode: u32) -> io::Result<()> {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};
    File::options().write(true).create_new(true).mode(mode).open(path)?.write_all(text.as_bytes())
}

#[cfg(not(unix))]
fn private(_path: &Path, _text: &str, _mode: u32) -> io::Result<()> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "tokens of private repositories need a Unix system"))
}

/// Bytes of every file below `folder`. What vanishes meanwhile counts as nothing.
fn bytes_below(folder: &Path) -> u64 {
    let mut pending = vec![folder.to_owned()];
    let mut bytes = 0;
    while let Some(folder) = pending.pop() {
        let Ok(entries) = fs::read_dir(folder) else { continue };
        for entry in entries.flatten() {
            match entry.metadata() {
                Ok(metadata) if metadata.is_dir() => pending.push(entry.path()),
                Ok(metadata) => bytes += metadata.len(),
                Err(_) => {}
            }
        }
    }
    bytes
}

/// Ends a command with everything that it started.
fn kill(child: &mut Child) {
    #[cfg(unix)]
    {
        let group = rustix::process::Pid::from_child(child);
        // A group that has ended is as good as one that is killed.
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// The line in which Git says what went wrong, fit to be shown: the other side wrote part of it.
fn complaint(errors: &Path) -> String {
    let mut bytes = Vec::new();
    let read = File::open(errors).and_then(|file| file.take(64 << 10).read_to_end(&mut bytes));
    let text = String::from_utf8_lossy(&bytes);
    let lines = || text.lines().filter(|line| read.is_ok() && !line.trim().is_empty());
    let line = lines().find_map(|line| line.strip_prefix("fatal: ")).or_else(|| lines().next_back());
    let why: String =
        line.unwrap_or("git said nothing").chars().filter(|c| !c.is_control()).take(WHY_CHARS).collect();
    if why.contains("could not read Username") {
        return "it does not exist, or is private; clone a private repository yourself and name its folder"
            .to_owned();
    }
    if why.contains("The requested URL returned error: 30") {
        return "it redirects elsewhere, which is not followed; name its present address".to_owned();
    }
    why
}
