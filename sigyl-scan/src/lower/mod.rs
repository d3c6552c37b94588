//! From source text to the small representation: one folder a language, and the checks that keep parsers alive.

pub(crate) mod hostile;
pub(crate) mod javascript;
pub(crate) mod python;

use std::panic::{AssertUnwindSafe, catch_unwind};

use sigyl_core::NotAnalysedReason;

use crate::{
    files::FileKind,
    ir::{Language, Module},
};

/// Stack of every thread that parses or recurses over parsed source, bytes: enough for any file. Only what is used is
/// ever backed by memory.
pub(crate) const STACK_BYTES: usize = hostile::stack_size(usize::MAX);

/// Why a file was not lowered. The scan reports it as not analysed and runs the lexical rules on it all the same.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct LowerError {
    /// Syntax error, too deep, or too large.
    pub reason: NotAnalysedReason,
    /// One sentence with the place, where there is one.
    pub detail: String,
}

/// What became of one file: its module, and what keeps that from being all of it.
#[derive(Debug, Default)]
pub(crate) struct Lowered {
    /// `None` where there is no source, or no parser took it.
    pub(crate) module: Option<Module>,
    /// Why it, or a part of it, is missing.
    pub(crate) problem: Option<(NotAnalysedReason, String)>,
}

impl Lowered {
    /// Of a file of the given kind, whatever it holds. Runs on a thread with a stack of [`STACK_BYTES`].
    pub(crate) fn of(kind: FileKind, path: &str, text: &str) -> Self {
        let FileKind::Source(language) = kind else { return Self::default() };
        match catch_unwind(AssertUnwindSafe(|| lower(language, path, text))) {
            Ok(Ok(module)) => Self { problem: incomplete(&module), module: Some(module) },
            Ok(Err(error)) => Self { module: None, problem: Some((error.reason, error.detail)) },
            Err(_) => {
                let failed = (NotAnalysedReason::SyntaxError, "the parser failed on it".to_owned());
                Self { module: None, problem: Some(failed) }
            }
        }
    }
}

/// Lowers one file. Runs on a thread with a stack of [`STACK_BYTES`].
pub(crate) fn lower(language: Language, path: &str, text: &str) -> Result<Module, LowerError> {
    match language {
        Language::JavaScript => javascript::lower(path, text),
        Language::Python => python::lower(text),
    }
}

/// What of a lowered file was left out.
fn incomplete(module: &Module) -> Option<(NotAnalysedReason, String)> {
    if let Some(error) = &module.syntax_error {
        return Some((NotAnalysedReason::SyntaxError, error.clone()));
    }
    module
        .truncated
        .then(|| (NotAnalysedReason::TooDeep, "parts of it are nested too deep to be analysed".to_owned()))
}
