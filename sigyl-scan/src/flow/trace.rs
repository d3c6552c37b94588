//! The ways of values: a forest of steps, each with the step before it.

use std::rc::Rc;

use super::value::{SourceKind, StepId};
use crate::rule::Place;

/// Longest way that is told; of longer ones the middle is left out. Chosen for readers.
const LONGEST: usize = 18;

/// Steps of such a way that are told from its beginning; the others are its end, where the harm is done. Chosen.
const BEGINNING: usize = 6;

/// What happened at a step.
#[derive(Debug, Clone)]
pub(crate) enum StepKind {
    /// The value comes in.
    Source(SourceKind, Rc<str>),
    /// It is bound to a variable or field.
    Assigned(Rc<str>),
    /// It is passed to a function of the tree.
    Passed(Rc<str>),
    /// It comes back from a function of the tree.
    Returned(Rc<str>),
}

#[derive(Debug, Clone)]
struct Step {
    previous: Option<StepId>,
    /// Where the way begins.
    source: StepId,
    place: Place,
    kind: StepKind,
    tool: Option<Rc<str>>,
}

/// How a step that is a call begins.
pub(crate) const PASSED: &str = "passed to ";

/// All steps of a scan.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    steps: Vec<Step>,
    /// The tool whose handler is being evaluated.
    pub(super) handler: Option<Rc<str>>,
}

impl Trace {
    /// Begins a way.
    pub(crate) fn source(
        &mut self,
        kind: SourceKind,
        name: Rc<str>,
        place: Place,
        tool: Option<Rc<str>>,
    ) -> StepId {
        let source = StepId(self.steps.len() as u32);
        self.push(Step { previous: None, source, place, kind: StepKind::Source(kind, name), tool })
    }

    /// Goes on from `previous`.
    pub(crate) fn step(&mut self, previous: StepId, kind: StepKind, place: Place) -> StepId {
        let last = &self.steps[previous.0 as usize];
        if last.place == place {
            return previous;
        }
        let (source, tool) = (last.source, last.tool.clone());
        self.push(Step { previous: Some(previous), source, place, kind, tool })
    }

    fn push(&mut self, step: Step) -> StepId {
        self.steps.push(step);
        StepId(self.steps.len() as u32 - 1)
    }

    /// Where a step stands.
    pub(crate) fn place(&self, step: StepId) -> Place {
        self.steps[step.0 as usize].place
    }

    /// The tool whose call the way begins at.
    pub(crate) fn tool(&self, step: StepId) -> Option<Rc<str>> {
        self.steps[step.0 as usize].tool.clone()
    }

    /// True for a value that another tool's handler kept: it came in with an earlier call.
    pub(crate) fn is_kept(&self, step: StepId) -> bool {
        let from = self.steps[step.0 as usize].tool.as_ref();
        self.handler.as_ref().zip(from).is_some_and(|(handler, from)| handler != from)
    }

    /// The way that ends at `step`, from its source on.
    pub(crate) fn path(&self, step: StepId) -> Vec<(Place, String)> {
        let mut path = Vec::new();
        let mut at = Some(step);
        while let Some(id) = at {
            let step = &self.steps[id.0 as usize];
            path.push(step);
            at = step.previous;
        }
        path.reverse();
        // That a function's parameter holds what is passed to it goes without saying.
        let mut after_call = false;
        path.retain(|step| {
            let said = after_call && matches!(step.kind, StepKind::Assigned(_));
            after_call = matches!(step.kind, StepKind::Passed(_));
            !said
        });
        if path.len() > LONGEST {
            path.drain(BEGINNING..path.len() - (LONGEST - BEGINNING));
        }
        // Only what is told is put into words: ways can be very long, and most are not told in the end.
        path.into_iter().map(|step| (step.place, describe(&step.kind))).collect()
    }

    /// Where the way begins.
    pub(crate) fn source_place(&self, step: StepId) -> Place {
        self.place(self.steps[step.0 as usize].source)
    }

    /// The name of the value that the way begins with.
    pub(crate) fn source_name(&self, step: StepId) -> String {
        let source = self.steps[step.0 as usize].source;
        match &self.steps[source.0 as usize].kind {
            StepKind::Source(_, name) => name.to_string(),
            _ => String::new(),
        }
    }
}

fn describe(kind: &StepKind) -> String {
    match kind {
        StepKind::Source(source, name) => format!("{} `{name}` comes in", source.describe()),
        StepKind::Assigned(name) => format!("assigned to `{name}`"),
        StepKind::Passed(name) => format!("{PASSED}`{name}`"),
        StepKind::Returned(name) => format!("returned by `{name}`"),
    }
}
