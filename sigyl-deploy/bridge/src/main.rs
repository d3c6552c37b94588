//! `sigyl-bridge` runs an MCP server that speaks over standard input and output, and serves it as streamable HTTP.
//!
//! One thread does everything but write the log: messages are passed on, hardly read, and what takes time are the
//! server's processes. A [`child`] is a conversation with one of them; a [`session`] is a client's side of one; a
//! [`stream`] is what is on its way to a connection. `README.md` beside this folder says what is promised.

mod adapt;
mod app;
mod body;
mod child;
mod config;
mod family;
mod gate;
mod health;
mod http;
mod legacy;
mod line;
mod listen;
mod log;
mod modern;
mod probe;
mod process;
mod rounds;
mod rpc;
mod session;
mod slot;
mod stream;
mod translate;
mod tunnel;

use std::{ffi::OsString, io::Write as _, process::ExitCode, sync::Arc};

use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

use crate::{app::App, config::Config, log::Log, process::Launcher};

/// It could not listen, or the probe failed.
const FAILED: u8 = 1;
/// The command line, or a variable, is wrong.
const USAGE: u8 = 2;
/// The server's command could not be started; shells use the same.
const NO_COMMAND: u8 = 127;

/// Variables of the container that would tell the server to listen itself.
const NOT_PASSED_ON: [&str; 2] = ["PORT", "MCP_ENDPOINT"];

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let told = match arguments.first().map(String::as_str) {
        Some(process::START) => {
            return fail(NO_COMMAND, &process::become_command(&arguments[1..]));
        }
        Some("--help" | "-h") => config::help(),
        Some("--version" | "-V") => format!("sigyl-bridge {}\n", env!("CARGO_PKG_VERSION")),
        Some("probe") => return run_probe(&arguments[1..]),
        Some("tunnel") => return tunnel::run(&arguments[1..]),
        Some("gate") => return gate::run(&arguments[1..]),
        _ => return run(&arguments),
    };
    match std::io::stdout().write_all(told.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(FAILED),
    }
}

fn fail(code: u8, why: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "sigyl-bridge: {why}");
    ExitCode::from(code)
}

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    // On one thread, which is also the one that starts processes: they end when it does.
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}

fn run_probe(arguments: &[String]) -> ExitCode {
    let [url] = arguments else { return fail(USAGE, "probe takes one URL; see --help") };
    let runtime = match runtime() {
        Ok(runtime) => runtime,
        Err(error) => return fail(FAILED, &error.to_string()),
    };
    match runtime.block_on(probe::probe(url)) {
        Ok(told) => {
            let _ = writeln!(std::io::stdout(), "{url} answers {told}");
            ExitCode::SUCCESS
        }
        Err(why) => fail(FAILED, &why),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a program of its own, not a library: its settings are in the environment"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// What the server's processes get: everything that is not the bridge's own business.
fn passed_on(all: impl Iterator<Item = (OsString, OsString)>) -> Vec<(OsString, OsString)> {
    let mut passed: Vec<_> = all
        .filter(|(name, _)| {
            let name = name.to_string_lossy();
            !name.starts_with("SIGYL_BRIDGE_") && !NOT_PASSED_ON.contains(&&*name) && name != family::MARK
        })
        .collect();
    for (name, value) in &mut passed {
        if name == "MCP_TRANSPORT" {
            *value = "stdio".into();
        }
    }
    passed
}

fn run(arguments: &[String]) -> ExitCode {
    let config = match Config::read(arguments, variable) {
        Ok(config) => config,
        Err(why) => return fail(USAGE, &why),
    };
    let runtime = match runtime() {
        Ok(runtime) => runtime,
        Err(error) => return fail(FAILED, &error.to_string()),
    };
    let code = runtime.block_on(serve(config));
    // Nothing is left to be waited for but lines of the log.
    runtime.shutdown_background();
    code
}

async fn serve(config: Config) -> ExitCode {
    let listener = match TcpListener::bind(config.listen).await {
        Ok(listener) => listener,
        Err(error) => return fail(FAILED, &format!("cannot listen on {}: {error}", config.listen)),
    };
    let signals = [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::child()].map(signal);
    let [Ok(mut terminate), Ok(mut interrupt), Ok(mut child)] = signals else {
        return fail(FAILED, "cannot wait for signals");
    };
    // What the server's processes leave behind becomes ours to end, also where the bridge is not the first process.
    let _ = rustix::process::set_child_subreaper(Some(rustix::process::getpid()));

    let secrets = config.redact.iter().filter_map(|name| variable(&name.to_ascii_uppercase())).collect();
    let log = Log::start(secrets);
    if let Ok(at) = listener.local_addr() {
        log.say(&format!("listening on {}", http::url(at, &config.endpoint)));
    }
    let environment = passed_on(std::env::vars_os());
    let launcher = Launcher::new(config.command.clone(), environment, config.grace);
    let app = App::new(config, log.clone(), launcher);

    let known = Arc::clone(&app.launcher.known);
    tokio::spawn(async move {
        while child.recv().await.is_some() {
            known.reap_others();
        }
    });
    tokio::spawn(Arc::clone(&app).watch_sessions());
    tokio::spawn(health::watch(Arc::clone(&app)));
    let accepting = tokio::spawn(http::serve(Arc::clone(&app), listener));
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    log.say("ending");
    accepting.abort();
    tokio::select! {
        () = app.stop() => {}
        // Who asks twice does not wait; processes end with the bridge.
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    log.finish();
    ExitCode::SUCCESS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_environment_is_its_own() {
        let all = [
            ("A", "1"),
            ("SIGYL_BRIDGE_IDLE", "2"),
            ("PORT", "3"),
            ("MCP_TRANSPORT", "http"),
            ("SIGYL_CHILD", "x"),
        ];
        let passed = passed_on(all.into_iter().map(|(name, value)| (name.into(), value.into())));
        assert_eq!(passed, [("A".into(), "1".into()), ("MCP_TRANSPORT".into(), "stdio".into())]);
    }
}
