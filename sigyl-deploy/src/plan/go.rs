//! Go: one static program.

use sigyl_core::manifest::Runtime;

use super::{
    PhaseName,
    context::{self, PROGRAM},
    draft::{Draft, argv, base_image},
    planner::Planner,
    project::Project,
};

/// The newest release that has an image; it builds what older ones do.
const NEWEST_MINOR: u32 = 25;
/// What it runs in: certificates and time zones, no shell.
const RUN_IMAGE: &str = "gcr.io/distroless/static-debian12";

pub(crate) struct GoPlanner;

impl Planner for GoPlanner {
    fn name(&self) -> &'static str {
        "go"
    }

    fn takes(&self, project: &Project<'_>) -> bool {
        project.manifest.runtime == Some(Runtime::Go)
    }

    fn plan(&self, project: &Project<'_>, draft: &mut Draft) {
        let Some(module) = project.text("go.mod") else {
            let place = project.place("go.mod", None);
            draft.refuse(
                "no-package-file",
                place,
                "there is no go.mod that can be read",
                "Run `go mod init`",
            );
            return;
        };
        let asked = directive(module, "go").and_then(|version| version.split('.').nth(1)?.parse().ok());
        let minor = asked.map_or(NEWEST_MINOR, |asked: u32| asked.max(NEWEST_MINOR));
        draft.note("runtime-version", format!("Go 1.{minor}, which builds what go.mod asks for"));
        let build_image = base_image(project.options, &format!("golang:1.{minor}-bookworm"));
        draft.images = Some((build_image, base_image(project.options, RUN_IMAGE)));
        let has_requirements = module.lines().any(|line| line.trim_start().starts_with("require"));
        let is_vendored = project.has("vendor/modules.txt");
        if has_requirements && !project.has("go.sum") && !is_vendored {
            let place = project.place("go.mod", None);
            draft.refuse(
                "no-lock-file",
                place,
                "there is no go.sum to check modules by",
                "Run `go mod tidy`, and commit go.sum",
            );
        }
        let Some(main) = main_package(project, module, draft) else { return };
        let env = [
            // What go.mod may ask for is another compiler, fetched and run.
            ("GOTOOLCHAIN", "local"),
            ("CGO_ENABLED", "0"),
            ("GOFLAGS", if is_vendored { "-mod=vendor" } else { "-mod=readonly" }),
            ("GOWORK", "off"),
        ];
        if has_requirements && !is_vendored {
            let files = ["go.mod", "go.sum"].map(str::to_owned).to_vec();
            let phase = draft.phase(PhaseName::Install, files, vec![argv(&["go", "mod", "download"])]);
            phase.env.extend(env.map(|(key, value)| (key.to_owned(), value.to_owned())));
        }
        let default =
            argv(&["go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", PROGRAM, &main]);
        let phase = draft.phase(PhaseName::Build, Vec::new(), vec![default]);
        phase.env.extend(env.map(|(key, value)| (key.to_owned(), value.to_owned())));
        phase.env.insert("GOPROXY".to_owned(), "off".to_owned());
        context::keep_program(project, draft);
    }
}

fn directive<'t>(module: &'t str, name: &str) -> Option<&'t str> {
    module.lines().find_map(|line| line.trim().strip_prefix(name)?.strip_prefix(' ')).map(str::trim)
}

/// The package with the program: the root, or the one below `cmd` that is alone or called as the module is.
fn main_package(project: &Project<'_>, module: &str, draft: &mut Draft) -> Option<String> {
    let is_main = |path: &str| {
        let text = project.text(path).unwrap_or_default();
        text.lines().any(|line| line.split("//").next().is_some_and(|line| line.trim() == "package main"))
    };
    let mains: Vec<&str> = project
        .paths()
        .filter(|path| path.ends_with(".go") && !path.ends_with("_test.go") && is_main(path))
        .map(|path| path.rsplit_once('/').map_or("", |(folder, _)| folder))
        .collect();
    if mains.contains(&"") {
        return Some(".".to_owned());
    }
    let mut commands: Vec<&str> = mains
        .into_iter()
        .filter(|folder| folder.matches('/').count() == 1 && folder.starts_with("cmd/"))
        .collect();
    commands.dedup();
    let name = directive(module, "module").and_then(|path| path.rsplit('/').next()).unwrap_or_default();
    let chosen = match commands.as_slice() {
        [only] => Some(*only),
        several => several.iter().copied().find(|folder| folder.rsplit('/').next() == Some(name)),
    };
    match chosen.filter(|folder| context::is_plain(folder)) {
        Some(folder) => Some(format!("./{folder}")),
        None => {
            draft.refuse(
                "no-start",
                project.place("go.mod", None),
                "neither the root nor one folder below `cmd` is the program",
                "Put the program into the root or into one folder below `cmd`, or bring a Dockerfile of your own",
            );
            None
        }
    }
}
