//! Patterns of both languages as the `regex` crates read them, kept for those that are asked again.

use std::{cell::RefCell, rc::Rc};

use regex_syntax::hir::Hir;
use rustc_hash::FxHashMap;
/// Parsed forms by pattern and flags.
type Parsed = FxHashMap<(String, String), Option<Rc<Hir>>>;

/// Patterns whose parsed form is kept. Chosen: far more than a server has.
const MOST_KEPT: usize = 2_000;

thread_local! {
    /// Checks stand in helpers that are evaluated again and again; data is followed on a thread of its own.
    static PARSED: RefCell<Parsed> = RefCell::default();
}

pub(super) fn parse(pattern: &str, flags: &str) -> Option<Rc<Hir>> {
    let key = (pattern.to_owned(), flags.to_owned());
    PARSED.with_borrow_mut(|parsed| {
        if let Some(known) = parsed.get(&key) {
            return known.clone();
        }
        let made = parse_anew(pattern, flags).map(Rc::new);
        if parsed.len() < MOST_KEPT {
            parsed.insert(key, made.clone());
        }
        made
    })
}

pub(super) fn parse_anew(pattern: &str, flags: &str) -> Option<Hir> {
    // Longer ones are generated tables; they are not checks of one value. Chosen.
    if pattern.len() > 2_000 {
        return None;
    }
    let pattern = without_lookaround(pattern);
    regex_syntax::ParserBuilder::new()
        .case_insensitive(flags.contains('i'))
        .multi_line(flags.contains('m'))
        .dot_matches_new_line(flags.contains('s'))
        .utf8(false)
        .nest_limit(50)
        .build()
        .parse(&pattern)
        .ok()
}

/// The pattern without look-around groups, which only restrict further, and with JavaScript's needless escapes undone.
fn without_lookaround(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        let is_look = ["(?!", "(?=", "(?<!", "(?<="].iter().any(|start| rest.starts_with(start));
        if is_look {
            let end = end_of_group(rest);
            rest = end.map_or("", |end| &rest[end..]);
            continue;
        }
        if c == '\\' {
            let next = rest[1..].chars().next();
            match next {
                Some('Z') => out.push_str("\\z"),
                Some(
                    next @ ('/' | '-' | '"' | '\'' | '@' | ':' | '=' | '!' | '%' | ',' | ';' | '<' | '>'
                    | ' ' | '#' | '&' | '~' | '`'),
                ) => {
                    out.push_str(&regex_syntax::escape(&next.to_string()));
                }
                Some(next) => {
                    out.push('\\');
                    out.push(next);
                }
                None => {}
            }
            rest = &rest[1 + next.map_or(0, char::len_utf8)..];
            continue;
        }
        out.push(c);
        rest = &rest[c.len_utf8()..];
    }
    out
}

/// Where the group ends that `text` begins with.
pub(super) fn end_of_group(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut escaped = false;
    text.char_indices().find_map(|(at, char)| {
        if std::mem::take(&mut escaped) {
            return None;
        }
        match char {
            '\\' => escaped = true,
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        (char == ')' && depth == 0).then_some(at + 1)
    })
}
