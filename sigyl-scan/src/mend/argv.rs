//! What ends the options of a program, so that a caller's value behind it is none.

use super::{
    Mend, Mendable,
    edit::Edits,
    words::{Around, Part, Word, value},
};
use crate::{
    flow::program::program_name,
    ir::{ExprId, ExprKind},
};

/// Programs that take `--` and mean the same by what stands behind it.
const DASHES: &[&str] = &[
    "cat",
    "chmod",
    "chown",
    "cp",
    "cut",
    "df",
    "du",
    "file",
    "grep",
    "head",
    "ls",
    "md5sum",
    "mkdir",
    "mv",
    "ping",
    "rm",
    "rmdir",
    "sha256sum",
    "sort",
    "stat",
    "tail",
    "touch",
    "uniq",
    "wc",
    "whois",
];
/// Their commands that do, of programs that have some.
const COMMANDS: &[(&str, &[&str], &str)] = &[
    ("docker", &["inspect", "kill", "logs", "pause", "restart", "rm", "start", "stop", "unpause"], "--"),
    ("git", &["add", "clone", "fetch", "ls-remote", "mv", "push", "rm"], "--"),
    // Behind `--` these take paths; revisions can stand behind this since Git 2.24.
    ("git", &["diff", "log", "rev-list", "show"], "--end-of-options"),
    ("helm", &["get", "history", "status", "uninstall"], "--"),
    ("kubectl", &["delete", "describe", "get", "logs"], "--"),
];

/// What ends the options of a program and its command, where that is known.
fn terminator(program: &str, command: Option<&str>) -> Option<&'static str> {
    if DASHES.contains(&program) {
        return Some("--");
    }
    let command = command?;
    COMMANDS
        .iter()
        .find(|(name, commands, _)| *name == program && commands.contains(&command))
        .map(|(.., end)| *end)
}

/// Whether a word ends the options.
pub(crate) fn ends_options(word: &str) -> bool {
    matches!(word, "--" | "--end-of-options")
}

/// What has to be put before which of the words, so that no value is an option: nothing where none can be one. None
/// where it has to be and cannot.
pub(super) fn needed(
    words: &[Word],
    takes_options: impl Fn(&str) -> bool,
    takes_value: impl Fn(&str) -> bool,
) -> Option<Option<(usize, &'static str)>> {
    let literal = |word: &Word| match word.as_slice() {
        [Part::Literal(text)] => Some(text.clone()),
        _ => None,
    };
    let mut first = None;
    for (at, word) in words.iter().enumerate().skip(1) {
        let text = literal(word);
        if text.as_deref().is_some_and(ends_options) {
            break;
        }
        let is_value =
            words.get(at - 1).and_then(literal).is_some_and(|before| at > 1 && takes_value(&before));
        if matches!(word.first(), Some(Part::Value { .. })) && !is_value {
            first = Some(at);
            break;
        }
    }
    let Some(first) = first else { return Some(None) };
    let program = program_name(&literal(words.first()?)?);
    let command = words.get(1..first)?.iter().filter_map(literal).find(|word| !word.starts_with('-'));
    let option_behind = words.get(first..)?.iter().any(|word| match word.first() {
        Some(Part::Literal(text)) => text.starts_with('-'),
        _ => false,
    });
    match terminator(&program, command.as_deref()) {
        Some(_) if option_behind => None,
        Some(end) => Some(Some((first, end))),
        None if takes_options(&program) => None,
        None => Some(None),
    }
}

/// Puts what ends the options before the first value in the list of a call's words.
pub(crate) fn terminated(
    file: &Mendable<'_>,
    call: ExprId,
    takes_value: impl Fn(&str) -> bool,
) -> Option<Mend> {
    let code = file.code()?;
    let arguments = code.arguments(call);
    let list_of = |id: ExprId| match code.module.expr(id).kind {
        ExprKind::Collection(_, list) => Some(code.module.list(list).to_vec()),
        _ => None,
    };
    // `run([program, …])`, or `spawn(program, […])`.
    let words: Vec<ExprId> = match (arguments.first().copied(), arguments.get(1).copied()) {
        (Some(first), _) if list_of(first).is_some() => list_of(first)?,
        (Some(first), Some(second)) => {
            let mut words = vec![first];
            words.extend(list_of(second)?);
            words
        }
        _ => return None,
    };
    let is_spread = |id: &ExprId| matches!(code.module.expr(*id).kind, ExprKind::Spread(_));
    if words.iter().any(is_spread) {
        return None;
    }
    let shown = words.iter().map(|id| word(file, *id)).collect::<Option<Vec<Word>>>()?;
    let (at, end) = needed(&shown, |_| true, takes_value)??;
    let before = code.module.span(*words.get(at)?);
    let start = sigyl_core::Span::new(before.start, before.start);
    Edits::of(file)
        .replace(start, format!("\"{end}\", "))
        .done(format!("Put `{end}` before the caller's value"))
}

/// A word of a list, as far as it matters whether it can be an option.
fn word(file: &Mendable<'_>, id: ExprId) -> Option<Word> {
    let code = file.code()?;
    if let Some(text) = code.text(id) {
        return Some(vec![Part::Literal(text.to_owned())]);
    }
    if let ExprKind::Template(list) = code.module.expr(id).kind
        && let Some(first) = code.module.list(list).first()
        && let Some(text) = code.text(*first).filter(|text| !text.is_empty())
    {
        return Some(vec![Part::Literal(text.to_owned())]);
    }
    // A value that may be an option by design has no mend.
    Some(vec![value(file, id, Around::Plus)?])
}
