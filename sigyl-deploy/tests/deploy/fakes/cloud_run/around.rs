//! What Cloud Run has around it: secrets, accounts, logs, names of the user's own.

use serde_json::{Value, json};

use super::{Answer, LOOKS, Request, Secret, State, absent, refuse};

const SECRETS: &str = "/v1/projects/my-project/secrets";
const ACCOUNTS: &str = "/v1/projects/my-project/serviceAccounts";
const MAPPINGS: &str = "/apis/domains.cloudrun.com/v1/namespaces/my-project/domainmappings";

impl State {
    /// Every version of every secret, by its name, and who may read it.
    pub(super) fn readable(&self) -> std::collections::BTreeMap<String, (Vec<String>, String)> {
        let of = |(name, secret): (&String, &Secret)| {
            let full = format!("{}/{name}", &SECRETS[4..]);
            let versions = secret.versions.iter().enumerate();
            let versions = versions.map(|(at, value)| {
                (format!("{full}/versions/{}", at + 1), (secret.readers.clone(), value.clone()))
            });
            versions.collect::<Vec<_>>()
        };
        self.secrets.iter().flat_map(of).collect()
    }

    pub(super) fn secret(&mut self, request: &Request) -> Answer {
        let rest = request.path.strip_prefix(SECRETS).unwrap();
        let full = |name: &str| format!("{}/{name}", &SECRETS[4..]);
        match (request.method.as_str(), rest.trim_start_matches('/')) {
            ("POST", "") => {
                let name = request.query["secretId"].clone();
                if self.secrets.contains_key(&name) {
                    return refuse(409, "ALREADY_EXISTS", "Secret already exists.");
                }
                let secret = Secret { labels: request.body_json()["labels"].clone(), ..Secret::default() };
                self.secrets.insert(name.clone(), secret);
                Answer::json(200, &json!({ "name": full(&name) }))
            }
            ("GET", "") => {
                assert!(request.query["filter"].starts_with("labels.managed-by=sigyl"));
                let all: Vec<Value> = self
                    .secrets
                    .iter()
                    .map(|(name, secret)| json!({ "name": full(name), "labels": secret.labels }))
                    .collect();
                Answer::json(200, &json!({ "secrets": all }))
            }
            ("POST", rest) => {
                let (name, verb) = rest.split_once(':').unwrap();
                let body = request.body_json();
                let known = |member: &str| {
                    let email = member.strip_prefix("serviceAccount:").unwrap();
                    self.accounts.get(email).is_none_or(|(_, looks)| *looks == 0)
                };
                if verb == "setIamPolicy" {
                    let members = body["policy"]["bindings"][0]["members"].as_array().cloned().unwrap();
                    let members: Vec<String> =
                        members.iter().map(|it| it.as_str().unwrap().to_owned()).collect();
                    if !members.iter().all(|member| known(member)) {
                        for (_, looks) in self.accounts.values_mut() {
                            *looks = looks.saturating_sub(1);
                        }
                        return refuse(400, "INVALID_ARGUMENT", "Service account does not exist.");
                    }
                    let Some(secret) = self.secrets.get_mut(name) else { return absent() };
                    secret.readers = members;
                    return Answer::json(200, &json!({}));
                }
                let Some(secret) = self.secrets.get_mut(name) else { return absent() };
                secret.versions.push(crate::fakes::decoded(body["payload"]["data"].as_str().unwrap()));
                let number = secret.versions.len();
                Answer::json(
                    200,
                    &json!({ "name": format!("{}/versions/{number}", full(name)), "state": "ENABLED" }),
                )
            }
            ("GET", rest) => {
                let name = rest.strip_suffix("/versions/latest").unwrap();
                match self.secrets.get(name).map(|secret| secret.versions.len()) {
                    Some(number) if number > 0 => {
                        Answer::json(200, &json!({ "name": format!("{}/versions/{number}", full(name)) }))
                    }
                    _ => absent(),
                }
            }
            ("DELETE", name) => match self.secrets.remove(name) {
                Some(_) => Answer::json(200, &json!({})),
                None => absent(),
            },
            _ => absent(),
        }
    }

    pub(super) fn account(&mut self, request: &Request) -> Answer {
        let rest = request.path.strip_prefix(ACCOUNTS).unwrap().trim_start_matches('/');
        match (request.method.as_str(), rest) {
            ("POST", "") => {
                let body = request.body_json();
                let email =
                    format!("{}@my-project.iam.gserviceaccount.com", body["accountId"].as_str().unwrap());
                if self.accounts.contains_key(&email) {
                    return refuse(409, "ALREADY_EXISTS", "Service account already exists.");
                }
                let mut account = body["serviceAccount"].clone();
                account["email"] = json!(email);
                self.accounts.insert(email, (account.clone(), LOOKS));
                Answer::json(200, &account)
            }
            ("GET", "") => {
                let all: Vec<&Value> = self.accounts.values().map(|(account, _)| account).collect();
                Answer::json(200, &json!({ "accounts": all }))
            }
            ("DELETE", email) => match self.accounts.remove(email) {
                Some(_) => Answer::json(200, &json!({})),
                None => absent(),
            },
            _ => absent(),
        }
    }

    pub(super) fn log(&self, request: &Request) -> Answer {
        let body = request.body_json();
        let filter = body["filter"].as_str().unwrap();
        if filter.starts_with("resource.type=\"build\"") {
            return Answer::json(200, &json!({ "entries": self.builds.log(filter) }));
        }
        let of = |label: &str| {
            filter.split(&format!("{label}=\"")).nth(1).unwrap().split('"').next().unwrap().to_owned()
        };
        let since = filter.split("timestamp>=\"").nth(1).map(|rest| rest.trim_end_matches('"').to_owned());
        let service = self.services.get(&of("service_name"));
        let revision = service.and_then(|service| service.revisions.get(&of("revision_name")));
        let mut lines: Vec<Value> = revision
            .map_or(&[][..], |revision| &revision.log)
            .iter()
            .filter(|(time, _)| since.as_ref().is_none_or(|since| time >= since))
            .enumerate()
            .map(|(at, (time, text))| {
                json!({
                    "insertId": format!("line-{at}"), "timestamp": time, "textPayload": text,
                    "logName": "projects/my-project/logs/run.googleapis.com%2Fstderr",
                })
            })
            .collect();
        lines.reverse();
        lines.truncate(body["pageSize"].as_u64().unwrap() as usize);
        Answer::json(200, &json!({ "entries": lines }))
    }

    pub(super) fn mapping(&mut self, request: &Request) -> Answer {
        let rest = request.path.strip_prefix(MAPPINGS).unwrap().trim_start_matches('/');
        match (request.method.as_str(), rest) {
            ("POST", "") => {
                let mut body = request.body_json();
                let name = body["metadata"]["name"].as_str().unwrap().to_owned();
                if self.mappings.contains_key(&name) {
                    return refuse(409, "ALREADY_EXISTS", "Resource already exists.");
                }
                if name.ends_with(".unverified.example") {
                    return refuse(
                        403,
                        "PERMISSION_DENIED",
                        "Caller is not authorized to administer the domain.",
                    );
                }
                if !self.services.contains_key(body["spec"]["routeName"].as_str().unwrap()) {
                    return refuse(400, "INVALID_ARGUMENT", "The route does not exist.");
                }
                body["status"] = json!({
                    "conditions": [{
                        "type": "Ready", "status": "Unknown", "reason": "CertificatePending",
                        "message": "Waiting for certificate provisioning.",
                    }],
                    "resourceRecords": [{
                        "type": "CNAME", "name": name.split('.').next(), "rrdata": "ghs.googlehosted.com.",
                    }],
                });
                self.mappings.insert(name, (body.clone(), LOOKS));
                Answer::json(200, &body)
            }
            ("GET", "") => {
                for (mapping, looks) in self.mappings.values_mut() {
                    *looks = looks.saturating_sub(1);
                    if *looks == 0 {
                        mapping["status"]["conditions"] = json!([{ "type": "Ready", "status": "True" }]);
                    }
                }
                let is_asked = |mapping: &Value| {
                    request.query["labelSelector"].split(',').all(|pair| {
                        let (name, value) = pair.split_once('=').unwrap();
                        mapping["metadata"]["labels"][name] == json!(value)
                    })
                };
                let all = self.mappings.values().map(|(mapping, _)| mapping);
                let items: Vec<&Value> = all.filter(|mapping| is_asked(mapping)).collect();
                Answer::json(200, &json!({ "kind": "DomainMappingList", "items": items, "metadata": {} }))
            }
            ("GET", name) => match self.mappings.get(name) {
                Some((mapping, _)) => Answer::json(200, mapping),
                None => absent(),
            },
            ("DELETE", name) => match self.mappings.remove(name) {
                Some(_) => Answer::json(200, &json!({ "status": "Success" })),
                None => absent(),
            },
            _ => absent(),
        }
    }
}
