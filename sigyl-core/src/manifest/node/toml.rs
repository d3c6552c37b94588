//! TOML, through the spans of the `toml` crate, which goes on after a mistake.

use serde_json::Number;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{MAX_NODES, Mapping, Node, NodeValue, Problem};
use crate::Span;

/// Bytes up to which every mistake is told. The parser takes about half a second for each megabyte of nothing but
/// mistakes when it has to remember them all; of a larger file only the first is told.
const MAX_RECOVERED_BYTES: usize = 64 << 10;
/// Bytes that a file may have; chosen, package files that people write have a few thousand.
const MAX_BYTES: usize = 256 << 10;

/// Reads TOML; the tree holds what could be read in spite of the problems.
pub(crate) fn read(text: &str) -> (Node, Vec<Problem>) {
    read_within(text, MAX_NODES, MAX_BYTES)
}

/// Reads TOML of at most `max_bytes` bytes and `max_nodes` values; the tree holds what could be read in spite of the
/// problems.
pub fn read_within(text: &str, max_nodes: usize, max_bytes: usize) -> (Node, Vec<Problem>) {
    if text.len() > max_bytes {
        let problem = Problem {
            code: "too-large",
            message: format!("the file has {} bytes; of TOML at most {max_bytes} are read", text.len()),
            mend: "Move long texts into files of their own".to_owned(),
            span: Span::new(0, 0),
        };
        return (
            Node { value: NodeValue::Mapping(Mapping::default()), span: Span::new(0, 0) },
            vec![problem],
        );
    }
    let (table, errors) = if text.len() > MAX_RECOVERED_BYTES {
        match DeTable::parse(text) {
            Ok(table) => (table, Vec::new()),
            Err(error) => (Spanned::new(0..0, DeTable::new()), vec![error]),
        }
    } else {
        DeTable::parse_recoverable(text)
    };
    let end = text.len() as u32;
    let mut problems: Vec<Problem> = errors
        .iter()
        .map(|error| Problem {
            code: "syntax",
            message: format!("this is no valid TOML: {}", error.message().replace('\n', ", ")),
            mend: "Correct the syntax at this place".to_owned(),
            span: error.span().map_or(Span::new(end, end), |span| to_span(&span)),
        })
        .collect();
    let mut left = max_nodes;
    let span = Span::new(0, end);
    let root = mapping(table.get_ref(), &mut left);
    if left == 0 {
        problems.push(Problem {
            code: "too-complex",
            message: format!("the file has more than {max_nodes} values"),
            mend: format!("Stay below {max_nodes} values"),
            span: Span::new(0, 0),
        });
    }
    (Node { value: NodeValue::Mapping(root), span }, problems)
}

fn to_span(span: &std::ops::Range<usize>) -> Span {
    Span::new(span.start as u32, span.end as u32)
}

/// Recursion is bounded by the parser, which refuses more than 80 levels.
fn mapping(table: &DeTable<'_>, left: &mut usize) -> Mapping {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let mut out = Mapping::default();
    for (key, value) in entries {
        if *left == 0 {
            break;
        }
        out.insert(key.get_ref().to_string(), to_span(&key.span()), node(value, left));
    }
    out
}

fn node(value: &Spanned<DeValue<'_>>, left: &mut usize) -> Node {
    *left = left.saturating_sub(1);
    let span = to_span(&value.span());
    let value = match value.get_ref() {
        DeValue::String(text) => NodeValue::String(text.to_string()),
        DeValue::Integer(integer) => {
            let parsed = i64::from_str_radix(&integer.as_str().replace('_', ""), integer.radix());
            parsed
                .map_or_else(|_| NodeValue::String(integer.to_string()), |int| NodeValue::Number(int.into()))
        }
        DeValue::Float(float) => {
            let parsed = float.as_str().replace('_', "").parse::<f64>().ok().and_then(Number::from_f64);
            parsed.map_or_else(|| NodeValue::String(float.to_string()), NodeValue::Number)
        }
        DeValue::Boolean(value) => NodeValue::Bool(*value),
        DeValue::Datetime(value) => NodeValue::String(value.to_string()),
        DeValue::Array(items) => {
            let mut out = Vec::new();
            for item in items.iter() {
                if *left == 0 {
                    break;
                }
                out.push(node(item, left));
            }
            NodeValue::Sequence(out)
        }
        DeValue::Table(table) => NodeValue::Mapping(mapping(table, left)),
    };
    Node { value, span }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_know_their_places() {
        let text = "[project]\r\nname = \"x\"\nversion = '1'\nn = 1_000\n[project.scripts]\nrun = \"a:b\"\n";
        let (root, problems) = read(text);
        assert!(problems.is_empty());
        let name = root.get("project").and_then(|project| project.get("name")).unwrap();
        assert_eq!(&text[name.span.range(text.len())], "\"x\"");
        let json = serde_json::json!({
            "project": {"name": "x", "version": "1", "n": 1000, "scripts": {"run": "a:b"}}
        });
        assert_eq!(root.to_json(), json);
    }

    #[test]
    fn every_mistake_is_told() {
        let text = "a = 1\na = 2\nb = [\nc = \n";
        let (_, problems) = read(text);
        assert!(problems.len() >= 2, "{problems:?}");
        assert!(problems.iter().all(|problem| problem.span.end as usize <= text.len()));
    }

    #[test]
    fn depth_is_refused() {
        for text in [
            format!("a = {}", "[".repeat(200_000)),
            format!("a = {}", "{b = ".repeat(200_000)),
            format!("a{} = 1", ".a".repeat(200_000)),
            format!("[a{}]", ".a".repeat(200_000)),
        ] {
            assert!(!read(&text).1.is_empty());
        }
    }

    #[test]
    fn large_files_cost_little() {
        for line in ["a:\n", "[a]\n", "\r", "= = =\n"] {
            let (_, problems) = read(&line.repeat(200_000 / line.len()));
            assert_eq!(problems.len(), 1, "{line:?}");
            let (_, problems) = read(&line.repeat(400_000 / line.len()));
            assert_eq!(problems[0].code, "too-large");
        }
    }
}
