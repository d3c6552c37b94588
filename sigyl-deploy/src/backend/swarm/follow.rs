//! Tasks move from machine to machine, and get other ports; the front is told.

use std::{sync::Arc, time::Duration};

use tokio::{net::TcpStream, task::JoinHandle, time};

use super::tasks;
use crate::{
    backend::{DeploySpec, ReleaseNumber, docker::engine::Engine},
    front::Fronts,
};

/// Between two looks. Chosen: managers themselves take longer to see that a machine is gone.
const LOOK: Duration = Duration::from_secs(1);

/// How long a task has to take a connection. Chosen.
const ANSWER: Duration = Duration::from_secs(2);

/// Looks where the tasks of the release that serves are, until it is dropped.
pub(super) struct Following {
    pub(super) release: ReleaseNumber,
    task: JoinHandle<()>,
}

impl Following {
    /// Begins with what the front knows.
    pub(super) fn begin(engine: Engine, fronts: Arc<Fronts>, spec: DeploySpec, known: Vec<String>) -> Self {
        let release = spec.release;
        Self { release, task: tokio::spawn(follow(engine, fronts, spec, known)) }
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn follow(engine: Engine, fronts: Arc<Fronts>, spec: DeploySpec, mut known: Vec<String>) {
    loop {
        time::sleep(LOOK).await;
        // A manager that does not answer says nothing about the tasks.
        let Ok(now) = tasks::origins(&engine, &spec).await else { continue };
        let answering = answering(now).await;
        if answering.is_empty() || answering == known {
            continue;
        }
        if fronts.switch(&spec.id, spec.release, answering.clone(), &spec.path).await.is_ok() {
            known = answering;
        }
    }
}

/// Those of the addresses that take connections.
pub(super) async fn answering(origins: Vec<String>) -> Vec<String> {
    let tries = origins.into_iter().map(|origin| async move {
        let connect = TcpStream::connect(origin.trim_start_matches("http://").to_owned());
        matches!(time::timeout(ANSWER, connect).await, Ok(Ok(_))).then_some(origin)
    });
    futures_util::future::join_all(tries).await.into_iter().flatten().collect()
}
