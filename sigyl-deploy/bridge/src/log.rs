//! The bridge's own standard error: its words and those of its children, line by line, never in anybody's way.

use std::{
    io::Write as _,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    time::Duration,
};

use tokio::time::Instant;

/// Lines that wait to be written; more are dropped and counted. Whoever reads the log may stall.
const WAITING_MAX: usize = 1024;
/// Longest passed-on line in bytes; the rest of it is cut. Chosen.
pub(crate) const LINE_MAX: usize = 8 * 1024;
/// Lines of one process in a second that are passed on, after a burst of as many; more are counted. Chosen.
const RATE: u32 = 200;
/// Looks at whether everything is written, before the end, 5 ms apart.
const FINISH_ROUNDS: usize = 100;

/// Where lines are written; a copy writes to the same place.
#[derive(Clone)]
pub(crate) struct Log {
    lines: SyncSender<String>,
    counts: Arc<Counts>,
    secrets: Arc<[String]>,
}

#[derive(Default)]
struct Counts {
    /// Lines that could not be taken.
    lost: AtomicU64,
    /// Lines that are not written yet.
    waiting: AtomicU64,
}

impl Log {
    /// Starts the thread that writes. `secrets` are replaced in what processes say.
    pub(crate) fn start(mut secrets: Vec<String>) -> Log {
        // The longest first, so that a value within another leaves nothing of that one.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        secrets.retain(|secret| !secret.is_empty());
        let (lines, waiting) = sync_channel(WAITING_MAX);
        let counts = Arc::new(Counts::default());
        let counted = Arc::clone(&counts);
        // Without the thread lines are dropped, and everything else goes on.
        let _ =
            std::thread::Builder::new().name("log".to_owned()).spawn(move || write_all(&waiting, &counted));
        Log { lines, counts, secrets: secrets.into() }
    }

    /// A line of the bridge's own.
    pub(crate) fn say(&self, line: &str) {
        self.put(format!("sigyl-bridge: {line}\n"));
    }

    /// A line of a process.
    fn pass(&self, number: u64, channel: &str, line: &[u8]) {
        let mut text = String::from_utf8_lossy(&line[..line.len().min(LINE_MAX)]).replace(
            // Whoever looks at the log shall not be fooled by what moves the cursor.
            |c: char| c.is_control() && c != '\t',
            "?",
        );
        for secret in self.secrets.iter() {
            text = text.replace(secret.as_str(), "***");
        }
        let cut = if line.len() > LINE_MAX { " …" } else { "" };
        self.put(format!("[{number}{channel}] {text}{cut}\n"));
    }

    /// Waits for what was said to be written, if somebody reads it.
    pub(crate) fn finish(&self) {
        for _ in 0..FINISH_ROUNDS {
            if self.counts.waiting.load(Ordering::Relaxed) == 0 {
                break;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn put(&self, line: String) {
        self.counts.waiting.fetch_add(1, Ordering::Relaxed);
        if self.lines.try_send(line).is_err() {
            self.counts.waiting.fetch_sub(1, Ordering::Relaxed);
            self.counts.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

fn write_all(waiting: &Receiver<String>, counts: &Counts) {
    let mut to = std::io::stderr();
    while let Ok(line) = waiting.recv() {
        let _ = to.write_all(line.as_bytes());
        counts.waiting.fetch_sub(1, Ordering::Relaxed);
        let count = counts.lost.swap(0, Ordering::Relaxed);
        if count > 0 {
            let _ = writeln!(to, "sigyl-bridge: {count} lines of the log were dropped");
        }
    }
}

/// Passes on what one process writes, no faster than the rate.
pub(crate) struct Passing {
    log: Log,
    number: u64,
    tokens: u32,
    filled: Instant,
    dropped: u64,
}

impl Passing {
    pub(crate) fn new(log: Log, number: u64) -> Passing {
        Passing { log, number, tokens: RATE, filled: Instant::now(), dropped: 0 }
    }

    /// Passes on a line; `channel` says where it came from, empty for standard error.
    pub(crate) fn line(&mut self, channel: &str, line: &[u8]) {
        if self.filled.elapsed() >= Duration::from_secs(1) {
            self.tell_dropped();
            (self.tokens, self.filled) = (RATE, Instant::now());
        }
        match self.tokens.checked_sub(1) {
            Some(left) => {
                self.tokens = left;
                self.log.pass(self.number, channel, line);
            }
            None => self.dropped += 1,
        }
    }

    fn tell_dropped(&mut self) {
        if self.dropped > 0 {
            self.log.say(&format!("{} lines of process {} were dropped", self.dropped, self.number));
            self.dropped = 0;
        }
    }
}

impl Drop for Passing {
    fn drop(&mut self) {
        self.tell_dropped();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(secrets: &[&str]) -> (Log, Receiver<String>) {
        let (lines, waiting) = sync_channel(2 * WAITING_MAX);
        let secrets = secrets.iter().map(|s| (*s).to_owned()).collect();
        (Log { lines, counts: Arc::default(), secrets }, waiting)
    }

    #[test]
    fn secrets_control_characters_and_the_rest_of_long_lines_are_left_out() {
        let (log, lines) = log(&["hunter2"]);
        let mut passing = Passing::new(log, 3);
        passing.line("", b"key is hunter2!\x1b[2J\tend");
        passing.line(" stdout", &b"x".repeat(LINE_MAX + 1));
        assert_eq!(lines.recv().unwrap(), "[3] key is ***!?[2J\tend\n");
        let long = lines.recv().unwrap();
        assert!(long.starts_with("[3 stdout] xxx") && long.ends_with("x …\n") && long.len() < LINE_MAX + 32);
    }

    #[tokio::test(start_paused = true)]
    async fn a_flood_is_counted() {
        let (log, lines) = log(&[]);
        let mut passing = Passing::new(log, 1);
        for _ in 0..1000 {
            passing.line("", b"x");
        }
        assert_eq!(lines.try_iter().count(), RATE as usize);
        tokio::time::advance(Duration::from_secs(1)).await;
        passing.line("", b"y");
        let told: Vec<_> = lines.try_iter().collect();
        assert_eq!(told, ["sigyl-bridge: 800 lines of process 1 were dropped\n", "[1] y\n"]);
    }
}
