//! A release as a candidate, and its way to the serving service.

use serde_json::{Map, Value, json};
use sigyl_core::secret::SecretText;

use super::{
    CANDIDATE, NAME, Railway, SERVES,
    client::{Place, Service},
    gone, operations, secret_name, secret_prefix, service_name,
    told::log_lines,
};
use crate::backend::{BackendError, DeploySpec, Handle, Progress, SecretSource, images};

/// Railway's mark of a reference to a variable.
const REFERENCE: &str = "${{";

/// How many looks a deploy of Railway's may take, at two seconds each a quarter of an hour: its own health check gives
/// up after five minutes, and images are pulled before. Chosen.
const LOOKS: u32 = 450;

/// How many lines of a failed run's log are told.
const LAST_LINES: u32 = 20;

/// What a spec may not have here.
pub(super) fn check(spec: &DeploySpec) -> Result<(), BackendError> {
    images::reference(NAME, spec)?;
    if let Some(runtime) = &spec.runtime {
        return Err(unsupported(format!("run under {runtime}")));
    }
    let texts = spec.env.values().chain(&spec.command);
    if texts.into_iter().any(|text| text.contains(REFERENCE)) {
        return Err(unsupported(format!("take values with `{REFERENCE}`, which would read other variables")));
    }
    match spec.env.keys().chain(spec.secrets.keys()).find(|name| !is_variable(name)) {
        Some(name) => Err(unsupported(format!("have a variable of the name {name:?}"))),
        None => Ok(()),
    }
}

fn is_variable(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn unsupported(what: String) -> BackendError {
    BackendError::Unsupported { backend: NAME.to_owned(), what }
}

/// What is gone already need not be removed.
pub(super) fn gone_is_fine<T>(result: Result<T, BackendError>) -> Result<(), BackendError> {
    match result {
        Ok(_) | Err(BackendError::Gone { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

impl Railway {
    pub(super) async fn start_candidate(
        &self,
        spec: &DeploySpec,
        secrets: &dyn SecretSource,
        progress: &dyn Progress,
    ) -> Result<Handle, BackendError> {
        let place = self.place_or_new(&spec.id).await?;
        let services = self.client.services(&place.project).await?;
        let named = |role| {
            let name = service_name(&spec.id, role, spec.release);
            services.iter().find(move |service| service.name == name)
        };
        if let Some(service) = named(SERVES) {
            // It serves, or did until it was stopped; then it comes back where its address is.
            let service = service.clone();
            if !self.is_alive(&place, &service.id).await? {
                progress.line("starting it again");
                self.send_secrets(&place, spec, secrets).await?;
                self.configure(&place, &service.id, spec).await?;
                self.deploy(&place, &service.id).await?;
            }
            return Ok(Handle(service.id));
        }
        let service = match named(CANDIDATE) {
            Some(service) => service.clone(),
            None => {
                let name = service_name(&spec.id, CANDIDATE, spec.release);
                progress.line(&format!("making the service {name}"));
                self.make_service(&place, name).await?
            }
        };
        let started = async {
            self.send_secrets(&place, spec, secrets).await?;
            self.domain(&place, &service.id, spec.port).await?;
            self.configure(&place, &service.id, spec).await?;
            if !self.is_alive(&place, &service.id).await? {
                progress.line("starting it");
                self.deploy(&place, &service.id).await?;
            }
            Ok(Handle(service.id.clone()))
        };
        match started.await {
            Ok(handle) => Ok(handle),
            Err(error) => {
                // The first error tells more than one of the way back, which `retire` repeats.
                let _ = self.remove_service(&place, &service.id).await;
                let _ = self.remove_secrets(&place, &secret_prefix(&spec.id, Some(spec.release))).await;
                Err(error)
            }
        }
    }

    pub(super) async fn promote_candidate(&self, spec: &DeploySpec) -> Result<String, BackendError> {
        let (id, release) = (&spec.id, spec.release);
        let place = self.place(id).await?.ok_or_else(|| gone(id, release))?;
        let services = self.client.services(&place.project).await?;
        let candidate =
            services.iter().find(|service| service.name == service_name(id, CANDIDATE, release)).cloned();
        let serving = services
            .iter()
            .find(|service| {
                super::read_name(&service.name)
                    .is_some_and(|(of, role, _)| of == id.as_str() && role == SERVES)
            })
            .cloned();
        let done = service_name(id, SERVES, release);
        let serving = match (serving, &candidate) {
            (Some(serving), _) if serving.name == done => serving,
            (_, None) => return Err(gone(id, release)),
            (serving, Some(_)) => {
                let serving = match serving {
                    Some(serving) => serving,
                    None => self.make_service(&place, service_name(id, SERVES, 0)).await?,
                };
                self.replace(&place, &serving, spec).await?;
                let variables = json!({ "id": serving.id, "input": { "name": done } });
                self.client.ask(&operations::SERVICE_UPDATE, variables, &[]).await?;
                serving
            }
        };
        if let Some(candidate) = candidate {
            self.remove_service(&place, &candidate.id).await?;
        }
        let domain = self.domain(&place, &serving.id, spec.port).await?;
        Ok(format!("{}{}", self.origin(&domain), spec.path))
    }

    /// Gives the serving service a release and waits until Railway has switched to it.
    async fn replace(&self, place: &Place, serving: &Service, spec: &DeploySpec) -> Result<(), BackendError> {
        let before = self.client.runs(place, &serving.id).await?;
        let before = before.into_iter().find(|run| run.status == "SUCCESS");
        self.domain(place, &serving.id, spec.port).await?;
        self.configure(place, &serving.id, spec).await?;
        let run = self.deploy(place, &serving.id).await?;
        let Err(error) = self.wait(spec, &run).await else { return Ok(()) };
        // Railway goes on with the run before, but the service's settings are the new ones.
        match before {
            Some(before) if before.can_rollback => {
                self.client.ask(&operations::ROLLBACK, json!({ "id": before.id }), &[]).await?;
            }
            Some(_) => {}
            None => self.remove_service(place, &serving.id).await?,
        }
        Err(error)
    }

    async fn wait(&self, spec: &DeploySpec, run: &str) -> Result<(), BackendError> {
        for _ in 0..LOOKS {
            let now = self.client.run(run).await?;
            match now.status.as_str() {
                "SUCCESS" | "SLEEPING" => return Ok(()),
                "FAILED" | "CRASHED" | "REMOVED" | "REMOVING" | "SKIPPED" => {
                    return Err(self
                        .unhealthy(spec, run, &format!("its run {}", now.status.to_lowercase()))
                        .await);
                }
                "NEEDS_APPROVAL" => {
                    return Err(BackendError::Refused {
                        backend: NAME.to_owned(),
                        reason: "the deploy waits for somebody's approval".to_owned(),
                    });
                }
                _ => tokio::time::sleep(self.client.poll()).await,
            }
        }
        Err(self.unhealthy(spec, run, "its run does not come up").await)
    }

    async fn unhealthy(&self, spec: &DeploySpec, run: &str, reason: &str) -> BackendError {
        let lines = log_lines(&self.client, run, LAST_LINES, None).await.unwrap_or_default();
        BackendError::Unhealthy {
            id: spec.id.to_string(),
            release: spec.release,
            reason: reason.to_owned(),
            output: lines.into_iter().map(|named| named.line.text).collect(),
        }
    }

    async fn make_service(&self, place: &Place, name: String) -> Result<Service, BackendError> {
        // Without a source: with one it would start at once, before its variables are there.
        let input = json!({ "projectId": place.project, "environmentId": place.environment, "name": name });
        let data = self.client.ask(&operations::SERVICE_CREATE, json!({ "input": input }), &[]).await?;
        match super::client::text(&data, "/serviceCreate/id") {
            id if id.is_empty() => Err(BackendError::Failed {
                backend: NAME.to_owned(),
                reason: "a new service has no id".to_owned(),
            }),
            id => Ok(Service { id, name }),
        }
    }

    pub(super) async fn remove_service(&self, place: &Place, service: &str) -> Result<(), BackendError> {
        let variables = json!({ "id": service, "environmentId": place.environment });
        gone_is_fine(self.client.ask(&operations::SERVICE_DELETE, variables, &[]).await)
    }

    /// Whether a service has a run that is up, or on its way.
    async fn is_alive(&self, place: &Place, service: &str) -> Result<bool, BackendError> {
        let ended = ["FAILED", "CRASHED", "REMOVED", "REMOVING", "SKIPPED"];
        let runs = self.client.runs(place, service).await?;
        Ok(runs.iter().any(|run| !run.is_stopped && !ended.contains(&run.status.as_str())))
    }

    /// The only call that carries secrets.
    async fn send_secrets(
        &self,
        place: &Place,
        spec: &DeploySpec,
        secrets: &dyn SecretSource,
    ) -> Result<(), BackendError> {
        let mut hidden: Vec<SecretText> = Vec::new();
        let mut variables = Map::new();
        for (variable, reference) in &spec.secrets {
            let value = secrets.reveal(reference).await?;
            if value.reveal().contains(REFERENCE) {
                return Err(BackendError::Secret {
                    name: variable.clone(),
                    reason: format!("Railway would take the `{REFERENCE}` in it for a reference"),
                });
            }
            let name = secret_name(&spec.id, spec.release, variable);
            variables.insert(name, Value::from(value.reveal()));
            hidden.push(value);
        }
        if variables.is_empty() {
            return Ok(());
        }
        let input = json!({
            "projectId": place.project, "environmentId": place.environment,
            "variables": variables, "replace": false, "skipDeploys": true,
        });
        self.client.ask(&operations::VARIABLES_UPSERT, json!({ "input": input }), &hidden).await.map(drop)
    }

    pub(super) async fn remove_secrets(&self, place: &Place, prefix: &str) -> Result<(), BackendError> {
        for name in self.client.shared_names(place).await? {
            if name.starts_with(prefix) {
                let input =
                    json!({ "projectId": place.project, "environmentId": place.environment, "name": name });
                let deleted = self.client.ask(&operations::VARIABLE_DELETE, json!({ "input": input }), &[]);
                gone_is_fine(deleted.await)?;
            }
        }
        Ok(())
    }

    /// Gives a service its variables, image and limits, without starting anything.
    pub(super) async fn configure(
        &self,
        place: &Place,
        service: &str,
        spec: &DeploySpec,
    ) -> Result<(), BackendError> {
        let mut variables: Map<String, Value> =
            spec.env.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        for variable in spec.secrets.keys() {
            let name = secret_name(&spec.id, spec.release, variable);
            variables.insert(variable.clone(), json!(format!("${{{{shared.{name}}}}}")));
        }
        variables.insert("PORT".to_owned(), json!(spec.port.to_string()));
        let input = json!({
            "projectId": place.project, "environmentId": place.environment, "serviceId": service,
            "variables": variables, "replace": true, "skipDeploys": true,
        });
        self.client.ask(&operations::VARIABLES_UPSERT, json!({ "input": input }), &[]).await?;

        let mut input = json!({
            "source": { "image": images::reference(NAME, spec)? },
            "numReplicas": spec.replicas.max(1),
            "restartPolicyType": "ON_FAILURE",
            "restartPolicyMaxRetries": 10,
            "drainingSeconds": spec.health.drain.as_secs(),
            "overlapSeconds": OVERLAP_SECONDS,
            "sleepApplication": false,
        });
        if let Some(path) = &self.config.health_path {
            input["healthcheckPath"] = json!(path);
            input["healthcheckTimeout"] = json!(spec.health.start.as_secs().max(1));
        }
        if !spec.command.is_empty() {
            input["startCommand"] =
                json!(spec.command.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" "));
        }
        let mut hidden = Vec::new();
        if let Some(login) = &self.config.registry {
            input["registryCredentials"] =
                json!({ "username": login.username, "password": login.password.reveal() });
            hidden.push(login.password.clone());
        }
        let variables = json!({ "serviceId": service, "environmentId": place.environment, "input": input });
        self.client.ask(&operations::INSTANCE_UPDATE, variables, &hidden).await?;

        let input = json!({
            "serviceId": service, "environmentId": place.environment,
            "memoryGB": spec.limits.memory_bytes as f64 / 1e9, "vCPUs": f64::from(spec.limits.cpu_millis) / 1000.0,
        });
        self.client.ask(&operations::LIMITS_UPDATE, json!({ "input": input }), &[]).await.map(drop)
    }

    pub(super) async fn deploy(&self, place: &Place, service: &str) -> Result<String, BackendError> {
        let variables = json!({ "serviceId": service, "environmentId": place.environment });
        let data = self.client.ask(&operations::DEPLOY, variables, &[]).await?;
        match super::client::text(&data, "/serviceInstanceDeployV2") {
            id if id.is_empty() => Err(BackendError::Failed {
                backend: NAME.to_owned(),
                reason: "a new run has no id".to_owned(),
            }),
            id => Ok(id),
        }
    }

    async fn domain(&self, place: &Place, service: &str, port: u16) -> Result<String, BackendError> {
        if let Some(domain) = self.client.domain(place, service).await? {
            return Ok(domain);
        }
        let input = json!({ "serviceId": service, "environmentId": place.environment, "targetPort": port });
        let data = self.client.ask(&operations::DOMAIN_CREATE, json!({ "input": input }), &[]).await?;
        Ok(super::client::text(&data, "/serviceDomainCreate/domain"))
    }
}

/// How long both runs answer while Railway switches: its edge needs some seconds to know. Chosen.
const OVERLAP_SECONDS: u64 = 10;

/// A word as a shell reads it back: Railway takes the start command as one text.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back_as_they_were() {
        assert_eq!(quoted("dist/index.js"), "dist/index.js");
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("it's $HOME"), "'it'\\''s $HOME'");
        assert_eq!(quoted(""), "''");
    }

    #[test]
    fn names_of_variables_are_plain() {
        assert!(is_variable("OPENAI_API_KEY") && is_variable("_x1"));
        for other in ["", "1A", "A-B", "A B", "A=B", "${{x}}", "É"] {
            assert!(!is_variable(other), "{other}");
        }
    }
}
