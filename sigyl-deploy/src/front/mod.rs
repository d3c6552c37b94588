//! Loopback listeners: the address at which a deployment answers, whatever release is behind it.
//!
//! A deployment keeps its port; [`Fronts::switch`] sends new requests to another release without failing one. A session
//! that began at a release stays there until [`Fronts::drain`] has ended it, and answers 404 afterwards, upon which
//! clients begin anew. The session's id tells clients' requests apart by itself: it carries the release and the process
//! it belongs to, so that nothing is kept for a session, and nothing is lost when Sigyl is started again.
//!
//! Pages of other sites cannot reach a listener by a name that was pointed at this machine: the name asked for must be a
//! loopback one, and the page, where there is one, of the listener's own origin.

mod behind;
mod body;
mod forward;
mod fronts;
mod headers;
mod session;
mod ways;

pub use fronts::{Fronts, Use, Waker};
pub use ways::Way;
