//! Archives that are opened: what their members are called is up to whoever packed them.

use super::derived;
use crate::{
    flow::{
        Hazards,
        call::Arguments,
        engine::Engine,
        join,
        member::api_call,
        state::State,
        value::{Taint, Value},
    },
    rule::Place,
};

/// An archive of somebody else's: what it is made of does not matter, its members can lead anywhere. One that was not
/// read from a file of the server's own was packed somewhere else as well.
pub(super) fn opened(engine: &mut Engine<'_>, state: &State, arguments: &Arguments, place: Place) -> Value {
    let named =
        |wanted: &str| arguments.keywords.iter().find(|(name, _)| &**name == wanted).map(|(_, value)| value);
    let file = arguments.positional.first().or_else(|| named("name"));
    let bytes = arguments.positional.get(2).or_else(|| named("fileobj"));
    let mut value = Value::default();
    for one in file.into_iter().chain(bytes) {
        let made = derived(engine, state, one, Hazards::NONE);
        value.taints = join::union(value.taints.as_ref(), made.taints.as_ref());
    }
    if let Some(taints) = &value.taints {
        let origin = engine.fresh();
        value.taints =
            Some(taints.iter().map(|taint| Taint { live: Hazards::PATH, origin, ..*taint }).collect());
        value.id = Some(origin);
    } else if bytes.is_some_and(|bytes| !bytes.is_null()) {
        value = engine.packed_elsewhere(place);
    }
    Value { shape: api_call("tarfile.open"), ..value }
}
