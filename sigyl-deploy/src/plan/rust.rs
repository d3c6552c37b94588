//! Rust: one program, built from what Cargo.lock says.

use sigyl_core::{manifest::Runtime, node::Node};

use super::{
    PhaseName,
    context::{self, PROGRAM},
    draft::{Draft, argv, base_image},
    planner::Planner,
    project::Project,
};

/// What it is built in.
const BUILD_IMAGE: &str = "rust:1-slim-bookworm";
/// What it runs in: glibc of the same Debian, certificates, no shell.
const RUN_IMAGE: &str = "gcr.io/distroless/cc-debian12";
/// Where cargo builds.
const TARGET: &str = ".sigyl/target";

pub(crate) struct RustPlanner;

impl Planner for RustPlanner {
    fn name(&self) -> &'static str {
        "rust"
    }

    fn takes(&self, project: &Project<'_>) -> bool {
        project.manifest.runtime == Some(Runtime::Rust)
    }

    fn plan(&self, project: &Project<'_>, draft: &mut Draft) {
        let Some(package) = project.toml("Cargo.toml") else {
            let place = project.place("Cargo.toml", None);
            draft.refuse(
                "no-package-file",
                place,
                "there is no Cargo.toml that can be read",
                "Run `cargo init`",
            );
            return;
        };
        let build_image = base_image(project.options, BUILD_IMAGE);
        draft.images = Some((build_image, base_image(project.options, RUN_IMAGE)));
        if !project.has("Cargo.lock") {
            let place = project.place("Cargo.toml", None);
            draft.refuse(
                "no-lock-file",
                place,
                "there is no Cargo.lock",
                "Run `cargo generate-lockfile`, and commit it",
            );
        }
        // What cargo and rustup read there names programs: linkers, wrappers, compilers that are fetched first.
        for path in [".cargo/config.toml", ".cargo/config", "rust-toolchain", "rust-toolchain.toml"] {
            if project.has(path) {
                draft.refuse(
                    "settings-run-code",
                    project.place(path, None),
                    format!("{path} can name programs that run while dependencies are fetched, when nothing of the tree may"),
                    "Remove it, or bring a Dockerfile of your own",
                );
            }
        }
        let Some(program) = program(project, &package, draft) else { return };
        // Cargo refuses packages without their sources, so that everything is there already.
        let fetch = argv(&["cargo", "fetch", "--locked"]);
        draft.phase(PhaseName::Install, Vec::new(), vec![fetch]);
        let build = argv(&[
            "cargo",
            "build",
            "--release",
            "--locked",
            "--offline",
            "--target-dir",
            TARGET,
            "--bin",
            &program,
        ]);
        let copy = argv(&["cp", &format!("{TARGET}/release/{program}"), PROGRAM]);
        draft.phase(PhaseName::Build, Vec::new(), vec![build, copy]);
        draft.note("build-scripts", "build scripts of dependencies run without network");
        context::keep_program(project, draft);
    }
}

/// The program: `default-run`, the only `[[bin]]`, or the one that is called as the package is.
fn program(project: &Project<'_>, package: &Node, draft: &mut Draft) -> Option<String> {
    let own = package.get("package");
    let text = |key: &str| own?.get(key)?.as_str();
    let listed = package.get("bin").and_then(Node::as_sequence).unwrap_or_default();
    let names: Vec<&str> = listed.iter().filter_map(|bin| bin.get("name")?.as_str()).collect();
    let mut in_folder: Vec<&str> = project
        .paths()
        .filter_map(|path| path.strip_prefix("src/bin/"))
        .map(|path| path.split('/').next().unwrap_or(path).trim_end_matches(".rs"))
        .collect();
    in_folder.dedup();
    let found = text("default-run")
        .or_else(|| names.first().copied().filter(|_| names.len() == 1))
        .or_else(|| text("name").filter(|name| project.has("src/main.rs") || names.contains(name)))
        .or_else(|| in_folder.first().copied().filter(|_| in_folder.len() == 1));
    let is_good = |name: &&str| {
        name.starts_with(|first: char| first.is_ascii_alphanumeric())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
    };
    match found.filter(is_good) {
        Some(name) => Some(name.to_owned()),
        None => {
            draft.refuse(
                "no-start",
                project.place("Cargo.toml", None),
                "nothing says which program is the server",
                "Write `default-run` into Cargo.toml, or deploy the folder of the package itself",
            );
            None
        }
    }
}
