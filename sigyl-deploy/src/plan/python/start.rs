//! What starts a server in Python.

use sigyl_core::node::Node;

use super::wanted::metadata;
use crate::plan::{
    draft::{Draft, argv},
    project::Project,
};

/// Files that start servers where nothing else says it; railpack's list, and the source folder.
const WELL_KNOWN: &[&str] = &["main.py", "server.py", "app.py", "src/main.py", "src/server.py", "start.py"];

/// Whether the project must be a package of the environment to start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    /// Its files are enough.
    Files,
    /// It is started by what an installation makes, or does not lie where Python looks.
    Installed,
}

/// Finds the command: the manifest's, a script of the project, a package that can be run, a file of a well-known name.
pub(super) fn find(project: &Project<'_>, pyproject: Option<&Node>, draft: &mut Draft) -> Option<Needs> {
    let said = project.manifest.build.start.clone().filter(|_| project.manifest.can_declare_secrets());
    let can_install = pyproject.is_some_and(|root| root.get("build-system").is_some());
    if let Some(command) = said {
        return from_manifest(project, pyproject, command, can_install, draft);
    }
    if let Some(script) = only_script(pyproject)
        && can_install
    {
        draft.start = vec![script];
        return Some(Needs::Installed);
    }
    if let Some(target) = only_script(pyproject).and_then(|name| script_target(pyproject, &name)) {
        return by_target(project, &target, draft);
    }
    if let Some(target) = wheel_script(project) {
        draft.folders("PYTHONPATH", &["."]);
        return by_target(project, &target, draft);
    }
    let name = pyproject
        .and_then(|root| root.get("project").or_else(|| root.get("tool")?.get("poetry"))?.get("name"))
        .and_then(Node::as_str)
        .unwrap_or_default()
        .replace(['-', '.'], "_");
    for (folder, needs) in [("", Needs::Files), ("src/", Needs::Installed)] {
        let path = format!("{folder}{name}/__main__.py");
        if !name.is_empty() && project.has(&path) && (needs == Needs::Files || can_install) {
            draft.start = argv(&["python", "-m", &name]);
            return Some(needs);
        }
    }
    if let Some(path) = WELL_KNOWN.iter().find(|path| project.has(path)) {
        draft.start = argv(&["python", path]);
        return Some(Needs::Files);
    }
    refuse(project, "nothing says what starts the server", draft)
}

fn refuse(project: &Project<'_>, message: &str, draft: &mut Draft) -> Option<Needs> {
    draft.refuse(
        "no-start",
        project.place("pyproject.toml", None),
        message,
        "Write it into mcp.yaml: `build: { start: [python, server.py] }`",
    );
    None
}

fn from_manifest(
    project: &Project<'_>,
    pyproject: Option<&Node>,
    mut command: Vec<String>,
    can_install: bool,
    draft: &mut Draft,
) -> Option<Needs> {
    // Sigyl has made the environment already.
    if let [uv, run, ..] = command.as_slice()
        && (uv == "uv" || uv == "poetry" || uv == "pdm")
        && run == "run"
    {
        command.drain(..2);
    }
    let program = command.first().cloned().unwrap_or_default();
    let shown: String = command.join(" ").chars().take(80).collect();
    let is_python = program == "python" || program == "python3";
    if is_python {
        if let Some(first) = command.first_mut() {
            *first = "python".to_owned();
        }
        let needs = match command.get(1).map(String::as_str) {
            Some("-m") => {
                let module = command.get(2).map(|module| module.replace('.', "/")).unwrap_or_default();
                let is_here = [
                    format!("{module}.py"),
                    format!("{module}/__main__.py"),
                    format!("{module}/__init__.py"),
                ]
                .iter()
                .any(|path| project.has(path));
                if is_here || !can_install { Needs::Files } else { Needs::Installed }
            }
            Some(option) if option.starts_with('-') => Needs::Files,
            Some(path) if project.has(path.trim_start_matches("./")) => Needs::Files,
            Some(path) => {
                let path = path.escape_debug();
                return refuse(
                    project,
                    &format!("`{path}` starts the server, and is not in the tree"),
                    draft,
                );
            }
            None => return refuse(project, "`python` alone starts no server", draft),
        };
        draft.start = command;
        return Some(needs);
    }
    if matches!(program.as_str(), "uv" | "uvx" | "poetry" | "pdm" | "pipx" | "hatch" | "sh" | "bash") {
        let message =
            format!("`{}` cannot start the server: it fetches, or needs a shell", shown.escape_debug());
        return refuse(project, &message, draft);
    }
    let is_script = script_target(pyproject, &program).is_some();
    if is_script && !can_install {
        let target = script_target(pyproject, &program)?;
        let rest = command.split_off(1);
        let needs = by_target(project, &target, draft);
        draft.start.extend(rest);
        return needs;
    }
    // Anything else is a program that a dependency brings, such as `uvicorn`.
    draft.start = command;
    Some(if is_script { Needs::Installed } else { Needs::Files })
}

/// The script that is called as the project is, or the only one.
fn only_script(pyproject: Option<&Node>) -> Option<String> {
    let project = pyproject?.get("project").or_else(|| pyproject?.get("tool")?.get("poetry"))?;
    let scripts = project.get("scripts")?.as_mapping()?;
    let name = project.get("name").and_then(Node::as_str).unwrap_or_default();
    if scripts.entries.contains_key(name) {
        return Some(name.to_owned());
    }
    let (only, _) = scripts.entries.first().filter(|_| scripts.entries.len() == 1)?;
    Some(only.clone()).filter(|name| !name.is_empty() && !name.starts_with('-') && !name.contains('/'))
}

fn script_target(pyproject: Option<&Node>, name: &str) -> Option<String> {
    let project = pyproject?.get("project").or_else(|| pyproject?.get("tool")?.get("poetry"))?;
    Some(project.get("scripts")?.get(name)?.as_str()?.to_owned())
}

/// The console script of an unpacked wheel that is called as its package is, or the only one.
fn wheel_script(project: &Project<'_>) -> Option<String> {
    let path = project.paths().find(|path| path.ends_with(".dist-info/entry_points.txt"))?;
    let text = project.text(path)?;
    let section = text.split('[').find_map(|section| section.strip_prefix("console_scripts]"))?;
    let scripts: Vec<(&str, &str)> = section
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(name, target)| (name.trim(), target.split('[').next().unwrap_or(target).trim()))
        .collect();
    let package = metadata(project, "Name").pop().unwrap_or_default();
    let same =
        |name: &str| name.replace(['_', '.'], "-").eq_ignore_ascii_case(&package.replace(['_', '.'], "-"));
    let chosen = scripts
        .iter()
        .find(|(name, _)| same(name))
        .or_else(|| scripts.first().filter(|_| scripts.len() == 1))?;
    Some(chosen.1.to_owned())
}

/// `package.module:function`, called as an installed script would call it.
fn by_target(project: &Project<'_>, target: &str, draft: &mut Draft) -> Option<Needs> {
    let is_dotted = |text: &str| {
        !text.is_empty()
            && text.split('.').all(|part| {
                part.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
                    && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            })
    };
    let Some((module, function)) = target.split_once(':').filter(|(a, b)| is_dotted(a) && is_dotted(b))
    else {
        return refuse(
            project,
            &format!("`{}` names no function that starts the server", target.escape_debug()),
            draft,
        );
    };
    let first = function.split('.').next().unwrap_or(function);
    let code = format!("import sys; from {module} import {first}; sys.exit({function}())");
    draft.start = argv(&["python", "-c", &code]);
    Some(Needs::Files)
}
