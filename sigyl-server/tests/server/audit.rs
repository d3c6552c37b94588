//! The audit log.

use axum::http::StatusCode;
use serde_json::json;

use crate::support::{PASSWORD, TestServer, on_both, said};

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
        let drop: &[&str] = match server.settings.get("SIGYL_DATABASE_URL") {
            Some(_) => &["ALTER TABLE audit_entries DISABLE TRIGGER ALL"],
            None => &["DROP TRIGGER audit_entries_stay", "DROP TRIGGER audit_entries_last"],
        };
        crate::database::execute(&server.settings, drop).await.unwrap();
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
