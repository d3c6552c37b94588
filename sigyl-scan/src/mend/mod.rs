//! Mends: what a rule offers to replace, and how a whole tree is mended.
//!
//! A mend is offered only where good input certainly has the same result afterwards. Whether the finding is gone, and
//! nothing new came, is not believed but tried: [`mend`] scans the mended tree again and takes back what did not hold.

mod apply;
mod argv;
mod edit;
mod imports;
mod shell;
mod words;

use std::{
    cell::{OnceCell, RefCell},
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
};

use sigyl_core::{Edit, Fix, Manifest, Span};

pub use apply::{Mended, MendedFile, mend};
pub(crate) use argv::{ends_options, terminated};
pub(crate) use edit::Edits;
pub(crate) use imports::{import_python, random_uuid};
pub(crate) use shell::without_shell;

use crate::{
    context::FileContext,
    driver::Sources,
    files::{FileKind, FileRole},
    ir::{ExprId, ExprKind, Language},
    rule::{Draft, FileId, Rule},
    rules::code::Code,
};

/// Mends that are offered for one file at most; a file of a stranger may hold any number of findings. Chosen.
const MOST_OF_FILE: usize = 200;

/// What a rule offers to replace in the file of its finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mend {
    /// One imperative sentence: what it changes.
    pub message: String,
    /// Spans of the file's text, and what stands there afterwards.
    pub edits: Vec<(Span, String)>,
}

/// A file that a rule may offer mends for.
pub struct Mendable<'a> {
    file: FileContext<'a>,
    in_container: bool,
    code: OnceCell<Option<Code<'a>>>,
    offered: RefCell<usize>,
}

impl std::fmt::Debug for Mendable<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mendable").field("path", &self.file.path).finish_non_exhaustive()
    }
}

impl<'a> Mendable<'a> {
    /// The file.
    pub fn file(&self) -> &FileContext<'a> {
        &self.file
    }

    /// Whether the tree is made to run in a container, where the address to listen on is not the machine's.
    pub fn is_in_container(&self) -> bool {
        self.in_container
    }

    /// The text at a span.
    pub fn text(&self, span: Span) -> &'a str {
        let text: &'a str = self.file.text;
        text.get(span.range(text.len())).unwrap_or_default()
    }

    pub(crate) fn code(&self) -> Option<&Code<'a>> {
        self.code.get_or_init(|| Code::of(&self.file, &[])).as_ref()
    }

    pub(crate) fn is_python(&self) -> bool {
        self.file.module().is_some_and(|module| module.language == Language::Python)
    }

    /// The call, or `new`, that stands at exactly this span.
    pub(crate) fn call_at(&self, span: Span) -> Option<ExprId> {
        let code = self.code()?;
        code.within(span).find(|id| {
            code.module.span(*id) == span
                && matches!(code.module.expr(*id).kind, ExprKind::Call { .. } | ExprKind::New { .. })
        })
    }
}

/// Finds mends for findings, file by file.
pub(crate) struct Mends<'a> {
    sources: &'a Sources<'a>,
    roles: &'a [FileRole],
    manifest: &'a Manifest,
    in_container: bool,
    files: RefCell<BTreeMap<FileId, std::rc::Rc<Mendable<'a>>>>,
}

impl<'a> Mends<'a> {
    pub(crate) fn new(sources: &'a Sources<'a>, roles: &'a [FileRole], manifest: &'a Manifest) -> Self {
        let in_container = sources
            .files
            .iter()
            .any(|source| matches!(source.kind, FileKind::Dockerfile | FileKind::Compose));
        Self { sources, roles, manifest, in_container, files: RefCell::default() }
    }

    /// The mend for a finding, where its rule has one that is certain.
    pub(crate) fn fix(&self, rule: &dyn Rule, draft: &Draft) -> Option<Fix> {
        let file = self.file(draft.place.file)?;
        {
            let mut offered = file.offered.borrow_mut();
            *offered += 1;
            if *offered > MOST_OF_FILE {
                return None;
            }
        }
        // A rule that fails here has no mend; its finding stands.
        let mend = catch_unwind(AssertUnwindSafe(|| rule.mend(&file, draft))).ok()??;
        self.finish(&file, mend)
    }

    fn file(&self, id: FileId) -> Option<std::rc::Rc<Mendable<'a>>> {
        if let Some(known) = self.files.borrow().get(&id) {
            return Some(known.clone());
        }
        let at = self.sources.files.binary_search_by_key(&id, |source| source.id).ok()?;
        let (source, role) = (self.sources.files.get(at)?, *self.roles.get(at)?);
        // What does not run is not mended, and what no parser took cannot be checked afterwards.
        if role != FileRole::Runtime || source.module().is_none() {
            return None;
        }
        let file = std::rc::Rc::new(Mendable {
            file: source.context(role, self.manifest),
            in_container: self.in_container,
            code: OnceCell::new(),
            offered: RefCell::default(),
        });
        self.files.borrow_mut().insert(id, file.clone());
        Some(file)
    }

    /// Sorted, checked, with lines and columns.
    fn finish(&self, file: &Mendable<'_>, mend: Mend) -> Option<Fix> {
        let (path, text) = (file.file.path, file.file.text);
        let mut edits: Vec<Edit> = mend
            .edits
            .into_iter()
            .map(|(span, replacement)| Edit {
                start_byte: span.start,
                end_byte: span.end,
                location: file.file.lines().location(path, text, span),
                text: replacement,
            })
            .collect();
        edits.sort();
        edits.dedup();
        let whole = edits.iter().all(|edit| {
            edit.start_byte <= edit.end_byte
                && text.is_char_boundary(edit.start_byte as usize)
                && text.is_char_boundary(edit.end_byte as usize)
        });
        let apart = edits.windows(2).all(|pair| pair[0].end_byte <= pair[1].start_byte);
        (whole && apart && !edits.is_empty()).then_some(Fix { message: mend.message, edits })
    }
}
