//! The backend `process`, with bubblewrap and programs of this machine.

use std::{
    collections::BTreeMap,
    fs, io,
    net::{IpAddr, Ipv4Addr},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use indexmap::IndexMap;
use serde_json::{Value, json};
use sigyl_core::{SourceTree, secret::SecretText};
use sigyl_deploy::{
    backend::{
        Artifact, Backend, BackendError, BuildInput, BuiltImage, DeploySpec, DeploymentId, FileBytes, Handle,
        Health, LogQuery, LogStream, Observed, Progress, ReleaseNumber, SecretRef, SecretSource, Silent,
        process::{Isolation, Process, ProcessSettings},
    },
    egress::{Egress, Names},
    front::Fronts,
    health::Prober,
    line::{LineError, OnDrift, Release, Released, release},
    plan::{BuildPlan, FolderBytes, Limits, Phase, PhaseName, PlanOptions},
};
use tempfile::TempDir;

use crate::{
    contract::{self, Place},
    servers::{ask, post, says, status},
    support::{cleared, example, plan_of, plan_tree, tree},
};

const SERVER: &str = include_str!("servers/server.py");
const CANARY: &str = "canary-4711-process";
const PACKAGE: &str = r#"{ "name": "py", "version": "1.0.0", "main": "index.js" }"#;

/// How this machine reaches the registries of packages, where it is told.
#[expect(clippy::disallowed_methods, reason = "a machine may have mirrors and certificates of its own")]
fn mirrors() -> IndexMap<String, String> {
    let names = ["NODE_EXTRA_CA_CERTS", "NPM_CONFIG_REGISTRY", "PIP_CERT", "PIP_INDEX_URL"];
    names.into_iter().filter_map(|name| Some((name.to_owned(), std::env::var(name).ok()?))).collect()
}

/// The bridge, which is built with the tests of all packages.
fn bridge() -> PathBuf {
    let deps = std::env::current_exe().unwrap();
    let bridge = deps.parent().and_then(Path::parent).unwrap().join("sigyl-bridge");
    assert!(bridge.is_file(), "no bridge: cargo build -p sigyl-bridge");
    bridge
}

/// Looks every name up as this machine.
struct Here;

#[async_trait]
impl Names for Here {
    async fn addresses(&self, _name: &str) -> io::Result<Vec<IpAddr>> {
        Ok(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)])
    }
}

/// Leads to this machine, where the tests' own services are.
fn egress() -> Arc<Egress> {
    Egress::new(Arc::new(Here), Arc::new(|_| true), Arc::new(|_, _| ()))
}

struct Table(BTreeMap<String, Vec<u8>>);

impl FileBytes for Table {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        self.0.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

struct Secrets;

#[async_trait]
impl SecretSource for Secrets {
    async fn reveal(&self, reference: &SecretRef) -> Result<SecretText, BackendError> {
        match reference.0.as_str() {
            "token" => Ok(SecretText::new(CANARY.to_owned())),
            other => Err(BackendError::Secret { name: other.to_owned(), reason: "there is none".into() }),
        }
    }
}

#[derive(Default)]
struct Heard(Mutex<Vec<String>>);

impl Progress for Heard {
    fn line(&self, text: &str) {
        self.0.lock().unwrap().push(text.to_owned());
    }
}

/// A backend, what it is to run, and everything between.
struct Stage {
    backend: Process,
    data: TempDir,
    tree: SourceTree,
    plan: BuildPlan,
    bytes: Box<dyn FileBytes>,
    heard: Heard,
}

fn id() -> DeploymentId {
    DeploymentId::parse("weather").unwrap()
}

impl Stage {
    fn new() -> Self {
        Self::with(Isolation::Bubblewrap("/usr/bin/bwrap".into()))
    }

    fn with(isolation: Isolation) -> Self {
        let data = tempfile::tempdir().unwrap();
        let files = [
            ("mcp.yaml", "name: py\nruntime: node\ntransport: http\n"),
            ("package.json", PACKAGE),
            ("index.js", ""),
            ("server.py", SERVER),
        ];
        let tree = tree(None, &files);
        let mut plan = plan_of(&files);
        (plan.phases, plan.generated) = (Vec::new(), Vec::new());
        plan.start = vec!["python3".to_owned(), "server.py".to_owned()];
        let bytes = files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
        let backend = Process::open(ProcessSettings {
            data: data.path().join("data"),
            isolation,
            bridge: Some(bridge()),
            runtimes: Vec::new(),
            path: "/usr/local/bin:/usr/bin:/bin".into(),
            build_env: mirrors(),
            now_ms: || 1_000,
            fronts: Fronts::new(IpAddr::V4(Ipv4Addr::LOCALHOST)),
            egress: egress(),
        });
        Self {
            backend: backend.unwrap(),
            data,
            tree,
            plan,
            bytes: Box::new(Table(bytes)),
            heard: Heard::default(),
        }
    }

    async fn build(&self) -> Result<BuiltImage, BackendError> {
        let (id, cleared) = (id(), cleared(&self.tree));
        let input = BuildInput {
            id: &id,
            cleared: &cleared,
            plan: &self.plan,
            tree: &self.tree,
            bytes: &*self.bytes,
            secrets: None,
        };
        self.backend.build(&input, &self.heard).await
    }

    fn spec(&self, built: &BuiltImage, number: ReleaseNumber, env: &[(&str, &str)]) -> DeploySpec {
        let mut all = self.plan.env.clone();
        all.extend(env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        DeploySpec {
            id: id(),
            release: number,
            artifact: Artifact::Folder {
                path: built.reference.clone(),
                plan_digest: built.plan_digest.clone(),
            },
            command: Vec::new(),
            env: all,
            secrets: BTreeMap::from([("TOKEN".to_owned(), SecretRef("token".to_owned()))]),
            port: self.plan.port,
            path: "/mcp".into(),
            uid: self.plan.uid,
            limits: Limits::default(),
            egress: Vec::new(),
            replicas: 1,
            health: Health::default(),
            runtime: None,
            front_port: None,
        }
    }

    async fn release(&self, spec: &DeploySpec, before: Option<ReleaseNumber>) -> Result<Released, LineError> {
        let prober = Prober::new().unwrap();
        let asked = Release {
            backend: &self.backend,
            prober: &prober,
            spec,
            before: before.map(|number| (number, Handle(format!("{}/{number}", spec.id)))),
            expected_tools: &[],
            on_drift: OnDrift::Tell,
            secrets: &Secrets,
        };
        release(asked, &self.heard).await
    }

    /// A release that serves, and the port at which it does.
    async fn running(&self, env: &[(&str, &str)]) -> (DeploySpec, Handle, u16) {
        let spec = self.spec(&self.build().await.unwrap(), 1, env);
        let released = self.release(&spec, None).await.unwrap();
        (spec, released.handle, port(&released.endpoint))
    }

    async fn log(&self, spec: &DeploySpec, handle: &Handle) -> Vec<(LogStream, String)> {
        let mut lines = self.backend.logs(spec, handle, &LogQuery::default()).await.unwrap();
        let mut all = Vec::new();
        while let Some(line) = std::future::poll_fn(|cx| lines.as_mut().poll_next(cx)).await {
            let line = line.unwrap();
            assert_eq!(line.time_ms, 1_000);
            all.push((line.stream, line.text));
        }
        all
    }

    /// Waits until it has come back so often, and answers.
    async fn back(&self, spec: &DeploySpec, handle: &Handle, times: u32, port: u16) {
        let back = Observed::Running { restarts: times, replicas: 1 };
        while self.backend.observe(spec, handle).await.unwrap() != back {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        while status(&ask(port, &message(port, "version", json!({}))).await) != 200 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

fn port(endpoint: &str) -> u16 {
    endpoint.rsplit_once(':').unwrap().1.trim_end_matches("/mcp").parse().unwrap()
}

fn message(port: u16, method: &str, parameters: Value) -> String {
    let message = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": parameters });
    post(port, "", &message.to_string())
}

async fn call(port: u16, method: &str, parameters: Value) -> Value {
    ask(port, &message(port, method, parameters)).await.json()["result"].clone()
}

/// The command lines of everything that runs on this machine.
fn command_lines() -> Vec<String> {
    let entries = fs::read_dir("/proc").unwrap();
    let lines = entries.filter_map(|entry| fs::read(entry.ok()?.path().join("cmdline")).ok());
    lines.map(|line| String::from_utf8_lossy(&line).replace('\0', " ")).collect()
}

#[tokio::test]
async fn a_server_is_built_once_and_serves_in_its_sandbox() {
    let stage = Stage::new();
    let built = stage.build().await.unwrap();
    assert!(!built.reused && built.size_bytes > 1_000 && built.digest.starts_with("sha256:"));
    let again = stage.build().await.unwrap();
    assert_eq!((again.reused, again.digest.as_str()), (true, built.digest.as_str()));

    let (spec, handle, port) = stage.running(&[("VERSION", "1")]).await;
    let env = call(port, "env", json!({})).await;
    assert_eq!(
        (env["TOKEN"].as_str(), env["VERSION"].as_str(), env["HOME"].as_str()),
        (Some(CANARY), Some("1"), Some("/tmp"))
    );
    // Nothing of our own environment.
    assert!(env.get("CARGO_MANIFEST_DIR").is_none() && env.get("USER").is_none(), "{env}");
    assert_eq!(call(port, "ids", json!({})).await["ids"][0], 10_001);
    for (method, path, expected) in [
        ("write", "/app/new", "OSError"),
        ("write", "/usr/new", "OSError"),
        ("write", "/tmp/new", "1"),
        ("list", "/root", "FileNotFoundError"),
        ("list", "/home", "FileNotFoundError"),
        ("list", "/var", "FileNotFoundError"),
    ] {
        let found = call(port, method, json!({ "path": path })).await;
        let found = found.get("wrote").or(found.get("found")).unwrap();
        assert_eq!(found, expected, "{method} {path}");
    }
    let stats = stage.backend.stats(&spec, &handle).await.unwrap();
    assert!(stats.memory_bytes > 1 << 20 && stats.pids >= Some(2), "{stats:?}");
    let log = stage.log(&spec, &handle).await;
    assert!(
        log.iter().any(|(stream, text)| *stream == LogStream::Stdout && text.starts_with("listening at"))
    );
    assert!(log.contains(&(LogStream::Stderr, "a warning".to_owned())), "{log:?}");

    // The secret is in the server's environment, and nowhere else.
    assert!(!command_lines().iter().any(|line| line.contains(CANARY)));
    assert!(!format!("{spec:?} {log:?} {:?}", stage.heard.0.lock().unwrap()).contains(CANARY));
    let mut folders = vec![stage.data.path().to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.is_file() {
                assert!(!String::from_utf8_lossy(&fs::read(&path).unwrap()).contains(CANARY), "{path:?}");
            }
        }
    }

    stage.backend.delete(&id()).await.unwrap();
    assert_eq!(stage.backend.owned().await.unwrap(), []);
    assert_eq!(stage.backend.observe(&spec, &handle).await.unwrap(), Observed::Gone);
}

#[tokio::test]
async fn what_is_not_what_was_scanned_is_not_built() {
    let mut stage = Stage::new();
    let other = ["mcp.yaml", "package.json", "index.js", "server.py"]
        .map(|path| (path.to_owned(), b"other".to_vec()));
    stage.bytes = Box::new(Table(other.into()));
    let error = stage.build().await.unwrap_err();
    assert!(matches!(&error, BackendError::Changed { .. }), "{error}");
    assert_eq!(stage.backend.owned().await.unwrap(), []);
}

#[tokio::test]
async fn a_new_release_replaces_the_old_one_without_a_failed_request() {
    let stage = Stage::new();
    let (first, _, port) = stage.running(&[("VERSION", "1")]).await;
    let over = Arc::new(AtomicBool::new(false));
    let told = over.clone();
    let client = tokio::spawn(async move {
        let mut seen = Vec::new();
        while !told.load(Ordering::Relaxed) {
            let answer = ask(port, &message(port, "version", json!({}))).await;
            assert_eq!(status(&answer), 200, "{answer:?}");
            seen.push(answer.json()["result"]["version"].as_str().unwrap().to_owned());
            seen.dedup();
        }
        seen
    });
    let mut second = first.clone();
    second.release = 2;
    second.env.insert("VERSION".to_owned(), "2".to_owned());
    let released = stage.release(&second, Some(1)).await.unwrap();
    assert!(released.left.is_none() && released.endpoint.ends_with(&format!(":{port}/mcp")));

    // One that ends again and again never serves, and explains itself.
    let mut third = second.clone();
    third.release = 3;
    third.env.insert("CRASH".to_owned(), "1".to_owned());
    let error = stage.release(&third, Some(2)).await.unwrap_err();
    assert!(error.output().iter().any(|line| line == "it ended with code 7"), "{error} {:?}", error.output());
    over.store(true, Ordering::Relaxed);
    assert_eq!(client.await.unwrap(), ["1", "2"]);
    let owned = stage.backend.owned().await.unwrap();
    let releases = owned.iter().filter_map(|owned| owned.release).collect::<Vec<_>>();
    assert_eq!(releases, [2, 2], "{owned:?}");
    stage.backend.delete(&id()).await.unwrap();
}

#[tokio::test]
async fn a_server_that_ends_or_eats_too_much_comes_back() {
    let stage = Stage::new();
    let (spec, handle, port) = stage.running(&[("VERSION", "1")]).await;
    assert_eq!(status(&ask(port, &message(port, "end", json!({ "code": 9 }))).await), 502);
    stage.back(&spec, &handle, 1, port).await;
    // The answer may come before it is seen.
    ask(port, &message(port, "eat", json!({ "mebibytes": 512 }))).await;
    stage.back(&spec, &handle, 2, port).await;
    let log = stage.log(&spec, &handle).await;
    for said in ["it ended with code 9", "it used more memory than it may, and was ended"] {
        assert!(log.contains(&(LogStream::System, said.to_owned())), "{log:?}");
    }
    let restarted = stage.backend.restart(&spec, &handle, &Secrets).await.unwrap();
    stage.back(&spec, &restarted, 0, port).await;
    stage.backend.delete(&id()).await.unwrap();
}

#[tokio::test]
async fn everything_that_a_server_started_ends_with_it() {
    for isolation in [Isolation::Bubblewrap("/usr/bin/bwrap".into()), Isolation::None] {
        let stage = Stage::with(isolation.clone());
        let (_, _, port) = stage.running(&[]).await;
        let seconds = format!("47{port}.25");
        assert_eq!(call(port, "leave", json!({ "seconds": &seconds })).await, json!({}));
        let is_there = || command_lines().iter().any(|line| line.contains(&seconds));
        // A program has its words only a moment after it is begun.
        while !is_there() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        stage.backend.retire(&id(), 1, Duration::ZERO).await.unwrap();
        while is_there() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        stage.backend.delete(&id()).await.unwrap();
        let told = stage.backend.capabilities().not_isolated.join(" ");
        assert_eq!(told.contains("files and processes"), isolation == Isolation::None);
    }
}

#[tokio::test]
async fn phases_have_the_network_that_the_plan_gives_them() {
    let outside = says("hello").await;
    let code = format!(
        "import urllib.request; open('/app/got', 'w').write(urllib.request.urlopen('{}').read().decode())",
        outside.origin()
    );
    for network in [true, false] {
        let mut stage = Stage::new();
        stage.plan.phases = vec![Phase {
            name: if network { PhaseName::Install } else { PhaseName::Build },
            files: vec!["package.json".to_owned()],
            commands: vec![vec!["python3".to_owned(), "-c".to_owned(), code.clone()]],
            env: IndexMap::new(),
            network,
        }];
        let built = stage.build().await;
        if network {
            let got = PathBuf::from(built.unwrap().reference).join("app/got");
            assert_eq!(fs::read_to_string(got).unwrap(), "hello");
            continue;
        }
        let BackendError::Build { step, output, .. } = built.unwrap_err() else { panic!("another error") };
        assert!(step.starts_with("python3 -c") && output.join("\n").contains("URLError"), "{output:?}");
        assert_eq!(stage.backend.owned().await.unwrap(), []);
    }
}

#[tokio::test]
async fn without_the_bridge_the_network_is_shared_and_that_is_told() {
    let mut stage = Stage::new();
    let told = stage.backend.capabilities();
    assert!(told.egress_by_name && !told.not_isolated.join(" ").contains("network"), "{told:?}");
    stage.backend = Process::open(ProcessSettings {
        data: stage.data.path().join("shared"),
        isolation: Isolation::Bubblewrap("/usr/bin/bwrap".into()),
        bridge: None,
        runtimes: Vec::new(),
        path: "/usr/local/bin:/usr/bin:/bin".into(),
        build_env: mirrors(),
        now_ms: || 1_000,
        fronts: Fronts::new(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        egress: egress(),
    })
    .unwrap();
    let told = stage.backend.capabilities();
    assert!(!told.egress_by_name && told.not_isolated[0].contains("sigyl-bridge is not there"), "{told:?}");
    let (_, _, port) = stage.running(&[("VERSION", "1")]).await;
    assert_eq!(call(port, "version", json!({})).await["version"], "1");
    stage.backend.delete(&id()).await.unwrap();
}

#[tokio::test]
async fn without_bubblewrap_nothing_starts_unless_somebody_says_so() {
    let stage = Stage::with(Isolation::Bubblewrap("/nowhere/bwrap".into()));
    let error = stage.build().await.unwrap_err();
    assert!(matches!(error, BackendError::Unavailable { .. }), "{error}");
    assert!(error.to_string().contains("install the package bubblewrap"), "{error}");

    let stage = Stage::with(Isolation::None);
    let (spec, _, port) = stage.running(&[("VERSION", "1")]).await;
    assert_eq!(call(port, "version", json!({})).await["version"], "1");
    assert!(!command_lines().iter().any(|line| line.contains(CANARY)));
    let missing = SecretRef("other".to_owned());
    let spec = DeploySpec { release: 2, secrets: BTreeMap::from([("X".to_owned(), missing)]), ..spec };
    let error = stage.release(&spec, Some(1)).await.unwrap_err();
    assert_eq!(error.code(), "secret-missing");
    stage.backend.delete(&id()).await.unwrap();
}

#[tokio::test]
#[ignore = "installs from npm and PyPI; run by ./test"]
async fn examples_of_both_languages_are_installed_built_and_serve() {
    for (name, tools) in [("weather-typescript", 1), ("notes-python", 1)] {
        let mut stage = Stage::new();
        let (path, tree) = example(name);
        stage.plan = plan_tree(&tree, &PlanOptions::default()).unwrap();
        (stage.tree, stage.bytes) = (tree, Box::new(FolderBytes::open(&path).unwrap()));
        let built = stage.build().await.unwrap_or_else(|error| panic!("{name}: {error:#?}"));
        let mut spec = stage.spec(&built, 1, &[]);
        spec.secrets.clear();
        let released = stage.release(&spec, None).await;
        let released = released.unwrap_or_else(|error| panic!("{name}: {error:#?}"));
        assert!(released.probe.tools.len() >= tools, "{name}: {:?}", released.probe);
        stage.backend.delete(&id()).await.unwrap();
        assert_eq!(stage.backend.owned().await.unwrap(), []);
    }
}

/// The backend as the suite of all backends sees it; without an engine.
struct Programs {
    data: TempDir,
    prober: tokio::sync::OnceCell<Artifact>,
}

impl Programs {
    fn new() -> Self {
        Self { data: tempfile::tempdir().unwrap(), prober: tokio::sync::OnceCell::new() }
    }
}

fn folder_of(image: BuiltImage) -> Artifact {
    Artifact::Folder { path: image.reference, plan_digest: image.plan_digest }
}

#[async_trait]
impl Place for Programs {
    async fn begin(&self) -> Arc<dyn Backend> {
        let settings = ProcessSettings {
            data: self.data.path().join("data"),
            isolation: Isolation::Bubblewrap("/usr/bin/bwrap".into()),
            bridge: Some(bridge()),
            runtimes: Vec::new(),
            path: "/usr/local/bin:/usr/bin:/bin".into(),
            build_env: mirrors(),
            now_ms: ticking,
            fronts: Fronts::new(IpAddr::V4(Ipv4Addr::LOCALHOST)),
            egress: egress(),
        };
        Arc::new(Process::open(settings).unwrap())
    }

    async fn prober(&self) -> Artifact {
        let build = async {
            let backend = self.begin().await;
            let built = contract::build(&*backend, "prober", &contract::server("prober"), &Silent).await;
            folder_of(built.unwrap_or_else(|error| panic!("{error:?}")).1)
        };
        self.prober.get_or_init(|| build).await.clone()
    }

    fn isolates(&self) -> bool {
        false
    }

    fn fit(&self, spec: &mut DeploySpec) {
        if let Artifact::Image(image) = spec.artifact.clone() {
            spec.artifact = folder_of(image);
        }
    }
}

/// A clock that goes on with each line.
fn ticking() -> i64 {
    static TIME: std::sync::atomic::AtomicI64 = std::sync::atomic::AtomicI64::new(1);
    TIME.fetch_add(1, Ordering::SeqCst)
}

#[tokio::test]
async fn contract_lives_and_leaves_nothing() {
    contract::lives_and_leaves_nothing(&Programs::new(), "lives").await;
}

#[tokio::test]
async fn contract_reaches_nothing_but_its_names() {
    contract::reaches_nothing_but_its_names(&Programs::new(), "alone").await;
}

#[tokio::test]
async fn contract_secrets_are_in_the_server_alone() {
    contract::secrets_are_in_the_server_alone(&Programs::new(), "secret").await;
}

#[tokio::test]
async fn contract_redeploys_under_load() {
    contract::redeploys_under_load(&Programs::new(), "load").await;
}

#[tokio::test]
async fn contract_stays_with_the_old_when_the_new_is_ill() {
    contract::stays_with_the_old_when_the_new_is_ill(&Programs::new(), "ill").await;
}

#[tokio::test]
async fn contract_comes_back_after_running_out_of_memory() {
    contract::comes_back_after_running_out_of_memory(&Programs::new(), "memory").await;
}

#[tokio::test]
async fn contract_builds_once() {
    contract::builds_once(&Programs::new(), "once").await;
}

#[tokio::test]
async fn contract_tells_why_a_build_fails() {
    contract::tells_why_a_build_fails(&Programs::new(), "why").await;
}

#[tokio::test]
async fn contract_killed_anywhere_it_ends_the_same() {
    contract::killed_anywhere_it_ends_the_same(&Programs::new(), "killed").await;
}

/// Files below a folder that have a text.
fn files_with(folder: &Path, text: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let (path, kind) = (entry.path(), entry.file_type().unwrap());
        if kind.is_dir() {
            found.extend(files_with(&path, text));
        } else if kind.is_file() {
            let bytes = fs::read(&path).unwrap_or_default();
            found.extend(bytes.windows(text.len()).any(|it| it == text.as_bytes()).then_some(path));
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn private_dependencies_are_installed_with_a_secret() {
    let programs = Programs::new();
    let data = programs.data.path();
    let look = |_: &BuiltImage| {
        assert!(!files_with(data, contract::MARK).is_empty());
        assert_eq!(files_with(data, contract::CANARY), Vec::<PathBuf>::new());
    };
    contract::private_dependencies(&programs, "private", &look).await;
}

/// Every way in which a project of Python can say where its private packages are.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn private_packages_are_installed_as_each_tool_is_told() {
    use contract::Tool::{Pip, Poetry, Requirements, Uv, UvAddress};
    for tool in [Pip, Requirements, Uv, UvAddress, Poetry] {
        let programs = Programs::new();
        let data = programs.data.path();
        let look = |_: &BuiltImage| {
            assert!(!files_with(data, contract::MARK).is_empty());
            assert_eq!(files_with(data, contract::CANARY), Vec::<PathBuf>::new());
        };
        contract::private_packages(&programs, "packages", tool, &look).await;
    }
}
