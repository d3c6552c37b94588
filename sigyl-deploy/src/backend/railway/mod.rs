//! Railway, by its GraphQL API.
//!
//! A service of Railway has one address and one set of settings, and its deploys replace each other. So a release is
//! first a service of its own, the candidate, which is probed at its own domain; when it is promoted, the serving
//! service gets the same image and settings, Railway switches once that is up, and the candidate goes. A service's name
//! says which release it has (`weather--s7` serves, `weather--c8` is a candidate), so that Railway's own list is all the
//! state there is.
//!
//! A secret is sent once, as a variable that the environment's services share; services have references to it. Values
//! that have Railway's mark of a reference in them are refused: they could read other variables.

mod client;
mod domains;
mod operations;
mod release;
mod told;

use std::{collections::HashMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use serde_json::json;
use sigyl_core::secret::SecretText;
use tokio::sync::Mutex;

pub use client::{RAILWAY_ORIGIN, RAILWAY_URL, RailwayToken};

use self::client::{Client, NAME, Place, Run, Service};
use super::{
    Backend, BackendError, BuildInput, BuiltImage, Capabilities, DeploySpec, DeploymentId, Domain,
    DomainName, Handle, ImageBuilder, LogLines, LogQuery, Observed, Owned, Progress, ReleaseNumber,
    SecretSource, Stats, Upstream, images, mark, pace::Pace, polled, times,
};

/// The most lines of a log that Railway gives at once.
const LOG_LINES: u32 = 5000;

/// How far back metrics are looked at for the last one, milliseconds. Chosen: Railway measures every 30 to 60 s.
const MEASURED_MS: i64 = 5 * 60 * 1000;

/// How many services may answer; a limit of Railway's own plans comes before. Chosen.
const REPLICAS: u32 = 20;

/// What Sigyl needs to know of Railway.
#[derive(Clone)]
pub struct RailwayConfig {
    /// Which Sigyl: several may share a workspace. What marks the projects that it makes; nothing where empty.
    pub instance: String,
    /// The API's address, [`RAILWAY_URL`].
    pub url: String,
    /// Who Sigyl is.
    pub token: RailwayToken,
    /// Where servers go.
    pub place: RailwayPlace,
    /// Who pulls images, where the registry asks.
    pub registry: Option<RegistryLogin>,
    /// What builds images and pushes them to a registry that Railway can pull from.
    pub builder: Option<Arc<dyn ImageBuilder>>,
    /// A path at which every server answers 200 to `GET`, which Railway waits for before it switches. Servers behind the
    /// bridge answer at `/health`; others have no such path.
    pub health_path: Option<String>,
    /// Where a domain is reached, with `{domain}` in its place: [`RAILWAY_ORIGIN`], or what stands before Railway's edge.
    pub origin: String,
    /// The time now, milliseconds since 1970 UTC: metrics are asked for since a time.
    pub now_ms: fn() -> i64,
    /// Waits and attempts.
    pub pace: Pace,
}

/// Where servers go.
#[derive(Debug, Clone)]
pub enum RailwayPlace {
    /// Each deployment into a project of its own, so that no server reaches another by Railway's private network.
    ProjectEach {
        /// The workspace; the token's own where absent.
        workspace: Option<String>,
    },
    /// All into one environment of one project.
    Project {
        /// Id of the project.
        project: String,
        /// Id of the environment.
        environment: String,
    },
}

/// Who pulls images of a registry.
#[derive(Debug, Clone)]
pub struct RegistryLogin {
    /// The name.
    pub username: String,
    /// The password or token.
    pub password: SecretText,
}

/// The backend `railway`.
pub struct Railway {
    config: RailwayConfig,
    client: Arc<Client>,
    /// Where a deployment's project is, once found: projects do not move.
    places: Mutex<HashMap<String, Place>>,
}

impl Railway {
    /// A backend for one account.
    ///
    /// # Errors
    /// When there can be no HTTPS client.
    pub fn new(config: RailwayConfig) -> Result<Self, BackendError> {
        let client = Arc::new(Client::new(config.url.clone(), config.token.clone(), config.pace)?);
        Ok(Self { config, client, places: Mutex::new(HashMap::new()) })
    }

    /// Where a domain is reached.
    pub(super) fn origin(&self, domain: &str) -> String {
        self.config.origin.replace("{domain}", domain)
    }

    async fn place(&self, id: &DeploymentId) -> Result<Option<Place>, BackendError> {
        let workspace = match &self.config.place {
            RailwayPlace::Project { project, environment } => {
                return Ok(Some(Place { project: project.clone(), environment: environment.clone() }));
            }
            RailwayPlace::ProjectEach { workspace } => workspace.as_deref(),
        };
        let mut places = self.places.lock().await;
        if let Some(place) = places.get(id.as_str()) {
            return Ok(Some(place.clone()));
        }
        let projects = self.client.projects(workspace).await?;
        let found = projects.into_iter().find(|project| {
            mark::read(&project.description).is_some_and(|(deployment, _)| deployment == id.as_str())
        });
        if let Some(project) = &found {
            places.insert(id.as_str().to_owned(), project.place.clone());
        }
        Ok(found.map(|project| project.place))
    }

    async fn place_or_new(&self, id: &DeploymentId) -> Result<Place, BackendError> {
        if let Some(place) = self.place(id).await? {
            return Ok(place);
        }
        let RailwayPlace::ProjectEach { workspace } = &self.config.place else {
            return Err(gone(id, 0));
        };
        let mut input = json!({
            "name": format!("sigyl-{id}"), "description": mark::description(id, &self.config.instance),
            "defaultEnvironmentName": "production", "prDeploys": false, "isPublic": false,
        });
        if let Some(workspace) = workspace {
            input["workspaceId"] = json!(workspace);
        }
        self.client.ask(&operations::PROJECT_CREATE, json!({ "input": input }), &[]).await?;
        self.place(id).await?.ok_or_else(|| BackendError::Passing {
            backend: NAME.to_owned(),
            reason: "a new project is not in its list yet".to_owned(),
            retry_after: None,
        })
    }

    /// The service that has a release now, and whether it serves.
    async fn find(&self, id: &DeploymentId, release: ReleaseNumber) -> Result<Option<Found>, BackendError> {
        let Some(place) = self.place(id).await? else { return Ok(None) };
        let services = self.client.services(&place.project).await?;
        let of =
            |role| services.iter().find(|service| service.name == service_name(id, role, release)).cloned();
        let (service, serves) = match of(SERVES) {
            Some(service) => (Some(service), true),
            None => (of(CANDIDATE), false),
        };
        Ok(service.map(|service| Found { place, service, serves }))
    }

    /// The run of a release that counts: the newest that is not a failed attempt to replace another.
    async fn current(&self, found: &Found) -> Result<Option<Run>, BackendError> {
        let runs = self.client.runs(&found.place, &found.service.id).await?;
        let counts = |run: &&Run| !found.serves || !matches!(run.status.as_str(), "FAILED" | "SKIPPED");
        Ok(runs.iter().find(counts).or(runs.first()).cloned())
    }

    async fn found(&self, spec: &DeploySpec) -> Result<Found, BackendError> {
        self.find(&spec.id, spec.release).await?.ok_or_else(|| gone(&spec.id, spec.release))
    }
}

struct Found {
    place: Place,
    service: Service,
    serves: bool,
}

const SERVES: char = 's';
const CANDIDATE: char = 'c';

fn service_name(id: &DeploymentId, role: char, release: ReleaseNumber) -> String {
    format!("{id}--{role}{release}")
}

/// A service's deployment, role and release, read off its name.
fn read_name(name: &str) -> Option<(&str, char, ReleaseNumber)> {
    let (id, rest) = name.rsplit_once("--")?;
    let role = rest.chars().next().filter(|role| [SERVES, CANDIDATE].contains(role))?;
    let release = rest.get(1..)?.parse().ok()?;
    DeploymentId::parse(id).map(|_| (id, role, release))
}

/// Name of the variable that has a release's secret.
fn secret_name(id: &DeploymentId, release: ReleaseNumber, variable: &str) -> String {
    format!("{}{variable}", secret_prefix(id, Some(release)))
}

fn secret_prefix(id: &DeploymentId, release: Option<ReleaseNumber>) -> String {
    // `__` cannot come out of an id, so that no deployment's prefix begins another's.
    let id = id.as_str().to_ascii_uppercase().replace('-', "_D");
    match release {
        Some(release) => format!("SIGYL_{id}__R{release}__"),
        None => format!("SIGYL_{id}__R"),
    }
}

fn gone(id: &DeploymentId, release: ReleaseNumber) -> BackendError {
    BackendError::Gone { what: format!("release {release} of {id}") }
}

fn observed(run: &Run) -> Observed {
    let ended = Observed::Ended { exit_code: None, out_of_memory: false, restarts: 0 };
    match run.status.as_str() {
        _ if run.is_stopped => Observed::Stopped,
        "SUCCESS" | "SLEEPING" => Observed::Running { restarts: 0, replicas: run.running },
        "FAILED" | "CRASHED" | "SKIPPED" => ended,
        "REMOVED" | "REMOVING" => Observed::Stopped,
        _ => Observed::Starting,
    }
}

#[async_trait]
impl Backend for Railway {
    fn name(&self) -> &str {
        NAME
    }

    fn is_https(&self) -> bool {
        self.config.origin.starts_with("https://")
    }

    fn capabilities(&self) -> Capabilities {
        let each = matches!(self.config.place, RailwayPlace::ProjectEach { .. });
        let mut not_isolated = vec![
            "Servers reach every public address: Railway cannot hold them to the manifest's names."
                .to_owned(),
            "The root file system can be written, and the number of processes has no limit of ours."
                .to_owned(),
        ];
        if !each {
            not_isolated.push(
                "Servers of one project reach each other by Railway's private network, and whoever may edit the \
                 project can read their secrets."
                    .to_owned(),
            );
        }
        Capabilities {
            isolates: each,
            not_isolated,
            runs_images: true,
            replicas_max: REPLICAS,
            custom_domains: true,
            egress_by_name: false,
        }
    }

    async fn preflight(&self) -> Result<(), BackendError> {
        match &self.config.place {
            RailwayPlace::ProjectEach { workspace } => {
                self.client.projects(workspace.as_deref()).await.map(drop)
            }
            RailwayPlace::Project { project, .. } => self.client.services(project).await.map(drop),
        }
    }

    async fn build(
        &self,
        input: &BuildInput<'_>,
        progress: &dyn Progress,
    ) -> Result<BuiltImage, BackendError> {
        images::build(NAME, self.config.builder.as_ref(), input, progress).await
    }

    async fn start(
        &self,
        spec: &DeploySpec,
        secrets: &dyn SecretSource,
        progress: &dyn Progress,
    ) -> Result<Handle, BackendError> {
        release::check(spec)?;
        self.start_candidate(spec, secrets, progress).await
    }

    async fn upstream(&self, spec: &DeploySpec, _handle: &Handle) -> Result<Upstream, BackendError> {
        let found = self.found(spec).await?;
        match self.client.domain(&found.place, &found.service.id).await? {
            Some(domain) => Ok(Upstream { origin: self.origin(&domain), headers: Vec::new() }),
            None => Err(gone(&spec.id, spec.release)),
        }
    }

    async fn promote(&self, spec: &DeploySpec, _handle: &Handle) -> Result<String, BackendError> {
        release::check(spec)?;
        self.promote_candidate(spec).await
    }

    async fn retire(
        &self,
        id: &DeploymentId,
        release: ReleaseNumber,
        _drain: Duration,
    ) -> Result<(), BackendError> {
        let Some(place) = self.place(id).await? else { return Ok(()) };
        for service in self.client.services(&place.project).await? {
            if service.name == service_name(id, CANDIDATE, release) {
                self.remove_service(&place, &service.id).await?;
            } else if service.name == service_name(id, SERVES, release) {
                // The service stays: its domain is the deployment's address.
                for run in self.client.runs(&place, &service.id).await? {
                    if matches!(run.status.as_str(), "SUCCESS" | "SLEEPING" | "CRASHED") {
                        self.client.ask(&operations::REMOVE, json!({ "id": run.id }), &[]).await?;
                    }
                }
            }
        }
        self.remove_secrets(&place, &secret_prefix(id, Some(release))).await
    }

    async fn restart(
        &self,
        spec: &DeploySpec,
        handle: &Handle,
        _secrets: &dyn SecretSource,
    ) -> Result<Handle, BackendError> {
        let found = self.found(spec).await?;
        let run = self.current(&found).await?.ok_or_else(|| gone(&spec.id, spec.release))?;
        let operation = match run.status.as_str() {
            "SUCCESS" | "SLEEPING" | "CRASHED" if !run.is_stopped => &operations::RESTART,
            _ if run.can_redeploy => &operations::REDEPLOY,
            status => {
                return Err(BackendError::Passing {
                    backend: NAME.to_owned(),
                    reason: format!("a run that is {} cannot be restarted", status.to_lowercase()),
                    retry_after: None,
                });
            }
        };
        self.client.ask(operation, json!({ "id": run.id }), &[]).await?;
        Ok(handle.clone())
    }

    async fn scale(&self, spec: &DeploySpec, _handle: &Handle, replicas: u32) -> Result<(), BackendError> {
        if replicas > REPLICAS {
            return Err(BackendError::Unsupported {
                backend: NAME.to_owned(),
                what: format!("run more than {REPLICAS} replicas"),
            });
        }
        let found = self.found(spec).await?;
        if replicas == 0 {
            let run = self.current(&found).await?.ok_or_else(|| gone(&spec.id, spec.release))?;
            return self.client.ask(&operations::STOP, json!({ "id": run.id }), &[]).await.map(drop);
        }
        // All of its settings: a release that failed to replace it has left its own there.
        let spec = DeploySpec { replicas, ..spec.clone() };
        self.configure(&found.place, &found.service.id, &spec).await?;
        self.deploy(&found.place, &found.service.id).await.map(drop)
    }

    async fn logs(
        &self,
        spec: &DeploySpec,
        _handle: &Handle,
        query: &LogQuery,
    ) -> Result<LogLines, BackendError> {
        let found = self.found(spec).await?;
        let run = self.current(&found).await?.ok_or_else(|| gone(&spec.id, spec.release))?;
        let (client, limit) = (Arc::clone(&self.client), query.limit.unwrap_or(LOG_LINES).min(LOG_LINES));
        Ok(polled::lines(query, self.client.poll(), move |since| {
            let (client, id) = (Arc::clone(&client), run.id.clone());
            async move { told::log_lines(&client, &id, limit, since).await }
        }))
    }

    async fn stats(&self, spec: &DeploySpec, _handle: &Handle) -> Result<Stats, BackendError> {
        let found = self.found(spec).await?;
        let since = times::format((self.config.now_ms)() - MEASURED_MS);
        let variables = json!({
            "projectId": found.place.project, "environmentId": found.place.environment,
            "serviceId": found.service.id, "startDate": since,
        });
        told::used(spec, &self.client.ask(&operations::METRICS, variables, &[]).await?)
    }

    async fn observe(&self, spec: &DeploySpec, _handle: &Handle) -> Result<Observed, BackendError> {
        let Some(found) = self.find(&spec.id, spec.release).await? else { return Ok(Observed::Gone) };
        Ok(self.current(&found).await?.as_ref().map_or(Observed::Starting, observed))
    }

    async fn delete(&self, id: &DeploymentId) -> Result<(), BackendError> {
        images::forget(self.config.builder.as_ref(), id).await?;
        let Some(place) = self.place(id).await? else { return Ok(()) };
        if matches!(self.config.place, RailwayPlace::ProjectEach { .. }) {
            release::gone_is_fine(
                self.client.ask(&operations::PROJECT_DELETE, json!({ "id": place.project }), &[]).await,
            )?;
            self.places.lock().await.remove(id.as_str());
            return Ok(());
        }
        for service in self.client.services(&place.project).await? {
            if read_name(&service.name).is_some_and(|(of, ..)| of == id.as_str()) {
                self.remove_service(&place, &service.id).await?;
            }
        }
        self.remove_secrets(&place, &secret_prefix(id, None)).await
    }

    async fn owned(&self) -> Result<Vec<Owned>, BackendError> {
        let mut owned = Vec::new();
        let mut projects = Vec::new();
        match &self.config.place {
            RailwayPlace::Project { project, .. } => projects.push(project.clone()),
            RailwayPlace::ProjectEach { workspace } => {
                for project in self.client.projects(workspace.as_deref()).await? {
                    let Some((id, instance)) = mark::read(&project.description) else { continue };
                    if instance != self.config.instance {
                        continue;
                    }
                    owned.push(Owned {
                        deployment: id.to_owned(),
                        release: None,
                        kind: "project".to_owned(),
                        name: project.name,
                    });
                    projects.push(project.place.project);
                }
            }
        }
        for project in projects {
            for service in self.client.services(&project).await? {
                let Some((id, role, release)) = read_name(&service.name) else { continue };
                owned.push(Owned {
                    deployment: id.to_owned(),
                    // What serves outlives its release: its domain is the deployment's address.
                    release: (role == CANDIDATE).then_some(release),
                    kind: "service".to_owned(),
                    name: service.name.clone(),
                });
            }
        }
        owned.sort();
        Ok(owned)
    }

    /// In one project for all, names say nothing of who made a service.
    fn owns_alone(&self) -> bool {
        matches!(self.config.place, RailwayPlace::ProjectEach { .. }) && !self.config.instance.is_empty()
    }

    async fn domains(&self, id: &DeploymentId) -> Result<Vec<Domain>, BackendError> {
        self.domains_of(id).await
    }

    async fn add_domain(&self, spec: &DeploySpec, name: &DomainName) -> Result<Domain, BackendError> {
        self.add(spec, name).await
    }

    async fn remove_domain(&self, id: &DeploymentId, name: &DomainName) -> Result<bool, BackendError> {
        self.remove(id, name).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_deployment_role_and_release() {
        let id = DeploymentId::parse("a--s1").unwrap();
        assert_eq!(read_name(&service_name(&id, CANDIDATE, 12)), Some(("a--s1", 'c', 12)));
        for other in
            ["weather", "weather--x1", "weather--s", "--s1", "Weather--s1", "weather--s-1", "weather--sé"]
        {
            assert_eq!(read_name(other), None, "{other}");
        }
    }

    #[test]
    fn no_prefix_of_secrets_begins_another() {
        let prefix = |id| secret_prefix(&DeploymentId::parse(id).unwrap(), None);
        let name = |id| secret_name(&DeploymentId::parse(id).unwrap(), 1, "KEY");
        assert_eq!(name("my-api"), "SIGYL_MY_DAPI__R1__KEY");
        assert!(!name("a-r1").starts_with(&prefix("a")));
        assert!(!name("a--r1").starts_with(&prefix("a")));
        let one = secret_prefix(&DeploymentId::parse("a").unwrap(), Some(1));
        assert!(!secret_name(&DeploymentId::parse("a").unwrap(), 11, "KEY").starts_with(&one));
    }

    #[test]
    fn every_status_means_something() {
        let of = |status: &str| {
            observed(&Run {
                id: String::new(),
                status: status.to_owned(),
                is_stopped: false,
                can_redeploy: false,
                can_rollback: false,
                created_at: String::new(),
                running: 2,
            })
        };
        for starting in ["QUEUED", "INITIALIZING", "WAITING", "BUILDING", "DEPLOYING", "NEEDS_APPROVAL"] {
            assert_eq!(of(starting), Observed::Starting, "{starting}");
        }
        assert_eq!(of("SUCCESS"), Observed::Running { restarts: 0, replicas: 2 });
        assert!(matches!(of("CRASHED"), Observed::Ended { .. }));
        assert_eq!(of("REMOVED"), Observed::Stopped);
    }
}
