//! `server.yaml` of Docker's MCP catalog.

use std::collections::{HashMap, HashSet};

use super::{
    context::Context,
    fields::Fields,
    json_schema::{self, Property},
    model::{
        Injection, InjectionMethod, Manifest, ManifestTool, Requirement, ServerName, Transport, ValueType,
    },
    node::Node,
    values,
};

/// Reads the file. Keys that we do not know are left alone.
pub(crate) fn read(node: &Node, ctx: &mut Context<'_>) -> Option<Manifest> {
    let root = Fields::root(ctx, node)?;
    let mut manifest = Manifest::default();
    if let Some(name) = root.required_string(ctx, "name", "my-server") {
        ctx.say("name", name.span);
        manifest.name = Some(ServerName(name.text.to_owned()));
    }
    if let Some(about) = root.mapping(ctx, "about") {
        manifest.description = about
            .string(ctx, "description")
            .or_else(|| about.string(ctx, "title"))
            .map(|text| text.text.to_owned());
    }
    if let Some(meta) = root.mapping(ctx, "meta") {
        if let Some(category) = meta.string(ctx, "category") {
            ctx.say("category", category.span);
            manifest.category = Some(category.text.to_owned());
        }
        if let Some(tags) = meta.strings(ctx, "tags") {
            manifest.tags = tags.iter().map(|tag| tag.text.to_owned()).collect();
        }
    }
    if let Some((is_remote, span)) =
        root.choice(ctx, "type", &[("server", false), ("remote", true), ("poci", false)])
    {
        ctx.say("transport", span);
        manifest.transport =
            Some(if is_remote { Transport::Http { port: None, path: None } } else { Transport::Stdio });
    }
    if let Some(image) = root.string(ctx, "image") {
        manifest.packages.push(format!("oci:{}", image.text));
    }
    source(ctx, &root);
    run(ctx, &root, &mut manifest);
    for tool in root.mappings(ctx, "tools") {
        let Some(name) = tool.required_string(ctx, "name", "my_tool") else { continue };
        manifest.tools.push(ManifestTool {
            name: name.text.to_owned(),
            description: tool.string(ctx, "description").map(|text| text.text.to_owned()),
            input_schema: tool.mapping(ctx, "parameters").and(tool.get("parameters")).map(Node::to_json),
            output_schema: None,
            location: Some(ctx.location(name.span)),
        });
    }
    requirements(ctx, &root, &mut manifest);
    if let Some(key) = ["config", "oauth"].into_iter().find(|key| root.get(key).is_some())
        && !manifest.requirements.is_empty()
    {
        ctx.say("secrets", root.key_span(key));
    }
    Some(manifest)
}

fn source(ctx: &mut Context<'_>, root: &Fields<'_>) {
    let Some(source) = root.mapping(ctx, "source") else { return };
    // Both are relative to the project's repository, which is not this tree: only leaving it can be told.
    for key in ["directory", "dockerfile"] {
        if let Some(path) = source.string(ctx, key) {
            values::tree_path(ctx, path, &source.name_of(key));
        }
    }
}

fn run(ctx: &mut Context<'_>, root: &Fields<'_>, manifest: &mut Manifest) {
    let Some(run) = root.mapping(ctx, "run") else { return };
    if let Some(hosts) = run.strings(ctx, "allowHosts") {
        ctx.say("network.allow", run.key_span("allowHosts"));
        manifest.network.allow = Some(hosts.iter().map(|host| host.text.to_ascii_lowercase()).collect());
    }
    if run.boolean(ctx, "disableNetwork") == Some(true) {
        ctx.say("network.allow", run.key_span("disableNetwork"));
        manifest.network.allow = Some(Vec::new());
    }
    if let Some(env) = run.mapping(ctx, "env") {
        for (name, _, value) in env.entries() {
            if let Some(value) = value.as_str().filter(|value| !value.contains("{{")) {
                manifest.environment.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

fn requirements(ctx: &mut Context<'_>, root: &Fields<'_>, manifest: &mut Manifest) {
    let headers = root.mapping(ctx, "remote").and_then(|remote| {
        if let Some(url) = remote.required_string(ctx, "url", "https://example.com/mcp") {
            manifest.remotes.push(url.text.to_owned());
        }
        remote.mapping(ctx, "headers")
    });
    // By the variable that fills it: the header and its text.
    let mut by_variable: Headers<'_> = HashMap::new();
    let entries = headers.iter().flat_map(Fields::entries);
    for (name, value) in entries.filter_map(|(name, _, value)| Some((name, value.as_str()?))) {
        for variable in values::placeholders(value, "${", "}") {
            by_variable.entry(variable).or_insert((name, value));
        }
    }
    let headers = by_variable;
    let mut seen = HashSet::new();
    let config = root.mapping(ctx, "config");
    if let Some(config) = &config {
        for secret in config.mappings(ctx, "secrets") {
            let Some(name) = secret.required_string(ctx, "name", "my-server.api_key") else { continue };
            let Some(env) = secret.required_string(ctx, "env", "API_KEY") else { continue };
            seen.insert(name.text);
            let (injection, template) = placed(&headers, env.text, name.text);
            manifest.requirements.push(Requirement {
                description: secret.string(ctx, "description").map(|text| text.text.to_owned()),
                required: secret.boolean(ctx, "required").unwrap_or(true),
                template,
                ..requirement(ctx, name.text, true, injection, name.span)
            });
        }
        parameters(ctx, config, manifest);
    }
    for oauth in root.mappings(ctx, "oauth") {
        let Some(name) = oauth.string(ctx, "secret") else { continue };
        let Some(env) = oauth.string(ctx, "env") else { continue };
        if !seen.insert(name.text) {
            continue;
        }
        // A remote server gets what the OAuth flow yields as its bearer token.
        let (mut injection, mut template) = placed(&headers, env.text, name.text);
        if template.is_none() && !manifest.remotes.is_empty() {
            injection = Injection { method: InjectionMethod::Header, name: "Authorization".to_owned() };
            template = Some(format!("Bearer {{{}}}", name.text));
        }
        let requirement = requirement(ctx, name.text, true, injection, name.span);
        manifest.requirements.push(Requirement { template, ..requirement });
    }
}

/// A header and its text, by a variable in it.
type Headers<'n> = HashMap<&'n str, (&'n str, &'n str)>;

/// A secret goes into the header that names its variable, else into the variable.
fn placed(headers: &Headers<'_>, variable: &str, key: &str) -> (Injection, Option<String>) {
    let placeholder = format!("${{{variable}}}");
    match headers.get(variable) {
        Some((name, value)) => {
            let template =
                (*value != placeholder).then(|| value.replace(&placeholder, &format!("{{{key}}}")));
            (Injection { method: InjectionMethod::Header, name: (*name).to_owned() }, template)
        }
        None => (Injection { method: InjectionMethod::Environment, name: variable.to_owned() }, None),
    }
}

fn requirement(
    ctx: &mut Context<'_>,
    key: &str,
    secret: bool,
    injection: Injection,
    span: crate::Span,
) -> Requirement {
    Requirement {
        key: key.to_owned(),
        description: None,
        required: true,
        secret,
        value_type: ValueType::String,
        injection,
        template: None,
        default: None,
        choices: Vec::new(),
        location: Some(ctx.location(span)),
    }
}

/// Variables whose values come from `parameters`: `value: "{{server.host}}"`.
fn parameters(ctx: &mut Context<'_>, config: &Fields<'_>, manifest: &mut Manifest) {
    // Some entries have the schema's keys in `config` itself.
    let schema = if config.get("parameters").is_some() {
        config.mapping(ctx, "parameters")
    } else {
        Some(config.clone())
    };
    let properties: HashMap<String, Property> = match schema {
        Some(schema) => {
            let listed = json_schema::properties(ctx, &schema).into_iter();
            listed.map(|property| (property.key.clone(), property)).collect()
        }
        None => HashMap::new(),
    };
    for variable in config.mappings(ctx, "env") {
        let Some(name) = variable.required_string(ctx, "name", "HOST") else { continue };
        let value = variable.get("value").and_then(Node::as_str).unwrap_or_default();
        let keys = values::placeholders(value, "{{", "}}");
        if keys.is_empty() {
            if !value.is_empty() {
                manifest.environment.insert(name.text.to_owned(), value.to_owned());
            }
            continue;
        }
        let whole = keys.len() == 1 && value.trim() == format!("{{{{{}}}}}", keys[0]);
        for key in keys {
            // Placeholders begin with the server's name, properties do not.
            let short = key.split_once('.').map_or(key, |(_, rest)| rest);
            let injection = Injection { method: InjectionMethod::Environment, name: name.text.to_owned() };
            let mut requirement = requirement(ctx, key, values::looks_secret(key), injection, name.span);
            requirement.required = false;
            requirement.template = (!whole).then(|| value.replace("{{", "{").replace("}}", "}"));
            if let Some(property) = properties.get(short).or_else(|| properties.get(key)).cloned() {
                requirement.description = property.description;
                requirement.required = property.required;
                requirement.value_type = property.value_type;
                requirement.default = property.default.filter(|_| !requirement.secret);
                requirement.choices = property.choices;
            }
            manifest.requirements.push(requirement);
        }
    }
}
