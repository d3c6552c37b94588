//! From a source to an image: fetch, scan, clear, plan, build. What a step made is kept with the release, so that a
//! worker that comes after a crash goes on where the one before it was.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sigyl_core::{
    ClearedScan, DiagnosticLevel, Manifest, Policy, Rejected, ScanReport, SourceTree, Verdict,
    source::{Limits, Origin, RepoRef, SourceBytes, TopFolder, read_archive_kept},
};
use sigyl_deploy::{
    BuildPlan,
    backend::{Backend, BackendError, BuildInput, BuildSecrets, BuiltImage, SecretRef, SecretSource as _},
    provenance::{Built, Envelope, Source, statement},
    sbom::sbom,
};

use super::{
    jobs::Claimed,
    releases::{self, Allowed, Part},
    secret_source::Stored,
    store,
    work::Reporter,
};
use crate::{
    app::App,
    http::ApiError,
    scans::{Input, ScanOutcome, fetch_source, in_a_process, remote_reference},
};

/// Why a job does not end well.
#[derive(Debug)]
pub(super) enum Failed {
    /// It will not end well the next time either; what to tell.
    Told(Value),
    /// It may the next time.
    Again(String),
    /// Another worker has the job.
    Lost,
}

impl Failed {
    pub(super) fn told(code: &str, message: impl Into<String>, detail: Value) -> Self {
        let mut told = json!({ "code": code, "message": message.into() });
        if let (Some(told), Value::Object(detail)) = (told.as_object_mut(), detail) {
            told.extend(detail);
        }
        Self::Told(told)
    }
}

impl From<ApiError> for Failed {
    fn from(error: ApiError) -> Self {
        match error.is_internal() {
            true => Self::Again(error.message().to_owned()),
            false => Self::told("invalid", error.message(), Value::Null),
        }
    }
}

impl From<crate::db::DbError> for Failed {
    fn from(error: crate::db::DbError) -> Self {
        ApiError::from(error).into()
    }
}

impl From<BackendError> for Failed {
    fn from(error: BackendError) -> Self {
        if error.may_pass() {
            return Self::Again(error.to_string());
        }
        let detail = match &error {
            BackendError::Build { output, .. } | BackendError::Unhealthy { output, .. } => {
                json!({ "output": output })
            }
            _ => Value::Null,
        };
        let who = format!("{:?}", error.who_acts()).to_lowercase();
        let Self::Told(mut told) = Self::told(error.code(), error.to_string(), detail) else {
            return Self::Lost;
        };
        told["who_acts"] = who.into();
        Self::Told(told)
    }
}

/// What is built, and may run.
pub(super) struct Prepared {
    pub(super) plan: BuildPlan,
    pub(super) image: BuiltImage,
    pub(super) report: ScanReport,
}

/// Brings a release to its image.
pub(super) async fn prepare(
    app: &App,
    claimed: &Claimed,
    row: &store::Row,
    backend: &dyn Backend,
    reporter: &Reporter<'_>,
) -> Result<Prepared, Failed> {
    let at = (row.id.as_str(), claimed.release);
    let mut connection = app.db.connection().await?;
    let missing = || Failed::told("gone", "the release is gone", Value::Null);
    let release = releases::get(&mut connection, at.0, at.1).await?.ok_or_else(missing)?;
    let allowed = release.allowed()?.unwrap_or(Allowed { warnings: false, exception: None });
    // A copy has what it was copied from, and needs no source; the report is cleared again, as always.
    if release.copy_of > 0
        && let (Some(plan), Some(image), Some(report)) =
            (release.plan()?, release.image()?, release.report()?)
    {
        clear(&report, &allowed, backend)?;
        return Ok(Prepared { plan, image, report });
    }

    reporter.step("fetching").await?;
    let archive = match releases::archive(&mut connection, at.0, at.1).await? {
        Some(archive) => archive,
        None => {
            let token = match row.git_secret.as_str() {
                "" => None,
                name => {
                    let stored = Stored::new(app, &row.workspace_id, &row.created_by, &row.package);
                    Some(stored.reveal(&SecretRef(name.to_owned())).await?)
                }
            };
            let fetched = fetch_source(app, &release.reference, token.as_ref())
                .await
                .map_err(|why| Failed::told("source", why, Value::Null))?;
            releases::put_source(&mut connection, at, &fetched).await?;
            fetched.archive
        }
    };
    let release = releases::get(&mut connection, at.0, at.1).await?.ok_or_else(missing)?;
    let origin = origin_of(&release.reference);

    reporter.step("scanning").await?;
    let report = match release.report()? {
        Some(report) => report,
        None => {
            let scanned = in_a_process(app.config.scan_program.as_ref(), Input::Archive, &archive).await;
            let report = match scanned.map_err(Failed::Again)? {
                ScanOutcome::Report(report, _) => *report,
                ScanOutcome::Refused(why) => return Err(Failed::told("source", why, Value::Null)),
            };
            releases::put_report(&mut connection, at, &report).await?;
            report
        }
    };
    drop(connection);
    reporter.line(&format!("scan: {}", report.verdict));
    let cleared = clear(&report, &allowed, backend)?;

    reporter.step("planning").await?;
    let (tree, bytes) = tokio::task::spawn_blocking(move || read(&archive, origin, release.commit_id))
        .await
        .map_err(|error| Failed::Again(error.to_string()))??;
    if tree.digest() != cleared.tree_digest() {
        return Err(Failed::told("source-changed", "the source is not what was scanned", Value::Null));
    }
    // The report's was read without knowing where the source came from.
    let manifest = Manifest::discover(&tree).value.unwrap_or_default();
    let plan = super::backends::plan(app, row, &cleared, &tree, &manifest)?;
    for decision in plan.decisions.iter().filter(|it| it.level == DiagnosticLevel::Warning) {
        reporter.line(&format!("warning[{}]: {}", decision.code, decision.text));
    }
    let mut connection = app.db.connection().await?;
    releases::put(&mut connection, at, Part::Plan, &store::json(&plan)?).await?;
    drop(connection);
    required_secrets(app, row, &plan).await?;
    let given = build_secrets(app, row, &plan, reporter).await?;

    reporter.step("building").await?;
    let id = row.backend_id()?;
    let stored = Stored::new(app, &row.workspace_id, &row.created_by, &row.package);
    let secrets = Some(BuildSecrets { given: &given, source: &stored });
    let input = BuildInput { id: &id, cleared: &cleared, plan: &plan, tree: &tree, bytes: &bytes, secrets };
    let image = backend.build(&input, &reporter.lines()).await?;
    reporter.line(&match image.reused {
        true => format!("image: {} was built before", image.digest),
        // A service that builds elsewhere does not say how large it is.
        false if image.size_bytes == 0 => format!("image: {}", image.digest),
        false => format!("image: {}, {} bytes", image.digest, image.size_bytes),
    });
    let mut connection = app.db.connection().await?;
    releases::put(&mut connection, at, Part::Image, &store::json(&image)?).await?;
    let materials = sbom(&plan, &tree);
    releases::put(&mut connection, at, Part::Sbom, &materials.to_string()).await?;
    let uri = Some(release.reference.clone()).filter(|reference| !reference.is_empty());
    let source = Source { uri, commit: tree.commit.clone() };
    let finished_on = Some(app.clock.now().to_string());
    let built = Built { name: image.reference.clone(), digest: image.digest.clone(), finished_on };
    let said = Envelope::sign(&statement(&plan, &source, &built, &app.config.origin()), &app.signing);
    releases::put(&mut connection, at, Part::Provenance, &store::json(&said)?).await?;
    Ok(Prepared { plan, image, report })
}

/// Where a release's source came from, by its reference; what was sent has none.
fn origin_of(reference: &str) -> Origin {
    match remote_reference(reference) {
        Ok(RepoRef::Npm { .. } | RepoRef::Pypi { .. }) => Origin::Package { reference: reference.to_owned() },
        Ok(RepoRef::Git(git)) => Origin::Git {
            url: git.url.to_string(),
            reference: git.reference.map(|reference| reference.as_str().to_owned()),
            subfolder: git.subfolder,
        },
        _ => Origin::Archive { path: "upload".to_owned() },
    }
}

fn read(archive: &[u8], origin: Origin, commit: Option<String>) -> Result<(SourceTree, SourceBytes), Failed> {
    let read = read_archive_kept(archive, "upload", origin, TopFolder::StripCommon, &Limits::default());
    let (mut tree, bytes) = read.map_err(|error| Failed::told("source", error.to_string(), Value::Null))?;
    tree.commit = commit;
    Ok((tree, bytes))
}

/// Lets a report through, or tells what stands against it.
fn clear(report: &ScanReport, allowed: &Allowed, backend: &dyn Backend) -> Result<ClearedScan, Failed> {
    let policy = Policy { exception: allowed.exception.clone(), ..Policy::deployment() };
    let summary = || json!({ "summary": report.summary, "verdict": report.verdict });
    let cleared = report.clear(&policy).map_err(|rejected| {
        let (code, message) = match &rejected {
            Rejected::Blocking { .. } => ("blocked", "the scan blocks this source; mend what it found".to_owned()),
            Rejected::NotAnalysed { files } => (
                "not-analysed",
                format!(
                    "{} file(s) that run could not be analysed; an administrator may allow them (`unanalysed`)",
                    files.len()
                ),
            ),
            _ => (
                "not-analysed",
                "no source was read; an administrator may allow it (`unanalysed`)".to_owned(),
            ),
        };
        let mut detail = summary();
        match &rejected {
            Rejected::Blocking { blocking } => detail["findings"] = json!(blocking),
            Rejected::NotAnalysed { files } => detail["not_analysed"] = json!(files),
            _ => {}
        }
        Failed::told(code, message, detail)
    })?;
    if backend.capabilities().isolates {
        return Ok(cleared);
    }
    if cleared.exception().is_some() {
        let message = format!(
            "{} does not isolate what it runs; what the scan refuses, or could not read, needs an engine such as docker",
            backend.name()
        );
        return Err(Failed::told("needs-isolation", message, summary()));
    }
    if cleared.verdict() == Verdict::Warning && !allowed.warnings {
        let message = format!(
            "{} does not isolate what it runs, and the scan has warnings; read them, then accept them (`accept_warnings`)",
            backend.name()
        );
        return Err(Failed::told("warnings", message, summary()));
    }
    Ok(cleared)
}

/// Whether the secrets are there without which the server does not start.
async fn required_secrets(app: &App, row: &store::Row, plan: &BuildPlan) -> Result<(), Failed> {
    let given = row.env();
    let named = row.secrets();
    let stored = Stored::new(app, &row.workspace_id, &row.created_by, &row.package);
    let mut missing = Vec::new();
    for slot in plan.secrets.iter().filter(|slot| slot.required && !given.contains_key(&slot.variable)) {
        let name = named.get(&slot.variable).cloned().unwrap_or_else(|| crate::secrets::name_for(&slot.key));
        if stored.find(&name).await?.is_none() {
            missing.push(json!({ "name": slot.key, "variable": slot.variable, "type": slot.value_type, "secret": name }));
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let names =
        missing.iter().map(|it| it["name"].as_str().unwrap_or_default()).collect::<Vec<_>>().join(", ");
    let message =
        format!("the server does not start without {names}; store them as secrets, then deploy again");
    Err(Failed::told("secrets-missing", message, json!({ "missing": missing })))
}

/// The secrets of the build, as references. Each was named for it by whoever deploys: that a source wants one, and that the
/// workspace has one of that name, lets no source have it.
async fn build_secrets(
    app: &App,
    row: &store::Row,
    plan: &BuildPlan,
    reporter: &Reporter<'_>,
) -> Result<BTreeMap<String, SecretRef>, Failed> {
    let stored = Stored::new(app, &row.workspace_id, &row.created_by, &row.package);
    let mut given = row.build_secrets();
    let (mut references, mut missing) = (BTreeMap::new(), Vec::new());
    for name in &plan.build_secrets {
        let secret = given.remove(name);
        let is_there = match &secret {
            Some(secret) => stored.find(secret).await?.is_some(),
            None => false,
        };
        match secret {
            Some(secret) if is_there => {
                references.insert(name.clone(), SecretRef(secret));
            }
            secret => missing.push(json!({ "name": name, "secret": secret })),
        }
    }
    for name in given.keys() {
        reporter.line(&format!("the build secret {name} is given, and nothing that is installed may use it"));
    }
    if missing.is_empty() {
        return Ok(references);
    }
    let told = missing.iter().map(|it| {
        let name = it["name"].as_str().unwrap_or_default();
        match it["secret"].as_str() {
            Some(secret) => format!("{name} (there is no stored secret {secret})"),
            None => format!("{name} (not given)"),
        }
    });
    let message = format!(
        "the build needs {}; store what is missing as a secret, and name it with --build-secret or `build_secrets`",
        told.collect::<Vec<_>>().join(", ")
    );
    Err(Failed::told("build-secrets-missing", message, json!({ "missing": missing })))
}
