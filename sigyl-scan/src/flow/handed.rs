//! What something outside the tree hands to the callbacks that it gets.

use super::{
    call::{Arguments, Site},
    engine::{Engine, Phase},
    upstream,
    value::{Marks, Value},
};

impl Engine<'_> {
    /// The values that callbacks among `arguments` are called with, as far as they matter.
    pub(super) fn handed(&mut self, api: Option<&str>, site: &Site, arguments: &Arguments) -> Vec<Value> {
        // `zip.on("entry", (entry) => …)`: a member of an archive.
        if site.method.as_deref() == Some("on")
            && arguments.positional.first().and_then(Value::as_str) == Some("entry")
            && self.phase == Phase::Entries
        {
            return vec![self.archive_member(site.place)];
        }
        // `connection.shell((error, stream) => …)`: a shell at the other end.
        if api.is_some_and(|api| api.starts_with("ssh2") && api.ends_with(".shell")) {
            let marks = Marks { reads_commands: true, ..Marks::default() };
            return vec![Value::default(), Value { marks, ..Value::default() }];
        }
        let output = api
            .filter(|api| upstream::calls_back_with_output(api))
            .and_then(|_| self.answer(api, None, site.place));
        output.map_or_else(Vec::new, |output| vec![Value::default(), output.clone(), output])
    }
}
