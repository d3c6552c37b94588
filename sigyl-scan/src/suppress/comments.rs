//! Comments such as `# sigyl: ignore[command-injection] the argument is one of two constants`.
//!
//! One parser for every language: it looks at the text of a line before the mark, which must end with an opener of a
//! comment and must not lie inside a string literal that began on that line.

use memchr::memmem;
use sigyl_core::{LineIndex, Span};

/// What every ignore comment has.
const MARK: &str = "sigyl:";

/// Lines that may stand between a comment and the code it is about: blank ones, and those that close the comment.
/// Chosen.
const MAX_GAP: u32 = 3;

/// Openers of comments, longest first. `*` opens a line within a block comment.
const OPENERS: &[&str] = &["<!--", "//", "/*", "--", "#", ";", "*", "rem"];

/// An ignore comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignore {
    /// The rules that it names, in its order.
    pub rules: Vec<String>,
    /// Why, as its author put it; absent where nothing is said.
    pub reason: Option<String>,
    /// The line it stands on, from 1.
    pub line: u32,
    /// The line it is about, from 1: its own where code stands before it, else the next line of code.
    pub target_line: u32,
    /// Where the comment's mark stands, from `sigyl:` to the closing bracket, bytes.
    pub span: Span,
    /// True for `<!-- -->`, the only comment that documents have.
    pub markup: bool,
}

/// The ignore comments of a text, by line; of several on one line the first.
///
/// Total on every input, and linear in its length.
///
/// ```
/// let found = sigyl_scan::parse_ignores("x = 1  # sigyl: ignore[hardcoded-secret] a test key\n");
/// assert_eq!(found[0].rules, ["hardcoded-secret"]);
/// assert_eq!(found[0].reason.as_deref(), Some("a test key"));
/// ```
pub fn parse_ignores(text: &str) -> Vec<Ignore> {
    if memmem::find(text.as_bytes(), MARK.as_bytes()).is_none() {
        return Vec::new();
    }
    let lines = LineIndex::new(text);
    let mut found: Vec<Ignore> = Vec::new();
    // From the last line to the first, so that comments above one another share the line of code below them.
    for number in (1..=lines.line_count()).rev() {
        let Some(span) = lines.line_span(text, number) else { continue };
        let line = &text[span.range(text.len())];
        let Some((mut ignore, alone)) = parse_line(line, span.start) else { continue };
        ignore.line = number;
        ignore.target_line = if alone { target(text, &lines, number, found.last()) } else { number };
        found.push(ignore);
    }
    found.reverse();
    found
}

/// The next line of code below `line`.
fn target(text: &str, lines: &LineIndex, line: u32, below: Option<&Ignore>) -> u32 {
    for next in line + 1..=line + 1 + MAX_GAP {
        if let Some(below) = below.filter(|below| below.line == next) {
            return below.target_line;
        }
        let Some(span) = lines.line_span(text, next) else { break };
        let content = text[span.range(text.len())].trim();
        if !matches!(content, "" | "*" | "*/" | "*/}" | "-->" | "--%>") {
            return next;
        }
    }
    line + 1
}

/// The ignore comment of one line, and whether it stands there alone. Line numbers are the caller's.
fn parse_line(line: &str, line_start: u32) -> Option<(Ignore, bool)> {
    let mut from = 0;
    // A mark may also stand in a string before the comment.
    while let Some(at) = line[from..].find(MARK).map(|at| from + at) {
        from = at + MARK.len();
        let rest = line[from..].trim_start();
        let Some((names, after)) = rest.strip_prefix("ignore[").and_then(|rest| rest.split_once(']')) else {
            continue;
        };
        let Some((before, opener)) = comment(&line[..at]) else { continue };
        let end = line.len() - after.len();
        let rules = names.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
        let ignore = Ignore {
            rules: rules.collect(),
            reason: reason(after),
            line: 0,
            target_line: 0,
            span: Span::new(line_start + at as u32, line_start + end as u32),
            markup: opener == "<!--",
        };
        // `{` opens a comment between JSX elements.
        return Some((ignore, matches!(before.trim(), "" | "{")));
    }
    None
}

/// The code before the comment that `prefix` ends in the middle of, and the comment's opener.
fn comment(prefix: &str) -> Option<(&str, &'static str)> {
    let trimmed = prefix.trim_end();
    let bytes = trimmed.as_bytes();
    let opener = OPENERS.iter().copied().find(|opener| {
        let Some(start) = bytes.len().checked_sub(opener.len()) else { return false };
        let (before, end) = bytes.split_at(start);
        end.eq_ignore_ascii_case(opener.as_bytes())
            && match *opener {
                // A line within a block comment, a statement of batch files: nothing stands before either.
                "*" | "rem" => before.iter().all(|byte| byte.is_ascii_whitespace() || *byte == b'@'),
                _ => true,
            }
    })?;
    // A further `/`, `#`, `*`, `!` or `;` belongs to the opener: `///`, `##`, `/**`.
    let before = trimmed[..trimmed.len() - opener.len()].trim_end_matches(['/', '#', '*', '!', ';']);
    (!ends_in_string(before)).then_some((before, opener))
}

/// Whether a string literal that began on this line is still open at its end.
fn ends_in_string(code: &str) -> bool {
    let mut open = None;
    let mut escaped = false;
    for byte in code.bytes() {
        match open {
            _ if escaped => escaped = false,
            Some(_) if byte == b'\\' => escaped = true,
            Some(quote) if byte == quote => open = None,
            None if matches!(byte, b'"' | b'\'' | b'`') => open = Some(byte),
            _ => {}
        }
    }
    open.is_some()
}

/// What is said after the bracket, without the comment's end.
fn reason(after: &str) -> Option<String> {
    let mut text = after.trim();
    for closer in ["*/}", "*/", "--%>", "-->"] {
        if let Some((before, _)) = text.split_once(closer) {
            text = before.trim();
        }
    }
    let text = text.trim_start_matches([':', '-', '–', '—']).trim();
    text.contains(char::is_alphanumeric).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn one(text: &str) -> Ignore {
        let found = parse_ignores(text);
        assert_eq!(found.len(), 1, "{text:?}: {found:?}");
        found.into_iter().next().unwrap()
    }

    #[test]
    fn every_comment_style() {
        for (text, target) in [
            ("# sigyl: ignore[a-b] why\ncode", 2),
            ("code # sigyl: ignore[a-b] why", 1),
            ("// sigyl:ignore[a-b] why\ncode", 2),
            ("code(\"x\"); // sigyl: ignore[ a-b ] - why", 1),
            ("/* sigyl: ignore[a-b] why */\ncode", 2),
            ("code /* sigyl: ignore[a-b] why */ more", 1),
            ("/**\n * sigyl: ignore[a-b] why\n */\ncode", 4),
            ("<!-- sigyl: ignore[a-b] why -->\n\ntext", 3),
            ("-- sigyl: ignore[a-b] why\nSELECT", 2),
            ("; sigyl: ignore[a-b] why\nkey = 1", 2),
            ("REM sigyl: ignore[a-b] why\r\ncall x", 2),
            ("{/* sigyl: ignore[a-b] why */}\n<A />", 2),
            ("/// sigyl: ignore[a-b] why\rcode", 2),
        ] {
            let ignore = one(text);
            assert_eq!(ignore.rules, ["a-b"], "{text}");
            assert_eq!(ignore.reason.as_deref(), Some("why"), "{text}");
            assert_eq!(ignore.target_line, target, "{text}");
            let mark = &text[ignore.span.range(text.len())];
            assert!(mark.starts_with("sigyl:") && mark.ends_with(']'), "{mark}");
        }
    }

    #[test]
    fn several_rules_and_no_reason() {
        let ignore = one("# sigyl: ignore[a, b,c]\nx");
        assert_eq!(ignore.rules, ["a", "b", "c"]);
        assert_eq!(ignore.reason, None);
        assert_eq!(one("x // sigyl: ignore[a] -- */").reason, None);
        assert_eq!(one("# sigyl: ignore[]").rules, [""; 0]);
    }

    #[test]
    fn comments_above_one_another_share_their_line() {
        let found = parse_ignores("# sigyl: ignore[a] x\n# sigyl: ignore[b] y\n\ncode\n");
        assert_eq!(found.iter().map(|ignore| ignore.target_line).collect::<Vec<_>>(), [4, 4]);
    }

    #[test]
    fn strings_and_prose_are_no_comments() {
        for text in [
            "x = \"# sigyl: ignore[a] why\"",
            "x = 'it\\'s // sigyl: ignore[a] why'",
            "run(`// sigyl: ignore[a] why`)",
            "write sigyl: ignore[a] before the line",
            "price * sigyl: ignore[a] why",
            "# sigyl: ignore a",
            "# sigyl: ignore[a",
        ] {
            assert_eq!(parse_ignores(text), [], "{text}");
        }
        assert_eq!(one("log(\"sigyl: ignore[x]\") # sigyl: ignore[a] why").rules, ["a"]);
    }

    #[test]
    fn long_chains_stay_linear() {
        let text = "# sigyl: ignore[a] x\n".repeat(50_000) + "code";
        assert_eq!(parse_ignores(&text)[0].target_line, 50_001);
    }

    proptest! {
        #[test]
        fn spans_lie_inside(text in "(.|\n|sigyl: |ignore\\[|[a\\]#/*\"-]){0,80}") {
            for ignore in parse_ignores(&text) {
                let range = ignore.span.start as usize..ignore.span.end as usize;
                prop_assert!(text.get(range).is_some_and(|mark| mark.starts_with("sigyl:")));
                prop_assert!(ignore.line >= 1 && ignore.target_line >= ignore.line);
            }
        }
    }
}
