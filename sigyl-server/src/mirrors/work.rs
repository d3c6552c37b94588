//! The worker: asks for a page, keeps what is new on it, and where to go on.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    is_allowed,
    page::{fetch, standing},
    store::{Account, Claimed, Next, claim, keep},
};
use crate::{
    accounts::Role,
    app::App,
    audit::{Caller, Chain, Event, record},
    clock::Timestamp,
    http::{ApiError, Tenant},
    registry::{self, By, Reader, Status},
};

/// How long to wait after a failure. Chosen: most are over by then.
const RETRY: Duration = Duration::from_secs(300);

/// How much of what was seen is asked for again, since several versions may have one time.
const OVERLAP: Duration = Duration::from_secs(1);

/// Longest reason that is kept, characters.
const WHY_CHARS_MAX: usize = 500;

/// Follows the registry that is due for longest by one page. Whether there was one.
pub(crate) async fn work(app: &App) -> Result<bool, ApiError> {
    let mut connection = app.db.connection().await?;
    let Some(claimed) = claim(&mut connection, app.clock.now()).await? else { return Ok(false) };
    drop(connection);
    let mut account = Account::default();
    let now = app.clock.now();
    match fetch(app, &claimed).await {
        Err(no_page) => {
            let why = no_page.why.chars().take(WHY_CHARS_MAX).collect::<String>();
            let next = Next {
                // A place that is not known any more is where the round begins anew.
                next_page: if no_page.is_lost { "" } else { &claimed.next_page },
                since: &claimed.since,
                newest: &claimed.newest,
                due_at: now.after(RETRY),
                error: Some(&why),
                finished_at: None,
            };
            let mut connection = app.db.connection().await?;
            keep(&mut connection, &claimed, &account, &next).await?;
        }
        Ok(page) => {
            for entry in &page.entries {
                take(app, &claimed, entry, &mut account).await?;
            }
            let newest = page.newest.max(claimed.newest.clone());
            let goes_on = !page.next_page.is_empty() && page.next_page != claimed.next_page;
            let since = match Timestamp::parse(&newest) {
                Some(at) if !goes_on => at.before(OVERLAP).to_string(),
                _ => claimed.since.clone(),
            };
            let minutes = u64::try_from(claimed.every_minutes).unwrap_or(60);
            let next = Next {
                next_page: if goes_on { &page.next_page } else { "" },
                since: &since,
                newest: &newest,
                due_at: if goes_on { now } else { now.after(Duration::from_secs(minutes * 60)) },
                error: None,
                finished_at: (!goes_on).then_some(now),
            };
            let mut connection = app.db.connection().await?;
            keep(&mut connection, &claimed, &account, &next).await?;
        }
    }
    Ok(true)
}

/// Keeps a version, or how it stands.
async fn take(app: &App, claimed: &Claimed, entry: &Value, account: &mut Account) -> Result<(), ApiError> {
    let name = entry["server"]["name"].as_str().unwrap_or("");
    if !is_allowed(name, &claimed.allow.0) {
        return Ok(());
    }
    match one(app, claimed, entry).await {
        Ok(true) => account.imported += 1,
        Ok(false) => {}
        Err(error) if error.is_internal() => return Err(error),
        Err(error) => {
            account.rejected += 1;
            let why = format!("{name}: {}", error.message());
            account.last_problem = Some(why.chars().take(WHY_CHARS_MAX).collect());
        }
    }
    Ok(())
}

/// Publishes a version that is not there, and lets it stand as it does where it comes from. Whether it was published.
async fn one(app: &App, claimed: &Claimed, entry: &Value) -> Result<bool, ApiError> {
    let tenant = Tenant {
        id: claimed.workspace_id.clone(),
        slug: claimed.slug.clone(),
        role: Role::Developer,
        me: claimed.user_id.to_string(),
    };
    let version = entry["server"]["version"].as_str().unwrap_or("");
    let name = entry["server"]["name"].as_str().unwrap_or("");
    let (status, message) = standing(entry);
    let own = Reader::itself(&tenant.id);
    let mut connection = app.db.connection().await?;
    let known = registry::version(&mut connection, &own, name, version, true).await?;
    drop(connection);
    let known = known.filter(|row| row.version == version);
    let is_new = known.is_none();
    if is_new {
        if status == "deleted" {
            return Ok(false);
        }
        if entry.to_string().contains("\\u0000") {
            return Err(ApiError::invalid("it has the character U+0000"));
        }
        let document = registry::official(entry).document.map_err(ApiError::invalid)?;
        let by = By { user: Some(&claimed.user_id), caller: &Caller::system() };
        registry::publish_as(app, &tenant, &document, None, by).await?;
    }
    let before = known.map_or("active", |row| row.status.as_str());
    let after = Status::try_from(status.to_owned()).unwrap_or(Status::Active);
    if before != after.as_str() {
        let now = app.clock.now();
        let mut transaction = app.db.begin().await?;
        if let Some(server) = registry::server_of(&mut transaction, &tenant, name, now).await? {
            let message = message.filter(|_| after != Status::Active);
            let message = message.map(|text| text.chars().take(WHY_CHARS_MAX).collect::<String>());
            let message = message.as_deref();
            registry::change_status(&mut transaction, &server, Some(version), after, message, now).await?;
            let object = format!("{name}@{version}");
            let event = Event::done("server.status", "server", &object)
                .with(json!({ "status": after, "mirror": claimed.url }));
            record(&mut transaction, Chain::Workspace(&tenant.id), &Caller::system(), now, event).await?;
            transaction.commit().await?;
        }
    }
    Ok(is_new)
}
