//! A `server.json`: its form, and what it says.
//!
//! The form is that of 2025-12-11, checked by hand: objects are open there, and a validator of JSON Schema would be a
//! dependency for thirty rules. The references are the official registry's.

use serde_json::{Map, Value};

use super::{issues::Validation, packages, semver::is_range, urls};

/// The only key below `_meta` that publishers write.
pub(crate) const PUBLISHER: &str = "io.modelcontextprotocol.registry/publisher-provided";

/// Longest value of it, bytes of JSON.
const PUBLISHER_BYTES_MAX: usize = 4096;

/// The schema that documents are answered with, and earlier ones with the same shape.
const SCHEMA_PREFIX: &str = "https://static.modelcontextprotocol.io/schemas/";
const SCHEMA_CURRENT: &str = "2025-12-11";
/// The address of the schema that documents are answered with.
pub(crate) const CURRENT_SCHEMA: &str =
    "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json";
pub(super) const SCHEMAS_EARLIER: &[&str] = &["2025-09-16", "2025-09-29", "2025-10-11", "2025-10-17"];

/// A document that can be published.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    pub(crate) name: String,
    pub(crate) version: String,
    /// As it is kept: what it says, less what only the registry may say.
    pub(crate) json: Value,
}

impl Document {
    /// The part of its name before the slash.
    pub(crate) fn namespace(&self) -> &str {
        self.name.split('/').next().unwrap_or("")
    }
}

/// Reads a document and says everything that is wrong with it. There is none where anything forbids it.
pub(crate) fn check(value: &Value) -> (Option<Document>, Validation) {
    let mut found = Validation::new();
    let Some(root) = value.as_object() else {
        found.schema("", "a server.json is an object");
        return (None, found);
    };
    schema_version(root, &mut found);
    let name = text(root, "", "name", 3, 200, true, &mut found).unwrap_or_default();
    server_name(name, &mut found);
    text(root, "", "description", 1, 100, true, &mut found);
    let version = text(root, "", "version", 1, 255, true, &mut found).unwrap_or_default();
    one_version("version", version, &mut found);
    if let Some(title) = text(root, "", "title", 1, 100, false, &mut found)
        && title.trim().is_empty()
    {
        found.semantic("title", "title-whitespace-only", "the title is only white space");
    }
    repository(root, &mut found);
    website(root, &mut found);
    icons(root, &mut found);
    each(root, "packages", &mut found, packages::package);
    each(root, "remotes", &mut found, packages::remote);
    let reached = ["packages", "remotes"]
        .iter()
        .any(|key| root.get(*key).is_some_and(|it| it != &Value::Array(vec![])));
    if !reached {
        found.warn(
            "",
            "no-package-or-remote",
            "it names neither a package nor a remote, so that nobody can use it",
        );
    }
    let json = kept(root, &mut found);
    let document = found.valid.then(|| Document { name: name.to_owned(), version: version.to_owned(), json });
    (document, found)
}

fn schema_version(root: &Map<String, Value>, found: &mut Validation) {
    let Some(schema) = text(root, "", "$schema", 1, 500, true, found) else { return };
    let date = schema.strip_prefix(SCHEMA_PREFIX).and_then(|rest| rest.strip_suffix("/server.schema.json"));
    match date {
        Some(SCHEMA_CURRENT) => {}
        Some(date) if SCHEMAS_EARLIER.contains(&date) => {
            let message = format!("the schema of {date} is outdated; {SCHEMA_CURRENT} is current");
            found.warn("$schema", "schema-version-deprecated", message);
        }
        _ => found.schema(
            "$schema",
            format!("unknown schema; write {SCHEMA_PREFIX}{SCHEMA_CURRENT}/server.schema.json"),
        ),
    }
}

fn server_name(name: &str, found: &mut Validation) {
    let part = |part: &str, more: &str| {
        let bytes = part.as_bytes();
        let ends = [bytes.first(), bytes.last()];
        bytes.len() >= 2
            && ends.iter().all(|end| end.is_some_and(u8::is_ascii_alphanumeric))
            && part.chars().all(|it| it.is_ascii_alphanumeric() || more.contains(it))
    };
    let fits = name.split_once('/').is_some_and(|(space, own)| part(space, ".-") && part(own, "._-"));
    if !fits {
        let message = "a name is NAMESPACE/NAME: letters, digits, `.` and `-`, in the second part `_`, too, with a \
                       letter or digit at each end";
        found.semantic("name", "invalid-server-name", message);
    }
}

/// A version must be one.
pub(super) fn one_version(path: &str, version: &str, found: &mut Validation) {
    if version == "latest" {
        found.semantic(path, "reserved-version-string", "`latest` is no version");
    } else if is_range(version) {
        found.semantic(path, "version-looks-like-range", "this is a range; write one version");
    }
}

fn repository(root: &Map<String, Value>, found: &mut Validation) {
    let Some(value) = root.get("repository") else { return };
    let Some(object) = value.as_object() else { return found.schema("repository", "is no object") };
    // An empty one counts as none, as it always did.
    if object.values().all(|value| value == "") {
        return;
    }
    let url = text(object, "repository.", "url", 1, 500, true, found).unwrap_or_default();
    text(object, "repository.", "source", 1, 100, true, found);
    if !url.is_empty() && urls::parts(url).is_none_or(|(scheme, _)| scheme != "https") {
        found.semantic("repository.url", "invalid-repository-url", "write an https address");
    }
    if let Some(folder) = text(object, "repository.", "subfolder", 0, 500, false, found)
        && (folder.starts_with('/') || folder.contains('\\') || folder.split('/').any(|part| part == ".."))
    {
        found.semantic(
            "repository.subfolder",
            "invalid-subfolder-path",
            "write a relative path without `..`",
        );
    }
}

fn website(root: &Map<String, Value>, found: &mut Validation) {
    let Some(url) = text(root, "", "websiteUrl", 0, 500, false, found).filter(|url| !url.is_empty()) else {
        return;
    };
    match urls::parts(url) {
        None => found.semantic("websiteUrl", "website-url-must-be-absolute", "write an absolute address"),
        Some((scheme, _)) if scheme != "https" => {
            found.semantic("websiteUrl", "website-url-invalid-scheme", "write an https address");
        }
        Some(_) => {}
    }
}

fn icons(root: &Map<String, Value>, found: &mut Validation) {
    each(root, "icons", found, |icon, path, found| {
        let Some(src) = text(icon, path, "src", 1, 255, true, found) else { return };
        match urls::parts(src) {
            None => {
                found.semantic(&format!("{path}src"), "icon-src-not-absolute", "write an absolute address")
            }
            Some((scheme, _)) if scheme != "https" => {
                found.semantic(&format!("{path}src"), "icon-src-invalid-scheme", "write an https address");
            }
            Some(_) => {}
        }
    });
}

/// What is kept: `_meta` has what publishers write there, and nothing else.
fn kept(root: &Map<String, Value>, found: &mut Validation) -> Value {
    let mut json = root.clone();
    let meta = json.remove("_meta");
    if let Some(publisher) = meta.as_ref().and_then(|meta| meta.get(PUBLISHER)) {
        if publisher.to_string().len() > PUBLISHER_BYTES_MAX {
            found.semantic(
                &format!("_meta.{PUBLISHER}"),
                "publisher-extension-too-long",
                "is longer than 4 KiB",
            );
        }
        let mut meta = Map::new();
        meta.insert(PUBLISHER.to_owned(), publisher.clone());
        json.insert("_meta".to_owned(), Value::Object(meta));
    }
    json.insert("$schema".to_owned(), format!("{SCHEMA_PREFIX}{SCHEMA_CURRENT}/server.schema.json").into());
    Value::Object(json)
}

/// A text of a length, where it is there. What is null is not there.
pub(super) fn text<'a>(
    object: &'a Map<String, Value>,
    path: &str,
    key: &str,
    least: usize,
    most: usize,
    is_required: bool,
    found: &mut Validation,
) -> Option<&'a str> {
    let at = format!("{path}{key}");
    match object.get(key) {
        None | Some(Value::Null) if is_required => {
            found.schema(&at, "is required");
            None
        }
        None | Some(Value::Null) => None,
        Some(Value::String(text)) if (least..=most).contains(&text.chars().count()) => Some(text),
        Some(Value::String(_)) => {
            found.schema(&at, format!("has {least} to {most} characters"));
            None
        }
        Some(_) => {
            found.schema(&at, "is a text");
            None
        }
    }
}

/// The objects of a list, where it is there; `path` ends in a dot.
pub(super) fn each(
    object: &Map<String, Value>,
    key: &str,
    found: &mut Validation,
    one: impl Fn(&Map<String, Value>, &str, &mut Validation),
) {
    each_at(object, "", key, found, one);
}

/// The same below a path.
pub(super) fn each_at(
    object: &Map<String, Value>,
    path: &str,
    key: &str,
    found: &mut Validation,
    one: impl Fn(&Map<String, Value>, &str, &mut Validation),
) {
    match object.get(key) {
        None | Some(Value::Null) => {}
        Some(Value::Array(items)) => {
            for (at, item) in items.iter().enumerate() {
                let place = format!("{path}{key}[{at}]");
                match item.as_object() {
                    Some(item) => one(item, &format!("{place}."), found),
                    None => found.schema(&place, "is an object"),
                }
            }
        }
        Some(_) => found.schema(&format!("{path}{key}"), "is a list"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn minimal() -> Value {
        json!({
            "$schema": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
            "name": "com.example/weather",
            "description": "Tells the weather",
            "version": "1.0.0",
            "remotes": [{ "type": "streamable-http", "url": "https://mcp.example.com/mcp" }],
        })
    }

    /// The references of what is wrong with the minimal document after a change.
    fn references(change: Value) -> Vec<&'static str> {
        let mut document = minimal();
        document.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        check(&document).1.issues.iter().map(|issue| issue.reference).collect()
    }

    #[test]
    fn a_minimal_document_is_valid() {
        let (document, found) = check(&minimal());
        assert_eq!(found, Validation::new());
        assert_eq!(document.unwrap().namespace(), "com.example");
    }

    #[test]
    fn what_is_wrong_is_told_by_its_reference() {
        for (change, reference) in [
            (json!({ "name": "weather" }), "invalid-server-name"),
            (json!({ "name": "com.example/a/b" }), "invalid-server-name"),
            (json!({ "name": "com.example/-ab" }), "invalid-server-name"),
            (json!({ "name": "c_m/ab" }), "invalid-server-name"),
            (json!({ "name": 7 }), "schema-validation"),
            (json!({ "description": "x".repeat(101) }), "schema-validation"),
            (json!({ "description": "" }), "schema-validation"),
            (json!({ "version": "latest" }), "reserved-version-string"),
            (json!({ "version": "^1.2.3" }), "version-looks-like-range"),
            (json!({ "title": "  " }), "title-whitespace-only"),
            (json!({ "$schema": "https://example.com/x" }), "schema-validation"),
            (
                json!({ "$schema": "https://static.modelcontextprotocol.io/schemas/2025-10-17/server.schema.json" }),
                "schema-version-deprecated",
            ),
            (
                json!({ "repository": { "url": "http://a.example/x", "source": "github" } }),
                "invalid-repository-url",
            ),
            (
                json!({ "repository": { "url": "https://a.example/x", "source": "g", "subfolder": "a/../.." } }),
                "invalid-subfolder-path",
            ),
            (json!({ "websiteUrl": "example.com" }), "website-url-must-be-absolute"),
            (json!({ "websiteUrl": "http://example.com" }), "website-url-invalid-scheme"),
            (json!({ "icons": [{ "src": "data:image/png;base64,AA" }] }), "icon-src-not-absolute"),
            (json!({ "icons": [{ "src": "http://a.example/i.png" }] }), "icon-src-invalid-scheme"),
            (json!({ "icons": [{}] }), "schema-validation"),
            (json!({ "remotes": [] }), "no-package-or-remote"),
            (json!({ "remotes": {} }), "schema-validation"),
            (json!({ "_meta": { PUBLISHER: "x".repeat(4096) } }), "publisher-extension-too-long"),
        ] {
            assert!(
                references(change.clone()).contains(&reference),
                "{change}: {:?}",
                references(change.clone())
            );
        }
        assert!(check(&json!([])).0.is_none());
    }

    #[test]
    fn only_publishers_words_are_kept_of_the_meta() {
        let mut document = minimal();
        document["_meta"] = json!({
            PUBLISHER: { "tool": "x" },
            "io.modelcontextprotocol.registry/official": { "isLatest": true },
        });
        let kept = check(&document).0.unwrap().json;
        assert_eq!(kept["_meta"], json!({ PUBLISHER: { "tool": "x" } }));
    }
}
