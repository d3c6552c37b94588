//! Files of the tree that steer package managers. While dependencies are installed there is network and nothing of the
//! tree may run, so that what can name a program is refused; what is not known is refused, too.

use sigyl_core::{Span, node::Node};

use crate::plan::{draft::Draft, project::Project};

/// Settings of npm and pnpm that choose packages and places of packages only.
const NPM_KEYS: &[&str] = &[
    "always-auth",
    "audit",
    "auto-install-peers",
    "color",
    "dedupe-peer-dependents",
    "engine-strict",
    "force",
    "fund",
    "hoist",
    "include-workspace-root",
    "install-strategy",
    "legacy-peer-deps",
    "link-workspace-packages",
    "loglevel",
    "maxsockets",
    "node-linker",
    "omit",
    "package-import-method",
    "package-lock",
    "prefer-dedupe",
    "prefer-frozen-lockfile",
    "prefer-workspace-packages",
    "progress",
    "provenance",
    "registry",
    "resolution-mode",
    "save",
    "save-exact",
    "save-prefix",
    "save-workspace-protocol",
    "shamefully-hoist",
    "shared-workspace-lockfile",
    "strict-peer-dependencies",
    "strict-ssl",
    "update-notifier",
    "access",
    "ignore-scripts",
    "message",
    "tag-version-prefix",
    "sign-git-tag",
    "sign-git-commit",
    "minimum-release-age",
    "ignore-workspace-root-check",
    "dedupe-injected-deps",
    "save-workspace-protocol",
    "lockfile",
    "fetch-retries",
    "fetch-timeout",
    "fetch-retry-mintimeout",
    "fetch-retry-maxtimeout",
    "network-timeout",
];
/// Settings of Yarn that name programs of the tree, or other files of settings.
const YARN_KEYS: &[&str] = &["plugins", "injectEnvironmentFiles", "yarnPath", "preferredPackageManager"];

/// Refuses settings that would let the tree run something.
pub(super) fn check(project: &Project<'_>, draft: &mut Draft) {
    npmrc(project, draft);
    for name in [".pnpmfile.cjs", ".pnpmfile.mjs"] {
        if project.has(name) {
            draft.refuse(
                "settings-run-code",
                project.place(name, None),
                format!("{name} runs while dependencies are installed, when nothing of the tree may"),
                "Remove it: write `overrides` into package.json, or bring a Dockerfile of your own",
            );
        }
    }
    if let Some(root) = project.yaml("pnpm-workspace.yaml") {
        for key in ["configDependencies", "pnpmfile", "globalPnpmfile", "scriptShell", "nodeOptions"] {
            if let Some(node) = root.get(key) {
                refuse_key(project, "pnpm-workspace.yaml", key, node, draft);
            }
        }
    }
    if let Some(root) = project.yaml(".yarnrc.yml") {
        for key in YARN_KEYS.iter().filter(|key| **key != "yarnPath") {
            if let Some(node) = root.get(key) {
                refuse_key(project, ".yarnrc.yml", key, node, draft);
            }
        }
        if root.get("yarnPath").is_some() {
            draft.note(
                "setting-not-used",
                "`yarnPath` of .yarnrc.yml is not used: no program of the tree installs anything",
            );
        }
    } else if project.has(".yarnrc.yml") {
        let place = project.place(".yarnrc.yml", None);
        draft.refuse("settings-not-read", place, ".yarnrc.yml cannot be read", "Mend its YAML");
    }
}

fn refuse_key(project: &Project<'_>, file: &str, key: &str, node: &Node, draft: &mut Draft) {
    draft.refuse(
        "settings-run-code",
        project.place(file, Some(node.span)),
        format!(
            "`{key}` of {file} can run code while dependencies are installed, when nothing of the tree may"
        ),
        "Remove it, or bring a Dockerfile of your own",
    );
}

fn npmrc(project: &Project<'_>, draft: &mut Draft) {
    let Some(text) = project.text(".npmrc") else { return };
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let span = Span::new(offset as u32, (offset + line.trim_end().len()) as u32);
        offset += line.len();
        let line = line.trim();
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        let (key, value) = line.split_once('=').unwrap_or((line, ""));
        let key = key.trim().trim_end_matches("[]");
        let is_place = key.ends_with(":registry") && key.starts_with('@');
        let is_pattern = key.ends_with("hoist-pattern");
        // `//host/:_authToken=${TOKEN}`: the value comes from a build secret.
        let is_credential = key.starts_with("//") && value.trim().trim_matches('"').starts_with("${");
        if NPM_KEYS.contains(&key) || is_place || is_pattern || is_credential {
            continue;
        }
        let shown: String = key.chars().take(60).collect();
        let (message, mend) = if key.starts_with("//") || key.starts_with('_') {
            (
                format!("`{}` of .npmrc holds a credential", shown.escape_debug()),
                "Revoke it, write `${NPM_TOKEN}` in its place, and give the value as a build secret",
            )
        } else {
            (
                format!(
                    "`{}` of .npmrc is not known to be harmless while dependencies are installed",
                    shown.escape_debug()
                ),
                "Remove it, or bring a Dockerfile of your own",
            )
        };
        draft.refuse("settings-not-allowed", project.place(".npmrc", Some(span)), message, mend);
        // One `.npmrc` may have many lines.
        if draft.problems.len() > 50 {
            return;
        }
    }
}
