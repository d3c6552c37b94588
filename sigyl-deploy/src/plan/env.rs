//! Variables of the running server.

use indexmap::IndexMap;
use serde_json::Value;
use sigyl_core::{
    Manifest,
    manifest::{InjectionMethod, Requirement},
};

use super::{BuildPlan, SecretSlot, Transport, draft::Draft, project::Project};

/// Whether a variable may have this name.
pub(crate) fn is_variable_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && name.len() <= 128
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Names that the engine's own start needs as they are: neither manifests nor deployments set them.
pub fn is_reserved_variable(name: &str) -> bool {
    name.starts_with("SIGYL_") || name.starts_with("LD_") || matches!(name, "PATH" | "PORT" | "HOME")
}

/// Variables of every server, then those of the planner, then the manifest's, which win.
pub(crate) fn variables(
    project: &Project<'_>,
    draft: &mut Draft,
    transport: Transport,
    port: u16,
    path: &str,
) -> IndexMap<String, String> {
    let mut all = IndexMap::new();
    let mut set = |name: &str, value: &str| all.insert(name.to_owned(), value.to_owned());
    set("PORT", &port.to_string());
    match transport {
        Transport::Http => {
            set("MCP_TRANSPORT", "http");
            set("MCP_ENDPOINT", path);
            // Inside of a container nothing but its own network can reach it.
            set("HOST", "0.0.0.0");
        }
        // The bridge serves HTTP; the program behind it must not.
        Transport::Stdio => {
            set("MCP_TRANSPORT", "stdio");
        }
    }
    set("NODE_ENV", "production");
    all.extend(std::mem::take(&mut draft.env));
    let defaults = requirements(project.manifest).filter_map(|requirement| {
        let value = requirement.default.as_ref().filter(|_| !requirement.secret)?;
        Some((&requirement.injection.name, text(value)?))
    });
    for (name, value) in defaults {
        all.entry(name.clone()).or_insert(value);
    }
    for (name, value) in &project.manifest.environment {
        let place = project.manifest_place();
        if name == "PORT" {
            continue;
        }
        if !is_variable_name(name) || is_reserved_variable(name) {
            draft.refuse(
                "variable-not-allowed",
                place,
                format!("the variable `{}` cannot be set by a manifest", name.escape_debug()),
                "Remove it, or give it another name",
            );
        } else if value.contains(char::is_control) || value.len() > 8 << 10 {
            draft.refuse(
                "variable-not-allowed",
                place,
                format!("the value of `{name}` has control characters or more than 8 KiB"),
                "Put long values and those of several lines into a file of the project",
            );
        } else {
            all.insert(name.clone(), value.clone());
        }
    }
    all
}

/// What comes into the environment when it is started.
pub(crate) fn slots(project: &Project<'_>, draft: &mut Draft) -> Vec<SecretSlot> {
    let mut slots: Vec<SecretSlot> = Vec::new();
    for requirement in requirements(project.manifest) {
        let variable = &requirement.injection.name;
        if !is_variable_name(variable) || is_reserved_variable(variable) {
            let place = match &requirement.location {
                Some(location) => (location.clone(), None),
                None => project.manifest_place(),
            };
            draft.refuse(
                "variable-not-allowed",
                place,
                format!("`{}` cannot be put into a variable of this name", requirement.key.escape_debug()),
                "Name a variable of letters, digits and `_` that the engine does not need itself",
            );
            continue;
        }
        if slots.iter().any(|slot| slot.variable == *variable) {
            continue;
        }
        let has_default = requirement.default.is_some() && !requirement.secret;
        slots.push(SecretSlot {
            key: requirement.key.clone(),
            variable: variable.clone(),
            required: requirement.required && !has_default,
            value_type: requirement.value_type,
            template: requirement.template.clone(),
        });
    }
    slots
}

fn requirements(manifest: &Manifest) -> impl Iterator<Item = &Requirement> {
    manifest.requirements.iter().filter(|it| it.injection.method == InjectionMethod::Environment)
}

fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        _ => return None,
    };
    (!text.contains(char::is_control)).then_some(text)
}

impl BuildPlan {
    /// Variables for a deployment whose endpoint clients reach over https, without those that the manifest sets itself.
    pub fn https_env(&self) -> IndexMap<String, String> {
        let all = [
            ("FORCE_HTTPS", "true"),
            ("SESSION_SECURE", "true"),
            ("SESSION_SAME_SITE", "strict"),
            ("REQUIRE_TOKEN_VALIDATION", "true"),
        ];
        let open = all.into_iter().filter(|(name, _)| !self.env.contains_key(*name));
        open.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    /// Values of the variables that list folders of the application, which lies at `folder`, for the running server and
    /// for phases without network; `inherited` tells what such a variable holds already.
    pub fn path_env(
        &self,
        folder: &str,
        inherited: impl Fn(&str) -> Option<String>,
    ) -> IndexMap<String, String> {
        let value = |name: &String, folders: &Vec<String>| {
            below(folder, folders).chain(inherited(name)).collect::<Vec<_>>().join(":")
        };
        self.path_variables.iter().map(|(name, folders)| (name.clone(), value(name, folders))).collect()
    }

    /// The same for phases with network: `PATH` alone, and the application's folders behind all others. There nothing of
    /// the tree may run, and no dependency may stand in for `npm` or `pip`.
    pub fn install_path_env(&self, folder: &str, inherited: &str) -> IndexMap<String, String> {
        let own = self.path_variables.get("PATH").map(Vec::as_slice).unwrap_or_default();
        let value =
            std::iter::once(inherited.to_owned()).chain(below(folder, own)).collect::<Vec<_>>().join(":");
        IndexMap::from([("PATH".to_owned(), value)])
    }
}

fn below<'a>(folder: &'a str, paths: &'a [String]) -> impl Iterator<Item = String> + 'a {
    paths.iter().map(move |it| if it == "." { folder.to_owned() } else { format!("{folder}/{it}") })
}
