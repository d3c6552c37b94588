//! From a cleared scan to a plan.

use sigyl_core::{
    ClearedScan, Diagnostic, DiagnosticLevel, Manifest, SourceTree,
    manifest::{ManifestFormat, Transport as Told},
    source::LeftOutReason,
};

use super::{
    Bridge, BuildPlan, DEFAULT_PORT, ENDPOINT_PATH, Limits, PlanError, PlanOptions, Transport, UID,
    build_secrets,
    container::{DockerfilePlanner, ImagePlanner},
    context::{self, GENERATED},
    draft::Draft,
    env,
    go::GoPlanner,
    node::NodePlanner,
    project::Project,
    python::PythonPlanner,
    rust::RustPlanner,
};

/// Bytes that a start command may have; engines take a line of 64 KiB.
const MAX_START_BYTES: usize = 16 << 10;

/// Sessions that have room at a time where each has a process. Chosen: half of what the bridge opens.
const SESSIONS: u64 = 8;
/// Memory beyond which more sessions give a server no more, bytes. Chosen.
const SESSIONS_MEMORY_MAX_BYTES: u64 = 2 << 30;

/// Plans one kind of project.
pub(crate) trait Planner: Sync {
    /// Its name in plans.
    fn name(&self) -> &'static str;

    /// Whether the project is of its kind; the first that says so plans it.
    fn takes(&self, project: &Project<'_>) -> bool;

    /// Fills the draft: images, phases, the start command; or says what stands against it.
    fn plan(&self, project: &Project<'_>, draft: &mut Draft);
}

/// Every planner. A runtime more is a file, and a line here.
pub(crate) static PLANNERS: &[&dyn Planner] =
    &[&DockerfilePlanner, &ImagePlanner, &NodePlanner, &PythonPlanner, &GoPlanner, &RustPlanner];

/// Plans how a tree is built and started. Pure: the same tree, report, manifest and options give the same plan.
///
/// # Errors
/// When the tree is not the one whose report was cleared, or when there is no safe way to build it: then each reason
/// names its place and its mend.
pub fn plan(
    cleared: &ClearedScan,
    tree: &SourceTree,
    manifest: &Manifest,
    options: &PlanOptions,
) -> Result<BuildPlan, PlanError> {
    if cleared.tree_digest() != tree.digest() {
        return Err(PlanError::NotScanned {
            tree: tree.digest().clone(),
            scanned: cleared.tree_digest().clone(),
        });
    }
    let project = Project::new(tree, manifest, options);
    let mut draft = Draft::default();
    check_manifest(&project, &mut draft);
    check_tree(&project, &mut draft);
    let planner = PLANNERS.iter().find(|planner| planner.takes(&project));
    match planner {
        Some(planner) => planner.plan(&project, &mut draft),
        None => draft.refuse(
            "no-runtime",
            project.manifest_place(),
            "nothing tells what runs the server",
            "Write it into mcp.yaml: `runtime: node`",
        ),
    }
    let transport = transport(&project, &mut draft);
    check_start(&project, &mut draft);
    let port = port(&project, &mut draft);
    let path = path(&project, &mut draft);
    let env = env::variables(&project, &mut draft, transport, port, &path);
    let secrets = env::slots(&project, &mut draft);
    let build_secrets = build_secrets::names(&project, &mut draft);
    let Some((build_image, run_image)) = draft.images.take().filter(|_| draft.problems.is_empty()) else {
        return Err(PlanError::Refused { diagnostics: sorted(draft.problems) });
    };
    let bridge = match transport {
        Transport::Http => None,
        Transport::Stdio if manifest.stateless => Some(Bridge::Shared),
        Transport::Stdio => Some(Bridge::Session),
    };
    let limits = limits(&project, bridge, &mut draft);
    Ok(BuildPlan {
        format: 1,
        tree_digest: tree.digest().clone(),
        report_digest: cleared.report_digest().clone(),
        commit: tree.commit.clone(),
        name: manifest.name.as_ref().map(|name| name.0.clone()),
        version: manifest.version.clone(),
        planner: planner.map_or_else(String::new, |planner| planner.name().to_owned()),
        build_image,
        run_image,
        phases: draft.phases,
        keep: draft.keep,
        dockerfile: draft.dockerfile,
        wrapped: draft.wrapped,
        root: project.root,
        start: draft.start,
        transport,
        bridge,
        env,
        secrets,
        private_to: options.deployment.clone().filter(|_| !build_secrets.is_empty()),
        build_secrets,
        uid: UID,
        port,
        path,
        limits,
        egress: manifest.network.allow.clone().unwrap_or_default(),
        stateless: manifest.stateless,
        generated: draft.generated,
        path_variables: draft.path_variables,
        decisions: draft.decisions,
    })
}

/// What the server may use. A manifest speaks of one process; the bridge starts one for each session.
fn limits(project: &Project<'_>, bridge: Option<Bridge>, draft: &mut Draft) -> Limits {
    let (said, usual) = (&project.manifest.resources, project.options.limits);
    let mut limits = Limits {
        memory_bytes: said.memory_bytes.unwrap_or(usual.memory_bytes),
        cpu_millis: said.cpu_millis.unwrap_or(usual.cpu_millis),
        ..usual
    };
    if bridge == Some(Bridge::Session) {
        let one = limits.memory_bytes;
        limits.memory_bytes = one.saturating_mul(SESSIONS).min(one.max(SESSIONS_MEMORY_MAX_BYTES));
        limits.process_memory_bytes = Some(one).filter(|one| *one < limits.memory_bytes);
        limits.pids = limits.pids.saturating_mul(SESSIONS as u32);
        draft.note(
            "session-memory",
            format!(
                "{} MiB for all sessions, each of which has a process of its own",
                limits.memory_bytes >> 20
            ),
        );
    }
    limits
}

fn sorted(mut problems: Vec<Diagnostic>) -> Vec<Diagnostic> {
    problems.sort_by(|a, b| (&a.location, &a.code, &a.message).cmp(&(&b.location, &b.code, &b.message)));
    problems.dedup();
    problems
}

/// What is wrong in `mcp.yaml` is mended before anything runs by it. Other files were not written for this.
fn check_manifest(project: &Project<'_>, draft: &mut Draft) {
    let ours: Vec<_> =
        project.manifest.sources.iter().filter(|source| source.format == ManifestFormat::Sigyl).collect();
    if ours.is_empty() {
        return;
    }
    let found = Manifest::discover(project.tree).diagnostics;
    draft.problems.extend(found.into_iter().filter(|diagnostic| {
        diagnostic.level == DiagnosticLevel::Error
            && ours.iter().any(|source| source.path == diagnostic.location.path)
    }));
}

fn check_tree(project: &Project<'_>, draft: &mut Draft) {
    let root = &project.root;
    if !root.is_empty() && !context::is_plain(root) {
        draft.refuse(
            "folder-not-usable",
            project.manifest_place(),
            "the project's folder has characters that build files cannot name",
            "Rename it: letters, digits, `.`, `_`, `-` and `@`",
        );
    }
    let prefix = format!("{GENERATED}/");
    if let Some(path) = project.paths().find(|path| path.starts_with(&prefix)) {
        draft.refuse(
            "folder-reserved",
            project.place(path, None),
            format!("the folder `{GENERATED}` is Sigyl's own while a server is built"),
            "Rename the folder",
        );
    }
    let lost = |reasons: &[LeftOutReason]| {
        project.tree.left_out.iter().filter(|left_out| reasons.contains(&left_out.reason)).count()
    };
    let links = lost(&[LeftOutReason::Link, LeftOutReason::SpecialFile]);
    if links > 0 {
        draft.warn("links-left-out", format!("{links} links and special files are not in what is built"));
    }
    let unread = lost(&[
        LeftOutReason::TooManyFiles,
        LeftOutReason::TooDeep,
        LeftOutReason::Unreadable,
        LeftOutReason::BadName,
    ]);
    if unread > 0 {
        draft
            .warn("files-left-out", format!("{unread} files could not be read and are not in what is built"));
    }
}

fn transport(project: &Project<'_>, draft: &mut Draft) -> Transport {
    match &project.manifest.transport {
        Some(Told::Http { .. }) => Transport::Http,
        Some(Told::Stdio) => Transport::Stdio,
        // So do all clients that start packages by `npx` and `uvx`.
        None if project.is_published() => {
            draft
                .note("transport", "standard input and output, as packages speak that do not say".to_owned());
            Transport::Stdio
        }
        None => {
            draft.refuse(
                "no-transport",
                project.manifest_place(),
                "nothing tells how the server speaks",
                "Write `transport: http` or `transport: stdio` into mcp.yaml",
            );
            Transport::Http
        }
    }
}

fn check_start(project: &Project<'_>, draft: &mut Draft) {
    let bytes: usize = draft.start.iter().map(String::len).sum();
    let has_control = draft.start.iter().any(|word| word.contains(char::is_control));
    let is_empty = draft.start.first().is_some_and(|program| program.trim().is_empty());
    if bytes > MAX_START_BYTES || has_control || is_empty {
        draft.refuse(
            "start-not-possible",
            project.manifest_place(),
            "the start command is too long, empty, or has control characters",
            "Write the words of the command into mcp.yaml: `build: { start: [node, dist/index.js] }`",
        );
    }
}

fn port(project: &Project<'_>, draft: &mut Draft) -> u16 {
    let told = match project.manifest.transport {
        Some(Told::Http { port: Some(port), .. }) => Some(port),
        _ => None,
    };
    let variable = || project.manifest.environment.get("PORT").and_then(|text| text.parse().ok());
    let port = told.or_else(variable).filter(|port| *port > 0).unwrap_or(DEFAULT_PORT);
    if port < 1024 {
        draft.warn("low-port", format!("port {port} can be listened on by root alone at some engines"));
    }
    port
}

fn path(project: &Project<'_>, draft: &mut Draft) -> String {
    let told = match &project.manifest.transport {
        Some(Told::Http { path: Some(path), .. }) => path.as_str(),
        _ => ENDPOINT_PATH,
    };
    let is_good = told.starts_with('/')
        && told.len() <= 512
        && told.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte));
    if !is_good {
        draft.refuse(
            "path-not-usable",
            project.manifest_place(),
            "the endpoint's path has characters other than letters, digits and `/-._~`",
            "Write a path such as `path: /mcp`",
        );
    }
    told.to_owned()
}
