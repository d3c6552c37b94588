//! Whether a server answers: a real exchange of MCP in the era that it speaks, not a port that is open.
//!
//! The server is a stranger. Every answer is bounded in size and time, no redirect is followed, no tool is called, and
//! the headers that a backend gives are in no error.

mod drift;
mod probe;
mod wait;
mod wire;

pub use drift::{Change, Drift, compare_pins};
pub use probe::{Era, Probe, Prober};
pub use wait::{NotHealthy, wait_healthy};
pub use wire::ProbeError;
