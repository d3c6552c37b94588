//! Follows data: from where a caller's values come in, through the program, to where they do harm.
//!
//! The engine interprets the small representation abstractly. It starts from module bodies, finds what they register
//! as tools, resources, prompts and routes, and then evaluates each handler with arguments that stand for a caller's
//! values. Calls are followed into the tree's own functions, across files, with what is known of their arguments.
//!
//! A caller's value carries [`Hazards`]: the ways in which it can still do harm. Sanitizers take hazards away
//! (`shlex.quote` takes [`Hazards::COMMAND`]). Guards are values with [facts](value::Facts): `allowed.includes(x)` is a
//! boolean that, where it holds, leaves `x` without hazards; a branch, an early return, a throw, or a helper in another
//! file that returns it all work the same way, because facts travel with the value and the state of a path keeps what
//! was established on it.
//!
//! Work is counted in steps, so that a report is the same on every machine; a program too large for the budget is
//! reported as not analysed in full.

mod answers;
mod beside;
mod bound;
mod by_name;
mod call;
mod compiled;
mod connections;
mod data_class;
mod described;
mod engine;
mod entry;
mod eval;
mod event;
mod exec;
mod fill;
mod found;
mod gradio;
mod guards;
mod handed;
mod hazard;
mod identity;
mod index;
mod invoke;
mod join;
mod kept;
mod lineage;
mod listed;
mod listeners;
mod member;
mod models;
mod nodes;
mod object;
mod parts;
mod picking;
mod pieces;
pub(crate) mod program;
mod projects;
mod refined;
mod regex;
mod repeated;
mod requests;
mod resolve;
mod rounds;
mod schema;
mod secrets;
mod slashed;
mod state;
mod steering;
mod stubs;
mod tagged;
mod text;
mod told;
mod tool_objects;
mod tools;
mod trace;
mod unawaited;
mod uncalled;
mod unregistered;
mod upstream;
mod validators;
mod value;
mod variables;
mod words;

pub use event::{Answer, Assignment, Call, FlowPath};
pub use hazard::Hazards;
pub(crate) use secrets::ONE_OF_ALL;
pub(crate) use trace::PASSED;
pub use value::{SourceKind, Value};

use std::collections::{BTreeMap, BTreeSet};

use sigyl_core::{NotAnalysed, NotAnalysedReason, Tool};

use crate::{
    config::Observer,
    context::{FileContext, Offered, ToolText},
    driver::Failures,
    rule::{Draft, FileId, Place, Rule},
};

/// Something that a server offers, and the texts of it that a model reads.
#[derive(Debug)]
pub(crate) struct Offer {
    pub(crate) offered: Offered,
    pub(crate) name: String,
    /// What the report tells of a tool.
    pub(crate) tool: Option<Tool>,
    pub(crate) texts: Vec<ToolText>,
    pub(crate) place: Place,
}

/// What following the data of a tree brought.
#[derive(Debug, Default)]
pub(crate) struct FlowOutcome {
    /// What rules reported, with the number of the rule.
    pub(crate) drafts: Vec<(usize, Draft)>,
    pub(crate) offers: Vec<Offer>,
    /// What the handler of each tool calls outside the tree; that of all tools has no name.
    pub(crate) reaches: BTreeMap<String, BTreeSet<String>>,
    /// Which file imports which.
    pub(crate) imported: Vec<(FileId, FileId)>,
    pub(crate) not_analysed: Vec<NotAnalysed>,
}

impl FlowOutcome {
    /// Nothing was followed, and why.
    pub(crate) fn failed(detail: &str) -> Self {
        let entry = NotAnalysed {
            path: ".".to_owned(),
            reason: NotAnalysedReason::RuleFailed,
            detail: detail.to_owned(),
            rule: None,
        };
        Self { not_analysed: vec![entry], ..Self::default() }
    }
}

/// Follows data through every module.
pub(crate) fn follow(
    files: &[FileContext<'_>],
    rules: &[&dyn Rule],
    failures: &Failures,
    observer: &dyn Observer,
) -> FlowOutcome {
    engine::Engine::new(files, rules, failures, observer).run()
}
