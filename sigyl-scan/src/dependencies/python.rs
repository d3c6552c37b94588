//! `pyproject.toml` and `Pipfile.lock`.

use sigyl_core::node::{Node, NodeValue};

use super::{
    Dependency, Ecosystem, Origin, Relation, UnreadReason, read::Collector, requirements::requirement_of,
};

pub(super) fn pyproject(out: &mut Collector<'_>) -> Result<(), UnreadReason> {
    let root = out.toml()?;
    if let Some(project) = root.get("project") {
        list(project.get("dependencies"), false, out)?;
        let extras = project.get("optional-dependencies").and_then(Node::as_mapping);
        for entry in extras.into_iter().flat_map(|extras| extras.entries.values()) {
            list(Some(&entry.value), true, out)?;
        }
    }
    let groups = root.get("dependency-groups").and_then(Node::as_mapping);
    for entry in groups.into_iter().flat_map(|groups| groups.entries.values()) {
        list(Some(&entry.value), true, out)?;
    }
    let tool = |name: &str| root.get("tool").and_then(|tool| tool.get(name));
    if let Some(poetry) = tool("poetry") {
        table(poetry.get("dependencies"), false, out)?;
        table(poetry.get("dev-dependencies"), true, out)?;
        let groups = poetry.get("group").and_then(Node::as_mapping);
        for entry in groups.into_iter().flat_map(|groups| groups.entries.values()) {
            table(entry.value.get("dependencies"), true, out)?;
        }
    }
    // uv says where a requirement is taken from in a table of its own.
    let sources = tool("uv").and_then(|uv| uv.get("sources")).and_then(Node::as_mapping);
    for (name, entry) in sources.into_iter().flat_map(|sources| &sources.entries) {
        if entry.value.as_mapping().is_some() {
            let mut found = out.dependency(Ecosystem::PyPi, name, entry.value.span);
            found.origin = of_table(&entry.value);
            found.relation = Relation::Direct;
            if !matches!(found.origin, Origin::Registry(_)) {
                out.add(found)?;
            }
        }
    }
    Ok(())
}

fn list(node: Option<&Node>, is_dev: bool, out: &mut Collector<'_>) -> Result<(), UnreadReason> {
    for item in node.and_then(Node::as_sequence).unwrap_or_default() {
        let Some(text) = item.as_str() else { continue };
        let found = out.dependency(Ecosystem::PyPi, "", item.span);
        if let Some(found) = requirement_of(text, found) {
            out.add(Dependency { is_dev, relation: Relation::Direct, ..found })?;
        }
    }
    Ok(())
}

/// Poetry's form: a name and a range, or a table.
fn table(node: Option<&Node>, is_dev: bool, out: &mut Collector<'_>) -> Result<(), UnreadReason> {
    let Some(wanted) = node.and_then(Node::as_mapping) else { return Ok(()) };
    for (name, entry) in &wanted.entries {
        if name == "python" {
            continue;
        }
        let mut found = out.dependency(Ecosystem::PyPi, name, entry.key_span);
        found.is_dev = is_dev;
        found.relation = Relation::Direct;
        let range = match &entry.value.value {
            NodeValue::String(range) => Some(range.as_str()),
            _ => entry.value.get("version").and_then(Node::as_str),
        };
        found.wanted = range.map(str::to_owned);
        let is_exact =
            |text: &&str| text.starts_with(|c: char| c.is_ascii_digit()) && !text.contains(['*', ',', ' ']);
        found.version =
            range.map(|text| text.trim_start_matches('=').trim()).filter(is_exact).map(str::to_owned);
        if entry.value.as_mapping().is_some() {
            found.origin = of_table(&entry.value);
        }
        out.add(found)?;
    }
    Ok(())
}

fn of_table(node: &Node) -> Origin {
    let text = |key: &str| node.get(key).and_then(Node::as_str);
    if let Some(url) = text("git") {
        let reference = text("rev").or(text("ref")).or(text("tag")).or(text("branch"));
        return Origin::Git { url: url.to_owned(), reference: reference.map(str::to_owned) };
    }
    if let Some(url) = text("url") {
        return Origin::Url(url.to_owned());
    }
    if node.get("path").is_some() || node.get("workspace").is_some() {
        return Origin::Local;
    }
    Origin::Registry(None)
}

pub(super) fn pipfile_lock(out: &mut Collector<'_>) -> Result<(), UnreadReason> {
    let root = out.json()?;
    if root.get("_meta").is_none() && root.get("default").is_none() {
        return Err(UnreadReason::UnknownFormat);
    }
    for (group, is_dev) in [("default", false), ("develop", true)] {
        let Some(packages) = root.get(group).and_then(Node::as_mapping) else { continue };
        for (name, entry) in &packages.entries {
            let package = &entry.value;
            let mut found = out.dependency(Ecosystem::PyPi, name, entry.key_span);
            let version = package.get("version").and_then(Node::as_str);
            found.version = version.map(|text| text.trim_start_matches('=').to_owned());
            found.origin = of_table(package);
            found.has_digest =
                matches!(found.origin, Origin::Registry(_)).then(|| package.get("hashes").is_some());
            found.is_dev = is_dev;
            out.add(found)?;
        }
    }
    Ok(())
}
