//! `Cargo.toml`: what can be told of a server that has no manifest of its own.

use super::{
    context::Context,
    fields::Fields,
    model::{Manifest, Runtime, ServerName},
    node::Node,
};

/// Reads the file. It is no manifest, so that only what cannot be used is told.
pub(crate) fn read(node: &Node, ctx: &mut Context<'_>) -> Option<Manifest> {
    let root = Fields::root(ctx, node)?;
    let mut manifest = Manifest { runtime: Some(Runtime::Rust), ..Manifest::default() };
    ctx.say("runtime", root.head_span());
    let package = root.get("package");
    let inherited = root.get("workspace").and_then(|workspace| workspace.get("package"));
    // `version.workspace = true` is a mapping, not text.
    let field = |key: &str| {
        let own = package?.get(key)?;
        if own.as_mapping().is_some() { inherited?.get(key) } else { Some(own) }
    };
    manifest.name = field("name").and_then(Node::as_str).map(|name| ServerName(name.to_owned()));
    manifest.description = field("description").and_then(Node::as_str).map(str::to_owned);
    if let Some(node) = field("version")
        && let Some(version) = node.as_str()
    {
        ctx.say("version", node.span);
        manifest.version = Some(version.to_owned());
    }
    Some(manifest)
}
