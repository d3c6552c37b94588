//! What the texts have in common that a pattern matches: their characters, how they begin, whether they climb.

use regex_syntax::hir::{Class, Hir, HirKind, Look};

use super::parse::{end_of_group, parse_anew};
/// Which ASCII characters, and whether others, can occur.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Characters {
    pub(super) ascii: u128,
    pub(super) other: bool,
}

impl Characters {
    pub(super) fn has(self, byte: u8) -> bool {
        self.ascii >> byte & 1 == 1
    }

    pub(super) fn any(self, bytes: &[u8]) -> bool {
        bytes.iter().any(|byte| self.has(*byte))
    }

    pub(super) fn add(&mut self, other: Self) {
        self.ascii |= other.ascii;
        self.other |= other.other;
    }

    pub(super) fn of_class(class: &Class) -> Self {
        let mut all = Self::default();
        let mut range = |start: u32, end: u32| {
            for code in start..=end.min(127) {
                all.ascii |= 1 << code;
            }
            all.other |= end > 127;
        };
        match class {
            Class::Unicode(class) => class.iter().for_each(|r| range(r.start() as u32, r.end() as u32)),
            Class::Bytes(class) => class.iter().for_each(|r| range(r.start().into(), r.end().into())),
        }
        all
    }

    pub(super) fn complement(self) -> Self {
        Self { ascii: !self.ascii, other: !self.other }
    }
}

/// What texts that match `pattern` have in common.
pub(super) struct Shape {
    pub(super) all: Characters,
    pub(super) first: Characters,
    pub(super) starts: bool,
    pub(super) ends: bool,
    pub(super) finite: bool,
    pub(super) climbs: bool,
}

/// Where a text that matches can have dots.
#[derive(Debug, Clone, Copy)]
struct Dots {
    /// It can be empty.
    empty: bool,
    first: bool,
    last: bool,
    /// Two of them can follow one another.
    pair: bool,
}

impl Dots {
    const NONE: Self = Self { empty: true, first: false, last: false, pair: false };

    fn of(hir: &Hir, depth: usize) -> Self {
        if depth > 60 {
            return Self { empty: true, first: true, last: true, pair: true };
        }
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => Self::NONE,
            HirKind::Literal(literal) => Self {
                empty: literal.0.is_empty(),
                first: literal.0.first() == Some(&b'.'),
                last: literal.0.last() == Some(&b'.'),
                pair: literal.0.windows(2).any(|pair| pair == b".."),
            },
            HirKind::Class(class) => {
                let dot = Characters::of_class(class).has(b'.');
                Self { empty: false, first: dot, last: dot, pair: false }
            }
            HirKind::Repetition(repetition) => {
                let sub = Self::of(&repetition.sub, depth + 1);
                let again = repetition.max != Some(1) && sub.last && sub.first;
                Self { empty: sub.empty || repetition.min == 0, pair: sub.pair || again, ..sub }
            }
            HirKind::Capture(capture) => Self::of(&capture.sub, depth + 1),
            HirKind::Concat(parts) => parts.iter().fold(Self::NONE, |before, part| {
                let part = Self::of(part, depth + 1);
                Self {
                    empty: before.empty && part.empty,
                    first: before.first || before.empty && part.first,
                    last: part.last || part.empty && before.last,
                    pair: before.pair || part.pair || before.last && part.first,
                }
            }),
            HirKind::Alternation(parts) => {
                let none = Self { empty: false, ..Self::NONE };
                parts.iter().map(|part| Self::of(part, depth + 1)).fold(none, |a, b| Self {
                    empty: a.empty || b.empty,
                    first: a.first || b.first,
                    last: a.last || b.last,
                    pair: a.pair || b.pair,
                })
            }
        }
    }
}

/// What a pattern looks for at the start of a text and refuses: `^(?!-)(?!.*\.\.)…`.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Refused {
    pub(super) first: Characters,
    pub(super) dots: bool,
}

impl Refused {
    pub(super) fn of(pattern: &str) -> Self {
        let mut refused = Self::default();
        let mut rest = pattern.trim_start_matches("\\A").trim_start_matches('^');
        while let Some(body) = rest.strip_prefix("(?!") {
            let Some(end) = end_of_group(rest) else { break };
            refused.add(&body[..end - "(?!)".len()]);
            rest = &rest[end..];
        }
        refused
    }

    fn add(&mut self, body: &str) {
        let behind = [".*?", ".*", "[\\s\\S]*", "[\\S\\s]*"].iter().find_map(|any| body.strip_prefix(any));
        self.dots |= behind.is_some_and(|rest| matches!(rest, "\\.\\." | "[.][.]" | "\\.{2}" | "[.]{2}"));
        let Some(hir) = parse_anew(body, "") else { return };
        match hir.kind() {
            HirKind::Class(class) => self.first.add(Characters::of_class(class)),
            HirKind::Literal(literal) if literal.0.len() == 1 => {
                collect(&hir, &mut self.first, 0);
            }
            _ => {}
        }
    }
}

pub(super) fn shape(hir: &Hir) -> Shape {
    let mut all = Characters::default();
    let finite = collect(hir, &mut all, 0);
    let mut first = Characters::default();
    first_of(hir, &mut first);
    let (starts, ends) = (anchored(hir, true), anchored(hir, false));
    Shape { all, first, starts, ends, finite, climbs: Dots::of(hir, 0).pair }
}

pub(super) fn collect(hir: &Hir, all: &mut Characters, depth: usize) -> bool {
    if depth > 60 {
        *all = Characters { ascii: u128::MAX, other: true };
        return false;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Literal(literal) => {
            for byte in literal.0.iter() {
                if *byte < 128 {
                    all.ascii |= 1 << byte;
                } else {
                    all.other = true;
                }
            }
            true
        }
        HirKind::Class(class) => {
            let characters = Characters::of_class(class);
            all.add(characters);
            // A class of a few characters is still a list of constants.
            !characters.other && characters.ascii.count_ones() <= 2
        }
        HirKind::Repetition(repetition) => {
            let inner = collect(&repetition.sub, all, depth + 1);
            inner && repetition.max == Some(1)
        }
        HirKind::Capture(capture) => collect(&capture.sub, all, depth + 1),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().fold(true, |finite, part| collect(part, all, depth + 1) & finite)
        }
    }
}

/// Adds what the text can begin with; true when the part can be empty.
fn first_of(hir: &Hir, first: &mut Characters) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Literal(literal) => match literal.0.first() {
            Some(byte) if *byte < 128 => {
                first.ascii |= 1 << byte;
                false
            }
            Some(_) => {
                first.other = true;
                false
            }
            None => true,
        },
        HirKind::Class(class) => {
            first.add(Characters::of_class(class));
            false
        }
        HirKind::Repetition(repetition) => first_of(&repetition.sub, first) || repetition.min == 0,
        HirKind::Capture(capture) => first_of(&capture.sub, first),
        HirKind::Concat(parts) => parts.iter().all(|part| first_of(part, first)),
        HirKind::Alternation(parts) => parts.iter().fold(false, |empty, part| first_of(part, first) | empty),
    }
}

fn anchored(hir: &Hir, start: bool) -> bool {
    match hir.kind() {
        // `^` with the flag `m` is the start of a line and holds nothing; `$` stands for the end.
        HirKind::Look(Look::Start) => start,
        HirKind::Look(Look::End) => !start,
        HirKind::Capture(capture) => anchored(&capture.sub, start),
        HirKind::Concat(parts) => {
            let edge = if start { parts.first() } else { parts.last() };
            edge.is_some_and(|part| anchored(part, start))
        }
        HirKind::Alternation(parts) => parts.iter().all(|part| anchored(part, start)),
        _ => false,
    }
}
