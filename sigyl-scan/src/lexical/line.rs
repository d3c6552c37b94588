//! Lines as code or comment.

use crate::context::FileContext;

/// True when the text at `at` stands in a comment that takes up its line, or that begins before it on the line.
pub(crate) fn is_comment(file: &FileContext<'_>, at: usize) -> bool {
    let line = file.lines().line(at as u32);
    let Some(span) = file.lines().line_span(file.text, line) else { return false };
    let before = &file.text[span.start as usize..at.max(span.start as usize)];
    let trimmed = before.trim_start();
    if ["//", "#", "*", "/*", "--", "<!--", "\"\"\""].iter().any(|mark| trimmed.starts_with(mark)) {
        return true;
    }
    // A trailing comment; `://` of an address is none.
    let slashes = before.match_indices("//").any(|(found, _)| !before[..found].ends_with(':'));
    (slashes && !file.path.ends_with(".py")) || (file.path.ends_with(".py") && before.contains(" # "))
}

/// A line longer than this, in bytes, is taken for generated. Chosen.
const GENERATED_LINE: u32 = 1_000;

/// True inside minified or bundled text.
pub(crate) fn is_generated(file: &FileContext<'_>, at: usize) -> bool {
    let line = file.lines().line(at as u32);
    file.lines()
        .line_span(file.text, line)
        .is_some_and(|span| span.end.saturating_sub(span.start) > GENERATED_LINE)
}

/// The text of the line up to `at`, at most the last 200 bytes of it.
pub(crate) fn line_before<'a>(file: &'a FileContext<'_>, at: usize) -> &'a str {
    let line = file.lines().line(at as u32);
    let start = file.lines().line_span(file.text, line).map_or(0, |span| span.start as usize);
    let mut from = start.max(at.saturating_sub(200));
    while !file.text.is_char_boundary(from) {
        from += 1;
    }
    file.text.get(from..at).unwrap_or_default()
}

/// The text around a place, `reach` bytes to both sides, cut to whole characters.
pub(crate) fn around(text: &str, start: usize, end: usize, reach: usize) -> &str {
    let mut from = start.saturating_sub(reach);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let mut to = (end + reach).min(text.len());
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    text.get(from..to).unwrap_or_default()
}
