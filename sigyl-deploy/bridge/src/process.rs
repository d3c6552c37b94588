//! Starting a process of the server, and ending it with everything that it started.

use std::{
    ffi::OsString, io, os::unix::process::CommandExt as _, process::ExitStatus, process::Stdio, sync::Arc,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{ChildStderr, ChildStdin, ChildStdout, Command};

use crate::family::{self, Known, MARK};

/// The word by which the bridge calls itself to start a process that ends with it.
pub(crate) const START: &str = "__start";
/// Rounds of killing what a process left behind: each may find what was started during the one before.
const ROUNDS: usize = 10;

/// Starts processes of the server.
pub(crate) struct Launcher {
    command: Vec<String>,
    environment: Vec<(OsString, OsString)>,
    grace: Duration,
    pub(crate) known: Arc<Known>,
}

impl Launcher {
    pub(crate) fn new(
        command: Vec<String>,
        environment: Vec<(OsString, OsString)>,
        grace: Duration,
    ) -> Launcher {
        Launcher { command, environment, grace, known: Arc::default() }
    }

    /// Starts one, in a process group of its own.
    pub(crate) fn start(&self, number: u64) -> io::Result<(Running, ChildStdin, ChildStdout, ChildStderr)> {
        let own = rustix::process::getpid();
        let mark = format!("{}-{number}", own.as_raw_nonzero());
        let mut command = ends_with_the_bridge(&self.command);
        let mut process = command
            .env_clear()
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .env(MARK, &mark)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        let pid = process.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        let pipes = (process.stdin.take(), process.stdout.take(), process.stderr.take());
        let (Some(pid), (Some(input), Some(output), Some(errors))) = (pid, pipes) else {
            return Err(io::Error::other("it ended at once"));
        };
        self.known.add(pid);
        let known = Arc::clone(&self.known);
        Ok((Running { process, pid, mark, grace: self.grace, known }, input, output, errors))
    }
}

/// A program that is ended by force when the bridge is. Where the bridge's own program cannot be called, it is not.
pub(crate) fn ends_with_the_bridge(words: &[String]) -> Command {
    let own = rustix::process::getpid();
    if std::path::Path::new("/proc/self/exe").exists() {
        let mut command = Command::new("/proc/self/exe");
        command.arg0("sigyl-bridge").arg(START).arg(own.as_raw_nonzero().to_string()).args(words);
        return command;
    }
    let (program, rest) = words.split_first().map_or(("", [].as_slice()), |(program, rest)| (program, rest));
    let mut command = Command::new(program);
    command.args(rest);
    command
}

/// What `sigyl-bridge __start PARENT COMMAND…` does: becomes the command, and ends when the bridge does. Returns only
/// when that cannot be done.
pub(crate) fn become_command(arguments: &[String]) -> String {
    let [parent, program, rest @ ..] = arguments else { return "no command".to_owned() };
    let _ = rustix::process::set_parent_process_death_signal(Some(Signal::KILL));
    // The bridge may have ended before it was asked to tell.
    let now = rustix::process::getppid().map(|pid| pid.as_raw_nonzero().to_string());
    if now.as_ref() != Some(parent) {
        return "the bridge has ended".to_owned();
    }
    let error = std::process::Command::new(program).args(rest).exec();
    format!("{program}: {error}")
}

/// A process that runs, or has ended without being swept up after.
pub(crate) struct Running {
    process: tokio::process::Child,
    pid: Pid,
    mark: String,
    grace: Duration,
    known: Arc<Known>,
}

impl Running {
    /// Waits for its end; says what that was.
    pub(crate) async fn wait(&mut self) -> String {
        match self.process.wait().await {
            Ok(status) => describe(status),
            Err(error) => format!("could not be waited for: {error}"),
        }
    }

    /// Ends it, its input being closed already: waits, SIGTERM, waits, SIGKILL, each to the whole group.
    pub(crate) async fn end(&mut self) -> String {
        let mut left = family::descendants(self.pid);
        for signal in [None, Some(Signal::TERM), Some(Signal::KILL)] {
            if let Some(signal) = signal {
                left.extend(family::descendants(self.pid));
                let _ = kill_process_group(self.pid, signal);
            }
            if let Ok(told) = tokio::time::timeout(self.grace, self.wait()).await {
                self.sweep(&left).await;
                return told;
            }
        }
        self.sweep(&left).await;
        "did not end".to_owned()
    }

    /// Ends what it left running.
    pub(crate) async fn sweep(&self, left: &[family::Member]) {
        let _ = kill_process_group(self.pid, Signal::KILL);
        for _ in 0..ROUNDS {
            if !family::kill(&self.mark, left) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        self.known.reap_others();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.known.remove(self.pid);
    }
}

fn describe(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt as _;
    match (status.code(), status.signal()) {
        (Some(127), _) => {
            "exited with 127: the command could not be started, or not find one that it needs".to_owned()
        }
        (Some(code), _) => format!("exited with {code}"),
        (None, Some(signal)) => format!("was ended by signal {signal}"),
        (None, None) => "ended".to_owned(),
    }
}
