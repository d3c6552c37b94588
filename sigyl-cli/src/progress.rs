//! Tells a waiting person how far a scan is.

use std::{
    io::{self, IsTerminal, Write},
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use sigyl_scan::Observer;

/// Scans shorter than this show nothing. Chosen.
const PATIENCE: Duration = Duration::from_secs(1);

/// Time between two updates. Chosen.
const INTERVAL_MS: u64 = 100;

/// Shows progress on standard error, when that is a terminal and the scan takes longer than a second.
#[derive(Debug)]
pub(crate) struct Progress {
    started: Instant,
    shown_ms: AtomicU64,
    terminal: bool,
}

impl Progress {
    /// Starts the clock.
    #[expect(clippy::disallowed_methods, reason = "only a person sees it, no report")]
    pub(crate) fn start() -> Self {
        Self { started: Instant::now(), shown_ms: AtomicU64::new(0), terminal: io::stderr().is_terminal() }
    }

    /// Takes away what was shown.
    pub(crate) fn finish(&self) {
        if self.terminal && self.shown_ms.load(Ordering::Relaxed) > 0 {
            let _ = io::stderr().write_all(b"\r\x1b[K");
        }
    }
}

impl Observer for Progress {
    fn progress(&self, done: usize, of: usize) {
        if !self.terminal {
            return;
        }
        let elapsed = self.started.elapsed();
        let now_ms = elapsed.as_millis() as u64;
        let shown_ms = self.shown_ms.load(Ordering::Relaxed);
        let due = elapsed >= PATIENCE && now_ms >= shown_ms + INTERVAL_MS;
        // Of several threads, one shows it.
        if due
            && self.shown_ms.compare_exchange(shown_ms, now_ms, Ordering::Relaxed, Ordering::Relaxed).is_ok()
        {
            let _ = io::stderr().write_all(format!("\r\x1b[Kreading {done} of {of} files").as_bytes());
        }
    }
}
