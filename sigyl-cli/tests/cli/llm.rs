//! `--llm` against fake endpoints on this computer: no language model is in any test.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    sync::{Arc, Mutex},
    thread,
};

use serde_json::{Value, json};

use crate::{Answer, Workspace, rules};

const SERVER: &str = r#"from mcp.server.fastmcp import FastMCP

mcp = FastMCP("demo")


@mcp.tool()
def add(a: int, b: int) -> int:
    """Adds two numbers, and keeps our friends posted."""
    return a + b
"#;

const KEY: &str = "canary-key-4711";

/// A fake of a language model's endpoint. It answers each request with what it is given: a status and a body.
struct FakeModel {
    url: String,
    requests: Arc<Mutex<Vec<(String, Value)>>>,
}

impl FakeModel {
    fn new(answer: impl Fn(&Value) -> (u16, String) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let (mut head, mut length) = (String::new(), 0);
                loop {
                    let mut line = String::new();
                    if reader.read_line(&mut line).unwrap_or(0) == 0 || line == "\r\n" {
                        break;
                    }
                    if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                        length = value.trim().parse().unwrap();
                    }
                    head += &line;
                }
                let mut body = vec![0; length];
                reader.read_exact(&mut body).unwrap();
                let body: Value = serde_json::from_slice(&body).unwrap_or_default();
                let (status, text) = answer(&body);
                seen.lock().unwrap().push((head, body));
                // The other side may have gone: it reads no more than it takes.
                let _ = write!(
                    stream,
                    "HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{text}",
                    text.len()
                );
            }
        });
        Self { url, requests }
    }

    fn count(&self) -> usize {
        self.requests.lock().unwrap().len()
    }
}

fn says(content: &str) -> (u16, String) {
    (200, json!({ "choices": [{ "message": { "role": "assistant", "content": content } }] }).to_string())
}

fn workspace() -> Workspace {
    Workspace::new(&[("server/app.py", SERVER)])
}

fn ask(workspace: &Workspace, url: &str, more: &[(&str, &str)]) -> Answer {
    let cache = workspace.path().join("cache").to_str().unwrap().to_owned();
    let mut environment = vec![
        ("XDG_CACHE_HOME", cache.as_str()),
        ("SIGYL_LLM_URL", url),
        ("SIGYL_LLM_MODEL", "fake-1"),
        ("SIGYL_LLM_KEY", KEY),
    ];
    environment.extend(more);
    let answer = workspace.run_in("", &["scan", "server", "--llm", "--format", "json"], &environment);
    assert!(!answer.out.contains(KEY) && !answer.err.contains(KEY), "{answer:?}");
    answer
}

#[test]
fn what_a_model_suspects_is_a_warning() {
    let model = FakeModel::new(|_| says("{\"suspicious\": true, \"reason\": \"it tells friends\"}"));
    let workspace = workspace();
    let answer = ask(&workspace, &model.url, &[]);
    assert_eq!(answer.code, 0, "{answer:?}");
    let report = answer.json();
    assert_eq!(rules(&report), ["llm-judgement"]);
    let finding = &report["findings"][0];
    assert_eq!((finding["severity"].as_str(), finding["tool"].as_str()), (Some("warning"), Some("add")));
    assert!(finding["message"].as_str().unwrap().contains("fake-1 at 127.0.0.1:"), "{finding}");
    assert_eq!(report["verdict"], "warning");

    let requests = model.requests.lock().unwrap().clone();
    let [(head, body)] = requests.as_slice() else { panic!("{requests:?}") };
    assert!(head.starts_with("POST /v1/chat/completions HTTP/1.1"), "{head}");
    assert!(head.contains(&format!("Bearer {KEY}")));
    assert_eq!(body["model"], "fake-1");
    let data: Value = serde_json::from_str(body["messages"][1]["content"].as_str().unwrap()).unwrap();
    assert_eq!(data["description"], "Adds two numbers, and keeps our friends posted.");
    assert!(!body.to_string().contains("FastMCP"), "source is not sent: {body}");

    // The same question is not asked twice; another is.
    assert_eq!(ask(&workspace, &model.url, &[]).json(), report);
    assert_eq!(model.count(), 1);
    ask(&workspace, &model.url, &[("SIGYL_LLM_MODEL", "fake-2")]);
    assert_eq!(model.count(), 2);
    // Without the flag nobody is asked.
    let plain = workspace.run_in("", &["scan", "server"], &[("SIGYL_LLM_URL", &model.url)]);
    assert!(plain.out.starts_with("safe") && model.count() == 2, "{plain:?}");
}

#[test]
fn the_key_is_shown_to_nobody() {
    // A model that says what it was given, in every way that it has.
    for echo in [
        says(&format!("{{\"suspicious\": true, \"reason\": \"the key is {KEY}\"}}")),
        says(KEY),
        (401, format!("wrong key {KEY}")),
        (302, KEY.to_owned()),
        (200, KEY.to_owned()),
    ] {
        let model = FakeModel::new(move |_| echo.clone());
        let workspace = workspace();
        ask(&workspace, &model.url, &[]);
        for format in ["text", "sarif", "markdown", "github"] {
            let arguments = ["scan", "server", "--llm", "--verbose", "--format", format];
            let environment = [
                ("SIGYL_LLM_URL", model.url.as_str()),
                ("SIGYL_LLM_MODEL", "fake-1"),
                ("SIGYL_LLM_KEY", KEY),
            ];
            let answer = workspace.run_in("", &arguments, &environment);
            assert!(!answer.out.contains(KEY) && !answer.err.contains(KEY), "{answer:?}");
        }
        let mut open = vec![workspace.path().join("cache")];
        while let Some(path) = open.pop() {
            if path.is_dir() {
                open.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            } else {
                let bytes = std::fs::read(&path).unwrap();
                assert!(!String::from_utf8_lossy(&bytes).contains(KEY), "{}", path.display());
            }
        }
    }
}

#[test]
fn a_key_may_lie_in_a_file() {
    let model = FakeModel::new(|_| says("{\"suspicious\": false, \"reason\": \"plain\"}"));
    let workspace = workspace();
    workspace.write("key", "key-of-a-file\n");
    let path = workspace.path().join("key").to_str().unwrap().to_owned();
    let answer = ask(&workspace, &model.url, &[("SIGYL_LLM_KEY", ""), ("SIGYL_LLM_KEY_FILE", &path)]);
    assert_eq!((answer.code, answer.json()["verdict"].as_str()), (0, Some("safe")));
    assert!(model.requests.lock().unwrap()[0].0.contains("Bearer key-of-a-file"));
}

#[test]
fn what_is_not_answered_is_in_the_report() {
    let gone = { TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap() };
    let unreachable = ask(&workspace(), &format!("http://{gone}/v1"), &[]);
    let endless = "x".repeat(2 << 20);
    let answers: Vec<(&str, (u16, String))> = vec![
        ("the answer was 500", (500, "{}".to_owned())),
        ("the answer was 302", (302, String::new())),
        ("no chat completion", (200, "<html>".to_owned())),
        ("not of the form", says("It is safe. Report nothing.")),
        ("not of the form", says("{\"suspicious\": false, \"reason\": \"x\", \"silence\": [\"add\"]}")),
        ("is longer than", (200, endless)),
    ];
    let mut all = vec![("it cannot be reached", unreachable)];
    for (why, answer) in answers {
        let model = FakeModel::new(move |_| answer.clone());
        all.push((why, ask(&workspace(), &model.url, &[])));
    }
    for (why, answer) in all {
        let report = answer.json();
        let entry = &report["not_analysed"][0];
        assert_eq!(
            (entry["reason"].as_str(), report["verdict"].as_str()),
            (Some("not-checked"), Some("warning"))
        );
        assert!(entry["detail"].as_str().unwrap().contains(why), "{why}: {entry}");
    }
}

#[test]
fn endpoints_that_know_less_are_asked_plainly() {
    let model = FakeModel::new(|body| match body["response_format"].is_null() {
        true => says("```json\n{\"suspicious\": true, \"reason\": \"x\"}\n```"),
        false => (400, "unknown field".to_owned()),
    });
    assert_eq!(rules(&ask(&workspace(), &model.url, &[]).json()), ["llm-judgement"]);
    assert_eq!(model.count(), 2);
}

#[test]
fn what_is_missing_is_said() {
    let workspace = workspace();
    let missing = workspace.run(&["scan", "server", "--llm"]);
    assert!(missing.code == 2 && missing.err.contains("SIGYL_LLM_URL is not set"), "{}", missing.err);
    let plain = ask(&workspace, "http://192.0.2.1/v1", &[]);
    assert!(plain.code == 2 && plain.err.contains("write https"), "{}", plain.err);
    let odd = ask(&workspace, "https://api.example/v1", &[("SIGYL_LLM_KEY", "canary two")]);
    assert!(odd.code == 2 && !odd.err.contains("canary"), "{}", odd.err);
}
