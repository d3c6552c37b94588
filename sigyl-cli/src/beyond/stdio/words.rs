//! A command line as words, the way a shell would see them, without a shell.

/// Splits at white space outside of quotes. Nothing is expanded, and what only a shell could do is refused.
pub(super) fn split(command: &str) -> Result<Vec<String>, &'static str> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut chars = command.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (_, '\0') => return Err("a command has no NUL"),
            (Some(open), _) if c == open => quote = None,
            (Some('\''), _) => word.get_or_insert_default().push(c),
            (_, '\\') => {
                let next = chars.next().ok_or("it ends in a backslash")?;
                // Within double quotes a backslash stands for itself but before these.
                if quote.is_some() && !matches!(next, '"' | '\\') {
                    word.get_or_insert_default().push('\\');
                }
                word.get_or_insert_default().push(next);
            }
            (Some(_), _) => word.get_or_insert_default().push(c),
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, _) if c.is_whitespace() => words.extend(word.take()),
            (None, '|' | '&' | ';' | '<' | '>' | '`') => {
                return Err(
                    "pipes, lists and redirections need a shell, and none is started; quote them where they are words",
                );
            }
            (None, _) => word.get_or_insert_default().push(c),
        }
    }
    if quote.is_some() {
        return Err("a quote is not closed");
    }
    words.extend(word);
    if words.first().is_none_or(String::is_empty) {
        return Err("name a program");
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_commands() {
        let of = |text: &str| split(text).map(|words| words.join("|"));
        assert_eq!(of("node dist/index.js  --a"), Ok("node|dist/index.js|--a".to_owned()));
        assert_eq!(
            of(r#"python -c 'print("a b")' "c\"d" "" e\ f "\n""#),
            Ok(r#"python|-c|print("a b")|c"d||e f|\n"#.to_owned())
        );
        assert_eq!(of("a ';|&'"), Ok("a|;|&".to_owned()));
        for wrong in ["", "  ", "''", "a | b", "a;b", "a `b`", "a 'b", "a \\", "a > b"] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }
}
