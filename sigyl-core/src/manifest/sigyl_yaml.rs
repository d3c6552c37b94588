//! `mcp.yaml`, our own format. Its schema is [`super::schema`]; the key lists here are the ones that it has.

use super::{
    context::{Context, show},
    fields::{Fields, Text},
    model::{InjectionMethod, Manifest, ManifestTool, Runtime, ServerName, Transport, ValueType},
    node::{Node, NodeValue},
    secrets, values,
};

/// Keys of the file.
pub(crate) const KEYS: [&str; 15] = [
    "name",
    "description",
    "version",
    "runtime",
    "transport",
    "port",
    "path",
    "category",
    "tags",
    "tools",
    "secrets",
    "build",
    "resources",
    "network",
    "stateless",
];
/// Keys of a tool.
pub(crate) const TOOL_KEYS: [&str; 4] = ["name", "description", "inputSchema", "outputSchema"];
/// Keys of a secret.
pub(crate) const SECRET_KEYS: [&str; 5] = ["name", "description", "required", "type", "injection"];
/// Keys of an injection.
pub(crate) const INJECTION_KEYS: [&str; 2] = ["method", "name"];
/// Keys of the build.
pub(crate) const BUILD_KEYS: [&str; 6] =
    ["scripts_allowed", "command", "start", "dockerfile", "context", "secrets"];
/// Keys of the resources.
pub(crate) const RESOURCE_KEYS: [&str; 2] = ["memory", "cpu"];
/// Keys of the network.
pub(crate) const NETWORK_KEYS: [&str; 1] = ["allow"];

/// Words for the runtime.
pub(crate) const RUNTIMES: [(&str, Runtime); 5] = [
    ("node", Runtime::Node),
    ("python", Runtime::Python),
    ("go", Runtime::Go),
    ("rust", Runtime::Rust),
    ("container", Runtime::Container),
];
/// Words for the type of a secret.
pub(crate) const TYPES: [(&str, ValueType); 3] =
    [("string", ValueType::String), ("number", ValueType::Number), ("boolean", ValueType::Boolean)];
/// Words for the place of a secret.
pub(crate) const METHODS: [(&str, InjectionMethod); 4] = [
    ("header", InjectionMethod::Header),
    ("query", InjectionMethod::Query),
    ("body", InjectionMethod::Body),
    ("environment", InjectionMethod::Environment),
];

/// Header that carries a secret where the manifest names none, before the secret's name.
pub(crate) const HEADER_PREFIX: &str = "X-MCP-Secret-";
/// Build secrets that a manifest may name. Chosen.
pub(crate) const BUILD_SECRETS_MAX: usize = 20;
/// Longest name that the registry takes.
pub(crate) const MAX_NAME: usize = 200;

#[derive(Clone, Copy, PartialEq)]
enum Wire {
    Http,
    Stdio,
}

/// Reads the file.
pub(crate) fn read(node: &Node, ctx: &mut Context<'_>) -> Option<Manifest> {
    let root = Fields::root(ctx, node)?;
    root.check_keys(ctx, &KEYS);
    let mut manifest = Manifest::default();
    if let Some(name) = root.required_string(ctx, "name", "my-server") {
        ctx.say("name", name.span);
        check_name(ctx, name);
        manifest.name = Some(ServerName(name.text.to_owned()));
    }
    manifest.description = said_string(ctx, &root, "description");
    manifest.version = said_string(ctx, &root, "version");
    manifest.category = said_string(ctx, &root, "category");
    if let Some((runtime, span)) = root.choice(ctx, "runtime", &RUNTIMES) {
        ctx.say("runtime", span);
        manifest.runtime = Some(runtime);
    }
    manifest.transport = transport(ctx, &root);
    if let Some(tags) = root.strings(ctx, "tags") {
        ctx.say("tags", root.key_span("tags"));
        manifest.tags = tags.iter().map(|tag| tag.text.to_owned()).collect();
    }
    manifest.tools = tools(ctx, &root);
    manifest.requirements = secrets::read(ctx, &root, manifest.transport.as_ref());
    build(ctx, &root, &mut manifest);
    resources(ctx, &root, &mut manifest);
    network(ctx, &root, &mut manifest);
    if let Some(stateless) = root.boolean(ctx, "stateless") {
        ctx.say("stateless", root.key_span("stateless"));
        manifest.stateless = stateless;
    }
    Some(manifest)
}

fn said_string(ctx: &mut Context<'_>, root: &Fields<'_>, key: &'static str) -> Option<String> {
    let text = root.string(ctx, key)?;
    if text.text.trim().is_empty() {
        ctx.warning(
            "empty-value",
            text.span,
            format!("`{key}` is empty"),
            "Give it a value, or remove the key",
        );
        return None;
    }
    if key == "version" {
        values::check_version(ctx, text, key);
    }
    ctx.say(key, text.span);
    Some(text.text.to_owned())
}

/// What the registry demands of a name, with or without a namespace.
fn check_name(ctx: &mut Context<'_>, name: Text<'_>) {
    let part = |part: &str| {
        part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
            && part.starts_with(|first: char| first.is_ascii_alphanumeric())
            && part.ends_with(|last: char| last.is_ascii_alphanumeric())
    };
    let parts: Vec<&str> = name.text.split('/').collect();
    if parts.len() <= 2 && parts.iter().all(|text| part(text)) && name.text.len() <= MAX_NAME {
        return;
    }
    let slug: String = name
        .text
        .chars()
        .take(MAX_NAME)
        .map(|character| if character.is_ascii_alphanumeric() { character.to_ascii_lowercase() } else { '-' })
        .collect();
    let slug: Vec<&str> = slug.split('-').filter(|part| !part.is_empty()).collect();
    let slug = if slug.is_empty() { "my-server".to_owned() } else { slug.join("-") };
    let message = format!(
        "`{}` is no server name: letters, digits, `.`, `_` and `-`, with a namespace before one `/` if any",
        show(name.text)
    );
    ctx.error("invalid-value", name.span, message, format!("Write `name: {slug}`"));
}

fn transport(ctx: &mut Context<'_>, root: &Fields<'_>) -> Option<Transport> {
    let port = root.port(ctx, "port");
    let path = root.string(ctx, "path").filter(|path| {
        let good = path.text.starts_with('/') && !path.text.contains([' ', '?', '#', '\\']);
        if !good {
            let message = format!("`path` is no path of a URL: `{}`", show(path.text));
            ctx.error("invalid-value", path.span, message, "Write a path that starts with `/`: `path: /mcp`");
        }
        good
    });
    let path = path.map(|path| path.text.to_owned());
    let words = [("http", Wire::Http), ("stdio", Wire::Stdio)];
    let has_address = port.is_some() || path.is_some();
    let legacy = root.get("transport").and_then(Node::as_str).and_then(|word| match word {
        "streamable-http" | "streamable_http" | "streamableHttp" | "sse" => Some(word),
        _ => None,
    });
    if let (Some(word), Some(node)) = (legacy, root.get("transport")) {
        let message = format!("`transport` cannot be `{word}`");
        ctx.error(
            "invalid-value",
            node.span,
            message,
            "Write `transport: http`, which means streamable HTTP",
        );
        return None;
    }
    match root.choice(ctx, "transport", &words) {
        Some((Wire::Http, span)) => {
            ctx.say("transport", span);
            Some(Transport::Http { port, path })
        }
        Some((Wire::Stdio, span)) => {
            ctx.say("transport", span);
            for key in ["port", "path"] {
                if root.get(key).is_some() {
                    let message = format!("`{key}` means nothing with `transport: stdio`");
                    let mend = format!("Remove `{key}`, or write `transport: http`");
                    ctx.warning("unused-key", root.key_span(key), message, mend);
                }
            }
            Some(Transport::Stdio)
        }
        None if has_address && root.get("transport").is_none() => {
            ctx.say("transport", root.key_span(if port.is_some() { "port" } else { "path" }));
            Some(Transport::Http { port, path })
        }
        None => None,
    }
}

fn tools(ctx: &mut Context<'_>, root: &Fields<'_>) -> Vec<ManifestTool> {
    let mut tools: Vec<ManifestTool> = Vec::new();
    let mut names = std::collections::HashSet::new();
    for tool in root.mappings(ctx, "tools") {
        tool.check_keys(ctx, &TOOL_KEYS);
        let Some(name) = tool.required_string(ctx, "name", "my_tool") else { continue };
        if !names.insert(name.text) {
            let message = format!("the tool `{}` is declared twice", show(name.text));
            ctx.error("duplicate-name", name.span, message, "Remove one of them, or rename it");
            continue;
        }
        let description = tool.string(ctx, "description").map(|text| text.text.to_owned());
        let schema = |ctx: &mut Context<'_>, key| {
            let node = tool.get(key)?;
            let schema = Fields::of(ctx, node, tool.name_of(key))?;
            if schema.get("type").and_then(Node::as_str) != Some("object") {
                let message =
                    format!("`{}` must describe an object, as MCP demands", show(&tool.name_of(key)));
                ctx.warning("invalid-value", tool.key_span(key), message, "Add `type: object` to the schema");
            }
            Some(node.to_json())
        };
        tools.push(ManifestTool {
            name: name.text.to_owned(),
            description,
            input_schema: schema(ctx, "inputSchema"),
            output_schema: schema(ctx, "outputSchema"),
            location: Some(ctx.location(name.span)),
        });
    }
    if !tools.is_empty() {
        ctx.say("tools", root.key_span("tools"));
    }
    tools
}

fn build(ctx: &mut Context<'_>, root: &Fields<'_>, manifest: &mut Manifest) {
    let Some(build) = root.mapping(ctx, "build") else { return };
    build.check_keys(ctx, &BUILD_KEYS);
    let owned = |texts: Vec<Text<'_>>| texts.iter().map(|text| text.text.to_owned()).collect::<Vec<_>>();
    if let Some(names) = build.strings(ctx, "scripts_allowed") {
        ctx.say("build.scripts_allowed", build.key_span("scripts_allowed"));
        manifest.build.scripts_allowed = owned(names);
    }
    for (key, field) in [("command", "build.command"), ("start", "build.start")] {
        let Some(words) = build.strings(ctx, key).map(owned) else { continue };
        if words.first().is_none_or(String::is_empty) {
            let message = format!("`{field}` names no program");
            ctx.error(
                "invalid-value",
                build.key_span(key),
                message,
                format!("Write `{key}: [node, dist/index.js]`"),
            );
            continue;
        }
        ctx.say(field, build.key_span(key));
        if key == "command" {
            manifest.build.command = Some(words)
        } else {
            manifest.build.start = Some(words)
        }
    }
    if let Some(path) = build.string(ctx, "dockerfile")
        && let Some(resolved) = values::tree_path(ctx, path, "build.dockerfile")
    {
        values::check_file(ctx, &resolved, path, "build.dockerfile");
        ctx.say("build.dockerfile", path.span);
        manifest.build.dockerfile = Some(resolved);
    }
    if let Some(path) = build.string(ctx, "context")
        && let Some(resolved) = values::tree_path(ctx, path, "build.context")
    {
        ctx.say("build.context", path.span);
        manifest.build.context = Some(resolved).filter(|folder| !folder.is_empty());
    }
    if let Some(names) = build.strings(ctx, "secrets") {
        ctx.say("build.secrets", build.key_span("secrets"));
        manifest.build.secrets = build_secrets(ctx, names);
    }
}

/// Names of secrets, each of which becomes a variable of that name.
fn build_secrets(ctx: &mut Context<'_>, names: Vec<Text<'_>>) -> Vec<String> {
    let mut known: Vec<String> = Vec::new();
    for name in names {
        if !values::is_variable_name(name.text) {
            let message = format!("`{}` is no name of a build secret", show(name.text));
            let mend =
                "Write the name of a variable, and give the value when you deploy: `secrets: [NPM_TOKEN]`";
            ctx.error("invalid-value", name.span, message, mend);
        } else if known.iter().any(|it| it == name.text) {
            let message = format!("the build secret `{}` is declared twice", show(name.text));
            ctx.error("duplicate-name", name.span, message, "Remove one of them");
        } else if known.len() == BUILD_SECRETS_MAX {
            let message = format!("there are more than {BUILD_SECRETS_MAX} build secrets");
            ctx.error("invalid-value", name.span, message, "Keep those that the installation needs");
            break;
        } else {
            known.push(name.text.to_owned());
        }
    }
    known
}

fn resources(ctx: &mut Context<'_>, root: &Fields<'_>, manifest: &mut Manifest) {
    let Some(resources) = root.mapping(ctx, "resources") else { return };
    resources.check_keys(ctx, &RESOURCE_KEYS);
    if let Some(node) = resources.get("memory") {
        ctx.say("resources.memory", node.span);
        manifest.resources.memory_bytes = values::memory_bytes(ctx, node, "resources.memory");
    }
    if let Some(node) = resources.get("cpu") {
        ctx.say("resources.cpu", node.span);
        manifest.resources.cpu_millis = values::cpu_millis(ctx, node, "resources.cpu");
    }
}

fn network(ctx: &mut Context<'_>, root: &Fields<'_>, manifest: &mut Manifest) {
    let Some(network) = root.mapping(ctx, "network") else { return };
    network.check_keys(ctx, &NETWORK_KEYS);
    // `allow:` with nothing after it reads like "nothing", and is safer so.
    let empty = network.entries().find(|(key, _, node)| *key == "allow" && node.value == NodeValue::Null);
    if empty.is_some() {
        ctx.say("network.allow", network.key_span("allow"));
        manifest.network.allow = Some(Vec::new());
    }
    let Some(hosts) = network.strings(ctx, "allow") else { return };
    ctx.say("network.allow", network.key_span("allow"));
    manifest.network.allow = Some(hosts.into_iter().filter_map(|host| allowed_host(ctx, host)).collect());
}

fn allowed_host(ctx: &mut Context<'_>, host: Text<'_>) -> Option<String> {
    if values::is_host(host.text) {
        return Some(host.text.to_ascii_lowercase());
    }
    let inside = host.text.split_once("://").map_or(host.text, |(_, rest)| rest);
    let inside = inside.split(['/', '?', '#']).next().unwrap_or_default();
    let mend = if values::is_host(inside) {
        format!("Write the host alone: `{inside}`")
    } else {
        "Write a host name, with a port if it matters: `api.example.com`, `*.example.com:443`".to_owned()
    };
    ctx.error("invalid-value", host.span, format!("`{}` is no host name", show(host.text)), mend);
    None
}
