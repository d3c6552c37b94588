//! A release as a service: its description, and taking it away.

use std::{collections::HashMap, time::Duration};

use bollard::models::{
    EndpointPortConfig, EndpointPortConfigProtocolEnum, EndpointPortConfigPublishModeEnum, EndpointSpec,
    EndpointSpecModeEnum, HealthConfig, Limit, Mount, MountTmpfsOptions, MountType, NetworkAttachmentConfig,
    ResourcesUlimits, Service, ServiceSpec, ServiceSpecMode, ServiceSpecModeReplicated,
    ServiceSpecUpdateConfig, ServiceSpecUpdateConfigFailureActionEnum, ServiceSpecUpdateConfigOrderEnum,
    TaskSpec, TaskSpecContainerSpec, TaskSpecContainerSpecDnsConfig, TaskSpecContainerSpecPrivileges,
    TaskSpecLogDriver, TaskSpecResources, TaskSpecRestartPolicy, TaskSpecRestartPolicyConditionEnum,
};

use crate::backend::{
    Artifact, BackendError, DeploySpec, DeploymentId, ReleaseNumber,
    docker::{
        engine::{Engine, is_missing},
        labels,
    },
};

/// How often a server's task that ends comes back within [`WINDOW`]; afterwards whoever watches decides. Chosen.
const RESTARTS_MAX: i64 = 10;
const WINDOW: Duration = Duration::from_secs(600);
/// Between the end of a task and the next one.
const DELAY: Duration = Duration::from_secs(1);

/// How long a new task of a restart is watched before the next one is restarted.
const MONITOR: Duration = Duration::from_secs(2);

/// The engine's name of a release.
pub(super) fn name(instance: &str, id: &DeploymentId, release: ReleaseNumber) -> String {
    format!("{instance}-{id}-r{release}")
}

fn nanoseconds(duration: Duration) -> Option<i64> {
    i64::try_from(duration.as_nanos()).ok()
}

/// What differs between services of Sigyl's; everything else is the same, and next to nothing.
pub(super) struct Part {
    pub(super) name: String,
    pub(super) labels: HashMap<String, String>,
    pub(super) image: String,
    /// What starts it, and what that is told; the image's own where absent.
    pub(super) command: Option<Vec<String>>,
    pub(super) arguments: Option<Vec<String>>,
    /// The only part that has secrets.
    pub(super) environment: Vec<String>,
    pub(super) uid: u32,
    /// The server of names that it asks for what is not in its networks; its machine's where absent.
    pub(super) names_by: Option<String>,
    /// Size of its `/tmp`, where it has one.
    pub(super) tmp_bytes: Option<u64>,
    pub(super) memory_bytes: u64,
    pub(super) cpu_millis: u32,
    pub(super) pids: u32,
    pub(super) networks: Vec<String>,
    /// The port that its machine publishes, at one of the machine's choice.
    pub(super) published: Option<u16>,
    pub(super) replicas: u32,
    /// How often a task that ends comes back within [`WINDOW`]; always where absent.
    pub(super) restarts_max: Option<i64>,
}

/// A release's tasks as a service. `environment` is the only part that has secrets.
pub(super) fn server(
    instance: &str,
    spec: &DeploySpec,
    image: &str,
    environment: Vec<String>,
    network: String,
) -> Part {
    let mut of_it = labels::of(instance, &spec.id, Some(spec.release));
    if let Artifact::Image(image) = &spec.artifact {
        of_it.insert(labels::PLAN.to_owned(), image.plan_digest.to_string());
    }
    Part {
        name: name(instance, &spec.id, spec.release),
        labels: of_it,
        image: image.to_owned(),
        command: (!spec.command.is_empty()).then(|| spec.command.clone()),
        arguments: None,
        environment,
        uid: spec.uid,
        // No server of names but the container itself, where there is none: the engine answers for the network alone, and
        // everything else is the proxy's business. Engines ask their machine's otherwise, which is a way out.
        names_by: Some("127.0.0.1".to_owned()),
        tmp_bytes: Some(spec.limits.tmp_bytes),
        memory_bytes: spec.limits.memory_bytes,
        cpu_millis: spec.limits.cpu_millis,
        pids: spec.limits.pids,
        networks: vec![network],
        // Nothing comes in but through the gate.
        published: None,
        replicas: spec.replicas,
        restarts_max: Some(RESTARTS_MAX),
    }
}

/// A service's description.
pub(super) fn describe(part: Part) -> ServiceSpec {
    let temporary = |size: u64| Mount {
        typ: Some(MountType::TMPFS),
        target: Some("/tmp".to_owned()),
        tmpfs_options: Some(MountTmpfsOptions {
            size_bytes: i64::try_from(size).ok(),
            mode: Some(0o1777),
            ..MountTmpfsOptions::default()
        }),
        ..Mount::default()
    };
    let publish = |port: u16| EndpointPortConfig {
        protocol: Some(EndpointPortConfigProtocolEnum::TCP),
        target_port: Some(i64::from(port)),
        publish_mode: Some(EndpointPortConfigPublishModeEnum::HOST),
        ..EndpointPortConfig::default()
    };
    let container = TaskSpecContainerSpec {
        image: Some(part.image),
        labels: Some(part.labels.clone()),
        command: part.command,
        args: part.arguments,
        env: Some(part.environment),
        user: Some(format!("{0}:{0}", part.uid)),
        read_only: Some(true),
        init: Some(true),
        capability_drop: Some(vec!["ALL".to_owned()]),
        privileges: Some(TaskSpecContainerSpecPrivileges {
            no_new_privileges: Some(true),
            ..TaskSpecContainerSpecPrivileges::default()
        }),
        ulimits: Some(vec![ResourcesUlimits { name: Some("core".to_owned()), soft: Some(0), hard: Some(0) }]),
        dns_config: part.names_by.map(|server| TaskSpecContainerSpecDnsConfig {
            nameservers: Some(vec![server]),
            ..TaskSpecContainerSpecDnsConfig::default()
        }),
        // Health is an exchange of MCP from outside. With the image's own test a task is `starting` until the first good
        // one, and managers show no log of it meanwhile: a release that is ill could not say why.
        health_check: Some(HealthConfig { test: Some(vec!["NONE".to_owned()]), ..HealthConfig::default() }),
        // The engine mounts these without programs, devices and changes of the user.
        mounts: part.tmp_bytes.map(|size| vec![temporary(size)]),
        ..TaskSpecContainerSpec::default()
    };
    let attach =
        |network| NetworkAttachmentConfig { target: Some(network), ..NetworkAttachmentConfig::default() };
    ServiceSpec {
        name: Some(part.name),
        labels: Some(part.labels),
        task_template: Some(TaskSpec {
            container_spec: Some(container),
            resources: Some(TaskSpecResources {
                limits: Some(Limit {
                    memory_bytes: i64::try_from(part.memory_bytes).ok(),
                    nano_cpus: Some(i64::from(part.cpu_millis) * 1_000_000),
                    pids: Some(i64::from(part.pids)),
                }),
                ..TaskSpecResources::default()
            }),
            restart_policy: Some(TaskSpecRestartPolicy {
                condition: Some(TaskSpecRestartPolicyConditionEnum::ANY),
                delay: nanoseconds(DELAY),
                // 0 is no limit to managers.
                max_attempts: Some(part.restarts_max.unwrap_or(0)),
                window: nanoseconds(WINDOW),
            }),
            networks: Some(part.networks.into_iter().map(attach).collect()),
            log_driver: Some(TaskSpecLogDriver {
                name: Some("json-file".to_owned()),
                options: Some(HashMap::from([
                    ("max-size".to_owned(), "10m".to_owned()),
                    ("max-file".to_owned(), "2".to_owned()),
                ])),
            }),
            ..TaskSpec::default()
        }),
        mode: Some(ServiceSpecMode {
            replicated: Some(ServiceSpecModeReplicated { replicas: Some(i64::from(part.replicas)) }),
            ..ServiceSpecMode::default()
        }),
        // Of a restart: one task after the other, each beside the one that it takes over from.
        update_config: Some(ServiceSpecUpdateConfig {
            parallelism: Some(1),
            order: Some(ServiceSpecUpdateConfigOrderEnum::START_FIRST),
            failure_action: Some(ServiceSpecUpdateConfigFailureActionEnum::ROLLBACK),
            monitor: nanoseconds(MONITOR),
            ..ServiceSpecUpdateConfig::default()
        }),
        endpoint_spec: Some(EndpointSpec {
            mode: Some(EndpointSpecModeEnum::DNSRR),
            ports: part.published.map(|port| vec![publish(port)]),
        }),
        ..ServiceSpec::default()
    }
}

/// A release's service; `None` where there is none.
pub(super) async fn find(engine: &Engine, name: &str) -> Result<Option<Service>, BackendError> {
    match engine.docker.inspect_service(name, None).await {
        Ok(found) => Ok(Some(found)),
        Err(error) if is_missing(&error) => Ok(None),
        Err(error) => Err(engine.error("looking at a service", &error)),
    }
}

/// Takes a service away; its tasks are asked to end.
pub(super) async fn remove(engine: &Engine, name: &str) -> Result<(), BackendError> {
    match engine.docker.delete_service(name).await {
        Err(error) if !is_missing(&error) => Err(engine.error("removing a service", &error)),
        _ => Ok(()),
    }
}
