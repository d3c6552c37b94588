//! The backend `swarm`: services of a Docker Swarm, on several machines.

mod backend;
mod follow;
mod gate;
mod image;
mod networks;
mod owned;
mod release;
mod service;
mod tasks;
mod ways;

pub use backend::SwarmBackend;
