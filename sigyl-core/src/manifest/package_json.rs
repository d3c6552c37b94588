//! `package.json`: what can be told of a server that has no manifest of its own.

use super::{
    context::Context,
    fields::{Fields, Text},
    model::{Manifest, Runtime, ServerName},
    node::{Node, NodeValue},
    values,
};

/// Reads the file. It is no manifest, so that only what cannot be used is told.
pub(crate) fn read(node: &Node, ctx: &mut Context<'_>) -> Option<Manifest> {
    let root = Fields::root(ctx, node)?;
    let text =
        |key: &str| root.get(key).and_then(|node| Some(Text { text: node.as_str()?, span: node.span }));
    let mut manifest = Manifest { runtime: Some(Runtime::Node), ..Manifest::default() };
    ctx.say("runtime", root.head_span());
    // `mcpName` ties a package to its entry in the registry.
    manifest.name = text("mcpName").or(text("name")).map(|name| ServerName(name.text.to_owned()));
    manifest.description =
        text("description").map(|text| text.text.to_owned()).filter(|text| !text.is_empty());
    if let Some(version) = text("version") {
        ctx.say("version", version.span);
        manifest.version = Some(version.text.to_owned());
    }
    if let Some(keywords) = root.get("keywords").and_then(Node::as_sequence) {
        manifest.tags = keywords.iter().filter_map(Node::as_str).map(str::to_owned).collect();
    }
    let script =
        |name: &str| root.get("scripts").and_then(|scripts| scripts.get(name)).and_then(Node::as_str);
    if script("build").is_some() {
        manifest.build.command = Some(["npm", "run", "build"].map(str::to_owned).to_vec());
    }
    manifest.build.start = entry(ctx, &root)
        .map(|path| vec!["node".to_owned(), path])
        .or_else(|| script("start").map(|_| ["npm", "start"].map(str::to_owned).to_vec()))
        .or_else(|| {
            let main = text("main")?;
            values::tree_path(ctx, main, "main").map(|path| vec!["node".to_owned(), path])
        });
    Some(manifest)
}

/// The program: `bin`, where there is one alone, or one that is called as the package is.
fn entry(ctx: &mut Context<'_>, root: &Fields<'_>) -> Option<String> {
    let bin = root.get("bin")?;
    let name = root.get("name").and_then(Node::as_str).unwrap_or_default();
    let name = name.rsplit('/').next().unwrap_or(name);
    let node = match &bin.value {
        NodeValue::String(_) => bin,
        NodeValue::Mapping(mapping) if mapping.entries.len() == 1 => &mapping.entries.first()?.1.value,
        NodeValue::Mapping(mapping) => mapping.get(name)?,
        _ => return None,
    };
    let path = Text { text: node.as_str()?, span: node.span };
    values::tree_path(ctx, path, "bin").filter(|path| !path.is_empty())
}
