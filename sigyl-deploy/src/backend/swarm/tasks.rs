//! Which tasks a release has, where its gates are, and how all of them are.

use std::collections::HashMap;

use bollard::{
    models::{Node, Service, Task, TaskState},
    query_parameters::ListTasksOptionsBuilder,
};

use super::{gate, service};
use crate::backend::{
    BackendError, DeploySpec, Observed,
    docker::engine::{Engine, is_missing},
};

/// Names of a release's tasks that run, in one order: what their network calls them.
pub(super) async fn running(engine: &Engine, spec: &DeploySpec) -> Result<Vec<String>, BackendError> {
    let service = service::name(&engine.instance, &spec.id, spec.release);
    let tasks = of_release(engine, spec).await?;
    let running = tasks.iter().filter(|task| is_running(task));
    let mut found: Vec<_> = running
        .filter_map(|task| Some(format!("{service}.{}.{}", task.slot?, task.id.as_deref()?)))
        .collect();
    found.sort();
    Ok(found)
}

/// Addresses of a release's gates that run, in one order.
pub(super) async fn gates(engine: &Engine, gate: &Service) -> Result<Vec<String>, BackendError> {
    let Some(id) = &gate.id else { return Ok(Vec::new()) };
    let tasks = of_service(engine, id).await?.unwrap_or_default();
    let machines = machines(engine).await?;
    let running = tasks.iter().filter(|task| is_running(task));
    let mut found: Vec<_> = running.filter_map(|task| published(task, &machines, gate::DOOR)).collect();
    found.sort();
    Ok(found)
}

/// What the manager says of a release's tasks.
pub(super) async fn observe(engine: &Engine, spec: &DeploySpec) -> Result<Observed, BackendError> {
    let tasks = match of_release(engine, spec).await {
        Ok(tasks) => tasks,
        Err(BackendError::Gone { .. }) => return Ok(Observed::Gone),
        Err(error) => return Err(error),
    };
    Ok(sum_up(&tasks))
}

fn sum_up(tasks: &[Task]) -> Observed {
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let running = tasks.iter().filter(|task| is_running(task)).count();
    let is_end = |task: &&Task| matches!(state(task), Some(TaskState::FAILED | TaskState::COMPLETE));
    let restarts = count(tasks.iter().filter(is_end).count());
    if running > 0 {
        return Observed::Running { restarts, replicas: count(running) };
    }
    if tasks.iter().any(is_wanted) {
        return Observed::Starting;
    }
    let last = tasks
        .iter()
        .filter(is_end)
        .max_by_key(|task| task.version.as_ref().and_then(|version| version.index));
    let exit_code = last.and_then(|task| {
        let status = task.status.as_ref()?.container_status.as_ref()?;
        i32::try_from(status.exit_code?).ok()
    });
    // Managers are not told why the kernel killed a task; a limit of memory is why it does.
    Observed::Ended { exit_code, out_of_memory: exit_code == Some(137), restarts }
}

async fn of_release(engine: &Engine, spec: &DeploySpec) -> Result<Vec<Task>, BackendError> {
    let name = service::name(&engine.instance, &spec.id, spec.release);
    let gone = || BackendError::Gone { what: format!("release {} of {}", spec.release, spec.id) };
    let found = service::find(engine, &name).await?.ok_or_else(gone)?;
    of_service(engine, &found.id.unwrap_or(name)).await?.ok_or_else(gone)
}

/// A service's tasks; `None` where there is no such service.
async fn of_service(engine: &Engine, id: &str) -> Result<Option<Vec<Task>>, BackendError> {
    let filters = HashMap::from([("service", vec![id.to_owned()])]);
    let options = ListTasksOptionsBuilder::new().filters(&filters).build();
    match engine.docker.list_tasks(Some(options)).await {
        Ok(tasks) => Ok(Some(tasks)),
        Err(error) if is_missing(&error) => Ok(None),
        Err(error) => Err(engine.error("listing tasks", &error)),
    }
}

/// Addresses of the swarm's machines, by their ids.
async fn machines(engine: &Engine) -> Result<HashMap<String, String>, BackendError> {
    let nodes = engine
        .docker
        .list_nodes(None::<bollard::query_parameters::ListNodesOptions>)
        .await
        .map_err(|error| engine.error("listing machines", &error))?;
    Ok(nodes.into_iter().filter_map(|node| Some((node.id.clone()?, address(&node)?))).collect())
}

/// A manager tells 0.0.0.0 as its own address, and the right one beside it.
fn address(node: &Node) -> Option<String> {
    let own = node.status.as_ref()?.addr.as_deref().filter(|address| *address != "0.0.0.0");
    let as_manager = || node.manager_status.as_ref()?.addr.as_deref()?.rsplit_once(':').map(|(host, _)| host);
    own.or_else(as_manager).map(str::to_owned)
}

fn state(task: &Task) -> Option<TaskState> {
    task.status.as_ref()?.state
}

/// Whether the manager wants it to run: tasks of a machine that is gone run for ever, as far as anybody knows.
fn is_wanted(task: &Task) -> bool {
    matches!(task.desired_state, Some(TaskState::RUNNING | TaskState::READY | TaskState::ACCEPTED))
}

fn is_running(task: &Task) -> bool {
    is_wanted(task) && state(task) == Some(TaskState::RUNNING)
}

/// The address at which a task's machine publishes a port of it.
fn published(task: &Task, machines: &HashMap<String, String>, port: u16) -> Option<String> {
    let machine = machines.get(task.node_id.as_ref()?)?;
    let ports = task.status.as_ref()?.port_status.as_ref()?.ports.as_ref()?;
    let published = ports.iter().find(|it| it.target_port == Some(i64::from(port)))?.published_port?;
    Some(format!("{machine}:{published}"))
}
