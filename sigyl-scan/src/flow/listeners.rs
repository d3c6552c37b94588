//! What requests and connections bring piece by piece: listeners on them, parsers that they are handed to, and what one
//! handler of a request leaves for the next.

use std::rc::Rc;

use super::{
    Hazards,
    call::{Arguments, Site},
    engine::{Engine, Phase},
    exec::Activation,
    kept::Kept,
    state::State,
    value::{Shape, SourceKind, Value},
};

/// How the path of what express gives handlers to leave values in ends.
const LOCALS: &str = "ServerResponse().locals";
/// What FastMCP tells a handler, and keeps by name for the session: `await ctx.set_state("root", path)`.
const SESSION: &str = "mcp.Context()";

impl<'a> Engine<'a> {
    /// A listener of what a request brings: what it keeps of that is there when others run. `request.on("data", (chunk)
    /// => { body += chunk; })`.
    pub(super) fn hear(
        &mut self,
        act: &mut Activation<'a>,
        state: &mut State,
        site: &Site,
        arguments: &Arguments,
        message: Value,
    ) {
        for listener in arguments.positional.iter().filter(|value| value.is_function()) {
            let Shape::Function(function, bound) = &listener.shape else { continue };
            let mut heard = state.clone();
            let given = vec![message.clone()];
            self.inline(act, &mut heard, *function, bound.clone(), given, Vec::new(), site.place);
            if !heard.dead {
                *state = self.join_states(state.clone(), heard);
            }
        }
    }

    /// What a parser of forms or of a connection's beginning hands to its callback: `form.parse(request, (error, fields,
    /// files) => …)`, `server.handleUpgrade(request, socket, head, (connection) => …)`.
    pub(super) fn parsed_of_request(
        &mut self,
        site: &Site,
        api: &str,
        arguments: &Arguments,
    ) -> Option<Vec<Value>> {
        if self.phase != Phase::Entries {
            return None;
        }
        let request = arguments.positional.first().filter(|request| request.taints.is_some());
        match site.method.as_deref()? {
            "parse" if api.contains("formidable") || api.contains("multiparty") => {
                let (fields, files) =
                    (self.child(request?, "fields", site.place), self.child(request?, "files", site.place));
                Some(vec![Value::default(), fields, files])
            }
            "handleUpgrade" => Some(vec![self.child(request?, "connection", site.place), request?.clone()]),
            "on" if api.starts_with("busboy") => {
                let event = arguments.positional.first()?.as_str()?;
                let mut part = |name: &str| {
                    let name = format!("request.body.{name}");
                    self.source(SourceKind::HttpRequest, &name, site.place, None, Hazards::ALL)
                };
                matches!(event, "file" | "field").then(|| vec![part("name"), part(event), part("info")])
            }
            _ => None,
        }
    }

    /// Keeps what a handler leaves for those behind it: `response.locals.folder = request.query.folder`.
    pub(super) fn leave(&mut self, state: &State, path: &str, name: &Rc<str>, value: &Value) {
        if self.phase != Phase::Entries || !is_kept(path) || !super::invoke::tainted(value, 3) {
            return;
        }
        if !self.locals.contains_key(name) {
            self.kept_changes += 1;
        }
        self.keeping.changed(Kept::left(name));
        let value = self.baked_within(value, &state.cleared, 3);
        let left = match self.locals.get(name).cloned() {
            Some(known) => self.join((&known, &state.cleared), (&value, &state.cleared)),
            None => value,
        };
        self.locals.insert(Rc::clone(name), left);
    }

    /// What handlers before left.
    pub(super) fn left(&mut self, path: &str, name: &str) -> Option<Value> {
        if !is_kept(path) {
            return None;
        }
        self.keeping.read(Kept::left(name));
        self.locals.get(name).cloned()
    }
}

/// True for what holds values from one handler to the next: of one request, or of one session.
fn is_kept(path: &str) -> bool {
    path.ends_with(LOCALS) || path == SESSION
}
