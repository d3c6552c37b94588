//! `sigyl audit`.

use std::fmt::Write;

use clap::Subcommand;

use super::{CommandError, Common, print};
use crate::{
    audit::{open_key, verify},
    keys,
};

/// What is done with the audit log on the server's own computer.
#[derive(Debug, Subcommand)]
pub enum AuditVerb {
    /// Read every chain of the audit log and tell whether it is whole.
    #[command(after_help = "Example:
  sigyl audit verify      exit code 1 where an entry was changed, taken out or added by hand

It needs the server's master key. An entry from before the log had a key is checked without; whoever could write the
database then could have changed it. Nobody can tell that a whole chain was taken away, or the database put back to an
earlier state of itself: compare the numbers with those of earlier runs, or keep exports elsewhere.")]
    Verify {
        /// Fail where an entry is from before the log had a key: for databases that always had one.
        #[arg(long)]
        keyed: bool,
        /// Which server.
        #[command(flatten)]
        common: Common,
    },
}

pub(super) async fn run(verb: &AuditVerb) -> Result<bool, CommandError> {
    let AuditVerb::Verify { keyed, common } = verb;
    let (config, folder, db) = common.open_migrated().await?;
    let master = keys::present(&config, &folder, &db).await?;
    let key = match &master {
        Some(master) => open_key(&mut db.connection().await?, master).await.map_err(keys::KeyError::from)?,
        None => None,
    };
    let chains = verify(&db, key.as_ref()).await?;
    let mut out = String::new();
    for chain in &chains {
        let state = chain.broken.map_or("whole", |broken| broken.as_str());
        let unkeyed = match chain.unkeyed {
            0 => String::new(),
            count => format!("; {count} from before the log had a key"),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{:26}  {:>9} entries  {state}{unkeyed}", chain.chain, chain.entries);
    }
    print(&out)?;
    db.close().await;
    Ok(chains.iter().all(|chain| chain.broken.is_none() && (!keyed || chain.unkeyed == 0)))
}
