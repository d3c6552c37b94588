//! Servers that change things and write down nothing of it.

use sigyl_core::{Class, Confidence, Severity};

use super::code::words;
use crate::{
    context::{ToolContext, TreeContext},
    files::{FileKind, FileRole},
    lexical::Pattern,
    rule::{Draft, Findings, Rule, RuleMeta},
};

pub(crate) struct MissingAudit;

static META: RuleMeta = RuleMeta {
    id: "missing-audit",
    title: "Nothing is written down of what tools change",
    class: Class::Misconfiguration,
    severity: Severity::Info,
    cwe: &[778],
    owasp: Some("MCP08"),
    practice: None,
    since: "0.1.0",
    fixes: &[
        "Log each call of a tool that changes something: which tool, for whom, when, and how it ended; no arguments that are secret",
    ],
    page: include_str!("missing_audit.md"),
};

/// Verbs of tools that change something.
const CHANGES: &[&str] = &[
    "delete",
    "remove",
    "drop",
    "write",
    "create",
    "update",
    "send",
    "execute",
    "exec",
    "run",
    "kill",
    "move",
    "rename",
    "insert",
    "publish",
    "post",
    "upload",
    "deploy",
    "restart",
    "stop",
    "transfer",
    "pay",
    "grant",
    "revoke",
    "set",
    "edit",
    "apply",
    "install",
    "purge",
    "terminate",
];

/// Any sign that a server logs: a logger, the protocol's own messages, traces.
static LOGS: Pattern = Pattern::new(concat!(
    r"(?-u)\bconsole\.(?:log|error|warn|info|debug)\b|\blogg?(?:er|ing)?\.\w{3,12}\s*\(|\bgetLogger\b|\bsendLoggingMessage\b|\bctx\.(?:info|debug|warning|error|log)\b",
    r"|\bprint\s*\(|\b(?:winston|pino|loguru|structlog|bunyan|opentelemetry|sentry)\b|\bstderr\b|\baudit"
));

impl Rule for MissingAudit {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn check_tree(&self, tree: &TreeContext<'_>, out: &mut Findings) {
        let Some(tool) = tree.tools.iter().filter(|tool| changes(tool)).min_by_key(|tool| tool.place) else {
            return;
        };
        let sources = tree
            .files
            .iter()
            .filter(|file| file.role == FileRole::Runtime && matches!(file.kind, FileKind::Source(_)));
        for file in sources {
            file.spend(file.text.len());
            if LOGS.is_match(file.text) {
                return;
            }
        }
        out.report(
            Draft::new(tool.place, format!("`{}` changes something, and the server logs nothing", tool.name))
                .confidence(Confidence::Medium),
        );
    }
}

/// True for a tool that is annotated or named as one that changes something.
pub(crate) fn changes(tool: &ToolContext<'_>) -> bool {
    let hint =
        |name: &str| tool.annotations.and_then(|all| all.get(name)).and_then(serde_json::Value::as_bool);
    if hint("readOnlyHint") == Some(true) {
        return false;
    }
    hint("destructiveHint") == Some(true)
        || words(tool.name).iter().take(2).any(|word| CHANGES.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use crate::rules::table::findings_of;

    fn server(name: &str, body: &str) -> String {
        format!(
            "from mcp.server.fastmcp import FastMCP\n\nmcp = FastMCP('a')\n\n\n@mcp.tool()\ndef {name}(id: str) -> str:\n    \"\"\"Works.\"\"\"\n    {body}\n    return id\n"
        )
    }

    #[test]
    fn variants() {
        let count = |text: &str| findings_of("missing-audit", &[("server.py", text)]).len();
        for name in ["delete_user", "send_invoice", "update_row", "run_job", "drop_table", "user_create"] {
            assert_eq!(count(&server(name, "store.change(id)")), 1, "{name}");
        }
        for name in ["get_user", "list_rows", "search", "describe_table"] {
            assert_eq!(count(&server(name, "store.read(id)")), 0, "{name}");
        }
        for body in [
            "logger.info('deleted %s', id)",
            "print('deleted', file=sys.stderr)",
            "audit(id)",
            "logging.info(id)",
        ] {
            assert_eq!(count(&server("delete_user", body)), 0, "{body}");
        }
    }
}
