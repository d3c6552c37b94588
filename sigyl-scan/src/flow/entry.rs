//! Entry points: what a server registers as tools, resources, prompts and HTTP routes, in both SDKs and both
//! generations of each.

use std::rc::Rc;

use super::{
    Hazards, answers,
    call::{Arguments, Site},
    engine::Engine,
    exec::Activation,
    gradio,
    invoke::{ANY_KEYWORD, function_place},
    requests::{NEST, is_verb},
    schema, tools,
    value::{Bound, ClassRef, Fields, FunctionRef, Schema, Shape, SourceKind, Value},
};
use crate::{
    context::{Offered, ToolPart, ToolText},
    ir::{ExprKind, FunctionId, Language, Param, ParamKind},
    rule::Place,
};

/// Most entry points of a program. Chosen.
const MOST_ENTRIES: usize = 5_000;

/// Classes of the SDKs whose instances are servers.
const SERVERS: &[&str] =
    &["McpServer", "Server", "FastMCP", "MCPServer", "createMcpHandler", "LowLevelServer"];

/// How a handler gets its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum EntryKind {
    /// A tool's own handler: its arguments.
    Tool,
    /// The handler of all `tools/call` requests: the request, or in Python the name and the arguments.
    ToolCall,
    /// A resource's handler: the URI, and the variables of its template.
    Resource,
    /// A prompt's handler: its arguments.
    Prompt,
    /// An HTTP handler: the request.
    Http,
    /// The handler of `tools/list`: what it returns are tools.
    ToolList,
    /// What runs later by the clock, with nothing given.
    Later,
    /// A provider of identity: tokens, codes and clients as requests bring them.
    Identity,
}

/// A handler to evaluate with a caller's values.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) function: FunctionRef,
    pub(crate) bound: Bound,
    pub(crate) kind: EntryKind,
    pub(crate) name: Option<Rc<str>>,
    pub(crate) schema: Option<Rc<Schema>>,
}

impl Entry {
    /// What tells it from others. A handler that is made anew for each tool takes other variables along each time.
    pub(super) fn key(&self) -> (FunctionRef, EntryKind, u64) {
        (self.function, self.kind, super::invoke::digest_bound(&self.bound))
    }
}

/// True for methods by which servers register things.
pub(crate) fn is_registration(method: Option<&str>, _receiver: Option<&Value>) -> bool {
    matches!(
        method,
        Some(
            "tool"
                | "registerTool"
                | "prompt"
                | "registerPrompt"
                | "resource"
                | "registerResource"
                | "resourceTemplate"
                | "addTool"
                | "add_tool"
                | "addPrompt"
                | "addResource"
                | "addResourceTemplate"
                | "add_prompt"
                | "add_resource"
                | "setRequestHandler"
                | "registerAppTool"
                | "defineTool"
                | "get"
                | "post"
                | "put"
                | "delete"
                | "patch"
                | "all"
                | "use"
                | "route"
                | "add_api_route"
                | "add_route"
                | "add_get"
                | "add_post"
                | "custom_route"
                | "add_url_rule"
                | "addEventListener"
                | "ws"
        )
    )
}

impl<'a> Engine<'a> {
    pub(super) fn add_entry(&mut self, entry: Entry) {
        if self.seen_entries.len() < MOST_ENTRIES && self.seen_entries.insert(entry.key()) {
            match entry.kind {
                // What tools take is known before they are called.
                EntryKind::ToolList => self.entries.push_front(entry),
                _ => self.entries.push_back(entry),
            }
        }
    }

    pub(super) fn entry(
        &mut self,
        handler: &Value,
        kind: EntryKind,
        name: Option<Rc<str>>,
        schema: Option<Rc<Schema>>,
    ) -> bool {
        match &handler.shape {
            Shape::Function(function, bound) => {
                self.add_entry(Entry { function: *function, bound: bound.clone(), kind, name, schema });
                true
            }
            Shape::OneOf(shapes) => {
                let mut any = false;
                for shape in Rc::clone(shapes).iter() {
                    let one = Value { shape: shape.clone(), ..Value::default() };
                    any |= self.entry(&one, kind, name.clone(), schema.clone());
                }
                any
            }
            _ => false,
        }
    }

    /// Looks whether a call registers something. True when it does, and its handler is not to be called at once.
    pub(crate) fn registration(
        &mut self,
        act: &Activation<'a>,
        _state: &super::state::State,
        site: &Site,
        api: Option<&str>,
        arguments: &Arguments,
    ) -> bool {
        let args = &arguments.positional;
        let callback = args.iter().rev().find(|value| is_handler(value));
        if api
            .is_some_and(|api| api.ends_with(".createServer") || api == "Deno.serve" || api == "createServer")
            && let Some(callback) = callback
        {
            return self.entry(callback, EntryKind::Http, None, None);
        }
        // `server.on("request", …)`.
        if api.is_some_and(|api| {
            api.ends_with("createServer().on") || api.ends_with("createServer().addListener")
        }) && matches!(args.first().and_then(Value::as_str), Some("request" | "upgrade"))
            && let Some(callback) = callback
        {
            return self.entry(callback, EntryKind::Http, None, None);
        }
        if self.connection_listener(act, site, api, arguments) || self.taker_of_requests(api, arguments) {
            return true;
        }
        self.completions(api, arguments);
        self.identity_provider(api, arguments);
        // Python's low-level server of SDK 2: `Server("x", on_call_tool=f)`.
        for (name, value) in &arguments.keywords {
            let kind = match &**name {
                "on_call_tool" => EntryKind::ToolCall,
                "on_list_tools" => EntryKind::ToolList,
                "on_read_resource" => EntryKind::Resource,
                "on_get_prompt" => EntryKind::Prompt,
                "endpoint" => EntryKind::Http,
                _ => continue,
            };
            self.entry(&value.clone(), kind, None, None);
        }
        if api.is_some_and(|api| api.rsplit(['.', '/']).next().is_some_and(|last| SERVERS.contains(&last))) {
            let lifespan = arguments.keywords.iter().find(|(name, _)| &**name == "lifespan");
            if let Some((_, lifespan)) = lifespan {
                self.note_lifespan(&lifespan.clone());
            }
            let keyword = arguments.keywords.iter().find(|(name, _)| &**name == "instructions");
            let option = args.iter().find_map(|value| value.field("instructions"));
            if let Some(value) = keyword.map(|(_, value)| value).or(option) {
                tools::instructions(self, &value.clone(), site.place);
            }
            // FastMCP's `tools=[search, …]`.
            let listed = arguments.keywords.iter().find(|(name, _)| &**name == "tools");
            let listed = listed.filter(|_| act.module.language == Language::Python);
            for tool in listed.and_then(|(_, tools)| tools.items()).unwrap_or_default() {
                self.python_handler(tool, EntryKind::Tool, &Arguments::default(), site.place);
            }
        }
        // Python: `mcp.tool()(f)`, `mcp.tool(f)`, `server.call_tool()(partial(f, server))`.
        if let Some(api) = api
            && act.module.language == Language::Python
            && DECORATORS.iter().any(|made| api.ends_with(made))
            && let Some(handler) = args.first().filter(|value| is_handler(value))
        {
            let kind = decorator_kind(api.trim_end_matches("()")).unwrap_or(EntryKind::Tool);
            return self.python_handler(&handler.clone(), kind, &Arguments::default(), site.place);
        }
        if let Some(api) = api
            && gradio::takes_function(api)
            && self.behind_page(api, arguments, site.place)
        {
            return true;
        }
        // Agent kits whose tools are handed on to a server: `FunctionTool(f)`, `Tool.from_function(f)`.
        if let Some(api) = api
            && act.module.language == Language::Python
            && (api.ends_with(".FunctionTool")
                || api.contains("Tool")
                    && (api.ends_with(".from_function") || api.ends_with(".from_defaults")))
        {
            let named = |name: &str| arguments.keywords.iter().find(|(keyword, _)| &**keyword == name);
            let keyword = ["func", "fn", "coroutine"].iter().find_map(|name| named(name));
            let handler = args.first().or(keyword.map(|(_, value)| value)).filter(|value| is_handler(value));
            return handler.cloned().is_some_and(|handler| {
                self.python_handler(&handler, EntryKind::Tool, &Arguments::default(), site.place)
            });
        }
        let Some(method) = site.method.as_deref() else { return false };
        // Asked of every call of a method, most of which register nothing.
        if !is_registration(Some(method), None) && held_functions(args).next().is_none() {
            return false;
        }
        let text = args.first().and_then(|value| value.as_str().map(Rc::<str>::from));
        match method {
            "tool" | "registerTool" | "registerAppTool" | "defineTool" | "addTool" | "add_tool" => {
                // FastMCP's `mcp.tool(name_or_fn=search)`.
                let by_name = || {
                    let names = ["name_or_fn", "fn", "func"];
                    let given = arguments.keywords.iter().find(|(name, _)| names.contains(&&**name));
                    given.map(|(_, value)| value).filter(|value| is_handler(value))
                };
                let callback = callback.or_else(by_name);
                self.register_tool(act, site, &text, callback, arguments)
            }
            "prompt" | "registerPrompt" | "addPrompt" | "add_prompt" => {
                let handler = callback.cloned().or_else(|| nested_handler(args));
                let schema = args.iter().filter(|value| !value.is_function()).find_map(config_schema);
                self.offer_other(Offered::Prompt, &text, args, schema.as_deref(), site.place);
                handler.is_some_and(|handler| self.entry(&handler, EntryKind::Prompt, text, schema))
            }
            "resource"
            | "registerResource"
            | "addResource"
            | "addResourceTemplate"
            | "resourceTemplate"
            | "add_resource" => {
                let handler = callback.cloned().or_else(|| nested_handler(args));
                self.offer_other(Offered::Resource, &text, args, None, site.place);
                handler.is_some_and(|handler| self.entry(&handler, EntryKind::Resource, text, None))
            }
            "setRequestHandler" => {
                // A schema of the server's own has a name that says what it is of.
                let named = || {
                    let place = arguments.places.first()?;
                    let text = self
                        .context(place.file)
                        .text
                        .get(place.span.start as usize..place.span.end as usize)?;
                    kind_by_name(text)
                };
                let Some(kind) = args.first().and_then(request_kind).or_else(named) else { return false };
                let Some(callback) = callback else { return false };
                self.entry(&callback.clone(), kind, None, None)
            }
            "addEventListener" => {
                text.as_deref() == Some("fetch")
                    && callback
                        .is_some_and(|callback| self.entry(&callback.clone(), EntryKind::Http, None, None))
            }
            // Fastify and hapi: `server.route({ method, url, handler })`; Flask: `app.add_url_rule("/x", view_func=f)`.
            "route" | "add_url_rule" if self.route_by_options(method, arguments) => true,
            _ => self.register_route(act, site, api, &text, arguments),
        }
    }

    /// What a server's lifespan yields is what its handlers find in their context.
    fn note_lifespan(&mut self, lifespan: &Value) {
        let Shape::Function(function, bound) = &lifespan.shape else { return };
        let Some(given) = self.call_root(*function, bound.clone(), vec![Value::default()]) else { return };
        let given = self.element(&given);
        let empty = Rc::default();
        self.lifespan = Some(match self.lifespan.take() {
            Some(known) => self.join((&known, &empty), (&given, &empty)),
            None => given,
        });
    }

    /// `export default { fetch(request, env) { … } }`: the handler of an edge worker.
    pub(crate) fn export_entry(&mut self, value: &Value) {
        if let Some(handler) = value.field("fetch").filter(|field| field.is_function()) {
            self.entry(&handler.clone(), EntryKind::Http, None, None);
        }
    }

    /// An object that describes a tool and holds its handler, wherever it stands: tables of tools, `createTool({ … })`.
    pub(crate) fn tool_object(&mut self, value: &Value, place: Place) {
        let described = value.field("description").is_some_and(|text| text.prefix().is_some());
        let has_schema = described
            && (["inputSchema", "parameters", "schema", "input_schema", "argsSchema", "paramsSchema"]
                .iter()
                .any(|name| value.field(name).is_some())
                || object_schema(value).is_some());
        let named = || {
            ["execute", "handler", "run", "callback", "cb"]
                .iter()
                .find_map(|name| value.field(name).filter(|field| field.is_function()))
        };
        let only = || {
            let fields = value.fields();
            let mut functions = fields.iter().map(|(_, field)| *field).filter(|field| field.is_function());
            functions.next().filter(|_| functions.next().is_none() && object_schema(value).is_some())
        };
        let handler = if has_schema { named().or_else(only) } else { None };
        let (Some(handler), true, true) = (handler, described, has_schema) else { return };
        let name = ["name", "id"]
            .iter()
            .find_map(|key| value.field(key).and_then(Value::as_str))
            .map(Rc::<str>::from);
        let schema = config_schema(value);
        tools::from_config(self, name.as_deref(), value, schema.as_deref(), place);
        self.entry(&handler.clone(), EntryKind::Tool, name, schema);
    }

    fn register_tool(
        &mut self,
        act: &Activation<'a>,
        site: &Site,
        text: &Option<Rc<str>>,
        callback: Option<&Value>,
        arguments: &Arguments,
    ) -> bool {
        let args = &arguments.positional;
        if act.module.language == Language::Python {
            let Some(callback) = callback else { return false };
            return self.python_handler(&callback.clone(), EntryKind::Tool, arguments, site.place);
        }
        // `addTool({ name, description, parameters, execute })`.
        if let [only] = args.as_slice()
            && matches!(only.shape, Shape::Object(_))
        {
            let Some(handler) = nested_handler(args) else { return false };
            let name = only.field("name").and_then(|name| name.as_str().map(Rc::<str>::from));
            let schema = config_schema(only);
            tools::from_config(self, name.as_deref(), only, schema.as_deref(), site.place);
            return self.entry(&handler, EntryKind::Tool, name, schema);
        }
        let Some(callback) = callback else { return false };
        let callback = callback.clone();
        let schema = args.iter().filter(|value| !value.is_function()).find_map(config_schema);
        tools::from_arguments(self, text.as_deref(), args, schema.as_deref(), site.place);
        self.entry(&callback, EntryKind::Tool, text.clone(), schema)
    }

    /// The words of a prompt or a resource.
    fn offer_other(
        &mut self,
        offered: Offered,
        text: &Option<Rc<str>>,
        args: &[Value],
        schema: Option<&Schema>,
        place: Place,
    ) {
        let named = args.iter().find_map(|value| value.field("name").and_then(Value::as_str));
        let Some(name) = text.as_deref().or(named).map(str::to_owned) else { return };
        let mut texts = tools::schema_texts(schema, place);
        // `prompt(name, description, …)`.
        if let Some(second) = args.get(1)
            && let (Some(text), Offered::Prompt) = (second.as_str(), offered)
        {
            let place = second.place.unwrap_or(place);
            texts.push(ToolText { part: ToolPart::Description, text: text.to_owned(), place });
        }
        let configs: Vec<&Value> =
            args.iter().filter(|value| matches!(value.shape, Shape::Object(_))).collect();
        tools::offer_other(self, offered, &name, &configs, texts, place);
    }

    fn register_route(
        &mut self,
        act: &Activation<'a>,
        site: &Site,
        api: Option<&str>,
        text: &Option<Rc<str>>,
        arguments: &Arguments,
    ) -> bool {
        let args = &arguments.positional;
        if held_functions(args).next().is_none() {
            return false;
        }
        let method = site.method.as_deref().unwrap_or_default();
        let second = arguments.positional.get(1).and_then(Value::as_str).filter(|_| method == "add_route");
        let mut paths = text.as_deref().into_iter().chain(second);
        let is_path = paths.any(|text| text.starts_with('/') || text == "*");
        let is_server = api.is_some_and(|api| {
            ["express", "Router()", "fastify", "Hono", "koa", "polka", "createMcpExpressApp", "restify"]
                .iter()
                .any(|word| api.contains(word))
        });
        if !(is_path || is_server && matches!(method, "use" | "all")) {
            return false;
        }
        if act.module.language == Language::Python
            && !matches!(method, "add_api_route" | "add_route" | "add_get" | "add_post")
            && !api.is_some_and(|api| api.starts_with("aiohttp.web."))
        {
            return false;
        }
        for handler in held_functions(args) {
            self.entry(handler, EntryKind::Http, text.clone(), None);
        }
        true
    }

    pub(super) fn python_handler(
        &mut self,
        handler: &Value,
        kind: EntryKind,
        arguments: &Arguments,
        place: Place,
    ) -> bool {
        if let Shape::OneOf(shapes) = &handler.shape {
            let mut any = false;
            for shape in Rc::clone(shapes).iter() {
                let one = Value { shape: shape.clone(), ..Value::default() };
                any |= self.python_handler(&one, kind, arguments, place);
            }
            return any;
        }
        let Shape::Function(function, _) = handler.shape else { return false };
        let Some(module) = self.module(function.file) else { return false };
        let definition = module.function(function.function);
        let keyword = |name: &str| {
            arguments.keywords.iter().find(|(keyword, _)| &**keyword == name).map(|(_, value)| value)
        };
        let named = keyword("name")
            .or_else(|| arguments.positional.iter().find(|value| value.as_str().is_some()))
            .and_then(|name| name.as_str().map(Rc::<str>::from));
        let name = named.or_else(|| definition.name.map(|name| module.name(name).into()));
        match kind {
            EntryKind::Tool => tools::from_function(self, function, name.as_deref(), arguments, place),
            EntryKind::Prompt | EntryKind::Resource => {
                let mut texts = Vec::new();
                if let Some((text, span)) = definition.docstring {
                    let place = Place { file: function.file, span };
                    let text = module.name(text).to_owned();
                    texts.push(ToolText { part: ToolPart::Description, text, place });
                }
                if let Some(value) = keyword("description")
                    && let Some(text) = value.as_str()
                {
                    let place = value.place.unwrap_or(place);
                    texts.push(ToolText { part: ToolPart::Description, text: text.to_owned(), place });
                }
                let offered = if kind == EntryKind::Prompt { Offered::Prompt } else { Offered::Resource };
                let name = name.clone().unwrap_or_default();
                tools::offer_other(self, offered, &name, &[], texts, place);
            }
            _ => {}
        }
        self.entry(handler, kind, name, None)
    }

    /// Python's decorators: what registers the function that they stand above.
    pub(crate) fn apply_decorators(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut super::state::State,
        function: FunctionId,
        class: Option<ClassRef>,
    ) {
        let target = FunctionRef { file: act.file(), function };
        let decorators = &act.module.function(function).decorators;
        for decorator in decorators {
            let (callee, arguments) = match act.module.expr(*decorator).kind {
                ExprKind::Call { callee, arguments } => (callee, Some(arguments)),
                _ => (*decorator, None),
            };
            let value = self.eval(act, state, *decorator);
            let name = match act.module.expr(callee).kind {
                ExprKind::Member { property, .. } => act.module.name(property).to_owned(),
                ExprKind::Variable(variable) => {
                    act.module.name(act.module.variable(variable).name).to_owned()
                }
                ExprKind::Global(name) => act.module.name(name).to_owned(),
                _ => continue,
            };
            let on_page = value.api().is_some_and(gradio::takes_function);
            let is_nest = value.api().is_some_and(|api| api.starts_with(NEST)) && is_verb(&name);
            let by_name = decorator_kind(&name).or_else(|| decorator_kind_of(value.api()?, &name));
            let Some(kind) = by_name.or((is_nest || on_page).then_some(EntryKind::Http)) else { continue };
            let this =
                class.map(|class| Rc::new(Value { shape: Shape::Instance(class), ..Value::default() }));
            let bound = self.closure(act, state, function).with_this(this);
            let handler = Value { shape: Shape::Function(target, bound), ..Value::default() };
            let mut all = Arguments::default();
            if let Some(list) = arguments {
                for argument in act.module.arguments(list) {
                    let value = self.eval(act, state, argument.value);
                    match argument.keyword {
                        Some(keyword) => all.keywords.push((self.shared(act.at, keyword), value)),
                        None => all.positional.push(value),
                    }
                }
            }
            let is_route = kind == EntryKind::Http;
            if is_nest {
                self.entry(&handler, kind, Some(NEST.into()), None);
                continue;
            }
            let place = act.place(*decorator);
            if on_page && let Some(api) = value.api() {
                self.function_of_page(api, &handler, &all, place);
                continue;
            }
            // Azure hands a tool all that it is called with as one text.
            if name == "generic_trigger" {
                if all.keywords.iter().any(|(_, value)| value.as_str() == Some(MCP_TRIGGER)) {
                    self.entry(&handler, EntryKind::ToolCall, None, None);
                }
                continue;
            }
            if is_route {
                let path = all.positional.first().and_then(Value::as_str);
                if path.is_some_and(|path| path.starts_with('/')) {
                    // Which framework's it is says what becomes of what it returns.
                    let framework = value.api().map(Rc::from);
                    self.entry(&handler, kind, framework, None);
                }
                continue;
            }
            if act.module.language == Language::JavaScript {
                let config = all.positional.first().cloned().unwrap_or_default();
                let schema = config_schema(&config);
                let name = config.field("name").and_then(Value::as_str).unwrap_or(&name);
                tools::from_config(self, Some(name), &config, schema.as_deref(), place);
                self.entry(&handler, kind, Some(name.into()), schema);
                continue;
            }
            let compared = !all.keywords.iter().any(|(name, _)| &**name == "validate_input");
            if kind == EntryKind::ToolCall && compared {
                self.listed.note_compared(target);
            }
            self.python_handler(&handler, kind, &all, place);
        }
    }

    /// Evaluates a handler with a caller's values.
    pub(crate) fn run_entry(&mut self, entry: &Entry) {
        let Some(module) = self.module(entry.function.file) else { return };
        let function = module.function(entry.function.function);
        let place = function_place(self, entry.function);
        let is_python = module.language == Language::Python;
        let tool = match entry.kind {
            EntryKind::Tool => entry.name.clone(),
            _ => None,
        };
        let source = match entry.kind {
            EntryKind::Tool | EntryKind::ToolCall | EntryKind::ToolList => SourceKind::ToolArgument,
            EntryKind::Resource => SourceKind::ResourceUri,
            EntryKind::Prompt => SourceKind::PromptArgument,
            EntryKind::Http | EntryKind::Later | EntryKind::Identity => SourceKind::HttpRequest,
        };
        let mut positional = Vec::new();
        let mut named = Vec::new();
        if entry.kind == EntryKind::ToolList {
            let listed = self.call_root(entry.function, entry.bound.clone(), Vec::new());
            if let Some(listed) = listed {
                tools::from_listing(self, &listed, place);
            }
            return;
        }
        if entry.kind == EntryKind::Later {
            self.call_root(entry.function, entry.bound.clone(), Vec::new());
            return;
        }
        if is_python {
            let given = self.python_arguments(entry, source, tool.as_ref());
            let wrapped = self.wrappers.contains_key(&entry.function);
            for (kind, name, value) in given {
                match kind {
                    // A wrapper gets the arguments of a call by name.
                    ParamKind::Plain if !wrapped => positional.push(value),
                    ParamKind::Plain | ParamKind::KeywordOnly => named.push((name, value)),
                    ParamKind::Keywords => named.push((ANY_KEYWORD.into(), value)),
                    ParamKind::Rest => {}
                }
            }
        } else if entry.kind == EntryKind::Http && entry.name.as_deref() == Some(NEST) {
            for param in &function.params {
                let at = Place { file: entry.function.file, span: param.span };
                let name = param.name.map_or("request", |name| module.name(name));
                positional.push(self.source(source, name, at, None, Hazards::ALL));
            }
        } else if entry.kind == EntryKind::Identity {
            for param in &function.params {
                let at = Place { file: entry.function.file, span: param.span };
                positional.push(match param.name.map_or("credential", |name| module.name(name)) {
                    "res" | "response" => {
                        Value { shape: Shape::Api("http.ServerResponse()".into()), ..Value::default() }
                    }
                    name => self.source(source, name, at, None, Hazards::ALL - Hazards::TOKEN),
                });
            }
        } else {
            // What it was given when it was registered: `f.bind(this, context)`.
            positional
                .extend(entry.bound.given().into_iter().flat_map(|given| given.positional.iter().cloned()));
            let first = function.params.get(positional.len());
            let at = first.map_or(place, |param| Place { file: entry.function.file, span: param.span });
            let name = first.and_then(|param| param.name).map_or("arguments", |name| module.name(name));
            let root = match entry.kind {
                EntryKind::Tool | EntryKind::Prompt => "arguments",
                _ => name,
            };
            let value = self.source(source, root, at, tool.as_ref(), Hazards::ALL);
            let value = match (&entry.schema, entry.kind) {
                (Some(schema), EntryKind::Tool | EntryKind::Prompt) => {
                    schema::apply(self, &value, schema, at, 0)
                }
                _ => value,
            };
            positional.push(value);
            if let Some(second) = function.params.get(positional.len()) {
                let at = Place { file: entry.function.file, span: second.span };
                let second = match entry.kind {
                    EntryKind::Resource => self.source(source, "variables", at, tool.as_ref(), Hazards::ALL),
                    EntryKind::Http => {
                        Value { shape: Shape::Api("http.ServerResponse()".into()), ..Value::default() }
                    }
                    // What the SDK tells of the request besides its arguments: headers, tokens.
                    _ => self.source(SourceKind::HttpRequest, "extra", at, tool.as_ref(), Hazards::TOKEN),
                };
                positional.push(second);
            }
            if entry.kind == EntryKind::Resource && function.params.len() > 2 {
                positional.push(Value::default());
            }
        }
        self.handler = match entry.kind {
            EntryKind::Tool => Some(entry.name.as_deref().unwrap_or_default().to_owned()),
            EntryKind::ToolCall => Some(String::new()),
            _ => None,
        };
        self.trace.handler = entry.name.clone().filter(|_| entry.kind == EntryKind::Tool);
        let answers_pages = entry.kind == EntryKind::Http
            && is_python
            && entry.name.as_deref().is_some_and(|framework| {
                ["flask.", "quart.", "bottle."].iter().any(|start| framework.starts_with(start))
            });
        self.page_handler = answers_pages.then_some(entry.function);
        let answer = match self.wrappers.get(&entry.function).map(|wrapper| wrapper.shape.clone()) {
            Some(Shape::Function(wrapper, bound)) if is_python => {
                self.call_root_with(wrapper, bound, positional, named)
            }
            _ => self.call_root_with(entry.function, entry.bound.clone(), positional, named),
        };
        self.page_handler = None;
        self.handler = None;
        self.trace.handler = None;
        if matches!(entry.kind, EntryKind::Http | EntryKind::Identity) {
            return;
        }
        let name = entry.name.as_deref().unwrap_or_default();
        if let Some(answer) = answer {
            self.emit_answer(place, &answer);
            answers::answers(self, name, &answer, place);
        }
        answers::literal_answers(self, name, entry.function, place);
    }

    /// What each parameter of a Python handler is given, with its kind and name.
    fn python_arguments(
        &mut self,
        entry: &Entry,
        source: SourceKind,
        tool: Option<&Rc<str>>,
    ) -> Vec<(ParamKind, Rc<str>, Value)> {
        let Some(module) = self.module(entry.function.file) else { return Vec::new() };
        let function = module.function(entry.function.function);
        let mut positional = Vec::new();
        let skips_receiver =
            matches!(function.kind, crate::ir::FunctionKind::Method | crate::ir::FunctionKind::ClassMethod)
                && (entry.bound.this().is_some() || function.class.is_some());
        let params = || function.params.iter().skip(usize::from(skips_receiver));
        let before = entry.bound.given().cloned().unwrap_or_default();
        for (number, param) in params().enumerate() {
            // What it was given when it was registered: `partial(f, server)`.
            let by_name = || {
                before
                    .keywords
                    .iter()
                    .find(|(name, _)| param.name.is_some_and(|own| **name == *module.name(own)))
            };
            if let Some(given) = before.positional.get(number).or_else(|| by_name().map(|(_, value)| value)) {
                positional.push(given.clone());
                continue;
            }
            let at = Place { file: entry.function.file, span: param.span };
            let name = param.name.map_or("arguments", |name| module.name(name));
            let mut live = Hazards::ALL;
            let mut shape = None;
            if param.annotation.is_some_and(|annotation| self.is_provided(entry.function.file, annotation)) {
                positional.push(Value::default());
                continue;
            }
            if let Some(annotation) = param.annotation {
                let of = schema::of_annotation(self, entry.function.file, annotation, 0);
                let named = schema::present(module, annotation);
                let class = self.static_value(entry.function.file, named);
                let path = class.as_ref().and_then(Value::api).unwrap_or_default().to_owned();
                if path.ends_with("Context")
                    || path.contains("Context[")
                    || name == "ctx" && path.contains("mcp")
                {
                    let mut context =
                        self.source(SourceKind::HttpRequest, "context", at, tool, Hazards::TOKEN);
                    context.shape = Shape::Api("mcp.Context()".into());
                    positional.push(context);
                    continue;
                }
                if entry.kind == EntryKind::Http && !path.is_empty() && path.ends_with("Depends") {
                    positional.push(Value::default());
                    continue;
                }
                live = of.live;
                if of.fields.is_some() || of.element.is_some() {
                    shape = Some(of);
                }
            } else if matches!(name, "ctx" | "context") && entry.kind == EntryKind::Tool {
                let mut context = self.source(SourceKind::HttpRequest, "context", at, tool, Hazards::TOKEN);
                context.shape = Shape::Api("mcp.Context()".into());
                positional.push(context);
                continue;
            }
            if let Some(default) = param.default {
                let of = schema::of_field(self, entry.function.file, default);
                live = live & of.live;
                if self.is_injected(entry.function, default) {
                    positional.push(Value::default());
                    continue;
                }
            }
            // Python's low-level server compares arguments with the tool's schema.
            if entry.kind == EntryKind::ToolCall {
                live = live - Hazards::STRUCTURE;
            }
            // A provider of identity is who may have the token.
            if entry.kind == EntryKind::Identity {
                live = live - Hazards::TOKEN;
            }
            if param.kind == ParamKind::Rest || live.is_none() && shape.is_none() {
                positional.push(Value::default());
                continue;
            }
            let value = self.source(source, name, at, tool, live);
            // Behind the tool's name.
            if entry.kind == EntryKind::ToolCall && number > before.positional.len() {
                self.limit_arguments(entry.function, &value, at);
            }
            positional.push(match shape {
                Some(of) => schema::apply(self, &value, &of, at, 0),
                None => value,
            });
        }
        let name = |param: &Param| param.name.map_or("arguments", |name| module.name(name)).into();
        params().zip(positional).map(|(param, value)| (param.kind, name(param), value)).collect()
    }

    /// `x = Depends(f)`: what the framework provides, not the caller.
    fn is_injected(&mut self, function: FunctionRef, default: crate::ir::ExprId) -> bool {
        let value = self.static_value(function.file, default);
        value
            .as_ref()
            .and_then(Value::api)
            .is_some_and(|path| path.ends_with("Depends()") || path.ends_with("CurrentContext()"))
    }

    /// `x: Annotated[T, Depends(f)]`, written there or under a name: what the framework provides.
    fn is_provided(&mut self, file: crate::rule::FileId, annotation: crate::ir::ExprId) -> bool {
        let Some(module) = self.module(file) else { return false };
        let is_provider = |value: Option<Value>| {
            value.as_ref().and_then(Value::api).is_some_and(|path| {
                ["Depends()", "Security()", "Inject()"].iter().any(|end| path.ends_with(end))
            })
        };
        if let ExprKind::Index { index, .. } = module.expr(annotation).kind
            && let ExprKind::Collection(_, parts) = module.expr(index).kind
        {
            return module.list(parts).iter().any(|part| is_provider(self.static_value(file, *part)));
        }
        is_provider(self.static_value(file, annotation))
    }

    /// Evaluates a function that no entry point reaches, with its parameters as hints.
    pub(crate) fn run_orphan(&mut self, function: FunctionRef) {
        let Some(module) = self.module(function.file) else { return };
        let definition = module.function(function.function);
        let is_python = module.language == Language::Python;
        let this = definition.class.map(|class| {
            Rc::new(Value {
                shape: Shape::Instance(ClassRef { file: function.file, class }),
                ..Value::default()
            })
        });
        let is_method =
            matches!(definition.kind, crate::ir::FunctionKind::Method | crate::ir::FunctionKind::ClassMethod);
        let skip = usize::from(is_python && is_method);
        // What an object is made of is the program's own: its settings, its folders.
        let is_constructor = definition.class.is_some()
            && definition.name.is_some_and(|name| matches!(module.name(name), "__init__" | "constructor"));
        let mut positional = Vec::new();
        for param in definition.params.iter().skip(skip) {
            let at = Place { file: function.file, span: param.span };
            let live = match (param.annotation, is_python) {
                (Some(annotation), true) => schema::of_annotation(self, function.file, annotation, 0).live,
                _ => Hazards::ALL,
            };
            let name = param.name.map_or("argument", |name| module.name(name));
            let is_context = is_python
                && param.annotation.is_some_and(|annotation| {
                    let class = self.static_value(function.file, annotation);
                    class.as_ref().and_then(Value::api).is_some_and(|path| path.ends_with("Context"))
                });
            positional.push(
                if is_context || is_constructor || live.is_none() || param.kind != ParamKind::Plain {
                    Value::default()
                } else {
                    self.source(SourceKind::Parameter, name, at, None, live)
                },
            );
        }
        let this = this.filter(|_| is_method);
        self.call_root(function, Bound::new(this, None), positional);
    }
}

/// The functions among arguments, and in lists among them.
fn held_functions(args: &[Value]) -> impl Iterator<Item = &Value> {
    args.iter()
        .flat_map(|value| value.items().unwrap_or(std::slice::from_ref(value)))
        .filter(|value| value.is_function())
}

/// True for a function of the tree, and for one of several.
fn is_handler(value: &Value) -> bool {
    let one_of = |shapes: &[Shape]| shapes.iter().all(|shape| matches!(shape, Shape::Function(..)));
    value.is_function() || matches!(&value.shape, Shape::OneOf(shapes) if one_of(shapes))
}

/// What decorators of Python's servers end with that are called with a function.
const DECORATORS: &[&str] = &[
    ".tool()",
    ".prompt()",
    ".resource()",
    ".call_tool()",
    ".list_tools()",
    ".read_resource()",
    ".get_prompt()",
];

fn decorator_kind(name: &str) -> Option<EntryKind> {
    Some(match name.rsplit('.').next().unwrap_or(name) {
        "tool" | "Tool" => EntryKind::Tool,
        "call_tool" => EntryKind::ToolCall,
        "list_tools" => EntryKind::ToolList,
        "resource" | "read_resource" | "Resource" | "ResourceTemplate" => EntryKind::Resource,
        "prompt" | "get_prompt" | "Prompt" => EntryKind::Prompt,
        "route" | "custom_route" | "get" | "post" | "put" | "delete" | "patch" | "api_route"
        | "websocket" => EntryKind::Http,
        _ => return None,
    })
}

/// The type of Azure's trigger that makes a function a tool.
const MCP_TRIGGER: &str = "mcpToolTrigger";

/// Decorators of further frameworks, by what they are of: Semantic Kernel, Azure Functions, EnrichMCP.
fn decorator_kind_of(api: &str, name: &str) -> Option<EntryKind> {
    let is_tool = match name {
        "kernel_function" => api.starts_with("semantic_kernel."),
        "mcp_tool" | "generic_trigger" => api.starts_with("azure.functions."),
        "retrieve" | "create" | "update" | "delete" | "resolver" => api.starts_with("enrichmcp."),
        _ => false,
    };
    is_tool.then_some(EntryKind::Tool)
}

/// Which requests a handler of the low-level TypeScript server takes.
fn request_kind(value: &Value) -> Option<EntryKind> {
    let name = value.as_str().or_else(|| value.api())?;
    let name = name.rsplit('.').next().unwrap_or(name);
    Some(match name {
        "CallToolRequestSchema" | "tools/call" => EntryKind::ToolCall,
        "ListToolsRequestSchema" | "tools/list" => EntryKind::ToolList,
        "ReadResourceRequestSchema" | "resources/read" | "SubscribeRequestSchema" | "resources/subscribe" => {
            EntryKind::Resource
        }
        "GetPromptRequestSchema" | "prompts/get" => EntryKind::Prompt,
        "CompleteRequestSchema" | "completion/complete" => EntryKind::ToolCall,
        _ => return None,
    })
}

/// What a schema is of, by the end of its name: `CallToolSchema`, `schemas.ListToolsRequest`.
fn kind_by_name(name: &str) -> Option<EntryKind> {
    let name = name.rsplit('.').next()?.trim_end_matches("Schema").trim_end_matches("Request");
    Some(match name {
        "CallTool" | "ToolCall" | "ToolsCall" => EntryKind::ToolCall,
        "ListTools" | "ToolsList" => EntryKind::ToolList,
        "ReadResource" | "ResourcesRead" => EntryKind::Resource,
        "GetPrompt" | "PromptsGet" => EntryKind::Prompt,
        _ => return None,
    })
}

/// The handler inside an object that describes a tool.
fn nested_handler(args: &[Value]) -> Option<Value> {
    args.iter().find_map(|value| {
        ["execute", "handler", "callback", "cb", "run", "load", "call"]
            .iter()
            .find_map(|name| value.field(name).filter(|field| field.is_function()).cloned())
    })
}

/// The only schema of an object among the fields of one, whatever it is called.
fn object_schema(value: &Value) -> Option<Rc<Schema>> {
    let fields = value.fields();
    let of_answers = |name: &str| {
        let name = name.to_ascii_lowercase();
        ["output", "result", "response", "return"].iter().any(|word| name.contains(word))
    };
    let mut schemas = fields.iter().filter_map(|(name, field)| match &field.shape {
        Shape::Schema(schema) if schema.fields.is_some() && !of_answers(name) => Some(Rc::clone(schema)),
        _ => None,
    });
    let schema = schemas.next()?;
    schemas.next().is_none().then_some(schema)
}

/// The schema that an argument of a registration holds: itself, or in a field of its configuration.
fn config_schema(value: &Value) -> Option<Rc<Schema>> {
    if let Shape::Object(fields) = &value.shape {
        let fields: &Fields = fields;
        for name in ["inputSchema", "argsSchema", "parameters", "schema", "paramsSchema"] {
            if let Some(found) = fields.known.get(name).and_then(|value| schema::of_value(value)) {
                return Some(found);
            }
        }
        if fields.known.contains_key("description")
            && fields.known.get("description").is_some_and(|text| text.as_str().is_some())
        {
            return object_schema(value);
        }
    }
    schema::of_value(value)
}
