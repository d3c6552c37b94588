//! Lock files of npm, pnpm and Yarn.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sigyl_core::node::{self, Mapping, Node, NodeValue};

use super::{Component, MAX_COMPONENTS};

/// Values of one lock file, as many as the scanner reads.
const MAX_NODES: usize = 1_500_000;

pub(super) fn components<'t>(text: impl Fn(&str) -> Option<&'t str>) -> Vec<Component> {
    if let Some(text) = text("pnpm-lock.yaml") {
        return pnpm(text);
    }
    if let Some(text) = text("yarn.lock") {
        return yarn(text);
    }
    match text("npm-shrinkwrap.json").or_else(|| text("package-lock.json")) {
        Some(text) => npm(text),
        None => text("package.json").map(wanted).unwrap_or_default(),
    }
}

/// Subresource Integrity: `sha512-BASE64`, the strongest of several.
fn hashes(integrity: &str) -> Vec<(&'static str, String)> {
    let all = integrity.split_whitespace().filter_map(|word| {
        let (algorithm, digest) = word.split_once('-')?;
        let (algorithm, length) = match algorithm {
            "sha512" => ("SHA-512", 64),
            "sha384" => ("SHA-384", 48),
            "sha256" => ("SHA-256", 32),
            "sha1" => ("SHA-1", 20),
            _ => return None,
        };
        let bytes = STANDARD.decode(digest.split('?').next()?).ok().filter(|bytes| bytes.len() == length)?;
        Some((algorithm, bytes.iter().map(|byte| format!("{byte:02x}")).collect()))
    });
    all.max_by_key(|(_, digits): &(&str, String)| digits.len()).into_iter().collect()
}

fn is_true(node: &Node, key: &str) -> bool {
    node.get(key).is_some_and(|value| value.value == NodeValue::Bool(true))
}

fn npm(text: &str) -> Vec<Component> {
    let Ok(root) = node::read_json_within(text, MAX_NODES) else { return Vec::new() };
    let packages = root.get("packages").and_then(Node::as_mapping);
    let entries = packages.into_iter().flat_map(|packages| &packages.entries);
    let found = entries.filter_map(|(path, entry)| {
        let (_, folder) = path.rsplit_once("node_modules/")?;
        let package = &entry.value;
        if is_true(package, "link") {
            return None;
        }
        let text = |key: &str| package.get(key).and_then(Node::as_str);
        Some(Component {
            name: text("name").unwrap_or(folder).to_owned(),
            version: text("version").map(str::to_owned),
            hashes: text("integrity").map(hashes).unwrap_or_default(),
            licence: text("license").map(str::to_owned),
            is_dev: is_true(package, "dev") || is_true(package, "devOptional"),
            properties: Vec::new(),
        })
    });
    found.take(MAX_COMPONENTS).collect()
}

fn pnpm(text: &str) -> Vec<Component> {
    let Ok(root) = node::read_yaml_within(text, MAX_NODES) else { return Vec::new() };
    let packages: Option<&Mapping> = root.get("packages").and_then(Node::as_mapping);
    let entries = packages.into_iter().flat_map(|packages| &packages.entries);
    let found = entries.filter_map(|(key, entry)| {
        // `/@scope/name@1.0.0(peer@2)`, `name@1.0.0`, and `/name/1.0.0` of old versions.
        let key = key.trim_start_matches('/').split('(').next()?;
        let at = key.get(1..)?.rfind('@').map(|at| at + 1).or_else(|| key.rfind('/'))?;
        let integrity =
            entry.value.get("resolution").and_then(|it| it.get("integrity")).and_then(Node::as_str);
        Some(Component {
            name: key.get(..at)?.to_owned(),
            version: Some(key.get(at + 1..)?.to_owned()),
            hashes: integrity.map(hashes).unwrap_or_default(),
            is_dev: is_true(&entry.value, "dev"),
            ..Component::default()
        })
    });
    found.take(MAX_COMPONENTS).collect()
}

/// Version 1 and Berry: blocks of one unindented header and indented fields.
fn yarn(text: &str) -> Vec<Component> {
    let mut all: Vec<Component> = Vec::new();
    let mut is_package = false;
    for line in text.lines() {
        let content = line.trim_end();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        if !content.starts_with(' ') {
            let first = content.trim_end_matches(':').split(',').next().unwrap_or_default().trim_matches('"');
            let name = first.get(1..).and_then(|rest| rest.find('@')).and_then(|at| first.get(..at + 1));
            let is_local = first.contains("@workspace:") || first.contains("@link:");
            is_package = name.is_some() && !is_local && all.len() < MAX_COMPONENTS;
            if let Some(name) = name.filter(|_| is_package) {
                // `alias@npm:real@^1`: what is installed is the real one.
                let real = first.split_once("@npm:").and_then(|(_, rest)| {
                    let at = rest.get(1..)?.find('@')?;
                    rest.get(..at + 1)
                });
                all.push(Component { name: real.unwrap_or(name).to_owned(), ..Component::default() });
            }
            continue;
        }
        let Some(last) = all.last_mut().filter(|_| is_package) else { continue };
        let field = content.trim_start();
        if content.len() - field.len() != 2 {
            continue;
        }
        let (key, value) = field.split_once([' ', ':']).unwrap_or((field, ""));
        let value = value.trim_start_matches([':', ' ']).trim_matches('"');
        match key {
            "version" => last.version = Some(value.to_owned()),
            "integrity" => last.hashes = hashes(value),
            _ => {}
        }
    }
    all
}

/// Without a lock file: what is asked for, without versions.
fn wanted(text: &str) -> Vec<Component> {
    let Ok(root) = node::read_json_within(text, MAX_NODES) else { return Vec::new() };
    let dependencies = root.get("dependencies").and_then(Node::as_mapping);
    let entries = dependencies.into_iter().flat_map(|it| &it.entries);
    let found = entries.map(|(name, entry)| Component {
        name: name.clone(),
        properties: vec![("sigyl:wanted", entry.value.as_str().unwrap_or_default().to_owned())],
        ..Component::default()
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_lock_files() {
        let names = |all: Vec<Component>| {
            all.into_iter()
                .map(|it| format!("{}@{}", it.name, it.version.unwrap_or_default()))
                .collect::<Vec<_>>()
        };
        let pnpm_text = "lockfileVersion: '9.0'\npackages:\n  '@a/b@1.0.0(c@2.0.0)':\n    resolution: {integrity: sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=}\n  d@2.0.0: {}\n  /e/3.0.0: {dev: true}\n";
        let found = pnpm(pnpm_text);
        assert_eq!(found[0].hashes, [("SHA-1", "da39a3ee5e6b4b0d3255bfef95601890afd80709".to_owned())]);
        assert!(found[2].is_dev);
        assert_eq!(names(found), ["@a/b@1.0.0", "d@2.0.0", "e@3.0.0"]);
        let classic = "# yarn lockfile v1\n\n\"@a/b@^1\", \"@a/b@~1\":\n  version \"1.0.0\"\n  dependencies:\n    version \"9\"\n\nx@npm:y@2:\n  version \"2.0.0\"\n";
        assert_eq!(names(yarn(classic)), ["@a/b@1.0.0", "y@2.0.0"]);
        let berry = "__metadata:\n  version: 8\n\n\"a@npm:^1.0.0\":\n  version: 1.2.0\n  checksum: 10/aa\n\n\"s@workspace:.\":\n  version: 0.0.0-use.local\n";
        assert_eq!(names(yarn(berry)), ["a@1.2.0"]);
        assert_eq!(
            hashes("sha512-x sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
            [("SHA-256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855".to_owned())]
        );
    }
}
