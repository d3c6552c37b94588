//! `smithery.yaml`: typescript, python and container runtimes, http and the legacy stdio start command.

use std::collections::{HashMap, HashSet};

use super::{
    context::{Context, show},
    fields::Fields,
    json_schema,
    model::{Injection, InjectionMethod, Manifest, Requirement, Runtime, Transport},
    node::{Node, NodeValue},
    values,
};

#[derive(Clone, Copy)]
enum Start {
    Http,
    Stdio,
}

/// Reads the file. Keys that we do not know are left alone: the format has undocumented ones.
pub(crate) fn read(node: &Node, ctx: &mut Context<'_>) -> Option<Manifest> {
    let root = Fields::root(ctx, node)?;
    let mut manifest = Manifest::default();
    let runtimes = [
        ("typescript", Runtime::Node),
        ("javascript", Runtime::Node),
        ("node", Runtime::Node),
        ("python", Runtime::Python),
        ("container", Runtime::Container),
    ];
    if let Some((runtime, span)) = root.choice(ctx, "runtime", &runtimes) {
        ctx.say("runtime", span);
        manifest.runtime = Some(runtime);
        // Both runtimes of that platform serve streamable HTTP; only the legacy start command is stdio.
        if runtime != Runtime::Container {
            manifest.transport = Some(Transport::Http { port: None, path: None });
        }
    }
    if let Some(start) = root.mapping(ctx, "startCommand") {
        start_command(ctx, &start, &mut manifest);
    }
    build(ctx, &root, &mut manifest);
    if let Some(env) = root.mapping(ctx, "env") {
        for (name, span, value) in env.entries() {
            let text = match &value.value {
                NodeValue::String(text) => text.clone(),
                NodeValue::Number(_) | NodeValue::Bool(_) => {
                    let written =
                        ctx.text.get(value.span.range(ctx.text.len())).unwrap_or_default().to_owned();
                    let message =
                        format!("`env.{}` is {}; variables hold text", show(name), value.type_name());
                    ctx.warning(
                        "wrong-type",
                        value.span,
                        message,
                        format!("Write it in quotes: `\"{}\"`", show(&written)),
                    );
                    written
                }
                NodeValue::Null => String::new(),
                _ => {
                    let message = format!("`env.{}` must be text, not {}", show(name), value.type_name());
                    ctx.error("wrong-type", value.span, message, "Write one text");
                    continue;
                }
            };
            if !values::is_variable_name(name) {
                let message = format!("`{}` is no name of an environment variable", show(name));
                ctx.error("invalid-value", span, message, "Write letters, digits and `_`");
                continue;
            }
            manifest.environment.insert(name.to_owned(), text);
        }
    }
    Some(manifest)
}

fn start_command(ctx: &mut Context<'_>, start: &Fields<'_>, manifest: &mut Manifest) {
    if let Some((kind, span)) = start.choice(ctx, "type", &[("http", Start::Http), ("stdio", Start::Stdio)]) {
        ctx.say("transport", span);
        manifest.transport = Some(match kind {
            Start::Http => Transport::Http { port: None, path: None },
            Start::Stdio => Transport::Stdio,
        });
    }
    let function = start.string(ctx, "commandFunction");
    let legacy = function.map(|function| Legacy::read(function.text)).unwrap_or_default();
    if let Some(function) = function {
        let message = "`commandFunction` holds JavaScript, which is read as text and never run";
        let mend = match &legacy.command {
            Some(_) => {
                "Nothing, if the start command that was read from it is right; else write it into mcp.yaml: `build: { start: […] }`"
            }
            None => "Write the start command into mcp.yaml: `build: { start: [node, dist/index.js] }`",
        };
        ctx.note("command-function", function.span, message, mend);
        if let Some(command) = &legacy.command {
            ctx.say("build.start", function.span);
            manifest.build.start = Some(command.clone());
        }
    }
    let Some(schema) = start.mapping(ctx, "configSchema") else { return };
    ctx.say("secrets", start.key_span("configSchema"));
    for property in json_schema::properties(ctx, &schema) {
        let injection = match legacy.variables.get(&property.key) {
            Some(name) => Injection { method: InjectionMethod::Environment, name: name.clone() },
            None => Injection { method: InjectionMethod::Query, name: property.key.clone() },
        };
        let location = Some(ctx.location(property.span));
        manifest.requirements.push(Requirement {
            key: property.key,
            description: property.description,
            required: property.required,
            secret: property.secret,
            value_type: property.value_type,
            injection,
            template: None,
            default: property.default,
            choices: property.choices,
            location,
        });
    }
    if let Some(example) = start.mapping(ctx, "exampleConfig") {
        let segments = manifest.requirements.iter().map(|requirement| requirement.key.split('.').next());
        let known: HashSet<&str> = segments.flatten().collect();
        for key in example.keys() {
            let known = known.contains(key.split('.').next().unwrap_or(key));
            if !known && !manifest.requirements.is_empty() {
                let message = format!("`exampleConfig` has `{}`, which `configSchema` does not", show(key));
                ctx.warning(
                    "unknown-key",
                    example.key_span(key),
                    message,
                    "Add it to the schema, or remove it",
                );
            }
        }
    }
}

fn build(ctx: &mut Context<'_>, root: &Fields<'_>, manifest: &mut Manifest) {
    let build = root.mapping(ctx, "build");
    let text = |ctx: &mut Context<'_>, key| build.as_ref().and_then(|build| build.string(ctx, key));
    if let Some(path) = text(ctx, "dockerfile")
        && let Some(resolved) = values::tree_path(ctx, path, "build.dockerfile")
    {
        values::check_file(ctx, &resolved, path, "build.dockerfile");
        ctx.say("build.dockerfile", path.span);
        manifest.build.dockerfile = Some(resolved);
    }
    if let Some(path) = text(ctx, "dockerBuildPath")
        && let Some(resolved) = values::tree_path(ctx, path, "build.dockerBuildPath")
    {
        ctx.say("build.context", path.span);
        manifest.build.context = Some(resolved).filter(|folder| !folder.is_empty());
    }
    if manifest.runtime == Some(Runtime::Container)
        && build.as_ref().is_none_or(|build| build.get("dockerfile").is_none())
    {
        let folder = ctx.folder();
        let path = if folder.is_empty() { "Dockerfile".to_owned() } else { format!("{folder}/Dockerfile") };
        manifest.build.dockerfile = Some(path);
    }
}

/// What can be told from a `commandFunction` without running it: a literal command and literal arguments, and
/// variables that are fields of `config`. Anything else is left unsaid.
#[derive(Default)]
struct Legacy {
    command: Option<Vec<String>>,
    /// Variables by the key of the configuration that fills them.
    variables: HashMap<String, String>,
}

impl Legacy {
    fn read(text: &str) -> Self {
        let mut command = after_key(text, "command").and_then(literal).map(|(word, _)| vec![word]);
        if let Some(words) = &mut command
            && let Some(args) = after_key(text, "args")
        {
            match literals(args) {
                Some(args) => words.extend(args),
                None => command = None,
            }
        }
        let variables = after_key(text, "env").map(variables).unwrap_or_default();
        Self { command, variables }
    }
}

/// What follows `key:` for the first time.
fn after_key<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    text.match_indices(key).find_map(|(at, _)| {
        let before = text[..at].chars().next_back();
        if before.is_some_and(|before| before.is_alphanumeric() || matches!(before, '_' | '.')) {
            return None;
        }
        let rest = text[at + key.len()..].trim_start_matches(['\'', '"']).trim_start();
        rest.strip_prefix(':').map(str::trim_start)
    })
}

/// A string literal without interpolation, and what follows it.
fn literal(text: &str) -> Option<(String, &str)> {
    let quote = text.chars().next().filter(|quote| matches!(quote, '\'' | '"' | '`'))?;
    let (inside, rest) = text[1..].split_once(quote)?;
    (!inside.contains(['\\', '\n']) && !inside.contains("${")).then(|| (inside.to_owned(), rest))
}

/// A list of nothing but literals.
fn literals(text: &str) -> Option<Vec<String>> {
    let mut rest = text.strip_prefix('[')?.trim_start();
    let mut words = Vec::new();
    loop {
        if rest.starts_with(']') {
            return Some(words);
        }
        let (word, after) = literal(rest)?;
        words.push(word);
        rest = after.trim_start();
        rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
    }
}

/// The keys and names in `NAME: config.key` pairs of an object literal.
fn variables(text: &str) -> HashMap<String, String> {
    let Some(inside) = text.strip_prefix('{') else { return HashMap::new() };
    let inside = inside.split('}').next().unwrap_or_default();
    let pairs = inside.split([',', '\n']).filter_map(|pair| {
        let (name, value) = pair.split_once(':')?;
        let name = name.trim().trim_matches(['\'', '"']);
        let value = value.trim();
        let field = value.strip_prefix("config")?;
        let field = match field.strip_prefix("['").or_else(|| field.strip_prefix("[\"")) {
            Some(quoted) => quoted.split(['\'', '"']).next()?,
            None => field.trim_start_matches('?').strip_prefix('.')?,
        };
        let end =
            field.find(|character: char| !character.is_alphanumeric() && !matches!(character, '_' | '.'));
        let field = field[..end.unwrap_or(field.len())].trim_end_matches('.');
        let good = values::is_variable_name(name) && !field.is_empty();
        good.then(|| (field.trim_end_matches(".toString").to_owned(), name.to_owned()))
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_command_is_read_and_never_run() {
        let text = "|-\n (config) => ({ command: 'node', args: ['dist/index.js', \"--stdio\"], env: { API_KEY: config.apiKey, HOST: config['server.host'] || 'x', N: String(config.n) } })";
        let legacy = Legacy::read(text);
        assert_eq!(legacy.command.unwrap(), ["node", "dist/index.js", "--stdio"]);
        let expected =
            [("apiKey", "API_KEY"), ("server.host", "HOST")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(legacy.variables, HashMap::from(expected));
    }

    #[test]
    fn anything_else_is_left_unsaid() {
        for text in [
            "(config) => ({ command: config.command, args: [] })",
            "(config) => ({ command: `node ${config.x}` })",
            "(c) => ({ command: 'node', args: ['a', c.x] })",
            "(c) => { while (true) {} }",
            "command:",
            "",
        ] {
            assert_eq!(Legacy::read(text).command, None, "{text}");
        }
    }
}
