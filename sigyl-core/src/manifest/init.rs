//! A manifest to begin with.

use serde_json::{Map, Value, json};

use super::{
    infer,
    model::{InjectionMethod, Manifest, Runtime, Transport, ValueType},
    sigyl_yaml,
};
use crate::{SourceTree, source::Origin};

/// Where editors find the schema of `mcp.yaml`.
const SCHEMA_URL: &str = "https://raw.githubusercontent.com/sigyl/sigyl/main/docs/schema/mcp.v1.json";

/// The text of an `mcp.yaml` for a tree, from what other manifests, package files and the source tell. It is valid as
/// it stands.
///
/// ```
/// use sigyl_core::{SourceTree, manifest};
/// let tree = SourceTree::from_texts([("package.json", r#"{"name": "@acme/weather"}"#)]);
/// let text = manifest::init(&tree);
/// assert!(text.contains("name: weather\n"));
/// assert!(manifest::read_file("mcp.yaml", text.as_bytes()).diagnostics.is_empty());
/// ```
pub fn init(tree: &SourceTree) -> String {
    let manifest = Manifest::discover(tree).value.unwrap_or_default();
    ready(tree, &manifest)
}

pub(crate) fn ready(tree: &SourceTree, manifest: &Manifest) -> String {
    let mut out = Map::new();
    let name = manifest.name.as_ref().map(|name| slug(&name.0)).filter(|name| !name.is_empty());
    out.insert("name".to_owned(), json!(name.unwrap_or_else(|| origin_name(&tree.origin))));
    let description = manifest.description.as_deref().map(one_line).filter(|text| !text.is_empty());
    let description = description.unwrap_or_else(|| "What the server does, in a sentence".to_owned());
    out.insert("description".to_owned(), json!(description));
    insert(
        &mut out,
        "version",
        manifest.version.as_deref().map(one_line).filter(|version| !version.is_empty()),
    );
    insert(&mut out, "runtime", manifest.runtime.map(runtime_word));
    match &manifest.transport {
        Some(Transport::Http { port, path }) => {
            out.insert("transport".to_owned(), json!("http"));
            insert(&mut out, "port", *port);
            insert(&mut out, "path", path.as_deref().filter(|path| path.starts_with('/')));
        }
        Some(Transport::Stdio) => {
            out.insert("transport".to_owned(), json!("stdio"));
        }
        None => {}
    }
    insert(&mut out, "category", manifest.category.as_deref().map(one_line));
    if !manifest.tags.is_empty() {
        out.insert("tags".to_owned(), json!(manifest.tags));
    }
    let secrets = secrets(tree, manifest);
    if !secrets.is_empty() {
        out.insert("secrets".to_owned(), Value::Array(secrets));
    }
    let build = build(manifest);
    if !build.is_empty() {
        out.insert("build".to_owned(), Value::Object(build));
    }
    if let Some(allow) = &manifest.network.allow {
        out.insert("network".to_owned(), json!({ "allow": allow }));
    }
    let options = serde_yaml::ser_options! { compact_list_indent: false };
    // Maps of text, numbers and lists always have a form in YAML; JSON is YAML too, should that ever change.
    let body = serde_yaml::to_string_with_options(&Value::Object(out.clone()), options)
        .unwrap_or_else(|_| Value::Object(out).to_string());
    format!("# yaml-language-server: $schema={SCHEMA_URL}\n{}\n", body.trim_end())
}

fn insert(out: &mut Map<String, Value>, key: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        out.insert(key.to_owned(), value.into());
    }
}

fn runtime_word(runtime: Runtime) -> &'static str {
    sigyl_yaml::RUNTIMES.iter().find(|(_, known)| *known == runtime).map_or("container", |(word, _)| word)
}

fn secrets(tree: &SourceTree, manifest: &Manifest) -> Vec<Value> {
    let declared =
        manifest.requirements.iter().filter(|requirement| requirement.secret).filter_map(|requirement| {
            let method =
                sigyl_yaml::METHODS.iter().find(|(_, method)| *method == requirement.injection.method)?.0;
            let named = requirement.injection.method == InjectionMethod::Environment;
            let name = if named { requirement.injection.name.clone() } else { requirement.key.clone() };
            let mut secret = Map::new();
            secret.insert("name".to_owned(), json!(secret_name(&name)?));
            insert(&mut secret, "description", requirement.description.as_deref().map(one_line));
            secret.insert("required".to_owned(), json!(requirement.required));
            let word = sigyl_yaml::TYPES.iter().find(|(_, known)| *known == requirement.value_type)?.0;
            if requirement.value_type != ValueType::String {
                secret.insert("type".to_owned(), json!(word));
            }
            secret.insert(
                "injection".to_owned(),
                json!({ "method": method, "name": requirement.injection.name }),
            );
            Some(Value::Object(secret))
        });
    let declared: Vec<Value> = declared.collect();
    if !declared.is_empty() {
        return declared;
    }
    let variables = infer::secret_variables(tree).into_iter();
    let read = variables.map(|name| {
        let injection = json!({ "method": "environment", "name": name });
        json!({ "name": name, "required": true, "injection": injection })
    });
    read.collect()
}

/// A name that our own reader takes.
fn secret_name(name: &str) -> Option<String> {
    let good = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '.');
    let name: String =
        name.chars().take(128).map(|character| if good(character) { character } else { '_' }).collect();
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_').then_some(name)
}

fn build(manifest: &Manifest) -> Map<String, Value> {
    let mut out = Map::new();
    let build = &manifest.build;
    let own_image = manifest.runtime == Some(Runtime::Container) || build.dockerfile.is_some();
    insert(&mut out, "secrets", Some(json!(build.secrets)).filter(|_| !build.secrets.is_empty()));
    if own_image {
        insert(&mut out, "dockerfile", build.dockerfile.as_deref());
        insert(&mut out, "context", build.context.as_deref());
        return out;
    }
    let words = |words: &Option<Vec<String>>| {
        words
            .as_ref()
            .filter(|words| words.first().is_some_and(|first| !first.is_empty()))
            .map(|words| json!(words))
    };
    insert(&mut out, "command", words(&build.command));
    insert(&mut out, "start", words(&build.start));
    out
}

/// A name of the registry without its namespace.
fn slug(name: &str) -> String {
    let last = name.rsplit('/').next().unwrap_or(name);
    let good = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '.');
    let name: String =
        last.chars().take(100).map(|character| if good(character) { character } else { '-' }).collect();
    name.trim_matches(|edge: char| !edge.is_ascii_alphanumeric()).to_owned()
}

fn origin_name(origin: &Origin) -> String {
    let last = match origin {
        Origin::Memory => "",
        Origin::Path { path } | Origin::Archive { path } => {
            path.trim_end_matches('/').rsplit('/').next().unwrap_or("")
        }
        Origin::Git { url, .. } => url.trim_end_matches(".git").rsplit('/').next().unwrap_or(""),
        Origin::Package { reference } => {
            let name = reference.split_once(':').map_or(reference.as_str(), |(_, name)| name);
            name.split("==").next().unwrap_or(name).rsplit_once('@').map_or(name, |(name, _)| name)
        }
    };
    let name = slug(last);
    if name.is_empty() { "my-server".to_owned() } else { name }
}

fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ")
}
