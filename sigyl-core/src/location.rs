//! Places in text: byte spans inside the scanner, lines and columns at every interface.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A half-open range of byte offsets into one file's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// Offset of the first byte, from 0.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

impl Span {
    /// A span from `start` up to, not including, `end`.
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// The span as a range for slicing, cut to `len` bytes.
    pub fn range(self, len: usize) -> std::ops::Range<usize> {
        let end = (self.end as usize).min(len);
        (self.start as usize).min(end)..end
    }
}

/// A place in a file of the tree. Lines and columns are 1-based; columns count Unicode code points
/// (SARIF `columnKind: unicodeCodePoints`), and the end column is the one after the last character.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Location {
    /// Path of the file, relative to the tree's root, with `/`.
    pub path: String,
    /// First line, from 1.
    pub start_line: u32,
    /// First column, from 1.
    pub start_column: u32,
    /// Last line, from 1.
    pub end_line: u32,
    /// Column after the last character, from 1.
    pub end_column: u32,
}

impl Location {
    /// The start of a file: what a finding about a whole file points at.
    pub fn file_start(path: &str) -> Self {
        Self { path: path.to_owned(), start_line: 1, start_column: 1, end_line: 1, end_column: 1 }
    }
}

/// Turns byte offsets of one text into lines and columns.
///
/// A line ends at `\n`, `\r\n` or a lone `\r`, as editors show it. Building costs one pass over the text, a look-up
/// O(log lines), however long the line is.
///
/// ```
/// use sigyl_core::{LineIndex, Span};
/// let index = LineIndex::new("a\r\nbäc");
/// let place = index.location("f.py", "a\r\nbäc", Span::new(6, 7));
/// assert_eq!((place.start_line, place.start_column), (2, 3));
/// ```
#[derive(Debug, Clone)]
pub struct LineIndex {
    starts: Vec<u32>,
    /// Number of code points before each multiple of [`STRIDE`] bytes; empty for ASCII, where columns are bytes.
    points: Vec<u32>,
}

/// Bytes between two counts of code points. Chosen: a look-up counts at most this many twice.
const STRIDE: usize = 512;

impl LineIndex {
    /// Indexes `text`, of at most 4 GiB.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            if bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n') {
                starts.push(at as u32 + 1);
            }
        }
        let points = if text.is_ascii() {
            Vec::new()
        } else {
            let mut count = 0;
            bytes
                .chunks(STRIDE)
                .map(|chunk| {
                    let before = count;
                    count += code_points(chunk);
                    before
                })
                .collect()
        };
        Self { starts, points }
    }

    /// Number of lines, at least 1.
    pub fn line_count(&self) -> u32 {
        self.starts.len() as u32
    }

    /// Line and column, both from 1, of a byte offset. Offsets past the end are the end; offsets inside a character
    /// are its start.
    pub fn line_column(&self, text: &str, offset: u32) -> (u32, u32) {
        let mut offset = (offset as usize).min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|start| *start as usize <= offset).max(1) - 1;
        let start = self.starts[line] as usize;
        (line as u32 + 1, self.points_before(text, offset) - self.points_before(text, start) + 1)
    }

    /// Code points before a byte offset.
    fn points_before(&self, text: &str, offset: usize) -> u32 {
        match self.points.get(offset / STRIDE) {
            Some(before) => before + code_points(&text.as_bytes()[offset / STRIDE * STRIDE..offset]),
            // The end of a text that fills its last stride, or ASCII.
            None if self.points.is_empty() => offset as u32,
            None => self.points.last().map_or(0, |before| {
                before + code_points(&text.as_bytes()[(self.points.len() - 1) * STRIDE..offset])
            }),
        }
    }

    /// The line, from 1, that a byte offset lies on.
    pub fn line(&self, offset: u32) -> u32 {
        self.starts.partition_point(|start| *start <= offset).max(1) as u32
    }

    /// The byte span of a line (from 1), without its line end; `None` past the last.
    pub fn line_span(&self, text: &str, line: u32) -> Option<Span> {
        let start = *self.starts.get(line.checked_sub(1)? as usize)?;
        let end = self.starts.get(line as usize).map_or(text.len(), |next| *next as usize);
        let trimmed = text[start as usize..end].trim_end_matches(['\n', '\r']).len() as u32;
        Some(Span::new(start, start + trimmed))
    }

    /// The location of a span of `text`, which lies in the file `path`.
    pub fn location(&self, path: &str, text: &str, span: Span) -> Location {
        let (start_line, start_column) = self.line_column(text, span.start);
        let (end_line, end_column) = self.line_column(text, span.end.max(span.start));
        Location { path: path.to_owned(), start_line, start_column, end_line, end_column }
    }
}

/// Code points that begin in `bytes` of UTF-8.
fn code_points(bytes: &[u8]) -> u32 {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_lines_as_editors_do() {
        let text = "a\nb\r\nc\rd";
        let index = LineIndex::new(text);
        assert_eq!(index.line_count(), 4);
        assert_eq!(index.line_column(text, 7), (4, 1));
        assert_eq!(index.line_span(text, 2), Some(Span::new(2, 3)));
        assert_eq!(index.line_span(text, 5), None);
    }

    #[test]
    fn ends_of_lines_are_found_wherever_they_stand() {
        for before in 0..100 {
            for end in ["\n", "\r", "\r\n"] {
                let text = format!("{}{end}b", "a".repeat(before));
                let index = LineIndex::new(&text);
                assert_eq!(index.line_count(), 2, "{text:?}");
                assert_eq!(index.line_column(&text, text.len() as u32 - 1), (2, 1), "{text:?}");
            }
        }
    }

    #[test]
    fn stays_inside_the_text() {
        let text = "ä";
        let index = LineIndex::new(text);
        assert_eq!(index.line_column(text, 1), (1, 1));
        assert_eq!(index.line_column(text, 99), (1, 2));
    }

    #[test]
    fn columns_of_long_lines() {
        let text = format!("x\n{}", "aä€".repeat(1_000));
        let index = LineIndex::new(&text);
        for (number, (offset, _)) in text[2..].char_indices().enumerate() {
            assert_eq!(index.line_column(&text, offset as u32 + 2), (2, number as u32 + 1));
        }
        assert_eq!(index.line_column(&text, text.len() as u32), (2, 3_001));
        let full = "ä".repeat(STRIDE / 2);
        assert_eq!(LineIndex::new(&full).line_column(&full, STRIDE as u32), (1, STRIDE as u32 / 2 + 1));
    }
}
