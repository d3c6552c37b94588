//! The worker: claims a scan, has it made, writes what came of it.

use serde_json::json;
use sigyl_core::{ScanReport, Tool, Verdict};
use sigyl_scan::{Attestation, Receipt, ReceiptContext};

use super::{
    jobs,
    process::{Input, ScanOutcome, in_a_process},
    queue::{Claimed, End, archive, claim, finish},
};
use crate::{
    app::App,
    audit::{Caller, Chain, Event, record},
    clock::Timestamp,
    db::{Connection, execute},
    http::{ApiError, Tenant},
    id::UserId,
    registry::{self, FileFact, Reader},
    telemetry,
};

/// Whether there was work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    /// A scan was made, or tried.
    Done,
    /// Nothing waits.
    None,
}

/// Makes the scan that waits for longest: of an upload, on which somebody's version depends, before others.
pub(crate) async fn work(app: &App) -> Result<Work, ApiError> {
    let mut connection = app.db.connection().await?;
    let Some(claimed) = claim(&mut connection, app.clock.now()).await? else {
        drop(connection);
        return jobs::work(app).await;
    };
    telemetry::note("sigyl.server", claimed.name.as_str());
    telemetry::note("sigyl.version", claimed.version.as_str());
    let archive = archive(&mut connection, &claimed).await?;
    // A scan takes seconds; nobody waits for its connection.
    drop(connection);
    let Some(archive) = archive else { return Ok(Work::Done) };
    match in_a_process(app.config.scan_program.as_ref(), Input::Archive, &archive).await {
        Ok(ScanOutcome::Report(report, files)) => {
            let receipt = Receipt::new(
                &report,
                ReceiptContext {
                    scanned_at: app.clock.now().to_string(),
                    attestation: Attestation::RegistryAttested,
                    artifact: Some(format!("{}@{}", claimed.name, claimed.version)),
                },
            );
            let text = |it: serde_json::Result<String>| it.map_err(|error| ApiError::internal(&error));
            let (told, receipt) =
                (text(serde_json::to_string(&report))?, text(serde_json::to_string(&receipt))?);
            let end = End::Done { verdict: report.verdict.as_str(), report: &told, receipt: &receipt };
            settle(app, &claimed, &end, Some((&report, &files))).await?;
        }
        Ok(ScanOutcome::Refused(why)) => settle(app, &claimed, &End::Failed(&why), None).await?,
        Err(why) => {
            tracing::warn!(server = claimed.name, version = claimed.version, reason = why, "a scan failed");
            let end = if claimed.is_last() { End::Failed(&why) } else { End::Again(&why) };
            settle(app, &claimed, &end, None).await?;
        }
    }
    Ok(Work::Done)
}

/// What is known of a version that was scanned on its way to where it runs.
pub(crate) struct Adopted<'a> {
    pub(crate) archive: &'a [u8],
    pub(crate) report: &'a ScanReport,
    pub(crate) files: &'a [FileFact],
    /// What the running server lists.
    pub(crate) tools: &'a [Tool],
}

/// Gives a version that has no source yet the one that runs, with its report, as if it had been uploaded and scanned.
pub(crate) async fn adopt(
    transaction: &mut Connection,
    tenant: &Tenant,
    (name, version): (&str, &str),
    adopted: &Adopted<'_>,
    by: &UserId,
    now: Timestamp,
) -> Result<(), ApiError> {
    super::queue::enqueue(transaction, tenant, (name, version), adopted.archive, by, now).await?;
    let report = adopted.report;
    let receipt = Receipt::new(
        report,
        ReceiptContext {
            scanned_at: now.to_string(),
            attestation: Attestation::RegistryAttested,
            artifact: Some(format!("{name}@{version}")),
        },
    );
    let text = |it: serde_json::Result<String>| it.map_err(|error| ApiError::internal(&error));
    execute!(
        transaction,
        "UPDATE scans SET state = 'done', attempts = 1, verdict = $3, report = $4, receipt = $5, finished_at = $6
         WHERE name = $1 AND version = $2",
        name,
        version,
        report.verdict.as_str(),
        text(serde_json::to_string(report))?,
        text(serde_json::to_string(&receipt))?,
        now
    )?;
    let own = Reader::itself(&tenant.id);
    if let Some(row) = registry::version(transaction, &own, name, version, true).await? {
        let document = serde_json::from_str(&row.document).map_err(|error| ApiError::internal(&error))?;
        let mut known = registry::known(&document, Some(report));
        if !adopted.tools.is_empty() {
            known.tools = adopted.tools.to_vec();
        }
        registry::put_facts(transaction, (name, version), &known, Some(adopted.files)).await?;
    }
    registry::show(transaction, name, version, report.verdict != Verdict::Blocked, now).await
}

/// Writes the end of a scan with all that follows from it: who sees the version, which is the latest, the audit log.
async fn settle(
    app: &App,
    claimed: &Claimed,
    end: &End<'_>,
    found: Option<(&ScanReport, &[FileFact])>,
) -> Result<(), ApiError> {
    let now = app.clock.now();
    let mut transaction = app.db.begin().await?;
    // Of a worker that was thought lost, nothing counts any more.
    if !finish(&mut transaction, claimed, end, now).await? {
        return Ok(());
    }
    if let Some((report, files)) = found {
        let verdict = report.verdict;
        let own = Reader::itself(&claimed.workspace_id);
        let row = registry::version(&mut transaction, &own, &claimed.name, &claimed.version, true).await?;
        if let Some(row) = row {
            let document = serde_json::from_str(&row.document).map_err(|error| ApiError::internal(&error))?;
            let known = registry::known(&document, Some(report));
            let at = (claimed.name.as_str(), claimed.version.as_str());
            registry::put_facts(&mut transaction, at, &known, Some(files)).await?;
        }
        let shown = verdict != Verdict::Blocked;
        registry::show(&mut transaction, &claimed.name, &claimed.version, shown, now).await?;
        let object = format!("{}@{}", claimed.name, claimed.version);
        let event = Event::done("server.scan", "server", &object).with(json!({ "verdict": verdict }));
        let chain = Chain::Workspace(&claimed.workspace_id);
        record(&mut transaction, chain, &Caller::system(), now, event).await?;
    }
    transaction.commit().await?;
    Ok(())
}
