//! Changes of a service, each against the state that was read, and made again when somebody was faster.

use reqwest::Method;
use serde_json::{Value, json};

use super::{
    Access, CloudRun, NAME,
    api::ApiError,
    logs,
    secrets::absent_is_fine,
    service::{self, NotReady},
};
use crate::backend::{
    BackendError, DeploySpec, DeploymentId, Handle, LogQuery, Progress, ReleaseNumber, SecretSource,
    rest::Again,
};

/// How often a change is made again when somebody else changed the service meanwhile. Chosen.
const CONFLICTS: u32 = 6;

/// How many lines of a failed revision's log are told.
const LAST_LINES: u32 = 20;

impl CloudRun {
    pub(super) fn service_url(&self, id: &DeploymentId) -> String {
        format!("{}/v2/{}/services/{id}", self.api.endpoints.run, self.parent())
    }

    pub(super) fn parent(&self) -> String {
        format!("projects/{}/locations/{}", self.config.project, self.config.region)
    }

    /// The service of a deployment; `None` where there is none, an error where it is somebody else's.
    pub(super) async fn service(&self, id: &DeploymentId) -> Result<Option<Value>, BackendError> {
        match self.api.get(&self.service_url(id), &[]).await {
            Ok(found) if service::is_ours(&found, id) => Ok(Some(found)),
            Ok(_) => Err(BackendError::Unavailable {
                backend: NAME.to_owned(),
                reason: format!("the service {id} was made by somebody else"),
            }),
            Err(ApiError::Absent(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) async fn revision(
        &self,
        id: &DeploymentId,
        name: &str,
    ) -> Result<Option<Value>, BackendError> {
        match self.api.get(&format!("{}/revisions/{name}", self.service_url(id)), &[]).await {
            Ok(found) => Ok(Some(found)),
            Err(ApiError::Absent(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Changes the given fields of a service. `change` sees the service as it is, and says `None` where nothing is to do.
    pub(super) async fn change<F>(
        &self,
        id: &DeploymentId,
        fields: &str,
        change: F,
    ) -> Result<Done, BackendError>
    where
        F: Fn(&Value) -> Result<Option<Value>, BackendError> + Send + Sync,
    {
        let mut conflict = String::new();
        for _ in 0..CONFLICTS {
            let Some(found) = self.service(id).await? else { return Ok(Done::Absent) };
            let Some(mut body) = change(&found)? else { return Ok(Done::Ended(Ok(()))) };
            // Google compares it: a service that was changed meanwhile is not overwritten.
            body["etag"] = found.get("etag").cloned().unwrap_or_default();
            let query = [("updateMask", fields)];
            let url = self.service_url(id);
            match self.api.call(Method::PATCH, &url, &query, Some(&body), Again::Safe, &[]).await {
                Ok(operation) => return Ok(Done::Ended(self.api.finish(operation).await?)),
                Err(ApiError::Conflict(reason)) => {
                    conflict = reason;
                    tokio::time::sleep(self.api.poll()).await;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(ApiError::Conflict(conflict).into())
    }

    pub(super) async fn start_candidate(
        &self,
        spec: &DeploySpec,
        secrets: &dyn SecretSource,
        progress: &dyn Progress,
    ) -> Result<Handle, BackendError> {
        let before = self.service(&spec.id).await?;
        if let Some(revision) =
            before.as_ref().and_then(|found| service::tagged_revision(found, spec.release))
        {
            if before.as_ref().is_some_and(service::is_stopped) {
                progress.line("letting it have instances again");
                let scaling = json!({ "scaling": { "scalingMode": "AUTOMATIC" } });
                self.change(&spec.id, "scaling", |_| Ok(Some(scaling.clone()))).await?;
            }
            return match self.check_ready(spec, &revision).await {
                Ok(()) => Ok(Handle(revision)),
                Err(error) => Err(self.undo(spec, error).await),
            };
        }
        let revision = service::revision_name(&spec.id, spec.release, 0);
        let started = async {
            progress.line("storing secrets");
            let account = self.account(&spec.id).await?;
            let versions = self.store(spec, &account, secrets).await?;
            // A release that was here before, and lost its tag, comes back as it was.
            let is_there = self.revision(&spec.id, &revision).await?.is_some();
            progress.line(&format!("making the revision {revision}"));
            let make =
                |traffic: Value| service::body(spec, &self.config, &account, &versions, &revision, traffic);
            let ended = if before.is_none() {
                self.create(&spec.id, &make(service::candidate_traffic(&Value::Null, spec.release))?).await?
            } else if is_there {
                self.change(&spec.id, "traffic", |found| {
                    let traffic = service::promoted_traffic(found, &revision, spec.release);
                    Ok(Some(json!({ "traffic": service::beside(found, &traffic) })))
                })
                .await?
            } else {
                self.change(
                    &spec.id,
                    "description,functionalType,ingress,labels,scaling,template,traffic",
                    |found| make(service::candidate_traffic(found, spec.release)).map(Some),
                )
                .await?
            };
            match ended {
                Done::Ended(Ok(())) => self.check_ready(spec, &revision).await,
                Done::Ended(Err(reason)) => Err(self.why(spec, &revision, reason).await),
                Done::Absent => Err(super::gone(spec)),
            }
        };
        match started.await {
            Ok(()) => Ok(Handle(revision)),
            Err(error) => Err(self.undo(spec, error).await),
        }
    }

    /// Takes back what a failed start made. The first error tells more than one of the way back, which `retire` repeats.
    async fn undo(&self, spec: &DeploySpec, error: BackendError) -> BackendError {
        let _ = self.remove_release(&spec.id, spec.release).await;
        error
    }

    async fn create(&self, id: &DeploymentId, body: &Value) -> Result<Done, BackendError> {
        let url = format!("{}/v2/{}/services", self.api.endpoints.run, self.parent());
        let query = [("serviceId", id.as_str())];
        match self.api.call(Method::POST, &url, &query, Some(body), Again::Safe, &[]).await {
            Ok(operation) => Ok(Done::Ended(self.api.finish(operation).await?)),
            // Made by an attempt whose answer was lost.
            Err(ApiError::Present) => Err(ApiError::Conflict("the service is being made".to_owned()).into()),
            Err(error) => Err(error.into()),
        }
    }

    async fn check_ready(&self, spec: &DeploySpec, name: &str) -> Result<(), BackendError> {
        let Some(revision) = self.revision(&spec.id, name).await? else { return Err(super::gone(spec)) };
        match service::not_ready(&revision) {
            Some(cause) if cause.is_final => Err(self.explain(spec, name, cause).await),
            _ => Ok(()),
        }
    }

    async fn why(&self, spec: &DeploySpec, name: &str, reason: String) -> BackendError {
        let found = self.revision(&spec.id, name).await.ok().flatten();
        let cause = found.as_ref().and_then(service::not_ready);
        let cause = cause.unwrap_or(NotReady { word: String::new(), message: reason, is_final: true });
        self.explain(spec, name, cause).await
    }

    async fn explain(&self, spec: &DeploySpec, name: &str, cause: NotReady) -> BackendError {
        let query = LogQuery { limit: Some(LAST_LINES), ..LogQuery::default() };
        let lines =
            logs::entries(&self.api, &self.config.project, &self.log_filter(&spec.id, name), &query).await;
        let lines = lines.unwrap_or_default();
        let output = lines.into_iter().map(|named| named.line.text).collect();
        let reason = match cause.word.as_str() {
            "" => cause.message,
            word => format!("{word}: {}", cause.message),
        };
        service::failure(spec, &cause.word, reason, output)
    }

    pub(super) async fn promote_revision(
        &self,
        spec: &DeploySpec,
        revision: &str,
    ) -> Result<String, BackendError> {
        let is_public = self.config.access == Access::Public;
        let done = self
            .change(&spec.id, "traffic,invokerIamDisabled", |found| {
                let was_public = found.get("invokerIamDisabled") == Some(&Value::Bool(true));
                if was_public == is_public && service::has_all_traffic(found, revision) {
                    return Ok(None);
                }
                let traffic = service::promoted_traffic(found, revision, spec.release);
                Ok(Some(json!({ "traffic": traffic, "invokerIamDisabled": is_public })))
            })
            .await?;
        match done {
            Done::Ended(Ok(())) => {}
            Done::Ended(Err(reason)) => return Err(self.why(spec, revision, reason).await),
            Done::Absent => return Err(super::gone(spec)),
        }
        let found = self.service(&spec.id).await?.ok_or_else(|| super::gone(spec))?;
        match found.get("uri").and_then(Value::as_str) {
            Some(uri) if !uri.is_empty() => Ok(format!("{uri}{}", spec.path)),
            _ => Err(BackendError::Failed {
                backend: NAME.to_owned(),
                reason: "the service has no address".to_owned(),
            }),
        }
    }

    pub(super) async fn remove_service(&self, id: &DeploymentId) -> Result<(), BackendError> {
        match self.api.delete(&self.service_url(id)).await {
            Ok(operation) => match self.api.finish(operation).await? {
                Ok(()) => Ok(()),
                Err(reason) => Err(BackendError::Failed { backend: NAME.to_owned(), reason }),
            },
            gone => absent_is_fine(gone),
        }
    }

    pub(super) async fn retire_release(
        &self,
        id: &DeploymentId,
        release: ReleaseNumber,
    ) -> Result<(), BackendError> {
        if !self.service(id).await?.is_some_and(|found| service::serves(&found, id, release)) {
            return self.remove_release(id, release).await;
        }
        // What has the traffic cannot be removed; without instances it runs nothing, and it can come back.
        let scaling = json!({ "scaling": { "scalingMode": "MANUAL", "manualInstanceCount": 0 } });
        match self.change(id, "scaling", |_| Ok(Some(scaling.clone()))).await? {
            Done::Ended(Err(reason)) => Err(BackendError::Failed { backend: NAME.to_owned(), reason }),
            _ => Ok(()),
        }
    }

    /// Removes a release that has no traffic; of one that has some, nothing.
    async fn remove_release(&self, id: &DeploymentId, release: ReleaseNumber) -> Result<(), BackendError> {
        if self.service(id).await?.is_some_and(|found| !service::has_been_ready(&found)) {
            // A service whose first release failed serves nobody, and its only revision cannot be removed without it.
            self.remove_service(id).await?;
            return self.forget(id, Some(release)).await;
        }
        if self.service(id).await?.is_some_and(|found| service::serves(&found, id, release)) {
            return Ok(());
        }
        let done = self
            .change(id, "traffic", |found| {
                Ok(service::traffic_without(found, id, release).map(|traffic| json!({ "traffic": traffic })))
            })
            .await?;
        if let Done::Ended(Err(reason)) = done {
            return Err(BackendError::Failed { backend: NAME.to_owned(), reason });
        }
        if let Done::Ended(_) = done {
            let url = format!("{}/revisions", self.service_url(id));
            for found in self.api.list(&url, &[("pageSize", "100")], "revisions").await? {
                let name = found.get("name").and_then(Value::as_str).unwrap_or_default();
                let name = name.rsplit('/').next().unwrap_or_default();
                if service::read_revision(id, name).is_some_and(|(of, _)| of == release) {
                    match self.api.delete(&format!("{url}/{name}")).await {
                        Ok(operation) => {
                            // What Google refuses later is what it refuses at once in the next arm.
                            let _ = self.api.finish(operation).await?;
                        }
                        // The newest revision cannot be removed, nor what serves; without traffic it runs nothing.
                        Err(ApiError::Precondition(_)) => {}
                        gone => absent_is_fine(gone)?,
                    }
                }
            }
        }
        self.forget(id, Some(release)).await
    }
}

/// How a change ended.
pub(super) enum Done {
    /// There is no service.
    Absent,
    /// It was carried out, or this stood against it.
    Ended(Result<(), String>),
}
