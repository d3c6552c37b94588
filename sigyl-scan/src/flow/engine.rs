//! The engine: what it knows of the program, its budgets, and the order in which it evaluates.

mod rest;
mod shares;

use std::{
    cell::Cell,
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet, VecDeque, hash_map::Entry},
    num::NonZeroU32,
    rc::Rc,
};

use rustc_hash::{FxHashMap, FxHashSet};
use sigyl_core::{NotAnalysed, NotAnalysedReason};

use self::shares::Ran;
use super::{
    FlowOutcome, Hazards, Offer,
    entry::{self, EntryKind},
    index::{Offered, import_of, positions},
    kept::{Keeping, Kept, Reads},
    listed::Listed,
    projects::Projects,
    resolve::Resolver,
    state::State,
    told::{Looked, RuleSet, Told, Uninterested},
    trace::Trace,
    unawaited::Unawaited,
    uncalled::Uncalled,
    value::{
        Bound, ClassRef, Fields, FunctionRef, Marks, Schema, Shape, SourceKind, StepId, Taint, Value, ValueId,
    },
};
use crate::{
    config::Observer,
    context::FileContext,
    driver::Failures,
    files::FileRole,
    ir::{Export, ExportKind, FunctionId, ImportName, Module, Name, VarId},
    rule::{Calls, Draft, FileId, Findings, Place, Rule},
    ways::{merge, way_out},
};

/// Steps for each expression of the program, over all evaluations. Chosen: cost stays linear in size.
const STEPS_PER_EXPRESSION: u64 = 25;
/// Steps that any program gets. Chosen: well under a second.
const STEPS_AT_LEAST: u64 = 1_600_000;
/// Steps that one entry point gets. Chosen so that one pathological handler does not starve the others.
const STEPS_PER_ENTRY: u64 = 2_000_000;

/// Steps for a function that no entry point reaches, where there are some. Chosen.
const STEPS_BESIDE_ENTRIES: u64 = 8_000;

/// Variables that are copied or joined in about the time of a step. Measured.
const VARIABLES_PER_STEP: u64 = 8;

/// What is being evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Module bodies, and functions that nothing called: finds registrations, sees every call once.
    Setup,
    /// Handlers, with callers' values.
    Entries,
    /// Functions that no entry point reached, with parameters as hints.
    Orphans,
}

/// What rules have reported: of each rule, place and way out of a handler the best, since the same call is seen often.
#[derive(Debug, Default)]
struct Drafts {
    all: Vec<(usize, Draft)>,
    positions: FxHashMap<(usize, Place, Option<Place>), usize>,
}

impl Drafts {
    fn add(&mut self, number: usize, rule: &dyn Rule, draft: Draft) {
        let default = rule.meta().severity;
        match self.positions.entry((number, draft.place, way_out(&draft, default))) {
            Entry::Vacant(position) => {
                position.insert(self.all.len());
                self.all.push((number, draft));
            }
            Entry::Occupied(position) => {
                let (_, known) = &mut self.all[*position.get()];
                merge(known, draft, default);
            }
        }
    }
}

/// What a function gave, where it returned, and what it read beside its arguments.
pub(crate) type Remembered = (Option<Value>, Reads);

/// What rules are told of while data is followed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Event {
    Call,
    Assignment,
    Answer,
}

/// How far a module's body has been evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    No,
    Running,
    Done,
}

pub(crate) struct Engine<'a> {
    pub(crate) files: &'a [FileContext<'a>],
    rules: &'a [&'a dyn Rule],
    /// Numbers of the rules that read events of each kind.
    watching: [Vec<(usize, Calls)>; 3],
    /// The same as sets: of all, and of those that ask for no followed value; none where a number is too large.
    watchers: [Option<(RuleSet, RuleSet)>; 3],
    failures: &'a Failures,
    observer: &'a dyn Observer,
    pub(crate) resolver: Resolver<'a>,
    pub(crate) trace: Trace,
    next_id: NonZeroU32,
    children: FxHashMap<ValueId, FxHashMap<Rc<str>, (ValueId, StepId)>>,
    /// Variables as functions see them that run later: of module bodies, and captured ones.
    pub(crate) globals: FxHashMap<(FileId, VarId), Value>,
    /// Fields that hold what their declaration says, and nothing that was assigned.
    pub(crate) declared: FxHashSet<(ClassRef, Rc<str>)>,
    /// Fields of instances, by class.
    pub(crate) fields: FxHashMap<(ClassRef, Rc<str>), Value>,
    pub(crate) progress: Vec<Progress>,
    running: usize,
    /// CommonJS `module.exports`, and ES `export default`, by position of the file.
    pub(crate) module_exports: Vec<FxHashMap<Rc<str>, Value>>,
    pub(crate) visited: FxHashSet<FunctionRef>,
    pub(crate) reached: FxHashSet<FunctionRef>,
    /// Functions that handlers gave something of a caller's, and handlers themselves.
    pub(super) given: FxHashSet<FunctionRef>,
    /// Texts that queries were made of, by the query.
    pub(super) queries: FxHashMap<ValueId, Value>,
    /// What handlers of requests leave for those behind them, by name.
    pub(super) locals: FxHashMap<Rc<str>, Value>,
    /// Parameters that only say which way a function takes, by function and number.
    pub(super) steering: FxHashMap<(FunctionRef, usize), bool>,
    /// What functions gave for such arguments, and what they read beside them.
    pub(crate) memo: FxHashMap<(FunctionRef, u64), Remembered>,
    /// The same for calls that one entry point makes again, by what they are known by.
    pub(super) repeated: FxHashMap<u64, Remembered>,
    /// Counts what rules reported, and calls that were not followed.
    pub(super) reported: u64,
    /// Imports that are being looked up: position of the file, and number.
    importing: FxHashSet<(usize, usize)>,
    /// Modules in which the name that is asked for was looked for, by position.
    searched: FxHashSet<(usize, Box<str>)>,
    /// What any field of large objects holds, where that is nothing of a caller's, and the steps that it took.
    pub(crate) elements: FxHashMap<usize, (Rc<Fields>, Value, u64)>,
    /// What rounds of loops read, by where the loop is kept in memory.
    pub(super) read_by_rounds: FxHashMap<usize, Rc<FxHashSet<VarId>>>,
    /// What decorators of the tree made of a function: what is called in its place.
    pub(crate) wrappers: FxHashMap<FunctionRef, Value>,
    /// Counts variables of modules and fields that came to hold what a caller gave.
    pub(crate) kept_changes: u64,
    pub(crate) keeping: Keeping,
    /// How often each function was evaluated, and the steps that this took.
    pub(crate) evaluations: FxHashMap<FunctionRef, (u32, u64)>,
    pub(crate) stack: Vec<FunctionRef>,
    pub(crate) slots: Vec<Option<Value>>,
    /// What the function that ended last has thrown and not caught, where followed values are in it.
    pub(crate) escaped: Option<Value>,
    /// What one of several schemas parsed, and which they were.
    pub(crate) parsed: FxHashMap<ValueId, (Value, Vec<Rc<Schema>>)>,
    /// The schemas that stand beside handlers; none where there are several.
    pub(crate) schemas_beside: FxHashMap<FunctionRef, Option<Rc<Schema>>>,
    /// What is called for events of the program's own, by name.
    pub(crate) listeners: FxHashMap<Rc<str>, Vec<Value>>,
    /// What servers keep for their handlers while they run, as their lifespans yield it.
    pub(crate) lifespan: Option<Value>,
    /// The first identity that was given while the entry point that runs was evaluated.
    pub(crate) entered_at: u32,
    /// Pieces of values: of which, and the hazards that the whole is without where every piece is.
    pub(crate) pieces: FxHashMap<ValueId, (ValueId, Hazards)>,
    /// What the tools that are listed take.
    pub(crate) listed: Listed,
    /// Texts, by the first word that they were split into.
    pub(crate) first_words: FxHashMap<ValueId, ValueId>,
    /// Names of options, by what they were without its dashes.
    pub(crate) option_names: FxHashMap<ValueId, ValueId>,
    /// True while variables of two paths are joined.
    pub(crate) meets_paths: bool,
    /// Levels of objects that are being joined.
    pub(crate) joining: usize,
    /// Objects of the last call's arguments that the function changed in place, by position.
    pub(crate) changed: Vec<(usize, Value)>,
    /// Files that are evaluated whether or not another one imports them, by position.
    roots: Vec<usize>,
    pub(crate) methods: FxHashMap<&'a str, Vec<FunctionRef>>,
    pub(crate) entries: VecDeque<entry::Entry>,
    /// What runs later by the clock.
    pub(super) later: Vec<Value>,
    pub(crate) seen_entries: FxHashSet<(FunctionRef, EntryKind, u64)>,
    pub(crate) offers: Vec<Offer>,
    /// The tool whose handler is being evaluated; empty for the handler of all tools.
    pub(crate) handler: Option<String>,
    /// The function that is being evaluated when what it returns is a page: a route of Flask.
    pub(crate) page_handler: Option<FunctionRef>,
    /// What handlers call outside the tree, by tool.
    pub(crate) reaches: BTreeMap<String, BTreeSet<String>>,
    /// Texts of each module that stand where answers do.
    pub(crate) literal_answers: FxHashMap<FileId, super::answers::Literals>,
    pub(crate) phase: Phase,
    steps_left: u64,
    entry_steps_left: u64,
    exhausted: FxHashSet<FunctionRef>,
    /// How many handlers were evaluated, and the steps that they took.
    taken: (u64, u64),
    /// Handlers that were cut off, and the steps that they had.
    cut: Vec<(entry::Entry, u64)>,
    /// Functions that no entry point reaches, and that were not followed to their end.
    cut_beside: FxHashSet<FunctionRef>,
    pub(super) uncalled: Uncalled,
    /// True for a program that answers requests of the protocol by itself, once that was asked.
    pub(super) speaks_itself: Option<bool>,
    pub(super) unawaited: Option<Unawaited>,
    drafts: Drafts,
    imported: FxHashSet<(FileId, FileId)>,
    pub(super) projects: Projects,
    /// Shared strings of names, by position of the file and number of the name.
    names: Vec<Vec<Option<Rc<str>>>>,
    /// Positions of files among the contexts, by id.
    positions: Vec<u32>,
    /// Imports by the variable that they are bound to, by position of the file.
    import_of: Vec<OnceCell<FxHashMap<VarId, usize>>>,
    /// What modules offer by name, by position of the file; made when first asked for.
    offered: Vec<Option<Offered<'a>>>,
    /// Rules that need not be told of calls by their names.
    pub(super) told: Told,
}

/// Rules that read events, as sets: all of them, and those that ask for no followed value.
fn watchers(watching: &[(usize, Calls)]) -> Option<(RuleSet, RuleSet)> {
    let without_data = watching.iter().filter(|(_, calls)| *calls != Calls::WithData);
    Some((
        RuleSet::of(watching.iter().map(|(number, _)| *number))?,
        RuleSet::of(without_data.map(|(number, _)| *number))?,
    ))
}

/// Tests are no part of what is deployed unless something else imports them, in a tree that has anything else.
fn roots(files: &[FileContext<'_>]) -> Vec<usize> {
    let has_more = files.iter().any(|file| file.role != FileRole::Test && file.module().is_some());
    (0..files.len()).filter(|at| !has_more || files[*at].role != FileRole::Test).collect()
}

impl<'a> Engine<'a> {
    pub(crate) fn new(
        files: &'a [FileContext<'a>],
        rules: &'a [&'a dyn Rule],
        failures: &'a Failures,
        observer: &'a dyn Observer,
    ) -> Self {
        let mut methods: FxHashMap<&str, Vec<FunctionRef>> = FxHashMap::default();
        let roots = roots(files);
        let size: u64 =
            roots.iter().filter_map(|at| files[*at].module()).map(|module| module.size() as u64).sum();
        for at in &roots {
            let file = &files[*at];
            let Some(module) = file.module() else { continue };
            for method in module.classes.iter().flat_map(|class| &class.methods) {
                let target = FunctionRef { file: file.id, function: method.function };
                methods.entry(module.name(method.name)).or_default().push(target);
            }
        }
        let watching: [Vec<(usize, Calls)>; 3] =
            std::array::from_fn(|_| rules.iter().map(|rule| rule.calls()).enumerate().collect());
        Self {
            files,
            rules,
            watchers: std::array::from_fn(|event| watchers(&watching[event])),
            watching,
            failures,
            observer,
            resolver: Resolver::new(files),
            trace: Trace::default(),
            next_id: NonZeroU32::MIN,
            children: FxHashMap::default(),
            globals: FxHashMap::default(),
            declared: FxHashSet::default(),
            fields: FxHashMap::default(),
            progress: vec![Progress::No; files.len()],
            running: 0,
            module_exports: vec![FxHashMap::default(); files.len()],
            visited: FxHashSet::default(),
            reached: FxHashSet::default(),
            given: FxHashSet::default(),
            queries: FxHashMap::default(),
            locals: FxHashMap::default(),
            steering: FxHashMap::default(),
            memo: FxHashMap::default(),
            repeated: FxHashMap::default(),
            reported: 0,
            importing: FxHashSet::default(),
            searched: FxHashSet::default(),
            elements: FxHashMap::default(),
            read_by_rounds: FxHashMap::default(),
            wrappers: FxHashMap::default(),
            kept_changes: 0,
            keeping: Keeping::default(),
            evaluations: FxHashMap::default(),
            stack: Vec::new(),
            slots: Vec::new(),
            escaped: None,
            parsed: FxHashMap::default(),
            schemas_beside: FxHashMap::default(),
            listeners: FxHashMap::default(),
            lifespan: None,
            entered_at: 0,
            pieces: FxHashMap::default(),
            listed: Listed::default(),
            first_words: FxHashMap::default(),
            option_names: FxHashMap::default(),
            meets_paths: false,
            joining: 0,
            changed: Vec::new(),
            roots,
            methods,
            entries: VecDeque::new(),
            later: Vec::new(),
            seen_entries: FxHashSet::default(),
            offers: Vec::new(),
            handler: None,
            page_handler: None,
            reaches: BTreeMap::new(),
            literal_answers: FxHashMap::default(),
            phase: Phase::Setup,
            steps_left: STEPS_AT_LEAST + STEPS_PER_EXPRESSION * size,
            entry_steps_left: STEPS_PER_ENTRY,
            exhausted: FxHashSet::default(),
            taken: (0, 0),
            cut: Vec::new(),
            cut_beside: FxHashSet::default(),
            uncalled: Uncalled::default(),
            speaks_itself: None,
            unawaited: None,
            drafts: Drafts::default(),
            imported: FxHashSet::default(),
            projects: Projects::new(files),
            names: vec![Vec::new(); files.len()],
            positions: positions(files),
            import_of: files.iter().map(|_| OnceCell::new()).collect(),
            offered: (0..files.len()).map(|_| None).collect(),
            told: Told::default(),
        }
    }

    /// Evaluates the whole program.
    pub(crate) fn run(mut self) -> FlowOutcome {
        for at in self.roots.clone() {
            self.ensure_module(at);
        }
        let handlers = self.entries.iter().map(|entry| entry.function).collect();
        self.visit_rest(&handlers);
        self.phase = Phase::Entries;
        let mut cut_before = self.exhausted.clone();
        let kept = self.steps_left / 4;
        let mut ran: Vec<Ran> = Vec::new();
        let mut before_last_change = 0;
        self.run_queued(kept, &mut ran, &mut before_last_change);
        let cut = std::mem::take(&mut self.exhausted);
        self.phase = Phase::Setup;
        self.visit_rest(&FxHashSet::default());
        self.phase = Phase::Entries;
        cut_before.extend(self.exhausted.iter().copied());
        self.exhausted.extend(cut);
        self.queue_unregistered();
        self.queue_later();
        self.run_queued(kept, &mut ran, &mut before_last_change);
        let had_entries = !ran.is_empty();
        // What one handler keeps, another one finds that was evaluated before it.
        for (number, (entry, reads)) in ran.iter().take(before_last_change).enumerate() {
            if self.observer.cancelled() || self.steps_left <= kept {
                break;
            }
            if !self.keeping.has_changed(reads) || self.runs_again(entry, kept) {
                continue;
            }
            self.run_within(entry, kept, before_last_change - number - 1);
        }
        self.run_cut(kept, cut_before);
        self.phase = Phase::Orphans;
        if !self.observer.cancelled() {
            self.run_orphans(had_entries);
        }
        self.finish()
    }

    fn finish(self) -> FlowOutcome {
        let mut not_analysed: Vec<NotAnalysed> = self
            .exhausted
            .iter()
            .map(|function| {
                let file = self.context(function.file);
                let name = file.module().and_then(|module| {
                    module.function(function.function).name.map(|name| module.name(name).to_owned())
                });
                NotAnalysed {
                    path: file.path.to_owned(),
                    reason: NotAnalysedReason::BudgetExhausted,
                    detail: match name {
                        Some(name) => format!("data was not followed to its end from `{name}`"),
                        None => "data was not followed to its end".to_owned(),
                    },
                    rule: None,
                }
            })
            .collect();
        if !self.cut_beside.is_empty() {
            let count = self.cut_beside.len();
            not_analysed.push(NotAnalysed {
                path: ".".to_owned(),
                reason: NotAnalysedReason::BudgetExhausted,
                detail: format!(
                    "data was not followed to its end from {count} functions that no tool reaches"
                ),
                rule: None,
            });
        }
        not_analysed.sort();
        not_analysed.dedup();
        let mut imported: Vec<_> = self.imported.into_iter().collect();
        imported.sort_unstable();
        FlowOutcome {
            drafts: self.drafts.all,
            offers: self.offers,
            reaches: self.reaches,
            imported,
            not_analysed,
        }
    }

    /// Counts a step; false when the budget is used up and evaluation must wind down.
    pub(crate) fn step(&mut self) -> bool {
        if self.steps_left == 0 || self.entry_steps_left == 0 {
            if let Some(function) = self.stack.first() {
                let beside = self.phase == Phase::Orphans && !self.seen_entries.is_empty();
                if beside {
                    self.cut_beside.insert(*function)
                } else {
                    self.exhausted.insert(*function)
                };
            }
            return false;
        }
        self.steps_left -= 1;
        self.entry_steps_left -= 1;
        true
    }

    /// True when the budget is used up.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.steps_left == 0 || self.entry_steps_left == 0
    }

    /// Counts work that grows with the number of variables: what `count` of them cost.
    pub(crate) fn spend(&mut self, count: usize) {
        self.spend_steps(count as u64 / VARIABLES_PER_STEP);
    }

    /// Steps that are left of the whole program's.
    pub(crate) fn steps_left(&self) -> u64 {
        self.steps_left
    }

    /// True when so many steps do not use up the budget.
    pub(crate) fn can_spend(&self, steps: u64) -> bool {
        self.steps_left > steps && self.entry_steps_left > steps
    }

    /// Counts steps.
    pub(crate) fn spend_steps(&mut self, steps: u64) {
        self.steps_left = self.steps_left.saturating_sub(steps);
        self.entry_steps_left = self.entry_steps_left.saturating_sub(steps);
    }

    /// A fresh identity for a value.
    pub(crate) fn fresh(&mut self) -> ValueId {
        self.next_id = self.next_id.saturating_add(1);
        ValueId(self.next_id)
    }

    /// The position of a file among the contexts.
    pub(crate) fn position(&self, file: FileId) -> usize {
        self.positions.get(file.0 as usize).map_or(0, |at| *at as usize)
    }

    pub(crate) fn context(&self, file: FileId) -> &'a FileContext<'a> {
        &self.files[self.position(file)]
    }

    /// The module at a position, unless it is a test that nothing has imported.
    pub(super) fn deployed(&self, at: usize) -> Option<&'a Module> {
        let is_part = self.progress[at] != Progress::No || self.roots.binary_search(&at).is_ok();
        if is_part { self.files[at].module() } else { None }
    }

    /// The module of a file that has functions.
    pub(crate) fn module(&self, file: FileId) -> Option<&'a Module> {
        self.context(file).module()
    }

    /// A name as a shared string.
    pub(crate) fn shared(&mut self, at: usize, name: Name) -> Rc<str> {
        let Some(module) = self.files[at].module() else { return "".into() };
        let names = &mut self.names[at];
        if names.is_empty() {
            names.resize(module.names.len(), None);
        }
        Rc::clone(names[name.0 as usize].get_or_insert_with(|| module.name(name).into()))
    }

    /// A caller's value.
    pub(crate) fn source(
        &mut self,
        kind: SourceKind,
        name: &str,
        place: Place,
        tool: Option<&Rc<str>>,
        live: Hazards,
    ) -> Value {
        let id = self.fresh();
        let step = self.trace.source(kind, name.into(), place, tool.cloned());
        let taint = Taint { source: kind, origin: id, live, step, weak: false };
        Value { taints: Some(Rc::from([taint])), id: Some(id), ..Value::default() }
    }

    /// The field `name` of a caller's value: a caller's value of its own.
    pub(crate) fn child(&mut self, value: &Value, name: &str, place: Place) -> Value {
        let (Some(id), Some(taints)) = (value.id, &value.taints) else { return value.clone() };
        let source_taint = taints.iter().find(|taint| taint.origin == id).copied();
        let (child, step) = match self.children.get(&id).and_then(|known| known.get(name)) {
            Some(known) => *known,
            None => {
                let child = self.fresh();
                let step = match source_taint {
                    Some(taint) => {
                        let full = format!("{}.{name}", self.trace.source_name(taint.step));
                        let tool = self.trace.tool(taint.step);
                        // It came in with the whole, wherever a field of it is read first.
                        let whole = self.trace.source_place(taint.step);
                        let place = if place.file == whole.file { place } else { whole };
                        self.trace.source(taint.source, full.into(), place, tool)
                    }
                    None => taints[0].step,
                };
                self.children.entry(id).or_default().insert(name.into(), (child, step));
                if name == "*" {
                    self.note_piece(Some(child), Some(id), Hazards::ALL);
                }
                (child, step)
            }
        };
        let names_file = super::upstream::names_file(name);
        let named = |taint: Taint| match taint.source {
            SourceKind::Upstream if names_file => Taint { live: taint.live | Hazards::PATH, ..taint },
            _ => taint,
        };
        let limit = self.listed.limit(child);
        let limited = |taint: Taint| Taint { live: taint.live & limit.unwrap_or(taint.live), ..taint };
        let taints: Vec<Taint> = taints
            .iter()
            .map(|taint| if taint.origin == id { Taint { origin: child, step, ..*taint } } else { *taint })
            .map(named)
            .filter_map(|taint| super::secrets::of_field(taint, name))
            .map(|taint| if taint.origin == child { limited(taint) } else { taint })
            .filter(|taint| limit.is_none() || !taint.live.is_none())
            .collect();
        if taints.is_empty() && limit.is_some() {
            return Value::default();
        }
        if taints.is_empty() {
            return Value { marks: Marks { configured: true, ..Marks::default() }, ..Value::default() };
        }
        // What is read from a resolved address still speaks about the address that was resolved.
        let about = value.about.filter(|(_, hazards)| hazards.any(Hazards::HOST));
        Value { taints: Some(taints.into()), id: Some(child), about, ..Value::default() }
    }

    /// Runs `check` of every rule.
    ///
    /// Where a call has no followed value in it (`with_data` is false), rules that need one are left out; and those that
    /// are known to look at nothing but its names, to which what is seen now is added.
    pub(crate) fn dispatch(
        &mut self,
        file: FileId,
        event: Event,
        with_data: bool,
        mut uninterested: Option<(&mut Uninterested, &Cell<Looked>)>,
        check: impl Fn(&dyn Rule, &mut Findings),
    ) {
        let known = uninterested.as_ref().map_or_else(RuleSet::default, |(known, _)| known.all());
        let mut declined = Vec::new();
        let mut tell = |engine: &mut Self, number: usize, is_left_out: bool| {
            let mut out = Findings::default();
            engine.files[engine.position(file)].budget.set_running(number);
            let mut ended = false;
            engine.failures.guard(number, file, || {
                check(engine.rules[number], &mut out);
                ended = true;
            });
            debug_assert!(
                !is_left_out || out.drafts.is_empty(),
                "a rule reports calls that it did not look at, or without data, and said it would not"
            );
            if let Some((rules, looked)) = &mut uninterested {
                let looked = looked.take();
                if ended && out.drafts.is_empty() {
                    rules.add(number, looked);
                }
            }
            if !out.drafts.is_empty() {
                engine.reported += 1;
                let rule = engine.rules[number];
                out.drafts.into_iter().for_each(|draft| engine.drafts.add(number, rule, draft));
            }
            if out.declined {
                declined.push(number);
            }
        };
        let is_told =
            |number: usize, calls: Calls| (with_data || calls != Calls::WithData) && !known.has(number);
        match self.watchers[event as usize] {
            // Most calls are none of any rule's.
            Some((all, without_data)) if !cfg!(debug_assertions) => {
                let watching = if with_data { all } else { without_data };
                watching.without(known).for_each(|number| tell(self, number, false));
            }
            _ => {
                for (number, calls) in self.watching[event as usize].clone() {
                    let is_left_out = !is_told(number, calls);
                    if !is_left_out || cfg!(debug_assertions) {
                        tell(self, number, is_left_out);
                    }
                }
            }
        }
        if !declined.is_empty() {
            self.watching[event as usize].retain(|(number, _)| !declined.contains(number));
            self.watchers[event as usize] = watchers(&self.watching[event as usize]);
        }
    }

    /// Evaluates a module's body unless that was done.
    pub(crate) fn ensure_module(&mut self, at: usize) {
        if self.progress[at] != Progress::No || self.files[at].module().is_none() {
            return;
        }
        self.progress[at] = Progress::Running;
        self.running += 1;
        // A module is set up once, whoever asks for it first.
        let (phase, stack) = (self.phase, std::mem::take(&mut self.stack));
        self.phase = Phase::Setup;
        let steps = std::mem::replace(&mut self.entry_steps_left, STEPS_PER_ENTRY);
        let body = FunctionRef { file: self.files[at].id, function: FunctionId::MODULE };
        self.call_root(body, Bound::default(), Vec::new());
        self.evaluate_exports(at);
        self.entry_steps_left = steps;
        self.phase = phase;
        self.stack = stack;
        self.progress[at] = Progress::Done;
        self.running -= 1;
    }

    /// Evaluates what a module offers as an expression: `export default { … }`.
    fn evaluate_exports(&mut self, at: usize) {
        let Some(module) = self.files[at].module() else { return };
        let body = FunctionRef { file: self.files[at].id, function: FunctionId::MODULE };
        for Export { name, kind } in &module.exports {
            let (Some(name), ExportKind::Expr(expr)) = (name, kind) else { continue };
            let mut act = super::exec::Activation::new(body, at, module);
            let mut state = State::default();
            state.frames.push(Rc::new(super::state::Frame {
                function: body,
                variables: Rc::default(),
                this: None,
                environment: None,
                changed: Vec::new(),
                given: None,
            }));
            let value = self.eval(&mut act, &mut state, *expr);
            let name = self.shared(at, *name);
            self.export_entry(&value);
            self.module_exports[at].insert(name, value);
        }
    }

    /// What an imported variable stands for.
    pub(crate) fn imported(&mut self, at: usize, number: usize) -> Value {
        let Some(module) = self.files[at].module() else { return Value::default() };
        let import = &module.imports[number];
        let text = module.name(import.module);
        let from = self.files[at].path;
        let is_python = module.language == crate::ir::Language::Python;
        let target = if is_python {
            self.resolver.python(from, import.level, text)
        } else {
            self.resolver.javascript(from, text)
        };
        // `import { read } from "./"` in the index of a folder: what the module itself offers of others.
        if let Some(target) = target.filter(|target| *target != at || !is_python) {
            self.note_import(at, target);
            self.ensure_module(target);
            return match import.name {
                ImportName::Namespace => {
                    Value { shape: Shape::Module(self.files[target].id), ..Value::default() }
                }
                ImportName::Default => self.export(target, "default").unwrap_or_else(|| Value {
                    shape: Shape::Module(self.files[target].id),
                    ..Value::default()
                }),
                ImportName::Named(name) => {
                    let name = module.name(name);
                    let found = self.export(target, name);
                    found.or_else(|| self.submodule(at, number, name)).unwrap_or_default()
                }
                ImportName::All | ImportName::SideEffect => Value::default(),
            };
        }
        if is_python && let ImportName::Named(name) = import.name {
            // `from . import x`, `from package import module` where the package has no file of its own.
            if let Some(value) = self.submodule(at, number, module.name(name)) {
                return value;
            }
        }
        if is_python
            && import.level == 0
            && import.name == ImportName::Namespace
            && self.resolver.is_python_package(text)
        {
            return Value { shape: Shape::Api(text.into()), ..Value::default() };
        }
        let base = super::resolve::canonical_module(text);
        let path: Rc<str> = match import.name {
            ImportName::Named(name) => match module.name(name) {
                "default" => base.into(),
                name => format!("{base}.{name}").into(),
            },
            _ => base.into(),
        };
        super::member::constant(Value { shape: Shape::Api(path), ..Value::default() })
    }

    /// The file of the tree that an import names.
    pub(crate) fn file_of_import(&self, file: FileId, import: &crate::ir::Import) -> Option<FileId> {
        let at = self.position(file);
        let module = self.files[at].module()?;
        let text = module.name(import.module);
        let target = match module.language {
            crate::ir::Language::Python => self.resolver.python(self.files[at].path, import.level, text)?,
            crate::ir::Language::JavaScript => self.resolver.javascript(self.files[at].path, text)?,
        };
        (target != at).then(|| self.files[target].id)
    }

    /// Notes that one file imports another, by position.
    pub(super) fn note_import(&mut self, from: usize, to: usize) {
        self.projects.note_import(from, to);
        self.imported.insert((self.files[from].id, self.files[to].id));
    }

    fn submodule(&mut self, at: usize, number: usize, name: &str) -> Option<Value> {
        let module = self.files[at].module()?;
        let import = &module.imports[number];
        let base = module.name(import.module);
        let dotted = if base.is_empty() { name.to_owned() } else { format!("{base}.{name}") };
        let target = self.resolver.python(self.files[at].path, import.level, &dotted)?;
        self.note_import(at, target);
        self.ensure_module(target);
        Some(Value { shape: Shape::Module(self.files[target].id), ..Value::default() })
    }

    /// Loads the file that a `require` means.
    pub(crate) fn require(&mut self, at: usize, specifier: &str) -> Value {
        match self.resolver.javascript(self.files[at].path, specifier) {
            Some(target) if target == at => {
                Value { shape: Shape::Module(self.files[at].id), ..Value::default() }
            }
            Some(target) => {
                self.note_import(at, target);
                self.ensure_module(target);
                match self.module_exports[target].get("") {
                    Some(exports) => exports.clone(),
                    None => Value { shape: Shape::Module(self.files[target].id), ..Value::default() },
                }
            }
            None => {
                let path = super::resolve::canonical_module(specifier).into();
                Value { shape: Shape::Api(path), ..Value::default() }
            }
        }
    }

    /// What a module of the tree offers under `name`.
    pub(crate) fn export(&mut self, at: usize, name: &str) -> Option<Value> {
        // Evaluating what is found can ask for other names.
        let outer = std::mem::take(&mut self.searched);
        let found = self.export_from(at, name, 0);
        self.searched = outer;
        found
    }

    fn export_from(&mut self, at: usize, name: &str, depth: usize) -> Option<Value> {
        // Chains of re-exports longer than this are cycles. Chosen. Modules that offer all of one another are searched
        // once each.
        if depth > 16 || depth > 0 && !self.searched.insert((at, name.into())) {
            return None;
        }
        let module = self.files[at].module()?;
        let file = self.files[at].id;
        if let Some(value) = self.module_exports[at].get(name) {
            return Some(value.clone());
        }
        let path = self.files[at].path;
        let offered = self.offered[at].get_or_insert_with(|| Offered::of(module, path, at, &self.resolver));
        let stars = Rc::clone(&offered.stars);
        if module.language == crate::ir::Language::Python {
            if let Some(variable) = offered.variables.get(name) {
                let variable = *variable;
                return Some(self.global(file, variable));
            }
            for target in stars.iter().copied() {
                self.ensure_module(target);
                if let Some(value) = self.export_from(target, name, depth + 1) {
                    return Some(value);
                }
            }
            let folder = self.files[at].path.strip_suffix("/__init__.py")?;
            let target = self.resolver.python("", 0, &format!("{}.{name}", folder.replace('/', ".")))?;
            self.ensure_module(target);
            return Some(Value { shape: Shape::Module(self.files[target].id), ..Value::default() });
        }
        let export = offered.exports.get(name).map(|number| &module.exports[*number].kind);
        match export {
            Some(ExportKind::Variable(variable)) => return Some(self.global(file, *variable)),
            Some(ExportKind::From { module: from, name: there }) => {
                let target = self.resolver.javascript(self.files[at].path, module.name(*from));
                return match (target, there) {
                    (Some(target), Some(there)) if target != at => {
                        self.note_import(at, target);
                        self.ensure_module(target);
                        self.export_from(target, module.name(*there), depth + 1)
                    }
                    (Some(target), None) => {
                        Some(Value { shape: Shape::Module(self.files[target].id), ..Value::default() })
                    }
                    (None, Some(there)) => {
                        let path = format!(
                            "{}.{}",
                            super::resolve::canonical_module(module.name(*from)),
                            module.name(*there)
                        );
                        Some(Value { shape: Shape::Api(path.into()), ..Value::default() })
                    }
                    _ => None,
                };
            }
            _ => {}
        }
        for target in stars.iter().copied() {
            self.note_import(at, target);
            self.ensure_module(target);
            if let Some(value) = self.export_from(target, name, depth + 1) {
                return Some(value);
            }
        }
        let exports = self.module_exports[at].get("").cloned()?;
        if name == "default" { Some(exports) } else { exports.field(name).cloned() }
    }

    /// A variable of a module's body, or a captured one, as functions see it that run later.
    pub(crate) fn global(&mut self, file: FileId, variable: VarId) -> Value {
        self.keeping.read(Kept::variable(file, variable));
        if let Some(value) = self.globals.get(&(file, variable)) {
            return value.clone();
        }
        let at = self.position(file);
        let import_of = self.import_of[at]
            .get_or_init(|| self.files[at].module().map_or_else(FxHashMap::default, import_of));
        match import_of.get(&variable).copied() {
            Some(number) => {
                // What is imported from one another, and is nowhere, has no end.
                if !self.importing.insert((at, number)) {
                    return Value::default();
                }
                let value = self.imported(at, number);
                self.importing.remove(&(at, number));
                // While a cycle of imports is set up, what is found may still change.
                let settled = matches!(value.shape, Shape::Api(_) | Shape::Function(..) | Shape::Class(_));
                if self.running == 0 || settled {
                    self.globals.insert((file, variable), value.clone());
                }
                value
            }
            None => Value::default(),
        }
    }

    /// The value of a variable on a path.
    pub(crate) fn lookup(&mut self, state: &State, file: FileId, variable: VarId) -> Value {
        for frame in state.frames.iter().rev() {
            if frame.function.file == file
                && let Some(value) = frame.variables.get(variable)
            {
                return (**value).clone();
            }
        }
        if let Some(frame) = state.frames.last()
            && frame.function.file == file
            && let Some(environment) = &frame.environment
            && let Some(value) = environment.get(variable)
        {
            return (**value).clone();
        }
        self.global(file, variable)
    }
}
