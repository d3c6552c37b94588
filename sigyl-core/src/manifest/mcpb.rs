//! MCPB `manifest.json`, versions 0.1 to 0.4, and its former name DXT.

use std::collections::HashMap;

use super::{
    context::{Context, show},
    fields::{Fields, Text},
    model::{
        Injection, InjectionMethod, Manifest, ManifestTool, Requirement, Runtime, ServerName, Transport,
        ValueType,
    },
    node::{Node, NodeValue},
    values,
};

/// Reads the file. Keys that we do not know are left alone: versions differ.
pub(crate) fn read(node: &Node, ctx: &mut Context<'_>) -> Option<Manifest> {
    let root = Fields::root(ctx, node)?;
    let mut manifest = Manifest::default();
    if root.get("manifest_version").is_none() && root.get("dxt_version").is_none() {
        let message = "`manifest_version` is missing";
        ctx.error("missing-key", root.head_span(), message, "Add `\"manifest_version\": \"0.3\"`");
    } else if root.get("manifest_version").is_none() {
        let message = "`dxt_version` is the former name of `manifest_version`";
        ctx.note(
            "legacy-format",
            root.key_span("dxt_version"),
            message,
            "Rename the key to `manifest_version`",
        );
    }
    if let Some(name) = root.required_string(ctx, "name", "\"my-server\"") {
        ctx.say("name", name.span);
        manifest.name = Some(ServerName(name.text.to_owned()));
    }
    if let Some(version) = root.required_string(ctx, "version", "\"1.0.0\"") {
        ctx.say("version", version.span);
        manifest.version = Some(version.text.to_owned());
    }
    if let Some(text) = root.required_string(ctx, "description", "\"What the server does\"") {
        ctx.say("description", text.span);
        manifest.description = Some(text.text.to_owned());
    }
    if let Some(keywords) = root.strings(ctx, "keywords") {
        manifest.tags = keywords.iter().map(|keyword| keyword.text.to_owned()).collect();
    }
    for tool in root.mappings(ctx, "tools") {
        let Some(name) = tool.required_string(ctx, "name", "\"my_tool\"") else { continue };
        manifest.tools.push(ManifestTool {
            name: name.text.to_owned(),
            description: tool.string(ctx, "description").map(|text| text.text.to_owned()),
            input_schema: None,
            output_schema: None,
            location: Some(ctx.location(name.span)),
        });
    }
    // A list that the server completes when it runs cannot disagree with another.
    let generated = root.get("tools_generated").is_some_and(|node| node.value == NodeValue::Bool(true));
    if !manifest.tools.is_empty() && !generated {
        ctx.say("tools", root.key_span("tools"));
    }
    let Some(server) = root.mapping(ctx, "server") else {
        if root.get("server").is_none() {
            let mend = "Add `\"server\": { \"type\": \"node\", \"entry_point\": …, \"mcp_config\": … }`";
            ctx.error("missing-key", root.head_span(), "`server` is missing", mend);
        }
        return Some(manifest);
    };
    let kinds = [
        ("node", Some(Runtime::Node)),
        ("python", Some(Runtime::Python)),
        ("uv", Some(Runtime::Python)),
        ("binary", None),
    ];
    if let Some((Some(runtime), span)) = server.choice(ctx, "type", &kinds) {
        ctx.say("runtime", span);
        manifest.runtime = Some(runtime);
    }
    // A bundle runs on the user's machine; there is no other transport.
    manifest.transport = Some(Transport::Stdio);
    if let Some(entry) = server.string(ctx, "entry_point") {
        values::tree_path(ctx, entry, "server.entry_point");
    }
    let config = server.mapping(ctx, "mcp_config");
    if let Some(config) = &config {
        start(ctx, config, &mut manifest);
    }
    user_config(ctx, &root, config.as_ref(), &mut manifest);
    Some(manifest)
}

fn start(ctx: &mut Context<'_>, config: &Fields<'_>, manifest: &mut Manifest) {
    let Some(command) = config.string(ctx, "command") else { return };
    let mut words = vec![in_bundle(command.text)];
    let mut leaves = false;
    for argument in config.strings(ctx, "args").unwrap_or_default() {
        if argument.text.starts_with("${__dirname}") {
            let relative =
                Text { text: argument.text["${__dirname}".len()..].trim_start_matches('/'), ..argument };
            leaves |= values::tree_path(ctx, relative, &config.name_of("args")).is_none();
        }
        words.push(in_bundle(argument.text));
    }
    if leaves {
        return;
    }
    ctx.say("build.start", command.span);
    manifest.build.start = Some(words);
}

/// A word with paths relative to the bundle, which is the root.
fn in_bundle(word: &str) -> String {
    word.replace("${__dirname}/", "").replace("${__dirname}", ".").replace("${/}", "/")
}

fn user_config(
    ctx: &mut Context<'_>,
    root: &Fields<'_>,
    config: Option<&Fields<'_>>,
    manifest: &mut Manifest,
) {
    let env = config.and_then(|config| config.mapping(ctx, "env"));
    // By the option that fills it: the variable and its text.
    let mut variables: HashMap<&str, (&str, &str)> = HashMap::new();
    let entries = env.iter().flat_map(Fields::entries);
    for (name, value) in entries.filter_map(|(name, _, value)| Some((name, value.as_str()?))) {
        if !value.contains("${") {
            manifest.environment.insert(name.to_owned(), value.to_owned());
        }
        for key in values::placeholders(value, "${user_config.", "}") {
            variables.entry(key).or_insert((name, value));
        }
    }
    let Some(user_config) = root.mapping(ctx, "user_config") else { return };
    ctx.say("secrets", root.key_span("user_config"));
    let kinds = [
        ("string", ValueType::String),
        ("number", ValueType::Number),
        ("boolean", ValueType::Boolean),
        ("directory", ValueType::String),
        ("file", ValueType::String),
    ];
    for (key, span, node) in user_config.entries() {
        let Some(option) = Fields::of(ctx, node, user_config.name_of(key)) else { continue };
        let value_type = option.choice(ctx, "type", &kinds).map_or(ValueType::String, |(found, _)| found);
        let marked = option.boolean(ctx, "sensitive").unwrap_or_default();
        let secret = marked || (value_type == ValueType::String && values::looks_secret(key));
        let default = option.get("default").map(Node::to_json).filter(|_| !secret);
        let required = option.boolean(ctx, "required").unwrap_or_default();
        let placeholder = format!("${{user_config.{key}}}");
        let variable = variables.get(key);
        let (name, template) = match variable {
            Some((name, value)) if *value == placeholder => ((*name).to_owned(), None),
            Some((name, value)) => ((*name).to_owned(), Some(value.replace("${user_config.", "{"))),
            None => (key.to_ascii_uppercase().replace(['-', '.'], "_"), None),
        };
        if variable.is_none() {
            let message = format!("`{}` reaches the server by no environment variable", show(key));
            let mend = format!("Add `\"{name}\": \"{placeholder}\"` to `server.mcp_config.env`");
            ctx.note("unplaced-input", span, message, mend);
        }
        let title = option.get("description").or(option.get("title"));
        manifest.requirements.push(Requirement {
            key: key.to_owned(),
            description: title.and_then(Node::as_str).map(str::to_owned),
            required: required && default.is_none(),
            secret,
            value_type,
            injection: Injection { method: InjectionMethod::Environment, name },
            template,
            default,
            choices: Vec::new(),
            location: Some(ctx.location(span)),
        });
    }
}
