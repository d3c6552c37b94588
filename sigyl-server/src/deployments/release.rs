//! From an image to a server that answers: started beside the release before, probed, let through, registered.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sigyl_core::{Digest, Tool, ToolOrigin};
use sigyl_deploy::{
    backend::{Artifact, Backend, DeploySpec, Handle, Health, SecretRef, WhoActs},
    line,
};

use super::{
    address,
    jobs::Claimed,
    pipeline::{Failed, Prepared, prepare},
    releases::{self, Part},
    secret_source::Stored,
    store::{self, Change},
    work::Reporter,
};
use crate::{
    accounts::{Role, workspaces},
    app::App,
    audit::{Caller, Chain, Event, record},
    db::execute,
    http::Tenant,
    registry::{self, CURRENT_SCHEMA, Visibility},
    scans,
};

/// Makes a release, from wherever it is, to where it answers.
pub(super) async fn make(
    app: &App,
    claimed: &Claimed,
    row: &store::Row,
    backend: &dyn Backend,
    reporter: &Reporter<'_>,
) -> Result<(), Failed> {
    let at = (row.id.as_str(), claimed.release);
    if row.serving == 0 {
        reporter.state("building").await?;
    }
    let prepared = prepare(app, claimed, row, backend, reporter).await?;
    let stored = Stored::new(app, &row.workspace_id, &row.created_by, &row.package);
    let spec = spec(app, row, claimed, &prepared, backend, &stored).await?;
    let mut connection = app.db.connection().await?;
    releases::put(&mut connection, at, Part::Spec, &store::json(&spec)?).await?;
    let before = before(&mut connection, row).await?;
    drop(connection);

    reporter.step("starting").await?;
    if row.serving == 0 {
        reporter.state("starting").await?;
    }
    let expected: Vec<Tool> =
        prepared.report.tools.iter().filter(|tool| tool.origin == ToolOrigin::Source).cloned().collect();
    let release = line::Release {
        backend,
        prober: &app.prober,
        spec: &spec,
        before,
        expected_tools: &expected,
        on_drift: line::OnDrift::Tell,
        secrets: &stored,
    };
    let released = line::release(release, &reporter.lines()).await?;
    reporter.line(&format!("healthy after an exchange of {} ms", released.probe.response_time_ms));
    if let Some(left) = &released.left {
        reporter.line(&format!("the release before did not end: {left}"));
    }

    let endpoint = address::public(app, row, backend, &released.endpoint).await?;
    let tools = released.probe.tools.clone();
    let mut transaction = app.db.begin().await?;
    releases::put(&mut transaction, at, Part::Handle, &released.handle.0).await?;
    releases::put(&mut transaction, at, Part::Tools, &store::json(&tools)?).await?;
    let now = app.clock.now();
    for (other,) in releases::others_serving(&mut transaction, &row.id, claimed.release).await? {
        releases::set_state(&mut transaction, (&row.id, other), "retired", None).await?;
    }
    releases::set_state(&mut transaction, at, "serving", None).await?;
    releases::keep_named(&mut transaction, at).await?;
    let change = Change {
        state: Some("running"),
        wanted: Some("running"),
        serving: Some(claimed.release),
        endpoint: Some(&endpoint),
        front_port: address::port_of(&released.endpoint),
        reason: Some(None),
        ..Change::default()
    };
    store::change(&mut transaction, &row.id, &change, now).await?;
    execute!(
        transaction,
        "UPDATE deployments SET health = 'healthy', health_reason = NULL, http_status = $2, response_time_ms = $3,
                checked_at = $4, failures = 0, look_at = $5, idle_since = NULL WHERE id = $1",
        &row.id,
        i64::from(released.probe.http_status),
        i64::try_from(released.probe.response_time_ms).unwrap_or(i64::MAX),
        now,
        now.after(super::watch::LOOK_EVERY)
    )?;
    transaction.commit().await?;
    app.attach(&row.id);
    app.last_use.forget(&row.id);
    reporter.event("state", "running");

    reporter.step("registering").await?;
    register(app, claimed, row, &prepared, &tools, &endpoint).await?;
    trim(app, row, backend, reporter).await
}

/// Takes away what was built for releases that nobody goes back to any more.
async fn trim(
    app: &App,
    row: &store::Row,
    backend: &dyn Backend,
    reporter: &Reporter<'_>,
) -> Result<(), Failed> {
    let mut transaction = app.db.begin().await?;
    let kept = releases::keep_images(&mut transaction, &row.id, app.config.deploy.releases_kept).await?;
    transaction.commit().await?;
    match backend.keep_builds(&row.backend_id()?, &kept).await {
        Ok(gone) => gone.iter().for_each(|it| {
            reporter.line(&format!("the {} {} of an earlier release is not kept", it.kind, it.name));
        }),
        // The next release tries again; this one answers.
        Err(error) => reporter.line(&format!("what was built for earlier releases is not all gone: {error}")),
    }
    Ok(())
}

/// The release that answers now, for the line to retire.
async fn before(
    connection: &mut crate::db::Connection,
    row: &store::Row,
) -> Result<Option<(u64, Handle)>, Failed> {
    if row.serving == 0 {
        return Ok(None);
    }
    let release = releases::get(connection, &row.id, row.serving).await?;
    let number = u64::try_from(row.serving).unwrap_or(0);
    Ok(release.and_then(|release| release.handle()).map(|handle| (number, handle)))
}

/// What the backend gets.
async fn spec(
    app: &App,
    row: &store::Row,
    claimed: &Claimed,
    prepared: &Prepared,
    backend: &dyn Backend,
    stored: &Stored<'_>,
) -> Result<DeploySpec, Failed> {
    let plan = &prepared.plan;
    let mut env = plan.env.clone();
    if address::is_https(app, backend) {
        env.extend(plan.https_env());
    }
    let given = row.env();
    let named = row.secrets();
    let mut secrets = BTreeMap::new();
    for (variable, name) in &named {
        secrets.insert(variable.clone(), SecretRef(name.clone()));
    }
    for slot in plan.secrets.iter().filter(|slot| !given.contains_key(&slot.variable)) {
        let name = crate::secrets::name_for(&slot.key);
        if !secrets.contains_key(&slot.variable) && stored.find(&name).await?.is_some() {
            secrets.insert(slot.variable.clone(), SecretRef(name));
        }
    }
    env.extend(given);
    env.retain(|name, _| !secrets.contains_key(name));
    let image = prepared.image.clone();
    let artifact = match backend.capabilities().runs_images {
        true => Artifact::Image(image),
        false => Artifact::Folder { path: image.reference, plan_digest: image.plan_digest },
    };
    Ok(DeploySpec {
        id: row.backend_id()?,
        release: u64::try_from(claimed.release).unwrap_or(0),
        artifact,
        command: Vec::new(),
        env,
        secrets,
        port: plan.port,
        path: plan.path.clone(),
        uid: plan.uid,
        limits: plan.limits,
        egress: plan.egress.clone(),
        replicas: u32::try_from(row.replicas).unwrap_or(1),
        health: Health::default(),
        runtime: Some(row.runtime.clone()).filter(|runtime| !runtime.is_empty()),
        front_port: row.front_port.and_then(|port| u16::try_from(port).ok()),
    })
}

/// Puts what runs into the registry: package, version, source, report, tools with pins.
async fn register(
    app: &App,
    claimed: &Claimed,
    row: &store::Row,
    prepared: &Prepared,
    tools: &[Tool],
    endpoint: &str,
) -> Result<(), Failed> {
    let now = app.clock.now();
    let mut transaction = app.db.begin().await?;
    let slug = workspaces::slug(&mut transaction, &row.workspace_id).await?;
    let tenant =
        Tenant { id: row.workspace_id.clone(), slug, role: Role::Developer, me: row.created_by.to_string() };
    let plan = &prepared.plan;
    let name = format!("{}/{}", tenant.slug, row.name);
    let version = version_of(plan.version.as_deref(), plan.commit.as_deref(), &plan.tree_digest);
    let own = registry::Reader::itself(&tenant.id);
    let known = registry::version(&mut transaction, &own, &name, &version, true).await?;
    let Some(archive) = releases::archive(&mut transaction, &row.id, claimed.release).await? else {
        // A copy of what was registered before.
        if known.is_some() {
            store::change(&mut transaction, &row.id, &package(&name, &version), now).await?;
        }
        return Ok(transaction.commit().await?);
    };
    // The same version of another source is another version.
    let version = match known {
        None => version,
        Some(_) => {
            let source = scans::source(&mut transaction, &name, &version).await?;
            if source.is_some_and(|(digest, _)| digest == Digest::of(&archive).as_str()) {
                store::change(&mut transaction, &row.id, &package(&name, &version), now).await?;
                transaction.commit().await?;
                return Ok(());
            }
            format!("{version}{}r{}", if version.contains('+') { "." } else { "+" }, claimed.release)
        }
    };
    let manifest = prepared.report.manifest.as_ref();
    let description = manifest.and_then(|manifest| manifest.description.as_deref()).unwrap_or(&row.name);
    let mut document = json!({
        "$schema": CURRENT_SCHEMA,
        "name": name,
        "description": description.chars().take(100).collect::<String>(),
        "version": version,
    });
    if endpoint.starts_with("https://") {
        document["remotes"] = json!([{ "type": "streamable-http", "url": endpoint }]);
    }
    if let Some(manifest) = manifest {
        let mut ours = json!({});
        if let Some(category) = &manifest.category {
            ours["category"] = Value::String(category.clone());
        }
        ours["tags"] = json!(manifest.tags);
        document["_meta"] = json!({ registry::PUBLISHER: { registry::OURS: ours } });
    }
    let (checked, found) = registry::check(&document);
    let Some(checked) = checked else {
        return Err(Failed::told(
            "register",
            format!("it cannot be registered: {}", found.told()),
            Value::Null,
        ));
    };
    let is_new = registry::server_of(&mut transaction, &tenant, &name, now).await?.is_none();
    registry::publish(&mut transaction, &tenant, &checked, row.created_by.as_str(), false, now).await?;
    if is_new && let Some(server) = registry::server_of(&mut transaction, &tenant, &name, now).await? {
        registry::set_visibility(&mut transaction, &tenant, &server, Visibility::Workspace, now).await?;
    }
    let files = files_of(&archive)?;
    let adopted = scans::Adopted { archive: &archive, report: &prepared.report, files: &files, tools };
    scans::adopt(&mut transaction, &tenant, (&name, &version), &adopted, &row.created_by, now).await?;
    store::change(&mut transaction, &row.id, &package(&name, &version), now).await?;
    let object = format!("{name}@{version}");
    let event = Event::done("server.publish", "server", &object).with(json!({ "deployment": row.id }));
    record(&mut transaction, Chain::Workspace(&tenant.id), &Caller::system(), now, event).await?;
    transaction.commit().await?;
    Ok(())
}

fn package<'a>(name: &'a str, version: &'a str) -> Change<'a> {
    Change { package: Some((name, version)), ..Change::default() }
}

fn files_of(archive: &[u8]) -> Result<Vec<registry::FileFact>, Failed> {
    let origin = sigyl_core::source::Origin::Archive { path: "upload".to_owned() };
    let top = sigyl_core::source::TopFolder::StripCommon;
    let limits = sigyl_core::source::Limits::default();
    let tree = sigyl_core::source::read_archive_bytes(archive, "upload", origin, top, &limits)
        .map_err(|error| Failed::told("source", error.to_string(), Value::Null))?;
    Ok(tree
        .files()
        .iter()
        .map(|file| (file.path.clone(), file.digest.to_string(), file.size_bytes))
        .collect())
}

/// The version that a manifest says, else one from the commit or the tree: `0.0.0+1a2b3c4d5e6f`.
fn version_of(said: Option<&str>, commit: Option<&str>, tree: &Digest) -> String {
    if let Some(said) = said {
        return said.to_owned();
    }
    let text = commit.unwrap_or_else(|| tree.as_str().rsplit(':').next().unwrap_or_default());
    format!("0.0.0+{}", text.get(..12).unwrap_or(text))
}

impl From<line::LineError> for Failed {
    fn from(error: line::LineError) -> Self {
        if error.who_acts() == WhoActs::Nobody {
            return Self::Again(error.to_string());
        }
        let who = format!("{:?}", error.who_acts()).to_lowercase();
        let detail = json!({ "output": error.output(), "step": error.step().name(), "who_acts": who });
        Self::told(error.code(), error.to_string(), detail)
    }
}

/// What went wrong, for the deployment's own row.
pub(super) fn reason_of(told: &Value) -> String {
    told["message"].as_str().unwrap_or("it failed").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_what_says_none() {
        let tree = Digest::of(b"x");
        assert_eq!(version_of(Some("1.2.3"), None, &tree), "1.2.3");
        assert_eq!(
            version_of(None, Some("0123456789abcdef0123456789abcdef01234567"), &tree),
            "0.0.0+0123456789ab"
        );
        assert!(version_of(None, None, &tree).starts_with("0.0.0+"));
    }
}
