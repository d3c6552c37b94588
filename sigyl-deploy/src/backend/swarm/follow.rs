//! Tasks and gates move from machine to machine; the front is told.

use std::{sync::Arc, time::Duration};

use tokio::{task::JoinHandle, time};

use super::{gate, tasks, ways::Ways};
use crate::{
    backend::{BackendError, DeploySpec, ReleaseNumber, docker::engine::Engine},
    front::Fronts,
};

/// Between two looks. Chosen: managers themselves take longer to see that a machine is gone.
const LOOK: Duration = Duration::from_secs(1);

/// Looks where the tasks of the release that serves are, until it is dropped.
pub(super) struct Following {
    pub(super) release: ReleaseNumber,
    task: JoinHandle<()>,
}

impl Following {
    /// Begins with what the front knows.
    pub(super) fn begin(
        engine: Engine,
        fronts: Arc<Fronts>,
        ways: Arc<Ways>,
        spec: DeploySpec,
        known: Vec<String>,
    ) -> Self {
        let release = spec.release;
        Self { release, task: tokio::spawn(follow(engine, fronts, ways, spec, known)) }
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn follow(
    engine: Engine,
    fronts: Arc<Fronts>,
    ways: Arc<Ways>,
    spec: DeploySpec,
    mut known: Vec<String>,
) {
    loop {
        time::sleep(LOOK).await;
        // A manager that does not answer says nothing about the tasks.
        let Ok(now) = look(&engine, &ways, &spec).await else { continue };
        if now.is_empty() || now == known {
            continue;
        }
        let origins = ways.lead(&now);
        if fronts.switch(&spec.id, spec.release, origins, &spec.path).await.is_ok() {
            known = now;
        }
    }
}

/// The tasks that take connections now, by the gates that are there now.
pub(super) async fn look(
    engine: &Engine,
    ways: &Ways,
    spec: &DeploySpec,
) -> Result<Vec<String>, BackendError> {
    if let Some(gate) = gate::find(engine, &spec.id, spec.release).await? {
        ways.set_gates(tasks::gates(engine, &gate).await?);
    }
    Ok(ways.answering(tasks::running(engine, spec).await?).await)
}
