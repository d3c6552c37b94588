//! Mistakes in users' files: many at once, each with its place and its mend.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Location, Span};

/// How bad a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DiagnosticLevel {
    /// Worth knowing.
    Note,
    /// The value was read, but probably not as meant.
    Warning,
    /// The value could not be used.
    Error,
}

/// One mistake in a user's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Diagnostic {
    /// How bad it is.
    pub level: DiagnosticLevel,
    /// Stable kebab-case code; once shipped it never changes its meaning.
    pub code: String,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// What to write instead, as an imperative.
    pub mend: Option<String>,
    /// Where.
    pub location: Location,
    /// Byte span in the file, for code frames; absent where the file has no text (a missing file, invalid UTF-8).
    #[serde(skip)]
    pub span: Option<Span>,
}

impl Diagnostic {
    /// Renders the diagnostic as a code frame over `source`, the text of the file it names; `colour` adds ANSI
    /// escapes. Without a span only the header is rendered.
    pub fn render(&self, source: &str, colour: bool) -> String {
        let level = match self.level {
            DiagnosticLevel::Note => Level::NOTE,
            DiagnosticLevel::Warning => Level::WARNING,
            DiagnosticLevel::Error => Level::ERROR,
        };
        let mut group = Group::with_title(level.primary_title(&self.message).id(&self.code));
        match self.span {
            Some(span) => {
                let annotation = AnnotationKind::Primary.span(span.range(source.len()));
                let snippet = Snippet::source(source).path(&self.location.path).annotation(annotation);
                group = group.element(snippet);
            }
            None => group = group.element(annotate_snippets::Origin::path(&self.location.path)),
        }
        if let Some(mend) = &self.mend {
            group = group.element(Level::HELP.message(mend));
        }
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        renderer.render(&[group])
    }
}

/// A value read from a user's file, and everything that was wrong with the file. The value is absent when an error
/// leaves nothing to go on with.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed<T> {
    /// What was read.
    pub value: Option<T>,
    /// What was wrong, in the order of the file.
    pub diagnostics: Vec<Diagnostic>,
}

impl<T> Parsed<T> {
    /// True when some diagnostic is an error.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.level == DiagnosticLevel::Error)
    }
}
