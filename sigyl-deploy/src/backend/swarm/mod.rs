//! The backend `swarm`: services of a Docker Swarm, on several machines.

mod backend;
mod follow;
mod owned;
mod release;
mod service;
mod tasks;

pub use backend::SwarmBackend;
