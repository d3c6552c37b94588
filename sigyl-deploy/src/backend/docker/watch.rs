//! How releases are, and what they use.

use bollard::{
    models::{ContainerInspectResponse, ContainerStateStatusEnum, ContainerStatsResponse},
    query_parameters::StatsOptionsBuilder,
};
use futures_util::StreamExt;

use super::engine::{Engine, is_missing, name_of};
use crate::backend::{BackendError, DeploymentId, Observed, ReleaseNumber, Stats};

/// What the engine says of a release's containers.
pub(crate) async fn observe(
    engine: &Engine,
    id: &DeploymentId,
    release: ReleaseNumber,
) -> Result<Observed, BackendError> {
    let mut found = Vec::new();
    for name in engine.containers(Some(id), Some(release)).await?.iter().filter_map(name_of) {
        found.extend(engine.inspect(&name).await?);
    }
    Ok(sum_up(&found))
}

fn sum_up(containers: &[ContainerInspectResponse]) -> Observed {
    if containers.is_empty() {
        return Observed::Gone;
    }
    let (mut restarts, mut running, mut starting) = (0, 0, 0);
    let mut ended = None;
    for container in containers {
        restarts += container.restart_count.and_then(|count| u32::try_from(count).ok()).unwrap_or(0);
        let state = container.state.clone().unwrap_or_default();
        match state.status {
            Some(ContainerStateStatusEnum::RUNNING | ContainerStateStatusEnum::PAUSED) => running += 1,
            Some(ContainerStateStatusEnum::CREATED) => starting += 1,
            // `restarting`: it ended, and the engine waits before it starts it again.
            _ => {
                let exit_code = state.exit_code.and_then(|code| i32::try_from(code).ok());
                let out_of_memory = state.oom_killed == Some(true);
                if ended.is_none() || out_of_memory {
                    ended = Some((exit_code, out_of_memory));
                }
            }
        }
    }
    match ended {
        _ if running > 0 => Observed::Running { restarts, replicas: running },
        _ if starting > 0 => Observed::Starting,
        Some((exit_code, out_of_memory)) => Observed::Ended { exit_code, out_of_memory, restarts },
        None => Observed::Gone,
    }
}

/// What a release's containers use together.
pub(crate) async fn stats(
    engine: &Engine,
    id: &DeploymentId,
    release: ReleaseNumber,
) -> Result<Stats, BackendError> {
    let containers = engine.containers(Some(id), Some(release)).await?;
    if containers.is_empty() {
        return Err(BackendError::Gone { what: format!("release {release} of {id}") });
    }
    let options = StatsOptionsBuilder::new().stream(false).one_shot(true).build();
    let (memory_bytes, memory_limit_bytes) = (0, 0);
    let mut sum =
        Stats { memory_bytes, memory_limit_bytes, cpu_total_ms: Some(0), cpu_millis: None, pids: Some(0) };
    for name in containers.iter().filter_map(name_of) {
        match Box::pin(engine.docker.stats(&name, Some(options.clone()))).next().await {
            Some(Ok(found)) => add(&mut sum, &found),
            // It went away meanwhile.
            Some(Err(error)) if is_missing(&error) => {}
            Some(Err(error)) => return Err(engine.error("asking for what a container uses", &error)),
            None => {}
        }
    }
    Ok(sum)
}

fn add(sum: &mut Stats, of_one: &ContainerStatsResponse) {
    if let Some(memory) = &of_one.memory_stats {
        let usage = memory.usage.unwrap_or(0);
        // Pages of files that the kernel would give back at once are not what the server uses; the two versions of
        // control groups call them differently.
        let details = memory.stats.as_ref();
        let cache = details
            .and_then(|stats| stats.get("total_inactive_file").or_else(|| stats.get("inactive_file")))
            .copied()
            .unwrap_or(0);
        sum.memory_bytes += usage.saturating_sub(cache);
        sum.memory_limit_bytes += memory.limit.unwrap_or(0);
    }
    let cpu = of_one.cpu_stats.as_ref().and_then(|cpu| cpu.cpu_usage.as_ref()?.total_usage);
    sum.cpu_total_ms = sum.cpu_total_ms.map(|before| before + cpu.unwrap_or(0) / 1_000_000);
    let pids = of_one.pids_stats.as_ref().and_then(|pids| pids.current);
    let pids = pids.and_then(|pids| u32::try_from(pids).ok()).unwrap_or(0);
    sum.pids = sum.pids.map(|before| before + pids);
}

#[cfg(test)]
mod tests {
    use bollard::models::ContainerState;

    use super::*;

    fn container(
        status: ContainerStateStatusEnum,
        code: i64,
        oom: bool,
        restarts: i64,
    ) -> ContainerInspectResponse {
        ContainerInspectResponse {
            restart_count: Some(restarts),
            state: Some(ContainerState {
                status: Some(status),
                exit_code: Some(code),
                oom_killed: Some(oom),
                ..ContainerState::default()
            }),
            ..ContainerInspectResponse::default()
        }
    }

    #[test]
    fn replicas_are_summed_up() {
        use ContainerStateStatusEnum::{CREATED, EXITED, RESTARTING, RUNNING};
        assert_eq!(sum_up(&[]), Observed::Gone);
        let running = container(RUNNING, 0, false, 2);
        assert_eq!(
            sum_up(&[running.clone(), container(EXITED, 1, false, 1)]),
            Observed::Running { restarts: 3, replicas: 1 }
        );
        assert_eq!(sum_up(&[container(CREATED, 0, false, 0)]), Observed::Starting);
        assert_eq!(
            sum_up(&[container(EXITED, 1, false, 0), container(RESTARTING, 137, true, 10)]),
            Observed::Ended { exit_code: Some(137), out_of_memory: true, restarts: 10 }
        );
    }
}
