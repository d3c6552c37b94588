//! Documents of other kinds as `server.json`: earlier forms, lists, ToolHive's and Docker's catalogs, smithery.yaml,
//! bundles. Each entry stands alone: one that cannot be read is told, and the others go on.

mod docker;

use serde_json::{Map, Value, json};
use sigyl_core::{
    DiagnosticLevel, Digest, Manifest,
    manifest::{InjectionMethod, Requirement, ValueType, read_file},
    source::{Limits, Origin, TopFolder, read_archive_bytes},
};

use super::{CURRENT_SCHEMA, OURS, PUBLISHER};

/// Entries of one import, at most. Chosen: the largest known list has 400.
pub(crate) const ENTRIES_MAX: usize = 2_000;

/// Longest description of a `server.json`, characters.
const DESCRIPTION_CHARS_MAX: usize = 100;

/// Something to publish, or why not.
#[derive(Debug, PartialEq)]
pub(crate) struct Entry {
    /// What it is called where it stands.
    pub(crate) label: String,
    /// The document, whose name may be bare.
    pub(crate) document: Result<Value, String>,
    /// What was lost or changed on the way.
    pub(crate) notes: Vec<String>,
}

impl Entry {
    fn refused(label: &str, why: impl Into<String>) -> Self {
        Self { label: label.to_owned(), document: Err(why.into()), notes: Vec::new() }
    }
}

/// Reads a bundle (MCPB), which is a zip with a `manifest.json`. `url` is where it lies, if anywhere.
pub(crate) fn bundle(bytes: &[u8], url: Option<&str>) -> Entry {
    let label = url.unwrap_or("bundle");
    let origin = Origin::Archive { path: "bundle".to_owned() };
    let tree = read_archive_bytes(bytes, "bundle.zip", origin, TopFolder::Keep, &Limits::default());
    let file = match &tree {
        Ok(tree) => tree.file("manifest.json").and_then(|file| file.text()),
        Err(error) => return Entry::refused(label, error.to_string()),
    };
    let Some(text) = file else { return Entry::refused(label, "there is no manifest.json in it") };
    let mut entry = described("manifest.json", text);
    if let (Some(url), Ok(document)) = (url, &mut entry.document) {
        document["packages"] = json!([{
            "registryType": "mcpb",
            "identifier": url,
            "fileSha256": Digest::of(bytes).as_str(),
            "transport": { "type": "stdio" },
            "environmentVariables": document["packages"][0]["environmentVariables"].as_array().cloned().unwrap_or_default(),
        }]);
    }
    entry
}

/// Reads a file of any kind that is known.
pub(crate) fn entries(path: &str, text: &str) -> Vec<Entry> {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path).to_lowercase();
    let is_yaml = name.ends_with(".yaml") || name.ends_with(".yml");
    if is_yaml {
        return yaml(path, &name, text);
    }
    let value: Value = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(error) => return vec![Entry::refused(path, format!("this is no JSON: {error}"))],
    };
    if value.get("manifest_version").or_else(|| value.get("dxt_version")).is_some() {
        return vec![described("manifest.json", text)];
    }
    list(path, &value)
}

fn yaml(path: &str, name: &str, text: &str) -> Vec<Entry> {
    if name.starts_with("smithery.") {
        let mut entry = described("smithery.yaml", text);
        // It has no name of its own: its folder's.
        let folder = path.rsplit(['/', '\\']).nth(1).filter(|folder| !folder.is_empty() && *folder != ".");
        if let (Some(folder), Ok(document)) = (folder, &mut entry.document)
            && document["name"].as_str().unwrap_or("").is_empty()
        {
            document["name"] = slug(folder).into();
            if document["description"].as_str().unwrap_or("").is_empty() {
                document["description"] =
                    folder.chars().take(DESCRIPTION_CHARS_MAX).collect::<String>().into();
            }
        }
        return vec![entry];
    }
    if name.starts_with("server.") {
        let mut entry = described("server.yaml", text);
        docker::run_flags(text, &mut entry);
        return vec![entry];
    }
    if name.starts_with("mcp.") || name.starts_with("sigyl.") {
        return vec![described("mcp.yaml", text)];
    }
    match serde_yaml::from_str::<Value>(text) {
        Ok(value) => list(path, &value),
        Err(error) => {
            let why = error.to_string();
            let why = why.lines().next().unwrap_or("").chars().take(200).collect::<String>();
            vec![Entry::refused(path, format!("this is no YAML that is read: {why}"))]
        }
    }
}

/// One document, or the entries of a list.
fn list(path: &str, value: &Value) -> Vec<Entry> {
    let inner = value.get("data").filter(|data| data.get("servers").is_some()).unwrap_or(value);
    let listed = value.as_array().or_else(|| inner["servers"].as_array());
    if let Some(items) = listed {
        return items.iter().enumerate().map(|(at, item)| server(&format!("{path}[{at}]"), item)).collect();
    }
    let mut entries = Vec::new();
    for key in ["servers", "remote_servers"] {
        for (name, item) in inner[key].as_object().into_iter().flatten() {
            entries.push(toolhive(name, item));
        }
    }
    for (name, item) in value["registry"].as_object().into_iter().flatten() {
        entries.push(docker::entry(name, item));
    }
    if entries.is_empty() {
        return vec![server(path, value)];
    }
    entries
}

/// A version as another registry answers it.
pub(crate) fn official(entry: &Value) -> Entry {
    server("entry", entry)
}

/// A `server.json` of any year.
fn server(label: &str, value: &Value) -> Entry {
    let value = value.get("server").filter(|server| server.is_object()).unwrap_or(value);
    let Some(object) = value.as_object() else { return Entry::refused(label, "this is no object") };
    let label = object.get("name").and_then(Value::as_str).unwrap_or(label).to_owned();
    if object.get("status").and_then(Value::as_str) == Some("deleted") {
        return Entry::refused(&label, "it was deleted where it comes from");
    }
    let mut notes = Vec::new();
    let mut document = camel(object);
    if let Some(version) = object.get("version_detail").and_then(|detail| detail.get("version")) {
        document.entry("version").or_insert_with(|| version.clone());
    }
    for key in ["status", "versionDetail"] {
        document.remove(key);
    }
    document.insert("$schema".to_owned(), CURRENT_SCHEMA.into());
    if document.get("repository").is_some_and(|it| it["url"].as_str().unwrap_or("").is_empty()) {
        document.remove("repository");
    }
    for package in objects(&mut document, "packages") {
        upgrade_package(package, &mut notes);
    }
    for remote in objects(&mut document, "remotes") {
        if let Some(kind) = remote.remove("transportType") {
            remote.entry("type").or_insert(kind);
        }
        if matches!(remote.get("type").and_then(Value::as_str), Some("http" | "streamable")) {
            remote.insert("type".to_owned(), "streamable-http".into());
        }
    }
    shorten(&mut document, &mut notes);
    Entry { label, document: Ok(Value::Object(document)), notes }
}

fn objects<'a>(
    document: &'a mut Map<String, Value>,
    key: &str,
) -> impl Iterator<Item = &'a mut Map<String, Value>> {
    document.get_mut(key).and_then(Value::as_array_mut).into_iter().flatten().filter_map(Value::as_object_mut)
}

/// Keys of earlier years in the present spelling.
fn camel(object: &Map<String, Value>) -> Map<String, Value> {
    let mut out = Map::new();
    for (key, value) in object {
        let key = match key.as_str() {
            "registry_type" | "registry_name" => "registryType",
            "registry_base_url" => "registryBaseUrl",
            "runtime_hint" => "runtimeHint",
            "runtime_arguments" => "runtimeArguments",
            "package_arguments" => "packageArguments",
            "environment_variables" => "environmentVariables",
            "file_sha256" => "fileSha256",
            "value_hint" => "valueHint",
            "is_required" => "isRequired",
            "is_secret" => "isSecret",
            "is_repeated" => "isRepeated",
            "transport_type" => "transportType",
            "website_url" => "websiteUrl",
            "version_detail" => "versionDetail",
            other => other,
        };
        let value = match value {
            Value::Object(inner) if key != "_meta" => Value::Object(camel(inner)),
            Value::Array(items) => {
                let item = |item: &Value| {
                    item.as_object().map_or_else(|| item.clone(), |it| Value::Object(camel(it)))
                };
                Value::Array(items.iter().map(item).collect())
            }
            other => other.clone(),
        };
        out.entry(key.to_owned()).or_insert(value);
    }
    out
}

fn upgrade_package(package: &mut Map<String, Value>, notes: &mut Vec<String>) {
    if let Some(name) = package.remove("name") {
        package.entry("identifier").or_insert(name);
    }
    if matches!(package.get("registryType").and_then(Value::as_str), Some("docker" | "docker-hub")) {
        package.insert("registryType".to_owned(), "oci".into());
        // Of images, the place and the tag stand in the identifier now.
        let tag = package.remove("version").and_then(|tag| tag.as_str().map(ToOwned::to_owned));
        if let (Some(identifier), Some(tag)) = (package.get("identifier").and_then(Value::as_str), tag)
            && !identifier.contains(':')
            && !tag.is_empty()
        {
            let tagged = format!("{identifier}:{tag}");
            package.insert("identifier".to_owned(), tagged.into());
        }
        package.remove("registryBaseUrl");
    }
    if matches!(package.get("version").and_then(Value::as_str), Some("" | "latest")) {
        package.remove("version");
        notes.push("a package has no fixed version".to_owned());
    }
    package.entry("transport").or_insert_with(|| json!({ "type": "stdio" }));
    for key in ["environmentVariables", "packageArguments", "runtimeArguments"] {
        for input in objects(package, key) {
            // An empty text is no value, and lists did not say of what kind an argument is.
            input.retain(|key, value| {
                !(matches!(key.as_str(), "value" | "default" | "valueHint") && value == "")
            });
            let is_argument = key != "environmentVariables";
            if is_argument && !input.contains_key("type") {
                let kind = if input.contains_key("name") { "named" } else { "positional" };
                input.insert("type".to_owned(), kind.into());
            }
            if is_argument {
                split_name(input);
            }
            let is_positional = input.get("type").and_then(Value::as_str) == Some("positional");
            if is_positional && !input.contains_key("value") && !input.contains_key("valueHint") {
                let hint = input.get("name").cloned().unwrap_or_else(|| "value".into());
                input.insert("valueHint".to_owned(), hint);
            }
        }
    }
}

/// `--directory <folder>` once stood as name, value and default at once: each gets its part. A place that only stands for
/// what the user gives is no value.
fn split_name(argument: &mut Map<String, Value>) {
    let Some(name) = argument.get("name").and_then(Value::as_str) else { return };
    let Some(flag) = name.split_whitespace().next().filter(|flag| flag.starts_with('-')).map(str::to_owned)
    else {
        return;
    };
    for key in ["value", "default"] {
        let Some(text) = argument.get(key).and_then(Value::as_str) else { continue };
        let Some(rest) = text.strip_prefix(flag.as_str()) else { continue };
        let rest = rest.trim_start_matches(['=', ' ']).to_owned();
        if rest.is_empty() || rest.starts_with('<') && rest.ends_with('>') {
            argument.remove(key);
        } else {
            argument.insert(key.to_owned(), rest.into());
        }
    }
    argument.insert("name".to_owned(), flag.into());
}

/// Descriptions were longer once, or not there.
fn shorten(document: &mut Map<String, Value>, notes: &mut Vec<String>) {
    for key in ["description", "title"] {
        let Some(text) = document.get(key).and_then(Value::as_str) else { continue };
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.chars().count() > DESCRIPTION_CHARS_MAX {
            let cut = text.chars().take(DESCRIPTION_CHARS_MAX - 1).collect::<String>();
            notes.push(format!("its {key} was longer than 100 characters"));
            document.insert(key.to_owned(), format!("{}…", cut.trim_end()).into());
        } else if text.is_empty() && key == "title" {
            document.remove(key);
        } else {
            document.insert(key.to_owned(), text.into());
        }
    }
    let is_empty = document.get("description").and_then(Value::as_str).unwrap_or("").is_empty();
    if is_empty {
        let name = document.get("title").or_else(|| document.get("name")).cloned().unwrap_or_default();
        let name = name.as_str().unwrap_or("").chars().take(DESCRIPTION_CHARS_MAX).collect::<String>();
        notes.push("it had no description".to_owned());
        document.insert("description".to_owned(), name.into());
    }
}

/// An entry of ToolHive's registry before it had documents of the official form.
fn toolhive(name: &str, item: &Value) -> Entry {
    let mut notes = Vec::new();
    let variable = |it: &Value| {
        json!({ "name": it["name"], "description": it["description"].as_str().unwrap_or(""),
                "isRequired": it["required"].as_bool().unwrap_or(false), "isSecret": it["secret"].as_bool().unwrap_or(false) })
    };
    let variables = |key: &str| item[key].as_array().into_iter().flatten().map(variable).collect::<Vec<_>>();
    let mut document = base(name, item["description"].as_str().unwrap_or(""), None);
    let transport = item["transport"].as_str().unwrap_or("stdio");
    if let Some(url) = item["url"].as_str() {
        let kind = if transport == "sse" { "sse" } else { "streamable-http" };
        document.insert(
            "remotes".to_owned(),
            json!([{ "type": kind, "url": url, "headers": variables("headers") }]),
        );
    } else if let Some(image) = item["image"].as_str() {
        if transport != "stdio" {
            notes.push(format!("inside its image it speaks {transport}"));
        }
        document.insert("packages".to_owned(), json!([oci(image, variables("env_vars"))]));
    } else {
        return Entry::refused(name, "it has neither an image nor an address");
    }
    if let Some(url) = item["repository_url"].as_str().filter(|url| url.starts_with("https://")) {
        document.insert("repository".to_owned(), json!({ "url": url, "source": source_of(url) }));
    }
    ours(&mut document, "", &item["tags"], &item["tools"]);
    finished(name, document, notes, &item.to_string())
}

/// What any format's reader of ours understands.
fn described(format: &str, text: &str) -> Entry {
    let parsed = read_file(format, text.as_bytes());
    let first = parsed.diagnostics.iter().find(|it| it.level == DiagnosticLevel::Error);
    if let Some(error) = first {
        return Entry::refused(format, format!("line {}: {}", error.location.start_line, error.message));
    }
    let Some(manifest) = parsed.value else { return Entry::refused(format, "it says nothing") };
    let name = manifest.name.as_ref().map(|name| slug(&name.0)).unwrap_or_default();
    let mut document = base(&name, manifest.description.as_deref().unwrap_or(""), None);
    if let Some(version) = &manifest.version {
        document.insert("version".to_owned(), version.as_str().into());
    }
    let notes = reached(&manifest, &mut document);
    let tools = manifest.tools.iter().map(|tool| {
        json!({ "name": tool.name, "description": tool.description, "inputSchema": tool.input_schema })
    });
    let (tags, tools) = (json!(manifest.tags), Value::Array(tools.collect()));
    ours(&mut document, manifest.category.as_deref().unwrap_or(""), &tags, &tools);
    finished(if name.is_empty() { format } else { &name }, document, notes, text)
}

/// Packages and addresses of a manifest, with what each of them takes.
fn reached(manifest: &Manifest, document: &mut Map<String, Value>) -> Vec<String> {
    let mut notes = Vec::new();
    let of = |method: InjectionMethod| {
        manifest.requirements.iter().filter(move |it| it.injection.method == method)
    };
    let variables = of(InjectionMethod::Environment).map(input).collect::<Vec<_>>();
    let headers = of(InjectionMethod::Header).map(input).collect::<Vec<_>>();
    let mut packages = Vec::new();
    for reference in &manifest.packages {
        let (kind, rest) = reference.split_once(':').unwrap_or(("", reference));
        let (identifier, version) = match kind {
            "oci" => (rest, None),
            "pypi" => rest.split_once("==").map_or((rest, None), |(name, version)| (name, Some(version))),
            _ => rest
                .rsplit_once('@')
                .filter(|(name, _)| !name.is_empty())
                .map_or((rest, None), |(name, version)| (name, Some(version))),
        };
        let mut package = json!({ "registryType": kind, "identifier": identifier,
            "transport": { "type": "stdio" }, "environmentVariables": variables });
        if let Some(version) = version {
            package["version"] = version.into();
        }
        packages.push(package);
    }
    let remote = |url: &String| json!({ "type": "streamable-http", "url": url, "headers": headers });
    let remotes = manifest.remotes.iter().map(remote).collect::<Vec<_>>();
    if packages.is_empty() && remotes.is_empty() {
        notes.push("it names no package and no address; upload its source".to_owned());
        // What it takes is not lost: the document has no other place for it.
        if !variables.is_empty() || !headers.is_empty() {
            notes.push(format!("{} requirements stand in its source alone", manifest.requirements.len()));
        }
    }
    let query = of(InjectionMethod::Query).chain(of(InjectionMethod::Body)).count();
    if query > 0 {
        notes.push(format!(
            "{query} requirements are placed in the query or the body, which a server.json cannot say"
        ));
    }
    for (key, items) in [("packages", packages), ("remotes", remotes)] {
        if !items.is_empty() {
            document.insert(key.to_owned(), Value::Array(items));
        }
    }
    notes
}

/// A requirement as a `server.json` says it.
fn input(requirement: &Requirement) -> Value {
    let format = match requirement.value_type {
        ValueType::String => "string",
        ValueType::Number => "number",
        ValueType::Boolean => "boolean",
    };
    let mut input = json!({ "name": requirement.injection.name });
    let described = |of: &mut Value| {
        if let Some(description) = &requirement.description {
            of["description"] = description.as_str().into();
        }
        of["isRequired"] = requirement.required.into();
        of["isSecret"] = requirement.secret.into();
        of["format"] = format.into();
    };
    match requirement.template.as_ref().filter(|template| template.contains('{')) {
        Some(template) => {
            input["value"] = template.as_str().into();
            let mut variable = json!({});
            described(&mut variable);
            input["variables"] = json!({});
            input["variables"][requirement.key.as_str()] = variable;
        }
        None => described(&mut input),
    }
    input
}

fn base(name: &str, description: &str, title: Option<&str>) -> Map<String, Value> {
    let mut document = Map::new();
    document.insert("$schema".to_owned(), CURRENT_SCHEMA.into());
    document.insert("name".to_owned(), slug(name).into());
    document.insert("description".to_owned(), description.into());
    if let Some(title) = title.filter(|title| !title.trim().is_empty()) {
        document.insert("title".to_owned(), title.into());
    }
    document
}

/// Category, tags and tools, where publishers say them.
fn ours(document: &mut Map<String, Value>, category: &str, tags: &Value, tools: &Value) {
    let tools = tools.as_array().filter(|tools| !tools.is_empty());
    let mut said = json!({ "category": category, "tags": tags.as_array().cloned().unwrap_or_default() });
    if let Some(tools) = tools {
        said["tools"] = json!(tools);
        // A registry keeps 4 KiB of what publishers say: names are told before descriptions.
        if said.to_string().len() > 3_500 {
            let names = tools.iter().filter_map(|tool| tool.as_str().or_else(|| tool["name"].as_str()));
            said["tools"] = json!(names.take(60).collect::<Vec<_>>());
        }
    }
    if said.to_string().len() <= 3_900 {
        document.insert("_meta".to_owned(), json!({ PUBLISHER: { OURS: said } }));
    }
}

/// The entry, with a version of its content where it has none.
fn finished(label: &str, mut document: Map<String, Value>, mut notes: Vec<String>, content: &str) -> Entry {
    shorten(&mut document, &mut notes);
    document.entry("version").or_insert_with(|| {
        let digest = Digest::of(content.as_bytes());
        format!("0.0.0+{}", &digest.as_str()[..8]).into()
    });
    Entry { label: label.to_owned(), document: Ok(Value::Object(document)), notes }
}

fn oci(image: &str, variables: Vec<Value>) -> Value {
    json!({ "registryType": "oci", "identifier": image, "transport": { "type": "stdio" }, "environmentVariables": variables })
}

fn source_of(url: &str) -> &'static str {
    if url.contains("//gitlab.") { "gitlab" } else { "github" }
}

/// A name as a registry takes it: what else stands in it becomes a `-`.
fn slug(name: &str) -> String {
    let plain = |it: char| if it.is_ascii_alphanumeric() || "._-/".contains(it) { it } else { '-' };
    name.trim().chars().map(plain).collect::<String>().trim_matches(['-', '.', '_']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(path: &str, text: &str) -> (Value, Vec<String>) {
        let mut all = entries(path, text);
        assert_eq!(all.len(), 1, "{all:?}");
        let entry = all.remove(0);
        (entry.document.unwrap(), entry.notes)
    }

    fn valid(mut document: Value) {
        let name = document["name"].as_str().unwrap().to_owned();
        if !name.contains('/') {
            document["name"] = format!("team/{name}").into();
        }
        let found = super::super::check(&document).1;
        assert!(found.valid, "{found:?} {document}");
    }

    #[test]
    fn a_document_of_the_first_year() {
        let text = json!([{ "server": {
            "name": "io.github.a/weather", "description": "x ".repeat(80), "status": "active",
            "repository": { "url": "", "source": "" }, "version_detail": { "version": "0.0.1-seed" },
            "packages": [
                { "registry_type": "npm", "identifier": "weather", "version": "1.0.0", "registry_base_url": "https://registry.npmjs.org",
                  "environment_variables": [{ "name": "KEY", "is_required": true, "is_secret": true, "default": "" }],
                  "package_arguments": [
                    { "type": "positional", "value": "", "is_required": true },
                    { "type": "named", "name": "--python 3.13", "value": "--python 3.13", "default": "--python 3.13" },
                    { "type": "named", "name": "--directory <folder>", "value": "--directory <folder>", "value_hint": "<folder>" }] },
                { "registry_name": "docker-hub", "name": "a/weather", "version": "2.0" } ],
            "remotes": [{ "transport_type": "sse", "url": "https://weather.example.com/sse" }] } }]);
        let (document, notes) = only("seed.json", &text.to_string());
        assert_eq!(document["version"], "0.0.1-seed");
        assert_eq!(document["packages"][0]["environmentVariables"][0]["isSecret"], true);
        let arguments = &document["packages"][0]["packageArguments"];
        assert_eq!((&arguments[1]["name"], &arguments[1]["value"]), (&json!("--python"), &json!("3.13")));
        assert_eq!((&arguments[2]["name"], &arguments[2]["value"]), (&json!("--directory"), &Value::Null));
        assert_eq!(document["packages"][1]["identifier"], "a/weather:2.0");
        assert_eq!(
            (&document["remotes"][0]["type"], &document["packages"][1]["registryType"]),
            (&json!("sse"), &json!("oci"))
        );
        assert_eq!(notes, ["its description was longer than 100 characters"]);
        valid(document);
    }

    #[test]
    fn catalogs_and_manifests() {
        let text = "name: github\nimage: ghcr.io/github/github-mcp-server\ntype: server\nmeta:\n  category: devops\n  tags: [github]\nabout:\n  title: GitHub\n  description: Talks to GitHub\nconfig:\n  secrets:\n    - name: github.token\n      env: GITHUB_TOKEN\n      example: x\n";
        let (document, _) = only("servers/github/server.yaml", text);
        assert_eq!(document["packages"][0]["identifier"], "ghcr.io/github/github-mcp-server");
        assert_eq!(document["packages"][0]["environmentVariables"][0]["isSecret"], true);
        assert_eq!(document["_meta"][PUBLISHER][OURS]["category"], "devops");
        valid(document);

        let catalog = "registry:\n  weather:\n    title: Weather\n    description: Tells the weather\n    image: mcp/weather@sha256:00\n    secrets: [{ name: weather.key, env: KEY }]\n    tools: [{ name: forecast }]\n    metadata: { category: sky }\n  nothing: {}\n";
        let all = entries("catalog.yaml", catalog);
        valid(all[0].document.clone().unwrap());
        assert_eq!((all[1].label.as_str(), all[1].document.is_err()), ("nothing", true));

        let toolhive = json!({ "servers": { "weather": { "image": "ghcr.io/a/weather:1", "description": "W", "transport": "stdio",
            "tags": ["sky"], "tools": ["forecast"], "repository_url": "https://github.com/a/b", "env_vars": [{ "name": "K", "secret": true }] } },
            "remote_servers": { "rain": { "url": "https://rain.example.com/mcp", "description": "", "transport": "streamable-http" } } });
        for entry in entries("registry.json", &toolhive.to_string()) {
            valid(entry.document.unwrap());
        }
        let bundle = json!({ "manifest_version": "0.3", "name": "hello world", "version": "1.0.0", "description": "Says hello",
            "author": { "name": "A" }, "server": { "type": "node", "entry_point": "index.js", "mcp_config": { "command": "node", "args": [] } },
            "user_config": { "api_key": { "type": "string", "title": "Key", "description": "K", "sensitive": true, "required": true } } });
        let (document, _) = only("manifest.json", &bundle.to_string());
        assert_eq!((&document["name"], &document["version"]), (&json!("hello-world"), &json!("1.0.0")));
        valid(document);

        let smithery = "startCommand:\n  type: http\n  configSchema:\n    type: object\n    properties:\n      key: { type: string }\n";
        let (document, notes) = only("weather/smithery.yaml", smithery);
        assert_eq!(document["name"], "weather");
        assert!(notes.iter().any(|note| note.contains("query")), "{notes:?}");
        valid(document);
    }

    #[test]
    fn what_is_bad_is_told_and_stops_nothing() {
        let text = json!({ "servers": [7, { "server": { "name": "a/b", "status": "deleted" } }, { "name": "io.x/good", "version": "1", "description": "d" }] });
        let all = entries("list.json", &text.to_string());
        assert_eq!(all.iter().map(|entry| entry.document.is_ok()).collect::<Vec<_>>(), [false, false, true]);
        for (path, text) in [
            ("a.json", "{"),
            ("a.yaml", "a: [\n"),
            ("server.yaml", "- 1"),
            ("smithery.yaml", "build:\n  dockerBuildPath: ..\nstartCommand: {type: http}\n"),
            ("manifest.json", "{\"manifest_version\":1}"),
        ] {
            let all = entries(path, text);
            assert!(all.len() == 1 && all[0].document.is_err(), "{path} {all:?}");
        }
        assert!(bundle(b"PK", None).document.is_err());
        let deep = "[".repeat(100_000);
        assert!(
            entries("a.json", &deep)[0].document.is_err() && entries("a.yaml", &deep)[0].document.is_err()
        );
    }
}
