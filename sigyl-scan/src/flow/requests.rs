//! What requests bring, by the frameworks that take them: handlers that are methods of classes, handlers that no method
//! of a server registers, and what is read of a request in the middle of one. Also what a program reads that takes
//! messages of the protocol by itself, from its input or a socket.

use std::rc::Rc;

use super::{
    Hazards,
    call::Arguments,
    engine::{Engine, Phase},
    entry::EntryKind,
    exec::Activation,
    state::State,
    value::{Bound, ClassRef, FunctionRef, Items, Shape, SourceKind, Value},
};
use crate::{
    ir::{FunctionId, Language, Module},
    rule::Place,
};

/// The package whose decorators make methods of classes handlers, all of whose parameters are a caller's.
pub(super) const NEST: &str = "@nestjs/common";

/// Functions of frameworks whose first argument is a handler.
const TAKERS: &[&str] = &[
    "asyncio.start_server",
    "asyncio.start_unix_server",
    "anyio.create_tcp_listener().serve",
    "websockets.serve",
    "websockets.server.serve",
    "websockets.asyncio.server.serve",
    "websockets.sync.server.serve",
    "h3.defineEventHandler",
    "h3.eventHandler",
    "defineEventHandler",
    "eventHandler",
];
/// The same whose second argument is one, behind its path.
const ROUTES: &[&str] = &[
    "django.urls.path",
    "django.urls.re_path",
    "django.conf.urls.url",
    "starlette.routing.Route",
    "starlette.routing.Mount",
    "starlette.routing.WebSocketRoute",
    "fastapi.routing.APIRoute",
];

/// What requests of frameworks with one request for all handlers hold of a caller's.
const PARTS: &[&str] = &[
    "args",
    "form",
    "forms",
    "json",
    "data",
    "values",
    "headers",
    "cookies",
    "files",
    "query",
    "params",
    "view_args",
    "path",
    "full_path",
    "url",
    "query_string",
    "stream",
    "body",
    "GET",
    "POST",
];
const REQUESTS: &[&str] = &["flask.request", "quart.request", "bottle.request"];
/// What their methods give that is.
const READERS: &[&str] = &["get_json", "get_data", "get_body", "get_cookie", "get_header"];

/// Functions that read what a request brought.
const FUNCTIONS: &[&str] = &[
    "readBody",
    "readRawBody",
    "readFormData",
    "readMultipartFormData",
    "readValidatedBody",
    "getQuery",
    "getValidatedQuery",
    "getRouterParam",
    "getRouterParams",
    "getHeader",
    "getHeaders",
    "getRequestHeader",
    "getRequestHeaders",
    "getCookie",
    "getRequestURL",
];

/// What reads the program's own input.
const INPUTS: &[&str] = &["sys.stdin", "sys.stdin.buffer", "readline.createInterface()", "process.stdin"];

/// Verbs of HTTP as methods of classes are called that answer them.
pub(super) fn is_verb(name: &str) -> bool {
    ["get", "post", "put", "patch", "delete", "all", "head", "options", "sse"]
        .iter()
        .any(|verb| name.eq_ignore_ascii_case(verb))
}

/// True for a method that answers requests, of a class that extends one of a framework's.
fn answers(base: Option<&str>, method: &str) -> bool {
    let Some(base) = base else {
        // Falcon's classes extend nothing.
        return method.strip_prefix("on_").is_some_and(is_verb);
    };
    let class = base.rsplit('.').next().unwrap_or(base);
    if class.ends_with("HTTPRequestHandler") {
        return method.starts_with("do_");
    }
    if base.starts_with("socketserver.") {
        return method == "handle";
    }
    match class {
        "WebSocketEndpoint" => method == "on_receive",
        "WebSocketHandler" => matches!(method, "on_message" | "open"),
        "HTTPEndpoint" | "RequestHandler" | "MethodView" | "View" | "APIView" | "GenericAPIView"
        | "Resource" | "HTTPMethodView" => is_verb(method),
        _ => method.strip_prefix("on_").is_some_and(is_verb),
    }
}

impl<'a> Engine<'a> {
    /// Methods of classes that answer requests.
    pub(crate) fn request_methods(&mut self, class: ClassRef) {
        let Some(module) = self.class_module(class).filter(|module| module.language == Language::Python)
        else {
            return;
        };
        let base = self.outside_base(class);
        for method in &module.class(class.class).methods {
            // One that takes a request and what to answer.
            let takes = base.is_some() || module.function(method.function).params.len() > 2;
            if takes && answers(base.as_deref(), module.name(method.name)) {
                let target = FunctionRef { file: class.file, function: method.function };
                let this = Value { shape: Shape::Instance(class), ..Value::default() };
                let handler = Value { shape: Shape::Function(target, Bound::to(this)), ..Value::default() };
                self.entry(&handler, EntryKind::Http, None, None);
            }
        }
    }

    /// A call that gives a handler to what takes requests: `asyncio.start_server(f, …)`, `path("x/", view)`.
    pub(super) fn taker_of_requests(&mut self, api: Option<&str>, arguments: &Arguments) -> bool {
        let Some(api) = api else { return false };
        let args = &arguments.positional;
        let handler = if TAKERS.contains(&api) {
            args.first()
        } else if ROUTES
            .iter()
            .any(|route| api == *route || route.ends_with(api) && api.starts_with("routing."))
        {
            args.get(1)
        } else {
            None
        };
        if let Some(handler) = handler.filter(|handler| handler.is_function()) {
            return self.entry(&handler.clone(), EntryKind::Http, None, None);
        }
        if api != "Bun.serve" {
            return false;
        }
        // `Bun.serve({ fetch(request) {}, routes: { "/x": { POST: async (request) => … } } })`.
        let Some(options) = args.first() else { return false };
        let mut handlers: Vec<Value> = options.field("fetch").cloned().into_iter().collect();
        for (_, route) in options.field("routes").map(Value::fields).unwrap_or_default() {
            handlers.push(route.clone());
            handlers.extend(route.fields().into_iter().map(|(_, handler)| handler.clone()));
        }
        let mut any = false;
        for handler in handlers.iter().filter(|handler| handler.is_function()) {
            any |= self.entry(handler, EntryKind::Http, None, None);
        }
        any
    }

    /// A route whose handler stands among its options.
    pub(super) fn route_by_options(&mut self, method: &str, arguments: &Arguments) -> bool {
        let options = arguments.positional.first();
        let handler = match method {
            "add_url_rule" => {
                let named = arguments.keywords.iter().find(|(name, _)| &**name == "view_func");
                named.map(|(_, value)| value).or(arguments.positional.get(2))
            }
            _ => options
                .filter(|options| ["url", "path"].iter().any(|name| options.field(name).is_some()))
                .and_then(|options| options.field("handler")),
        };
        handler
            .filter(|handler| handler.is_function())
            .cloned()
            .is_some_and(|handler| self.entry(&handler, EntryKind::Http, None, None))
    }

    /// Queues what frameworks call by the place where it stands or by what it takes, and that nothing has called: routes
    /// of Next.js and SvelteKit by their files, handlers of AWS Lambda, and applications of ASGI.
    pub(super) fn queue_by_place(&mut self, at: usize, module: &Module) {
        if module.language == Language::Python {
            let takes = |name: &str, number: usize, function: &crate::ir::Function| {
                let param = function.params.get(number).and_then(|param| param.name);
                param.is_some_and(|param| module.name(param) == name)
            };
            for (number, function) in module.functions.iter().enumerate().skip(1) {
                let first = usize::from(function.class.is_some());
                let takes_all = |names: &[&str]| {
                    names.iter().enumerate().all(|(number, name)| takes(name, first + number, function))
                };
                // ASGI, and AWS Lambda behind a URL or a gateway.
                let is_application = takes_all(&["scope", "receive", "send"])
                    || function.class.is_none()
                        && takes_all(&["event", "context"])
                        && function.name.is_some_and(|name| module.name(name).ends_with("handler"));
                let target = FunctionRef { file: self.files[at].id, function: FunctionId(number as u32) };
                if !is_application || self.reached.contains(&target) {
                    continue;
                }
                let this = function.class.map(|class| {
                    let class = ClassRef { file: target.file, class };
                    Rc::new(Value { shape: Shape::Instance(class), ..Value::default() })
                });
                let shape = Shape::Function(target, Bound::new(this, None));
                self.entry(&Value { shape, ..Value::default() }, EntryKind::Http, None, None);
            }
            return;
        }
        let path = self.files[at].path;
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let stem = name.split('.').next().unwrap_or(name);
        if stem == "route" || stem == "+server" {
            for verb in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
                if let Some(handler) = self.export(at, verb) {
                    self.entry(&handler, EntryKind::Http, None, None);
                }
            }
        }
        // AWS Lambda behind a URL or a gateway.
        if let Some(handler) = self.export(at, "handler")
            && self.takes_event(&handler)
        {
            self.entry(&handler, EntryKind::Http, None, None);
        }
        let is_api = format!("/{folder}/").contains("/pages/api/") || folder.ends_with("server/api");
        if is_api && let Some(handler) = self.export(at, "default") {
            self.entry(&handler, EntryKind::Http, None, None);
        }
    }

    /// True for a function that nothing called and whose first parameter is an event.
    fn takes_event(&self, handler: &Value) -> bool {
        let Shape::Function(function, _) = handler.shape else { return false };
        let Some(module) = self.module(function.file) else { return false };
        let first = module.function(function.function).params.first().and_then(|param| param.name);
        first.is_some_and(|name| module.name(name) == "event") && !self.reached.contains(&function)
    }

    /// What a handler of a framework's class reads of the request by its own fields.
    pub(super) fn request_part(&mut self, base: &str, name: &str, place: Place) -> Option<Value> {
        let is_part = if base.ends_with("HTTPRequestHandler") {
            matches!(name, "path" | "headers" | "rfile" | "requestline")
        } else if base.starts_with("socketserver.") {
            matches!(name, "request" | "rfile")
        } else {
            base.starts_with("tornado.") && matches!(name, "request" | "path_args" | "path_kwargs")
        };
        if !is_part || self.phase != Phase::Entries {
            return None;
        }
        let name = format!("request.{name}");
        Some(self.source(SourceKind::HttpRequest, &name, place, None, Hazards::ALL))
    }

    /// Functions of SDKs and frameworks that give what the current request brought.
    pub(crate) fn request_source(&mut self, api: &str, place: Place) -> Option<Value> {
        let (object, last) = api.rsplit_once('.').unwrap_or(("", api));
        if api.starts_with("fastmcp.") || api.starts_with("mcp.") {
            let name = match last {
                "get_http_headers" => "request.headers",
                "get_http_request" => "request",
                "get_access_token" => "access_token",
                _ => return None,
            };
            // What a verified token says of its owner is who issued it to answer for; the token itself stays a credential.
            let live = if name == "access_token" { Hazards::TOKEN } else { Hazards::ALL };
            return Some(self.source(SourceKind::HttpRequest, name, place, None, live));
        }
        if self.phase != Phase::Entries {
            return None;
        }
        let name = if REQUESTS.contains(&object) && READERS.contains(&last) {
            format!("request.{last}()")
        } else if object.ends_with("RequestHandler()")
            && last.starts_with("get_")
            && last.contains("argument")
        {
            "request.argument".to_owned()
        } else if (object == "h3" || object.is_empty()) && FUNCTIONS.contains(&last)
            || object == "aiohttp.web.WebSocketResponse()" && last.starts_with("receive")
        {
            "request".to_owned()
        } else if INPUTS.contains(&object) && matches!(last, "readline" | "read" | "read1") && self.speaks() {
            return Some(self.source(SourceKind::ToolArgument, "request", place, None, Hazards::ALL));
        } else if api == "socket.socket().accept" {
            let connection = self.source(SourceKind::HttpRequest, "connection", place, None, Hazards::ALL);
            let items = Items { known: vec![connection, Value::default()], rest: None };
            return Some(Value { shape: Shape::List(Rc::new(items)), ..Value::default() });
        } else {
            return None;
        };
        Some(self.source(SourceKind::HttpRequest, &name, place, None, Hazards::ALL))
    }

    /// What a loop gets that goes over messages as they come in: `async for message in ws`, `for line in sys.stdin`.
    pub(super) fn messages_of(&mut self, value: &Value, place: Place) -> Option<Value> {
        if self.phase != Phase::Entries {
            return None;
        }
        let kind = match value.api()? {
            "aiohttp.web.WebSocketResponse()" => SourceKind::HttpRequest,
            api if INPUTS.contains(&api) && self.speaks() => SourceKind::ToolArgument,
            _ => return None,
        };
        let message = self.source(kind, "request", place, None, Hazards::ALL);
        let items = Items { known: Vec::new(), rest: Some(message) };
        Some(Value { shape: Shape::List(Rc::new(items)), ..Value::default() })
    }

    /// Queues the function that takes messages by itself, when it is first seen: from the program's input, in a program
    /// that speaks the protocol, or from whoever connects.
    pub(super) fn note_reader(&mut self, act: &Activation<'a>, state: &State, api: &str) {
        if self.phase != Phase::Setup {
            return;
        }
        let object = api.rsplit_once('.').map_or(api, |(object, _)| object);
        let is_input = INPUTS.contains(&api) || INPUTS.contains(&object);
        if api != "socket.socket().accept" && !(is_input && self.speaks()) {
            return;
        }
        let function = act.module.function(act.function.function);
        if act.function.function == FunctionId::MODULE || function.parent != FunctionId::MODULE {
            return;
        }
        let this = state.frames.last().and_then(|frame| frame.this.clone());
        let shape = Shape::Function(act.function, Bound::new(this, None));
        self.entry(&Value { shape, ..Value::default() }, EntryKind::Later, None, None);
    }

    /// True for a program that answers requests of the protocol by itself.
    fn speaks(&mut self) -> bool {
        if let Some(known) = self.speaks_itself {
            return known;
        }
        let mut modules = (0..self.files.len()).filter_map(|at| self.deployed(at));
        let speaks = modules.any(|module| module.names.iter().any(|name| &**name == "tools/call"));
        self.speaks_itself = Some(speaks);
        speaks
    }

    /// Things outside the tree that are a caller's: `flask.request.args`, the request's headers.
    pub(crate) fn api_source(&mut self, path: &str, name: &str, place: Place) -> Option<Value> {
        if let Some(value) = self.environment(path, name, place) {
            return Some(value);
        }
        let wanted = REQUESTS.contains(&path) && PARTS.contains(&name);
        wanted.then(|| {
            let name = format!("request.{name}");
            self.source(SourceKind::HttpRequest, &name, place, None, Hazards::ALL)
        })
    }
}
