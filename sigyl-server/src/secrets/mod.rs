//! Secrets: values that are sealed to their place, and what is known of them without opening them.

mod data_keys;
mod fill;
mod reseal;
mod rules;
mod store;
mod templates;
mod values;

pub(crate) use data_keys::RotateError;
pub(crate) use data_keys::{rotate, rotate_master};
pub(crate) use fill::{Filled, fill, fits, forget_use, kind_for, name_for, use_secret, uses};
pub(crate) use reseal::reseal;
pub(crate) use rules::{Kind, check_name, check_value};
pub(crate) use store::{
    Changed, NewSecret, StoredSecret, delete, delete_of_package, for_package, get, insert, list, update,
};
pub(crate) use templates::{SecretTemplate, template_of, templates};
pub(crate) use values::{Version, open, put, restore, versions};
