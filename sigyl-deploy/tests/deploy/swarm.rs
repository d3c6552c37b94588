//! The backend `swarm` on three real engines: `tests/engine swarm`, and its `export` lines.

use std::{mem::ManuallyDrop, path::PathBuf, sync::Arc};

use async_trait::async_trait;
use serde_json::json;
use sigyl_deploy::{
    backend::{
        Artifact, Backend, BuildFiles, DeploySpec,
        docker::{DockerOptions, Registry},
        swarm::SwarmBackend,
    },
    front::Fronts,
};
use tokio::sync::OnceCell;

use crate::{
    contract::{self, Heard, Place},
    docker::{address, clear, docker},
};

/// A swarm. Takes everything of its instance away when it is dropped.
struct Swarm {
    instance: String,
}

impl Swarm {
    fn new(name: &str) -> Self {
        Self { instance: format!("{name}{}", std::process::id() % 1_000_000) }
    }
}

impl Drop for Swarm {
    fn drop(&mut self) {
        for name in
            docker(&["service", "ls", "-q", "--filter", &format!("label=sigyl.instance={}", self.instance)])
                .lines()
        {
            docker(&["service", "rm", name]);
        }
        clear(&self.instance);
    }
}

#[async_trait]
impl Place for Swarm {
    async fn begin(&self) -> Arc<dyn Backend> {
        let registry = std::env::var("SIGYL_TEST_SWARM_REGISTRY").expect("a swarm: `tests/engine swarm`");
        let options = DockerOptions {
            address: address(),
            instance: self.instance.clone(),
            registry: Some(Registry { address: registry, folder: "sigyl".to_owned(), login: None }),
            files: BuildFiles {
                bridge: std::env::var_os("SIGYL_BRIDGE").map(PathBuf::from),
                ca_bundle: None,
            },
            ..DockerOptions::default()
        };
        Arc::new(SwarmBackend::connect(options, Fronts::new("127.0.0.1".parse().unwrap())).await.unwrap())
    }

    async fn prober(&self) -> Artifact {
        static BUILT: OnceCell<Artifact> = OnceCell::const_new();
        let build = async {
            let swarm = ManuallyDrop::new(Self { instance: "sigyltests".to_owned() });
            let folder = contract::server("prober");
            let backend = swarm.begin().await;
            let (_, image) = contract::build(&*backend, "prober", &folder, &Heard::default()).await.unwrap();
            Artifact::Image(image)
        };
        BUILT.get_or_init(|| build).await.clone()
    }

    fn fit(&self, spec: &mut DeploySpec) {
        // Three images may have to be pulled at once.
        spec.health.start *= 2;
    }

    fn tells_stats(&self) -> bool {
        false
    }
}

macro_rules! part {
    ($part:ident, $instance:literal, $name:literal) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        #[ignore = "needs a swarm: tests/engine swarm"]
        async fn $part() {
            contract::$part(&Swarm::new($instance), $name).await;
        }
    };
}

part!(lives_and_leaves_nothing, "wlive", "live");
part!(secrets_are_in_the_server_alone, "wsecr", "secrets");
part!(redeploys_under_load, "wload", "load");
part!(scales, "wscal", "scales");
part!(stays_with_the_old_when_the_new_is_ill, "will", "ill");
part!(comes_back_after_running_out_of_memory, "woom", "oom");

/// A machine that is cut off: its tasks go to the others, and the address answers again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a swarm: tests/engine swarm"]
async fn outlives_a_machine() {
    let swarm = Swarm::new("wnode");
    let backend = swarm.begin().await;
    let mut spec = contract::spec(&swarm, "outlives", 1).await;
    spec.replicas = 3;
    let (_, endpoint) = contract::deploy(&*backend, &spec).await;
    let service = format!("{}-outlives-r1", swarm.instance);
    let on_third = || {
        let format = "{{.Node}} {{.CurrentState}}";
        let tasks =
            docker(&["service", "ps", &service, "--filter", "desired-state=running", "--format", format]);
        tasks.lines().filter(|line| line.starts_with("node3 ")).count()
    };
    assert_eq!(on_third(), 1, "tasks are spread");
    // The cable is pulled.
    let ip = |arguments: &[&str]| {
        assert!(std::process::Command::new("ip").args(arguments).status().unwrap().success());
    };
    ip(&["link", "set", "sigyl-veth3", "down"]);
    contract::until("the manager moves the task", async || on_third() == 0).await;
    contract::until("every request is answered again", async || {
        for _ in 0..12 {
            if contract::call(&endpoint, "version", json!({})).await.as_deref() != Ok("1") {
                return false;
            }
        }
        true
    })
    .await;
    ip(&["link", "set", "sigyl-veth3", "up"]);
    contract::until("the machine comes back", async || {
        docker(&["node", "ls", "--format", "{{.Hostname}} {{.Status}}"]).contains("node3 Ready")
    })
    .await;
    backend.delete(&spec.id).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a swarm, the bridge and the inspector"]
async fn real_servers_answer_a_real_client() {
    let swarm = Swarm::new("wreal");
    contract::serves(&swarm, "everything", &contract::server("everything"), "echo").await;
    contract::serves(&swarm, "time", &contract::server("time-pypi"), "get_current_time").await;
}
