//! Waits and attempts of calls to services.

use std::time::Duration;

/// How long calls take and how often they are made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// How long one call may take.
    pub timeout: Duration,
    /// How often a call is made at most.
    pub attempts: u32,
    /// How long to wait before the second time; twice as long before each further one.
    pub first_wait: Duration,
    /// The longest wait. A service that asks for more gets its wish: the call fails and says how long.
    pub longest_wait: Duration,
    /// How long to wait between two looks at something that goes on.
    pub poll: Duration,
}

impl Default for Pace {
    /// Chosen: five attempts wait 15 s at most together where the service does not say how long.
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(60),
            attempts: 5,
            first_wait: Duration::from_secs(1),
            longest_wait: Duration::from_secs(20),
            poll: Duration::from_secs(2),
        }
    }
}
