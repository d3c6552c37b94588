//! Mistakes in users' files as code frames.

use annotate_snippets::Level;
use sigyl_core::{Diagnostic, DiagnosticLevel, SourceTree};

use super::frame::{Frame, Frames};

/// Draws each over its file in `tree`. Safe on files of strangers.
pub(crate) fn render(diagnostics: &[Diagnostic], tree: &SourceTree, colour: bool) -> String {
    let mut frames = Frames::new(tree, colour);
    let mut out = String::new();
    for diagnostic in diagnostics {
        let level = match diagnostic.level {
            DiagnosticLevel::Note => Level::NOTE,
            DiagnosticLevel::Warning => Level::WARNING,
            DiagnosticLevel::Error => Level::ERROR,
        };
        let frame = Frame {
            level,
            id: &diagnostic.code,
            message: &diagnostic.message,
            location: &diagnostic.location,
            notes: diagnostic.mend.iter().map(|mend| (Level::HELP, mend.clone())).collect(),
        };
        out.push_str(&frames.draw(frame));
        out.push_str("\n\n");
    }
    out
}
