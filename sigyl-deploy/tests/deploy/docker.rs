//! The backend `docker` on a real engine: `tests/engine up`, and its `export` lines.

use std::{
    collections::BTreeSet,
    io,
    mem::ManuallyDrop,
    net::IpAddr,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use serde_json::json;
use sigyl_deploy::{
    backend::{
        Artifact, Backend, BuildFiles, BuiltImage, DeploySpec, SecretRef,
        docker::{DockerBackend, DockerOptions, Registry},
    },
    egress::{Egress, Names},
    front::Fronts,
};
use tokio::sync::OnceCell;

use crate::contract::{self, CANARY, Heard, Place};

/// Every name is this machine.
struct Here;

#[async_trait]
impl Names for Here {
    async fn addresses(&self, _name: &str) -> io::Result<Vec<IpAddr>> {
        Ok(vec!["127.0.0.1".parse().unwrap()])
    }
}

pub(crate) fn egress() -> Arc<Egress> {
    Egress::new(Arc::new(Here), Arc::new(|_| true), Arc::new(|_, _| ()))
}

/// The engine of the tests.
pub(crate) fn address() -> String {
    std::env::var("DOCKER_HOST").expect("an engine: `tests/engine up`, and its `export` lines")
}

/// Runs the engine's own command.
pub(crate) fn docker(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(output.status.success(), "docker {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// An engine, and whether its containers run in gVisor. Takes everything of its instance away when it is dropped.
pub(crate) struct Engine {
    instance: String,
    runtime: Option<String>,
}

impl Engine {
    fn new(name: &str, runtime: Option<&str>) -> Self {
        let instance = format!("{name}{}", std::process::id() % 1_000_000);
        Self { instance, runtime: runtime.map(str::to_owned) }
    }

    fn options(&self) -> DockerOptions {
        DockerOptions {
            address: address(),
            instance: self.instance.clone(),
            files: BuildFiles {
                bridge: std::env::var_os("SIGYL_BRIDGE").map(PathBuf::from),
                ca_bundle: None,
            },
            ..DockerOptions::default()
        }
    }

    fn options_with_registry(&self) -> DockerOptions {
        let address = std::env::var("SIGYL_TEST_REGISTRY").expect("a registry: `tests/engine up`");
        let registry = Registry { address, folder: self.instance.clone(), login: None };
        DockerOptions { registry: Some(registry), ..self.options() }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        clear(&self.instance);
    }
}

/// Takes away what an instance left when its test failed.
pub(crate) fn clear(instance: &str) {
    let label = format!("label=sigyl.instance={instance}");
    for (list, remove) in [
        (vec!["ps", "-aq"], vec!["rm", "-fv"]),
        (vec!["network", "ls", "-q"], vec!["network", "rm"]),
        (vec!["image", "ls", "-q"], vec!["rmi", "-f"]),
    ] {
        let found = run(&[&list[..], &["--filter", &label]].concat());
        for id in String::from_utf8_lossy(&found.stdout).lines() {
            run(&[&remove[..], &[id]].concat());
        }
    }
}

fn run(arguments: &[&str]) -> Output {
    let program = if Path::new("/usr/bin/docker").exists() { "/usr/bin/docker" } else { "docker" };
    Command::new(program).args(arguments).output().unwrap()
}

#[async_trait]
impl Place for Engine {
    async fn begin(&self) -> Arc<dyn Backend> {
        let fronts = Fronts::new("127.0.0.1".parse().unwrap());
        Arc::new(DockerBackend::connect(self.options(), fronts, egress()).await.unwrap())
    }

    async fn prober(&self) -> Artifact {
        prober().await
    }

    fn host(&self) -> String {
        docker(&["network", "inspect", "-f", "{{(index .IPAM.Config 0).Gateway}}", "bridge"])
    }

    fn fit(&self, spec: &mut DeploySpec) {
        spec.runtime.clone_from(&self.runtime);
    }
}

async fn prober() -> Artifact {
    static BUILT: OnceCell<Artifact> = OnceCell::const_new();
    let build = async {
        // Its own instance, which nothing takes away: the layers are there the next time, and every test may use it.
        let engine = ManuallyDrop::new(Engine { instance: "sigyltests".to_owned(), runtime: None });
        let (_, image) =
            contract::build(&*engine.begin().await, "prober", &contract::server("prober"), &Heard::default())
                .await
                .unwrap();
        Artifact::Image(image)
    };
    BUILT.get_or_init(|| build).await.clone()
}

/// A server is as confined as its container says, and its image has no secret.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs an engine: tests/engine up"]
async fn containers_may_do_next_to_nothing() {
    let engine = Engine::new("hard", None);
    let backend = engine.begin().await;
    let mut spec = contract::spec(&engine, "hardened", 1).await;
    spec.secrets.insert("API_KEY".to_owned(), SecretRef("api-key".to_owned()));
    let (_, endpoint) = contract::deploy(&*backend, &spec).await;
    let ask = async |tool: &str, arguments| contract::call(&endpoint, tool, arguments).await.unwrap();
    let status = ask("status", json!({})).await;
    for line in [
        "CapEff:\t0000000000000000",
        "CapBnd:\t0000000000000000",
        "NoNewPrivs:\t1",
        "Seccomp:\t2",
        "Uid:\t10001",
    ] {
        assert!(status.contains(line), "{line} is not in {status}");
    }
    for path in ["/x", "/app/x", "/etc/x", "/var/tmp/x"] {
        assert_eq!(ask("write", json!({ "path": path })).await, "EROFS", "{path}");
    }
    assert_eq!(ask("write", json!({"path": "/tmp/x"})).await, "written");

    let name = format!("{}-hardened-r1-0", engine.instance);
    assert_eq!(docker(&["port", &name]), "");
    let image = docker(&["inspect", "-f", "{{.Image}}", &name]);
    let network = docker(&["network", "inspect", &format!("{}-hardened", engine.instance)]);
    assert!(network.contains(r#""Internal": true"#), "{network}");
    let saved = std::env::temp_dir().join(format!("{name}.tar"));
    docker(&["save", "-o", saved.to_str().unwrap(), &image]);
    let bytes = std::fs::read(&saved).unwrap();
    std::fs::remove_file(&saved).unwrap();
    assert!(bytes.len() > 1 << 20 && !bytes.windows(CANARY.len()).any(|it| it == CANARY.as_bytes()));
    let labels = docker(&[
        "inspect",
        "-f",
        "{{json .Config.Labels}} {{json .Config.Cmd}} {{json .HostConfig}}",
        &name,
    ]);
    assert!(labels.contains("sigyl.plan") && !labels.contains(CANARY), "{labels}");
    backend.delete(&spec.id).await.unwrap();
}

/// Whether a file, or one of a folder, has a text. The text is on no command line, which other tests look at.
fn has(place: &Path, text: &str) -> bool {
    let pattern = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(pattern.path(), text).unwrap();
    let found = Command::new("grep").arg("-rqaFf").arg(pattern.path()).arg(place).output().unwrap();
    let said = String::from_utf8_lossy(&found.stderr);
    // An engine goes on meanwhile.
    let was_read = said.lines().all(|line| line.ends_with("No such file or directory")) && place.exists();
    assert!(was_read, "{place:?}: {said}");
    found.status.success()
}

/// No image of an instance knows the canary: not its history, its settings, nor any layer. What keeps layers knows what was
/// installed, so that the search finds what is there.
fn no_image_knows(instance: &str) {
    let label = format!("label=sigyl.instance={instance}");
    let all = docker(&["image", "ls", "-q", "--no-trunc", "--filter", &label]);
    let mut images: Vec<&str> = all.lines().collect();
    images.sort_unstable();
    images.dedup();
    assert!(images.len() >= 2, "{all}");
    for image in images {
        let told = docker(&["history", "--no-trunc", image]) + &docker(&["image", "inspect", image]);
        assert!(!told.contains(CANARY), "{told}");
        let saved = std::env::temp_dir().join(format!("{instance}-saved.tar"));
        docker(&["save", "-o", saved.to_str().unwrap(), image]);
        let known = (has(&saved, contract::MARK), has(&saved, CANARY));
        std::fs::remove_file(&saved).unwrap();
        assert_eq!(known, (true, false), "{image}");
    }
    // Nor does what BuildKit remembers of the build.
    let folder = docker(&["info", "-f", "{{.DockerRootDir}}"]) + "/buildkit";
    assert!(!has(Path::new(&folder), CANARY), "{folder}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs an engine: tests/engine up"]
async fn private_dependencies_are_installed_with_a_secret() {
    let engine = Engine::new("priv", None);
    contract::private_dependencies(&engine, "private", &|_| no_image_knows(&engine.instance)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs an engine: tests/engine up"]
async fn an_own_dockerfile_mounts_the_same_secret() {
    let engine = Engine::new("pown", None);
    contract::private_dependencies_of_a_dockerfile(&engine, "owndocker", &|_| {
        no_image_knows(&engine.instance)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs an engine: tests/engine up"]
async fn private_packages_are_installed_as_pip_is_told() {
    let engine = Engine::new("ppip", None);
    let look = |_: &BuiltImage| no_image_knows(&engine.instance);
    contract::private_packages(&engine, "withpip", contract::Tool::Pip, &look).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs an engine: tests/engine up"]
async fn private_packages_are_installed_as_uv_is_told() {
    let engine = Engine::new("puv", None);
    let look = |_: &BuiltImage| no_image_knows(&engine.instance);
    contract::private_packages(&engine, "withuv", contract::Tool::Uv, &look).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs an engine: tests/engine up"]
async fn private_packages_are_installed_as_poetry_is_told() {
    let engine = Engine::new("ppoe", None);
    let look = |_: &BuiltImage| no_image_knows(&engine.instance);
    contract::private_packages(&engine, "withpoetry", contract::Tool::Poetry, &look).await;
}

/// An image goes to a registry and comes back by its digest.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs an engine: tests/engine up"]
async fn images_come_back_from_the_registry() {
    let engine = Engine::new("regi", None);
    let fronts = Fronts::new("127.0.0.1".parse().unwrap());
    let backend = DockerBackend::connect(engine.options_with_registry(), fronts, egress()).await.unwrap();
    let folder = contract::server("prober");
    let (_, image) = contract::build(&backend, "pushed", &folder, &Heard::default()).await.unwrap();
    assert!(image.reference.contains("@sha256:"), "{image:?}");
    // The engine forgets it, and every layer that nothing else has.
    backend.delete(&contract::id("pushed")).await.unwrap();
    let mut spec = contract::spec(&engine, "pushed", 1).await;
    spec.artifact = Artifact::Image(image);
    let (_, endpoint) = contract::deploy(&backend, &spec).await;
    assert_eq!(contract::call(&endpoint, "version", json!({})).await.unwrap(), "1");
    backend.delete(&spec.id).await.unwrap();
}

/// Two Sigyls and two deployments build the same, or nearly so: none goes on from an image of another's, which would go from
/// below it when the other goes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs an engine: tests/engine up"]
async fn no_build_stands_on_anothers() {
    let (one, two) = (Engine::new("apart", None), Engine::new("bpart", None));
    let folder = tempfile::tempdir().unwrap();
    for file in ["server.mjs", "package.json", "package-lock.json", "mcp.yaml"] {
        std::fs::copy(contract::server("prober").join(file), folder.path().join(file)).unwrap();
    }
    // Before its version, which is written last, everything is the same.
    let manifest = folder.path().join("mcp.yaml");
    let text = std::fs::read_to_string(&manifest).unwrap();
    std::fs::write(&manifest, text.replace("version: 1.0.0", "version: 1.0.1")).unwrap();
    let base: BTreeSet<_> = layers("node:22-slim");
    let mut seen: Vec<BTreeSet<String>> = Vec::new();
    for (engine, name, folder) in [
        (&one, "first", contract::server("prober")),
        (&one, "second", folder.path().to_owned()),
        (&two, "first", contract::server("prober")),
    ] {
        let backend = engine.begin().await;
        let (_, image) = contract::build(&*backend, name, &folder, &Heard::default()).await.unwrap();
        assert!(!image.reused);
        let found: BTreeSet<_> = layers(&image.reference).difference(&base).cloned().collect();
        assert!(found.len() > 3, "{found:?}");
        for other in &seen {
            assert_eq!(found.intersection(other).count(), 0, "{name} of {}", engine.instance);
        }
        seen.push(found);
    }
    for (engine, name) in [(&one, "first"), (&one, "second"), (&two, "first")] {
        engine.begin().await.delete(&contract::id(name)).await.unwrap();
    }
}

/// The images that an image was made on, and itself.
fn layers(image: &str) -> BTreeSet<String> {
    let told = docker(&["history", "--quiet", "--no-trunc", image]);
    told.lines().filter(|line| *line != "<missing>").map(str::to_owned).collect()
}

/// What a build was on its way to when it was cut off is its deployment's, and goes with it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs an engine: tests/engine up"]
async fn a_build_that_is_cut_off_leaves_nothing_unknown() {
    let engine = Engine::new("half", None);
    let folder = tempfile::tempdir().unwrap();
    for (file, text) in [
        (
            "Dockerfile",
            "FROM node:22-slim\nCOPY server.mjs /srv/\nRUN echo is-on-its-way && sleep 60\nCMD [\"node\", \"/srv/server.mjs\"]\n",
        ),
        (
            "mcp.yaml",
            "name: half\nversion: 1.0.0\nruntime: container\ntransport: http\nport: 8080\nbuild: { dockerfile: Dockerfile }\n",
        ),
    ] {
        std::fs::write(folder.path().join(file), text).unwrap();
    }
    std::fs::copy(contract::server("prober").join("server.mjs"), folder.path().join("server.mjs")).unwrap();
    let (backend, heard, id) = (engine.begin().await, Heard::default(), contract::id("half"));
    let is_on_its_way = async {
        while !heard.told().lines().any(|line| line == "is-on-its-way") {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::select! {
        built = contract::build(&*backend, "half", folder.path(), &heard) => panic!("{built:?}"),
        () = is_on_its_way => {}
    }
    let mark = format!("label=sigyl.build={}/half", engine.instance);
    let left = |what: &[&str]| docker(&[what, &["--quiet", "--filter", &mark]].concat());
    contract::until("the engine ends the command", async || left(&["ps", "--all"]).is_empty()).await;
    assert!(!left(&["images"]).is_empty());
    let owned = backend.owned().await.unwrap();
    assert!(owned.iter().any(|it| it.kind == "image" && it.deployment == "half"), "{owned:?}");
    // Another Sigyl's it is not.
    assert_eq!(Engine::new("hal", None).begin().await.owned().await.unwrap(), Vec::new());
    backend.delete(&id).await.unwrap();
    assert_eq!((backend.owned().await.unwrap(), left(&["images"]).as_str()), (Vec::new(), ""));
    // Without a name there is nothing else that could be left of it.
    assert_eq!(left(&["images", "--all"]), "");
}

/// Servers that people use, and examples of this repository.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs an engine, the bridge and the inspector"]
async fn real_servers_answer_a_real_client() {
    let engine = Engine::new("real", None);
    contract::serves(&engine, "everything", &contract::server("everything"), "echo").await;
    contract::serves(&engine, "memory", &contract::server("memory-npm"), "create_entities").await;
    contract::serves(&engine, "time", &contract::server("time-pypi"), "get_current_time").await;
    contract::serves(&engine, "weather", &contract::example("weather-typescript"), "find_place").await;
    contract::serves(&engine, "notes", &contract::example("notes-python"), "list_notes").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs an engine with gVisor, the bridge and the inspector"]
async fn real_servers_answer_a_real_client_from_gvisor() {
    let engine = Engine::new("greal", Some("runsc"));
    contract::serves(&engine, "everything", &contract::server("everything"), "echo").await;
    contract::serves(&engine, "time", &contract::server("time-pypi"), "get_current_time").await;
}

/// The suite for a place: one test for each part, so that each can be run alone.
macro_rules! suite {
    ($module:ident, $reason:literal, $place:expr) => {
        mod $module {
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            #[ignore = $reason]
            async fn lives_and_leaves_nothing() {
                contract::lives_and_leaves_nothing(&$place("live"), "live").await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            #[ignore = $reason]
            async fn builds_once() {
                contract::builds_once(&$place("once"), "once").await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            #[ignore = $reason]
            async fn tells_why_a_build_fails() {
                contract::tells_why_a_build_fails(&$place("fail"), "fails").await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            #[ignore = $reason]
            async fn secrets_are_in_the_server_alone() {
                contract::secrets_are_in_the_server_alone(&$place("secr"), "secrets").await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            #[ignore = $reason]
            async fn redeploys_under_load() {
                contract::redeploys_under_load(&$place("load"), "load").await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            #[ignore = $reason]
            async fn scales() {
                contract::scales(&$place("scal"), "scales").await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            #[ignore = $reason]
            async fn stays_with_the_old_when_the_new_is_ill() {
                contract::stays_with_the_old_when_the_new_is_ill(&$place("ill"), "ill").await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            #[ignore = $reason]
            async fn comes_back_after_running_out_of_memory() {
                contract::comes_back_after_running_out_of_memory(&$place("oom"), "oom").await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            #[ignore = $reason]
            async fn reaches_nothing_but_its_names() {
                contract::reaches_nothing_but_its_names(&$place("reac"), "reach").await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            #[ignore = $reason]
            async fn killed_anywhere_it_ends_the_same() {
                contract::killed_anywhere_it_ends_the_same(&$place("kill"), "killed").await;
            }
        }
    };
}

suite!(docker, "needs an engine: tests/engine up", |name: &str| Engine::new(name, None));
suite!(gvisor, "needs an engine with gVisor: tests/engine gvisor", |name: &str| Engine::new(
    &format!("g{name}"),
    Some("runsc")
));
