//! The key of the audit log, without which nobody writes an entry that holds: random, sealed by a data key of its own,
//! which the master key wraps. Another master key wraps the data key anew, so that all entries stay verifiable.

use std::fmt;

use sigyl_core::secret::{
    DataKey, MasterKey, Place, Sealed, SecretBytes, SecretError, mac, random_bytes, same,
};

use super::chain::Entry;
use crate::{
    clock::Timestamp,
    db::{Connection, Db, DbError, execute, fetch_all, fetch_optional},
};

/// The only key yet. Entries tell theirs, so that there can be others.
const NUMBER: u32 = 1;

/// What the data key is wrapped for. No workspace has this id.
const WRAPPED_FOR: &str = "audit-log";

/// Chains that are sealed at a time.
const PAGE: i64 = 500;

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuditKeyError {
    /// It was changed, or put there from elsewhere.
    #[error(
        "the audit log's key does not open with the master key: it was changed, or is another database's"
    )]
    DoesNotOpen,
    /// The operating system gives no random bytes.
    #[error(transparent)]
    Random(SecretError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// The key. Its `Debug` tells the number.
pub(crate) struct AuditKey {
    number: u32,
    bytes: SecretBytes,
}

impl fmt::Debug for AuditKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuditKey({})", self.number)
    }
}

impl AuditKey {
    /// Which key it is; entries without one have 0.
    pub(crate) fn number(&self) -> i64 {
        self.number.into()
    }

    fn mac(&self, parts: &[&str]) -> String {
        let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
        // Opened only where it is of this length.
        let mut key = [0; 32];
        key.copy_from_slice(self.bytes.as_bytes());
        mac(&key, &parts).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The hash of an entry under this key.
    pub(super) fn hash(&self, entry: &Entry) -> String {
        let (number, at) = (entry.number.to_string(), entry.at.0.to_string());
        self.mac(&entry.parts("sigyl/audit/v2", &number, &at))
    }

    /// Says that a chain ends with this entry.
    pub(super) fn seal(&self, chain: &str, length: i64, last_hash: &str) -> String {
        self.mac(&["sigyl/audit/end/v2", chain, &length.to_string(), last_hash])
    }

    /// Whether this is what was said of a chain's end.
    pub(super) fn has_sealed(&self, chain: &str, length: i64, last_hash: &str, seal: &str) -> bool {
        same(self.seal(chain, length, last_hash).as_bytes(), seal.as_bytes())
    }
}

fn place() -> Place<'static> {
    Place { workspace: WRAPPED_FOR, owner: None, package: None, name: "key", revision: u64::from(NUMBER) }
}

/// Opens the database's key; none where it has none yet.
pub(crate) async fn open(
    connection: &mut Connection,
    master: &MasterKey,
) -> Result<Option<AuditKey>, AuditKeyError> {
    let row: Option<(Vec<u8>, Vec<u8>)> = fetch_optional!(
        connection,
        "SELECT wrapped, sealed FROM audit_keys WHERE number = $1",
        i64::from(NUMBER)
    )?;
    let Some((wrapped, sealed)) = row else { return Ok(None) };
    let opened = master
        .unwrap(&Sealed::from_bytes(wrapped), WRAPPED_FOR)
        .and_then(|key| key.open(&place(), &Sealed::from_bytes(sealed)));
    let bytes = opened.ok().filter(|bytes| bytes.as_bytes().len() == 32).ok_or(AuditKeyError::DoesNotOpen)?;
    Ok(Some(AuditKey { number: NUMBER, bytes }))
}

/// Makes the database's key, and seals the chains as they are. From then on entries are written under it.
pub(crate) async fn make(
    transaction: &mut Connection,
    master: &MasterKey,
    now: Timestamp,
) -> Result<AuditKey, AuditKeyError> {
    let random = AuditKeyError::Random;
    let key = DataKey::generate(NUMBER).map_err(random)?;
    let wrapped = master.wrap(&key, WRAPPED_FOR).map_err(random)?;
    let sealed = key.seal(&place(), &random_bytes::<32>().map_err(random)?).map_err(random)?;
    let made = execute!(
        transaction,
        "INSERT INTO audit_keys (number, master_key_id, wrapped, sealed, created_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (number) DO NOTHING",
        i64::from(NUMBER),
        master.id().as_str(),
        wrapped.as_bytes(),
        sealed.as_bytes(),
        now
    )?;
    let key = open(transaction, master).await?.ok_or(AuditKeyError::DoesNotOpen)?;
    // Another replica was first, and has sealed them.
    if made == 0 {
        return Ok(key);
    }
    let mut last = String::new();
    loop {
        let chains: Vec<(String, i64, String)> = fetch_all!(
            transaction,
            "SELECT chain, length, last_hash FROM audit_chains WHERE chain > $1 ORDER BY chain LIMIT $2",
            &last,
            PAGE
        )?;
        let Some((chain, _, _)) = chains.last() else { return Ok(key) };
        last.clone_from(chain);
        for (chain, length, hash) in chains {
            execute!(
                transaction,
                "UPDATE audit_chains SET seal = $2 WHERE chain = $1",
                &chain,
                key.seal(&chain, length, &hash)
            )?;
        }
    }
}

/// Has the database's entries written under its key, which is made where there is none.
pub(crate) async fn unlock(db: &Db, master: &MasterKey, now: Timestamp) -> Result<(), AuditKeyError> {
    let mut connection = db.connection().await?;
    let key = match open(&mut connection, master).await? {
        Some(key) => key,
        None => {
            drop(connection);
            let mut transaction = db.begin().await?;
            let key = make(&mut transaction, master, now).await?;
            transaction.commit().await?;
            key
        }
    };
    db.use_audit_key(key);
    Ok(())
}

/// Wraps the key by another master key.
pub(crate) async fn rewrap(
    transaction: &mut Connection,
    from: &MasterKey,
    to: &MasterKey,
) -> Result<(), AuditKeyError> {
    let row: Option<(Vec<u8>,)> =
        fetch_optional!(transaction, "SELECT wrapped FROM audit_keys WHERE number = $1", i64::from(NUMBER))?;
    let Some((wrapped,)) = row else { return Ok(()) };
    let key =
        from.unwrap(&Sealed::from_bytes(wrapped), WRAPPED_FOR).map_err(|_| AuditKeyError::DoesNotOpen)?;
    let wrapped = to.wrap(&key, WRAPPED_FOR).map_err(AuditKeyError::Random)?;
    execute!(
        transaction,
        "UPDATE audit_keys SET wrapped = $2, master_key_id = $3 WHERE number = $1",
        i64::from(NUMBER),
        wrapped.as_bytes(),
        to.id().as_str()
    )?;
    // What was wrapped must open before the old key is given up.
    open(transaction, to).await?.map(|_| ()).ok_or(AuditKeyError::DoesNotOpen)
}
