//! A stranger's tree that asks the scanner to look away.

use sigyl_core::{Class, Severity};

use crate::rule::{Rule, RuleMeta};

pub(crate) const ID: &str = "untrusted-suppression";

/// Its findings are made where ignore comments are not honoured: `suppress`.
pub(crate) struct UntrustedSuppression;

static META: RuleMeta = RuleMeta {
    id: ID,
    title: "Suppression in a tree that is not one's own",
    class: Class::ScanIntegrity,
    severity: Severity::Info,
    cwe: &[693],
    owasp: None,
    practice: None,
    since: "0.1.0",
    fixes: &[
        "Read what the tree asks to ignore; the findings are reported all the same",
        "Scan with --trust when the tree is your own",
    ],
    page: include_str!("untrusted_suppression.md"),
};

impl Rule for UntrustedSuppression {
    fn meta(&self) -> &RuleMeta {
        &META
    }
}
