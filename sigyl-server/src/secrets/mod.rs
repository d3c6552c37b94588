//! Secrets: values that are sealed to their place, and what is known of them without opening them.

mod data_keys;
mod reseal;
mod rules;
mod store;
mod values;

pub(crate) use data_keys::RotateError;
pub(crate) use data_keys::{rotate, rotate_master};
pub(crate) use reseal::reseal;
pub(crate) use rules::{Kind, check_name, check_value};
pub(crate) use store::{
    Changed, NewSecret, StoredSecret, delete, delete_of_package, get, insert, list, update,
};
pub(crate) use values::{Version, open, put, restore, versions};
