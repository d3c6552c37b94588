//! What is known of a server beside its source: what it lists, how it answers, who starts it, and what was pinned.
//!
//! Nothing here asks anybody: callers bring listings, answers and configurations, and get findings, locks and receipts.

mod changes;
mod clients;
mod drift;
mod lock;
mod mentions;
mod observe;
mod probes;
mod receipt;

pub use changes::{Change, ChangeKind, PartChange, Piece, diff_words};
pub use clients::{
    ClientBase, ClientConfig, ClientConfigError, ClientForm, ClientPlace, ClientServer, ClientTarget,
    Platform, client_places,
};
pub use drift::drift;
pub use lock::{LOCK_FILE, Lock, LockError, LockOrigin, Pinned};
pub use observe::{Observation, Observed, join, observe};
pub use probes::{CrossOrigin, Probe, ProbeOutcome, Reach, Transport, judge};
pub use receipt::{Attestation, InconclusiveReason, Receipt, ReceiptContext, ReceiptVerdict};
