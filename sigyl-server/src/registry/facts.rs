//! What is known of a version: what its document says, and what its source does where that was scanned.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sigyl_core::{
    Manifest, ScanReport, Tool, ToolOrigin, ToolPins,
    manifest::{Requirement, Runtime, read_file},
};

use super::PUBLISHER;
use crate::{
    db::{Connection, DbError, execute, fetch_optional},
    http::ApiError,
};

/// Our own key among what publishers say.
pub(crate) const OURS: &str = "dev.sigyl";

/// ToolHive's.
const TOOLHIVE: &str = "io.github.stacklok";

/// Most tags and longest tag or category.
pub(crate) const TAGS_MAX: usize = 20;
pub(crate) const TAG_CHARS_MAX: usize = 50;

/// What is known, less tools and files, which are kept beside it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Facts {
    pub(crate) category: String,
    pub(crate) tags: Vec<String>,
    pub(crate) runtime: String,
    pub(crate) requirements: Vec<Requirement>,
}

/// A file of a source: path, digest and size in bytes.
pub(crate) type FileFact = (String, String, u64);

/// All that is known of a version.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    pub(crate) facts: Facts,
    pub(crate) tools: Vec<Tool>,
}

/// From a document and, where there is one, the report on its source. What the source says of tools and of the runtime
/// counts; what either requires is required.
pub(crate) fn known(document: &Value, report: Option<&ScanReport>) -> Known {
    let read = read_file("server.json", document.to_string().as_bytes()).value.unwrap_or_default();
    let publisher = document.get("_meta").and_then(|meta| meta.get(PUBLISHER));
    let said = publisher.and_then(|publisher| publisher.get(OURS));
    let mut facts = Facts {
        category: said.and_then(|said| said["category"].as_str()).map(short).unwrap_or_default(),
        tags: said.map(|said| tags(&said["tags"])).unwrap_or_default(),
        runtime: runtime(document),
        requirements: read.requirements,
    };
    let mut tools = said.map(|said| declared(&said["tools"])).unwrap_or_default();
    if let Some(entries) = publisher.and_then(|publisher| publisher[TOOLHIVE].as_object()) {
        for entry in entries.values() {
            facts.tags.extend(tags(&entry["tags"]));
            let definitions = if entry["tool_definitions"].is_array() { "tool_definitions" } else { "tools" };
            tools.extend(declared(&entry[definitions]));
        }
    }
    if let Some(report) = report {
        let manifest = report.manifest.clone().unwrap_or_default();
        of_source(&mut facts, manifest);
        if !report.tools.is_empty() {
            tools.clone_from(&report.tools);
        }
    }
    facts.tags.truncate(TAGS_MAX);
    let mut seen = std::collections::HashSet::new();
    facts.tags.retain(|tag| seen.insert(tag.to_lowercase()));
    Known { facts, tools }
}

fn of_source(facts: &mut Facts, manifest: Manifest) {
    if facts.category.is_empty() {
        facts.category = manifest.category.as_deref().map(short).unwrap_or_default();
    }
    facts.tags.extend(manifest.tags.iter().map(|tag| short(tag)));
    if let Some(runtime) = manifest.runtime {
        facts.runtime = match runtime {
            Runtime::Node => "node",
            Runtime::Python => "python",
            Runtime::Go => "go",
            Runtime::Rust => "rust",
            Runtime::Container => "container",
        }
        .to_owned();
    }
    for requirement in manifest.requirements {
        if !facts.requirements.iter().any(|known| known.key == requirement.key) {
            facts.requirements.push(requirement);
        }
    }
}

fn short(text: &str) -> String {
    text.trim().chars().filter(|letter| !letter.is_control()).take(TAG_CHARS_MAX).collect()
}

fn tags(value: &Value) -> Vec<String> {
    let tags = value.as_array().into_iter().flatten().filter_map(Value::as_str);
    tags.map(short).filter(|tag| !tag.is_empty()).take(TAGS_MAX).collect()
}

/// Tools that a document names, as texts or as objects.
fn declared(value: &Value) -> Vec<Tool> {
    let tool = |value: &Value| {
        let name = value.as_str().or_else(|| value["name"].as_str())?.to_owned();
        let description = value["description"].as_str().map(ToOwned::to_owned);
        let part = |key: &str| value.get(key).filter(|part| part.is_object()).cloned();
        let (input, output) = (part("inputSchema"), part("outputSchema"));
        let annotations = part("annotations");
        let pins = ToolPins::new(
            &name,
            description.as_deref(),
            input.as_ref(),
            output.as_ref(),
            annotations.as_ref(),
        );
        Some(Tool {
            name,
            description,
            input_schema: input,
            output_schema: output,
            annotations,
            location: None,
            description_location: None,
            origin: ToolOrigin::Manifest,
            pins,
        })
    };
    value.as_array().into_iter().flatten().filter_map(tool).take(500).collect()
}

/// What runs the first package; `remote` where there is none.
fn runtime(document: &Value) -> String {
    let kind = document["packages"][0]["registryType"].as_str();
    let name = match kind {
        Some("npm") => "node",
        Some("pypi") => "python",
        Some("oci") => "container",
        Some("cargo") => "rust",
        Some("nuget") => "dotnet",
        Some(other) => other,
        None if document["remotes"].as_array().is_some_and(|remotes| !remotes.is_empty()) => "remote",
        None => "",
    };
    short(name)
}

/// Keeps what is known of a version; files only where they are told.
pub(crate) async fn put(
    transaction: &mut Connection,
    (name, version): (&str, &str),
    known: &Known,
    files: Option<&[FileFact]>,
) -> Result<(), ApiError> {
    let text = |it: serde_json::Result<String>| it.map_err(|error| ApiError::internal(&error));
    let files = files.map(serde_json::to_string).transpose().map_err(|error| ApiError::internal(&error))?;
    execute!(
        transaction,
        "INSERT INTO version_facts (name, version, facts, tools, files) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (name, version) DO UPDATE
         SET facts = excluded.facts, tools = excluded.tools,
             files = COALESCE(excluded.files, version_facts.files)",
        name,
        version,
        text(serde_json::to_string(&known.facts))?,
        text(serde_json::to_string(&known.tools))?,
        files
    )?;
    Ok(())
}

/// What is known of a version.
pub(crate) async fn get(
    connection: &mut Connection,
    name: &str,
    version: &str,
) -> Result<Option<Known>, ApiError> {
    let row: Option<(String, String)> = fetch_optional!(
        connection,
        "SELECT facts, tools FROM version_facts WHERE name = $1 AND version = $2",
        name,
        version
    )?;
    let Some((facts, tools)) = row else { return Ok(None) };
    Ok(Some(Known { facts: read(&facts)?, tools: read(&tools)? }))
}

/// The files of a version's source, by path; none where it was not scanned.
pub(crate) async fn files(
    connection: &mut Connection,
    name: &str,
    version: &str,
) -> Result<Option<Vec<FileFact>>, ApiError> {
    let row: Result<Option<(Option<String>,)>, DbError> = fetch_optional!(
        connection,
        "SELECT files FROM version_facts WHERE name = $1 AND version = $2",
        name,
        version
    );
    row?.and_then(|row| row.0).map(|text| read(&text)).transpose()
}

/// JSON that we wrote.
pub(super) fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, ApiError> {
    serde_json::from_str(text).map_err(|error| ApiError::internal(&error))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_document_tells_what_it_requires_and_what_publishers_say() {
        let document = json!({
            "name": "com.example/weather", "description": "Tells the weather", "version": "1.0.0",
            "packages": [{ "registryType": "pypi", "identifier": "weather", "version": "1.0.0",
                "transport": { "type": "stdio" },
                "environmentVariables": [{ "name": "WEATHER_KEY", "isSecret": true, "isRequired": true }] }],
            "_meta": { PUBLISHER: {
                "dev.sigyl": { "category": "Weather", "tags": ["sky", "Sky", 7, ""], "tools": ["forecast"] },
                "io.github.stacklok": { "x": { "tags": ["rain"], "tools": ["radar"] } },
            } },
        });
        let known = known(&document, None);
        assert_eq!(known.facts.category, "Weather");
        assert_eq!(known.facts.tags, ["sky", "rain"]);
        assert_eq!(known.facts.runtime, "python");
        let keys = known.facts.requirements.iter().map(|it| (it.key.as_str(), it.required, it.secret));
        assert_eq!(keys.collect::<Vec<_>>(), [("WEATHER_KEY", true, true)]);
        let tools = known.tools.iter().map(|tool| tool.name.as_str()).collect::<Vec<_>>();
        assert_eq!(tools, ["forecast", "radar"]);
        assert_eq!(super::known(&json!({ "remotes": [{}] }), None).facts.runtime, "remote");
        assert_eq!(super::known(&json!(7), None).facts, Facts::default());
    }
}
