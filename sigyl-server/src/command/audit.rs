//! `sigyl audit`.

use std::fmt::Write;

use clap::Subcommand;

use super::{CommandError, Common, print};
use crate::audit::verify;

/// What is done with the audit log on the server's own computer.
#[derive(Debug, Subcommand)]
pub enum AuditVerb {
    /// Read every chain of the audit log and tell whether it is whole.
    #[command(after_help = "Example:
  sigyl audit verify      exit code 1 where an entry was changed, taken out or added by hand")]
    Verify {
        /// Which server.
        #[command(flatten)]
        common: Common,
    },
}

pub(super) async fn run(verb: &AuditVerb) -> Result<bool, CommandError> {
    let AuditVerb::Verify { common } = verb;
    let (_, _, db) = common.open().await?;
    let chains = verify(&db).await?;
    let mut out = String::new();
    for chain in &chains {
        let state = chain.broken.map_or("whole", |broken| broken.as_str());
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{:26}  {:>9} entries  {state}", chain.chain, chain.entries);
    }
    print(&out)?;
    db.close().await;
    Ok(chains.iter().all(|chain| chain.broken.is_none()))
}
