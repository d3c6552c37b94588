//! What a server's container may do: next to nothing.

use std::{collections::HashMap, net::Ipv4Addr};

use bollard::models::{
    ContainerCreateBody, EndpointIpamConfig, EndpointSettings, HealthConfig, HostConfig, HostConfigLogConfig,
    NetworkingConfig, ResourcesUlimits, RestartPolicy, RestartPolicyNameEnum,
};

use super::{labels, network::Network};
use crate::backend::{Artifact, BackendError, BuiltImage, DeploySpec, SecretSource};

/// How often the engine brings a server back that ends by itself; afterwards whoever watches decides. Chosen.
const RESTARTS_MAX: i64 = 10;

/// Size of a log file, and how many of them a container has.
const LOG_SIZE: &str = "10m";
const LOG_FILES: &str = "2";

/// Open files. Chosen: engines differ by four orders of magnitude, and some servers close every possible one.
const FILES: i64 = 8192;

/// The image that a spec runs.
pub(crate) fn image_of<'a>(backend: &str, spec: &'a DeploySpec) -> Result<&'a BuiltImage, BackendError> {
    match &spec.artifact {
        Artifact::Image(image) => Ok(image),
        Artifact::Folder { .. } => {
            Err(BackendError::Unsupported { backend: backend.to_owned(), what: "run a folder".to_owned() })
        }
    }
}

/// Refuses what would not be hardened, or what an engine would take for something else.
pub(crate) fn check(backend: &str, spec: &DeploySpec, replicas_max: u32) -> Result<(), BackendError> {
    let unsupported = |what: String| Err(BackendError::Unsupported { backend: backend.to_owned(), what });
    if spec.uid == 0 {
        return unsupported("run a server as root".to_owned());
    }
    if spec.replicas == 0 || spec.replicas > replicas_max {
        return unsupported(format!("run {} replicas; it takes 1 to {replicas_max}", spec.replicas));
    }
    let is_name = |name: &str| !name.is_empty() && !name.contains(['=', '\0']);
    if let Some(bad) = spec.env.keys().chain(spec.secrets.keys()).find(|name| !is_name(name)) {
        return unsupported(format!("set a variable with the name {bad:?}"));
    }
    if let Some((bad, _)) = spec.env.iter().find(|(_, value)| value.contains('\0')) {
        return unsupported(format!("set {bad} to a value with a NUL byte"));
    }
    Ok(())
}

/// The variables of a server: the spec's, its proxy's, and its secrets, which are revealed here and nowhere before.
pub(crate) async fn environment(
    spec: &DeploySpec,
    proxy: Option<&str>,
    secrets: &dyn SecretSource,
) -> Result<Vec<String>, BackendError> {
    let mut variables: HashMap<String, String> = HashMap::new();
    if let Some(proxy) = proxy {
        variables.extend(sigyl_egress::variables(proxy).map(|(name, value)| (name.to_owned(), value)));
    }
    variables.extend(spec.env.iter().map(|(name, value)| (name.clone(), value.clone())));
    for (name, reference) in &spec.secrets {
        let value = secrets.reveal(reference).await?;
        if value.reveal().contains('\0') {
            return Err(BackendError::Secret {
                name: name.clone(),
                reason: "it has a NUL byte, which no variable can have".to_owned(),
            });
        }
        variables.insert(name.clone(), value.reveal().to_owned());
    }
    let mut environment: Vec<_> =
        variables.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    environment.sort();
    Ok(environment)
}

/// A container's description. `environment` is the only part that has secrets.
pub(crate) fn body(
    instance: &str,
    spec: &DeploySpec,
    image: &str,
    replica: u32,
    environment: Vec<String>,
    network: &Network,
    address: Ipv4Addr,
) -> ContainerCreateBody {
    let mut labels = labels::of(instance, &spec.id, Some(spec.release));
    labels.insert(labels::REPLICA.to_owned(), replica.to_string());
    if let Artifact::Image(image) = &spec.artifact {
        labels.insert(labels::PLAN.to_owned(), image.plan_digest.to_string());
    }
    let memory = i64::try_from(spec.limits.memory_bytes).ok();
    let host = HostConfig {
        network_mode: Some(network.name.clone()),
        runtime: spec.runtime.clone(),
        readonly_rootfs: Some(true),
        cap_drop: Some(vec!["ALL".to_owned()]),
        security_opt: Some(vec!["no-new-privileges:true".to_owned()]),
        privileged: Some(false),
        publish_all_ports: Some(false),
        ipc_mode: Some("private".to_owned()),
        init: Some(true),
        memory,
        // The same: no swap.
        memory_swap: memory,
        oom_kill_disable: Some(false),
        nano_cpus: Some(i64::from(spec.limits.cpu_millis) * 1_000_000),
        pids_limit: Some(i64::from(spec.limits.pids)),
        ulimits: Some(vec![limit("nofile", FILES), limit("core", 0)]),
        tmpfs: Some(HashMap::from([(
            "/tmp".to_owned(),
            format!("rw,noexec,nosuid,nodev,mode=1777,size={}", spec.limits.tmp_bytes),
        )])),
        // No server of names but the container itself, where there is none: names are the proxy's business.
        dns: Some(vec!["127.0.0.1".to_owned()]),
        restart_policy: Some(RestartPolicy {
            name: Some(RestartPolicyNameEnum::ON_FAILURE),
            maximum_retry_count: Some(RESTARTS_MAX),
        }),
        log_config: Some(HostConfigLogConfig {
            typ: Some("json-file".to_owned()),
            config: Some(HashMap::from([
                ("max-size".to_owned(), LOG_SIZE.to_owned()),
                ("max-file".to_owned(), LOG_FILES.to_owned()),
            ])),
        }),
        ..HostConfig::default()
    };
    ContainerCreateBody {
        image: Some(image.to_owned()),
        user: Some(format!("{0}:{0}", spec.uid)),
        hostname: Some(spec.id.to_string()),
        env: Some(environment),
        // As the entry point: the image's own one does not stand before it then, nor its arguments behind.
        entrypoint: (!spec.command.is_empty()).then(|| spec.command.clone()),
        labels: Some(labels),
        // Health is an exchange of MCP from outside; a check inside would only cost.
        healthcheck: Some(HealthConfig { test: Some(vec!["NONE".to_owned()]), ..HealthConfig::default() }),
        host_config: Some(host),
        networking_config: Some(NetworkingConfig {
            endpoints_config: Some(HashMap::from([(
                network.name.clone(),
                EndpointSettings {
                    ipam_config: Some(EndpointIpamConfig {
                        ipv4_address: Some(address.to_string()),
                        ..EndpointIpamConfig::default()
                    }),
                    ..EndpointSettings::default()
                },
            )])),
        }),
        ..ContainerCreateBody::default()
    }
}

fn limit(name: &str, value: i64) -> ResourcesUlimits {
    ResourcesUlimits { name: Some(name.to_owned()), soft: Some(value), hard: Some(value) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use async_trait::async_trait;
    use indexmap::IndexMap;
    use sigyl_core::{Digest, secret::SecretText};

    use super::*;
    use crate::{
        backend::{DeploymentId, Health, SecretRef, docker::subnets::Net},
        plan::Limits,
    };

    struct Canary;

    #[async_trait]
    impl SecretSource for Canary {
        async fn reveal(&self, _: &SecretRef) -> Result<SecretText, BackendError> {
            Ok(SecretText::new("canary-5f1d".to_owned()))
        }
    }

    fn spec() -> DeploySpec {
        DeploySpec {
            id: DeploymentId::parse("weather").unwrap(),
            release: 3,
            artifact: Artifact::Image(BuiltImage {
                reference: "sigyl/weather:1".to_owned(),
                digest: "sha256:0".to_owned(),
                size_bytes: 1,
                plan_digest: Digest::of(b"plan"),
                reused: false,
            }),
            command: vec!["node".to_owned(), "index.js".to_owned()],
            env: IndexMap::from([("PORT".to_owned(), "8080".to_owned())]),
            secrets: BTreeMap::from([("API_KEY".to_owned(), SecretRef("api-key".to_owned()))]),
            port: 8080,
            path: "/mcp".to_owned(),
            uid: 10_001,
            limits: Limits::default(),
            egress: Vec::new(),
            replicas: 1,
            health: Health::default(),
            runtime: None,
            front_port: None,
        }
    }

    #[tokio::test]
    async fn a_container_may_do_next_to_nothing() {
        let network = Network {
            name: "sigyl-weather".to_owned(),
            bridge: "sg0".to_owned(),
            net: Net::parse("10.213.0.0/27").unwrap(),
            gateway: Ipv4Addr::new(10, 213, 0, 1),
        };
        let environment = environment(&spec(), Some("10.213.0.1:8877"), &Canary).await.unwrap();
        assert!(environment.contains(&"API_KEY=canary-5f1d".to_owned()));
        let body = body("sigyl", &spec(), "sha256:0", 0, environment, &network, Ipv4Addr::new(10, 213, 0, 2));
        insta::assert_snapshot!(serde_json::to_string_pretty(&without_order(body)).unwrap(), @r#"
        {
          "Entrypoint": [
            "node",
            "index.js"
          ],
          "Env": [
            "API_KEY=canary-5f1d",
            "HTTPS_PROXY=http://10.213.0.1:8877",
            "HTTP_PROXY=http://10.213.0.1:8877",
            "NODE_USE_ENV_PROXY=1",
            "NO_PROXY=localhost,127.0.0.1,::1",
            "PORT=8080",
            "http_proxy=http://10.213.0.1:8877",
            "https_proxy=http://10.213.0.1:8877",
            "no_proxy=localhost,127.0.0.1,::1"
          ],
          "Healthcheck": {
            "Test": [
              "NONE"
            ]
          },
          "HostConfig": {
            "CapDrop": [
              "ALL"
            ],
            "Dns": [
              "127.0.0.1"
            ],
            "Init": true,
            "IpcMode": "private",
            "LogConfig": {
              "Config": {
                "max-file": "2",
                "max-size": "10m"
              },
              "Type": "json-file"
            },
            "Memory": 268435456,
            "MemorySwap": 268435456,
            "NanoCpus": 500000000,
            "NetworkMode": "sigyl-weather",
            "OomKillDisable": false,
            "PidsLimit": 128,
            "Privileged": false,
            "PublishAllPorts": false,
            "ReadonlyRootfs": true,
            "RestartPolicy": {
              "MaximumRetryCount": 10,
              "Name": "on-failure"
            },
            "SecurityOpt": [
              "no-new-privileges:true"
            ],
            "Tmpfs": {
              "/tmp": "rw,noexec,nosuid,nodev,mode=1777,size=67108864"
            },
            "Ulimits": [
              {
                "Name": "nofile",
                "Soft": 8192,
                "Hard": 8192
              },
              {
                "Name": "core",
                "Soft": 0,
                "Hard": 0
              }
            ]
          },
          "Hostname": "weather",
          "Image": "sha256:0",
          "Labels": {
            "sigyl.deployment": "weather",
            "sigyl.instance": "sigyl",
            "sigyl.plan": "64879f7d6b960a01909762d911a32d4582c20010c5641ee90278b644a9e3b525",
            "sigyl.release": "3",
            "sigyl.replica": "0"
          },
          "NetworkingConfig": {
            "EndpointsConfig": {
              "sigyl-weather": {
                "IPAMConfig": {
                  "IPv4Address": "10.213.0.2"
                }
              }
            }
          },
          "User": "10001:10001"
        }
        "#);
    }

    /// The description with its maps sorted, and without what is absent.
    fn without_order(body: ContainerCreateBody) -> serde_json::Value {
        let mut value = serde_json::to_value(body).unwrap();
        sort(&mut value);
        value
    }

    fn sort(value: &mut serde_json::Value) {
        if let Some(map) = value.as_object_mut() {
            map.sort_keys();
            map.values_mut().for_each(sort);
        }
    }

    #[tokio::test]
    async fn what_is_not_hardened_is_refused() {
        let refused = |change: fn(&mut DeploySpec)| {
            let mut spec = spec();
            change(&mut spec);
            check("docker", &spec, 12).unwrap_err().to_string()
        };
        assert!(refused(|spec| spec.uid = 0).contains("as root"));
        assert!(refused(|spec| spec.replicas = 13).contains("1 to 12"));
        assert!(refused(|spec| spec.replicas = 0).contains("1 to 12"));
        let bad = |spec: &mut DeploySpec| {
            spec.env.insert("A=B".to_owned(), String::new());
        };
        assert!(refused(bad).contains("A=B"));
        assert!(check("docker", &spec(), 12).is_ok());
    }
}
