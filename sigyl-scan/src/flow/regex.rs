//! What a regular expression lets through: which hazards a text can still have that matches it.

mod language;
mod parse;

use std::rc::Rc;

use regex_syntax::hir::{Hir, HirKind, Look};

use self::{
    language::{Characters, Refused, collect, shape},
    parse::parse,
};
use super::Hazards;

/// How a pattern is applied to a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Applied {
    /// Anywhere in the text: `test`, `search`.
    Anywhere,
    /// From its start: Python's `match`.
    FromStart,
    /// To all of it: Python's `fullmatch`.
    Whole,
}

/// What ends a command, quotes, redirects or begins another one. The rest of what shells read apart (`$ ~ * ? [ ] ! # % ^`)
/// only stands for other texts as long as none of these is there.
const SHELL: &[u8] = b";&|`(){}<>\n\r\"'\\";

/// Hazards of texts of the characters `all` that begin with one of `first`; in which two dots may follow one another where
/// `climbs` is true.
fn hazards_of(all: Characters, first: Characters, finite: bool, climbs: bool) -> Hazards {
    if finite {
        return Hazards::NONE;
    }
    let mut live = Hazards::PATH_LINK | Hazards::NAME | Hazards::TOKEN | Hazards::SIZE;
    let mut add = |when: bool, hazard: Hazards| {
        if when {
            live = live | hazard;
        }
    };
    let letters = (b'a'..=b'z').any(|byte| all.has(byte)) || (b'A'..=b'Z').any(|byte| all.has(byte));
    add(all.any(SHELL), Hazards::COMMAND);
    add(first.has(b'-') || all.has(b' ') && all.has(b'-'), Hazards::ARGUMENT);
    add(letters && all.any(b"()[].\"'`=;:") || all.any(b"\"'`"), Hazards::CODE);
    add(climbs && all.any(b"/\\"), Hazards::PATH_UP);
    add(first.any(b"/\\~") || all.has(b':') && all.any(b"/\\"), Hazards::PATH_ABSOLUTE);
    add(all.any(b"/\\@:") && all.has(b'.'), Hazards::HOST | Hazards::REDIRECT | Hazards::AUTHORITY);
    // A list of segments that a pattern allows is meant; climbing takes two dots.
    add(all.any(b"?#&%") || climbs && all.any(b"/\\"), Hazards::URL_PATH);
    add(all.any(b"'\"`;()\\ "), Hazards::SQL);
    add(all.any(b"'\"`;()\\ |{}$:=*&<>\n"), Hazards::QUERY);
    add(all.any(b"{<$%"), Hazards::TEMPLATE);
    add(all.any(b"<>\"'`&"), Hazards::MARKUP);
    add(letters && all.has(b':'), Hazards::LINK);
    add(all.any(b"+*{("), Hazards::PATTERN);
    add(all.any(b"{(\n"), Hazards::OBJECT);
    add(all.any(b"\n\r"), Hazards::LOG);
    live
}

/// Hazards of a text of no other characters than those of `text`.
pub(crate) fn of_characters(text: &str) -> Hazards {
    let mut all = Characters::default();
    for character in text.chars() {
        match u8::try_from(character) {
            Ok(byte) if byte < 128 => all.ascii |= 1 << byte,
            _ => all.other = true,
        }
    }
    hazards_of(all, all, false, all.has(b'.'))
}

/// Hazards of a text that matches; [`Hazards::ALL`] where the pattern establishes nothing.
pub(crate) fn when_matched(pattern: &str, flags: &str, applied: Applied) -> Hazards {
    let Some(hir) = parse(pattern, flags) else { return Hazards::ALL };
    // What is refused at the start is refused before every alternative only where these are within something.
    let refused = match hir.kind() {
        HirKind::Alternation(_) => Refused::default(),
        _ => Refused::of(pattern),
    };
    alternatives(&hir).iter().fold(Hazards::NONE, |live, one| live | of_alternative(one, applied, refused))
}

/// A group of a pattern.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Group<'n> {
    Number(u32),
    Name(&'n str),
}

/// Hazards of what a group of a pattern has matched; [`Hazards::ALL`] where nobody knows.
pub(crate) fn of_group(pattern: &str, flags: &str, group: Group<'_>) -> Hazards {
    fn find<'h>(hir: &'h Hir, group: Group<'_>, depth: usize) -> Option<&'h Hir> {
        if depth > 50 {
            return None;
        }
        match hir.kind() {
            HirKind::Capture(capture) => {
                let is_it = match group {
                    Group::Number(number) => capture.index == number,
                    Group::Name(name) => capture.name.as_deref() == Some(name),
                };
                if is_it { Some(&capture.sub) } else { find(&capture.sub, group, depth + 1) }
            }
            HirKind::Repetition(repetition) => find(&repetition.sub, group, depth + 1),
            HirKind::Concat(parts) | HirKind::Alternation(parts) => {
                parts.iter().find_map(|part| find(part, group, depth + 1))
            }
            _ => None,
        }
    }
    let Some(hir) = parse(pattern, flags) else { return Hazards::ALL };
    let found = match group {
        Group::Number(0) => Some(&*hir),
        group => find(&hir, group, 0),
    };
    let Some(found) = found else { return Hazards::ALL };
    alternatives(found)
        .iter()
        .fold(Hazards::NONE, |live, one| live | of_alternative(one, Applied::Whole, Refused::default()))
}

/// How many groups a pattern has, and the names of those that have one.
pub(crate) fn groups(pattern: &str, flags: &str) -> (u32, Vec<Rc<str>>) {
    fn collect(hir: &Hir, found: &mut (u32, Vec<Rc<str>>), depth: usize) {
        if depth > 50 {
            return;
        }
        match hir.kind() {
            HirKind::Capture(capture) => {
                found.0 += 1;
                found.1.extend(capture.name.as_deref().map(Rc::from));
                collect(&capture.sub, found, depth + 1);
            }
            HirKind::Repetition(repetition) => collect(&repetition.sub, found, depth + 1),
            HirKind::Concat(parts) | HirKind::Alternation(parts) => {
                parts.iter().for_each(|part| collect(part, found, depth + 1));
            }
            _ => {}
        }
    }
    let mut found = (0, Vec::new());
    if let Some(hir) = parse(pattern, flags) {
        collect(&hir, &mut found, 0);
    }
    found
}

/// Most alternatives that are told apart. Chosen.
const MOST_ALTERNATIVES: usize = 16;

/// The alternatives of a pattern that has one choice: `^(a|b)$` is `^a$` and `^b$`. What one of them lets through and
/// what another does make no harm together.
fn alternatives(hir: &Hir) -> Vec<Hir> {
    fn choice(hir: &Hir) -> Option<&[Hir]> {
        match hir.kind() {
            HirKind::Alternation(all) => Some(all),
            HirKind::Capture(capture) => choice(&capture.sub),
            _ => None,
        }
    }
    if let Some(all) = choice(hir).filter(|all| all.len() <= MOST_ALTERNATIVES) {
        return all.to_vec();
    }
    let HirKind::Concat(parts) = hir.kind() else { return vec![hir.clone()] };
    let mut choices = parts.iter().enumerate().filter_map(|(at, part)| Some((at, choice(part)?)));
    match (choices.next(), choices.next()) {
        (Some((at, all)), None) if all.len() <= MOST_ALTERNATIVES => all
            .iter()
            .map(|one| {
                let mut parts = parts.clone();
                parts[at] = one.clone();
                Hir::concat(parts)
            })
            .collect(),
        _ => vec![hir.clone()],
    }
}

fn of_alternative(hir: &Hir, applied: Applied, refused: Refused) -> Hazards {
    let mut shape = shape(hir);
    shape.first.ascii &= !refused.first.ascii;
    shape.climbs &= !refused.dots;
    let starts = shape.starts || applied != Applied::Anywhere;
    let ends = shape.ends || applied == Applied::Whole;
    let mut live = Hazards::ALL;
    if starts && ends {
        live = hazards_of(shape.all, shape.first, shape.finite, shape.climbs);
    }
    if starts {
        // A fixed scheme and host with the slash behind them.
        if let Some(prefix) = literal_prefix(hir)
            && let Some((_, rest)) = prefix.split_once("://")
            && rest.contains(['/', '?', '#'])
        {
            live = live - (Hazards::HOST | Hazards::REDIRECT);
        }
        if literal_prefix(hir).is_some_and(|prefix| prefix.starts_with("http") && prefix.contains(':')) {
            live = live - Hazards::LINK;
        }
        // An option that the pattern names is one that whoever wrote it meant to allow.
        if !shape.first.has(b'-') || ends && names_option(hir) {
            live = live - Hazards::ARGUMENT;
        }
        if literal_prefix(hir).is_some_and(|prefix| prefix.starts_with('/')) {
            live = live - Hazards::AUTHORITY;
        }
    }
    live
}

/// True for `--no-cache`, `--target=\w+`, `-{1,2}(?:quiet|target=\w+)`: a pattern that says which options they are.
fn names_option(hir: &Hir) -> bool {
    fn begins_with_a_name(hir: &Hir) -> bool {
        match hir.kind() {
            HirKind::Literal(literal) => literal.0.first().is_some_and(|byte| *byte != b'-'),
            HirKind::Capture(capture) => begins_with_a_name(&capture.sub),
            HirKind::Alternation(all) => all.iter().all(begins_with_a_name),
            HirKind::Concat(parts) => parts.first().is_some_and(begins_with_a_name),
            _ => false,
        }
    }
    let parts: Vec<&Hir> = match hir.kind() {
        HirKind::Concat(parts) => {
            parts.iter().filter(|part| !matches!(part.kind(), HirKind::Look(_))).collect()
        }
        _ => vec![hir],
    };
    let start = match parts.first().map(|part| part.kind()) {
        Some(HirKind::Literal(start)) => start,
        // `-{1,2}`.
        Some(HirKind::Repetition(repetition)) if repetition.min > 0 => match repetition.sub.kind() {
            HirKind::Literal(start) => start,
            _ => return false,
        },
        _ => return false,
    };
    let dashes = start.0.iter().take_while(|byte| **byte == b'-').count();
    dashes > 0 && (start.0.len() > dashes || parts.get(1).is_some_and(|next| begins_with_a_name(next)))
}

/// Hazards of a text in which the pattern does not match anywhere: a list of what is forbidden.
pub(crate) fn when_unmatched(pattern: &str, flags: &str) -> Hazards {
    let Some(hir) = parse(pattern, flags) else { return Hazards::ALL };
    let mut forbidden = Characters::default();
    let single = match hir.kind() {
        HirKind::Class(class) => Some(Characters::of_class(class)),
        HirKind::Literal(literal) if literal.0.len() == 1 => {
            let mut characters = Characters::default();
            collect(&hir, &mut characters, 0);
            let _ = literal;
            Some(characters)
        }
        HirKind::Repetition(repetition) if repetition.min <= 1 => match repetition.sub.kind() {
            HirKind::Class(class) if repetition.min == 1 => Some(Characters::of_class(class)),
            _ => None,
        },
        HirKind::Alternation(parts) => {
            for part in parts {
                if let HirKind::Class(class) = part.kind() {
                    forbidden.add(Characters::of_class(class));
                } else if let HirKind::Literal(literal) = part.kind()
                    && literal.0.len() == 1
                {
                    collect(part, &mut forbidden, 0);
                }
            }
            Some(forbidden)
        }
        _ => None,
    };
    match single {
        Some(forbidden) => {
            let allowed = forbidden.complement();
            let mut live = hazards_of(allowed, allowed, false, allowed.has(b'.'));
            // A list of forbidden shell characters holds only when none is missing.
            if !forbidden.other && !b";&|`$<>\n\"'(".iter().all(|byte| forbidden.has(*byte)) {
                live = live | Hazards::COMMAND;
            }
            live
        }
        None => {
            let mut all = Characters::default();
            let finite = collect(&hir, &mut all, 0);
            match hir.kind() {
                HirKind::Literal(literal) if finite && *literal.0 == *b".." => {
                    Hazards::ALL - Hazards::PATH_UP
                }
                _ => Hazards::ALL,
            }
        }
    }
}

/// Hazards of a text after every match was replaced by `replacement`.
pub(crate) fn when_replaced(pattern: &str, flags: &str, replacement: Option<&str>) -> Hazards {
    let live = when_unmatched(pattern, flags);
    match replacement {
        Some(text) if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') => live,
        Some("-") => live | Hazards::ARGUMENT,
        _ => Hazards::ALL,
    }
}

fn literal_prefix(hir: &Hir) -> Option<String> {
    let mut prefix = String::new();
    let parts: Vec<&Hir> = match hir.kind() {
        HirKind::Concat(parts) => parts.iter().collect(),
        _ => vec![hir],
    };
    for part in parts {
        match part.kind() {
            HirKind::Look(Look::Start) => {}
            HirKind::Literal(literal) => prefix.push_str(std::str::from_utf8(&literal.0).ok()?),
            HirKind::Repetition(repetition) if repetition.max == Some(1) => {
                // `https?`
                if let HirKind::Literal(literal) = repetition.sub.kind() {
                    prefix.push_str(std::str::from_utf8(&literal.0).ok()?);
                }
            }
            _ => break,
        }
    }
    (!prefix.is_empty()).then_some(prefix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchored_words_are_harmless_in_shells_and_paths() {
        let live = when_matched("^[a-zA-Z0-9_]+$", "", Applied::Anywhere);
        assert!(
            !live.any(Hazards::COMMAND | Hazards::ARGUMENT | Hazards::PATH_UP | Hazards::SQL | Hazards::HOST)
        );
    }

    #[test]
    fn unanchored_establishes_nothing() {
        assert_eq!(when_matched("[a-z]+", "", Applied::Anywhere), Hazards::ALL);
        assert!(when_matched("^[a-z]+", "", Applied::Anywhere).any(Hazards::COMMAND));
        assert!(when_matched("^[a-z]+$", "m", Applied::Anywhere).any(Hazards::COMMAND));
    }

    #[test]
    fn leading_dash_is_an_option() {
        assert!(when_matched("^[a-z-]+$", "", Applied::Anywhere).any(Hazards::ARGUMENT));
        assert!(!when_matched("^[a-z][a-z-]*$", "", Applied::Anywhere).any(Hazards::ARGUMENT));
        let options = "--pull|--(target|label)=[a-z]+";
        assert!(!when_matched(options, "", Applied::Whole).any(Hazards::ARGUMENT));
        assert!(when_matched(options, "", Applied::Anywhere).any(Hazards::ARGUMENT));
        assert!(when_matched("--[a-z]+", "", Applied::Whole).any(Hazards::ARGUMENT));
        assert!(!when_matched("^(?!-)[a-z][a-z-]*$", "", Applied::Anywhere).any(Hazards::COMMAND));
    }

    #[test]
    fn climbing_takes_two_dots_in_a_row() {
        let climbs = |pattern| when_matched(pattern, "", Applied::Whole).any(Hazards::PATH_UP);
        for pattern in [
            r"[\w./-]+",
            r"(\w|\.)+/",
            r"\w+\.?\.?/\w+",
            r"(?:[a-z]*\.)+/x",
            r"a+\.(b?)\./c",
            r"(?!-)[\w./]+",
            r"(?!.*\.\./x)[\w./]+",
            r"(?!.*\.\.)a|[\w./]+",
        ] {
            assert!(climbs(pattern), "{pattern}");
        }
        for pattern in [
            r"(\d{4}\.\d{4,5}|[a-z-]+(\.[A-Z]{2})?/\d{7})(v\d+)?",
            r"[a-z]+(?:\.[a-z]+)*/[a-z]+",
            r"(?:\w+/)*\w+\.\w+",
            r"(?!.*\.\.)[\w./-]+",
            r"^(?!/)(?!.*\.{2})[\w./-]+$",
        ] {
            assert!(!climbs(pattern), "{pattern}");
        }
    }

    #[test]
    fn what_is_looked_for_at_the_start_is_refused() {
        assert!(!when_matched("^(?!-)[\\w-]+$", "", Applied::Anywhere).any(Hazards::ARGUMENT));
        assert!(!when_matched("^(?![-/])[\\w/-]+$", "", Applied::Anywhere).any(Hazards::PATH_ABSOLUTE));
        assert!(when_matched("^(?!--)[\\w-]+$", "", Applied::Anywhere).any(Hazards::ARGUMENT));
        assert!(when_matched("(?!-)\\w+|[\\w-]+", "", Applied::Whole).any(Hazards::ARGUMENT));
    }

    #[test]
    fn a_list_of_forbidden_characters_must_be_whole() {
        assert!(when_unmatched("[;&|]", "").any(Hazards::COMMAND));
        assert!(!when_unmatched("[^a-zA-Z0-9]", "").any(Hazards::COMMAND | Hazards::PATH_UP));
    }

    #[test]
    fn fixed_host_with_slash() {
        let with = when_matched("^https:\\/\\/api\\.example\\.com\\/", "", Applied::Anywhere);
        assert!(!with.any(Hazards::HOST));
        let without = when_matched("^https:\\/\\/api\\.example\\.com", "", Applied::Anywhere);
        assert!(without.any(Hazards::HOST));
    }

    #[test]
    fn alternatives_are_a_list() {
        assert!(when_matched("^(?:start|stop)$", "", Applied::Anywhere).is_none());
    }
}
