//! Samples for a first look.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde_json::json;

use crate::support::{TestServer, on_both, said};

on_both! {
    async fn samples_come_and_go(server: TestServer) {
        let seed = |arguments: &[&str]| said(&server.settings.program(arguments));
        let (code, _, err) = seed(&["seed"]);
        assert!(code == Some(2) && err.contains("claimed"), "{err}");
        let ada = server.claimed().await;
        assert_eq!(seed(&["seed", "--remove"]).0, Some(2));
        for round in 0..2 {
            let (code, out, err) = seed(&["seed"]);
            assert_eq!((code, out.lines().count()), (Some(0), 7), "round {round}: {out}{err}");
            // All of them are scanned, and none is blocked, so that everybody sees them.
            let list = server.get("/api/v1/packages?limit=100").send().await.expect(StatusCode::OK).body;
            let items = list["items"].as_array().unwrap();
            assert_eq!(items.len(), 7, "{out}");
            assert!(items.iter().all(|item| matches!(item["verdict"].as_str(), Some("safe" | "warning"))), "{out}");
            let categories = items.iter().map(|item| item["category"].as_str().unwrap()).collect::<BTreeSet<_>>();
            assert!(categories.len() >= 5, "{categories:?}");
            let with_secrets = server.get("/api/v1/packages?secrets=1").send().await.body;
            assert_eq!(with_secrets["items"].as_array().unwrap().len(), 3);
            let weather = server.get("/api/v1/packages/samples%2Fweather").send().await.expect(StatusCode::OK).body;
            assert_eq!((&weather["tools"][0]["name"], &weather["runtime"]), (&json!("forecast"), &json!("python")));
            let (code, _, err) = seed(&["seed"]);
            assert!(code == Some(2) && err.contains("there already"), "{err}");
            let (code, out, err) = seed(&["seed", "--remove"]);
            assert_eq!((code, out.as_str()), (Some(0), "the samples are gone\n"), "{err}");
            assert_eq!(server.get("/api/v1/packages").send().await.body["items"], json!([]));
        }
        // A workspace that only has the name is nobody's to remove.
        server.post("/api/v1/workspaces", json!({ "slug": "samples" })).by(&ada).send().await.expect(StatusCode::CREATED);
        let (code, _, err) = seed(&["seed"]);
        assert!(code == Some(2) && err.contains("none of ours"), "{err}");
        assert_eq!(seed(&["seed", "--remove"]).0, Some(2));
        let log = crate::database::count(&server.settings, "SELECT COUNT(*) FROM audit_entries WHERE action LIKE 'seed.%'").await;
        assert_eq!(log, 4);
    }
}
