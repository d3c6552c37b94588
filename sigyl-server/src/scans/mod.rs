//! Scans of what was uploaded: queued in the database, claimed by a worker, made in a process of its own.

mod process;
mod queue;
mod work;

pub(crate) use process::{confine, scan_archive};
pub(crate) use queue::{ScanState, enqueue, report, source, state};
pub(crate) use work::{Work, work};
