//! `sigyl scan-source`: what the server starts to scan an upload.

use std::io::Read;

use super::{CommandError, print};
use crate::scans::{confine, scan_archive};

pub(super) fn run() -> Result<bool, CommandError> {
    confine().map_err(CommandError::Runtime)?;
    let mut archive = Vec::new();
    // Whoever starts it has limited what there is to read.
    std::io::stdin().lock().read_to_end(&mut archive).map_err(CommandError::Runtime)?;
    let outcome = serde_json::to_string(&scan_archive(&archive));
    print(&outcome.map_err(|error| CommandError::Said(error.to_string()))?)?;
    Ok(true)
}
