//! YAML, from the events of granit-parser, the parser beneath serde-saphyr.
//!
//! serde-saphyr's own deserialiser was measured to take 30 KB of stack for each level of nesting in a debug build, so
//! that a file of 64 levels overflows a thread of 2 MB. Events need no recursion, say where a value ends, and tell
//! quoted text from plain text.

use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle, StructureStyle};

use super::{MAX_DEPTH, MAX_NODES, Mapping, Node, NodeValue, Problem, scalar::scalar};
use crate::Span;

/// Bytes of text that aliases may copy. Chosen, a few times the largest file that is read.
const MAX_COPIED_BYTES: usize = 4 << 20;
/// Values that anchors and aliases may copy; anchors inside anchors copy the same value again. Chosen.
const MAX_COPIED_NODES: usize = 4 * MAX_NODES;

/// Reads one YAML document of at most 4 GiB; an empty file is `Null`.
pub(crate) fn read(text: &str) -> Result<Node, Problem> {
    read_within(text, MAX_NODES)
}

/// Reads one YAML document of at most `max_nodes` values.
///
/// # Errors
/// When the text is no YAML, has more values, or is nested deeper than 64 levels.
pub fn read_within(text: &str, max_nodes: usize) -> Result<Node, Problem> {
    let options = granit_parser::options! {
        emit_comments: false,
        flow_nesting_limit: MAX_DEPTH + 1,
        block_nesting_limit: MAX_DEPTH + 1,
    };
    let mut builder = Builder { max_nodes, ..Builder::default() };
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.map_err(|error| syntax(text, &error))?;
        let span = match span.byte_range() {
            Some(range) => Span::new(range.start as u32, range.end as u32),
            None => Span::default(),
        };
        builder.event(event, span)?;
    }
    Ok(builder.root.unwrap_or(Node { value: NodeValue::Null, span: Span::default() }))
}

fn syntax(text: &str, error: &granit_parser::ScanError) -> Problem {
    let start = error.marker().byte_offset().unwrap_or(text.len()).min(text.len());
    let width = text.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    let span = Span::new(start as u32, (start + width) as u32);
    let info = error.info();
    if info.contains("recursion") || info.contains("nesting") || info.contains("depth") {
        return too_deep(span);
    }
    Problem {
        code: "syntax",
        message: format!("this is no valid YAML: {info}"),
        mend: "Correct the syntax at this place; often the cause is the indentation, or a `: ` in text without quotes"
            .to_owned(),
        span,
    }
}

fn too_deep(span: Span) -> Problem {
    Problem {
        code: "too-complex",
        message: format!("the values are nested more than {MAX_DEPTH} levels deep"),
        mend: format!("Stay below {MAX_DEPTH} levels"),
        span,
    }
}

#[derive(Default)]
struct Builder {
    root: Option<Node>,
    stack: Vec<Open>,
    anchors: HashMap<usize, Anchored>,
    max_nodes: usize,
    nodes: usize,
    copied_nodes: usize,
    copied_bytes: usize,
}

/// A collection whose end has not come.
struct Open {
    start: Span,
    anchor: usize,
    flow: bool,
    kind: OpenKind,
}

enum OpenKind {
    Sequence(Vec<Node>),
    Mapping {
        mapping: Mapping,
        key: Option<(String, Span)>,
        /// Values of `<<` keys.
        merges: Vec<Node>,
        /// True when `key` is a plain `<<`.
        is_merge: bool,
    },
}

/// A node that aliases can name, and what a copy of it costs.
struct Anchored {
    node: Node,
    nodes: usize,
    bytes: usize,
    depth: usize,
}

impl Builder {
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), Problem> {
        match event {
            Event::DocumentStart(..) if self.root.is_some() => Err(Problem {
                code: "syntax",
                message: "the file holds more than one YAML document".to_owned(),
                mend: "Keep one document; remove what follows the second `---`".to_owned(),
                span,
            }),
            Event::Scalar(text, style, anchor, tag) => {
                self.count(1, span)?;
                let is_merge = style == ScalarStyle::Plain && text == "<<";
                let value = scalar(&text, style, tag.as_deref());
                let key_text = matches!(self.awaits_key(), Some(true)).then(|| text.into_owned());
                self.finish(Node { value, span }, anchor, key_text, is_merge)
            }
            Event::Alias(id) => self.alias(id, span),
            Event::SequenceStart(style, anchor, _) => {
                self.open(span, anchor, style, OpenKind::Sequence(Vec::new()))
            }
            Event::MappingStart(style, anchor, _) => {
                let kind = OpenKind::Mapping {
                    mapping: Mapping::default(),
                    key: None,
                    merges: Vec::new(),
                    is_merge: false,
                };
                self.open(span, anchor, style, kind)
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            _ => Ok(()),
        }
    }

    fn count(&mut self, nodes: usize, span: Span) -> Result<(), Problem> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes <= self.max_nodes {
            return Ok(());
        }
        Err(Problem {
            code: "too-complex",
            message: format!(
                "the file has more than {} values, aliases counted for what they stand for",
                self.max_nodes
            ),
            mend: format!("Stay below {} values", self.max_nodes),
            span,
        })
    }

    /// Charges a copy, made for an anchor or for an alias.
    fn charge(&mut self, nodes: usize, bytes: usize, span: Span) -> Result<(), Problem> {
        self.copied_nodes = self.copied_nodes.saturating_add(nodes);
        self.copied_bytes = self.copied_bytes.saturating_add(bytes);
        if self.copied_bytes <= MAX_COPIED_BYTES && self.copied_nodes <= MAX_COPIED_NODES {
            return Ok(());
        }
        Err(Problem {
            code: "too-complex",
            message: "the anchors and aliases of the file copy too much".to_owned(),
            mend: "Write the values out, or use fewer anchors".to_owned(),
            span,
        })
    }

    fn open(
        &mut self,
        start: Span,
        anchor: usize,
        style: StructureStyle,
        kind: OpenKind,
    ) -> Result<(), Problem> {
        self.count(1, start)?;
        if self.stack.len() >= MAX_DEPTH {
            return Err(too_deep(start));
        }
        if matches!(self.awaits_key(), Some(true)) {
            return Err(bad_key(start));
        }
        self.stack.push(Open { start, anchor, flow: style == StructureStyle::Flow, kind });
        Ok(())
    }

    fn close(&mut self, end: Span) -> Result<(), Problem> {
        let Some(open) = self.stack.pop() else { return Ok(()) };
        let (value, last) = match open.kind {
            OpenKind::Sequence(items) => {
                let last = items.last().map(|item| item.span.end);
                (NodeValue::Sequence(items), last)
            }
            OpenKind::Mapping { mut mapping, merges, .. } => {
                let last = mapping.entries.last().map(|(_, entry)| entry.value.span.end);
                for merge in merges {
                    merge_into(&mut mapping, merge)?;
                }
                (NodeValue::Mapping(mapping), last)
            }
        };
        // The end of a block collection is only known when the next line is less indented.
        let end = if open.flow { end.end } else { last.unwrap_or(open.start.end) };
        let span = Span::new(open.start.start, end.max(open.start.end));
        self.finish(Node { value, span }, open.anchor, None, false)
    }

    fn alias(&mut self, id: usize, span: Span) -> Result<(), Problem> {
        let Some(anchored) = self.anchors.get(&id) else {
            return Err(Problem {
                code: "syntax",
                message: "this alias names a value that contains it".to_owned(),
                mend: "Write the value out".to_owned(),
                span,
            });
        };
        let (nodes, bytes, depth) = (anchored.nodes, anchored.bytes, anchored.depth);
        self.count(nodes, span)?;
        self.charge(nodes, bytes, span)?;
        if self.stack.len() + depth > MAX_DEPTH {
            return Err(too_deep(span));
        }
        let Some(anchored) = self.anchors.get(&id) else { return Ok(()) };
        let node = Node { value: anchored.node.value.clone(), span };
        let key_text = match (self.awaits_key(), node.as_str()) {
            (Some(true), Some(text)) => Some(text.to_owned()),
            (Some(true), None) => return Err(bad_key(span)),
            _ => None,
        };
        self.finish(node, 0, key_text, false)
    }

    /// Puts a complete node where it belongs: a key, a value, an item, or the root.
    fn finish(
        &mut self,
        node: Node,
        anchor: usize,
        key_text: Option<String>,
        merge: bool,
    ) -> Result<(), Problem> {
        if anchor != 0 {
            let anchored = weigh(&node);
            self.charge(anchored.nodes, anchored.bytes, node.span)?;
            self.anchors.insert(anchor, anchored);
        }
        match self.stack.last_mut().map(|open| &mut open.kind) {
            None => self.root = Some(node),
            Some(OpenKind::Sequence(items)) => items.push(node),
            Some(OpenKind::Mapping { mapping, key, merges, is_merge }) => match key.take() {
                None => {
                    *key = Some((key_text.unwrap_or_default(), node.span));
                    *is_merge = merge;
                }
                Some(_) if *is_merge => merges.push(node),
                Some((key, key_span)) => mapping.insert(key, key_span, node),
            },
        }
        Ok(())
    }

    /// Whether the next node is a key; `None` outside mappings.
    fn awaits_key(&self) -> Option<bool> {
        match &self.stack.last()?.kind {
            OpenKind::Mapping { key, .. } => Some(key.is_none()),
            OpenKind::Sequence(_) => None,
        }
    }
}

fn bad_key(span: Span) -> Problem {
    Problem {
        code: "syntax",
        message: "a list or a mapping is no key".to_owned(),
        mend: "Use text as the key; a value with `{` or `[` needs quotes".to_owned(),
        span,
    }
}

/// YAML 1.1 merge keys: what the mapping says itself comes first, then earlier merges.
fn merge_into(mapping: &mut Mapping, merge: Node) -> Result<(), Problem> {
    let span = merge.span;
    let sources = match merge.value {
        NodeValue::Mapping(_) => vec![merge],
        NodeValue::Sequence(items) => items,
        _ => Vec::new(),
    };
    let count = sources.len();
    let mut merged = 0;
    for source in sources {
        if let NodeValue::Mapping(source) = source.value {
            merged += 1;
            for (key, entry) in source.entries {
                mapping.entries.entry(key).or_insert(super::Entry { key_span: span, ..entry });
            }
        }
    }
    if count == 0 || merged < count {
        return Err(Problem {
            code: "syntax",
            message: "`<<` merges a mapping or a list of mappings".to_owned(),
            mend: "Name a mapping by its alias, or quote the key".to_owned(),
            span,
        });
    }
    Ok(())
}

fn weigh(node: &Node) -> Anchored {
    let mut anchored = Anchored { node: node.clone(), nodes: 0, bytes: 0, depth: 0 };
    let mut todo = vec![(node, 0)];
    while let Some((node, level)) = todo.pop() {
        anchored.nodes += 1;
        anchored.depth = anchored.depth.max(level);
        match &node.value {
            NodeValue::String(text) => anchored.bytes += text.len(),
            NodeValue::Sequence(items) => {
                anchored.depth = anchored.depth.max(level + 1);
                todo.extend(items.iter().map(|item| (item, level + 1)));
            }
            NodeValue::Mapping(mapping) => {
                anchored.depth = anchored.depth.max(level + 1);
                for (key, entry) in &mapping.entries {
                    anchored.bytes += key.len();
                    todo.push((&entry.value, level + 1));
                }
            }
            _ => {}
        }
    }
    anchored
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slice<'a>(text: &'a str, node: &Node) -> &'a str {
        &text[node.span.range(text.len())]
    }

    #[test]
    fn values_know_their_places() {
        let text = "näme: \"x y\"\nlist:\n  - 1\n  - {a: ~, b: no}\r\nport: 0x10\nlast: |\n  one\n  two\n";
        let root = read(text).unwrap();
        for (key, entry) in &root.as_mapping().unwrap().entries {
            assert_eq!(&text[entry.key_span.range(text.len())], key);
        }
        assert_eq!(slice(text, root.get("näme").unwrap()), "\"x y\"");
        let list = root.get("list").unwrap();
        assert_eq!(slice(text, list), "- 1\n  - {a: ~, b: no}");
        assert_eq!(slice(text, &list.as_sequence().unwrap()[1]), "{a: ~, b: no}");
        assert_eq!(list.to_json(), serde_json::json!([1, {"a": null, "b": "no"}]));
        assert_eq!(root.get("port").unwrap().to_json(), 16);
        assert_eq!(root.get("last").unwrap().as_str(), Some("one\ntwo\n"));
    }

    #[test]
    fn duplicates_stay_visible() {
        for text in ["a: 1\nb: 2\na: 3\n", "a: x\n1: y\na: z\n", "{a: 1, 'a': 2}"] {
            let root = read(text).unwrap();
            let mapping = root.as_mapping().unwrap();
            assert_eq!(mapping.duplicates.len(), 1, "{text}");
            assert_eq!(mapping.duplicates[0].0, "a");
        }
    }

    #[test]
    fn aliases_and_merges_are_resolved_at_their_use() {
        let text = "base: &b {x: 1, y: 0}\nuse: *b\nmerged:\n  <<: *b\n  y: 2\n";
        let root = read(text).unwrap();
        assert_eq!(root.get("use").unwrap().to_json(), serde_json::json!({"x": 1, "y": 0}));
        assert_eq!(root.get("merged").unwrap().to_json(), serde_json::json!({"x": 1, "y": 2}));
        assert_eq!(slice(text, root.get("use").unwrap()), "*b");
        assert_eq!(read("a: &a [*a]").unwrap_err().code, "syntax");
        assert_eq!(read("a: *a").unwrap_err().code, "syntax");
        assert_eq!(read(&"? ".repeat(200_000)).unwrap_err().code, "syntax");
        assert_eq!(read("<<: 1").unwrap_err().code, "syntax");
    }

    #[test]
    fn blank_files_are_null() {
        for text in ["", "\n\n", "# nothing\n", "---\n", "~"] {
            assert_eq!(read(text).map(|node| node.value), Ok(NodeValue::Null), "{text:?}");
        }
    }

    #[test]
    fn mistakes_have_their_place() {
        let cases = [
            ("name: x\ndescription: a: b\n", "name: x\ndescription"),
            ("a: [1\nb: 2\n", "a: [1"),
            ("a: 1\n\tb: 2\n", "a: "),
            ("a: 1\n---\nb: 2\n", "a: 1\n"),
            ("? [a]\n: 1\n", "? "),
        ];
        for (text, before) in cases {
            let problem = read(text).unwrap_err();
            assert_eq!(problem.code, "syntax");
            assert!(text[..problem.span.start as usize].starts_with(before), "{problem:?}");
        }
    }

    #[test]
    fn bombs_and_depth_are_refused_without_work() {
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let items = vec![format!("*a{}", level - 1); 9].join(", ");
            bomb.push_str(&format!("a{level}: &a{level} [{items}]\n"));
        }
        let mut alias_depth = "a0: &a0 [x]\n".to_owned();
        for level in 1..200 {
            let (open, close) = ("[".repeat(50), "]".repeat(50));
            alias_depth.push_str(&format!("a{level}: &a{level} {open}*a{}{close}\n", level - 1));
        }
        let deep = 200_000;
        let inputs = [
            bomb,
            alias_depth,
            "[".repeat(deep),
            "{a: ".repeat(deep),
            "- ".repeat(deep),
            format!("{}{}", "[".repeat(deep), "]".repeat(deep)),
            (0..1_000).map(|level| format!("{}a:\n", " ".repeat(level))).collect(),
            format!("[{}]", "1,".repeat(30_000)),
            format!("a: &a {}\nb: [{}]", "x".repeat(500_000), "*a,".repeat(10_000)),
        ];
        for input in inputs {
            let problem = read(&input).unwrap_err();
            assert_eq!(problem.code, "too-complex", "{problem:?}");
        }
    }
}
