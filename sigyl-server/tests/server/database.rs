//! Migrations, keys, backups and copies.

use std::path::Path;

use axum::http::StatusCode;
use serde_json::json;
use sigyl_server::{Clock, Engine};
use sqlx::Connection;

use crate::support::{BEGIN, PASSWORD, Settings, TestServer, Who, empty_postgres, mode, on_both, said};

/// Runs statements behind the server's back.
pub(crate) async fn execute(settings: &Settings, statements: &[&str]) -> Result<(), sqlx::Error> {
    for sql in statements {
        let sql = sqlx::AssertSqlSafe((*sql).to_owned());
        match settings.get("SIGYL_DATABASE_URL") {
            Some(url) => {
                let mut connection = sqlx::PgConnection::connect(url).await?;
                sqlx::query(sql).execute(&mut connection).await?;
                connection.close().await?;
            }
            None => {
                let path = settings.data().join("sigyl.db");
                let mut connection = sqlx::SqliteConnection::connect(&path.display().to_string()).await?;
                sqlx::query(sql).execute(&mut connection).await?;
                connection.close().await?;
            }
        }
    }
    Ok(())
}

/// A number, asked behind the server's back.
pub(crate) async fn count(settings: &Settings, sql: &str) -> i64 {
    let sql = sqlx::AssertSqlSafe(sql.to_owned());
    match settings.get("SIGYL_DATABASE_URL") {
        Some(url) => {
            let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
            sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap()
        }
        None => {
            let path = settings.data().join("sigyl.db");
            let mut connection = sqlx::SqliteConnection::connect(&path.display().to_string()).await.unwrap();
            sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap()
        }
    }
}

on_both! {
    async fn migrations_run_once_and_a_newer_database_is_refused(server: TestServer) {
        server.app.close().await;
        let (code, out, err) = said(&server.settings.program(&["db", "migrate"]));
        assert_eq!((code, err.as_str()), (Some(0), ""), "{out}");
        let (code, out, _) = said(&server.settings.program(&["db", "status"]));
        assert_eq!(code, Some(0), "{out}");
        assert!(out.contains("  1  accounts              applied\n"), "{out}");
        execute(&server.settings, &["UPDATE _sqlx_migrations SET version = 9999 WHERE version = 1"]).await.unwrap();
        let (code, _, err) = said(&server.settings.program(&["db", "migrate"]));
        assert_eq!(code, Some(2));
        assert!(err.contains("the database is of another version of Sigyl"), "{err}");
        assert_eq!(said(&server.settings.program(&["db", "status"])).0, Some(1));
        for verb in [&["audit", "verify"], &["db", "claim-token"]] {
            let (code, _, err) = said(&server.settings.program(verb));
            assert!(code == Some(2) && err.contains("run `sigyl db migrate`"), "{err}");
        }
    }

    async fn another_master_key_is_refused(server: TestServer) {
        server.app.close().await;
        let path = server.settings.data().join("master.key");
        assert_eq!(mode(&path), 0o600);
        let other = sigyl_core::secret::MasterKey::generate().unwrap();
        std::fs::write(&path, other.to_text().reveal()).unwrap();
        let error = server.settings.open(Clock::set(BEGIN)).await.err().unwrap().to_string();
        assert!(error.contains("not the master key"), "{error}");
        std::fs::remove_file(&path).unwrap();
        let error = server.settings.open(Clock::set(BEGIN)).await.err().unwrap().to_string();
        assert!(error.contains("is not here"), "{error}");
        assert!(!path.exists());
    }

    async fn a_backup_is_restored_into_either_database(server: TestServer) {
        let ada = server.claimed().await;
        let bob = server.invited(&ada, "ada", "bob", "developer").await;
        let key = server.key(&bob, "ada", &["read"]).await;
        let file = server.settings.folder.path().join("backup.db");
        let (code, out, err) = said(&server.settings.program(&["db", "backup", &file.display().to_string()]));
        assert_eq!(code, Some(0), "{out}{err}");
        assert_eq!(mode(&file), 0o600);
        assert!(out.contains("users                            2 rows"), "{out}");
        let (code, _, err) = said(&server.settings.program(&["db", "backup", &file.display().to_string()]));
        assert_eq!(code, Some(2), "{err}");
        let log = server.get("/api/v1/workspaces/ada/audit?format=jsonl").by(&ada).send().await.text;

        for engine in [Engine::Sqlite, Engine::Postgres] {
            let settings = Settings::new(engine).await;
            restored(&server, &settings, &file, &key, &log).await;
        }
    }
}

async fn restored(server: &TestServer, settings: &Settings, file: &Path, key: &Who, log: &str) {
    let (code, out, err) = said(&settings.program(&["db", "restore", &file.display().to_string()]));
    assert_eq!(code, Some(0), "{out}{err}");
    let (code, _, err) = said(&settings.program(&["db", "restore", &file.display().to_string()]));
    assert!(code == Some(2) && err.contains("not empty"), "{err}");
    // Without its key, it is of no use.
    assert!(settings.open(Clock::set(BEGIN)).await.is_err());
    let name = "master.key";
    std::fs::copy(server.settings.data().join(name), settings.data().join(name)).unwrap();
    let there = Settings { folder: tempfile::tempdir().unwrap(), variables: settings.variables.clone() };
    let opened = there.open(server.clock.clone()).await.unwrap();
    let other = TestServer::of(there, server.clock.clone(), opened.app());
    other.get("/api/v1/me").by(key).send().await.expect(StatusCode::OK);
    let body = json!({ "login": "ada", "password": PASSWORD });
    let ada = other.post("/api/v1/login", body).send().await.expect(StatusCode::OK).session();
    let copied = other.get("/api/v1/workspaces/ada/audit?format=jsonl").by(&ada).send().await.text;
    assert_eq!(copied, log);
    assert_eq!(said(&settings.program(&["audit", "verify"])).0, Some(0));
}

#[tokio::test]
async fn sqlite_grows_into_postgresql() {
    let server = TestServer::start(Engine::Sqlite).await;
    let ada = server.claimed().await;
    let key = server.key(&ada, "ada", &["read", "admin"]).await;
    server.app.tidy().await.unwrap();
    let target = empty_postgres().await;
    let (code, out, err) = said(&server.settings.program(&["db", "copy", "--to", &target]));
    assert_eq!(code, Some(0), "{out}{err}");
    let mut settings =
        Settings { folder: tempfile::tempdir().unwrap(), variables: server.settings.variables.clone() };
    settings.set("SIGYL_DATABASE_URL", &target);
    let opened = settings.open(server.clock.clone()).await.unwrap();
    let grown = TestServer::of(settings, server.clock.clone(), opened.app());
    grown.get("/api/v1/keys").by(&key).send().await.expect(StatusCode::OK);
    let (code, _, err) = said(&server.settings.program(&["db", "copy", "--to", &target]));
    assert!(code == Some(2) && err.contains("not empty"), "{err}");
    let with_password = target.replace("sigyl@", "sigyl:canary@");
    let (code, out, err) = said(&server.settings.program(&["db", "copy", "--to", &with_password]));
    assert!(code == Some(2) && !format!("{out}{err}").contains("canary"), "{err}");
}

#[tokio::test]
async fn postgresql_gets_its_key_by_hand() {
    let settings = Settings::new(Engine::Postgres).await;
    let error = settings.open(Clock::set(BEGIN)).await.err().unwrap().to_string();
    assert!(error.contains("sigyl db init-key"), "{error}");
    let (code, out, err) = said(&settings.program(&["db", "init-key"]));
    assert_eq!(code, Some(0), "{out}{err}");
    let text = std::fs::read_to_string(settings.data().join("master.key")).unwrap();
    assert!(!out.contains(text.trim()), "{out}");
    let (code, _, err) = said(&settings.program(&["db", "init-key"]));
    assert!(code == Some(2) && err.contains("already"), "{err}");
    settings.open(Clock::set(BEGIN)).await.unwrap();
}

#[tokio::test]
async fn the_files_are_for_their_owner_alone() {
    let server = TestServer::start(Engine::Sqlite).await;
    server.claimed().await;
    assert_eq!(mode(&server.settings.data()), 0o700);
    for file in std::fs::read_dir(server.settings.data()).unwrap().flatten() {
        assert_eq!(mode(&file.path()) & 0o077, 0, "{:?}", file.path());
    }
    assert!(!server.settings.data().join("claim-token").exists() || server.claim_token().starts_with("sgc_"));
}

#[tokio::test]
async fn the_key_comes_from_a_command_or_the_environment() {
    let key = sigyl_core::secret::MasterKey::generate().unwrap();
    let mut settings = Settings::new(Engine::Sqlite).await;
    let file = settings.folder.path().join("key");
    std::fs::write(&file, key.to_text().reveal()).unwrap();
    settings.set("SIGYL_MASTER_KEY_COMMAND", &format!("cat,{}", file.display()));
    settings.open(Clock::set(BEGIN)).await.unwrap();
    assert!(!settings.data().join("master.key").exists());

    settings.set("SIGYL_MASTER_KEY_COMMAND", "");
    settings.set("SIGYL_MASTER_KEY", key.to_text().reveal());
    settings.open(Clock::set(BEGIN)).await.unwrap();

    settings.set("SIGYL_MASTER_KEY", "");
    settings.set("SIGYL_MASTER_KEY_FILE", &file.display().to_string());
    settings.open(Clock::set(BEGIN)).await.unwrap();
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o660)).unwrap();
    let error = settings.open(Clock::set(BEGIN)).await.err().unwrap().to_string();
    assert!(error.contains("chmod 600"), "{error}");

    settings.set("SIGYL_MASTER_KEY_FILE", "");
    for (command, told) in
        [("false", "failed"), ("/nonexistent", "did not start"), ("echo,hello", "32 random bytes")]
    {
        settings.set("SIGYL_MASTER_KEY_COMMAND", command);
        let error = settings.open(Clock::set(BEGIN)).await.err().unwrap().to_string();
        assert!(error.contains(told) && !error.contains("hello"), "{error}");
    }
}
