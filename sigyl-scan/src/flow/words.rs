//! Words of a command line: which of them stand where a program looks for no option.

use super::{
    Hazards,
    program::takes_value,
    value::{Items, Taint, Value},
};

/// A word behind `--`, or the value of the option before it.
pub(crate) fn no_option(mut word: Value) -> Value {
    word.taints = word.taints.map(|all| {
        all.iter().map(|taint| Taint { live: taint.live - Hazards::ARGUMENT, ..*taint }).collect()
    });
    word
}

/// True for a word that is an option with its value behind it, also one of several: `"--glob"` or `"--iglob"`.
fn is_option_with_value(word: &Value) -> bool {
    match word.as_str() {
        Some(text) => takes_value(text),
        None => word.taints.is_none() && word.prefix().is_some_and(|start| start.starts_with('-')),
    }
}

/// What `list.push(…added)` puts into a list, which may be the words of a command.
pub(super) fn pushed(items: &Items, added: &[Value]) -> Vec<Value> {
    let ends = |word: &Value| word.as_str() == Some("--");
    let last = items.known.last().filter(|_| items.rest.is_none());
    let mut ended = items.rest.is_none() && items.known.iter().any(ends);
    let mut before = last;
    let mut words = Vec::with_capacity(added.len());
    for word in added {
        let is_none = ended || before.is_some_and(is_option_with_value);
        words.push(if is_none { no_option(word.clone()) } else { word.clone() });
        ended |= ends(word);
        before = Some(word);
    }
    words
}
