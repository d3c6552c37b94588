//! `pyproject.toml`: what can be told of a server that has no manifest of its own.

use super::{
    context::Context,
    fields::Fields,
    model::{Manifest, Runtime, ServerName},
    node::Node,
};

/// Reads the file. It is no manifest, so that only what cannot be used is told.
pub(crate) fn read(node: &Node, ctx: &mut Context<'_>) -> Option<Manifest> {
    let root = Fields::root(ctx, node)?;
    let mut manifest = Manifest { runtime: Some(Runtime::Python), ..Manifest::default() };
    ctx.say("runtime", root.head_span());
    let tool = |name: &str| root.get("tool").and_then(|tool| tool.get(name));
    let Some(project) = root.get("project").or_else(|| tool("poetry")) else { return Some(manifest) };
    let text = |key: &str| project.get(key).and_then(Node::as_str);
    manifest.name = text("name").map(|name| ServerName(name.to_owned()));
    manifest.description = text("description").map(str::to_owned).filter(|text| !text.is_empty());
    if let Some(node) = project.get("version")
        && let Some(version) = node.as_str()
    {
        ctx.say("version", node.span);
        manifest.version = Some(version.to_owned());
    }
    if let Some(keywords) = project.get("keywords").and_then(Node::as_sequence) {
        manifest.tags = keywords.iter().filter_map(Node::as_str).map(str::to_owned).collect();
    }
    // A script is installed under its name; of several, the one that is called as the project is.
    if let Some(scripts) = project.get("scripts").and_then(Node::as_mapping) {
        let mut names = scripts.entries.keys();
        let only = names.next().filter(|_| scripts.entries.len() == 1);
        let same = text("name").and_then(|name| scripts.entries.get_key_value(name)).map(|(name, _)| name);
        manifest.build.start = same.or(only).map(|name| vec![name.clone()]);
    }
    Some(manifest)
}
