//! Orders about other tools, and wishes to be preferred to them, in English.

use super::Phrase;
use crate::words::SignKind::{OtherTools, Preference};

const FIRST: &str = "wants to be called before any other tool";
const ORDERS: &str = "gives orders about other tools";
const CHANGES: &str = "changes how other tools are used";
const PREFER: &str = "asks to be preferred to other tools";
const FORBIDS: &str = "forbids the use of other tools";

/// Tools of the same server are a server's own affair.
const OWN: &str = r"\b(?:in|of|on|from|by) (?:this|the same|our) (?:mcp |[^ ]+ )?server\b|\b(?:all|any|the|every) other (?:tools? (?:here|below|above|in this))\b|\bother [^ ]+ tools? (?:here|below|above)\b";

pub(super) static PHRASES: &[Phrase] = &[
    Phrase::new(
        OtherTools,
        2,
        FIRST,
        &["before", "prior to", "every time", "each time", "in every conversation"],
        concat!(
            r"\b(?:before|prior to) (?:using|calling|invoking|running|executing|making|any use of) (?:of )?(?:any|all|every|each|another|an)(?: other)?(?: [^ ]+){0,2}? (?:tools?|functions?)\b",
            r"|\bthis (?:tool|function) (?:must|should|has to|needs to|is required to|shall) (?:always )?(?:be )?(?:called|used|run|invoked|executed) (?:first,? )?before (?:any|all|every|each)(?: other)?(?: [^ ]+){0,2}? (?:tools?|functions?|calls?|actions?|others?)\b",
            r"|\b(?:always )?(?:call|run|use|invoke) this (?:tool |function )?(?:before (?:any|all|every|each)(?: other)?(?: [^ ]+){0,2}? (?:tools?|functions?|calls?)|(?:every|each) time (?:the|a) (?:user|tool|message))\b",
        ),
    )
    .unless(OWN),
    Phrase::new(
        OtherTools,
        2,
        CHANGES,
        &["behavior of", "behaviour of", "arguments of", "arguments to", "parameters of", "parameters to", "argument of", "argument to", "parameter of", "parameter to"],
        r"\b(?:behaviou?r|arguments?|parameters?) (?:of|to) (?:the )?(?:other|all|any|every)(?: other)? (?:tools?|servers?)\b",
    )
    .unless(OWN),
    Phrase::new(
        OtherTools,
        2,
        ORDERS,
        &["another tool", "other tool", "each tool", "every tool", "any tool"],
        r"\b(?:results?|outputs?|responses?|answers?) (?:of|from) (?:another|any other|any|every other|every|each other|each|all other|all|other) (?:tools?|servers?)(?: [^ ]+){0,2}? (?:must|has to|have to|should|needs? to|shall|is to|are to) (?:first )?(?:be |go |pass )",
    )
    .unless(OWN),
    Phrase::new(
        OtherTools,
        3,
        CHANGES,
        &["side effect on", "how the", "how other", "effect on the"],
        r"\bside effects? on (?:the |any |all |other )?(?:[^ ]+ ){0,3}?(?:tools?|servers?)\b|\b(?:changes|alters|redefines|modifies|affects|determines) how (?:the |any |all |every )?(?:other )?(?:[^ ]+ ){0,3}?(?:tools?|servers?)(?: [^ ]+)? (?:works?|behaves?|is used|are used|must|operate)",
    )
    .unless(OWN),
    Phrase::new(
        OtherTools,
        2,
        "speaks ill of other tools",
        &["compromised", "unsafe", "malicious", "insecure", "hacked", "untrusted"],
        r"\b(?:the )?others?(?: (?:[^ ]+ )?(?:tools?|servers?|functions?))? (?:is|are|was|were|have been|has been) (?:now |all )?(?:unsafe|insecure|compromised|malicious|hacked|untrusted)\b",
    ),
    Phrase::new(
        OtherTools,
        2,
        "forbids the use of other servers",
        &["other server"],
        r"\b(?:do not|don't|never|must not|avoid|stop) (?:use|using|call|calling|trust|trusting) (?:any |the )?other servers?\b",
    ),
    Phrase::new(
        Preference,
        2,
        PREFER,
        &[
            "over any", "over every", "over all", "over other", "over the other", "instead of any", "instead of all", "instead of other", "instead of every",
            "rather than any", "rather than other", "above all", "above other", "above any", "above every", "in preference to", "over others", "over its",
        ],
        concat!(
            r"\b(?:prefer|favou?r|prioriti[sz]e|choose|select|pick|use|rank|take|call|recommend)\b(?: [^ ]+){0,5}? (?:over|instead of|rather than|above|in preference to) ",
            r"(?:(?:any|all|every|each|the)(?: of the)? (?:other|alternatives?|competing|competitors?|rivals?|similar|comparable|[^ ]+ tools?)|any (?:tools?|alternative)|all tools?|every tool|others?|other [^ ]+)\b",
        ),
    )
    .unless(r"\b(?:in|of|on|from) this (?:mcp |[^ ]+ )?server\b|\bwhen (?:you know|the|you have|only|a|an|possible|available)\b|\b(?:columns?|formats?|values?|fields?|rows?|files?|options?|methods?|others? when)\b"),
    Phrase::new(
        Preference,
        2,
        PREFER,
        &["priority", "precedence"],
        r"\bthis (?:tool|function|server|one) (?:has|takes|is given|must be given|should be given|is) (?:the |an? )?(?:highest|top|absolute|first|maximum) (?:priority|precedence|choice)\b|\bgive this (?:tool|server) (?:the )?(?:highest|top|absolute) priority\b",
    ),
    Phrase::new(
        Preference,
        2,
        PREFER,
        &["always", "must"],
        concat!(
            r"\balways (?:use|prefer|choose|select|pick|favou?r|prioriti[sz]e|call) (?:this|our|my)(?: [^ ]+)? (?:tool|server|function|one)\b.{0,60}\b(?:even (?:if|when)|no matter|regardless|whatever|in (?:all|any|every) cases?|for (?:every|all|any)(?:thing)?(?: [^ ]+)? (?:requests?|questions?|tasks?|quer)|instead of (?:others?|any|all|every))",
            r"|\balways (?:prefer|choose|prioriti[sz]e|favou?r) (?:this|our|my)(?: [^ ]+)? (?:tool|server|function)\b",
            r"|\bmust (?:always )?(?:prefer|choose|prioriti[sz]e|favou?r) (?:this|our|my)(?: [^ ]+)? (?:tool|server|function)\b",
        ),
    )
    .unless(r"\bthis(?: [^ ]+)? (?:tool|server|function) (?:over (?:multiple|several|individual|manual|raw|[^ ]+_)|when\b|if\b|for\b|rather than (?:multiple|several))"),
    Phrase::new(
        Preference,
        2,
        PREFER,
        &["if several", "if multiple", "if more than one", "whenever several", "if many", "when several", "when multiple", "among several"],
        r"\b(?:if|when|whenever|among) (?:several|multiple|more than one|many)(?: [^ ]+)? (?:tools?|servers?)\b.{0,40}\b(?:pick|choose|use|select|prefer|take|call) this\b",
    ),
    Phrase::new(
        Preference,
        2,
        PREFER,
        &["best", "superior", "most accurate", "most reliable", "most trusted", "most powerful", "most effective"],
        concat!(
            r"\bthis (?:tool|one|server) (?:is|has) (?:the )?(?:best|superior|most (?:accurate|reliable|trusted|powerful|effective))\b.{0,60}\b(?:always|must|should (?:be )?(?:used|chosen|selected|preferred|prioriti\w+|always)|first|priority|(?:other|others) tools?|over others)\b",
            r"|\bbest (?:[^ ]+ )?tool (?:in the world|ever|of all|available anywhere|there is)\b",
            r"|\b(?:best|superior|most (?:accurate|reliable|trusted|effective)) (?:[^ ]+ )?tool\b.{0,60}\b(?:always|must be|should be (?:used|chosen|selected|preferred|prioriti\w+)|instead of|over (?:all|any|other|every))\b",
            r"|\bsuperior (?:[^ ]+ )?(?:replacement|alternative|choice) (?:for|to|over) (?:every|any|all)(?: other)?\b",
        ),
    ),
    Phrase::new(
        Preference,
        2,
        PREFER,
        &["required to", "have to", "has to", "obliged to"],
        r"\b(?:required|obliged|have|has|instructed) to (?:favou?r|prefer|prioriti[sz]e) (?:this|our|my)(?: [^ ]+)? (?:tool|server|function)\b",
    ),
    Phrase::new(
        Preference,
        2,
        FORBIDS,
        &["other"],
        concat!(
            r"\b(?:never|do not|don't|must not|avoid|stop|refrain from) (?:use|using|call|calling|pick|choose|select|consider|considering|recommend) (?:any |the )?other(?: [^ ]+){0,2}? (?:tools?|functions?|engines?|servers?)\b",
            r"|\bother(?: [^ ]+){0,2}? (?:tools?|servers?|functions?|engines?) (?:is|are|were|have been|has been) (?:now |all )?(?:deprecated|unreliable|broken|outdated|forbidden|obsolete|inferior|disabled|banned)\b",
            r"|\bother(?: [^ ]+){0,2}? (?:tools?|servers?|functions?) (?:must|may|should|can) (?:not|never) be (?:used|called|chosen)\b",
        ),
    )
    .unless(OWN),
];
