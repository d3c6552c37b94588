//! A caller's value that chooses the host of a request.

use sigyl_core::{Class, Confidence, Severity};

use super::{
    code::words,
    rendered_markup::rendered_markup,
    request::{base_of_client, follows_redirects, requested},
    sink::{reached_at_most, short},
};
use crate::{
    flow::{Call, Hazards, SourceKind, Value},
    rule::{Calls, Findings, Rule, RuleMeta},
};

pub(crate) struct Ssrf;

static META: RuleMeta = RuleMeta {
    id: "ssrf",
    title: "Request to a host that the caller chooses",
    class: Class::RequestForgery,
    severity: Severity::Error,
    cwe: &[918],
    owasp: Some("MCP05"),
    practice: Some("server-side-request-forgery-ssrf"),
    since: "0.1.0",
    fixes: &[
        "Compare the parsed host with a list of allowed hosts",
        "Resolve the name, refuse private, loopback and link-local addresses, and connect to the address that was checked",
    ],
    page: include_str!("ssrf.md"),
};

impl Rule for Ssrf {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn calls(&self) -> Calls {
        Calls::WithData
    }

    fn check_call(&self, call: &Call<'_>, out: &mut Findings) {
        let name = call.api().or(call.method()).map_or("the call", short);
        for url in requested(call) {
            if let Some(path) = call.flow(url, Hazards::HOST) {
                // Takes paths as well, and says nothing of which it is given.
                if name == "convert" && !is_address(&path.name) {
                    continue;
                }
                // `http://localhost:${port}`: what stands for a port is meant as a number.
                if path.concatenated && is_port(url, &path.name) {
                    continue;
                }
                let what = format!("chooses the host that `{name}` connects to");
                // A URL as the user gave it: going where the user said may be what the tool is for.
                // `${url.protocol}//${url.host}` begins with what the user gave, too.
                let as_given = (url.is_led_by_caller() || url.prefix().is_none_or(str::is_empty))
                    && matches!(path.source, SourceKind::ToolArgument | SourceKind::PromptArgument);
                let severity = if as_given { Severity::Warning } else { Severity::Error };
                out.report(reached_at_most(call, &path, severity, Confidence::Medium, &what));
                return;
            }
        }
        // What is known of the address, and not which one it is, says nothing of where that leads.
        for url in requested(call).into_iter().filter(|url| url.is_led_by_caller()) {
            let Some(path) = call.flow(url, Hazards::REDIRECT) else { continue };
            if follows_redirects(call) {
                let what = format!(
                    "names a host that is looked at, and `{name}` follows its redirects to any other"
                );
                out.report(reached_at_most(call, &path, Severity::Warning, Confidence::Medium, &what));
                return;
            }
        }
        if let Some(path) = base_of_client(call).and_then(|base| call.flow(base, Hazards::HOST)) {
            let what = format!("chooses the host that the client `{name}` connects to");
            out.report(reached_at_most(call, &path, Severity::Warning, Confidence::Medium, &what));
        }
        if let Some(path) = rendered_markup(call).and_then(|markup| call.flow(markup, Hazards::MARKUP)) {
            let what =
                format!("is markup that `{name}` renders, with what it names in the server's own network");
            out.report(reached_at_most(call, &path, Severity::Warning, Confidence::Medium, &what));
        }
    }
}

/// True for what is named a port, behind a host and a colon.
fn is_port(url: &Value, name: &str) -> bool {
    let behind_host = url.prefix().and_then(|text| text.split_once("://")).is_some_and(|(_, rest)| {
        rest.len() > 1 && rest.ends_with(':') && !rest.contains(['/', '?', '#', '@'])
    });
    behind_host && words(name).last().is_some_and(|last| last == "port")
}

/// True for names of what is an address on the network.
fn is_address(name: &str) -> bool {
    words(name)
        .iter()
        .any(|word| matches!(word.as_str(), "url" | "urls" | "uri" | "link" | "links" | "href" | "address"))
}
