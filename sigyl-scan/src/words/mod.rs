//! Words that a model reads: of tools, prompts, resources and instructions, from source, manifests and listings.

mod definition;
mod listing;
mod scan;

pub use listing::{Listing, ListingError};
pub use scan::scan_listing;
