//! The report as a receipt for registries.

use std::time::{SystemTime, UNIX_EPOCH};

use sigyl_scan::{Attestation, Receipt, ReceiptContext, Trust};

use crate::{advisories, failure::Failure, format::Scanned};

/// The receipt; `docs/schema/receipt.v1.json` describes it.
pub(crate) fn render(scanned: &Scanned<'_>) -> Result<String, Failure> {
    let context = ReceiptContext {
        scanned_at: now(),
        // Who scans a tree of their own speaks as its publisher.
        attestation: match scanned.trust {
            Trust::Trusted => Attestation::PublisherAsserted,
            Trust::Untrusted => Attestation::ThirdPartyAttested,
        },
        artifact: scanned.artifact.map(str::to_owned),
    };
    Ok(serde_json::to_string_pretty(&Receipt::new(scanned.report, context))? + "\n")
}

/// The time, RFC 3339 in UTC, to the second.
#[expect(clippy::disallowed_methods, reason = "a receipt says when the scan was made")]
fn now() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let date = advisories::date(i64::try_from(seconds / 86_400).unwrap_or_default());
    let of_day = seconds % 86_400;
    format!("{date}T{:02}:{:02}:{:02}Z", of_day / 3_600, of_day / 60 % 60, of_day % 60)
}
