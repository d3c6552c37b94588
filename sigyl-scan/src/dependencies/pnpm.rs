//! `pnpm-lock.yaml`, formats 5 to 9.

use std::collections::HashSet;

use sigyl_core::node::{Node, NodeValue};

use super::{Ecosystem, Origin, Relation, UnreadReason, read::Collector};

pub(super) fn lock(out: &mut Collector<'_>) -> Result<(), UnreadReason> {
    let root = out.yaml()?;
    let mut direct = HashSet::new();
    asked_for(&root, &mut direct);
    if let Some(importers) = root.get("importers").and_then(Node::as_mapping) {
        importers.entries.values().for_each(|importer| asked_for(&importer.value, &mut direct));
    }
    let Some(packages) = root.get("packages").and_then(Node::as_mapping) else {
        return if root.get("lockfileVersion").is_some() { Ok(()) } else { Err(UnreadReason::UnknownFormat) };
    };
    for (key, entry) in &packages.entries {
        let package = &entry.value;
        let text = |key: &str| package.get(key).and_then(Node::as_str);
        let split = name_and_version(key);
        let (name, version) = match (text("name"), split) {
            (Some(name), _) => (name, text("version").unwrap_or_default()),
            (None, Some(split)) => split,
            (None, None) => continue,
        };
        let mut found = out.dependency(Ecosystem::Npm, name, entry.key_span);
        let resolution = package.get("resolution");
        let of_resolution = |key: &str| resolution.and_then(|it| it.get(key)).and_then(Node::as_str);
        found.version = Some(text("version").unwrap_or(version).to_owned());
        found.origin = match (of_resolution("repo"), of_resolution("tarball")) {
            (Some(repository), _) => Origin::Git {
                url: repository.to_owned(),
                reference: of_resolution("commit").map(str::to_owned),
            },
            (None, tarball) => match Origin::of_specifier(version) {
                Some(origin) => origin,
                None => Origin::Registry(tarball.map(str::to_owned)),
            },
        };
        if matches!(found.origin, Origin::Registry(_)) {
            found.has_digest = Some(of_resolution("integrity").is_some());
        }
        found.has_install_script =
            package.get("requiresBuild").is_some_and(|it| it.value == NodeValue::Bool(true));
        found.is_dev = package.get("dev").is_some_and(|it| it.value == NodeValue::Bool(true));
        found.relation = if direct.contains(name) { Relation::Direct } else { Relation::Transitive };
        out.add(found)?;
    }
    Ok(())
}

fn asked_for(importer: &Node, direct: &mut HashSet<String>) {
    for group in ["dependencies", "optionalDependencies", "devDependencies"] {
        if let Some(names) = importer.get(group).and_then(Node::as_mapping) {
            direct.extend(names.entries.keys().cloned());
        }
    }
}

/// Splits `/name/1.0.0_peer`, `/name@1.0.0(peer)` and `name@1.0.0`.
fn name_and_version(key: &str) -> Option<(&str, &str)> {
    let has_slash = key.starts_with('/');
    let key = key.strip_prefix('/').unwrap_or(key);
    let key = key.split('(').next().unwrap_or(key);
    let after_scope = if key.starts_with('@') { key.find('/')? + 1 } else { 0 };
    let rest = &key[after_scope..];
    // Before format 6 a slash stands between them, and an `@` may follow in the peers.
    let at = rest.find(|c| c == '@' || (has_slash && c == '/')).filter(|at| *at > 0)?;
    let version = rest[at + 1..].split('_').next().unwrap_or_default();
    Some((&key[..after_scope + at], version))
}
