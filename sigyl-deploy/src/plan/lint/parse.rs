//! A Dockerfile as a list of instructions, as Docker's own frontend reads it.

use sigyl_core::Span;

/// Bytes that one instruction may have; the frontend takes a line of 64 KiB.
const MAX_INSTRUCTION_BYTES: usize = 32 << 10;
/// Instructions that one file may have. Chosen.
const MAX_INSTRUCTIONS: usize = 1_000;

/// One instruction on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Instruction {
    /// In capitals.
    pub(crate) keyword: String,
    /// `--from=build`, without what follows.
    pub(crate) flags: Vec<String>,
    /// What follows the flags.
    pub(crate) rest: String,
    /// Where it stands.
    pub(crate) span: Span,
}

/// Why a file is no Dockerfile that can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Broken {
    pub(crate) span: Span,
    pub(crate) why: &'static str,
}

/// Reads a Dockerfile.
pub(crate) fn parse(text: &str) -> Result<Vec<Instruction>, Broken> {
    let mut all = Vec::new();
    let mut open: Option<(usize, String)> = None;
    let mut offset = 0;
    let mut is_head = true;
    for line in text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let content = line.trim_end_matches(['\n', '\r']);
        let span = Span::new(start as u32, (start + content.len()) as u32);
        let trimmed = content.trim();
        if let Some(comment) = trimmed.strip_prefix('#') {
            let directive = comment.trim_start();
            let is_directive = |name: &str| {
                directive.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name))
                    && directive.get(name.len()..).is_some_and(|rest| rest.trim_start().starts_with('='))
            };
            if is_head && is_directive("syntax") {
                return Err(Broken {
                    span,
                    why: "a `# syntax` line runs another frontend, which is fetched first",
                });
            }
            if is_head && is_directive("escape") {
                return Err(Broken { span, why: "an `# escape` line changes how everything else is read" });
            }
            continue;
        }
        if trimmed.is_empty() {
            is_head = false;
            continue;
        }
        is_head = false;
        if content.contains('\0') {
            return Err(Broken { span, why: "it has a NUL" });
        }
        let (begun, mut joined) = open.take().unwrap_or_else(|| (start, String::new()));
        let is_first = joined.is_empty();
        let body = content.trim_end();
        let (body, goes_on) = match body.strip_suffix('\\') {
            Some(body) => (body, true),
            None => (content, false),
        };
        joined.push_str(if is_first { body.trim_start() } else { body });
        if joined.len() > MAX_INSTRUCTION_BYTES {
            return Err(Broken { span, why: "an instruction has more than 32 KiB" });
        }
        if goes_on {
            open = Some((begun, joined));
        } else {
            all.push(instruction(&joined, Span::new(begun as u32, span.end))?);
        }
        if all.len() > MAX_INSTRUCTIONS {
            return Err(Broken { span, why: "it has more than a thousand instructions" });
        }
    }
    if let Some((begun, joined)) = open {
        all.push(instruction(&joined, Span::new(begun as u32, offset as u32))?);
    }
    Ok(all)
}

fn instruction(text: &str, span: Span) -> Result<Instruction, Broken> {
    let text = text.trim();
    let (keyword, mut rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let keyword = keyword.to_ascii_uppercase();
    let mut flags = Vec::new();
    rest = rest.trim_start();
    let takes_flags = matches!(keyword.as_str(), "FROM" | "RUN" | "COPY" | "ADD" | "HEALTHCHECK");
    while takes_flags && rest.starts_with("--") {
        let (flag, behind) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        flags.push(flag.to_owned());
        rest = behind.trim_start();
    }
    let is_json = words_of_json(rest).is_some();
    let has_heredoc = rest.match_indices("<<").any(|(at, _)| {
        let behind = rest.get(at + 2..).unwrap_or_default().trim_start_matches('-');
        let is_string = behind.starts_with('<') || rest.get(..at).is_some_and(|before| before.ends_with('<'));
        !is_string && behind.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '"' | '\''))
    });
    if has_heredoc && !is_json && matches!(keyword.as_str(), "RUN" | "COPY" | "ADD") {
        return Err(Broken { span, why: "here-documents are not known to Docker's own frontend" });
    }
    Ok(Instruction { keyword, flags, rest: rest.to_owned(), span })
}

/// The words of an exec form.
pub(crate) fn words_of_json(text: &str) -> Option<Vec<String>> {
    text.trim_start().starts_with('[').then(|| serde_json::from_str(text.trim()).ok())?
}

impl Instruction {
    /// The words of its exec form.
    pub(crate) fn exec(&self) -> Option<Vec<String>> {
        words_of_json(&self.rest)
    }

    /// The value of a flag.
    pub(crate) fn flag(&self, name: &str) -> Option<&str> {
        self.flags.iter().find_map(|flag| flag.strip_prefix("--")?.strip_prefix(name)?.strip_prefix('='))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_that_go_on() {
        let text = "# note\nfrom a:1 \\\n# inside\n  as x\nRUN --mount=type=cache,target=/x a \\\n\n  b\nCMD [\"a\", \\\n \"b\"]";
        let all = parse(text).unwrap();
        let shown: Vec<String> =
            all.iter().map(|it| format!("{}|{}|{}", it.keyword, it.flags.join(" "), it.rest)).collect();
        assert_eq!(
            shown,
            ["FROM||a:1   as x", "RUN|--mount=type=cache,target=/x|a   b", "CMD||[\"a\",  \"b\"]"]
        );
        assert_eq!(all[2].exec().unwrap(), ["a", "b"]);
    }

    #[test]
    fn what_is_not_read() {
        for text in [
            "# syntax=evil/frontend\nFROM a",
            "#Syntax = x\n",
            "# escape=`\nFROM a",
            "RUN <<EOF\nid\nEOF",
            "RUN a\0",
            "COPY <<-'X' /a\n",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert!(parse("FROM a\n# syntax=later\nRUN cat <<< \"$X\"\nRUN [\"a\", \"<<EOF\"]").is_ok());
    }

    proptest! {
        #[test]
        fn nothing_makes_it_fail(text in "[A-Z#\\\\\\n \"\\[\\]<=a-]{0,200}") {
            for instruction in parse(&text).unwrap_or_default() {
                prop_assert!(!instruction.rest.contains('\n'));
            }
        }
    }
}
