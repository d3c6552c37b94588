//! What a rule is: metadata, a page, and checks that it may implement.

use sigyl_core::{Class, Confidence, Severity, Span};

use crate::{
    context::{FileContext, ToolContext, TreeContext},
    flow::{Answer, Assignment, Call},
    judge::LLM_JUDGEMENT,
    mend::{Mend, Mendable},
};

/// Position of a file in the tree's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u32);

/// A span of a file of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// The byte span in its text.
    pub span: Span,
}

/// What is known of a rule before it runs.
#[derive(Debug)]
pub struct RuleMeta {
    /// Kebab-case id, named for the bad thing; never changes its meaning.
    pub id: &'static str,
    /// A few words, in the form of a heading.
    pub title: &'static str,
    /// The kind of weakness.
    pub class: Class,
    /// Severity of a finding unless the rule or the configuration says otherwise.
    pub severity: Severity,
    /// CWE numbers, the most fitting first.
    pub cwe: &'static [u32],
    /// Id in the OWASP MCP Top 10 (2025), such as `MCP05`.
    pub owasp: Option<&'static str>,
    /// Anchor in the MCP security best practices (2026-07-28), without `#`.
    pub practice: Option<&'static str>,
    /// Version of Sigyl that has it first.
    pub since: &'static str,
    /// What to do, as short imperatives, best first.
    pub fixes: &'static [&'static str],
    /// The page beside the rule. Its fenced blocks marked `bad` and `good` are its tests: see [`crate::examples`].
    pub page: &'static str,
}

impl RuleMeta {
    /// Where the rule is explained.
    pub fn documentation(&self) -> String {
        format!("{}/blob/main/{}", env!("CARGO_PKG_REPOSITORY"), self.page_path())
    }

    /// Where its page lies in the repository.
    pub(crate) fn page_path(&self) -> String {
        let folder = if self.id == LLM_JUDGEMENT.id { "judge" } else { "rules" };
        format!("sigyl-scan/src/{folder}/{}.md", self.id.replace('-', "_"))
    }
}

/// Which calls a rule is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Calls {
    /// Every call that is evaluated.
    All,
    /// Those with a followed value in the object or an argument: enough for a rule that reports ways of data only.
    WithData,
}

/// A rule. All checks do nothing unless implemented; a rule implements those whose input it reads.
///
/// A rule must not keep state between calls, read a clock, or depend on the order of files: reports are the same from
/// run to run and from one number of threads to another. A rule that panics costs that rule on that file, and the
/// report says so. Loops over text go through [`FileContext::spend`], which ends a rule that takes too long.
pub trait Rule: Send + Sync {
    /// Metadata.
    fn meta(&self) -> &RuleMeta;

    /// Called once a scan.
    fn check_tree(&self, _tree: &TreeContext<'_>, _out: &mut Findings) {}

    /// Called for every text file.
    fn check_file(&self, _file: &FileContext<'_>, _out: &mut Findings) {}

    /// Called for every tool that was found in source or manifest.
    fn check_tool(&self, _tool: &ToolContext<'_>, _out: &mut Findings) {}

    /// Which calls [`Rule::check_call`] reads; most calls of a program have no followed value.
    fn calls(&self) -> Calls {
        Calls::All
    }

    /// Called for every call that the dataflow engine evaluates, with what is known of its arguments. The same call
    /// is seen once for each way that reaches it; equal findings are merged.
    fn check_call(&self, _call: &Call<'_>, out: &mut Findings) {
        out.decline();
    }

    /// Called for every assignment to a member (`object.property = value`), likewise.
    fn check_assignment(&self, _assignment: &Assignment<'_>, out: &mut Findings) {
        out.decline();
    }

    /// Called for what each handler of a tool, prompt or resource gives back.
    fn check_answer(&self, _answer: &Answer<'_>, out: &mut Findings) {
        out.decline();
    }

    /// Called for each finding of this rule at what runs: a mend, where it is certain that good input has the same
    /// result afterwards, and that the finding is gone.
    fn mend(&self, _file: &Mendable<'_>, _draft: &Draft) -> Option<Mend> {
        None
    }
}

/// What a rule reports; severity, documentation and fingerprint are added from metadata and configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// Where.
    pub place: Place,
    /// One sentence: what reaches what.
    pub message: String,
    /// How sure.
    pub confidence: Confidence,
    /// Severity where it differs from the rule's default.
    pub severity: Option<Severity>,
    /// Other places that matter.
    pub related: Vec<(Place, String)>,
    /// The way of the data, from source to sink.
    pub flow: Vec<(Place, String)>,
    /// Other ways to the same place, through other calls of the function that it is in; a few of them.
    pub other_flows: Vec<Vec<(Place, String)>>,
    /// The tool whose call leads here.
    pub tool: Option<String>,
    /// What to do, where it differs from the rule's own list.
    pub fixes: Vec<String>,
    /// The rule whose findings in the same file have the same cause, and are told with this one.
    pub covers: Option<&'static str>,
}

impl Draft {
    /// A high-confidence finding at `place`.
    pub fn new(place: Place, message: impl Into<String>) -> Self {
        Self {
            place,
            message: message.into(),
            confidence: Confidence::High,
            severity: None,
            related: Vec::new(),
            flow: Vec::new(),
            other_flows: Vec::new(),
            tool: None,
            fixes: Vec::new(),
            covers: None,
        }
    }

    /// Sets the confidence.
    #[must_use]
    pub fn confidence(mut self, confidence: Confidence) -> Self {
        self.confidence = confidence;
        self
    }

    /// Sets a severity other than the rule's default.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// Adds a place that matters.
    #[must_use]
    pub fn related(mut self, place: Place, message: impl Into<String>) -> Self {
        self.related.push((place, message.into()));
        self
    }

    /// Says that findings of `rule` in the same file have the same cause: they are told with this one.
    #[must_use]
    pub fn covers(mut self, rule: &'static str) -> Self {
        self.covers = Some(rule);
        self
    }

    /// Sets what to do.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fixes.push(fix.into());
        self
    }
}

/// Takes what rules report.
#[derive(Debug, Default)]
pub struct Findings {
    pub(crate) drafts: Vec<Draft>,
    /// True when the rule does not implement the check.
    pub(crate) declined: bool,
}

impl Findings {
    /// Reports a finding.
    pub fn report(&mut self, draft: Draft) {
        self.drafts.push(draft);
    }

    /// Says that the rule does not read such events, so that it is not told of the next.
    fn decline(&mut self) {
        self.declined = true;
    }
}
