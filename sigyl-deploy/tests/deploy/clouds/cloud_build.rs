//! Images by Cloud Build, played.

use std::{collections::BTreeMap, io::Read, sync::Arc, time::Duration};

use sigyl_core::SourceTree;
use sigyl_deploy::{
    backend::{
        Artifact, Backend, BackendError, BuildFiles, BuildInput, BuildSecrets, BuiltImage, DeploymentId,
        FileBytes, ImageBuilder, Observed, Progress, SecretRef, Silent,
        cloud_run::{CloudBuild, CloudBuildConfig, CloudRunConfig},
    },
    plan::{BuildPlan, PlanOptions},
};

use super::{
    CANARY, PACE, Secrets,
    cloud_run::{Tokens, backend, config, endpoints},
    front, name, settled, spec,
};
use crate::{
    fakes::{cloud_run::CloudRun, http::Answer, instance::NO_IMAGE},
    support::{cleared, plan_tree, tree},
};

fn builder(fake: &CloudRun) -> CloudBuild {
    CloudBuild::new(config_of_builds(fake), Arc::new(Tokens)).unwrap()
}

fn config_of_builds(fake: &CloudRun) -> CloudBuildConfig {
    CloudBuildConfig {
        instance: "one".to_owned(),
        project: "my-project".to_owned(),
        region: "europe-west1".to_owned(),
        endpoints: endpoints(fake),
        bucket: "my-bucket".to_owned(),
        registry: NO_IMAGE.to_owned(),
        account: Some("builder@my-project.iam.gserviceaccount.com".to_owned()),
        files: BuildFiles::default(),
        time: Duration::from_secs(900),
        context_bytes: 1 << 20,
        pace: PACE,
    }
}

const LOCK: &str = r#"{"name":"weather","version":"1.0.0","lockfileVersion":3,"requires":true,"packages":{
    "":{"name":"weather","version":"1.0.0","dependencies":{"ms":"2.1.3"}},
    "node_modules/ms":{"version":"2.1.3","integrity":"sha512-6FlzubTLZG3J2a/NVCAleEhjzq5oxgHyaCU9yYXvcLsvoVaHJq/s5xXI6/XXP6tz7R9xAOtHnSO/tXtF3WRTlA=="}}}"#;

/// A server with one dependency, which is installed with network before the rest is built without.
const FILES: [(&str, &str); 4] = [
    ("index.js", "console.log('weather')\n"),
    (
        "mcp.yaml",
        "name: weather\nruntime: node\ntransport: http\nport: 8080\nbuild: { start: [node, index.js] }\n",
    ),
    ("package-lock.json", LOCK),
    (
        "package.json",
        r#"{"name":"weather","version":"1.0.0","main":"index.js","dependencies":{"ms":"2.1.3"}}"#,
    ),
];

struct Bytes;

impl FileBytes for Bytes {
    fn read(&self, path: &str) -> std::io::Result<Vec<u8>> {
        let found = FILES.iter().find(|(known, _)| *known == path);
        found.map(|(_, text)| text.as_bytes().to_vec()).ok_or_else(|| std::io::ErrorKind::NotFound.into())
    }
}

fn source() -> (SourceTree, Bytes, BuildPlan) {
    let tree = tree(None, &FILES);
    let plan = plan_tree(&tree, &PlanOptions::default()).unwrap_or_else(|error| panic!("{error:#?}"));
    assert_eq!(plan.stages().len(), 2);
    (tree, Bytes, plan)
}

async fn build(
    builder: &dyn ImageBuilder,
    id: &str,
    progress: &dyn Progress,
) -> Result<BuiltImage, BackendError> {
    let (tree, bytes, plan) = source();
    let (cleared, id) = (cleared(&tree), DeploymentId::parse(id).unwrap());
    let input =
        BuildInput { id: &id, cleared: &cleared, plan: &plan, tree: &tree, bytes: &bytes, secrets: None };
    builder.build(&input, progress).await
}

#[derive(Default)]
struct Heard(std::sync::Mutex<Vec<String>>);

impl Progress for Heard {
    fn line(&self, text: &str) {
        self.0.lock().unwrap().push(text.to_owned());
    }
}

/// A server whose own Dockerfile tells the digest of a secret that it gets while it is built.
pub(crate) const GUARDED: [(&str, &str); 3] = [
    (
        "Dockerfile",
        "FROM node:22-slim\nRUN --mount=type=secret,id=NPM_TOKEN,required=true sha256sum </run/secrets/NPM_TOKEN >/told\n\
         COPY index.js /srv/\nCMD [\"node\", \"/srv/index.js\"]\n",
    ),
    ("index.js", "console.log('weather')\n"),
    (
        "mcp.yaml",
        "name: weather\nruntime: container\ntransport: http\nport: 8080\n\
         build: { dockerfile: Dockerfile, secrets: [NPM_TOKEN] }\n",
    ),
];

struct GuardedBytes;

impl FileBytes for GuardedBytes {
    fn read(&self, path: &str) -> std::io::Result<Vec<u8>> {
        let found = GUARDED.iter().find(|(known, _)| *known == path);
        found.map(|(_, text)| text.as_bytes().to_vec()).ok_or_else(|| std::io::ErrorKind::NotFound.into())
    }
}

/// Builds it, with a build secret where one is given.
pub(crate) async fn build_guarded(
    builder: &dyn ImageBuilder,
    given: Option<&str>,
    progress: &dyn Progress,
) -> Result<BuiltImage, BackendError> {
    let (tree, id) = (tree(None, &GUARDED), DeploymentId::parse("weather").unwrap());
    let options = PlanOptions { deployment: Some("weather".to_owned()), ..PlanOptions::default() };
    let plan = plan_tree(&tree, &options).unwrap_or_else(|error| panic!("{error:#?}"));
    assert_eq!(plan.build_secrets, ["NPM_TOKEN"]);
    let cleared = cleared(&tree);
    let given: BTreeMap<_, _> =
        given.into_iter().map(|it| ("NPM_TOKEN".to_owned(), SecretRef(it.to_owned()))).collect();
    let secrets = Some(BuildSecrets { given: &given, source: &Secrets });
    let bytes = &GuardedBytes;
    let input = BuildInput { id: &id, cleared: &cleared, plan: &plan, tree: &tree, bytes, secrets };
    builder.build(&input, progress).await
}

/// The builder of guarded servers: the image's health check is the bridge's affair.
pub(crate) fn builder_with_bridge(fake: &CloudRun, bridge: &std::path::Path) -> CloudBuild {
    let files = BuildFiles { bridge: Some(bridge.to_owned()), ..BuildFiles::default() };
    CloudBuild::new(CloudBuildConfig { files, ..config_of_builds(fake) }, Arc::new(Tokens)).unwrap()
}

/// The body of the last build that was begun.
pub(crate) fn last_build(fake: &CloudRun) -> serde_json::Value {
    let sent = fake.build.record.requests().into_iter().rfind(|sent| sent.contains("\"POST\"")).unwrap();
    let mut sent: serde_json::Value = serde_json::from_str(&sent).unwrap();
    sent["body"].take()
}

#[tokio::test]
async fn build_secrets_go_by_secret_manager_and_are_gone_after_the_build() {
    let fake = CloudRun::start().await;
    let bridge = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(bridge.path(), "no program").unwrap();
    let (builder, heard) = (builder_with_bridge(&fake, bridge.path()), Heard::default());
    let image = build_guarded(&builder, Some("ref:key"), &heard).await.unwrap();
    assert_eq!(image.reference, format!("{NO_IMAGE}/weather@{}", image.digest));
    assert_eq!(fake.given().await, [[CANARY]]);
    let body = last_build(&fake);
    let secret = &body["availableSecrets"]["secretManager"][0];
    let version = secret["versionName"].as_str().unwrap();
    assert!(version.starts_with("projects/my-project/secrets/sigyl-weather-b"), "{version}");
    assert!(version.ends_with("-NPM_TOKEN/versions/1"), "{version}");
    assert_eq!(secret["env"], "SIGYL_BUILD_NPM_TOKEN");
    // The step that installs has it, and no other.
    assert_eq!(body["steps"][0]["secretEnv"], serde_json::json!(["SIGYL_BUILD_NPM_TOKEN"]));
    assert_eq!(body["steps"][0]["env"], serde_json::json!(["DOCKER_BUILDKIT=1"]));
    assert!(body["steps"][1].get("secretEnv").is_none() && !body["steps"][1].to_string().contains("secret"));
    // It is nowhere else: in no request to Cloud Build, no source, and nothing that is told.
    for sent in fake.build.record.requests().iter().chain(&fake.storage.record.requests()) {
        assert!(!sent.contains(CANARY), "{sent}");
    }
    let mut source = Vec::new();
    flate2::read::GzDecoder::new(&*fake.sources().await.remove(0)).read_to_end(&mut source).unwrap();
    assert!(!source.windows(CANARY.len()).any(|part| part == CANARY.as_bytes()));
    let told = heard.0.lock().unwrap().concat();
    assert!(told.contains("let in with [redacted]") && !told.contains(CANARY), "{told}");
    assert_eq!(fake.holds().await, Vec::<String>::new());

    // What was not given, or is not there, begins nothing.
    for given in [None, Some("ref:other")] {
        let fake = CloudRun::start().await;
        let builder = builder_with_bridge(&fake, bridge.path());
        let error = build_guarded(&builder, given, &Silent).await.unwrap_err();
        assert!(matches!(error, BackendError::Secret { .. }), "{error}");
        assert_eq!((begun(&fake), fake.holds().await), (0, Vec::new()));
    }
    // As the project's own account nobody knows who reads them.
    let config = CloudBuildConfig { account: None, ..config_of_builds(&fake) };
    let builder = CloudBuild::new(config, Arc::new(Tokens)).unwrap();
    let error = build_guarded(&builder, Some("ref:key"), &Silent).await.unwrap_err();
    assert_eq!(error.code(), "unsupported");
    assert!(error.to_string().contains("cloud_run.build_account"), "{error}");
}

#[tokio::test]
async fn build_secrets_of_builds_that_do_not_end_well() {
    let fake = CloudRun::start().await;
    let bridge = tempfile::NamedTempFile::new().unwrap();
    let builder = builder_with_bridge(&fake, bridge.path());
    fake.fail_build("FAILURE", "USER_BUILD_STEP").await;
    let error = build_guarded(&builder, Some("ref:key"), &Silent).await.unwrap_err();
    let BackendError::Build { output, .. } = &error else { panic!("{error}") };
    assert!(output.concat().contains("let in with [redacted]"), "{output:?}");
    assert!(!format!("{error} {error:?}").contains(CANARY));
    assert_eq!(fake.holds().await, Vec::<String>::new());

    // As after a crash: the build that goes on has them, who comes next waits for it, and takes them away.
    fake.hang(true).await;
    let first = tokio::spawn({
        let builder = builder_with_bridge(&fake, bridge.path());
        async move { build_guarded(&builder, Some("ref:key"), &Silent).await }
    });
    while begun(&fake) < 2 {
        tokio::time::sleep(PACE.poll).await;
    }
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    assert!(fake.holds().await[0].starts_with("secret sigyl-weather-b"));
    // The deployment's service knows them as its own meanwhile.
    let owned = backend(config(&fake)).owned().await.unwrap();
    assert!(owned.iter().any(|it| it.kind == "secret" && it.deployment == "weather"), "{owned:?}");
    fake.hang(false).await;
    build_guarded(&builder, Some("ref:key"), &Silent).await.unwrap();
    assert_eq!((begun(&fake), fake.holds().await), (2, Vec::new()));
}

fn begun(fake: &CloudRun) -> usize {
    fake.build.record.requests().iter().filter(|sent| sent.contains("\"POST\"")).count()
}

#[tokio::test]
async fn a_plan_is_built_once_in_its_own_stages() {
    let fake = CloudRun::start().await;
    let (builder, heard) = (builder(&fake), Heard::default());
    let image = build(&builder, "weather", &heard).await.unwrap();
    assert_eq!(image.reference, format!("{NO_IMAGE}/weather@{}", image.digest));
    assert!(!image.reused);
    let told = heard.0.lock().unwrap().clone();
    assert!(told.contains(&"starting build".to_owned()) && told.contains(&"DONE".to_owned()), "{told:?}");
    let known: std::collections::HashSet<_> = told.iter().collect();
    assert_eq!(known.len(), told.len(), "each line once");

    // What Google gets is what was scanned, with a Dockerfile for each stage.
    let source = fake.sources().await.remove(0);
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(source.as_slice()));
    let mut files = std::collections::BTreeMap::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let (path, mut text) = (entry.path().unwrap().display().to_string(), String::new());
        entry.read_to_string(&mut text).unwrap();
        files.insert(path, text);
    }
    assert_eq!(files["app/index.js"], "console.log('weather')\n");
    assert!(
        files["Dockerfile.install"].contains("npm")
            && files["Dockerfile"].contains("FROM sigyl-prepared AS build")
    );
    let sent = fake.build.record.requests().into_iter().find(|sent| sent.contains("\"POST\"")).unwrap();
    let sent: serde_json::Value = serde_json::from_str(&sent).unwrap();
    let network = |at: usize| {
        let arguments = sent["body"]["steps"][at]["args"].as_array().unwrap().clone();
        let at = arguments.iter().position(|argument| argument == "--network").unwrap();
        arguments[at + 1].as_str().unwrap().to_owned()
    };
    assert_eq!((network(0), network(1)), ("default".to_owned(), "none".to_owned()));
    assert_eq!(fake.objects().await, Vec::<String>::new(), "no source stays in the bucket");

    let again = build(&builder, "weather", &Silent).await.unwrap();
    assert!(again.reused && again.reference == image.reference);
    assert_eq!(begun(&fake), 1);
}

#[tokio::test]
async fn a_build_that_goes_on_is_waited_for() {
    let fake = CloudRun::start().await;
    fake.hang(true).await;
    let first = tokio::spawn({
        let builder = builder(&fake);
        async move { build(&builder, "weather", &Silent).await }
    });
    while begun(&fake) == 0 {
        tokio::time::sleep(PACE.poll).await;
    }
    // As after a crash.
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    fake.hang(false).await;
    let builder = builder(&fake);
    build(&builder, "weather", &Silent).await.unwrap();
    assert_eq!(begun(&fake), 1);
    assert_eq!(fake.objects().await, Vec::<String>::new());
}

#[tokio::test]
async fn builds_that_do_not_end_well() {
    let fake = CloudRun::start().await;
    let builder = builder(&fake);
    for (status, kind, code) in [
        ("FAILURE", "USER_BUILD_STEP", "build-failed"),
        ("TIMEOUT", "FAILURE_TYPE_UNSPECIFIED", "build-failed"),
        ("FAILURE", "PUSH_NOT_AUTHORIZED", "backend-refused"),
        ("INTERNAL_ERROR", "FAILURE_TYPE_UNSPECIFIED", "backend-passing"),
    ] {
        fake.fail_build(status, kind).await;
        let error = build(&builder, "weather", &Silent).await.unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        if let BackendError::Build { step, output, .. } = &error {
            assert_eq!(step, "run");
            assert!(output.concat().contains("it did not work"), "{output:?}");
        }
    }
    // A passing failure keeps its source for the next time; it goes with the deployment.
    assert_eq!(fake.objects().await.len(), 1);
    builder.forget(&DeploymentId::parse("weather").unwrap()).await.unwrap();
    assert_eq!(fake.objects().await, Vec::<String>::new());

    let denied = serde_json::json!({ "error": { "code": 403, "status": "PERMISSION_DENIED", "message": "no canary-7d1e-token" } });
    fake.bad_day.plan("POST /upload", Answer::json(403, &denied));
    let error = build(&builder, "weather", &Silent).await.unwrap_err();
    assert_eq!(error.code(), "backend-refused");
    assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
    fake.bad_day.plan("POST /upload", Answer::json(503, &serde_json::json!({})));
    build(&builder, "weather", &Silent).await.unwrap();
}

#[tokio::test]
async fn what_is_built_there_runs_there() {
    let fake = CloudRun::start().await;
    let backend = backend(CloudRunConfig { builder: Some(Arc::new(builder(&fake))), ..config(&fake) });
    let (tree, bytes, plan) = source();
    let (cleared, mut one) = (cleared(&tree), spec("weather", 1));
    let input =
        BuildInput { id: &one.id, cleared: &cleared, plan: &plan, tree: &tree, bytes: &bytes, secrets: None };
    one.artifact = Artifact::Image(backend.build(&input, &Silent).await.unwrap());
    let handle = backend.start(&one, &Secrets, &Silent).await.unwrap();
    assert!(matches!(settled(&backend, &one, &handle).await, Observed::Running { .. }));
    let headers = backend.upstream(&one, &handle).await.unwrap().headers;
    let endpoint = backend.promote(&one, &handle).await.unwrap();
    assert_eq!(name(&front(&endpoint, &headers)).await.unwrap(), "release 1");
    backend.delete(&one.id).await.unwrap();
    assert_eq!(fake.holds().await, Vec::<String>::new());
}
