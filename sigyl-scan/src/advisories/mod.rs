//! Known vulnerabilities of packages, from files in OSV's format that the caller brings.
//!
//! An import turns OSV's entries into one sorted text, a line for each package and entry. A scan looks packages up in
//! it by bisection, so that its size costs next to nothing.
//!
//! ```
//! use sigyl_scan::{Advisories, AdvisoryImport, Ecosystem};
//!
//! let mut import = AdvisoryImport::default();
//! import.add(br#"{"id": "X-1", "modified": "2026-01-02T00:00:00Z", "affected": [{
//!     "package": {"ecosystem": "npm", "name": "acme"},
//!     "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.2.0"}]}]}]}"#);
//! let advisories = Advisories::parse(import.finish("2026-01-03", Vec::new()))?;
//! assert_eq!(advisories.affecting(Ecosystem::Npm, "acme", "1.1.9").len(), 1);
//! assert!(advisories.affecting(Ecosystem::Npm, "acme", "1.2.0").is_empty());
//! # Ok::<(), sigyl_scan::AdvisoriesError>(())
//! ```

mod cvss;
mod date;
mod import;
mod pep440;
mod range;
mod semver;
mod store;

pub use import::{AdvisoryImport, Outcome};
pub use range::{Advisory, Level};
pub use store::{Advisories, AdvisoriesError, AdvisorySource};

/// Days after which advisories are called stale. Chosen: vulnerabilities are published daily, and a month is the
/// longest time that release cycles commonly allow for a fix.
pub const STALE_AFTER_DAYS: u32 = 30;

pub(crate) use date::days_of;
