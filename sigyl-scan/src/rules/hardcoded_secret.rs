//! Credentials that stand in the source.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use sigyl_core::{Class, Confidence, Severity};

use super::{
    secret_assignment::{self, Assigned},
    secret_patterns::{PATTERNS, SecretPattern},
    signing_key::{fixed_fallbacks, fixed_keys},
};
use crate::{
    context::FileContext,
    files::{FileKind, FileRole},
    lexical::{entropy, is_generated, is_placeholder},
    rule::{Draft, Findings, Rule, RuleMeta},
};

pub(crate) struct HardcodedSecret;

static META: RuleMeta = RuleMeta {
    id: "hardcoded-secret",
    title: "Hard-coded secret",
    class: Class::SecretExposure,
    severity: Severity::Block,
    cwe: &[798],
    owasp: Some("MCP01"),
    practice: None,
    since: "0.1.0",
    fixes: &[
        "Revoke the credential: it counts as known from the moment it was committed",
        "Read it from the environment and declare it under `secrets` in the manifest",
    ],
    page: include_str!("hardcoded_secret.md"),
};

/// Most findings for one file; chosen, more tell nothing new.
const MOST: usize = 50;

/// Longest credential that is read, bytes; a little above the longest format.
const LONGEST: usize = 1_024;

/// Credentials that vendors also let one put into programs for everyone, restricted on their side.
const OFTEN_PUBLIC: &[&str] = &["Google API key"];

impl Rule for HardcodedSecret {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn check_file(&self, file: &FileContext<'_>, out: &mut Findings) {
        if file.role == FileRole::Test || file.kind == FileKind::LockFile || file.path.ends_with(".map") {
            return;
        }
        file.spend(file.text.len());
        let mut spans = vendor_credentials(file, out);
        spans.extend(connection_strings(file, out));
        if secret_assignment::applies(file) {
            for assigned in secret_assignment::find(file) {
                if !spans.iter().any(|(start, end)| *start < assigned.end && assigned.start < *end) {
                    report_assigned(file, &assigned, out);
                    spans.push((assigned.start, assigned.end));
                }
            }
            for assigned in secret_assignment::in_texts(file) {
                if !spans.iter().any(|(start, end)| *start < assigned.end && assigned.start < *end) {
                    report_assigned(file, &assigned, out);
                }
            }
        }
        fixed_fallbacks(file, &spans, out);
        fixed_keys(file, &spans, out);
    }
}

fn vendor_credentials(file: &FileContext<'_>, out: &mut Findings) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut hits: Vec<(usize, &SecretPattern)> = Vec::new();
    for (keyword, secret) in keywords().filter(|(keyword, _)| keyword.len() >= SHORT) {
        hits.extend(file.places_of(keyword).inspect(|_| file.spend(48)).map(|at| (at, secret)));
    }
    // Those of which nothing is known without reading the text are looked for at once.
    for hit in short_keywords().iter().flat_map(|(automaton, _)| automaton.find_iter(file.text)) {
        file.spend(48);
        hits.extend(short_keywords().map(|(_, owners)| (hit.start(), owners[hit.pattern().as_usize()])));
    }
    hits.sort_by_key(|(at, _)| *at);
    for (at, secret) in hits {
        let Some((start, end)) = credential_at(file.text, at, secret) else { continue };
        if found.iter().any(|(from, to)| *from < end && start < *to) {
            continue;
        }
        found.push((start, end));
        let draft = Draft::new(file.at(start, end), format!("a {} stands in the source", secret.name));
        let is_certain =
            !is_generated(file, start) && !is_documentation(file) && !OFTEN_PUBLIC.contains(&secret.name);
        out.report(if !is_certain {
            draft.severity(Severity::Warning).confidence(Confidence::Medium)
        } else {
            draft
        });
        if found.len() >= MOST {
            break;
        }
    }
    found
}

/// The name of the credential that stands in a short text, where its format is one that a vendor issues.
pub(crate) fn vendor_of(text: &str) -> Option<&'static str> {
    let text = text.get(..LONGEST).unwrap_or(text);
    let mut hits =
        keywords().flat_map(|(keyword, secret)| text.match_indices(keyword).map(move |(at, _)| (at, secret)));
    hits.find_map(|(at, secret)| credential_at(text, at, secret).map(|_| secret.name))
}

/// The span of a credential whose keyword stands at `at`.
fn credential_at(text: &str, at: usize, secret: &SecretPattern) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut start = at;
    // A Telegram token begins with the bot's number, a Terraform one with its id; the keyword is in the middle.
    let inner = match secret.keywords[0] {
        ":AA" => Some(8..=12),
        ".atlasv1." => Some(14..=14),
        _ => None,
    };
    if let Some(lengths) = inner {
        while start > 0 && at - start < 16 && bytes[start - 1].is_ascii_alphanumeric() {
            start -= 1;
        }
        let lead = &bytes[start..at];
        if !lengths.contains(&lead.len()) || (lead.len() != 14 && !lead.iter().all(u8::is_ascii_digit)) {
            return None;
        }
    }
    // `\n` before a credential in a quoted text is no letter before it.
    let after_escape = start >= 2 && bytes[start - 2] == b'\\' && bytes[start - 1].is_ascii_lowercase();
    if start > 0 && (bytes[start - 1].is_ascii_alphanumeric() || bytes[start - 1] == b'_') && !after_escape {
        return None;
    }
    let mut limit = (at + LONGEST).min(text.len());
    while !text.is_char_boundary(limit) {
        limit -= 1;
    }
    let captures = secret.pattern.get()?.captures(&text[at..limit])?;
    let whole = captures.get(0)?;
    let end = at + whole.end();
    if bytes.get(end).is_some_and(u8::is_ascii_alphanumeric) && !secret.name.ends_with("private key") {
        return None;
    }
    let value = captures.get(1).unwrap_or(whole).as_str();
    (entropy(value) >= secret.min_entropy && !is_placeholder(value)).then_some((start, end))
}

/// Every keyword, and the pattern that it belongs to.
fn keywords() -> impl Iterator<Item = (&'static str, &'static SecretPattern)> {
    PATTERNS.iter().flat_map(|secret| secret.keywords.iter().map(move |keyword| (*keyword, secret)))
}

/// Keywords of fewer bytes are looked for at once: of longer ones it is known at a glance that most texts lack them.
const SHORT: usize = 4;

/// The automaton of the short keywords, and the pattern that each belongs to. No two of them overlap.
fn short_keywords() -> Option<&'static (AhoCorasick, Vec<&'static SecretPattern>)> {
    static KEYWORDS: LazyLock<Option<(AhoCorasick, Vec<&SecretPattern>)>> = LazyLock::new(|| {
        let (short, owners): (Vec<_>, Vec<_>) =
            keywords().filter(|(keyword, _)| keyword.len() < SHORT).unzip();
        // Of this kind several words are looked for in vectors of bytes.
        let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(short).ok()?;
        Some((automaton, owners))
    });
    KEYWORDS.as_ref()
}

/// Addresses with a password in them: `scheme://user:password@host`.
fn connection_strings(file: &FileContext<'_>, out: &mut Findings) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    if is_documentation(file) {
        return found;
    }
    for at in file.places_of("://") {
        file.spend(24);
        let Some(address) = address_at(file.text, at) else { continue };
        if is_placeholder(address.password)
            || is_weak_word(address.password)
            || is_local(address.host)
            || is_generated(file, at)
        {
            continue;
        }
        found.push((address.start, address.end));
        out.report(
            Draft::new(
                file.at(address.start, address.end),
                format!("the password for `{}` stands in the source", address.host),
            )
            .severity(Severity::Error)
            .confidence(Confidence::Medium),
        );
        if found.len() >= MOST {
            break;
        }
    }
    found
}

struct Address<'a> {
    start: usize,
    end: usize,
    password: &'a str,
    host: &'a str,
}

fn address_at(text: &str, at: usize) -> Option<Address<'_>> {
    let bytes = text.as_bytes();
    let rest = &bytes[at + 3..(at + 3 + 256).min(bytes.len())];
    let is_part = |byte: &u8| byte.is_ascii_graphic() && !b"\"'`<>{}$/\\()|*[]".contains(byte);
    let length = rest.iter().position(|byte| !is_part(byte)).unwrap_or(rest.len());
    let authority = text.get(at + 3..at + 3 + length)?;
    let (login, host) = authority.rsplit_once('@')?;
    let (user, password) = login.split_once(':')?;
    let mut start = at;
    while start > 0
        && at - start < 20
        && (bytes[start - 1].is_ascii_alphanumeric() || b"+.-".contains(&bytes[start - 1]))
    {
        start -= 1;
    }
    let host = host.split([':', ',', '?', '#']).next().unwrap_or(host);
    let fits = password.len() >= 4
        && !user.contains('%')
        && !password.contains(['%', ':', ',', '?', '#', '&', '='])
        && !host.is_empty()
        && start < at;
    fits.then_some(Address { start, end: at + 3 + length, password, host })
}

/// Passwords of test set-ups and documentation, which protect nothing.
fn is_weak_word(password: &str) -> bool {
    let lower = password.to_ascii_lowercase();
    let plain = lower.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '!' | '_' | '-'));
    [
        "password", "passwd", "pass", "pwd", "pw", "postgres", "root", "secret", "user", "admin", "test",
        "guest", "mysql", "redis", "mongo", "mongodb", "token", "dev", "local", "default", "docker", "key",
        "apikey",
    ]
    .contains(&plain)
        || plain.is_empty()
}

fn is_local(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    // A name without a dot is a service of a compose file or of the same machine.
    !host.contains('.')
        || host.starts_with("127.")
        || ["example.com", "example.org", "example.net"].iter().any(|domain| host.ends_with(domain))
        || [".example", ".test", ".invalid", ".local", ".localhost"].iter().any(|end| host.ends_with(end))
        || host.contains("host.docker.internal")
        // Where a program reports its errors to; the key lets one do no more than report.
        || host.ends_with("sentry.io")
}

fn report_assigned(file: &FileContext<'_>, assigned: &Assigned, out: &mut Findings) {
    out.report(
        Draft::new(file.at(assigned.start, assigned.end), format!("`{}` has a fixed value", assigned.name))
            .severity(Severity::Warning)
            .confidence(Confidence::Medium),
    );
}

fn is_documentation(file: &FileContext<'_>) -> bool {
    let name = file.path.rsplit('/').next().unwrap_or(file.path).to_ascii_lowercase();
    matches!(file.kind, FileKind::Document | FileKind::Markup)
        || ["example", "sample", "template", ".dist"].iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use sigyl_core::{Finding, Severity};

    use super::*;
    use crate::rules::{
        secret_patterns::{HEX32, RANDOM, tests::assemble},
        table::findings_of,
    };

    fn find(path: &str, text: &str) -> Vec<Finding> {
        findings_of("hardcoded-secret", &[(path, text)])
    }

    #[test]
    fn every_vendor_format_blocks() {
        for secret in PATTERNS {
            for pieces in secret.matches {
                let text = format!("const client = connect('{}');\n", assemble(pieces));
                let found = find("server.ts", &text);
                assert_eq!(found.len(), 1, "{}: {text}", secret.name);
                let severity =
                    if OFTEN_PUBLIC.contains(&secret.name) { Severity::Warning } else { Severity::Block };
                assert_eq!(found[0].severity, severity, "{}", secret.name);
                assert!(!found[0].message.contains(&assemble(pieces)), "messages never quote a secret");
            }
        }
    }

    #[test]
    fn short_keywords_do_not_overlap() {
        assert!(short_keywords().is_some());
        let short: Vec<&str> = keywords().map(|(keyword, _)| keyword).filter(|it| it.len() < SHORT).collect();
        assert!(short.len() > 4);
        for one in &short {
            let ends = (1..one.len()).map(|from| &one[from..]);
            for end in ends {
                assert!(
                    short.iter().all(|other| !other.starts_with(end) && !end.starts_with(other)),
                    "{one} {end}"
                );
            }
        }
    }

    #[test]
    fn placeholders_and_fixtures_are_quiet() {
        let token = format!("ghp{}{}", "_", &RANDOM[..36]);
        assert_eq!(find("tests/a.ts", &format!("const a = '{token}'")), []);
        assert_eq!(find("package-lock.json", &format!("\"{token}\"")), []);
        for text in [
            format!("a('ghp{}{}')", "_", "x".repeat(36)),
            format!("a('AKIA{}')", "IOSFODNN7EXAMPLE"),
            format!("a('prefix{token}')"),
            format!("a('sk-{}1234567890abcdefghijklmnopqrstuvwxyz1234567890ab')", ""),
            "a('hf_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')".to_owned(),
        ] {
            assert_eq!(find("server.ts", &text), [], "{text}");
        }
    }

    #[test]
    fn bundles_and_documents_are_warnings() {
        let token = format!("ghp{}{}", "_", &RANDOM[..36]);
        assert_eq!(find("README.md", &token)[0].severity, Severity::Warning);
        assert_eq!(
            find("dist/index.js", &format!("a('{token}');{}", "b();".repeat(600)))[0].severity,
            Severity::Warning
        );
    }

    #[test]
    fn connection_strings_of_real_hosts() {
        let with = |login: &str, host: &str| format!("url = \"postgres://{login}@{host}:5432/app\"\n");
        assert_eq!(find("server.py", &with("app:V7kq2PzX", "db.acme.io")).len(), 1);
        for quiet in [
            with("app:password", "db.acme.io"),
            with("app:V7kq2PzX", "localhost"),
            with("app:V7kq2PzX", "db.example.com"),
            with("user:<password>", "db.acme.io"),
            with("app:${PASSWORD}", "db.acme.io"),
            with("app", "db.acme.io"),
        ] {
            assert_eq!(find("server.py", &quiet), [], "{quiet}");
        }
    }

    #[test]
    fn floods_of_keywords_end() {
        let hostile = "sk-".repeat(100_000) + &":AA".repeat(10_000) + &"a://b:cc@".repeat(20_000);
        find("server.js", &hostile);
        find("a.txt", &format!("key-{HEX32}").repeat(5_000));
    }
}
