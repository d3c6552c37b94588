//! From a configuration to a server that answers.

use std::{io, net::SocketAddr, path::PathBuf, time::Duration};

use sigyl_deploy::health::Prober;
use tokio::net::TcpListener;

use crate::{
    accounts::claim::{ClaimError, ClaimState, Renew, prepare},
    app::App,
    clock::Clock,
    config::Config,
    data_folder::{DataFolder, FolderError},
    db::{Db, IfMissing, OpenError, migrations::MigrationsError},
    http::{self, Limits},
    keys::{self, KeyError},
};

/// How often traces are sent, what exporters of OpenTelemetry do.
const EXPORT_EVERY: Duration = Duration::from_secs(5);

/// How often counted uses are written and what has ended is removed.
const TIDY_EVERY: Duration = Duration::from_secs(10);

/// How often a worker looks for scans that another replica queued, or lost.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The data folder cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The database cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The database cannot be brought to this version.
    #[error(transparent)]
    Migrations(#[from] MigrationsError),
    /// There is no master key that may be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The claim token cannot be kept.
    #[error(transparent)]
    Claim(#[from] ClaimError),
    /// The listings of servers that an earlier version kept could not be made; the log has the reason.
    #[error("the listings of the registry could not be made; the log has the reason")]
    Listings,
    /// Nobody can listen there.
    #[error("cannot listen on {address}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// What the operating system said.
        source: io::Error,
    },
    /// The name of this machine among replicas cannot be kept in the data folder.
    #[error("the file engine-id of the data folder cannot be used")]
    Engine(#[source] io::Error),
    /// The bridge that the configuration names is no program.
    #[error(
        "deploy.bridge (SIGYL_BRIDGE) names {}, which is no file that can be run; name a `sigyl-bridge`, or leave the setting out for the one beside this program",
        .0.display()
    )]
    Bridge(PathBuf),
    /// What an earlier process was doing with deployments could not be taken up; the log has the reason.
    #[error("the deployments could not be taken up; the log has the reason")]
    Deployments,
    /// Nobody can be asked whether they are well.
    #[error("{0}")]
    Client(String),
    /// The certificate or its key cannot be used.
    #[error("TLS cannot be set up")]
    Tls(#[source] io::Error),
}

/// A server that listens and does not answer yet.
pub struct Server {
    app: App,
    listener: TcpListener,
    tls: Option<tokio_rustls::TlsAcceptor>,
    claim: ClaimState,
}

impl Server {
    /// Opens everything: folder, database, migrations, key, claim, listener.
    ///
    /// # Errors
    /// When any of it cannot be used; what was made until then is of use the next time.
    pub async fn open(config: Config, clock: Clock) -> Result<Self, StartError> {
        crate::deployments::check(&config).map_err(StartError::Bridge)?;
        let folder = DataFolder::open(&config.data_dir)?;
        let tls = http::tls(&config).map_err(StartError::Tls)?;
        let db = Db::open(&config, IfMissing::Create).await?;
        db.migrate().await?;
        let master = keys::load(&config, &folder, &db, clock.now()).await?;
        let claim = prepare(&db, &folder, Renew::No, clock.now()).await?;
        let address = config.listen;
        let listener =
            TcpListener::bind(address).await.map_err(|source| StartError::Listen { address, source })?;
        let engine = crate::deployments::engine_id(&config.data_dir).map_err(StartError::Engine)?;
        let mark = crate::deployments::mark(&db).await.map_err(|_| StartError::Deployments)?;
        let backends = crate::deployments::open(&config, &engine, &mark).await;
        let app = App::new(config, clock, db, master, backends, prober()?).map_err(ClaimError::Random)?;
        crate::deployments::resume(&app).await.map_err(|_| StartError::Deployments)?;
        crate::registry::make_missing(&app).await.map_err(|_| StartError::Listings)?;
        Ok(Self { app, listener, tls, claim })
    }

    /// Where it listens; of port 0, the one that the system chose.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// What its requests share.
    pub fn app(&self) -> App {
        self.app.clone()
    }

    /// Whether it waits for its first administrator.
    pub fn claim(&self) -> &ClaimState {
        &self.claim
    }

    /// Answers until `ended`, lets requests finish, and writes what is left to write.
    pub async fn run(self, ended: impl Future<Output = ()>) {
        let app = self.app;
        let tidying = tokio::spawn({
            let app = app.clone();
            async move {
                loop {
                    tokio::time::sleep(TIDY_EVERY).await;
                    tidy(&app).await;
                }
            }
        });
        let working = tokio::spawn({
            let app = app.clone();
            async move {
                loop {
                    // After a failure as after the last scan: a pause, or the next upload.
                    if !matches!(app.work().await, Ok(true)) {
                        let _ = tokio::time::timeout(LOOK_EVERY, app.queued.notified()).await;
                    }
                }
            }
        });
        let mut deploying: Vec<_> = (0..app.config.deploy.workers)
            .map(|_| {
                let app = app.clone();
                tokio::spawn(async move {
                    loop {
                        if !matches!(app.deploy().await, Ok(true)) {
                            let _ = tokio::time::timeout(LOOK_EVERY, app.deploy_queued.notified()).await;
                        }
                    }
                })
            })
            .collect();
        if !deploying.is_empty() {
            // One more beside those that may all be building.
            let app = app.clone();
            deploying.push(tokio::spawn(async move {
                loop {
                    if !matches!(app.deploy_quick().await, Ok(true)) {
                        tokio::time::sleep(LOOK_EVERY).await;
                    }
                }
            }));
        }
        let watching = tokio::spawn({
            let app = app.clone();
            async move {
                app.watch_on().await;
            }
        });
        let collecting = tokio::spawn({
            let app = app.clone();
            async move {
                loop {
                    tokio::time::sleep(crate::deployments::COLLECT_EVERY).await;
                    // What failed is in the log, and tried again.
                    let _ = app.collect().await;
                }
            }
        });
        let exporting = tokio::spawn({
            let app = app.clone();
            async move {
                // Without a collector there is nothing to wait for.
                while app.traces.is_on() {
                    let _ = tokio::time::timeout(EXPORT_EVERY, app.traces.much_waits()).await;
                    app.traces.export().await;
                }
            }
        });
        let limits = Limits::new(&app.config);
        let ended = {
            let app = app.clone();
            async move {
                ended.await;
                app.ending.begin();
            }
        };
        http::serve(self.listener, self.tls, http::router(app.clone()), limits, ended).await;
        tidying.abort();
        working.abort();
        watching.abort();
        collecting.abort();
        for worker in deploying {
            worker.abort();
        }
        exporting.abort();
        app.traces.export().await;
        tidy(&app).await;
        app.close().await;
    }
}

/// What asks servers whether they are well.
pub(crate) fn prober() -> Result<Prober, StartError> {
    Prober::new().map_err(|error| StartError::Client(error.to_string()))
}

async fn tidy(app: &App) {
    if let Err(error) = app.tidy().await {
        tracing::warn!(reason = %error, "tidying failed, and is tried again");
    }
}
