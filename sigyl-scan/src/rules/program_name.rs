//! Which program is started where its path is not known: what the code calls it.

use super::{argument_injection::takes_options, code::words};
use crate::flow::Call;

/// Names of such programs that are ordinary words, or interpreters: what follows a script is not theirs.
const NOT_BY_NAME: &[&str] = &[
    "age",
    "bun",
    "checkov",
    "cmd",
    "code",
    "consul",
    "convert",
    "crane",
    "cursor",
    "dart",
    "deno",
    "dig",
    "dot",
    "env",
    "expect",
    "find",
    "fly",
    "flux",
    "go",
    "instruments",
    "java",
    "john",
    "ledger",
    "less",
    "mail",
    "make",
    "man",
    "mc",
    "mongo",
    "node",
    "op",
    "open",
    "pass",
    "patch",
    "perl",
    "php",
    "playwright",
    "railway",
    "ruby",
    "sage",
    "say",
    "simctl",
    "sort",
    "spark",
    "split",
    "stern",
    "swift",
    "task",
    "tee",
    "vault",
    "vim",
    "xargs",
    "zip",
];
/// What programs are called beside their names.
const ALIASES: &[(&str, &str)] = &[("ripgrep", "rg"), ("imagemagick", "magick"), ("ytdlp", "yt-dlp")];

/// Longest text of an expression that is read for a name. Chosen.
const LONGEST: usize = 80;

/// The program with harmful options that the first word of a command is called after: `rgPath`, `self.git_bin`,
/// `await findFfmpeg()`.
pub(super) fn called_after(call: &Call<'_>) -> Option<String> {
    let text = call.file().text;
    let span = call.arg_place(0).span;
    let (start, end) = (span.start as usize, span.end as usize);
    let first = text.get(start..end)?;
    if let Some(list) = first.strip_prefix(['[', '(']) {
        return of_expression(list.split(',').next()?);
    }
    of_expression(first).or_else(|| {
        // `command = [self.git, "log", name]`, and then `run(command)`.
        let is_name = first.chars().all(|char| char.is_alphanumeric() || char == '_');
        let before = text.get(..start).filter(|_| is_name && !first.is_empty())?;
        let (_, list) = before.rsplit_once(&format!("{first} = ["))?;
        of_expression(list.split([',', ']']).next()?)
    })
}

/// The program that an expression speaks of, by its last name.
fn of_expression(text: &str) -> Option<String> {
    let text = text.trim().trim_end_matches("()").trim_start_matches("await ").trim_end_matches(['!', ')']);
    if text.is_empty() || text.len() > LONGEST || text.contains(['"', '\'', '`']) {
        return None;
    }
    let last = text.rsplit(['.', '(']).find(|part| !part.is_empty())?;
    let words = words(last);
    let pairs = words.windows(2).map(|pair| pair.concat());
    words.iter().cloned().chain(pairs).find_map(|word| {
        let alias = ALIASES.iter().find(|(name, _)| *name == word).map(|(_, program)| *program);
        let program = alias.unwrap_or(&word);
        let is_interpreter = program.starts_with("python") || NOT_BY_NAME.contains(&program);
        (takes_options(program) && !is_interpreter).then(|| program.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::of_expression;

    #[test]
    fn what_programs_are_called() {
        assert_eq!(of_expression("rgPath").as_deref(), Some("rg"));
        assert_eq!(of_expression("this.options.gitBinary").as_deref(), Some("git"));
        assert_eq!(of_expression("await findRipgrep()").as_deref(), Some("rg"));
        assert_eq!(of_expression("FFMPEG_BIN").as_deref(), Some("ffmpeg"));
        assert_eq!(of_expression("yt_dlp_path").as_deref(), Some("yt-dlp"));
        assert_eq!(of_expression("pythonPath"), None);
        assert_eq!(of_expression("findCommand"), None);
        assert_eq!(of_expression("\"git\""), None);
    }
}
