//! `sigyl scan-source`: what the server starts to scan an upload, a commit or a list of tools.

use std::io::{Read, Write};

use super::{CommandError, print};
use crate::scans::{Input, confine, pack_input, scan_input};

pub(super) fn run(kind: &str) -> Result<bool, CommandError> {
    let input = Input::of(kind).ok_or_else(|| CommandError::Said(format!("{kind} is not scanned")))?;
    confine().map_err(CommandError::Runtime)?;
    let mut bytes = Vec::new();
    // Whoever starts it has limited what there is to read.
    std::io::stdin().lock().read_to_end(&mut bytes).map_err(CommandError::Runtime)?;
    if input == Input::Pack {
        let packed = std::io::stdout().lock().write_all(&pack_input(&bytes));
        packed.map_err(CommandError::Runtime)?;
        return Ok(true);
    }
    let outcome = serde_json::to_string(&scan_input(input, &bytes));
    print(&outcome.map_err(|error| CommandError::Said(error.to_string()))?)?;
    Ok(true)
}
