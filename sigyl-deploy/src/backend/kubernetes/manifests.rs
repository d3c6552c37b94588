//! The objects of a release.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::NAME;
use crate::backend::{BackendError, DeploySpec, DeploymentId, ReleaseNumber, images};

pub(super) const MANAGED_BY: (&str, &str) = ("app.kubernetes.io/managed-by", "sigyl");
pub(super) const DEPLOYMENT: &str = "sigyl/deployment";
pub(super) const RELEASE: &str = "sigyl/release";
/// Which Sigyl made it.
pub(super) const INSTANCE: &str = "sigyl/instance";

/// The container's name.
pub(super) const CONTAINER: &str = "server";

/// How long a pod goes on before it is told to end, so that every node has learnt to send it nothing more. Chosen.
const LEAVE_SECONDS: u64 = 5;

/// What images may take to be pulled, beside the server's own start, seconds. Chosen.
const PULL_SECONDS: u64 = 120;

/// Ranges that are nobody's business of a server: private, shared, loopback, link-local with the metadata addresses,
/// multicast, reserved.
const NOT_PUBLIC_4: [&str; 10] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "224.0.0.0/4",
    "240.0.0.0/4",
];
const NOT_PUBLIC_6: [&str; 5] = ["::/127", "64:ff9b::/96", "fc00::/7", "fe80::/10", "ff00::/8"];

/// What Sigyl needs to know of a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterConfig {
    /// Which Sigyl: several may share a namespace. A label of everything that is made; none where empty.
    pub instance: String,
    /// The namespace of all servers.
    pub namespace: String,
    /// Labels of the namespaces from which servers may be reached: that of Sigyl, and of an ingress. Nobody else may.
    pub reachable_from: Vec<BTreeMap<String, String>>,
    /// RuntimeClass for specs that ask for `runsc`.
    pub sandbox_class: String,
    /// A Secret of the namespace with which images are pulled.
    pub pull_secret: Option<String>,
    /// A path at which every server answers 200 to `GET`; a connection says that it is ready where absent.
    pub health_path: Option<String>,
    /// Where a Service is reached, with `{service}`, `{namespace}` and `{port}` in their places: [`SERVICE_ORIGIN`] inside
    /// the cluster, or what stands before it.
    pub origin: String,
}

/// Where a Service answers inside the cluster.
pub const SERVICE_ORIGIN: &str = "http://{service}.{namespace}.svc:{port}";

impl ClusterConfig {
    /// Where a Service is reached.
    #[cfg(feature = "kubernetes")]
    pub(super) fn origin_of(&self, service: &str, port: u16) -> String {
        let origin = self.origin.replace("{service}", service).replace("{namespace}", &self.namespace);
        origin.replace("{port}", &port.to_string())
    }
}

impl Default for ClusterConfig {
    fn default() -> Self {
        let sigyl = BTreeMap::from([("kubernetes.io/metadata.name".to_owned(), "sigyl".to_owned())]);
        Self {
            instance: String::new(),
            namespace: "sigyl-servers".to_owned(),
            reachable_from: vec![sigyl],
            sandbox_class: "gvisor".to_owned(),
            pull_secret: None,
            health_path: None,
            origin: SERVICE_ORIGIN.to_owned(),
        }
    }
}

/// Everything of a release, for people and for `kubectl apply`: with the namespace and the Service that lets it serve, and
/// with references where secrets' values would be.
///
/// # Errors
/// When the spec has what the cluster would misread, or an image without a digest.
pub fn render(spec: &DeploySpec, config: &ClusterConfig) -> Result<Vec<Value>, BackendError> {
    let references =
        spec.secrets.iter().map(|(name, reference)| (name.clone(), json!(format!("<{}>", reference.0))));
    let mut all = vec![namespace(config)];
    all.extend(release(spec, config, &json!({ "stringData": references.collect::<Map<_, _>>() }))?);
    all.push(front(spec, config));
    Ok(all)
}

/// Name of what belongs to a release.
pub(super) fn release_name(id: &DeploymentId, release: ReleaseNumber) -> String {
    format!("{id}-r{release}")
}

/// The objects of a release in the order in which they are applied. `values` are the data of its Secret.
pub(super) fn release(
    spec: &DeploySpec,
    config: &ClusterConfig,
    values: &Value,
) -> Result<Vec<Value>, BackendError> {
    check(spec)?;
    let mut all = vec![account(spec, config), network_policy(spec, config)];
    if !spec.secrets.is_empty() {
        all.push(secret(spec, config, values));
    }
    all.push(deployment(spec, config)?);
    all.push(service(spec, config, &release_name(&spec.id, spec.release)));
    all.push(disruption_budget(spec, config));
    Ok(all)
}

/// The Service at which the deployment answers, selecting this release.
pub(super) fn front(spec: &DeploySpec, config: &ClusterConfig) -> Value {
    let mut front = service(spec, config, spec.id.as_str());
    if let Some(labels) = front.pointer_mut("/metadata/labels").and_then(Value::as_object_mut) {
        // It outlives the release.
        labels.remove(RELEASE);
    }
    front
}

fn check(spec: &DeploySpec) -> Result<(), BackendError> {
    images::reference(NAME, spec)?;
    let unsupported = |what: String| Err(BackendError::Unsupported { backend: NAME.to_owned(), what });
    // `$(NAME)` in values and arguments is filled in by Kubernetes.
    if spec.env.values().chain(&spec.command).any(|text| text.contains("$(")) {
        return unsupported("take values with `$(`, which it would fill in".to_owned());
    }
    let is_variable = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    if let Some(name) = spec.env.keys().chain(spec.secrets.keys()).find(|name| !is_variable(name)) {
        return unsupported(format!("have a variable of the name {name:?}"));
    }
    match spec.runtime.as_deref().filter(|runtime| *runtime != "runsc") {
        Some(other) => unsupported(format!("run under {other}")),
        None => Ok(()),
    }
}

fn object(kind: (&str, &str), name: &str, labels: Value, config: &ClusterConfig) -> Value {
    json!({
        "apiVersion": kind.0,
        "kind": kind.1,
        "metadata": { "name": name, "namespace": config.namespace, "labels": labels },
    })
}

fn with(mut object: Value, field: &str, value: Value) -> Value {
    object[field] = value;
    object
}

fn labels(spec: &DeploySpec, config: &ClusterConfig) -> Value {
    let mut labels = json!({
        (MANAGED_BY.0): MANAGED_BY.1,
        "app.kubernetes.io/name": spec.id.as_str(),
        (DEPLOYMENT): spec.id.as_str(),
        (RELEASE): spec.release.to_string(),
    });
    if !config.instance.is_empty() {
        labels[INSTANCE] = json!(config.instance);
    }
    labels
}

fn selector(spec: &DeploySpec) -> Value {
    json!({ (DEPLOYMENT): spec.id.as_str(), (RELEASE): spec.release.to_string() })
}

fn namespace(config: &ClusterConfig) -> Value {
    let level = |what: &str| (format!("pod-security.kubernetes.io/{what}"), json!("restricted"));
    let labels: Map<String, Value> = [level("enforce"), level("audit"), level("warn")].into_iter().collect();
    json!({
        "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": config.namespace, "labels": labels },
    })
}

/// Pods have no account's token; the account is there to have no rights.
fn account(spec: &DeploySpec, config: &ClusterConfig) -> Value {
    let mut object = object(("v1", "ServiceAccount"), spec.id.as_str(), labels(spec, config), config);
    if let Some(labels) = object.pointer_mut("/metadata/labels").and_then(Value::as_object_mut) {
        labels.remove(RELEASE);
    }
    with(object, "automountServiceAccountToken", json!(false))
}

fn secret(spec: &DeploySpec, config: &ClusterConfig, values: &Value) -> Value {
    let name = release_name(&spec.id, spec.release);
    let mut secret = object(("v1", "Secret"), &name, labels(spec, config), config);
    for (field, value) in values.as_object().into_iter().flatten() {
        secret[field.as_str()] = value.clone();
    }
    with(secret, "type", json!("Opaque"))
}

fn deployment(spec: &DeploySpec, config: &ClusterConfig) -> Result<Value, BackendError> {
    let name = release_name(&spec.id, spec.release);
    let start = spec.health.start.as_secs().max(1);
    let body = json!({
        "replicas": spec.replicas.max(1),
        "revisionHistoryLimit": 2,
        "progressDeadlineSeconds": start + PULL_SECONDS,
        "strategy": { "type": "RollingUpdate", "rollingUpdate": { "maxUnavailable": 0, "maxSurge": 1 } },
        "selector": { "matchLabels": selector(spec) },
        "template": { "metadata": { "labels": labels(spec, config) }, "spec": pod(spec, config)? },
    });
    Ok(with(object(("apps/v1", "Deployment"), &name, labels(spec, config), config), "spec", body))
}

fn pod(spec: &DeploySpec, config: &ClusterConfig) -> Result<Value, BackendError> {
    let drain = spec.health.drain.as_secs();
    let mut pod = json!({
        "serviceAccountName": spec.id.as_str(),
        "automountServiceAccountToken": false,
        // The addresses of other servers are none of this one's variables.
        "enableServiceLinks": false,
        "terminationGracePeriodSeconds": drain + LEAVE_SECONDS,
        "securityContext": {
            "runAsNonRoot": true, "runAsUser": spec.uid, "runAsGroup": spec.uid,
            "seccompProfile": { "type": "RuntimeDefault" },
        },
        "containers": [container(spec, config)?],
        "volumes": [{
            "name": "tmp", "emptyDir": { "medium": "Memory", "sizeLimit": spec.limits.tmp_bytes.to_string() },
        }],
    });
    if spec.replicas > 1 {
        pod["topologySpreadConstraints"] = json!([{
            "maxSkew": 1, "topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": { "matchLabels": selector(spec) },
        }]);
    }
    if spec.runtime.is_some() {
        pod["runtimeClassName"] = json!(config.sandbox_class);
    }
    if let Some(secret) = &config.pull_secret {
        pod["imagePullSecrets"] = json!([{ "name": secret }]);
    }
    Ok(pod)
}

fn container(spec: &DeploySpec, config: &ClusterConfig) -> Result<Value, BackendError> {
    let plain = spec.env.iter().filter(|(name, _)| *name != "PORT");
    let mut env: Vec<Value> = plain.map(|(name, value)| json!({ "name": name, "value": value })).collect();
    env.push(json!({ "name": "PORT", "value": spec.port.to_string() }));
    let name = release_name(&spec.id, spec.release);
    env.extend(
        spec.secrets
            .keys()
            .map(|key| json!({ "name": key, "valueFrom": { "secretKeyRef": { "name": name, "key": key } } })),
    );
    let check = match &config.health_path {
        Some(path) => json!({ "httpGet": { "path": path, "port": "mcp" } }),
        None => json!({ "tcpSocket": { "port": "mcp" } }),
    };
    let probe = |failures: u64, period: u64| {
        let mut probe = check.clone();
        probe["periodSeconds"] = json!(period);
        probe["timeoutSeconds"] = json!(2);
        probe["failureThreshold"] = json!(failures);
        probe
    };
    let resources = |memory_bytes: u64| json!({ "memory": memory_bytes.to_string(), "cpu": format!("{}m", spec.limits.cpu_millis) });
    // A node keeps what is requested free for nobody else; sessions that nobody opened need none.
    let least = spec.limits.process_memory_bytes.unwrap_or(spec.limits.memory_bytes);
    let mut container = json!({
        "name": CONTAINER,
        "image": images::reference(NAME, spec)?,
        "imagePullPolicy": "IfNotPresent",
        "ports": [{ "name": "mcp", "containerPort": spec.port, "protocol": "TCP" }],
        "env": env,
        "resources": { "requests": resources(least), "limits": resources(spec.limits.memory_bytes) },
        "startupProbe": probe(spec.health.start.as_secs().max(1), 1),
        "readinessProbe": probe(3, 5),
        "lifecycle": { "preStop": { "sleep": { "seconds": LEAVE_SECONDS } } },
        "securityContext": {
            "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "runAsNonRoot": true,
            "capabilities": { "drop": ["ALL"] },
        },
        "volumeMounts": [{ "name": "tmp", "mountPath": "/tmp" }],
    });
    if let Some((command, arguments)) = spec.command.split_first() {
        container["command"] = json!([command]);
        container["args"] = json!(arguments);
    }
    Ok(container)
}

fn service(spec: &DeploySpec, config: &ClusterConfig, name: &str) -> Value {
    let body = json!({
        "type": "ClusterIP",
        "selector": selector(spec),
        "ports": [{ "name": "mcp", "port": spec.port, "targetPort": "mcp", "protocol": "TCP" }],
    });
    with(object(("v1", "Service"), name, labels(spec, config), config), "spec", body)
}

fn disruption_budget(spec: &DeploySpec, config: &ClusterConfig) -> Value {
    let name = release_name(&spec.id, spec.release);
    // One at a time, and not `minAvailable`: with one replica that would keep its node from ever being emptied.
    let body = json!({ "maxUnavailable": 1, "selector": { "matchLabels": selector(spec) } });
    with(object(("policy/v1", "PodDisruptionBudget"), &name, labels(spec, config), config), "spec", body)
}

/// In from the named namespaces alone. Out to nobody; with names in the manifest, to the cluster's name service and every
/// public address at the names' ports: a policy knows addresses, and no names.
fn network_policy(spec: &DeploySpec, config: &ClusterConfig) -> Value {
    let from: Vec<Value> = config
        .reachable_from
        .iter()
        .map(|labels| json!({ "namespaceSelector": { "matchLabels": labels } }))
        .collect();
    // An empty list would let everybody in.
    let ingress = match from.is_empty() {
        true => json!([]),
        false => json!([{ "from": from, "ports": [{ "port": spec.port, "protocol": "TCP" }] }]),
    };
    let mut egress = Vec::new();
    if !spec.egress.is_empty() {
        egress.push(json!({
            "to": [{
                "namespaceSelector": { "matchLabels": { "kubernetes.io/metadata.name": "kube-system" } },
                "podSelector": { "matchLabels": { "k8s-app": "kube-dns" } },
            }],
            "ports": [{ "port": 53, "protocol": "UDP" }, { "port": 53, "protocol": "TCP" }],
        }));
        let mut ports: Vec<u16> = spec.egress.iter().map(|name| port_of(name)).collect();
        ports.sort_unstable();
        ports.dedup();
        let ports: Vec<Value> = ports.iter().map(|port| json!({ "port": port, "protocol": "TCP" })).collect();
        egress.push(json!({
            "to": [
                { "ipBlock": { "cidr": "0.0.0.0/0", "except": NOT_PUBLIC_4 } },
                { "ipBlock": { "cidr": "::/0", "except": NOT_PUBLIC_6 } },
            ],
            "ports": ports,
        }));
    }
    let body = json!({
        "podSelector": { "matchLabels": selector(spec) },
        "policyTypes": ["Ingress", "Egress"],
        "ingress": ingress,
        "egress": egress,
    });
    let name = release_name(&spec.id, spec.release);
    with(object(("networking.k8s.io/v1", "NetworkPolicy"), &name, labels(spec, config), config), "spec", body)
}

/// `name` or `name:port`.
fn port_of(name: &str) -> u16 {
    name.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).unwrap_or(443)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        backend::{Artifact, BuiltImage, Health, SecretRef},
        plan::Limits,
    };

    fn spec() -> DeploySpec {
        DeploySpec {
            id: DeploymentId::parse("weather").unwrap(),
            release: 2,
            artifact: Artifact::Image(BuiltImage {
                reference: format!("registry.example.com/server@sha256:{}", "0".repeat(64)),
                digest: format!("sha256:{}", "0".repeat(64)),
                size_bytes: 1,
                plan_digest: sigyl_core::Digest::of(b"plan"),
                reused: false,
            }),
            command: Vec::new(),
            env: indexmap::IndexMap::new(),
            secrets: BTreeMap::from([("API_KEY".to_owned(), SecretRef("ref:key".to_owned()))]),
            port: 8080,
            path: "/mcp".to_owned(),
            uid: 10_001,
            limits: Limits::default(),
            egress: vec!["api.example.com".to_owned()],
            replicas: 1,
            health: Health::default(),
            runtime: None,
            front_port: None,
        }
    }

    fn find<'a>(all: &'a [Value], kind: &str) -> &'a Value {
        all.iter().find(|object| object["kind"] == json!(kind)).unwrap()
    }

    #[test]
    fn a_release_and_its_front() {
        let all = render(&spec(), &ClusterConfig::default()).unwrap();
        let kinds: Vec<&str> = all.iter().map(|object| object["kind"].as_str().unwrap()).collect();
        assert_eq!(
            kinds,
            [
                "Namespace",
                "ServiceAccount",
                "NetworkPolicy",
                "Secret",
                "Deployment",
                "Service",
                "PodDisruptionBudget",
                "Service"
            ]
        );
        assert_eq!(find(&all, "Secret")["stringData"], json!({ "API_KEY": "<ref:key>" }));
        let front = all.last().unwrap();
        assert_eq!(front["metadata"]["name"], json!("weather"));
        assert_eq!(front["spec"]["selector"], json!({ (DEPLOYMENT): "weather", (RELEASE): "2" }));
    }

    #[test]
    fn nobody_in_or_out_without_being_named() {
        let mut spec = spec();
        spec.egress.clear();
        let config = ClusterConfig { reachable_from: Vec::new(), ..ClusterConfig::default() };
        let all = render(&spec, &config).unwrap();
        let policy = &find(&all, "NetworkPolicy")["spec"];
        assert_eq!((&policy["ingress"], &policy["egress"]), (&json!([]), &json!([])));
        assert_eq!(policy["policyTypes"], json!(["Ingress", "Egress"]));

        spec.egress = ["a.example.com", "db.example.com:5432", "b.example.com"].map(str::to_owned).to_vec();
        let all = render(&spec, &config).unwrap();
        let rule = &find(&all, "NetworkPolicy")["spec"]["egress"][1];
        assert_eq!(
            rule["ports"],
            json!([{ "port": 443, "protocol": "TCP" }, { "port": 5432, "protocol": "TCP" }])
        );
        assert!(rule["to"][0]["ipBlock"]["except"].as_array().unwrap().contains(&json!("169.254.0.0/16")));
    }

    #[test]
    fn a_sandbox_and_several_nodes_on_demand() {
        let mut spec = spec();
        let all = render(&spec, &ClusterConfig::default()).unwrap();
        let pod = &find(&all, "Deployment")["spec"]["template"]["spec"];
        assert!(pod.get("runtimeClassName").is_none() && pod.get("topologySpreadConstraints").is_none());
        spec.runtime = Some("runsc".to_owned());
        spec.replicas = 3;
        let all = render(&spec, &ClusterConfig::default()).unwrap();
        let pod = &find(&all, "Deployment")["spec"]["template"]["spec"];
        assert_eq!(pod["runtimeClassName"], json!("gvisor"));
        assert_eq!(pod["topologySpreadConstraints"][0]["maxSkew"], json!(1));
    }

    #[test]
    fn memory_for_sessions_is_a_limit_and_not_set_aside() {
        let mut spec = spec();
        let resources = |spec: &DeploySpec| {
            let all = render(spec, &ClusterConfig::default()).unwrap();
            find(&all, "Deployment")["spec"]["template"]["spec"]["containers"][0]["resources"].clone()
        };
        let one = json!({ "memory": (256 << 20).to_string(), "cpu": "500m" });
        assert_eq!(resources(&spec), json!({ "requests": one, "limits": one }));
        spec.limits.process_memory_bytes = Some(spec.limits.memory_bytes);
        spec.limits.memory_bytes *= 8;
        let all = json!({ "memory": (2_u64 << 30).to_string(), "cpu": "500m" });
        assert_eq!(resources(&spec), json!({ "requests": one, "limits": all }));
    }

    #[test]
    fn what_kubernetes_would_fill_in_is_refused() {
        let mut spec = spec();
        spec.env.insert("X".to_owned(), "$(API_KEY)".to_owned());
        assert_eq!(render(&spec, &ClusterConfig::default()).unwrap_err().code(), "unsupported");
    }
}
