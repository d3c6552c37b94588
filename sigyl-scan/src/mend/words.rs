//! A command line as words, where a shell certainly reads it so: plain characters, and values that are one word each.

use sigyl_core::Span;

use super::Mendable;
use crate::{
    ir::{BinaryOp, ExprId, ExprKind, Language, Pattern},
    rules::code::Code,
};

/// A part of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// Characters as they stand.
    Literal(String),
    /// A value: how it is written as an expression of type text, and between the braces of a template.
    Value { alone: String, inside: String },
}

/// A word; its parts belong together.
pub(super) type Word = Vec<Part>;

/// Names of values that may be several words.
const SEVERAL: &[&str] = &[
    "arg", "opt", "flag", "param", "cmd", "command", "script", "extra", "rest", "list", "files", "paths",
    "names", "items", "code", "expr", "query", "words", "input", "switches",
];

/// What a shell does itself, or what other systems start through a shell.
const NOT_PROGRAMS: &[&str] = &[
    "alias", "bg", "break", "builtin", "call", "cd", "command", "copy", "del", "dir", "eval", "exec", "exit",
    "export", "fg", "jobs", "move", "npm", "npx", "pnpm", "popd", "pushd", "read", "ren", "return", "set",
    "shift", "source", "start", "time", "trap", "tsc", "type", "ulimit", "umask", "unset", "ver", "vol",
    "wait", "yarn",
];

/// The words of a command line that is put together at `id`, the first one a fixed program.
pub(super) fn words_of(file: &Mendable<'_>, id: ExprId) -> Option<Vec<Word>> {
    let mut words: Vec<Word> = Vec::new();
    let mut open: Word = Vec::new();
    for part in parts(file, id)? {
        match part {
            Part::Literal(text) => {
                if !text.bytes().all(is_plain) {
                    return None;
                }
                for (at, piece) in text.split(' ').enumerate() {
                    if at > 0 && !open.is_empty() {
                        words.push(std::mem::take(&mut open));
                    }
                    if !piece.is_empty() {
                        open.push(Part::Literal(piece.to_owned()));
                    }
                }
            }
            value => open.push(value),
        }
    }
    if !open.is_empty() {
        words.push(open);
    }
    let [Part::Literal(program)] = words.first()?.as_slice() else { return None };
    let is_program = !program.starts_with(['-', '.']) && !program.contains('=') && !program.contains(':');
    (is_program && !NOT_PROGRAMS.contains(&program.as_str()) && words.len() > 1).then_some(words)
}

/// Characters that no shell makes anything of.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b" _-./:=@,+".contains(&byte)
}

fn parts(file: &Mendable<'_>, id: ExprId) -> Option<Vec<Part>> {
    let code = file.code()?;
    match code.module.expr(id).kind {
        ExprKind::Template(list) => template(file, id, code.module.list(list)),
        ExprKind::Binary { op: BinaryOp::Add, left, right } => {
            let mut left = match code.module.expr(left).kind {
                ExprKind::Binary { op: BinaryOp::Add, .. } | ExprKind::String(_) | ExprKind::Template(_) => {
                    parts(file, left)?
                }
                _ => return None,
            };
            match code.module.expr(right).kind {
                ExprKind::String(_) => left.extend(parts(file, right)?),
                _ => left.push(value(file, right, Around::Plus)?),
            }
            Some(left)
        }
        ExprKind::String(text) => {
            // As it is written: without escapes, prefixes or a second literal behind it.
            let (text, written) = (code.module.name(text), file.text(code.module.span(id)));
            let plain = ["\"", "'", "`"].iter().any(|quote| written == format!("{quote}{text}{quote}"));
            plain.then(|| vec![Part::Literal(text.to_owned())])
        }
        _ => None,
    }
}

/// What a value stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Around {
    Plus,
    Template,
}

/// The pieces of a template, where between them stands nothing but the braces.
fn template(file: &Mendable<'_>, id: ExprId, pieces: &[ExprId]) -> Option<Vec<Part>> {
    let code = file.code()?;
    let span = code.module.span(id);
    let written = file.text(span);
    let (open, close, brace) = match code.module.language {
        Language::JavaScript => ("`", "`", "${"),
        Language::Python if written.starts_with("f\"") && !written.starts_with("f\"\"\"") => {
            ("f\"", "\"", "{")
        }
        Language::Python if written.starts_with("f'") && !written.starts_with("f'''") => ("f'", "'", "{"),
        Language::Python => return None,
    };
    let mut found = Vec::new();
    let mut at = span.start + open.len() as u32;
    if !written.starts_with(open) || !written.ends_with(close) {
        return None;
    }
    for piece in pieces {
        let own = code.module.span(*piece);
        if let ExprKind::String(text) = code.module.expr(*piece).kind
            && file.text(own) == code.module.name(text)
        {
            if own.start != at {
                return None;
            }
            found.push(Part::Literal(code.module.name(text).to_owned()));
            at = own.end;
        } else {
            let before = file.text(Span::new(at, own.start));
            let rest = file.file().text.get(own.end as usize..span.end as usize)?;
            let after = rest.find('}')?;
            if before.trim_end() != brace || !rest.get(..after)?.trim().is_empty() {
                return None;
            }
            found.push(value(file, *piece, Around::Template)?);
            at = own.end + after as u32 + 1;
        }
    }
    (at + close.len() as u32 == span.end).then_some(found)
}

/// A value that is one word: by its name, and by what it is made of.
pub(super) fn value(file: &Mendable<'_>, id: ExprId, around: Around) -> Option<Part> {
    let code = file.code()?;
    if !is_simple(code, id, 4) {
        return None;
    }
    let name =
        code.last_name(id).or_else(|| argument_name(code, id)).unwrap_or_default().to_ascii_lowercase();
    if SEVERAL.iter().any(|word| name.contains(word)) {
        return None;
    }
    let written = file.text(code.module.span(id));
    if written.contains(['\n', '"', '\'', '`', '\\', '{', '}']) && around == Around::Template {
        return None;
    }
    let is_text = has_text_type(code, id);
    let alone = match code.module.language {
        // Python's `+` takes text only.
        Language::Python if around == Around::Plus || is_text => written.to_owned(),
        Language::Python => format!("f\"{{{written}}}\""),
        Language::JavaScript if is_text || written.starts_with("String(") => written.to_owned(),
        Language::JavaScript => format!("String({written})"),
    };
    Some(Part::Value { alone, inside: written.to_owned() })
}

/// `arguments.get("name")`.
fn argument_name<'m>(code: &Code<'m>, id: ExprId) -> Option<&'m str> {
    code.arguments(id).first().and_then(|name| code.last_name(*name).or_else(|| code.text(*name)))
}

/// True for names, members and what is taken out of an object: nothing that is put together elsewhere.
fn is_simple(code: &Code<'_>, id: ExprId, depth: usize) -> bool {
    if depth == 0 {
        return false;
    }
    match code.module.expr(id).kind {
        ExprKind::Variable(variable) => match code.values_of(variable) {
            [] => true,
            [only] => is_simple(code, *only, depth - 1),
            _ => false,
        },
        ExprKind::Member { .. } | ExprKind::Index { .. } => true,
        ExprKind::Call { .. } => {
            matches!(code.last_name_of_callee(id), Some("get" | "trim" | "strip" | "String" | "str"))
        }
        _ => false,
    }
}

fn has_text_type(code: &Code<'_>, id: ExprId) -> bool {
    let ExprKind::Variable(variable) = code.module.expr(id).kind else { return false };
    let function = code.module.function(code.module.variable(variable).function);
    let param = function.params.iter().find(|param| {
        matches!(&param.pattern, Pattern::Variable(own, _) if *own == variable) && param.default.is_none()
    });
    let annotation = param.and_then(|param| param.annotation);
    annotation.is_some_and(|it| matches!(code.last_name(it), Some("str" | "string")))
        && code.values_of(variable).is_empty()
}

/// A word as an expression.
pub(super) fn written(word: &Word, language: Language) -> String {
    if let [Part::Value { alone, .. }] = word.as_slice() {
        return alone.clone();
    }
    let is_literal = word.iter().all(|part| matches!(part, Part::Literal(_)));
    let mut text = String::new();
    for part in word {
        match (part, language) {
            (Part::Literal(literal), _) => text += literal,
            (Part::Value { inside, .. }, Language::JavaScript) => text += &format!("${{{inside}}}"),
            (Part::Value { inside, .. }, Language::Python) => text += &format!("{{{inside}}}"),
        }
    }
    match (is_literal, language) {
        (true, _) => format!("\"{text}\""),
        (false, Language::JavaScript) => format!("`{text}`"),
        (false, Language::Python) => format!("f\"{text}\""),
    }
}
