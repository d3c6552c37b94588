//! Cloud Build and Cloud Storage: objects in a bucket, builds that take their time, images that are pushed at the end.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    cloud_run::{absent, refuse},
    http::{Answer, Request},
};

/// How often a build is looked at before it ends.
const LOOKS: u32 = 4;

const BUILDS: &str = "/v1/projects/my-project/locations/europe-west1/builds";
const UPLOADS: &str = "/upload/storage/v1/b/my-bucket/o";
const OBJECTS: &str = "/storage/v1/b/my-bucket/o";

#[derive(Default)]
pub(crate) struct Builds {
    /// What lies in the bucket.
    pub(crate) objects: BTreeMap<String, Vec<u8>>,
    /// The archives that were built, in their order.
    pub(crate) sources: Vec<Vec<u8>>,
    /// Values of secrets that the steps of each build got.
    pub(crate) given: Vec<Vec<String>>,
    /// How the next build ends, where it does not end well: its status, and the type of its failure.
    pub(crate) fails: Option<(&'static str, &'static str)>,
    /// Whether builds go on for ever.
    pub(crate) hangs: bool,
    all: Vec<Build>,
}

/// The values of the secrets of a build, or why Cloud Build would not take it.
fn given(body: &Value, readable: &BTreeMap<String, (Vec<String>, String)>) -> Result<Vec<String>, String> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let account = body["serviceAccount"].as_str().unwrap_or_default();
    let account = account.rsplit('/').next().unwrap();
    let mut values = Vec::new();
    let available = list(&body["availableSecrets"]["secretManager"]);
    let used: Vec<Value> = list(&body["steps"]).iter().flat_map(|step| list(&step["secretEnv"])).collect();
    for secret in &available {
        let (version, env) = (secret["versionName"].as_str().unwrap(), &secret["env"]);
        if !used.contains(env) {
            return Err(format!("secret {env} is defined but not used"));
        }
        match readable.get(version) {
            Some((readers, value)) if readers.contains(&format!("serviceAccount:{account}")) => {
                values.push(value.clone());
            }
            _ => return Err(format!("failed to access secret version {version}")),
        }
    }
    if used.len() != available.len() {
        return Err("a step has a secret that is not defined".to_owned());
    }
    Ok(values)
}

struct Build {
    body: Value,
    looks: u32,
    status: &'static str,
    fails: Option<(&'static str, &'static str)>,
    log: Vec<(String, String)>,
}

impl Builds {
    /// `readable` is what is in Secret Manager, by the names of versions, and who may read it.
    pub(super) fn build(
        &mut self,
        request: &Request,
        readable: &BTreeMap<String, (Vec<String>, String)>,
    ) -> Answer {
        let Some(rest) = request.path.strip_prefix(BUILDS) else { return absent() };
        match (request.method.as_str(), rest) {
            ("GET", "") => {
                let tag = request.query["filter"].strip_prefix("tags=\"").unwrap().trim_end_matches('"');
                let of = |build: &&Build| build.body["tags"].as_array().unwrap().contains(&json!(tag));
                let found: Vec<Value> = (0..self.all.len())
                    .rev()
                    .filter(|at| of(&&self.all[*at]))
                    .map(|at| self.shown(at))
                    .collect();
                Answer::json(200, &json!({ "builds": found }))
            }
            ("POST", "") => {
                let body = request.body_json();
                let values = match given(&body, readable) {
                    Ok(values) => values,
                    Err(why) => return refuse(400, "INVALID_ARGUMENT", &why),
                };
                let object = body["source"]["storageSource"]["object"].as_str().unwrap();
                let fails = match self.objects.get(object) {
                    Some(bytes) => {
                        self.sources.push(bytes.clone());
                        self.fails.take()
                    }
                    None => Some(("FAILURE", "FETCH_SOURCE_FAILED")),
                };
                let mut log =
                    vec![("2026-11-21T16:00:00.000000001Z".to_owned(), "starting build".to_owned())];
                // Installers say such things.
                let said = values.iter().map(|value| format!("let in with {value}"));
                log.extend(said.map(|text| ("2026-11-21T16:00:00.000000001Z".to_owned(), text)));
                self.given.push(values);
                self.all.push(Build { body, looks: LOOKS, status: "QUEUED", fails, log });
                let at = self.all.len() - 1;
                let metadata = json!({
                    "@type": "type.googleapis.com/google.devtools.cloudbuild.v1.BuildOperationMetadata",
                    "build": self.shown(at),
                });
                let name = format!("operations/build/my-project/{at}");
                Answer::json(200, &json!({ "name": name, "metadata": metadata, "done": false }))
            }
            ("GET", id) => {
                let at = id.strip_prefix("/build-").and_then(|at| at.parse::<usize>().ok());
                let Some(at) = at.filter(|at| *at < self.all.len()) else { return absent() };
                self.go_on(at);
                Answer::json(200, &self.shown(at))
            }
            _ => absent(),
        }
    }

    fn go_on(&mut self, at: usize) {
        let build = &mut self.all[at];
        if build.looks == 0 || self.hangs {
            return;
        }
        build.looks -= 1;
        build.status = "WORKING";
        if build.looks > 0 {
            return;
        }
        let mut say = |text: &str| {
            build.log.push(("2026-11-21T16:00:01.000000002Z".to_owned(), text.to_owned()));
        };
        match build.fails {
            None => say("DONE"),
            Some(_) => say("ERROR: it did not work"),
        }
        build.status = build.fails.map_or("SUCCESS", |(status, _)| status);
    }

    fn shown(&self, at: usize) -> Value {
        let build = &self.all[at];
        let mut shown = build.body.clone();
        shown["id"] = json!(format!("build-{at}"));
        shown["status"] = json!(build.status);
        if build.status == "SUCCESS" {
            let name = build.body["images"][0].as_str().unwrap();
            let image = json!({ "name": name, "digest": format!("sha256:{:064x}", at + 1) });
            shown["results"] = json!({ "images": [image] });
        }
        if let (0, Some((_, kind))) = (build.looks, build.fails) {
            shown["failureInfo"] = json!({ "type": kind, "detail": "it did not work" });
            let last = shown["steps"].as_array().unwrap().len() - 1;
            shown["steps"][last]["status"] = json!("FAILURE");
        }
        shown
    }

    pub(super) fn storage(&mut self, request: &Request) -> Answer {
        let object =
            request.path.strip_prefix(OBJECTS).map(|rest| rest.trim_start_matches('/').replace("%2F", "/"));
        match (request.method.as_str(), object.as_deref()) {
            ("POST", _) if request.path == UPLOADS => {
                assert_eq!(request.header("content-type"), Some("application/gzip"));
                let name = request.query["name"].clone();
                self.objects.insert(name.clone(), request.body.clone());
                Answer::json(200, &json!({ "kind": "storage#object", "name": name, "bucket": "my-bucket" }))
            }
            ("GET", Some("")) => {
                let prefix = request.query["prefix"].as_str();
                let names = self.objects.keys().filter(|name| name.starts_with(prefix));
                let items: Vec<Value> = names.map(|name| json!({ "name": name })).collect();
                Answer::json(200, &json!({ "kind": "storage#objects", "items": items }))
            }
            ("DELETE", Some(name)) => match self.objects.remove(name) {
                Some(_) => Answer { status: 204, headers: Vec::new(), body: Vec::new() },
                None => absent(),
            },
            _ => refuse(400, "INVALID_ARGUMENT", "no such request"),
        }
    }

    /// Lines of a build, the newest first.
    pub(super) fn log(&self, filter: &str) -> Vec<Value> {
        let id = filter.split("build_id=\"build-").nth(1).unwrap().split('"').next().unwrap();
        let since = filter.split("timestamp>=\"").nth(1).map(|rest| rest.trim_end_matches('"').to_owned());
        let build = &self.all[id.parse::<usize>().unwrap()];
        let lines = build.log.iter().enumerate();
        let lines = lines.filter(|(_, (time, _))| since.as_ref().is_none_or(|since| time >= since));
        let entry = |(at, (time, text)): (usize, &(String, String))| {
            json!({ "insertId": format!("line-{at}"), "timestamp": time, "textPayload": text,
                    "logName": "projects/my-project/logs/cloudbuild" })
        };
        let mut entries: Vec<Value> = lines.map(entry).collect();
        entries.reverse();
        entries
    }
}
