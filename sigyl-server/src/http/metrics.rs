//! Numbers for Prometheus, in its text format.

use std::{
    collections::BTreeMap,
    fmt::Write,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

/// Upper ends of the buckets, seconds: from what a lookup takes to what a person no longer waits for.
const BUCKETS_S: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.25, 1.0, 2.5, 10.0];

/// What was counted since the start.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    requests: Mutex<BTreeMap<(&'static str, u16), Times>>,
    in_flight: AtomicI64,
    limited: AtomicU64,
    panics: AtomicU64,
}

#[derive(Debug, Default, Clone)]
struct Times {
    buckets: [u64; BUCKETS_S.len()],
    count: u64,
    sum_s: f64,
}

impl Metrics {
    /// A request begins; it ends when the value is dropped.
    pub(crate) fn begin(&self) -> InFlight<'_> {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        InFlight(self)
    }

    /// A request was answered. `endpoint` is one of a fixed list, so that strangers cannot make names.
    pub(crate) fn answered(&self, endpoint: &'static str, status: u16, took: Duration) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let times = requests.entry((endpoint, status)).or_default();
        let seconds = took.as_secs_f64();
        if let Some(at) = BUCKETS_S.iter().position(|end| seconds <= *end) {
            times.buckets[at] += 1;
        }
        times.count += 1;
        times.sum_s += seconds;
        drop(requests);
        if status == 429 {
            self.limited.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// A handler panicked.
    pub(crate) fn panicked(&self) {
        self.panics.fetch_add(1, Ordering::Relaxed);
    }

    /// Everything, in Prometheus' text format.
    pub(crate) fn render(&self, database: (u32, usize), traces: Option<(u64, u64)>) -> String {
        let mut out = String::new();
        // Writing to a string cannot fail.
        let name = "sigyl_http_request_duration_seconds";
        let _ = writeln!(out, "# HELP {name} How long requests took.\n# TYPE {name} histogram");
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for ((endpoint, status), times) in requests {
            let labels = format!("endpoint=\"{endpoint}\",status=\"{status}\"");
            let mut count = 0;
            for (end, bucket) in BUCKETS_S.iter().zip(times.buckets) {
                count += bucket;
                let _ = writeln!(out, "{name}_bucket{{{labels},le=\"{end}\"}} {count}");
            }
            let _ = writeln!(out, "{name}_bucket{{{labels},le=\"+Inf\"}} {}", times.count);
            let _ = writeln!(out, "{name}_sum{{{labels}}} {}", times.sum_s);
            let _ = writeln!(out, "{name}_count{{{labels}}} {}", times.count);
        }
        let mut one = |name: &str, kind: &str, about: &str, value: String| {
            let _ = writeln!(out, "# HELP {name} {about}\n# TYPE {name} {kind}\n{name} {value}");
        };
        let in_flight = self.in_flight.load(Ordering::Relaxed).to_string();
        one("sigyl_http_requests_in_flight", "gauge", "Requests being answered.", in_flight);
        let limited = self.limited.load(Ordering::Relaxed).to_string();
        one("sigyl_http_requests_limited_total", "counter", "Requests refused as too many.", limited);
        let panics = self.panics.load(Ordering::Relaxed).to_string();
        one("sigyl_http_panics_total", "counter", "Handlers that panicked.", panics);
        let (open, idle) = database;
        one("sigyl_database_connections", "gauge", "Connections to the database.", open.to_string());
        one("sigyl_database_connections_idle", "gauge", "Connections that wait for work.", idle.to_string());
        if let Some((sent, lost)) = traces {
            one("sigyl_traces_sent_total", "counter", "Spans that the collector took.", sent.to_string());
            one(
                "sigyl_traces_lost_total",
                "counter",
                "Spans that the collector did not take.",
                lost.to_string(),
            );
        }
        out
    }
}

/// A request that is being answered.
pub(crate) struct InFlight<'a>(&'a Metrics);

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_add_up() {
        let metrics = Metrics::default();
        for ms in [1, 3, 20_000] {
            metrics.answered("health", 200, Duration::from_millis(ms));
        }
        let shown = metrics.render((2, 1), Some((5, 3)));
        let line = |le: &str| format!("_bucket{{endpoint=\"health\",status=\"200\",le=\"{le}\"}}");
        for (le, count) in [("0.001", 1), ("0.005", 2), ("10", 2), ("+Inf", 3)] {
            assert!(shown.contains(&format!("{} {count}\n", line(le))), "{le}\n{shown}");
        }
        assert!(shown.contains("\nsigyl_database_connections_idle 1\n"));
        assert!(shown.contains("\nsigyl_traces_lost_total 3\n"));
        assert!(!metrics.render((2, 1), None).contains("sigyl_traces"));
    }
}
