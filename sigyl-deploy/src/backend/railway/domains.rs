//! Names of the user's own: Railway's custom domains of the service that serves, which outlives every release.

use serde_json::{Value, json};

use super::{
    Railway, SERVES,
    client::{Place, Service, list, text},
    gone, operations, read_name, release,
};
use crate::backend::{
    BackendError, DeploySpec, DeploymentId, DnsRecord, Domain, DomainName, DomainState, hidden::short,
};

impl Railway {
    async fn serving(&self, id: &DeploymentId) -> Result<Option<(Place, Service)>, BackendError> {
        let Some(place) = self.place(id).await? else { return Ok(None) };
        let services = self.client.services(&place.project).await?;
        let serves = |service: &Service| {
            read_name(&service.name).is_some_and(|(of, role, _)| of == id.as_str() && role == SERVES)
        };
        Ok(services.into_iter().find(serves).map(|service| (place, service)))
    }

    /// Each with Railway's id of it.
    async fn custom(&self, place: &Place, service: &str) -> Result<Vec<(String, Domain)>, BackendError> {
        let data = self.client.domains(place, service).await?;
        let found = list(&data, "/domains/customDomains");
        Ok(found.iter().map(|found| (text(found, "/id"), domain(found))).collect())
    }

    pub(super) async fn domains_of(&self, id: &DeploymentId) -> Result<Vec<Domain>, BackendError> {
        match self.serving(id).await? {
            Some((place, service)) => {
                let found = self.custom(&place, &service.id).await?;
                Ok(found.into_iter().map(|(_, domain)| domain).collect())
            }
            None => Ok(Vec::new()),
        }
    }

    pub(super) async fn add(&self, spec: &DeploySpec, name: &DomainName) -> Result<Domain, BackendError> {
        let missing = || gone(&spec.id, spec.release);
        let (place, service) = self.serving(&spec.id).await?.ok_or_else(missing)?;
        let known = |all: Vec<(String, Domain)>| {
            all.into_iter().map(|(_, domain)| domain).find(|domain| domain.name == name.as_str())
        };
        if let Some(domain) = known(self.custom(&place, &service.id).await?) {
            return Ok(domain);
        }
        let input = json!({
            "projectId": place.project, "environmentId": place.environment, "serviceId": service.id,
            "domain": name.as_str(), "targetPort": spec.port,
        });
        self.client.ask(&operations::CUSTOM_DOMAIN_CREATE, json!({ "input": input }), &[]).await?;
        known(self.custom(&place, &service.id).await?).ok_or_else(|| BackendError::Passing {
            backend: super::client::NAME.to_owned(),
            reason: format!("{name} is not in its list yet"),
            retry_after: None,
        })
    }

    /// Takes a name away; whether the deployment had it.
    pub(super) async fn remove(&self, id: &DeploymentId, name: &DomainName) -> Result<bool, BackendError> {
        let Some((place, service)) = self.serving(id).await? else { return Ok(false) };
        let found = self.custom(&place, &service.id).await?;
        let Some((known, _)) = found.into_iter().find(|(_, domain)| domain.name == name.as_str()) else {
            return Ok(false);
        };
        let removed = self.client.ask(&operations::CUSTOM_DOMAIN_DELETE, json!({ "id": known }), &[]).await;
        release::gone_is_fine(removed).map(|()| true)
    }
}

fn domain(found: &Value) -> Domain {
    let kind = |record: &Value| text(record, "/recordType").replace("DNS_RECORD_TYPE_", "");
    let mut records: Vec<DnsRecord> = list(found, "/status/dnsRecords")
        .iter()
        .map(|record| DnsRecord {
            kind: kind(record),
            name: text(record, "/fqdn"),
            value: text(record, "/requiredValue"),
            is_set: match text(record, "/status").as_str() {
                "DNS_RECORD_STATUS_PROPAGATED" => Some(true),
                "DNS_RECORD_STATUS_REQUIRES_UPDATE" => Some(false),
                _ => None,
            },
        })
        .collect();
    let is_verified = found.pointer("/status/verified") == Some(&Value::Bool(true));
    let (host, token) =
        (text(found, "/status/verificationDnsHost"), text(found, "/status/verificationToken"));
    if !host.is_empty() && !token.is_empty() {
        records.push(DnsRecord {
            kind: "TXT".to_owned(),
            name: host,
            value: token,
            is_set: Some(is_verified),
        });
    }
    let state = match text(found, "/status/certificateStatus").as_str() {
        "CERTIFICATE_STATUS_TYPE_VALID" if is_verified => DomainState::Ready,
        "CERTIFICATE_STATUS_TYPE_ISSUE_FAILED" => DomainState::Failed,
        _ => DomainState::Pending,
    };
    let said = text(found, "/status/certificateErrorMessage");
    let reason = (state != DomainState::Ready && !said.is_empty()).then(|| short(&said));
    Domain { name: text(found, "/domain"), state, reason, records }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_domain_tells() {
        let of = |status: &str, verified: bool| {
            domain(&json!({
                "id": "1", "domain": "mcp.example.com",
                "status": {
                    "verified": verified, "certificateStatus": status, "certificateErrorMessage": "because",
                    "verificationDnsHost": "_railway-verify.mcp", "verificationToken": "railway-verify=x",
                    "dnsRecords": [{
                        "recordType": "DNS_RECORD_TYPE_CNAME", "fqdn": "mcp.example.com",
                        "requiredValue": "x.up.railway.app", "status": "DNS_RECORD_STATUS_REQUIRES_UPDATE",
                    }],
                },
            }))
        };
        let ready = of("CERTIFICATE_STATUS_TYPE_VALID", true);
        assert_eq!((ready.state, ready.reason), (DomainState::Ready, None));
        assert_eq!(of("CERTIFICATE_STATUS_TYPE_VALID", false).state, DomainState::Pending);
        assert_eq!(of("CERTIFICATE_STATUS_TYPE_ISSUING", true).state, DomainState::Pending);
        let failed = of("CERTIFICATE_STATUS_TYPE_ISSUE_FAILED", true);
        assert_eq!((failed.state, failed.reason.as_deref()), (DomainState::Failed, Some("because")));
        let told: Vec<_> = failed.records.iter().map(|it| (it.kind.as_str(), it.is_set)).collect();
        assert_eq!(told, [("CNAME", Some(false)), ("TXT", Some(true))]);
    }
}
