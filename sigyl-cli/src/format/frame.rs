//! Code frames: the lines of a place, short enough to read and safe to print.

use std::{collections::HashMap, ops::Range};

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use sigyl_core::{LineIndex, Location, SourceTree};

use crate::visible::{push_visible, visible, visible_line};

/// Lines of one place that are shown. Chosen.
const MAX_LINES: u32 = 6;

/// Characters of a line that are shown; minified sources have lines of megabytes. Chosen.
const MAX_COLUMNS: usize = 120;

/// Characters before the place that are shown of a longer line. Chosen.
const CONTEXT_COLUMNS: usize = 30;

/// What a frame says.
#[derive(Debug)]
pub(crate) struct Frame<'a> {
    /// The word before the colon.
    pub(crate) level: Level<'static>,
    /// The id in brackets.
    pub(crate) id: &'a str,
    /// The sentence.
    pub(crate) message: &'a str,
    /// The place.
    pub(crate) location: &'a Location,
    /// Lines below the frame, each with the word before the colon.
    pub(crate) notes: Vec<(Level<'static>, String)>,
}

/// Draws frames over the files of one tree.
#[derive(Debug)]
pub(crate) struct Frames<'a> {
    tree: &'a SourceTree,
    lines: HashMap<&'a str, LineIndex>,
    renderer: Renderer,
}

impl<'a> Frames<'a> {
    /// Frames over `tree`.
    pub(crate) fn new(tree: &'a SourceTree, colour: bool) -> Self {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        Self { tree, lines: HashMap::new(), renderer }
    }

    /// Draws one frame.
    pub(crate) fn draw(&mut self, frame: Frame<'_>) -> String {
        let message = visible_line(frame.message);
        let path = visible_line(&frame.location.path);
        let mut origin = Origin::path(path);
        if !super::is_address(&frame.location.path) {
            origin = origin
                .line(frame.location.start_line as usize)
                .char_column(frame.location.start_column as usize);
        }
        let title = frame.level.primary_title(message).id(visible_line(frame.id));
        let mut group = Group::with_title(title).element(origin);
        if let Some(excerpt) = self.excerpt(frame.location) {
            let annotation = AnnotationKind::Primary.span(excerpt.mark);
            let snippet = Snippet::source(excerpt.text)
                .line_start(frame.location.start_line as usize)
                .annotation(annotation);
            group = group.element(snippet);
        }
        for (level, text) in frame.notes {
            group = group.element(level.message(visible(&text)));
        }
        without_bare_paths(&self.renderer.render(&[group]))
    }

    fn excerpt(&mut self, location: &Location) -> Option<Excerpt> {
        let file = self.tree.file(&location.path)?;
        let text = file.text()?;
        let lines = self.lines.entry(&file.path).or_insert_with(|| LineIndex::new(text));
        Some(Excerpt::of(text, lines, location)).filter(|excerpt| !excerpt.text.trim().is_empty())
    }
}

/// The frame without the line that announces a further file: the excerpt is of the file already named, whose line and
/// column the renderer cannot know once long lines are cut.
fn without_bare_paths(frame: &str) -> String {
    let is_bare = |line: &&str| {
        let rest =
            line.trim_start_matches(|c: char| c == ' ' || c == '\x1b' || c == '[' || c.is_ascii_digit());
        rest.trim_start_matches(['m', ';'])
            .strip_prefix("::: ")
            .is_some_and(|end| matches!(end, "" | "\x1b[0m"))
    };
    frame.lines().filter(|line| !is_bare(line)).collect::<Vec<_>>().join("\n")
}

/// The lines of a place, safe to print, and where the place is among them, bytes.
#[derive(Debug, PartialEq, Eq)]
struct Excerpt {
    text: String,
    mark: Range<usize>,
}

impl Excerpt {
    fn of(text: &str, lines: &LineIndex, location: &Location) -> Self {
        let mut out = String::new();
        let (mut start, mut end) = (None, None);
        let last = location.end_line.min(location.start_line.saturating_add(MAX_LINES - 1));
        for number in location.start_line..=last {
            let Some(span) = lines.line_span(text, number) else { break };
            if number > location.start_line {
                out.push('\n');
            }
            let line = &text[span.range(text.len())];
            let first_column = if number == location.start_line { location.start_column as usize } else { 1 };
            let skipped = skipped_columns(line, first_column);
            if skipped > 0 {
                out.push('…');
            }
            for (column, c) in line.chars().enumerate().skip(skipped).take(MAX_COLUMNS) {
                let column = column + 1;
                if number == location.start_line && column == location.start_column as usize {
                    start = Some(out.len());
                }
                if number == location.end_line && column == location.end_column as usize {
                    end = Some(out.len());
                }
                if c == '\t' { out.push(c) } else { push_visible(&mut out, c) }
            }
            if number == location.end_line && end.is_none() {
                end = Some(out.len());
            }
            if line.chars().nth(skipped + MAX_COLUMNS).is_some() {
                out.push('…');
            }
        }
        let start = start.unwrap_or(out.len());
        let end = end.unwrap_or(out.len()).max(start);
        Self { text: out, mark: start..end }
    }
}

/// How many characters of a long line are left out before the place.
fn skipped_columns(line: &str, first_column: usize) -> usize {
    let fits = first_column + CONTEXT_COLUMNS <= MAX_COLUMNS || line.len() <= MAX_COLUMNS;
    if fits { 0 } else { first_column.saturating_sub(CONTEXT_COLUMNS) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sigyl_core::Span;

    fn excerpt(text: &str, start: u32, end: u32) -> Excerpt {
        let lines = LineIndex::new(text);
        Excerpt::of(text, &lines, &lines.location("f", text, Span::new(start, end)))
    }

    #[test]
    fn one_line() {
        let found = excerpt("a\nlet x = eval(y);\nb", 10, 17);
        assert_eq!((found.text.as_str(), &found.text[found.mark.clone()]), ("let x = eval(y);", "eval(y)"));
    }

    #[test]
    fn controls_do_not_move_the_mark() {
        let found = excerpt("\x1b[2Jeval\u{202e}(y)", 4, 8);
        assert_eq!(&found.text[found.mark.clone()], "eval");
        assert!(!found.text.contains(['\x1b', '\u{202e}']));
    }

    #[test]
    fn long_lines_are_cut_around_the_place() {
        let text = format!("{}eval(y){}", "x".repeat(5_000), "z".repeat(5_000));
        let found = excerpt(&text, 5_000, 5_007);
        assert_eq!(&found.text[found.mark.clone()], "eval(y)");
        assert!(found.text.len() < 200, "{}", found.text.len());
    }

    #[test]
    fn many_lines_and_places_past_the_end() {
        let text = "line\n".repeat(50);
        assert_eq!(excerpt(&text, 0, 240).text.lines().count(), MAX_LINES as usize);
        let location =
            Location { path: "f".into(), start_line: 99, start_column: 7, end_line: 99, end_column: 3 };
        assert_eq!(Excerpt::of("a", &LineIndex::new("a"), &location).text, "");
    }
}
