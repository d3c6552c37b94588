//! Every web site may read the server's answers.

use sigyl_core::{Class, Confidence, Severity};

use crate::{
    context::FileContext,
    files::FileKind,
    flow::{Call, Value},
    lexical::{Pattern, around, is_comment},
    rule::{Draft, Findings, Rule, RuleMeta},
};

pub(crate) struct InsecureCors;

static META: RuleMeta = RuleMeta {
    id: "insecure-cors",
    title: "Any web site may call the server",
    class: Class::NetworkExposure,
    severity: Severity::Warning,
    cwe: &[942, 346],
    owasp: Some("MCP07"),
    practice: None,
    since: "0.1.0",
    fixes: &["Name the origins that may call, and check the Origin header against them"],
    page: include_str!("insecure_cors.md"),
};

static HEADER: Pattern = Pattern::new(
    r#"(?i)["'`]access-control-allow-origin["'`]\]?\s{0,8}(?:,|:|=)\s{0,8}b?(?:["'`]\*["'`]|(?:req(?:uest)?|ctx|c)\.(?:headers?\.(?:get\(\s{0,4})?["']?origin|headers\[["']origin|get\(["']origin|header\(["']origin)|origin\b\s{0,4}(?:\|\||\?\?)\s{0,4}["'`]\*)"#,
);
static STARLETTE: Pattern = Pattern::new(r#"\ballow_origins\s{0,8}=\s{0,8}\[\s{0,40}["']\*["']"#);
static STARLETTE_ANY: Pattern =
    Pattern::new(r#"\ballow_origin_regex\s{0,8}=\s{0,8}r?["'](?:\^?\.\*\$?)["']"#);
static CREDENTIALS: Pattern = Pattern::new(
    r#"(?i)access-control-allow-credentials["'`]\]?\s{0,8}[,:=]\s{0,8}["'`]?true|allow_credentials\s{0,8}=\s{0,8}True"#,
);

impl Rule for InsecureCors {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn check_file(&self, file: &FileContext<'_>, out: &mut Findings) {
        if !matches!(file.kind, FileKind::Source(_)) {
            return;
        }
        file.spend(file.text.len());
        let has_header = file.text.contains("Allow-Origin") || file.text.contains("allow-origin");
        let patterns = [
            (has_header, &HEADER),
            (file.text.contains("allow_origins"), &STARLETTE),
            (file.text.contains("allow_origin_regex"), &STARLETTE_ANY),
        ];
        for (_, pattern) in patterns.into_iter().filter(|(present, _)| *present) {
            file.spend(file.text.len() * 4);
            let Some(pattern) = pattern.get() else { continue };
            for found in pattern.find_iter(file.text).take(20) {
                if is_comment(file, found.start()) {
                    continue;
                }
                let near = around(file.text, found.start(), found.end(), 400);
                let place = file.at(found.start(), found.end());
                out.report(draft(place, CREDENTIALS.is_match(near)));
            }
        }
    }

    fn check_call(&self, call: &Call<'_>, out: &mut Findings) {
        // `cors` of Express, `hono/cors`, `@koa/cors`, `@fastify/cors` registered as a plugin.
        let options = match call.api() {
            Some("cors" | "cors.default" | "hono/cors.cors" | "@koa/cors") => call.arg(0),
            _ if call.method() == Some("register")
                && call.arg(0).and_then(Value::api).is_some_and(|api| api.starts_with("@fastify/cors")) =>
            {
                call.arg(1)
            }
            _ => return,
        };
        let Some(options) = options else {
            out.report(draft(call.place(), false));
            return;
        };
        let credentials = options.field("credentials").and_then(Value::as_bool) == Some(true);
        let is_any = match options.field("origin") {
            Some(origin) => {
                let one = |value: &Value| value.as_str() == Some("*");
                one(origin)
                    || origin.as_bool() == Some(true)
                    || origin.items().is_some_and(|items| items.iter().any(one))
            }
            // Options that are known and name no origin mean any origin.
            None => !options.fields().is_empty(),
        };
        if is_any {
            out.report(draft(call.place(), credentials));
        }
    }
}

fn draft(place: crate::rule::Place, credentials: bool) -> Draft {
    if credentials {
        Draft::new(place, "every web site may read the server's answers, with the user's cookies")
            .severity(Severity::Error)
    } else {
        Draft::new(place, "every web site may read the server's answers").confidence(Confidence::Medium)
    }
}

#[cfg(test)]
mod tests {
    use sigyl_core::Severity;

    use crate::rules::table::findings_of;

    fn severities(path: &str, text: &str) -> Vec<Severity> {
        findings_of("insecure-cors", &[(path, text)]).iter().map(|finding| finding.severity).collect()
    }

    #[test]
    fn headers_for_every_origin() {
        for text in [
            "res.setHeader('Access-Control-Allow-Origin', '*');",
            "res.writeHead(200, { \"access-control-allow-origin\": \"*\" });",
            "headers['Access-Control-Allow-Origin'] = '*';",
            "res.header('Access-Control-Allow-Origin', req.headers.origin);",
            "res.header('Access-Control-Allow-Origin', origin || '*');",
        ] {
            assert_eq!(severities("a.ts", text), [Severity::Warning], "{text}");
        }
        assert_eq!(
            severities(
                "a.ts",
                "res.setHeader('Access-Control-Allow-Origin', req.headers.origin);\nres.setHeader('Access-Control-Allow-Credentials', 'true');"
            ),
            [Severity::Error]
        );
        assert_eq!(severities("a.py", "m(allow_origins=[\"*\"], allow_credentials=True)"), [Severity::Error]);
    }

    #[test]
    fn named_origins_are_fine() {
        for text in [
            "res.setHeader('Access-Control-Allow-Origin', 'https://app.acme.io');",
            "// res.setHeader('Access-Control-Allow-Origin', '*');",
            "res.setHeader('Access-Control-Allow-Headers', '*');",
            "m(allow_origins=[\"https://acme.io\"])",
        ] {
            assert_eq!(severities("a.ts", text), [], "{text}");
        }
    }
}
