//! Package managers, each held to its lock file and kept from running anybody's scripts.

use sigyl_core::node::{Node, NodeValue};

use super::is_package_name;
use crate::plan::{
    PhaseName, Unlocked,
    draft::{Draft, argv},
    project::Project,
};

/// Where package managers other than npm go, out of the way of the server's own packages.
pub(super) const TOOLS: &str = ".sigyl/tools";
/// Their programs.
pub(super) const TOOLS_BIN: &str = ".sigyl/tools/node_modules/.bin";

/// Versions that are taken where the project names none, by what the lock file says of its form. Chosen: the last of
/// each line that reads the form.
const PNPM: &[(&str, &str)] =
    &[("9.0", "9.15.9"), ("6.0", "8.15.9"), ("6.1", "8.15.9"), ("5.4", "7.33.7"), ("5.3", "7.33.7")];
/// The last version of Yarn's first line.
const YARN_CLASSIC: &str = "1.22.22";
/// Yarn's later lines are one package of one file.
const YARN_BERRY: &str = "4.10.3";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Npm,
    Pnpm,
    YarnClassic,
    YarnBerry,
}

/// A package manager, its version, and the lock file that it obeys.
pub(super) struct Manager {
    kind: Kind,
    version: String,
    lock: Option<&'static str>,
}

/// Lock files, in the order in which they count where several lie there.
const LOCKS: &[(&str, Kind)] = &[
    ("pnpm-lock.yaml", Kind::Pnpm),
    ("yarn.lock", Kind::YarnClassic),
    ("npm-shrinkwrap.json", Kind::Npm),
    ("package-lock.json", Kind::Npm),
];

/// The package manager of the project; `None`, and said why, where nothing can be installed from.
pub(super) fn choose(project: &Project<'_>, package: &Node, draft: &mut Draft) -> Option<Manager> {
    let asked = package.get("packageManager").and_then(Node::as_str).and_then(|text| text.split_once('@'));
    let is_asked = |kind: Kind| match asked.map(|(name, _)| name) {
        Some("pnpm") => kind == Kind::Pnpm,
        Some("yarn") => kind == Kind::YarnClassic,
        Some("npm") => kind == Kind::Npm,
        _ => false,
    };
    let there: Vec<_> = LOCKS.iter().filter(|(name, _)| project.has(name)).collect();
    if there.len() > 1 {
        let names: Vec<_> = there.iter().map(|(name, _)| *name).collect();
        draft.warn("several-lock-files", format!("there are several lock files: {}", names.join(", ")));
    }
    let chosen = there.iter().find(|(_, kind)| is_asked(*kind)).or_else(|| there.first());
    let Some((lock, kind)) = chosen.map(|it| **it) else { return unlocked(project, package, draft) };
    let asked = asked.filter(|_| is_asked(kind)).and_then(|(_, version)| exact(version));
    match kind {
        Kind::Npm => check_npm_lock(project, lock, draft).then(|| Manager {
            kind,
            version: String::new(),
            lock: Some(lock),
        }),
        Kind::Pnpm => {
            let form = project.yaml(lock).and_then(|root| match &root.get("lockfileVersion")?.value {
                NodeValue::String(text) => Some(text.clone()),
                NodeValue::Number(number) => Some(number.to_string()),
                _ => None,
            });
            let known = form.and_then(|form| PNPM.iter().find(|(known, _)| *known == form));
            let Some(version) = asked.or_else(|| known.map(|(_, version)| (*version).to_owned())) else {
                refuse_lock(project, lock, "its form is not known", draft);
                return None;
            };
            Some(Manager { kind, version, lock: Some(lock) })
        }
        Kind::YarnClassic | Kind::YarnBerry => {
            let is_berry = project.text(lock).is_some_and(|text| text.contains("\n__metadata:"));
            let kind = if is_berry { Kind::YarnBerry } else { Kind::YarnClassic };
            let default = if is_berry { YARN_BERRY } else { YARN_CLASSIC };
            // Which line of Yarn the lock file belongs to is certain; the version asked for may be of the other.
            let asked = asked.filter(|version| version.starts_with("1.") != is_berry);
            Some(Manager { kind, version: asked.unwrap_or_else(|| default.to_owned()), lock: Some(lock) })
        }
    }
}

/// One version, without a hash behind it: `9.1.0+sha512.…`.
fn exact(version: &str) -> Option<String> {
    let version = version.split('+').next().unwrap_or_default();
    let is_good = version.len() <= 40
        && version.starts_with(|first: char| first.is_ascii_digit())
        && version.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte))
        && version.matches('.').count() >= 2;
    is_good.then(|| version.to_owned())
}

fn unlocked(project: &Project<'_>, package: &Node, draft: &mut Draft) -> Option<Manager> {
    let count = |key: &str| package.get(key).and_then(Node::as_mapping).map_or(0, |it| it.entries.len());
    let npm = Manager { kind: Kind::Npm, version: String::new(), lock: None };
    if ["dependencies", "optionalDependencies", "devDependencies"].iter().all(|key| count(key) == 0) {
        return Some(npm);
    }
    if project.is_published() || project.options.unlocked == Unlocked::Allow {
        draft.warn(
            "not-locked",
            "no lock file says which dependencies are installed: another build of the same source may have others",
        );
        return Some(npm);
    }
    let bun = ["bun.lock", "bun.lockb"].into_iter().find(|name| project.has(name));
    let message = match bun {
        Some(name) => format!("{name} is the lock file of Bun, which servers are not built with"),
        None => "no lock file says which dependencies are installed".to_owned(),
    };
    draft.refuse(
        "no-lock-file",
        project.place(bun.unwrap_or("package.json"), None),
        message,
        "Run `npm install --package-lock-only` and commit package-lock.json",
    );
    None
}

fn refuse_lock(project: &Project<'_>, lock: &str, why: &str, draft: &mut Draft) {
    let place = project.place(lock, None);
    draft.refuse(
        "lock-not-usable",
        place,
        format!("{lock} cannot be used: {why}"),
        "Make it anew, and commit it",
    );
}

/// Whether npm may be given the lock file: what it takes from Git is built by scripts, whatever it is told.
fn check_npm_lock(project: &Project<'_>, lock: &str, draft: &mut Draft) -> bool {
    let Some(root) = project.json(lock) else {
        refuse_lock(project, lock, "it is no JSON", draft);
        return false;
    };
    let Some(packages) = root.get("packages").and_then(Node::as_mapping) else {
        refuse_lock(project, lock, "its version is older than 2", draft);
        return false;
    };
    let before = draft.problems.len();
    let mut unproved = 0;
    for (path, entry) in &packages.entries {
        let text = |key: &str| entry.value.get(key).and_then(Node::as_str);
        let is_link = entry.value.get("link").is_some();
        let resolved = text("resolved").unwrap_or_default();
        let is_git = ["git+", "git:", "git@", "github:"].iter().any(|it| resolved.starts_with(it));
        let is_outside = is_link && (resolved.starts_with("..") || resolved.starts_with('/'));
        if is_git || is_outside || path.starts_with("..") {
            let what = if is_git {
                "is taken from Git, where nothing but its own scripts builds it"
            } else {
                "lies outside of the project"
            };
            let place = project.place(lock, Some(entry.key_span));
            let mend = "Depend on a published version, or bring a Dockerfile of your own";
            let shown: String = path.chars().take(80).collect();
            draft.refuse("dependency-not-allowed", place, format!("`{}` {what}", shown.escape_debug()), mend);
            if draft.problems.len() > before + 20 {
                break;
            }
        }
        let is_package = path.contains("node_modules/") && !is_link && entry.value.get("inBundle").is_none();
        unproved += usize::from(is_package && text("integrity").is_none());
    }
    if unproved > 0 {
        draft.warn(
            "no-hashes",
            format!("{lock} has no hash of {unproved} packages, so that nothing proves their bytes"),
        );
    }
    draft.problems.len() == before
}

impl Manager {
    /// Installs what the lock file says; without what only developers need where nothing is built.
    pub(super) fn install(
        &self,
        project: &Project<'_>,
        package: &Node,
        only_runtime: bool,
        draft: &mut Draft,
    ) {
        let mut files: Vec<String> = ["package.json", ".npmrc"]
            .into_iter()
            .chain(self.lock)
            .chain(
                ["pnpm-workspace.yaml", ".yarnrc.yml", ".yarnrc"]
                    .into_iter()
                    .filter(|_| self.kind != Kind::Npm),
            )
            .filter(|name| project.has(name))
            .map(str::to_owned)
            .collect();
        let is_workspace = package.get("workspaces").is_some() || project.has("pnpm-workspace.yaml");
        if is_workspace {
            files.extend(project.paths().filter(|path| path.ends_with("/package.json")).map(str::to_owned));
        }
        let patches =
            project.paths().filter(|path| path.starts_with("patches/") || path.starts_with(".yarn/patches/"));
        files.extend(patches.map(str::to_owned));
        // An archive that lies in the tree is installed from there.
        files.extend(project.paths().filter(|path| path.ends_with(".tgz")).map(str::to_owned));
        let mut install = match (self.kind, self.lock) {
            (Kind::Npm, Some(_)) => argv(&["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]),
            (Kind::Npm, None) => {
                argv(&["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"])
            }
            (Kind::Pnpm, _) => {
                argv(&["pnpm", "install", "--frozen-lockfile", "--ignore-scripts", "--ignore-pnpmfile"])
            }
            (Kind::YarnClassic, _) => {
                argv(&["yarn", "install", "--frozen-lockfile", "--ignore-scripts", "--non-interactive"])
            }
            (Kind::YarnBerry, _) => argv(&["yarn", "install", "--immutable", "--mode=skip-build"]),
        };
        if only_runtime {
            match self.kind {
                Kind::Npm => install.push("--omit=dev".to_owned()),
                Kind::Pnpm => install.push("--prod".to_owned()),
                Kind::YarnClassic => install.push("--production".to_owned()),
                Kind::YarnBerry => install = argv(&["yarn", "workspaces", "focus", "--production"]),
            }
        }
        let mut commands = Vec::new();
        if let Some(tool) = self.tool() {
            commands.push(argv(&[
                "npm",
                "install",
                "--prefix",
                TOOLS,
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "--no-save",
                &tool,
            ]));
        }
        if only_runtime && self.kind == Kind::Npm && self.lock.is_none() {
            // npm looks for versions of what is then omitted, too, and fails where these do not go together.
            commands.push(argv(&["npm", "pkg", "delete", "devDependencies"]));
        }
        commands.push(install);
        let phase = draft.phase(PhaseName::Install, files, commands);
        for &(key, value) in self.env() {
            phase.env.insert(key.to_owned(), value.to_owned());
        }
    }

    fn tool(&self) -> Option<String> {
        match self.kind {
            Kind::Npm => None,
            Kind::Pnpm => Some(format!("pnpm@{}", self.version)),
            Kind::YarnClassic => Some(format!("yarn@{}", self.version)),
            Kind::YarnBerry => Some(format!("@yarnpkg/cli-dist@{}", self.version)),
        }
    }

    fn env(&self) -> &'static [(&'static str, &'static str)] {
        match self.kind {
            Kind::Npm => &[],
            // It would fetch and run the version that the project names, instead of the one that was chosen.
            Kind::Pnpm => &[("npm_config_manage_package_manager_versions", "false")],
            // A program of the tree in the place of the package manager, and links that Node.js cannot follow by itself.
            Kind::YarnClassic | Kind::YarnBerry => &[
                ("YARN_IGNORE_PATH", "1"),
                ("YARN_NODE_LINKER", "node-modules"),
                ("YARN_ENABLE_TELEMETRY", "0"),
            ],
        }
    }

    pub(super) fn has_tools(&self) -> bool {
        self.kind != Kind::Npm
    }

    /// Runs a script of the project.
    pub(super) fn run(&self, script: &str) -> Vec<String> {
        match self.kind {
            Kind::Npm => argv(&["npm", "run", script]),
            Kind::Pnpm => argv(&["pnpm", "run", script]),
            Kind::YarnClassic | Kind::YarnBerry => argv(&["yarn", "run", script]),
        }
    }

    /// Runs the install scripts of some dependencies.
    pub(super) fn rebuild(&self, names: &[String]) -> Vec<String> {
        let mut command = match self.kind {
            Kind::Pnpm => argv(&["pnpm", "rebuild"]),
            // Yarn's own way runs the scripts of all; npm's takes names, and the same folders.
            Kind::Npm | Kind::YarnClassic | Kind::YarnBerry => {
                argv(&["npm", "rebuild", "--ignore-scripts=false", "--foreground-scripts"])
            }
        };
        command.extend(names.iter().filter(|name| is_package_name(name)).cloned());
        command
    }

    /// Takes away what only developers need.
    pub(super) fn prune(&self) -> Vec<String> {
        match self.kind {
            Kind::Npm => argv(&[
                "npm",
                "prune",
                "--omit=dev",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "--offline",
            ]),
            Kind::Pnpm => argv(&["pnpm", "prune", "--prod", "--ignore-scripts"]),
            Kind::YarnClassic => argv(&[
                "yarn",
                "install",
                "--production",
                "--frozen-lockfile",
                "--ignore-scripts",
                "--non-interactive",
                "--offline",
            ]),
            Kind::YarnBerry => argv(&["yarn", "workspaces", "focus", "--production"]),
        }
    }
}
