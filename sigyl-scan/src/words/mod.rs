//! Words that a model reads: of tools, prompts, resources and instructions, from source, manifests and listings.

mod confusable;
mod declared;
mod definition;
mod fold;
mod listing;
mod phrases;
mod scan;
mod sentence;
mod signs;
mod tags;
mod unwrap;

pub use listing::{Listing, ListingError};
pub use scan::{listing_tree, scan_listing};

pub(crate) use confusable::latin;
pub(crate) use declared::offers as declared_offers;
pub(crate) use fold::{Invisible, decode_tags, fold, invisible};
pub(crate) use sentence::{is_mentioned, sentences};
pub(crate) use signs::{Sign, SignKind, signs};
pub(crate) use unwrap::{Wrapping, decoded};
