//! Workspaces, members and invitations.

use axum::http::StatusCode;
use serde_json::json;

use crate::support::{PASSWORD, TestServer, on_both};

on_both! {
    async fn a_workspace_is_made_renamed_and_deleted(server: TestServer) {
        let ada = server.claimed().await;
        let made = server.post("/api/v1/workspaces", json!({ "slug": "Team" })).by(&ada).send().await
            .expect(StatusCode::CREATED);
        assert_eq!(made.body["slug"], "team");
        server.post("/api/v1/workspaces", json!({ "slug": "team" })).by(&ada).send().await.refused(409, "conflict");
        for path in [format!("/api/v1/workspaces/{}", made.id()), "/api/v1/workspaces/team".to_owned()] {
            let found = server.get(&path).by(&ada).send().await.expect(StatusCode::OK);
            assert_eq!(found.body["role"], "owner");
        }
        let path = "/api/v1/workspaces/team";
        let renamed = server.patch(path, json!({ "display_name": "The team" })).by(&ada).send().await
            .expect(StatusCode::OK);
        assert_eq!(renamed.body["display_name"], "The team");
        server.delete(path).json(json!({ "confirm": "tea" })).by(&ada).send().await.refused(400, "invalid");
        server.delete(path).json(json!({ "confirm": "team" })).by(&ada).send().await.expect(StatusCode::NO_CONTENT);
        server.get(path).by(&ada).send().await.refused(404, "not-found");
        let listed = server.get("/api/v1/workspaces").by(&ada).send().await.expect(StatusCode::OK);
        assert_eq!(listed.body["items"].as_array().unwrap().len(), 1);
    }

    async fn an_invitation_is_taken_once(server: TestServer) {
        let ada = server.claimed().await;
        let path = "/api/v1/workspaces/ada/invitations";
        let invite = |body| server.post(path, body).by(&ada);
        let made = invite(json!({ "role": "developer", "email": "bob@example.com" })).send().await
            .expect(StatusCode::CREATED);
        let token = made.body["token"].as_str().unwrap().to_owned();
        let listed = server.get(path).by(&ada).send().await.expect(StatusCode::OK);
        assert_eq!(listed.body["items"].as_array().unwrap().len(), 1);
        assert!(!listed.text.contains(&token));

        let accept = |token: &str, email: &str| {
            let account = json!({ "username": "bob", "password": PASSWORD, "email": email });
            server.post("/api/v1/invitations/accept", json!({ "token": token, "account": account }))
        };
        accept(&token, "eve@example.com").send().await.refused(403, "forbidden");
        // What failed was undone: the name is free, and the invitation is there.
        let bob = accept(&token, "bob@example.com").send().await.expect(StatusCode::OK).session();
        accept(&token, "bob@example.com").send().await.refused(404, "not-found");
        let found = server.get("/api/v1/workspaces/ada").by(&bob).send().await.expect(StatusCode::OK);
        assert_eq!(found.body["role"], "developer");

        // Somebody who has an account takes one as they are.
        server.post("/api/v1/workspaces", json!({ "slug": "team" })).by(&ada).send().await
            .expect(StatusCode::CREATED);
        let made = server.post("/api/v1/workspaces/team/invitations", json!({ "role": "viewer" })).by(&ada).send()
            .await.expect(StatusCode::CREATED);
        let body = json!({ "token": made.body["token"] });
        server.post("/api/v1/invitations/accept", body.clone()).send().await.refused(400, "invalid");
        server.post("/api/v1/invitations/accept", body).by(&bob).send().await.expect(StatusCode::OK);
        let found = server.get("/api/v1/workspaces/team").by(&bob).send().await.expect(StatusCode::OK);
        assert_eq!(found.body["role"], "viewer");

        let old = invite(json!({ "role": "viewer", "days": 1 })).send().await;
        let withdrawn = invite(json!({ "role": "viewer" })).send().await;
        let gone = format!("{path}/{}", withdrawn.id());
        server.delete(&gone).by(&ada).send().await.expect(StatusCode::NO_CONTENT);
        server.delete(&gone).by(&ada).send().await.refused(404, "not-found");
        server.advance(86_401);
        for made in [old, withdrawn] {
            let account = json!({ "username": "cas", "password": PASSWORD });
            let body = json!({ "token": made.body["token"], "account": account });
            server.post("/api/v1/invitations/accept", body).send().await.refused(404, "not-found");
        }
    }

    async fn nobody_rises_above_their_inviter(server: TestServer) {
        let ada = server.claimed().await;
        let bob = server.invited(&ada, "ada", "bob", "admin").await;
        let invite = |role: &str| {
            server.post("/api/v1/workspaces/ada/invitations", json!({ "role": role })).by(&bob)
        };
        invite("owner").send().await.refused(403, "forbidden");
        invite("admin").send().await.expect(StatusCode::CREATED);
        let role = |who: &str, role: &str| {
            server.patch(&format!("/api/v1/workspaces/ada/members/{who}"), json!({ "role": role }))
        };
        role("bob", "owner").by(&bob).send().await.refused(403, "forbidden");
        role("ada", "viewer").by(&bob).send().await.refused(403, "forbidden");
        server.delete("/api/v1/workspaces/ada/members/ada").by(&bob).send().await.refused(403, "forbidden");
        role("bob", "owner").by(&ada).send().await.expect(StatusCode::OK);
        role("ada", "viewer").by(&bob).send().await.expect(StatusCode::OK);
    }

    async fn a_workspace_keeps_an_owner(server: TestServer) {
        let ada = server.claimed().await;
        let bob = server.invited(&ada, "ada", "bob", "viewer").await;
        let path = "/api/v1/workspaces/ada/members/ada";
        server.patch(path, json!({ "role": "admin" })).by(&ada).send().await.refused(409, "conflict");
        server.delete(path).by(&ada).send().await.refused(409, "conflict");
        let members = server.get("/api/v1/workspaces/ada/members").by(&bob).send().await.expect(StatusCode::OK);
        assert_eq!(members.body["items"][0]["role"], "owner");
        assert_eq!(members.body["items"].as_array().unwrap().len(), 2);
        // Anyone may leave, and is gone with the keys.
        let key = server.key(&ada, "ada", &["read"]).await;
        server.delete("/api/v1/workspaces/ada/members/bob").by(&bob).send().await.expect(StatusCode::NO_CONTENT);
        server.get("/api/v1/workspaces/ada").by(&bob).send().await.refused(404, "not-found");
        server.get("/api/v1/workspaces/ada").by(&key).send().await.expect(StatusCode::OK);
    }

    async fn two_owners_who_leave_at_once_do_not_both_go(server: TestServer) {
        let ada = server.claimed().await;
        let bob = server.invited(&ada, "ada", "bob", "owner").await;
        let (one, other) = tokio::join!(
            server.delete("/api/v1/workspaces/ada/members/ada").by(&ada).send(),
            server.delete("/api/v1/workspaces/ada/members/bob").by(&bob).send(),
        );
        let mut statuses = [one.status.as_u16(), other.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [204, 409]);
    }
}
