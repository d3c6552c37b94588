use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use serde_json::json;
use sigyl_core::secret::SecretText;
use sigyl_deploy::backend::{
    Artifact, Backend, BackendError, DomainName, LogQuery, Observed, Pace, SecretRef, Silent, Upstream,
    cloud_run::{Access, CloudRun, CloudRunConfig, Endpoints, GoogleTokens, ServiceAccounts, TokenSource},
};

use super::{
    CANARY, PACE, Secrets, all_lines, broken, check_canary, front, name, settled, spec, stops_and_starts,
    variable,
};
use crate::fakes::{self, http::Answer};

pub(super) struct Tokens;

#[async_trait]
impl TokenSource for Tokens {
    async fn access_token(&self) -> Result<SecretText, BackendError> {
        Ok(SecretText::new("canary-7d1e-token".to_owned()))
    }

    async fn id_token(&self, audience: &str) -> Result<SecretText, BackendError> {
        Ok(SecretText::new(format!("id-of-{audience}")))
    }
}

pub(super) fn endpoints(fake: &fakes::cloud_run::CloudRun) -> Endpoints {
    Endpoints {
        run: fake.run.url.clone(),
        secrets: fake.secrets.url.clone(),
        logging: fake.logging.url.clone(),
        iam: fake.iam.url.clone(),
        build: fake.build.url.clone(),
        storage: fake.storage.url.clone(),
        regional: fake.regional.url.clone(),
    }
}

pub(super) fn config(fake: &fakes::cloud_run::CloudRun) -> CloudRunConfig {
    CloudRunConfig {
        instance: "one".to_owned(),
        project: "my-project".to_owned(),
        region: "europe-west1".to_owned(),
        endpoints: endpoints(fake),
        accounts: ServiceAccounts::Each,
        access: Access::Private,
        network: None,
        builder: None,
        pace: PACE,
    }
}

pub(super) fn backend(config: CloudRunConfig) -> CloudRun {
    CloudRun::new(config, Arc::new(Tokens)).unwrap()
}

#[tokio::test]
async fn a_deployment_lives_and_nothing_is_left() {
    let fake = fakes::cloud_run::CloudRun::start().await;
    let backend = backend(config(&fake));
    backend.preflight().await.unwrap();
    let (one, two, three) = (spec("weather", 1), spec("weather", 2), broken("weather", 3));

    let first = backend.start(&one, &Secrets, &Silent).await.unwrap();
    assert!(matches!(settled(&backend, &one, &first).await, Observed::Running { .. }));
    let probe = backend.upstream(&one, &first).await.unwrap();
    assert!(!format!("{probe:?}").contains("id-of-"));
    assert_eq!(name(&probe).await.unwrap(), "release 1");
    assert_eq!(variable(&probe, "API_KEY").await, CANARY);
    assert_eq!(variable(&probe, "PORT").await, "8080");
    let readers = fake.readers("sigyl-weather-r1-API_KEY").await;
    assert!(readers.len() == 1 && readers[0].starts_with("serviceAccount:sigyl-"), "{readers:?}");
    let endpoint = backend.promote(&one, &first).await.unwrap();
    let address = front(&endpoint, &probe.headers);
    assert_eq!(name(&address).await.unwrap(), "release 1");
    let nobody = front(&endpoint, &[]);
    assert_eq!(name(&nobody).await.unwrap_err(), 403, "private");

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

    // Back by traffic alone, and forth again.
    let again = backend.start(&one, &Secrets, &Silent).await.unwrap();
    assert_eq!((again, backend.promote(&one, &first).await.unwrap()), (first.clone(), endpoint.clone()));
    assert_eq!(name(&address).await.unwrap(), "release 1");
    backend.promote(&two, &second).await.unwrap();
    backend.retire(&one.id, 1, one.health.drain).await.unwrap();
    assert_eq!(backend.observe(&one, &first).await.unwrap(), Observed::Gone);

    // The third never listens: the second goes on, and what the third had is taken away.
    let error = backend.start(&three, &Secrets, &Silent).await.unwrap_err();
    assert!(
        matches!(&error, BackendError::Unhealthy { release: 3, output, .. } if output.concat().contains("EACCES"))
    );
    assert!(error.to_string().contains("HEALTH_CHECK_CONTAINER_ERROR"));
    assert_eq!(name(&address).await.unwrap(), "release 2");
    assert!(!fake.holds().await.contains(&"secret sigyl-weather-r3-API_KEY".to_owned()));
    let mut missing = spec("weather", 4);
    if let Artifact::Image(image) = &mut missing.artifact {
        image.reference = image.reference.replace("/server@", "/server/missing@");
    }
    assert_eq!(backend.start(&missing, &Secrets, &Silent).await.unwrap_err().code(), "image-unusable");

    assert_eq!(backend.stats(&two, &second).await.unwrap_err().code(), "unsupported");
    let lines = all_lines(&backend, &two, &second, &LogQuery { limit: Some(1), ..LogQuery::default() }).await;
    assert_eq!(lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(), ["listening"]);
    let restarted = backend.restart(&two, &second, &Secrets).await.unwrap();
    assert_ne!(restarted, second);
    assert_eq!(name(&address).await.unwrap(), "release 2");
    backend.scale(&two, &restarted, 0).await.unwrap();
    assert_eq!(backend.observe(&two, &restarted).await.unwrap(), Observed::Stopped);
    backend.scale(&two, &restarted, 3).await.unwrap();
    assert!(
        matches!(backend.observe(&two, &second).await.unwrap(), Observed::Running { .. }),
        "by the old handle, too"
    );

    stops_and_starts(&backend, &two, &address).await;
    let owned = backend.owned().await.unwrap();
    let kinds: Vec<&str> = owned.iter().map(|owned| owned.kind.as_str()).collect();
    assert_eq!(kinds, ["account", "service", "secret"]);
    for _ in 0..2 {
        backend.delete(&one.id).await.unwrap();
        assert_eq!(backend.owned().await.unwrap(), []);
    }
    assert_eq!(fake.holds().await, Vec::<String>::new());
    let shown = [format!("{error} {error:?} {lines:?} {owned:?} {probe:?}")];
    check_canary(&fake.secrets.record, 4, &shown);
    check_canary(&fake.run.record, 0, &shown);
}

#[tokio::test]
async fn a_first_release_that_fails_leaves_no_service() {
    let fake = fakes::cloud_run::CloudRun::start().await;
    let backend = backend(config(&fake));
    let error = backend.start(&broken("weather", 1), &Secrets, &Silent).await.unwrap_err();
    assert_eq!(error.code(), "unhealthy", "{error}");
    assert_eq!(fake.holds().await, ["account"], "it goes with the deployment");
    let two = spec("weather", 2);
    let second = backend.start(&two, &Secrets, &Silent).await.unwrap();
    assert_eq!(backend.start(&two, &Secrets, &Silent).await.unwrap(), second, "again");
    let endpoint = backend.promote(&two, &second).await.unwrap();
    let changes = || fake.run.record.requests().iter().filter(|sent| sent.contains("PATCH")).count();
    let before = changes();
    assert_eq!(backend.promote(&two, &second).await.unwrap(), endpoint, "again");
    assert_eq!(changes(), before, "what serves already is left alone");
    backend.delete(&two.id).await.unwrap();
    assert_eq!(fake.holds().await, Vec::<String>::new());
}

#[tokio::test]
async fn names_of_the_users_own() {
    let fake = fakes::cloud_run::CloudRun::start().await;
    let backend = backend(config(&fake));
    super::names_of_its_own(&backend).await;
    assert_eq!(fake.holds().await, Vec::<String>::new());

    // One that Google does not know to be the operator's, and a region that has none.
    let one = spec("weather", 1);
    backend.start(&one, &Secrets, &Silent).await.unwrap();
    let unverified = DomainName::parse("mcp.unverified.example").unwrap();
    let error = backend.add_domain(&one, &unverified).await.unwrap_err();
    assert_eq!(error.code(), "backend-refused");
    assert!(error.to_string().contains("not authorized to administer the domain"), "{error}");
    let none =
        json!({ "error": { "code": 501, "status": "UNIMPLEMENTED", "message": "no domain mappings here" } });
    let fails = || fake.bad_day.plan("domainmappings", Answer::json(501, &none));
    fails();
    assert_eq!(backend.domains(&one.id).await.unwrap_err().code(), "unsupported");
    fails();
    assert!(backend.owned().await.unwrap().iter().any(|owned| owned.kind == "service"));
    fails();
    backend.delete(&one.id).await.unwrap();
    assert_eq!(fake.holds().await, Vec::<String>::new());
}

#[tokio::test]
async fn what_another_sigyl_made_is_its_own() {
    let fake = fakes::cloud_run::CloudRun::start().await;
    let of = |instance: &str| backend(CloudRunConfig { instance: instance.to_owned(), ..config(&fake) });
    super::others_are_not_ours(&of("one"), &of("two"), &of("")).await;
}

#[tokio::test]
async fn bad_days() {
    let fake = fakes::cloud_run::CloudRun::start().await;
    let backend = backend(config(&fake));
    let one = spec("weather", 1);
    let slow =
        json!({ "error": { "code": 429, "status": "RESOURCE_EXHAUSTED", "message": "Quota exceeded" } });
    fake.bad_day.plan("GET /v2/", Answer::json(429, &slow).with("retry-after", "0"));
    fake.bad_day.plan("POST /v1/projects/my-project/secrets", Answer::json(503, &json!({})));
    fake.bad_day.plan("/operations/", Answer::json(500, &json!({})));
    let first = backend.start(&one, &Secrets, &Silent).await.unwrap();
    settled(&backend, &one, &first).await;
    backend.promote(&one, &first).await.unwrap();
    // Somebody else is faster, twice.
    let conflict = json!({ "error": { "code": 409, "status": "ABORTED", "message": "version mismatch" } });
    fake.bad_day.plan("PATCH", Answer::json(409, &conflict));
    fake.bad_day.plan("PATCH", Answer::json(409, &conflict));
    backend.scale(&one, &first, 2).await.unwrap();
    assert_eq!(fake.bad_day.left(), 0);

    let mut shown = Vec::new();
    let mut fails = async |word: &str, answer: Answer, code: &str| {
        fake.bad_day.plan(word, answer);
        let error = backend.start(&spec("weather", 2), &Secrets, &Silent).await.unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        let held = fake.holds().await;
        assert!(!held.iter().any(|name| name.contains("r2")), "{held:?}");
        shown.push(format!("{error} {error:?}"));
    };
    let echo =
        |text: &str| json!({ "error": { "code": 400, "status": "INVALID_ARGUMENT", "message": text } });
    let text = format!("Invalid payload: {CANARY} {}", super::base64(CANARY.as_bytes()));
    fails(":addVersion", Answer::json(400, &echo(&text)), "backend-failed").await;
    let denied =
        json!({ "error": { "code": 403, "status": "PERMISSION_DENIED", "message": "no canary-7d1e-token" } });
    fails("PATCH", Answer::json(403, &denied), "backend-refused").await;
    let off = json!({ "error": { "code": 403, "status": "PERMISSION_DENIED", "message": "off",
                      "details": [{ "reason": "SERVICE_DISABLED" }] } });
    fails("POST /v1/projects/my-project/serviceAccounts", Answer::json(403, &off), "backend-unavailable")
        .await;
    let hour = Answer::json(429, &slow).with("retry-after", "3600");
    fails("PATCH", hour, "backend-passing").await;
    check_canary(&fake.run.record, 0, &shown);
    fake.stop().await;
}

#[tokio::test]
async fn what_is_not_ours_is_left_alone() {
    let fake = fakes::cloud_run::CloudRun::start().await;
    fake.make_service("weather").await;
    let backend = backend(config(&fake));
    let one = spec("weather", 1);
    assert_eq!(backend.start(&one, &Secrets, &Silent).await.unwrap_err().code(), "backend-unavailable");
    assert_eq!(backend.delete(&one.id).await.unwrap_err().code(), "backend-unavailable");
    assert_eq!(fake.holds().await, ["service weather"]);
    assert_eq!(backend.owned().await.unwrap(), []);
}

#[tokio::test]
async fn what_cloud_run_would_misread_is_refused() {
    let fake = fakes::cloud_run::CloudRun::start().await;
    let backend = backend(CloudRunConfig { access: Access::Public, ..config(&fake) });
    let mut by_tag = spec("weather", 1);
    if let Artifact::Image(image) = &mut by_tag.artifact {
        image.reference = "registry.example.com/server:latest".to_owned();
    }
    assert_eq!(backend.start(&by_tag, &Secrets, &Silent).await.unwrap_err().code(), "image-unusable");
    let mut reserved = spec("weather", 1);
    reserved.env.insert("K_SERVICE".to_owned(), "other".to_owned());
    assert_eq!(backend.start(&reserved, &Secrets, &Silent).await.unwrap_err().code(), "unsupported");
    assert!(fake.run.record.requests().is_empty());
    let mut no_secret = spec("weather", 1);
    no_secret.secrets.insert("OTHER".to_owned(), SecretRef("ref:none".to_owned()));
    assert_eq!(backend.start(&no_secret, &Secrets, &Silent).await.unwrap_err().code(), "secret-missing");
    assert_eq!(fake.holds().await, ["account"], "it goes with the deployment");

    // A public one answers everybody, once it is promoted.
    let one = spec("weather", 1);
    let first = backend.start(&one, &Secrets, &Silent).await.unwrap();
    let probe = backend.upstream(&one, &first).await.unwrap();
    assert_eq!(name(&Upstream { headers: Vec::new(), ..probe.clone() }).await.unwrap_err(), 403);
    assert_eq!(name(&probe).await.unwrap(), "release 1");
    let endpoint = backend.promote(&one, &first).await.unwrap();
    assert!(backend.upstream(&one, &first).await.unwrap().headers.is_empty());
    assert_eq!(name(&front(&endpoint, &[])).await.unwrap(), "release 1");
    let odd = CloudRunConfig { project: "a/b".to_owned(), ..config(&fake) };
    assert!(CloudRun::new(odd, Arc::new(Tokens)).is_err());
    fake.stop().await;
}

/// On Cloud Run itself: see docs/deploy.md.
#[tokio::test]
#[ignore = "costs money: needs SIGYL_LIVE_CLOUD_RUN_PROJECT, SIGYL_LIVE_CLOUD_RUN_REGION and SIGYL_LIVE_IMAGE"]
async fn live_cloud_run() {
    let backend = CloudRun::new(
        CloudRunConfig {
            instance: "live".to_owned(),
            project: std::env::var("SIGYL_LIVE_CLOUD_RUN_PROJECT").unwrap(),
            region: std::env::var("SIGYL_LIVE_CLOUD_RUN_REGION").unwrap(),
            endpoints: Endpoints::default(),
            accounts: ServiceAccounts::Each,
            access: Access::Private,
            network: None,
            builder: None,
            pace: Pace::default(),
        },
        Arc::new(GoogleTokens::find().unwrap()),
    )
    .unwrap();
    super::live(&backend).await;
}
