//! What does not count: ignore comments, accepted findings, excluded paths; and what the scan has to say about that.

mod apply;
mod baseline;
mod comments;
mod own;

pub(crate) use apply::apply;
pub use baseline::{AcceptedFinding, BASELINE_FILE, Baseline, BaselineError};
pub use comments::{Ignore, parse_ignores};
