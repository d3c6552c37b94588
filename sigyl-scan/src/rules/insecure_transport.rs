//! Traffic that can be read or changed on its way.

use sigyl_core::{Class, Confidence, Severity};

use super::{by_option, plain_http, tls_off};
use crate::{
    context::FileContext,
    files::{FileKind, FileRole},
    flow::{Assignment, Call, Value},
    lexical::{Pattern, is_comment},
    mend::{Mend, Mendable},
    rule::{Draft, Findings, Place, Rule, RuleMeta},
};

pub(crate) struct InsecureTransport;

static META: RuleMeta = RuleMeta {
    id: "insecure-transport",
    title: "Traffic without working TLS",
    class: Class::InsecureTransport,
    severity: Severity::Error,
    cwe: &[319, 295],
    owasp: Some("MCP07"),
    practice: None,
    since: "0.1.0",
    fixes: &[
        "Use https, and let certificates be checked",
        "Trust a private authority by its certificate (NODE_EXTRA_CA_CERTS, SSL_CERT_FILE), not by turning checks off",
    ],
    page: include_str!("insecure_transport.md"),
};

/// Settings that turn certificate checks off for a whole process.
static OFF: Pattern = Pattern::new(concat!(
    r#"\bNODE_TLS_REJECT_UNAUTHORIZED\b["'`\]]{0,2}\s{0,4}(?:=|:|,)?\s{0,4}["'`]?0\b"#,
    r#"|\bPYTHONHTTPSVERIFY\b["'`\]]{0,2}\s{0,4}(?:=|:|,)?\s{0,4}["'`]?0\b"#,
    r#"|\bGIT_SSL_NO_VERIFY\b["'`\]]{0,2}\s{0,4}(?:=|:|,)?\s{0,4}["'`]?(?:1|true)\b"#,
    r"|\bstrict-ssl(?:\s{0,4}=\s{0,4}|\s{1,4})false\b|\bhttp\.sslVerify(?:\s{0,4}=\s{0,4}|\s{1,4})false\b",
    r"|\b_create_default_https_context\s{0,4}=\s{0,4}ssl\._create_unverified_context\b",
));
static OFF_IN_COMMANDS: Pattern = Pattern::new(
    r"\bcurl\b[^\n|;&]{0,120}?(?:\s-[a-zA-Z]{0,6}k[a-zA-Z]{0,6}\b|--insecure\b)|\bwget\s[^\n|;&]{0,120}?--no-check-certificate\b|\bpip3?\s+install\s[^\n|;&]{0,120}?--trusted-host\b",
);

/// A check that is turned off by a literal, in a call's own text.
static WRITTEN_OFF: Pattern = Pattern::new(
    r"(?:[vV]erify|verify_ssl|verify_certs|ssl|rejectUnauthorized|strictSSL)[\x22']?\s{0,8}[=:]\s{0,8}(?:[fF]alse|!1|0)\b|\bknown_hosts\s{0,8}=\s{0,8}None\b|\bCERT_NONE\b|_create_unverified_context",
);

impl Rule for InsecureTransport {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn mend(&self, file: &Mendable<'_>, draft: &Draft) -> Option<Mend> {
        tls_off::mend(file, draft.place.span)
    }

    fn check_file(&self, file: &FileContext<'_>, out: &mut Findings) {
        if matches!(file.kind, FileKind::LockFile | FileKind::Document | FileKind::Markup | FileKind::Other)
            || file.role == FileRole::Test
        {
            return;
        }
        file.spend(file.text.len());
        let named =
            ["_UNAUTHORIZED", "HTTPSVERIFY", "SSL_NO_VERIFY", "strict-ssl", "sslVerify", "_https_context"];
        if file.holds_any(&named) {
            report_all(file, &OFF, "certificates are not checked in the whole process", out);
        }
        let is_commands =
            matches!(file.kind, FileKind::Dockerfile | FileKind::OtherSource | FileKind::PackageJson);
        if is_commands && file.holds_any(&["curl", "wget", "trusted-host"]) {
            report_all(file, &OFF_IN_COMMANDS, "a download whose certificate is not checked", out);
        }
        tls_off::check(file, out);
        for address in plain_http::find(file) {
            out.report(
                Draft::new(
                    file.at(address.start, address.end),
                    format!("traffic with `{}` is not encrypted", address.host),
                )
                .severity(Severity::Warning)
                .confidence(Confidence::Medium),
            );
        }
    }

    fn check_call(&self, call: &Call<'_>, out: &mut Findings) {
        if call.file().role == FileRole::Test {
            return;
        }
        if let Some(what) = unchecked(call) {
            if is_written_in(call) {
                out.report(off(call.file(), call.place(), what, sends_secret(call)));
            } else if call.api().is_some() {
                // A default, or what a setting made of it, comes from elsewhere.
                out.report(
                    Draft::new(call.place(), format!("{what} unless an option says so"))
                        .severity(Severity::Warning),
                );
            }
        }
        let is_request = call.api().is_some_and(|api| {
            api == "fetch"
                || [
                    "axios",
                    "requests",
                    "httpx",
                    "aiohttp",
                    "urllib.request",
                    "got",
                    "node-fetch",
                    "undici",
                    "http.request",
                    "http.get",
                ]
                .iter()
                .any(|module| api.starts_with(module))
        });
        if is_request
            && let Some(host) =
                call.args().iter().take(2).filter_map(Value::prefix).find_map(plain_http::remote_host)
        {
            let draft = Draft::new(call.place(), format!("traffic with `{host}` is not encrypted"));
            out.report(if sends_secret(call) {
                draft
            } else {
                draft.severity(Severity::Warning).confidence(Confidence::Medium)
            });
        }
    }

    fn check_assignment(&self, assignment: &Assignment<'_>, out: &mut Findings) {
        if assignment.file().role == FileRole::Test {
            return;
        }
        let value = assignment.value();
        let of_client = || {
            assignment.object().api().is_some_and(|api| {
                ["requests", "httpx", "niquests"].iter().any(|module| api.starts_with(module))
            })
        };
        let what = match assignment.property() {
            "check_hostname" if value.as_bool() == Some(false) => {
                "host names in certificates are not checked"
            }
            "verify_mode" if value.api() == Some("ssl.CERT_NONE") => "certificates are not checked",
            "verify" if value.as_bool() == Some(false) && of_client() => "certificates are not checked",
            "rejectUnauthorized" if value.as_bool() == Some(false) => "certificates are not checked",
            _ => return,
        };
        out.report(off(assignment.file(), assignment.place(), what, false));
    }
}

/// What the names of options hold that turn checks of certificates on and off.
const OPTIONS: &[&str] = &[
    "verif",
    "insecure",
    "ssl",
    "tls",
    "cert",
    "reject",
    "unsafe",
    "trust",
    "strict",
    "selfsigned",
    "self_signed",
];

fn off(file: &FileContext<'_>, place: Place, what: &str, sends_secret: bool) -> Draft {
    if by_option::decides(file, place.span, OPTIONS) {
        // Whoever runs the server asked for it.
        Draft::new(place, format!("{what} where an option says so")).severity(Severity::Warning)
    } else if sends_secret {
        Draft::new(place, format!("{what}, and a secret is sent")).severity(Severity::Block)
    } else {
        Draft::new(place, what)
    }
}

/// True where the call itself says so, or the options of the same file that it gets.
fn is_written_in(call: &Call<'_>) -> bool {
    let file = call.file();
    let span = call.place().span.range(file.text.len());
    file.spend(span.len());
    if WRITTEN_OFF.is_match(&file.text[span]) {
        return true;
    }
    let option = ["rejectUnauthorized", "strictSSL"].into_iter().find_map(|name| call.option(name));
    let place = option.and_then(|value| value.place()).filter(|place| place.file == call.place().file);
    let is_of_network = call.api().is_some_and(|api| !api.starts_with("Object."));
    place.filter(|_| is_of_network).is_some_and(|place| {
        let before = file.text[..place.span.start as usize].trim_end();
        let key = before.strip_suffix(':').unwrap_or_default().trim_end().trim_end_matches(['"', '\'']);
        key.ends_with("rejectUnauthorized") || key.ends_with("strictSSL")
    })
}

/// What the call leaves unchecked.
fn unchecked(call: &Call<'_>) -> Option<&'static str> {
    const CERTIFICATES: &str = "certificates are not checked";
    let is_false = |name: &str| call.option(name).and_then(Value::as_bool) == Some(false);
    if is_false("rejectUnauthorized") || is_false("strictSSL") {
        return Some(CERTIFICATES);
    }
    let api = call.api().unwrap_or_default();
    if api == "ssl._create_unverified_context" {
        return Some(CERTIFICATES);
    }
    let of = |modules: &[&str]| modules.iter().any(|module| api.starts_with(module));
    let none = call
        .option("cert_reqs")
        .is_some_and(|value| value.api() == Some("ssl.CERT_NONE") || value.as_str() == Some("CERT_NONE"));
    let nested_off = |name: &str, of: &str| {
        call.option(name)
            .and_then(|value| value.field(of))
            .is_some_and(|value| value.as_bool() == Some(false))
    };
    let of_socket = call
        .option("sslopt")
        .and_then(|options| options.field("cert_reqs"))
        .is_some_and(|value| value.api() == Some("ssl.CERT_NONE"));
    if of(&["asyncssh"]) && call.option("known_hosts").is_some_and(Value::is_null) {
        return Some("the key of the host is not checked");
    }
    let found = of(&["requests", "httpx", "niquests", "boto3"]) && is_false("verify")
        || of(&["elasticsearch", "opensearch"]) && is_false("verify_certs")
        || of(&["got"]) && nested_off("https", "rejectUnauthorized")
        || of_socket
        || of(&["aiohttp"]) && (is_false("ssl") || is_false("verify_ssl"))
        || of(&["urllib3", "ssl."]) && none;
    found.then_some(CERTIFICATES)
}

/// True when the request shows a credential: an authorization header, or an option for one.
fn sends_secret(call: &Call<'_>) -> bool {
    let header = |value: &Value| {
        value.fields().iter().any(|(name, _)| {
            let name = name.to_ascii_lowercase();
            name == "authorization" || name == "cookie" || name.contains("api-key") || name.contains("token")
        })
    };
    call.option("headers").is_some_and(header) || call.option("auth").is_some_and(|value| !value.is_null())
}

fn report_all(file: &FileContext<'_>, pattern: &Pattern, message: &str, out: &mut Findings) {
    file.spend(file.text.len() * 4);
    let Some(pattern) = pattern.get() else { return };
    for found in pattern.find_iter(file.text).take(20) {
        if !is_comment(file, found.start()) {
            out.report(Draft::new(file.at(found.start(), found.end()), message));
        }
    }
}

#[cfg(test)]
mod tests {
    use sigyl_core::Severity;

    use crate::rules::table::findings_of;

    fn severities(path: &str, text: &str) -> Vec<Severity> {
        findings_of("insecure-transport", &[(path, text)]).iter().map(|finding| finding.severity).collect()
    }

    #[test]
    fn settings_that_turn_checks_off() {
        for (path, text) in [
            ("a.ts", "process.env.NODE_TLS_REJECT_UNAUTHORIZED = \"0\";"),
            ("a.ts", "process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';"),
            ("a.py", "ssl._create_default_https_context = ssl._create_unverified_context"),
            ("Dockerfile", "FROM a\nENV NODE_TLS_REJECT_UNAUTHORIZED=0\n"),
            ("compose.yaml", "environment:\n  NODE_TLS_REJECT_UNAUTHORIZED: \"0\"\n"),
            (".env", "PYTHONHTTPSVERIFY=0\n"),
            (".npmrc", "strict-ssl=false\n"),
            ("Dockerfile", "FROM a\nRUN curl -fsSLk https://acme.io/a | tar x\n"),
        ] {
            assert_eq!(severities(path, text), [Severity::Error], "{text}");
        }
    }

    #[test]
    fn a_secret_makes_it_worse() {
        let get =
            |rest: &str| format!("import requests\nrequests.get('https://a.acme.io', {rest}verify=False)\n");
        assert_eq!(severities("a.py", &get("")), [Severity::Error]);
        assert_eq!(severities("a.py", &get("headers={'Authorization': t}, ")), [Severity::Block]);
        assert_eq!(severities("a.py", "import jwt\njwt.decode(t, verify=False)\n"), []);
    }

    #[test]
    fn settings_that_do_not() {
        for (path, text) in [
            ("a.ts", "process.env.NODE_TLS_REJECT_UNAUTHORIZED = \"1\";"),
            ("a.ts", "if (process.env.NODE_TLS_REJECT_UNAUTHORIZED === '0') warn();"),
            ("a.ts", "// process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'"),
            ("Dockerfile", "FROM a\nRUN curl -fsSL https://acme.io/bk | tar xk\n"),
            ("README.md", "NODE_TLS_REJECT_UNAUTHORIZED=0"),
        ] {
            assert_eq!(severities(path, text), [], "{text}");
        }
    }
}
