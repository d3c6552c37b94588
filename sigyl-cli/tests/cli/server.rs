//! The verbs that ask a server, against one that the test starts.

use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};

use crate::{Answer, Workspace};

/// A server on a port of its own, ended with the test.
pub(crate) struct Server {
    child: Child,
    pub(crate) url: String,
    claim: PathBuf,
    _folder: tempfile::TempDir,
}

impl Server {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let mut child = Command::new(env!("CARGO_BIN_EXE_sigyl"))
            .args(["serve", "--listen", "127.0.0.1:0", "--data-dir", data.to_str().unwrap()])
            .env_clear()
            .envs([("HOME", "/nonexistent"), ("SIGYL_CONFIG", "/dev/null"), ("SIGYL_LOG_FORMAT", "json")])
            .env("PATH", "/usr/bin:/bin")
            .env("SIGYL_LOGINS_PER_MINUTE", "1000")
            .env("SIGYL_WRITES_PER_MINUTE", "60000")
            .env("SIGYL_READS_PER_MINUTE", "60000")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let url = lines.find_map(|line| {
            let line: Value = serde_json::from_str(&line.unwrap()).ok()?;
            Some(line["url"].as_str()?.to_owned())
        });
        // The pipe is emptied, so that the server never waits for it.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, url: url.unwrap(), claim: data.join("claim-token"), _folder: folder }
    }

    /// The first administrator logs in, in a folder that keeps the login.
    pub(crate) fn claimed(&self, home: &Workspace) -> Home {
        home.write("password", "correct horse battery\n");
        let of = Home(home.path().to_owned());
        let claim = self.claim.to_str().unwrap();
        let done = of.run(
            home,
            &["login", &self.url, "--claim", claim, "--username", "ada", "--password-file", "password"],
        );
        assert_eq!(done.code, 0, "{done:?}");
        of
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whose logins count.
pub(crate) struct Home(PathBuf);

impl Home {
    pub(crate) fn run(&self, folder: &Workspace, arguments: &[&str]) -> Answer {
        folder.run_in("", arguments, &[("HOME", self.0.to_str().unwrap())])
    }

    /// What succeeds.
    #[track_caller]
    pub(crate) fn done(&self, folder: &Workspace, arguments: &[&str]) -> String {
        let answer = self.run(folder, arguments);
        assert_eq!(answer.code, 0, "{answer:?}");
        answer.out
    }

    #[track_caller]
    pub(crate) fn json(&self, folder: &Workspace, arguments: &[&str]) -> Value {
        let arguments = arguments.iter().copied().chain(["--format", "json"]).collect::<Vec<_>>();
        serde_json::from_str(&self.done(folder, &arguments)).unwrap()
    }
}

const SAFE: &str = "from mcp.server.fastmcp import FastMCP\n\nmcp = FastMCP('weather')\n\n\n@mcp.tool()\ndef forecast(city: str) -> str:\n    \"\"\"Tells the weather in a city.\"\"\"\n    return f'Sunny in {city}'\n";

const BLOCKED: &str = "import subprocess\n\nfrom mcp.server.fastmcp import FastMCP\n\nmcp = FastMCP('history')\n\n\n@mcp.tool()\ndef history(branch: str) -> str:\n    \"\"\"Tells what was committed to a branch.\"\"\"\n    return subprocess.run(f'git log {branch}', shell=True, capture_output=True, text=True).stdout\n";

pub(crate) fn document(name: &str, version: &str) -> String {
    json!({
        "$schema": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
        "name": name,
        "description": "Tells the weather",
        "version": version,
        "packages": [{
            "registryType": "npm",
            "identifier": "@example/weather",
            "version": version,
            "transport": { "type": "stdio" },
            "environmentVariables": [
                { "name": "WEATHER_KEY", "description": "Key of the service", "isRequired": true, "isSecret": true },
            ],
        }],
    })
    .to_string()
}

#[test]
fn who_logs_in_is_known_until_logout() {
    let server = Server::start();
    let folder = Workspace::new(&[]);
    let home = server.claimed(&folder);
    let kept = folder.path().join(".config/sigyl/credentials.json");
    assert_eq!(fs::metadata(&kept).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(home.json(&folder, &["whoami"])["user"]["username"], "ada");
    let told = home.done(&folder, &["whoami"]);
    assert!(told.contains("user        ada\n") && told.contains("ada (owner)"), "{told}");
    // The claim token is used up.
    let again = home.run(
        &folder,
        &["login", &server.url, "--claim", "password", "--username", "eve", "--password-file", "password"],
    );
    assert_eq!(again.code, 2);
    assert!(again.err.contains("(forbidden)"), "{}", again.err);

    assert_eq!(home.done(&folder, &["logout"]), "");
    let gone = home.run(&folder, &["whoami", "--server", &server.url]);
    assert_eq!(gone.code, 2);
    assert!(gone.err.contains("sigyl login"), "{}", gone.err);
    folder.write("wrong", "not the password");
    let wrong = home.run(&folder, &["login", &server.url, "--username", "ada", "--password-file", "wrong"]);
    assert!(wrong.code == 2 && wrong.err.contains("name or password is wrong"), "{wrong:?}");
    home.done(&folder, &["login", &server.url, "--username", "ada", "--password-file", "password"]);
    assert_eq!(home.json(&folder, &["whoami"])["user"]["is_operator"], true);
}

#[test]
fn logins_that_others_can_read_are_refused_and_credentials_do_not_travel_in_the_clear() {
    let folder = Workspace::new(&[(
        ".config/sigyl/credentials.json",
        r#"{"current":"http://mcp.example.com","servers":{"http://mcp.example.com":{"kind":"key","token":"sgl_canary"}}}"#,
    )]);
    let home = Home(folder.path().to_owned());
    let kept = folder.path().join(".config/sigyl/credentials.json");
    fs::set_permissions(&kept, fs::Permissions::from_mode(0o644)).unwrap();
    let open = home.run(&folder, &["whoami"]);
    assert!(open.code == 2 && open.err.contains("chmod 600"), "{open:?}");
    fs::set_permissions(&kept, fs::Permissions::from_mode(0o600)).unwrap();
    let clear = home.run(&folder, &["whoami"]);
    assert!(clear.code == 2 && clear.err.contains("neither https"), "{clear:?}");
    assert!(!open.err.contains("canary") && !clear.err.contains("canary"));
}

#[test]
fn folders_are_published_scanned_found_and_shown() {
    let server = Server::start();
    let folder = Workspace::new(&[
        ("good/server.py", SAFE),
        ("good/server.json", &document("ada/weather", "1.0.0")),
        ("good/.env", "KEY=canary"),
        ("bad/server.py", BLOCKED),
        ("bad/server.json", &document("ada/history", "1.0.0")),
        ("wrong/server.json", "{}"),
        ("plain/server.py", SAFE),
        (
            "plain/mcp.yaml",
            "name: outlook\ndescription: Tells what comes\nruntime: python\ncategory: travel\n",
        ),
        ("nothing/server.py", SAFE),
    ]);
    let home = server.claimed(&folder);
    // A manifest is enough: its name gets the workspace's, and a version is made.
    let plain = home.run(&folder, &["publish", "plain"]);
    assert!(plain.code == 0 && plain.err.contains("published ada/outlook 0."), "{plain:?}");
    assert!(home.done(&folder, &["show", "ada/outlook"]).contains("Tells what comes"));
    // With a commit, where there is one; and a version of its own is published again where it is the same.
    let (commit, log) = (
        "0123456789abcdef0123456789abcdef01234567",
        "name: outlook\ndescription: Tells more\nruntime: python\n",
    );
    folder.write("plain/.git/HEAD", commit);
    folder.write("plain/mcp.yaml", log);
    let named = home.run(&folder, &["publish", "plain"]);
    assert!(named.code == 0 && named.err.contains("+g0123456\n"), "{named:?}");
    folder.write("plain/mcp.yaml", &format!("{log}version: 1.2.3\n"));
    for _ in 0..2 {
        let twice = home.run(&folder, &["publish", "plain"]);
        assert!(twice.code == 0 && twice.err.contains("published ada/outlook 1.2.3\n"), "{twice:?}");
    }
    folder.write("plain/mcp.yaml", &format!("{log}version: 1.2.3\n").replace("more", "less"));
    assert_eq!(home.run(&folder, &["publish", "plain"]).code, 2);
    let nothing = home.run(&folder, &["publish", "nothing"]);
    assert!(nothing.code == 2 && nothing.err.contains("sigyl manifest init"), "{nothing:?}");
    let good = home.run(&folder, &["publish", "good"]);
    assert_eq!(good.code, 0, "{good:?}");
    assert!(good.out.contains("scan      done\n"), "{good:?}");
    assert!(good.err.contains("left out: .env"), "{good:?}");
    let bad = home.run(&folder, &["publish", "bad", "--format", "json"]);
    assert_eq!((bad.code, bad.json()["verdict"].as_str()), (1, Some("blocked")), "{bad:?}");
    let again = home.run(&folder, &["publish", "bad"]);
    assert!(again.code == 1 && again.out.contains("block command-injection server.py:"), "{again:?}");
    assert_eq!(home.run(&folder, &["publish", "wrong"]).code, 2);
    assert_eq!(home.run(&folder, &["publish", "missing"]).code, 2);
    // The same again is no mistake; another one under its number is.
    assert_eq!(home.run(&folder, &["publish", "good"]).code, 0);
    folder.write("good/server.json", &document("ada/weather", "1.0.0").replace("Tells", "Sells"));
    assert_eq!(home.run(&folder, &["publish", "good"]).code, 2);

    // Strangers see what is not blocked.
    let stranger = Home(folder.path().join("nobody"));
    home.done(&folder, &["workspace", "list"]);
    let asked = ["--server", server.url.as_str()];
    let found = stranger.json(&folder, &["search", "weather", asked[0], asked[1]]);
    assert_eq!(found.as_array().unwrap().len(), 2, "{found}");
    assert_eq!(stranger.json(&folder, &["search", asked[0], asked[1]]).as_array().unwrap().len(), 2);
    let table = stranger.done(&folder, &["search", asked[0], asked[1]]);
    assert!(table.starts_with("NAME ") && table.contains("ada/weather  1.0.0"), "{table}");
    let shown = stranger.done(&folder, &["show", "ada/weather", asked[0], asked[1]]);
    assert!(shown.contains("npm @example/weather 1.0.0 (stdio)"), "{shown}");
    assert!(shown.contains("WEATHER_KEY (Key of the service, secret)"), "{shown}");
    let hidden = stranger.run(&folder, &["show", "ada/history", asked[0], asked[1]]);
    assert!(hidden.code == 2 && hidden.err.contains("(not-found)"), "{hidden:?}");
    assert!(home.done(&folder, &["show", "ada/history"]).contains("ada/history"));
}

#[test]
fn secrets_come_from_files_and_leave_by_reveal_alone() {
    let server = Server::start();
    let folder = Workspace::new(&[("one", "canary-one\n"), ("two", "canary-two"), ("number", "42")]);
    let home = server.claimed(&folder);
    home.done(&folder, &["secret", "set", "TOKEN", "--file", "one", "--description", "of a service"]);
    home.done(&folder, &["secret", "set", "COUNT", "--file", "number", "--type", "number", "--shared"]);
    let listed = home.run(&folder, &["secret", "list"]);
    assert!(listed.out.contains("TOKEN") && listed.out.contains("of a service"), "{listed:?}");
    assert!(listed.out.contains("shared") && !listed.out.contains("canary"), "{listed:?}");
    assert_eq!(home.done(&folder, &["secret", "reveal", "TOKEN"]), "canary-one\n");
    home.done(&folder, &["secret", "rotate", "TOKEN", "--file", "two"]);
    assert_eq!(home.done(&folder, &["secret", "reveal", "TOKEN"]), "canary-two\n");
    assert_eq!(home.done(&folder, &["secret", "reveal", "COUNT", "--shared"]), "42\n");
    // Own and shared ones are two; a number stays one; nobody asks where no terminal is.
    assert_eq!(home.run(&folder, &["secret", "reveal", "COUNT"]).code, 2);
    let text = home.run(&folder, &["secret", "rotate", "COUNT", "--shared", "--file", "one"]);
    assert!(text.code == 2 && text.err.contains("(invalid)"), "{text:?}");
    let unasked = home.run(&folder, &["secret", "set", "OTHER"]);
    assert!(unasked.code == 2 && unasked.err.contains("--file"), "{unasked:?}");
    home.done(&folder, &["secret", "remove", "TOKEN"]);
    assert_eq!(home.run(&folder, &["secret", "reveal", "TOKEN"]).code, 2);
}

#[test]
fn keys_workspaces_and_the_audit_log() {
    let server = Server::start();
    let folder = Workspace::new(&[]);
    let home = server.claimed(&folder);
    home.done(&folder, &["workspace", "create", "team", "--name", "The team"]);
    let listed = home.done(&folder, &["workspace", "list"]);
    assert!(listed.contains("team") && listed.contains("owner"), "{listed}");
    // With two workspaces, one has to be meant.
    assert_eq!(home.run(&folder, &["workspace", "members"]).code, 2);
    home.done(&folder, &["workspace", "use", "team"]);
    assert!(home.done(&folder, &["workspace", "members"]).contains("ada"));
    let invitation = home.done(&folder, &["workspace", "invite", "--role", "developer"]);
    folder.write("invitation", &invitation);
    let other = Workspace::new(&[("password", "another good battery")]);
    let guest = Home(other.path().to_owned());
    let invitation = folder.path().join("invitation");
    let invitation = invitation.to_str().unwrap();
    let login = [
        "login",
        &server.url,
        "--invitation",
        invitation,
        "--username",
        "bob",
        "--password-file",
        "password",
    ];
    guest.done(&other, &login);
    assert_eq!(home.json(&folder, &["workspace", "members"]).as_array().unwrap().len(), 2);
    home.done(&folder, &["workspace", "role", "bob", "viewer"]);
    let refused = guest.run(&other, &["audit", "list", "--workspace", "team"]);
    assert!(refused.code == 2 && refused.err.contains("(forbidden)"), "{refused:?}");

    let key = home.done(&folder, &["key", "create", "ci", "--scope", "read", "--scope", "publish"]);
    assert!(key.starts_with("sgl_") && key.lines().count() == 1, "{key}");
    let by_key = folder.run_in("", &["whoami", "--server", &server.url], &[("SIGYL_API_KEY", key.trim())]);
    assert!(by_key.code == 0 && by_key.out.contains("scopes      read publish"), "{by_key:?}");
    folder.write("key", &key);
    guest.done(&other, &["login", &server.url, "--key", folder.path().join("key").to_str().unwrap()]);
    assert_eq!(guest.json(&other, &["whoami"])["user"]["username"], "ada");
    let id = home.json(&folder, &["key", "list"])[0]["id"].as_str().unwrap().to_owned();
    let next = home.json(&folder, &["key", "rotate", &id, "--overlap-hours", "1"]);
    assert!(next["token"].as_str().unwrap().starts_with("sgl_"));
    home.done(&folder, &["key", "disable", &id]);
    let disabled = guest.run(&other, &["whoami"]);
    assert!(disabled.code == 2 && disabled.err.contains("(unauthenticated)"), "{disabled:?}");
    home.done(&folder, &["key", "enable", &id]);
    assert_eq!(guest.run(&other, &["whoami"]).code, 0);
    home.done(&folder, &["key", "delete", &id]);
    assert_eq!(guest.run(&other, &["whoami"]).code, 2);

    let log = home.done(&folder, &["audit", "list"]);
    assert!(log.contains("api-key.create") && log.contains("ada"), "{log}");
    let lines = home.done(&folder, &["audit", "export", "--instance"]);
    assert!(lines.lines().all(|line| serde_json::from_str::<Value>(line).unwrap()["hash"].is_string()));
    assert!(lines.contains("server.claim"), "{lines}");
    home.done(&folder, &["workspace", "remove", "bob"]);
    assert_eq!(home.json(&folder, &["workspace", "members"]).as_array().unwrap().len(), 1);
}

#[test]
fn other_registries_are_imported_and_policies_exported() {
    let server = Server::start();
    let folder = Workspace::new(&[]);
    let home = server.claimed(&folder);
    fs::create_dir_all(folder.path().join("servers/mail")).unwrap();
    folder.write(
        "servers/mail/server.yaml",
        "name: mail\nimage: ghcr.io/a/mail\nabout: { title: Mail, description: Reads mail }\n",
    );
    folder.write("servers/mail/notes.txt", "nothing of this");
    folder.write("servers/server.json", "{ \"name\": \"no such form\" }");
    let answer = home.run(&folder, &["registry", "import", "servers"]);
    assert_eq!(answer.code, 1, "{answer:?}");
    assert!(
        answer.out.contains("ada/mail") && answer.out.ends_with("1 imported, 0 there already, 1 rejected\n"),
        "{}",
        answer.out
    );
    let again = home.json(&folder, &["registry", "import", "servers/mail"]);
    assert_eq!((&again["exists"], &again["entries"][0]["outcome"]), (&json!(1), &json!("exists")));
    let refused = home.run(&folder, &["registry", "import", "http://127.0.0.1:1/list.json"]);
    assert!(refused.code == 2 && refused.err.contains("operator"), "{refused:?}");
    let none = home.run(&folder, &["registry", "import", "."]);
    assert_eq!(none.code, 1);

    let id =
        home.done(&folder, &["registry", "mirror", "add", "http://127.0.0.1:1", "--allow", "com.example/*"]);
    let listed = home.json(&folder, &["registry", "mirror", "list"]);
    assert_eq!((listed[0]["id"].as_str(), &listed[0]["allow"]), (Some(id.trim()), &json!(["com.example/*"])));
    home.done(&folder, &["registry", "mirror", "remove", id.trim()]);
    assert_eq!(home.json(&folder, &["registry", "mirror", "list"]), json!([]));

    let policy = home.done(&folder, &["registry", "export-policy", "--unscanned"]);
    let policy: Value = serde_json::from_str(&policy).unwrap();
    assert_eq!(policy["allowedMcpServers"][0]["serverCommand"][4], "ghcr.io/a/mail");
    let policy = home.done(&folder, &["registry", "export-policy", "--client", "vscode"]);
    assert!(policy.contains("\"chat.mcp.allowedServers\": []"), "{policy}");
}

#[test]
fn servers_are_installed_into_the_files_of_clients() {
    let server = Server::start();
    let folder =
        Workspace::new(&[("good/server.py", SAFE), ("good/server.json", &document("ada/weather", "1.0.0"))]);
    let home = server.claimed(&folder);
    home.done(&folder, &["publish", "good"]);
    let mine = "// mine\n{\n  \"theme\": \"dark\", // kept\n}\n";
    folder.write(".cursor/mcp.json", mine);
    folder.write(".codex/config.toml", "model = \"x\" # mine\n");
    let install = |more: &[&str]| home.run(&folder, &[&["install", "ada/weather"], more].concat());
    let clients =
        ["--client", "cursor", "--client", "codex", "--client", "vscode", "--client", "claude-code"];
    let first = install(&clients);
    assert_eq!(first.code, 0, "{first:?}");
    assert!(
        first.err.contains("Codex takes WEATHER_KEY from its environment: Key of the service"),
        "{first:?}"
    );
    let cursor = folder.read(".cursor/mcp.json");
    assert!(
        cursor.starts_with(
            "// mine\n{\n  \"theme\": \"dark\", // kept\n  \"mcpServers\": {\n    \"weather\": {"
        )
    );
    assert_eq!(folder.read(".cursor/mcp.json.sigyl-backup"), mine);
    let codex = folder.read(".codex/config.toml");
    assert!(codex.starts_with("model = \"x\" # mine\n\n[mcp_servers.weather]\n"), "{codex}");
    let vscode: Value = serde_json::from_str(&folder.read(".config/Code/User/mcp.json")).unwrap();
    assert_eq!(vscode["inputs"][0]["id"], "weather_WEATHER_KEY");
    assert_eq!(vscode["servers"]["weather"]["args"], json!(["@example/weather@1.0.0"]));
    assert!(folder.read(".claude.json").contains("${WEATHER_KEY}"));

    // Again changes nothing, and keeps the copy of what was before.
    let again = install(&clients);
    assert!(again.code == 0 && again.err.contains("has weather already"), "{again:?}");
    assert_eq!(folder.read(".cursor/mcp.json.sigyl-backup"), mine);
    assert_eq!(folder.read(".cursor/mcp.json"), cursor);
    // Another entry of this name is its owner's.
    folder.write(".mcp.json", "{\"mcpServers\": {\"weather\": {\"command\": \"mine\"}}}");
    let project = ["--client", "claude-code", "--scope", "project"];
    let taken = install(&project);
    assert!(taken.code == 2 && taken.err.contains("--replace"), "{taken:?}");
    assert!(folder.read(".mcp.json").contains("mine"));
    assert_eq!(install(&[&project[..], &["--as", "ours"]].concat()).code, 0);
    assert!(folder.read(".mcp.json").contains("mine") && folder.read(".mcp.json").contains("ours"));
    assert_eq!(install(&[&project[..], &["--replace"]].concat()).code, 0);
    assert!(!folder.read(".mcp.json").contains("mine"));

    // A client that asks nobody gets values, never of an argument.
    let unsaid = install(&["--client", "claude-desktop"]);
    assert!(unsaid.code == 2 && unsaid.err.contains("--values"), "{unsaid:?}");
    folder.write("values.env", "# of the service\nWEATHER_KEY = canary=1\n");
    assert_eq!(install(&["--client", "claude-desktop", "--values", "values.env"]).code, 0);
    let path = ".config/Claude/claude_desktop_config.json";
    assert!(folder.read(path).contains("\"WEATHER_KEY\": \"canary=1\""));
    assert_eq!(fs::metadata(folder.path().join(path)).unwrap().permissions().mode() & 0o777, 0o600);
    let printed = install(&["--client", "claude-desktop", "--print"]);
    assert!(printed.code == 0 && printed.out.contains("${value:WEATHER_KEY}"), "{printed:?}");

    // Gone again, and the rest is as it was.
    for _ in 0..2 {
        home.done(&folder, &[&["uninstall", "ada/weather"], &clients[..]].concat());
    }
    assert_eq!(folder.read(".codex/config.toml").trim_end(), "model = \"x\" # mine");
    assert!(!folder.read(".cursor/mcp.json").contains("weather"));
    assert_eq!(
        folder.read(".config/Code/User/mcp.json"),
        "{\n  \"servers\": {\n  },\n  \"inputs\": [\n  ]\n}\n"
    );
}
