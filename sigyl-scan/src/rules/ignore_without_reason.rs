//! An ignore comment that does not say why.

use sigyl_core::{Class, Severity};

use crate::rule::{Rule, RuleMeta};

pub(crate) const ID: &str = "ignore-without-reason";

/// Its findings are made where ignore comments are honoured: `suppress`.
pub(crate) struct IgnoreWithoutReason;

static META: RuleMeta = RuleMeta {
    id: ID,
    title: "Ignore comment without a reason",
    class: Class::ScanIntegrity,
    severity: Severity::Warning,
    cwe: &[],
    owasp: None,
    practice: None,
    since: "0.1.0",
    fixes: &["Say after the bracket why the finding does not matter here, or remove the comment"],
    page: include_str!("ignore_without_reason.md"),
};

impl Rule for IgnoreWithoutReason {
    fn meta(&self) -> &RuleMeta {
        &META
    }
}
