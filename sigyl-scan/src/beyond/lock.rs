//! `sigyl.lock`: what a server offered when somebody looked at it, to be committed and compared with later.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sigyl_core::{Digest, ScanReport, Tool, ToolPins};

use super::changes::{Change, changes};
use crate::words::Listing;

/// Name of the file.
pub const LOCK_FILE: &str = "sigyl.lock";

/// Version of the file's form; `docs/schema/lock.v1.json` describes it.
const LOCK_VERSION: u32 = 1;

/// Longest definition whose text is kept beside its digests, bytes of JSON. Chosen: an hour of reading.
const MOST_KEPT_BYTES: usize = 64 << 10;

/// What a server offers, pinned: the same bytes for the same offers, in whatever order they were listed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Pins of a server's offers")]
pub struct Lock {
    /// Version of this form, 1.
    pub lock_version: u32,
    /// Where the offers were read.
    pub origin: LockOrigin,
    /// What the server tells of itself, by `instructions`; at most one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub instructions: Vec<Pinned>,
    /// Tools, by name.
    pub tools: Vec<Pinned>,
    /// Prompts, by name; not known from source.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prompts: Vec<Pinned>,
    /// Resources, by address; not known from source.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<Pinned>,
    /// Templates of resources, by address; not known from source.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resource_templates: Vec<Pinned>,
}

/// Where pinned offers were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LockOrigin {
    /// From source code and manifests: tools only, and schemas only where they are literal.
    Source,
    /// From a listing, saved or live.
    Listing,
}

/// One pinned offer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pinned {
    /// Its name, or its address.
    pub name: String,
    /// SHA-256 over the canonical JSON (RFC 8785) of its definition without `_meta`.
    pub digest: Digest,
    /// Digests of its parts, as in a report.
    pub pins: ToolPins,
    /// The definition without `_meta`, so that a change can be shown; absent where it is longer than 64 KiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definition: Option<Value>,
}

/// Why a text is no lock that can be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LockError {
    /// Not the form of a lock; whoever changed it must write it anew.
    #[error("it has not the form of a lock")]
    Form(#[from] serde_json::Error),
    /// Written by a version of Sigyl that is newer than this one.
    #[error("its version is {0}, and this Sigyl knows {LOCK_VERSION} only")]
    Version(u32),
}

impl Lock {
    /// Pins what a server lists.
    pub fn of_listing(listing: &Listing) -> Self {
        let pinned = |definitions: &[Map<String, Value>], name: &str| {
            let of = |definition: &Map<String, Value>| {
                let text = |key: &str| definition.get(key).and_then(Value::as_str);
                Pinned::new(text(name).or(text("name")).unwrap_or_default(), definition.clone())
            };
            sorted(definitions.iter().map(of).collect())
        };
        let instructions = listing.instructions.as_ref().map(|text| {
            let mut definition = Map::new();
            definition.insert("description".to_owned(), Value::String(text.clone()));
            Pinned::new("instructions", definition)
        });
        Self {
            lock_version: LOCK_VERSION,
            origin: LockOrigin::Listing,
            instructions: instructions.into_iter().collect(),
            tools: pinned(&listing.tools, "name"),
            prompts: pinned(&listing.prompts, "name"),
            resources: pinned(&listing.resources, "uri"),
            resource_templates: pinned(&listing.templates, "uriTemplate"),
        }
    }

    /// Pins the tools that a scan found in source and manifests.
    pub fn of_source(report: &ScanReport) -> Self {
        let of = |tool: &Tool| {
            let mut definition = Map::new();
            definition.insert("name".to_owned(), Value::String(tool.name.clone()));
            if let Some(text) = &tool.description {
                definition.insert("description".to_owned(), Value::String(text.clone()));
            }
            let parts = [
                ("inputSchema", &tool.input_schema),
                ("outputSchema", &tool.output_schema),
                ("annotations", &tool.annotations),
            ];
            for (key, part) in parts {
                if let Some(part) = part {
                    definition.insert(key.to_owned(), part.clone());
                }
            }
            Pinned::new(&tool.name, definition)
        };
        Self {
            lock_version: LOCK_VERSION,
            origin: LockOrigin::Source,
            instructions: Vec::new(),
            tools: sorted(report.tools.iter().map(of).collect()),
            prompts: Vec::new(),
            resources: Vec::new(),
            resource_templates: Vec::new(),
        }
    }

    /// The file's text.
    ///
    /// # Errors
    /// Never in practice: plain data has a JSON form.
    pub fn to_json(&self) -> Result<String, LockError> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// Reads a file's text.
    ///
    /// # Errors
    /// [`LockError`], when it is no lock that this version knows.
    pub fn parse(text: &str) -> Result<Self, LockError> {
        let value: Value = serde_json::from_str(text)?;
        // A newer form has other fields, and its version says more than the first of them that is not known.
        if let Some(version) = value.get("lock_version").and_then(Value::as_u64)
            && version != u64::from(LOCK_VERSION)
        {
            return Err(LockError::Version(u32::try_from(version).unwrap_or(u32::MAX)));
        }
        Ok(serde_json::from_value(value)?)
    }

    /// How `now` differs from this lock. Where one is of source and one of a listing, what both know is compared.
    pub fn changes(&self, now: &Self) -> Vec<Change> {
        changes(self, now)
    }

    /// Number of all offers.
    pub fn count(&self) -> usize {
        self.instructions.len()
            + self.tools.len()
            + self.prompts.len()
            + self.resources.len()
            + self.resource_templates.len()
    }
}

impl Pinned {
    fn new(name: &str, mut definition: Map<String, Value>) -> Self {
        definition.shift_remove("_meta");
        let present = |name: &&str| definition.get(*name).filter(|part| !part.is_null());
        let part = |names: &[&str]| names.iter().find_map(present);
        let pins = ToolPins::new(
            name,
            definition.get("description").and_then(Value::as_str),
            part(&["inputSchema", "input_schema", "arguments"]),
            part(&["outputSchema", "output_schema"]),
            part(&["annotations"]),
        );
        let definition = by_key(Value::Object(definition));
        let text = definition.to_string();
        // Numbers that RFC 8785 cannot write are pinned as they stand.
        let digest = ToolPins::of_value(&definition).unwrap_or_else(|| Digest::of(text.as_bytes()));
        let definition = (text.len() <= MOST_KEPT_BYTES).then_some(definition);
        Self { name: name.to_owned(), digest, pins, definition }
    }
}

/// Two offers of one name are two, in the order of their digests.
fn sorted(mut pinned: Vec<Pinned>) -> Vec<Pinned> {
    pinned.sort_by(|a, b| (&a.name, &a.digest).cmp(&(&b.name, &b.digest)));
    pinned
}

/// The value with the keys of its objects sorted. JSON readers bound the depth.
fn by_key(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.into_iter().collect();
            fields.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(fields.into_iter().map(|(key, value)| (key, by_key(value))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(by_key).collect()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn lock(value: Value) -> Lock {
        Lock::of_listing(&Listing::from_json(value).expect("a listing"))
    }

    #[test]
    fn the_order_of_a_listing_does_not_matter() {
        let one = lock(json!({
            "instructions": "Be kind.",
            "tools": [{ "name": "b", "description": "B." }, { "name": "a", "inputSchema": { "x": 1, "a": 2 }, "description": "abc" }],
            "resources": [{ "uri": "file:///r", "name": "r" }],
        }));
        let two = lock(json!({
            "resources": [{ "name": "r", "uri": "file:///r", "_meta": { "time": 3 } }],
            "tools": [{ "description": "abc", "inputSchema": { "a": 2, "x": 1 }, "name": "a" }, { "description": "B.", "name": "b" }],
            "instructions": "Be kind.",
        }));
        assert_eq!(one.to_json().expect("JSON"), two.to_json().expect("JSON"));
        assert_eq!(Lock::parse(&one.to_json().expect("JSON")).expect("a lock"), one);
        assert_eq!(one.count(), 4);
        // RFC 1321, appendix A.5; what mcp-scan pins.
        assert_eq!(one.tools[0].pins.description_md5.as_deref(), Some("900150983cd24fb0d6963f7d28e17f72"));
    }

    #[test]
    fn long_definitions_keep_their_digests_only() {
        let text = "x".repeat(MOST_KEPT_BYTES);
        let long = lock(json!([{ "name": "a", "description": text }]));
        assert_eq!(long.tools[0].definition, None);
        let other = lock(json!([{ "name": "a", "description": format!("{text}y") }]));
        assert_ne!(long.tools[0].digest, other.tools[0].digest);
    }

    #[test]
    fn what_is_no_lock() {
        assert!(matches!(Lock::parse("{\"lock_version\": 2, \"new\": 1}"), Err(LockError::Version(2))));
        for text in
            ["", "[]", "{}", "{\"lock_version\": 1, \"origin\": \"source\", \"tools\": [], \"more\": 1}"]
        {
            assert!(matches!(Lock::parse(text), Err(LockError::Form(_))), "{text}");
        }
    }
}
