//! `package-lock.json` of all versions, `npm-shrinkwrap.json`, `package.json`.

use std::collections::HashSet;

use sigyl_core::{
    Span,
    node::{Mapping, Node, NodeValue},
};

use super::{Ecosystem, Origin, Relation, ToldBy, UnreadReason, read::Collector};

/// The groups of a package file, and whether they are developers'.
const GROUPS: &[(&str, bool)] =
    &[("dependencies", false), ("optionalDependencies", false), ("devDependencies", true)];

pub(super) fn lock(out: &mut Collector<'_>) -> Result<(), UnreadReason> {
    let root = out.json()?;
    if let Some(packages) = root.get("packages").and_then(Node::as_mapping) {
        return packages_of(packages, out);
    }
    match root.get("dependencies").and_then(Node::as_mapping) {
        Some(dependencies) => nested(dependencies, out),
        // A package without dependencies.
        None if root.get("lockfileVersion").is_some() => Ok(()),
        None => Err(UnreadReason::UnknownFormat),
    }
}

/// Versions 2 and 3: one flat mapping by folder.
fn packages_of(packages: &Mapping, out: &mut Collector<'_>) -> Result<(), UnreadReason> {
    let mut direct: HashSet<String> = HashSet::new();
    for (path, entry) in &packages.entries {
        if path.rsplit_once("node_modules/").is_none() {
            // The root, and the folders of a workspace.
            for (group, _) in GROUPS {
                let Some(names) = entry.value.get(group).and_then(Node::as_mapping) else { continue };
                for name in names.entries.keys() {
                    // A workspace's packages lie in its own folder, or in the root's.
                    direct.insert(format!("{path}{}node_modules/{name}", slash(path)));
                    direct.insert(format!("node_modules/{name}"));
                }
            }
        }
    }
    for (path, entry) in &packages.entries {
        let Some((_, folder)) = path.rsplit_once("node_modules/") else { continue };
        let package = &entry.value;
        if is_true(package, "link") || is_true(package, "inBundle") {
            continue;
        }
        let name = package.get("name").and_then(Node::as_str).unwrap_or(folder);
        let mut found = out.dependency(Ecosystem::Npm, name, entry.key_span);
        fill(&mut found, package);
        found.has_install_script = is_true(package, "hasInstallScript");
        found.is_dev |= is_true(package, "devOptional");
        found.relation = if direct.contains(path.as_str()) { Relation::Direct } else { Relation::Transitive };
        out.add(found)?;
    }
    Ok(())
}

fn slash(path: &str) -> &'static str {
    if path.is_empty() { "" } else { "/" }
}

/// Version 1: packages inside packages. The reader of JSON has bounded the depth.
fn nested(root: &Mapping, out: &mut Collector<'_>) -> Result<(), UnreadReason> {
    let mut open = vec![root];
    while let Some(packages) = open.pop() {
        for (name, entry) in &packages.entries {
            if !is_true(&entry.value, "bundled") {
                let mut found = out.dependency(Ecosystem::Npm, name, entry.key_span);
                fill(&mut found, &entry.value);
                out.add(found)?;
            }
            open.extend(entry.value.get("dependencies").and_then(Node::as_mapping));
        }
    }
    Ok(())
}

fn fill(found: &mut super::Dependency, package: &Node) {
    let text = |key: &str| package.get(key).and_then(Node::as_str);
    let version = text("version");
    found.version = version.map(str::to_owned);
    let address = text("resolved");
    found.origin = match address.or(version).and_then(Origin::of_specifier) {
        // What the registry gives is an archive at an address, too.
        Some(Origin::Url(url)) => Origin::Registry(Some(url)),
        Some(origin) => origin,
        None => Origin::Registry(address.map(str::to_owned)),
    };
    found.has_digest = matches!(found.origin, Origin::Registry(Some(_))).then(|| text("integrity").is_some());
    found.is_dev = is_true(package, "dev");
}

fn is_true(node: &Node, key: &str) -> bool {
    node.get(key).is_some_and(|value| value.value == NodeValue::Bool(true))
}

pub(super) fn package(out: &mut Collector<'_>) -> Result<(), UnreadReason> {
    let root = out.json()?;
    for (group, is_dev) in GROUPS {
        let Some(wanted) = root.get(group).and_then(Node::as_mapping) else { continue };
        for (name, entry) in &wanted.entries {
            let Some(specifier) = entry.value.as_str() else { continue };
            // `"zod": "npm:other@1"` installs the other.
            let (name, specifier) = match specifier.strip_prefix("npm:") {
                Some(alias) => match alias.get(1..).and_then(|rest| rest.rfind('@')) {
                    Some(at) => (&alias[..at + 1], &alias[at + 2..]),
                    None => (alias, "*"),
                },
                None => (name.as_str(), specifier),
            };
            let mut found =
                out.dependency(Ecosystem::Npm, name, Span::new(entry.key_span.start, entry.value.span.end));
            found.origin = Origin::of_specifier(specifier).unwrap_or(Origin::Registry(None));
            found.version = exact(specifier).map(str::to_owned);
            found.wanted = Some(specifier.to_owned());
            found.is_dev = *is_dev;
            found.relation = Relation::Direct;
            found.told_by = ToldBy::PackageFile;
            out.add(found)?;
        }
    }
    Ok(())
}

/// The version, where a range allows one only.
fn exact(range: &str) -> Option<&str> {
    let text = range.trim().trim_start_matches('=').trim_start_matches('v');
    let is_version = text.split('.').count() >= 3
        && text.starts_with(|c: char| c.is_ascii_digit())
        && !text.contains([' ', '|', '*', 'x', 'X']);
    is_version.then_some(text)
}
