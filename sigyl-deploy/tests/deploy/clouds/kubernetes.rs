use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use serde_json::{Value, json};
use sigyl_deploy::backend::{
    Artifact, Backend, BackendError, LogQuery, Observed, Pace, SecretRef, Silent,
    kubernetes::{ClusterConfig, Kubernetes, render},
};

use super::{
    CANARY, PACE, Secrets, all_lines, broken, check_canary, front, name, settled, spec, stops_and_starts,
    variable,
};
use crate::fakes::{self, http::Answer};

pub(super) fn backend(fake: &fakes::kubernetes::Kubernetes) -> Kubernetes {
    backend_of(fake, "one")
}

fn backend_of(fake: &fakes::kubernetes::Kubernetes, instance: &str) -> Kubernetes {
    let client = kube::Client::try_from(kube::Config::new(fake.url.parse().unwrap())).unwrap();
    let config = ClusterConfig {
        instance: instance.to_owned(),
        origin: fake.origin.clone(),
        ..ClusterConfig::default()
    };
    Kubernetes::new(client, config, None, PACE)
}

#[tokio::test]
async fn a_deployment_lives_and_nothing_is_left() {
    let fake = fakes::kubernetes::Kubernetes::start().await;
    let backend = backend(&fake);
    backend.preflight().await.unwrap();
    let (one, mut two, three) = (spec("weather", 1), spec("weather", 2), broken("weather", 3));
    two.replicas = 2;

    let first = backend.start(&one, &Secrets, &Silent).await.unwrap();
    assert_eq!(settled(&backend, &one, &first).await, Observed::Running { restarts: 0, replicas: 1 });
    let probe = backend.upstream(&one, &first).await.unwrap();
    assert_eq!(name(&probe).await.unwrap(), "release 1");
    assert_eq!(variable(&probe, "API_KEY").await, CANARY);
    let endpoint = backend.promote(&one, &first).await.unwrap();
    let address = front(&endpoint, &[]);
    assert_eq!(name(&address).await.unwrap(), "release 1");

    // The second release answers beside the first, and then in its place, without a request that fails.
    let second = backend.start(&two, &Secrets, &Silent).await.unwrap();
    settled(&backend, &two, &second).await;
    assert_eq!(name(&backend.upstream(&two, &second).await.unwrap()).await.unwrap(), "release 2");
    assert_eq!(name(&address).await.unwrap(), "release 1");
    let done = Arc::new(AtomicBool::new(false));
    let load = tokio::spawn({
        let (address, done) = (address.clone(), Arc::clone(&done));
        async move {
            let mut seen = Vec::new();
            while !done.load(Ordering::SeqCst) {
                seen.push(name(&address).await);
            }
            seen
        }
    });
    assert_eq!(backend.promote(&two, &second).await.unwrap(), endpoint);
    assert_eq!(name(&address).await.unwrap(), "release 2");
    // Back by the selector alone, and forth again; starting what is there changes nothing.
    assert_eq!(backend.start(&one, &Secrets, &Silent).await.unwrap(), first);
    backend.promote(&one, &first).await.unwrap();
    assert_eq!(name(&address).await.unwrap(), "release 1");
    backend.promote(&two, &second).await.unwrap();
    backend.retire(&one.id, 1, one.health.drain).await.unwrap();
    let second = backend.restart(&two, &second, &Secrets).await.unwrap();
    backend.promote(&two, &second).await.unwrap();
    assert_eq!(name(&address).await.unwrap(), "release 2");
    done.store(true, Ordering::SeqCst);
    assert_eq!(load.await.unwrap().iter().filter(|seen| seen.is_err()).count(), 0);
    assert_eq!(backend.observe(&one, &first).await.unwrap(), Observed::Gone);

    // The third never listens: the second goes on.
    let third = backend.start(&three, &Secrets, &Silent).await.unwrap();
    assert_eq!(
        settled(&backend, &three, &third).await,
        Observed::Ended { exit_code: Some(1), out_of_memory: false, restarts: 2 }
    );
    let error = backend.promote(&three, &third).await.unwrap_err();
    assert!(
        matches!(&error, BackendError::Unhealthy { release: 3, output, .. } if output.concat().contains("EACCES"))
    );
    assert_eq!(name(&address).await.unwrap(), "release 2");
    backend.retire(&three.id, 3, three.health.drain).await.unwrap();
    let mut missing = spec("weather", 4);
    if let Artifact::Image(image) = &mut missing.artifact {
        image.reference = image.reference.replace("/server@", "/server/missing@");
    }
    let fourth = backend.start(&missing, &Secrets, &Silent).await.unwrap();
    assert_eq!(backend.promote(&missing, &fourth).await.unwrap_err().code(), "image-unusable");
    backend.retire(&missing.id, 4, missing.health.drain).await.unwrap();

    let used = backend.stats(&two, &second).await.unwrap();
    assert_eq!((used.memory_bytes, used.cpu_millis, used.pids), (2 * (64 << 20), Some(25), None));
    let none = Answer::json(
        404,
        &json!({ "kind": "Status", "status": "Failure", "code": 404, "message": "404 page not found",
                                          "reason": "NotFound", "metadata": {} }),
    );
    fake.bad_day.plan("/apis/metrics.k8s.io/", none);
    assert_eq!(backend.stats(&two, &second).await.unwrap_err().code(), "unsupported");
    let lines = all_lines(&backend, &two, &second, &LogQuery { limit: Some(1), ..LogQuery::default() }).await;
    assert_eq!(lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(), ["listening"]);
    backend.scale(&two, &second, 0).await.unwrap();
    assert_eq!(backend.observe(&two, &second).await.unwrap(), Observed::Stopped);
    backend.scale(&two, &second, 1).await.unwrap();
    settled(&backend, &two, &second).await;
    assert_eq!(name(&address).await.unwrap(), "release 2");

    stops_and_starts(&backend, &two, &address).await;
    let owned = backend.owned().await.unwrap();
    assert_eq!(owned.len(), 7, "{owned:?}");
    assert!(owned.iter().all(|owned| owned.deployment == "weather"));
    for _ in 0..2 {
        backend.delete(&one.id).await.unwrap();
        assert_eq!(backend.owned().await.unwrap(), []);
    }
    assert_eq!(fake.holds().await, Vec::<String>::new());
    // Six starts, each of which sends its Secret once.
    check_canary(&fake.record, 6, &[format!("{error} {error:?} {lines:?} {owned:?}")]);
}

#[tokio::test]
async fn what_another_sigyl_made_is_its_own() {
    let fake = fakes::kubernetes::Kubernetes::start().await;
    let of = |instance| backend_of(&fake, instance);
    super::others_are_not_ours(&of("one"), &of("two"), &of("")).await;
    let name = sigyl_deploy::backend::DomainName::parse("mcp.example.com").unwrap();
    let error = of("one").add_domain(&spec("weather", 1), &name).await.unwrap_err();
    assert_eq!(error.code(), "unsupported");
}

#[tokio::test]
async fn bad_days() {
    let fake = fakes::kubernetes::Kubernetes::start().await;
    let backend = backend(&fake);
    let status = |code: u16, message: &str| {
        let body = json!({ "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "code": code,
                           "reason": "X", "message": message });
        Answer::json(code, &body)
    };
    let one = spec("weather", 1);
    fake.bad_day.plan("deployments/weather-r1", status(409, "conflict"));
    fake.bad_day.plan("secrets/weather-r1", status(429, "too many requests"));
    fake.bad_day.plan("services/weather-r1", status(500, "etcd leader changed"));
    let first = backend.start(&one, &Secrets, &Silent).await.unwrap();
    assert_eq!(fake.bad_day.left(), 0);
    settled(&backend, &one, &first).await;

    let mut shown = Vec::new();
    let mut fails = async |word: &str, answer: Answer, code: &str| {
        fake.bad_day.plan(word, answer);
        let error = backend.start(&spec("weather", 2), &Secrets, &Silent).await.unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        let held = fake.holds().await;
        assert!(!held.iter().any(|name| name.contains("r2")), "{held:?}");
        shown.push(format!("{error} {error:?}"));
    };
    let text = format!("cannot take {CANARY} {}", super::base64(CANARY.as_bytes()));
    fails("secrets/weather-r2", status(422, &text), "backend-failed").await;
    fails("deployments/weather-r2", status(403, "forbidden: exceeded quota: servers"), "quota").await;
    fails("deployments/weather-r2", status(403, "User cannot patch resource"), "backend-refused").await;
    check_canary(&fake.record, 5, &shown);

    let mut no_secret = spec("weather", 3);
    no_secret.secrets.insert("OTHER".to_owned(), SecretRef("ref:none".to_owned()));
    assert_eq!(backend.start(&no_secret, &Secrets, &Silent).await.unwrap_err().code(), "secret-missing");
    fake.stop().await;
}

/// What people would apply themselves, for the schemas.
#[tokio::test]
async fn rendered_objects_are_recorded() {
    let mut spec = spec("weather", 1);
    spec.replicas = 3;
    spec.runtime = Some("runsc".to_owned());
    let config = ClusterConfig {
        pull_secret: Some("registry".to_owned()),
        health_path: Some("/health".to_owned()),
        ..ClusterConfig::default()
    };
    let objects = render(&spec, &config).unwrap();
    assert!(!Value::from(objects.clone()).to_string().contains("canary"));
    if let Some(folder) = std::env::var_os("SIGYL_TEST_RECORD") {
        std::fs::create_dir_all(&folder).unwrap();
        let text: String = objects.iter().map(|object| format!("{object}\n")).collect();
        std::fs::write(std::path::Path::new(&folder).join("rendered.jsonl"), text).unwrap();
    }
}

/// In the cluster of the kubeconfig: see docs/deploy.md.
#[tokio::test]
#[ignore = "needs a cluster in KUBECONFIG, SIGYL_LIVE_IMAGE, and to run inside the cluster or beside its Services"]
async fn live_kubernetes() {
    let client = kube::Client::try_default().await.unwrap();
    let config = ClusterConfig::default();
    super::live(&Kubernetes::new(client, config, None, Pace::default())).await;
}
