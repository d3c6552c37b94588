//! What Python source must pass before it is parsed.

use sigyl_core::NotAnalysedReason;

use crate::lower::LowerError;

/// Longest file that is parsed, in bytes. Chosen: the longest hand-written modules stay under one megabyte.
const MAX_BYTES: usize = 8 * 1024 * 1024;

/// Refuses files that would cost the parser more than they may.
pub(crate) fn check_python(text: &str) -> Result<(), LowerError> {
    if text.len() > MAX_BYTES {
        let detail = format!("{} bytes; Python is parsed up to {MAX_BYTES}", text.len());
        return Err(LowerError { reason: NotAnalysedReason::TooLarge, detail });
    }
    Ok(())
}
