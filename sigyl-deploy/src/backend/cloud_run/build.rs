//! Images by Google Cloud Build: the context of a plan goes into a bucket, Google builds it in the plan's own stages and
//! pushes it to Artifact Registry.
//!
//! Build secrets go by Secret Manager: as long as the build lasts the account of builds may read them, Cloud Build gives them to
//! the one step that installs, and Docker mounts them. No request to Cloud Build has a value.
//!
//! A build carries the plan's digest as a tag, so that the same plan finds it: one that has ended well is taken as it is,
//! one that goes on is waited for. The steps run `docker build` without Cloud Build's own network, so that what is
//! installed cannot get the tokens of the build's account, and the project's own build without any.

use std::{collections::HashSet, io::Write, sync::Arc, time::Duration};

use async_trait::async_trait;
use flate2::{Compression, write::GzEncoder};
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    Endpoints, TokenSource,
    api::{Api, ApiError, is_path},
    logs,
    secrets::Secret,
    service,
};
use crate::{
    backend::{
        BackendError, BuildFiles, BuildInput, BuiltImage, DeploymentId, ImageBuilder, LogQuery, Progress,
        build_secrets::{Hiding, Opened},
        context,
        hidden::short,
        pace::Pace,
        rest::Again,
    },
    plan::{DockerfileOptions, context::DOCKERFILE},
};

const NAME: &str = "cloud-build";

/// The step that builds: Docker's command line as Google publishes it for Cloud Build.
const DOCKER: &str = "gcr.io/cloud-builders/docker";

/// What the first stage is called on the worker that builds both.
const PREPARED: &str = "sigyl-prepared";

/// The first stage's Dockerfile, beside the last one's.
const FIRST_DOCKERFILE: &str = "Dockerfile.install";

/// What variables of the step that installs begin with: names of secrets alone could be those that Docker itself reads.
const SECRET_VARIABLE: &str = "SIGYL_BUILD_";

/// Lines that an error shows. Chosen.
const LAST: usize = 40;

/// What Sigyl needs to know of Cloud Build.
#[derive(Clone)]
pub struct CloudBuildConfig {
    /// Which Sigyl, where several use the project; empty for none.
    pub instance: String,
    /// Id of the project.
    pub project: String,
    /// The region.
    pub region: String,
    /// Where the interfaces are.
    pub endpoints: Endpoints,
    /// The bucket that sources are put into until they are built.
    pub bucket: String,
    /// Where images are pushed, host and folders: `europe-west1-docker.pkg.dev/my-project/sigyl`.
    pub registry: String,
    /// The account that builds run as, by its address; the project's own where absent, and then no build gets secrets: who
    /// may read them must be known.
    pub account: Option<String>,
    /// What goes into builds beside the tree.
    pub files: BuildFiles,
    /// How long a build may take.
    pub time: Duration,
    /// Size of the files that a build is given, bytes.
    pub context_bytes: u64,
    /// Waits and attempts.
    pub pace: Pace,
}

/// Builds with Google Cloud Build.
pub struct CloudBuild {
    config: CloudBuildConfig,
    api: Api,
}

impl CloudBuild {
    /// A builder in one region of one project.
    ///
    /// # Errors
    /// When a name cannot be one, or there can be no HTTPS client.
    pub fn new(config: CloudBuildConfig, tokens: Arc<dyn TokenSource>) -> Result<Self, BackendError> {
        let names = [&config.project, &config.region, &config.bucket];
        if !names.into_iter().all(|name| is_path(name) && !name.contains('/')) {
            return Err(unavailable("the name of the project, the region or the bucket cannot be one"));
        }
        let api = Api::new(config.endpoints.clone(), tokens, config.pace)?;
        Ok(Self { config, api })
    }

    fn builds_url(&self) -> String {
        let CloudBuildConfig { project, region, endpoints, .. } = &self.config;
        format!("{}/v1/projects/{project}/locations/{region}/builds", endpoints.build)
    }

    fn objects_url(&self) -> String {
        format!("{}/storage/v1/b/{}/o", self.config.endpoints.storage, self.config.bucket)
    }

    /// The build of a plan that has ended well or goes on.
    async fn find(&self, tag: &str) -> Result<Option<Value>, BackendError> {
        let filter = format!("tags=\"{tag}\"");
        let query = [("filter", filter.as_str()), ("pageSize", "20")];
        let answer = self.api.get(&self.builds_url(), &query).await?;
        let found = answer.get("builds").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let is_of = |build: &&Value| match status(build) {
            "SUCCESS" => self.pushed(build).is_some(),
            "PENDING" | "QUEUED" | "WORKING" => true,
            _ => false,
        };
        // The one that is done before one that goes on.
        let done = found.iter().filter(is_of).find(|build| status(build) == "SUCCESS");
        Ok(done.or_else(|| found.iter().find(is_of)).cloned())
    }

    /// What a build has pushed below this registry, by digest.
    fn pushed(&self, build: &Value) -> Option<(String, String)> {
        let image = build.pointer("/results/images/0")?;
        let text = |name: &str| image.get(name).and_then(Value::as_str);
        let (name, digest) = (text("name")?, text("digest")?);
        let name = name.strip_prefix(&self.config.registry)?.strip_prefix('/')?;
        let name = name.split_once(':').map_or(name, |(name, _)| name);
        Some((format!("{}/{name}@{digest}", self.config.registry), digest.to_owned()))
    }

    async fn upload(&self, object: &str, archive: Vec<u8>) -> Result<(), BackendError> {
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        let bytes = packed.write_all(&archive).and_then(|()| packed.finish());
        let bytes = bytes.map_err(|error| unavailable(&error.to_string()))?;
        let url = format!("{}/upload/storage/v1/b/{}/o", self.config.endpoints.storage, self.config.bucket);
        let query = [("uploadType", "media"), ("name", object)];
        self.api.upload(&url, &query, ("application/gzip", bytes)).await?;
        Ok(())
    }

    /// A plan's build secrets in Secret Manager.
    fn secret_names(&self, input: &BuildInput<'_>) -> Vec<String> {
        let plan = input.plan.digest();
        input
            .plan
            .build_secrets
            .iter()
            .map(|name| service::build_secret_name(input.id, &plan, name))
            .collect()
    }

    /// Puts build secrets where the account of builds reads them, and gives the version of each by its name.
    async fn store(
        &self,
        input: &BuildInput<'_>,
        secrets: &Opened,
    ) -> Result<Vec<(String, String)>, BackendError> {
        let (project, mut versions) = (&self.config.project, Vec::new());
        let Some(account) = self.config.account.as_ref().filter(|_| !secrets.is_empty()) else {
            return Ok(versions);
        };
        let labels = service::labels(&self.config.instance, input.id, None);
        for (name, value) in secrets.iter() {
            let stored = service::build_secret_name(input.id, &input.plan.digest(), name);
            let secret = Secret { api: &self.api, project, name: &stored };
            secret.create(&labels).await?;
            // What a build before left there may be an older value.
            let number = secret.add(value.clone()).await?;
            secret.let_read(account).await?;
            versions
                .push((name.to_owned(), format!("projects/{project}/secrets/{stored}/versions/{number}")));
        }
        Ok(versions)
    }

    /// Takes them away again.
    async fn unstore(&self, input: &BuildInput<'_>) -> Result<(), BackendError> {
        for name in self.secret_names(input) {
            Secret { api: &self.api, project: &self.config.project, name: &name }.remove().await?;
        }
        Ok(())
    }

    async fn begin(
        &self,
        input: &BuildInput<'_>,
        object: &str,
        tag: &str,
        secrets: &[(String, String)],
    ) -> Result<Value, BackendError> {
        let image = format!("{}/{}:{}", self.config.registry, input.id, digits(input));
        let stages = input.plan.stages();
        let steps = stages.iter().enumerate().map(|(at, stage)| {
            let is_last = at + 1 == stages.len();
            let (file, name) =
                if is_last { (DOCKERFILE, image.as_str()) } else { (FIRST_DOCKERFILE, PREPARED) };
            let network = if stage.network { "default" } else { "none" };
            let words =
                ["build", "--file", file, "--target", stage.target, "--network", network, "--tag", name];
            let mut words: Vec<String> = words.into_iter().map(str::to_owned).collect();
            let mut step = json!({ "id": stage.target, "name": DOCKER });
            if stage.network && !secrets.is_empty() {
                let of_step = |name: &str| format!("{SECRET_VARIABLE}{name}");
                for (name, _) in secrets {
                    words.extend(["--secret".to_owned(), format!("id={name},env={}", of_step(name))]);
                }
                // What was built with secrets once is not taken for another time; a new worker has no cache either.
                words.push("--no-cache".to_owned());
                step["env"] = json!(["DOCKER_BUILDKIT=1"]);
                step["secretEnv"] = secrets.iter().map(|(name, _)| of_step(name)).collect();
            }
            words.push(".".to_owned());
            step["args"] = json!(words);
            step
        });
        let mut body = json!({
            "source": { "storageSource": { "bucket": self.config.bucket, "object": object } },
            "steps": steps.collect::<Vec<_>>(),
            "images": [image],
            "timeout": format!("{}s", self.config.time.as_secs()),
            "tags": ["sigyl", format!("sigyl-{}", input.id), tag],
            "options": { "logging": "CLOUD_LOGGING_ONLY", "sourceProvenanceHash": ["SHA256"] },
        });
        if !secrets.is_empty() {
            let all = secrets.iter().map(|(name, version)| {
                json!({ "versionName": version, "env": format!("{SECRET_VARIABLE}{name}") })
            });
            body["availableSecrets"] = json!({ "secretManager": all.collect::<Vec<_>>() });
        }
        if let Some(account) = &self.config.account {
            body["serviceAccount"] =
                json!(format!("projects/{}/serviceAccounts/{account}", self.config.project));
        }
        // Made twice it would build twice, and the second one is found by its tag all the same.
        let answer =
            self.api.call(Method::POST, &self.builds_url(), &[], Some(&body), Again::Refused, &[]).await?;
        match answer.pointer("/metadata/build") {
            Some(build) => Ok(build.clone()),
            None => Err(unavailable("Cloud Build began a build and did not say which")),
        }
    }

    /// Waits for a build, and tells its lines.
    async fn follow(&self, mut build: Value, progress: &dyn Progress) -> Result<Value, BackendError> {
        let id = build.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        if !is_path(&id) || id.contains('/') {
            return Err(unavailable("the build has no id"));
        }
        let mut output = Output::default();
        // What waits in Google's queue waits beside the time of the build itself.
        let looks = (2 * self.config.time.as_millis() / self.config.pace.poll.as_millis().max(1)).max(10);
        for _ in 0..looks {
            output.hear(self.lines(&id, output.since).await?, progress);
            match status(&build) {
                "PENDING" | "QUEUED" | "WORKING" | "STATUS_UNKNOWN" | "" => {}
                "SUCCESS" => return Ok(build),
                _ => {
                    output.hear(self.lines(&id, output.since).await?, progress);
                    return Err(why(&build, output.last));
                }
            }
            tokio::time::sleep(self.api.poll()).await;
            build = self.api.get(&format!("{}/{id}", self.builds_url()), &[]).await?;
        }
        Err(BackendError::Passing {
            backend: NAME.to_owned(),
            reason: format!("the build {id} does not end"),
            retry_after: None,
        })
    }

    async fn lines(&self, id: &str, since_ms: Option<i64>) -> Result<Vec<logs::NamedLine>, BackendError> {
        let filter = format!("resource.type=\"build\" AND resource.labels.build_id=\"{id}\"");
        let query = LogQuery { since_ms, limit: None, follow: false };
        logs::entries(&self.api, &self.config.project, &filter, &query).await
    }

    async fn remove(&self, object: &str) -> Result<(), BackendError> {
        let url = format!("{}/{}", self.objects_url(), object.replace('/', "%2F"));
        match self.api.delete(&url).await {
            Ok(_) | Err(ApiError::Absent(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

#[async_trait]
impl ImageBuilder for CloudBuild {
    fn name(&self) -> &str {
        NAME
    }

    async fn build(
        &self,
        input: &BuildInput<'_>,
        progress: &dyn Progress,
    ) -> Result<BuiltImage, BackendError> {
        input.check_owner()?;
        if self.config.account.is_none() && !input.plan.build_secrets.is_empty() {
            return Err(BackendError::Unsupported {
                backend: NAME.to_owned(),
                what: format!(
                    "build with secrets ({}) as the project's own account; name one that builds run as \
                     (`cloud_run.build_account`), which may then read them",
                    input.plan.build_secrets.join(", ")
                ),
            });
        }
        let secrets = input.open_secrets().await?;
        let built = self.run(input, &secrets, &Hiding { progress, secrets: &secrets }).await;
        // A build that goes on needs them, and is waited for the next time.
        if !matches!(built, Err(BackendError::Passing { .. }))
            && let Err(error) = self.unstore(input).await
        {
            progress.line(&format!(
                "build secrets are still in Secret Manager, and go with the deployment: {error}"
            ));
        }
        built.map_err(|error| secrets.hide_in(error))
    }

    async fn forget(&self, id: &DeploymentId) -> Result<(), BackendError> {
        let prefix = object(id, "");
        let prefix = prefix.trim_end_matches(".tar.gz");
        for found in self.api.list(&self.objects_url(), &[("prefix", prefix)], "items").await? {
            let name = found.get("name").and_then(Value::as_str).unwrap_or_default();
            if name.starts_with(prefix) && is_path(name) {
                self.remove(name).await?;
            }
        }
        Ok(())
    }
}

impl CloudBuild {
    async fn run(
        &self,
        input: &BuildInput<'_>,
        secrets: &Opened,
        progress: &dyn Progress,
    ) -> Result<BuiltImage, BackendError> {
        let tag = format!("sigyl-plan-{}", digits(input));
        let object = object(input.id, &digits(input));
        let (build, reused) = match self.find(&tag).await? {
            Some(found) => {
                let reused = status(&found) == "SUCCESS";
                (found, reused)
            }
            None => {
                let archive = context::archive(
                    NAME,
                    &self.config.files,
                    self.config.context_bytes,
                    input,
                    &self.dockerfiles(input),
                )
                .await?;
                progress.line(&format!("putting {} bytes into {}", archive.len(), self.config.bucket));
                self.upload(&object, archive).await?;
                let stored = self.store(input, secrets).await?;
                progress.line("building with Cloud Build");
                (self.begin(input, &object, &tag, &stored).await?, false)
            }
        };
        let built = self.follow(build, progress).await;
        if !reused && !matches!(built, Err(BackendError::Passing { .. })) {
            // What cannot be removed now is when the deployment goes.
            let _ = self.remove(&object).await;
        }
        let built = built?;
        let (reference, digest) = self.pushed(&built).ok_or_else(|| BackendError::Failed {
            backend: NAME.to_owned(),
            reason: "the build ended well and names no image of this registry".to_owned(),
        })?;
        Ok(BuiltImage { reference, digest, size_bytes: 0, plan_digest: input.plan.digest(), reused })
    }

    /// A Dockerfile for each stage.
    fn dockerfiles(&self, input: &BuildInput<'_>) -> Vec<(&'static str, String)> {
        let mut options = DockerfileOptions {
            ca_bundle: self.config.files.ca_bundle.is_some(),
            ..DockerfileOptions::default()
        };
        let mut files = Vec::new();
        if input.plan.stages().len() > 1 {
            files.push((FIRST_DOCKERFILE, input.plan.dockerfile(&options)));
            options.prepared = Some(PREPARED.to_owned());
        }
        files.push((DOCKERFILE, input.plan.dockerfile(&options)));
        files
    }
}

/// Lines of a build that were heard so far.
#[derive(Default)]
struct Output {
    known: HashSet<String>,
    since: Option<i64>,
    last: Vec<String>,
}

impl Output {
    fn hear(&mut self, lines: Vec<logs::NamedLine>, progress: &dyn Progress) {
        for named in lines {
            self.since = self.since.max(Some(named.line.time_ms));
            if self.known.insert(named.name) {
                progress.line(&named.line.text);
                self.last.push(named.line.text);
            }
        }
        self.last.drain(..self.last.len().saturating_sub(LAST));
    }
}

/// The digits of a plan's digest.
fn digits(input: &BuildInput<'_>) -> String {
    input.plan.digest().as_str().trim_start_matches("sha256:").to_owned()
}

/// Where a deployment's source lies while it is built.
fn object(id: &DeploymentId, plan: &str) -> String {
    format!("sigyl/{id}/{plan}.tar.gz")
}

fn status(build: &Value) -> &str {
    build.get("status").and_then(Value::as_str).unwrap_or_default()
}

fn unavailable(reason: &str) -> BackendError {
    BackendError::Unavailable { backend: NAME.to_owned(), reason: reason.to_owned() }
}

/// Why a build did not end well, and so who must act.
fn why(build: &Value, output: Vec<String>) -> BackendError {
    let text = |path: &str| build.pointer(path).and_then(Value::as_str).unwrap_or_default();
    let told = [text("/failureInfo/detail"), text("/statusDetail")].into_iter().find(|told| !told.is_empty());
    let reason = short(told.unwrap_or("it gave no reason"));
    let backend = NAME.to_owned();
    match (status(build), text("/failureInfo/type")) {
        (_, "PUSH_NOT_AUTHORIZED") => BackendError::Refused { backend, reason },
        (_, "PUSH_FAILED" | "FETCH_SOURCE_FAILED" | "LOGGING_FAILURE") => {
            BackendError::Unavailable { backend, reason }
        }
        ("INTERNAL_ERROR" | "EXPIRED", _) => BackendError::Passing { backend, reason, retry_after: None },
        ("CANCELLED", _) => BackendError::Failed { backend, reason: format!("somebody ended it: {reason}") },
        (status, _) => {
            let failed = build.get("steps").and_then(Value::as_array).and_then(|steps| {
                steps.iter().find(|step| {
                    matches!(step.get("status").and_then(Value::as_str), Some("FAILURE" | "TIMEOUT"))
                })
            });
            let step = failed.and_then(|step| step.get("id")).and_then(Value::as_str).unwrap_or("the build");
            let reason = if status == "TIMEOUT" { format!("it took too long: {reason}") } else { reason };
            BackendError::Build { step: step.to_owned(), reason, output }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_did_not_end_well_says_who_must_act() {
        let code = |status: &str, kind: &str| {
            let build = json!({ "status": status, "failureInfo": { "type": kind, "detail": "x" } });
            why(&build, Vec::new()).code()
        };
        assert_eq!(code("FAILURE", "USER_BUILD_STEP"), "build-failed");
        assert_eq!(code("TIMEOUT", "FAILURE_TYPE_UNSPECIFIED"), "build-failed");
        assert_eq!(code("FAILURE", "PUSH_NOT_AUTHORIZED"), "backend-refused");
        assert_eq!(code("FAILURE", "FETCH_SOURCE_FAILED"), "backend-unavailable");
        assert_eq!(code("INTERNAL_ERROR", ""), "backend-passing");
        assert_eq!(code("CANCELLED", ""), "backend-failed");
    }

    #[test]
    fn the_step_that_failed_is_named() {
        let build = json!({ "status": "FAILURE", "steps": [
            { "id": "install", "status": "SUCCESS" }, { "id": "run", "status": "FAILURE" },
        ] });
        let error = why(&build, vec!["npm ERR!".to_owned()]);
        assert!(
            matches!(error, BackendError::Build { step, output, .. } if step == "run" && output.len() == 1)
        );
    }
}
