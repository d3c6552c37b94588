//! What backends tell of what they run.

use serde::{Deserialize, Serialize};

/// What a backend can do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Capabilities {
    /// Whether a server cannot reach the machine, other servers, or names that are not allowed.
    pub isolates: bool,
    /// What it does not isolate, in sentences for people.
    pub not_isolated: Vec<String>,
    /// Whether it runs images; folders otherwise.
    pub runs_images: bool,
    /// How many processes or machines may answer at most.
    pub replicas_max: u32,
    /// Whether it gives deployments names of the user's own.
    pub custom_domains: bool,
    /// Whether it holds egress to the manifest's names by itself.
    pub egress_by_name: bool,
}

/// What a backend knows of a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Observed {
    /// Its processes are being made.
    Starting,
    /// Its processes run; whether they answer is for the probe to say.
    Running {
        /// How often they ended and came back.
        restarts: u32,
        /// How many run.
        replicas: u32,
    },
    /// It was stopped by us.
    Stopped,
    /// It ended by itself.
    Ended {
        /// Its exit code, where the backend knows it.
        exit_code: Option<i32>,
        /// Whether it was killed for using more memory than it may.
        out_of_memory: bool,
        /// How often it ended and came back.
        restarts: u32,
    },
    /// It is not there.
    Gone,
}

/// Which lines of a log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogQuery {
    /// Only lines of this time or later, milliseconds since 1970 UTC.
    pub since_ms: Option<i64>,
    /// At most this many lines, the last ones; all where absent.
    pub limit: Option<u32>,
    /// Whether to wait for more.
    pub follow: bool,
}

/// One line of a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// When, milliseconds since 1970 UTC.
    pub time_ms: i64,
    /// Where it was written.
    pub stream: LogStream,
    /// The text without its line end, at most 16 KiB of it.
    pub text: String,
}

/// Where a line was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogStream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
    /// What Sigyl or the backend says of the release.
    System,
}

/// What a release uses at a moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stats {
    /// Memory, bytes.
    pub memory_bytes: u64,
    /// What it may use, bytes.
    pub memory_limit_bytes: u64,
    /// CPU time since it was started, milliseconds, where the backend counts it.
    pub cpu_total_ms: Option<u64>,
    /// How much of a CPU it uses now, thousandths, where the backend measures that instead.
    pub cpu_millis: Option<u64>,
    /// Processes and threads, where the backend counts them.
    pub pids: Option<u32>,
}

/// Something that a backend holds for Sigyl.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Owned {
    /// The deployment that it belongs to.
    pub deployment: String,
    /// The release, where it belongs to one.
    pub release: Option<u64>,
    /// What it is: `container`, `network`, `image`, `secret`, `service`, `folder`, `process`.
    pub kind: String,
    /// The backend's name of it.
    pub name: String,
}
