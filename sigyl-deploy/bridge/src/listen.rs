//! `subscriptions/listen` in front of a server of the older era: one process hears for one subscriber, or the shared one
//! for all.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use hyper::StatusCode;
use serde_json::value::RawValue;
use tokio::sync::OwnedSemaphorePermit;

use crate::{
    app::{App, EndsUnlessKept},
    body::Events,
    child::{Child, Listener, refusal},
    config::Mode,
    health::{Era, Facts},
    http::{Answer, events, refuse},
    modern::Call,
    rpc::{self, Members},
    stream::{Replay, Stream, Weight},
    translate,
};

/// Most resources of one subscription; chosen.
const RESOURCES_MAX: usize = 256;

/// The lists that may change: the key in the request, and the name in the older era.
const LISTS: [(&str, &str); 3] =
    [("toolsListChanged", "tools"), ("promptsListChanged", "prompts"), ("resourcesListChanged", "resources")];

/// What a subscriber wants to hear, and the server can tell.
#[derive(Default)]
struct Wanted {
    lists: Vec<(&'static str, &'static str)>,
    resources: Vec<String>,
}

impl Wanted {
    fn read(filter: &Members, facts: &Facts) -> Result<Wanted, &'static str> {
        let lists = LISTS.into_iter().filter(|(key, list)| {
            filter.get(*key).is_some_and(|value| value.get() == "true")
                && translate::has(facts, list, "listChanged")
        });
        let resources = match filter.get("resourceSubscriptions") {
            Some(value) if translate::has(facts, "resources", "subscribe") => {
                serde_json::from_str(value.get())
                    .map_err(|_| "resourceSubscriptions is no list of addresses")?
            }
            _ => Vec::new(),
        };
        if resources.len() > RESOURCES_MAX {
            return Err("too many resources in one subscription");
        }
        Ok(Wanted { lists: lists.collect(), resources })
    }

    fn acknowledgement(&self) -> String {
        let mut told = Members::new();
        for (key, _) in &self.lists {
            told.insert((*key).to_owned(), rpc::raw("true".to_owned()));
        }
        if !self.resources.is_empty() {
            let list = serde_json::to_string(&self.resources).unwrap_or_default();
            told.insert("resourceSubscriptions".to_owned(), rpc::raw(list));
        }
        format!(r#"{{"notifications":{}}}"#, rpc::object(&told))
    }

    fn has(&self, method: &str, params: Option<&RawValue>) -> bool {
        if method == "notifications/resources/updated" {
            let uri = rpc::members(params).and_then(|params| rpc::text_of(&params, "uri"));
            return uri.is_some_and(|uri| self.resources.contains(&uri));
        }
        self.lists.iter().any(|(_, list)| method == format!("notifications/{list}/list_changed"))
    }
}

/// Opens a subscription.
pub(crate) async fn open(
    app: &Arc<App>,
    call: &Call<'_>,
    facts: &Facts,
    permit: OwnedSemaphorePermit,
) -> Result<Answer, Answer> {
    let invalid = |told: &str| refuse(StatusCode::BAD_REQUEST, Some(call.id), rpc::INVALID_PARAMS, told);
    let filter = call.params.get("notifications").and_then(|filter| rpc::members(Some(filter)));
    let wanted =
        Wanted::read(&filter.ok_or_else(|| invalid("the filter is no object"))?, facts).map_err(invalid)?;
    let stream = Stream::new(0, Replay::Once(app.config.replay_max), Some(1), &app.budget);
    stream.push(
        &translate::subscribed(
            "notifications/subscriptions/acknowledged",
            Some(&rpc::raw(wanted.acknowledgement())),
            call.id,
        ),
        Weight::Light,
    );
    let needs = !wanted.lists.is_empty() || !wanted.resources.is_empty();
    let resources = wanted.resources.clone();
    let heard = Arc::new(Heard { stream: Arc::clone(&stream), id: call.id.to_owned(), wanted });
    // The stream begins at once: a process may take its time to start.
    let hearing = if needs {
        Some(Aborts(tokio::spawn(hear(Arc::clone(app), Arc::downgrade(&heard), resources))))
    } else {
        None
    };
    // Nothing lasts forever; a client that still wants to hear asks again.
    let ends = Arc::downgrade(&heard);
    let lifetime = app.config.lifetime;
    let ending = tokio::spawn(async move {
        tokio::time::sleep(lifetime).await;
        if let Some(heard) = ends.upgrade() {
            heard.gone("");
        }
    });
    let guard = Box::new((Aborts(ending), hearing, heard, permit));
    Ok(events(Events::new(stream.read_on(), None, app.config.keep_alive, guard)))
}

/// Hears for a subscriber for as long as it is not dropped.
async fn hear(app: Arc<App>, heard: Weak<Heard>, resources: Vec<String>) {
    let told = if app.config.mode == Mode::Shared {
        app.shared.get(&app, Era::Legacy).await.map(|(child, _)| child)
    } else {
        app.fresh("{}").await
    };
    let child = match told {
        Ok(child) => child,
        Err(_) => {
            if let Some(heard) = heard.upgrade() {
                let told = "no process could be started to hear of changes";
                heard
                    .stream
                    .push(&rpc::error(Some(&heard.id), rpc::INTERNAL_ERROR, told, None), Weight::Answer);
            }
            return;
        }
    };
    if app.config.mode == Mode::Shared {
        app.everybody.add(heard);
        let _leaves =
            Leaves { app: Arc::clone(&app), child: Arc::clone(&child), resources: resources.clone() };
        app.interests.join(&child, &resources).await;
        std::future::pending::<()>().await;
    } else {
        let _guard = EndsUnlessKept(Some(Arc::clone(&child)));
        child.listen(heard);
        for uri in &resources {
            let _ = child.ask("resources/subscribe", &format!("{{\"uri\":{}}}", rpc::quoted(uri))).await;
        }
        std::future::pending::<()>().await;
    }
}

struct Aborts(tokio::task::JoinHandle<()>);

impl Drop for Aborts {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// A subscriber.
struct Heard {
    stream: Arc<Stream>,
    id: Box<RawValue>,
    wanted: Wanted,
}

impl Listener for Heard {
    fn notification(&self, method: &str, params: Option<&RawValue>, _: &str) {
        if self.wanted.has(method, params) {
            self.stream.push(&translate::subscribed(method, params, &self.id), Weight::Light);
        }
    }

    fn request(&self, id: &RawValue, _: &str, _: &str) -> Option<Vec<u8>> {
        Some(refusal(id))
    }

    fn gone(&self, _: &str) {
        let told = format!(
            r#"{{"resultType":"complete","_meta":{{"{}":{}}}}}"#,
            translate::SUBSCRIPTION,
            self.id.get()
        );
        self.stream.push(&rpc::result(&self.id, &told), Weight::Answer);
    }
}

/// Which resources of a shared process somebody has subscribed to, and how often.
#[derive(Default)]
pub(crate) struct Interests(Mutex<std::collections::HashMap<String, usize>>);

impl Interests {
    fn counts(&self) -> MutexGuard<'_, std::collections::HashMap<String, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One more for each.
    pub(crate) async fn join(&self, child: &Child, resources: &[String]) {
        // All are counted before anything is waited for: whoever gives up meanwhile takes all back.
        for uri in resources {
            *self.counts().entry(uri.clone()).or_default() += 1;
        }
        for uri in resources {
            let _ = child.ask("resources/subscribe", &format!("{{\"uri\":{}}}", rpc::quoted(uri))).await;
        }
    }

    /// What was wanted of a process that ended is wanted of the next.
    pub(crate) fn renew(&self, child: &Arc<Child>) {
        let resources: Vec<_> = self.counts().keys().cloned().collect();
        let child = Arc::clone(child);
        tokio::spawn(async move {
            for uri in resources {
                let _ = child.ask("resources/subscribe", &format!("{{\"uri\":{}}}", rpc::quoted(&uri))).await;
            }
        });
    }

    /// One less for each; the last one takes the subscription with it.
    pub(crate) fn leave(&self, child: &Arc<Child>, resources: &[String]) {
        let mut over = Vec::new();
        for uri in resources {
            let mut counts = self.counts();
            let Some(count) = counts.get_mut(uri) else { continue };
            *count -= 1;
            if *count == 0 {
                counts.remove(uri);
                over.push(uri.clone());
            }
        }
        if over.is_empty() {
            return;
        }
        let child = Arc::clone(child);
        tokio::spawn(async move {
            for uri in over {
                let _ =
                    child.ask("resources/unsubscribe", &format!("{{\"uri\":{}}}", rpc::quoted(&uri))).await;
            }
        });
    }
}

struct Leaves {
    app: Arc<App>,
    child: Arc<Child>,
    resources: Vec<String>,
}

impl Drop for Leaves {
    fn drop(&mut self) {
        self.app.interests.leave(&self.child, &self.resources);
    }
}
