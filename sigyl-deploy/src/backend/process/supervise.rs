//! A program that is kept running, and ended with everything that it started.

use std::{
    io,
    os::unix::process::ExitStatusExt as _,
    path::Path,
    process::ExitStatus,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI32, Ordering},
    },
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    process::Child,
    sync::watch,
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};

use super::{
    doors::Doors,
    failed,
    log::Log,
    sandbox::Program,
    usage::{Usage, usage},
};
use crate::{
    backend::{BackendError, LogStream, Observed},
    plan::Limits,
};

/// The pause before a program is started again, which doubles up to [`PAUSE_MAX`]. Chosen.
const PAUSE: Duration = Duration::from_millis(500);

/// The longest pause. Chosen.
const PAUSE_MAX: Duration = Duration::from_secs(30);

/// How often a program may end before it is left alone. Chosen: two and a half minutes of trying.
const RESTARTS_MAX: u32 = 10;

/// A program that ran as long as this is not in a loop. Chosen.
const STEADY: Duration = Duration::from_secs(600);

/// How often it is looked at what a program uses. Chosen.
const LOOK: Duration = Duration::from_millis(500);

/// How long a program may take to end when it is asked to. Docker's.
const END_MAX: Duration = Duration::from_secs(10);

/// How long its last words may take to arrive. Chosen.
const WORDS_MAX: Duration = Duration::from_secs(2);

/// What is kept running.
pub(super) struct Launch {
    pub(super) program: Program,
    pub(super) port: u16,
    pub(super) limits: Limits,
    /// Threads of what is around the server.
    pub(super) own_threads: u32,
    /// The ways into its network and out of it, where it has one of its own.
    #[expect(dead_code, reason = "they are open as long as it is held")]
    pub(super) doors: Option<Doors>,
}

/// A release that is kept running.
pub(super) struct Supervised {
    port: u16,
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
    task: Mutex<Option<JoinHandle<()>>>,
}

struct Shared {
    log: Arc<Log>,
    observed: Mutex<Observed>,
    /// 0 while nothing runs.
    pid: AtomicI32,
}

impl Supervised {
    /// Starts it; what happens later is in its log.
    pub(super) fn start(
        launch: Launch,
        folder: &Path,
        now_ms: fn() -> i64,
    ) -> Result<Arc<Self>, BackendError> {
        let log = Log::open(folder, now_ms)?;
        let shared =
            Arc::new(Shared { log, observed: Mutex::new(Observed::Starting), pid: AtomicI32::new(0) });
        let child = launch.program.command().spawn();
        let child =
            child.map_err(|error| failed(format!("{}: {error}", launch.program.program.display())))?;
        shared.runs(&child, 0);
        let (stop, stopped) = watch::channel(false);
        let port = launch.port;
        let task = tokio::spawn(supervise(launch, child, shared.clone(), stopped));
        Ok(Arc::new(Self { port, shared, stop, task: Mutex::new(Some(task)) }))
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn log(&self) -> &Arc<Log> {
        &self.shared.log
    }

    pub(super) fn observed(&self) -> Observed {
        self.shared.observed().clone()
    }

    pub(super) async fn usage(&self) -> Usage {
        self.shared.usage().await
    }

    /// Ends it, and returns when nothing of it runs any longer.
    pub(super) async fn stop(&self) {
        self.stop.send_replace(true);
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task {
            // It ends by itself now.
            let _ = task.await;
        }
    }
}

impl Shared {
    fn observed(&self) -> MutexGuard<'_, Observed> {
        self.observed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn say(&self, text: &str) {
        self.log.add(LogStream::System, text.as_bytes());
    }

    fn runs(&self, child: &Child, restarts: u32) {
        let pid = child.id().and_then(|pid| i32::try_from(pid).ok()).unwrap_or_default();
        self.pid.store(pid, Ordering::SeqCst);
        *self.observed() = Observed::Running { restarts, replicas: 1 };
    }

    async fn usage(&self) -> Usage {
        let pid = self.pid.load(Ordering::SeqCst);
        if pid == 0 {
            return Usage::default();
        }
        tokio::task::spawn_blocking(move || usage(pid)).await.unwrap_or_default()
    }
}

/// How a program came to its end.
enum End {
    Itself(io::Result<ExitStatus>),
    Over(&'static str),
    Asked,
}

async fn supervise(
    launch: Launch,
    mut child: Child,
    shared: Arc<Shared>,
    mut stopped: watch::Receiver<bool>,
) {
    let (mut restarts, mut pause) = (0, PAUSE);
    loop {
        let begun = Instant::now();
        let end = run(&mut child, &launch, &shared, &mut stopped).await;
        shared.pid.store(0, Ordering::SeqCst);
        let (exit_code, out_of_memory) = match end {
            End::Asked => {
                *shared.observed() = Observed::Stopped;
                break;
            }
            End::Over(what) => {
                shared.say(&format!("it used more {what} than it may, and was ended"));
                (None, what == MEMORY)
            }
            End::Itself(Ok(status)) => {
                shared.say(&match (status.code(), status.signal()) {
                    (Some(code), _) => format!("it ended with code {code}"),
                    (None, Some(signal)) => format!("it was ended by signal {signal}"),
                    (None, None) => "it ended".to_owned(),
                });
                (status.code(), false)
            }
            End::Itself(Err(error)) => {
                shared.say(&format!("it cannot be waited for: {error}"));
                (None, false)
            }
        };
        if begun.elapsed() > STEADY {
            (restarts, pause) = (0, PAUSE);
        }
        if restarts >= RESTARTS_MAX {
            shared.say("it ended too often, and is left alone");
            *shared.observed() = Observed::Ended { exit_code, out_of_memory, restarts };
            break;
        }
        restarts += 1;
        *shared.observed() = Observed::Running { restarts, replicas: 0 };
        tokio::select! {
            () = sleep(pause) => {}
            _ = stopped.wait_for(|stopped| *stopped) => {
                *shared.observed() = Observed::Stopped;
                break;
            }
        }
        pause = (pause * 2).min(PAUSE_MAX);
        match launch.program.command().spawn() {
            Ok(again) => child = again,
            Err(error) => {
                shared.say(&format!("it cannot be started again: {error}"));
                *shared.observed() = Observed::Ended { exit_code, out_of_memory, restarts };
                break;
            }
        }
        shared.runs(&child, restarts);
    }
    shared.log.end();
}

const MEMORY: &str = "memory";

/// One life of a program, to the end of everything that it started.
async fn run(
    child: &mut Child,
    launch: &Launch,
    shared: &Arc<Shared>,
    stopped: &mut watch::Receiver<bool>,
) -> End {
    let mut words = tokio::task::JoinSet::new();
    if let Some(stdout) = child.stdout.take() {
        words.spawn(shared.log.clone().keep(LogStream::Stdout, stdout));
    }
    if let Some(stderr) = child.stderr.take() {
        words.spawn(shared.log.clone().keep(LogStream::Stderr, stderr));
    }
    let end = tokio::select! {
        status = child.wait() => End::Itself(status),
        what = over(&launch.limits, launch.own_threads, shared) => End::Over(what),
        _ = stopped.wait_for(|stopped| *stopped) => End::Asked,
    };
    if matches!(end, End::Asked) {
        ask_to_end(shared).await;
        let _ = timeout(END_MAX, child.wait()).await;
    }
    let left = shared.usage().await;
    // Under bubblewrap everything ends with the first one; without, nothing does.
    for pid in left.pids.iter().rev() {
        signal(*pid, Signal::KILL);
    }
    let _ = child.kill().await;
    let said = async { while words.join_next().await.is_some() {} };
    let _ = timeout(WORDS_MAX, said).await;
    end
}

/// Returns what a program uses too much of.
async fn over(limits: &Limits, own_threads: u32, shared: &Shared) -> &'static str {
    loop {
        sleep(LOOK).await;
        let used = shared.usage().await;
        if used.memory_bytes > limits.memory_bytes {
            return MEMORY;
        }
        if used.threads > limits.pids.saturating_add(own_threads) {
            return "processes";
        }
    }
}

/// Asks everything but the sandbox itself, which would leave its programs to be killed.
async fn ask_to_end(shared: &Shared) {
    for pid in shared.usage().await.pids {
        let name = std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
        if name.trim_end() != "bwrap" {
            signal(pid, Signal::TERM);
        }
    }
}

fn signal(pid: i32, signal: Signal) {
    if let Some(pid) = Pid::from_raw(pid) {
        // It may be gone already.
        let _ = kill_process(pid, signal);
    }
}
