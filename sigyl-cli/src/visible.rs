//! Makes text of strangers safe to print.
//!
//! Scanned source may hold terminal escapes that move the cursor, rewrite lines or set the title, and characters that
//! change the order in which text is shown. Nothing of that reaches a terminal, a log or a report for people.

use std::fmt::Write;

/// The text with every character that a terminal or a reader would not see as itself written out. Line ends and tabs
/// stay.
pub(crate) fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c == '\n' || c == '\t' { out.push(c) } else { push_visible(&mut out, c) }
    }
    out
}

/// Like [`visible`], on one line: line ends and tabs become spaces.
pub(crate) fn visible_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c == '\n' || c == '\t' { out.push(' ') } else { push_visible(&mut out, c) }
    }
    out
}

/// Appends `c`, written out where it would not be seen as itself.
pub(crate) fn push_visible(out: &mut String, c: char) {
    match c {
        // The pictures of control characters follow their order.
        '\0'..='\x1f' => out.push(char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}')),
        '\x7f' => out.push('\u{2421}'),
        _ if is_unseen(c) => {
            // Writing into a string cannot fail.
            let _ = write!(out, "\\u{{{:x}}}", c as u32);
        }
        _ => out.push(c),
    }
}

/// C1 controls, marks of direction, characters without width, line separators, tags, variation selectors.
fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{80}'..='\u{9f}'
        | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_acts_on_a_terminal() {
        assert_eq!(visible("a\x1b[2Jb\r\n\tc"), "a␛[2Jb␍\n\tc");
        assert_eq!(visible("\u{9b}31m\u{202e}x\u{e0041}"), "\\u{9b}31m\\u{202e}x\\u{e0041}");
        assert_eq!(visible_line("a\nb"), "a b");
        assert_eq!(visible("Grüße 🌍"), "Grüße 🌍");
    }
}
