//! Mistakes in users' files: many at once, each with its place and its mend.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Location, Span};

/// How bad a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DiagnosticLevel {
    /// Worth knowing.
    Note,
    /// The value was read, but probably not as meant.
    Warning,
    /// The value could not be used.
    Error,
}

/// One mistake in a user's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Diagnostic {
    /// How bad it is.
    pub level: DiagnosticLevel,
    /// Stable kebab-case code; once shipped it never changes its meaning.
    pub code: String,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// What to write instead, as an imperative.
    pub mend: Option<String>,
    /// Where.
    pub location: Location,
    /// Byte span in the file, for code frames; absent where the file has no text (a missing file, invalid UTF-8).
    #[serde(skip)]
    pub span: Option<Span>,
}

/// Lines of a span that a code frame shows at most; the start tells enough of a longer one.
const MAX_FRAME_LINES: usize = 4;
/// Bytes of a span that a code frame shows at most.
const MAX_FRAME_BYTES: usize = 400;
/// Bytes of a line that a code frame shows at most before a span, and after it.
const MAX_FRAME_MARGIN: usize = 200;

impl Diagnostic {
    /// Renders the diagnostic as a code frame over `source`, the text of the file it names; `colour` adds ANSI
    /// escapes. Without a span only the header is rendered. Control characters of the source come out as symbols.
    ///
    /// ```
    /// use sigyl_core::manifest;
    /// let source = "name: 3\n";
    /// let parsed = manifest::read_file("mcp.yaml", source.as_bytes());
    /// assert!(parsed.diagnostics[0].render(source, false).contains("1 | name: 3"));
    /// ```
    pub fn render(&self, source: &str, colour: bool) -> String {
        let level = match self.level {
            DiagnosticLevel::Note => Level::NOTE,
            DiagnosticLevel::Warning => Level::WARNING,
            DiagnosticLevel::Error => Level::ERROR,
        };
        let mut group = Group::with_title(level.primary_title(&self.message).id(&self.code));
        let mut is_cut = false;
        // Spans count from the first character after a byte order mark.
        let source = source.strip_prefix('\u{feff}').unwrap_or(source);
        match self.span {
            Some(span) => {
                let frame = Frame::around(source, span);
                let annotation = AnnotationKind::Primary.span(frame.span);
                let mut snippet =
                    Snippet::source(frame.text).line_start(frame.first_line).annotation(annotation);
                is_cut = frame.is_cut;
                if is_cut {
                    group = group.element(self.origin());
                } else {
                    snippet = snippet.path(&self.location.path);
                }
                group = group.element(snippet);
            }
            None => group = group.element(self.origin()),
        }
        if let Some(mend) = &self.mend {
            group = group.element(Level::HELP.message(mend));
        }
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let rendered = renderer.render(&[group]);
        // Between a place and a snippet without one the renderer puts a separator that says nothing.
        if is_cut { without_separators(&rendered) } else { rendered }
    }

    fn origin(&self) -> Origin<'_> {
        let place = &self.location;
        Origin::path(&place.path).line(place.start_line as usize).char_column(place.start_column as usize)
    }
}

/// `rendered` without lines that hold `:::` alone, whatever their colour.
fn without_separators(rendered: &str) -> String {
    let is_separator = |line: &str| {
        let parts = line.split('\u{1b}').map(|part| match part.strip_prefix('[') {
            Some(escape) => escape.split_once('m').map_or("", |(_, rest)| rest),
            None => part,
        });
        parts.collect::<String>().trim() == ":::"
    };
    let kept: Vec<&str> = rendered.split('\n').filter(|line| !is_separator(line)).collect();
    kept.join("\n")
}

/// The lines that a span lies on. The renderer walks all text that it gets, so it gets no more than these.
struct Frame<'a> {
    text: &'a str,
    first_line: usize,
    span: std::ops::Range<usize>,
    /// True when the start of the first line is missing, so that columns cannot be counted in it.
    is_cut: bool,
}

impl<'a> Frame<'a> {
    fn around(source: &'a str, span: Span) -> Self {
        let mut range = span.range(source.len());
        range.start = floor(source, range.start);
        while !source.is_char_boundary(range.end) {
            range.end += 1;
        }
        let start = source[..range.start].rfind('\n').map_or(0, |at| at + 1);
        let first_line = source[..start].bytes().filter(|byte| *byte == b'\n').count() + 1;
        let lines = source[start..range.end].split_inclusive('\n').take(MAX_FRAME_LINES);
        let shown = start + lines.map(str::len).sum::<usize>();
        let cut = shown < range.end;
        let mut end = if cut { shown } else { range.end };
        range.end = range.end.min(end);
        if !source[start..end].ends_with('\n') {
            end += source[end..].find('\n').unwrap_or(source.len() - end);
        }
        // Of a long line only what is near the span.
        let cut_start = floor(source, range.start.saturating_sub(MAX_FRAME_MARGIN)).max(start);
        range.end = range.end.min(floor(source, range.start + MAX_FRAME_BYTES));
        let end = end.min(floor(source, range.end + MAX_FRAME_MARGIN));
        let text = source[cut_start..end].trim_end_matches(['\n', '\r']);
        let place = |at: usize| at.saturating_sub(cut_start).min(text.len());
        Self { text, first_line, span: place(range.start)..place(range.end), is_cut: cut_start > start }
    }
}

/// The last boundary of characters that is not after `at`.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// A value read from a user's file, and everything that was wrong with the file. The value is absent when an error
/// leaves nothing to go on with.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed<T> {
    /// What was read.
    pub value: Option<T>,
    /// What was wrong, in the order of the file.
    pub diagnostics: Vec<Diagnostic>,
}

impl<T> Parsed<T> {
    /// True when some diagnostic is an error.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.level == DiagnosticLevel::Error)
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::LineIndex;

    fn render(source: &str, from: &str, len: usize) -> String {
        let start = source.find(from).unwrap() as u32;
        let span = Span::new(start, start + len as u32);
        let text = source.strip_prefix('\u{feff}').unwrap_or(source);
        let shift = (source.len() - text.len()) as u32;
        let span = Span::new(span.start - shift, span.end - shift);
        let diagnostic = Diagnostic {
            level: DiagnosticLevel::Error,
            code: "wrong-type".to_owned(),
            message: "`name` must be text, not a number".to_owned(),
            mend: Some("Write it in quotes: `\"3\"`".to_owned()),
            location: LineIndex::new(text).location("mcp.yaml", text, span),
            span: Some(span),
        };
        diagnostic.render(source, false)
    }

    #[test]
    fn one_place() {
        assert_snapshot!(render("version: 1.0.0\nname: 3\ntags: []\n", "3", 1), @r#"
    error[wrong-type]: `name` must be text, not a number
     --> mcp.yaml:2:7
      |
    2 | name: 3
      |       ^
      |
      = help: Write it in quotes: `"3"`
    "#);
    }

    #[test]
    fn windows_line_ends_and_a_byte_order_mark() {
        assert_snapshot!(render("\u{feff}version: 1.0.0\r\nname: 3\r\ntags: []\r\n", "3", 1), @r#"
    error[wrong-type]: `name` must be text, not a number
     --> mcp.yaml:2:7
      |
    2 | name: 3
      |       ^
      |
      = help: Write it in quotes: `"3"`
    "#);
    }

    #[test]
    fn several_lines_are_cut() {
        let source = format!("build:\n{}", "  - a\n".repeat(50));
        assert_snapshot!(render(&source, "- a", 290), @r#"
    error[wrong-type]: `name` must be text, not a number
     --> mcp.yaml:2:3
      |
    2 | /   - a
    3 | |   - a
    4 | |   - a
    5 | |   - a
      | |_____^
      |
      = help: Write it in quotes: `"3"`
    "#);
    }

    #[test]
    fn at_the_end_of_the_file() {
        assert_snapshot!(render("name: x\nlist: [", "[", 1), @r#"
    error[wrong-type]: `name` must be text, not a number
     --> mcp.yaml:2:7
      |
    2 | list: [
      |       ^
      |
      = help: Write it in quotes: `"3"`
    "#);
    }

    #[test]
    fn control_characters_do_not_reach_a_terminal() {
        let frame = render("a: \u{1b}[31m\u{202e}3\n", "3", 1);
        assert!(!frame.contains(['\u{1b}', '\u{202e}']), "{frame:?}");
    }

    #[test]
    fn a_long_line_stays_short() {
        let source = format!(
            "{{\"a\": \"{}\", \"name\": 3, \"b\": \"{}\"}}",
            "x".repeat(500_000),
            "y".repeat(500_000)
        );
        let frame = render(&source, "3", 1);
        assert!(frame.len() < 1_000, "{}", frame.len());
        assert!(frame.contains("--> mcp.yaml:1:500019\n") && frame.contains("\"name\": 3"), "{frame}");
        assert!(!frame.contains(":::"));
    }

    #[test]
    fn any_span_renders() {
        let source = "ä\n\r\n€";
        for start in 0..10 {
            for end in 0..10 {
                let span = Span::new(start, end);
                let location = Location::file_start("f");
                let (code, message) = ("c".to_owned(), "m".to_owned());
                let level = DiagnosticLevel::Note;
                let diagnostic = Diagnostic { level, code, message, mend: None, location, span: Some(span) };
                assert!(diagnostic.render(source, true).contains('m'));
            }
        }
    }
}
