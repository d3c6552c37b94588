//! Lock files of Python's tools, each as a complete list of exact versions with hashes.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use sigyl_core::{
    Span,
    node::{Node, NodeValue},
};

use super::requirement::{Requirement, is_hash};
use crate::plan::project::Project;

/// Why a lock file cannot be installed from.
pub(super) struct LockProblem {
    pub(super) code: &'static str,
    pub(super) span: Option<Span>,
    pub(super) message: String,
    pub(super) mend: &'static str,
}

type Read = Result<Vec<Requirement>, LockProblem>;

/// Reads one kind of lock file.
type Reader = fn(&Project<'_>, &str) -> Read;

/// Lock files, in the order in which they count.
pub(super) const LOCKS: &[(&str, Reader)] = &[
    ("uv.lock", uv),
    ("pylock.toml", pylock),
    ("poetry.lock", grouped),
    ("pdm.lock", grouped),
    ("Pipfile.lock", pipfile),
];

/// Conditions under which one package is needed that are kept apart; with more it is needed always. Chosen.
const MAX_CONDITIONS: usize = 16;
/// Packages that one list may have. Chosen: ten times the largest that is known.
const MAX_PACKAGES: usize = 20_000;

fn unread() -> LockProblem {
    problem("lock-not-usable", None, "it cannot be read", "Make it anew, and commit it")
}

fn problem(
    code: &'static str,
    span: Option<Span>,
    message: impl Into<String>,
    mend: &'static str,
) -> LockProblem {
    LockProblem { code, span, message: message.into(), mend }
}

fn elsewhere(name: &Node) -> LockProblem {
    let shown: String = name.as_str().unwrap_or_default().chars().take(60).collect();
    problem(
        "dependency-not-allowed",
        Some(name.span),
        format!("`{}` is not taken from the index, where wheels are", shown.escape_debug()),
        "Depend on a published version, or bring a Dockerfile of your own",
    )
}

fn text<'n>(node: &'n Node, key: &str) -> &'n str {
    node.get(key).and_then(Node::as_str).unwrap_or_default()
}

fn list<'n>(node: &'n Node, key: &str) -> &'n [Node] {
    node.get(key).and_then(Node::as_sequence).unwrap_or_default()
}

fn requirement(
    name: &Node,
    version: &str,
    marker: &str,
    hashes: BTreeSet<String>,
) -> Result<Requirement, LockProblem> {
    let shown = || name.as_str().unwrap_or_default().chars().take(60).collect::<String>();
    if hashes.is_empty() {
        let message = format!("`{}` has no hash", shown().escape_debug());
        return Err(problem("no-hashes", Some(name.span), message, "Make the lock file anew, and commit it"));
    }
    Requirement::exact(name.as_str().unwrap_or_default(), version, marker, hashes.into_iter().collect())
        .map_err(|why| {
            let message = format!("`{}` cannot be installed: {why}", shown().escape_debug());
            problem(
                "dependency-not-allowed",
                Some(name.span),
                message,
                "Make the lock file anew, and commit it",
            )
        })
}

/// `uv.lock`: a graph from the project's own package, with a condition on each edge.
fn uv(project: &Project<'_>, path: &str) -> Read {
    let root = project.toml(path).ok_or_else(unread)?;
    let packages = list(&root, "package");
    let mut by_name: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, package) in packages.iter().enumerate() {
        by_name.entry(text(package, "name")).or_default().push(at);
    }
    let is_own = |package: &Node| {
        let source = package.get("source");
        ["editable", "virtual"].iter().any(|key| source.is_some_and(|source| text(source, key) == "."))
    };
    let Some(start) = packages.iter().position(is_own) else {
        return Err(problem(
            "lock-not-usable",
            None,
            "it has no package of the project itself",
            "Run `uv lock` in the project's own folder",
        ));
    };
    // Conditions of each package; an empty one is always true. Each package is looked at again when it gets another.
    let mut conditions: BTreeMap<(usize, String), BTreeSet<String>> = BTreeMap::new();
    let mut open = VecDeque::from([(start, String::new(), String::new())]);
    while let Some((at, extra, condition)) = open.pop_front() {
        let known = conditions.entry((at, extra.clone())).or_default();
        if known.contains("") || known.contains(&condition) {
            continue;
        }
        let condition =
            if known.len() >= MAX_CONDITIONS || condition.len() > 2_000 { String::new() } else { condition };
        if condition.is_empty() {
            known.clear();
        }
        known.insert(condition.clone());
        let Some(package) = packages.get(at) else { continue };
        let edges = if extra.is_empty() {
            list(package, "dependencies")
        } else {
            package.get("optional-dependencies").map_or(&[][..], |optional| list(optional, &extra))
        };
        for edge in edges {
            let candidates = by_name.get(text(edge, "name")).map(Vec::as_slice).unwrap_or_default();
            let version = text(edge, "version");
            let target = candidates.iter().find(|at| {
                version.is_empty() || packages.get(**at).is_some_and(|it| text(it, "version") == version)
            });
            let Some(target) = target else {
                return Err(problem(
                    "lock-not-usable",
                    Some(edge.span),
                    "it names a package that it has not",
                    "Run `uv lock`",
                ));
            };
            let condition = both(&condition, text(edge, "marker"));
            open.push_back((*target, String::new(), condition.clone()));
            for extra in list(edge, "extra").iter().filter_map(Node::as_str) {
                open.push_back((*target, extra.to_owned(), condition.clone()));
            }
        }
    }
    let mut needed: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
    for ((at, extra), conditions) in conditions {
        if extra.is_empty() && at != start {
            needed.entry(at).or_default().extend(conditions);
        }
    }
    let mut all = Vec::new();
    for (at, conditions) in needed {
        let Some(package) = packages.get(at) else { continue };
        let Some(name) = package.get("name") else { return Err(unread()) };
        if package.get("source").is_none_or(|source| source.get("registry").is_none()) {
            return Err(elsewhere(name));
        }
        let archives = list(package, "wheels").iter().chain(package.get("sdist"));
        let hashes = archives.map(|it| text(it, "hash").to_owned()).filter(|hash| is_hash(hash)).collect();
        all.push(requirement(name, text(package, "version"), &either(&conditions), hashes)?);
        if all.len() > MAX_PACKAGES {
            return Err(unread());
        }
    }
    Ok(all)
}

/// A condition that holds when both do.
fn both(a: &str, b: &str) -> String {
    match (a, b.trim()) {
        ("", b) => b.to_owned(),
        (a, "") => a.to_owned(),
        (a, b) if a == b => a.to_owned(),
        (a, b) => format!("({a}) and ({b})"),
    }
}

/// A condition that holds when one of them does.
fn either(conditions: &BTreeSet<String>) -> String {
    let mut all = conditions.iter();
    match (all.next(), all.next()) {
        (None, _) => String::new(),
        (Some(one), None) => one.clone(),
        _ if conditions.contains("") => String::new(),
        _ => conditions.iter().map(|it| format!("({it})")).collect::<Vec<_>>().join(" or "),
    }
}

/// `poetry.lock` since 2.1 and `pdm.lock`: each package says for which groups it is there, and where.
fn grouped(project: &Project<'_>, path: &str) -> Read {
    let root = project.toml(path).ok_or_else(unread)?;
    let main = if path == "pdm.lock" { "default" } else { "main" };
    let mut all = Vec::new();
    for package in list(&root, "package") {
        let Some(name) = package.get("name") else { return Err(unread()) };
        let Some(groups) = package.get("groups").and_then(Node::as_sequence) else {
            let message = "it does not say which packages only developers need";
            return Err(problem(
                "lock-not-usable",
                Some(name.span),
                message,
                "Make it anew with Poetry 2 (`poetry lock`) or PDM 2.13",
            ));
        };
        let is_optional = package.get("optional").is_some_and(|node| node.value == NodeValue::Bool(true));
        if is_optional || !groups.iter().any(|group| group.as_str() == Some(main)) {
            continue;
        }
        let marker = ["markers", "marker"].iter().find_map(|key| package.get(key));
        let marker = marker.map_or("", |marker| marker.as_str().unwrap_or_else(|| text(marker, main)));
        let kind = package.get("source").map_or("", |source| text(source, "type"));
        let is_elsewhere =
            !matches!(kind, "" | "legacy") || package.get("git").is_some() || package.get("path").is_some();
        if is_elsewhere || package.get("url").is_some() {
            return Err(elsewhere(name));
        }
        let hashes = list(package, "files").iter().map(|file| text(file, "hash").to_owned());
        let hashes = hashes.filter(|hash| is_hash(hash)).collect();
        all.push(requirement(name, text(package, "version"), marker, hashes)?);
    }
    Ok(all)
}

/// `pylock.toml`, PEP 751.
fn pylock(project: &Project<'_>, path: &str) -> Read {
    let root = project.toml(path).ok_or_else(unread)?;
    let mut all = Vec::new();
    for package in list(&root, "packages") {
        let Some(name) = package.get("name") else { return Err(unread()) };
        if ["vcs", "directory", "archive"].iter().any(|key| package.get(key).is_some()) {
            return Err(elsewhere(name));
        }
        let archives = list(package, "wheels").iter().chain(package.get("sdist"));
        let hashes = archives.filter_map(|archive| {
            let digest = text(archive.get("hashes")?, "sha256");
            Some(format!("sha256:{digest}")).filter(|hash| is_hash(hash))
        });
        let marker = text(package, "marker");
        if marker.contains("extras") || marker.contains("dependency_groups") {
            continue;
        }
        all.push(requirement(name, text(package, "version"), marker, hashes.collect())?);
    }
    Ok(all)
}

/// `Pipfile.lock`.
fn pipfile(project: &Project<'_>, path: &str) -> Read {
    let root = project.json(path).ok_or_else(unread)?;
    let packages = root.get("default").and_then(Node::as_mapping).ok_or_else(unread)?;
    let mut all = Vec::new();
    for (name, entry) in &packages.entries {
        let name = Node { value: NodeValue::String(name.clone()), span: entry.key_span };
        let version = text(&entry.value, "version").trim_start_matches('=');
        if version.is_empty() {
            return Err(elsewhere(&name));
        }
        let hashes = list(&entry.value, "hashes").iter().filter_map(Node::as_str).map(str::to_owned);
        let hashes = hashes.filter(|hash| is_hash(hash)).collect();
        all.push(requirement(&name, version, text(&entry.value, "markers"), hashes)?);
    }
    Ok(all)
}
