//! What every request shares.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, Weak},
};

use sigyl_core::secret::{MasterKey, SecretError, SigningKey};
use sigyl_deploy::health::Prober;
use tokio::sync::{Notify, Semaphore};

use crate::{
    accounts::KeyUse,
    clock::Clock,
    config::Config,
    db::Db,
    deployments::{Backends, Holds, LastUse, Nobodys, Takes},
    http::{CursorKey, Limiter, Metrics},
    outbound::Outbound,
    publishers::{IssuerKeys, PublisherKey},
    registry::Downloads,
    sign_on::{Learnt, SignOnKey},
    telemetry::Traces,
};

/// How many passwords are hashed at a time: each takes 19 MiB and a core for 30 ms.
const PASSWORDS_AT_A_TIME: usize = 2;

/// The server's state; clones share it.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The parts.
pub struct Parts {
    pub(crate) config: Config,
    pub(crate) clock: Clock,
    pub(crate) db: Db,
    pub(crate) limiter: Limiter,
    pub(crate) metrics: Metrics,
    pub(crate) traces: Traces,
    pub(crate) master: MasterKey,
    pub(crate) cursors: CursorKey,
    pub(crate) passwords: Semaphore,
    pub(crate) key_use: KeyUse,
    /// Asks other servers.
    pub(crate) outbound: Outbound,
    pub(crate) downloads: Downloads,
    /// Signs logins under way at other servers.
    pub(crate) sign_on: SignOnKey,
    pub(crate) learnt: Learnt,
    /// Signs what publishers proved.
    pub(crate) publisher_key: PublisherKey,
    pub(crate) issuer_keys: IssuerKeys,
    /// Wakes the worker of this process.
    pub(crate) queued: Notify,
    /// Asks what runs whether it is well.
    pub(crate) prober: Prober,
    /// Signs what is said of builds.
    pub(crate) signing: SigningKey,
    /// Where deployments run.
    pub(crate) backends: Backends,
    /// Deployments whose address this process has seen to: listeners end with the process that had them.
    pub(crate) attached: Mutex<HashSet<String>>,
    /// Who has a deployment in this process.
    pub(crate) holds: Holds,
    /// When deployments were last asked for something.
    pub(crate) last_use: LastUse,
    /// What engines hold and no deployment knows of.
    pub(crate) nobodys: Nobodys,
    /// Wakes the workers that deploy.
    pub(crate) deploy_queued: Notify,
    /// Wakes who follows what happens to deployments.
    pub(crate) events: Notify,
    /// Tells what follows without end that the server ends.
    pub(crate) ending: Ending,
}

/// That the server ends.
#[derive(Debug, Default)]
pub(crate) struct Ending(tokio::sync::watch::Sender<bool>);

impl Ending {
    pub(crate) fn begin(&self) {
        self.0.send_replace(true);
    }

    /// Waits for it.
    pub(crate) async fn cancelled(&self) {
        let mut ending = self.0.subscribe();
        // An error is the end of everything.
        let _ = ending.wait_for(|ending| *ending).await;
    }
}

impl App {
    /// Puts the parts together.
    pub(crate) fn new(
        config: Config,
        clock: Clock,
        db: Db,
        master: MasterKey,
        backends: Backends,
        prober: Prober,
    ) -> Result<Self, SecretError> {
        let signing = SigningKey::derived(&master, "sigyl/provenance/v1")?;
        Ok(Self(Arc::new(Parts {
            limiter: Limiter::new(db.clone(), clock.clone()),
            metrics: Metrics::default(),
            traces: Traces::new(&config, clock.clone()),
            cursors: CursorKey::new(&master),
            passwords: Semaphore::new(PASSWORDS_AT_A_TIME),
            key_use: KeyUse::default(),
            outbound: Outbound::new(&config),
            sign_on: SignOnKey::new(&master),
            learnt: Learnt::default(),
            publisher_key: PublisherKey::new(&master),
            issuer_keys: IssuerKeys::default(),
            downloads: Downloads::default(),
            queued: Notify::new(),
            signing,
            backends,
            prober,
            attached: Mutex::default(),
            holds: Holds::default(),
            last_use: LastUse::default(),
            nobodys: Nobodys::default(),
            deploy_queued: Notify::new(),
            events: Notify::new(),
            ending: Ending::default(),
            master,
            config,
            clock,
            db,
        })))
    }

    /// What is done now and then, and at the end: counted uses are written, what has ended is removed.
    ///
    /// # Errors
    /// When the database fails; nothing is lost but the counts since the last time.
    pub async fn tidy(&self) -> Result<(), crate::db::DbError> {
        self.key_use.flush(&self.db).await?;
        self.downloads.flush(&self.db, self.clock.now()).await?;
        self.limiter.sweep().await?;
        crate::secrets::reseal(self).await?;
        crate::scans::sweep_jobs(self).await?;
        crate::deployments::sweep(self).await?;
        crate::accounts::sessions::sweep(&self.db, self.clock.now()).await
    }

    /// Makes one scan that waits, or follows another registry by one page. Whether there was something to do.
    ///
    /// # Errors
    /// When the database fails; the log has the reason, and the scan is made again.
    pub async fn work(&self) -> Result<bool, WorkFailed> {
        let (traces, was_scanned) = (&self.traces, |done: &_| *done == crate::scans::Work::Done);
        let done = traces.job("scan", Box::pin(crate::scans::work(self)), was_scanned).await;
        if done.map_err(|_| WorkFailed)? == crate::scans::Work::Done {
            return Ok(true);
        }
        let deliver = Box::pin(crate::deployments::webhooks::deliver(self));
        let delivered = traces.job("webhook", deliver, |was| *was).await;
        if delivered.map_err(|_| WorkFailed)? {
            return Ok(true);
        }
        traces.job("mirror", Box::pin(crate::mirrors::work(self)), |was| *was).await.map_err(|_| WorkFailed)
    }

    /// Does one thing that waits to be done with a deployment. Whether there was one.
    ///
    /// # Errors
    /// When the database fails; the log has the reason, and it is done again.
    pub async fn deploy(&self) -> Result<bool, WorkFailed> {
        self.deploy_one(Takes::Everything).await
    }

    /// The same, but no release, so that what is quick does not wait behind what builds.
    ///
    /// # Errors
    /// When the database fails; the log has the reason, and it is done again.
    pub async fn deploy_quick(&self) -> Result<bool, WorkFailed> {
        self.deploy_one(Takes::Quick).await
    }

    async fn deploy_one(&self, takes: Takes) -> Result<bool, WorkFailed> {
        let work = Box::pin(crate::deployments::work(self, takes));
        self.traces.job("deployment", work, |was| *was).await.map_err(|_| WorkFailed)
    }

    /// Looks at what runs and is due.
    ///
    /// # Errors
    /// When the database fails; the log has the reason.
    pub async fn watch(&self) -> Result<bool, WorkFailed> {
        Box::pin(crate::deployments::watch(self)).await.map_err(|_| WorkFailed)
    }

    /// Looks at what runs and is due, without end.
    pub(crate) async fn watch_on(&self) {
        crate::deployments::watch_on(self).await;
    }

    /// Takes away what engines hold of this server's and that belongs to no deployment. Gives how many things went.
    ///
    /// # Errors
    /// When the database fails; the log has the reason.
    pub async fn collect(&self) -> Result<usize, WorkFailed> {
        crate::deployments::collect(self).await.map_err(|_| WorkFailed)
    }

    /// The server's state, for what belongs to it and must not keep it.
    pub(crate) fn weak(&self) -> WeakApp {
        WeakApp(Arc::downgrade(&self.0))
    }

    /// Sends traces that wait to the collector, where one is named. What it does not take is counted.
    pub async fn export_traces(&self) {
        self.traces.export().await;
    }

    /// Notes that a deployment's address is seen to by this process. Whether it was not before.
    pub(crate) fn attach(&self, deployment: &str) -> bool {
        let mut attached = self.attached.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        attached.insert(deployment.to_owned())
    }

    /// Whether a deployment's address is seen to by this process.
    pub(crate) fn is_attached(&self, deployment: &str) -> bool {
        self.attached.lock().unwrap_or_else(std::sync::PoisonError::into_inner).contains(deployment)
    }

    /// Ends the connections to the database.
    pub async fn close(&self) {
        self.db.close().await;
    }
}

/// The server's state, as long as there is one.
#[derive(Clone)]
pub(crate) struct WeakApp(Weak<Parts>);

impl WeakApp {
    pub(crate) fn get(&self) -> Option<App> {
        self.0.upgrade().map(App)
    }
}

/// Work that failed for a reason of ours.
#[derive(Debug, thiserror::Error)]
#[error("work failed; the log has the reason")]
pub struct WorkFailed;

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
