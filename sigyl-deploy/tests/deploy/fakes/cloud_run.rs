//! Cloud Run with what belongs to it: services and revisions that take their time, tags, traffic, etags, long-running
//! operations, conditions; secrets with versions and readers; accounts that are not known at once; logs.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::{
    BadDay, Record,
    cloud_build::Builds,
    http::{self, Answer, Request},
    instance::Instance,
};

mod around;

/// How often an operation is looked at before it is done.
const LOOKS: u32 = 3;

const SERVICES: &str = "/v2/projects/my-project/locations/europe-west1/services";
const OPERATIONS: &str = "/v2/projects/my-project/locations/europe-west1/operations/";

pub(crate) struct CloudRun {
    pub(crate) run: Api,
    pub(crate) secrets: Api,
    pub(crate) logging: Api,
    pub(crate) iam: Api,
    pub(crate) build: Api,
    pub(crate) storage: Api,
    pub(crate) regional: Api,
    pub(crate) bad_day: BadDay,
    /// A caller's token that is taken, instead of the made-up ones.
    caller: OnceLock<String>,
    state: Mutex<State>,
}

/// One interface: its address and what it was sent.
pub(crate) struct Api {
    pub(crate) url: String,
    pub(crate) record: Record,
}

#[derive(Default)]
struct State {
    builds: Builds,
    services: BTreeMap<String, Service>,
    operations: BTreeMap<String, Operation>,
    secrets: BTreeMap<String, Secret>,
    /// Mapped names, and how many looks it takes until each has its certificate.
    mappings: BTreeMap<String, (Value, u32)>,
    /// Accounts, and how many looks it takes until others know them.
    accounts: BTreeMap<String, (Value, u32)>,
    made: u32,
}

#[derive(Default)]
struct Service {
    body: Value,
    etag: u32,
    revisions: BTreeMap<String, Revision>,
    latest_created: String,
    latest_ready: String,
    address: String,
    tags: BTreeMap<String, String>,
    /// Where traffic goes; changes when an operation ends.
    serves: String,
}

struct Revision {
    template: Value,
    /// `None` while it is being made.
    outcome: Option<Result<Instance, (&'static str, &'static str)>>,
    log: Vec<(String, String)>,
}

struct Operation {
    service: String,
    revision: Option<String>,
    looks: u32,
    error: Option<String>,
    is_done: bool,
}

#[derive(Default)]
struct Secret {
    labels: Value,
    versions: Vec<String>,
    readers: Vec<String>,
}

pub(super) fn refuse(status: u16, word: &str, message: &str) -> Answer {
    Answer::json(status, &json!({ "error": { "code": status, "status": word, "message": message } }))
}

pub(super) fn absent() -> Answer {
    refuse(404, "NOT_FOUND", "Requested entity was not found.")
}

impl CloudRun {
    pub(crate) async fn start() -> Arc<Self> {
        let slot = Arc::new(OnceLock::<Arc<Self>>::new());
        let mut apis = Vec::new();
        for name in ["run", "secretmanager", "logging", "iam", "cloudbuild", "storage", "run-regional"] {
            let served = Arc::clone(&slot);
            let address = http::serve(move |request| {
                let fake: Option<Arc<Self>> = served.get().cloned();
                async move { fake.unwrap().answer(name, request).await }
            })
            .await;
            apis.push(Api { url: format!("http://{address}"), record: Record::new(name) });
        }
        let mut apis = apis.into_iter();
        let mut next = || apis.next().unwrap();
        let fake = Arc::new(Self {
            run: next(),
            secrets: next(),
            logging: next(),
            iam: next(),
            build: next(),
            storage: next(),
            regional: next(),
            bad_day: BadDay::default(),
            caller: OnceLock::new(),
            state: Mutex::default(),
        });
        assert!(slot.set(Arc::clone(&fake)).is_ok());
        fake
    }

    /// How the next build ends.
    pub(crate) async fn fail_build(&self, status: &'static str, kind: &'static str) {
        self.state.lock().await.builds.fails = Some((status, kind));
    }

    /// Whether builds go on for ever.
    pub(crate) async fn hang(&self, hangs: bool) {
        self.state.lock().await.builds.hangs = hangs;
    }

    /// Names of what lies in the bucket.
    pub(crate) async fn objects(&self) -> Vec<String> {
        self.state.lock().await.builds.objects.keys().cloned().collect()
    }

    /// Values of secrets that builds got, in their order.
    pub(crate) async fn given(&self) -> Vec<Vec<String>> {
        self.state.lock().await.builds.given.clone()
    }

    /// What was built, in its order.
    pub(crate) async fn sources(&self) -> Vec<Vec<u8>> {
        self.state.lock().await.builds.sources.clone()
    }

    /// Takes this token of a caller, whatever service it is for, as users' tokens are.
    #[allow(dead_code, reason = "for tests of the server")]
    pub(crate) fn accept(&self, token: &str) {
        self.caller.set(token.to_owned()).unwrap();
    }

    pub(crate) async fn holds(&self) -> Vec<String> {
        let state = self.state.lock().await;
        let services = state.services.iter().flat_map(|(name, service)| {
            let revisions = service.revisions.keys().map(|name| format!("revision {name}"));
            std::iter::once(format!("service {name}")).chain(revisions)
        });
        let secrets = state.secrets.keys().map(|name| format!("secret {name}"));
        let mappings = state.mappings.keys().map(|name| format!("domain {name}"));
        services
            .chain(secrets)
            .chain(mappings)
            .chain(state.accounts.keys().map(|_| "account".to_owned()))
            .collect()
    }

    /// A service that somebody made by hand.
    pub(crate) async fn make_service(&self, name: &str) {
        let service = Service { body: json!({ "labels": {} }), ..Service::default() };
        self.state.lock().await.services.insert(name.to_owned(), service);
    }

    /// Everybody who may read a secret.
    pub(crate) async fn readers(&self, secret: &str) -> Vec<String> {
        self.state.lock().await.secrets[secret].readers.clone()
    }

    /// Ends everything that runs in an engine.
    pub(crate) async fn stop(&self) {
        for service in std::mem::take(&mut self.state.lock().await.services).into_values() {
            end(service).await;
        }
    }

    async fn answer(self: Arc<Self>, api: &'static str, request: Request) -> Answer {
        let record = match api {
            "run" => &self.run.record,
            "secretmanager" => &self.secrets.record,
            "logging" => &self.logging.record,
            "cloudbuild" => &self.build.record,
            "storage" => &self.storage.record,
            "run-regional" => &self.regional.record,
            _ => &self.iam.record,
        };
        record.keep(&request);
        if let Some(answer) = self.bad_day.take(&request) {
            return answer;
        }
        if request.header("authorization") != Some("Bearer canary-7d1e-token") {
            return refuse(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.");
        }
        let mut state = self.state.lock().await;
        let parts: Vec<&str> = request.path.split('/').collect();
        match api {
            "run" => match request.path.strip_prefix(OPERATIONS) {
                Some(_) => state.operation(&request.path).await,
                None => self.services(&mut state, &request, parts.get(7..).unwrap_or_default()).await,
            },
            "secretmanager" => state.secret(&request),
            "logging" => state.log(&request),
            "cloudbuild" => {
                let readable = state.readable();
                state.builds.build(&request, &readable)
            }
            "storage" => state.builds.storage(&request),
            "run-regional" => state.mapping(&request),
            _ => state.account(&request),
        }
    }

    async fn services(self: &Arc<Self>, state: &mut State, request: &Request, parts: &[&str]) -> Answer {
        assert!(request.path.starts_with(SERVICES), "{}", request.path);
        match (request.method.as_str(), parts) {
            ("GET", []) => {
                let services: Vec<Value> =
                    state.services.iter().map(|(name, service)| service.shown(name)).collect();
                Answer::json(200, &json!({ "services": services }))
            }
            ("POST", []) => {
                let name = request.query["serviceId"].clone();
                if state.services.contains_key(&name) {
                    return refuse(409, "ALREADY_EXISTS", "Resource already exists.");
                }
                let address = self.edge(&name, None).await;
                state.services.insert(name.clone(), Service { address, ..Service::default() });
                self.apply(state, &name, request.body_json(), None).await
            }
            ("GET", [name]) => match state.services.get(*name) {
                Some(service) => Answer::json(200, &service.shown(name)),
                None => absent(),
            },
            ("PATCH", [name]) => {
                let Some(service) = state.services.get(*name) else { return absent() };
                let body = request.body_json();
                if body.get("etag").and_then(Value::as_str) != Some(&service.etag.to_string()) {
                    return refuse(409, "ABORTED", "Conflict for resource: version mismatch.");
                }
                let fields = request.query.get("updateMask").cloned();
                self.apply(state, name, body, fields).await
            }
            ("DELETE", [name]) => {
                let Some(service) = state.services.remove(*name) else { return absent() };
                end(service).await;
                state.begin(name, None, None)
            }
            ("GET", [name, "revisions"]) => match state.services.get(*name) {
                Some(service) => {
                    let all: Vec<Value> =
                        service.revisions.iter().map(|(id, it)| it.shown(name, id)).collect();
                    Answer::json(200, &json!({ "revisions": all }))
                }
                None => absent(),
            },
            ("GET", [name, "revisions", id]) => {
                match state.services.get(*name).and_then(|service| service.revisions.get(*id)) {
                    Some(revision) => Answer::json(200, &revision.shown(name, id)),
                    None => absent(),
                }
            }
            ("DELETE", [name, "revisions", id]) => {
                let Some(service) = state.services.get_mut(*name) else { return absent() };
                if service.latest_created == *id
                    || service.body["traffic"].to_string().contains(&format!("\"{id}\""))
                {
                    return refuse(400, "FAILED_PRECONDITION", "Revision is in use.");
                }
                let Some(revision) = service.revisions.remove(*id) else { return absent() };
                if let Some(Ok(instance)) = revision.outcome {
                    instance.stop().await;
                }
                state.begin(name, None, None)
            }
            _ => absent(),
        }
    }

    /// Takes a body over, as far as the mask says, and begins what follows from it.
    async fn apply(
        self: &Arc<Self>,
        state: &mut State,
        name: &str,
        body: Value,
        fields: Option<String>,
    ) -> Answer {
        let service = state.services.get_mut(name).unwrap();
        let before = service.body.clone();
        match &fields {
            None => service.body = body,
            Some(fields) => {
                for field in fields.split(',') {
                    service.body[field] = body.get(field).cloned().unwrap_or_default();
                }
            }
        }
        let traffic = service.body["traffic"].as_array().cloned().unwrap_or_default();
        let sum: i64 = traffic.iter().filter_map(|part| part["percent"].as_i64()).sum();
        if sum != 100 {
            service.body = before;
            return refuse(400, "INVALID_ARGUMENT", "Traffic must sum to 100.");
        }
        let mut revision = None;
        if before.get("template") != service.body.get("template") {
            let id = service.body["template"]["revision"].as_str().unwrap().to_owned();
            if service.revisions.contains_key(&id) {
                service.body = before;
                return refuse(409, "ALREADY_EXISTS", "Revision exists with a different configuration.");
            }
            let made =
                Revision { template: service.body["template"].clone(), outcome: None, log: Vec::new() };
            service.revisions.insert(id.clone(), made);
            service.latest_created.clone_from(&id);
            revision = Some(id);
        }
        for part in &traffic {
            let target = part["revision"].as_str();
            if target.is_some_and(|id| !service.revisions.contains_key(id)) {
                service.body = before;
                return refuse(400, "INVALID_ARGUMENT", "Revision of the traffic does not exist.");
            }
        }
        service.etag += 1;
        service.tags.retain(|tag, _| traffic.iter().any(|part| part["tag"] == json!(tag)));
        let tags = traffic.iter().filter_map(|part| part["tag"].as_str());
        let new: Vec<String> =
            tags.filter(|tag| !service.tags.contains_key(*tag)).map(str::to_owned).collect();
        for tag in new {
            let address = self.edge(name, Some(tag.clone())).await;
            service.tags.insert(tag, address);
        }
        state.begin(name, revision, None)
    }

    /// An address: a port of this machine that leads to the revision that traffic or a tag names.
    async fn edge(self: &Arc<Self>, service: &str, tag: Option<String>) -> String {
        let (fake, service) = (Arc::clone(self), service.to_owned());
        let address = http::serve(move |request| {
            let (fake, service, tag) = (Arc::clone(&fake), service.clone(), tag.clone());
            async move {
                let to = {
                    let state = fake.state.lock().await;
                    let Some(service) = state.services.get(&service) else { return absent() };
                    let is_public = service.body["invokerIamDisabled"] == json!(true);
                    let token = match fake.caller.get() {
                        Some(token) => format!("Bearer {token}"),
                        None => format!("Bearer id-of-{}", service.address),
                    };
                    if !is_public && request.header("x-serverless-authorization") != Some(&token) {
                        return Answer::json(
                            403,
                            &json!({ "message": "Your client does not have permission" }),
                        );
                    }
                    let scaling = &service.body["scaling"];
                    if scaling["scalingMode"] == json!("MANUAL") && scaling["manualInstanceCount"] == json!(0)
                    {
                        return Answer::json(503, &json!({ "message": "no instances" }));
                    }
                    let revision = match &tag {
                        Some(tag) => service.target(tag),
                        None => service.serves.clone(),
                    };
                    match service.revisions.get(&revision).and_then(|found| found.outcome.as_ref()) {
                        Some(Ok(instance)) => Some(instance.address),
                        _ => None,
                    }
                };
                match to {
                    Some(address) => http::forward(address, &request).await,
                    None => Answer::json(503, &json!({ "message": "no instance" })),
                }
            }
        })
        .await;
        format!("http://{address}")
    }
}

impl Service {
    fn target(&self, tag: &str) -> String {
        let parts = self.body["traffic"].as_array().cloned().unwrap_or_default();
        let part = parts.into_iter().find(|part| part["tag"] == json!(tag)).unwrap_or_default();
        part["revision"].as_str().unwrap_or(&self.latest_created).to_owned()
    }

    fn shown(&self, name: &str) -> Value {
        let mut shown = self.body.clone();
        let full = |revision: &str| match revision {
            "" => String::new(),
            _ => format!("{}/{name}/revisions/{revision}", &SERVICES[4..]),
        };
        let statuses: Vec<Value> =
            self.tags.iter().map(|(tag, uri)| json!({ "tag": tag, "uri": uri })).collect();
        shown["name"] = json!(format!("{}/{name}", &SERVICES[4..]));
        shown["etag"] = json!(self.etag.to_string());
        shown["uri"] = json!(self.address);
        shown["latestCreatedRevision"] = json!(full(&self.latest_created));
        shown["latestReadyRevision"] = json!(full(&self.latest_ready));
        shown["trafficStatuses"] = json!(statuses);
        shown
    }
}

impl Revision {
    fn shown(&self, service: &str, id: &str) -> Value {
        let conditions = match &self.outcome {
            None => json!([{ "type": "Ready", "state": "CONDITION_RECONCILING" }]),
            Some(Ok(_)) => json!([{ "type": "Ready", "state": "CONDITION_SUCCEEDED" }]),
            Some(Err((field, word))) => json!([
                { "type": "Ready", "state": "CONDITION_FAILED", "message": "The revision is not ready." },
                { "type": "ContainerHealthy", "state": "CONDITION_FAILED", (*field): word, "message": "it does not listen" },
            ]),
        };
        json!({ "name": format!("{}/{service}/revisions/{id}", &SERVICES[4..]), "conditions": conditions,
                "containers": self.template["containers"] })
    }
}

impl State {
    fn begin(&mut self, service: &str, revision: Option<String>, error: Option<String>) -> Answer {
        self.made += 1;
        let name = format!("{OPERATIONS}op-{}", self.made);
        let operation =
            Operation { service: service.to_owned(), revision, looks: LOOKS, error, is_done: false };
        self.operations.insert(name.clone(), operation);
        Answer::json(200, &json!({ "name": name.strip_prefix("/v2/"), "done": false }))
    }

    async fn operation(&mut self, name: &str) -> Answer {
        let Some(operation) = self.operations.get_mut(name) else { return absent() };
        operation.looks = operation.looks.saturating_sub(1);
        if operation.looks == 0 && !operation.is_done {
            operation.is_done = true;
            let (service, revision) = (operation.service.clone(), operation.revision.clone());
            let error = self.carry_out(&service, revision).await;
            self.operations.get_mut(name).unwrap().error = error;
        }
        let operation = &self.operations[name];
        let mut shown = json!({ "name": name.strip_prefix("/v2/"), "done": operation.is_done });
        if let Some(error) = &operation.error {
            shown["error"] = json!({ "code": 9, "message": error });
        }
        Answer::json(200, &shown)
    }

    /// Starts a new revision, and moves traffic when all that it goes to is there.
    async fn carry_out(&mut self, name: &str, revision: Option<String>) -> Option<String> {
        let env = revision.as_ref().and_then(|id| self.environment(name, id));
        let service = self.services.get_mut(name)?;
        if let Some(id) = &revision {
            let made = service.revisions.get_mut(id)?;
            let container = &made.template["containers"][0];
            let image = container["image"].as_str().unwrap().to_owned();
            let port = u16::try_from(container["ports"][0]["containerPort"].as_u64().unwrap()).unwrap();
            let outcome = match env {
                None => Err(("reason", "SECRETS_ACCESS_CHECK_FAILED")),
                Some(_) if image.contains("/missing@") => Err(("reason", "CONTAINER_MISSING")),
                Some(mut env) => {
                    env.push(("PORT".to_owned(), port.to_string()));
                    match Instance::start(&image, &env, port).await {
                        Ok(instance) => Ok(instance),
                        Err(said) => {
                            made.log.push(("2026-11-21T16:00:01.000000002Z".to_owned(), said));
                            Err(("revisionReason", "HEALTH_CHECK_CONTAINER_ERROR"))
                        }
                    }
                }
            };
            let failed = outcome.is_err();
            if !failed {
                made.log.push(("2026-11-21T16:00:01.000000002Z".to_owned(), "listening".to_owned()));
            }
            made.outcome = Some(outcome);
            if failed {
                return Some(format!("Revision '{id}' is not ready and cannot serve traffic."));
            }
            service.latest_ready.clone_from(id);
        }
        let traffic = service.body["traffic"].as_array().cloned().unwrap_or_default();
        if let Some(part) = traffic.iter().find(|part| part["percent"] == json!(100)) {
            service.serves = part["revision"].as_str().unwrap_or(&service.latest_ready).to_owned();
        }
        None
    }

    /// The variables of a revision; `None` where its account may not read one of its secrets.
    fn environment(&self, service: &str, revision: &str) -> Option<Vec<(String, String)>> {
        let template = &self.services.get(service)?.revisions.get(revision)?.template;
        let reader = format!("serviceAccount:{}", template["serviceAccount"].as_str()?);
        let mut env = Vec::new();
        for variable in template["containers"][0]["env"].as_array()? {
            let value = match variable.pointer("/valueSource/secretKeyRef") {
                None => variable["value"].as_str()?.to_owned(),
                Some(reference) => {
                    let secret = self.secrets.get(reference["secret"].as_str()?)?;
                    if !secret.readers.contains(&reader) {
                        return None;
                    }
                    let version: usize = reference["version"].as_str()?.parse().ok()?;
                    secret.versions.get(version - 1)?.clone()
                }
            };
            env.push((variable["name"].as_str()?.to_owned(), value));
        }
        Some(env)
    }
}

async fn end(service: Service) {
    for revision in service.revisions.into_values() {
        if let Some(Ok(instance)) = revision.outcome {
            instance.stop().await;
        }
    }
}
