//! Dockerfiles, instruction by instruction.

use std::collections::HashMap;

/// One instruction, with continued lines put together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Instruction {
    /// Its name in upper case: `FROM`, `RUN`.
    pub(crate) name: String,
    /// What follows the name, continued lines joined by a space.
    pub(crate) arguments: String,
    /// Byte offset of its first character.
    pub(crate) start: usize,
    /// Byte offset after its last line.
    pub(crate) end: usize,
}

/// One stage of a build: a `FROM` and what follows it.
#[derive(Debug)]
pub(crate) struct Stage<'a> {
    pub(crate) from: &'a Instruction,
    /// The image, with arguments that have a default put in.
    pub(crate) image: String,
    /// The name given by `AS`, in lower case.
    pub(crate) name: Option<String>,
    /// What follows.
    pub(crate) body: &'a [Instruction],
}

/// All instructions of a Dockerfile. Comments and the bodies of here-documents are left out.
pub(crate) fn instructions(text: &str) -> Vec<Instruction> {
    let mut found = Vec::new();
    let mut open: Option<Instruction> = None;
    let mut here_document: Option<String> = None;
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let trimmed = line.trim();
        if let Some(end) = &here_document {
            if trimmed == end {
                here_document = None;
            }
            continue;
        }
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        let (content, goes_on) = match trimmed.strip_suffix('\\').or_else(|| trimmed.strip_suffix('`')) {
            Some(content) => (content.trim_end(), true),
            None => (trimmed, false),
        };
        let end = start + line.trim_end().len();
        let current = match &mut open {
            Some(instruction) => {
                instruction.arguments.push(' ');
                instruction.arguments.push_str(content);
                instruction.end = end;
                instruction
            }
            None => {
                let (name, arguments) =
                    content.split_once(|c: char| c.is_ascii_whitespace()).unwrap_or((content, ""));
                open.insert(Instruction {
                    name: name.to_ascii_uppercase(),
                    arguments: arguments.trim_start().to_owned(),
                    start: start + (line.len() - line.trim_start().len()),
                    end,
                })
            }
        };
        if !goes_on {
            here_document = here_document_end(&current.arguments);
            found.extend(open.take());
        }
    }
    found.extend(open);
    found
}

/// The line that ends the here-document which `arguments` begin.
fn here_document_end(arguments: &str) -> Option<String> {
    let (_, after) = arguments.split_once("<<")?;
    let word: String = after
        .trim_start_matches('-')
        .trim_start_matches(['"', '\''])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
        .collect();
    (!word.is_empty()).then_some(word)
}

/// The stages of a build, in order.
pub(crate) fn stages(instructions: &[Instruction]) -> Vec<Stage<'_>> {
    let mut defaults: HashMap<&str, &str> = HashMap::new();
    let mut stages = Vec::new();
    for (at, instruction) in instructions.iter().enumerate() {
        match instruction.name.as_str() {
            "ARG" if stages.is_empty() => {
                if let Some((name, value)) = instruction.arguments.split_once('=') {
                    defaults.insert(name.trim(), value.trim().trim_matches(['"', '\'']));
                }
            }
            "FROM" => {
                let mut words =
                    instruction.arguments.split_whitespace().filter(|word| !word.starts_with("--"));
                let image = resolve(words.next().unwrap_or_default(), &defaults);
                let name = match (words.next(), words.next()) {
                    (Some(word), Some(name)) if word.eq_ignore_ascii_case("as") => {
                        Some(name.to_ascii_lowercase())
                    }
                    _ => None,
                };
                let rest = &instructions[at + 1..];
                let length = rest.iter().position(|next| next.name == "FROM").unwrap_or(rest.len());
                stages.push(Stage { from: instruction, image, name, body: &rest[..length] });
            }
            _ => {}
        }
    }
    stages
}

/// Puts defaults of build arguments in for `$NAME`, `${NAME}` and `${NAME:-default}`.
fn resolve(image: &str, defaults: &HashMap<&str, &str>) -> String {
    let mut resolved = String::new();
    let mut rest = image;
    while let Some((before, after)) = rest.split_once('$') {
        resolved.push_str(before);
        let (variable, tail) = match after.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
            Some(parts) => parts,
            None => after.split_at(
                after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len()),
            ),
        };
        let (name, fallback) = match variable.split_once(":-") {
            Some((name, fallback)) => (name, Some(fallback)),
            None => (variable, None),
        };
        match defaults.get(name).copied().or(fallback) {
            Some(value) => resolved.push_str(value),
            None => {
                resolved.push('$');
                resolved.push_str(name);
            }
        }
        rest = tail;
    }
    resolved.push_str(rest);
    resolved
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_lines_and_skips_here_documents() {
        let text = "# c\nRUN a \\\n  # inside\n  b\nRUN <<EOF\nUSER root\nEOF\nuser app\n";
        let found = instructions(text);
        let seen: Vec<_> = found.iter().map(|i| (i.name.as_str(), i.arguments.as_str())).collect();
        assert_eq!(seen, [("RUN", "a b"), ("RUN", "<<EOF"), ("USER", "app")]);
        assert_eq!(&text[found[0].start..found[0].end], "RUN a \\\n  # inside\n  b");
    }

    #[test]
    fn puts_default_arguments_in() {
        let found = instructions(
            "ARG V=22\nFROM --platform=linux/amd64 node:${V}-slim AS Build\nRUN x\nFROM $BASE\nFROM a:${T:-1}",
        );
        let stages = stages(&found);
        let images: Vec<_> = stages.iter().map(|stage| stage.image.as_str()).collect();
        assert_eq!(images, ["node:22-slim", "$BASE", "a:1"]);
        assert_eq!((stages[0].name.as_deref(), stages[0].body.len()), (Some("build"), 1));
    }

    #[test]
    fn odd_files_end() {
        for text in ["FROM", "FROM ${", "RUN <<", "\\", "FROM a AS", "FROM $"] {
            let found = instructions(text);
            stages(&found);
        }
    }
}
