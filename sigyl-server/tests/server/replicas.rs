//! Three replicas on one PostgreSQL under load, one of them killed again and again, and the database restarted once.

use std::{
    collections::BTreeSet,
    path::PathBuf,
    process::Command,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use reqwest::StatusCode;
use serde_json::Value;
use sigyl_server::Engine;

use crate::{
    killed::{Caller, Process, document, published, verify},
    support::Settings,
};

/// How long there is load, at least, and between two kills.
const LOAD: Duration = Duration::from_secs(30);
const KILL_EVERY: Duration = Duration::from_millis(1_500);

/// After which kill the database is restarted.
const RESTART_AFTER: u64 = 5;

/// A PostgreSQL that nobody else uses.
struct OwnPostgres(PathBuf);

impl OwnPostgres {
    fn tool(&self, verb: &str) -> String {
        let program = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/postgres");
        let done = Command::new(program).arg(verb).arg(&self.0).output().unwrap();
        assert!(done.status.success(), "{verb}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap().trim().to_owned()
    }

    /// Starts one: it, and its address.
    fn start() -> (Self, String) {
        // Not below the folder of a test, which PostgreSQL's own user could not enter.
        let name = sigyl_core::secret::random_text(12).unwrap().to_lowercase();
        let this = Self(PathBuf::from(format!("/tmp/sigyl-replicas-{name}")));
        let url = this.tool("start");
        (this, url)
    }
}

impl Drop for OwnPostgres {
    fn drop(&mut self) {
        let _ = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/postgres"))
            .arg("stop")
            .arg(&self.0)
            .status();
    }
}

/// When the database is away: odd from before it ends until after it answers again.
#[derive(Default)]
struct Away(AtomicU64);

impl Away {
    fn change(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    fn now(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }

    /// Whether it was away at any time since.
    fn was_away_since(&self, then: u64) -> bool {
        then % 2 == 1 || self.now() != then
    }
}

/// What a worker counts.
#[derive(Default)]
struct Counts {
    right: u64,
    /// Of replicas that were killed.
    silent: u64,
    /// While the database was away.
    errors: u64,
}

/// Answers are right, only a replica that is gone gives none, and only while the database is away is there an error.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes half a minute; ./test --full runs it"]
async fn three_replicas_under_load() {
    let (postgres, url) = OwnPostgres::start();
    let mut settings = Settings::new(Engine::Sqlite).await;
    settings.set("SIGYL_UNSCANNED", "show");
    settings.set("SIGYL_DATABASE_URL", &url);
    assert!(settings.program(&["db", "init-key"]).status.success());
    // The first one makes the tables and the claim; keys are the same on all.
    let first = Process::start(&settings);
    let caller = Caller::claim(&settings, &first.url).await;
    let mut replicas = [first, Process::start(&settings), Process::start(&settings)];
    let urls = Arc::new(Mutex::new(replicas.iter().map(|it| it.url.clone()).collect::<Vec<_>>()));
    let (away, done) = (Arc::new(Away::default()), Arc::new(Away::default()));
    let workers = (0..6_u64)
        .map(|worker| tokio::spawn(work(worker, caller.clone(), urls.clone(), away.clone(), done.clone())));
    let workers = workers.collect::<Vec<_>>();
    let (mut kills, began) = (0, Instant::now());
    while began.elapsed() < LOAD || kills <= RESTART_AFTER + 2 {
        tokio::time::sleep(KILL_EVERY).await;
        let at = usize::try_from(kills % 3).unwrap();
        replicas[at].kill();
        replicas[at] = Process::start(&settings);
        urls.lock().unwrap()[at] = replicas[at].url.clone();
        kills += 1;
        if kills == RESTART_AFTER {
            away.change();
            postgres.tool("restart");
            away.change();
        }
    }
    done.change();
    let mut all = Counts::default();
    for worker in workers {
        let (name, acknowledged, counts) = worker.await.unwrap();
        let found = published(&caller, &replicas[0].url, &name).await;
        assert!(acknowledged.is_subset(&found), "{name}");
        all.right += counts.right;
        all.silent += counts.silent;
        all.errors += counts.errors;
    }
    verify(&settings);
    println!(
        "{} right answers, none wrong, {} of killed replicas, {} while the database was away, {kills} kills",
        all.right, all.silent, all.errors
    );
    assert!(all.right > 100);
}

/// Publishes versions of a server of its own at one replica, and asks another for the latest.
async fn work(
    worker: u64,
    caller: Caller,
    urls: Arc<Mutex<Vec<String>>>,
    away: Arc<Away>,
    done: Arc<Away>,
) -> (String, BTreeSet<String>, Counts) {
    let name = format!("ada/load-{worker}");
    let (mut acknowledged, mut counts, mut number) = (BTreeSet::new(), Counts::default(), 0);
    while done.now() == 0 {
        number += 1;
        let at =
            |next: u64| urls.lock().unwrap()[usize::try_from((number + worker + next) % 3).unwrap()].clone();
        let before = away.now();
        match caller.ask("POST", &format!("{}/v0.1/publish", at(0)), document(&name, number)).await {
            Some((StatusCode::OK, _)) => drop(acknowledged.insert(format!("1.0.{number}"))),
            Some((status, body)) if away.was_away_since(before) => {
                assert!(status.is_server_error(), "{status} {body}");
                counts.errors += 1;
                continue;
            }
            Some((status, body)) => panic!("{status} {body}"),
            None => {
                counts.silent += 1;
                continue;
            }
        }
        counts.right += 1;
        let before = away.now();
        let latest = format!("{}/v0.1/servers/{}/versions/latest", at(1), name.replace('/', "%2F"));
        match caller.ask("GET", &latest, Value::Null).await {
            // Whatever replica answers, it has what another one acknowledged.
            Some((StatusCode::OK, body)) => {
                let version = body["server"]["version"].as_str().unwrap();
                let latest: u64 = version.rsplit('.').next().unwrap().parse().unwrap();
                assert!(latest >= number, "{version} after 1.0.{number}");
                counts.right += 1;
            }
            Some((status, body)) if away.was_away_since(before) => {
                assert!(status.is_server_error(), "{status} {body}");
                counts.errors += 1;
            }
            Some((status, body)) => panic!("{status} {body}"),
            None => counts.silent += 1,
        }
    }
    (name, acknowledged, counts)
}
