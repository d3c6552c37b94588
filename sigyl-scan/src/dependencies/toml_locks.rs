//! `uv.lock`, `poetry.lock`, `pdm.lock`, `Cargo.lock`: lists of tables called `package`.

use std::collections::HashSet;

use sigyl_core::node::Node;

use super::{Ecosystem, Origin, UnreadReason, read::Collector};

fn packages(root: &Node) -> Result<&[Node], UnreadReason> {
    match root.get("package") {
        Some(packages) => packages.as_sequence().ok_or(UnreadReason::UnknownFormat),
        None if root.get("version").is_some() || root.get("metadata").is_some() => Ok(&[]),
        None => Err(UnreadReason::UnknownFormat),
    }
}

pub(super) fn uv(out: &mut Collector<'_>) -> Result<(), UnreadReason> {
    let root = out.toml()?;
    let mut direct: HashSet<&str> = HashSet::new();
    for package in packages(&root)? {
        let text = |key: &str| package.get(key).and_then(Node::as_str);
        let Some(name) = package.get("name") else { continue };
        let source = package.get("source");
        let of_source = |key: &str| source.and_then(|it| it.get(key)).and_then(Node::as_str);
        let mut found = out.dependency(Ecosystem::PyPi, name.as_str().unwrap_or_default(), name.span);
        found.version = text("version").map(str::to_owned);
        found.origin = if let Some(url) = of_source("git") {
            let (url, reference) = url.split_once('#').unwrap_or((url, ""));
            Origin::Git { url: url.to_owned(), reference: Some(reference.to_owned()) }
        } else if let Some(url) = of_source("url") {
            Origin::Url(url.to_owned())
        } else if let Some(url) = of_source("registry") {
            Origin::Registry(Some(url.to_owned()))
        } else {
            // The tree's own packages say what they ask for.
            let asked = package.get("dependencies").and_then(Node::as_sequence).unwrap_or_default();
            direct.extend(asked.iter().filter_map(|it| it.get("name")).filter_map(Node::as_str));
            Origin::Local
        };
        if matches!(found.origin, Origin::Registry(_)) {
            let wheels = package.get("wheels").and_then(Node::as_sequence).unwrap_or_default();
            let mut archives = wheels.iter().chain(package.get("sdist"));
            found.has_digest = Some(archives.all(|archive| archive.get("hash").is_some()));
        }
        out.add(found)?;
    }
    if !direct.is_empty() {
        out.relate(|dependency| direct.contains(dependency.name.as_str()));
    }
    Ok(())
}

pub(super) fn poetry(out: &mut Collector<'_>) -> Result<(), UnreadReason> {
    let root = out.toml()?;
    for package in packages(&root)? {
        let text = |key: &str| package.get(key).and_then(Node::as_str);
        let Some(name) = package.get("name") else { continue };
        let mut found = out.dependency(Ecosystem::PyPi, name.as_str().unwrap_or_default(), name.span);
        found.version = text("version").map(str::to_owned);
        found.is_dev = text("category") == Some("dev");
        let source = package.get("source");
        let of_source = |key: &str| source.and_then(|it| it.get(key)).and_then(Node::as_str);
        let url = of_source("url").unwrap_or_default().to_owned();
        found.origin = match of_source("type") {
            Some("git") => Origin::Git {
                url,
                reference: of_source("resolved_reference").or(of_source("reference")).map(str::to_owned),
            },
            Some("url") => Origin::Url(url),
            Some("directory" | "file") => Origin::Local,
            Some(_) => Origin::Registry(Some(url)),
            None => match (text("git"), text("path")) {
                (Some(url), _) => {
                    Origin::Git { url: url.to_owned(), reference: text("revision").map(str::to_owned) }
                }
                (None, Some(_)) => Origin::Local,
                (None, None) => Origin::Registry(None),
            },
        };
        out.add(found)?;
    }
    Ok(())
}

pub(super) fn cargo(out: &mut Collector<'_>) -> Result<(), UnreadReason> {
    let root = out.toml()?;
    for package in packages(&root)? {
        let text = |key: &str| package.get(key).and_then(Node::as_str);
        let Some(name) = package.get("name") else { continue };
        let mut found = out.dependency(Ecosystem::CratesIo, name.as_str().unwrap_or_default(), name.span);
        found.version = text("version").map(str::to_owned);
        found.origin = match text("source") {
            None => Origin::Local,
            Some(source) => match source.strip_prefix("git+") {
                Some(git) => {
                    let (url, reference) = git.split_once('#').unwrap_or((git, ""));
                    Origin::Git { url: url.to_owned(), reference: Some(reference.to_owned()) }
                }
                None => Origin::Registry(Some(source.trim_start_matches("registry+").to_owned())),
            },
        };
        found.has_digest = matches!(found.origin, Origin::Registry(_)).then(|| text("checksum").is_some());
        out.add(found)?;
    }
    Ok(())
}
