//! The audit log.

use axum::http::StatusCode;
use serde_json::{Value, json};
use sigyl_server::{Clock, Engine, Timestamp};

use crate::support::{BEGIN, PASSWORD, Settings, TestServer, Who, on_both, said};

on_both! {
    async fn who_did_what_is_kept(server: TestServer) {
        let ada = server.claimed().await;
        server.key(&ada, "ada", &["read"]).await;
        let log = server.get("/api/v1/workspaces/ada/audit?limit=1").by(&ada).send().await.expect(StatusCode::OK);
        assert_eq!(log.body["items"][0]["action"], "workspace.create");
        let next = log.body["next_cursor"].as_str().unwrap();
        let path = format!("/api/v1/workspaces/ada/audit?limit=1&cursor={next}");
        let entry = server.get(&path).by(&ada).send().await.expect(StatusCode::OK).body["items"][0].clone();
        assert_eq!(
            (&entry["action"], &entry["actor_name"], &entry["actor_kind"], &entry["address"], &entry["outcome"]),
            (&json!("api-key.create"), &json!("ada"), &json!("user"), &json!("127.0.0.1"), &json!("done"))
        );
        let body = json!({ "login": "ada", "password": "wrong password" });
        let refused = server.post("/api/v1/login", body).send().await.refused(401, "unauthenticated");
        let lines = server.get("/api/v1/audit?format=jsonl").by(&ada).send().await.expect(StatusCode::OK);
        let last: serde_json::Value = serde_json::from_str(lines.text.lines().last().unwrap()).unwrap();
        assert_eq!((&last["outcome"], &last["actor_kind"]), (&json!("refused"), &json!("anonymous")));
        assert_eq!(last["request_id"].as_str(), refused.headers["x-request-id"].to_str().ok());
        assert!(!lines.text.contains(PASSWORD) && !lines.text.contains("wrong password"));
    }

    async fn a_chain_that_was_tampered_with_is_told(server: TestServer) {
        let ada = server.claimed().await;
        for name in ["one", "two", "three"] {
            server.post("/api/v1/keys", json!({ "name": name, "scopes": ["read"] })).by(&ada).send().await
                .expect(StatusCode::CREATED);
        }
        let verify = || said(&server.settings.program(&["audit", "verify"]));
        let (code, out, err) = verify();
        assert_eq!(code, Some(0), "{out}{err}");
        assert!(out.contains("4 entries  whole"), "{out}");

        // The database itself refuses, until somebody with all its rights takes that away.
        for sql in ["UPDATE audit_entries SET action = 'x'", "DELETE FROM audit_entries"] {
            assert!(crate::database::execute(&server.settings, &[sql]).await.is_err());
        }
        unlock(&server.settings).await;
        for (sql, undo, told) in [
            ("UPDATE audit_entries SET actor_name = 'eve' WHERE number = 3 AND chain <> 'instance'",
             "UPDATE audit_entries SET actor_name = 'ada' WHERE number = 3 AND chain <> 'instance'",
             "2 entries  the next entry was changed"),
            ("UPDATE audit_entries SET number = 9 WHERE number = 2 AND chain <> 'instance'",
             "UPDATE audit_entries SET number = 2 WHERE number = 9 AND chain <> 'instance'",
             "1 entries  the next entry is missing"),
            ("UPDATE audit_chains SET length = 3 WHERE chain <> 'instance'",
             "UPDATE audit_chains SET length = 4 WHERE chain <> 'instance'",
             "4 entries  its end is not what was written last"),
            ("DELETE FROM audit_entries WHERE number = 4 AND chain <> 'instance'", "SELECT 1",
             "3 entries  its end is not what was written last"),
        ] {
            crate::database::execute(&server.settings, &[sql]).await.unwrap();
            let (code, out, _) = verify();
            assert_eq!(code, Some(1), "{sql}");
            assert!(out.contains(told), "{sql}\n{out}");
            crate::database::execute(&server.settings, &[undo]).await.unwrap();
        }
    }

    async fn entries_that_are_written_at_once_make_one_chain(server: TestServer) {
        let ada = server.claimed().await;
        let make = |_| server.post("/api/v1/keys", json!({ "name": "k", "scopes": ["read"] })).by(&ada).send();
        let answers = futures::join_all((0..20).map(make)).await;
        assert!(answers.iter().all(|answer| answer.status == StatusCode::CREATED));
        let (code, out, _) = said(&server.settings.program(&["audit", "verify"]));
        assert_eq!(code, Some(0), "{out}");
        assert!(out.contains("21 entries  whole"), "{out}");
    }
}

/// Takes away what the database itself refuses, as somebody with all its rights can.
async fn unlock(settings: &Settings) {
    let drop: &[&str] = match settings.get("SIGYL_DATABASE_URL") {
        Some(_) => &["ALTER TABLE audit_entries DISABLE TRIGGER ALL"],
        None => &["DROP TRIGGER audit_entries_stay", "DROP TRIGGER audit_entries_last"],
    };
    crate::database::execute(settings, drop).await.unwrap();
}

/// The hash of an entry without a key, as everybody can make it.
fn unkeyed(entry: &Value) -> String {
    let at = Timestamp::parse(entry["at"].as_str().unwrap()).unwrap().0.to_string();
    let number = entry["number"].to_string();
    let text = |key: &'static str| entry[key].as_str().unwrap();
    let parts = [
        "sigyl/audit/v1",
        text("chain"),
        &number,
        &at,
        text("actor_kind"),
        text("actor_id"),
        text("actor_name"),
        text("action"),
        text("object_kind"),
        text("object_id"),
        text("address"),
        text("request_id"),
        text("outcome"),
        text("detail"),
        text("previous"),
    ];
    sigyl_core::Digest::of_parts(parts.map(str::as_bytes)).as_str().to_owned()
}

/// Another name in an entry, and from a number on the hashes of entries without a key to fit, up to the chain's row.
async fn forge(settings: &Settings, entries: &[Value], from: usize) {
    let mut previous = entries[from]["previous"].as_str().unwrap().to_owned();
    for (at, entry) in entries.iter().enumerate().skip(from) {
        let mut entry = entry.clone();
        entry["previous"] = json!(previous);
        if at == from {
            entry["actor_name"] = json!("eve");
        }
        let hash = unkeyed(&entry);
        let (chain, number, name) =
            (entry["chain"].as_str().unwrap(), &entry["number"], entry["actor_name"].as_str().unwrap());
        let sql = format!(
            "UPDATE audit_entries SET actor_name = '{name}', previous = '{previous}', hash = '{hash}', key_number = 0
             WHERE chain = '{chain}' AND number = {number}"
        );
        let end = format!("UPDATE audit_chains SET last_hash = '{hash}' WHERE chain = '{chain}'");
        crate::database::execute(settings, &[&sql, &end]).await.unwrap();
        previous = hash;
    }
}

async fn entries(server: &TestServer, by: &Who) -> Vec<Value> {
    let lines =
        server.get("/api/v1/workspaces/ada/audit?format=jsonl").by(by).send().await.expect(StatusCode::OK);
    lines.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

on_both! {
    async fn who_writes_the_database_alone_changes_nothing_unnoticed(server: TestServer) {
        let ada = server.claimed().await;
        let key = || server.post("/api/v1/keys", json!({ "name": "k", "scopes": ["read"] })).by(&ada).send();
        for _ in 0..3 {
            key().await.expect(StatusCode::CREATED);
        }
        let all = entries(&server, &ada).await;
        let chain = all[0]["chain"].as_str().unwrap();
        assert!(all.len() == 4 && all.iter().all(|entry| entry["key_number"] == 1), "{all:?}");
        let verify = || said(&server.settings.program(&["audit", "verify"]));
        let told = |expected: &str| {
            let (code, out, err) = verify();
            assert_eq!(code, Some(1), "{out}{err}");
            assert!(out.contains(expected), "{expected}\n{out}");
        };
        assert_eq!(verify().0, Some(0));
        unlock(&server.settings).await;
        // The end is taken away, and the chain's row says so.
        let before = &all[2]["hash"].as_str().unwrap();
        let cut = [
            format!("DELETE FROM audit_entries WHERE chain = '{chain}' AND number = 4"),
            format!("UPDATE audit_chains SET length = 3, last_hash = '{before}' WHERE chain = '{chain}'"),
        ];
        crate::database::execute(&server.settings, &[&cut[0], &cut[1]]).await.unwrap();
        told("3 entries  its end is not what the server sealed");
        // The last is another, with a hash that everybody can make.
        forge(&server.settings, &all[..3], 2).await;
        told("2 entries  the next entry was changed");
        // All are, as if there had never been a key.
        forge(&server.settings, &all[..3], 0).await;
        told("3 entries  its end is not what the server sealed; 3 from before the log had a key");
        // What the server writes after that does not make it good again.
        key().await.expect(StatusCode::CREATED);
        told("4 entries  its end is not what the server sealed; 3 from before the log had a key");
        key().await.expect(StatusCode::CREATED);
        told("5 entries  its end is not what the server sealed");
    }

    async fn another_master_key_leaves_the_log_as_it_is(server: TestServer) {
        let ada = server.claimed().await;
        let mut settings = server.end().await;
        let file = settings.folder.path().join("next.key").display().to_string();
        let (code, out, err) = said(&settings.program(&["db", "rotate-key", "--to-file", &file]));
        assert_eq!(code, Some(0), "{out}{err}");
        let (code, _, err) = said(&settings.program(&["audit", "verify"]));
        assert!(code == Some(2) && err.contains("not the master key"), "{err}");
        settings.set("SIGYL_MASTER_KEY_FILE", &file);
        let (code, out, err) = said(&settings.program(&["audit", "verify", "--keyed"]));
        assert_eq!(code, Some(0), "{out}{err}");
        let server = TestServer::reopened(settings).await;
        server.post("/api/v1/keys", json!({ "name": "k", "scopes": ["read"] })).by(&ada).send().await
            .expect(StatusCode::CREATED);
        let (code, out, err) = said(&server.settings.program(&["audit", "verify", "--keyed"]));
        assert_eq!(code, Some(0), "{out}{err}");
        assert!(out.contains("2 entries  whole\n"), "{out}");
        // A key from elsewhere is none.
        let settings = server.end().await;
        crate::database::execute(&settings, &["UPDATE audit_keys SET sealed = wrapped"]).await.unwrap();
        let (code, _, err) = said(&settings.program(&["audit", "verify"]));
        assert!(code == Some(2) && err.contains("the audit log's key does not open"), "{err}");
        assert!(settings.open(Clock::set(BEGIN)).await.is_err());
        // Without any, nothing that was written under it counts.
        crate::database::execute(&settings, &["DELETE FROM audit_keys"]).await.unwrap();
        let (code, out, _) = said(&settings.program(&["audit", "verify"]));
        assert!(code == Some(1) && out.contains("0 entries  the key of the next entry is not there"), "{out}");
    }
}

/// A log that an earlier version wrote, which had no key.
async fn from_before(engine: Engine) {
    let settings = Settings::new(engine).await;
    assert!(settings.program(&["db", "migrate"]).status.success());
    let mut old: Vec<Value> = Vec::new();
    for number in 1..=2 {
        let previous = old.last().map_or(json!(""), |entry| entry["hash"].clone());
        let mut entry = json!({
            "chain": "instance", "number": number, "at": BEGIN.to_string(), "actor_kind": "system", "actor_id": "",
            "actor_name": "", "action": "server.test", "object_kind": "server", "object_id": "", "address": "",
            "request_id": "", "outcome": "done", "detail": "", "previous": previous
        });
        entry["hash"] = json!(unkeyed(&entry));
        let text = |key: &str| entry[key].as_str().unwrap().to_owned();
        let sql = format!(
            "INSERT INTO audit_entries (chain, number, at, actor_kind, actor_id, actor_name, action, object_kind,
                                        object_id, address, request_id, outcome, detail, previous, hash)
             VALUES ('instance', {number}, {}, 'system', '', '', 'server.test', 'server', '', '', '', 'done', '', '{}', '{}')",
            BEGIN.0, text("previous"), text("hash")
        );
        crate::database::execute(&settings, &[&sql]).await.unwrap();
        old.push(entry);
    }
    let hash = old[1]["hash"].as_str().unwrap();
    let end = format!("INSERT INTO audit_chains (chain, length, last_hash) VALUES ('instance', 2, '{hash}')");
    crate::database::execute(&settings, &[&end]).await.unwrap();
    let verify =
        |settings: &Settings, more: &[&str]| said(&settings.program(&[&["audit", "verify"], more].concat()));
    let (code, out, err) = verify(&settings, &[]);
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(out.contains("2 entries  whole; 2 from before the log had a key"), "{out}");
    // What comes next has one, and keeps what was before as it was.
    let server = TestServer::with(settings).await;
    server.claimed().await;
    let settings = server.end().await;
    let (code, out, err) = verify(&settings, &[]);
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(out.contains("  whole; 2 from before the log had a key\n"), "{out}");
    assert_eq!(verify(&settings, &["--keyed"]).0, Some(1));
    unlock(&settings).await;
    let row = "SELECT COUNT(*) FROM audit_entries WHERE chain = 'instance' AND key_number = 0";
    assert_eq!(crate::database::count(&settings, row).await, 2);
    forge(&settings, &old, 0).await;
    let (code, out, _) = verify(&settings, &[]);
    assert!(code == Some(1) && out.contains("2 entries  the next entry was changed"), "{out}");
}

#[tokio::test]
async fn from_before_on_sqlite() {
    from_before(Engine::Sqlite).await;
}

#[tokio::test]
async fn from_before_on_postgres() {
    from_before(Engine::Postgres).await;
}

mod futures {
    /// Waits for all, each on a task of this thread.
    pub(super) async fn join_all<F: Future>(all: impl Iterator<Item = F>) -> Vec<F::Output> {
        let mut waiting = all.map(|it| (Box::pin(it), None)).collect::<Vec<_>>();
        std::future::poll_fn(|context| {
            for (future, done) in &mut waiting {
                if done.is_none()
                    && let std::task::Poll::Ready(output) = future.as_mut().poll(context)
                {
                    *done = Some(output);
                }
            }
            match waiting.iter().all(|(_, done)| done.is_some()) {
                true => std::task::Poll::Ready(()),
                false => std::task::Poll::Pending,
            }
        })
        .await;
        waiting.into_iter().filter_map(|(_, done)| done).collect()
    }
}
