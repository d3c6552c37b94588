//! Calls of a cluster's API: objects as JSON, applied by the server.

use http::{Request, header::CONTENT_TYPE};
use serde_json::{Value, json};
use sigyl_core::secret::SecretText;

use super::NAME;
use crate::backend::{
    BackendError,
    hidden::{chain, hide, short},
    pace::Pace,
};

/// Who applies: fields that others own are left to them, those that Sigyl once owned and no longer sends go.
const MANAGER: &str = "sigyl";

/// The most bytes of a pod's log that are read at once. Chosen.
const LOG_BYTES: u32 = 4 << 20;

/// Kinds that Sigyl makes, each with the path of its list in a namespace. What starts pods comes first, so that deleting
/// in this order ends them before what they need.
pub(super) const KINDS: [(&str, &str, &str); 6] = [
    ("Deployment", "apis/apps/v1", "deployments"),
    ("Service", "api/v1", "services"),
    ("PodDisruptionBudget", "apis/policy/v1", "poddisruptionbudgets"),
    ("NetworkPolicy", "apis/networking.k8s.io/v1", "networkpolicies"),
    ("Secret", "api/v1", "secrets"),
    ("ServiceAccount", "api/v1", "serviceaccounts"),
];

#[derive(Clone)]
pub(super) struct Calls {
    client: kube::Client,
    namespace: String,
    pub(super) pace: Pace,
}

impl Calls {
    pub(super) fn new(client: kube::Client, namespace: String, pace: Pace) -> Self {
        Self { client, namespace, pace }
    }

    fn path(&self, group: &str, list: &str, name: &str) -> String {
        let path = format!("/{group}/namespaces/{}/{list}", self.namespace);
        if name.is_empty() { path } else { format!("{path}/{name}") }
    }

    /// Makes an object as it is given, or changes it to that. `hidden` are the values in it that nobody may see.
    pub(super) async fn apply(&self, object: &Value, hidden: &[SecretText]) -> Result<(), BackendError> {
        let text = |path: &str| object.pointer(path).and_then(Value::as_str).unwrap_or_default();
        let Some((_, group, list)) = KINDS.iter().find(|(kind, ..)| *kind == text("/kind")) else {
            return Err(failed(format!("{} is no kind that is applied", text("/kind"))));
        };
        let path = self.path(group, list, text("/metadata/name"));
        let path = format!("{path}?fieldManager={MANAGER}&force=true");
        self.call("PATCH", &path, Some(("application/apply-patch+yaml", object)), hidden).await.map(drop)
    }

    /// Changes some fields of an object, and owns none of them.
    pub(super) async fn merge(&self, list: &str, name: &str, patch: &Value) -> Result<Value, BackendError> {
        let group =
            KINDS.iter().find(|(.., known)| list.starts_with(known)).map_or("api/v1", |(_, group, _)| group);
        let (list, name) = match list.split_once('/') {
            Some((list, part)) => (list, format!("{name}/{part}")),
            None => (list, name.to_owned()),
        };
        self.call("PATCH", &self.path(group, list, &name), Some(("application/merge-patch+json", patch)), &[])
            .await
    }

    pub(super) async fn get(
        &self,
        group: &str,
        list: &str,
        name: &str,
    ) -> Result<Option<Value>, BackendError> {
        absent(self.call("GET", &self.path(group, list, name), None, &[]).await)
    }

    /// The namespace itself.
    pub(super) async fn namespace(&self) -> Result<Option<Value>, BackendError> {
        absent(self.call("GET", &format!("/api/v1/namespaces/{}", self.namespace), None, &[]).await)
    }

    /// Objects with the labels, `a=b,c=d`.
    pub(super) async fn list(
        &self,
        group: &str,
        list: &str,
        labels: &str,
    ) -> Result<Vec<Value>, BackendError> {
        let path = format!("{}?labelSelector={}", self.path(group, list, ""), escaped(labels));
        match self.call("GET", &path, None, &[]).await?.get_mut("items").map(Value::take) {
            Some(Value::Array(items)) => Ok(items),
            _ => Err(failed(format!("the list of {list} has no items"))),
        }
    }

    pub(super) async fn delete(&self, group: &str, list: &str, name: &str) -> Result<(), BackendError> {
        let options =
            json!({ "apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": "Background" });
        let path = self.path(group, list, name);
        absent(self.call("DELETE", &path, Some(("application/json", &options)), &[]).await).map(drop)
    }

    /// The text of a pod's log, each line with its time.
    pub(super) async fn log(
        &self,
        pod: &str,
        since: Option<&str>,
        lines: Option<u32>,
    ) -> Result<String, BackendError> {
        let container = super::manifests::CONTAINER;
        let path = self.path("api/v1", "pods", pod);
        let mut path = format!("{path}/log?container={container}&timestamps=true&limitBytes={LOG_BYTES}");
        if let Some(since) = since {
            path.push_str(&format!("&sinceTime={}", escaped(since)));
        }
        if let Some(lines) = lines {
            path.push_str(&format!("&tailLines={lines}"));
        }
        let request = Request::get(path).body(Vec::new()).map_err(|error| failed(error.to_string()))?;
        self.client.request_text(request).await.map_err(|error| told(&error, &[]))
    }

    async fn call(
        &self,
        method: &str,
        path: &str,
        body: Option<(&str, &Value)>,
        hidden: &[SecretText],
    ) -> Result<Value, BackendError> {
        let mut wait = self.pace.first_wait;
        let mut attempt = 1;
        loop {
            let request = Request::builder().method(method).uri(path);
            let request = match body {
                Some((form, body)) => request.header(CONTENT_TYPE, form).body(body.to_string().into_bytes()),
                None => request.body(Vec::new()),
            };
            let request = request.map_err(|error| failed(error.to_string()))?;
            // Every call of these has the same end when it is made twice.
            let error = match self.client.request::<Value>(request).await {
                Ok(answer) => return Ok(answer),
                Err(error) => told(&error, hidden),
            };
            let asked = match &error {
                BackendError::Passing { retry_after, .. } => *retry_after,
                _ => return Err(error),
            };
            let next = asked.unwrap_or(wait);
            if attempt >= self.pace.attempts || next > self.pace.longest_wait {
                return Err(error);
            }
            tokio::time::sleep(next).await;
            attempt += 1;
            wait = (wait * 2).min(self.pace.longest_wait);
        }
    }
}

fn absent(result: Result<Value, BackendError>) -> Result<Option<Value>, BackendError> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(BackendError::Gone { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn failed(reason: String) -> BackendError {
    BackendError::Failed { backend: NAME.to_owned(), reason }
}

/// What an answer means, without what it may repeat of the request.
fn told(error: &kube::Error, hidden: &[SecretText]) -> BackendError {
    let backend = NAME.to_owned();
    match error {
        kube::Error::Api(status) => {
            let reason = short(&hide(hidden, &status.message));
            let seconds = status.details.as_ref().map_or(0, |details| details.retry_after_seconds);
            let retry_after = (seconds > 0).then(|| std::time::Duration::from_secs(u64::from(seconds)));
            match status.code {
                404 => BackendError::Gone { what: reason },
                401 => BackendError::Refused { backend, reason },
                403 if status.message.contains("exceeded quota") => BackendError::Quota { backend, reason },
                403 => BackendError::Refused { backend, reason },
                409 | 429 | 500..=599 => BackendError::Passing { backend, reason, retry_after },
                code => BackendError::Failed { backend, reason: format!("{code}: {reason}") },
            }
        }
        kube::Error::HyperError(_) | kube::Error::Service(_) => {
            BackendError::Passing { backend, reason: hide(hidden, &chain(error)), retry_after: None }
        }
        error => BackendError::Failed { backend, reason: hide(hidden, &chain(error)) },
    }
}

/// For a query: everything but the plainest letters by its number.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => out.push(char::from(byte)),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}
