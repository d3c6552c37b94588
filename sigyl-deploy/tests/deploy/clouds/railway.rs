use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use serde_json::json;
use sigyl_core::secret::SecretText;
use sigyl_deploy::backend::{
    Backend, BackendError, LogQuery, Observed, Pace, SecretRef, Silent,
    railway::{
        RAILWAY_ORIGIN, RAILWAY_URL, Railway, RailwayConfig, RailwayPlace, RailwayToken, RegistryLogin,
    },
};

use super::{
    CANARY, PACE, Secrets, all_lines, broken, check_canary, front, name, settled, spec, stops_and_starts,
    variable,
};
use crate::fakes::{self, http::Answer};

pub(super) fn config(fake: &fakes::railway::Railway) -> RailwayConfig {
    RailwayConfig {
        instance: "one".to_owned(),
        url: fake.url.clone(),
        token: RailwayToken::Account(SecretText::new("canary-7d1e-token".to_owned())),
        place: RailwayPlace::ProjectEach { workspace: Some("workspace-1".to_owned()) },
        registry: None,
        builder: None,
        health_path: Some("/health".to_owned()),
        origin: "http://{domain}".to_owned(),
        now_ms: || 1_790_000_000_000,
        pace: PACE,
    }
}

pub(super) async fn fake() -> Arc<fakes::railway::Railway> {
    fakes::railway::Railway::start(("authorization", "Bearer canary-7d1e-token".to_owned())).await
}

#[tokio::test]
async fn a_deployment_lives_and_nothing_is_left() {
    let fake = fake().await;
    let backend = Railway::new(config(&fake)).unwrap();
    backend.preflight().await.unwrap();
    let (one, two, three) = (spec("weather", 1), spec("weather", 2), broken("weather", 3));

    let first = backend.start(&one, &Secrets, &Silent).await.unwrap();
    assert!(matches!(settled(&backend, &one, &first).await, Observed::Running { replicas: 1, .. }));
    let probe = backend.upstream(&one, &first).await.unwrap();
    assert_eq!(name(&probe).await.unwrap(), "release 1");
    assert_eq!(variable(&probe, "API_KEY").await, CANARY);
    let endpoint = backend.promote(&one, &first).await.unwrap();
    let address = front(&endpoint, &[]);
    assert_eq!(name(&address).await.unwrap(), "release 1");
    check_canary(&fake.record, 1, &[]);

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
    done.store(true, Ordering::SeqCst);
    assert_eq!(load.await.unwrap().iter().filter(|seen| seen.is_err()).count(), 0);
    backend.retire(&one.id, 1, one.health.drain).await.unwrap();
    assert_eq!(backend.observe(&one, &first).await.unwrap(), Observed::Gone);

    // The third never listens: the second goes on.
    let third = backend.start(&three, &Secrets, &Silent).await.unwrap();
    assert!(matches!(settled(&backend, &three, &third).await, Observed::Ended { .. }));
    let error = backend.promote(&three, &third).await.unwrap_err();
    assert!(
        matches!(&error, BackendError::Unhealthy { release: 3, output, .. } if output.concat().contains("EACCES"))
    );
    assert_eq!(name(&address).await.unwrap(), "release 2");
    backend.retire(&three.id, 3, three.health.drain).await.unwrap();
    assert!(!fake.holds().await.iter().any(|name| name.contains("R3__")), "{:?}", fake.holds().await);
    settled(&backend, &two, &second).await;
    assert_eq!(name(&address).await.unwrap(), "release 2");

    let used = backend.stats(&two, &second).await.unwrap();
    assert_eq!((used.memory_bytes, used.cpu_millis, used.pids), (64_000_000, Some(25), None));
    let lines = all_lines(&backend, &two, &second, &LogQuery { limit: Some(1), ..LogQuery::default() }).await;
    assert_eq!(lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(), ["listening"]);
    let second = backend.restart(&two, &second, &Secrets).await.unwrap();
    assert!(matches!(settled(&backend, &two, &second).await, Observed::Running { .. }));
    backend.scale(&two, &second, 2).await.unwrap();
    assert!(matches!(settled(&backend, &two, &second).await, Observed::Running { .. }));
    assert_eq!(name(&address).await.unwrap(), "release 2");
    backend.scale(&two, &second, 0).await.unwrap();
    assert_eq!(backend.stats(&two, &second).await.unwrap_err().code(), "backend-passing");
    assert_eq!(backend.observe(&two, &second).await.unwrap(), Observed::Stopped);
    let second = backend.restart(&two, &second, &Secrets).await.unwrap();
    settled(&backend, &two, &second).await;
    assert_eq!(name(&address).await.unwrap(), "release 2");

    stops_and_starts(&backend, &two, &address).await;
    let owned = backend.owned().await.unwrap();
    assert_eq!(
        owned.iter().map(|owned| owned.name.as_str()).collect::<Vec<_>>(),
        ["sigyl-weather", "weather--s2"]
    );
    backend.delete(&one.id).await.unwrap();
    backend.delete(&one.id).await.unwrap();
    assert_eq!(backend.owned().await.unwrap(), []);
    assert_eq!(fake.holds().await, Vec::<String>::new());
    check_canary(&fake.record, 4, &[format!("{error} {error:?} {lines:?} {owned:?}")]);
}

#[tokio::test]
async fn every_call_may_be_repeated() {
    let fake = fake().await;
    let backend = Railway::new(config(&fake)).unwrap();
    let one = spec("weather", 1);
    let first = backend.start(&one, &Secrets, &Silent).await.unwrap();
    let again = Railway::new(config(&fake)).unwrap();
    assert_eq!(again.start(&one, &Secrets, &Silent).await.unwrap(), first);
    settled(&again, &one, &first).await;
    let address = again.promote(&one, &first).await.unwrap();
    assert_eq!(again.promote(&one, &first).await.unwrap(), address);
    again.start(&one, &Secrets, &Silent).await.unwrap();
    assert_eq!(
        fake.holds().await,
        ["project sigyl-weather", "service weather--s1", "variable SIGYL_WEATHER__R1__API_KEY"]
    );
    again.retire(&one.id, 7, one.health.drain).await.unwrap();
    for _ in 0..2 {
        again.retire(&one.id, 1, one.health.drain).await.unwrap();
        assert_eq!(again.observe(&one, &first).await.unwrap(), Observed::Stopped);
    }
    assert_eq!(fake.holds().await, ["project sigyl-weather", "service weather--s1"], "the address stays");
    fake.stop().await;
}

#[tokio::test]
async fn one_project_for_all_with_a_token_of_its_own() {
    let fake = fakes::railway::Railway::start(("project-access-token", "canary-7d1e".to_owned())).await;
    fake.make_project("p1", "e1").await;
    let backend = Railway::new(RailwayConfig {
        token: RailwayToken::Project(SecretText::new("canary-7d1e".to_owned())),
        place: RailwayPlace::Project { project: "p1".to_owned(), environment: "e1".to_owned() },
        registry: Some(RegistryLogin {
            username: "robot".to_owned(),
            password: SecretText::new("password-9f".to_owned()),
        }),
        ..config(&fake)
    })
    .unwrap();
    assert!(!backend.capabilities().isolates);
    for id in ["weather", "weather-b"] {
        let one = spec(id, 1);
        let handle = backend.start(&one, &Secrets, &Silent).await.unwrap();
        settled(&backend, &one, &handle).await;
        backend.promote(&one, &handle).await.unwrap();
    }
    backend.delete(&spec("weather", 1).id).await.unwrap();
    assert_eq!(
        fake.holds().await,
        ["project p1", "service weather-b--s1", "variable SIGYL_WEATHER_DB__R1__API_KEY"]
    );
    fake.stop().await;
}

#[tokio::test]
async fn names_of_the_users_own() {
    let fake = fake().await;
    super::names_of_its_own(&Railway::new(config(&fake)).unwrap()).await;
    assert_eq!(fake.holds().await, Vec::<String>::new());
}

#[tokio::test]
async fn what_another_sigyl_made_is_its_own() {
    let fake = fake().await;
    let of = |instance: &str| {
        Railway::new(RailwayConfig { instance: instance.to_owned(), ..config(&fake) }).unwrap()
    };
    super::others_are_not_ours(&of("one"), &of("two"), &of("")).await;
}

#[tokio::test]
async fn bad_days() {
    let fake = fake().await;
    let backend = Railway::new(config(&fake)).unwrap();
    let one = spec("weather", 1);
    let busy = Answer::json(429, &json!({ "message": "slow down" })).with("retry-after", "0");
    // A call that makes something is repeated only when it was refused; others when the service breaks, too.
    fake.bad_day.plan("mutation ServiceCreate", busy.clone());
    fake.bad_day.plan("mutation Deploy", busy);
    for word in ["query Projects", "mutation InstanceUpdate", "query Deployments"] {
        fake.bad_day.plan(word, Answer::json(503, &json!({})));
    }
    let handle = backend.start(&one, &Secrets, &Silent).await.unwrap();
    assert_eq!(fake.bad_day.left(), 0);
    assert!(matches!(settled(&backend, &one, &handle).await, Observed::Running { .. }));

    let mut shown = Vec::new();
    let mut fails = async |word: &str, answer: Answer, code: &str| {
        fake.bad_day.plan(word, answer);
        let error = backend.start(&spec("weather", 2), &Secrets, &Silent).await.unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(!fake.holds().await.iter().any(|name| name.contains("c2") || name.contains("R2")));
        shown.push(format!("{error} {error:?}"));
    };
    let echo = json!({ "errors": [{ "message": format!("cannot store {CANARY}: plan limit exceeded") }] });
    fails("mutation VariablesUpsert", Answer::json(200, &echo), "quota").await;
    fails("mutation Deploy", Answer::json(500, &json!({ "message": "oh" })), "backend-passing").await;
    fails(
        "mutation Deploy",
        Answer::json(401, &json!({ "message": "canary-7d1e-token" })),
        "backend-refused",
    )
    .await;
    fails(
        "mutation DomainCreate",
        Answer::json(400, &json!({ "errors": [{ "message": "no" }] })),
        "backend-failed",
    )
    .await;
    let hour = Answer::json(429, &json!({})).with("retry-after", "3600");
    fails("mutation ServiceCreate", hour, "backend-passing").await;
    check_canary(
        &fake.record,
        fake.record.requests().iter().filter(|r| r.contains("canary")).count(),
        &shown,
    );
    fake.stop().await;
}

#[tokio::test]
async fn what_railway_would_misread_is_refused() {
    let fake = fake().await;
    let backend = Railway::new(config(&fake)).unwrap();
    let mut reads_others = spec("weather", 1);
    reads_others.env.insert("X".to_owned(), "${{shared.SIGYL_OTHER__R1__KEY}}".to_owned());
    let mut another_runtime = spec("weather", 1);
    another_runtime.runtime = Some("runsc".to_owned());
    let mut bad_name = spec("weather", 1);
    bad_name.env.insert("A B".to_owned(), String::new());
    for bad in [reads_others, another_runtime, bad_name] {
        let error = backend.start(&bad, &Secrets, &Silent).await.unwrap_err();
        assert_eq!(error.code(), "unsupported");
    }
    let mut by_tag = spec("weather", 1);
    if let sigyl_deploy::backend::Artifact::Image(image) = &mut by_tag.artifact {
        image.reference = "registry.example.com/server:latest".to_owned();
    }
    assert_eq!(backend.start(&by_tag, &Secrets, &Silent).await.unwrap_err().code(), "image-unusable");
    assert!(fake.record.requests().is_empty());

    let mut no_secret = spec("weather", 1);
    no_secret.secrets.insert("OTHER".to_owned(), SecretRef("ref:none".to_owned()));
    assert_eq!(backend.start(&no_secret, &Secrets, &Silent).await.unwrap_err().code(), "secret-missing");
    assert_eq!(fake.holds().await, ["project sigyl-weather"]);
}

/// On Railway itself: see docs/deploy.md.
#[tokio::test]
#[ignore = "costs money: needs SIGYL_LIVE_RAILWAY_TOKEN and SIGYL_LIVE_IMAGE"]
async fn live_railway() {
    let token = SecretText::new(std::env::var("SIGYL_LIVE_RAILWAY_TOKEN").unwrap());
    let backend = Railway::new(RailwayConfig {
        instance: "live".to_owned(),
        url: RAILWAY_URL.to_owned(),
        token: RailwayToken::Account(token),
        place: RailwayPlace::ProjectEach { workspace: std::env::var("SIGYL_LIVE_RAILWAY_WORKSPACE").ok() },
        registry: None,
        builder: None,
        health_path: None,
        origin: RAILWAY_ORIGIN.to_owned(),
        now_ms: || {
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
            i64::try_from(now.as_millis()).unwrap()
        },
        pace: Pace::default(),
    })
    .unwrap();
    super::live(&backend).await;
}
