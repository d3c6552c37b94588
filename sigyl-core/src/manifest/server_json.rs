//! `server.json` of the MCP registry: schema 2025-12-11, the older ones, and those of 2025-07 in snake case.

use std::collections::HashSet;

use super::{
    context::{Context, show},
    fields::{Fields, Text},
    model::{Injection, InjectionMethod, Manifest, Requirement, ServerName, Transport, ValueType},
    node::Node,
    values,
};
use crate::Span;

/// Characters that the registry takes for a description; the limit of the schema.
const MAX_DESCRIPTION: usize = 100;

/// Reads the file. Its objects are open, so keys that we do not know are left alone.
pub(crate) fn read(node: &Node, ctx: &mut Context<'_>) -> Option<Manifest> {
    let outer = Fields::root(ctx, node)?;
    // Registries answer with the document inside `server`, and lists of them are often saved so.
    let root = match outer.get("server") {
        Some(inner) if outer.get("name").is_none() => Fields::of(ctx, inner, "server".to_owned())?,
        _ => outer,
    };
    let mut manifest = Manifest::default();
    if let Some(name) = root.required_string(ctx, "name", "io.github.you/my-server") {
        check_name(ctx, name);
        ctx.say("name", name.span);
        manifest.name = Some(ServerName(name.text.to_owned()));
    }
    let is_legacy = legacy(ctx, &root);
    if let Some(text) = root.required_string(ctx, "description", "\"What the server does\"") {
        let length = text.text.chars().count();
        if length == 0 || length > MAX_DESCRIPTION {
            let message =
                format!("`description` has {length} characters; the registry takes 1 to {MAX_DESCRIPTION}");
            let mend = format!("Say it in at most {MAX_DESCRIPTION} characters");
            if is_legacy {
                ctx.warning("invalid-value", text.span, message, mend);
            } else {
                ctx.error("invalid-value", text.span, message, mend);
            }
        }
        if length > 0 {
            ctx.say("description", text.span);
            manifest.description = Some(text.text.to_owned());
        }
    }
    manifest.version = version(ctx, &root);
    if let Some(repository) = root.mapping(ctx, "repository")
        && let Some(path) = repository.string(ctx, "subfolder")
    {
        values::tree_path(ctx, path, &repository.name_of("subfolder"));
    }
    for package in root.mappings(ctx, "packages") {
        read_package(ctx, &package, &mut manifest);
    }
    for remote in root.mappings(ctx, "remotes") {
        read_remote(ctx, &remote, &mut manifest);
    }
    let mut seen = HashSet::new();
    manifest
        .requirements
        .retain(|requirement| seen.insert((requirement.key.clone(), requirement.injection.clone())));
    if !manifest.requirements.is_empty() {
        let has_packages = root.get("packages").is_some();
        ctx.say("secrets", root.key_span(if has_packages { "packages" } else { "remotes" }));
    }
    Some(manifest)
}

fn check_name(ctx: &mut Context<'_>, name: Text<'_>) {
    let parts: Vec<&str> = name.text.split('/').collect();
    let namespace = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    let good = matches!(parts.as_slice(), [before, after]
        if !before.is_empty() && before.bytes().all(namespace)
        && !after.is_empty() && after.bytes().all(|byte| namespace(byte) || byte == b'_'))
        && (3..=200).contains(&name.text.len());
    if !good {
        let message = format!("`{}` is no name of the registry", show(name.text));
        ctx.error(
            "invalid-value",
            name.span,
            message,
            "Write a namespace, one `/` and a name: `io.github.you/my-server`",
        );
    }
}

fn version(ctx: &mut Context<'_>, root: &Fields<'_>) -> Option<String> {
    let detail = root.get("version_detail").and_then(|_| root.mapping(ctx, "version_detail"));
    let version = match &detail {
        Some(detail) if root.get("version").is_none() => detail.string(ctx, "version")?,
        _ => root.required_string(ctx, "version", "\"1.0.0\"")?,
    };
    values::check_version(ctx, version, "version");
    ctx.say("version", version.span);
    Some(version.text.to_owned())
}

/// True for a document of the first schemas, which were published without any check.
fn legacy(ctx: &mut Context<'_>, root: &Fields<'_>) -> bool {
    let snake =
        ["registry_type", "registry_name", "environment_variables", "package_arguments", "transport_type"];
    let lists =
        ["packages", "remotes"].map(|key| root.get(key).and_then(Node::as_sequence).unwrap_or_default());
    let items = lists.iter().flat_map(|items| items.iter());
    let is_snake = items.into_iter().any(|item| snake.iter().any(|key| item.get(key).is_some()));
    let is_legacy = is_snake || root.get("version_detail").is_some();
    if is_legacy {
        let message = "this is a server.json of 2025-07 or before, with keys in snake case";
        ctx.note(
            "legacy-format",
            root.head_span(),
            message,
            "Rename the keys to camel case, and add \"$schema\": \"https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json\"",
        );
    }
    is_legacy
}

/// The key that a mapping has: the present name, or the one of 2025-07.
fn either(fields: &Fields<'_>, now: &'static str, before: &'static str) -> &'static str {
    if fields.get(now).is_none() && fields.get(before).is_some() { before } else { now }
}

fn read_package(ctx: &mut Context<'_>, package: &Fields<'_>, manifest: &mut Manifest) {
    let kind_key = either(package, "registryType", "registry_type");
    let kind_key = if package.get(kind_key).is_none() {
        either(package, "registryType", "registry_name")
    } else {
        kind_key
    };
    let kind = package.required_string(ctx, kind_key, "npm");
    let id_key = either(package, "identifier", "name");
    let identifier = package.required_string(ctx, id_key, "my-package");
    let version = package.string(ctx, "version").filter(|version| !version.text.is_empty());
    if let Some(version) = version {
        values::check_version(ctx, version, &package.name_of("version"));
    }
    if let (Some(kind), Some(identifier)) = (kind, identifier) {
        let reference = match (kind.text, version) {
            ("npm", Some(version)) => format!("npm:{}@{}", identifier.text, version.text),
            ("pypi", Some(version)) => format!("pypi:{}=={}", identifier.text, version.text),
            ("oci" | "docker", Some(version)) => format!("oci:{}:{}", identifier.text, version.text),
            ("oci" | "docker", None) => format!("oci:{}", identifier.text),
            (kind, Some(version)) => format!("{kind}:{}@{}", identifier.text, version.text),
            (kind, None) => format!("{kind}:{}", identifier.text),
        };
        manifest.packages.push(reference);
    }
    if let Some(transport) = package.mapping(ctx, "transport") {
        read_transport(ctx, &transport, manifest);
    }
    for key in ["runtimeArguments", "runtime_arguments", "packageArguments", "package_arguments"] {
        for argument in package.mappings(ctx, key) {
            read_argument(ctx, &argument);
        }
    }
    for variable in package.mappings(ctx, either(package, "environmentVariables", "environment_variables")) {
        read_input(ctx, &variable, InjectionMethod::Environment, manifest);
    }
}

fn read_transport(ctx: &mut Context<'_>, transport: &Fields<'_>, manifest: &mut Manifest) {
    let kinds = [("stdio", false), ("streamable-http", true), ("sse", true)];
    if transport.get("type").is_none() {
        let message = format!("`{}` is missing", show(&transport.name_of("type")));
        ctx.error("missing-key", transport.head_span(), message, "Add `\"type\": \"stdio\"`");
        return;
    }
    let Some((is_http, span)) = transport.choice(ctx, "type", &kinds) else { return };
    let mut found = Transport::Stdio;
    if is_http {
        let url = transport.required_string(ctx, "url", "\"http://localhost:3000/mcp\"");
        let (port, path) = url.map(|url| address(url.text)).unwrap_or_default();
        found = Transport::Http { port, path };
        for header in transport.mappings(ctx, "headers") {
            read_input(ctx, &header, InjectionMethod::Header, manifest);
        }
    }
    if manifest.transport.is_none() {
        ctx.say("transport", span);
        manifest.transport = Some(found);
    }
}

/// Port and path of a URL, where they are literal.
fn address(url: &str) -> (Option<u16>, Option<String>) {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (authority, path) = match rest.find('/') {
        Some(at) => (&rest[..at], Some(&rest[at..])),
        None => (rest, None),
    };
    let port = authority.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).filter(|port| *port > 0);
    let path = path.map(|path| path.split(['?', '#']).next().unwrap_or(path));
    (port, path.filter(|path| path.len() > 1 && !path.contains('{')).map(str::to_owned))
}

fn read_remote(ctx: &mut Context<'_>, remote: &Fields<'_>, manifest: &mut Manifest) {
    let key = either(remote, "type", "transport_type");
    if remote.get(key).is_none() {
        let message = format!("`{}` is missing", show(&remote.name_of("type")));
        ctx.error("missing-key", remote.head_span(), message, "Add `\"type\": \"streamable-http\"`");
    }
    // Documents of 2025-07 have an empty type where nobody knew it.
    if remote.get(key).and_then(Node::as_str).is_none_or(|kind| !kind.is_empty()) {
        remote.choice(ctx, key, &[("streamable-http", ()), ("streamable", ()), ("sse", ())]);
    }
    if let Some(url) = remote.required_string(ctx, "url", "\"https://example.com/mcp\"") {
        let scheme =
            url.text.starts_with("https://") || url.text.starts_with("http://") || url.text.starts_with('{');
        if !scheme || url.text.contains(char::is_whitespace) {
            let message =
                format!("`{}` is no web address: `{}`", show(&remote.name_of("url")), show(url.text));
            ctx.error("invalid-value", url.span, message, "Write an address that starts with `https://`");
        } else {
            manifest.remotes.push(url.text.to_owned());
        }
    }
    for header in remote.mappings(ctx, "headers") {
        read_input(ctx, &header, InjectionMethod::Header, manifest);
    }
}

fn read_argument(ctx: &mut Context<'_>, argument: &Fields<'_>) {
    let kinds = [("positional", false), ("named", true)];
    let Some((is_named, _)) = argument.choice(ctx, "type", &kinds) else { return };
    let has_value = argument.get("value").is_some();
    if is_named {
        argument.required_string(ctx, "name", "\"--port\"");
    } else if !has_value && argument.get(either(argument, "valueHint", "value_hint")).is_none() {
        let message = format!("`{}` needs a value or a hint at one", show(&argument.name_of("value")));
        ctx.error(
            "missing-key",
            argument.head_span(),
            message,
            "Add `\"valueHint\": \"path\"`, or `\"value\"`",
        );
    }
    let required = argument.boolean(ctx, either(argument, "isRequired", "is_required")).unwrap_or_default();
    if required && !has_value && argument.get("default").is_none() {
        ctx.note(
            "unplaced-input",
            argument.head_span(),
            "this argument needs a value from the user, but values reach a server by headers and variables only",
            "Let the server read it from an environment variable too",
        );
    }
}

/// One header or variable, with the values that its text leaves open.
fn read_input(ctx: &mut Context<'_>, input: &Fields<'_>, method: InjectionMethod, manifest: &mut Manifest) {
    let Some(name) = input.required_string(ctx, "name", "\"MY_API_KEY\"") else { return };
    let good = match method {
        InjectionMethod::Header => values::is_header_name(name.text),
        _ => values::is_variable_name(name.text),
    };
    if !good {
        let message = format!("`{}` cannot be the name of a header or a variable", show(name.text));
        ctx.warning("invalid-value", name.span, message, "Write letters, digits and `_`");
    }
    let injection = Injection { method, name: name.text.to_owned() };
    let Some(value) = input.get("value").and_then(Node::as_str) else {
        let requirement = requirement(ctx, input, name.text, name.span, injection, None);
        manifest.requirements.push(requirement);
        return;
    };
    let names: HashSet<&str> = values::placeholders(value, "{", "}").into_iter().collect();
    let mut open = false;
    if let Some(variables) = input.mapping(ctx, "variables") {
        for (key, span, node) in variables.entries().filter(|(key, ..)| names.contains(key)) {
            let Some(fields) = Fields::of(ctx, node, variables.name_of(key)) else { continue };
            if fields.get("value").is_some() {
                continue;
            }
            open = true;
            let template = (value != format!("{{{key}}}")).then(|| value.to_owned());
            let requirement = requirement(ctx, &fields, key, span, injection.clone(), template);
            manifest.requirements.push(requirement);
        }
    }
    if !open && method == InjectionMethod::Environment {
        manifest.environment.insert(name.text.to_owned(), value.to_owned());
    }
}

fn requirement(
    ctx: &mut Context<'_>,
    input: &Fields<'_>,
    key: &str,
    span: Span,
    injection: Injection,
    template: Option<String>,
) -> Requirement {
    let formats = [
        ("string", ValueType::String),
        ("number", ValueType::Number),
        ("boolean", ValueType::Boolean),
        ("filepath", ValueType::String),
        ("file_path", ValueType::String),
    ];
    let secret_key = either(input, "isSecret", "is_secret");
    // Documents of 2025-07 hardly ever say what is a secret.
    let secret = input.boolean(ctx, secret_key).unwrap_or_else(|| values::looks_secret(key));
    let default = input.get("default").map(Node::to_json).filter(|_| !secret);
    let required = input.boolean(ctx, either(input, "isRequired", "is_required")).unwrap_or_default();
    Requirement {
        key: key.to_owned(),
        description: input.get("description").and_then(Node::as_str).map(str::to_owned),
        required: required && default.is_none(),
        secret,
        value_type: input.choice(ctx, "format", &formats).map_or(ValueType::String, |(found, _)| found),
        injection,
        template,
        default,
        choices: input.sequence(ctx, "choices").unwrap_or_default().iter().map(Node::to_json).collect(),
        location: Some(ctx.location(span)),
    }
}
