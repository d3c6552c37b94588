//! `sigyl serve`.

use std::io::IsTerminal;

use super::{CommandError, Common, print};
use crate::{
    accounts::claim::ClaimState,
    clock::Clock,
    config::{self, Config, LogFormat},
    start::Server,
};
use clap::Args;

/// Arguments of `sigyl serve`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sigyl serve                                    on this computer, with SQLite, nothing to configure
  sigyl serve --check-config                     every mistake in the configuration, with its mend
  SIGYL_DATABASE_URL=postgres://… sigyl serve    one of any number of replicas")]
pub struct ServeArguments {
    #[command(flatten)]
    common: Common,
    /// Address and port to listen on [default: $SIGYL_LISTEN, or 127.0.0.1:7450].
    #[arg(long, value_name = "ADDR:PORT")]
    listen: Option<String>,
    /// Check the configuration, and do not start.
    #[arg(long)]
    check_config: bool,
}

pub(super) async fn run(arguments: &ServeArguments) -> Result<bool, CommandError> {
    let flags = arguments.listen.clone().map(|text| ("--listen", text)).into_iter().collect();
    let config = arguments.common.gather(flags)?.config;
    let unknown = config::unknown(super::variables());
    if arguments.check_config {
        let told = unknown.iter().map(|told| format!("{told}\n")).collect::<String>();
        print(&format!("{told}the configuration is valid\n"))?;
        return Ok(true);
    }
    log_to_stderr(&config);
    for told in unknown {
        tracing::warn!("{told}");
    }
    refuse_dumps();
    let origin = config.origin();
    let is_named = config.public_url.is_some();
    let ended = told_to_end()?;
    let server = Server::open(config, Clock::system()).await?;
    let address = server.address().map_err(CommandError::Output)?;
    // Of port 0, nobody could know otherwise.
    let url = if is_named { origin } else { format!("http://{address}") };
    tracing::info!(%address, url, version = env!("CARGO_PKG_VERSION"), "listening");
    match server.claim() {
        ClaimState::Claimed => {}
        ClaimState::Waiting(path) => tracing::info!(
            file = %path.display(),
            "no administrator yet: `sigyl login --claim FILE` with this file makes the first"
        ),
        ClaimState::WaitingElsewhere => tracing::info!(
            "no administrator yet: another replica wrote the claim token; `sigyl db claim-token` makes a new one"
        ),
    }
    server.run(ended).await;
    tracing::info!("ended");
    Ok(true)
}

/// Until somebody presses Ctrl-C, or the system ends its services. Heard from now on, not only once it is awaited: what
/// comes while the server opens is not lost, and does not kill it.
#[cfg(unix)]
fn told_to_end() -> Result<impl Future<Output = ()>, CommandError> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt()).map_err(CommandError::Runtime)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(CommandError::Runtime)?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        tracing::info!("told to end; requests may finish");
    })
}

/// Only Ctrl-C is known everywhere.
#[cfg(not(unix))]
fn told_to_end() -> Result<impl Future<Output = ()>, CommandError> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
        tracing::info!("told to end; requests may finish");
    })
}

/// Memory holds the master key: no core dump writes it down, and no other process of the same user reads it.
#[cfg(target_os = "linux")]
fn refuse_dumps() {
    use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    let refused =
        setrlimit(Resource::Core, none).and_then(|()| set_dumpable_behavior(DumpableBehavior::NotDumpable));
    if let Err(error) = refused {
        tracing::warn!(reason = %error, "core dumps could not be turned off");
    }
}

#[cfg(not(target_os = "linux"))]
fn refuse_dumps() {}

fn log_to_stderr(config: &Config) {
    let lines = tracing_subscriber::fmt()
        .with_max_level(config.log_level)
        .with_target(false)
        .with_writer(std::io::stderr);
    // Fails only where a program that embeds the server has set its own.
    let _ = match config.log_format {
        LogFormat::Text => lines.with_ansi(std::io::stderr().is_terminal()).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).try_init(),
    };
}
