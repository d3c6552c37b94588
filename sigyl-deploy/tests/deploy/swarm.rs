//! The backend `swarm` on three real engines: `tests/engine swarm`, and its `export` lines.

use std::{
    collections::BTreeSet,
    mem::ManuallyDrop,
    net::{IpAddr, ToSocketAddrs as _},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use serde_json::{Value, json};
use sigyl_core::addresses::is_public;
use sigyl_deploy::{
    backend::{
        Artifact, Backend, BuildFiles, DeploySpec,
        docker::{DockerOptions, Registry},
        swarm::SwarmBackend,
    },
    front::Fronts,
};
use tokio::{net::TcpListener, sync::OnceCell};

use crate::{
    contract::{self, Heard, Place},
    docker::{address, clear, docker},
};

/// A name that servers may be allowed to reach: tests build with packages from there.
const PUBLIC: &str = "registry.npmjs.org";

/// This machine, as the swarm's others see it.
fn cable() -> IpAddr {
    registry().rsplit_once(':').unwrap().0.parse().unwrap()
}

fn registry() -> String {
    std::env::var("SIGYL_TEST_SWARM_REGISTRY").expect("a swarm: `tests/engine swarm`")
}

/// A network of one address.
fn host(address: IpAddr) -> String {
    format!("{address}/32")
}

fn addresses_of(name: &str) -> Vec<IpAddr> {
    let found = (name, 443).to_socket_addrs().unwrap().map(|it| it.ip());
    found.filter(IpAddr::is_ipv4).collect()
}

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
        let options = DockerOptions {
            address: address(),
            instance: self.instance.clone(),
            registry: Some(Registry { address: registry(), folder: "sigyl".to_owned(), login: None }),
            files: BuildFiles {
                bridge: std::env::var_os("SIGYL_BRIDGE").map(PathBuf::from),
                ca_bundle: None,
            },
            ..DockerOptions::default()
        };
        let fronts = Fronts::new("127.0.0.1".parse().unwrap());
        let backend = SwarmBackend::connect(options, fronts).await.unwrap();
        // Beside what is everybody's: the cable, and where the registry of packages is to this machine.
        let mut also: Vec<_> =
            addresses_of(PUBLIC).into_iter().filter(|it| !is_public(*it)).map(host).collect();
        also.push(host(cable()));
        Arc::new(backend.may_reach_also(also))
    }

    fn listed(&self, port: u16) -> String {
        format!("{}:{port}", cable())
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
part!(reaches_nothing_but_its_names, "wreac", "reach");
part!(killed_anywhere_it_ends_the_same, "wkill", "killed");

/// What the swarm has of a kind, by the labels of an instance.
fn labelled(kind: &str, instance: &str) -> String {
    docker(&[kind, "ls", "-q", "--filter", &format!("label=sigyl.instance={instance}")])
}

/// Every address that a service's tasks have in any network.
fn addresses_in_networks(service: &str) -> Vec<String> {
    let format = "{{range .NetworksAttachments}}{{range .Addresses}}{{.}} {{end}}{{end}}";
    let tasks = docker(&["service", "ps", "-q", "--no-trunc", "--filter", "desired-state=running", service]);
    let found: Vec<_> = tasks.lines().map(|task| docker(&["inspect", "-f", format, task])).collect();
    let bare = found.iter().flat_map(|it| it.split_whitespace()).filter_map(|it| it.split_once('/'));
    bare.map(|(address, _)| address.to_owned()).collect()
}

/// What three requests that follow each other are answered, each by another of three tasks.
async fn everywhere(endpoint: &str, tool: &str, arguments: Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for _ in 0..3 {
        found.insert(contract::call(endpoint, tool, arguments.clone()).await.unwrap());
    }
    found
}

/// The names of a release and nothing else, from every machine; those of the next release are others.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a swarm: tests/engine swarm"]
async fn names_hold_on_every_machine() {
    let swarm = Swarm::new("wname");
    let backend = swarm.begin().await;
    let service = TcpListener::bind("0.0.0.0:0").await.unwrap();
    let port = service.local_addr().unwrap().port();
    tokio::spawn(async move { while service.accept().await.is_ok() {} });
    let other = contract::spec(&swarm, "other", 1).await;
    contract::deploy(&*backend, &other).await;

    let mut spec = contract::spec(&swarm, "names", 1).await;
    spec.replicas = 3;
    // Of these only the first is everybody's.
    spec.egress = vec![PUBLIC.to_owned(), "169.254.169.254:80".to_owned(), format!("localhost:{port}")];
    let (_, endpoint) = contract::deploy(&*backend, &spec).await;
    assert_eq!(everywhere(&endpoint, "instance", json!({})).await.len(), 3, "tasks are asked by turns");
    let status = contract::call(&endpoint, "status", json!({})).await.unwrap();
    for line in ["CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "Seccomp:\t2", "Uid:\t10001"] {
        assert!(status.contains(line), "{line} is not in {status}");
    }
    for (target, wanted) in [
        (format!("{PUBLIC}:443"), "200"),
        (format!("{PUBLIC}:80"), "403"),
        ("other.example:443".to_owned(), "403"),
        ("169.254.169.254:80".to_owned(), "403"),
        (format!("localhost:{port}"), "403"),
        (format!("{}:{port}", cable()), "403"),
    ] {
        let found = everywhere(&endpoint, "tunnel", json!({"target": target})).await;
        assert_eq!(found, BTreeSet::from([wanted.to_owned()]), "{target}");
    }
    let mut targets = vec![("169.254.169.254".to_owned(), 80), (cable().to_string(), port)];
    targets.extend(addresses_of(PUBLIC).into_iter().map(|it| (it.to_string(), 443)));
    // Another server, and its gates on all their sides.
    for (service, ports) in [("other-r1", vec![8080]), ("other-r1-g", vec![8877, 8879])] {
        let found = addresses_in_networks(&format!("{}-{service}", swarm.instance));
        assert!(!found.is_empty(), "{service}");
        targets.extend(found.iter().flat_map(|it| ports.iter().map(|port| (it.clone(), *port))));
    }
    for (host, port) in targets {
        let found = everywhere(&endpoint, "reach", json!({"host": host, "port": port})).await;
        assert!(!found.contains("open"), "{host}:{port}: {found:?}");
    }

    let mut next = contract::spec(&swarm, "names", 2).await;
    next.replicas = 3;
    next.egress = vec![swarm.listed(port)];
    let (_, endpoint) = contract::deploy(&*backend, &next).await;
    backend.retire(&spec.id, 1, Duration::ZERO).await.unwrap();
    for (target, wanted) in [(format!("{PUBLIC}:443"), "403"), (swarm.listed(port), "200")] {
        let found = everywhere(&endpoint, "tunnel", json!({"target": target})).await;
        assert_eq!(found, BTreeSet::from([wanted.to_owned()]), "{target}");
    }
    let held = contract::held(&*backend, &spec.id).await;
    assert!(!held.iter().any(|it| it.contains("-r1")), "{held:?}");

    backend.delete(&spec.id).await.unwrap();
    assert_eq!(contract::held(&*backend, &spec.id).await, Vec::<String>::new());
    backend.delete(&other.id).await.unwrap();
    assert_eq!(backend.owned().await.unwrap(), Vec::new());
    for kind in ["service", "network", "image"] {
        assert_eq!(labelled(kind, &swarm.instance), "", "{kind}");
    }
}

/// A machine that is cut off, with a task and a gate: others take over, the address answers again, and names are reached.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a swarm: tests/engine swarm"]
async fn outlives_a_machine() {
    let swarm = Swarm::new("wnode");
    let backend = swarm.begin().await;
    let service = TcpListener::bind("0.0.0.0:0").await.unwrap();
    let listed = swarm.listed(service.local_addr().unwrap().port());
    tokio::spawn(async move { while service.accept().await.is_ok() {} });
    let mut spec = contract::spec(&swarm, "outlives", 1).await;
    spec.replicas = 3;
    spec.egress = vec![listed.clone()];
    let (_, endpoint) = contract::deploy(&*backend, &spec).await;
    let tasks_on = |service: &str, node: &str| {
        let name = format!("{}-{service}", swarm.instance);
        let format = "{{.Node}} {{.CurrentState}}";
        let tasks =
            docker(&["service", "ps", &name, "--filter", "desired-state=running", "--format", format]);
        tasks.lines().filter(|line| line.starts_with(&format!("{node} "))).count()
    };
    // Of two gates one at least is not on the machine of this process.
    let lost = if tasks_on("outlives-r1-g", "node3") > 0 { 3 } else { 2 };
    let node = format!("node{lost}");
    assert_eq!(
        (tasks_on("outlives-r1", &node), tasks_on("outlives-r1-g", &node)),
        (1, 1),
        "tasks are spread"
    );
    let all_answer = async || {
        for _ in 0..12 {
            let version = contract::call(&endpoint, "version", json!({})).await;
            let tunnel = contract::call(&endpoint, "tunnel", json!({"target": listed})).await;
            if (version.as_deref(), tunnel.as_deref()) != (Ok("1"), Ok("200")) {
                return false;
            }
        }
        true
    };
    assert!(all_answer().await);
    // The cable is pulled.
    let ip = |arguments: &[&str]| {
        assert!(std::process::Command::new("ip").args(arguments).status().unwrap().success());
    };
    let cable = format!("sigyl-veth{lost}");
    ip(&["link", "set", &cable, "down"]);
    contract::until("the manager moves the tasks", async || {
        tasks_on("outlives-r1", &node) + tasks_on("outlives-r1-g", &node) == 0
    })
    .await;
    contract::until("every request is answered again, and reaches its name", all_answer).await;
    ip(&["link", "set", &cable, "up"]);
    contract::until("the machine comes back", async || {
        docker(&["node", "ls", "--format", "{{.Hostname}} {{.Status}}"]).contains(&format!("{node} Ready"))
    })
    .await;
    backend.delete(&spec.id).await.unwrap();
    assert_eq!(contract::held(&*backend, &spec.id).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a swarm, the bridge and the inspector"]
async fn real_servers_answer_a_real_client() {
    let swarm = Swarm::new("wreal");
    contract::serves(&swarm, "everything", &contract::server("everything"), "echo").await;
    contract::serves(&swarm, "time", &contract::server("time-pypi"), "get_current_time").await;
}
