//! What every part of Sigyl agrees on: places in text, source trees, manifests, findings, reports.
//!
//! Nothing here opens a network connection, prints, or reads the environment. The only I/O is reading a source into a
//! [`SourceTree`], within limits.
//!
//! ```
//! use sigyl_core::SourceTree;
//! let tree = SourceTree::from_texts([("mcp.yaml", "name: weather\n")]);
//! assert!(tree.file("mcp.yaml").is_some());
//! ```

pub mod addresses;
mod diagnostic;
mod digest;
mod finding;
mod location;
pub mod manifest;
pub mod protocol;
mod report;
#[cfg(feature = "secret")]
pub mod secret;
pub mod source;
mod tool;

pub use diagnostic::{Diagnostic, DiagnosticLevel, Parsed};
pub use digest::Digest;
pub use finding::{Class, Confidence, Edit, Finding, Fix, Note, Severity, Suppressed, Suppression};
pub use location::{LineIndex, Location, Span};
pub use manifest::{Manifest, node};
pub use report::{
    AdvisoriesUsed, Allow, ClearedScan, DependencyCheck, Exception, NotAnalysed, NotAnalysedPolicy,
    NotAnalysedReason, Policy, REPORT_SCHEMA_VERSION, Recommendation, Rejected, ScanReport, Summary, Verdict,
};
pub use source::SourceTree;
pub use tool::{Tool, ToolOrigin, ToolPins};
