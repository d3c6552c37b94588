//! Tools that files of the tree declare without code: manifests, saved listings, tables of texts.

use memchr::memmem;
use rustc_hash::FxHashSet;
use serde_json::{Map, Value};
use sigyl_core::{Location, Manifest, Span, Tool, ToolOrigin, ToolPins};

use super::{
    definition::{self, Said},
    listing::Listing,
};
use crate::{
    context::{Offered, ToolPart, ToolText},
    driver::{Source, Sources},
    files::{FileKind, FileRole},
    flow::Offer,
    rule::Place,
};

/// Longest file that is read, in bytes. Chosen: a listing of a thousand tools.
const MOST_BYTES: usize = 4 << 20;
/// Texts that are read of one file. Chosen.
const MOST_TEXTS: usize = 20_000;
/// Texts of one file that are looked for from its start, because they stand in another order; chosen.
const MOST_RESTARTS: usize = 200;

/// What the files of the tree declare beside the offers that the source makes.
pub(crate) fn offers(
    manifest: &Manifest,
    sources: &Sources<'_>,
    roles: &[FileRole],
    from_source: &[Offer],
) -> Vec<Offer> {
    let mut found = Vec::new();
    for (source, role) in sources.files.iter().zip(roles) {
        if *role == FileRole::Runtime && source.kind == FileKind::Json && source.text.len() <= MOST_BYTES {
            of_file(source, &mut found);
        }
    }
    for tool in &manifest.tools {
        let Some(location) = &tool.location else { continue };
        let Some(source) = sources.files.iter().find(|source| source.file.path == location.path) else {
            continue;
        };
        if source.kind == FileKind::Json {
            continue;
        }
        let mut definition = Map::new();
        definition.insert("name".to_owned(), Value::String(tool.name.clone()));
        if let Some(text) = &tool.description {
            definition.insert("description".to_owned(), Value::String(text.clone()));
        }
        for (key, schema) in [("inputSchema", &tool.input_schema), ("outputSchema", &tool.output_schema)] {
            if let Some(schema) = schema {
                definition.insert(key.to_owned(), schema.clone());
            }
        }
        let start =
            source.lines().line_span(source.text, location.start_line).map_or(0, |span| span.start as usize);
        let mut finder = Finder { source, cursor: start, restarts: 0 };
        found.push(offer(Offered::Tool, &definition, &mut finder, true));
    }
    let known: FxHashSet<(&str, Option<&str>)> = from_source
        .iter()
        .filter_map(|offer| offer.tool.as_ref())
        .map(|tool| (tool.name.as_str(), tool.description.as_deref()))
        .collect();
    let mut names: FxHashSet<String> = known.iter().map(|(name, _)| (*name).to_owned()).collect();
    found.retain_mut(|offer| {
        let Some(tool) = &offer.tool else { return true };
        if known.contains(&(tool.name.as_str(), tool.description.as_deref())) && tool.input_schema.is_none() {
            return false;
        }
        // The source says more of a tool than a manifest does; its words count wherever they stand.
        if !names.insert(tool.name.clone()) {
            offer.tool = None;
        }
        true
    });
    found
}

fn of_file(source: &Source<'_>, found: &mut Vec<Offer>) {
    let name = source.file.name().to_ascii_lowercase();
    let is_declared = ["manifest.json", "server.json", "mcp.json", "tools.json", "mcp-tools.json"]
        .contains(&name.as_str())
        || name.ends_with(".tools.json");
    let is_listing = ["\"tools\"", "nputSchema\"", "\"input_schema\""]
        .iter()
        .any(|word| memmem::find(source.text.as_bytes(), word.as_bytes()).is_some());
    let is_table = ["descri", "tool", "strings", "texts", "messages", "locale", "i18n", "prompt"]
        .iter()
        .any(|word| source.file.path.to_ascii_lowercase().contains(word));
    if !is_declared && !is_listing && !is_table {
        return;
    }
    let Ok(value) = serde_json::from_str::<Value>(source.text) else { return };
    let mut finder = Finder { source, cursor: 0, restarts: 0 };
    let may_be_table = is_table && !is_declared;
    let (listing, value) = match (is_declared || is_listing, may_be_table) {
        (true, true) => (Listing::from_json(value.clone()).unwrap_or_default(), value),
        (true, false) => (Listing::from_json(value).unwrap_or_default(), Value::Null),
        (false, _) => (Listing::default(), value),
    };
    let before = found.len();
    for (offered, definitions) in [
        (Offered::Tool, &listing.tools),
        (Offered::Prompt, &listing.prompts),
        (Offered::Resource, &listing.resources),
        (Offered::Resource, &listing.templates),
    ] {
        for definition in definitions {
            let is_tool = ["inputSchema", "input_schema"].iter().any(|key| definition.contains_key(*key));
            if is_declared || is_tool || offered != Offered::Tool {
                found.push(offer(offered, definition, &mut finder, is_declared || is_tool));
            }
        }
    }
    if let Some(text) = &listing.instructions {
        let place = finder.place(text);
        let texts = vec![ToolText { part: ToolPart::Instructions, text: text.clone(), place }];
        found.push(Offer { offered: Offered::Server, name: String::new(), tool: None, texts, place });
    }
    if found.len() == before && may_be_table {
        let mut texts = Vec::new();
        table(&value, 0, &mut finder, &mut texts);
        if let Some(first) = texts.first() {
            let place = first.place;
            found.push(Offer { offered: Offered::Server, name: String::new(), tool: None, texts, place });
        }
    }
}

/// Every long text of a table of texts, which may become descriptions.
fn table(value: &Value, depth: usize, finder: &mut Finder<'_, '_>, texts: &mut Vec<ToolText>) {
    match value {
        Value::String(text) if text.len() >= 20 && texts.len() < MOST_TEXTS => {
            let place = finder.place(text);
            texts.push(ToolText { part: ToolPart::Result, text: text.clone(), place });
        }
        Value::Object(fields) if depth < 8 => {
            fields.values().for_each(|field| table(field, depth + 1, finder, texts));
        }
        _ => {}
    }
}

fn offer(
    offered: Offered,
    definition: &Map<String, Value>,
    finder: &mut Finder<'_, '_>,
    is_told: bool,
) -> Offer {
    let text = |key: &str| definition.get(key).and_then(Value::as_str);
    let name = text("name").or(text("uri")).or(text("uriTemplate")).unwrap_or_default().to_owned();
    let (said, _) = definition::texts(definition, MOST_TEXTS);
    let texts: Vec<ToolText> = said
        .into_iter()
        .map(|Said { part, text, .. }| ToolText { place: finder.place(&text), part, text })
        .collect();
    let place = texts.first().map_or_else(|| finder.start(), |text| text.place);
    let tool = (offered == Offered::Tool && is_told).then(|| tool(definition, &name, &texts, finder));
    Offer { offered, name, tool, texts, place }
}

fn tool(definition: &Map<String, Value>, name: &str, texts: &[ToolText], finder: &Finder<'_, '_>) -> Tool {
    let present = |name: &&str| definition.get(*name).filter(|part| !part.is_null());
    let part = |names: [&str; 2]| names.iter().find_map(present).cloned();
    let description = definition.get("description").and_then(Value::as_str);
    let input_schema = part(["inputSchema", "input_schema"]);
    let output_schema = part(["outputSchema", "output_schema"]);
    let annotations = present(&"annotations").cloned();
    let location = |wanted: &ToolPart| {
        let text = texts.iter().find(|text| text.part == *wanted)?;
        Some(finder.location(text.place.span))
    };
    Tool {
        name: name.to_owned(),
        pins: ToolPins::new(
            name,
            description,
            input_schema.as_ref(),
            output_schema.as_ref(),
            annotations.as_ref(),
        ),
        location: location(&ToolPart::Name),
        description_location: location(&ToolPart::Description),
        description: description.map(str::to_owned),
        input_schema,
        output_schema,
        annotations,
        origin: ToolOrigin::Manifest,
    }
}

/// Finds where the texts of a parsed file stand, from one to the next.
struct Finder<'a, 'b> {
    source: &'a Source<'b>,
    cursor: usize,
    restarts: usize,
}

impl Finder<'_, '_> {
    fn start(&self) -> Place {
        Place { file: self.source.id, span: Span::new(0, 0) }
    }

    /// The place of a text, as JSON or YAML may write it; the start of the file where it is written otherwise.
    fn place(&mut self, text: &str) -> Place {
        if text.is_empty() || self.restarts > MOST_RESTARTS {
            return self.start();
        }
        let quoted = serde_json::to_string(text).unwrap_or_default();
        for needle in [quoted.as_str(), text] {
            if let Some(at) = self.source.text.get(self.cursor..).and_then(|rest| rest.find(needle)) {
                let start = self.cursor + at;
                self.cursor = start + needle.len();
                return Place { file: self.source.id, span: Span::new(start as u32, self.cursor as u32) };
            }
        }
        self.restarts += 1;
        match self.source.text.find(&quoted) {
            Some(start) => {
                Place { file: self.source.id, span: Span::new(start as u32, (start + quoted.len()) as u32) }
            }
            None => self.start(),
        }
    }

    fn location(&self, span: Span) -> Location {
        self.source.lines().location(&self.source.file.path, self.source.text, span)
    }
}
