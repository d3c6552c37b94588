//! Tool names that pass for others.

use std::cell::RefCell;

use rustc_hash::FxHashMap;
use sigyl_core::{Class, Confidence, Severity};

use crate::{
    context::{Offered, ToolContext, ToolPart},
    rule::{Draft, Findings, Rule, RuleMeta},
    words::{fold, invisible, latin},
};

pub(crate) struct ConfusableName;

static META: RuleMeta = RuleMeta {
    id: "confusable-name",
    title: "Tool name that passes for another",
    class: Class::ToolPoisoning,
    severity: Severity::Error,
    cwe: &[1007, 1427],
    owasp: Some("MCP09"),
    practice: None,
    since: "0.1.0",
    fixes: &[
        "Write names of tools in plain ASCII letters, digits, `_` and `-`",
        "Give two tools names that a person can tell apart",
    ],
    page: include_str!("confusable_name.md"),
};

impl Rule for ConfusableName {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn check_tool(&self, tool: &ToolContext<'_>, out: &mut Findings) {
        if tool.offered != Offered::Tool {
            return;
        }
        let Some(text) = tool.texts.iter().find(|text| text.part == ToolPart::Name) else { return };
        let shown = tool.text_name(&text.part);
        if let Some(says) = disguise(tool.name) {
            let mut draft = Draft::new(text.place, format!("{shown} {says}"));
            draft.tool = Some(tool.name.to_owned());
            out.report(draft);
            return;
        }
        // Of two that are alike the later one is told; names are sorted.
        let own = skeleton(tool.name);
        let earlier = tool.all_names.iter().take(MOST_NAMES).take_while(|name| name.as_str() < tool.name);
        let (start, length) = (first_shape(tool.name), letters(tool.name));
        let is_near = |name: &&String| {
            let may_start_so = start.is_none() || first_shape(name).is_none_or(|shape| Some(shape) == start);
            may_start_so && (letters(name).abs_diff(length) <= 4 || !name.is_ascii())
        };
        let Some(other) = earlier
            .filter(is_near)
            .find(|name| SKELETONS.with_borrow_mut(|known| is_skeleton(known, name, &own)))
        else {
            return;
        };
        let is_spelling = spelling(other) == spelling(tool.name);
        let message = format!("{shown} can be taken for `{other}`, another tool of the server");
        let mut draft = Draft::new(text.place, message);
        draft.tool = Some(tool.name.to_owned());
        if is_spelling {
            draft = draft.severity(Severity::Warning).confidence(Confidence::Medium);
        }
        out.report(draft);
    }
}

/// Longest name that is compared, in bytes. Chosen: the specification asks for at most 128.
const MOST_NAME: usize = 256;

/// Names that one is compared with. Chosen: no client shows more.
const MOST_NAMES: usize = 2_000;

fn letters(name: &str) -> usize {
    name.bytes().filter(|byte| !is_separator(byte)).count()
}

fn is_separator(byte: &u8) -> bool {
    matches!(byte, b'_' | b'-' | b'.' | b' ' | b'/')
}

/// What the first letter looks like, where it is one of ASCII: names whose first letters differ in that have different
/// skeletons.
fn first_shape(name: &str) -> Option<u8> {
    let first = name.bytes().find(|byte| !is_separator(byte))?.to_ascii_lowercase();
    match first {
        b'0' => Some(b'o'),
        b'1' | b'i' | b'|' => Some(b'l'),
        b'5' => Some(b's'),
        // `rn` is drawn like `m`, `vv` like `w`.
        b'r' => Some(b'm'),
        b'v' => Some(b'w'),
        _ => first.is_ascii_alphanumeric().then_some(first),
    }
}

/// What makes a name look like what it is not.
fn disguise(name: &str) -> Option<&'static str> {
    if name.is_ascii() {
        return None;
    }
    if name.chars().any(|c| invisible(c).is_some()) {
        return Some("contains invisible characters");
    }
    for word in name.split(['_', '-', '.', ' ', '/']) {
        let lower = word.to_lowercase();
        if lower.bytes().any(|byte| byte.is_ascii_alphabetic()) && lower.chars().any(|c| latin(c).is_some()) {
            return Some("mixes Latin letters with letters of another alphabet that look like them");
        }
    }
    let is_compatible =
        |c: char| !c.is_ascii() && fold(&c.to_string()).bytes().any(|byte| byte.is_ascii_alphanumeric());
    let accents = name.chars().filter(|c| !c.is_ascii() && *c as u32 <= 0x24F).count();
    let styled = name.chars().filter(|c| is_compatible(*c)).count();
    (styled > accents).then_some("is written in letters that are drawn like plain ones and are others")
}

thread_local! {
    /// Skeletons of the names of the server at hand: each tool's is compared with all before it.
    static SKELETONS: RefCell<FxHashMap<String, String>> = RefCell::default();
}

fn is_skeleton(known: &mut FxHashMap<String, String>, name: &str, own: &str) -> bool {
    if let Some(known) = known.get(name) {
        return known == own;
    }
    if known.len() >= MOST_NAMES {
        known.clear();
    }
    let made = skeleton(name);
    let is_own = made == own;
    known.insert(name.to_owned(), made);
    is_own
}

/// A name as a person sees it at a glance.
fn skeleton(name: &str) -> String {
    let plain = spelling(name);
    let mut seen = String::with_capacity(plain.len());
    for c in plain.chars() {
        seen.push(match latin(c).unwrap_or(c) {
            '0' => 'o',
            '1' | 'i' | '|' => 'l',
            '5' => 's',
            other => other,
        });
    }
    seen.replace("rn", "m").replace("vv", "w")
}

/// A name without case and separators.
fn spelling(name: &str) -> String {
    let cut = name.char_indices().nth(MOST_NAME).map_or(name, |(at, _)| &name[..at]);
    fold(cut).replace(['_', '-', '.', ' ', '/'], "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_look_alike() {
        for (a, b) in
            [("get_logs", "get_l0gs"), ("email", "emai1"), ("readFile", "read-file"), ("сору", "copy")]
        {
            assert_eq!(skeleton(a), skeleton(b), "{a} {b}");
        }
        for (a, b) in
            [("step1", "step10"), ("list_file", "list_files"), ("search", "search_v2"), ("get_o1", "get_o3")]
        {
            assert_ne!(skeleton(a), skeleton(b), "{a} {b}");
        }
    }

    #[test]
    fn names_that_look_alike_begin_alike() {
        let mut names = vec![String::new()];
        for from in [0, 1, 16] {
            let longer: Vec<String> = names[from..]
                .iter()
                .flat_map(|name| "rnmvwi1l|o0s5_q".chars().map(move |c| format!("{name}{c}")))
                .collect();
            names.extend(longer);
        }
        let mut shapes: FxHashMap<String, u8> = FxHashMap::default();
        let mut alike = 0;
        for name in &names {
            let Some(shape) = first_shape(name) else { continue };
            if let Some(known) = shapes.insert(skeleton(name), shape) {
                assert_eq!(known, shape, "{name}");
                alike += 1;
            }
        }
        assert!(alike > 1_000, "{alike} of {} names look like another", names.len());
    }

    #[test]
    fn disguises() {
        for name in ["rеad_file", "ｓｅａｒｃｈ", "read\u{200b}", "𝐬𝐞𝐚𝐫𝐜𝐡"] {
            assert!(disguise(name).is_some(), "{name}");
        }
        for name in ["read_file", "поиск", "search_поиск", "搜索", "résumé", "αναζήτηση"]
        {
            assert_eq!(disguise(name), None, "{name}");
        }
    }
}
