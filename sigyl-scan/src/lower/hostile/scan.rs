//! Tokens of JavaScript and TypeScript, as far as depth needs them: one pass, no tree, no recursion.

/// What stands at a place of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// An identifier, keyword or number.
    Word(&'t str),
    /// A string, a regular expression, or a template without substitutions.
    Literal,
    /// `${` in a template, or the end of one.
    TemplateOpen,
    /// Punctuation; operators that mean nothing here are cut into single characters.
    Mark(&'static str),
}

/// Marks of more than one character, longest first where one starts another.
const MARKS: [&str; 26] = [
    ">>>=", "...", "===", "!==", "**=", "<<=", ">>=", "&&=", "||=", "??=", "=>", "==", "!=", "<=", ">=",
    "&&", "||", "??", "?.", "**", "++", "--", "<<", "</", "+=", "-=",
];

/// Single characters.
const SINGLES: [&str; 25] = [
    "(", ")", "[", "]", "{", "}", ";", ",", "<", ">", "=", "?", ":", "!", "~", "+", "-", "*", "/", "%", "&",
    "|", "^", ".", "@",
];

/// Bytes between two brackets that may still be nested code. Chosen.
const MAX_GAP: usize = 64;

/// Walks over the tokens of a text.
pub(super) struct Scanner<'t> {
    text: &'t str,
    at: usize,
    /// True when a line ended before the last token.
    pub(super) newline: bool,
    /// Brackets opened in a row inside one literal or comment: what a wrong guess about `/` could hide.
    pub(super) hidden: u32,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let at = if text.starts_with("#!") { text.find('\n').unwrap_or(text.len()) } else { 0 };
        Self { text, at, newline: false, hidden: 0 }
    }

    /// The next token. `value_before` tells a division from a regular expression.
    pub(super) fn next(&mut self, value_before: bool) -> Option<Token<'t>> {
        self.newline = false;
        let bytes = self.text.as_bytes();
        loop {
            match *bytes.get(self.at)? {
                b'\n' | b'\r' => {
                    self.newline = true;
                    self.at += 1;
                }
                b' ' | b'\t' | 0x0b | 0x0c => self.at += 1,
                b'/' if bytes.get(self.at + 1) == Some(&b'/') => {
                    let end = self.line_end(self.at);
                    self.skip(end);
                }
                b'/' if bytes.get(self.at + 1) == Some(&b'*') => {
                    let end = self.text[self.at + 2..].find("*/").map(|end| self.at + 2 + end + 2);
                    let end = end.unwrap_or(bytes.len());
                    self.newline |= bytes[self.at..end].contains(&b'\n');
                    self.skip(end);
                }
                _ => break,
            }
        }
        let start = self.at;
        let first = bytes[start];
        if is_word(first) {
            let len = bytes[start..].iter().take_while(|byte| is_word(**byte)).count();
            self.at = start + len;
            return Some(Token::Word(&self.text[start..self.at]));
        }
        match first {
            b'"' | b'\'' => {
                let end = self.string_end(first);
                self.skip(end);
                Some(Token::Literal)
            }
            b'`' => {
                self.at += 1;
                Some(self.template())
            }
            b'/' if !value_before => {
                let end = self.regex_end();
                self.skip(end);
                Some(Token::Literal)
            }
            _ => Some(self.mark(first)),
        }
    }

    /// Goes on with a template behind a substitution.
    pub(super) fn template(&mut self) -> Token<'t> {
        let bytes = self.text.as_bytes();
        let mut end = self.at;
        while let Some(byte) = bytes.get(end) {
            match byte {
                b'\\' => end += 2,
                b'`' => {
                    self.skip(end + 1);
                    return Token::Literal;
                }
                b'$' if bytes.get(end + 1) == Some(&b'{') => {
                    self.skip(end + 2);
                    return Token::TemplateOpen;
                }
                _ => end += 1,
            }
        }
        self.skip(bytes.len());
        Token::Literal
    }

    fn mark(&mut self, first: u8) -> Token<'t> {
        let rest = &self.text.as_bytes()[self.at..];
        if rest.len() > 1 && !rest[1].is_ascii_alphanumeric() {
            // `?.5` is a conditional with a number.
            let known = MARKS.iter().find(|mark| rest.starts_with(mark.as_bytes()));
            if let Some(mark) = known
                && !(*mark == "?." && rest.get(2).is_some_and(u8::is_ascii_digit))
            {
                self.at += mark.len();
                return Token::Mark(mark);
            }
        }
        self.at += 1;
        Token::Mark(SINGLES.iter().find(|mark| mark.as_bytes()[0] == first).copied().unwrap_or(" "))
    }

    fn line_end(&self, from: usize) -> usize {
        let bytes = &self.text.as_bytes()[from..];
        bytes.iter().position(|byte| *byte == b'\n').map_or(self.text.len(), |len| from + len)
    }

    fn string_end(&self, quote: u8) -> usize {
        let bytes = self.text.as_bytes();
        let mut end = self.at + 1;
        while let Some(byte) = bytes.get(end) {
            match byte {
                b'\\' => end += 2,
                b'\n' => return end,
                byte if *byte == quote => return end + 1,
                _ => end += 1,
            }
        }
        bytes.len()
    }

    fn regex_end(&self) -> usize {
        let bytes = self.text.as_bytes();
        let mut end = self.at + 1;
        let mut class = false;
        while let Some(byte) = bytes.get(end) {
            match byte {
                b'\\' => end += 2,
                b'\n' => return end,
                b'[' => {
                    class = true;
                    end += 1;
                }
                b']' => {
                    class = false;
                    end += 1;
                }
                b'/' if !class => return end + 1,
                _ => end += 1,
            }
        }
        bytes.len()
    }

    /// Passes over text that is no code, and counts the brackets in it.
    fn skip(&mut self, end: usize) {
        let bytes = self.text.as_bytes();
        let end = end.min(bytes.len());
        let (mut open, mut last) = (0_u32, 0);
        for (at, byte) in bytes[self.at.min(end)..end].iter().enumerate() {
            match byte {
                b'(' | b'[' | b'{' => {
                    open = if at - last > MAX_GAP { 1 } else { open + 1 };
                    last = at;
                    self.hidden = self.hidden.max(open);
                }
                // Any closing one ends the count: in binary data their numbers differ, and a difference would drift.
                b')' | b']' | b'}' => open = 0,
                _ => {}
            }
        }
        // An escape may end inside a character.
        self.at = (end..=bytes.len()).find(|at| self.text.is_char_boundary(*at)).unwrap_or(bytes.len());
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'#' | b'\\') || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> String {
        let mut scanner = Scanner::new(text);
        let mut out = Vec::new();
        let mut value = false;
        while let Some(token) = scanner.next(value) {
            value = matches!(token, Token::Word(_) | Token::Literal | Token::Mark(")" | "]"));
            out.push(match token {
                Token::Word(word) => word.to_owned(),
                Token::Literal => "LITERAL".to_owned(),
                Token::TemplateOpen => "${".to_owned(),
                Token::Mark(mark) => mark.to_owned(),
            });
        }
        out.join(" ")
    }

    #[test]
    fn literals_and_comments_are_passed_over() {
        insta::assert_snapshot!(
            tokens("#!/usr/bin/env node\na = 'x\\'[' + \"[\" // [\n/* [ \n */ b /= /[/\\]]/g / c?.5:d?.e"),
            @r#"a = LITERAL + LITERAL b / = LITERAL g / c ? . 5 : d ?. e"#
        );
        insta::assert_snapshot!(tokens("`a[` + `b${c}"), @r#"LITERAL + ${ c }"#);
        insta::assert_snapshot!(tokens("é\u{1f}'é\\é'“"), @r#"é   LITERAL “"#);
        insta::assert_snapshot!(tokens("'open\n[ 'at the end"), @r#"LITERAL [ LITERAL"#);
    }

    #[test]
    fn what_a_literal_hides_is_counted() {
        let mut scanner = Scanner::new("'[[[{(' + '[][][]'");
        while scanner.next(true).is_some() {}
        assert_eq!(scanner.hidden, 5);
    }
}
