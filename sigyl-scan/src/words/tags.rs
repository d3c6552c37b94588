//! Mark-up that passes for the system's own voice: `<IMPORTANT>`, `[INST]`, `<|im_start|>`.

use super::{Sign, SignKind, sentence::is_mentioned};
use crate::lexical::Pattern;

static TAG: Pattern = Pattern::new(
    r"<\s?(/?)\s?((?:[a-z0-9]{1,20}[_ -])?(?:important|system|hidden|secret|admin|administrator|sys|assistant|override|instructions?|prompt|directive|critical)(?:[_ -](?:prompt|messages?|instructions?|notes?|override|directive|reminder))?)\s?>",
);
static BRACKET: Pattern = Pattern::new(
    r"\[(?:system|admin|hidden|internal|developer)(?: (?:message|instructions?|note|override|prompt))?\] ?:?|^(?:###? ?)?(?:system|developer) (?:prompt|instruction|override)s?:",
);
static TOKENS: Pattern = Pattern::new(
    r"\[/?inst\]|<</?sys>>|<\|(?:im_start|im_end|system|user|assistant|endoftext|begin_of_text|start_header_id|end_header_id|eot_id|endofprompt)\|>|<(?:start|end)_of_turn>",
);
/// What an order to the model begins with.
static ORDER: Pattern = Pattern::new(
    r"\b(?:you (?:must|should|will|need|have to|are (?:now|required))|always|never|must|do not|don't|ignore|include|before|when|whenever|if the user)\b",
);

/// Longest content of a tag that is read. Chosen.
const LONGEST: usize = 4_000;

/// The signs of `plain`, which is folded.
pub(crate) fn signs(plain: &str, found: &mut Vec<Sign>) {
    let sign = |weight, says| Sign { kind: SignKind::FakeVoice, weight, says, wrapping: None };
    if (plain.contains("<|")
        || plain.contains("inst]")
        || plain.contains("sys>>")
        || plain.contains("_of_turn>"))
        && first_meant(&TOKENS, plain)
    {
        found.push(sign(4, "contains the control tokens of a chat template"));
    }
    if plain.contains(['[', ':']) && first_meant(&BRACKET, plain) {
        found.push(sign(2, "speaks in mark-up that passes for the system's own voice"));
    }
    if !plain.contains('<') {
        return;
    }
    let Some(pattern) = TAG.get() else { return };
    let mut open: Option<(usize, &str)> = None;
    for tag in pattern.captures_iter(plain) {
        let (Some(whole), Some(slash), Some(name)) = (tag.get(0), tag.get(1), tag.get(2)) else { continue };
        if slash.is_empty() {
            if opens(plain, whole.start()) {
                found.push(sign(
                    if name.as_str().contains("instruction") || name.as_str() == "critical" { 1 } else { 2 },
                    "speaks in mark-up that passes for the system's own voice",
                ));
            }
            open.get_or_insert((whole.end(), name.as_str()));
            continue;
        }
        let Some((from, opened)) = open.take() else { continue };
        let content = &plain[from..whole.start().max(from)];
        let is_order = content.len() <= LONGEST * 8 && ORDER.is_match(content);
        if !is_order || is_mentioned(plain, from) {
            continue;
        }
        let says = "gives the model orders in mark-up that passes for the system's own voice";
        found.push(match opened {
            "important" => sign(3, says),
            name if name.contains("hidden") || name.contains("secret") => {
                sign(4, "gives the model orders in mark-up that hides them from a reader")
            }
            "system" | "admin" | "assistant" | "sys" | "override" => sign(4, says),
            name if name.starts_with("system") || name.starts_with("admin") => sign(4, says),
            // Well-meant guidance is often put into `<instructions>` and the like.
            _ => sign(1, says),
        });
    }
}

fn first_meant(pattern: &Pattern, plain: &str) -> bool {
    pattern.get().is_some_and(|regex| {
        regex.find_iter(plain).take(50).any(|found| {
            let from = plain[..found.start()].rfind(['\n', '!', '?']).map_or(0, |at| at + 1);
            !is_mentioned(&plain[from..], found.start() - from)
        })
    })
}

/// Whether a tag stands where something begins, not inside a sentence about tags.
fn opens(plain: &str, at: usize) -> bool {
    let before = plain[..at].trim_end();
    before.is_empty() || before.ends_with(['.', '!', '?', ':', '>', '。', '"']) || plain[..at].ends_with('\n')
}
