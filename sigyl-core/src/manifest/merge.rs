//! Several manifests of one server made one. The more authoritative format counts, in the order of
//! [`ManifestFormat`]; where a later one disagrees, a diagnostic names both places.

use std::collections::{BTreeMap, HashSet};

use indexmap::IndexSet;

use super::{
    context::{Place, show},
    model::{Manifest, ManifestSource, Runtime, Transport},
    open::Draft,
    secrets,
};
use crate::{Diagnostic, DiagnosticLevel};

/// The merged manifest, requirements whose place the transport decides, and all diagnostics.
pub(crate) struct Merged {
    pub(crate) manifest: Manifest,
    pub(crate) open_injections: Vec<usize>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Merges drafts that are sorted by format.
pub(crate) fn merge(drafts: Vec<Draft>) -> Merged {
    let mut merged =
        Merged { manifest: Manifest::default(), open_injections: Vec::new(), diagnostics: Vec::new() };
    let mut said: BTreeMap<&'static str, Place> = BTreeMap::new();
    let inferred: Vec<Runtime> = drafts
        .iter()
        .filter(|draft| draft.format.is_inferred())
        .filter_map(|draft| draft.manifest.as_ref()?.runtime)
        .collect();
    let mut has_declared = false;
    for mut draft in drafts {
        merged.diagnostics.append(&mut draft.diagnostics);
        let Some(manifest) = draft.manifest.take() else { continue };
        let source = ManifestSource { path: draft.path.clone(), format: draft.format };
        let first = merged.manifest.sources.is_empty();
        merged.manifest.sources.push(source);
        let is_inferred = draft.format.is_inferred();
        has_declared |= !is_inferred;
        if !first {
            let mut step = Step { said: &said, draft: &draft, diagnostics: &mut merged.diagnostics };
            step.compare(&merged.manifest, &manifest, &inferred, has_declared);
        }
        let open = std::mem::take(&mut draft.open_injections);
        if merged.manifest.requirements.is_empty() {
            merged.open_injections = open;
        }
        fill(&mut merged.manifest, manifest, is_inferred, &draft);
        for (field, place) in draft.said {
            said.entry(field).or_insert(place);
        }
    }
    merged
}

/// Fills what `into` lacks.
fn fill(into: &mut Manifest, from: Manifest, is_inferred: bool, draft: &Draft) {
    let own_image = into.runtime == Some(Runtime::Container) || into.build.dockerfile.is_some();
    let other_runtime = into.runtime.is_some() && into.runtime != from.runtime;
    let is_container = from.runtime == Some(Runtime::Container);
    // A Dockerfile beside a package matters only where nothing else tells how to build; its port always does.
    let builds = !is_inferred
        || (!own_image && !other_runtime)
        || (is_container && into.build.dockerfile.is_none() && own_image);
    into.name = into.name.take().or(from.name);
    into.description = into.description.take().or(from.description);
    into.version = into.version.take().or(from.version);
    into.category = into.category.take().or(from.category);
    into.transport = match (into.transport.take(), from.transport) {
        (Some(Transport::Http { port, path }), Some(Transport::Http { port: other, path: other_path })) => {
            Some(Transport::Http { port: port.or(other), path: path.or(other_path) })
        }
        (Some(transport), _) => Some(transport),
        (None, other) => other,
    };
    into.runtime = into.runtime.or(from.runtime);
    if into.tags.is_empty() {
        into.tags = from.tags;
    }
    if into.tools.is_empty() {
        into.tools = from.tools;
    }
    if into.requirements.is_empty() {
        into.requirements = from.requirements;
    }
    if builds {
        let build = &mut into.build;
        if build.scripts_allowed.is_empty() {
            build.scripts_allowed = from.build.scripts_allowed;
        }
        if build.secrets.is_empty() {
            build.secrets = from.build.secrets;
        }
        build.command = build.command.take().or(from.build.command);
        build.start = build.start.take().or(from.build.start);
        if build.dockerfile.is_none() {
            build.dockerfile = from.build.dockerfile;
            build.context = build.context.take().or(from.build.context);
        }
    }
    into.resources.memory_bytes = into.resources.memory_bytes.or(from.resources.memory_bytes);
    into.resources.cpu_millis = into.resources.cpu_millis.or(from.resources.cpu_millis);
    into.network.allow = into.network.allow.take().or(from.network.allow);
    into.stateless |= from.stateless && draft.said.contains_key("stateless");
    for (name, value) in from.environment {
        into.environment.entry(name).or_insert(value);
    }
    add_new(&mut into.remotes, from.remotes);
    add_new(&mut into.packages, from.packages);
}

/// Appends what is not there yet.
fn add_new(into: &mut Vec<String>, from: Vec<String>) {
    let all: IndexSet<String> = std::mem::take(into).into_iter().chain(from).collect();
    *into = all.into_iter().collect();
}

/// One draft compared with what counts so far.
struct Step<'a> {
    said: &'a BTreeMap<&'static str, Place>,
    draft: &'a Draft,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Step<'_> {
    fn compare(&mut self, into: &Manifest, from: &Manifest, inferred: &[Runtime], has_declared: bool) {
        let is_inferred = self.draft.format.is_inferred();
        if let (Some(counts), Some(other)) = (&into.version, &from.version)
            && counts != other
            && !is_placeholder(other)
            && has_declared
        {
            self.warn("version", &format!("`{}`", show(counts)), &format!("`{}`", show(other)));
        }
        if is_inferred {
            self.compare_runtime(into, from, inferred, has_declared);
            return;
        }
        if let (Some(counts), Some(other)) = (&into.name, &from.name)
            && !same_name(&counts.0, &other.0)
        {
            self.warn("name", &format!("`{}`", show(&counts.0)), &format!("`{}`", show(&other.0)));
        }
        self.differ("runtime", into.runtime, from.runtime, |runtime| format!("{runtime:?}").to_lowercase());
        self.differ(
            "transport",
            into.transport.as_ref(),
            from.transport.as_ref(),
            |transport| match transport {
                Transport::Stdio => "stdio".to_owned(),
                Transport::Http { .. } => "http".to_owned(),
            },
        );
        self.differ("category", into.category.as_ref(), from.category.as_ref(), |text| show(text));
        let joined = |words: &&Vec<String>| show(&words.join(" "));
        self.differ("build.command", into.build.command.as_ref(), from.build.command.as_ref(), joined);
        self.differ("build.start", into.build.start.as_ref(), from.build.start.as_ref(), joined);
        self.differ(
            "build.dockerfile",
            into.build.dockerfile.as_ref(),
            from.build.dockerfile.as_ref(),
            |text| show(text),
        );
        self.differ("build.context", into.build.context.as_ref(), from.build.context.as_ref(), |text| {
            show(text)
        });
        self.differ("resources.memory", into.resources.memory_bytes, from.resources.memory_bytes, |bytes| {
            bytes.to_string()
        });
        self.differ("resources.cpu", into.resources.cpu_millis, from.resources.cpu_millis, |millis| {
            format!("{millis}m")
        });
        self.differ("network.allow", into.network.allow.as_ref(), from.network.allow.as_ref(), joined);
        self.compare_tools(into, from);
        self.compare_requirements(into, from);
    }

    /// A package file only contradicts a declared runtime when no package file agrees with it.
    fn compare_runtime(
        &mut self,
        into: &Manifest,
        from: &Manifest,
        inferred: &[Runtime],
        has_declared: bool,
    ) {
        let (Some(counts), Some(other)) = (into.runtime, from.runtime) else { return };
        let container = [counts, other].contains(&Runtime::Container);
        if has_declared && !container && !inferred.contains(&counts) && counts != other {
            let lower = |runtime: Runtime| format!("`{runtime:?}`").to_lowercase();
            self.warn("runtime", &lower(counts), &lower(other));
        }
    }

    fn compare_tools(&mut self, into: &Manifest, from: &Manifest) {
        if into.tools.is_empty() || from.tools.is_empty() {
            return;
        }
        let names = |manifest: &Manifest| -> HashSet<String> {
            manifest.tools.iter().map(|tool| tool.name.clone()).collect()
        };
        let (counts, other) = (names(into), names(from));
        let mut only: Vec<&String> = other.symmetric_difference(&counts).collect();
        only.sort();
        if let Some(name) = only.first() {
            let (is_here, name) = (other.contains(*name), show(name));
            self.tell("tools", |there| match is_here {
                true => format!("the tool `{name}` is here, but not in {there}, which counts"),
                false => format!("the tool `{name}` is not here, but in {there}, which counts"),
            });
        }
    }

    fn compare_requirements(&mut self, into: &Manifest, from: &Manifest) {
        if into.requirements.is_empty() {
            return;
        }
        let plain = |text: &str| -> String {
            text.chars()
                .filter(|character| character.is_alphanumeric())
                .flat_map(char::to_lowercase)
                .collect()
        };
        let known: HashSet<String> = into
            .requirements
            .iter()
            .flat_map(|requirement| [plain(&requirement.key), plain(&requirement.injection.name)])
            .collect();
        let missing = from.requirements.iter().find(|requirement| {
            !known.contains(&plain(&requirement.key)) && !known.contains(&plain(&requirement.injection.name))
        });
        if let Some(requirement) = missing {
            let key = show(&requirement.key);
            self.tell("secrets", |there| {
                format!("`{key}` is asked for here, but not in {there}, which counts")
            });
        }
    }

    fn differ<T: PartialEq>(
        &mut self,
        field: &'static str,
        counts: Option<T>,
        other: Option<T>,
        describe: impl Fn(&T) -> String,
    ) {
        if let (Some(counts), Some(other)) = (&counts, &other) {
            let (counts, other) = (describe(counts), describe(other));
            if counts != other {
                self.warn(field, &format!("`{counts}`"), &format!("`{other}`"));
            }
        }
    }

    fn warn(&mut self, field: &'static str, counts: &str, other: &str) {
        self.tell(field, |there| format!("`{field}` is {other} here, but {counts} in {there}, which counts"));
    }

    fn tell(&mut self, field: &'static str, message: impl Fn(&str) -> String) {
        // What no file says in so many words cannot be corrected in it.
        let (Some(there), Some(here)) = (self.said.get(field), self.draft.said.get(field)) else { return };
        let place =
            format!("{}:{}:{}", there.location.path, there.location.start_line, there.location.start_column);
        self.diagnostics.push(Diagnostic {
            level: DiagnosticLevel::Warning,
            code: "manifests-disagree".to_owned(),
            message: message(&place),
            mend: Some("Make both agree, or remove one of them".to_owned()),
            location: here.location.clone(),
            span: Some(here.span),
        });
    }
}

/// Versions that a release tool replaces.
fn is_placeholder(version: &str) -> bool {
    version.starts_with("0.0.0") || version.is_empty() || version == "0.0.1-seed"
}

/// Names agree when their last parts do: `io.github.user/weather` is `weather`.
fn same_name(a: &str, b: &str) -> bool {
    let last =
        |name: &str| name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase().replace(['_', '.'], "-");
    last(a) == last(b)
}

/// Places the requirements that were left to the transport.
pub(crate) fn place_open(manifest: &mut Manifest, open: &[usize]) {
    let transport = manifest.transport.clone();
    for at in open {
        if let Some(requirement) = manifest.requirements.get_mut(*at) {
            requirement.injection = secrets::default_injection(&requirement.key, transport.as_ref());
        }
    }
}
