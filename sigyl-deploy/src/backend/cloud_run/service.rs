//! The body of a service, and what its answers mean. Pure functions.

use serde_json::{Map, Value, json};
use sigyl_core::Digest;

use super::{CloudRunConfig, NAME};
use crate::backend::{BackendError, DeploySpec, DeploymentId, ReleaseNumber, images};

/// The label that says whose a thing is, and its value.
pub(super) const MANAGED_BY: (&str, &str) = ("managed-by", "sigyl");
/// The label with the deployment's id.
pub(super) const DEPLOYMENT: &str = "sigyl-deployment";
/// The label that says which Sigyl made it.
pub(super) const INSTANCE: &str = "sigyl-instance";
/// The label with the release's number.
pub(super) const RELEASE: &str = "sigyl-release";

/// The most instances; what a region gives without asking. Chosen.
pub(super) const INSTANCES: u32 = 100;

/// The longest that a request may take: a stream of events stays open. Cloud Run's own limit.
const REQUEST_SECONDS: u32 = 3600;

/// The longest start that a probe may wait for; Cloud Run's own limit.
const START_SECONDS: u64 = 240;

/// The least memory of an instance, MiB; Cloud Run's own limit for its second environment.
const MEMORY_MIB: u64 = 512;

/// What a spec may not have here.
pub(super) fn check(spec: &DeploySpec) -> Result<(), BackendError> {
    images::reference(NAME, spec)?;
    let unsupported = |what: String| Err(BackendError::Unsupported { backend: NAME.to_owned(), what });
    if let Some(other) = spec.runtime.as_deref().filter(|runtime| *runtime != "runsc") {
        return unsupported(format!("run under {other}; its first environment is gVisor, `runsc`"));
    }
    let is_variable = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && !["K_", "X_GOOGLE_", "CLOUD_RUN_"].iter().any(|prefix| name.starts_with(prefix))
    };
    match spec.env.keys().chain(spec.secrets.keys()).find(|name| !is_variable(name)) {
        Some(name) => unsupported(format!("have a variable of the name {name:?}")),
        None => Ok(()),
    }
}

pub(super) fn revision_name(id: &DeploymentId, release: ReleaseNumber, restarts: u32) -> String {
    match restarts {
        0 => format!("{id}-r{release}"),
        _ => format!("{id}-r{release}-{restarts}"),
    }
}

/// The release and the count of restarts in a revision's name.
pub(super) fn read_revision(id: &DeploymentId, name: &str) -> Option<(ReleaseNumber, u32)> {
    let rest = name.strip_prefix(id.as_str())?.strip_prefix("-r")?;
    let (release, restarts) = rest.split_once('-').unwrap_or((rest, "0"));
    Some((release.parse().ok()?, restarts.parse().ok()?))
}

pub(super) fn tag(release: ReleaseNumber) -> String {
    format!("r{release}")
}

pub(super) fn secret_name(id: &DeploymentId, release: ReleaseNumber, variable: &str) -> String {
    format!("sigyl-{id}-r{release}-{variable}")
}

/// Accounts have names of 30 characters, deployments of 40.
pub(super) fn account_name(id: &DeploymentId) -> String {
    let digest = Digest::of(id.as_str().as_bytes());
    let hex = digest.as_str().rsplit(':').next().unwrap_or_default();
    format!("sigyl-{}", hex.get(..20).unwrap_or(hex))
}

/// The name of a secret that a build of a plan has while it lasts.
pub(super) fn build_secret_name(id: &DeploymentId, plan: &Digest, name: &str) -> String {
    let hex = plan.as_str().rsplit(':').next().unwrap_or_default();
    format!("sigyl-{id}-b{}-{name}", hex.get(..20).unwrap_or(hex))
}

pub(super) fn labels(instance: &str, id: &DeploymentId, release: Option<ReleaseNumber>) -> Value {
    let mut labels = json!({ (MANAGED_BY.0): MANAGED_BY.1, (DEPLOYMENT): id.as_str() });
    if !instance.is_empty() {
        labels[INSTANCE] = json!(instance);
    }
    if let Some(release) = release {
        labels[RELEASE] = json!(release.to_string());
    }
    labels
}

pub(super) fn is_ours(thing: &Value, id: &DeploymentId) -> bool {
    let label = |name: &str| thing.get("labels").and_then(|labels| labels.get(name)).and_then(Value::as_str);
    label(MANAGED_BY.0) == Some(MANAGED_BY.1) && label(DEPLOYMENT) == Some(id.as_str())
}

/// The service with a release as its newest revision, and the given traffic. Secrets are references, each to the version
/// that was stored for this release.
pub(super) fn body(
    spec: &DeploySpec,
    config: &CloudRunConfig,
    account: &str,
    versions: &[(String, String)],
    revision: &str,
    traffic: Value,
) -> Result<Value, BackendError> {
    Ok(json!({
        "labels": labels(&config.instance, &spec.id, None),
        "description": "Made by Sigyl",
        "functionalType": "FUNCTIONAL_TYPE_MCP_SERVER",
        "ingress": "INGRESS_TRAFFIC_ALL",
        "scaling": { "scalingMode": "AUTOMATIC" },
        "template": template(spec, config, account, versions, revision)?,
        "traffic": traffic,
    }))
}

fn template(
    spec: &DeploySpec,
    config: &CloudRunConfig,
    account: &str,
    versions: &[(String, String)],
    revision: &str,
) -> Result<Value, BackendError> {
    let plain = spec.env.iter().filter(|(name, _)| *name != "PORT");
    let mut env: Vec<Value> = plain.map(|(name, value)| json!({ "name": name, "value": value })).collect();
    env.extend(spec.secrets.keys().filter_map(|name| {
        let (_, version) = versions.iter().find(|(variable, _)| variable == name)?;
        let secret = secret_name(&spec.id, spec.release, name);
        let reference = json!({ "secret": secret, "version": version });
        Some(json!({ "name": name, "valueSource": { "secretKeyRef": reference } }))
    }));
    let mut container = json!({
        "image": images::reference(NAME, spec)?,
        // Cloud Run sets `PORT` to this.
        "ports": [{ "containerPort": spec.port }],
        "env": env,
        "resources": { "limits": limits(spec), "cpuIdle": true, "startupCpuBoost": true },
        "startupProbe": {
            "tcpSocket": { "port": spec.port },
            "periodSeconds": 1, "timeoutSeconds": 1,
            "failureThreshold": spec.health.start.as_secs().clamp(1, START_SECONDS),
        },
    });
    if let Some((command, arguments)) = spec.command.split_first() {
        container["command"] = json!([command]);
        container["args"] = json!(arguments);
    }
    let mut template = json!({
        "revision": revision,
        "labels": labels(&config.instance, &spec.id, Some(spec.release)),
        "serviceAccount": account,
        "timeout": format!("{REQUEST_SECONDS}s"),
        "maxInstanceRequestConcurrency": 80,
        "sessionAffinity": true,
        "scaling": { "minInstanceCount": 0, "maxInstanceCount": spec.replicas.clamp(1, INSTANCES) },
        "containers": [container],
    });
    if spec.runtime.is_some() {
        template["executionEnvironment"] = json!("EXECUTION_ENVIRONMENT_GEN1");
    }
    if let Some(network) = &config.network {
        template["vpcAccess"] = json!({
            "egress": "ALL_TRAFFIC",
            "networkInterfaces": [{ "network": network.network, "subnetwork": network.subnetwork }],
        });
    }
    Ok(template)
}

/// CPU in the steps that Cloud Run has, and the memory that each asks for at least.
fn limits(spec: &DeploySpec) -> Value {
    let (cpu, least) = match spec.limits.cpu_millis {
        0..=1000 => (1, MEMORY_MIB),
        1001..=2000 => (2, MEMORY_MIB),
        2001..=4000 => (4, 2048),
        _ => (8, 4096),
    };
    let memory = spec.limits.memory_bytes.div_ceil(1 << 20).clamp(least, 32 << 10);
    json!({ "cpu": cpu.to_string(), "memory": format!("{memory}Mi") })
}

/// The traffic of a service with every part bound to a revision by name, so that a new revision changes none of it.
fn bound(service: &Value) -> Vec<Map<String, Value>> {
    let last = |field: &str| {
        let name = service.get(field).and_then(Value::as_str).unwrap_or_default();
        name.rsplit('/').next().unwrap_or_default().to_owned()
    };
    let parts = service.get("traffic").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let mut all = Vec::new();
    for part in parts {
        let Some(mut part) = part.as_object().cloned() else { continue };
        if part.get("type").and_then(Value::as_str) != Some("TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION") {
            let serves = part.get("percent").and_then(Value::as_i64).unwrap_or(0) > 0;
            let revision = if serves { last("latestReadyRevision") } else { last("latestCreatedRevision") };
            if revision.is_empty() {
                // The first revision of all never became ready: there is nothing to bind it to.
                continue;
            }
            part.insert("type".to_owned(), json!("TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION"));
            part.insert("revision".to_owned(), json!(revision));
        }
        all.push(part);
    }
    all
}

fn has(part: &Map<String, Value>, field: &str, value: &str) -> bool {
    part.get(field).and_then(Value::as_str) == Some(value)
}

/// What serves goes on; the newest revision gets an address of its own.
pub(super) fn candidate_traffic(service: &Value, release: ReleaseNumber) -> Value {
    let mut all = bound(service);
    for part in &mut all {
        if has(part, "tag", &tag(release)) {
            part.remove("tag");
        }
    }
    all.retain(|part| {
        part.get("percent").and_then(Value::as_i64).unwrap_or(0) > 0 || part.contains_key("tag")
    });
    // The first release of all has nothing beside it that could serve.
    let percent = if all.is_empty() { 100 } else { 0 };
    let newest =
        json!({ "type": "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", "percent": percent, "tag": tag(release) });
    let mut all: Vec<Value> = all.into_iter().map(Value::Object).collect();
    all.push(newest);
    Value::Array(all)
}

/// Everything goes to one revision; others keep addresses of their own.
pub(super) fn promoted_traffic(service: &Value, revision: &str, release: ReleaseNumber) -> Value {
    let mut all = vec![json!({
        "type": "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", "revision": revision, "percent": 100, "tag": tag(release),
    })];
    for mut part in bound(service) {
        if part.contains_key("tag") && !has(&part, "tag", &tag(release)) {
            part.insert("percent".to_owned(), json!(0));
            all.push(Value::Object(part));
        }
    }
    Value::Array(all)
}

/// The traffic of a service with one part of another beside it: a release that comes back as a candidate.
pub(super) fn beside(service: &Value, promoted: &Value) -> Value {
    let mut all: Vec<Value> = bound(service).into_iter().map(Value::Object).collect();
    if let Some(mut part) = promoted.get(0).cloned() {
        part["percent"] = json!(0);
        all.push(part);
    }
    Value::Array(all)
}

/// Whether any revision of a service ever became ready.
pub(super) fn has_been_ready(service: &Value) -> bool {
    service.get("latestReadyRevision").and_then(Value::as_str).is_some_and(|name| !name.is_empty())
}

/// Whether a revision gets all traffic, by its name.
pub(super) fn has_all_traffic(service: &Value, revision: &str) -> bool {
    let parts = service.get("traffic").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    parts.iter().any(|part| {
        part.get("revision").and_then(Value::as_str) == Some(revision)
            && part.get("percent").and_then(Value::as_i64) == Some(100)
    })
}

/// Whether a service was told to have no instances.
pub(super) fn is_stopped(found: &Value) -> bool {
    let scaling = |field: &str| found.get("scaling").and_then(|scaling| scaling.get(field));
    scaling("scalingMode").and_then(Value::as_str) == Some("MANUAL")
        && scaling("manualInstanceCount").and_then(Value::as_u64).unwrap_or(0) == 0
}

/// Whether a release gets any traffic.
pub(super) fn serves(service: &Value, id: &DeploymentId, release: ReleaseNumber) -> bool {
    bound(service).iter().any(|part| {
        let revision = part.get("revision").and_then(Value::as_str).unwrap_or_default();
        read_revision(id, revision).is_some_and(|(of, _)| of == release)
            && part.get("percent").and_then(Value::as_i64).unwrap_or(0) > 0
    })
}

/// The traffic with one revision in the place of another.
pub(super) fn exchanged(service: &Value, before: &str, after: &str) -> Value {
    let parts = bound(service).into_iter().map(|mut part| {
        if has(&part, "revision", before) {
            part.insert("revision".to_owned(), json!(after));
        }
        Value::Object(part)
    });
    parts.collect()
}

/// The traffic without the parts of a release that get none; `None` where there are none of them.
pub(super) fn traffic_without(service: &Value, id: &DeploymentId, release: ReleaseNumber) -> Option<Value> {
    let parts = bound(service);
    let before = parts.len();
    let left: Vec<Value> = parts
        .into_iter()
        .filter(|part| {
            let revision = part.get("revision").and_then(Value::as_str).unwrap_or_default();
            let is_of = read_revision(id, revision).is_some_and(|(of, _)| of == release);
            !is_of || part.get("percent").and_then(Value::as_i64).unwrap_or(0) > 0
        })
        .map(Value::Object)
        .collect();
    (left.len() < before).then_some(Value::Array(left))
}

/// The revision that has a release's tag.
pub(super) fn tagged_revision(service: &Value, release: ReleaseNumber) -> Option<String> {
    let part = bound(service).into_iter().find(|part| has(part, "tag", &tag(release)))?;
    part.get("revision").and_then(Value::as_str).map(str::to_owned)
}

/// The address of a tag, once Cloud Run has made it.
pub(super) fn tag_address(service: &Value, release: ReleaseNumber) -> Option<String> {
    let parts = service.get("trafficStatuses").and_then(Value::as_array)?;
    let part =
        parts.iter().find(|part| part.get("tag").and_then(Value::as_str) == Some(tag(release).as_str()))?;
    part.get("uri").and_then(Value::as_str).filter(|uri| !uri.is_empty()).map(str::to_owned)
}

/// Why a thing is not ready: Google's word and its sentence.
pub(super) struct NotReady {
    pub(super) word: String,
    pub(super) message: String,
    pub(super) is_final: bool,
}

/// The condition that says whether a revision can answer; `None` where it can.
pub(super) fn not_ready(revision: &Value) -> Option<NotReady> {
    let conditions = revision.get("conditions").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let text = |condition: &Value, field: &str| {
        condition.get(field).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let ready = conditions.iter().find(|condition| text(condition, "type") == "Ready");
    if ready.is_some_and(|ready| text(ready, "state") == "CONDITION_SUCCEEDED") {
        return None;
    }
    let failed = |condition: &&Value| text(condition, "state") == "CONDITION_FAILED";
    let is_final = ready.as_ref().is_some_and(failed);
    // The condition beneath says more than `Ready` does.
    let cause =
        conditions.iter().filter(failed).find(|condition| text(condition, "type") != "Ready").or(ready);
    let word = |condition: &Value| {
        let words = ["reason", "revisionReason", "executionReason"].map(|field| text(condition, field));
        words.into_iter().find(|word| !word.is_empty()).unwrap_or_default()
    };
    Some(NotReady {
        word: cause.map(word).unwrap_or_default(),
        message: cause.map(|cause| text(cause, "message")).unwrap_or_default(),
        is_final,
    })
}

/// What Google's word means. `output` are the last lines of the log.
pub(super) fn failure(spec: &DeploySpec, word: &str, reason: String, output: Vec<String>) -> BackendError {
    let backend = NAME.to_owned();
    match word {
        "CONTAINER_MISSING"
        | "CONTAINER_PERMISSION_DENIED"
        | "CONTAINER_IMAGE_UNAUTHORIZED"
        | "CONTAINER_IMAGE_AUTHORIZATION_CHECK_FAILED" => BackendError::Image { reason },
        "SECRETS_ACCESS_CHECK_FAILED" => {
            BackendError::Secret { name: spec.secrets.keys().cloned().collect::<Vec<_>>().join(", "), reason }
        }
        "ACTIVE_REVISION_LIMIT_REACHED" => BackendError::Quota { backend, reason },
        "INTERNAL" | "IMMEDIATE_RETRY" | "POSTPONED_RETRY" => {
            BackendError::Passing { backend, reason, retry_after: None }
        }
        "VPC_NETWORK_NOT_FOUND" | "ENCRYPTION_KEY_PERMISSION_DENIED" | "ENCRYPTION_KEY_CHECK_FAILED" => {
            BackendError::Unavailable { backend, reason }
        }
        _ => BackendError::Unhealthy { id: spec.id.to_string(), release: spec.release, reason, output },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(traffic: Value) -> Value {
        json!({
            "traffic": traffic,
            "latestReadyRevision": "projects/p/locations/l/services/weather/revisions/weather-r2",
            "latestCreatedRevision": "projects/p/locations/l/services/weather/revisions/weather-r3",
        })
    }

    const LATEST: &str = "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST";
    const REVISION: &str = "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION";

    #[test]
    fn a_candidate_takes_no_traffic_from_what_serves() {
        let before = service(json!([{ "type": LATEST, "percent": 100, "tag": "r2" }]));
        assert_eq!(
            candidate_traffic(&before, 3),
            json!([
                { "type": REVISION, "percent": 100, "tag": "r2", "revision": "weather-r2" },
                { "type": LATEST, "percent": 0, "tag": "r3" },
            ])
        );
        let failed = service(json!([
            { "type": REVISION, "percent": 100, "revision": "weather-r2" },
            { "type": LATEST, "percent": 0, "tag": "r3" },
        ]));
        assert_eq!(tagged_revision(&failed, 3).as_deref(), Some("weather-r3"));
        assert_eq!(
            candidate_traffic(&failed, 3),
            json!([
                { "type": REVISION, "percent": 100, "revision": "weather-r2" },
                { "type": LATEST, "percent": 0, "tag": "r3" },
            ])
        );
    }

    #[test]
    fn traffic_goes_to_one_revision_and_back() {
        let before = service(json!([
            { "type": REVISION, "percent": 100, "revision": "weather-r2", "tag": "r2" },
            { "type": LATEST, "percent": 0, "tag": "r3" },
        ]));
        let after = json!([
            { "type": REVISION, "revision": "weather-r3", "percent": 100, "tag": "r3" },
            { "type": REVISION, "percent": 0, "revision": "weather-r2", "tag": "r2" },
        ]);
        assert_eq!(promoted_traffic(&before, "weather-r3", 3), after);
        let id = DeploymentId::parse("weather").unwrap();
        assert_eq!(
            traffic_without(&service(after.clone()), &id, 2),
            Some(json!([{ "type": REVISION, "revision": "weather-r3", "percent": 100, "tag": "r3" }]))
        );
        assert_eq!(traffic_without(&service(after), &id, 3), None, "what serves is never taken away");
    }

    #[test]
    fn names_fit_and_are_read_back() {
        let id = DeploymentId::parse(&"a".repeat(40)).unwrap();
        assert!(revision_name(&id, 99_999, 9).len() <= 63);
        assert_eq!(account_name(&id).len(), 26);
        let id = DeploymentId::parse("weather-r1").unwrap();
        assert_eq!(read_revision(&id, &revision_name(&id, 12, 0)), Some((12, 0)));
        assert_eq!(read_revision(&id, &revision_name(&id, 12, 3)), Some((12, 3)));
        assert_eq!(read_revision(&id, "weather-r1-x"), None);
    }

    #[test]
    fn the_cause_beneath_is_told() {
        let revision = json!({ "conditions": [
            { "type": "Ready", "state": "CONDITION_FAILED", "revisionReason": "HEALTH_CHECK_CONTAINER_ERROR", "message": "a" },
            { "type": "ContainerReady", "state": "CONDITION_FAILED", "reason": "CONTAINER_MISSING", "message": "b" },
        ] });
        let cause = not_ready(&revision).unwrap();
        assert_eq!(
            (cause.word.as_str(), cause.message.as_str(), cause.is_final),
            ("CONTAINER_MISSING", "b", true)
        );
        let pending = json!({ "conditions": [{ "type": "Ready", "state": "CONDITION_RECONCILING" }] });
        assert!(!not_ready(&pending).unwrap().is_final);
        assert!(
            not_ready(&json!({ "conditions": [{ "type": "Ready", "state": "CONDITION_SUCCEEDED" }] }))
                .is_none()
        );
    }
}
