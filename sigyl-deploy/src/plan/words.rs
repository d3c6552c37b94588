//! A command line taken apart where no shell is needed to understand it.

/// A command without a shell: variables that are set before it, and its words.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Words {
    pub(crate) env: Vec<(String, String)>,
    pub(crate) argv: Vec<String>,
}

/// Reads words, quoted or not; `None` where anything in it means something to a shell.
pub(crate) fn words(text: &str) -> Option<Words> {
    /// Characters that a shell acts upon outside of quotes.
    const SHELL: &str = "|&;<>()$`*?[]{}!#~\n\r\0";
    let mut all: Vec<String> = Vec::new();
    let mut word: Option<String> = None;
    let mut characters = text.trim().chars();
    while let Some(character) = characters.next() {
        match character {
            '\'' | '"' => {
                let into = word.get_or_insert_default();
                loop {
                    match characters.next()? {
                        end if end == character => break,
                        // A shell expands these in double quotes.
                        '$' | '`' | '\\' if character == '"' => return None,
                        '\n' | '\0' => return None,
                        inner => into.push(inner),
                    }
                }
            }
            '\\' => return None,
            _ if SHELL.contains(character) => return None,
            _ if character.is_whitespace() => all.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    all.extend(word);
    let is_assignment =
        |word: &String| word.split_once('=').is_some_and(|(name, _)| super::env::is_variable_name(name));
    let count = all.iter().take_while(|word| is_assignment(word)).count();
    let argv = all.split_off(count);
    let env = all.iter().filter_map(|word| word.split_once('=')).map(|(k, v)| (k.to_owned(), v.to_owned()));
    let env = env.collect();
    (!argv.is_empty()).then_some(Words { env, argv })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_without_a_shell() {
        let argv = |text: &str| words(text).map(|words| words.argv);
        assert_eq!(argv("node dist/index.js --port 1").unwrap(), ["node", "dist/index.js", "--port", "1"]);
        assert_eq!(argv("node 'a b.js' \"\"").unwrap(), ["node", "a b.js", ""]);
        let found = words("NODE_ENV=production A= node x").unwrap();
        assert_eq!(
            found.env,
            [("NODE_ENV", "production"), ("A", "")].map(|(k, v)| (k.to_owned(), v.to_owned()))
        );
        assert_eq!(found.argv, ["node", "x"]);
    }

    #[test]
    fn what_needs_a_shell() {
        for text in [
            "tsc && node dist/index.js",
            "node $FILE",
            "node \"$FILE\"",
            "node `x`",
            "node *.js",
            "a | b",
            "a > b",
            "(a)",
            "a; b",
            "a\nb",
            "a 'b",
            "a \\\nb",
            "",
            "A=b",
            "node {a,b}",
            "~/x",
            "a \"b\\\" c\"",
            "a !x",
        ] {
            assert_eq!(words(text), None, "{text}");
        }
    }
}
