//! What is built, and how it is started.

mod model;

pub use model::{
    BaseImage, Bridge, BuildPlan, DEFAULT_PORT, ENDPOINT_PATH, Limits, Phase, PhaseName, SecretSlot,
    Transport, UID,
};
