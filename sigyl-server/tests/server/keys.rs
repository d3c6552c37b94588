//! API keys.

use axum::http::StatusCode;
use serde_json::json;

use crate::support::{TestServer, Who, on_both};

on_both! {
    async fn a_key_is_shown_once_and_kept_as_a_hash(server: TestServer) {
        let ada = server.claimed().await;
        let made = server.post("/api/v1/keys", json!({ "name": "CI", "scopes": ["read", "read"] })).by(&ada).send()
            .await.expect(StatusCode::CREATED);
        let token = made.body["token"].as_str().unwrap();
        assert!(token.starts_with("sgl_") && token.len() == 43, "{token}");
        assert_eq!(made.body["scopes"], json!(["read"]));
        let path = format!("/api/v1/keys/{}", made.id());
        for shown in ["/api/v1/keys", &path] {
            let answer = server.get(shown).by(&ada).send().await.expect(StatusCode::OK);
            assert!(!answer.text.contains(token), "{}", answer.text);
            assert!(answer.text.contains(made.body["hint"].as_str().unwrap()));
        }
        let files = std::fs::read_dir(server.settings.data()).unwrap().flatten();
        for file in files {
            let bytes = std::fs::read(file.path()).unwrap();
            assert!(!bytes.windows(token.len()).any(|it| it == token.as_bytes()), "{:?}", file.path());
        }
    }

    async fn a_key_works_until_it_ends_is_stopped_or_deleted(server: TestServer) {
        let ada = server.claimed().await;
        let make = |body| server.post("/api/v1/keys", body).by(&ada);
        let ends = (sigyl_server::Timestamp(crate::support::BEGIN.0 + 60_000)).to_string();
        let made = make(json!({ "name": "CI", "scopes": ["read"], "expires_at": ends })).send().await
            .expect(StatusCode::CREATED);
        let key = Who::Key(made.body["token"].as_str().unwrap().to_owned());
        let me = || server.get("/api/v1/me").by(&key);
        assert_eq!(me().send().await.expect(StatusCode::OK).body["scopes"], json!(["read"]));

        let path = format!("/api/v1/keys/{}", made.id());
        server.patch(&path, json!({ "is_active": false })).by(&ada).send().await.expect(StatusCode::OK);
        me().send().await.refused(401, "unauthenticated");
        server.patch(&path, json!({ "is_active": true, "name": "CI 2" })).by(&ada).send().await
            .expect(StatusCode::OK);
        me().send().await.expect(StatusCode::OK);
        server.app.tidy().await.unwrap();
        let shown = server.get(&path).by(&ada).send().await.expect(StatusCode::OK);
        assert_eq!((&shown.body["use_count"], &shown.body["name"]), (&json!(2), &json!("CI 2")));
        assert!(shown.body["last_used_at"].is_string());

        server.advance(60);
        me().send().await.refused(401, "unauthenticated");
        make(json!({ "name": "CI", "scopes": ["read"], "expires_at": ends })).send().await.refused(400, "invalid");

        let key = server.key(&ada, "ada", &["read"]).await;
        let all = server.get("/api/v1/keys").by(&ada).send().await;
        let path = format!("/api/v1/keys/{}", all.body["items"][1]["id"].as_str().unwrap());
        server.delete(&path).by(&ada).send().await.expect(StatusCode::NO_CONTENT);
        server.delete(&path).by(&ada).send().await.refused(404, "not-found");
        server.get("/api/v1/me").by(&key).send().await.refused(401, "unauthenticated");
    }

    async fn keys_rotate_with_overlap(server: TestServer) {
        let ada = server.claimed().await;
        let made = server.post("/api/v1/keys", json!({ "name": "CI", "scopes": ["read", "publish"] })).by(&ada).send()
            .await.expect(StatusCode::CREATED);
        let old = Who::Key(made.body["token"].as_str().unwrap().to_owned());
        let path = format!("/api/v1/keys/{}/rotate", made.id());
        let next = server.post(&path, json!({ "overlap_s": 60 })).by(&ada).send().await.expect(StatusCode::CREATED);
        assert_eq!(next.body["scopes"], made.body["scopes"]);
        assert_ne!(next.body["token"], made.body["token"]);
        let new = Who::Key(next.body["token"].as_str().unwrap().to_owned());
        for key in [&old, &new] {
            server.get("/api/v1/me").by(key).send().await.expect(StatusCode::OK);
        }
        server.advance(61);
        server.get("/api/v1/me").by(&old).send().await.refused(401, "unauthenticated");
        server.get("/api/v1/me").by(&new).send().await.expect(StatusCode::OK);
        server.post(&path, json!({})).by(&ada).send().await.refused(409, "conflict");
    }

    async fn a_key_may_no_more_than_its_maker(server: TestServer) {
        let ada = server.claimed().await;
        let viewer = server.invited(&ada, "ada", "bob", "viewer").await;
        let admin = server.invited(&ada, "ada", "cas", "admin").await;
        let make = |who: &Who, scopes: &[&str]| {
            server.post("/api/v1/keys", json!({ "name": "k", "scopes": scopes })).by(who)
                .header("sigyl-workspace", "ada")
        };
        make(&viewer, &["publish"]).send().await.refused(403, "forbidden");
        make(&viewer, &[]).send().await.refused(400, "invalid");
        make(&viewer, &["everything"]).send().await.refused(400, "invalid");
        let key = server.key(&admin, "ada", &["admin"]).await;
        make(&key, &["publish"]).send().await.refused(403, "forbidden");
        make(&key, &["admin"]).send().await.expect(StatusCode::CREATED);

        // A member who falls takes the keys along.
        server.get("/api/v1/workspaces/ada/audit").by(&key).send().await.expect(StatusCode::OK);
        let demote = json!({ "role": "developer" });
        server.patch("/api/v1/workspaces/ada/members/cas", demote).by(&ada).send().await.expect(StatusCode::OK);
        server.get("/api/v1/workspaces/ada/audit").by(&key).send().await.refused(403, "forbidden");
        server.delete("/api/v1/workspaces/ada/members/cas").by(&ada).send().await.expect(StatusCode::NO_CONTENT);
        server.get("/api/v1/me").by(&key).send().await.refused(401, "unauthenticated");
    }

    async fn members_see_their_own_keys_and_admins_all(server: TestServer) {
        let ada = server.claimed().await;
        let bob = server.invited(&ada, "ada", "bob", "developer").await;
        server.key(&ada, "ada", &["read"]).await;
        let of_bob = server.key(&bob, "ada", &["read"]).await;
        let list = |who: &Who| server.get("/api/v1/keys").by(who).header("sigyl-workspace", "ada");
        assert_eq!(list(&ada).send().await.body["items"].as_array().unwrap().len(), 2);
        let own = list(&bob).send().await;
        assert_eq!(own.body["items"].as_array().unwrap().len(), 1);
        assert_eq!(list(&of_bob).send().await.body["items"].as_array().unwrap().len(), 1);
        let of_ada = list(&ada).send().await.body["items"][0]["id"].as_str().unwrap().to_owned();
        for (method, path) in [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/rotate")] {
            let path = format!("/api/v1/keys/{of_ada}{path}");
            server.ask(method, &path).json(json!({})).by(&bob).header("sigyl-workspace", "ada").send().await
                .refused(404, "not-found");
        }
        // An admin ends another member's key, and does not get its successor.
        let of_bob = own.body["items"][0]["id"].as_str().unwrap();
        server.post(&format!("/api/v1/keys/{of_bob}/rotate"), json!({})).by(&ada).send().await
            .refused(403, "forbidden");
        server.delete(&format!("/api/v1/keys/{of_bob}")).by(&ada).send().await.expect(StatusCode::NO_CONTENT);
    }

    async fn a_key_is_for_one_workspace(server: TestServer) {
        let ada = server.claimed().await;
        server.post("/api/v1/workspaces", json!({ "slug": "team" })).by(&ada).send().await
            .expect(StatusCode::CREATED);
        let key = server.key(&ada, "team", &["read", "admin"]).await;
        server.get("/api/v1/workspaces/team").by(&key).send().await.expect(StatusCode::OK);
        server.get("/api/v1/workspaces/ada").by(&key).send().await.refused(404, "not-found");
        server.get("/api/v1/keys").by(&key).header("sigyl-workspace", "ada").send().await.refused(404, "not-found");
        let me = server.get("/api/v1/me").by(&key).send().await.expect(StatusCode::OK);
        assert_eq!(me.body["workspaces"].as_array().unwrap().len(), 1);
    }

    async fn what_is_no_key_is_refused_everywhere(server: TestServer) {
        let ada = server.claimed().await;
        for value in ["Bearer", "Bearer sgl_x", "Basic YTpi", "Bearer sgl_é", ""] {
            // Even where nothing is needed: who shows a key means it.
            server.get("/health").header("authorization", value).send().await.refused(401, "unauthenticated");
            server.get("/api/v1/me").by(&ada).header("authorization", value).send().await
                .refused(401, "unauthenticated");
        }
        let unknown = sigyl_core::secret::Token::generate(sigyl_core::secret::TokenKind::ApiKey).unwrap();
        let unknown = Who::Key(unknown.reveal().to_owned());
        let answer = server.get("/api/v1/me").by(&unknown).send().await.refused(401, "unauthenticated");
        assert!(answer.headers["www-authenticate"].to_str().unwrap().starts_with("Bearer resource_metadata="));
    }
}
