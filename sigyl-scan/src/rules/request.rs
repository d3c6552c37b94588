//! Calls that send a request to a URL, in the forms that both languages have.

use super::sink::{own_field, split};
use crate::flow::{Call, Value};

/// Functions whose first argument is a URL, or an object with one.
const FIRST: &[&str] = &[
    "fetch",
    "EventSource",
    "WebSocket",
    "ws",
    "ws.WebSocket",
    "eventsource",
    "eventsource.EventSource",
    "node-fetch",
    "cross-fetch",
    "cross-fetch.fetch",
    "isomorphic-fetch",
    "undici.fetch",
    "undici.request",
    "undici.stream",
    "axios",
    "got",
    "got-scraping.gotScraping",
    "ky",
    "needle",
    "phin",
    "http.get",
    "http.request",
    "https.get",
    "https.request",
    "http2.connect",
    "follow-redirects.http.get",
    "follow-redirects.https.get",
    "superagent",
    "request",
    "request-promise",
    "urllib.request.urlopen",
    "urllib.request.urlretrieve",
    "urllib.request.build_opener().open",
    "urllib.urlopen",
    "urllib2.urlopen",
    "websockets.connect",
    "websocket.create_connection",
    "websocket.WebSocketApp",
    "aiohttp.request",
    "feedparser.parse",
    "trafilatura.fetch_url",
    "wget.download",
    "http.client.HTTPConnection",
    "http.client.HTTPSConnection",
    "langchain_community.document_loaders.WebBaseLoader",
    "langchain_community.document_loaders.AsyncHtmlLoader",
    "langchain_community.document_loaders.RecursiveUrlLoader",
    "zeep.Client",
    "suds.client.Client",
    "pandas.read_html",
    "mechanize.Browser().open",
    "mechanicalsoup.StatefulBrowser().open",
    "mechanicalsoup.Browser().get",
    "websocket.WebSocket().connect",
    "mcp.client.sse.sse_client",
    "mcp.client.streamable_http.streamablehttp_client",
    "got.extend()",
    "ky.create()",
    "ky.extend()",
    "axios.create()",
    "make-fetch-happen",
    "make-fetch-happen.defaults()",
    "request.defaults()",
    "fetch-retry()",
    "fetch-cookie()",
    "jsdom.JSDOM.fromURL",
    "cheerio.fromURL",
    "rss-parser().parseURL",
    "link-preview-js.getLinkPreview",
    "open-graph-scraper",
    "unfurl.js.unfurl",
    "@extractus/article-extractor.extract",
    "@extractus/feed-extractor.extract",
    "download",
    "chrome-remote-interface",
    "chrome-remote-interface().Page.navigate",
    "ofetch",
    "node-fetch-native",
    "node-fetch-native.fetch",
    "node-fetch-native/proxy.createFetch()",
    "ofetch.ofetch",
    "ofetch.$fetch",
    "bent()",
    "wretch",
    "wretch.default",
    "scrapling.Fetcher.get",
    "scrapling.fetchers.Fetcher.get",
    "scrapling.fetchers.AsyncFetcher.get",
    "scrapling.fetchers.StealthyFetcher.fetch",
    "scrapling.fetchers.StealthyFetcher.async_fetch",
    "scrapling.fetchers.DynamicFetcher.fetch",
    "scrapling.fetchers.DynamicFetcher.async_fetch",
    "scrapling.fetchers.PlayWrightFetcher.fetch",
    "scrapling.fetchers.PlayWrightFetcher.async_fetch",
];

/// Clients, by how the path of their method's object begins; the method takes the URL first.
const CLIENTS: &[&str] = &[
    "axios",
    "got",
    "ky",
    "needle",
    "superagent",
    "undici",
    "requests",
    "httpx",
    "aiohttp.ClientSession",
    "aiohttp.client.ClientSession",
    "cloudscraper",
    "curl_cffi.requests",
    "niquests",
    "treq",
    "niquests.Session",
    "requests_html.HTMLSession",
    "requests_html.AsyncHTMLSession",
    "tls_client.Session",
];

const VERBS: &[&str] =
    &["get", "post", "put", "patch", "delete", "head", "options", "stream", "ws_connect", "download"];

/// The values that choose where a request goes.
pub(crate) fn requested<'a>(call: &Call<'a>) -> Vec<&'a Value> {
    let Some(api) = call.api() else { return Vec::new() };
    let (object, method) = split(api);
    let is_client = CLIENTS.iter().any(|client| object.strip_prefix(client).is_some_and(is_client_object));
    if call.is(FIRST) || is_client && VERBS.contains(&method) {
        // `client.stream("GET", url)`.
        let verb = call.arg(0).and_then(Value::as_str).is_some_and(|text| {
            let upper = text.to_ascii_uppercase();
            matches!(upper.as_str(), "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS")
        });
        return urls(call, usize::from(verb));
    }
    // Made with its address, and fetched later, where its text is not given.
    if matches!(object, "newspaper.Article()" | "newspaper.Source()")
        && matches!(method, "download" | "build")
    {
        return call.receiver().into_iter().collect();
    }
    if let Some(host) = raw_host(call, api) {
        return vec![host];
    }
    // `curl.setopt(pycurl.URL, url)`.
    if object == "pycurl.Curl()" && method == "setopt" {
        let is_url = call.arg(0).and_then(Value::api).is_some_and(|option| option.ends_with(".URL"));
        return call.arg(1).filter(|_| is_url).into_iter().collect();
    }
    if call.is(&[
        "httpx.Client",
        "httpx.AsyncClient",
        "aiohttp.ClientSession",
        "openai.OpenAI",
        "openai.AsyncOpenAI",
    ]) {
        return call.keyword("base_url").into_iter().collect();
    }
    if is_client && matches!(method, "request" | "create" | "extend") {
        // `requests.request(method, url)`; `axios.request({ url })`.
        let is_object = call
            .arg(0)
            .is_some_and(|first| own_field(first, "url").is_some() || own_field(first, "baseURL").is_some());
        return urls(call, usize::from(!is_object && method == "request"));
    }
    // What is made first, and sent later.
    if is_client && method == "build_request" || api == "httpx.Request" {
        return urls(call, 1);
    }
    if object.ends_with("PoolManager()") && matches!(method, "request" | "urlopen") {
        return urls(call, 1);
    }
    // Browsers that the server drives.
    let is_browser = ["puppeteer", "playwright", "selenium", "crawl4ai", "patchright", "rebrowser"]
        .iter()
        .any(|word| object.starts_with(word));
    if is_browser && matches!(method, "connect" | "connectOverCDP" | "connect_over_cdp") {
        let fields = ["browserWSEndpoint", "browserURL", "wsEndpoint", "endpointURL", "endpoint_url"];
        let named = fields.iter().find_map(|field| call.option(field));
        return named.or_else(|| call.arg(0).filter(|first| first.fields().is_empty())).into_iter().collect();
    }
    if is_browser && matches!(method, "goto" | "arun" | "navigate")
        || object.starts_with("selenium") && method == "get"
    {
        return urls(call, 0);
    }
    let is_converter = ["markitdown.MarkItDown", "docling.document_converter.DocumentConverter"]
        .iter()
        .any(|converter| object.starts_with(converter));
    if is_converter && matches!(method, "convert" | "convert_url" | "convert_uri") {
        return urls(call, 0);
    }
    // fastmcp fetches what a tool answers by its address.
    if matches!(api, "fastmcp.imageContent" | "fastmcp.audioContent") {
        return urls(call, 0);
    }
    if api.ends_with(".SSEClientTransport") || api.ends_with(".StreamableHTTPClientTransport") {
        return urls(call, 0);
    }
    Vec::new()
}

/// Clients that go on to where an answer redirects them, unless they are told not to.
const FOLLOWING: &[&str] = &[
    "fetch",
    "node-fetch",
    "cross-fetch",
    "cross-fetch.fetch",
    "isomorphic-fetch",
    "undici.fetch",
    "axios",
    "got",
    "ky",
    "ofetch",
    "requests",
    "aiohttp",
    "cloudscraper",
    "niquests",
    "urllib.request.urlopen",
    "urllib.request.urlretrieve",
];

/// What such clients are given that looks at each address, or at each redirect.
const LOOKING: &[&str] = &[
    "agent",
    "httpAgent",
    "httpsAgent",
    "dispatcher",
    "lookup",
    "dnsLookup",
    "adapter",
    "beforeRedirect",
    "hooks",
    "context",
];

/// True where the answer to a call may lead elsewhere, and the client follows it there by itself.
pub(crate) fn follows_redirects(call: &Call<'_>) -> bool {
    let Some(api) = call.api() else { return false };
    let is_told = |name: &str| call.option(name);
    let turned_off = ["allow_redirects", "follow_redirects", "followRedirect"]
        .iter()
        .any(|name| is_told(name).is_some_and(|value| value.as_bool() != Some(true)))
        || is_told("maxRedirects").is_some()
        || is_told("redirect").is_some_and(|value| value.as_str() != Some("follow"));
    if turned_off || LOOKING.iter().any(|name| is_told(name).is_some()) {
        return false;
    }
    let of = |client: &str| {
        api.strip_prefix(client).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '(']))
    };
    match api.rsplit('.').next() {
        Some("head" | "options" | "ws_connect") => false,
        // It does where it is told so, as the client may have been when it was made.
        _ if of("httpx") => {
            let file = call.file();
            (is_told("follow_redirects").is_some() || file.holds_any(&["follow_redirects=True"]))
                && !file.holds_any(&["event_hooks"])
        }
        _ => FOLLOWING.iter().any(|client| of(client)),
    }
}

/// The host that a connection without any protocol is made to: `net.connect(port, host)`,
/// `socket.create_connection((host, port))`.
fn raw_host<'a>(call: &Call<'a>, api: &str) -> Option<&'a Value> {
    match api {
        "net.connect" | "net.createConnection" | "net.Socket().connect" | "tls.connect" => {
            let options = call.arg(0).and_then(|options| own_field(options, "host"));
            options
                .or_else(|| call.arg(1).filter(|second| !second.is_function() && second.fields().is_empty()))
        }
        "socket.create_connection" | "socket.socket().connect" | "socket.socket().connect_ex" => {
            call.arg_or(0, "address")?.items()?.first()
        }
        "asyncio.open_connection" | "anyio.connect_tcp" | "telnetlib.Telnet" => call.arg_or(0, "host"),
        _ => None,
    }
}

/// Options by which clients of whatever service are told where it is.
const BASES: &[&str] = &[
    "base_url",
    "baseURL",
    "baseUrl",
    "api_url",
    "apiUrl",
    "api_base",
    "endpoint_url",
    "endpointUrl",
    "endpoint",
    "server_url",
    "serverUrl",
    "azure_endpoint",
];

/// Where a client of a service that no list names is told to find it: `Client(api_url=…)`, `new Octokit({ baseUrl })`.
pub(crate) fn base_of_client<'a>(call: &Call<'a>) -> Option<&'a Value> {
    let class = call.api()?.rsplit(['.', '/']).next()?;
    // An address that is taken apart or joined is not connected to.
    let is_address = ["url", "uri"].iter().any(|word| class.to_ascii_lowercase().starts_with(word));
    let is_class = class.starts_with(|first: char| first.is_ascii_uppercase())
        && !["Error", "Exception"].iter().any(|end| class.ends_with(end));
    if !is_class || is_address {
        return None;
    }
    let named = BASES.iter().find_map(|name| {
        call.keyword(name).or_else(|| call.arg(0).and_then(|options| own_field(options, name)))
    });
    named.or_else(|| {
        (0..call.args().len().min(3)).find(|at| is_named_base(call, *at)).and_then(|at| call.arg(at))
    })
}

/// True for an argument that the caller of a client writes as an address: `new API(token, config.apiUrl)`.
fn is_named_base(call: &Call<'_>, at: usize) -> bool {
    let span = call.arg_place(at).span;
    let text = call.file().text.get(span.start as usize..span.end as usize).unwrap_or_default();
    let name = text.rsplit(['.', '?', '!']).next().unwrap_or(text).to_ascii_lowercase();
    ["apiurl", "baseurl", "serverurl", "api_url", "base_url", "server_url"]
        .iter()
        .any(|end| name.ends_with(end))
}

fn urls<'a>(call: &Call<'a>, at: usize) -> Vec<&'a Value> {
    let mut all = Vec::new();
    let fields = ["url", "uri", "baseURL", "baseUrl", "base_url", "prefixUrl", "host", "hostname"];
    let first = call.arg(at).filter(|first| first.items().is_none());
    match first {
        Some(first) if first.fields().is_empty() => all.push(first),
        Some(first) => all.extend(fields.iter().filter_map(|field| own_field(first, field))),
        None => {}
    }
    all.extend(fields.iter().filter_map(|field| call.keyword(field)));
    // `got("path", { prefixUrl })`, `http.get(url, { host })`; behind a verb with a body the second is the body.
    let has_body = call.method().is_some_and(|method| matches!(method, "post" | "put" | "patch"));
    if let Some(options) = call.arg(at + 1).filter(|_| !has_body) {
        all.extend(
            ["baseURL", "prefixUrl", "host", "hostname"].iter().filter_map(|field| own_field(options, field)),
        );
    }
    all
}

/// What may stand between a client library's name and the verb: nothing, or the making of one client.
fn is_client_object(rest: &str) -> bool {
    rest.is_empty()
        || rest == "()"
        || rest.strip_prefix('.').is_some_and(|made| {
            matches!(
                made,
                "Session()"
                    | "session()"
                    | "Client()"
                    | "AsyncClient()"
                    | "ClientSession()"
                    | "create()"
                    | "extend()"
                    | "instance()"
                    | "sessions.Session()"
                    | "create_scraper()"
                    | "AsyncSession()"
                    | "default"
            )
        })
}
