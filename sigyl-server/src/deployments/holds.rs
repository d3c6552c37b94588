//! Who has a deployment in this process: a job, the watch, or nobody. Its backend is told one thing at a time.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::OwnedMutexGuard;

type Places = HashMap<String, Arc<tokio::sync::Mutex<()>>>;

/// Deployments that somebody has.
#[derive(Debug, Default)]
pub(crate) struct Holds(Mutex<Places>);

/// That a deployment is had; given back when dropped.
pub(super) struct Hold(#[expect(dead_code, reason = "it is held, not read")] OwnedMutexGuard<()>);

impl Holds {
    fn places(&self) -> MutexGuard<'_, Places> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn place(&self, deployment: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut places = self.places();
        // Those that only this table knows are nobody's.
        places.retain(|_, place| Arc::strong_count(place) > 1);
        Arc::clone(places.entry(deployment.to_owned()).or_default())
    }

    /// Waits until nobody else has it.
    pub(super) async fn take(&self, deployment: &str) -> Hold {
        Hold(self.place(deployment).lock_owned().await)
    }

    /// Has it where nobody else does.
    pub(super) fn try_take(&self, deployment: &str) -> Option<Hold> {
        self.place(deployment).try_lock_owned().ok().map(Hold)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_has_it_at_a_time() {
        let holds = Holds::default();
        let first = holds.take("a").await;
        assert!(holds.try_take("a").is_none());
        assert!(holds.try_take("b").is_some());
        drop(first);
        assert!(holds.try_take("a").is_some());
        // Nothing is kept of what nobody has.
        let _other = holds.take("c").await;
        assert_eq!(holds.places().len(), 1);
    }
}
