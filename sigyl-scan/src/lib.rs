//! Offline, deterministic security scanner for MCP servers.
//!
//! [`scan`] reads memory only: no network, no process, no clock. It never executes, imports or installs what it scans.
//! The same tree, manifest and configuration give the same report, byte for byte, on any machine and with any number of
//! threads.
//!
//! ```
//! use sigyl_core::{Manifest, SourceTree, Verdict};
//! use sigyl_scan::{ScanConfig, Unobserved, scan};
//!
//! let tree = SourceTree::from_texts([("server.py", "print('hello')\n")]);
//! let report = scan(&tree, &Manifest::default(), &ScanConfig::default(), &Unobserved);
//! assert_eq!(report.verdict, Verdict::Safe);
//! ```

mod advisories;
mod beyond;
mod cache;
mod config;
mod config_file;
mod context;
mod dependencies;
mod driver;
pub mod examples;
mod files;
pub mod flow;
mod grams;
pub mod ir;
mod judge;
mod lexical;
mod lower;
mod mend;
mod one_cause;
mod report;
mod rule;
mod rules;
mod suppress;
mod ways;
mod words;

pub use advisories::{
    Advisories, AdvisoriesError, Advisory, AdvisoryImport, AdvisorySource, Level, Outcome, STALE_AFTER_DAYS,
};
pub use beyond::{
    Attestation, Change, ChangeKind, ClientBase, ClientConfig, ClientConfigError, ClientForm, ClientPlace,
    ClientServer, ClientTarget, CrossOrigin, InconclusiveReason, LOCK_FILE, Lock, LockError, LockOrigin,
    Observation, Observed, PartChange, Piece, Pinned, Platform, Probe, ProbeOutcome, Reach, Receipt,
    ReceiptContext, ReceiptVerdict, Transport, client_places, diff_words, drift, join, judge, observe,
};
pub use cache::{ReportCache, scan_cached};
pub use config::{ExcludedPath, GlobError, Observer, ScanConfig, Trust, Unobserved};
pub use config_file::{CONFIG_FILE, ConfigFile, FailOn};
pub use context::{FileContext, Offered, ToolContext, ToolPart, ToolText, TreeContext};
pub use dependencies::{Dependencies, Dependency, Ecosystem, Origin, Relation, ToldBy, Unread, UnreadReason};
pub use driver::{lower_tree, scan, scan_with};
pub use files::{FileKind, FileRole};
pub use judge::{Judge, Judgement, LLM_JUDGEMENT, Question, ask_judge};
pub use lower::LowerError;
pub use mend::{Mend, Mendable, Mended, MendedFile, mend};
pub use rule::{Calls, Draft, FileId, Findings, Place, Rule, RuleMeta};
pub use rules::{RULES, WORD_RULES, rule_metas, table::rule_table};
pub use suppress::{AcceptedFinding, BASELINE_FILE, Baseline, BaselineError, Ignore, parse_ignores};
pub use words::{Listing, ListingError, listing_tree, scan_listing};
