//! `sigyl deploy` and what is done with deployments, on a real process of a server that the test starts.

use serde_json::Value;

use crate::{Workspace, server::Server};

const SERVER: &str = include_str!("../../../sigyl-server/tests/server/data/tiny_server.py");

fn tiny(version: &str) -> Workspace {
    let manifest = format!(
        "name: 'acme/Tiny_Server'\ndescription: Says who it is\nversion: {version}\nruntime: python\ntransport: http\n\
         build: {{ start: [python3, server.py] }}\n"
    );
    Workspace::new(&[
        ("mcp.yaml", &manifest),
        ("server.py", &SERVER.replace("VERSION", version)),
        ("variables", "GREETING=hello\n"),
    ])
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn a_folder_becomes_a_server_that_answers_until_it_is_deleted() {
    let server = Server::start();
    let folder = tiny("1.0.0");
    let home = server.claimed(&folder);

    // What does not isolate wants the scan's warnings accepted, and says so.
    let refused = home.run(&folder, &["deploy", ".", "--backend", "process", "--name", "careful"]);
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(refused.err.contains("accept_warnings"), "{}", refused.err);

    let deploy = ["deploy", ".", "--backend", "process", "--accept-warnings", "--env-file", "variables"];
    let done = home.run(&folder, &[&deploy[..], &["--idle-stop", "30", "--format", "json"]].concat());
    assert_eq!(done.code, 0, "{done:?}");
    for step in ["fetching", "scanning", "planning", "building", "starting", "registering"] {
        assert!(done.err.contains(step), "{step}: {}", done.err);
    }
    let deployment = json(&done.out);
    assert_eq!(deployment["name"], "tiny-server");
    assert_eq!(deployment["state"], "running");
    assert!(deployment["endpoint"].as_str().unwrap().ends_with("/mcp"));
    assert_eq!(deployment["idle_stop"], 30);
    let never = json(&home.done(&folder, &["idle-stop", "tiny-server", "0", "--format", "json"]));
    assert_eq!(never["idle_stop"], 0);

    // All that stands against a plan is told, with its place and its mend.
    let unclear = Workspace::new(&[("mcp.yaml", "name: unclear\nruntime: python\n"), ("a.py", "print(1)\n")]);
    let refused = home.run(&unclear, &["deploy", ".", "--backend", "process"]);
    assert_eq!(refused.code, 2, "{refused:?}");
    for told in ["no-transport mcp.yaml:1", "Write `transport: http`", "no-start ", "(and 1 more)"] {
        assert!(refused.err.contains(told), "{told}: {}", refused.err);
    }

    let list = home.done(&folder, &["list"]);
    assert!(list.contains("tiny-server") && list.contains("healthy"), "{list}");
    let stats = json(&home.done(&folder, &["stats", "tiny-server", "--format", "json"]));
    assert!(stats["memory_bytes"].as_u64().unwrap() > 0, "{stats}");
    // Nothing to set restarts nothing.
    assert_eq!(home.run(&folder, &["env", "set", "tiny-server"]).code, 2);
    home.done(&folder, &["logs", "tiny-server", "--limit", "5"]);
    assert_eq!(
        home.done(&folder, &["logs", "tiny-server", "--since", "1h"]),
        home.done(&folder, &["logs", "tiny-server", "--since", "0"])
    );

    // The same name again is another release at the same address.
    let again =
        json(&home.done(&folder, &[&deploy[..4], &["--accept-warnings", "--format", "json"]].concat()));
    assert_eq!(again["release"], 2);
    assert_eq!(again["endpoint"], deployment["endpoint"]);
    home.done(&folder, &["rollback", "tiny-server", "--to", "1"]);
    home.done(&folder, &["env", "set", "tiny-server", "GREETING=good day"]);
    home.done(&folder, &["env", "unset", "tiny-server", "GREETING"]);
    home.done(&folder, &["restart", "tiny-server"]);
    home.done(&folder, &["stop", "tiny-server"]);
    assert!(home.done(&folder, &["status", "tiny-server"]).contains("stopped"));
    home.done(&folder, &["start", "tiny-server"]);
    assert!(home.done(&folder, &["releases", "tiny-server"]).contains("serving"));

    // What was built is signed for.
    let shown = home.done(&folder, &["show", "ada/tiny-server"]);
    assert!(shown.contains("1.0.0"), "{shown}");

    let wrong = home.run(&folder, &["delete", "tiny-server", "--confirm", "other"]);
    assert_eq!(wrong.code, 2, "{wrong:?}");
    home.done(&folder, &["delete", "tiny-server", "--confirm", "tiny-server"]);
    assert!(!home.done(&folder, &["list"]).contains("tiny-server"));
}

#[test]
fn what_the_scan_blocks_is_not_deployed() {
    let server = Server::start();
    let folder = tiny("1.0.0");
    let home = server.claimed(&folder);
    folder.write(
        "tool.py",
        "import subprocess\nfrom mcp.server.fastmcp import FastMCP\nmcp = FastMCP('x')\n\n\n@mcp.tool()\n\
         def log(branch: str) -> str:\n    return subprocess.run(f'git log {branch}', shell=True).stdout\n",
    );
    let answer =
        home.run(&folder, &["deploy", ".", "--backend", "process", "--accept-warnings", "--format", "json"]);
    assert_eq!(answer.code, 1, "{answer:?}");
    assert!(answer.err.contains("command-injection tool.py:8"), "{}", answer.err);
    let told = json(&answer.out);
    assert_eq!(told["error"]["code"], "blocked");
    assert_eq!(told["deployment"]["state"], "failed");
}
