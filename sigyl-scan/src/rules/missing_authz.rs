//! A limit on which tools are listed that calling a tool does not repeat.

use sigyl_core::{Class, Confidence, Severity};

use super::{
    handlers::{Handlers, Region, handlers},
    tool_limits::{Limit, limits, mentions_any},
    unowned::given_to_anyone,
};
use crate::{
    context::TreeContext,
    files::FileRole,
    rule::{Draft, Findings, Rule, RuleMeta},
};

pub(crate) struct MissingAuthz;

static META: RuleMeta = RuleMeta {
    id: "missing-authz",
    title: "Tools hidden from the list can still be called",
    class: Class::MissingAccessControl,
    severity: Severity::Warning,
    cwe: &[862, 863],
    owasp: Some("MCP07"),
    practice: Some("scope-minimization"),
    since: "0.1.0",
    fixes: &[
        "Ask the same function in tools/call as in tools/list, and refuse what it does not allow before anything runs",
        "Register only the tools that the configuration allows",
    ],
    page: include_str!("missing_authz.md"),
};

impl Rule for MissingAuthz {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn check_tree(&self, tree: &TreeContext<'_>, out: &mut Findings) {
        given_to_anyone(tree, out);
        let speaks = tree.files.iter().any(|file| {
            file.role == FileRole::Runtime
                && file.module().is_some()
                && file.holds_any(&["ListToolsRequestSchema", "tools/list", "list_tools"])
        });
        if !speaks {
            return;
        }
        let Handlers { codes, list, call } = handlers(tree);
        if call.is_empty() {
            return;
        }
        let beside = |one: &Region| {
            let here: Vec<&Region> = call.iter().filter(|other| other.file == one.file).collect();
            if here.is_empty() { call.iter().collect() } else { here }
        };
        for one in &list {
            let found: Vec<Limit> = limits(&codes, one);
            let Some(first) = found.first() else { continue };
            if beside(one).into_iter().any(|call| mentions_any(&codes, call, &found)) {
                continue;
            }
            let file = &tree.files[first.file];
            let message = format!(
                "`{}` limits which tools are listed, but nothing asks it when a tool is called: a caller who knows a hidden tool's name can use it",
                first.name
            );
            let mut draft = Draft::new(file.place(first.span), message).confidence(Confidence::Medium);
            for call in beside(one).into_iter().take(1) {
                draft = draft.related(tree.files[call.file].place(call.at), "calls are handled here");
            }
            out.report(draft);
        }
    }
}
