//! `sigyl seed`: sample data for a first look, and its removal.

use clap::Args;

use super::{CommandError, Common, print};
use crate::{app::App, clock::Clock, keys, seed};

/// Arguments of `sigyl seed`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sigyl seed             a workspace `samples` with seven servers, scanned and seen by everybody
  sigyl seed --remove    away with all of it")]
pub struct SeedArguments {
    /// Take the samples away again.
    #[arg(long)]
    remove: bool,
    #[command(flatten)]
    common: Common,
}

pub(super) async fn run(arguments: &SeedArguments) -> Result<bool, CommandError> {
    let (config, folder, db) = arguments.common.open_migrated().await?;
    let clock = Clock::system();
    let master = keys::load(&config, &folder, &db, clock.now()).await?;
    let backends = crate::deployments::Backends::none();
    let app = App::new(config, clock, db, master, backends, crate::start::prober()?);
    let app = app.map_err(|error| CommandError::Said(error.to_string()))?;
    let said = |error: seed::SeedError| CommandError::Said(error.to_string());
    if arguments.remove {
        seed::remove(&app).await.map_err(said)?;
        print("the samples are gone\n")?;
    } else {
        let planted = seed::plant(&app).await.map_err(said)?;
        for (name, verdict) in &planted {
            print(&format!("{name:24}{verdict}\n"))?;
        }
    }
    app.close().await;
    Ok(true)
}
