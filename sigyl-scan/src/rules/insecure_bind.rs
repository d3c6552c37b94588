//! A server that listens on every interface.

use sigyl_core::{Class, Confidence, Severity};

use super::{
    code::Code,
    host_checks::{Known, checks},
    neighbours::Neighbours,
};
use crate::{
    context::{FileContext, TreeContext},
    files::{FileKind, FileRole},
    flow::{Call, Value},
    ir::{ExprId, ExprKind, Language},
    lexical::{is_comment, line_before},
    mend::{Edits, Mend, Mendable},
    rule::{Draft, Findings, Place, Rule, RuleMeta},
};

pub(crate) struct InsecureBind;

static META: RuleMeta = RuleMeta {
    id: "insecure-bind",
    title: "Server listens on every interface",
    class: Class::NetworkExposure,
    severity: Severity::Warning,
    cwe: &[1327, 605, 668],
    owasp: Some("MCP07"),
    practice: Some("local-mcp-server-compromise"),
    since: "0.1.0",
    fixes: &[
        "Listen on 127.0.0.1 unless the operator asks for more",
        "Ask every caller for a token, also inside a network",
    ],
    page: include_str!("insecure_bind.md"),
};

/// Literals that mean every interface.
const ANY: &[&str] = &["0.0.0.0", "::", "[::]"];

/// What names the address to listen on.
const NAMES: &[&str] = &["host", "bind", "listen", "address", "addr", "interface", "server_name"];

impl Rule for InsecureBind {
    fn meta(&self) -> &RuleMeta {
        &META
    }

    fn mend(&self, file: &Mendable<'_>, draft: &Draft) -> Option<Mend> {
        // In a container, this address is the only one by which the server can be reached.
        if file.is_in_container() {
            return None;
        }
        let span = draft.place.span;
        let (line, _) = file.file().lines().line_column(file.file().text, span.start);
        let said = file.file().line_text(line).to_ascii_lowercase();
        if said.contains("docker") || said.contains("container") {
            return None;
        }
        let written = file.text(span);
        let inner = written.get(1..written.len().checked_sub(1)?)?;
        let (any, port) = match inner.strip_prefix("0.0.0.0:") {
            Some(_) => inner.split_at("0.0.0.0".len()),
            None => (inner, ""),
        };
        let own = match any {
            "0.0.0.0" => "127.0.0.1",
            "::" => "::1",
            "[::]" => "[::1]",
            _ => return None,
        };
        let quotes = (written.get(..1)?, written.get(written.len() - 1..)?);
        let edits = Edits::of(file).replace(span, format!("{}{own}{port}{}", quotes.0, quotes.1));
        edits.done(format!("Listen on `{own}`, which this machine alone can reach"))
    }

    fn check_file(&self, file: &FileContext<'_>, out: &mut Findings) {
        let is_python = file.kind == FileKind::Source(Language::Python) && file.role != FileRole::Test;
        let words = ["bind", "HTTPServer", "TCPServer"];
        let Some(code) = Code::of(file, &words).filter(|_| is_python) else { return };
        let binds = |name: &str| name == "bind" || words[1..].iter().any(|word| name.ends_with(word));
        for call in code.all().filter(|id| code.last_name_of_callee(*id).is_some_and(binds)) {
            let Some(address) = every_address(&code, call) else { continue };
            let guarded = checks(&code).refuses_strangers();
            let message = "an empty address makes the server reachable from every network of its machine";
            out.report(draft(file.place(code.module.span(address)), message.to_owned(), guarded));
        }
    }

    fn check_tree(&self, tree: &TreeContext<'_>, out: &mut Findings) {
        let mut neighbours = None;
        let mut known = Known::default();
        for (index, file) in tree.files.iter().enumerate() {
            if !matches!(file.kind, FileKind::Source(_)) || file.role == FileRole::Test {
                continue;
            }
            file.spend(file.text.len());
            let places = addresses(file);
            if places.is_empty() {
                continue;
            }
            let neighbours = neighbours.get_or_insert_with(|| Neighbours::of(tree));
            let guarded = known.protected(tree, index) || known.protected_beside(tree, neighbours, index);
            for (any, at, end) in places {
                let message = format!("`{any}` makes the server reachable from every network of its machine");
                let found = draft(file.at(at, end), message, guarded);
                // A default is often written twice.
                out.report(found.covers("insecure-bind"));
            }
        }
    }

    fn check_call(&self, call: &Call<'_>, out: &mut Findings) {
        let file = call.file();
        if file.role == FileRole::Test {
            return;
        }
        let open = match call.language() {
            Language::JavaScript => listens_without_host(call),
            Language::Python => serves_every_address(call) || starts_for_every_address(call),
        };
        if shares_by_tunnel(call) {
            let message =
                "`share=True` makes the server reachable from the internet, by a tunnel of Gradio's"
                    .to_owned();
            let guarded = call.option("auth").is_some();
            out.report(draft(call.place(), message, guarded).covers("insecure-bind"));
        }
        if open {
            let guarded = Code::of(file, &[]).is_some_and(|code| checks(&code).refuses_strangers());
            let message = "without a host, the server listens on every interface".to_owned();
            out.report(draft(call.place(), message, guarded).covers("insecure-bind"));
        }
    }
}

/// Servers of Python that are given no address, an empty one or every one: `websockets.serve(handler, "", 8765)`,
/// `app.listen(8888)` of Tornado, `waitress.serve(app)`.
fn serves_every_address(call: &Call<'_>) -> bool {
    let api = call.api().unwrap_or_default();
    let given = |at: usize, name: &str| call.arg_or(at, name);
    let is_any = |host: &Value| {
        host.is_null() || host.as_str().is_some_and(|text| text.is_empty() || ANY.contains(&text))
    };
    let starts = |text: &str| text.starts_with("*:") || text.starts_with(':');
    match api {
        "aiohttp.web.run_app" => given(1, "host").is_none() && call.option("path").is_none(),
        "aiohttp.web.TCPSite" => given(1, "host").is_none_or(is_any),
        "waitress.serve" => match call.option("listen").and_then(Value::as_str) {
            Some(listen) => listen.split_whitespace().any(starts),
            None => {
                ["listen", "host", "unix_socket", "sockets"].iter().all(|name| call.option(name).is_none())
            }
        },
        "websockets.serve" | "websockets.server.serve" | "websockets.asyncio.server.serve" => {
            call.option("sock").is_none() && given(1, "host").is_none_or(is_any)
        }
        // The port is the first, the address the second.
        _ => {
            api.starts_with("tornado.")
                && api.ends_with(".listen")
                && given(1, "address").is_none_or(|address| address.as_str().is_some_and(str::is_empty))
        }
    }
}

/// Gradio's `demo.launch(share=True)`.
fn shares_by_tunnel(call: &Call<'_>) -> bool {
    call.method() == Some("launch")
        && call.api().is_some_and(|api| api.starts_with("gradio."))
        && call.option("share").and_then(Value::as_bool) == Some(true)
}

/// A server that is started by a command: `os.system("gunicorn server:app --bind 0.0.0.0:8000")`.
fn starts_for_every_address(call: &Call<'_>) -> bool {
    let api = call.api().unwrap_or_default();
    if !(api.starts_with("subprocess.") || matches!(api, "os.system" | "os.popen")) {
        return false;
    }
    let Some(command) = call.arg(0).and_then(Value::as_str) else { return false };
    let mut before = "";
    command.split([' ', '=']).any(|word| {
        let named = is_flag(before) || before == "runserver";
        before = word;
        named && ANY.iter().any(|any| word == *any || word.starts_with(&format!("{any}:")))
    })
}

/// True for an option of a command by which a server is told its address.
fn is_flag(word: &str) -> bool {
    matches!(word, "--host" | "--bind" | "-b" | "--listen" | "--address" | "--hostname")
}

/// True for an address that stands behind such an option in a list of words: `["uvicorn", "--host", "0.0.0.0"]`.
fn follows_flag(file: &FileContext<'_>, at: usize) -> bool {
    let Some(before) = file.text[..at - 1].trim_end().strip_suffix(',') else { return false };
    let Some(quote) = before.bytes().last().filter(|byte| b"\"'".contains(byte)) else { return false };
    let before = &before[..before.len() - 1];
    let word = before.rfind(char::from(quote)).map_or("", |begin| &before[begin + 1..]);
    is_flag(word) || word == "runserver"
}

/// A finding; where every request is asked for a token or a known host, it only informs.
fn draft(place: Place, message: String, guarded: bool) -> Draft {
    let draft = Draft::new(place, message).confidence(Confidence::Medium);
    if guarded { draft.severity(Severity::Info) } else { draft }
}

/// The empty address that a socket is bound to, or that it is bound to unless a setting says otherwise:
/// `HOST = os.environ.get("HOST", "")`, `socket.bind((HOST, 9877))`.
fn every_address(code: &Code<'_>, call: ExprId) -> Option<ExprId> {
    let pair = *code.arguments(call).first()?;
    let ExprKind::Collection(_, parts) = code.module.expr(code.resolve(pair)).kind else { return None };
    let [host, _] = code.module.list(parts) else { return None };
    let host = code.resolve(*host);
    let reads_setting = code
        .callee(host)
        .is_some_and(|callee| ["environ.get", "os.getenv"].iter().any(|reader| callee.ends_with(reader)));
    let value = if reads_setting { code.resolve(*code.arguments(host).get(1)?) } else { host };
    (code.text(value) == Some("")).then_some(value)
}

/// Literals of a file that are addresses to listen on: the address, and where its quotes begin and end.
fn addresses(file: &FileContext<'_>) -> Vec<(&'static str, usize, usize)> {
    let mut found = Vec::new();
    for any in ANY {
        for at in file.places_of(any).take(200) {
            file.spend(64);
            let end = at + any.len();
            if is_quoted(file.text, at, end)
                && (is_address(file, at, end) || follows_flag(file, at))
                && !is_comment(file, at)
            {
                found.push((*any, at - 1, end + 1));
            } else if let Some(end) = with_port(file.text, at, end)
                && (is_bind(file, at) || follows_flag(file, at))
                && !is_comment(file, at)
            {
                found.push((*any, at - 1, end + 1));
            }
        }
    }
    found
}

/// `app.listen(port)`, `serve({ fetch, port })`: Node, Deno and Bun then listen on every interface.
fn listens_without_host(call: &Call<'_>) -> bool {
    let Some(api) = call.api() else { return false };
    if matches!(api, "@hono/node-server.serve" | "Bun.serve" | "Deno.serve") {
        return call.option("hostname").is_none();
    }
    let is_server = [
        "express",
        "http.",
        "https.",
        "koa",
        "polka",
        "restify",
        "connect",
        "@modelcontextprotocol/",
        "@nestjs/core",
    ]
    .iter()
    .any(|module| api.starts_with(module))
        && api.ends_with(".listen");
    if call.is_new() && matches!(api, "ws.WebSocketServer" | "ws.Server") {
        return call.arg(0).is_some_and(|options| {
            options.field("port").is_some()
                && ["host", "server", "noServer"].iter().all(|name| options.field(name).is_none())
        });
    }
    // Fastify listens on localhost unless told otherwise.
    if !is_server {
        return false;
    }
    let Some(first) = call.arg(0) else { return false };
    // A path is a Unix socket.
    if first.as_str().is_some_and(|text| text.contains('/')) {
        return false;
    }
    if !first.fields().is_empty() {
        return ["host", "hostname", "path"].iter().all(|name| first.field(name).is_none());
    }
    match call.arg(1) {
        None => call.args().len() == 1,
        Some(second) => second.is_function() || second.as_number().is_some(),
    }
}

/// Where a quoted address with a port ends: `"0.0.0.0:8000"`.
fn with_port(text: &str, at: usize, end: usize) -> Option<usize> {
    let rest = text[end..].strip_prefix(':')?;
    let digits = rest.bytes().take(6).take_while(u8::is_ascii_digit).count();
    let end = end + 1 + digits;
    (digits > 0 && is_quoted(text, at, end)).then_some(end)
}

/// True for what a name for addresses to listen on is given, also in a list: `config.bind = ["0.0.0.0:8000"]`.
fn is_bind(file: &FileContext<'_>, at: usize) -> bool {
    let before = line_before(file, at - 1).to_ascii_lowercase();
    let before = before.trim_end().trim_end_matches('[').trim_end();
    let name = before.trim_end_matches(['=', ':', ',']);
    name.len() < before.len()
        && name
            .trim_end()
            .rsplit([' ', '.', '(', '{', ',', '"', '\''])
            .find(|word| !word.is_empty())
            .is_some_and(|last| ["bind", "listen", "addr"].iter().any(|word| last.contains(word)))
}

fn is_quoted(text: &str, start: usize, end: usize) -> bool {
    let bytes = text.as_bytes();
    let quote = start.checked_sub(1).and_then(|before| bytes.get(before));
    quote.is_some_and(|quote| b"\"'`".contains(quote)) && quote == bytes.get(end)
}

/// True when the literal is what a server is told to listen on: not compared with, not one of a list.
fn is_address(file: &FileContext<'_>, at: usize, end: usize) -> bool {
    let before = line_before(file, at - 1);
    let after = file.text[end + 1..].trim_start();
    if after.starts_with("==") || after.starts_with("!=") || after.starts_with("in ") {
        return false;
    }
    let lower = before.to_ascii_lowercase();
    let trimmed = lower.trim_end();
    if matches!(trimmed.trim_start(), "default=" | "default:") {
        return is_default_of_option(&file.text[..at - 1]);
    }
    let named = NAMES.iter().any(|name| trimmed.contains(name));
    let is_comparison = trimmed.ends_with("==") || trimmed.ends_with("!=");
    if is_comparison {
        return false;
    }
    if trimmed.ends_with([':', '='])
        || trimmed.ends_with("||")
        || trimmed.ends_with("??")
        || trimmed.ends_with(" or")
    {
        return named;
    }
    let takes_default = [
        "listen(",
        "getenv(",
        "field(",
        "environ.get(",
        "add_argument(",
        "option(",
        "default(",
        "env(",
        "argument(",
    ]
    .iter()
    .any(|call| trimmed.contains(call));
    let takes_address = ["server(", "bind(", "start_server(", "run_simple(", "tcpsite("]
        .iter()
        .any(|call| trimmed.contains(call));
    if trimmed.ends_with(',') {
        return takes_default && named || takes_address;
    }
    trimmed.ends_with("((") && takes_address
        || ["default(", "option(", "argument(", "field("].iter().any(|call| trimmed.ends_with(call)) && named
        || trimmed.ends_with(".host(")
}

/// True where the text before a default is that of an option for an address, over several lines:
/// `parser.add_argument("--server-host", help="…", default=`.
fn is_default_of_option(before: &str) -> bool {
    // Bytes that such an option is long at most. Chosen.
    const LONGEST: usize = 600;
    let mut from = before.len().saturating_sub(LONGEST);
    while !before.is_char_boundary(from) {
        from += 1;
    }
    let near = before[from..].to_ascii_lowercase();
    let Some(begin) = ["argument(", "option("].iter().filter_map(|call| near.rfind(call)).max() else {
        return false;
    };
    let option = near[begin..].split(['"', '\'', '`']).nth(1).unwrap_or_default();
    option.starts_with('-') && NAMES.iter().any(|name| option.contains(name))
}

#[cfg(test)]
mod tests {
    use crate::rules::table::findings_of;

    fn count(path: &str, text: &str) -> usize {
        findings_of("insecure-bind", &[(path, text)]).len()
    }

    #[test]
    fn addresses_to_listen_on() {
        for (path, text) in [
            ("a.ts", "serve({ fetch, hostname: \"0.0.0.0\", port });"),
            ("a.ts", "const HOST = process.env.HOST ?? '0.0.0.0';"),
            ("a.ts", "app.listen(3000, '0.0.0.0');"),
            ("a.ts", "app.listen({ port: 1, host: '::' });"),
            ("a.ts", "program.option('--host <host>', 'address', '0.0.0.0');"),
            ("a.py", "uvicorn.run(app, host=\"0.0.0.0\", port=8000)"),
            ("a.py", "host = os.getenv(\"MCP_SSE_HOST\", \"0.0.0.0\")"),
            ("a.py", "parser.add_argument(\"--host\", default=\"0.0.0.0\")"),
            ("a.py", "mcp.settings.host = '0.0.0.0'"),
            ("a.py", "HTTPServer(('0.0.0.0', 8000), Handler)"),
            ("a.py", "host: str = '0.0.0.0'"),
        ] {
            assert_eq!(count(path, text), 1, "{text}");
        }
    }

    #[test]
    fn addresses_that_are_looked_at() {
        for (path, text) in [
            ("a.ts", "if (host === '0.0.0.0') warn();"),
            ("a.ts", "const blocked = ['0.0.0.0', '127.0.0.1'];"),
            ("a.ts", "const shown = host === '0.0.0.0' ? 'localhost' : host;"),
            ("a.ts", "return isDocker() ? '0.0.0.0' : '127.0.0.1';"),
            ("a.ts", "ip.split('::'); const host = a['::'];"),
            ("a.ts", "// host: '0.0.0.0'\n"),
            ("a.py", "if host in ('0.0.0.0', '::'):\n    pass"),
            ("a.py", "uvicorn.run(app, host='127.0.0.1')"),
            ("test/a.py", "uvicorn.run(app, host='0.0.0.0')"),
        ] {
            assert_eq!(count(path, text), 0, "{text}");
        }
    }
}
