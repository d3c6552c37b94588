//! Pages for people: what is here, and the API in words. Made of the server's own description; nothing of them comes from
//! elsewhere, and none needs a script.

use std::{fmt::Write, sync::LazyLock};

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::Value;

use crate::{
    accounts::users,
    app::App,
    http::{ApiError, Endpoint, openapi_document},
    registry::{self, Filter, Reader},
};

/// Servers that the first page names.
const SHOWN: i64 = 50;

/// How deep a schema is told.
const DEPTH_MAX: usize = 4;

/// The first page.
pub(super) static HOME: Endpoint = Endpoint {
    id: "get_home",
    path: "/",
    summary: "A page on what is here and how to begin.",
    texts: &["text/html"],
    handler: || get(home),
    ..Endpoint::PLAIN
};

/// The API in words.
pub(super) static DOCS: Endpoint = Endpoint {
    id: "get_docs",
    path: "/docs",
    summary: "This description of the API, as a page.",
    texts: &["text/html"],
    handler: || get(docs),
    ..Endpoint::PLAIN
};

/// How both look.
pub(super) static STYLE: Endpoint = Endpoint {
    id: "get_docs_style",
    path: "/docs.css",
    summary: "How the pages look.",
    texts: &["text/css"],
    handler: || get(style),
    ..Endpoint::PLAIN
};

const CSS: &str = "\
:root { color-scheme: light dark; --line: #8884; --soft: #8882; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
code, pre { font: 14px/1.5 ui-monospace, monospace; background: var(--soft); border-radius: 4px; padding: .1em .3em; }
pre { padding: .8em 1em; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
td, th { border-bottom: 1px solid var(--line); padding: .3em .6em .3em 0; text-align: left; vertical-align: top; }
details { border-bottom: 1px solid var(--line); padding: .5em 0; }
summary { cursor: pointer; overflow-wrap: anywhere; }
summary b { display: inline-block; min-width: 4.5em; }
";

fn html(text: String) -> Response {
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], text).into_response()
}

async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], CSS).into_response()
}

/// Text that means itself in a page.
fn safe(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width\">\n<title>{title}</title>\n<link rel=\"stylesheet\" href=\"docs.css\">\n{body}</html>\n"
    )
}

async fn home(State(app): State<App>) -> Result<Response, ApiError> {
    let mut connection = app.db.connection().await?;
    let is_claimed = users::any(&mut connection).await?;
    let servers = if app.config.anonymous_reads {
        let latest = Filter { version: "latest".to_owned(), ..Filter::default() };
        registry::list(&mut connection, &Reader::default(), &latest, ("", ""), SHOWN).await?
    } else {
        Vec::new()
    };
    let url = safe(&app.config.base());
    let mut body = "<h1>Sigyl</h1>\n<p>A registry of MCP servers that were scanned before they are shown, with workspaces, \
                    API keys and secrets. <a href=\"docs\">The API in words</a>, <a href=\"openapi.json\">for programs</a>.</p>\n"
        .to_owned();
    // Writing to a string cannot fail.
    if !is_claimed {
        let _ = write!(
            body,
            "<h2>Begin</h2>\n<p>Nobody runs this server yet. Make the first account with the token that lies in \
             <code>claim-token</code> in its data folder; the log names the file.</p>\n<pre>sigyl login --claim FILE {url}\n\
             sigyl publish FOLDER</pre>\n"
        );
    }
    let _ = write!(
        body,
        "<h2>Use it</h2>\n<p>VS Code: set <code>chat.mcp.gallery.serviceUrl</code> to <code>{url}</code>. From a terminal:</p>\n\
         <pre>sigyl search WORD --server {url}\nsigyl install NAME --client vscode --server {url}</pre>\n<h2>Servers</h2>\n"
    );
    match servers.as_slice() {
        [] if !app.config.anonymous_reads => body.push_str("<p>This registry is read with a key.</p>\n"),
        [] => body.push_str("<p>None that everybody may see.</p>\n"),
        all => {
            body.push_str("<table>\n<tr><th>name<th>version<th>description\n");
            for row in all {
                let document: Value = serde_json::from_str(&row.document).unwrap_or(Value::Null);
                let about = document.get("description").and_then(Value::as_str).unwrap_or("");
                let _ = writeln!(
                    body,
                    "<tr><td>{}<td>{}<td>{}",
                    safe(&row.name),
                    safe(&row.version),
                    safe(about)
                );
            }
            body.push_str("</table>\n");
        }
    }
    Ok(html(page("Sigyl", &body)))
}

async fn docs() -> Response {
    static PAGE: LazyLock<String> = LazyLock::new(|| told(openapi_document()));
    html(PAGE.clone())
}

/// Method, path and description of an endpoint.
type Told<'a> = (&'a str, &'a str, &'a Value);

/// The whole description, grouped by the kind of thing.
fn told(document: &Value) -> String {
    let mut body = "<h1>The API of Sigyl</h1>\n<p>Keys are sent as <code>Authorization: Bearer sgl_…</code>. Every error has \
                    the same body; look at its <code>code</code>. <a href=\"openapi.json\">For programs</a>.</p>\n"
        .to_owned();
    let mut groups: Vec<(&str, Vec<Told<'_>>)> = Vec::new();
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        let group = path.strip_prefix("/api/v1/").map_or("", |rest| rest.split('/').next().unwrap_or(""));
        let group = if path.starts_with("/v0.1") { "official registry" } else { group };
        let at = groups.iter().position(|(name, _)| *name == group).unwrap_or_else(|| {
            groups.push((group, Vec::new()));
            groups.len() - 1
        });
        for (method, operation) in methods.as_object().into_iter().flatten() {
            groups[at].1.push((method, path, operation));
        }
    }
    groups.sort_by_key(|(name, _)| name.is_empty());
    for (name, operations) in groups {
        // Writing to a string cannot fail.
        let _ = writeln!(body, "<h2>{}</h2>", if name.is_empty() { "the server" } else { name });
        for (method, path, operation) in operations {
            let _ = writeln!(
                body,
                "<details><summary><b>{}</b> <code>{}</code> {}</summary>",
                method.to_uppercase(),
                safe(path),
                safe(operation["summary"].as_str().unwrap_or(""))
            );
            if let Some(more) = operation["description"].as_str() {
                let _ = writeln!(body, "<p>{}</p>", safe(more));
            }
            parameters(&mut body, operation);
            let request = &operation["requestBody"]["content"]["application/json"]["schema"];
            schema(&mut body, document, "Takes", request);
            for (status, answer) in operation["responses"].as_object().into_iter().flatten() {
                let of = &answer["content"]["application/json"]["schema"];
                schema(&mut body, document, &format!("Answers {status}"), of);
            }
            body.push_str("</details>\n");
        }
    }
    page("The API of Sigyl", &body)
}

fn parameters(body: &mut String, operation: &Value) {
    let all = operation["parameters"].as_array().map_or(&[][..], Vec::as_slice);
    if all.is_empty() {
        return;
    }
    body.push_str("<table>\n<tr><th>parameter<th>in<th>meaning\n");
    for it in all {
        let text = |key: &str| safe(it[key].as_str().unwrap_or(""));
        // Writing to a string cannot fail.
        let _ = writeln!(
            body,
            "<tr><td><code>{}</code><td>{}<td>{}",
            text("name"),
            text("in"),
            text("description")
        );
    }
    body.push_str("</table>\n");
}

fn schema(body: &mut String, document: &Value, what: &str, of: &Value) {
    if of.is_null() {
        return;
    }
    let mut lines = String::new();
    outline(&mut lines, document, of, 0);
    if !lines.is_empty() {
        // Writing to a string cannot fail.
        let _ = writeln!(body, "<p>{what}:</p>\n<pre>{}</pre>", safe(lines.trim_end()));
    }
}

/// Members with their kinds and meanings, one a line.
fn outline(out: &mut String, document: &Value, of: &Value, depth: usize) {
    let of = resolved(document, of);
    if depth > DEPTH_MAX {
        return;
    }
    if let Some(items) = of.get("items") {
        return outline(out, document, items, depth);
    }
    let required = of["required"].as_array();
    for (name, member) in of["properties"].as_object().into_iter().flatten() {
        let whole = resolved(document, member);
        let about = member["description"].as_str().or_else(|| whole["description"].as_str()).unwrap_or("");
        let is_required = required.is_some_and(|all| all.iter().any(|it| it == name));
        let mark = if is_required { "" } else { "?" };
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{:indent$}{name}{mark}: {}  {about}", "", kind(whole), indent = depth * 2);
        outline(out, document, member, depth + 1);
    }
}

fn resolved<'a>(document: &'a Value, of: &'a Value) -> &'a Value {
    let of = of["anyOf"].as_array().and_then(|all| all.iter().find(|it| it["type"] != "null")).unwrap_or(of);
    let pointer = of["$ref"].as_str().and_then(|it| it.strip_prefix('#'));
    pointer.and_then(|pointer| document.pointer(pointer)).unwrap_or(of)
}

fn kind(of: &Value) -> String {
    let names = |all: &[Value]| {
        all.iter().filter_map(Value::as_str).filter(|it| *it != "null").collect::<Vec<_>>().join(" or ")
    };
    match (&of["enum"], &of["type"]) {
        (Value::Array(all), _) => names(all),
        (_, Value::String(one)) => one.clone(),
        (_, Value::Array(all)) => names(all),
        _ => "any".to_owned(),
    }
}
