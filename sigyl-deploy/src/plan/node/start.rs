//! What starts a server on Node.js.

use sigyl_core::node::{Node, NodeValue};

use crate::plan::{
    draft::{Draft, argv},
    project::Project,
    words::words,
};

/// Files that start servers where nothing else says it. Chosen from what templates make.
const WELL_KNOWN: &[&str] =
    &["index.js", "index.mjs", "server.js", "server.mjs", "dist/index.js", "build/index.js", "src/index.js"];
/// Scripts that may call one another.
const MAX_DEPTH: u32 = 4;
/// What may not be asked while it starts: the package managers, each with the words that run a script.
const MANAGERS: &[&str] = &["npm", "pnpm", "yarn"];

/// Finds the command: the manifest's, `bin`, the script `start`, `main`, a file of a well-known name.
pub(super) fn find(project: &Project<'_>, package: &Node, is_built: bool, draft: &mut Draft) {
    let said = project.manifest.build.start.as_deref().unwrap_or_default();
    let is_declared = project.manifest.can_declare_secrets();
    let from_manifest = (!said.is_empty() && is_declared).then(|| said.to_vec());
    let scripts_start = || script(package, "start").map(|_| argv(&["npm", "start"]));
    let node = |path: String| argv(&["node", &path]);
    let existing = |path: &String| project.has(path) || is_built;
    let found = from_manifest
        .or_else(|| bin(package).map(node))
        .or_else(scripts_start)
        .or_else(|| text(package, "main").map(normal).filter(existing).map(node))
        .or_else(|| WELL_KNOWN.iter().find(|path| project.has(path)).map(|path| node((*path).to_owned())));
    let Some(command) = found else {
        draft.refuse(
            "no-start",
            project.place("package.json", None),
            "nothing says what starts the server",
            "Write it into mcp.yaml: `build: { start: [node, dist/index.js] }`",
        );
        return;
    };
    let Some(command) = resolve(project, package, command, draft, 0) else { return };
    if let [program, path, ..] = command.as_slice()
        && program == "node"
        && !path.starts_with('-')
        && !is_built
        && !["", ".js", ".mjs", ".cjs", "/index.js"]
            .iter()
            .any(|end| project.has(&format!("{}{end}", normal(path))))
    {
        draft.refuse(
            "entry-point-missing",
            project.place("package.json", None),
            format!(
                "`{}` starts the server, and is neither in the tree nor made by a build",
                path.escape_debug()
            ),
            "Commit it, or add the script `build` that makes it",
        );
        return;
    }
    draft.start = command;
}

/// Follows scripts and runners to the program itself.
fn resolve(
    project: &Project<'_>,
    package: &Node,
    command: Vec<String>,
    draft: &mut Draft,
    depth: u32,
) -> Option<Vec<String>> {
    if depth > MAX_DEPTH {
        refuse_program(project, &command, "its scripts call one another too often", draft);
        return None;
    }
    let (program, rest) = command.split_first()?;
    let mut rest = rest.to_vec();
    let name = program.as_str();
    if MANAGERS.contains(&name) || (name == "npx" || name == "bunx" || name == "pnpx") {
        let script_name = match (name, rest.first().map(String::as_str)) {
            ("npm" | "pnpm" | "yarn", Some("run" | "run-script")) => rest.get(1).cloned(),
            ("npm" | "pnpm" | "yarn", Some("start")) => Some("start".to_owned()),
            _ => None,
        };
        if let Some(script_name) = script_name {
            return run_script(project, package, &script_name, draft, depth);
        }
        if name == "npx" {
            rest.retain(|word| word != "-y" && word != "--yes");
            if rest.first().is_some_and(|word| !word.starts_with('-')) {
                return resolve(project, package, rest, draft, depth + 1);
            }
        }
        refuse_program(project, &command, "package managers fetch what is missing when they start", draft);
        return None;
    }
    if name == "node" {
        if let Some(path) = rest.first_mut()
            && let Some(inside) = project.in_root(path)
        {
            *path = inside.to_owned();
        }
        let mut all = vec![program.clone()];
        all.extend(rest);
        return Some(all);
    }
    if name.contains('/') {
        let path = normal(name);
        if path.starts_with('/') || path.split('/').any(|part| part == "..") {
            refuse_program(project, &command, "it lies outside of the project", draft);
            return None;
        }
        return Some(command);
    }
    let dependency = |key: &str| {
        package.get(key).and_then(Node::as_mapping).is_some_and(|it| it.entries.contains_key(name))
    };
    // A package's own program is in `node_modules/.bin` only where others depend on it.
    if let Some(path) = package.get("bin").and_then(|bin| bin.get(name)).and_then(Node::as_str) {
        let mut all = argv(&["node", &normal(path)]);
        all.extend(rest);
        return Some(all);
    }
    if dependency("dependencies") || dependency("optionalDependencies") {
        return Some(command);
    }
    let why = if dependency("devDependencies") {
        "only developers have it: it stands in `devDependencies`"
    } else {
        "no package of the project's `dependencies` is called like it"
    };
    refuse_program(project, &command, why, draft);
    None
}

fn run_script(
    project: &Project<'_>,
    package: &Node,
    name: &str,
    draft: &mut Draft,
    depth: u32,
) -> Option<Vec<String>> {
    let place = |package: &Node| {
        let span = package.get("scripts").and_then(|scripts| scripts.get(name)).map(|node| node.span);
        project.place("package.json", span)
    };
    let Some(text) = script(package, name) else {
        let message = format!("there is no script `{}` to start the server with", name.escape_debug());
        draft.refuse(
            "no-start",
            place(package),
            message,
            "Write `build: { start: [node, dist/index.js] }` into mcp.yaml",
        );
        return None;
    };
    if script(package, &format!("pre{name}")).is_some() {
        draft.warn(
            "script-not-run",
            format!("the script `pre{name}` does not run: the server is started without npm"),
        );
    }
    let Some(words) = words(text) else {
        draft.refuse(
            "start-needs-shell",
            place(package),
            format!(
                "the script `{}` needs a shell, and servers are started without one",
                name.escape_debug()
            ),
            "Write the words of the start command into mcp.yaml: `build: { start: [node, dist/index.js] }`",
        );
        return None;
    };
    draft.env.extend(words.env);
    resolve(project, package, words.argv, draft, depth + 1)
}

fn refuse_program(project: &Project<'_>, command: &[String], why: &str, draft: &mut Draft) {
    let shown: String = command.join(" ").chars().take(80).collect();
    draft.refuse(
        "start-not-possible",
        project.place("package.json", None),
        format!("`{}` cannot start the server: {why}", shown.escape_debug()),
        "Write what starts it into mcp.yaml: `build: { start: [node, dist/index.js] }`",
    );
}

fn script<'n>(package: &'n Node, name: &str) -> Option<&'n str> {
    package.get("scripts")?.get(name)?.as_str().filter(|text| !text.trim().is_empty())
}

fn text<'n>(package: &'n Node, key: &str) -> Option<&'n str> {
    package.get(key)?.as_str()
}

/// The program: `bin`, where there is one alone, or one that is called as the package is.
fn bin(package: &Node) -> Option<String> {
    let bin = package.get("bin")?;
    let name = text(package, "name").unwrap_or_default();
    let name = name.rsplit('/').next().unwrap_or(name);
    let path = match &bin.value {
        NodeValue::String(path) => path.as_str(),
        NodeValue::Mapping(mapping) if mapping.entries.len() == 1 => {
            mapping.entries.first()?.1.value.as_str()?
        }
        NodeValue::Mapping(mapping) => mapping.get(name)?.as_str()?,
        _ => return None,
    };
    Some(normal(path)).filter(|path| !path.is_empty() && !path.starts_with('/') && !path.contains(".."))
}

/// Without `./` before it.
fn normal(path: impl AsRef<str>) -> String {
    path.as_ref().trim_start_matches("./").to_owned()
}
