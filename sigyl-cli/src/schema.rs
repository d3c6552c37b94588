//! JSON Schemas of everything that is printed as JSON, made from the types.

use schemars::{JsonSchema, generate::SchemaSettings};
use sigyl_core::Manifest;
use sigyl_deploy::BuildPlan;
use sigyl_scan::{Baseline, Lock, Receipt};

use crate::{
    failure::Failure,
    format::json::JsonReport,
    verbs::{manifest::ManifestCheck, pin::PinCheck, rules::RuleInfo},
};

/// What a schema is printed of, by the name of its file in `docs/schema`.
pub(crate) const NAMES: &[&str] = &[
    "baseline.v1",
    "lock.v1",
    "manifest.v1",
    "manifest-check.v1",
    "pin-check.v1",
    "plan.v1",
    "receipt.v1",
    "report.v1",
    "rules.v1",
];

/// The schema called `name`; `None` where there is none.
pub(crate) fn print(name: &str) -> Result<Option<String>, Failure> {
    let schema = match name {
        "baseline.v1" => of::<Baseline>(),
        "lock.v1" => of::<Lock>(),
        "manifest.v1" => of::<Manifest>(),
        "manifest-check.v1" => of::<ManifestCheck>(),
        "pin-check.v1" => of::<PinCheck>(),
        "plan.v1" => of::<BuildPlan>(),
        "receipt.v1" => of::<Receipt>(),
        "report.v1" => of::<JsonReport<'_>>(),
        "rules.v1" => of::<Vec<RuleInfo>>(),
        _ => return Ok(None),
    };
    Ok(Some(serde_json::to_string_pretty(&schema)? + "\n"))
}

/// The form in which values are written, not the looser one in which they are read.
fn of<T: JsonSchema>() -> schemars::Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>()
}
