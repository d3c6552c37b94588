//! From source text to the small representation: one folder a language, and the checks that keep parsers alive.

use sigyl_core::NotAnalysedReason;

/// Why a file was not lowered. The scan reports it as not analysed and runs the lexical rules on it all the same.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct LowerError {
    /// Syntax error, too deep, or too large.
    pub reason: NotAnalysedReason,
    /// One sentence with the place, where there is one.
    pub detail: String,
}
