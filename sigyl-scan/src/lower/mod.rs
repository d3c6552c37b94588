//! From source text to the small representation: one folder a language, and the checks that keep parsers alive.

pub(crate) mod hostile;
pub(crate) mod javascript;
pub(crate) mod python;

use sigyl_core::NotAnalysedReason;

use crate::ir::{Language, Module};

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

/// Lowers one file. Runs on a thread with a stack of [`STACK_BYTES`].
pub(crate) fn lower(language: Language, path: &str, text: &str) -> Result<Module, LowerError> {
    match language {
        Language::JavaScript => javascript::lower(path, text),
        Language::Python => python::lower(text),
    }
}

/// What of a lowered file was left out.
pub(crate) fn incomplete(module: &Module) -> Option<(NotAnalysedReason, String)> {
    if let Some(error) = &module.syntax_error {
        return Some((NotAnalysedReason::SyntaxError, error.clone()));
    }
    module
        .truncated
        .then(|| (NotAnalysedReason::TooDeep, "parts of it are nested too deep to be analysed".to_owned()))
}
