//! `go.sum` and `Cargo.lock`.

use sigyl_core::node::{self, Node};

use super::{Component, MAX_COMPONENTS};

/// Values and bytes of one lock file, as many as the scanner reads.
const MAX_NODES: usize = 1_500_000;
const MAX_BYTES: usize = 8 << 20;

/// Modules whose content `go.sum` has a hash of. The hash is of a list of files, so that it is no hash of an archive.
pub(super) fn go<'t>(text: impl Fn(&str) -> Option<&'t str>) -> Vec<Component> {
    let lines = text("go.sum").unwrap_or_default().lines();
    let found = lines.filter_map(|line| {
        let mut words = line.split_whitespace();
        let (module, version, hash) = (words.next()?, words.next()?, words.next()?);
        (!version.ends_with("/go.mod")).then(|| Component {
            name: module.to_owned(),
            version: Some(version.to_owned()),
            properties: vec![("sigyl:go-sum", hash.to_owned())],
            ..Component::default()
        })
    });
    found.take(MAX_COMPONENTS).collect()
}

/// Crates of a registry.
pub(super) fn rust<'t>(text: impl Fn(&str) -> Option<&'t str>) -> Vec<Component> {
    let (root, _) = node::read_toml_within(text("Cargo.lock").unwrap_or_default(), MAX_NODES, MAX_BYTES);
    let packages = root.get("package").and_then(Node::as_sequence).unwrap_or_default();
    let found = packages.iter().filter_map(|package| {
        let text = |key: &str| package.get(key).and_then(Node::as_str);
        // The tree's own crates have no source.
        text("source")?;
        let is_hash =
            |digits: &&str| digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        Some(Component {
            name: text("name")?.to_owned(),
            version: text("version").map(str::to_owned),
            hashes: text("checksum")
                .filter(is_hash)
                .map(|digits| ("SHA-256", digits.to_owned()))
                .into_iter()
                .collect(),
            ..Component::default()
        })
    });
    found.take(MAX_COMPONENTS).collect()
}
