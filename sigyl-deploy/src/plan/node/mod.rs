//! Node.js: npm, pnpm and Yarn.

mod manager;
mod settings;
mod start;

use sigyl_core::{manifest::Runtime, node::Node};

use super::{
    PhaseName,
    draft::{Draft, argv},
    planner::Planner,
    project::Project,
    versions,
};

/// Versions that have images, oldest first.
const MAJORS: &[u32] = &[18, 20, 22, 24];
/// The one that is taken where nothing speaks against it: long-term support until 2027.
const DEFAULT_MAJOR: u32 = 22;

pub(crate) struct NodePlanner;

impl Planner for NodePlanner {
    fn name(&self) -> &'static str {
        "node"
    }

    fn takes(&self, project: &Project<'_>) -> bool {
        project.manifest.runtime == Some(Runtime::Node)
    }

    fn plan(&self, project: &Project<'_>, draft: &mut Draft) {
        let Some(package) = project.json("package.json") else {
            draft.refuse(
                "no-package-file",
                project.place("package.json", None),
                "there is no package.json that can be read",
                "Add a package.json with the server's dependencies and their lock file",
            );
            return;
        };
        let reference = format!("node:{}-slim", version(project, &package, draft));
        draft.image(project.options, &reference);
        draft.folders("PATH", &["node_modules/.bin", manager::TOOLS_BIN]);
        settings::check(project, draft);
        let Some(manager) = manager::choose(project, &package, draft) else { return };
        let build = build_command(project, &package, &manager);
        let only_runtime = build.is_none();
        manager.install(project, &package, only_runtime, draft);
        scripts(project, &manager, draft);
        start::find(project, &package, build.is_some(), draft);
        if let Some(command) = build {
            draft.phase(PhaseName::Build, Vec::new(), vec![command]);
        }
        let mut pruning = Vec::new();
        if !only_runtime {
            pruning.push(manager.prune());
        }
        if manager.has_tools() {
            pruning.push(argv(&["rm", "-rf", manager::TOOLS]));
        }
        if !pruning.is_empty() {
            draft.phase(PhaseName::Prune, Vec::new(), pruning);
        }
    }
}

/// The version of Node.js: what the project asks for, in the order in which version managers look.
fn version(project: &Project<'_>, package: &Node, draft: &mut Draft) -> u32 {
    let engines = package.get("engines").and_then(|engines| engines.get("node")).and_then(Node::as_str);
    let files =
        [".nvmrc", ".node-version"].into_iter().find_map(|file| Some((file, project.text(file)?.trim())));
    let Some((said_by, range)) = engines.map(|range| ("engines.node", range)).or(files) else {
        draft.note("runtime-version", format!("Node.js {DEFAULT_MAJOR}: the project does not say which"));
        return DEFAULT_MAJOR;
    };
    let range = range.trim_start_matches('v');
    let fits = |major: &u32| versions::npm_range_has(range, *major);
    if fits(&DEFAULT_MAJOR) {
        draft.note("runtime-version", format!("Node.js {DEFAULT_MAJOR}, which {said_by} allows"));
        return DEFAULT_MAJOR;
    }
    match MAJORS.iter().rev().find(|major| fits(major)) {
        Some(major) => {
            draft.note("runtime-version", format!("Node.js {major}, the newest that {said_by} allows"));
            *major
        }
        None => {
            let shown: String = range.chars().take(40).collect();
            draft.warn(
                "runtime-version",
                format!(
                    "Node.js {DEFAULT_MAJOR}: no version that is known fits `{}` of {said_by}",
                    shown.escape_debug()
                ),
            );
            DEFAULT_MAJOR
        }
    }
}

/// The project's own build: what the manifest says, or the script of that name. A published package is built already.
fn build_command(project: &Project<'_>, package: &Node, manager: &manager::Manager) -> Option<Vec<String>> {
    let said = project.manifest.build.command.clone();
    let inferred = argv(&["npm", "run", "build"]);
    match said {
        Some(command) if command != inferred => Some(command),
        _ if project.is_published() => None,
        _ => {
            let script =
                package.get("scripts").and_then(|scripts| scripts.get("build")).and_then(Node::as_str)?;
            (!script.trim().is_empty()).then(|| manager.run("build"))
        }
    }
}

/// Install scripts of the dependencies that the manifest names.
fn scripts(project: &Project<'_>, manager: &manager::Manager, draft: &mut Draft) {
    let names = &project.manifest.build.scripts_allowed;
    if names.is_empty() {
        return;
    }
    for name in names {
        if !is_package_name(name) {
            draft.refuse(
                "no-package-name",
                project.manifest_place(),
                format!("`{}` in `build.scripts_allowed` is no name of a package", name.escape_debug()),
                "Name dependencies, such as `esbuild`",
            );
            return;
        }
    }
    draft.warn(
        "scripts-allowed",
        format!("install scripts of {} run while the build has network", names.join(", ")),
    );
    draft.phase(PhaseName::Scripts, Vec::new(), vec![manager.rebuild(names)]);
}

/// Whether npm takes a package of this name.
pub(super) fn is_package_name(name: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty()
            && part.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '_')
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-~".contains(&byte))
    };
    name.len() <= 214
        && match name.strip_prefix('@') {
            Some(scoped) => scoped.split_once('/').is_some_and(|(scope, name)| part(scope) && part(name)),
            None => part(name),
        }
}
