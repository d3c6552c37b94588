//! A caller's value put into markup.

use sigyl_core::{Class, Confidence, Severity};

use super::sink::{reached_at_most, split};
use crate::{
    flow::{Assignment, Call, Hazards, Value},
    ir::Language,
    rule::{Calls, Findings, Rule, RuleMeta},
};

pub(crate) struct Xss;

static META: RuleMeta = RuleMeta {
    id: "xss",
    title: "Caller's value put into markup, not escaped",
    class: Class::Injection,
    severity: Severity::Error,
    cwe: &[79, 80],
    owasp: Some("MCP05"),
    practice: None,
    since: "0.1.0",
    fixes: &[
        "Escape the value for the place where it stands: html.escape, a template engine that escapes by default",
        "Send what is not a page as text/plain or application/json",
    ],
    page: include_str!("xss.md"),
};

/// Functions whose first argument or `content` is a page.
const PAGES: &[&str] = &[
    "starlette.responses.HTMLResponse",
    "fastapi.responses.HTMLResponse",
    "flask.make_response",
    "flask.Markup",
    "markupsafe.Markup",
    "django.http.HttpResponse",
    "document.write",
];

impl Rule for Xss {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn calls(&self) -> Calls {
        Calls::WithData
    }

    fn check_call(&self, call: &Call<'_>, out: &mut Findings) {
        let method = call.api().map(|api| split(api).1).or(call.method()).unwrap_or_default();
        let text = if call.is(PAGES) {
            call.arg_or(0, "content")
        } else if call.is(&["Response"]) {
            let kind = call.option("headers").and_then(|headers| {
                ["content-type", "Content-Type"].iter().find_map(|name| headers.field(name))
            });
            let is_page = kind.and_then(Value::prefix).is_none_or(|kind| kind.starts_with("text/html"));
            call.arg(0).filter(|_| is_page)
        } else if call.is(&["aiohttp.web.Response"]) {
            call.keyword("text").or_else(|| call.keyword("body")).filter(|_| is_html(call, "content_type"))
        } else if call.is(&["starlette.responses.Response", "fastapi.Response", "fastapi.responses.Response"])
        {
            call.arg_or(0, "content").filter(|_| is_html(call, "media_type"))
        } else if call.is(&["http.page"])
            || call.api().is_some_and(|api| api.ends_with("HTTPRequestHandler().wfile.write"))
            || call.language() == Language::JavaScript && matches!(method, "send" | "end" | "write" | "html")
        {
            call.arg(0)
        } else if method == "createUIResource" || method == "create_ui_resource" {
            // An MCP resource that the client shows as a page.
            call.arg(0)
                .and_then(|first| first.field("content"))
                .and_then(|content| content.field("htmlString").or_else(|| content.field("script")))
        } else if call.is(&["mcp.contents"]) {
            call.arg(0).and_then(|contents| contents.field("text"))
        } else if call
            .keyword("mimeType")
            .and_then(Value::as_str)
            .is_some_and(|kind| kind.starts_with("text/html"))
        {
            call.keyword("text")
        } else if matches!(method, "insertAdjacentHTML") {
            call.arg(1)
        } else {
            None
        };
        let is_page = || match method {
            "html" | "HTMLResponse" | "Markup" => true,
            "send" | "end" | "write" => says_html(call),
            _ => call.is(&[
                "aiohttp.web.Response",
                "starlette.responses.Response",
                "fastapi.Response",
                "http.page",
            ]),
        };
        let is_text = |text: &Value| text.fields().is_empty() && text.items().is_none();
        let Some(text) = text.filter(|text| is_markup(text) || is_text(text) && is_page()) else { return };
        if let Some(path) = call.flow(text, Hazards::MARKUP).filter(|path| path.concatenated) {
            let what = format!("is put into the markup that `{method}` sends");
            out.report(reached_at_most(call, &path, Severity::Error, Confidence::Medium, &what));
        } else if let Some(path) = call.flow(text, Hazards::LINK).filter(|path| path.concatenated) {
            let what =
                format!("is where a link leads in the markup that `{method}` sends: it can be `javascript:`");
            out.report(
                reached_at_most(call, &path, Severity::Warning, Confidence::Medium, &what)
                    .fix("Parse the link and require that its protocol is https: or http:"),
            );
        }
    }

    fn check_assignment(&self, assignment: &Assignment<'_>, out: &mut Findings) {
        // `ctx.body = "<p>…"`: Koa's answer, set on what the request brought.
        let answers = assignment.property() == "body"
            && is_markup(assignment.value())
            && assignment.flow(assignment.object(), Hazards::ALL).is_some();
        if !answers && !matches!(assignment.property(), "innerHTML" | "outerHTML") {
            return;
        }
        let Some(path) = assignment.flow(assignment.value(), Hazards::MARKUP) else { return };
        let message = format!("{} `{}` becomes markup of the page", path.source.describe(), path.name);
        let draft = path.draft(assignment.place(), message).severity(path.severity(Severity::Error));
        out.report(draft.confidence(path.confidence.min(Confidence::Medium)));
    }
}

fn is_html(call: &Call<'_>, keyword: &str) -> bool {
    call.keyword(keyword).and_then(Value::as_str).is_some_and(|kind| kind.starts_with("text/html"))
}

/// What says of which kind an answer is.
const KINDS: &[&str] = &["text/", "application/", "image/", ".type(\"", ".type('", ".json("];
/// What says that it is a page.
const PAGE_KINDS: &[&str] =
    &["text/html", ".type(\"html", ".type('html", ".type(\"text/html", ".type('text/html"];

/// True where the last kind that the function around a call names before what it sends is that of a page.
fn says_html(call: &Call<'_>) -> bool {
    let text = call.file().text;
    let (at, end) = (call.place().span.start, call.arg_place(0).span.start as usize);
    let Some(module) = call.file().module() else { return false };
    let around = module.functions.iter().map(|function| function.span);
    let start = around.filter(|span| span.start <= at && at < span.end).map(|span| span.start).max();
    let Some(before) = text.get(start.unwrap_or(0) as usize..end) else { return false };
    let last = KINDS.iter().filter_map(|kind| before.rfind(kind)).max();
    last.is_some_and(|last| PAGE_KINDS.iter().any(|kind| before[last..].starts_with(kind)))
}

/// True for text that begins or ends like markup.
fn is_markup(text: &Value) -> bool {
    let begins = text.prefix().unwrap_or_default().trim_start();
    let ends = text.suffix().unwrap_or_default().trim_end();
    begins.starts_with('<') || ends.ends_with('>') && ends.contains("</")
}
