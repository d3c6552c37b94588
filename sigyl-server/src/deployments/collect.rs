//! Takes away what an engine holds of this server's and that no deployment knows of: what a crash, a restored backup or a
//! deployment that was forgotten by force left behind. Found by labels, which carry this server's own mark, or its
//! installation's where every replica reaches the engine.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, OnceLock, PoisonError},
    time::Duration,
};

use serde_json::json;
use sigyl_deploy::backend::{Backend, BackendError, DeploymentId, Owned};

use super::{jobs, releases, store, sweeps};
use crate::{
    app::App,
    audit::{Caller, Chain, Event, record},
    clock::Timestamp,
    db::DbError,
    http::ApiError,
};

/// How often engines are looked through.
pub(crate) const COLLECT_EVERY: Duration = Duration::from_secs(600);

/// How long something must have been nobody's before it goes. Chosen: longer than any step between an engine and the
/// database takes, and time to stop a server that was given the wrong database.
const NOBODYS_FOR: Duration = Duration::from_secs(540);

/// Things of one engine that one entry of the audit log tells.
const TOLD_MAX: usize = 100;

/// Since when things are nobody's, as far as this process has seen.
#[derive(Debug, Default)]
pub(crate) struct Nobodys {
    since: Mutex<BTreeMap<(String, Owned), Timestamp>>,
    /// What this process calls itself, among those that could look.
    holder: OnceLock<String>,
}

impl Nobodys {
    /// Of what a backend has that is nobody's, what was so for long enough. The rest is remembered, and forgotten where it
    /// is there no more.
    fn ripe(&self, backend: &str, found: Vec<Owned>, now: Timestamp) -> Vec<Owned> {
        let mut since = self.since.lock().unwrap_or_else(PoisonError::into_inner);
        let found: BTreeSet<_> = found.into_iter().collect();
        since.retain(|(of, owned), _| of != backend || found.contains(owned));
        let is_ripe = |owned: &Owned| {
            let first = *since.entry((backend.to_owned(), owned.clone())).or_insert(now);
            now.since(first) >= NOBODYS_FOR
        };
        found.into_iter().filter(is_ripe).collect()
    }
}

/// What the database knows of a deployment.
struct Known {
    /// Releases that something may be there of; `None` where it is worked on, and everything may.
    releases: Option<BTreeSet<u64>>,
}

/// Looks every engine through: this machine's each time, those that every replica reaches by one of them and less often.
/// Gives how many things went.
pub(crate) async fn collect(app: &App) -> Result<usize, ApiError> {
    let mut gone = 0;
    for name in app.backends.local() {
        gone += look_through(app, name).await?;
    }
    let mut shared = app.backends.shared().peekable();
    if shared.peek().is_none() {
        return Ok(gone);
    }
    let holder = match app.nobodys.holder.get() {
        Some(holder) => holder,
        None => {
            let name = crate::id::short()?;
            app.nobodys.holder.get_or_init(|| name)
        }
    };
    for (name, engine) in shared {
        if sweeps::is_mine(&app.db, engine, holder, app.clock.now()).await? {
            gone += look_through(app, name).await?;
        }
    }
    Ok(gone)
}

async fn look_through(app: &App, name: &str) -> Result<usize, ApiError> {
    let Ok(backend) = app.backends.get(name).await else { return Ok(0) };
    if !backend.owns_alone() {
        return Ok(0);
    }
    // First the engine, then the database: what was made since then is not in the list.
    let owned = match backend.owned().await {
        Ok(owned) => owned,
        Err(error) => {
            tracing::warn!(backend = name, reason = %error, "an engine could not be looked through");
            return Ok(0);
        }
    };
    let known = known(app).await?;
    let nobodys = owned.into_iter().filter(|owned| is_nobodys(owned, &known)).collect();
    let ripe = app.nobodys.ripe(name, nobodys, app.clock.now());
    if !ripe.is_empty() {
        let failed = take_away(backend.as_ref(), &ripe).await;
        tell(app, name, &ripe, &failed).await?;
    }
    Ok(ripe.len())
}

async fn known(app: &App) -> Result<BTreeMap<String, Known>, DbError> {
    let mut connection = app.db.connection().await?;
    let mut known = BTreeMap::new();
    for (id, serving) in store::ids(&mut connection).await? {
        let releases = match jobs::pending(&mut connection, &id).await? {
            0 => {
                let others = releases::others_serving(&mut connection, &id, serving).await?;
                let all = others.into_iter().map(|(number,)| number).chain([serving]);
                Some(all.filter_map(|number| u64::try_from(number).ok()).collect())
            }
            _ => None,
        };
        known.insert(id, Known { releases });
    }
    Ok(known)
}

fn is_nobodys(owned: &Owned, known: &BTreeMap<String, Known>) -> bool {
    // What names no deployment is no work of ours to judge.
    if DeploymentId::parse(&owned.deployment).is_none() {
        return false;
    }
    match (known.get(&owned.deployment), owned.release) {
        (None, _) => true,
        (Some(Known { releases: Some(releases) }), Some(release)) => !releases.contains(&release),
        (Some(_), _) => false,
    }
}

/// Takes it away by the calls that end deployments and releases, which know in which order. Tells what failed.
async fn take_away(backend: &dyn Backend, ripe: &[Owned]) -> Vec<String> {
    let whole: BTreeSet<_> = ripe.iter().filter(|it| it.release.is_none()).map(|it| &it.deployment).collect();
    let mut failed = Vec::new();
    let mut note = |done: Result<(), BackendError>| failed.extend(done.err().map(|error| error.to_string()));
    for id in whole.iter().filter_map(|id| DeploymentId::parse(id)) {
        note(backend.delete(&id).await);
    }
    let single: BTreeSet<_> = ripe
        .iter()
        .filter(|it| !whole.contains(&it.deployment))
        .filter_map(|it| Some((DeploymentId::parse(&it.deployment)?, it.release?)))
        .collect();
    for (id, release) in single {
        note(backend.retire(&id, release, Duration::ZERO).await);
    }
    failed
}

async fn tell(app: &App, backend: &str, ripe: &[Owned], failed: &[String]) -> Result<(), ApiError> {
    tracing::info!(backend, things = ripe.len(), "what belonged to no deployment was taken away");
    for reason in failed {
        tracing::warn!(backend, reason, "something that belongs to no deployment stays");
    }
    let things: Vec<_> = ripe.iter().take(TOLD_MAX).collect();
    let detail = json!({ "count": ripe.len(), "things": things, "failed": failed });
    let event = Event::done("backend.collect", "backend", backend).with(detail);
    let mut transaction = app.db.begin().await?;
    record(&mut transaction, Chain::Instance, &Caller::system(), app.clock.now(), event).await?;
    Ok(transaction.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(deployment: &str, release: Option<u64>) -> Owned {
        Owned { deployment: deployment.into(), release, kind: "container".into(), name: "c".into() }
    }

    #[test]
    fn what_nobody_knows_is_nobodys() {
        let idle = Known { releases: Some(BTreeSet::from([3])) };
        let busy = Known { releases: None };
        let known = BTreeMap::from([("a".to_owned(), idle), ("b".to_owned(), busy)]);
        for (deployment, release, is) in [
            ("a", Some(3), false),
            ("a", Some(2), true),
            ("a", None, false),
            ("b", Some(1), false),
            ("gone", Some(1), true),
            ("gone", None, true),
            ("", None, false),
            ("Not An Id", Some(1), false),
        ] {
            assert_eq!(is_nobodys(&owned(deployment, release), &known), is, "{deployment} {release:?}");
        }
    }

    #[test]
    fn only_what_is_nobodys_for_long_enough_goes() {
        let (nobodys, a, b) = (Nobodys::default(), owned("a", None), owned("b", None));
        let at = |seconds: i64| Timestamp(seconds * 1_000);
        assert!(nobodys.ripe("docker", vec![a.clone()], at(0)).is_empty());
        assert!(nobodys.ripe("process", vec![a.clone()], at(600)).is_empty());
        assert_eq!(nobodys.ripe("docker", vec![a.clone(), b], at(600)), std::slice::from_ref(&a));
        // What was somebody's meanwhile begins anew.
        assert!(nobodys.ripe("docker", Vec::new(), at(700)).is_empty());
        assert!(nobodys.ripe("docker", vec![a], at(1_300)).is_empty());
    }
}
