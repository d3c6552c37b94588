//! A plan in the making, and what stands against it.

use indexmap::IndexMap;
use sigyl_core::{Diagnostic, DiagnosticLevel};

use super::{BaseImage, Decision, GeneratedFile, Phase, PhaseName, PlanOptions, project::Place};

/// What a planner makes.
#[derive(Default)]
pub(crate) struct Draft {
    pub(crate) images: Option<(BaseImage, BaseImage)>,
    pub(crate) phases: Vec<Phase>,
    pub(crate) keep: Vec<String>,
    pub(crate) dockerfile: Option<String>,
    pub(crate) wrapped: Option<String>,
    pub(crate) start: Vec<String>,
    pub(crate) env: IndexMap<String, String>,
    pub(crate) generated: Vec<GeneratedFile>,
    pub(crate) path_variables: IndexMap<String, Vec<String>>,
    pub(crate) decisions: Vec<Decision>,
    pub(crate) problems: Vec<Diagnostic>,
}

impl Draft {
    /// Says that there is no plan, where, and what mends it.
    pub(crate) fn refuse(
        &mut self,
        code: &str,
        place: Place,
        message: impl Into<String>,
        mend: impl Into<String>,
    ) {
        let (location, span) = place;
        self.problems.push(Diagnostic {
            level: DiagnosticLevel::Error,
            code: code.to_owned(),
            message: message.into(),
            mend: Some(mend.into()),
            location,
            span,
        });
    }

    pub(crate) fn note(&mut self, code: &str, text: impl Into<String>) {
        self.decide(DiagnosticLevel::Note, code, text.into());
    }

    pub(crate) fn warn(&mut self, code: &str, text: impl Into<String>) {
        self.decide(DiagnosticLevel::Warning, code, text.into());
    }

    fn decide(&mut self, level: DiagnosticLevel, code: &str, text: String) {
        self.decisions.push(Decision { level, code: code.to_owned(), text });
    }

    /// One image for building and running.
    pub(crate) fn image(&mut self, options: &PlanOptions, reference: &str) {
        let image = base_image(options, reference);
        self.images = Some((image.clone(), image));
    }

    /// A step with one or more commands.
    pub(crate) fn phase(
        &mut self,
        name: PhaseName,
        files: Vec<String>,
        commands: Vec<Vec<String>>,
    ) -> &mut Phase {
        let network = matches!(name, PhaseName::Install | PhaseName::Scripts);
        // Programs that ask nobody and draw no pictures.
        let env = [("CI", "true")].map(|(key, value)| (key.to_owned(), value.to_owned()));
        let at = self.phases.len();
        self.phases.push(Phase { name, files, commands, env: env.into_iter().collect(), network });
        &mut self.phases[at]
    }

    /// Puts folders of the application into a variable that lists folders.
    pub(crate) fn folders(&mut self, variable: &str, folders: &[&str]) {
        let folders = folders.iter().map(|folder| (*folder).to_owned()).collect();
        self.path_variables.insert(variable.to_owned(), folders);
    }
}

/// An image, replaced and with its digest where the deployer says so.
pub(crate) fn base_image(options: &PlanOptions, reference: &str) -> BaseImage {
    let reference = options.images.get(reference).map_or(reference, String::as_str);
    let (name, pinned) = match reference.split_once('@') {
        Some((name, digest)) => (name, Some(digest.to_owned())),
        None => (reference, None),
    };
    let digest = pinned.or_else(|| options.digests.get(reference).cloned());
    BaseImage { reference: name.to_owned(), digest }
}

/// Words as an argument vector.
pub(crate) fn argv(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}
