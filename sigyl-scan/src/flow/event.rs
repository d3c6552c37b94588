//! What rules see of the program while data is followed.

use std::cell::Cell;

use rustc_hash::FxHashMap;
use sigyl_core::{Confidence, Severity};

use super::{
    Hazards,
    told::Looked,
    trace::Trace,
    value::{Known, Shape, SourceKind, Value, ValueId},
};
use crate::{
    context::FileContext,
    ir::Language,
    rule::{Draft, Place},
};

/// What guards have established on the way to a place: hazards that are gone, by value.
pub(crate) type Cleared = FxHashMap<ValueId, Hazards>;

/// What is evaluated is of little weight where nothing that the tree registers reaches it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beside {
    /// The tree registers nothing, so anything may be what its callers use.
    Nothing,
    /// The tree registers something.
    Entries,
    /// It does, and what is evaluated is offered and not called by anything: a caller may reach it in a way that was
    /// not followed.
    EntriesUncalled,
}

/// What the engine lends to an event.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) file: &'a FileContext<'a>,
    pub(crate) trace: &'a Trace,
    pub(crate) cleared: &'a Cleared,
    pub(crate) beside: Beside,
}

/// One evaluated call.
#[derive(Debug)]
pub struct Call<'a> {
    pub(crate) view: View<'a>,
    pub(crate) place: Place,
    pub(crate) api: Option<&'a str>,
    pub(crate) method: Option<&'a str>,
    pub(crate) receiver: Option<&'a Value>,
    pub(crate) args: &'a [Value],
    pub(crate) arg_places: &'a [Place],
    pub(crate) keywords: &'a [(std::rc::Rc<str>, Value)],
    pub(crate) is_new: bool,
    pub(crate) function: &'a str,
    /// How much of it somebody looked at.
    pub(crate) looked: &'a Cell<Looked>,
}

/// The way of a caller's value to a sink.
#[derive(Debug, Clone)]
pub struct FlowPath {
    /// Where it came in.
    pub source: SourceKind,
    /// Its name there: `path`, `request.params.uri`.
    pub name: String,
    /// The steps from the source on, without the sink.
    pub steps: Vec<(Place, String)>,
    /// The tool whose call it begins at.
    pub tool: Option<String>,
    /// How sure the way is.
    pub confidence: Confidence,
    /// True when text was put together from the value and other pieces.
    pub concatenated: bool,
    /// True for a value that came in with an earlier call of another tool, and was kept since.
    pub kept: bool,
    /// For a parameter of a function that no entry point reaches: whether the tree has some.
    pub(crate) beside: Beside,
}

impl FlowPath {
    /// A finding at `place`, with the way told. What only a parameter of an uncalled function reaches is a hint in a
    /// tree without entry points, and information in one with them.
    pub fn draft(&self, place: Place, message: impl Into<String>) -> Draft {
        let mut draft = Draft::new(place, message).confidence(self.confidence);
        draft.flow.clone_from(&self.steps);
        draft.tool.clone_from(&self.tool);
        draft
    }
}

impl<'a> Call<'a> {
    fn note(&self, looked: Looked) {
        self.looked.set(self.looked.get().max(looked));
    }

    /// The file that the call stands in.
    pub fn file(&self) -> &'a FileContext<'a> {
        self.note(Looked::File);
        self.view.file
    }

    /// Source language.
    pub fn language(&self) -> Language {
        self.note(Looked::File);
        match self.view.file.module() {
            Some(module) => module.language,
            None => Language::JavaScript,
        }
    }

    /// Where the call stands.
    pub fn place(&self) -> Place {
        self.note(Looked::Further);
        self.place
    }

    /// What is called, when it is outside the tree: `child_process.exec`, `requests.Session().get`, `open`. Module
    /// names are without `node:`, and a default import is named as its module.
    pub fn api(&self) -> Option<&'a str> {
        self.api
    }

    /// True when the call is to one of `names`.
    pub fn is(&self, names: &[&str]) -> bool {
        self.api.is_some_and(|api| names.contains(&api))
    }

    /// The method's name, for calls of the form `object.method()`, whatever the object is.
    pub fn method(&self) -> Option<&'a str> {
        self.method
    }

    /// The object, for calls of that form.
    pub fn receiver(&self) -> Option<&'a Value> {
        self.note(Looked::Further);
        self.receiver
    }

    /// True for `new`.
    pub fn is_new(&self) -> bool {
        self.is_new
    }

    /// The positional arguments, as far as they are known; after a spread of unknown length there are no more.
    pub fn args(&self) -> &'a [Value] {
        self.note(Looked::Further);
        self.args
    }

    /// The argument at `index`, from 0.
    pub fn arg(&self, index: usize) -> Option<&'a Value> {
        self.note(Looked::Further);
        self.args.get(index)
    }

    /// Python: the keyword argument `name`.
    pub fn keyword(&self, name: &str) -> Option<&'a Value> {
        self.note(Looked::Further);
        self.keywords.iter().find(|(keyword, _)| &**keyword == name).map(|(_, value)| value)
    }

    /// All keyword arguments.
    pub fn keywords(&self) -> impl Iterator<Item = (&'a str, &'a Value)> {
        self.note(Looked::Further);
        self.keywords.iter().map(|(name, value)| (&**name, value))
    }

    /// The argument at `index`, or the keyword argument `name`.
    pub fn arg_or(&self, index: usize, name: &str) -> Option<&'a Value> {
        self.keyword(name).or_else(|| self.arg(index))
    }

    /// A field of an options object: JavaScript's `{shell: true}` in any argument, Python's keyword.
    pub fn option(&self, name: &str) -> Option<&'a Value> {
        self.note(Looked::Further);
        self.keyword(name).or_else(|| self.args.iter().rev().find_map(|arg| arg.field(name)))
    }

    /// Where the argument at `index` stands.
    pub fn arg_place(&self, index: usize) -> Place {
        self.note(Looked::Further);
        self.arg_places.get(index).copied().unwrap_or(self.place)
    }

    /// Name of the function that the call stands in; empty in a module's body.
    pub fn function(&self) -> &'a str {
        self.note(Looked::Further);
        self.function
    }

    /// The way on which a caller's value that still has one of `hazards` is in `value`, the surest one.
    pub fn flow(&self, value: &Value, hazards: Hazards) -> Option<FlowPath> {
        flow(self.view, value, hazards, 0)
    }

    /// The same for values of those sources and names that `wanted` says.
    pub fn flow_from(
        &self,
        value: &Value,
        hazards: Hazards,
        wanted: &dyn Fn(SourceKind, &str) -> bool,
    ) -> Option<FlowPath> {
        flow_from(self.view, value, hazards, wanted, 0)
    }
}

/// One evaluated assignment to a member.
#[derive(Debug)]
pub struct Assignment<'a> {
    pub(crate) view: View<'a>,
    pub(crate) place: Place,
    pub(crate) object: &'a Value,
    pub(crate) property: &'a str,
    pub(crate) value: &'a Value,
}

impl<'a> Assignment<'a> {
    /// The file that the assignment stands in.
    pub fn file(&self) -> &'a FileContext<'a> {
        self.view.file
    }

    /// Where it stands.
    pub fn place(&self) -> Place {
        self.place
    }

    /// The object whose member is assigned.
    pub fn object(&self) -> &'a Value {
        self.object
    }

    /// The member's name.
    pub fn property(&self) -> &'a str {
        self.property
    }

    /// What is assigned.
    pub fn value(&self) -> &'a Value {
        self.value
    }

    /// The way on which a caller's value that still has one of `hazards` is in `value`, the surest one.
    pub fn flow(&self, value: &Value, hazards: Hazards) -> Option<FlowPath> {
        flow(self.view, value, hazards, 0)
    }

    /// The same for values of those sources and names that `wanted` says.
    pub fn flow_from(
        &self,
        value: &Value,
        hazards: Hazards,
        wanted: &dyn Fn(SourceKind, &str) -> bool,
    ) -> Option<FlowPath> {
        flow_from(self.view, value, hazards, wanted, 0)
    }
}

/// What a handler of a tool, prompt or resource gives back.
#[derive(Debug)]
pub struct Answer<'a> {
    pub(crate) view: View<'a>,
    pub(crate) place: Place,
    pub(crate) value: &'a Value,
}

impl<'a> Answer<'a> {
    /// The file that the handler stands in.
    pub fn file(&self) -> &'a FileContext<'a> {
        self.view.file
    }

    /// Where the handler begins.
    pub fn place(&self) -> Place {
        self.place
    }

    /// What it gives back.
    pub fn value(&self) -> &'a Value {
        self.value
    }

    /// The way on which a value that still has one of `hazards` is in the answer, the surest one, of those sources
    /// and names that `wanted` says.
    pub fn flow_from(&self, hazards: Hazards, wanted: &dyn Fn(SourceKind, &str) -> bool) -> Option<FlowPath> {
        flow_from(self.view, self.value, hazards, wanted, 0)
    }
}

fn flow(view: View<'_>, value: &Value, hazards: Hazards, depth: usize) -> Option<FlowPath> {
    flow_from(view, value, hazards, &|_, _| true, depth)
}

fn flow_from(
    view: View<'_>,
    value: &Value,
    hazards: Hazards,
    wanted: &dyn Fn(SourceKind, &str) -> bool,
    depth: usize,
) -> Option<FlowPath> {
    let mut best: Option<FlowPath> = None;
    let gone = |id: ValueId| view.cleared.get(&id).copied().unwrap_or(Hazards::NONE);
    let of_value = value.id.map_or(Hazards::NONE, gone);
    for taint in value.taints.iter().flat_map(|taints| taints.iter()) {
        let live = taint.live - gone(taint.origin) - of_value;
        if !live.any(hazards) {
            continue;
        }
        let confidence = match (taint.source, taint.weak) {
            (SourceKind::Parameter, _) => Confidence::Low,
            (SourceKind::Upstream, _) | (_, true) => Confidence::Medium,
            _ => Confidence::High,
        };
        // What this call brings says more than what an earlier one did.
        let kept = view.trace.is_kept(taint.step);
        if best.as_ref().is_some_and(|best| {
            best.confidence > confidence || best.confidence == confidence && best.kept <= kept
        }) || !wanted(taint.source, &view.trace.source_name(taint.step))
        {
            continue;
        }
        best = Some(FlowPath {
            source: taint.source,
            name: view.trace.source_name(taint.step),
            steps: view.trace.path(taint.step),
            tool: view.trace.tool(taint.step).map(|tool| tool.to_string()),
            confidence,
            concatenated: value.marks.concatenated,
            beside: view.beside,
            kept,
        });
    }
    if depth < 3 {
        let members: Vec<&Value> = match &value.shape {
            Shape::Object(fields) => {
                let mut known: Vec<_> = fields.known.iter().collect();
                known.sort_by(|a, b| a.0.cmp(b.0));
                known.into_iter().map(|(_, value)| &**value).chain(&fields.rest).collect()
            }
            Shape::List(items) => items.known.iter().chain(&items.rest).collect(),
            _ => Vec::new(),
        };
        for member in members {
            if let Some(path) = flow_from(view, member, hazards, wanted, depth + 1)
                && best.as_ref().is_none_or(|best| best.confidence < path.confidence)
            {
                best = Some(path);
            }
        }
    }
    best
}

impl FlowPath {
    /// The severity that a finding of default severity `severity` has for a value of this source: what only a
    /// parameter of an uncalled function reaches is at most a warning, and in a tree with entry points information. There,
    /// a text that something runs as it is stays a warning where the function is offered to others and nothing in the
    /// tree calls it.
    pub fn severity(&self, severity: Severity) -> Severity {
        match self.source {
            SourceKind::Parameter => match self.beside {
                Beside::Nothing => severity.min(Severity::Warning),
                Beside::EntriesUncalled if severity == Severity::Block && self.concatenated => {
                    Severity::Warning
                }
                Beside::Entries | Beside::EntriesUncalled => Severity::Info,
            },
            _ => severity,
        }
    }
}

impl Value {
    /// The whole text, where it is known.
    pub fn as_str(&self) -> Option<&str> {
        match &self.known {
            Known::Text(text) => Some(text),
            _ => None,
        }
    }

    /// How the text begins; all of it where it is known.
    pub fn prefix(&self) -> Option<&str> {
        match &self.known {
            Known::Text(text) => Some(text),
            Known::Affixes(affixes) => Some(&affixes.start),
            _ => None,
        }
    }

    /// The boolean, where it is known.
    pub fn as_bool(&self) -> Option<bool> {
        match self.known {
            Known::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The number, where it is known.
    pub fn as_number(&self) -> Option<f64> {
        match self.known {
            Known::Number(value) => Some(value),
            _ => None,
        }
    }

    /// True for `null`, `None`, `undefined`.
    pub fn is_null(&self) -> bool {
        matches!(self.known, Known::Null)
    }

    /// A field of an object whose fields are known.
    pub fn field(&self, name: &str) -> Option<&Value> {
        match &self.shape {
            Shape::Object(fields) => fields.known.get(name).map(|value| &**value).or(fields.rest.as_ref()),
            _ => None,
        }
    }

    /// Fields of an object, in the order in which they were written.
    pub fn fields(&self) -> Vec<(&str, &Value)> {
        match &self.shape {
            Shape::Object(fields) => {
                fields.order.iter().filter_map(|name| Some((&**name, &**fields.known.get(name)?))).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Members of a list whose first members are known.
    pub fn items(&self) -> Option<&[Value]> {
        match &self.shape {
            Shape::List(items) => Some(&items.known),
            _ => None,
        }
    }

    /// What the fields of an object hold that are not written out: those of what was spread into it.
    pub fn other_fields(&self) -> Option<&Value> {
        match &self.shape {
            Shape::Object(fields) => fields.rest.as_ref(),
            _ => None,
        }
    }

    /// What further members of a list hold, where their number is not known.
    pub fn rest(&self) -> Option<&Value> {
        match &self.shape {
            Shape::List(items) => items.rest.as_ref(),
            _ => None,
        }
    }

    /// How the text ends, as far as it is known; all of it where it is known.
    pub fn suffix(&self) -> Option<&str> {
        match &self.known {
            Known::Text(text) => Some(text),
            Known::Affixes(affixes) => Some(&affixes.end),
            _ => None,
        }
    }

    /// True for a path that is known to end with a separator.
    pub fn ends_with_separator(&self) -> bool {
        self.marks.ends_with_separator
    }

    /// True where a caller's value comes first in what was put together.
    pub fn is_led_by_caller(&self) -> bool {
        self.is_led()
    }

    /// True for a word of a text that was split at its spaces.
    pub(crate) fn is_split(&self) -> bool {
        self.marks.word
    }

    /// True for a shell that was started without a command, and for its input.
    pub(crate) fn reads_commands(&self) -> bool {
        self.marks.reads_commands
    }

    /// True for a path that was normalised, or whose links were resolved.
    pub fn is_normalised(&self) -> bool {
        self.marks.normalised || self.marks.real
    }

    /// What lies outside the tree, by its path: `child_process.exec`, `express().listen`.
    pub fn api(&self) -> Option<&str> {
        match &self.shape {
            Shape::Api(path) => Some(path),
            _ => None,
        }
    }

    /// Where the value stands, for literals.
    pub fn place(&self) -> Option<Place> {
        self.place
    }

    /// True where nothing is known of the value.
    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self.known, Known::Nothing) && matches!(self.shape, Shape::Unknown)
    }

    /// True when the value is a function of the tree.
    pub fn is_function(&self) -> bool {
        matches!(self.shape, Shape::Function(..))
    }
}
