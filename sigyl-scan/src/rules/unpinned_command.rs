//! Commands that fetch what they start, in whatever version there is.

use sigyl_core::{Class, Severity, node};

use super::launch::{self, Launch, Runner};
use crate::{
    context::TreeContext,
    files::FileKind,
    rule::{Draft, Findings, Rule, RuleMeta},
};

pub(crate) struct UnpinnedCommand;

static META: RuleMeta = RuleMeta {
    id: "unpinned-command",
    title: "Command starts whatever version there is",
    class: Class::SupplyChain,
    severity: Severity::Warning,
    cwe: &[829, 1357],
    owasp: Some("MCP04"),
    practice: Some("local-mcp-server-compromise"),
    since: "0.1.0",
    fixes: &["Name an exact version, a full commit, or an image by its digest"],
    page: include_str!("unpinned_command.md"),
};

impl Rule for UnpinnedCommand {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn check_tree(&self, tree: &TreeContext<'_>, out: &mut Findings) {
        let own = own_names(tree);
        for file in tree.files {
            for launch in launch::launches(file) {
                let Some(what) = moving(&launch) else { continue };
                let name: String = launch.name.chars().take(120).collect();
                let draft = Draft::new(launch.place, format!("starts {what} of `{name}`"));
                // How users start the server of this very tree is for them to pin.
                let is_own = own.iter().any(|own| launch.name.ends_with(own.as_str()));
                let is_tag = launch.runner == Runner::Docker
                    && !matches!(
                        launch.version.as_deref(),
                        None | Some("latest" | "main" | "edge" | "nightly")
                    );
                out.report(if is_own || is_tag { draft.severity(Severity::Info) } else { draft });
            }
        }
    }
}

/// What it starts, where that can change.
pub(crate) fn moving(launch: &Launch) -> Option<&'static str> {
    if let Some(origin) = &launch.origin {
        return (!origin.is_fixed()).then_some("a Git branch or tag");
    }
    let version = launch.version.as_deref().unwrap_or_default();
    if launch.runner == Runner::Docker {
        return match version {
            _ if version.starts_with("sha256:") => None,
            "" | "latest" | "main" | "edge" | "nightly" => Some("whatever image is newest"),
            _ => Some("a tag, which can be moved,"),
        };
    }
    if launch.runner == Runner::Pip {
        return None;
    }
    let is_exact = version.starts_with(|c: char| c.is_ascii_digit()) && version.split('.').count() >= 2;
    (!is_exact).then_some("whatever version is newest")
}

/// Names that the tree itself is published under.
fn own_names(tree: &TreeContext<'_>) -> Vec<String> {
    let mut names = Vec::new();
    for file in tree.files {
        let name = match file.kind {
            FileKind::PackageJson => node::read_json_within(file.text, 20_000).ok(),
            FileKind::Toml if file.path.ends_with("pyproject.toml") => {
                Some(node::read_toml_within(file.text, 20_000, 256 << 10).0)
            }
            _ => None,
        };
        let Some(root) = name else { continue };
        let root = root.get("project").unwrap_or(&root);
        names.extend(root.get("name").and_then(node::Node::as_str).map(str::to_owned));
    }
    names.retain(|name| name.len() > 2);
    names
}

#[cfg(test)]
mod tests {
    use sigyl_core::Severity;

    use crate::rules::table::findings_of;

    fn worst(command: &str, args: &[&str]) -> Option<Severity> {
        let text = serde_json::json!({"mcpServers": {"a": {"command": command, "args": args}}}).to_string();
        findings_of("unpinned-command", &[(".mcp.json", &text)]).iter().map(|it| it.severity).max()
    }

    #[test]
    fn tells_a_version_from_none() {
        assert_eq!(worst("npx", &["-y", "@acme/mcp"]), Some(Severity::Warning));
        assert_eq!(worst("npx", &["-y", "@acme/mcp@latest"]), Some(Severity::Warning));
        assert_eq!(worst("cmd", &["/c", "npx", "-y", "acme@^1.2.3"]), Some(Severity::Warning));
        assert_eq!(worst("npx", &["-y", "@acme/mcp@1.2.3"]), None);
        assert_eq!(worst("uvx", &["--from", "git+https://host/a/b@main", "b"]), Some(Severity::Warning));
        assert_eq!(worst("uvx", &["acme-mcp==1.0"]), None);
        assert_eq!(worst("docker", &["run", "-i", "--rm", "-e", "KEY", "acme/mcp"]), Some(Severity::Warning));
        assert_eq!(worst("docker", &["run", "-i", "acme/mcp:1.2"]), Some(Severity::Info));
        assert_eq!(worst("docker", &["run", "acme/mcp@sha256:aa"]), None);
        assert_eq!(worst("node", &["npx"]), None);
        assert_eq!(worst("npx", &[]), None);
        assert_eq!(worst("npx", &["-y", "é@"]), Some(Severity::Warning));
    }
}
