//! What engines that take a folder as context must leave out of it.

use crate::plan::BuildPlan;

/// Folders that are copies, and files that are private; the archive that [`BuildPlan::write_context`] makes has none of
/// them to begin with.
const PATTERNS: &[&str] = &[
    "**/.git",
    "**/.hg",
    "**/.svn",
    "**/node_modules",
    "**/__pycache__",
    "**/.venv",
    "**/.mypy_cache",
    "**/.pytest_cache",
    "**/.ruff_cache",
    "**/.tox",
    "**/.nox",
    "**/.pnpm-store",
    "**/.env",
    "**/.env.*",
    "!**/.env.example",
    "!**/.env.sample",
    "!**/.env.template",
    "!**/.env.dist",
    "**/.netrc",
    "**/_netrc",
    "**/.pypirc",
    "**/.pgpass",
    "**/.git-credentials",
    "**/id_rsa",
    "**/id_dsa",
    "**/id_ecdsa",
    "**/id_ed25519",
    "**/.docker/config.json",
    "**/.aws/credentials",
];

impl BuildPlan {
    /// The text of `.dockerignore`.
    pub fn dockerignore(&self) -> String {
        PATTERNS.iter().map(|pattern| format!("{pattern}\n")).collect()
    }
}
