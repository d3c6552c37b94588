//! What comes in beside registered handlers: messages on connections that a server takes, lines on the program's input,
//! and what runs later by the clock.

use super::{
    call::{Arguments, Site},
    engine::{Engine, Phase},
    entry::EntryKind,
    exec::Activation,
    value::{Shape, Value},
};
use crate::ir::FunctionId;

/// Methods by which listeners are added.
const LISTENS: &[&str] = &["on", "once", "addListener", "addEventListener"];
/// Parts of the paths of servers that take connections.
const SERVERS: &[&str] =
    &["WebSocketServer()", "ws.Server()", "socket.io", "net.createServer()", "tls.createServer()", "sockjs"];
/// Events that bring nothing of whoever is at the other end.
const WITHOUT_DATA: &[&str] = &[
    "close",
    "connect",
    "disconnect",
    "disconnecting",
    "drain",
    "end",
    "error",
    "finish",
    "listening",
    "open",
    "pong",
    "ready",
    "timeout",
];

/// True for methods by which listeners are added.
pub(super) fn listens(method: Option<&str>) -> bool {
    method.is_some_and(|method| LISTENS.contains(&method))
}

impl<'a> Engine<'a> {
    /// Queues the listener of a server's connections: `wss.on("connection", (socket) => …)`; and, in a program that speaks
    /// the protocol by itself, of lines that come in. True when it is one.
    pub(super) fn connection_listener(
        &mut self,
        act: &Activation<'a>,
        site: &Site,
        api: Option<&str>,
        arguments: &Arguments,
    ) -> bool {
        let given = &arguments.positional;
        let (Some(api), true) = (api, listens(site.method.as_deref())) else { return false };
        let event = given.first().and_then(Value::as_str);
        let Some(listener) = given.get(1).filter(|listener| listener.is_function()) else { return false };
        let takes = matches!(event, Some("connection" | "secureConnection" | "request"))
            && SERVERS.iter().any(|server| api.contains(server));
        if takes {
            return self.entry(&listener.clone(), EntryKind::Http, None, None);
        }
        let reads = matches!(event, Some("line" | "data" | "message"))
            && (api.starts_with("readline.createInterface()") || api.starts_with("process.stdin"));
        reads
            && act.module.names.iter().any(|name| &**name == "tools/call")
            && self.entry(&listener.clone(), EntryKind::ToolCall, None, None)
    }

    /// What a listener on a connection of a caller's is given: `socket.on("message", (data) => …)`.
    pub(super) fn message_of(&mut self, site: &Site, arguments: &Arguments) -> Option<Value> {
        if self.phase != Phase::Entries || !listens(site.method.as_deref()) {
            return None;
        }
        let receiver = site.receiver.as_ref().filter(|receiver| receiver.taints.is_some())?;
        let event = arguments.positional.first().and_then(Value::as_str)?;
        (!WITHOUT_DATA.contains(&event)).then(|| self.child(receiver, event, site.place))
    }

    /// `socket.onmessage = (event) => …` on a connection of a caller's.
    pub(super) fn message_handler(&mut self, object: &Value, property: &str, value: &Value) {
        if self.phase == Phase::Entries && property == "onmessage" && object.taints.is_some() {
            self.entry(&value.clone(), EntryKind::Http, None, None);
        }
    }

    /// Remembers what runs later by the clock: what handlers have left for it by then is followed.
    pub(super) fn note_later(&mut self, callback: Option<&Value>) {
        if self.phase == Phase::Setup
            && let Some(callback) = callback
            && let Shape::Function(target, _) = &callback.shape
            && self
                .module(target.file)
                .is_some_and(|module| module.function(target.function).parent == FunctionId::MODULE)
        {
            self.later.push(callback.clone());
        }
    }

    /// Queues what runs later, in a program that has handlers.
    pub(super) fn queue_later(&mut self) {
        let later = std::mem::take(&mut self.later);
        if self.seen_entries.is_empty() {
            return;
        }
        for callback in later {
            self.entry(&callback, EntryKind::Later, None, None);
        }
    }

    /// Functions that complete arguments while a caller types them: `completable(schema, (value) => …)`, `new
    /// ResourceTemplate(uri, { complete: { name: (value) => … } })`.
    pub(super) fn completions(&mut self, api: Option<&str>, arguments: &Arguments) {
        let Some(api) = api else { return };
        let given = &arguments.positional;
        let all: Vec<Value> = match api.rsplit(['.', '/']).next() {
            Some("completable") => given.get(1).cloned().into_iter().collect(),
            Some("ResourceTemplate") => given
                .get(1)
                .and_then(|options| options.field("complete"))
                .map(|complete| complete.fields().into_iter().map(|(_, field)| field.clone()).collect())
                .unwrap_or_default(),
            _ => return,
        };
        for callback in all.iter().filter(|callback| callback.is_function()) {
            self.entry(callback, EntryKind::Resource, None, None);
        }
    }

    /// What a container of services makes of a class: `container.resolve(Notes)`, `moduleRef.get(Notes)`.
    pub(super) fn made_by_container(&self, site: &Site, arguments: &Arguments) -> Option<Value> {
        let makes =
            matches!(site.method.as_deref(), Some("resolve" | "get" | "make" | "getInstance" | "create"));
        let [only] = arguments.positional.as_slice() else { return None };
        match only.shape {
            Shape::Class(class) if makes => Some(Value { shape: Shape::Instance(class), ..Value::default() }),
            _ => None,
        }
    }
}
