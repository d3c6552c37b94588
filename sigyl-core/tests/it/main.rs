//! Integration tests of the public interface.

mod manifest_formats;
mod manifest_hostile;
mod manifest_trees;
mod show;
