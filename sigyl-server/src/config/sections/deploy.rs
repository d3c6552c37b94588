//! Deployments.

use super::super::{
    cloud_settings,
    settings::{PLAIN, Setting},
    values::{list, number, one_of, path},
};

/// Backends that this program was built with.
const BACKENDS: &[&str] = &[
    "process",
    "docker",
    "swarm",
    #[cfg(feature = "kubernetes")]
    "kubernetes",
    #[cfg(feature = "cloud-run")]
    "cloud-run",
    #[cfg(feature = "railway")]
    "railway",
];

/// Backends that there are.
const ALL_BACKENDS: &[&str] = &["process", "docker", "swarm", "kubernetes", "cloud-run", "railway"];

pub(in crate::config) static DEPLOY: &[Setting] = &[
    Setting {
        key: "deploy.backends",
        variable: "SIGYL_DEPLOY_BACKENDS",
        default: "auto",
        takes: "`auto`, `none`, or names",
        about: "Where deployments run, the one that is used unasked first: `process`, `docker`, `swarm`, `kubernetes`, `cloud-run`, `railway`. `auto` is `docker` where its engine answers when the server starts, and `process`.",
        set: |config, text| {
            let names = list(text).map(str::to_owned).collect::<Vec<_>>();
            let is_known = |name: &str| ["auto", "none"].contains(&name) || BACKENDS.contains(&name);
            match names.iter().find(|name| !is_known(name)) {
                Some(name) if ALL_BACKENDS.contains(&name.as_str()) => {
                    Err(format!("this program was built without {name}; build it with `--features {name}`"))
                }
                Some(name) => {
                    Err(format!("{name} is no backend; write auto, none, {}", ALL_BACKENDS.join(", ")))
                }
                None => {
                    config.deploy.backends = names;
                    Ok(())
                }
            }
        },
        ..PLAIN
    },
    Setting {
        key: "deploy.docker_host",
        variable: "SIGYL_DOCKER_HOST",
        takes: "address",
        about: "Where the engine of `docker` and `swarm` listens. Default: what `DOCKER_HOST` says, else `unix:///var/run/docker.sock`.",
        set: |config, text| {
            text.clone_into(&mut config.deploy.docker_host);
            Ok(())
        },
        ..PLAIN
    },
    Setting {
        key: "deploy.registry",
        variable: "SIGYL_DEPLOY_REGISTRY",
        takes: "host and folder",
        about: "Where images are pushed and pulled by digest, such as `registry.example.com/sigyl`; nowhere where absent. `swarm`, `kubernetes`, `cloud-run` and `railway` need one for what they do not get as an image.",
        set: |config, text| {
            let is_whole =
                text.split_once('/').is_some_and(|(host, folder)| !host.is_empty() && !folder.is_empty());
            if !is_whole || text.contains("://") {
                return Err("write HOST/FOLDER, without https://".to_owned());
            }
            text.clone_into(&mut config.deploy.registry);
            Ok(())
        },
        ..PLAIN
    },
    cloud_settings::REGISTRY_USER,
    cloud_settings::REGISTRY_PASSWORD,
    cloud_settings::REGISTRY_PASSWORD_FILE,
    cloud_settings::REGISTRY_AUTH_FILE,
    Setting {
        key: "deploy.base_images",
        variable: "SIGYL_BASE_IMAGES",
        takes: "list of NAME=IMAGE",
        about: "Images that are used instead of others, as `node:22-slim=registry.example.com/node@sha256:…`.",
        set: |config, text| {
            config.deploy.base_images.clear();
            for pair in list(text) {
                let (name, image) = pair.split_once('=').ok_or("write NAME=IMAGE")?;
                config.deploy.base_images.push((name.trim().to_owned(), image.trim().to_owned()));
            }
            Ok(())
        },
        ..PLAIN
    },
    Setting {
        key: "deploy.ca_file",
        variable: "SIGYL_DEPLOY_CA_FILE",
        takes: "file",
        about: "Certificates of authorities, in PEM, that builds and servers trust beside their own.",
        set: |config, text| path(text).map(|it| config.deploy.ca_file = it),
        ..PLAIN
    },
    Setting {
        key: "deploy.bridge",
        variable: "SIGYL_BRIDGE",
        takes: "file",
        about: "The static `sigyl-bridge` that servers of standard input and output are run by, and that leads into the networks of `process` and `swarm`. Default: the one beside this program.",
        set: |config, text| path(text).map(|it| config.deploy.bridge = it),
        ..PLAIN
    },
    Setting {
        key: "deploy.isolation",
        variable: "SIGYL_DEPLOY_ISOLATION",
        default: "bubblewrap",
        takes: "`bubblewrap` or `none`",
        about: "How `process` keeps servers from this computer. With `none` they run as the server's own user.",
        set: |config, text| {
            one_of(text, &[("bubblewrap", true), ("none", false)]).map(|it| config.deploy.isolates = it)
        },
        ..PLAIN
    },
    Setting {
        key: "deploy.deployments_max",
        variable: "SIGYL_DEPLOYMENTS_MAX",
        default: "20",
        takes: "number",
        about: "Deployments of a workspace.",
        set: |config, text| number(text, 0, 100_000).map(|it| config.deploy.deployments_max = it),
        ..PLAIN
    },
    Setting {
        key: "deploy.public_url",
        variable: "SIGYL_DEPLOY_PUBLIC_URL",
        takes: "address",
        about: "Where clients find deployments of this computer, by a proxy of yours that speaks https: `https://{workspace}-{name}.mcp.example.com`, with `{id}` or `{port}` as well. Default: at the listeners of this computer alone.",
        set: |config, text| crate::deployments::template(text).map(|it| config.deploy.public_url = it),
        ..PLAIN
    },
    Setting {
        key: "deploy.releases_kept",
        variable: "SIGYL_DEPLOY_RELEASES_KEPT",
        default: "5",
        takes: "number",
        about: "Releases of a deployment whose image is kept, so that one can go back to them, the one that answers among them.",
        set: |config, text| number(text, 1, 1_000).map(|it| config.deploy.releases_kept = it),
        ..PLAIN
    },
    Setting {
        key: "deploy.idle_stop",
        variable: "SIGYL_DEPLOY_IDLE_STOP",
        default: "0",
        takes: "minutes",
        about: "How long a new deployment goes on without a request before it is stopped until the next one, where it says nothing itself; 0 for without end.",
        set: |config, text| number(text, 0, 100_000).map(|it| config.deploy.idle_stop_minutes = it),
        ..PLAIN
    },
    Setting {
        key: "deploy.workers",
        variable: "SIGYL_DEPLOY_WORKERS",
        default: "2",
        takes: "number",
        about: "Deployments that are worked on at a time, beside one that is only to start or to end; 0 leaves it to other replicas.",
        set: |config, text| number(text, 0, 64).map(|it| config.deploy.workers = it),
        ..PLAIN
    },
    cloud_settings::POLL,
    cloud_settings::KUBECONFIG,
    cloud_settings::KUBERNETES_CONTEXT,
    cloud_settings::KUBERNETES_NAMESPACE,
    cloud_settings::KUBERNETES_REACHABLE_FROM,
    cloud_settings::KUBERNETES_PULL_SECRET,
    cloud_settings::KUBERNETES_SANDBOX_CLASS,
    cloud_settings::KUBERNETES_ORIGIN,
    cloud_settings::CLOUD_RUN_PROJECT,
    cloud_settings::CLOUD_RUN_REGION,
    cloud_settings::CLOUD_RUN_CREDENTIALS_FILE,
    cloud_settings::CLOUD_RUN_SERVICE_ACCOUNT,
    cloud_settings::CLOUD_RUN_ACCESS,
    cloud_settings::CLOUD_RUN_NETWORK,
    cloud_settings::CLOUD_RUN_BUILD_BUCKET,
    cloud_settings::CLOUD_RUN_BUILD_ACCOUNT,
    cloud_settings::CLOUD_RUN_URLS,
    cloud_settings::RAILWAY_TOKEN,
    cloud_settings::RAILWAY_TOKEN_FILE,
    cloud_settings::RAILWAY_WORKSPACE,
    cloud_settings::RAILWAY_PROJECT,
    cloud_settings::RAILWAY_REGISTRY_USER,
    cloud_settings::RAILWAY_REGISTRY_PASSWORD,
    cloud_settings::RAILWAY_REGISTRY_PASSWORD_FILE,
    cloud_settings::RAILWAY_HEALTH_PATH,
    cloud_settings::RAILWAY_URL,
    cloud_settings::RAILWAY_ORIGIN,
];
