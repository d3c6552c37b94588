//! A cluster: objects that are applied, a controller that makes pods of Deployments, a network that leads Services to
//! ready pods of their selector, logs.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::{
    BadDay, Record,
    http::{self, Answer, Request},
    instance::Instance,
};

/// How often a Deployment is looked at before its pods are ready, and a pod that ends before it is gone.
const LOOKS: u32 = 3;

const NAMESPACE: &str = "sigyl-servers";

pub(crate) struct Kubernetes {
    pub(crate) url: String,
    /// Where Services answer, as a backend is told.
    pub(crate) origin: String,
    pub(crate) record: Record,
    pub(crate) bad_day: BadDay,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// By list and name: `deployments/weather-r1`.
    objects: BTreeMap<String, Value>,
    pods: BTreeMap<String, Pod>,
    made: u32,
}

struct Pod {
    object: Value,
    instance: Option<Instance>,
    looks: u32,
    ends: bool,
    log: String,
}

fn status(code: u16, reason: &str, message: &str) -> Answer {
    Answer::json(
        code,
        &json!({ "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code, "reason": reason,
                 "message": message, "metadata": {} }),
    )
}

fn matches(object: &Value, selector: &str) -> bool {
    let labels = &object["metadata"]["labels"];
    selector.split(',').all(|part| match part.split_once('=') {
        Some((name, value)) => labels[name] == json!(value),
        None => labels.get(part).is_some(),
    })
}

fn selects(selector: &Value, object: &Value) -> bool {
    let selector = selector.as_object().unwrap();
    selector.iter().all(|(name, value)| object["metadata"]["labels"][name] == *value)
}

impl Kubernetes {
    pub(crate) async fn start() -> Arc<Self> {
        let slot = Arc::new(OnceLock::<Arc<Self>>::new());
        let served = Arc::clone(&slot);
        let address = http::serve(move |request| {
            let fake = served.get().cloned();
            async move { fake.unwrap().answer(request).await }
        })
        .await;
        let served = Arc::clone(&slot);
        let edge = http::serve(move |request| {
            let fake = served.get().cloned();
            async move { fake.unwrap().service(request).await }
        })
        .await;
        let fake = Arc::new(Self {
            url: format!("http://{address}"),
            origin: format!("http://{edge}/{{namespace}}/{{service}}"),
            record: Record::new("kubernetes"),
            bad_day: BadDay::default(),
            state: Mutex::default(),
        });
        assert!(slot.set(Arc::clone(&fake)).is_ok());
        fake
    }

    pub(crate) async fn holds(&self) -> Vec<String> {
        let state = self.state.lock().await;
        state.objects.keys().cloned().chain(state.pods.keys().map(|name| format!("pods/{name}"))).collect()
    }

    /// Ends everything that runs in an engine.
    pub(crate) async fn stop(&self) {
        for pod in std::mem::take(&mut self.state.lock().await.pods).into_values() {
            if let Some(instance) = pod.instance {
                instance.stop().await;
            }
        }
    }

    async fn answer(self: Arc<Self>, request: Request) -> Answer {
        self.record.keep(&request);
        if let Some(answer) = self.bad_day.take(&request) {
            return answer;
        }
        if request.path == format!("/api/v1/namespaces/{NAMESPACE}") {
            return Answer::json(200, &json!({ "kind": "Namespace", "metadata": { "name": NAMESPACE } }));
        }
        let Some((_, rest)) = request.path.split_once(&format!("/namespaces/{NAMESPACE}/")) else {
            return status(404, "NotFound", "the server could not find the requested resource");
        };
        let parts: Vec<&str> = rest.split('/').collect();
        let mut state = self.state.lock().await;
        state.go_on().await;
        let key = parts.get(..2).unwrap_or_default().join("/");
        match (request.method.as_str(), parts.as_slice()) {
            ("PATCH", [_, name])
                if request.header("content-type") == Some("application/apply-patch+yaml") =>
            {
                let mut object = request.body_json();
                assert_eq!(object["metadata"]["name"], json!(name));
                let before = state.objects.get(&key);
                let generation =
                    before.map_or(0, |before| before["metadata"]["generation"].as_u64().unwrap());
                let is_changed = before.is_none_or(|before| before["spec"] != object["spec"]);
                object["metadata"]["generation"] = json!(generation + u64::from(is_changed));
                object["status"] = before.map_or(json!({}), |before| before["status"].clone());
                state.objects.insert(key, object.clone());
                Answer::json(200, &object)
            }
            ("PATCH", ["deployments", _, "scale"]) => {
                let Some(object) = state.objects.get_mut(&key) else { return absent(&key) };
                object["spec"]["replicas"] = request.body_json()["spec"]["replicas"].clone();
                raise(object);
                Answer::json(200, &json!({ "kind": "Scale" }))
            }
            ("PATCH", ["deployments", name]) => {
                let Some(object) = state.objects.get_mut(&key) else { return absent(&key) };
                let annotations = request.body_json()["spec"]["template"]["metadata"]["annotations"].clone();
                object["spec"]["template"]["metadata"]["annotations"] = annotations;
                raise(object);
                let (object, name) = (object.clone(), (*name).to_owned());
                // Its pods are replaced, the old ones going when the new ones are there.
                for pod in state.pods.values_mut().filter(|pod| pod.object["owner"] == json!(name)) {
                    pod.object["old"] = json!(true);
                }
                Answer::json(200, &object)
            }
            ("GET", ["pods"]) if request.path.starts_with("/apis/metrics.k8s.io/v1beta1/") => {
                let selector = &request.query["labelSelector"];
                let measured = |pod: &&Pod| pod.instance.is_some() && matches(&pod.object, selector);
                let usage = json!({ "cpu": "12500000n", "memory": "65536Ki" });
                let items = state.pods.values().filter(measured).map(|pod| {
                    json!({ "metadata": pod.object["metadata"], "window": "15s",
                            "containers": [{ "name": "server", "usage": usage }] })
                });
                Answer::json(200, &json!({ "kind": "PodMetricsList", "items": items.collect::<Vec<_>>() }))
            }
            ("GET", ["pods"]) => {
                let selector = &request.query["labelSelector"];
                let pods = state.pods.values().map(|pod| &pod.object);
                let items: Vec<&Value> = pods.filter(|pod| matches(pod, selector)).collect();
                Answer::json(200, &json!({ "kind": "PodList", "items": items }))
            }
            ("GET", ["pods", name, "log"]) => match state.pods.get(*name) {
                Some(pod) => {
                    let since = request.query.get("sinceTime").cloned().unwrap_or_default();
                    let lines = pod.log.lines().filter(|line| *line >= since.as_str());
                    let lines: Vec<&str> = lines.collect();
                    let most =
                        request.query.get("tailLines").map_or(lines.len(), |most| most.parse().unwrap());
                    let text = lines[lines.len().saturating_sub(most)..].join("\n");
                    Answer {
                        status: 200,
                        headers: vec![("content-type", "text/plain".to_owned())],
                        body: text.into_bytes(),
                    }
                }
                None => absent(&key),
            },
            ("GET", [list]) => {
                let selector = &request.query["labelSelector"];
                let of = format!("{list}/");
                let all =
                    state.objects.iter().filter(|(key, _)| key.starts_with(&of)).map(|(_, object)| object);
                let items: Vec<&Value> = all.filter(|object| matches(object, selector)).collect();
                Answer::json(200, &json!({ "kind": "List", "items": items }))
            }
            ("GET", [_, _]) => match state.objects.get(&key) {
                Some(object) => Answer::json(200, object),
                None => absent(&key),
            },
            ("DELETE", [list, name]) => {
                if state.objects.remove(&key).is_none() {
                    return absent(&key);
                }
                if *list == "deployments" {
                    for pod in state.pods.values_mut().filter(|pod| pod.object["owner"] == json!(name)) {
                        (pod.ends, pod.looks) = (true, LOOKS);
                    }
                }
                Answer::json(200, &json!({ "kind": "Status", "status": "Success" }))
            }
            _ => status(405, "MethodNotAllowed", "no"),
        }
    }

    /// What stands before Services: leads to a ready pod of the selector.
    async fn service(self: Arc<Self>, mut request: Request) -> Answer {
        let (service, target) = {
            let rest = request.target.strip_prefix(&format!("/{NAMESPACE}/")).unwrap_or_default();
            let (service, path) = rest.split_once('/').unwrap_or((rest, ""));
            (service.to_owned(), format!("/{path}"))
        };
        (request.path, request.target) = (target.clone(), target);
        let to = {
            let state = self.state.lock().await;
            let object = state.objects.get(&format!("services/{service}"));
            let selector = object.map(|it| it["spec"]["selector"].clone());
            let is_ready = |pod: &&Pod| {
                !pod.ends && selector.as_ref().is_some_and(|selector| selects(selector, &pod.object))
            };
            let mut pods = state.pods.values().filter(is_ready);
            pods.find_map(|pod| pod.instance.as_ref()).map(|found| found.address)
        };
        match to {
            Some(address) => http::forward(address, &request).await,
            None => Answer::json(503, &json!({ "message": "no endpoints" })),
        }
    }
}

fn absent(key: &str) -> Answer {
    status(404, "NotFound", &format!("{key} not found"))
}

fn raise(object: &mut Value) {
    let generation = object["metadata"]["generation"].as_u64().unwrap();
    object["metadata"]["generation"] = json!(generation + 1);
}

impl State {
    /// What happens between two requests: pods are made, become ready, end; Deployments tell of them.
    async fn go_on(&mut self) {
        let deployments: Vec<Value> = self
            .objects
            .iter()
            .filter(|(key, _)| key.starts_with("deployments/"))
            .map(|(_, it)| it.clone())
            .collect();
        for deployment in deployments {
            let name = deployment["metadata"]["name"].as_str().unwrap().to_owned();
            let wanted = deployment["spec"]["replicas"].as_u64().unwrap() as usize;
            let of = |pod: &&Pod| {
                pod.object["owner"] == json!(name) && !pod.ends && pod.object["old"] != json!(true)
            };
            let there = self.pods.values().filter(of).count();
            for _ in there..wanted {
                self.made += 1;
                let pod = format!("{name}-{}", self.made);
                let object = json!({ "metadata": { "name": pod, "labels": deployment["spec"]["template"]["metadata"]["labels"] },
                                     "owner": name, "status": { "containerStatuses": [
                                         { "restartCount": 0, "state": { "waiting": { "reason": "ContainerCreating" } } }] } });
                self.pods.insert(
                    pod,
                    Pod { object, instance: None, looks: LOOKS, ends: false, log: String::new() },
                );
            }
            let surplus: Vec<String> = {
                let mine = self.pods.iter().filter(|(_, pod)| of(pod)).map(|(name, _)| name.clone());
                mine.skip(wanted).collect()
            };
            for name in surplus {
                let pod = self.pods.get_mut(&name).unwrap();
                (pod.ends, pod.looks) = (true, LOOKS);
            }
            self.pods_go_on(&deployment, &name).await;
            let ready = self.pods.values().filter(of).filter(|pod| pod.instance.is_some()).count();
            if ready >= wanted {
                for pod in self.pods.values_mut().filter(|pod| pod.object["owner"] == json!(name)) {
                    if pod.object["old"] == json!(true) && !pod.ends {
                        (pod.ends, pod.looks) = (true, LOOKS);
                    }
                }
            }
            let object = self.objects.get_mut(&format!("deployments/{name}")).unwrap();
            object["status"] =
                json!({ "observedGeneration": object["metadata"]["generation"], "readyReplicas": ready });
        }
        let mut gone = Vec::new();
        for (name, pod) in self.pods.iter_mut().filter(|(_, pod)| pod.ends) {
            pod.looks = pod.looks.saturating_sub(1);
            if pod.looks == 0 {
                gone.push(name.clone());
            }
        }
        for name in gone {
            if let Some(instance) = self.pods.remove(&name).and_then(|pod| pod.instance) {
                instance.stop().await;
            }
        }
    }

    async fn pods_go_on(&mut self, deployment: &Value, name: &str) {
        let container = &deployment["spec"]["template"]["spec"]["containers"][0];
        let image = container["image"].as_str().unwrap().to_owned();
        let port = u16::try_from(container["ports"][0]["containerPort"].as_u64().unwrap()).unwrap();
        let env = self.environment(container);
        for pod in self.pods.values_mut() {
            if pod.object["owner"] != json!(name) || pod.ends || pod.instance.is_some() || pod.looks == 0 {
                continue;
            }
            pod.looks -= 1;
            if pod.looks > 0 {
                continue;
            }
            let state = match &env {
                None => {
                    json!({ "restartCount": 0, "state": { "waiting": { "reason": "CreateContainerConfigError" } } })
                }
                Some(_) if image.contains("/missing@") => {
                    json!({ "restartCount": 0, "state": { "waiting": { "reason": "ImagePullBackOff", "message": "not found" } } })
                }
                Some(env) => match Instance::start(&image, env, port).await {
                    Ok(instance) => {
                        pod.instance = Some(instance);
                        pod.log.push_str("2026-11-21T16:00:01.000000002Z listening\n");
                        json!({ "restartCount": 0, "ready": true, "state": { "running": {} } })
                    }
                    Err(said) => {
                        pod.log.push_str(&format!("2026-11-21T16:00:01.000000002Z {said}\n"));
                        json!({ "restartCount": 2, "state": { "waiting": { "reason": "CrashLoopBackOff" } },
                                "lastState": { "terminated": { "exitCode": 1, "reason": "Error" } } })
                    }
                },
            };
            pod.object["status"]["containerStatuses"] = json!([state]);
        }
    }

    fn environment(&self, container: &Value) -> Option<Vec<(String, String)>> {
        let mut env = Vec::new();
        for variable in container["env"].as_array()? {
            let value = match variable.pointer("/valueFrom/secretKeyRef") {
                None => variable["value"].as_str()?.to_owned(),
                Some(reference) => {
                    let secret = self.objects.get(&format!("secrets/{}", reference["name"].as_str()?))?;
                    super::decoded(secret["data"][reference["key"].as_str()?].as_str()?)
                }
            };
            env.push((variable["name"].as_str()?.to_owned(), value));
        }
        Some(env)
    }
}
