//! Arguments whose names ask the model for its conversation, its instructions or its thoughts.

use sigyl_core::{Class, Confidence, Severity};

use super::code::words;
use crate::{
    context::{Offered, ToolContext, ToolPart},
    rule::{Draft, Findings, Rule, RuleMeta},
};

pub(crate) struct ContextParameter;

static META: RuleMeta = RuleMeta {
    id: "context-parameter",
    title: "Argument asks for the conversation or the model's instructions",
    class: Class::DataExfiltration,
    severity: Severity::Warning,
    cwe: &[200, 1427],
    owasp: Some("MCP10"),
    practice: None,
    since: "0.1.0",
    fixes: &[
        "Ask for the one value that the tool needs",
        "Make the argument optional, and say what it is used for",
    ],
    page: include_str!("context_parameter.md"),
};

impl Rule for ContextParameter {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn check_tool(&self, tool: &ToolContext<'_>, out: &mut Findings) {
        if tool.offered != Offered::Tool {
            return;
        }
        for text in tool.texts {
            let ToolPart::ParameterName { required } = text.part else { continue };
            let Some(what) = asked_for(&text.text) else { continue };
            let name: String = text.text.chars().take(80).collect();
            let message = format!("argument `{name}` of `{}` asks the model for {what}", tool.name);
            let mut draft = Draft::new(text.place, message).confidence(Confidence::Medium);
            if !required {
                draft = draft.severity(Severity::Info);
            }
            draft.tool = Some(tool.name.to_owned());
            out.report(draft);
        }
    }
}

/// What a name asks for: words that must be there, in this order, and the thing. Ids, limits and counts of it are none.
const ASKED: &[(&[&str], &str)] = &[
    (&["system", "prompt"], "its system prompt"),
    (&["system", "prompts"], "its system prompt"),
    (&["system", "instructions"], "its system prompt"),
    (&["system", "message"], "its system prompt"),
    (&["developer", "prompt"], "its system prompt"),
    (&["conversation", "history"], "the conversation"),
    (&["conversation", "context"], "the conversation"),
    (&["conversation", "transcript"], "the conversation"),
    (&["full", "conversation"], "the conversation"),
    (&["entire", "conversation"], "the conversation"),
    (&["chat", "history"], "the conversation"),
    (&["chat", "transcript"], "the conversation"),
    (&["chat", "log"], "the conversation"),
    (&["message", "history"], "the conversation"),
    (&["previous", "messages"], "the conversation"),
    (&["prior", "messages"], "the conversation"),
    (&["all", "messages"], "the conversation"),
    (&["chain", "of", "thought"], "its thoughts"),
    (&["model", "reasoning"], "its thoughts"),
    (&["model", "thoughts"], "its thoughts"),
    (&["internal", "reasoning"], "its thoughts"),
    (&["available", "tools"], "the list of its tools"),
    (&["list", "of", "all", "tools"], "the list of its tools"),
    (&["tools", "list"], "the list of its tools"),
    (&["tools", "call", "history"], "what other tools were called with"),
    (&["tool", "call", "history"], "what other tools were called with"),
    (&["tool", "calls", "history"], "what other tools were called with"),
];

/// Last words that make a name one of something about the thing.
const ABOUT: &[&str] = &[
    "id", "ids", "limit", "count", "length", "size", "max", "days", "key", "url", "path", "file", "enabled",
    "type", "mode", "format", "name", "template", "token", "tokens", "page", "cursor", "ttl",
];

fn asked_for(name: &str) -> Option<&'static str> {
    if name.len() > 80 {
        return None;
    }
    let words = words(name);
    let last = words.last()?;
    if ABOUT.contains(&last.as_str()) {
        return None;
    }
    ASKED
        .iter()
        .find(|(asked, _)| words.windows(asked.len()).any(|window| window.iter().eq(asked.iter())))
        .map(|(_, what)| *what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for name in [
            "system_prompt",
            "conversationHistory",
            "chain-of-thought",
            "full_conversation_context",
            "previousMessages",
        ] {
            assert!(asked_for(name).is_some(), "{name}");
        }
        for name in [
            "conversation_id",
            "thought",
            "context",
            "message",
            "chat_history_id",
            "system",
            "prompt",
            "history",
            "tool_name",
        ] {
            assert_eq!(asked_for(name), None, "{name}");
        }
    }
}
