//! Runs a scan: lowers every file, follows data, runs the rules, and hands what they reported to `report.rs`.

use std::{
    any::Any,
    cell::{Cell, OnceCell},
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{
        Mutex, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use sigyl_core::{
    AdvisoriesUsed, DependencyCheck, LineIndex, Manifest, NotAnalysed, NotAnalysedReason, ScanReport,
    SourceTree, source::SourceFile,
};

use crate::{
    advisories::STALE_AFTER_DAYS,
    config::{Observer, ScanConfig},
    context::{Budget, BudgetExceeded, FileContext, Offered, ToolContext, TreeContext},
    dependencies::{Dependencies, UnreadReason},
    files::{self, FileKind, FileRole},
    flow::{self, FlowOutcome},
    grams::Grams,
    ir::Module,
    lower::{self, LowerError, Lowered},
    report::{self, Collected},
    rule::{Draft, FileId, Findings, Rule},
    rules::RULES,
    words,
};

/// Scans `tree` with every rule of Sigyl.
///
/// No I/O, and safe on hostile input: what a parser or a rule cannot take is reported in `not_analysed`. Costs are
/// linear in the size of the tree.
pub fn scan(
    tree: &SourceTree,
    manifest: &Manifest,
    config: &ScanConfig,
    observer: &dyn Observer,
) -> ScanReport {
    scan_with(RULES, tree, manifest, config, observer)
}

/// Scans `tree` with the given rules, for projects with rules of their own.
pub fn scan_with(
    rules: &[&dyn Rule],
    tree: &SourceTree,
    manifest: &Manifest,
    config: &ScanConfig,
    observer: &dyn Observer,
) -> ScanReport {
    on_big_stack(|| scan_here(rules, tree, manifest, config, observer))
}

/// The same on this thread, as far as it needs no other.
fn scan_here(
    rules: &[&dyn Rule],
    tree: &SourceTree,
    manifest: &Manifest,
    config: &ScanConfig,
    observer: &dyn Observer,
) -> ScanReport {
    let rules: Vec<&dyn Rule> =
        rules.iter().copied().filter(|rule| !config.disabled.contains_key(rule.meta().id)).collect();
    let sources = lower_all(tree, config, observer);
    let failures = Failures::default();

    let mut outcome = if HAS_BIG_STACK.get() {
        let follow = || flow::follow(&sources.contexts(manifest), &rules, &failures, observer);
        catch_unwind(AssertUnwindSafe(follow))
            .unwrap_or_else(|_| FlowOutcome::failed("the dataflow engine failed"))
    } else {
        FlowOutcome::failed("no thread could be started for the dataflow engine")
    };
    let mut collected = Collected {
        drafts: std::mem::take(&mut outcome.drafts),
        not_analysed: Vec::new(),
        dependencies: None,
    };
    let roles = roles(&sources, &outcome.imported);
    let declared = words::declared_offers(manifest, &sources, &roles, &outcome.offers);
    outcome.offers.extend(declared);
    // Tools come first, so that rules on the whole tree are given a run of them.
    outcome.offers.sort_by_key(|offer| offer.offered != Offered::Tool);

    for (rule, drafts) in check_files(&rules, &sources, &roles, manifest, config, &failures, observer) {
        collected.drafts.extend(drafts.into_iter().map(|draft| (rule, draft)));
    }
    check_whole(&rules, tree, manifest, config, &sources, &roles, &outcome, &failures, &mut collected);
    collected.not_analysed.extend(sources.not_analysed());
    collected.not_analysed.extend(failures.into_reports(&sources));
    collected.not_analysed.extend(outcome.not_analysed);
    if observer.cancelled() {
        collected.not_analysed.push(NotAnalysed {
            path: ".".to_owned(),
            reason: NotAnalysedReason::Cancelled,
            detail: "the scan was stopped before its end".to_owned(),
            rule: None,
        });
    }
    report::finish(&rules, tree, manifest, config, &sources, &roles, outcome.offers, collected)
}

/// One text file and what was made of it.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    pub(crate) id: FileId,
    pub(crate) file: &'a SourceFile,
    pub(crate) text: &'a str,
    pub(crate) kind: FileKind,
    /// Made for the first place that is told: in most files nothing is.
    pub(crate) lines: OnceLock<LineIndex>,
    pub(crate) grams: OnceLock<Grams>,
    /// What it is for, by its path and text alone.
    pub(crate) role: FileRole,
    /// Tests are lowered when something asks about them: mostly nothing does, and half of many trees are tests.
    pub(crate) lowered: OnceLock<Lowered>,
}

/// All text files, in the tree's order.
#[derive(Debug)]
pub(crate) struct Sources<'a> {
    pub(crate) files: Vec<Source<'a>>,
}

impl<'a> Sources<'a> {
    fn contexts<'b>(&'b self, manifest: &'b Manifest) -> Vec<FileContext<'b>> {
        self.files.iter().map(|source| source.context(source.role, manifest)).collect()
    }

    /// What was asked about and could not be parsed, or not to its end.
    fn not_analysed(&self) -> impl Iterator<Item = NotAnalysed> {
        self.files.iter().filter_map(|source| {
            let (reason, detail) = source.lowered.get()?.problem.clone()?;
            Some(NotAnalysed { path: source.file.path.clone(), reason, detail, rule: None })
        })
    }

    /// The source with the given id.
    pub(crate) fn get(&self, id: FileId) -> Option<&Source<'a>> {
        self.files.binary_search_by_key(&id, |source| source.id).ok().and_then(|at| self.files.get(at))
    }
}

impl Source<'_> {
    /// The lowered module; see [`FileContext::module`].
    pub(crate) fn module(&self) -> Option<&Module> {
        self.lowered.get_or_init(|| Lowered::of(self.kind, &self.file.path, self.text)).module.as_ref()
    }

    /// Lines of the text.
    pub(crate) fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(self.text))
    }

    /// Whether the file is source that was parsed: not a test that nobody asked about.
    pub(crate) fn is_analysed(&self) -> bool {
        self.lowered.get().is_some_and(|lowered| lowered.module.is_some())
    }

    pub(crate) fn context<'b>(&'b self, role: FileRole, manifest: &'b Manifest) -> FileContext<'b> {
        FileContext {
            id: self.id,
            path: &self.file.path,
            text: self.text,
            kind: self.kind,
            role,
            lines: &self.lines,
            grams: &self.grams,
            lowered: &self.lowered,
            manifest,
            budget: Budget::new(self.text.len()),
        }
    }
}

/// Parses every source file of `tree` and resolves its names, one after the other: what a scan does first, and the
/// measure of what it costs.
pub fn lower_tree(tree: &SourceTree) -> Vec<Result<Module, LowerError>> {
    let sources: Vec<_> = tree
        .files()
        .iter()
        .filter_map(|file| match files::kind(file) {
            FileKind::Source(language) => Some((language, file, file.text()?)),
            _ => None,
        })
        .collect();
    in_parallel(sources.len(), 1, |at| {
        let (language, file, text) = sources[at];
        lower::lower(language, &file.path, text)
    })
}

fn lower_all<'a>(tree: &'a SourceTree, config: &ScanConfig, observer: &dyn Observer) -> Sources<'a> {
    let texts: Vec<(FileId, &SourceFile, &str)> = tree
        .files()
        .iter()
        .enumerate()
        .filter_map(|(at, file)| Some((FileId(at as u32), file, file.text()?)))
        .collect();
    let done = AtomicUsize::new(0);
    let files = in_parallel(texts.len(), config.threads, |at| {
        let (id, file, text) = texts[at];
        let kind = files::kind(file);
        let source = Source {
            id,
            file,
            text,
            kind,
            lines: OnceLock::new(),
            grams: OnceLock::new(),
            role: files::role(&file.path, text),
            lowered: OnceLock::new(),
        };
        if observer.cancelled() {
            let stopped = "the scan was stopped before this file".to_owned();
            let problem =
                matches!(kind, FileKind::Source(_)).then_some((NotAnalysedReason::Cancelled, stopped));
            let _ = source.lowered.set(Lowered { module: None, problem });
        } else if source.role != FileRole::Test {
            source.module();
        }
        observer.progress(done.fetch_add(1, Ordering::Relaxed) + 1, texts.len());
        source
    });
    Sources { files }
}

/// A file that runtime code imports is runtime code, wherever it lies.
fn roles(sources: &Sources<'_>, imported: &[(FileId, FileId)]) -> Vec<FileRole> {
    let mut roles: Vec<FileRole> = sources.files.iter().map(|source| source.role).collect();
    let position = |id: FileId| sources.files.binary_search_by_key(&id, |source| source.id).ok();
    loop {
        let mut changed = false;
        for (from, to) in imported {
            if let (Some(from), Some(to)) = (position(*from), position(*to))
                && roles[from] == FileRole::Runtime
                && roles[to] != FileRole::Runtime
            {
                roles[to] = FileRole::Runtime;
                changed = true;
            }
        }
        if !changed {
            return roles;
        }
    }
}

type RuleDrafts = Vec<(usize, Vec<Draft>)>;

fn check_files(
    rules: &[&dyn Rule],
    sources: &Sources<'_>,
    roles: &[FileRole],
    manifest: &Manifest,
    config: &ScanConfig,
    failures: &Failures,
    observer: &dyn Observer,
) -> RuleDrafts {
    let per_file = in_parallel(sources.files.len(), config.threads, |at| {
        if observer.cancelled() {
            return Vec::new();
        }
        let source = &sources.files[at];
        let mut drafts = Vec::new();
        let context = source.context(roles[at], manifest);
        for (number, rule) in rules.iter().enumerate() {
            context.budget.set_running(number);
            let mut out = Findings::default();
            failures.guard(number, source.id, || rule.check_file(&context, &mut out));
            if !out.drafts.is_empty() {
                drafts.push((number, out.drafts));
            }
        }
        drafts
    });
    per_file.into_iter().flatten().collect()
}

#[expect(clippy::too_many_arguments, reason = "the one place where everything of a scan meets")]
fn check_whole(
    rules: &[&dyn Rule],
    tree: &SourceTree,
    manifest: &Manifest,
    config: &ScanConfig,
    sources: &Sources<'_>,
    roles: &[FileRole],
    outcome: &FlowOutcome,
    failures: &Failures,
    collected: &mut Collected,
) {
    let contexts: Vec<FileContext<'_>> =
        sources.files.iter().zip(roles).map(|(source, role)| source.context(*role, manifest)).collect();
    let offers = &outcome.offers;
    let all_names = tool_names(offers);
    let calls_of = |name: &str| -> Vec<String> {
        outcome.reaches.get(name).map(|calls| calls.iter().cloned().collect()).unwrap_or_default()
    };
    let calls: Vec<Vec<String>> = offers.iter().map(|offer| calls_of(&offer.name)).collect();
    let tools: Vec<ToolContext<'_>> =
        offers.iter().zip(&calls).map(|(offer, calls)| offer_context(offer, &all_names, calls)).collect();
    let shared_calls = calls_of("");
    let count = offers.iter().take_while(|offer| offer.offered == Offered::Tool).count();
    let dependencies = read_dependencies(&contexts, config, collected);
    let whole = TreeContext {
        tree,
        manifest,
        files: &contexts,
        tools: &tools[..count],
        calls: &shared_calls,
        dependencies: &dependencies,
        advisories: config.advisories.as_deref(),
        neighbours: OnceCell::new(),
    };
    for (number, rule) in rules.iter().enumerate() {
        let mut out = Findings::default();
        contexts.iter().for_each(|context| context.budget.set_running(number));
        failures.guard(number, WHOLE_TREE, || rule.check_tree(&whole, &mut out));
        check_tools(number, *rule, &tools, failures, &mut out);
        collected.drafts.extend(out.drafts.into_iter().map(|draft| (number, draft)));
    }
}

/// Reads what the tree depends on. A lock file that cannot be read is said, since its packages are not known.
fn read_dependencies(
    contexts: &[FileContext<'_>],
    config: &ScanConfig,
    collected: &mut Collected,
) -> Dependencies {
    let read = catch_unwind(AssertUnwindSafe(|| Dependencies::read(contexts)));
    let dependencies = read.unwrap_or_else(|_| {
        collected.not_analysed.push(NotAnalysed {
            path: ".".to_owned(),
            reason: NotAnalysedReason::NotRead,
            detail: "reading the lock files failed; the packages are not known".to_owned(),
            rule: None,
        });
        Dependencies::default()
    });
    for unread in &dependencies.unread {
        let Some(file) = contexts.iter().find(|file| file.id == unread.file) else { continue };
        let (reason, why) = match &unread.why {
            UnreadReason::Syntax(why) => (NotAnalysedReason::SyntaxError, why.clone()),
            UnreadReason::TooLarge(why) => (NotAnalysedReason::TooLarge, why.clone()),
            UnreadReason::UnknownFormat => {
                (NotAnalysedReason::SyntaxError, "it has a form that is not known".to_owned())
            }
        };
        let detail = format!("the lock file is not read, its packages are not known: {why}");
        collected.not_analysed.push(NotAnalysed { path: file.path.to_owned(), reason, detail, rule: None });
    }
    if !dependencies.all.is_empty() || !dependencies.lock_files.is_empty() {
        collected.dependencies = Some(DependencyCheck {
            dependencies: dependencies.all.len() as u32,
            lock_files: dependencies.lock_files.len() as u32,
            advisories: config.advisories.as_ref().map(|advisories| AdvisoriesUsed {
                advisories: advisories.count(),
                newest: advisories.newest().to_owned(),
                age_days: config.advisories_age_days,
                is_stale: config.advisories_age_days.is_some_and(|age| age > STALE_AFTER_DAYS),
            }),
        });
    }
    dependencies
}

/// Names of all tools, sorted.
pub(crate) fn tool_names(offers: &[flow::Offer]) -> Vec<String> {
    let tools = offers.iter().filter(|offer| offer.offered == Offered::Tool && !offer.name.is_empty());
    let mut names: Vec<String> = tools.map(|offer| offer.name.clone()).collect();
    names.sort();
    names.dedup();
    names
}

/// What rules are given of an offer.
fn offer_context<'a>(
    offer: &'a flow::Offer,
    all_names: &'a [String],
    calls: &'a [String],
) -> ToolContext<'a> {
    let mut context = ToolContext::new(offer.offered, &offer.name, &offer.texts, offer.place, all_names);
    context.annotations = offer.tool.as_ref().and_then(|tool| tool.annotations.as_ref());
    context.calls = calls;
    context
}

/// What rules are shown of offers of which nothing is known but their words.
pub(crate) fn tool_contexts<'a>(offers: &'a [flow::Offer], all_names: &'a [String]) -> Vec<ToolContext<'a>> {
    offers.iter().map(|offer| offer_context(offer, all_names, &[])).collect()
}

/// Shows one rule every offer.
pub(crate) fn check_tools(
    number: usize,
    rule: &dyn Rule,
    tools: &[ToolContext<'_>],
    failures: &Failures,
    out: &mut Findings,
) {
    for tool in tools {
        failures.guard(number, tool.place.file, || rule.check_tool(tool, out));
    }
}

/// Stands for no file: where a rule failed on the tree as a whole. No tree has as many files.
const WHOLE_TREE: FileId = FileId(u32::MAX);

/// Rules that failed, by rule and file. A rule that failed on a file is not run on it again.
#[derive(Debug, Default)]
pub(crate) struct Failures {
    failed: Mutex<Vec<(usize, FileId, String, &'static str)>>,
    any: AtomicUsize,
}

impl Failures {
    /// Runs a check of rule `number` on `file`, unless that rule failed there before.
    pub(crate) fn guard(&self, number: usize, file: FileId, check: impl FnOnce()) {
        if self.any.load(Ordering::Relaxed) > 0 && self.has(number, file) {
            return;
        }
        if let Err(panic) = catch_unwind(AssertUnwindSafe(check)) {
            let what = if panic.is::<BudgetExceeded>() { "used up its budget" } else { "failed" };
            let mut failed = self.failed.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            failed.push((number, file, describe_panic(&*panic), what));
            self.any.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn has(&self, number: usize, file: FileId) -> bool {
        let failed = self.failed.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        failed.iter().any(|(rule, at, ..)| *rule == number && *at == file)
    }

    pub(crate) fn into_reports(self, sources: &Sources<'_>) -> Vec<NotAnalysed> {
        let failed = self.failed.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        failed
            .into_iter()
            .map(|(number, file, detail, what)| NotAnalysed {
                path: sources.get(file).map_or_else(|| ".".to_owned(), |source| source.file.path.clone()),
                reason: NotAnalysedReason::RuleFailed,
                detail: if detail.is_empty() { what.to_owned() } else { format!("{what}: {detail}") },
                // The number is turned into the rule's id by `report.rs`, which knows the rules.
                rule: Some(number.to_string()),
            })
            .collect()
    }
}

fn describe_panic(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default()
}

/// Runs `work` for every index, on `threads` threads with stacks that hold the deepest source a parser is given.
/// Results come in order.
pub(crate) fn in_parallel<T: Send>(count: usize, threads: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    if threads <= 1 {
        return on_big_stack(|| (0..count).map(&work).collect());
    }
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, T)>> = Mutex::new(Vec::with_capacity(count));
    let worker = || {
        let mut own = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= count {
                break;
            }
            own.push((at, work(at)));
        }
        results.lock().unwrap_or_else(std::sync::PoisonError::into_inner).extend(own);
    };
    std::thread::scope(|scope| {
        for _ in 0..threads.min(count.max(1)) {
            // Where no thread can be had, the work that is left is done by those that could.
            let _ = std::thread::Builder::new().stack_size(lower::STACK_BYTES).spawn_scoped(scope, worker);
        }
    });
    if next.load(Ordering::Relaxed) < count {
        worker();
    }
    let mut results = results.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}

thread_local! {
    /// True on a thread that [`on_big_stack`] started.
    static HAS_BIG_STACK: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work` on a thread with a stack for deep recursion over bounded structures: on this one if it has such a stack,
/// or where no other can be had.
fn on_big_stack<T: Send>(work: impl Fn() -> T + Sync) -> T {
    if HAS_BIG_STACK.get() {
        return work();
    }
    let marked = || {
        HAS_BIG_STACK.set(true);
        work()
    };
    let done = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(lower::STACK_BYTES).spawn_scoped(scope, marked);
        thread.ok().map(std::thread::ScopedJoinHandle::join)
    });
    match done {
        Some(Ok(result)) => result,
        Some(Err(panic)) => resume_unwind(panic),
        None => work(),
    }
}
