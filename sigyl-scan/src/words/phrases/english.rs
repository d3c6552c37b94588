//! Orders to the model, in English.

use super::Phrase;
use crate::words::SignKind::{Addressed, Conceal, Override, Role, Send, TakeData};

const ASIDE: &str = "tells the model to set its instructions aside";
const CONCEAL: &str = "tells the model to hide something from the user";
const FILES: &str = "asks for the content of files that hold secrets";
const SECRETS: &str = "asks for secrets or for the conversation";
const SEND: &str = "sends data to an address";
const ROLE: &str = "gives the model another role";

pub(super) static PHRASES: &[Phrase] = &[
    Phrase::new(
        Override,
        4,
        ASIDE,
        &["ignor", "disregard", "forget", "neglect", "stop following", "set aside", "overlook"],
        concat!(
            r"\b(?:ignor(?:e|ing)|disregard(?:ing)?|forget(?:ting)?|neglect(?:ing)?|overlook(?:ing)?|stop following|set aside)\b(?: [^ ]+){0,4}? (?:previous|prior|above|earlier|preceding|former|system(?:'s)?|other|existing|your|my|safety|given|current|built-in|initial|original)\b",
            r"(?: [^ ]+){0,3}? (?:instructions?|prompts?|guidelines?|guidance|directives?|guardrails?|directions|rules|orders|constraints|restrictions)\b",
        ),
    )
    .unless(r"\b(?:rules|orders|constraints|restrictions|guidelines) (?:of|for|in) (?:the|a|your) (?:linter|file|table|compiler|formatter|project|firewall|repository)\b"),
    Phrase::new(
        Override,
        4,
        ASIDE,
        &["override", "overrule", "bypass", "overwrite", "supersede", "circumvent", "overriding", "violate"],
        concat!(
            r"\b(?:overrid(?:e|es|ing)|overrul(?:e|es|ing)|bypass(?:es|ing)?|overwrit(?:e|es|ing)|supersedes?|circumvent|violate)\b(?: [^ ]+){0,3}? (?:previous|prior|earlier|system(?:'s)?|all|any|your|the model's|the assistant's|the user's|safety|security)\b",
            r"(?: [^ ]+){0,2}? (?:instructions?|prompts?|guidelines?|guidance|directives?|guardrails?)\b",
        ),
    ),
    Phrase::new(
        Override,
        2,
        ASIDE,
        &["ignore", "disregard", "forget"],
        r"\b(?:ignore|disregard|forget)\b(?: [^ ]+){0,2}? (?:previous|prior|above|earlier|preceding)\b(?: [^ ]+){0,1}? (?:messages?|context|conversations?|texts?|requests?)\b",
    ),
    Phrase::new(
        Override,
        4,
        ASIDE,
        &["whatever you", "everything you", "anything you", "what you were", "what you have been", "all you were", "everything above", "everything before"],
        r"\b(?:ignore|disregard|forget|discard|drop)\b(?: [^ ]+){0,3}? (?:(?:whatever|everything|anything|what|all) you (?:were|have been|had been|are|know|learned)|everything (?:above|before|so far|said))\b",
    ),
    Phrase::new(
        Override,
        4,
        ASIDE,
        &["no longer appl", "are void", "are suspended", "are lifted", "are disabled", "been lifted", "been suspended", "been revoked", "do not apply", "don't apply", "is void"],
        concat!(
            r"\b(?:safety|content|security|prior|previous|your|usual|normal|all|ethical)(?: [^ ]+){0,2}? (?:rules|restrictions|guidelines|instructions|policies|guardrails|filters|prompt|constraints)\b",
            r"(?: [^ ]+){0,3}? (?:no longer appl(?:y|ies)|(?:do not|don't) apply|(?:are|is) (?:now )?(?:void|suspended|lifted|disabled|obsolete)|have been (?:lifted|suspended|revoked|disabled))",
        ),
    )
    .unless(r"\bcors\b|\brate limit|\bfirewall\b|\bfilters? (?:are|is) disabled"),
    Phrase::new(
        Override,
        4,
        ASIDE,
        &["by the system", "by the user", "by the developer", "by your", "by the host", "by the client"],
        r"\b(?:ignore|disregard|forget|override)\b(?: [^ ]+){0,3}? (?:instructions|rules|guidelines|orders|restrictions)\b(?: [^ ]+){0,2}? by (?:the (?:system|user|developer|host|client)|your (?:developers?|creators?|system))\b",
    ),
    Phrase::new(
        Override,
        4,
        "replaces the system prompt",
        &["system prompt", "system message", "system instruction"],
        concat!(
            r"\b(?:new|updated|revised|real|actual) system (?:prompt|message|instructions?)(?: (?:is|follows|begins)|:)",
            r"|\b(?:your|the|previous) (?:[^ ]+ )?system (?:prompt|message|instructions?) (?:is|are) (?:now |hereby )?(?:void|obsolete|replaced|changed|revoked|outdated)",
            r"|\b(?:reveal|print|repeat|output|show|leak|send|return|disclose|include|dump|recite|append|attach|pass)\b(?: [^ ]+){0,3}? (?:your|the model's|the assistant's) (?:[^ ]+ )?(?:system (?:prompt|message|instructions?))\b",
            r"|\b(?:reveal|leak|repeat|recite|disclose)\b(?: [^ ]+){0,2}? the (?:[^ ]+ )?system (?:prompt|message|instructions?)\b",
        ),
    ),
    Phrase::new(
        Conceal,
        2,
        CONCEAL,
        &["user", "human", "anyone", "anybody", "customer", "people", "them"],
        concat!(
            r"\b(?:do not|don't|dont|never|must not|mustn't|should not|shouldn't|need not|avoid|refrain from|no need to|not to|without)(?: [^ ]+){0,3}? (?:tell(?:ing)?|inform(?:ing)?|let(?:ting)?)",
            r"(?: [^ ]+){0,3}? (?:users?|humans?|anyone|anybody|customers?|people|them)\b",
        ),
    )
    .unless(r"\b(?:users?|humans?|anyone|them) (?:to|which|how to)\b|\b(?:until|unless|that (?:it|the|this|a|an|everything|something) [^ ]+(?: [^ ]+)? (?:is|was|has|have|were|succeeded|worked|failed|done|complete|completed|finished|ready|exist|exists))\b|\blet(?:ting)? (?:the )?users? (?:choose|pick|edit|select|enter|change|call|set|run)\b"),
    Phrase::new(
        Conceal,
        1,
        CONCEAL,
        &["user", "human", "anyone", "anybody"],
        r"\b(?:do not|don't|never|must not|should not|without|avoid)(?: [^ ]+){0,2}? (?:notify(?:ing)?|alert(?:ing)?|warn(?:ing)?|mention(?:ing)?|reveal(?:ing)?|disclos(?:e|ing)|show(?:ing)?|expos(?:e|ing)|asking|explain(?:ing)?|report(?:ing)?)\b.{0,60}\b(?:users?|humans?|anyone|anybody)\b",
    ),
    Phrase::new(
        Conceal,
        2,
        CONCEAL,
        &["mention", "reveal", "disclose", "bring", "admit", "acknowledge", "hint", "talk about", "speak of", "refer to", "explain", "show"],
        concat!(
            r"\b(?:do not|don't|dont|never|must not|should not|shouldn't|avoid|refrain from|without)(?: [^ ]+){0,2}? (?:mention(?:ing)?|reveal(?:ing)?|disclos(?:e|ing)|bring(?:ing)? up|admit(?:ting)?|acknowledg(?:e|ing)|hint(?:ing)?|talk(?:ing)? about|speak of|refer(?:ring)? to|explain(?:ing)?|show(?:ing)?)",
            r"(?: at| up)? (?:this|that|it|these|what you|that you|having|any of (?:this|it)|the (?:above|rule|order|instruction|fact|reading|transfer|call|upload|check)\S{0,3})\b.{0,60}(?:\b(?:users?|humans?|anyone|them|anybody|people|customers?)\b|\b(?:having|that you|the fact)\b|$)",
        ),
    )
    .unless(r"\b(?:until|unless|only when|only if)\b"),
    Phrase::new(
        Conceal,
        2,
        CONCEAL,
        &["silently", "secretly", "covertly", "quietly", "discreetly"],
        r"\b(?:silently|secretly|covertly|quietly|discreetly) (?:and [^ ]+ )?(?:read|send|forward|post|copy|append|attach|upload|collect|leak|pass|transmit|exfiltrate|transfer|include|add|bcc|cc|harvest|record|email|mail)\b",
    ),
    Phrase::new(
        Conceal,
        2,
        CONCEAL,
        &["user", "human"],
        concat!(
            r"\b(?:users?|humans?) (?:must|should|does|do|can|may|need|needs|shall|will) ?(?:not|n't|never|no)(?: [^ ]+){0,2}? (?:know|notice|hear|learn|find out|be (?:told|informed|aware|made aware))(?: (?:about|of))?(?: (?:this|it|that|any|what)\b|[.,;:!]|$)",
            r"|\bwithout (?:the )?(?:user|human)s?(?:'s|')? (?:knowledge|knowing|consent|approval|noticing|permission|awareness)\b",
            r"|\b(?:hide|conceal)(?:ing)? (?:this|it|that|these|all|everything|the (?:fact|call|step|transfer|note|file|copy))\b.{0,30}\bfrom (?:the )?(?:users?|humans?|anyone)\b",
            r"|\b(?:hide|conceal) (?:that|this|it) from (?:the )?(?:user|human)",
            r"|\bwithout (?:telling|informing|mentioning)\b.{0,24}\b(?:users?|humans?|anyone|them)\b",
        ),
    )
    .unless(r"\b(?:never|not|nothing|no [^ ]+|doesn't|won't) .{0,60}without (?:the )?(?:user|human)|\b(?:never|not) .{0,40}without (?:telling|informing)"),
    Phrase::new(
        Conceal,
        2,
        CONCEAL,
        &["bring", "keep quiet", "keep this", "keep it", "keep that", "stay silent", "say nothing", "between you and me", "between us", "don't let on", "leave no trace", "be gentle and not scary"],
        concat!(
            r"\b(?:do not|don't|never|without) bring(?:ing)? (?:this|it|that|them) up\b|\bkeep quiet about\b|\bkeep (?:this|it|that)(?: [^ ]+){0,2}? (?:secret|hidden|confidential|between us|to yourself)\b|\bstay silent about\b|\bsay nothing (?:of|about|to)\b",
            r"|\b(?:this (?:is|stays) )?between you and me\b|\bdon't let on\b|\bleave no trace\b",
        ),
    ),
    Phrase::new(
        Conceal,
        2,
        "tells the model to act without asking the user",
        &["without"],
        concat!(
            r"\b(?:must|always|should|will|shall|immediately|automatically|just|simply|directly)\b.{0,60}\bwithout (?:ever )?(?:asking|waiting|prompting|requesting|seeking|needing|requiring)(?: for)?(?: [^ ]+){0,2}? (?:users?|humans?|user's|approval|confirmation|consent|permission)\b",
            r"|\b(?:must|always)\b.{0,60}\bwithout (?:any |the |explicit )?(?:(?:user|human)(?:'s)? )?(?:approval|confirmation|consent)\b",
        ),
    )
    .unless(r"\b(?:never|not|no|cannot|don't|doesn't|avoid)\b.{0,80}\bwithout\b|\b(?:if|when) (?:true|set|enabled|false)\b"),
    Phrase::new(
        Addressed,
        1,
        "speaks to the model behind the user's back",
        &["assistant", "ai model", "ai agent", "llm", "language model", "the model", "claude", "gpt", "copilot", "ai_instruction", "to the ai"],
        concat!(
            r"^(?:\W{0,3})(?:ai |dear )?(?:assistant|ai(?:[ _]model|[ _]agent|[ _]instructions?)?|llm|language model|claude|chatgpt|copilot) ?[:,]",
            r"|\b(?:note|message|instructions?|reminder|attention) (?:to|for) (?:the |all |any )?(?:ai|assistants?|llms?|language models?|models?|agents?)\b",
            r"|\b(?:assistants?|llms?|language models?|the models?|ai(?: agents?| models?)?) (?:must|should also|has to|have to|shall|needs? to|is (?:required|obliged) to|are (?:required|obliged) to)\b",
        ),
    ),
    Phrase::new(
        Role,
        2,
        ROLE,
        &["you are now", "from now on", "from here on", "act as", "pretend", "behave as", "mode", "restrictions", "jailbreak"],
        concat!(
            r"\byou are now (?:in [^ ]+ mode|operating|acting|no longer|free|unrestricted|dan\b|root\b|an? (?:unrestricted|different|evil|root|admin|administrator|unfiltered|uncensored|hacker)|the (?:system|admin|administrator|root|developer))",
            r"|\b(?:act as|pretend to be|pretend you are|pretend that you are|behave as) (?:if you (?:are|were) )?(?:an?|the|my)? ?(?:unrestricted|root|admin|administrator|superuser|hacker|attacker|evil|dan\b|jailbroken|unfiltered)",
            r"|\b(?:developer|god|debug|jailbreak|dan|maintenance|sudo|root|unrestricted) mode (?:is )?(?:now )?(?:on|enabled|activated|active)\b|\byou are (?:operating |running )?(?:now )?in (?:developer|god|jailbreak|dan|maintenance|sudo|root|unrestricted) mode\b",
            r"|\b(?:you|answer|respond|act|reply|behave|speak)\b.{0,40}\b(?:without|with no) (?:any )?(?:restrictions|safety (?:rules|filters)|guardrails|filters)\b",
        ),
    ),
    Phrase::new(
        TakeData,
        2,
        FILES,
        &[
            ".ssh", "id_rsa", ".env", "mcp.json", ".cursor", "/etc/", ".aws", ".kube", ".netrc", ".npmrc", ".pypirc", "wallet", "claude_desktop_config",
            "id_ed25519", ".config/", ".gnupg", ".bash_history", ".zsh_history", ".docker/config", ".git-credentials", "keychain", ".azure",
            "secret.txt", "secrets.", "credentials.json", "cookies.sqlite", "login data", "private key",
        ],
        concat!(
            r"\b(?:read|open|load|fetch|get|access|cat|retrieve|include|attach|pass|send|copy|print|append|upload|put|hand|insert|paste|leak|exfiltrate|embed|quote|reveal|forward|reading|opening|attaching|passing|sending)\b.{0,60}?",
            r"(?:~/\.|\.ssh\b|\bid_rsa\b|\bid_ed25519\b|(?:^|[ /'\x22(])\.env(?:[^.\w]|$|\.(?:local|prod))|\bmcp\.json\b|\.cursor/|/etc/(?:passwd|shadow|hosts)\b|\.aws/|\.kube/|\.netrc\b|\.npmrc\b|\.pypirc\b|\bwallet\.dat\b|claude_desktop_config|\.gnupg|\.(?:bash|zsh)_history|\.docker/config|\.git-credentials|\.azure/|secrets?\.(?:txt|json|ya?ml)\b|\bcredentials\.json\b|\bcookies\.sqlite\b|\bprivate keys? (?:found |stored )?(?:in|at|from) )",
        ),
    )
    .unless(r"\b(?:path|location|name|filename|directory) (?:of|to|for)\b|\b(?:if you|you can|optionally)\b|\.example\b|\bgitignore\b"),
    Phrase::new(
        TakeData,
        2,
        SECRETS,
        &[
            "conversation", "chat", "history", "password", "token", "credential", "secret", "api key", "private key", "ssh key",
            "environment variables", "user said", "user wrote", "messages", "system prompt", "workspace", "clipboard",
        ],
        concat!(
            r"\b(?:send|pass|include|append|attach|put|insert|add|upload|post|forward|hand|copy|report|share|embed|transmit|leak|print|reveal|exfiltrate|submit|paste|(?:begin|start|end) with|call(?:ing|ed)? \S{1,40}(?: [^ ]+)? with|sending|appending|passing|including)\b.{0,80}?",
            r"\b(?:(?:whole|entire|full|complete|previous|copy of the|transcript of the|contents? of the|rest of the|last (?:[^ ]+ )?messages (?:of|in|from) (?:the|this)) (?:[^ ]+ )?(?:chat|conversation|messages|history|dialogue)",
            r"|(?:the|this|your|their|user's) (?:chat|conversation|message|prompt) (?:history|log|transcript|so far)|(?:chat|conversation) so far|everything (?:that )?(?:the user|they|was) (?:said|wrote|typed|sent|pasted)",
            r"|(?:user's|users'|their|his or her|any|all|all of the|all the|every|known) (?:[^ ]+ )?(?:passwords?|credentials?|secrets?|api[ _]keys?|private keys?|ssh keys?|access tokens?|tokens?|environment variables|cookies|clipboard)|the private keys?)\b",
        ),
    )
    .unless(r"\b(?:if you want|optionally|your own)\b|\btokens? (?:count|limit|usage|budget|used|in)\b|\bdesign tokens?\b|\ball (?:[^ ]+ )?tokens? (?:of|for|that match|with)\b"),
    Phrase::new(
        TakeData,
        2,
        "demands an argument that smuggles data",
        &["otherwise", "or else", "sidenote", "side note"],
        r"\bas (?:a )?['\x22]?side ?note\b|\b(?:pass|provide|include|put|send|hand)\b.{0,80}\b(?:otherwise|or else)\b.{0,40}\b(?:tool|server|it)\b.{0,20}\b(?:not work|fail|crash|break|be lost|be deleted)",
    ),
    Phrase::new(
        TakeData,
        1,
        "demands an argument that smuggles data",
        &["content", "text", "lines", "output"],
        r"\b(?:pass|put|provide|include|hand|insert|write|place|give|send|append)\b.{0,20}\b(?:its|the|their|all|whole|full|entire) (?:[^ ]+ )?(?:contents?|text|lines|output)\b.{0,60}\b(?:as|in|into|through|via|inside|to) (?:the )?(?:(?:argument|parameter|field|note) )?['\x22]\w{1,40}['\x22]",
    ),
    Phrase::new(
        Send,
        2,
        SEND,
        &["http", "@", "attacker", "webhook"],
        concat!(
            r"\b(?:exfiltrate|leak|bcc|forward|transmit|upload|submit|report|send|post|copy|mail|email)\b(?: [^ ]+){0,2}? (?:it|them|this|that|a copy|all|every|everything|its|the (?:[^ ]+ )?(?:contents?|results?|output|files?|data|response|chat|conversation|keys?|workspace|mails?|messages?|emails?|secrets?|tokens?|history|transcript|keychain|project|notes?)|all (?:e?mails|messages|files|data))\b",
            r".{0,60}?(?:\bto|\bvia|\bat|\bwith|:|=) ?(?:https?://|[a-z0-9_.+-]{1,40}@[a-z0-9_-]{1,40}\.[a-z]{2,10}\b|(?:the |an? )?attacker|(?:the |this |our )?webhook\b|\+?[0-9]{10,14}\b)",
        ),
    )
    .unless(r"\b(?:if you|you can|optionally|when (?:configured|enabled)|for example|e\.g\.|by default|the configured|localhost|127\.0\.0\.1)\b"),
    Phrase::new(
        Send,
        2,
        SEND,
        &["recipient", "receiver", "beneficiary", "phone number", "email address", "account number", "bcc", "payee"],
        r"\b(?:change|replace|set|switch|modify|redirect|add|use|override|swap)\b.{0,40}\b(?:recipient|receiver|beneficiary|payee|phone number|email address|account number|bcc)\b.{0,40}?(?:\bto\b|\bby\b|\bwith\b|=|:) ?['\x22]?(?:account )?(?:\+?[0-9]{6,}|[a-z0-9_.+-]{1,40}@)",
    ),
];
