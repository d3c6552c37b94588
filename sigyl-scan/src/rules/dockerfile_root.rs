//! A container that runs as root.

use sigyl_core::{Class, Confidence, Severity};

use crate::{
    context::FileContext,
    files::FileKind,
    lexical::{instructions, stages},
    rule::{Draft, Findings, Rule, RuleMeta},
};

pub(crate) struct DockerfileRoot;

static META: RuleMeta = RuleMeta {
    id: "dockerfile-root",
    title: "Container runs as root",
    class: Class::Misconfiguration,
    severity: Severity::Info,
    cwe: &[250],
    owasp: Some("MCP02"),
    practice: Some("local-mcp-server-compromise"),
    since: "0.1.0",
    fixes: &["Add a USER instruction with an unprivileged user after the last step that needs root"],
    page: include_str!("dockerfile_root.md"),
};

/// Programs that an entry point uses to give root up once it runs.
const DROPS: &[&str] = &["gosu", "su-exec", "setpriv", "runuser", "s6-setuidgid", "chpst"];

impl Rule for DockerfileRoot {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn check_file(&self, file: &FileContext<'_>, out: &mut Findings) {
        // A development container is for its developer, not for deployment.
        if file.kind != FileKind::Dockerfile || file.path.contains(".devcontainer/") {
            return;
        }
        file.spend(file.text.len());
        let found = instructions(file.text);
        let stages = stages(&found);
        let Some(last) = stages.last() else { return };
        if file.holds_any(DROPS) {
            return;
        }
        // A stage inherits the user of the stage that it starts from.
        let mut stage = last;
        for _ in 0..stages.len() {
            if let Some(user) = stage.body.iter().rev().find(|instruction| instruction.name == "USER") {
                if is_root(&user.arguments) {
                    out.report(Draft::new(
                        file.at(user.start, user.end),
                        format!("the container runs as `{}`", user.arguments.trim()),
                    ));
                }
                return;
            }
            let image = stage.image.to_ascii_lowercase();
            match stages.iter().find(|other| {
                other.name.as_deref() == Some(image.as_str()) && other.from.start < stage.from.start
            }) {
                Some(base) => stage = base,
                None => break,
            }
        }
        if is_unprivileged(&stage.image) {
            return;
        }
        // Without USER the base image decides; nearly all official ones run as root.
        let confidence = if stage.image.contains('$') { Confidence::Medium } else { Confidence::High };
        out.report(
            Draft::new(
                file.at(last.from.start, last.from.end),
                "no USER instruction: the container runs as root unless its base image says otherwise",
            )
            .confidence(confidence),
        );
    }
}

fn is_root(user: &str) -> bool {
    let name = user.trim().trim_matches(['"', '\'']);
    let name = name.split(':').next().unwrap_or(name);
    name == "root" || name == "0"
}

/// Base images that document an unprivileged default user.
fn is_unprivileged(image: &str) -> bool {
    image.contains("nonroot")
        || image.starts_with("cgr.dev/chainguard/")
        || image.starts_with("bitnami/")
        || image.contains("/ubi8/nodejs")
        || image.contains("/ubi9/nodejs")
        || image.contains("/ubi9/python")
        || image.contains("nginx-unprivileged")
}

#[cfg(test)]
mod tests {
    use crate::{rule::Rule, rules::table::findings_of};

    fn count(text: &str) -> usize {
        findings_of("dockerfile-root", &[("Dockerfile", text)]).len()
    }

    #[test]
    fn the_last_stage_decides() {
        assert_eq!(count("FROM node:22 AS build\nUSER root\nFROM node:22\nUSER 1000:1000\n"), 0);
        assert_eq!(count("FROM node:22 AS base\nUSER node\nFROM base\nRUN x\n"), 0);
        assert_eq!(count("FROM node:22 AS base\nFROM base AS base\n"), 1);
        assert_eq!(count("FROM node:22\nUSER node\nUSER 0\n"), 1);
        assert_eq!(count("FROM gcr.io/distroless/nodejs22-debian12:nonroot\n"), 0);
        assert_eq!(count(""), 0);
        assert_eq!(super::DockerfileRoot.meta().cwe, [250]);
    }
}
