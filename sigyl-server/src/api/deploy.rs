//! What makes releases: a deployment that is new, another release of one, going back, other variables.

use std::collections::BTreeMap;

use axum::{
    Json,
    body::{Body as Stream, to_bytes},
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{patch, post},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sigyl_core::{Allow, Exception};

use crate::{
    accounts::{Role, Scope, deployment_name},
    app::App,
    audit::{Chain, Event, record},
    db::Connection,
    deployments::{
        self, Allowed, Change, DeployJob, Deployment, JobKind, NewDeployment, NewRelease, Row, Source,
    },
    http::{Access, ApiError, Body, Code, Endpoint, Method, Principal, Tenant, json_of, pattern, schema},
    scans::remote_reference,
};

/// Most variables of a deployment, and the longest value of one, bytes. Chosen; an engine takes more.
const VARIABLES_MAX: usize = 200;
const VALUE_BYTES_MAX: usize = 32 << 10;

/// Most secrets of a build: a manifest declares no more.
const BUILD_SECRETS_MAX: usize = 20;

/// Most processes or machines that answer.
const REPLICAS_MAX: u32 = 100;

/// Deploys something new.
pub(super) static CREATE: Endpoint = Endpoint {
    id: "create_deployment",
    method: Method::Post,
    path: "/api/v1/deployments",
    aliases: &["/api/v1/deploy"],
    summary: "Deploy a repository, a package or an archive of source: it is scanned, planned, built, started and, once it answers, registered.",
    access: Access::Member(Role::Developer, Scope::Deploy),
    request: Some(schema::<New>),
    status: 202,
    response: Some(schema::<Queued>),
    handler: || post(create),
    ..Endpoint::PLAIN
};

/// Makes another release.
pub(super) static REDEPLOY: Endpoint = Endpoint {
    id: "redeploy",
    method: Method::Post,
    path: "/api/v1/deployments/{id}/redeploy",
    summary: "Make another release of a deployment, from its reference, another one, or source that is sent; its address and variables stay.",
    access: Access::Member(Role::Developer, Scope::Deploy),
    request: Some(schema::<Again>),
    status: 202,
    response: Some(schema::<Queued>),
    handler: || post(redeploy),
    ..Endpoint::PLAIN
};

/// Goes back.
pub(super) static ROLLBACK: Endpoint = Endpoint {
    id: "rollback_deployment",
    method: Method::Post,
    path: "/api/v1/deployments/{id}/rollback",
    summary: "Go back to an earlier release, the one before where none is named: what was built then is started with the variables of now.",
    access: Access::Member(Role::Developer, Scope::Deploy),
    request: Some(schema::<Back>),
    status: 202,
    response: Some(schema::<Queued>),
    handler: || post(rollback),
    ..Endpoint::PLAIN
};

/// Changes variables.
pub(super) static CONFIGURE: Endpoint = Endpoint {
    id: "configure_deployment",
    method: Method::Patch,
    path: "/api/v1/deployments/{id}/env",
    summary: "Set and unset variables and secrets of a deployment; what runs is started anew with them, nothing is built.",
    access: Access::Member(Role::Developer, Scope::Deploy),
    request: Some(schema::<Variables>),
    status: 202,
    response: Some(schema::<Queued>),
    handler: || patch(configure),
    ..Endpoint::PLAIN
};

/// What is deployed.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct New {
    /// What the deployment is called in its workspace: letters, digits and single hyphens.
    #[schemars(length(min = 2, max = 39), extend("pattern" = pattern::HANDLE))]
    name: String,
    /// `https://HOST/OWNER/REPOSITORY#REF:FOLDER`, `npm:NAME@VERSION` or `pypi:NAME==VERSION`; or send `source`.
    #[schemars(extend("pattern" = pattern::REFERENCE))]
    reference: Option<String>,
    /// A tar, gzipped tar or zip of source, in Base64.
    source: Option<String>,
    /// Name of a stored secret with the token that a private repository asks for.
    #[schemars(extend("pattern" = pattern::VARIABLE))]
    git_secret: Option<String>,
    /// Where it runs; the server's own choice where absent.
    backend: Option<String>,
    /// Variables, without secrets.
    #[serde(default)]
    #[schemars(extend("maxProperties" = VARIABLES_MAX, "propertyNames" = { "pattern": pattern::VARIABLE }))]
    env: IndexMap<String, String>,
    /// Names of stored secrets, by variable.
    #[serde(default)]
    #[schemars(extend(
        "maxProperties" = VARIABLES_MAX, "propertyNames" = { "pattern": pattern::VARIABLE },
        "additionalProperties" = { "type": "string", "pattern": pattern::VARIABLE },
    ))]
    secrets: BTreeMap<String, String>,
    /// Names of stored secrets for the installation of dependencies, by the names that the manifest declares in
    /// `build.secrets`. No release keeps a value.
    #[serde(default)]
    #[schemars(extend(
        "maxProperties" = BUILD_SECRETS_MAX, "propertyNames" = { "pattern": pattern::VARIABLE },
        "additionalProperties" = { "type": "string", "pattern": pattern::VARIABLE },
    ))]
    build_secrets: BTreeMap<String, String>,
    /// How many processes or machines answer.
    #[schemars(range(min = 1, max = 100))]
    replicas: Option<u32>,
    /// The engine's runtime, such as `runsc`.
    #[schemars(extend("pattern" = pattern::RUNTIME))]
    runtime: Option<String>,
    /// Minutes without a request after which it is stopped until the next one, which waits for it; 0 for never, the server's
    /// own where absent.
    #[schemars(range(max = 100000))]
    idle_stop: Option<u32>,
    /// Whether warnings of the scan are known and accepted, where the backend does not isolate.
    #[serde(default)]
    accept_warnings: bool,
    /// What may pass although the scan refuses it.
    allow: Option<AllowDespite>,
}

/// A decision of an administrator, which the audit log keeps.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AllowDespite {
    /// `unanalysed` source, or also what is `blocked`.
    what: AllowWhat,
    /// Why.
    #[schemars(length(min = 1, max = 500))]
    reason: String,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum AllowWhat {
    Unanalysed,
    Blocked,
}

/// Where the next release comes from.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Again {
    /// Another reference, which is kept for the next time once its release answers; its own where neither is given.
    #[schemars(extend("pattern" = pattern::REFERENCE))]
    reference: Option<String>,
    /// A tar, gzipped tar or zip of source, in Base64.
    source: Option<String>,
    /// Names of stored secrets for the installation of dependencies, by the names that the manifest declares; its own where
    /// absent.
    #[schemars(extend(
        "maxProperties" = BUILD_SECRETS_MAX, "propertyNames" = { "pattern": pattern::VARIABLE },
        "additionalProperties" = { "type": "string", "pattern": pattern::VARIABLE },
    ))]
    build_secrets: Option<BTreeMap<String, String>>,
    /// Whether warnings of the scan are known and accepted, where the backend does not isolate.
    accept_warnings: bool,
    /// What may pass although the scan refuses it.
    allow: Option<AllowDespite>,
}

/// Which release.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Back {
    /// Its number; the one that answered before where absent.
    #[schemars(range(min = 1))]
    release: Option<i64>,
}

/// What is set and unset.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Variables {
    /// Variables, without secrets.
    set: IndexMap<String, String>,
    /// Names of stored secrets, by variable.
    secrets: BTreeMap<String, String>,
    /// Variables that go, whichever they are.
    unset: Vec<String>,
}

/// What waits, and for what.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Queued {
    pub(super) deployment: Deployment,
    pub(super) job: DeployJob,
}

/// A body of JSON that may be as long as a source in Base64.
async fn long_body<T: serde::de::DeserializeOwned>(
    app: &App,
    headers: &HeaderMap,
    body: Stream,
) -> Result<T, ApiError> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
    let most = app.config.source_limit_bytes / 3 * 4 + app.config.body_limit_bytes;
    let bytes = to_bytes(body, most).await;
    let bytes = bytes.map_err(|_| {
        let limit = app.config.source_limit_bytes;
        let told = format!("the source is longer than {limit} bytes (`source_limit`), or did not arrive");
        ApiError::new(Code::TooLarge, told)
    })?;
    json_of(kind, &bytes)
}

/// One of the two, or neither.
fn source_of(
    app: &App,
    reference: Option<&str>,
    source: Option<&str>,
) -> Result<(Option<String>, Option<Vec<u8>>), ApiError> {
    match (reference, source) {
        (Some(reference), None) => {
            let known = remote_reference(reference);
            let known = known.map_err(|why| ApiError::invalid(format!("reference: {why}")))?;
            Ok((Some(known.to_string()), None))
        }
        (None, Some(source)) => {
            let bytes = STANDARD.decode(source);
            let bytes = bytes.map_err(|_| ApiError::invalid("source: an archive in Base64"))?;
            if bytes.len() > app.config.source_limit_bytes {
                return Err(ApiError::new(Code::TooLarge, "source: the archive is too long"));
            }
            Ok((None, Some(bytes)))
        }
        (None, None) => Ok((None, None)),
        (Some(_), Some(_)) => Err(ApiError::invalid("give a reference or a source, not both")),
    }
}

fn check_variables(
    env: &IndexMap<String, String>,
    secrets: &BTreeMap<String, String>,
) -> Result<(), ApiError> {
    if env.len() + secrets.len() > VARIABLES_MAX {
        return Err(ApiError::invalid(format!("env: at most {VARIABLES_MAX} variables")));
    }
    for name in env.keys().chain(secrets.keys()) {
        let fits = (1..=128).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && name.bytes().next().is_some_and(|byte| !byte.is_ascii_digit());
        if !fits {
            return Err(ApiError::invalid("env: a variable is letters, digits and _, with no digit first"));
        }
        if sigyl_deploy::plan::is_reserved_variable(name) {
            return Err(ApiError::invalid(format!(
                "env: {name} is what starts the program, and cannot be set; the port stands in the manifest"
            )));
        }
    }
    if env.values().any(|value| value.len() > VALUE_BYTES_MAX) {
        return Err(ApiError::invalid("env: a value is at most 32,768 bytes"));
    }
    if let Some(name) = env.keys().find(|name| secrets.contains_key(*name)) {
        return Err(ApiError::invalid(format!("env: {name} is a secret already")));
    }
    secrets.values().try_for_each(|name| crate::secrets::check_name(name))
}

fn check_build_secrets(secrets: &BTreeMap<String, String>) -> Result<(), ApiError> {
    if secrets.len() > BUILD_SECRETS_MAX {
        return Err(ApiError::invalid(format!("build_secrets: at most {BUILD_SECRETS_MAX}")));
    }
    secrets.iter().try_for_each(|(name, stored)| {
        crate::secrets::check_name(name)?;
        crate::secrets::check_name(stored)
    })
}

/// What the caller decided; only whoever runs the server decides what passes although it would be refused.
fn allowed_by(
    principal: &Principal,
    warnings: bool,
    allow: Option<&AllowDespite>,
) -> Result<Allowed, ApiError> {
    let exception = match allow {
        None => None,
        Some(_) if !principal.is_operator => {
            return Err(ApiError::forbidden("allow: only an administrator of this server decides that"));
        }
        Some(allow) if allow.reason.trim().is_empty() || allow.reason.len() > 500 => {
            return Err(ApiError::invalid("allow.reason: 1 to 500 bytes"));
        }
        Some(allow) => Some(Exception {
            allow: match allow.what {
                AllowWhat::Unanalysed => Allow::Unanalysed,
                AllowWhat::Blocked => Allow::Blocked,
            },
            by: principal.username.clone(),
            reason: allow.reason.clone(),
        }),
    };
    Ok(Allowed { warnings, exception })
}

async fn create(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    headers: HeaderMap,
    body: Stream,
) -> Result<Response, ApiError> {
    let new: New = long_body(&app, &headers, body).await?;
    let name = deployment_name(&new.name)?;
    let (reference, archive) = source_of(&app, new.reference.as_deref(), new.source.as_deref())?;
    if reference.is_none() && archive.is_none() {
        return Err(ApiError::invalid("give a reference, or send source"));
    }
    check_variables(&new.env, &new.secrets)?;
    check_build_secrets(&new.build_secrets)?;
    let replicas = new.replicas.unwrap_or(1);
    if !(1..=REPLICAS_MAX).contains(&replicas) {
        return Err(ApiError::invalid(format!("replicas: from 1 to {REPLICAS_MAX}")));
    }
    let runtime = new.runtime.unwrap_or_default();
    let is_plain = runtime.len() <= 64
        && runtime.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    if !is_plain {
        return Err(ApiError::invalid("runtime: letters, digits, `-`, `.` and `_`, at most 64"));
    }
    let idle_stop = idle_stop_of(&app, new.idle_stop, new.backend.as_deref()).await?;
    let (backend, engine) = app.backends.place(new.backend.as_deref()).map_err(ApiError::invalid)?;
    new.git_secret.iter().try_for_each(|name| crate::secrets::check_name(name))?;
    let allowed = allowed_by(&principal, new.accept_warnings, new.allow.as_ref())?;
    let now = app.clock.now();
    let mut transaction = app.db.begin().await?;
    deployments::refuse_beyond_quota(&mut transaction, &tenant, app.config.deploy.deployments_max).await?;
    let made = NewDeployment {
        name: &name,
        backend,
        engine,
        reference: reference.as_deref().unwrap_or_default(),
        replicas,
        env: &new.env,
        secrets: &new.secrets,
        build_secrets: &new.build_secrets,
        runtime: &runtime,
        git_secret: new.git_secret.as_deref().unwrap_or_default(),
        idle_stop,
    };
    let row = deployments::insert(&mut transaction, &tenant, &principal.user, &made, now).await?;
    let source = match (&reference, &archive) {
        (Some(reference), _) => Source::Reference(reference),
        (None, archive) => Source::Archive(archive.as_deref().unwrap_or_default()),
    };
    let detail = json!({ "name": name, "backend": backend, "reference": reference, "allowed": allowed });
    let release = NewRelease { source, allowed: Some(&allowed) };
    let event = Event::done("deployment.create", "deployment", &row.id).with(detail);
    queue(&app, transaction, (&principal, &tenant), row.clone(), &release, event).await
}

/// After how many minutes without a request it is stopped; refused where nobody here sees its requests.
async fn idle_stop_of(app: &App, asked: Option<u32>, backend: Option<&str>) -> Result<u32, ApiError> {
    let minutes = check_idle_stop(asked.unwrap_or(app.config.deploy.idle_stop_minutes))?;
    if minutes == 0 {
        return Ok(0);
    }
    let (name, _) = app.backends.place(backend).map_err(ApiError::invalid)?;
    match app.backends.get(name).await {
        Ok(found) if found.fronts().is_none() => match asked {
            Some(_) => Err(no_fronts(name)),
            None => Ok(0),
        },
        _ => Ok(minutes),
    }
}

/// Minutes that a deployment may say.
pub(super) fn check_idle_stop(minutes: u32) -> Result<u32, ApiError> {
    match minutes <= 100_000 {
        true => Ok(minutes),
        false => Err(ApiError::invalid("idle_stop: at most 100000 minutes")),
    }
}

/// That requests go past this server.
pub(super) fn no_fronts(backend: &str) -> ApiError {
    ApiError::invalid(format!(
        "idle_stop: requests of {backend} do not pass this server, which cannot tell when there are none"
    ))
}

/// Makes the release, queues what makes it run, writes the audit entry.
async fn queue(
    app: &App,
    mut transaction: Connection,
    (principal, tenant): (&Principal, &Tenant),
    row: Row,
    release: &NewRelease<'_>,
    event: Event<'_>,
) -> Result<Response, ApiError> {
    let now = app.clock.now();
    let number =
        deployments::insert_release(&mut transaction, &row.id, &principal.user, release, now).await?;
    let place = (&tenant.id, row.id.as_str(), row.engine.as_str());
    let kind = (JobKind::Release, number);
    let job = deployments::enqueue(&mut transaction, place, kind, &principal.user, now).await?;
    record(&mut transaction, Chain::Workspace(&tenant.id), principal.caller(), now, event).await?;
    let row = deployments::get(&mut transaction, tenant, &row.id).await?;
    let row = row.ok_or_else(|| ApiError::not_found("deployment"))?;
    transaction.commit().await?;
    app.deploy_queued.notify_one();
    Ok((StatusCode::ACCEPTED, Json(Queued { deployment: row.told(), job })).into_response())
}

/// The deployment that is meant.
pub(super) async fn named(
    connection: &mut Connection,
    tenant: &Tenant,
    id_or_name: &str,
) -> Result<Row, ApiError> {
    let row = deployments::get(connection, tenant, id_or_name).await?;
    row.filter(|row| row.wanted != "deleted").ok_or_else(|| ApiError::not_found("deployment"))
}

async fn redeploy(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Stream,
) -> Result<Response, ApiError> {
    let again: Again = long_body(&app, &headers, body).await?;
    let (reference, archive) = source_of(&app, again.reference.as_deref(), again.source.as_deref())?;
    again.build_secrets.iter().try_for_each(check_build_secrets)?;
    let allowed = allowed_by(&principal, again.accept_warnings, again.allow.as_ref())?;
    let mut transaction = app.db.begin().await?;
    let row = named(&mut transaction, &tenant, &id).await?;
    // Another source is kept when its release answers; where none ever did, there is nothing that it could go back to.
    let first = reference.as_deref().filter(|_| row.serving == 0);
    if first.is_some() || again.build_secrets.is_some() {
        let change =
            Change { reference: first, build_secrets: again.build_secrets.as_ref(), ..Change::default() };
        deployments::change(&mut transaction, &row.id, &change, app.clock.now()).await?;
    }
    let own = Some(row.reference.clone()).filter(|reference| !reference.is_empty());
    let source = match (&archive, reference.as_ref().or(own.as_ref())) {
        (Some(archive), _) => Source::Archive(archive),
        (None, Some(reference)) => Source::Reference(reference),
        (None, None) => {
            return Err(ApiError::invalid(
                "its source was sent, and is not kept for another release: send it again (`sigyl redeploy NAME PATH`), or give a reference",
            ));
        }
    };
    let release = NewRelease { source, allowed: Some(&allowed) };
    let id = row.id.clone();
    let event = Event::done("deployment.redeploy", "deployment", &id)
        .with(json!({ "reference": reference, "allowed": allowed }));
    queue(&app, transaction, (&principal, &tenant), row, &release, event).await
}

async fn rollback(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Path(id): Path<String>,
    Body(back): Body<Back>,
) -> Result<Response, ApiError> {
    let mut transaction = app.db.begin().await?;
    let row = named(&mut transaction, &tenant, &id).await?;
    let to = match back.release {
        Some(number) => number,
        None => deployments::before(&mut transaction, &row.id, row.serving)
            .await?
            .ok_or_else(|| ApiError::conflict("no release answered before this one"))?,
    };
    let release = NewRelease { source: Source::Copy(to), allowed: None };
    let id = row.id.clone();
    let event = Event::done("deployment.rollback", "deployment", &id).with(json!({ "to": to }));
    queue(&app, transaction, (&principal, &tenant), row, &release, event).await
}

async fn configure(
    State(app): State<App>,
    principal: Principal,
    tenant: Tenant,
    Path(id): Path<String>,
    Body(variables): Body<Variables>,
) -> Result<Response, ApiError> {
    let mut transaction = app.db.begin().await?;
    let row = named(&mut transaction, &tenant, &id).await?;
    let (mut env, mut secrets) = (row.env(), row.secrets());
    for name in &variables.unset {
        let had = env.shift_remove(name).is_some() | secrets.remove(name).is_some();
        if !had {
            return Err(ApiError::invalid(format!("unset: {name} is not set")));
        }
    }
    for (name, value) in variables.set {
        secrets.remove(&name);
        env.insert(name, value);
    }
    for (name, secret) in variables.secrets {
        env.shift_remove(&name);
        secrets.insert(name, secret);
    }
    check_variables(&env, &secrets)?;
    let now = app.clock.now();
    let change = Change { env: Some(&env), secrets: Some(&secrets), ..Change::default() };
    deployments::change(&mut transaction, &row.id, &change, now).await?;
    if row.serving == 0 {
        return Err(ApiError::conflict(
            "no release of it ever answered; deploy it again with other variables",
        ));
    }
    let release = NewRelease { source: Source::Copy(row.serving), allowed: None };
    let id = row.id.clone();
    let names = env.keys().chain(secrets.keys()).cloned().collect::<Vec<_>>();
    let event = Event::done("deployment.configure", "deployment", &id).with(json!({ "variables": names }));
    queue(&app, transaction, (&principal, &tenant), row, &release, event).await
}
