//! What a cluster's objects tell of a release. Pure functions.

use serde_json::Value;

use crate::backend::{
    BackendError, DeploySpec, LogLine, LogStream, Observed, Stats, polled, polled::NamedLine, times,
};

fn list<'a>(value: &'a Value, path: &str) -> &'a [Value] {
    value.pointer(path).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn text<'a>(value: &'a Value, path: &str) -> &'a str {
    value.pointer(path).and_then(Value::as_str).unwrap_or_default()
}

fn number(value: &Value, path: &str) -> u64 {
    value.pointer(path).and_then(Value::as_u64).unwrap_or(0)
}

/// How many pods can answer, of how many that shall.
pub(super) fn ready(deployment: &Value) -> (u64, u64) {
    let is_current =
        number(deployment, "/status/observedGeneration") >= number(deployment, "/metadata/generation");
    let ready = if is_current { number(deployment, "/status/readyReplicas") } else { 0 };
    (ready, number(deployment, "/spec/replicas"))
}

/// What became of a release.
///
/// # Errors
/// When its image cannot be had, or the cluster has no room: it will not start without somebody's doing.
pub(super) fn observed(deployment: &Value, pods: &[Value]) -> Result<Observed, BackendError> {
    let (ready, wanted) = ready(deployment);
    if wanted == 0 {
        return Ok(Observed::Stopped);
    }
    let states: Vec<&Value> = pods.iter().flat_map(|pod| list(pod, "/status/containerStatuses")).collect();
    let restarts: u64 = states.iter().map(|state| number(state, "/restartCount")).sum();
    let restarts = u32::try_from(restarts).unwrap_or(u32::MAX);
    if ready > 0 {
        return Ok(Observed::Running { restarts, replicas: u32::try_from(ready).unwrap_or(u32::MAX) });
    }
    for state in &states {
        let waiting = text(state, "/state/waiting/reason");
        let reason = format!("{waiting}: {}", text(state, "/state/waiting/message"));
        match waiting {
            "ErrImagePull" | "ImagePullBackOff" | "InvalidImageName" | "ErrImageNeverPull" => {
                return Err(BackendError::Image { reason });
            }
            "CreateContainerConfigError" | "CreateContainerError" | "RunContainerError" => {
                return Err(BackendError::Failed { backend: super::NAME.to_owned(), reason });
            }
            _ => {}
        }
        let ended = match state.pointer("/state/terminated") {
            Some(ended) => Some(ended),
            None if waiting == "CrashLoopBackOff" => state.pointer("/lastState/terminated"),
            None => None,
        };
        if let Some(ended) = ended {
            let code =
                ended.get("exitCode").and_then(Value::as_i64).and_then(|code| i32::try_from(code).ok());
            let out_of_memory = text(ended, "/reason") == "OOMKilled";
            return Ok(Observed::Ended { exit_code: code, out_of_memory, restarts });
        }
    }
    let unscheduled = pods.iter().flat_map(|pod| list(pod, "/status/conditions")).find(|condition| {
        text(condition, "/type") == "PodScheduled" && text(condition, "/reason") == "Unschedulable"
    });
    match unscheduled {
        Some(condition) => Err(BackendError::Quota {
            backend: super::NAME.to_owned(),
            reason: text(condition, "/message").to_owned(),
        }),
        None if is_late(deployment) => {
            Ok(Observed::Ended { exit_code: None, out_of_memory: false, restarts })
        }
        None => Ok(Observed::Starting),
    }
}

/// Whether the cluster has given up waiting for a release.
fn is_late(deployment: &Value) -> bool {
    list(deployment, "/status/conditions").iter().any(|condition| {
        text(condition, "/type") == "Progressing" && text(condition, "/reason") == "ProgressDeadlineExceeded"
    })
}

pub(super) fn unhealthy(spec: &DeploySpec, reason: &str, lines: Vec<NamedLine>) -> BackendError {
    BackendError::Unhealthy {
        id: spec.id.to_string(),
        release: spec.release,
        reason: reason.to_owned(),
        output: lines.into_iter().map(|named| named.line.text).collect(),
    }
}

/// What the pods of a release use together, as the metrics server has last measured it.
///
/// # Errors
/// When it has not measured any of them yet.
pub(super) fn used(spec: &DeploySpec, pods: &[Value]) -> Result<Stats, BackendError> {
    let (mut memory, mut cpu) = (0.0, 0.0);
    for usage in pods.iter().flat_map(|pod| list(pod, "/containers")) {
        memory += quantity(text(usage, "/usage/memory")).unwrap_or(0.0);
        cpu += quantity(text(usage, "/usage/cpu")).unwrap_or(0.0);
    }
    if pods.is_empty() {
        return Err(BackendError::Passing {
            backend: super::NAME.to_owned(),
            reason: "the release has not been measured yet".to_owned(),
            retry_after: None,
        });
    }
    Ok(Stats {
        memory_bytes: memory as u64,
        memory_limit_bytes: spec.limits.memory_bytes.saturating_mul(pods.len() as u64),
        cpu_total_ms: None,
        cpu_millis: Some((cpu * 1000.0).round() as u64),
        pids: None,
    })
}

/// A quantity of Kubernetes in plain units: `12345678n`, `250m`, `2`, `131072Ki`, `1.5Gi`.
fn quantity(text: &str) -> Option<f64> {
    let at = text.find(|c: char| c.is_ascii_alphabetic() && c != 'e').unwrap_or(text.len());
    let (number, suffix) = text.split_at(at);
    let (base, powers) = match suffix {
        "" => return number.parse().ok().filter(|number: &f64| number.is_finite() && *number >= 0.0),
        "n" => (1000.0, -3),
        "u" => (1000.0, -2),
        "m" => (1000.0, -1),
        suffix => {
            let power = "kMGTPE".find(suffix.get(..1)?.replace('K', "k").as_str())?;
            let base = match suffix.get(1..) {
                Some("") => 1000.0,
                Some("i") => 1024.0,
                _ => return None,
            };
            (base, i32::try_from(power).ok()? + 1)
        }
    };
    let number: f64 = number.parse().ok()?;
    Some(number * f64::powi(base, powers)).filter(|number| number.is_finite() && *number >= 0.0)
}

/// Lines of a pod's log, each with its time before it. Kubernetes does not say which stream a line came from.
pub(super) fn lines(pod: &str, log: &str) -> Vec<NamedLine> {
    log.lines()
        .filter_map(|line| {
            let (time, said) = line.split_once(' ').unwrap_or((line, ""));
            let time_ms = times::parse(time)?;
            let line = LogLine { time_ms, stream: LogStream::Stdout, text: polled::cut(said.to_owned()) };
            Some(NamedLine { name: format!("{pod} {time} {said}"), line })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn deployment(ready: u64, wanted: u64) -> Value {
        json!({ "metadata": { "generation": 2 }, "spec": { "replicas": wanted },
                "status": { "observedGeneration": 2, "readyReplicas": ready } })
    }

    fn pod(state: Value) -> Value {
        json!({ "status": { "containerStatuses": [state] } })
    }

    #[test]
    fn pods_tell_what_became_of_a_release() {
        let see = |ready, state: Value| observed(&deployment(ready, 1), &[pod(state)]);
        assert_eq!(
            see(1, json!({ "restartCount": 3 })).unwrap(),
            Observed::Running { restarts: 3, replicas: 1 }
        );
        assert_eq!(
            see(0, json!({ "state": { "waiting": { "reason": "ContainerCreating" } } })).unwrap(),
            Observed::Starting
        );
        let crash = json!({ "restartCount": 4, "state": { "waiting": { "reason": "CrashLoopBackOff" } },
                            "lastState": { "terminated": { "exitCode": 137, "reason": "OOMKilled" } } });
        assert_eq!(
            see(0, crash).unwrap(),
            Observed::Ended { exit_code: Some(137), out_of_memory: true, restarts: 4 }
        );
        let pull =
            json!({ "state": { "waiting": { "reason": "ImagePullBackOff", "message": "not found" } } });
        assert_eq!(see(0, pull).unwrap_err().code(), "image-unusable");
        assert_eq!(observed(&deployment(0, 0), &[]).unwrap(), Observed::Stopped);
        let full = json!({ "status": { "conditions": [
            { "type": "PodScheduled", "reason": "Unschedulable", "message": "0/3 nodes are available" },
        ] } });
        assert_eq!(observed(&deployment(0, 1), &[full]).unwrap_err().code(), "quota");
    }

    #[test]
    fn what_the_cluster_has_not_seen_yet_is_not_ready() {
        let mut stale = deployment(1, 1);
        stale["metadata"]["generation"] = json!(3);
        assert_eq!(ready(&stale), (0, 1));
    }

    #[test]
    fn quantities() {
        for (text, expected) in [
            ("0", 0.0),
            ("2", 2.0),
            ("250m", 0.25),
            ("5000u", 0.005),
            ("12500000n", 0.0125),
            ("128Ki", 131_072.0),
            ("1.5Gi", 1_610_612_736.0),
            ("1k", 1000.0),
            ("129M", 129_000_000.0),
            ("1e3", 1000.0),
        ] {
            let found = quantity(text).unwrap();
            assert!((found - expected).abs() < 1e-9, "{text}: {found}");
        }
        for text in ["", "x", "1X", "Ki", "1Kib", "1ii", "-1", "1é", "NaN", "inf", "1e999"] {
            assert_eq!(quantity(text), None, "{text}");
        }
    }

    #[test]
    fn lines_without_a_time_are_none() {
        let found = lines("p", "2026-11-21T16:00:00.5Z a b\nrubbish\n2026-11-21T16:00:01Z \n");
        assert_eq!(found.iter().map(|named| named.line.text.as_str()).collect::<Vec<_>>(), ["a b", ""]);
    }
}
