//! Claiming, logging in and out, passwords, profiles, what operators do.

use axum::http::StatusCode;
use serde_json::json;

use crate::support::{PASSWORD, TestServer, Who, mode, on_both};

on_both! {
    async fn the_first_administrator_claims_the_server(server: TestServer) {
        let token = server.claim_token();
        assert_eq!(mode(&server.settings.data().join("claim-token")), 0o600);
        let claim = |token: &str, name: &str| {
            server.post("/api/v1/claim", json!({ "token": token, "username": name, "password": PASSWORD }))
        };
        let mut other = token.clone();
        other.replace_range(6..7, if &token[6..7] == "a" { "b" } else { "a" });
        claim(&other, "eve").send().await.refused(403, "forbidden");
        claim("", "eve").send().await.refused(403, "forbidden");
        claim(&token, "e").send().await.refused(400, "invalid");
        // Wrong tries did not use it up.
        let answer = claim(&token, "ada").send().await.expect(StatusCode::CREATED);
        assert_eq!(answer.body["user"]["is_operator"], true);
        claim(&token, "eve").send().await.refused(403, "forbidden");
        let me = server.get("/api/v1/me").by(&answer.session()).send().await.expect(StatusCode::OK);
        assert_eq!(me.body["user"]["username"], "ada");
        assert_eq!(me.body["workspaces"][0]["slug"], "ada");
        assert_eq!(me.body["workspaces"][0]["role"], "owner");
        assert!(!me.text.contains("argon2"), "{}", me.text);
    }

    async fn sessions_begin_and_end(server: TestServer) {
        server.claimed().await;
        let login = |name: &str, password: &str| {
            server.post("/api/v1/login", json!({ "login": name, "password": password }))
        };
        let unknown = login("nobody", PASSWORD).send().await.refused(401, "unauthenticated");
        let wrong = login("ada", "wrong password").send().await.refused(401, "unauthenticated");
        assert_eq!(unknown.body["error"], wrong.body["error"]);
        for name in ["ada", " ADA ", "ada@example.com"] {
            login(name, PASSWORD).send().await.expect(StatusCode::OK);
        }
        let session = login("ada", PASSWORD).header("user-agent", "Browser/1").send().await.session();
        let listed = server.get("/api/v1/me/sessions").by(&session).send().await.expect(StatusCode::OK);
        assert_eq!(listed.body["items"].as_array().unwrap().len(), 5);
        assert_eq!(listed.body["items"][0]["agent"], "Browser/1");
        let Who::Session(token) = &session else { unreachable!() };
        assert!(!listed.text.contains(token));

        let gone = server.post("/api/v1/logout", json!({})).by(&session).send().await.expect(StatusCode::NO_CONTENT);
        assert!(gone.headers["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
        server.get("/api/v1/me").by(&session).send().await.refused(401, "unauthenticated");
    }

    async fn sessions_end_when_unused_and_at_last(server: TestServer) {
        let session = server.claimed().await;
        // Used every six days, until the thirtieth.
        for _ in 0..4 {
            server.advance(6 * 86_400);
            server.get("/api/v1/me").by(&session).send().await.expect(StatusCode::OK);
        }
        server.advance(6 * 86_400 + 1);
        server.get("/api/v1/me").by(&session).send().await.refused(401, "unauthenticated");

        let body = json!({ "login": "ada", "password": PASSWORD });
        let session = server.post("/api/v1/login", body).send().await.session();
        server.advance(7 * 86_400 + 1);
        server.get("/api/v1/me").by(&session).send().await.refused(401, "unauthenticated");
        server.app.tidy().await.unwrap();
    }

    async fn a_new_password_ends_other_sessions(server: TestServer) {
        let other = server.claimed().await;
        let body = json!({ "login": "ada", "password": PASSWORD });
        let session = server.post("/api/v1/login", body.clone()).send().await.session();
        let change = |current: &str, new: &str| {
            let body = json!({ "current": current, "new": new });
            server.post("/api/v1/me/password", body).by(&session)
        };
        change("wrong password", "another long password").send().await.refused(403, "forbidden");
        for weak in ["short", "aaaaaaaaaaaaaaaa", &"long".repeat(300)] {
            change(PASSWORD, weak).send().await.refused(400, "invalid");
        }
        change(PASSWORD, "another long password").send().await.expect(StatusCode::NO_CONTENT);
        server.get("/api/v1/me").by(&session).send().await.expect(StatusCode::OK);
        server.get("/api/v1/me").by(&other).send().await.refused(401, "unauthenticated");
        server.post("/api/v1/login", body).send().await.refused(401, "unauthenticated");
    }

    async fn profiles_change(server: TestServer) {
        let ada = server.claimed().await;
        let bob = server.invited(&ada, "ada", "bob", "viewer").await;
        let change = |body| server.patch("/api/v1/me", body).by(&bob);
        let user = change(json!({ "display_name": "Bob B." })).send().await.expect(StatusCode::OK);
        assert_eq!(user.body["display_name"], "Bob B.");
        change(json!({ "email": "ada@example.com" })).send().await.refused(409, "conflict");
        change(json!({ "is_operator": true })).send().await.refused(400, "invalid");
        change(json!({ "display_name": "a\u{0}b" })).send().await.refused(400, "invalid");
        let user = change(json!({ "email": "Bob@Example.com" })).send().await.expect(StatusCode::OK);
        assert_eq!((&user.body["email"], &user.body["display_name"]), (&json!("bob@example.com"), &json!("Bob B.")));
    }

    async fn operators_shut_out_and_let_in(server: TestServer) {
        let ada = server.claimed().await;
        let bob = server.invited(&ada, "ada", "bob", "developer").await;
        let key = server.key(&bob, "ada", &["read"]).await;
        let users = server.get("/api/v1/users?limit=1").by(&ada).send().await.expect(StatusCode::OK);
        let ada_id = users.body["items"][0]["id"].as_str().unwrap().to_owned();
        let next = format!("/api/v1/users?limit=1&cursor={}", users.body["next_cursor"].as_str().unwrap());
        let users = server.get(&next).by(&ada).send().await.expect(StatusCode::OK);
        assert_eq!(users.body["items"][0]["username"], "bob");
        assert!(users.body.get("next_cursor").is_none());
        let bob_path = format!("/api/v1/users/{}", users.body["items"][0]["id"].as_str().unwrap());

        server.patch(&bob_path, json!({ "is_active": false })).by(&bob).send().await.refused(403, "forbidden");
        server.patch(&bob_path, json!({ "is_active": false })).by(&ada).send().await.expect(StatusCode::OK);
        for who in [&bob, &key] {
            server.get("/api/v1/me").by(who).send().await.refused(401, "unauthenticated");
        }
        let login = json!({ "login": "bob", "password": PASSWORD });
        server.post("/api/v1/login", login.clone()).send().await.refused(401, "unauthenticated");
        server.patch(&bob_path, json!({ "is_active": true })).by(&ada).send().await.expect(StatusCode::OK);
        server.post("/api/v1/login", login).send().await.expect(StatusCode::OK);

        let ada_path = format!("/api/v1/users/{ada_id}");
        for change in [json!({ "is_active": false }), json!({ "is_operator": false })] {
            server.patch(&ada_path, change).by(&ada).send().await.refused(409, "conflict");
        }
        server.get("/api/v1/me").by(&ada).send().await.expect(StatusCode::OK);
        server.patch("/api/v1/users/00000000000000000000000000", json!({})).by(&ada).send().await
            .refused(404, "not-found");
    }

    async fn accounts_are_made_by_invitation(server: TestServer) {
        let account = json!({ "username": "eve", "password": PASSWORD });
        server.post("/api/v1/users", account.clone()).send().await.refused(403, "forbidden");
        server.claimed().await;
        server.post("/api/v1/users", account).send().await.refused(403, "forbidden");
    }
}

#[tokio::test]
async fn accounts_are_open_where_the_operator_says_so() {
    let mut settings = crate::support::Settings::new(sigyl_server::Engine::Sqlite).await;
    settings.set("SIGYL_REGISTRATION", "open");
    let server = TestServer::with(settings).await;
    let account =
        |name: &str| server.post("/api/v1/users", json!({ "username": name, "password": PASSWORD }));
    // Whoever comes first is not the administrator.
    account("eve").send().await.refused(403, "forbidden");
    server.claimed().await;
    let eve = account("eve").send().await.expect(StatusCode::CREATED);
    assert_eq!(eve.body["user"]["is_operator"], false);
    account("Eve").send().await.refused(409, "conflict");
    account("ada").send().await.refused(409, "conflict");
    let me = server.get("/api/v1/me").by(&eve.session()).send().await;
    assert_eq!(me.body["workspaces"][0]["slug"], "eve");
}
