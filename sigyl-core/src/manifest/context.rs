//! One file under reading: its text, its place in the tree, and what is wrong with it so far.

use std::collections::BTreeMap;

use crate::{Diagnostic, DiagnosticLevel, LineIndex, Location, SourceTree, Span};

/// Diagnostics of one level that one file may have. Chosen; more help nobody.
const MAX_DIAGNOSTICS: usize = 100;

/// What a format's `read` works with.
pub(crate) struct Context<'a> {
    /// Path of the file, relative to the root.
    pub(crate) path: &'a str,
    /// Its text, without a byte order mark.
    pub(crate) text: &'a str,
    /// The tree it lies in, where there is one.
    pub(crate) tree: Option<&'a SourceTree>,
    /// Where each field of the manifest was said, by the field's name.
    pub(crate) said: BTreeMap<&'static str, Place>,
    /// Requirements, by index, whose injection the file leaves to the transport.
    pub(crate) open_injections: Vec<usize>,
    places: Places,
    diagnostics: Vec<Diagnostic>,
    dropped: usize,
}

/// A place in both forms.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Place {
    pub(crate) location: Location,
    pub(crate) span: Span,
}

impl<'a> Context<'a> {
    pub(crate) fn new(path: &'a str, text: &'a str, tree: Option<&'a SourceTree>) -> Self {
        Self {
            path,
            text,
            tree,
            said: BTreeMap::new(),
            open_injections: Vec::new(),
            places: Places::new(text),
            diagnostics: Vec::new(),
            dropped: 0,
        }
    }

    /// The folder that the file is about, and that its paths are relative to; empty for the root.
    pub(crate) fn folder(&self) -> &'a str {
        let folder = self.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        // `.mcp/mcp.yaml` is about the folder that `.mcp` lies in.
        folder.strip_suffix(".mcp").map_or(folder, |outer| outer.trim_end_matches('/'))
    }

    /// A key and a text as they are written in this file.
    pub(crate) fn pair(&self, key: &str, text: &str) -> String {
        let text = text.trim_matches('"');
        if self.path.ends_with(".json") {
            return format!("\"{key}\": \"{text}\"");
        }
        let plain =
            !text.contains([' ', ':', '#']) && !text.starts_with(|first: char| first.is_ascii_digit());
        if plain { format!("{key}: {text}") } else { format!("{key}: \"{text}\"") }
    }

    /// A key and a number or a boolean as they are written in this file.
    pub(crate) fn pair_literal(&self, key: &str, literal: &str) -> String {
        if self.path.ends_with(".json") {
            format!("\"{key}\": {literal}")
        } else {
            format!("{key}: {literal}")
        }
    }

    /// The location of a span.
    pub(crate) fn location(&self, span: Span) -> Location {
        self.places.location(self.path, self.text, span)
    }

    /// Remembers where a field of the manifest was said.
    pub(crate) fn say(&mut self, field: &'static str, span: Span) {
        let place = Place { location: self.location(span), span };
        self.said.entry(field).or_insert(place);
    }

    pub(crate) fn error(
        &mut self,
        code: &str,
        span: Span,
        message: impl Into<String>,
        mend: impl Into<String>,
    ) {
        self.report(DiagnosticLevel::Error, code, span, message.into(), mend.into());
    }

    pub(crate) fn warning(
        &mut self,
        code: &str,
        span: Span,
        message: impl Into<String>,
        mend: impl Into<String>,
    ) {
        self.report(DiagnosticLevel::Warning, code, span, message.into(), mend.into());
    }

    pub(crate) fn note(
        &mut self,
        code: &str,
        span: Span,
        message: impl Into<String>,
        mend: impl Into<String>,
    ) {
        self.report(DiagnosticLevel::Note, code, span, message.into(), mend.into());
    }

    /// True when no more diagnostics of a level are kept; then another is only counted, and need not be worded.
    pub(crate) fn is_full(&mut self, level: DiagnosticLevel) -> bool {
        let kept = self.diagnostics.iter().filter(|diagnostic| diagnostic.level == level).count();
        let full = kept >= MAX_DIAGNOSTICS;
        self.dropped += usize::from(full);
        full
    }

    fn report(&mut self, level: DiagnosticLevel, code: &str, span: Span, message: String, mend: String) {
        if self.is_full(level) {
            return;
        }
        self.diagnostics.push(Diagnostic {
            level,
            code: code.to_owned(),
            message,
            mend: Some(mend),
            location: self.location(span),
            span: Some(span),
        });
    }

    /// The diagnostics, in the order of the file.
    pub(crate) fn finish(&mut self) -> Vec<Diagnostic> {
        self.diagnostics.sort_by_key(|diagnostic| diagnostic.span);
        if self.dropped > 0 {
            let end = Span::new(self.text.len() as u32, self.text.len() as u32);
            self.diagnostics.push(Diagnostic {
                level: DiagnosticLevel::Note,
                code: "more-diagnostics".to_owned(),
                message: format!("the file has {} more problems like these", self.dropped),
                mend: Some("Mend the first ones and check again".to_owned()),
                location: self.location(end),
                span: Some(end),
            });
        }
        std::mem::take(&mut self.diagnostics)
    }
}

/// Text from the file as it may stand in a message: short, on one line, without control or direction characters.
pub(crate) fn show(text: &str) -> String {
    const MAX_SHOWN: usize = 60;
    let mut out = String::new();
    for (count, character) in text.chars().enumerate() {
        if count == MAX_SHOWN {
            out.push('…');
            break;
        }
        let hidden = character.is_control()
            || matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}');
        if hidden { out.extend(character.escape_unicode()) } else { out.push(character) }
    }
    out
}

/// Locations in time that does not grow with the length of a line: a file of one line may have thousands of values,
/// and counting a column from the start of the line for each would be quadratic.
struct Places {
    index: LineIndex,
    /// Characters before each block of [`BLOCK`] bytes.
    before: Vec<u32>,
}

const BLOCK: usize = 1024;

impl Places {
    fn new(text: &str) -> Self {
        let mut count = 0;
        let before = text
            .as_bytes()
            .chunks(BLOCK)
            .map(|block| {
                let before = count;
                count += starts(block);
                before
            })
            .collect();
        Self { index: LineIndex::new(text), before }
    }

    fn location(&self, path: &str, text: &str, span: Span) -> Location {
        let (start_line, start_column) = self.line_column(text, span.start);
        let (end_line, end_column) = self.line_column(text, span.end.max(span.start));
        Location { path: path.to_owned(), start_line, start_column, end_line, end_column }
    }

    fn line_column(&self, text: &str, offset: u32) -> (u32, u32) {
        let mut offset = (offset as usize).min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.index.line(offset as u32);
        let start = self.index.line_span(text, line).map_or(0, |span| span.start as usize);
        (line, self.characters(text, offset) - self.characters(text, start) + 1)
    }

    /// Characters that start before `offset`.
    fn characters(&self, text: &str, offset: usize) -> u32 {
        let block = (offset / BLOCK).min(self.before.len().saturating_sub(1));
        let before = self.before.get(block).copied().unwrap_or_default();
        before + starts(&text.as_bytes()[block * BLOCK..offset])
    }
}

/// Bytes that start a character.
fn starts(bytes: &[u8]) -> u32 {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count() as u32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn places_agree_with_the_line_index(text in "[aä€😀\r\n]{0,3000}", at in 0u32..9000, len in 0u32..50) {
            let span = Span::new(at, at + len);
            let expected = LineIndex::new(&text).location("f", &text, span);
            prop_assert_eq!(Places::new(&text).location("f", &text, span), expected);
        }
    }

    #[test]
    fn shown_text_cannot_steer_a_terminal() {
        assert_eq!(show("a\u{1b}[31m\u{202e}b"), "a\\u{1b}[31m\\u{202e}b");
        assert_eq!(show(&"x".repeat(1000)).chars().count(), 61);
    }

    #[test]
    fn diagnostics_are_bounded() {
        let mut ctx = Context::new("mcp.yaml", "x", None);
        for _ in 0..1000 {
            ctx.warning("w", Span::new(0, 1), "m", "m");
        }
        ctx.error("e", Span::new(0, 1), "m", "m");
        let diagnostics = ctx.finish();
        assert_eq!(diagnostics.len(), MAX_DIAGNOSTICS + 2);
        assert!(diagnostics.iter().any(|diagnostic| diagnostic.code == "e"));
    }
}
