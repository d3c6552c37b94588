//! The registry for people: lists, searches, details, ratings, comparison.

use axum::http::StatusCode;
use serde_json::{Value, json};
use sigyl_server::Engine;

use crate::{
    scans::{BLOCKED, SAFE, tar, upload},
    support::{Answer, Settings, TestServer, Who},
};

/// A server whose registry shows what nobody scanned, and a key that publishes.
async fn open(engine: Engine) -> (TestServer, Who) {
    let mut settings = Settings::new(engine).await;
    settings.set("SIGYL_UNSCANNED", "show");
    let server = TestServer::with(settings).await;
    let ada = server.claimed().await;
    let key = server.key(&ada, "ada", &["read", "publish", "secrets"]).await;
    (server, key)
}

/// The same on both databases.
macro_rules! open_on_both {
    ($(async fn $name:ident($server:ident: TestServer, $key:ident: Who) $body:block)*) => {$(
        mod $name {
            use super::*;

            async fn test(($server, $key): (TestServer, Who)) $body

            #[tokio::test]
            async fn sqlite() {
                test(open(Engine::Sqlite).await).await;
            }

            #[tokio::test]
            async fn postgres() {
                test(open(Engine::Postgres).await).await;
            }
        }
    )*};
}

async fn create(server: &TestServer, key: &Who, more: Value) -> Answer {
    let mut document = json!({
        "description": "Does something",
        "version": "1.0.0",
        "packages": [{ "registryType": "npm", "identifier": "some-package", "version": "1.0.0",
                       "transport": { "type": "stdio" } }],
    });
    document.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    server.post("/api/v1/packages", document).by(key).send().await
}

/// Names on a page, without their namespace.
fn names(answer: &Answer) -> Vec<String> {
    let items = answer.body["items"].as_array().unwrap();
    let short = |item: &Value| item["name"].as_str().unwrap().split('/').next_back().unwrap().to_owned();
    items.iter().map(short).collect()
}

async fn get(server: &TestServer, path: &str) -> Answer {
    server.get(&format!("/api/v1/packages{path}")).send().await.expect(StatusCode::OK)
}

/// All pages.
async fn walk(server: &TestServer, path: &str) -> Vec<String> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = get(server, &format!("{path}{cursor}")).await;
        all.extend(names(&page));
        match page.body["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

/// A secret as a server.json requires it.
fn needs(names: &[&str]) -> Value {
    let variable = |name: &&str| json!({ "name": name, "description": "Where the moonstone is kept", "isSecret": true, "isRequired": true });
    json!([{ "registryType": "pypi", "identifier": "p", "version": "1.0.0", "transport": { "type": "stdio" },
             "environmentVariables": names.iter().map(variable).collect::<Vec<_>>() }])
}

fn tools(names: &[&str]) -> Value {
    let tool = |name: &&str| json!({ "name": name, "description": "Finds a moonstone" });
    let tools = names.iter().map(tool).collect::<Vec<_>>();
    json!({ "io.modelcontextprotocol.registry/publisher-provided": { "dev.sigyl": { "tools": tools } } })
}

open_on_both! {
    async fn searches_rank_by_tiers(server: TestServer, key: Who) {
        for more in [
            json!({ "name": "keeper", "packages": needs(&["MOON_KEY"]) }),
            json!({ "name": "finder", "_meta": tools(&["seek"]) }),
            json!({ "name": "teller", "description": "Tells of the moonstone" }),
            json!({ "name": "titled", "title": "Moonstones of the world" }),
            json!({ "name": "moonstone-shop" }),
            json!({ "name": "moonstone" }),
            json!({ "name": "unrelated" }),
        ] {
            create(&server, &key, more).await.expect(StatusCode::CREATED);
        }
        let found = get(&server, "/search?q=Moonstone").await;
        assert_eq!(names(&found), ["moonstone", "moonstone-shop", "titled", "teller", "finder", "keeper"]);
        let tiers = found.body["items"].as_array().unwrap().iter().map(|it| it["matched"].as_str().unwrap());
        assert_eq!(tiers.collect::<Vec<_>>(), ["exact", "prefix", "title", "text", "tools", "tools"]);
        // The same page by page, wherever a page ends.
        for limit in 1..=6 {
            assert_eq!(walk(&server, &format!("/search?q=moonstone&limit={limit}")).await, names(&found), "{limit}");
        }
        // Each word must be found, and the last one may be a beginning.
        assert_eq!(walk(&server, "/search?q=moonstones+worl").await, ["titled"]);
        assert!(walk(&server, "/search?q=moons+world").await.is_empty());
        assert_eq!(walk(&server, "/search?q=finds+seek").await, ["finder"]);
        // A whole name is no search for its words.
        for limit in 1..=2 {
            assert_eq!(walk(&server, &format!("/search?q=ada%2Fmoonstone&limit={limit}")).await, ["moonstone"]);
        }
        assert_eq!(walk(&server, "/search?q=MOON_KEY").await, ["keeper"]);
        assert!(walk(&server, "/search?q=nothing-of-this").await.is_empty());
        // What would be signs of either database is text.
        for hostile in ["%22", "'", "a+OR+b", "*", "a*", "NEAR(a+b)", "(", "a:b", "%5C", "%25", "!a", "%3C-%3E", "%27+%7C+%27x", "-", "terms:a", "\u{1f600}"] {
            let hostile = hostile.replace('\u{1f600}', "%F0%9F%98%80");
            get(&server, &format!("/search?q={hostile}")).await;
        }
        let long = "a%20".repeat(60);
        server.get(&format!("/api/v1/packages/search?q={long}")).send().await.expect(StatusCode::OK);
        for wrong in ["?q=", "?q=%20", "", &format!("?q={}", "x".repeat(201)), "?q=x&limit=0", "?q=x&cursor=x", "?q=x&what=1", "?q=x&secrets=21"] {
            server.get(&format!("/api/v1/packages/search{wrong}")).send().await.refused(400, "invalid");
        }
    }

    async fn lists_are_filtered_ordered_and_paged(server: TestServer, key: Who) {
        for number in 0..9 {
            let category = if number % 2 == 0 { "Weather" } else { "files" };
            let secrets = ["A_KEY", "B_KEY", "C_KEY"];
            create(&server, &key, json!({
                "name": format!("srv-{number}"), "category": category, "tags": [format!("t{}", number % 3)],
                "packages": needs(&secrets[..number % 4]), "_meta": tools(&[&format!("tool_{number}")]),
            })).await.expect(StatusCode::CREATED);
        }
        let newest = ["srv-8", "srv-7", "srv-6", "srv-5", "srv-4", "srv-3", "srv-2", "srv-1", "srv-0"];
        for sort in ["popular", "trending", "new", "updated"] {
            assert_eq!(walk(&server, &format!("?sort={sort}&limit=4")).await, newest, "{sort}");
        }
        for (query, expected) in [
            ("category=weather", &["srv-8", "srv-6", "srv-4", "srv-2", "srv-0"][..]),
            ("tag=T1", &["srv-7", "srv-4", "srv-1"]),
            ("category=weather&tag=t1", &["srv-4"]),
            ("tool=tool_3", &["srv-3"]),
            ("secret=C_KEY", &["srv-7", "srv-3"]),
            ("secrets=0", &["srv-8", "srv-4", "srv-0"]),
            ("secrets_max=1", &["srv-8", "srv-5", "srv-4", "srv-1", "srv-0"]),
            ("runtime=python&secrets_max=1", &["srv-8", "srv-5", "srv-4", "srv-1", "srv-0"]),
            ("runtime=node", &[]),
            ("verdict=unscanned&tag=t0", &["srv-6", "srv-3", "srv-0"]),
            ("verdict=safe", &[]),
            ("owner=ada&tag=t2", &["srv-8", "srv-5", "srv-2"]),
            ("owner=nobody", &[]),
        ] {
            assert_eq!(walk(&server, &format!("?{query}&limit=2")).await, expected, "{query}");
            assert_eq!(walk(&server, &format!("/search?q=srv&{query}&limit=2")).await, expected, "{query}");
        }
        // A cursor is of one order.
        let cursor = get(&server, "?sort=new&limit=1").await.body["next_cursor"].as_str().unwrap().to_owned();
        server.get(&format!("/api/v1/packages?sort=popular&cursor={cursor}")).send().await.refused(400, "invalid");

        // Downloads make one popular, and for a week trending.
        let path = "/api/v1/packages/ada%2Fsrv-2/versions/1.0.0/source";
        server.get(path).send().await.refused(404, "not-found");
        server.ask("PUT", path).header("content-type", "application/x-tar").body(tar("a.py", SAFE)).by(&key).send().await
            .expect(StatusCode::ACCEPTED);
        for _ in 0..3 {
            let fetched = server.get(path).send().await.expect(StatusCode::OK);
            assert_eq!(fetched.headers["content-type"], "application/x-tar");
            assert_eq!(fetched.headers["content-disposition"], "attachment; filename=\"ada-srv-2-1.0.0.tar\"");
        }
        server.app.tidy().await.unwrap();
        let first = &get(&server, "?limit=1").await.body["items"][0];
        assert_eq!((&first["name"], &first["downloads"], &first["recent_downloads"]), (&json!("ada/srv-2"), &json!(3), &json!(3)));
        assert_eq!(walk(&server, "?sort=trending&category=weather").await[0], "srv-2");
        server.advance(8 * 86_400);
        server.app.tidy().await.unwrap();
        assert_eq!(walk(&server, "?sort=trending").await, newest);
        assert_eq!(walk(&server, "?sort=popular").await[0], "srv-2");
        let details = get(&server, "/ada%2Fsrv-2").await.body;
        assert_eq!((&details["downloads"], &details["downloads_by_day"][0]["count"]), (&json!(3), &json!(3)));
    }

    async fn what_is_not_for_everybody_is_found_by_its_own(server: TestServer, key: Who) {
        create(&server, &key, json!({ "name": "open-one" })).await.expect(StatusCode::CREATED);
        create(&server, &key, json!({ "name": "own-one", "visibility": "workspace", "tags": ["x"] })).await.expect(StatusCode::CREATED);
        let body = json!({ "login": "ada", "password": crate::support::PASSWORD });
        let ada = server.post("/api/v1/login", body).send().await.session();
        server.post("/api/v1/workspaces", json!({ "slug": "team" })).by(&ada).send().await.expect(StatusCode::CREATED);
        let bob = server.invited(&ada, "team", "bob", "owner").await;
        let other = server.key(&bob, "team", &["read", "publish"]).await;
        for path in ["", "?tag=x", "/search?q=one", "/search?q=own-one", "/search?q=own-o", "?owner=ada"] {
            for (who, sees) in [(None, false), (Some(&bob), false), (Some(&other), false), (Some(&key), true), (Some(&ada), true)] {
                let ask = server.get(&format!("/api/v1/packages{path}"));
                let ask = match who { Some(who) => ask.by(who), None => ask };
                let listed = names(&ask.send().await.expect(StatusCode::OK));
                assert_eq!(listed.contains(&"own-one".to_owned()), sees, "{path} {who:?}");
            }
        }
        for path in ["", "/versions", "/ratings", "/versions/1.0.0/tools", "/compare?from=1.0.0"] {
            let path = format!("/api/v1/packages/ada%2Fown-one{path}");
            server.get(&path).send().await.refused(404, "not-found");
            server.get(&path).by(&other).send().await.refused(404, "not-found");
            server.get(&path).by(&key).send().await.expect(StatusCode::OK);
        }
        server.post("/api/v1/packages/ada%2Fown-one/ratings", json!({ "stars": 1 })).by(&bob).send().await.refused(404, "not-found");
        let own = server.get("/api/v1/workspaces/ada/packages").by(&ada).send().await.expect(StatusCode::OK);
        assert_eq!(names(&own), ["open-one", "own-one"]);
        // Terms of an earlier version do not say that it is hidden.
        let earlier = "UPDATE listings SET terms = 'aown aone eown eone' WHERE short_name = 'own-one'";
        crate::database::execute(&server.settings, &[earlier]).await.unwrap();
        for (who, sees) in [(None, false), (Some(&bob), false), (Some(&other), false), (Some(&key), true)] {
            let ask = server.get("/api/v1/packages/search?q=one+own");
            let ask = match who { Some(who) => ask.by(who), None => ask };
            let listed = names(&ask.send().await.expect(StatusCode::OK));
            assert_eq!(listed.contains(&"own-one".to_owned()), sees, "{who:?}");
        }
        // Shown to all, it is found by all; deleted as a version, by nobody.
        server.patch("/api/v1/packages/ada%2Fown-one", json!({ "visibility": "public" })).by(&key).send().await.expect(StatusCode::OK);
        assert_eq!(walk(&server, "/search?q=own-one").await, ["own-one"]);
        server.delete("/v0.1/servers/ada%2Fown-one/versions/1.0.0").by(&key).send().await.expect(StatusCode::OK);
        assert!(walk(&server, "/search?q=own-one").await.is_empty());
        assert_eq!(walk(&server, "?sort=new").await, ["open-one"]);
    }

    async fn a_server_is_published_changed_and_deleted(server: TestServer, key: Who) {
        // Without a version it gets one, and a later one the next time.
        let first = create(&server, &key, json!({ "name": "weather", "version": null, "commit": "0123456789abcdef", "tags": ["a"] }))
            .await.expect(StatusCode::CREATED).body;
        assert_eq!(first["server"]["name"], "ada/weather");
        assert_eq!(first["server"]["version"].as_str().unwrap().split_once('+').unwrap().1, "g0123456");
        server.advance(60);
        let second = create(&server, &key, json!({ "name": "weather", "version": null })).await.expect(StatusCode::CREATED).body;
        assert_eq!(second["_meta"]["io.modelcontextprotocol.registry/official"]["isLatest"], true);
        // The same again is answered as it was; with anything else in it, or for others to see, it is another.
        let whole = |more: Value| {
            let mut whole = json!({ "name": "weather", "version": "3.0.0", "category": "Sky", "visibility": "workspace" });
            whole.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            whole
        };
        let third = create(&server, &key, whole(json!({}))).await.expect(StatusCode::CREATED).body;
        server.advance(60);
        assert_eq!(create(&server, &key, whole(json!({}))).await.expect(StatusCode::CREATED).body, third);
        for other in [json!({ "description": "Does more" }), json!({ "category": "Sea" }), json!({ "visibility": "public" })] {
            create(&server, &key, whole(other)).await.refused(400, "invalid");
        }
        server.delete("/v0.1/servers/ada%2Fweather/versions/3.0.0").by(&key).send().await.expect(StatusCode::OK);
        create(&server, &key, whole(json!({}))).await.refused(400, "invalid");
        server.patch("/api/v1/packages/ada%2Fweather", json!({ "visibility": "public" })).by(&key).send().await.expect(StatusCode::OK);
        for wrong in [json!({ "name": "a b" }), json!({ "name": "x", "commit": "zz", "version": null }), json!({ "name": "x", "tags": [""] }),
                      json!({ "name": "x", "category": "" }), json!({ "name": "x", "description": "" })] {
            create(&server, &key, wrong).await.refused(400, "invalid");
        }
        create(&server, &key, json!({ "name": "else.where/weather" })).await.expect(StatusCode::CREATED);
        let path = "/api/v1/packages/ada%2Fweather";
        let details = get(&server, "/ada%2Fweather").await.body;
        assert_eq!((&details["owner"], &details["verdict"], &details["runtime"]), (&json!("ada"), &json!("unscanned"), &json!("node")));
        assert_eq!(details["versions"].as_array().unwrap().len(), 2);

        let changed = server.patch(path, json!({ "category": "Sky", "tags": ["x", "y"] })).by(&key).send().await.expect(StatusCode::OK);
        assert_eq!((&changed.body["category"], &changed.body["tags"]), (&json!("Sky"), &json!(["x", "y"])));
        assert_eq!(walk(&server, "?category=sky&tag=y").await, ["weather"]);
        server.patch(path, json!({ "category": null })).by(&key).send().await.expect(StatusCode::OK);
        let details = get(&server, "/ada%2Fweather").await.body;
        assert_eq!((&details["category"], &details["tags"]), (&json!(""), &json!(["x", "y"])));
        server.ask("PUT", path).json(json!({ "visibility": "public", "category": "Rain" })).by(&key).send().await.expect(StatusCode::OK);
        let details = get(&server, "/ada%2Fweather").await.body;
        assert_eq!((&details["category"], &details["tags"]), (&json!("Rain"), &json!([])));
        server.patch(path, json!({ "tags": [""] })).by(&key).send().await.refused(400, "invalid");
        server.patch(path, json!({ "name": "x" })).by(&key).send().await.refused(400, "invalid");

        let secret = json!({ "name": "SKY_KEY", "value": "v", "package": "ada/weather" });
        server.post("/api/v1/secrets", secret).by(&key).send().await.expect(StatusCode::CREATED);
        server.post(&format!("{path}/ratings"), json!({ "stars": 5 })).by(&key).send().await.expect(StatusCode::NO_CONTENT);
        server.delete(path).json(json!({ "confirm": "weather" })).by(&key).send().await.refused(400, "invalid");
        server.delete(path).json(json!({ "confirm": "ada/weather" })).by(&key).send().await.expect(StatusCode::NO_CONTENT);
        server.get(path).by(&key).send().await.refused(404, "not-found");
        assert_eq!(walk(&server, "/search?q=weather").await, ["weather"], "the other one");
        assert_eq!(server.get("/api/v1/secrets").by(&key).send().await.body["items"], json!([]));
        for table in ["ratings", "version_facts", "listings"] {
            let sql = format!("SELECT COUNT(*) FROM {table}");
            let expected = if table == "ratings" { 0 } else { 1 };
            assert_eq!(crate::database::count(&server.settings, &sql).await, expected, "{table}");
        }
    }

    async fn ratings_are_one_a_user(server: TestServer, key: Who) {
        create(&server, &key, json!({ "name": "weather" })).await.expect(StatusCode::CREATED);
        let body = json!({ "login": "ada", "password": crate::support::PASSWORD });
        let ada = server.post("/api/v1/login", body).send().await.session();
        let bob = server.invited(&ada, "ada", "bob", "viewer").await;
        let path = "/api/v1/packages/ada%2Fweather/ratings";
        server.post(path, json!({ "stars": 5, "words": "Sunny" })).by(&ada).send().await.expect(StatusCode::NO_CONTENT);
        server.post(path, json!({ "stars": 1 })).by(&bob).send().await.expect(StatusCode::NO_CONTENT);
        server.post(path, json!({ "stars": 2, "words": "Rain" })).by(&bob).send().await.expect(StatusCode::NO_CONTENT);
        for wrong in [json!({ "stars": 0 }), json!({ "stars": 6 }), json!({}), json!({ "stars": 3, "words": "x".repeat(1001) })] {
            server.post(path, wrong).by(&bob).send().await.refused(400, "invalid");
        }
        let item = get(&server, "/search?q=weather").await.body["items"][0].clone();
        assert_eq!((&item["rating"], &item["rating_count"]), (&json!(3.5), &json!(2)));
        let list = get(&server, "/ada%2Fweather/ratings?limit=1").await.body;
        assert_eq!((&list["items"][0]["username"], &list["items"][0]["words"]), (&json!("bob"), &json!("Rain")));
        let next = list["next_cursor"].as_str().unwrap();
        let list = get(&server, &format!("/ada%2Fweather/ratings?limit=1&cursor={next}")).await.body;
        assert_eq!((&list["items"][0]["username"], &list["next_cursor"]), (&json!("ada"), &Value::Null));
        server.delete(path).by(&bob).send().await.expect(StatusCode::NO_CONTENT);
        server.delete(path).by(&bob).send().await.refused(404, "not-found");
        let details = get(&server, "/ada%2Fweather").await.body;
        assert_eq!((&details["rating"], &details["rating_count"]), (&json!(5.0), &json!(1)));
    }

    async fn versions_are_compared_by_files_tools_and_findings(server: TestServer, key: Who) {
        for version in ["1.0.0", "1.1.0"] {
            crate::registry::publish(&server, &key, "com.example/weather", version).await.expect(StatusCode::OK);
        }
        upload(&server, &key, "1.0.0", tar("w/server.py", SAFE)).await.expect(StatusCode::ACCEPTED);
        let changed = SAFE.replace("Tells the weather in a city.", "Tells the weather, and reads your mail.");
        upload(&server, &key, "1.1.0", tar("w/server.py", &changed)).await.expect(StatusCode::ACCEPTED);
        while server.app.work().await.unwrap() {}
        let compared = get(&server, "/com.example%2Fweather/compare?from=1.0.0").await.body;
        assert_eq!((&compared["is_scanned"], &compared["is_same_source"]), (&json!(true), &json!(false)));
        assert_eq!(compared["files"]["changed"], json!(["server.py"]));
        let tool = &compared["tools"]["changed"][0];
        assert_eq!((&tool["name"], &tool["parts"]), (&json!("forecast"), &json!(["description"])));
        assert_eq!(tool["description_before"], "Tells the weather in a city.");
        let same = get(&server, "/com.example%2Fweather/compare?from=1.0.0&to=1.0.0").await.body;
        assert_eq!((&same["is_same_source"], &same["tools"]["same_count"]), (&json!(true), &json!(1)));
        server.get("/api/v1/packages/com.example%2Fweather/compare?from=9").send().await.refused(404, "not-found");
        server.get("/api/v1/packages/com.example%2Fweather/compare").send().await.refused(400, "invalid");

        // What a scan found is searched for, shown in details, and of blocked versions only to their own.
        assert_eq!(walk(&server, "/search?q=forecast").await, ["weather"]);
        assert_eq!(walk(&server, "?tool=forecast&runtime=node").await, ["weather"]);
        let tools = get(&server, "/com.example%2Fweather/versions/1.0.0/tools").await.body;
        assert!(tools["tools"][0]["pins"]["description"].is_string(), "{tools}");
        let published = crate::registry::publish(&server, &key, "com.example/weather", "1.2.0").await;
        published.expect(StatusCode::OK);
        upload(&server, &key, "1.2.0", tar("w/server.py", BLOCKED)).await.expect(StatusCode::ACCEPTED);
        while server.app.work().await.unwrap() {}
        let lines = |answer: Answer| {
            let items = answer.body["items"].as_array().unwrap().clone();
            items.iter().map(|it| format!("{} {}", it["version"].as_str().unwrap(), it["verdict"].as_str().unwrap() == "blocked")).collect::<Vec<_>>()
        };
        let path = "/api/v1/packages/com.example%2Fweather/versions";
        assert_eq!(lines(server.get(path).send().await), ["1.1.0 false", "1.0.0 false"]);
        assert_eq!(lines(server.get(path).by(&key).send().await), ["1.2.0 true", "1.1.0 false", "1.0.0 false"]);
        let first = server.get(&format!("{path}?limit=1")).send().await.body;
        let next = first["next_cursor"].as_str().unwrap();
        assert_eq!(lines(server.get(&format!("{path}?limit=1&cursor={next}")).send().await), ["1.0.0 false"]);
        server.get("/api/v1/packages/com.example%2Fweather/versions/1.2.0/source").send().await.refused(404, "not-found");
        assert_eq!(get(&server, "/com.example%2Fweather").await.body["version"], "1.1.0");
        let compared = server.get("/api/v1/packages/com.example%2Fweather/compare?from=1.1.0&to=1.2.0").by(&key).send().await.body;
        assert_eq!(compared["findings"]["added"][0]["rule"], "command-injection");
    }

    async fn listings_of_older_servers_are_made_at_the_start(server: TestServer, key: Who) {
        for number in 0..3 {
            create(&server, &key, json!({ "name": format!("old-{number}"), "packages": needs(&["OLD_KEY"]) })).await.expect(StatusCode::CREATED);
        }
        crate::database::execute(&server.settings, &["DELETE FROM listings", "DELETE FROM version_facts"]).await.unwrap();
        assert!(walk(&server, "/search?q=old").await.is_empty());
        let replica = server.replica().await;
        assert_eq!(walk(&replica, "/search?q=old").await.len(), 3);
        assert_eq!(walk(&replica, "?secret=old_key&sort=new").await, ["old-2", "old-1", "old-0"]);
    }
}

/// Filters that many servers pass are tried along the index, those that few pass are sorted: the answer is the same.
#[tokio::test]
async fn filters_answer_alike_however_many_pass() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let (server, key) = open(engine).await;
        create(&server, &key, json!({ "name": "model", "category": "many", "tags": ["most"] }))
            .await
            .expect(StatusCode::CREATED);
        // Rows behind the server's back, since thousands of requests would take minutes.
        let copies = "INSERT INTO servers (id, workspace_id, name, visibility, created_at, updated_at)
             SELECT 'x' || n, workspace_id, 'ada/copy-' || n, visibility, created_at, updated_at FROM servers, numbers WHERE name = 'ada/model'";
        let listings = "INSERT INTO listings (number, server_id, workspace_id, name, folded_name, short_name, version, title,
                 description, category, tags, runtime, verdict, tool_count, secret_count, is_open, is_listed, created_at,
                 published_at, downloads, trend, trend_day, rating_sum, rating_count, facets, terms, narrow)
             SELECT n, 'x' || n, workspace_id, 'ada/copy-' || n, 'ada/copy-' || n, 'copy-' || n, version, title, description,
                 category, tags, runtime, verdict, tool_count, secret_count, is_open, is_listed, created_at, published_at,
                 n, 0, 0, 0, 0, facets, terms, narrow FROM listings, numbers WHERE name = 'ada/model'";
        let numbers = "CREATE TABLE numbers AS WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 2500)
             SELECT n FROM counted";
        crate::database::execute(&server.settings, &[numbers, copies, listings, "DROP TABLE numbers"])
            .await
            .unwrap();
        let many = walk(&server, "?category=many&tag=most&limit=100").await;
        assert_eq!(
            (many.len(), many[0].as_str(), many[2500].as_str()),
            (2501, "copy-2500", "model"),
            "{engine:?}"
        );
        let page = names(&get(&server, "?category=many&runtime=node&secrets_max=3&owner=ada&limit=2").await);
        assert_eq!(page, ["copy-2500", "copy-2499"]);
        // A search looks at so many of a tier, newest first, and ends.
        assert_eq!(walk(&server, "/search?q=co&limit=100").await.len(), 500);
        server.app.close().await;
    }
}
