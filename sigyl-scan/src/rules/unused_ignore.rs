//! An ignore comment that ignores nothing.

use sigyl_core::{Class, Severity};

use crate::rule::{Rule, RuleMeta};

pub(crate) const ID: &str = "unused-ignore";

/// Its findings are made where ignore comments are honoured: `suppress`.
pub(crate) struct UnusedIgnore;

static META: RuleMeta = RuleMeta {
    id: ID,
    title: "Ignore comment that ignores nothing",
    class: Class::ScanIntegrity,
    severity: Severity::Warning,
    cwe: &[],
    owasp: None,
    practice: None,
    since: "0.1.0",
    fixes: &["Remove the comment, or put it on the line of the finding or directly above it"],
    page: include_str!("unused_ignore.md"),
};

impl Rule for UnusedIgnore {
    fn meta(&self) -> &RuleMeta {
        &META
    }
}
