//! Names of the user's own: mappings of domains to services, which the first version of Google's interface has alone, at an
//! address for each region. Google gives some regions no mappings; there a load balancer stands before the service, which is
//! the operator's.

use reqwest::Method;
use serde_json::{Value, json};

use super::{
    CloudRun, NAME,
    api::ApiError,
    secrets::absent_is_fine,
    service::{self, DEPLOYMENT, INSTANCE, MANAGED_BY},
};
use crate::backend::{
    BackendError, DeploymentId, DnsRecord, Domain, DomainName, DomainState, Owned, hidden::short, rest::Again,
};

/// Pages of a list that are read at most. Chosen.
const PAGES: usize = 100;

impl CloudRun {
    fn mappings_url(&self) -> String {
        let place = self.api.endpoints.regional.replace("{region}", &self.config.region);
        format!("{place}/apis/domains.cloudrun.com/v1/namespaces/{}/domainmappings", self.config.project)
    }

    /// Mappings with these labels.
    async fn mappings(&self, labels: &str) -> Result<Vec<Value>, BackendError> {
        let (url, mut page, mut all) = (self.mappings_url(), String::new(), Vec::new());
        for _ in 0..PAGES {
            let mut query = vec![("labelSelector", labels), ("limit", "100")];
            if !page.is_empty() {
                query.push(("continue", &page));
            }
            let mut answer = self.api.get(&url, &query).await?;
            if let Some(Value::Array(found)) = answer.get_mut("items").map(Value::take) {
                all.extend(found);
            }
            match answer.pointer("/metadata/continue").and_then(Value::as_str) {
                Some(next) if !next.is_empty() => page = next.to_owned(),
                _ => return Ok(all),
            }
        }
        Err(BackendError::Failed {
            backend: NAME.to_owned(),
            reason: format!("the list of domains is longer than {PAGES} pages"),
        })
    }

    /// The same, where a region that has none and an account that may not see them have none: nobody made any there.
    async fn mappings_if_any(&self, labels: &str) -> Result<Vec<Value>, BackendError> {
        match self.mappings(labels).await {
            Err(
                BackendError::Gone { .. }
                | BackendError::Refused { .. }
                | BackendError::Unavailable { .. }
                | BackendError::Unsupported { .. },
            ) => Ok(Vec::new()),
            found => found,
        }
    }

    pub(super) async fn domains_of(&self, id: &DeploymentId) -> Result<Vec<Domain>, BackendError> {
        let found = self.mappings(&labels_of(id)).await?;
        Ok(found.iter().filter(|mapping| is_of(mapping, id)).map(domain).collect())
    }

    pub(super) async fn map(&self, id: &DeploymentId, name: &DomainName) -> Result<Domain, BackendError> {
        if self.service(id).await?.is_none() {
            return Err(BackendError::Gone { what: format!("the service {id}") });
        }
        let body = json!({
            "apiVersion": "domains.cloudrun.com/v1",
            "kind": "DomainMapping",
            "metadata": {
                "name": name.as_str(), "namespace": self.config.project,
                "labels": service::labels(&self.config.instance, id, None),
            },
            "spec": { "routeName": id.as_str(), "certificateMode": "AUTOMATIC" },
        });
        let url = self.mappings_url();
        match self.api.call(Method::POST, &url, &[], Some(&body), Again::Safe, &[]).await {
            Ok(made) => Ok(domain(&made)),
            Err(ApiError::Present) => {
                let found = self.api.get(&format!("{url}/{name}"), &[]).await?;
                match is_of(&found, id) {
                    true => Ok(domain(&found)),
                    false => Err(BackendError::Failed {
                        backend: NAME.to_owned(),
                        reason: format!("{name} leads to something else already"),
                    }),
                }
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Takes a name away; whether the deployment had it.
    pub(super) async fn unmap(&self, id: &DeploymentId, name: &DomainName) -> Result<bool, BackendError> {
        let url = format!("{}/{name}", self.mappings_url());
        match self.api.get(&url, &[]).await {
            Ok(found) if is_of(&found, id) => {
                absent_is_fine(self.api.delete(&url).await)?;
                Ok(true)
            }
            Ok(_) | Err(ApiError::Absent(_)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) async fn unmap_all(&self, id: &DeploymentId) -> Result<(), BackendError> {
        for mapping in self.mappings_if_any(&labels_of(id)).await? {
            if let Some(name) = DomainName::parse(text(&mapping, "/metadata/name"))
                && is_of(&mapping, id)
            {
                absent_is_fine(self.api.delete(&format!("{}/{name}", self.mappings_url())).await)?;
            }
        }
        Ok(())
    }

    pub(super) async fn owned_domains(&self) -> Result<Vec<Owned>, BackendError> {
        let labels = format!("{}={},{INSTANCE}={}", MANAGED_BY.0, MANAGED_BY.1, self.config.instance);
        let owned = |mapping: &Value| Owned {
            deployment: text(mapping, &format!("/metadata/labels/{DEPLOYMENT}")).to_owned(),
            release: None,
            kind: "domain".to_owned(),
            name: text(mapping, "/metadata/name").to_owned(),
        };
        let is_ours =
            |mapping: &&Value| text(mapping, &format!("/metadata/labels/{INSTANCE}")) == self.config.instance;
        Ok(self.mappings_if_any(&labels).await?.iter().filter(is_ours).map(owned).collect())
    }
}

fn labels_of(id: &DeploymentId) -> String {
    format!("{}={},{DEPLOYMENT}={id}", MANAGED_BY.0, MANAGED_BY.1)
}

/// Whether a mapping is Sigyl's, and leads to that deployment.
fn is_of(mapping: &Value, id: &DeploymentId) -> bool {
    mapping.get("metadata").is_some_and(|metadata| service::is_ours(metadata, id))
        && text(mapping, "/spec/routeName") == id.as_str()
}

fn text<'a>(value: &'a Value, path: &str) -> &'a str {
    value.pointer(path).and_then(Value::as_str).unwrap_or_default()
}

fn list<'a>(value: &'a Value, path: &str) -> &'a [Value] {
    value.pointer(path).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn domain(mapping: &Value) -> Domain {
    let name = text(mapping, "/metadata/name").to_owned();
    let conditions = list(mapping, "/status/conditions");
    let ready = conditions.iter().find(|condition| text(condition, "/type") == "Ready");
    let (status, word) = ready.map_or(("", ""), |it| (text(it, "/status"), text(it, "/reason")));
    let state = match (status, word) {
        ("True", _) => DomainState::Ready,
        // What a record that is not there yet looks like.
        ("False", "CertificatePending" | "CertificateProvisioningPending") => DomainState::Pending,
        ("False", _) => DomainState::Failed,
        _ => DomainState::Pending,
    };
    let said = ready.map(|it| short(text(it, "/message"))).filter(|said| !said.is_empty());
    let records = list(mapping, "/status/resourceRecords");
    let shown = |record: &Value| DnsRecord {
        kind: text(record, "/type").to_owned(),
        // Google tells its first part alone; it is always the name that is mapped.
        name: name.clone(),
        value: text(record, "/rrdata").to_owned(),
        is_set: None,
    };
    Domain {
        state,
        reason: said.filter(|_| state != DomainState::Ready),
        records: records.iter().map(shown).collect(),
        name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_mapping_tells() {
        let of = |status: &str, reason: &str| {
            domain(&json!({
                "metadata": { "name": "mcp.example.com" },
                "status": {
                    "conditions": [
                        { "type": "CertificateProvisioned", "status": "Unknown" },
                        { "type": "Ready", "status": status, "reason": reason, "message": "because" },
                    ],
                    "resourceRecords": [{ "type": "CNAME", "name": "mcp", "rrdata": "ghs.googlehosted.com." }],
                },
            }))
        };
        assert_eq!(of("True", "").state, DomainState::Ready);
        assert_eq!(of("True", "").reason, None);
        assert_eq!(of("Unknown", "CertificatePending").state, DomainState::Pending);
        assert_eq!(of("False", "CertificatePending").state, DomainState::Pending);
        assert_eq!(of("False", "PermissionDenied").state, DomainState::Failed);
        assert_eq!(of("False", "PermissionDenied").reason.as_deref(), Some("because"));
        let record = &of("Unknown", "").records[0];
        assert_eq!((record.kind.as_str(), record.name.as_str()), ("CNAME", "mcp.example.com"));
        assert_eq!(domain(&json!({})).state, DomainState::Pending);
    }
}
