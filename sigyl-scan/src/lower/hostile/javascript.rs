//! What a JavaScript or TypeScript text must be for oxc to see it.

use sigyl_core::NotAnalysedReason;

use crate::lower::LowerError;

/// Bytes up to which a file is parsed at all. Chosen: the largest bundles on npm that are servers are below 6 MB.
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// Checks a text before it is parsed.
pub(crate) fn check_javascript(text: &str) -> Result<(), LowerError> {
    if text.len() > MAX_BYTES {
        let detail = format!("{} bytes are more than the {MAX_BYTES} that are parsed", text.len());
        return Err(LowerError { reason: NotAnalysedReason::TooLarge, detail });
    }
    Ok(())
}
