//! The line: one release from its start until it alone serves.
//!
//! Started beside the one that serves, probed until it is healthy, compared with its source, let in, and only then the
//! one before is ended. What fails before it is let in leaves the one before untouched, and nothing of the candidate.
//! Every step may be done again after a crash, by calling [`release`] with the same numbers.

use std::time::Duration;

use sigyl_core::Tool;

use crate::{
    backend::{
        Backend, BackendError, DeploySpec, Handle, LogQuery, Progress, ReleaseNumber, SecretSource, WhoActs,
    },
    health::{Drift, NotHealthy, Probe, Prober, compare_pins, wait_healthy},
};

/// Lines of its log that explain a release that failed. Chosen: a stack trace.
const OUTPUT_LINES: u32 = 40;

/// How long the log of a failed release is waited for. Chosen.
const OUTPUT_MAX: Duration = Duration::from_secs(5);

/// A step of the line, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Step {
    /// It is started beside the one that serves.
    Start,
    /// It is probed.
    Health,
    /// What it lists is compared with its source.
    Compare,
    /// New requests go to it.
    Promote,
    /// The one before ends.
    Retire,
}

impl Step {
    /// A stable name for machines.
    pub fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Health => "health",
            Self::Compare => "compare",
            Self::Promote => "promote",
            Self::Retire => "retire",
        }
    }
}

/// What becomes of a release that lists other tools than its source has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OnDrift {
    /// It is let in, and the drift told.
    #[default]
    Tell,
    /// It is not let in where a tool is listed otherwise than the source has it.
    Refuse,
}

/// A release that is to serve.
pub struct Release<'a> {
    /// Where.
    pub backend: &'a dyn Backend,
    /// Who asks it.
    pub prober: &'a Prober,
    /// What.
    pub spec: &'a DeploySpec,
    /// The release that serves until then.
    pub before: Option<(ReleaseNumber, Handle)>,
    /// The tools that its source has.
    pub expected_tools: &'a [Tool],
    /// What becomes of it where it lists others.
    pub on_drift: OnDrift,
    /// Who has its secrets.
    pub secrets: &'a dyn SecretSource,
}

/// A release that serves.
#[derive(Debug)]
pub struct Released {
    /// What the backend calls it.
    pub handle: Handle,
    /// Where clients find it.
    pub endpoint: String,
    /// What it answered.
    pub probe: Probe,
    /// Where it differs from its source.
    pub drift: Drift,
    /// Why the one before could not be ended, where it could not; it no longer serves.
    pub left: Option<BackendError>,
}

/// Why a release does not serve.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LineError {
    /// The backend failed at this step.
    #[error("{}: {error}", .step.name())]
    Backend {
        /// Where on the line.
        step: Step,
        /// What failed.
        error: BackendError,
    },
    /// It never became healthy; the developer must act.
    #[error("the release is not healthy: {reason}")]
    NotHealthy {
        /// Why.
        reason: NotHealthy,
        /// The last lines of its log.
        output: Vec<String>,
    },
    /// It lists other tools than its source has, and that was not to be.
    #[error("the server lists other tools than were scanned: {}", .0.told())]
    Drifted(Drift),
}

impl LineError {
    /// The step that failed.
    pub fn step(&self) -> Step {
        match self {
            Self::Backend { step, .. } => *step,
            Self::NotHealthy { .. } => Step::Health,
            Self::Drifted(_) => Step::Compare,
        }
    }

    /// Who must act.
    pub fn who_acts(&self) -> WhoActs {
        match self {
            Self::Backend { error, .. } | Self::NotHealthy { reason: NotHealthy::Backend(error), .. } => {
                error.who_acts()
            }
            Self::NotHealthy { .. } | Self::Drifted(_) => WhoActs::Developer,
        }
    }

    /// A stable code for machines.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Backend { error, .. } | Self::NotHealthy { reason: NotHealthy::Backend(error), .. } => {
                error.code()
            }
            Self::NotHealthy { .. } => "unhealthy",
            Self::Drifted(_) => "drifted",
        }
    }

    /// The last lines of the release's log, or of what failed.
    pub fn output(&self) -> &[String] {
        match self {
            Self::NotHealthy { output, .. }
            | Self::Backend {
                error: BackendError::Build { output, .. } | BackendError::Unhealthy { output, .. },
                ..
            } => output,
            _ => &[],
        }
    }
}

/// Lets a release serve.
///
/// # Errors
/// At which step it failed; the release before serves on, and nothing is left of this one.
pub async fn release(release: Release<'_>, progress: &dyn Progress) -> Result<Released, LineError> {
    let Release { backend, prober, spec, before, expected_tools, on_drift, secrets } = release;
    let failed = |step| move |error| LineError::Backend { step, error };

    progress.step(Step::Start);
    let handle = backend.start(spec, secrets, progress).await.map_err(failed(Step::Start))?;

    progress.step(Step::Health);
    let probe = match wait_healthy(prober, backend, spec, &handle, progress).await {
        Ok(probe) => probe,
        Err(reason) => {
            let output = last_lines(backend, spec, &handle).await;
            take_back(backend, spec, &before, progress).await;
            return Err(LineError::NotHealthy { reason, output });
        }
    };

    progress.step(Step::Compare);
    let drift = if probe.wants_token { Drift::default() } else { compare_pins(expected_tools, &probe.tools) };
    if !drift.is_empty() {
        progress.line(&drift.told());
    }
    if on_drift == OnDrift::Refuse && !drift.changed.is_empty() {
        take_back(backend, spec, &before, progress).await;
        return Err(LineError::Drifted(drift));
    }

    progress.step(Step::Promote);
    let endpoint = match backend.promote(spec, &handle).await {
        Ok(endpoint) => endpoint,
        Err(error) => {
            take_back(backend, spec, &before, progress).await;
            return Err(LineError::Backend { step: Step::Promote, error });
        }
    };

    let mut left = None;
    if let Some((number, _)) = before.filter(|(number, _)| *number != spec.release) {
        progress.step(Step::Retire);
        left = backend.retire(&spec.id, number, spec.health.drain).await.err();
    }
    Ok(Released { handle, endpoint, probe, drift, left })
}

/// Ends a candidate. One that served already, before somebody asked for it again, goes on.
async fn take_back(
    backend: &dyn Backend,
    spec: &DeploySpec,
    before: &Option<(ReleaseNumber, Handle)>,
    progress: &dyn Progress,
) {
    if before.as_ref().is_some_and(|(number, _)| *number == spec.release) {
        return;
    }
    if let Err(error) = backend.retire(&spec.id, spec.release, Duration::ZERO).await {
        progress.line(&format!("release {} could not be taken away: {error}", spec.release));
    }
}

/// The last lines of a release's log; none where they cannot be had.
async fn last_lines(backend: &dyn Backend, spec: &DeploySpec, handle: &Handle) -> Vec<String> {
    let query = LogQuery { since_ms: None, limit: Some(OUTPUT_LINES), follow: false };
    let read = async {
        let mut lines = backend.logs(spec, handle, &query).await.ok()?;
        let mut output = Vec::new();
        while let Some(line) = std::future::poll_fn(|cx| lines.as_mut().poll_next(cx)).await {
            output.extend(line.ok().map(|line| line.text));
            if output.len() >= OUTPUT_LINES as usize {
                break;
            }
        }
        Some(output)
    };
    tokio::time::timeout(OUTPUT_MAX, read).await.ok().flatten().unwrap_or_default()
}
