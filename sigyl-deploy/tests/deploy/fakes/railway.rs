//! Railway: projects, services, shared variables with references, runs that take their time, domains that lead to the
//! run that is active.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use serde_json::{Map, Value, json};
use tokio::sync::Mutex;

use super::{
    BadDay, Record,
    http::{self, Answer, Request},
    instance::Instance,
};

/// How often a run is looked at before it is up.
const LOOKS: u32 = 3;

pub(crate) struct Railway {
    pub(crate) url: String,
    pub(crate) record: Record,
    pub(crate) bad_day: BadDay,
    pub(crate) token: (&'static str, String),
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    projects: BTreeMap<String, Project>,
    made: u32,
}

#[derive(Default)]
struct Project {
    name: String,
    description: String,
    environment: String,
    services: BTreeMap<String, Service>,
    shared: BTreeMap<String, String>,
}

#[derive(Default)]
struct Service {
    name: String,
    variables: BTreeMap<String, String>,
    settings: Map<String, Value>,
    domain: Option<String>,
    custom: Vec<Custom>,
    runs: Vec<Run>,
}

/// A name of the user's own, and how many looks it takes until its record is seen.
struct Custom {
    id: String,
    domain: String,
    looks: u32,
}

struct Run {
    id: String,
    status: &'static str,
    looks: u32,
    made: u32,
    is_stopped: bool,
    image: String,
    env: Vec<(String, String)>,
    port: u16,
    instance: Option<Instance>,
    log: Vec<(String, String)>,
}

impl Custom {
    fn look(&mut self) -> Value {
        self.looks = self.looks.saturating_sub(1);
        let is_there = self.looks == 0;
        let of = |is, not| if is_there { is } else { not };
        json!({
            "id": self.id, "domain": self.domain,
            "status": {
                "verified": is_there, "verificationDnsHost": "_railway-verify", "verificationToken": "railway-verify=x",
                "certificateStatus": of("CERTIFICATE_STATUS_TYPE_VALID", "CERTIFICATE_STATUS_TYPE_VALIDATING_OWNERSHIP"),
                "certificateErrorMessage": null,
                "dnsRecords": [{
                    "recordType": "DNS_RECORD_TYPE_CNAME", "fqdn": self.domain, "requiredValue": "x1.up.railway.app",
                    "status": of("DNS_RECORD_STATUS_PROPAGATED", "DNS_RECORD_STATUS_REQUIRES_UPDATE"),
                }],
            },
        })
    }
}

impl State {
    fn id(&mut self, kind: &str) -> String {
        self.made += 1;
        format!("{kind}-{:08}", self.made)
    }

    fn service(&mut self, id: &str) -> Option<&mut Service> {
        self.projects.values_mut().find_map(|project| project.services.get_mut(id))
    }

    fn run(&mut self, id: &str) -> Option<&mut Run> {
        let services = self.projects.values_mut().flat_map(|project| project.services.values_mut());
        services.flat_map(|service| &mut service.runs).find(|run| run.id == id)
    }
}

impl Railway {
    pub(crate) async fn start(token: (&'static str, String)) -> Arc<Self> {
        let slot = Arc::new(OnceLock::<Arc<Self>>::new());
        let served = Arc::clone(&slot);
        let address = http::serve(move |request| {
            let fake = served.get().cloned();
            async move { fake.unwrap().answer(request).await }
        })
        .await;
        let fake = Arc::new(Self {
            url: format!("http://{address}/graphql/v2"),
            record: Record::new("railway"),
            bad_day: BadDay::default(),
            token,
            state: Mutex::default(),
        });
        assert!(slot.set(Arc::clone(&fake)).is_ok());
        fake
    }

    /// Projects, services and shared variables that are there.
    pub(crate) async fn holds(&self) -> Vec<String> {
        let state = self.state.lock().await;
        let mut names = Vec::new();
        for project in state.projects.values() {
            names.push(format!("project {}", project.name));
            names.extend(project.services.values().map(|service| format!("service {}", service.name)));
            names.extend(project.shared.keys().map(|name| format!("variable {name}")));
        }
        names
    }

    /// A project that somebody made by hand.
    pub(crate) async fn make_project(&self, id: &str, environment: &str) {
        let project =
            Project { name: id.to_owned(), environment: environment.to_owned(), ..Project::default() };
        self.state.lock().await.projects.insert(id.to_owned(), project);
    }

    /// Ends everything that runs in an engine.
    pub(crate) async fn stop(&self) {
        let mut state = self.state.lock().await;
        for project in std::mem::take(&mut state.projects).into_values() {
            for run in project.services.into_values().flat_map(|service| service.runs) {
                if let Some(instance) = run.instance {
                    instance.stop().await;
                }
            }
        }
    }

    async fn answer(self: Arc<Self>, request: Request) -> Answer {
        self.record.keep(&request);
        let left = [("x-ratelimit-limit", "1000"), ("x-ratelimit-remaining", "900")];
        let limits =
            |answer: Answer| left.iter().fold(answer, |answer, (name, value)| answer.with(name, value));
        if let Some(answer) = self.bad_day.take(&request) {
            return limits(answer);
        }
        let (header, token) = &self.token;
        if request.method != "POST" || request.header(header) != Some(token) {
            return limits(refuse("Not Authorized"));
        }
        let body = request.body_json();
        let name = body.get("operationName").and_then(Value::as_str).unwrap_or_default().to_owned();
        let variables = body.get("variables").cloned().unwrap_or_default();
        limits(match self.operate(&name, &variables).await {
            Ok(data) => Answer::json(200, &json!({ "data": data })),
            Err(message) => refuse(&message),
        })
    }

    async fn operate(self: &Arc<Self>, name: &str, variables: &Value) -> Result<Value, String> {
        let mut state = self.state.lock().await;
        let state = &mut *state;
        let text =
            |path: &str| variables.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned();
        let no = |what: &str| format!("{what} not found");
        match name {
            "Projects" => Ok(json!({ "projects": page(state.projects.iter().map(|(id, project)| json!({
                "id": id, "name": project.name, "description": project.description,
                "primaryEnvironmentId": project.environment,
                "environments": { "edges": [{ "node": { "id": project.environment, "name": "production" } }] },
            }))) })),
            "Services" => {
                let project = state.projects.get(&text("/id")).ok_or_else(|| no("Project"))?;
                let nodes =
                    project.services.iter().map(|(id, service)| json!({ "id": id, "name": service.name }));
                Ok(json!({ "project": { "services": page(nodes) } }))
            }
            "VariableNames" => {
                let project = state.projects.get(&text("/projectId")).ok_or_else(|| no("Environment"))?;
                let shared = project.shared.keys().map(|name| json!({ "name": name, "serviceId": null }));
                let own = project.services.iter().flat_map(|(id, service)| {
                    service.variables.keys().map(move |name| json!({ "name": name, "serviceId": id }))
                });
                Ok(json!({ "environment": { "variables": page(shared.chain(own)) } }))
            }
            "ProjectCreate" => {
                let (id, environment) = (state.id("project"), state.id("environment"));
                let project = Project {
                    name: text("/input/name"),
                    description: text("/input/description"),
                    environment,
                    ..Project::default()
                };
                state.projects.insert(id.clone(), project);
                Ok(json!({ "projectCreate": { "id": id } }))
            }
            "ProjectDelete" => {
                let project = state.projects.remove(&text("/id")).ok_or_else(|| no("Project"))?;
                for service in project.services.into_values() {
                    end(service).await;
                }
                Ok(json!({ "projectDelete": true }))
            }
            "ServiceCreate" => {
                let id = state.id("service");
                let project =
                    state.projects.get_mut(&text("/input/projectId")).ok_or_else(|| no("Project"))?;
                let service = Service { name: text("/input/name"), ..Service::default() };
                if project.services.values().any(|other| other.name == service.name) {
                    return Err("A service with this name exists".to_owned());
                }
                project.services.insert(id.clone(), service);
                Ok(json!({ "serviceCreate": { "id": id } }))
            }
            "ServiceUpdate" => {
                let service = state.service(&text("/id")).ok_or_else(|| no("Service"))?;
                service.name = text("/input/name");
                Ok(json!({ "serviceUpdate": { "id": text("/id") } }))
            }
            "ServiceDelete" => {
                let id = text("/id");
                let removed = state.projects.values_mut().find_map(|project| project.services.remove(&id));
                end(removed.ok_or_else(|| no("Service"))?).await;
                Ok(json!({ "serviceDelete": true }))
            }
            "VariablesUpsert" => {
                if variables.pointer("/input/skipDeploys") != Some(&Value::Bool(true)) {
                    return Err("a deploy that nobody asked for".to_owned());
                }
                let given: BTreeMap<String, String> =
                    serde_json::from_value(variables["input"]["variables"].clone())
                        .map_err(|e| e.to_string())?;
                let target = match text("/input/serviceId") {
                    id if id.is_empty() => {
                        let project = state.projects.get_mut(&text("/input/projectId"));
                        &mut project.ok_or_else(|| no("Project"))?.shared
                    }
                    id => &mut state.service(&id).ok_or_else(|| no("Service"))?.variables,
                };
                if variables.pointer("/input/replace") == Some(&Value::Bool(true)) {
                    target.clear();
                }
                target.extend(given);
                Ok(json!({ "variableCollectionUpsert": true }))
            }
            "VariableDelete" => {
                let project =
                    state.projects.get_mut(&text("/input/projectId")).ok_or_else(|| no("Project"))?;
                project.shared.remove(&text("/input/name")).ok_or_else(|| no("Variable"))?;
                Ok(json!({ "variableDelete": true }))
            }
            "InstanceUpdate" => {
                let service = state.service(&text("/serviceId")).ok_or_else(|| no("Service"))?;
                let input = variables["input"].as_object().cloned().unwrap_or_default();
                service.settings.extend(input);
                Ok(json!({ "serviceInstanceUpdate": true }))
            }
            "LimitsUpdate" => Ok(json!({ "serviceInstanceLimitsUpdate": true })),
            "Deploy" => {
                self.deploy(state, &text("/serviceId")).map(|id| json!({ "serviceInstanceDeployV2": id }))
            }
            "Redeploy" | "Rollback" | "Restart" => {
                let run = state.run(&text("/id")).ok_or_else(|| no("Deployment"))?;
                let (image, env, port) = (run.image.clone(), run.env.clone(), run.port);
                if name == "Restart" {
                    if !matches!(run.status, "SUCCESS" | "CRASHED" | "SLEEPING") {
                        return Err("Deployment cannot be restarted".to_owned());
                    }
                    (run.status, run.looks) = ("DEPLOYING", LOOKS);
                    return Ok(json!({ "deploymentRestart": true }));
                }
                let (id, made) = (state.id("run"), state.made);
                let of = state.projects.values_mut().flat_map(|project| project.services.values_mut());
                let service =
                    of.into_iter().find(|service| service.runs.iter().any(|run| run.id == text("/id")));
                service.ok_or_else(|| no("Service"))?.runs.push(queued(id.clone(), made, image, env, port));
                match name {
                    "Redeploy" => Ok(json!({ "deploymentRedeploy": { "id": id } })),
                    _ => Ok(json!({ "deploymentRollback": true })),
                }
            }
            "Stop" | "Remove" => {
                let run = state.run(&text("/id")).ok_or_else(|| no("Deployment"))?;
                run.is_stopped = true;
                if name == "Remove" {
                    run.status = "REMOVED";
                }
                if let Some(instance) = run.instance.take() {
                    instance.stop().await;
                }
                Ok(json!({ (if name == "Stop" { "deploymentStop" } else { "deploymentRemove" }): true }))
            }
            "DomainCreate" => {
                let id = text("/input/serviceId");
                let domain = edge(Arc::clone(self), id.clone()).await;
                state.service(&id).ok_or_else(|| no("Service"))?.domain = Some(domain.clone());
                Ok(json!({ "serviceDomainCreate": { "id": format!("domain-of-{id}"), "domain": domain } }))
            }
            "Metrics" => {
                let service = state.service(&text("/serviceId")).ok_or_else(|| no("Service"))?;
                let runs = service.runs.iter().any(|run| run.instance.is_some());
                let of = |measurement: &str, values: [f64; 2]| {
                    let values = if runs { values.to_vec() } else { Vec::new() };
                    let values = values.iter().rev().zip([1_763_740_860, 1_763_740_800]);
                    let values: Vec<Value> =
                        values.map(|(value, ts)| json!({ "ts": ts, "value": value })).collect();
                    json!({ "measurement": measurement, "values": values })
                };
                Ok(
                    json!({ "metrics": [of("CPU_USAGE", [0.5, 0.025]), of("MEMORY_USAGE_GB", [0.25, 0.064])] }),
                )
            }
            "Domains" => {
                let service = state.service(&text("/serviceId")).ok_or_else(|| no("Service"))?;
                let domains: Vec<Value> =
                    service.domain.iter().map(|domain| json!({ "domain": domain })).collect();
                let custom: Vec<Value> = service.custom.iter_mut().map(Custom::look).collect();
                Ok(json!({ "domains": { "serviceDomains": domains, "customDomains": custom } }))
            }
            "CustomDomainCreate" => {
                let (id, domain) = (state.id("custom"), text("/input/domain"));
                let is_taken = |service: &Service| service.custom.iter().any(|known| known.domain == domain);
                if state.projects.values().flat_map(|project| project.services.values()).any(is_taken) {
                    return Err("Custom domain is already in use".to_owned());
                }
                let service = state.service(&text("/input/serviceId")).ok_or_else(|| no("Service"))?;
                service.custom.push(Custom { id: id.clone(), domain, looks: LOOKS });
                Ok(json!({ "customDomainCreate": { "id": id } }))
            }
            "CustomDomainDelete" => {
                let services = state.projects.values_mut().flat_map(|project| project.services.values_mut());
                let mut custom = services.map(|service| &mut service.custom);
                let of = custom.find(|custom| custom.iter().any(|known| known.id == text("/id")));
                of.ok_or_else(|| no("Custom domain"))?.retain(|known| known.id != text("/id"));
                Ok(json!({ "customDomainDelete": true }))
            }
            "Deployments" => {
                let service = state.service(&text("/input/serviceId")).ok_or_else(|| no("Service"))?;
                go_on(service).await;
                let nodes = service.runs.iter().rev().take(10).map(shown);
                Ok(json!({ "deployments": page(nodes) }))
            }
            "Deployment" => {
                let id = text("/id");
                let services = state.projects.values_mut().flat_map(|project| project.services.values_mut());
                let mut of = services.filter(|service| service.runs.iter().any(|run| run.id == id));
                let service = of.next().ok_or_else(|| no("Deployment"))?;
                go_on(service).await;
                let run = service.runs.iter().find(|run| run.id == id).map(shown);
                Ok(json!({ "deployment": run }))
            }
            "DeploymentLogs" => {
                let run = state.run(&text("/deploymentId")).ok_or_else(|| no("Deployment"))?;
                let limit = variables.get("limit").and_then(Value::as_u64).unwrap_or(500) as usize;
                let since = text("/startDate");
                let lines = run.log.iter().filter(|(time, _)| since.is_empty() || *time >= since);
                let lines: Vec<Value> = lines
                    .map(|(time, line)| json!({ "timestamp": time, "message": line, "severity": "info" }))
                    .collect();
                Ok(json!({ "deploymentLogs": lines[lines.len().saturating_sub(limit)..] }))
            }
            other => Err(format!("Unknown operation {other}")),
        }
    }

    fn deploy(&self, state: &mut State, service: &str) -> Result<String, String> {
        let (id, made) = (state.id("run"), state.made);
        let of = state.projects.values_mut().find(|project| project.services.contains_key(service));
        let project = of.ok_or("Service not found")?;
        let shared = &project.shared;
        let service = project.services.get_mut(service).ok_or("Service not found")?;
        let image =
            service.settings.get("source").and_then(|source| source.get("image")).and_then(Value::as_str);
        let image = image.ok_or("Service has no source")?.to_owned();
        let mut env = Vec::new();
        for (name, value) in &service.variables {
            let reference = value.strip_prefix("${{shared.").and_then(|value| value.strip_suffix("}}"));
            let value = match reference {
                Some(reference) => shared.get(reference).ok_or("an unknown reference")?,
                None => value,
            };
            env.push((name.clone(), value.clone()));
        }
        let port = service.variables.get("PORT").and_then(|port| port.parse().ok()).ok_or("no port")?;
        service.runs.push(queued(id.clone(), made, image, env, port));
        Ok(id)
    }
}

fn queued(id: String, made: u32, image: String, env: Vec<(String, String)>, port: u16) -> Run {
    let log = vec![("2026-11-21T16:00:00.000000001Z".to_owned(), "Starting Container".to_owned())];
    Run { id, status: "QUEUED", looks: LOOKS, made, is_stopped: false, image, env, port, instance: None, log }
}

/// What happens between two looks: a run goes on; the one that comes up replaces the one before.
async fn go_on(service: &mut Service) {
    for at in 0..service.runs.len() {
        let run = &mut service.runs[at];
        if !matches!(run.status, "QUEUED" | "BUILDING" | "DEPLOYING") {
            continue;
        }
        run.looks -= 1;
        run.status = if run.looks > 1 { "BUILDING" } else { "DEPLOYING" };
        if run.looks > 0 {
            continue;
        }
        if let Some(before) = run.instance.take() {
            before.stop().await;
        }
        match Instance::start(&run.image, &run.env, run.port).await {
            Ok(instance) => {
                run.log.push(("2026-11-21T16:00:01.000000002Z".to_owned(), "listening".to_owned()));
                (run.status, run.instance) = ("SUCCESS", Some(instance));
                for before in &mut service.runs[..at] {
                    if before.status == "SUCCESS" {
                        before.status = "REMOVED";
                        // The edge has let go of it: nothing new is sent there.
                        if let Some(instance) = before.instance.take() {
                            instance.stop().await;
                        }
                    }
                }
            }
            Err(error) => {
                run.log.push(("2026-11-21T16:00:01.000000002Z".to_owned(), error));
                run.status = "FAILED";
            }
        }
    }
}

async fn end(service: Service) {
    for run in service.runs {
        if let Some(instance) = run.instance {
            instance.stop().await;
        }
    }
}

/// A domain: a port of this machine that leads to the service's active run.
async fn edge(fake: Arc<Railway>, service: String) -> String {
    let address = http::serve(move |request| {
        let (fake, service) = (Arc::clone(&fake), service.clone());
        async move {
            let to = {
                let mut state = fake.state.lock().await;
                let runs = state.service(&service).map(|service| &service.runs);
                runs.and_then(|runs| {
                    runs.iter().rev().find_map(|run| run.instance.as_ref()).map(|found| found.address)
                })
            };
            match to {
                Some(address) => http::forward(address, &request).await,
                None => Answer::json(404, &json!({ "message": "Application not found" })),
            }
        }
    })
    .await;
    address.to_string()
}

fn shown(run: &Run) -> Value {
    json!({
        "id": run.id, "status": run.status, "createdAt": format!("2026-11-21T16:00:00.{:03}Z", run.made),
        "deploymentStopped": run.is_stopped, "canRedeploy": true, "canRollback": run.status == "SUCCESS" || run.status == "REMOVED",
        "instances": run.instance.iter().map(|_| json!({ "status": "RUNNING" })).collect::<Vec<_>>(),
    })
}

fn page(nodes: impl Iterator<Item = Value>) -> Value {
    let edges: Vec<Value> = nodes.map(|node| json!({ "node": node })).collect();
    json!({ "edges": edges, "pageInfo": { "hasNextPage": false, "endCursor": null } })
}

fn refuse(message: &str) -> Answer {
    Answer::json(
        200,
        &json!({ "errors": [{ "message": message, "extensions": { "code": "INTERNAL_SERVER_ERROR" } }], "data": null }),
    )
}
