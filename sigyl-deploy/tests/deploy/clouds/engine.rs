//! The same backends and fakes with images that a real engine runs: `tests/engine up`, and its `export` lines.

use std::{
    path::Path,
    process::Command,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use sigyl_deploy::backend::{Artifact, Backend, DeploySpec, LogQuery, Observed, Silent, railway::Railway};

use super::{CANARY, Secrets, all_lines, cloud_build, front, name, settled, spec, variable};
use crate::fakes::{self, instance::LABEL};

fn docker(arguments: &[&str]) -> String {
    // The engine's own builder: newer clients want a plugin for the other one.
    let output = Command::new("docker").env("DOCKER_BUILDKIT", "0").args(arguments).output().unwrap();
    assert!(output.status.success(), "docker {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// The image of `fakes/server.mjs`, in the registry of the tests, by its digest there.
fn image() -> &'static str {
    static IMAGE: OnceLock<String> = OnceLock::new();
    IMAGE.get_or_init(|| {
        std::env::var("DOCKER_HOST").expect("an engine: `tests/engine up`, and its `export` lines");
        let registry = std::env::var("SIGYL_TEST_REGISTRY").expect("a registry: `tests/engine up`");
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fake-server");
        std::fs::create_dir_all(&folder).unwrap();
        let server = include_str!("../fakes/server.mjs");
        std::fs::write(folder.join("server.mjs"), server).unwrap();
        let dockerfile =
            "FROM node:22-slim\nCOPY server.mjs /app/server.mjs\nCMD [\"node\", \"/app/server.mjs\"]\n";
        std::fs::write(folder.join("Dockerfile"), dockerfile).unwrap();
        let tag = format!("{registry}/fake-server:1");
        docker(&["build", "--quiet", "--tag", &tag, &folder.display().to_string()]);
        docker(&["push", "--quiet", &tag]);
        docker(&["image", "inspect", "--format", "{{index .RepoDigests 0}}", &tag])
    })
}

/// The steps that Cloud Build gets, done by Docker's own command as its workers do them: the step that installs has the
/// secret, and what is made has not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs an engine: tests/engine up"]
async fn steps_of_cloud_build_mount_secrets() {
    let fake = fakes::cloud_run::CloudRun::start().await;
    let bridge = tempfile::NamedTempFile::new().unwrap();
    let builder = cloud_build::builder_with_bridge(&fake, bridge.path());
    cloud_build::build_guarded(&builder, Some("ref:key"), &Silent).await.unwrap();
    let body = cloud_build::last_build(&fake);
    let folder = tempfile::tempdir().unwrap();
    let source = fake.sources().await.remove(0);
    tar::Archive::new(flate2::read::GzDecoder::new(&*source)).unpack(folder.path()).unwrap();
    let client = if Path::new("/usr/bin/docker").exists() { "/usr/bin/docker" } else { "docker" };
    let words = |of: &serde_json::Value| -> Vec<String> {
        of.as_array().into_iter().flatten().map(|it| it.as_str().unwrap().to_owned()).collect()
    };
    let mut said = String::new();
    for step in body["steps"].as_array().unwrap() {
        let mut command = Command::new(client);
        // Newer clients want a plugin for BuildKit, unless a step asks for it.
        command.env("DOCKER_BUILDKIT", "0").current_dir(folder.path()).args(words(&step["args"]));
        command.envs(words(&step["env"]).iter().filter_map(|it| it.split_once('=')));
        command.envs(words(&step["secretEnv"]).iter().map(|it| (it, CANARY)));
        let done = command.output().unwrap();
        said += &(String::from_utf8_lossy(&done.stdout) + String::from_utf8_lossy(&done.stderr));
        assert!(done.status.success(), "{step}: {said}");
    }
    let image = body["images"][0].as_str().unwrap();
    let told = docker(&["run", "--rm", "--entrypoint", "cat", image, "/told"]);
    let digest = sigyl_core::Digest::of(CANARY.as_bytes());
    assert_eq!(told.split_whitespace().next(), digest.as_str().rsplit(':').next());
    said += &(docker(&["history", "--no-trunc", image]) + &docker(&["image", "inspect", image]));
    assert!(!said.contains(CANARY), "{said}");
    docker(&["rmi", "--force", image, "sigyl-prepared"]);
}

fn real(id: &str, release: u64) -> DeploySpec {
    let mut spec = spec(id, release);
    if let Artifact::Image(built) = &mut spec.artifact {
        image().clone_into(&mut built.reference);
    }
    spec.command = Vec::new();
    spec
}

/// Two releases under load, a third that ends at once, and the way out.
async fn lives(backend: &dyn Backend, id: &str) {
    let (one, two, mut three) = (real(id, 1), real(id, 2), real(id, 3));
    three.env.insert("BROKEN".to_owned(), "1".to_owned());
    let first = backend.start(&one, &Secrets, &Silent).await.unwrap();
    assert!(matches!(settled(backend, &one, &first).await, Observed::Running { .. }));
    let probe = backend.upstream(&one, &first).await.unwrap();
    assert_eq!(name(&probe).await.unwrap(), "release 1");
    assert_eq!(variable(&probe, "API_KEY").await, CANARY);
    let address = front(&backend.promote(&one, &first).await.unwrap(), &probe.headers);
    assert_eq!(name(&address).await.unwrap(), "release 1");

    let done = Arc::new(AtomicBool::new(false));
    let load = tokio::spawn({
        let (address, done) = (address.clone(), Arc::clone(&done));
        async move {
            let mut failed = Vec::new();
            while !done.load(Ordering::SeqCst) {
                failed.extend(name(&address).await.err());
            }
            failed
        }
    });
    let second = backend.start(&two, &Secrets, &Silent).await.unwrap();
    settled(backend, &two, &second).await;
    backend.promote(&two, &second).await.unwrap();
    assert_eq!(name(&address).await.unwrap(), "release 2");
    done.store(true, Ordering::SeqCst);
    assert_eq!(load.await.unwrap(), Vec::<u16>::new());
    backend.retire(&one.id, 1, one.health.drain).await.unwrap();

    let error = match backend.start(&three, &Secrets, &Silent).await {
        Err(error) => error,
        Ok(third) => {
            assert!(matches!(settled(backend, &three, &third).await, Observed::Ended { .. }));
            backend.promote(&three, &third).await.unwrap_err()
        }
    };
    assert!(format!("{error:?}").contains("EACCES"), "{error:?}");
    backend.retire(&three.id, 3, three.health.drain).await.unwrap();
    assert_eq!(name(&address).await.unwrap(), "release 2");
    assert!(!all_lines(backend, &two, &second, &LogQuery::default()).await.is_empty());
    backend.delete(&one.id).await.unwrap();
    assert_eq!(backend.owned().await.unwrap(), []);
}

/// One after the other, so that the engine's containers at the end are those of a test that left them.
#[tokio::test]
#[ignore = "needs an engine: `tests/engine up`"]
async fn images_run_behind_every_fake() {
    let railway = super::railway::fake().await;
    lives(&Railway::new(super::railway::config(&railway)).unwrap(), "weather-a").await;
    let cloud_run = fakes::cloud_run::CloudRun::start().await;
    lives(&super::cloud_run::backend(super::cloud_run::config(&cloud_run)), "weather-b").await;
    let kubernetes = fakes::kubernetes::Kubernetes::start().await;
    lives(&super::kubernetes::backend(&kubernetes), "weather-c").await;
    assert_eq!(docker(&["ps", "--all", "--quiet", "--filter", &format!("label={LABEL}")]), "");
}
