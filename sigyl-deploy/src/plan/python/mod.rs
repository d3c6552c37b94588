//! Python: uv, Poetry, PDM, Pipenv and pip, all installed by pip from one list with hashes.
//!
//! Whatever tool made the lock file, what it says is rewritten as one list of exact versions with their hashes. So the
//! same installer runs everywhere, from the index that the operator names, takes wheels only, and obeys no setting that
//! the tree brings; of its indexes only those are asked for which it names build secrets.

mod indexes;
mod locks;
mod requirement;
mod requirements_txt;
mod start;
mod wanted;

use sigyl_core::{manifest::Runtime, node::Node};

use super::{
    GeneratedFile, PhaseName, Unlocked,
    draft::{Draft, argv},
    planner::Planner,
    project::Project,
    versions,
};
use requirement::Requirement;

/// Minor versions of Python 3 that have images, oldest first.
const MINORS: &[u32] = &[10, 11, 12, 13, 14];
/// The one that is taken where nothing speaks against it: what most packages have wheels for, and Debian 12's own.
const DEFAULT_MINOR: u32 = 11;
/// The list that pip installs from.
const LIST: &str = ".sigyl/requirements.txt";
/// The list of what builds the project itself.
const BACKEND_LIST: &str = ".sigyl/backend.txt";
/// Where that is installed, and goes away again.
const BACKEND: &str = ".sigyl/backend";
/// What starts pip where variables of other tools are to be read.
const PIP: &str = ".sigyl/pip.py";
/// Where the project's own wheel goes for a moment.
const WHEELS: &str = ".sigyl/wheels";

/// What is to be installed.
pub(super) struct Wanted {
    pub(super) requirements: Vec<Requirement>,
    /// Whether each has its hashes.
    pub(super) hashes: Hashes,
}

/// What proves the bytes of packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hashes {
    /// Each package has hashes, and the list is complete: nothing else is looked for.
    Complete,
    /// Each package has hashes; pip says when one is missing.
    Checked,
    /// None.
    Absent,
}

pub(crate) struct PythonPlanner;

impl Planner for PythonPlanner {
    fn name(&self) -> &'static str {
        "python"
    }

    fn takes(&self, project: &Project<'_>) -> bool {
        project.manifest.runtime == Some(Runtime::Python)
    }

    fn plan(&self, project: &Project<'_>, draft: &mut Draft) {
        let pyproject = project.toml("pyproject.toml");
        if pyproject.is_none() && project.has("pyproject.toml") {
            let place = project.place("pyproject.toml", None);
            draft.refuse("not-read", place, "pyproject.toml cannot be read", "Mend its TOML");
            return;
        }
        let minor = version(project, pyproject.as_ref(), draft);
        draft.image(project.options, &format!("python:3.{minor}-slim"));
        draft.folders("PATH", &[".venv/bin"]);
        for (key, value) in [("PYTHONUNBUFFERED", "1"), ("PYTHONDONTWRITEBYTECODE", "1")] {
            draft.env.insert(key.to_owned(), value.to_owned());
        }
        let Some(wanted) = wanted::find(project, pyproject.as_ref(), draft) else { return };
        let found = start::find(project, pyproject.as_ref(), draft);
        install(project, pyproject.as_ref(), &wanted, draft);
        if found == Some(start::Needs::Installed) {
            install_project(project, pyproject.as_ref(), draft);
        }
        own_build(project, draft);
    }
}

fn version(project: &Project<'_>, pyproject: Option<&Node>, draft: &mut Draft) -> u32 {
    let at = |keys: &[&str]| {
        let mut node = pyproject?;
        for key in keys {
            node = node.get(key)?;
        }
        node.as_str().map(str::to_owned)
    };
    let said = at(&["project", "requires-python"])
        .map(|range| ("requires-python", range))
        .or_else(|| at(&["tool", "poetry", "dependencies", "python"]).map(|range| ("tool.poetry", range)))
        .or_else(|| {
            wanted::metadata(project, "Requires-Python").pop().map(|range| ("Requires-Python", range))
        });
    let pinned = project.text(".python-version").and_then(|text| text.lines().next()).map(str::trim);
    let range = said.as_ref().map_or("", |(_, range)| range.as_str());
    let fits = |minor: u32| {
        versions::python_range_has(range, minor)
            && pinned.is_none_or(|pinned| {
                let pinned = pinned.trim_start_matches("cpython-").trim_start_matches("python");
                !pinned.starts_with(|c: char| c.is_ascii_digit()) || versions::python_range_has(pinned, minor)
            })
    };
    let said_by = match (&said, pinned) {
        (_, Some(_)) => ".python-version",
        (Some((name, _)), None) => name,
        (None, None) => {
            draft
                .note("runtime-version", format!("Python 3.{DEFAULT_MINOR}: the project does not say which"));
            return DEFAULT_MINOR;
        }
    };
    if fits(DEFAULT_MINOR) {
        draft.note("runtime-version", format!("Python 3.{DEFAULT_MINOR}, which {said_by} allows"));
        return DEFAULT_MINOR;
    }
    // The oldest one above the default has the most wheels.
    let newer = MINORS.iter().find(|minor| **minor > DEFAULT_MINOR && fits(**minor));
    match newer.or_else(|| MINORS.iter().rev().find(|minor| fits(**minor))) {
        Some(minor) => {
            draft.note("runtime-version", format!("Python 3.{minor}, the nearest that {said_by} allows"));
            *minor
        }
        None => {
            draft.warn(
                "runtime-version",
                format!("Python 3.{DEFAULT_MINOR}: no version that is known is what {said_by} allows"),
            );
            DEFAULT_MINOR
        }
    }
}

/// pip for the environment of the server, with words behind it: as a module of the interpreter that is there, whatever else
/// calls itself `pip`, and isolated like [`venv`].
fn pip(python: &str, words: &[&str]) -> Vec<String> {
    pip_by(&["-m", "pip"], python, words)
}

fn pip_by(start: &[&str], python: &str, words: &[&str]) -> Vec<String> {
    let mut command = argv(&["python", "-I"]);
    command.extend(argv(start));
    command.extend(argv(&["--python", python]));
    command.extend(argv(&["--disable-pip-version-check", "--no-input", "--no-cache-dir"]));
    command.extend(argv(words));
    command
}

/// An environment without a pip of its own: only what is listed gets in. Isolated, so that no `venv.py` of the tree
/// stands in for Python's.
fn venv(folder: &str) -> Vec<String> {
    argv(&["python", "-I", "-m", "venv", "--without-pip", folder])
}

fn install(project: &Project<'_>, pyproject: Option<&Node>, wanted: &Wanted, draft: &mut Draft) {
    let indexes = indexes::find(project, pyproject, wanted.hashes, draft);
    let lines = wanted.requirements.iter().map(Requirement::line);
    let text = std::iter::once(indexes.lines.clone()).chain(lines).collect();
    draft.generated.push(GeneratedFile { path: LIST.to_owned(), text });
    let mut words = vec!["install", "--only-binary", ":all:"];
    match wanted.hashes {
        Hashes::Complete => words.extend(["--require-hashes", "--no-deps"]),
        Hashes::Checked => words.push("--require-hashes"),
        Hashes::Absent => {}
    }
    let names = allowed_names(project, draft);
    for name in &names {
        words.extend(["--no-binary", name]);
    }
    words.extend(["-r", LIST]);
    let mut commands = vec![venv(".venv")];
    let mut files = vec![LIST.to_owned()];
    if !wanted.requirements.is_empty() {
        let command = match indexes.started(draft) {
            None => pip(".venv/bin/python", &words),
            Some(names) => {
                files.push(PIP.to_owned());
                pip_by(&[PIP, &names], ".venv/bin/python", &words)
            }
        };
        commands.push(command);
    }
    draft.phase(PhaseName::Install, files, commands);
}

/// Packages whose own build may run, in the place of their wheels.
fn allowed_names(project: &Project<'_>, draft: &mut Draft) -> Vec<String> {
    let names = project.manifest.build.scripts_allowed.clone();
    for name in &names {
        if !requirement::is_name(name) {
            draft.refuse(
                "no-package-name",
                project.manifest_place(),
                format!("`{}` in `build.scripts_allowed` is no name of a package", name.escape_debug()),
                "Name dependencies, such as `cffi`",
            );
            return Vec::new();
        }
    }
    if !names.is_empty() {
        draft.warn(
            "scripts-allowed",
            format!(
                "{} are built from source while the build has network, which runs their code",
                names.join(", ")
            ),
        );
    }
    names
}

/// The project itself becomes a package of the environment: its build backend is fetched as wheels, and runs without
/// network.
fn install_project(project: &Project<'_>, pyproject: Option<&Node>, draft: &mut Draft) {
    let backend = pyproject.and_then(|root| root.get("build-system"));
    let asked = backend.and_then(|backend| backend.get("requires")).and_then(Node::as_sequence);
    let texts: Vec<&str> = match asked {
        Some(asked) => asked.iter().filter_map(Node::as_str).collect(),
        // PEP 518's default.
        None => vec!["setuptools", "wheel"],
    };
    let mut lines = String::new();
    for text in texts {
        match Requirement::parse(text) {
            Ok(requirement) => lines += &requirement.line(),
            Err(why) => {
                let place = project.place("pyproject.toml", None);
                let message = format!(
                    "`{}` in `build-system.requires` cannot be installed: {why}",
                    text.escape_debug()
                );
                draft.refuse(
                    "dependency-not-allowed",
                    place,
                    message,
                    "Name packages of the index with versions",
                );
                return;
            }
        }
    }
    draft.warn(
        "backend-not-locked",
        "what builds the project (`build-system.requires`) has no hashes in a lock file",
    );
    draft.generated.push(GeneratedFile { path: BACKEND_LIST.to_owned(), text: lines });
    let python = format!("{BACKEND}/bin/python");
    if let Some(phase) = draft.phases.iter_mut().find(|phase| phase.name == PhaseName::Install) {
        phase.files.push(BACKEND_LIST.to_owned());
        phase.commands.push(venv(BACKEND));
        phase.commands.push(pip(&python, &["install", "--only-binary", ":all:", "-r", BACKEND_LIST]));
    }
    let name = pyproject
        .and_then(|root| root.get("project").or_else(|| root.get("tool")?.get("poetry"))?.get("name"))
        .and_then(Node::as_str)
        .filter(|name| requirement::is_name(name));
    let Some(name) = name else {
        let place = project.place("pyproject.toml", None);
        draft.refuse(
            "no-name",
            place,
            "the project has no name that pip could install",
            "Write `project.name`",
        );
        return;
    };
    let wheel = pip(
        &python,
        &["wheel", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", WHEELS, "."],
    );
    let install = pip(
        ".venv/bin/python",
        &["install", "--no-deps", "--no-index", "--only-binary", ":all:", "--find-links", WHEELS, name],
    );
    draft.phase(PhaseName::Build, Vec::new(), vec![wheel, install]);
    draft.phase(PhaseName::Prune, Vec::new(), vec![argv(&["rm", "-rf", BACKEND, WHEELS])]);
}

/// A build step that the manifest names.
fn own_build(project: &Project<'_>, draft: &mut Draft) {
    let said = project.manifest.build.command.clone();
    let Some(command) = said.filter(|_| !project.is_published() && project.manifest.can_declare_secrets())
    else {
        return;
    };
    // A package.json beside a Python project infers one for its web pages.
    if command.first().is_some_and(|program| program == "npm") {
        draft.note("build-not-run", "`npm run build` is not run: the server is a Python project");
        return;
    }
    match draft.phases.iter_mut().find(|phase| phase.name == PhaseName::Build) {
        Some(phase) => phase.commands.insert(0, command),
        None => {
            draft.phase(PhaseName::Build, Vec::new(), vec![command]);
        }
    }
}

/// Whether dependencies without a lock file may be planned, and what is recorded then.
fn may_be_unlocked(project: &Project<'_>, draft: &mut Draft) -> bool {
    let may = project.is_published() || project.options.unlocked == Unlocked::Allow;
    if may {
        draft.warn(
            "not-locked",
            "no lock file says which dependencies are installed: another build of the same source may have others",
        );
    }
    may
}
