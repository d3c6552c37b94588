//! What is configured of the backends elsewhere, and of the registry that they pull images from.

use std::{path::PathBuf, time::Duration};

use sigyl_core::secret::SecretText;

/// What Sigyl is told of clusters and hosting services.
#[derive(Debug, Clone, Default)]
pub struct CloudsConfig {
    /// Between two looks at what a service does.
    pub poll: Duration,
    /// Who Sigyl is to the registry of images.
    pub registry: RegistryConfig,
    /// A cluster.
    pub kubernetes: KubernetesConfig,
    /// Google Cloud Run.
    pub cloud_run: CloudRunConfig,
    /// Railway.
    pub railway: RailwayConfig,
}

/// Who Sigyl is to the registry of images.
#[derive(Debug, Clone, Default)]
pub struct RegistryConfig {
    /// The name; empty where the registry does not ask.
    pub user: String,
    /// The password itself.
    pub password: Option<SecretText>,
    /// The file that has it.
    pub password_file: Option<PathBuf>,
    /// Docker's own file of logins.
    pub auth_file: Option<PathBuf>,
}

/// A cluster.
#[derive(Debug, Clone, Default)]
pub struct KubernetesConfig {
    /// Who Sigyl is to which cluster; the account of its own pod where absent.
    pub kubeconfig: Option<PathBuf>,
    /// Which context of it; the current one where empty.
    pub context: String,
    /// The namespace of servers.
    pub namespace: String,
    /// Namespaces from which servers are reached.
    pub reachable_from: Vec<String>,
    /// The Secret with which images are pulled; empty for none.
    pub pull_secret: String,
    /// The RuntimeClass of a sandbox.
    pub sandbox_class: String,
    /// Where Services are reached.
    pub origin: String,
}

/// Google Cloud Run.
#[derive(Debug, Clone, Default)]
pub struct CloudRunConfig {
    /// The project.
    pub project: String,
    /// The region.
    pub region: String,
    /// Credentials; what Google's own tools find where absent.
    pub credentials_file: Option<PathBuf>,
    /// The account of all servers; one for each where empty.
    pub service_account: String,
    /// Whether everybody may call servers.
    pub is_public: bool,
    /// The network of their egress, and its part in the region; empty for none.
    pub network: (String, String),
    /// The bucket through which Cloud Build gets sources; an engine builds where empty.
    pub build_bucket: String,
    /// The account that builds run as; the project's own where empty.
    pub build_account: String,
    /// Addresses of interfaces, by name.
    pub urls: Vec<(String, String)>,
}

/// Railway.
#[derive(Debug, Clone, Default)]
pub struct RailwayConfig {
    /// The token itself.
    pub token: Option<SecretText>,
    /// The file that has it.
    pub token_file: Option<PathBuf>,
    /// The workspace; the token's own where empty.
    pub workspace: String,
    /// The one project and environment of all servers; a project for each where empty.
    pub project: (String, String),
    /// Who pulls images; empty where the registry does not ask.
    pub registry_user: String,
    /// The password itself.
    pub registry_password: Option<SecretText>,
    /// The file that has it.
    pub registry_password_file: Option<PathBuf>,
    /// A path at which every server answers 200; empty for none.
    pub health_path: String,
    /// Where the interface is.
    pub url: String,
    /// Where domains are reached.
    pub origin: String,
}

/// Names of Google's interfaces.
pub(crate) const GOOGLE: [&str; 7] =
    ["run", "secretmanager", "logging", "iam", "cloudbuild", "storage", "run-regional"];

/// What backends need that are wanted; each with the setting, what is missing, and the mend.
pub(super) fn missing(config: &super::DeployConfig) -> Vec<(&'static str, &'static str, &'static str)> {
    let mut missing = Vec::new();
    let wants = |name: &str| config.backends.iter().any(|wanted| wanted == name);
    let clouds = &config.clouds;
    let google = &clouds.cloud_run;
    if wants("cloud-run") && (google.project.is_empty() || google.region.is_empty()) {
        missing.push(("cloud_run.project", "`cloud-run` needs a project and a region", "name both"));
    }
    if !google.build_bucket.is_empty() && config.registry.is_empty() {
        missing.push(("cloud_run.build_bucket", "Cloud Build pushes to a registry", "set deploy.registry"));
    }
    let railway = &clouds.railway;
    let token = (railway.token.is_some(), railway.token_file.is_some());
    if wants("railway") && token == (false, false) {
        missing.push((
            "railway.token_file",
            "`railway` needs a token",
            "name a file that has it, or set SIGYL_RAILWAY_TOKEN",
        ));
    }
    if token == (true, true) {
        missing.push(("railway.token_file", "the token is named more than once", "name one source of it"));
    }
    let registry = &clouds.registry;
    let passwords =
        [registry.password.is_some(), registry.password_file.is_some(), registry.auth_file.is_some()];
    let one = "name one of a password, a file with it, and a file of logins";
    match passwords.iter().filter(|given| **given).count() {
        0 if registry.user.is_empty() => {}
        0 => missing.push(("deploy.registry_user", "there is no password for it", one)),
        1 if registry.auth_file.is_none() && registry.user.is_empty() => {
            missing.push(("deploy.registry_user", "whose password it is, is not said", "name the user"));
        }
        1 if config.registry.is_empty() => {
            missing.push(("deploy.registry", "there is a login for no registry", "name the registry"));
        }
        1 => {}
        _ => missing.push(("deploy.registry_password_file", "the login is named more than once", one)),
    }
    let pulls = [railway.registry_password.is_some(), railway.registry_password_file.is_some()];
    if pulls.iter().filter(|given| **given).count() != usize::from(!railway.registry_user.is_empty()) {
        missing.push((
            "railway.registry_user",
            "a login has a user and one password",
            "name both, or neither",
        ));
    }
    missing
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::super::{Given, gather, show};

    fn with(variables: &[(&str, &str)]) -> Result<super::super::Gathered, String> {
        let given = Given {
            file: None,
            flags: Vec::new(),
            environment: &|name| match name {
                "HOME" => Some(OsString::from("/home/someone")),
                name => {
                    let found = variables.iter().find(|(other, _)| *other == name);
                    found.map(|(_, value)| OsString::from(value))
                }
            },
        };
        gather(&given).map_err(|all| all.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    }

    #[test]
    fn what_a_backend_needs_is_asked_for_when_the_server_starts() {
        #[cfg(feature = "cloud-run")]
        {
            let wants = ("SIGYL_DEPLOY_BACKENDS", "cloud-run");
            assert!(with(&[wants]).unwrap_err().contains("needs a project and a region"));
            let named = [wants, ("SIGYL_CLOUD_RUN_PROJECT", "p"), ("SIGYL_CLOUD_RUN_REGION", "r")];
            assert!(with(&named).is_ok());
        }
        #[cfg(feature = "railway")]
        {
            let wants = ("SIGYL_DEPLOY_BACKENDS", "docker,railway");
            assert!(with(&[wants]).unwrap_err().contains("needs a token"));
            assert!(with(&[wants, ("SIGYL_RAILWAY_TOKEN_FILE", "/run/token")]).is_ok());
        }
        let lone = with(&[("SIGYL_DEPLOY_REGISTRY_USER", "robot")]).unwrap_err();
        assert!(lone.contains("no password for it"), "{lone}");
        let nowhere =
            [("SIGYL_DEPLOY_REGISTRY_USER", "robot"), ("SIGYL_DEPLOY_REGISTRY_PASSWORD_FILE", "/x")];
        assert!(with(&nowhere).unwrap_err().contains("for no registry"));
        let whole = [nowhere[0], nowhere[1], ("SIGYL_DEPLOY_REGISTRY", "r.example/sigyl")];
        assert!(with(&whole).is_ok());
        let twice = [whole[0], whole[1], whole[2], ("SIGYL_DEPLOY_REGISTRY_PASSWORD", "x")];
        assert!(with(&twice).unwrap_err().contains("more than once"));
    }

    #[test]
    fn what_is_no_value_is_refused() {
        for (name, text) in [
            ("SIGYL_KUBERNETES_NAMESPACE", "Servers"),
            ("SIGYL_KUBERNETES_REACHABLE_FROM", "sigyl,-x"),
            ("SIGYL_KUBERNETES_ORIGIN", "http://servers.example.com"),
            ("SIGYL_CLOUD_RUN_ACCESS", "open"),
            ("SIGYL_CLOUD_RUN_NETWORK", "network"),
            ("SIGYL_CLOUD_RUN_URLS", "walk=https://example.com"),
            ("SIGYL_RAILWAY_PROJECT", "project"),
            ("SIGYL_RAILWAY_HEALTH_PATH", "health"),
            ("SIGYL_RAILWAY_ORIGIN", "ftp://{domain}"),
            ("SIGYL_DEPLOY_BACKENDS", "moon"),
        ] {
            assert!(with(&[(name, text)]).unwrap_err().contains(name), "{name}");
        }
    }

    #[test]
    fn no_secret_is_shown() {
        let gathered = with(&[
            ("SIGYL_DEPLOY_REGISTRY", "r.example/sigyl"),
            ("SIGYL_DEPLOY_REGISTRY_USER", "robot"),
            ("SIGYL_DEPLOY_REGISTRY_PASSWORD", "canary"),
            ("SIGYL_RAILWAY_TOKEN", "canary"),
            ("SIGYL_RAILWAY_REGISTRY_USER", "reader"),
            ("SIGYL_RAILWAY_REGISTRY_PASSWORD", "canary"),
        ]);
        let gathered = gathered.unwrap();
        let shown = format!("{} {:?}", show(&gathered), gathered.config.deploy);
        assert!(shown.contains("robot") && !shown.contains("canary"), "{shown}");
    }
}
