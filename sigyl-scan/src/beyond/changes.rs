//! How what a server offers differs from what was pinned, to the word.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use sigyl_core::{Digest, ToolPins};

use super::lock::{Lock, Pinned};

/// Parts of one offer that are told. Chosen: nobody reads more.
const MOST_PARTS: usize = 100;

/// Words of a text that are compared each with each; of longer ones the middle is one change. Chosen: two hundred offers
/// of nothing but such texts are told in seconds.
const MOST_WORDS: usize = 600;

/// Offers of one name that are compared each with each, between source and a listing. Chosen.
const MOST_NAMESAKES: usize = 50;

/// One offer that is not what was pinned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Change {
    /// What became of it.
    pub kind: ChangeKind,
    /// `tool`, `prompt`, `resource`, `resource template` or `server`.
    pub offered: &'static str,
    /// Its name, or its address.
    pub name: String,
    /// What is different, for one that changed.
    pub parts: Vec<PartChange>,
}

/// What became of an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// It was not pinned.
    Added,
    /// It is no longer offered.
    Removed,
    /// It says something else.
    Changed,
}

/// One part of an offer that is different.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PartChange {
    /// Where in the definition: `description`, `inputSchema/properties/a/type`.
    pub part: String,
    /// What was pinned, where its text was kept.
    pub before: Option<String>,
    /// What is there now.
    pub after: Option<String>,
}

pub(super) fn changes(before: &Lock, now: &Lock) -> Vec<Change> {
    let is_same_origin = before.origin == now.origin;
    let mut found = Vec::new();
    for (offered, before, now, of_source) in [
        ("server", &before.instructions, &now.instructions, false),
        ("tool", &before.tools, &now.tools, true),
        ("prompt", &before.prompts, &now.prompts, false),
        ("resource", &before.resources, &now.resources, false),
        ("resource template", &before.resource_templates, &now.resource_templates, false),
    ] {
        // Source tells of tools only.
        if is_same_origin || of_source {
            compare(offered, before, now, is_same_origin, &mut found);
        }
    }
    found
}

fn compare(
    offered: &'static str,
    before: &[Pinned],
    now: &[Pinned],
    is_same_origin: bool,
    found: &mut Vec<Change>,
) {
    let by_name = |list: &'_ [Pinned]| {
        let mut names: BTreeMap<String, Vec<Pinned>> = BTreeMap::new();
        for pinned in list {
            names.entry(pinned.name.clone()).or_default().push(pinned.clone());
        }
        names
    };
    let (mut before, mut now) = (by_name(before), by_name(now));
    let names: std::collections::BTreeSet<String> = before.keys().chain(now.keys()).cloned().collect();
    for name in names {
        let mut before = before.remove(&name).unwrap_or_default();
        let mut now = now.remove(&name).unwrap_or_default();
        // Of several of one name, those that stayed are no change.
        let mut stayed: BTreeMap<Digest, usize> = BTreeMap::new();
        for pinned in &before {
            *stayed.entry(pinned.digest.clone()).or_default() += 1;
        }
        let mut gone: BTreeMap<Digest, usize> = BTreeMap::new();
        now.retain(|after| match stayed.get_mut(&after.digest).filter(|count| **count > 0) {
            Some(count) => {
                *count -= 1;
                *gone.entry(after.digest.clone()).or_default() += 1;
                false
            }
            None => true,
        });
        before.retain(|pinned| match gone.get_mut(&pinned.digest).filter(|count| **count > 0) {
            Some(count) => {
                *count -= 1;
                false
            }
            None => true,
        });
        if !is_same_origin && before.len().max(now.len()) <= MOST_NAMESAKES {
            now.retain(|after| match before.iter().position(|it| parts(it, after, false).is_empty()) {
                Some(at) => {
                    before.remove(at);
                    false
                }
                None => true,
            });
        }
        let change = |kind, parts| Change { kind, offered, name: name.clone(), parts };
        let both = before.len().min(now.len());
        for (old, new) in before.drain(..both).zip(now.drain(..both)) {
            found.push(change(ChangeKind::Changed, parts(&old, &new, is_same_origin)));
        }
        found.extend(before.iter().map(|_| change(ChangeKind::Removed, Vec::new())));
        found.extend(now.iter().map(|_| change(ChangeKind::Added, Vec::new())));
    }
}

/// What is different. Between source and a listing: in what both know, but for white space, which an SDK may change.
fn parts(before: &Pinned, now: &Pinned, is_same_origin: bool) -> Vec<PartChange> {
    let (Some(old), Some(new)) = (&before.definition, &now.definition) else {
        return parts_by_digest(&before.pins, &now.pins, is_same_origin);
    };
    let mut found = Vec::new();
    if is_same_origin {
        walk("", Some(old), Some(new), &mut found);
        return found;
    }
    let none = Map::new();
    let (old, new) = (old.as_object().unwrap_or(&none), new.as_object().unwrap_or(&none));
    for (key, old) in old {
        let Some(new) = new.get(key) else { continue };
        let is_same_text = match (old.as_str(), new.as_str()) {
            (Some(old), Some(new)) => old.split_whitespace().eq(new.split_whitespace()),
            _ => false,
        };
        if !is_same_text {
            walk(key, Some(old), Some(new), &mut found);
        }
    }
    found
}

fn parts_by_digest(before: &ToolPins, now: &ToolPins, is_same_origin: bool) -> Vec<PartChange> {
    let pairs = [
        ("description", &before.description, &now.description),
        ("inputSchema", &before.input_schema, &now.input_schema),
        ("outputSchema", &before.output_schema, &now.output_schema),
        ("annotations", &before.annotations, &now.annotations),
    ];
    let differs =
        |old: &Option<_>, new: &Option<_>| old != new && (is_same_origin || old.is_some() && new.is_some());
    pairs
        .into_iter()
        .filter(|(_, old, new)| differs(old, new))
        .map(|(part, ..)| PartChange { part: part.to_owned(), before: None, after: None })
        .collect()
}

/// Walks two values side by side, as deep as JSON's reader lets them be.
fn walk(path: &str, before: Option<&Value>, now: Option<&Value>, found: &mut Vec<PartChange>) {
    if before == now || found.len() >= MOST_PARTS {
        return;
    }
    let below = |key: &str| {
        let key = key.replace('~', "~0").replace('/', "~1");
        if path.is_empty() { key } else { format!("{path}/{key}") }
    };
    match (before, now) {
        (Some(Value::Object(old)), Some(Value::Object(new))) => {
            for (key, value) in old {
                walk(&below(key), Some(value), new.get(key), found);
            }
            for (key, value) in new.iter().filter(|(key, _)| !old.contains_key(*key)) {
                walk(&below(key), None, Some(value), found);
            }
        }
        (Some(Value::Array(old)), Some(Value::Array(new))) => {
            for at in 0..old.len().max(new.len()) {
                walk(&below(&at.to_string()), old.get(at), new.get(at), found);
            }
        }
        _ => found.push(PartChange { part: path.to_owned(), before: before.map(text), after: now.map(text) }),
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A piece of a text beside another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// In both.
    Same(&'a str),
    /// In the first only.
    Removed(&'a str),
    /// In the second only.
    Added(&'a str),
}

/// How `now` differs from `before`, word by word; white space goes with the word before it. All pieces that are not
/// removed make `now`, all that are not added make `before`.
pub fn diff_words<'a>(before: &'a str, now: &'a str) -> Vec<Piece<'a>> {
    let (old, new) = (words(before), words(now));
    let same = |pair: &(&&str, &&str)| pair.0 == pair.1;
    let head = old.iter().zip(&new).take_while(same).count();
    let tail = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(same).count();
    let (old_middle, new_middle) = (&old[head..old.len() - tail], &new[head..new.len() - tail]);
    let mut pieces: Vec<Piece<'a>> = old[..head].iter().map(|word| Piece::Same(word)).collect();
    if old_middle.len() > MOST_WORDS || new_middle.len() > MOST_WORDS {
        pieces.extend(old_middle.iter().map(|word| Piece::Removed(word)));
        pieces.extend(new_middle.iter().map(|word| Piece::Added(word)));
    } else {
        middle(old_middle, new_middle, &mut pieces);
    }
    pieces.extend(old[old.len() - tail..].iter().map(|word| Piece::Same(word)));
    pieces
}

/// The longest common subsequence, by the table of its lengths.
fn middle<'a>(old: &[&'a str], new: &[&'a str], pieces: &mut Vec<Piece<'a>>) {
    let width = new.len() + 1;
    let mut lengths = vec![0_u16; (old.len() + 1) * width];
    for (row, old) in old.iter().enumerate().rev() {
        for (column, new) in new.iter().enumerate().rev() {
            let at = row * width + column;
            lengths[at] = if old == new {
                lengths[at + width + 1] + 1
            } else {
                lengths[at + width].max(lengths[at + 1])
            };
        }
    }
    let (mut row, mut column) = (0, 0);
    while row < old.len() || column < new.len() {
        let at = row * width + column;
        if row < old.len() && column < new.len() && old[row] == new[column] {
            pieces.push(Piece::Same(old[row]));
            (row, column) = (row + 1, column + 1);
        } else if column == new.len() || row < old.len() && lengths[at + width] >= lengths[at + 1] {
            pieces.push(Piece::Removed(old[row]));
            row += 1;
        } else {
            pieces.push(Piece::Added(new[column]));
            column += 1;
        }
    }
}

/// Words, each with the white space that follows it.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = 0;
    let mut after_space = false;
    for (at, c) in text.char_indices() {
        if after_space && !c.is_whitespace() {
            words.push(&text[start..at]);
            start = at;
        }
        after_space = c.is_whitespace();
    }
    if start < text.len() {
        words.push(&text[start..]);
    }
    words
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;
    use sigyl_core::{Manifest, SourceTree};

    use super::*;
    use crate::{Listing, ScanConfig, Unobserved, scan};

    fn lock(value: Value) -> Lock {
        Lock::of_listing(&Listing::from_json(value).expect("a listing"))
    }

    fn told(before: Value, now: Value) -> Vec<String> {
        lock(before)
            .changes(&lock(now))
            .into_iter()
            .map(|change| {
                let parts: Vec<String> = change
                    .parts
                    .into_iter()
                    .map(|part| format!("{}: {:?} -> {:?}", part.part, part.before, part.after))
                    .collect();
                format!("{:?} {} {} {}", change.kind, change.offered, change.name, parts.join("; "))
            })
            .collect()
    }

    #[test]
    fn tells_what_changed() {
        assert_eq!(
            told(
                json!({ "tools": [{ "name": "a", "description": "A." }, { "name": "b", "inputSchema": { "properties": { "x": { "type": "string" } } } }] }),
                json!({ "tools": [{ "name": "b", "inputSchema": { "properties": { "x": { "type": "number" }, "y": {} } } }, { "name": "c", "description": "C." }],
                        "prompts": [{ "name": "p" }] }),
            ),
            [
                "Removed tool a ",
                "Changed tool b inputSchema/properties/x/type: Some(\"string\") -> Some(\"number\"); inputSchema/properties/y: None -> Some(\"{}\")",
                "Added tool c ",
                "Added prompt p ",
            ]
        );
        assert_eq!(told(json!({ "instructions": "A" }), json!({ "instructions": "A" })), [""; 0]);
    }

    #[test]
    fn several_of_one_name() {
        let one = json!({ "name": "a", "description": "A." });
        let two = json!({ "name": "a", "description": "B." });
        assert_eq!(told(json!([one, two]), json!([two, one])), [""; 0]);
        assert_eq!(told(json!([one, two]), json!([two])), ["Removed tool a "]);
        assert_eq!(told(json!([one]), json!([one, one])), ["Added tool a "]);
    }

    #[test]
    fn floods_of_one_name_end() {
        let flood = |text: &str| {
            let tools: Vec<Value> =
                (0..20_000).map(|at| json!({ "name": "a", "description": format!("{text} {at}") })).collect();
            lock(Value::Array(tools))
        };
        let (before, now) = (flood("A"), flood("B"));
        assert_eq!(before.changes(&before), []);
        assert_eq!(before.changes(&now).len(), 20_000);
        let of_source = Lock { origin: crate::LockOrigin::Source, ..before };
        assert_eq!(of_source.changes(&now).len(), 20_000);
    }

    #[test]
    fn long_definitions_are_compared_by_their_digests() {
        let long = "word ".repeat(20_000);
        let changed = told(
            json!([{ "name": "a", "description": long }]),
            json!([{ "name": "a", "description": format!("{long}more") }]),
        );
        assert_eq!(changed, ["Changed tool a description: None -> None"]);
    }

    #[test]
    fn source_and_listing_are_compared_in_what_both_know() {
        let source = "from mcp.server.fastmcp import FastMCP\n\nmcp = FastMCP('d')\n\n\n@mcp.tool()\ndef add(a: int) -> int:\n    \"\"\"Adds\n    one.\"\"\"\n    return a + 1\n";
        let tree = SourceTree::from_texts([("server.py", source)]);
        let report = scan(&tree, &Manifest::default(), &ScanConfig::default(), &Unobserved);
        let pinned = Lock::of_source(&report);
        assert_eq!(pinned.tools.len(), 1);
        let same = json!({ "instructions": "I.", "tools": [{ "name": "add", "description": "Adds one.", "inputSchema": { "a": 1 } }] });
        assert_eq!(pinned.changes(&lock(same)), []);
        let other = json!([{ "name": "add", "description": "Adds two.", "inputSchema": {} }]);
        let changes = pinned.changes(&lock(other));
        assert_eq!(changes.len(), 1);
        assert_eq!(changes[0].parts[0].part, "description");
    }

    #[test]
    fn words_are_told_apart() {
        assert_eq!(
            diff_words("Adds two numbers.", "Adds three numbers. Quickly."),
            [
                Piece::Same("Adds "),
                Piece::Removed("two "),
                Piece::Removed("numbers."),
                Piece::Added("three "),
                Piece::Added("numbers. "),
                Piece::Added("Quickly."),
            ]
        );
        let (old, new) = ("a ".repeat(50_000), "b ".repeat(50_000));
        assert_eq!(diff_words(&old, &new).len(), 100_000);
    }

    proptest! {
        #[test]
        fn pieces_make_both_texts(before in "[ab \n]{0,40}", now in "[ab \n]{0,40}") {
            let pieces = diff_words(&before, &now);
            let join = |keep: fn(&Piece<'_>) -> bool| pieces.iter().filter(|piece| keep(piece)).map(|piece| match piece {
                Piece::Same(text) | Piece::Removed(text) | Piece::Added(text) => *text,
            }).collect::<String>();
            prop_assert_eq!(join(|piece| !matches!(piece, Piece::Added(_))), before.clone());
            prop_assert_eq!(join(|piece| !matches!(piece, Piece::Removed(_))), now.clone());
        }
    }
}
