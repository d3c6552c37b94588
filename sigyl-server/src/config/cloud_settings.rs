//! The settings of the backends elsewhere, and of the registry that they pull images from.

use sigyl_core::secret::SecretText;

use super::{
    GOOGLE, Setting,
    settings::{PLAIN, Secrecy},
    values::{duration, list, one_of, path, web_address},
};

pub(super) const POLL: Setting = Setting {
    key: "deploy.poll_interval",
    variable: "SIGYL_DEPLOY_POLL_INTERVAL",
    default: "2s",
    takes: "duration",
    about: "How often `kubernetes`, `cloud-run` and `railway` are asked how something goes on.",
    set: |config, text| duration(text).map(|it| config.deploy.clouds.poll = it),
    ..PLAIN
};

pub(super) const REGISTRY_USER: Setting = Setting {
    key: "deploy.registry_user",
    variable: "SIGYL_DEPLOY_REGISTRY_USER",
    takes: "text",
    about: "Who Sigyl is to the registry of images, where that asks.",
    set: |config, text| {
        text.clone_into(&mut config.deploy.clouds.registry.user);
        Ok(())
    },
    ..PLAIN
};

pub(super) const REGISTRY_PASSWORD: Setting = Setting {
    key: "deploy.registry_password",
    variable: "SIGYL_DEPLOY_REGISTRY_PASSWORD",
    takes: "text",
    about: "The password or token for it.",
    secret: Secrecy::Secret,
    set: |config, text| {
        config.deploy.clouds.registry.password = secret(text);
        Ok(())
    },
    ..PLAIN
};

pub(super) const REGISTRY_PASSWORD_FILE: Setting = Setting {
    key: "deploy.registry_password_file",
    variable: "SIGYL_DEPLOY_REGISTRY_PASSWORD_FILE",
    takes: "file",
    about: "The file that has the password instead. It is read each time, so that tokens that end can be exchanged.",
    set: |config, text| path(text).map(|it| config.deploy.clouds.registry.password_file = it),
    ..PLAIN
};

pub(super) const REGISTRY_AUTH_FILE: Setting = Setting {
    key: "deploy.registry_auth_file",
    variable: "SIGYL_DEPLOY_REGISTRY_AUTH_FILE",
    takes: "file",
    about: "Docker's `config.json` with a login for the registry, instead of user and password. Programs that keep logins (`credHelpers`, `credsStore`) are not asked.",
    set: |config, text| path(text).map(|it| config.deploy.clouds.registry.auth_file = it),
    ..PLAIN
};

pub(super) const KUBECONFIG: Setting = Setting {
    key: "kubernetes.kubeconfig",
    variable: "SIGYL_KUBERNETES_KUBECONFIG",
    takes: "file",
    about: "The kubeconfig of the cluster. Default: the account of the pod that the server runs in. What its user names as `exec` is run.",
    set: |config, text| path(text).map(|it| config.deploy.clouds.kubernetes.kubeconfig = it),
    ..PLAIN
};

pub(super) const KUBERNETES_CONTEXT: Setting = Setting {
    key: "kubernetes.context",
    variable: "SIGYL_KUBERNETES_CONTEXT",
    takes: "text",
    about: "The context of the kubeconfig. Default: its current one.",
    set: |config, text| {
        text.clone_into(&mut config.deploy.clouds.kubernetes.context);
        Ok(())
    },
    ..PLAIN
};

pub(super) const KUBERNETES_NAMESPACE: Setting = Setting {
    key: "kubernetes.namespace",
    variable: "SIGYL_KUBERNETES_NAMESPACE",
    default: "sigyl-servers",
    takes: "name",
    about: "The namespace of all servers, which is there already: `sigyl render` prints it.",
    set: |config, text| label(text).map(|it| config.deploy.clouds.kubernetes.namespace = it),
    ..PLAIN
};

pub(super) const KUBERNETES_REACHABLE_FROM: Setting = Setting {
    key: "kubernetes.reachable_from",
    variable: "SIGYL_KUBERNETES_REACHABLE_FROM",
    default: "sigyl",
    takes: "list of names",
    about: "Namespaces from which servers can be reached: that of this server, and of an ingress.",
    set: |config, text| {
        let names = list(text).map(label).collect::<Result<_, _>>();
        names.map(|it| config.deploy.clouds.kubernetes.reachable_from = it)
    },
    ..PLAIN
};

pub(super) const KUBERNETES_PULL_SECRET: Setting = Setting {
    key: "kubernetes.pull_secret",
    variable: "SIGYL_KUBERNETES_PULL_SECRET",
    takes: "name",
    about: "The Secret of the namespace with which images are pulled.",
    set: |config, text| {
        text.clone_into(&mut config.deploy.clouds.kubernetes.pull_secret);
        Ok(())
    },
    ..PLAIN
};

pub(super) const KUBERNETES_SANDBOX_CLASS: Setting = Setting {
    key: "kubernetes.sandbox_class",
    variable: "SIGYL_KUBERNETES_SANDBOX_CLASS",
    default: "gvisor",
    takes: "name",
    about: "The RuntimeClass of deployments that ask for `runsc`.",
    set: |config, text| {
        text.clone_into(&mut config.deploy.clouds.kubernetes.sandbox_class);
        Ok(())
    },
    ..PLAIN
};

pub(super) const KUBERNETES_ORIGIN: Setting = Setting {
    key: "kubernetes.origin",
    variable: "SIGYL_KUBERNETES_ORIGIN",
    default: "http://{service}.{namespace}.svc:{port}",
    takes: "URL with `{service}`",
    about: "Where this server and clients reach a Service: by its name inside the cluster, or what stands before it, as `https://{service}.mcp.example.com`.",
    set: |config, text| origin(text, "{service}").map(|it| config.deploy.clouds.kubernetes.origin = it),
    ..PLAIN
};

pub(super) const CLOUD_RUN_PROJECT: Setting = Setting {
    key: "cloud_run.project",
    variable: "SIGYL_CLOUD_RUN_PROJECT",
    takes: "text",
    about: "The id of the project.",
    set: |config, text| {
        text.clone_into(&mut config.deploy.clouds.cloud_run.project);
        Ok(())
    },
    ..PLAIN
};

pub(super) const CLOUD_RUN_REGION: Setting = Setting {
    key: "cloud_run.region",
    variable: "SIGYL_CLOUD_RUN_REGION",
    takes: "text",
    about: "The region, as `europe-west1`.",
    set: |config, text| {
        text.clone_into(&mut config.deploy.clouds.cloud_run.region);
        Ok(())
    },
    ..PLAIN
};

pub(super) const CLOUD_RUN_CREDENTIALS_FILE: Setting = Setting {
    key: "cloud_run.credentials_file",
    variable: "SIGYL_CLOUD_RUN_CREDENTIALS_FILE",
    takes: "file",
    about: "Credentials of a service account, an impersonation, a user or a federation, in Google's own form. Default: what Google's own tools find.",
    set: |config, text| path(text).map(|it| config.deploy.clouds.cloud_run.credentials_file = it),
    ..PLAIN
};

pub(super) const CLOUD_RUN_SERVICE_ACCOUNT: Setting = Setting {
    key: "cloud_run.service_account",
    variable: "SIGYL_CLOUD_RUN_SERVICE_ACCOUNT",
    takes: "address",
    about: "The account that all servers run as; each can then read the secrets of every other. Default: an account for each, made by Sigyl.",
    set: |config, text| {
        text.clone_into(&mut config.deploy.clouds.cloud_run.service_account);
        Ok(())
    },
    ..PLAIN
};

pub(super) const CLOUD_RUN_ACCESS: Setting = Setting {
    key: "cloud_run.access",
    variable: "SIGYL_CLOUD_RUN_ACCESS",
    default: "private",
    takes: "`private` or `public`",
    about: "Who may call servers: who has the role `run.invoker`, or everybody.",
    set: |config, text| {
        one_of(text, &[("private", false), ("public", true)])
            .map(|it| config.deploy.clouds.cloud_run.is_public = it)
    },
    ..PLAIN
};

pub(super) const CLOUD_RUN_NETWORK: Setting = Setting {
    key: "cloud_run.network",
    variable: "SIGYL_CLOUD_RUN_NETWORK",
    takes: "NETWORK/SUBNETWORK",
    about: "The network that all egress goes through, so that its firewall says what servers reach. Without one they reach every public address.",
    set: |config, text| {
        config.deploy.clouds.cloud_run.network = match text.split_once('/') {
            Some((network, part)) if !network.is_empty() && !part.is_empty() && !part.contains('/') => {
                (network.to_owned(), part.to_owned())
            }
            None if text.is_empty() => Default::default(),
            _ => return Err("write NETWORK/SUBNETWORK".to_owned()),
        };
        Ok(())
    },
    ..PLAIN
};

pub(super) const CLOUD_RUN_BUILD_BUCKET: Setting = Setting {
    key: "cloud_run.build_bucket",
    variable: "SIGYL_CLOUD_RUN_BUILD_BUCKET",
    takes: "name",
    about: "A bucket of Cloud Storage: with one, Cloud Build makes the images of `cloud-run` and pushes them to `deploy.registry`, a folder of Artifact Registry. Default: an engine on this machine makes them.",
    set: |config, text| {
        text.clone_into(&mut config.deploy.clouds.cloud_run.build_bucket);
        Ok(())
    },
    ..PLAIN
};

pub(super) const CLOUD_RUN_BUILD_ACCOUNT: Setting = Setting {
    key: "cloud_run.build_account",
    variable: "SIGYL_CLOUD_RUN_BUILD_ACCOUNT",
    takes: "address",
    about: "The account that these builds run as; builds with secrets need one, which may then read them. Default: the project's own for builds.",
    set: |config, text| {
        text.clone_into(&mut config.deploy.clouds.cloud_run.build_account);
        Ok(())
    },
    ..PLAIN
};

pub(super) const CLOUD_RUN_URLS: Setting = Setting {
    key: "cloud_run.urls",
    variable: "SIGYL_CLOUD_RUN_URLS",
    takes: "list of NAME=URL",
    about: "Where Google's interfaces are, instead of `https://NAME.googleapis.com`: `run`, `secretmanager`, `logging`, `iam`, `cloudbuild`, `storage`, and `run-regional`, which is `https://REGION-run.googleapis.com`. For private endpoints, and for services that are played in tests.",
    set: |config, text| {
        config.deploy.clouds.cloud_run.urls.clear();
        for pair in list(text) {
            let (name, url) = pair.split_once('=').ok_or("write NAME=URL")?;
            if !GOOGLE.contains(&name) {
                return Err(format!("{name} is no interface; there is {}", GOOGLE.join(", ")));
            }
            config.deploy.clouds.cloud_run.urls.push((name.to_owned(), web_address(url)?));
        }
        Ok(())
    },
    ..PLAIN
};

pub(super) const RAILWAY_TOKEN: Setting = Setting {
    key: "railway.token",
    variable: "SIGYL_RAILWAY_TOKEN",
    takes: "text",
    about: "A token of an account or a workspace; of one environment where `railway.project` is set.",
    secret: Secrecy::Secret,
    set: |config, text| {
        config.deploy.clouds.railway.token = secret(text);
        Ok(())
    },
    ..PLAIN
};

pub(super) const RAILWAY_TOKEN_FILE: Setting = Setting {
    key: "railway.token_file",
    variable: "SIGYL_RAILWAY_TOKEN_FILE",
    takes: "file",
    about: "The file that has the token instead.",
    set: |config, text| path(text).map(|it| config.deploy.clouds.railway.token_file = it),
    ..PLAIN
};

pub(super) const RAILWAY_WORKSPACE: Setting = Setting {
    key: "railway.workspace",
    variable: "SIGYL_RAILWAY_WORKSPACE",
    takes: "id",
    about: "The workspace of projects, one for each deployment. Default: the token's own.",
    set: |config, text| {
        text.clone_into(&mut config.deploy.clouds.railway.workspace);
        Ok(())
    },
    ..PLAIN
};

pub(super) const RAILWAY_PROJECT: Setting = Setting {
    key: "railway.project",
    variable: "SIGYL_RAILWAY_PROJECT",
    takes: "PROJECT/ENVIRONMENT",
    about: "Ids of the one project and environment that all servers go into, with that environment's own token. Servers then reach each other. Default: a project for each.",
    set: |config, text| {
        config.deploy.clouds.railway.project = match text.split_once('/') {
            Some((project, environment)) if !project.is_empty() && !environment.is_empty() => {
                (project.to_owned(), environment.to_owned())
            }
            None if text.is_empty() => Default::default(),
            _ => return Err("write PROJECT/ENVIRONMENT".to_owned()),
        };
        Ok(())
    },
    ..PLAIN
};

pub(super) const RAILWAY_REGISTRY_USER: Setting = Setting {
    key: "railway.registry_user",
    variable: "SIGYL_RAILWAY_REGISTRY_USER",
    takes: "text",
    about: "As whom Railway pulls images, where the registry asks: somebody who may read, and no more.",
    set: |config, text| {
        text.clone_into(&mut config.deploy.clouds.railway.registry_user);
        Ok(())
    },
    ..PLAIN
};

pub(super) const RAILWAY_REGISTRY_PASSWORD: Setting = Setting {
    key: "railway.registry_password",
    variable: "SIGYL_RAILWAY_REGISTRY_PASSWORD",
    takes: "text",
    about: "The password or token for it.",
    secret: Secrecy::Secret,
    set: |config, text| {
        config.deploy.clouds.railway.registry_password = secret(text);
        Ok(())
    },
    ..PLAIN
};

pub(super) const RAILWAY_REGISTRY_PASSWORD_FILE: Setting = Setting {
    key: "railway.registry_password_file",
    variable: "SIGYL_RAILWAY_REGISTRY_PASSWORD_FILE",
    takes: "file",
    about: "The file that has that password instead.",
    set: |config, text| path(text).map(|it| config.deploy.clouds.railway.registry_password_file = it),
    ..PLAIN
};

pub(super) const RAILWAY_HEALTH_PATH: Setting = Setting {
    key: "railway.health_path",
    variable: "SIGYL_RAILWAY_HEALTH_PATH",
    takes: "path",
    about: "A path at which every server answers 200 to `GET`, which Railway waits for before it switches. Servers behind the bridge answer at `/health`, others may not.",
    set: |config, text| {
        if !text.is_empty() && !text.starts_with('/') {
            return Err("write a path, as /health".to_owned());
        }
        text.clone_into(&mut config.deploy.clouds.railway.health_path);
        Ok(())
    },
    ..PLAIN
};

pub(super) const RAILWAY_URL: Setting = Setting {
    key: "railway.url",
    variable: "SIGYL_RAILWAY_URL",
    default: "https://backboard.railway.com/graphql/v2",
    takes: "URL",
    about: "Where Railway's interface is. Another one is for a Railway that is played in tests.",
    set: |config, text| web_address(text).map(|it| config.deploy.clouds.railway.url = it),
    ..PLAIN
};

pub(super) const RAILWAY_ORIGIN: Setting = Setting {
    key: "railway.origin",
    variable: "SIGYL_RAILWAY_ORIGIN",
    default: "https://{domain}",
    takes: "URL with `{domain}`",
    about: "Where a domain of Railway is reached: there, or at what stands before it.",
    set: |config, text| origin(text, "{domain}").map(|it| config.deploy.clouds.railway.origin = it),
    ..PLAIN
};

fn secret(text: &str) -> Option<SecretText> {
    (!text.is_empty()).then(|| SecretText::new(text.to_owned()))
}

/// An origin in which a part stands for something.
fn origin(text: &str, part: &str) -> Result<String, String> {
    let is_origin = ["http://", "https://"].iter().any(|scheme| text.starts_with(scheme));
    match is_origin && text.contains(part) && !text.contains(['?', '#', '@', ' ']) {
        true => Ok(text.trim_end_matches('/').to_owned()),
        false => Err(format!("write https://… with {part} in it, without user, query or fragment")),
    }
}

/// A name as Kubernetes has them.
fn label(text: &str) -> Result<String, String> {
    let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let is_name = (1..=63).contains(&text.len())
        && text.bytes().all(|byte| is_inner(byte) || byte == b'-')
        && text.bytes().next().is_some_and(is_inner)
        && text.bytes().last().is_some_and(is_inner);
    match is_name {
        true => Ok(text.to_owned()),
        false => Err("write a name of a namespace: lower-case letters, digits and -".to_owned()),
    }
}
