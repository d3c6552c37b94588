//! Where deployments may run, as this server is configured.

use std::{collections::BTreeSet, path::Path, pin::Pin, sync::Arc, time::Duration};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use sigyl_core::{ClearedScan, Manifest, SourceTree};
use sigyl_deploy::{
    BuildPlan,
    backend::{Backend, LogLines, LogQuery, Stats},
    plan::PlanError,
};
use tokio::sync::OnceCell;

use super::{pipeline::Failed, store::Row, work::serving};
use crate::{
    app::App,
    data_folder::{Existing, write_private},
    http::{ApiError, Code},
};

/// A backend, as callers see it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct BackendLine {
    pub(crate) name: String,
    /// Whether it is used where none is named.
    pub(crate) is_default: bool,
    /// Whether servers are kept from the machine, from each other and from names that they do not declare.
    pub(crate) isolates: bool,
    /// What it does not isolate.
    pub(crate) not_isolated: Vec<String>,
    pub(crate) replicas_max: u32,
    /// Whether it gives deployments names of the user's own.
    pub(crate) custom_domains: bool,
    /// Why it cannot be used now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) problem: Option<String>,
}

/// How long a backend may take to say that it is there, before a list of them says that it does not. Chosen.
const ANSWER: Duration = Duration::from_secs(10);

type Opening = Pin<Box<dyn Future<Output = Result<Arc<dyn Backend>, String>> + Send>>;

/// Who reaches an engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// The server on the engine's own machine.
    Here,
    /// Every server that is configured alike.
    #[cfg_attr(
        not(any(feature = "cloud-run", feature = "kubernetes", feature = "railway")),
        allow(dead_code, reason = "this build has none")
    )]
    Everywhere,
}

/// A backend that is configured, opened when it is first asked for and it answers.
struct Slot {
    name: &'static str,
    engine: String,
    reach: Reach,
    opened: OnceCell<Arc<dyn Backend>>,
    open: Box<dyn Fn() -> Opening + Send + Sync>,
}

/// All of them.
#[derive(Default)]
pub(crate) struct Backends(Vec<Slot>);

impl Backends {
    /// None: for what deploys nothing.
    pub(crate) fn none() -> Self {
        Self::default()
    }

    /// Adds one, after those that are there; the first is used where none is named.
    pub(super) fn add<F>(
        &mut self,
        name: &'static str,
        (engine, reach): (&str, Reach),
        open: impl Fn() -> F + Send + Sync + 'static,
    ) where
        F: Future<Output = Result<Arc<dyn Backend>, String>> + Send + 'static,
    {
        let open = Box::new(move || Box::pin(open()) as Opening);
        self.0.push(Slot { name, engine: engine.to_owned(), reach, opened: OnceCell::new(), open });
    }

    /// What callers are told of each. One that does not answer says so.
    pub(crate) async fn lines(&self) -> Vec<BackendLine> {
        let mut lines = Vec::new();
        for (at, slot) in self.0.iter().enumerate() {
            let line = BackendLine {
                name: slot.name.to_owned(),
                is_default: at == 0,
                isolates: false,
                not_isolated: Vec::new(),
                replicas_max: 0,
                custom_domains: false,
                problem: None,
            };
            let opened = tokio::time::timeout(ANSWER, self.get(slot.name)).await;
            let silent = || Err(format!("it gave no answer in {} s", ANSWER.as_secs()));
            lines.push(match opened.unwrap_or_else(|_| silent()) {
                Ok(backend) => {
                    let can = backend.capabilities();
                    let (isolates, not_isolated) = (can.isolates, can.not_isolated);
                    let (replicas_max, custom_domains) = (can.replicas_max, can.custom_domains);
                    BackendLine { isolates, not_isolated, replicas_max, custom_domains, ..line }
                }
                Err(why) => BackendLine { problem: Some(why), ..line },
            });
        }
        lines
    }

    /// Names of those whose engine is this machine's own.
    pub(super) fn local(&self) -> impl Iterator<Item = &'static str> {
        self.here().map(|slot| slot.name)
    }

    fn here(&self) -> impl Iterator<Item = &Slot> {
        self.0.iter().filter(|slot| slot.reach == Reach::Here)
    }

    /// Names and engines of those that every server reaches that is configured alike.
    pub(super) fn shared(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let shared = self.0.iter().filter(|slot| slot.reach == Reach::Everywhere);
        shared.map(|slot| (slot.name, slot.engine.as_str()))
    }

    /// Engines that only this server's workers reach.
    pub(super) fn own_engines(&self) -> BTreeSet<&str> {
        self.here().map(|slot| slot.engine.as_str()).collect()
    }

    /// Engines that this server's workers reach.
    pub(crate) fn engines(&self) -> impl Iterator<Item = &str> {
        let engines: BTreeSet<&str> = self.0.iter().map(|slot| slot.engine.as_str()).collect();
        engines.into_iter()
    }

    /// Name and engine of the one of that name, or of the default.
    pub(crate) fn place(&self, name: Option<&str>) -> Result<(&'static str, &str), String> {
        let found = match name {
            Some(name) => self.0.iter().find(|slot| slot.name == name),
            None => self.0.first(),
        };
        let names = || self.0.iter().map(|slot| slot.name).collect::<Vec<_>>().join(", ");
        found.map(|slot| (slot.name, slot.engine.as_str())).ok_or_else(|| match name {
            _ if self.0.is_empty() => "this server deploys nothing; configure `deploy.backends`".to_owned(),
            Some(name) => format!("backend: {name} is not configured here; there is {}", names()),
            None => "backend: name one".to_owned(),
        })
    }

    /// The one of that name, if it answers.
    pub(crate) async fn get(&self, name: &str) -> Result<Arc<dyn Backend>, String> {
        let slot = self.0.iter().find(|slot| slot.name == name);
        let slot = slot.ok_or_else(|| format!("the backend {name} is not configured here any more"))?;
        slot.opened.get_or_try_init(|| (slot.open)()).await.cloned()
    }
}

/// The machine's name among replicas: random, made once, kept in the data folder.
///
/// # Errors
/// When the file can be neither read nor written.
pub(crate) fn engine_id(folder: &Path) -> std::io::Result<String> {
    let path = folder.join("engine-id");
    match std::fs::read_to_string(&path) {
        Ok(text) if !text.trim().is_empty() => return Ok(text.trim().to_owned()),
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let id = crate::id::short().map_err(std::io::Error::other)?;
    write_private(&path, id.as_bytes(), Existing::Replace).map_err(std::io::Error::other)?;
    Ok(id)
}

/// The plan of what was cleared, for a deployment.
pub(super) fn plan(
    app: &App,
    row: &Row,
    cleared: &ClearedScan,
    tree: &SourceTree,
    manifest: &Manifest,
) -> Result<BuildPlan, Failed> {
    let mut options = super::opening::plan_options(&app.config);
    options.deployment = Some(row.backend_id()?.to_string());
    sigyl_deploy::plan::plan(cleared, tree, manifest, &options).map_err(|error| match error {
        PlanError::Refused { ref diagnostics } => {
            let detail = json!({ "diagnostics": diagnostics, "who_acts": "developer" });
            Failed::told("plan", error.to_string(), detail)
        }
        error => Failed::told("plan", error.to_string(), Value::Null),
    })
}

pub(super) fn elsewhere(app: &App, row: &Row) -> Result<(), ApiError> {
    match row.engine.is_empty() || app.backends.engines().any(|engine| engine == row.engine) {
        true => Ok(()),
        false => Err(ApiError::new(
            Code::Unavailable,
            "another replica of this server has its engine; ask that one",
        )),
    }
}

/// What a backend does not tell, as an answer.
pub(super) fn untold(failed: Failed) -> ApiError {
    match failed {
        Failed::Told(told) if told["code"] == "unsupported" => {
            ApiError::new(Code::NotOffered, super::release::reason_of(&told))
        }
        Failed::Told(told) => ApiError::conflict(super::release::reason_of(&told)),
        Failed::Again(why) => ApiError::new(Code::Unavailable, why),
        Failed::Lost => ApiError::new(Code::Unavailable, "it is not there"),
    }
}

/// What a deployment uses.
pub(crate) async fn stats(app: &App, row: &Row) -> Result<Stats, ApiError> {
    elsewhere(app, row)?;
    let (spec, handle) = serving(app, row).await.map_err(untold)?;
    let backend = app.backends.get(&row.backend).await.map_err(ApiError::conflict)?;
    backend.stats(&spec, &handle).await.map_err(|error| untold(error.into()))
}

/// What a deployment's processes said.
pub(crate) async fn logs(app: &App, row: &Row, query: &LogQuery) -> Result<LogLines, ApiError> {
    elsewhere(app, row)?;
    let (spec, handle) = serving(app, row).await.map_err(untold)?;
    let backend = app.backends.get(&row.backend).await.map_err(ApiError::conflict)?;
    backend.logs(&spec, &handle, query).await.map_err(|error| untold(error.into()))
}
