//! Waiting for a release that was just started.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::{
    probe::{Probe, Prober},
    wire::ProbeError,
};
use crate::backend::{Backend, BackendError, DeploySpec, Handle, Observed, Progress};

/// The first pause between two probes, which doubles up to [`PAUSE_MAX`]. Chosen: what the quickest servers need.
const PAUSE: Duration = Duration::from_millis(50);

/// The longest pause. Kamal's.
const PAUSE_MAX: Duration = Duration::from_secs(1);

/// How often a release may end and come back before nobody waits for it any longer. Chosen.
const RESTARTS_MAX: u32 = 3;

/// Why a release did not become healthy.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NotHealthy {
    /// It ended; its log says why.
    #[error("{0}")]
    Ended(String),
    /// It runs, and gave no good answer in the time that it has.
    #[error("it gave no good answer in {} seconds: {last}", .after.as_secs())]
    NoAnswer {
        /// The time that it had.
        after: Duration,
        /// What the last probe saw.
        last: ProbeError,
    },
    /// The backend failed.
    #[error(transparent)]
    Backend(#[from] BackendError),
}

/// Probes a release until it answers, it ends, or its time is over.
///
/// # Errors
/// Why it is not healthy.
pub async fn wait_healthy(
    prober: &Prober,
    backend: &dyn Backend,
    spec: &DeploySpec,
    handle: &Handle,
    progress: &dyn Progress,
) -> Result<Probe, NotHealthy> {
    let until = Instant::now() + spec.health.start;
    let mut pause = PAUSE;
    let mut last = ProbeError::Refused;
    let mut told = None;
    loop {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(NotHealthy::NoAnswer { after: spec.health.start, last });
        }
        match backend.upstream(spec, handle).await {
            Ok(upstream) => {
                let probed = prober.probe(&upstream, &spec.path, spec.health.timeout.min(left)).await;
                match probed {
                    Ok(probe) => return Ok(probe),
                    Err(error) => last = error,
                }
            }
            // It has no address yet.
            Err(error) if error.may_pass() => {}
            Err(BackendError::Gone { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        if let Some(end) = end_of(backend.observe(spec, handle).await)? {
            return Err(NotHealthy::Ended(end));
        }
        if told.as_ref() != Some(&last) {
            progress.line(&format!("not yet: {last}"));
            told = Some(last.clone());
        }
        sleep(pause.min(until.saturating_duration_since(Instant::now()))).await;
        pause = (pause * 2).min(PAUSE_MAX);
    }
}

/// How a release ended for good, where it did.
fn end_of(observed: Result<Observed, BackendError>) -> Result<Option<String>, BackendError> {
    let observed = match observed {
        Ok(observed) => observed,
        Err(error) if error.may_pass() => return Ok(None),
        Err(error) => return Err(error),
    };
    Ok(match observed {
        Observed::Ended { out_of_memory: true, .. } => {
            Some("it was ended for using more memory than it may".to_owned())
        }
        Observed::Ended { exit_code: Some(code), .. } => Some(format!("it ended by itself with code {code}")),
        Observed::Ended { .. } => Some("it ended by itself".to_owned()),
        Observed::Stopped => Some("it was stopped".to_owned()),
        Observed::Gone => Some("it is gone".to_owned()),
        Observed::Running { restarts, .. } if restarts >= RESTARTS_MAX => {
            Some(format!("it ended {restarts} times and came back"))
        }
        _ => None,
    })
}
