//! Docker's catalog: its entries, as its command line keeps them, and how images are run.

use serde_json::{Value, json};

use super::{Entry, base, finished, oci, ours};

/// Flags of one kind that are taken. Chosen: the catalog's longest list has four.
const FLAGS_MAX: usize = 50;

/// An entry of a catalog.
pub(super) fn entry(name: &str, item: &Value) -> Entry {
    let secret = |it: &Value| {
        json!({ "name": it["env"], "isRequired": true, "isSecret": true,
                "description": it["description"].as_str().unwrap_or("") })
    };
    let secrets = item["secrets"].as_array().into_iter().flatten().filter(|it| it["env"].is_string());
    let variables = secrets.map(secret).collect::<Vec<_>>();
    let mut notes = Vec::new();
    let mut document = base(name, item["description"].as_str().unwrap_or(""), item["title"].as_str());
    let remote = item["remote"]["url"].as_str().or_else(|| item["url"].as_str());
    if let Some(url) = remote {
        let kind = if item["remote"]["transport_type"] == "sse" { "sse" } else { "streamable-http" };
        document.insert("remotes".to_owned(), json!([{ "type": kind, "url": url }]));
    } else if let Some(image) = item["image"].as_str() {
        let mut package = oci(image, variables);
        run(item, &mut package, &mut notes);
        document.insert("packages".to_owned(), json!([package]));
    } else {
        return Entry::refused(name, "it has neither an image nor an address");
    }
    let metadata = &item["metadata"];
    ours(&mut document, metadata["category"].as_str().unwrap_or(""), &metadata["tags"], &item["tools"]);
    finished(name, document, notes, &item.to_string())
}

/// The same of a `server.yaml`, whose reader keeps only what a server itself is told.
pub(super) fn run_flags(text: &str, entry: &mut Entry) {
    let Ok(document) = &mut entry.document else { return };
    let Some(package) = document.pointer_mut("/packages/0") else { return };
    if let Ok(value) = serde_yaml::from_str::<Value>(text) {
        run(&value["run"], package, &mut entry.notes);
    }
}

/// How an image is run: flags of `docker run` before it, and arguments after it. What depends on what people configure
/// stands in templates of Docker's own, which a `server.json` cannot say.
fn run(said: &Value, package: &mut Value, notes: &mut Vec<String>) {
    let mut templates = 0;
    let mut texts = |value: &Value| {
        let texts = value.as_array().into_iter().flatten().filter_map(Value::as_str).take(FLAGS_MAX);
        let (whole, templated): (Vec<_>, Vec<_>) =
            texts.filter(|text| !text.is_empty()).partition(|text| !text.contains("{{"));
        templates += templated.len();
        whole.into_iter().map(ToOwned::to_owned).collect::<Vec<_>>()
    };
    let (volumes, command) = (texts(&said["volumes"]), texts(&said["command"]));
    let user = texts(&json!([said["user"]]));
    let named = |name: &str, value: &str| json!({ "type": "named", "name": name, "value": value });
    let mut flags = volumes.iter().map(|volume| named("--volume", volume)).collect::<Vec<_>>();
    flags.extend(user.iter().map(|user| named("--user", user)));
    if said["disableNetwork"] == true {
        flags.push(named("--network", "none"));
    }
    let arguments = command.iter().map(|it| json!({ "type": "positional", "value": it })).collect::<Vec<_>>();
    for (key, items) in [("runtimeArguments", flags), ("packageArguments", arguments)] {
        if !items.is_empty() {
            package[key] = Value::Array(items);
        }
    }
    if templates > 0 {
        notes.push(format!(
            "{templates} flags are templates of Docker's, which a server.json cannot say: they are left out"
        ));
    }
    let hosts = said["allowHosts"].as_array().map_or(0, Vec::len);
    if hosts > 0 {
        notes.push(format!("it may reach {hosts} hosts only, which no flag of an image says"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::{check, entries};

    const RUN: &str = "
  command: [--transport, stdio, '{{a.b|into}}']
  volumes: ['notebooks:/app/notebooks', '{{a.paths|volume|into}}']
  user: '1000:1000'
  allowHosts: ['api.example.com:443']
  disableNetwork: true
";

    #[test]
    fn how_an_image_is_run_is_kept() {
        let yaml =
            format!("name: notes\nimage: mcp/notes\ntype: server\nabout: {{description: Notes}}\nrun:{RUN}");
        let catalog = format!(
            "registry:\n  notes:\n    description: Notes\n    image: mcp/notes\n    type: server\n{}",
            RUN.replace("\n  ", "\n    ")
        );
        let flag = |name: &str, value: &str| json!({ "type": "named", "name": name, "value": value });
        for (path, text) in [("server.yaml", yaml), ("catalog.yaml", catalog)] {
            let all = entries(path, &text);
            assert_eq!(all.len(), 1, "{path}");
            let mut document = all[0].document.clone().unwrap();
            let package = &document["packages"][0];
            assert_eq!(
                package["runtimeArguments"],
                json!([
                    flag("--volume", "notebooks:/app/notebooks"),
                    flag("--user", "1000:1000"),
                    flag("--network", "none")
                ]),
                "{path}"
            );
            let argument = |value: &str| json!({ "type": "positional", "value": value });
            assert_eq!(
                package["packageArguments"],
                json!([argument("--transport"), argument("stdio")]),
                "{path}"
            );
            assert_eq!(
                all[0].notes.iter().filter(|note| note.starts_with("2 flags are templates")).count(),
                1
            );
            assert_eq!(all[0].notes.iter().filter(|note| note.contains("may reach 1 hosts")).count(), 1);
            document["name"] = "com.example/notes".into();
            let (_, told) = check(&document);
            assert!(told.valid, "{path}: {}", told.told());
        }
    }

    #[test]
    fn what_is_no_flag_is_none() {
        for run in [
            "run: [1, 2]",
            "run: {command: stdio, volumes: {a: b}, user: 7, disableNetwork: 'true'}",
            "run: ~",
        ] {
            let all = entries(
                "server.yaml",
                &format!("name: notes\nimage: mcp/notes\nabout: {{description: x}}\n{run}"),
            );
            let Ok(document) = &all[0].document else { continue };
            let package = document["packages"][0].as_object().unwrap();
            assert!(
                !package.contains_key("runtimeArguments") && !package.contains_key("packageArguments"),
                "{run}"
            );
        }
        let many = vec!["v:/v"; 1_000];
        let mut package = json!({});
        run(&json!({ "volumes": many }), &mut package, &mut Vec::new());
        assert_eq!(package["runtimeArguments"].as_array().unwrap().len(), FLAGS_MAX);
    }
}
