//! Tool texts that ask to be preferred to the tools of others.

use sigyl_core::{Class, Confidence, Severity};

use super::{tool_poisoning::describe, tool_shaped};
use crate::{
    context::{FileContext, Offered, ToolContext},
    files::FileRole,
    rule::{Draft, Findings, Rule, RuleMeta},
    words::{Sign, SignKind, signs},
};

pub(crate) struct ToolPreference;

static META: RuleMeta = RuleMeta {
    id: "tool-preference",
    title: "Tool text asks to be preferred to other tools",
    class: Class::ToolPoisoning,
    severity: Severity::Warning,
    cwe: &[1427],
    owasp: Some("MCP03"),
    practice: None,
    since: "0.1.0",
    fixes: &[
        "Say when the tool is of use, and leave the choice to the model",
        "Compare only tools of the same server, by their names",
    ],
    page: include_str!("tool_preference.md"),
};

impl Rule for ToolPreference {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn check_file(&self, file: &FileContext<'_>, out: &mut Findings) {
        if file.role == FileRole::Test {
            return;
        }
        let Some(module) = file.module() else { return };
        file.spend(file.text.len());
        for described in tool_shaped::find(module) {
            file.spend(described.description.len() * 4);
            let signs = signs(&described.description);
            if let Some(draft) = preference(&signs, |says| {
                Draft::new(file.place(described.span), format!("the text of `{}` {says}", described.name))
            }) {
                out.report(draft);
            }
        }
    }

    fn check_tool(&self, tool: &ToolContext<'_>, out: &mut Findings) {
        for (text, signs) in tool.signs() {
            let draft = preference(signs, |says| {
                Draft::new(text.place, format!("{} {says}", tool.text_name(&text.part)))
            });
            if let Some(mut draft) = draft {
                draft.tool =
                    (matches!(tool.offered, Offered::Tool | Offered::Answer)).then(|| tool.name.to_owned());
                out.report(draft);
            }
        }
    }
}

/// A wish alone is a warning; with orders beside it, it is an attack.
fn preference(signs: &[Sign], draft: impl FnOnce(String) -> Draft) -> Option<Draft> {
    let wish = signs.iter().find(|sign| sign.kind == SignKind::Preference)?;
    let is_order = |sign: &Sign| sign.weight >= 2 && sign.kind != SignKind::Preference;
    let draft = draft(describe(std::iter::once(wish))).confidence(Confidence::Medium);
    Some(if signs.iter().any(is_order) { draft.severity(Severity::Error) } else { draft })
}
