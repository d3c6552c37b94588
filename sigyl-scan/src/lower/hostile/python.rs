//! What a Python text must be for ruff to see it.
//!
//! The parser grows its stack by itself, up to 1.5 KB of memory for each level: a large file is checked for depth, so
//! that eight megabytes of brackets do not take twelve gigabytes. Measured on a hundred shapes: no abort, and none is
//! quadratic, provided that f-strings are parsed for Python 3.12 or later.

use ruff_python_ast::token::TokenKind;
use ruff_python_parser::Mode;
use ruff_python_parser::lexer::lex;
use sigyl_core::NotAnalysedReason;

use super::stack::UNCHECKED_BYTES;
use crate::lower::LowerError;

/// Bytes up to which a file is parsed at all. Chosen: modules written by people stay under one megabyte.
const MAX_BYTES: usize = 8 * 1024 * 1024;

/// How deep the tree of a file larger than [`UNCHECKED_BYTES`] may be. Chosen: CPython refuses more than 100 levels of
/// indentation and 200 of brackets.
const MAX_DEPTH: u32 = 1_000;

/// Checks a text before it is parsed.
pub(crate) fn check_python(text: &str) -> Result<(), LowerError> {
    if text.len() > MAX_BYTES {
        let detail = format!("{} bytes are more than the {MAX_BYTES} that are parsed", text.len());
        return Err(LowerError { reason: NotAnalysedReason::TooLarge, detail });
    }
    if text.len() > UNCHECKED_BYTES { check_depth(text) } else { Ok(()) }
}

/// What is known of the expressions between two brackets.
#[derive(Default)]
struct Level {
    /// Operators and keywords since the last comma: no expression is deeper than their number.
    chain: u32,
    /// The deepest bracket since the last comma.
    inner: u32,
    /// The deepest expression before the last comma.
    done: u32,
}

impl Level {
    fn next_item(&mut self) {
        self.done = self.depth();
        self.chain = 0;
        self.inner = 0;
    }

    fn depth(&self) -> u32 {
        self.done.max(self.chain + self.inner)
    }
}

/// Bounds the depth of the tree from above by counting tokens.
fn check_depth(text: &str) -> Result<(), LowerError> {
    let mut lexer = lex(text, Mode::Module);
    let mut around: Vec<Level> = Vec::new();
    let mut level = Level::default();
    let mut indentation = 0_u32;
    // F-strings around, and whether a string came last: one that a line break ends is not closed.
    let (mut strings, mut after_string) = (0_u32, false);
    loop {
        let kind = lexer.next_token();
        let unclosed = strings > 0 && std::mem::replace(&mut after_string, kind == TokenKind::String);
        match kind {
            TokenKind::EndOfFile => break,
            // Behind such places the parser may read the text in another way than the lexer alone.
            TokenKind::Unknown => return Err(not_tokens()),
            TokenKind::Newline | TokenKind::NonLogicalNewline if unclosed => {
                return Err(not_tokens());
            }
            TokenKind::Indent => indentation += 1,
            TokenKind::Dedent => indentation = indentation.saturating_sub(1),
            TokenKind::Newline | TokenKind::Semi => {
                around.clear();
                level = Level::default();
            }
            TokenKind::Comma => level.next_item(),
            TokenKind::Lpar
            | TokenKind::Lsqb
            | TokenKind::Lbrace
            | TokenKind::FStringStart
            | TokenKind::TStringStart => {
                strings += u32::from(matches!(kind, TokenKind::FStringStart | TokenKind::TStringStart));
                level.chain += 1;
                around.push(std::mem::take(&mut level));
            }
            TokenKind::Rpar
            | TokenKind::Rsqb
            | TokenKind::Rbrace
            | TokenKind::FStringEnd
            | TokenKind::TStringEnd => {
                strings = strings.saturating_sub(u32::from(kind.is_interpolated_string_end()));
                let mut outer = around.pop().unwrap_or_default();
                outer.inner = outer.inner.max(level.depth() + 1);
                level = outer;
            }
            kind if kind.is_operator() || kind.is_keyword() => level.chain += 1,
            _ => {}
        }
        if level.depth() + around.len() as u32 + indentation > MAX_DEPTH {
            let detail = format!("nested or chained more than {MAX_DEPTH} deep");
            return Err(LowerError { reason: NotAnalysedReason::TooDeep, detail });
        }
    }
    Ok(())
}

fn not_tokens() -> LowerError {
    LowerError {
        reason: NotAnalysedReason::SyntaxError,
        detail: "something that is not Python, in a file too large to be read past it".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(line: &str) -> Option<NotAnalysedReason> {
        let filler = "x = 1\n".repeat(UNCHECKED_BYTES / 6 + 1);
        check_python(&format!("{filler}{line}\n")).err().map(|error| error.reason)
    }

    #[test]
    fn large_files_are_checked_for_depth() {
        let deep = Some(NotAnalysedReason::TooDeep);
        assert_eq!(refused(&"(".repeat(1_001)), deep);
        assert_eq!(refused(&("a".to_owned() + &".b".repeat(1_001))), deep);
        assert_eq!(refused(&("not ".repeat(1_001) + "a")), deep);
        assert_eq!(refused(&("(".repeat(600) + "a" + &"+b)".repeat(600))), deep);
        assert_eq!(refused(&("f\"{".repeat(600) + "a" + &"}\"".repeat(600))), deep);
        assert_eq!(refused(&format!("[{}]", "(1, -2), ".repeat(5_000))), None);
        assert_eq!(refused(&"f(a.b + c)\n".repeat(5_000)), None);
    }

    #[test]
    fn a_large_file_must_be_all_tokens() {
        assert_eq!(refused("f\"{\"(((("), Some(NotAnalysedReason::SyntaxError));
        assert_eq!(refused("f\"{\"((((\n}\""), Some(NotAnalysedReason::SyntaxError));
    }

    #[test]
    fn size_is_bounded() {
        let text = " ".repeat(MAX_BYTES + 1);
        assert_eq!(check_python(&text).err().map(|error| error.reason), Some(NotAnalysedReason::TooLarge));
    }
}
