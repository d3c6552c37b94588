//! Scans: queued in the database, claimed by a worker, made in a process of its own. Those of uploads decide what is
//! shown; the others publish nothing.

mod fetch;
mod git;
mod jobs;
mod process;
mod queue;
mod work;

pub(crate) use fetch::{FetchedSource, fetch_source, remote_reference};
pub(crate) use jobs::{JobKind, ScanJob, enqueue_job, job, jobs, sweep_jobs};
pub(crate) use process::{Input, ScanOutcome, confine, in_a_process, pack_input, scan_input};
pub(crate) use queue::{ScanState, enqueue, report, source, state};
pub(crate) use work::{Adopted, Work, adopt, work};
