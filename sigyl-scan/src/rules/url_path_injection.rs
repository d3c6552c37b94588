//! A caller's value that changes the path of a request to a fixed host.

use sigyl_core::{Class, Confidence, Severity};

use super::{
    request::requested,
    sink::{reached_at_most, short},
};
use crate::{
    flow::{Call, Hazards},
    rule::{Calls, Findings, Rule, RuleMeta},
};

pub(crate) struct UrlPathInjection;

static META: RuleMeta = RuleMeta {
    id: "url-path-injection",
    title: "Caller's value in the path of a request, not encoded",
    class: Class::Injection,
    severity: Severity::Warning,
    cwe: &[22, 74],
    owasp: Some("MCP05"),
    practice: None,
    since: "0.1.0",
    fixes: &[
        "Encode each segment: encodeURIComponent(value), urllib.parse.quote(value, safe=\"\")",
        "Refuse `.` and `..` segments",
    ],
    page: include_str!("url_path_injection.md"),
};

impl Rule for UrlPathInjection {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn calls(&self) -> Calls {
        Calls::WithData
    }

    fn check_call(&self, call: &Call<'_>, out: &mut Findings) {
        let name = call.api().or(call.method()).map_or("the call", short);
        for url in requested(call) {
            // Whoever chooses the host chooses the path, too: that is another rule's.
            if call.flow(url, Hazards::HOST).is_some() {
                continue;
            }
            let Some(path) = call.flow(url, Hazards::URL_PATH).filter(|path| path.concatenated) else {
                continue;
            };
            // After `?` it can add parameters, but not leave the endpoint.
            if url.prefix().is_some_and(|prefix| prefix.contains('?')) {
                continue;
            }
            let what = format!(
                "is in the path of the URL that `{name}` requests, and can climb to another endpoint by `../`"
            );
            out.report(reached_at_most(call, &path, Severity::Warning, Confidence::Medium, &what));
            return;
        }
    }
}
