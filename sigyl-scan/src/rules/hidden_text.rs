//! Text that a person does not see and a model, or a compiler, reads.

use sigyl_core::{Class, Confidence, Severity};

use super::{hidden_in_tool, tool_shaped};
use crate::{
    context::{FileContext, ToolContext},
    files::{FileKind, FileRole},
    rule::{Draft, Findings, Rule, RuleMeta},
    words::{self, Invisible, decode_tags, invisible},
};

pub(crate) struct HiddenText;

static META: RuleMeta = RuleMeta {
    id: "hidden-text",
    title: "Hidden text",
    class: Class::ToolPoisoning,
    severity: Severity::Block,
    cwe: &[1427, 1007, 116, 150, 451],
    owasp: Some("MCP03"),
    practice: None,
    since: "0.1.0",
    fixes: &["Remove the invisible characters", "Say in plain sight what the model is to know"],
    page: include_str!("hidden_text.md"),
};

/// Most findings for one file; chosen.
const MOST: usize = 20;

impl Rule for HiddenText {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn check_file(&self, file: &FileContext<'_>, out: &mut Findings) {
        let is_read = !matches!(file.kind, FileKind::LockFile | FileKind::Document | FileKind::Markup);
        if !is_read {
            return;
        }
        if file.role != FileRole::Test
            && let Some(module) = file.module()
        {
            for described in tool_shaped::find(module) {
                file.spend(described.description.len() * 4);
                let worst =
                    hidden_in_tool::find(&described.description, &words::signs(&described.description))
                        .into_iter()
                        .next();
                if let Some(hidden) = worst.filter(|hidden| hidden.severity == Severity::Block) {
                    let message = format!("the description of `{}` {}", described.name, hidden.says);
                    out.report(Draft::new(file.place(described.span), message));
                }
            }
        }
        if file.text.is_ascii() {
            return;
        }
        file.spend(file.text.len() * 2);
        let runs = runs(file.text);
        let turns = runs.iter().any(|run| run.kind == Invisible::Direction);
        for run in runs.into_iter().filter_map(|run| judge(file, run)).take(MOST) {
            out.report(run);
        }
        if turns && matches!(file.kind, FileKind::Source(_) | FileKind::OtherSource) {
            for draft in reordered_lines(file).into_iter().take(MOST) {
                out.report(draft);
            }
        }
    }

    fn check_tool(&self, tool: &ToolContext<'_>, out: &mut Findings) {
        for (text, signs) in tool.signs() {
            for hidden in hidden_in_tool::find(&text.text, signs) {
                let message = format!("{} {}", tool.text_name(&text.part), hidden.says);
                let mut draft =
                    Draft::new(text.place, message).severity(hidden.severity).confidence(hidden.confidence);
                draft.tool = Some(tool.name.to_owned());
                out.report(draft);
            }
        }
    }
}

/// Invisible characters of one kind in a row.
struct Run<'a> {
    kind: Invisible,
    start: usize,
    text: &'a str,
    count: usize,
    after: Option<char>,
}

fn runs(text: &str) -> Vec<Run<'_>> {
    let mut found: Vec<Run<'_>> = Vec::new();
    let mut from = 0;
    while let Some(gap) = text.as_bytes()[from..].iter().position(|byte| !byte.is_ascii()) {
        let at = from + gap;
        let Some(c) = text[at..].chars().next() else { break };
        from = at + c.len_utf8();
        let Some(kind) = invisible(c) else { continue };
        match found.last_mut() {
            Some(run) if run.kind == kind && run.start + run.text.len() == at => {
                run.count += 1;
                run.text = &text[run.start..from];
            }
            _ => {
                let after = text[..at].chars().next_back();
                found.push(Run { kind, start: at, text: &text[at..from], count: 1, after });
            }
        }
    }
    found
}

fn judge(file: &FileContext<'_>, run: Run<'_>) -> Option<Draft> {
    let place = file.at(run.start, run.start + run.text.len());
    match run.kind {
        // Flags of regions are a black flag, a few tags, and the cancel tag.
        Invisible::Tag if run.after == Some('\u{1F3F4}') && run.count <= 8 => None,
        Invisible::Tag => {
            let hidden: String = decode_tags(run.text).chars().take(80).collect();
            let message =
                format!("{} invisible tag characters spell `{}`", run.count, hidden.escape_default());
            Some(Draft::new(place, message))
        }
        Invisible::ZeroWidth if run.count >= 8 => Some(Draft::new(
            place,
            format!("{} zero-width characters in a row can carry hidden data", run.count),
        )),
        Invisible::ZeroWidth if run.count >= 4 => Some(
            Draft::new(place, format!("{} zero-width characters in a row", run.count))
                .severity(Severity::Warning)
                .confidence(Confidence::Medium),
        ),
        Invisible::Selector if run.count >= 3 => Some(Draft::new(
            place,
            format!("{} variation selectors in a row can carry hidden data", run.count),
        )),
        _ => None,
    }
}

/// A file with a line longer than this, in bytes, is taken for a bundle. Chosen.
const GENERATED_LINE: usize = 5_000;

/// Lines whose direction controls make them read differently from what runs ("Trojan Source").
fn reordered_lines(file: &FileContext<'_>) -> Vec<Draft> {
    let mut found = Vec::new();
    let mut offset = 0;
    for line in file.text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        if line.is_ascii() {
            continue;
        }
        let mut embedded = 0_i32;
        let mut isolated = 0_i32;
        let mut overrides = false;
        for c in line.chars() {
            match c {
                '\u{202D}' | '\u{202E}' => {
                    overrides = true;
                    embedded += 1;
                }
                '\u{202A}' | '\u{202B}' => embedded += 1,
                '\u{202C}' => embedded -= 1,
                '\u{2066}'..='\u{2068}' => isolated += 1,
                '\u{2069}' => isolated -= 1,
                _ => {}
            }
        }
        let message = if overrides {
            "characters that turn the direction of writing make this line read differently from what runs"
        } else if embedded > 0 || isolated > 0 {
            "a change of the direction of writing does not end on its line, so that it may read differently from \
             what runs"
        } else {
            continue;
        };
        let draft = Draft::new(file.at(start, start + line.trim_end().len()), message);
        // Nobody reads what a bundler wrote; tables of letters hold these characters there.
        let generated = file.text.lines().any(|line| line.len() > GENERATED_LINE);
        found.push(if generated { draft.severity(Severity::Warning) } else { draft });
    }
    found
}

#[cfg(test)]
mod tests {
    use sigyl_core::Severity;

    use crate::rules::table::findings_of;

    fn severities(path: &str, text: &str) -> Vec<Severity> {
        findings_of("hidden-text", &[(path, text)]).iter().map(|finding| finding.severity).collect()
    }

    #[test]
    fn what_hides_blocks() {
        let tags: String = "hi there".chars().filter_map(|c| char::from_u32(c as u32 + 0xE0000)).collect();
        assert_eq!(severities("a.ts", &format!("const a = 'x{tags}';")), [Severity::Block]);
        assert_eq!(severities("a.json", &format!("\"{}\"", "\u{200B}\u{200C}".repeat(8))), [Severity::Block]);
        assert_eq!(severities("a.py", "ok = True # \u{202E} } \u{2066}if\n"), [Severity::Block]);
        assert_eq!(severities("a.py", "a = '\u{2067}'\n"), [Severity::Block]);
        assert_eq!(severities("a.py", "a = '\u{200B}\u{200B}\u{200B}\u{200B}'\n"), [Severity::Warning]);
    }

    #[test]
    fn languages_and_emoji_are_fine() {
        for text in [
            "a = '👩\u{200D}👩\u{200D}👧 ❤\u{FE0F}\u{200D}🔥'",
            "a = '🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}'",
            "a = 'می\u{200C}خواهم क्\u{200D}ष'",
            "a = '\u{2068}name\u{2069}'",
            "a = re.compile('[\u{200B}\u{200C}\u{FEFF}]')",
        ] {
            assert_eq!(severities("a.py", text), [], "{text}");
        }
    }
}
