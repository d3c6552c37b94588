//! A release as a service: its description, and taking it away.

use std::{collections::HashMap, time::Duration};

use bollard::models::{
    EndpointPortConfig, EndpointPortConfigProtocolEnum, EndpointPortConfigPublishModeEnum, EndpointSpec,
    EndpointSpecModeEnum, HealthConfig, Limit, Mount, MountTmpfsOptions, MountType, NetworkAttachmentConfig,
    ResourcesUlimits, Service, ServiceSpec, ServiceSpecMode, ServiceSpecModeReplicated,
    ServiceSpecUpdateConfig, ServiceSpecUpdateConfigFailureActionEnum, ServiceSpecUpdateConfigOrderEnum,
    TaskSpec, TaskSpecContainerSpec, TaskSpecContainerSpecPrivileges, TaskSpecLogDriver, TaskSpecResources,
    TaskSpecRestartPolicy, TaskSpecRestartPolicyConditionEnum,
};

use crate::backend::{
    Artifact, BackendError, DeploySpec, DeploymentId, ReleaseNumber,
    docker::{
        engine::{Engine, is_missing},
        labels,
    },
};

/// How often a task that ends comes back within [`WINDOW`]; afterwards whoever watches decides. Chosen.
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

/// The deployment's network: its own, so that its tasks meet nobody else's there.
pub(super) fn network_name(instance: &str, id: &DeploymentId) -> String {
    format!("{instance}-{id}")
}

fn nanoseconds(duration: Duration) -> Option<i64> {
    i64::try_from(duration.as_nanos()).ok()
}

/// A service's description. `environment` is the only part that has secrets.
pub(super) fn describe(
    instance: &str,
    spec: &DeploySpec,
    image: &str,
    environment: Vec<String>,
) -> ServiceSpec {
    let mut of_it = labels::of(instance, &spec.id, Some(spec.release));
    if let Artifact::Image(image) = &spec.artifact {
        of_it.insert(labels::PLAN.to_owned(), image.plan_digest.to_string());
    }
    let container = TaskSpecContainerSpec {
        image: Some(image.to_owned()),
        labels: Some(of_it.clone()),
        command: (!spec.command.is_empty()).then(|| spec.command.clone()),
        env: Some(environment),
        user: Some(format!("{0}:{0}", spec.uid)),
        read_only: Some(true),
        init: Some(true),
        capability_drop: Some(vec!["ALL".to_owned()]),
        privileges: Some(TaskSpecContainerSpecPrivileges {
            no_new_privileges: Some(true),
            ..TaskSpecContainerSpecPrivileges::default()
        }),
        ulimits: Some(vec![ResourcesUlimits { name: Some("core".to_owned()), soft: Some(0), hard: Some(0) }]),
        // Health is an exchange of MCP from outside. With the image's own test a task is `starting` until the first good
        // one, and managers show no log of it meanwhile: a release that is ill could not say why.
        health_check: Some(HealthConfig { test: Some(vec!["NONE".to_owned()]), ..HealthConfig::default() }),
        // The engine mounts these without programs, devices and changes of the user.
        mounts: Some(vec![Mount {
            typ: Some(MountType::TMPFS),
            target: Some("/tmp".to_owned()),
            tmpfs_options: Some(MountTmpfsOptions {
                size_bytes: i64::try_from(spec.limits.tmp_bytes).ok(),
                mode: Some(0o1777),
                ..MountTmpfsOptions::default()
            }),
            ..Mount::default()
        }]),
        ..TaskSpecContainerSpec::default()
    };
    ServiceSpec {
        name: Some(name(instance, &spec.id, spec.release)),
        labels: Some(of_it),
        task_template: Some(TaskSpec {
            container_spec: Some(container),
            resources: Some(TaskSpecResources {
                limits: Some(Limit {
                    memory_bytes: i64::try_from(spec.limits.memory_bytes).ok(),
                    nano_cpus: Some(i64::from(spec.limits.cpu_millis) * 1_000_000),
                    pids: Some(i64::from(spec.limits.pids)),
                }),
                ..TaskSpecResources::default()
            }),
            restart_policy: Some(TaskSpecRestartPolicy {
                condition: Some(TaskSpecRestartPolicyConditionEnum::ANY),
                delay: nanoseconds(DELAY),
                max_attempts: Some(RESTARTS_MAX),
                window: nanoseconds(WINDOW),
            }),
            networks: Some(vec![NetworkAttachmentConfig {
                target: Some(network_name(instance, &spec.id)),
                ..NetworkAttachmentConfig::default()
            }]),
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
            replicated: Some(ServiceSpecModeReplicated { replicas: Some(i64::from(spec.replicas)) }),
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
            ports: Some(vec![EndpointPortConfig {
                protocol: Some(EndpointPortConfigProtocolEnum::TCP),
                target_port: Some(i64::from(spec.port)),
                publish_mode: Some(EndpointPortConfigPublishModeEnum::HOST),
                ..EndpointPortConfig::default()
            }]),
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
