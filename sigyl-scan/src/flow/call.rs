//! Calls: into the tree's own functions, and out of it.

use std::{cell::Cell, collections::BTreeSet, rc::Rc};

use super::{
    Hazards, beside,
    engine::{Engine, Event, Phase},
    entry,
    event::{Answer, Assignment, Call, View},
    exec::Activation,
    invoke::ANY_KEYWORD,
    member::{api_call, api_member},
    models,
    state::State,
    told::Names,
    value::{ClassRef, FunctionRef, Given, Items, Shape, Value},
};
use crate::{
    ir::{ExprId, ExprKind, ListId},
    rule::{FileId, Place},
};

/// Most functions outside the tree that are remembered of one handler. Chosen.
const MOST_REACHED: usize = 400;

/// Steps that it takes to tell rules of a call: of most, and of one with followed values. Measured.
const STEPS_TO_TELL: (u64, u64) = (1, 14);

/// True for functions that give another token for the caller's, by their name.
fn exchanges_tokens(called: &str) -> bool {
    // Asked of every call: most names are too short for the words, or lack a letter of them.
    let has = |letter: u8| called.bytes().any(|byte| byte.eq_ignore_ascii_case(&letter));
    let may_be = has(b'x') || has(b'b') && has(b'h');
    if called.len() < "onbehalfof".len() || !may_be {
        return false;
    }
    let name = called.rsplit('.').next().unwrap_or(called);
    let plain: String = name.chars().filter(|char| *char != '_').flat_map(char::to_lowercase).collect();
    plain.contains("token") && plain.contains("exchange") || plain.contains("onbehalfof")
}

/// The letters of a name, in lower case and without `_`.
fn plain(name: &str) -> impl Iterator<Item = u8> + '_ {
    name.bytes().filter(|byte| *byte != b'_').map(|byte| byte.to_ascii_lowercase())
}

/// Keyword arguments.
pub(crate) type Keywords = Vec<(Rc<str>, Value)>;

/// The arguments of a call, evaluated.
#[derive(Debug, Default)]
pub(crate) struct Arguments {
    pub(crate) positional: Vec<Value>,
    pub(crate) places: Vec<Place>,
    pub(crate) keywords: Keywords,
    /// What `*x`, `...x` of unknown length and `**x` bring.
    pub(crate) rest: Option<Value>,
    /// True where that is what `**x` brings: it is given by name.
    pub(crate) by_name: bool,
}

impl Arguments {
    /// What `**x` brings becomes a keyword argument of any name.
    pub(super) fn name_rest(&mut self) {
        if self.by_name
            && let Some(rest) = self.rest.take()
        {
            self.keywords.push((ANY_KEYWORD.into(), rest));
        }
    }

    /// Puts what was given before in front of the arguments; a keyword that is given again is replaced.
    fn give_before(&mut self, given: &Given, place: Place) {
        self.positional.splice(0..0, given.positional.iter().cloned());
        self.places.splice(0..0, given.positional.iter().map(|_| place));
        for (name, value) in &given.keywords {
            if !self.keywords.iter().any(|(key, _)| key == name) {
                self.keywords.push((Rc::clone(name), value.clone()));
            }
        }
    }
}

impl<'a> Engine<'a> {
    fn arguments(&mut self, act: &mut Activation<'a>, state: &mut State, list: ListId) -> Arguments {
        let module = act.module;
        let mut all = Arguments::default();
        for argument in module.arguments(list) {
            let value = self.eval(act, state, argument.value);
            let place = act.place(argument.value);
            if argument.mapping {
                match &value.shape {
                    Shape::Object(fields) => {
                        for name in &fields.order {
                            if let Some(field) = fields.known.get(name) {
                                all.keywords.push((Rc::clone(name), (**field).clone()));
                            }
                        }
                        if let Some(rest) = &fields.rest {
                            all.by_name = all.rest.is_none();
                            all.rest = Some(rest.clone());
                        }
                    }
                    _ if value.taints.is_some() => {
                        all.by_name = all.rest.is_none();
                        all.rest = Some(value);
                    }
                    _ => {}
                }
            } else if argument.spread {
                let mut items = Items::default();
                self.spread_into(state, &mut items, &value);
                all.places.extend(items.known.iter().map(|_| place));
                all.positional.extend(items.known);
                if items.rest.is_some() {
                    all.rest = items.rest;
                    all.by_name = false;
                }
            } else if let Some(keyword) = argument.keyword {
                all.keywords.push((self.shared(act.at, keyword), value));
            } else {
                all.positional.push(value);
                all.places.push(place);
            }
        }
        all
    }

    pub(crate) fn call(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        expr: ExprId,
        callee: ExprId,
        arguments: ListId,
        is_new: bool,
    ) -> Value {
        let module = act.module;
        let place = act.place(expr);
        let (receiver, method, target) = match module.expr(callee).kind {
            ExprKind::Member { object, property } => {
                let receiver = self.eval(act, state, object);
                let name = self.shared(act.at, property);
                let target = self.method_target(act, state, &receiver, &name, act.place(callee));
                (Some(receiver), Some(name), target)
            }
            ExprKind::Super => (None, None, self.super_target(act)),
            _ => (None, None, self.eval(act, state, callee)),
        };
        let list = module.arguments(arguments);
        let arguments = self.arguments(act, state, arguments);
        if state.dead {
            return Value::default();
        }
        if let Some(value) = self.compiled(act, state, callee, list, &arguments, place) {
            return value;
        }
        self.changed.clear();
        let value =
            self.apply(act, state, Site { place, receiver, method, is_new, expr }, &target, arguments);
        for (at, object) in std::mem::take(&mut self.changed) {
            // Behind a spread nobody knows which argument is which.
            if list.iter().take(at + 1).any(|argument| argument.spread || argument.keyword.is_some()) {
                break;
            }
            if let Some(argument) = list.get(at)
                && matches!(module.expr(argument.value).kind, ExprKind::Variable(_) | ExprKind::Member { .. })
            {
                self.assign_place(act, state, argument.value, object, 1);
            }
        }
        value
    }

    /// Applies a value to arguments.
    pub(crate) fn apply(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        site: Site,
        target: &Value,
        arguments: Arguments,
    ) -> Value {
        if target.taints.is_some() && matches!(target.shape, Shape::Function(..) | Shape::OneOf(_)) {
            self.chosen_function(act, state, &site, target);
        }
        match &target.shape {
            Shape::Function(function, bound) => {
                if entry::is_registration(site.method.as_deref(), site.receiver.as_ref()) {
                    self.registration(act, state, &site, None, &arguments);
                }
                let mut arguments = arguments;
                if let Some(given) = bound.given() {
                    arguments.give_before(given, site.place);
                }
                let subject = arguments.positional.first().cloned();
                let exchanges = self
                    .module(function.file)
                    .and_then(|module| Some(module.name(module.function(function.function).name?)))
                    .is_some_and(exchanges_tokens);
                arguments.name_rest();
                let positional = expanded(arguments.positional, arguments.rest);
                let mut value = self.inline(
                    act,
                    state,
                    *function,
                    bound.clone(),
                    positional,
                    arguments.keywords,
                    site.place,
                );
                if let Some(subject) = subject {
                    // What its name says of it, beside what it does.
                    if let Some(named) = self.address_facts(*function, &subject) {
                        let mut facts = value.facts.as_deref().cloned().unwrap_or_default();
                        facts.when_true.extend(&named.when_true);
                        facts.when_false.extend(&named.when_false);
                        value.facts = Some(Rc::new(facts));
                    }
                    let real = self.resolves_links(*function);
                    if value.taints.is_some() && (real || self.normalises_paths(*function)) {
                        value.marks.normalised = true;
                        value.marks.real |= real;
                        value.forms = models::form_of(std::slice::from_ref(&subject));
                    }
                }
                if exchanges && value.taints.is_some() {
                    return Value::default();
                }
                value
            }
            Shape::Class(class) => self.construct(act, state, *class, arguments, site.place),
            Shape::Given(of, given) => {
                let mut arguments = arguments;
                arguments.give_before(given, site.place);
                self.apply(act, state, site, &Rc::clone(of), arguments)
            }
            // An object that is called like a function.
            Shape::Instance(class) => match self.method(act, state, *class, "__call__", target) {
                Some(method) if method.is_function() => self.apply(act, state, site, &method, arguments),
                _ => self.outside(act, state, site, target, arguments),
            },
            Shape::OneOf(shapes) => {
                let mut all: Option<(Value, State)> = None;
                for shape in shapes.iter() {
                    let one = Value { shape: shape.clone(), ..Value::default() };
                    let mut branch = state.clone();
                    let mut positional = arguments.positional.clone();
                    if let Some(first) = positional.first_mut()
                        && let Some(own) = beside::given_to(self, shape, first, site.place)
                    {
                        *first = own;
                    }
                    let copy = Arguments {
                        positional,
                        places: arguments.places.clone(),
                        keywords: arguments.keywords.clone(),
                        rest: arguments.rest.clone(),
                        by_name: arguments.by_name,
                    };
                    let value = self.apply(act, &mut branch, site.clone(), &one, copy);
                    all = Some(match all {
                        Some((known, known_state)) => {
                            let joined = self.join((&known, &known_state.cleared), (&value, &branch.cleared));
                            (joined, self.join_states(known_state, branch))
                        }
                        None => (value, branch),
                    });
                }
                match all {
                    Some((value, after)) => {
                        *state = after;
                        value
                    }
                    None => Value::default(),
                }
            }
            Shape::Resolver(slot) => {
                if let Some(value) = arguments.positional.first() {
                    let baked = self.bake(value, &state.cleared);
                    let slot = *slot as usize;
                    let cleared = Rc::clone(&state.cleared);
                    let joined = match self.slots[slot].take() {
                        Some(known) => self.join((&known, &cleared), (&baked, &cleared)),
                        None => baked,
                    };
                    self.slots[slot] = Some(joined);
                }
                Value::default()
            }
            _ => self.outside(act, state, site, target, arguments),
        }
    }

    /// A loader of the tree's own lets through what the one does that it is made of: `class Ours(yaml.Loader)`.
    fn name_loader(&mut self, arguments: &mut Arguments) {
        let named =
            arguments.keywords.iter_mut().find(|(name, _)| &**name == "Loader").map(|(_, value)| value);
        let Some(loader) = named.or(arguments.positional.get_mut(1)) else { return };
        if let Shape::Class(class) = loader.shape
            && let Some(base) = self.outside_base(class)
        {
            loader.shape = Shape::Api(base);
        }
    }

    /// True for functions of the tree that are named for giving a path its normal form: they do more than
    /// `path.normalize`, by replacing text, and what they give names the same file.
    fn normalises_paths(&self, function: FunctionRef) -> bool {
        let Some(module) = self.module(function.file) else { return false };
        let name = module.function(function.function).name.map(|name| module.name(name));
        name.is_some_and(|name| {
            ["normalizepath", "normalisepath", "canonicalizepath", "canonicalpath"]
                .iter()
                .any(|wanted| plain(name).eq(wanted.bytes()))
        })
    }

    /// True for functions of the tree that are named for resolving every link of a path, and do: of one that is not there
    /// yet they resolve the folder that is, which is found by calling themselves.
    fn resolves_links(&self, function: FunctionRef) -> bool {
        let Some(module) = self.module(function.file) else { return false };
        let name = module.function(function.function).name.map(|name| module.name(name));
        name.is_some_and(|name| {
            let letters = || plain(name);
            (0..name.len()).any(|from| letters().skip(from).take(8).eq(*b"realpath"))
        }) && module.names.iter().any(|name| matches!(&**name, "realpathSync" | "realpath"))
    }

    /// What a function of the tree that is named for telling private addresses apart says of its argument.
    fn address_facts(&self, function: FunctionRef, subject: &Value) -> Option<Rc<super::value::Facts>> {
        let module = self.module(function.file)?;
        let name = module.name(module.function(function.function).name?);
        super::guards::address_facts(name, subject)
    }

    /// A call to what is not in the tree, or not known.
    fn outside(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        mut site: Site,
        target: &Value,
        mut arguments: Arguments,
    ) -> Value {
        let api: Option<Rc<str>> = match &target.shape {
            Shape::Api(path) => Some(Rc::clone(path)),
            _ => None,
        };
        if let Some(rest) = arguments.rest.take() {
            if arguments.by_name {
                arguments.keywords.push((ANY_KEYWORD.into(), rest.clone()));
            }
            arguments.places.push(site.place);
            arguments.positional.push(rest);
        }
        let resolves = site.receiver.as_ref().is_some_and(|receiver| receiver.marks.resolves)
            || self.resolves_hosts(&arguments);
        if resolves {
            without_hosts(&mut arguments);
        }
        if matches!(api.as_deref(), Some("yaml.load" | "yaml.load_all")) {
            self.name_loader(&mut arguments);
        }
        self.emit_call(act, state, &site, api.as_deref(), &arguments);
        self.chosen_function(act, state, &site, target);
        self.visit_nodes(act, state, &site, arguments.positional.first());
        self.mount(act, state, &site, &arguments);
        let says_itself = site.method.as_deref().is_some_and(super::secrets::says_itself);
        if let Some(client) = site.receiver.as_mut().filter(|client| super::secrets::is_client(client))
            && !says_itself
        {
            (client.taints, client.id) = (None, None);
        }
        act.throw(state);
        if let Some(api) = api.as_deref() {
            self.note_reader(act, state, api);
        }
        if let Some(value) = api.as_deref().and_then(|api| self.request_source(api, site.place)) {
            return value;
        }
        if let Some(members) = api.as_deref().and_then(|api| {
            let archive = site.receiver.as_ref().and_then(|receiver| receiver.id);
            self.archive_members(api, archive, site.place)
        }) {
            return members;
        }
        if site.receiver.as_ref().is_some_and(|headers| headers.marks.asked)
            && api.as_deref().is_some_and(|api| api.ends_with(".headers.get"))
            && let Some(name) = arguments.positional.first().and_then(Value::as_str)
            && name.eq_ignore_ascii_case("location")
        {
            return self.next_hop(site.place);
        }
        let called = site.method.as_deref().or(api.as_deref()).unwrap_or_default();
        if exchanges_tokens(called) {
            return Value::default();
        }
        if entry::is_registration(site.method.as_deref(), site.receiver.as_ref()) || api.is_some() {
            let consumed = self.registration(act, state, &site, api.as_deref(), &arguments);
            if consumed {
                let shape = api.as_deref().map_or(Shape::Unknown, api_call);
                return Value { shape, ..Value::default() };
            }
        }
        // What is made of the server's configuration is configuration.
        let configured = site.receiver.iter().chain(&arguments.positional).any(Value::is_configuration);
        let marked = |mut value: Value| {
            // What says something about a caller's value is more than a setting.
            value.marks.configured |= configured && value.facts.is_none() && !super::secrets::callers(&value);
            value.marks.resolves |= resolves;
            value
        };
        if let Some(value) = models::call(self, act, state, &site, api.as_deref(), &arguments) {
            return marked(value);
        }
        if let Some(value) = self.made_by_container(&site, &arguments) {
            return value;
        }
        if api.is_none()
            && let Some(value) = self.by_method_name(act, state, &site, &arguments)
        {
            return value;
        }
        let mut handed = self.handed(api.as_deref(), &site, &arguments);
        if let Some(message) = self.message_of(&site, &arguments) {
            self.hear(act, state, &site, &arguments, message);
            return site.receiver.unwrap_or_default();
        }
        if let Some(parsed) = api.as_deref().and_then(|api| self.parsed_of_request(&site, api, &arguments)) {
            handed = parsed;
        }
        self.run_callbacks(act, state, &site, &arguments, &handed);
        marked(models::unknown_result(self, state, &site, api.as_deref(), &arguments))
    }

    /// A method of an object that nobody knows: when the tree has one or two methods of that name, and a caller's
    /// value is among the arguments, those are meant.
    fn by_method_name(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        site: &Site,
        arguments: &Arguments,
    ) -> Option<Value> {
        let method = site.method.as_deref()?;
        if self.phase == Phase::Setup || models::is_common_method(method) {
            return None;
        }
        let receiver = site.receiver.as_ref()?;
        if receiver.taints.is_some() || !matches!(receiver.shape, Shape::Unknown) {
            return None;
        }
        let targets = self.meant_by_name(act.file(), method)?;
        self.call_one_of(act, state, &targets, arguments, site.place)
    }

    /// Callbacks that something outside the tree gets are called with nothing known.
    pub(crate) fn run_callbacks(
        &mut self,
        act: &mut Activation<'a>,
        state: &State,
        site: &Site,
        arguments: &Arguments,
        handed: &[Value],
    ) {
        let mut callbacks: Vec<Value> = Vec::new();
        let mut note = |value: &Value| {
            if matches!(value.shape, Shape::Function(..)) {
                callbacks.push(value.clone());
            }
        };
        for value in &arguments.positional {
            match &value.shape {
                Shape::Object(fields) => {
                    fields
                        .order
                        .iter()
                        .filter_map(|name| fields.known.get(name))
                        .for_each(|value| note(value));
                }
                _ => note(value),
            }
        }
        arguments.keywords.iter().for_each(|(_, value)| note(value));
        for callback in callbacks {
            if let Shape::Function(function, bound) = &callback.shape {
                let mut branch = state.clone();
                self.inline(
                    act,
                    &mut branch,
                    *function,
                    bound.clone(),
                    handed.to_vec(),
                    Vec::new(),
                    site.place,
                );
            }
        }
    }

    pub(super) fn emit_call(
        &mut self,
        act: &Activation<'a>,
        state: &State,
        site: &Site,
        api: Option<&str>,
        arguments: &Arguments,
    ) {
        let file = act.file();
        let context = self.context(file);
        let name = act.module.function(act.function.function).name;
        let function = name.map_or("", |name| act.module.name(name));
        if let Some(api) = api {
            self.note_reached(state, site, api, arguments);
        }
        let values = site.receiver.iter().chain(&arguments.positional);
        let with_data = holds_data(values.chain(arguments.keywords.iter().map(|(_, value)| value)));
        self.spend_steps(if with_data { STEPS_TO_TELL.1 } else { STEPS_TO_TELL.0 });
        let trace = std::mem::take(&mut self.trace);
        let beside = self.beside();
        let looked = Cell::default();
        let call = Call {
            view: View { file: context, trace: &trace, cleared: &state.cleared, beside },
            place: site.place,
            api,
            method: site.method.as_deref(),
            receiver: site.receiver.as_ref(),
            args: &arguments.positional,
            arg_places: &arguments.places,
            keywords: &arguments.keywords,
            is_new: site.is_new,
            function,
            looked: &looked,
        };
        let names = Names { file, api, method: call.method, is_new: site.is_new };
        let known = self.told.uninterested(names);
        let mut now = known;
        let noted = Some((&mut now, &looked));
        self.dispatch(file, Event::Call, with_data, noted, |rule, out| rule.check_call(&call, out));
        if now != known {
            self.told.remember(names, known, now);
        }
        self.trace = trace;
    }

    /// True where a client is given code of the tree that looks hosts up, and that tells private addresses apart:
    /// `{ dnsLookup }`, `connector=TCPConnector(resolver=PublicResolver())`, `transport=PublicTransport()`.
    fn resolves_hosts(&self, arguments: &Arguments) -> bool {
        const GIVEN: &[&str] = &[
            "lookup",
            "dnsLookup",
            "resolver",
            "transport",
            "connector",
            "connect",
            "dispatcher",
            "agent",
            "httpAgent",
            "httpsAgent",
            "mounts",
        ];
        let options = arguments.positional.iter().flat_map(Value::fields);
        let keywords = arguments.keywords.iter().map(|(name, value)| (&**name, value));
        options.chain(keywords).filter(|(name, _)| GIVEN.contains(name)).any(|(_, value)| {
            value.marks.resolves
                || value.api().is_some_and(|api| {
                    ["request-filtering-agent", "ssrf-req-filter", "ssrf-agent"]
                        .iter()
                        .any(|name| api.starts_with(name))
                })
                || value.field("lookup").is_some_and(|lookup| self.tells_private_apart(lookup))
                || self.tells_private_apart(value)
        })
    }

    /// `session.mount("https://", PublicAdapter())`: what looks at the addresses of one scheme; both are needed.
    fn mount(&mut self, act: &mut Activation<'a>, state: &mut State, site: &Site, arguments: &Arguments) {
        let (Some("mount"), Some(receiver)) = (site.method.as_deref(), &site.receiver) else { return };
        let [scheme, adapter, ..] = arguments.positional.as_slice() else { return };
        if !matches!(scheme.as_str(), Some("http://" | "https://")) || !self.tells_private_apart(adapter) {
            return;
        }
        let mut changed = receiver.clone();
        changed.marks.resolves = receiver.marks.resolves || receiver.marks.half_resolves;
        changed.marks.half_resolves = true;
        if let ExprKind::Call { callee, .. } = act.module.expr(site.expr).kind
            && let ExprKind::Member { object, .. } = act.module.expr(callee).kind
        {
            self.assign_place(act, state, object, changed, 1);
        }
    }

    fn tells_private_apart(&self, value: &Value) -> bool {
        const CHECKS: &[&str] = &[
            "is_global",
            "is_private",
            "is_loopback",
            "BlockList",
            "isPrivate",
            "private-ip",
            "ipaddr.js",
            "unicast",
            "range_check",
        ];
        let file = match &value.shape {
            Shape::Function(function, _) => function.file,
            Shape::Instance(class) => class.file,
            _ => return false,
        };
        self.module(file).is_some_and(|module| module.names.iter().any(|name| CHECKS.contains(&&**name)))
    }

    /// A function of a module that a caller's value chose (`lodash[name](…)`), told to rules as a call of
    /// `member.chosen`.
    fn chosen_function(&mut self, act: &Activation<'a>, state: &State, site: &Site, target: &Value) {
        let through =
            site.receiver.as_ref().filter(|_| matches!(site.method.as_deref(), Some("call" | "apply")));
        let is_chosen = |function: &Value| match &function.shape {
            Shape::Api(path) => path.ends_with(".*"),
            Shape::Function(..) | Shape::OneOf(_) => function
                .taints
                .iter()
                .flat_map(|taints| taints.iter())
                .all(|taint| taint.live == Hazards::NAME),
            _ => false,
        };
        for function in std::iter::once(target).chain(through) {
            if function.taints.is_some() && is_chosen(function) {
                let arguments = Arguments {
                    positional: vec![function.clone()],
                    places: vec![site.place],
                    ..Arguments::default()
                };
                self.emit_call(act, state, site, Some("member.chosen"), &arguments);
            }
        }
    }

    /// Tells rules of what a handler gives back.
    pub(crate) fn emit_answer(&mut self, place: Place, value: &Value) {
        let context = self.context(place.file);
        let trace = std::mem::take(&mut self.trace);
        let cleared = super::event::Cleared::default();
        let beside = self.beside();
        self.dispatch(place.file, Event::Answer, true, None, |rule, out| {
            let view = View { file: context, trace: &trace, cleared: &cleared, beside };
            rule.check_answer(&Answer { view, place, value }, out);
        });
        self.trace = trace;
    }

    /// Contents of a tool's or resource's answer that a client shows as a page, told to rules as a call of
    /// `mcp.contents`: `{ mimeType: "text/html", text }`.
    pub(super) fn page_object(&mut self, act: &Activation<'a>, state: &State, value: &Value, place: Place) {
        let kind = value.field("mimeType").or_else(|| value.field("mime_type")).and_then(Value::prefix);
        if !kind.is_some_and(|kind| kind.starts_with("text/html")) {
            return;
        }
        let site = Site { place, receiver: None, method: None, is_new: false, expr: ExprId(0) };
        let arguments =
            Arguments { positional: vec![value.clone()], places: vec![place], ..Arguments::default() };
        self.emit_call(act, state, &site, Some("mcp.contents"), &arguments);
    }

    /// What a route returns as a page, told to rules as a call of `http.page`; a status may stand behind it.
    pub(super) fn returned_page(&mut self, act: &Activation<'a>, state: &State, value: &Value) {
        let page = value.items().and_then(<[Value]>::first).unwrap_or(value);
        let Some(place) = page.place else { return };
        let site = Site { place, receiver: None, method: None, is_new: false, expr: ExprId(0) };
        let arguments =
            Arguments { positional: vec![page.clone()], places: vec![place], ..Arguments::default() };
        self.emit_call(act, state, &site, Some("http.page"), &arguments);
    }

    /// Tells rules of an assignment to a member.
    pub(crate) fn emit_assignment(
        &mut self,
        act: &Activation<'a>,
        state: &State,
        place: Place,
        object: &Value,
        property: &str,
        value: &Value,
    ) {
        let file = act.file();
        let context = self.context(file);
        let trace = std::mem::take(&mut self.trace);
        let beside = self.beside();
        self.dispatch(file, Event::Assignment, true, None, |rule, out| {
            let assignment = Assignment {
                view: View { file: context, trace: &trace, cleared: &state.cleared, beside },
                place,
                object,
                property,
                value,
            };
            rule.check_assignment(&assignment, out);
        });
        self.trace = trace;
    }

    /// Remembers what the handler that is being evaluated calls outside the tree.
    fn note_reached(&mut self, state: &State, site: &Site, api: &str, arguments: &Arguments) {
        let Some(handler) = &self.handler else { return };
        let url = arguments.keywords.iter().find(|(name, _)| &**name == "url").map(|(_, value)| value);
        let addresses = arguments.positional.iter().take(2).chain(url);
        let chosen = addresses.into_iter().any(|address| {
            let field = |name| address.field(name).filter(|_| !address.fields().is_empty());
            [
                Some(address).filter(|address| address.fields().is_empty()),
                field("url"),
                field("host"),
                field("hostname"),
            ]
            .into_iter()
            .flatten()
            .any(|value| {
                super::join::left_of(value, &state.cleared)
                    .iter()
                    .flat_map(|taints| taints.iter())
                    .any(|taint| taint.live.any(Hazards::HOST))
            })
        });
        // `fetch(url, { method: "POST" })`: the verb is what the call does.
        let verb = arguments
            .positional
            .iter()
            .find_map(|value| value.field("method"))
            .and_then(Value::as_str)
            .filter(|verb| verb.len() <= 8);
        let mut subject = site.receiver.iter().chain(arguments.positional.first());
        let is_callers = subject.any(super::secrets::callers);
        // Most calls were seen before.
        let is_plain = verb.is_none() && !chosen && !is_callers;
        let is_known =
            |reached: &BTreeSet<String>| reached.len() >= MOST_REACHED || is_plain && reached.contains(api);
        if self.reaches.get(handler).is_some_and(is_known) {
            return;
        }
        let mut name = api.to_owned();
        if let Some(verb) = verb {
            name = name + " " + &verb.to_ascii_uppercase();
        }
        if chosen {
            name += " *";
        }
        if is_callers {
            name += " +";
        }
        self.reaches.entry(handler.clone()).or_default().insert(name);
    }

    fn method_target(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        receiver: &Value,
        name: &Rc<str>,
        place: Place,
    ) -> Value {
        match &receiver.shape {
            Shape::Api(path) => Value { shape: api_member(path, name), ..Value::default() },
            Shape::Unknown
            | Shape::List(_)
            | Shape::Schema(_)
            | Shape::Resolver(_)
            | Shape::Given(..)
            | Shape::Function(..) => Value::default(),
            _ => {
                let value = self.field(act, state, receiver, name, place);
                // A caller's object has no methods of its own.
                if value.taints.is_some() && matches!(value.shape, Shape::Unknown) {
                    Value::default()
                } else {
                    value
                }
            }
        }
    }

    fn super_target(&mut self, act: &Activation<'a>) -> Value {
        let class = act.module.function(act.function.function).class;
        let base = class.and_then(|class| self.base_class(ClassRef { file: act.file(), class }));
        match base {
            Some(base) => Value { shape: Shape::Class(base), ..Value::default() },
            None => Value::default(),
        }
    }
}

/// Levels of a value in which rules may look for followed values. Chosen: more than any does.
const DEEPEST_DATA: usize = 8;
/// Values that are looked at for that; where there are more, rules look themselves. Chosen.
const MOST_LOOKED_AT: usize = 500;

/// True where a followed value may be in one of `values`.
fn holds_data<'v>(values: impl Iterator<Item = &'v Value>) -> bool {
    fn within(value: &Value, depth: usize, left: &mut usize) -> bool {
        if value.taints.is_some() || *left == 0 {
            return true;
        }
        *left -= 1;
        if depth == 0 {
            return false;
        }
        match &value.shape {
            Shape::Object(fields) => fields
                .known
                .values()
                .map(|value| &**value)
                .chain(&fields.rest)
                .any(|value| within(value, depth - 1, left)),
            Shape::List(items) => {
                items.known.iter().chain(&items.rest).any(|value| within(value, depth - 1, left))
            }
            _ => false,
        }
    }
    let mut left = MOST_LOOKED_AT;
    let mut values = values;
    values.any(|value| within(value, DEEPEST_DATA, &mut left))
}

/// What is given to a client that looks at every address itself: it chooses no host.
fn without_hosts(arguments: &mut Arguments) {
    let keywords = arguments.keywords.iter_mut().map(|(_, value)| value);
    for value in arguments.positional.iter_mut().chain(keywords) {
        value.taints = value.taints.take().map(|all| {
            let kept = |taint: &super::value::Taint| super::value::Taint {
                live: taint.live - Hazards::HOST - Hazards::REDIRECT,
                ..*taint
            };
            all.iter().map(kept).collect()
        });
    }
}

/// Where and how a call stands.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    pub(crate) place: Place,
    pub(crate) receiver: Option<Value>,
    pub(crate) method: Option<Rc<str>>,
    pub(crate) is_new: bool,
    pub(crate) expr: ExprId,
}

pub(crate) fn expanded(mut positional: Vec<Value>, rest: Option<Value>) -> Vec<Value> {
    if let Some(rest) = rest {
        // What a spread of unknown length fills: a few more parameters.
        positional.extend(std::iter::repeat_n(rest, 4));
    }
    positional
}

/// A file that nothing was read from.
pub(crate) const NO_FILE: FileId = FileId(0);
