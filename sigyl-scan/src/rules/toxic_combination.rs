//! Tools that are harmless one by one and not together: one reads what is private, another takes what strangers wrote
//! and can reach any host.

use sigyl_core::{Class, Confidence, Severity};

use super::code::words;
use crate::{
    context::{ToolContext, TreeContext},
    rule::{Draft, Findings, Rule, RuleMeta},
};

pub(crate) struct ToxicCombination;

static META: RuleMeta = RuleMeta {
    id: "toxic-combination",
    title: "Tools that are dangerous together",
    class: Class::DataExfiltration,
    severity: Severity::Warning,
    cwe: &[200, 201],
    owasp: Some("MCP10"),
    practice: None,
    since: "0.1.0",
    fixes: &[
        "Split the server, so that people can allow one part without the other",
        "Let the tool that reaches out reach a list of hosts only",
    ],
    page: include_str!("toxic_combination.md"),
};

/// What tools can do that matters together.
#[derive(Debug, Clone, Copy, Default)]
struct Powers {
    /// Reads files, databases or mail.
    reads_private: bool,
    /// Gets what anybody may have written.
    takes_untrusted: bool,
    /// Sends to where the caller says.
    sends: bool,
}

/// Functions that read what is private, by how their path begins and ends.
const PRIVATE: &[(&str, &[&str])] = &[
    ("fs", &["readFile", "readFileSync", "createReadStream", "readJson"]),
    ("open", &[""]),
    ("io.open", &[""]),
    ("aiofiles.open", &[""]),
    ("pathlib", &["read_text", "read_bytes"]),
    ("sqlite3", &["execute"]),
    ("psycopg", &["execute", "fetch"]),
    ("asyncpg", &["fetch", "execute"]),
    ("pg.", &["query"]),
    ("mysql", &["query", "execute"]),
    ("better-sqlite3", &["prepare", "all"]),
    ("duckdb", &["execute", "sql"]),
    ("pymongo", &["find", "find_one", "aggregate"]),
    ("mongodb", &["find", "findOne", "aggregate", "toArray"]),
    ("imaplib", &["fetch", "search"]),
    ("imapflow", &["fetch", "fetchOne"]),
    ("pyperclip", &["paste"]),
];

/// Clients whose calls, with a host that the caller chooses, both bring in what strangers wrote and carry data away.
const CLIENTS: &[&str] = &[
    "fetch",
    "axios",
    "got",
    "undici",
    "node-fetch",
    "requests",
    "httpx",
    "aiohttp",
    "urllib",
    "puppeteer",
    "playwright",
    "selenium",
    "http.",
    "https.",
    "ky",
    "superagent",
    "needle",
];

/// Functions that send mail.
const MAIL: &[&str] = &[
    "smtplib.SMTP().send_message",
    "smtplib.SMTP().sendmail",
    "smtplib.SMTP_SSL().send_message",
    "smtplib.SMTP_SSL().sendmail",
    "nodemailer.createTransport().sendMail",
];

impl Rule for ToxicCombination {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn check_tree(&self, tree: &TreeContext<'_>, out: &mut Findings) {
        let tools: Vec<&ToolContext<'_>> = tree.tools.iter().take(400).collect();
        let by_calls = |tool: &ToolContext<'_>| powers_of(tool.calls, named_private(&words(tool.name)));
        let shared = powers_of(tree.calls, true);
        let reader = tools.iter().find(|tool| by_calls(tool).reads_private);
        let sender = tools.iter().find(|tool| {
            let powers = by_calls(tool);
            powers.sends && powers.takes_untrusted
        });
        let place = |tool: &ToolContext<'_>| (tool.place, tool.name.to_owned());
        match (reader, sender) {
            (Some(reader), Some(sender)) => {
                report(place(sender), place(reader), Severity::Warning, out);
                return;
            }
            // One handler for all tools: which of them does what is told by their names.
            _ if shared.reads_private && shared.sends && shared.takes_untrusted => {
                let named =
                    |wanted: fn(&[String]) -> bool| tools.iter().find(|tool| wanted(&words(tool.name)));
                if let (Some(reader), Some(sender)) = (named(named_private), named(named_untrusted)) {
                    report(place(sender), place(reader), Severity::Warning, out);
                    return;
                }
            }
            _ => {}
        }
        // By their names alone, all three.
        let named = |wanted: fn(&[String]) -> bool| tools.iter().find(|tool| wanted(&words(tool.name)));
        if let (Some(reader), Some(_), Some(sender)) =
            (named(named_private), named(named_untrusted), named(named_sending))
            && reader.name != sender.name
        {
            report(place(sender), place(reader), Severity::Info, out);
        }
    }
}

fn report(
    sender: (crate::rule::Place, String),
    reader: (crate::rule::Place, String),
    severity: Severity,
    out: &mut Findings,
) {
    let message = if sender.1 == reader.1 {
        format!("`{}` reads what is private and reaches any host", sender.1)
    } else {
        format!(
            "`{}` reads what is private, and `{}` takes in what strangers wrote and can send it on",
            reader.1, sender.1
        )
    };
    out.report(
        Draft::new(sender.0, message)
            .severity(severity)
            .confidence(Confidence::Medium)
            .related(reader.0, format!("`{}` reads", reader.1)),
    );
}

fn powers_of(calls: &[String], reads_by_name: bool) -> Powers {
    let mut powers = Powers::default();
    for call in calls {
        let api = call.split(' ').next().unwrap_or(call);
        let marked = |mark: &str| call.split(' ').skip(1).any(|part| part == mark);
        let chosen = marked("*");
        let method = api.rsplit('.').next().unwrap_or(api);
        let reads = PRIVATE
            .iter()
            .any(|(start, methods)| api == *start || api.starts_with(start) && methods.contains(&method));
        // A file that no caller chooses may be the server's own.
        let is_file =
            ["fs", "open", "io.open", "aiofiles", "pathlib"].iter().any(|start| api.starts_with(start));
        powers.reads_private |= reads && (!is_file || reads_by_name || marked("+"));
        if MAIL.contains(&api) {
            powers.sends = true;
        }
        let browses = ["puppeteer", "playwright", "selenium"].iter().any(|browser| api.starts_with(browser));
        let asks = !browses
            || matches!(method, "goto" | "navigate")
            || method == "get" && api.starts_with("selenium");
        if chosen && asks && CLIENTS.iter().any(|client| is_of(api, client)) {
            powers.takes_untrusted = true;
            powers.sends = true;
        }
    }
    powers
}

/// True for a function of a module, and not for one of a module whose name begins alike.
fn is_of(api: &str, module: &str) -> bool {
    api.strip_prefix(module)
        .is_some_and(|rest| module.ends_with('.') || !rest.starts_with(|next: char| next.is_alphanumeric()))
}

fn has(words: &[String], wanted: &[&str]) -> bool {
    words.iter().any(|word| wanted.contains(&word.as_str()))
}

fn named_private(words: &[String]) -> bool {
    has(words, &["read", "get", "list", "search", "query", "find"])
        && has(
            words,
            &[
                "file",
                "note",
                "report",
                "reports",
                "files",
                "email",
                "emails",
                "mail",
                "inbox",
                "contacts",
                "database",
                "db",
                "table",
                "documents",
                "notes",
                "secrets",
                "credentials",
                "history",
                "clipboard",
                "calendar",
                "messages",
            ],
        )
}

fn named_untrusted(words: &[String]) -> bool {
    has(words, &["fetch", "browse", "scrape", "crawl", "navigate", "download"])
        || has(words, &["read", "get", "search", "list"])
            && has(
                words,
                &[
                    "web", "url", "page", "website", "email", "emails", "issue", "issues", "comments", "rss",
                    "feed", "inbox",
                ],
            )
}

fn named_sending(words: &[String]) -> bool {
    has(words, &["send", "post", "publish", "upload", "share", "tweet", "forward"])
        && !has(words, &["get", "list", "read"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_are_told_by_calls() {
        let of = |calls: &[&str]| {
            powers_of(&calls.iter().map(|call| (*call).to_owned()).collect::<Vec<_>>(), false)
        };
        assert!(
            of(&["fs/promises.readFile +"]).reads_private && !of(&["fs/promises.readFile"]).reads_private
        );
        assert!(of(&["fetch *"]).sends && of(&["requests.post *"]).takes_untrusted);
        assert!(!of(&["fetch"]).sends && !of(&["fetch POST"]).sends);
        assert!(!of(&["fs.existsSync", "path.join"]).reads_private);
    }
}
