//! What rules are given to read.

use std::{
    cell::{Cell, OnceCell, RefCell},
    rc::Rc,
    sync::OnceLock,
};

use memchr::memmem;
use sigyl_core::{LineIndex, Manifest, SourceTree, Span};

use crate::{
    advisories::Advisories,
    dependencies::Dependencies,
    files::{FileKind, FileRole},
    grams::{self, Grams},
    ir::Module,
    lower::Lowered,
    rule::{FileId, Place},
    rules::Neighbours,
    words::{self, Sign},
};

/// Steps that one rule may take on one file: a step is about a byte looked at. Chosen: forty full passes over a file
/// and a constant, so that cost stays linear in size.
fn rule_budget(size: usize) -> u64 {
    100_000 + 40 * size as u64
}

/// What each rule has spent on one file. Rules share the context of a file, never what they may spend on it.
#[derive(Debug)]
pub(crate) struct Budget {
    of_each: u64,
    running: Cell<usize>,
    spent: RefCell<Vec<u64>>,
}

impl Budget {
    pub(crate) fn new(size: usize) -> Self {
        Self { of_each: rule_budget(size), running: Cell::new(0), spent: RefCell::default() }
    }

    /// Says which rule spends from now on.
    pub(crate) fn set_running(&self, rule: usize) {
        self.running.set(rule);
    }

    /// Counts `steps`; false when the running rule has used up what it may spend.
    fn spend(&self, steps: usize) -> bool {
        let rule = self.running.get();
        let mut spent = self.spent.borrow_mut();
        if spent.len() <= rule {
            spent.resize(rule + 1, 0);
        }
        spent[rule] = spent[rule].saturating_add(steps as u64);
        spent[rule] <= self.of_each
    }
}

/// Raised by [`FileContext::spend`] when a rule's budget is used up; the driver catches it.
pub(crate) struct BudgetExceeded;

/// The whole tree.
#[derive(Debug)]
pub struct TreeContext<'a> {
    /// Every file.
    pub tree: &'a SourceTree,
    /// The merged manifest; empty where there is none.
    pub manifest: &'a Manifest,
    /// One context for every text file, in the tree's order.
    pub files: &'a [FileContext<'a>],
    /// Every tool, prompt and resource that was found.
    pub tools: &'a [ToolContext<'a>],
    /// What the handler of all tools calls outside the tree, where a server has one handler for all.
    pub calls: &'a [String],
    /// What the tree depends on.
    pub dependencies: &'a Dependencies,
    /// Known vulnerabilities, where the caller brought some.
    pub advisories: Option<&'a Advisories>,
    /// Which files import which, as far as rules have asked.
    pub(crate) neighbours: OnceCell<Rc<Neighbours>>,
}

impl<'a> TreeContext<'a> {
    /// The file with the given id.
    pub fn file(&self, id: FileId) -> Option<&FileContext<'a>> {
        self.files.binary_search_by_key(&id, |file| file.id).ok().and_then(|at| self.files.get(at))
    }
}

/// One text file.
#[derive(Debug)]
pub struct FileContext<'a> {
    /// Its position in the tree.
    pub id: FileId,
    /// Its path, relative to the root.
    pub path: &'a str,
    /// Its text.
    pub text: &'a str,
    /// What it is, by name and first line.
    pub kind: FileKind,
    /// What it is for.
    pub role: FileRole,
    /// The merged manifest; empty where there is none.
    pub manifest: &'a Manifest,
    pub(crate) lines: &'a OnceLock<LineIndex>,
    pub(crate) grams: &'a OnceLock<Grams>,
    pub(crate) lowered: &'a OnceLock<Lowered>,
    pub(crate) budget: Budget,
}

impl<'a> FileContext<'a> {
    /// The lowered module, where the file is source that a parser took. That of a test is made when somebody first asks.
    pub fn module(&self) -> Option<&'a Module> {
        self.lowered.get_or_init(|| Lowered::of(self.kind, self.path, self.text)).module.as_ref()
    }

    /// Lines of the text.
    pub fn lines(&self) -> &'a LineIndex {
        self.lines.get_or_init(|| LineIndex::new(self.text))
    }
}

impl FileContext<'_> {
    /// True when one of `words` stands in the text.
    pub(crate) fn holds_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.places_of(word).next().is_some())
    }

    /// Where `word` stands in the text, in bytes.
    pub(crate) fn places_of(&self, word: &str) -> impl Iterator<Item = usize> {
        // Of a test little is asked.
        let is_known = word.len() >= grams::SHORTEST && self.role != FileRole::Test;
        let may_hold = !is_known || self.grams.get_or_init(|| Grams::of(self.text)).may_hold(word);
        let text = if may_hold { self.text.as_bytes() } else { &[] };
        memmem::find_iter(text, word.as_bytes())
    }

    /// A place in this file.
    pub fn place(&self, span: Span) -> Place {
        Place { file: self.id, span }
    }

    /// A place in this file from byte offsets.
    pub fn at(&self, start: usize, end: usize) -> Place {
        self.place(Span::new(start as u32, end as u32))
    }

    /// Counts `steps` against the budget of the running rule on this file, and ends the rule when it is used up; the
    /// report then says so. A step is about a byte looked at.
    pub fn spend(&self, steps: usize) {
        if !self.budget.spend(steps) {
            std::panic::resume_unwind(Box::new(BudgetExceeded));
        }
    }

    /// The text of a line, from 1, without its end.
    pub fn line_text(&self, line: u32) -> &str {
        self.lines().line_span(self.text, line).map_or("", |span| &self.text[span.range(self.text.len())])
    }
}

/// What a server offers that a model is told about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Offered {
    /// A tool.
    Tool,
    /// A prompt.
    Prompt,
    /// A resource, or a template of resources.
    Resource,
    /// The server itself: its instructions.
    Server,
    /// What a tool, prompt or resource answers with.
    Answer,
}

/// Which part of a tool a text is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ToolPart {
    /// Its name.
    Name,
    /// Its title, for people.
    Title,
    /// Its description.
    Description,
    /// The description of an argument.
    Parameter(String),
    /// The name of an argument.
    ParameterName {
        /// Whether a call without it is refused.
        required: bool,
    },
    /// Another text of its input schema: a default, an enum value, a title.
    Schema,
    /// A text of its output schema.
    OutputSchema,
    /// A text of its annotations.
    Annotation,
    /// What the server tells every client at the start.
    Instructions,
    /// A text that it answers with.
    Result,
}

impl ToolPart {
    /// What to call the part in a message.
    pub fn describe(&self) -> String {
        match self {
            Self::Name => "name".to_owned(),
            Self::Title => "title".to_owned(),
            Self::Description => "description".to_owned(),
            Self::Parameter(name) => format!("description of argument `{name}`"),
            Self::ParameterName { .. } => "name of an argument".to_owned(),
            Self::Schema => "input schema".to_owned(),
            Self::OutputSchema => "output schema".to_owned(),
            Self::Annotation => "annotations".to_owned(),
            Self::Instructions => "instructions".to_owned(),
            Self::Result => "result".to_owned(),
        }
    }
}

/// A text that a model reads when it is shown a tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolText {
    /// Which part it is.
    pub part: ToolPart,
    /// The text as the model gets it.
    pub text: String,
    /// Where it stands.
    pub place: Place,
}

/// A tool, prompt or resource that the server offers, or the server itself, and the texts of it that a model reads.
#[derive(Debug)]
pub struct ToolContext<'a> {
    /// What it is.
    pub offered: Offered,
    /// Its name.
    pub name: &'a str,
    /// Every text of it that a model reads.
    pub texts: &'a [ToolText],
    /// Where it is registered.
    pub place: Place,
    /// Names of all tools of the server, sorted, for what one says about another.
    pub all_names: &'a [String],
    /// Its annotations, where they are literal.
    pub annotations: Option<&'a serde_json::Value>,
    /// What its handler calls outside the tree, by path, with the verb of a request, `*` where the caller
    /// chooses its host, and `+` where the object or the first argument has something of the caller's: `fetch POST * +`.
    pub calls: &'a [String],
    /// What was read out of each text, once for all rules.
    signs: Vec<OnceCell<Vec<Sign>>>,
}

impl<'a> ToolContext<'a> {
    /// Something that is offered.
    pub fn new(
        offered: Offered,
        name: &'a str,
        texts: &'a [ToolText],
        place: Place,
        all_names: &'a [String],
    ) -> Self {
        let signs = vec![OnceCell::new(); texts.len()];
        Self { offered, name, texts, place, all_names, annotations: None, calls: &[], signs }
    }

    /// Every text, and the signs of an attack in it.
    pub(crate) fn signs(&self) -> impl Iterator<Item = (&ToolText, &[Sign])> {
        self.texts
            .iter()
            .zip(&self.signs)
            .map(|(text, signs)| (text, signs.get_or_init(|| words::signs(&text.text)).as_slice()))
    }

    /// What to call one of its texts in a message: "the description of `add`".
    pub fn text_name(&self, part: &ToolPart) -> String {
        let name: String = self.name.chars().take(80).collect();
        match self.offered {
            Offered::Tool => format!("the {} of `{name}`", part.describe()),
            Offered::Prompt => format!("the {} of prompt `{name}`", part.describe()),
            Offered::Resource => format!("the {} of resource `{name}`", part.describe()),
            Offered::Answer => format!("the {} of `{name}`", part.describe()),
            Offered::Server => format!("the {} of the server", part.describe()),
        }
    }
}
