//! JSON-RPC over a child's standard input and output, a message a line, within limits. The child is ended in every case.

use std::{
    io::{Read, Write},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::{StdioError, sandbox::Plan};

/// Time for one answer, the start of the program included. Chosen: Python servers take seconds to start.
const ANSWER: Duration = Duration::from_secs(20);
/// Time for everything. Chosen.
const EVERYTHING: Duration = Duration::from_secs(120);
/// Longest line, bytes. Chosen, as for servers of HTTP.
const MOST_LINE_BYTES: usize = 16 << 20;
/// Bytes of all that the program writes. Chosen.
const MOST_BYTES: usize = 64 << 20;
/// Lines that the program writes. Chosen: no list has as many pages.
const MOST_LINES: usize = 100_000;
/// Bytes of the end of standard error that are kept. Chosen.
const MOST_STDERR_BYTES: usize = 2 << 10;

/// What came of reading.
enum Event {
    Line(Vec<u8>),
    TooMuch,
}

/// A running child, and the lines to and from it.
pub(super) struct Talk {
    child: Ending,
    to: Sender<String>,
    from: Receiver<Event>,
    stderr: Arc<Mutex<Vec<u8>>>,
    last_id: u64,
    started: Instant,
}

impl Talk {
    #[expect(clippy::disallowed_methods, reason = "a program must not hold a user for ever")]
    pub(super) fn start(plan: Plan) -> Result<Self, StdioError> {
        let program = plan.program.display().to_string();
        let mut command = Command::new(&plan.program);
        command.args(&plan.arguments).env_clear().envs(plan.environment);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        if let Some(folder) = &plan.folder {
            command.current_dir(folder);
        }
        #[cfg(unix)]
        {
            // A group of its own, so that what it starts can be ended with it.
            std::os::unix::process::CommandExt::process_group(&mut command, 0);
        }
        let mut child =
            command.spawn().map_err(|source| StdioError::Start { program: program.clone(), source })?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let child = Ending { child, container: plan.container };
        let (Some(mut stdin), Some(stdout), Some(stderr)) = pipes else {
            let source = std::io::Error::other("it has no pipes");
            return Err(StdioError::Start { program, source });
        };
        // Threads, since any pipe may block for ever; they end with the child.
        let (to, lines) = mpsc::channel::<String>();
        thread::spawn(move || {
            for line in lines {
                if stdin.write_all(line.as_bytes()).and_then(|()| stdin.flush()).is_err() {
                    return;
                }
            }
        });
        // A few lines ahead, so that a program that writes without end has to wait.
        let (send, from) = mpsc::sync_channel(16);
        thread::spawn(move || read_lines(stdout, |event| send.send(event).is_ok()));
        let kept = Arc::new(Mutex::new(Vec::new()));
        let keep = Arc::clone(&kept);
        thread::spawn(move || read_end(stderr, &keep));
        Ok(Self { child, to, from, stderr: kept, last_id: 0, started: Instant::now() })
    }

    /// Sends a request and waits for its answer, a result or an error.
    #[expect(clippy::disallowed_methods, reason = "a program must not hold a user for ever")]
    pub(super) fn request(&mut self, method: &str, parameters: Value) -> Result<Value, String> {
        self.last_id += 1;
        let id = self.last_id;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": parameters }));
        let end = Instant::now() + ANSWER;
        loop {
            let now = Instant::now();
            if now >= end || self.started.elapsed() > EVERYTHING {
                return Err(format!("{method} was not answered in {} seconds", ANSWER.as_secs()));
            }
            let line = match self.from.recv_timeout(end - now) {
                Ok(Event::Line(line)) => line,
                Ok(Event::TooMuch) => return Err("it writes more than is read".to_owned()),
                Err(RecvTimeoutError::Timeout) => continue,
                Err(RecvTimeoutError::Disconnected) => return Err(self.child.told()),
            };
            // What is no message is noise, which badly written servers print.
            let Ok(message) = serde_json::from_slice::<Value>(&line) else { continue };
            if message.get("method").is_some() {
                if let Some(asked) = message.get("id") {
                    let error = json!({ "code": -32601, "message": "not supported" });
                    self.send(&json!({ "jsonrpc": "2.0", "id": asked, "error": error }));
                }
            } else if message.get("id").and_then(Value::as_u64) == Some(id) {
                return Ok(message);
            }
        }
    }

    pub(super) fn notify(&self, method: &str) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method }));
    }

    fn send(&self, message: &Value) {
        // When the writer has ended, the program has; the next answer will not come.
        let _ = self.to.send(format!("{message}\n"));
    }

    /// What it wrote to standard error: of the end of it, the first line about an error, or the last line.
    pub(super) fn stderr(&self) -> String {
        let kept = self.stderr.lock().map(|kept| kept.clone()).unwrap_or_default();
        let kept = String::from_utf8_lossy(&kept);
        let mut lines = kept.trim().lines();
        let error = lines.clone().find(|line| line.contains("rror"));
        error.or_else(|| lines.next_back()).unwrap_or_default().chars().take(300).collect()
    }
}

fn read_lines(mut from: impl Read, mut take: impl FnMut(Event) -> bool) {
    let mut chunk = vec![0; 64 << 10];
    let (mut line, mut total, mut lines) = (Vec::new(), 0, 0);
    while let Ok(read @ 1..) = from.read(&mut chunk) {
        total += read;
        for piece in chunk.get(..read).unwrap_or_default().split_inclusive(|byte| *byte == b'\n') {
            line.extend_from_slice(piece);
            lines += 1;
            if piece.ends_with(b"\n") && !take(Event::Line(std::mem::take(&mut line))) {
                return;
            }
        }
        if total > MOST_BYTES || line.len() > MOST_LINE_BYTES || lines > MOST_LINES {
            take(Event::TooMuch);
            return;
        }
    }
}

/// Reads to the end whatever comes, so that the program can go on, and keeps the last of it.
fn read_end(mut from: impl Read, kept: &Mutex<Vec<u8>>) {
    let mut chunk = vec![0; 8 << 10];
    while let Ok(read @ 1..) = from.read(&mut chunk) {
        let Ok(mut kept) = kept.lock() else { return };
        kept.extend_from_slice(chunk.get(..read).unwrap_or_default());
        let more = kept.len().saturating_sub(MOST_STDERR_BYTES);
        kept.drain(..more);
    }
}

/// A child that does not outlive its scan, however that ends.
struct Ending {
    child: Child,
    container: Option<(std::path::PathBuf, String)>,
}

impl Ending {
    fn told(&mut self) -> String {
        // Standard output is closed, so that the end is near, or already there.
        for _ in 0..20 {
            match self.child.try_wait() {
                Ok(Some(status)) => return format!("it ended ({status})"),
                Ok(None) => thread::sleep(Duration::from_millis(10)),
                Err(_) => break,
            }
        }
        "it closed its output".to_owned()
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(group) = rustix::process::Pid::from_raw(self.child.id().cast_signed()) {
            // It may have ended already.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
        if let Some((engine, name)) = &self.container {
            let mut command = Command::new(engine);
            command
                .args(["rm", "--force", name])
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            let _ = command.status();
        }
    }
}
