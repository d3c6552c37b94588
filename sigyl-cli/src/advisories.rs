//! Where advisories are kept, and how old they are.

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
};

use sigyl_scan::Advisories;

use crate::failure::Failure;

/// The variable that names the file.
const VARIABLE: &str = "SIGYL_ADVISORIES";

/// Longest file that is read, bytes. Chosen: several times what all of npm and PyPI make.
const MAX_BYTES: u64 = 512 << 20;

/// The file of advisories: as named, by the environment, or in the user's data folder.
pub(crate) fn place(named: Option<&Path>) -> Option<PathBuf> {
    named.map(Path::to_owned).or_else(|| variable(VARIABLE)).or_else(default_place)
}

#[expect(clippy::disallowed_methods, reason = "where a user's data lies is told by the environment")]
fn variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

fn default_place() -> Option<PathBuf> {
    // XDG Base Directory Specification: a relative path is to be ignored.
    let data = variable("XDG_DATA_HOME").filter(|path| path.is_absolute());
    let data = data.or_else(|| variable("LOCALAPPDATA"));
    let data = data.or_else(|| variable("HOME").map(|home| home.join(".local/share")))?;
    Some(data.join("sigyl").join("advisories.v1"))
}

/// The advisories for a scan. None at all are no failure, unless the caller named a file.
///
/// # Errors
/// When the file cannot be read, is none of ours, or was named and is not there.
pub(crate) fn find(named: Option<&Path>) -> Result<Option<Advisories>, Failure> {
    if let Some(path) = named.map(Path::to_owned).or_else(|| variable(VARIABLE)) {
        return read(&path).map(Some);
    }
    match default_place() {
        Some(path) if path.exists() => read(&path).map(Some),
        _ => Ok(None),
    }
}

/// Reads a file of advisories.
pub(crate) fn read(path: &Path) -> Result<Advisories, Failure> {
    let mut text = String::new();
    fs::File::open(path)
        .and_then(|file| file.take(MAX_BYTES).read_to_string(&mut text))
        .map_err(|source| Failure::Read { path: path.to_owned(), source })?;
    Advisories::parse(text).map_err(|source| Failure::Advisories { path: path.to_owned(), source })
}

/// Days since 1970-01-01.
#[expect(clippy::disallowed_methods, reason = "the age of advisories is told to people")]
pub(crate) fn today() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs() / 86_400).unwrap_or_default()
}

/// Today as `YYYY-MM-DD`.
pub(crate) fn today_text() -> String {
    date(today())
}

/// A day, counted from 1970-01-01, as `YYYY-MM-DD`.
pub(crate) fn date(days: i64) -> String {
    // Counted in eras of 400 years that begin in March, so that leap days come last.
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * month + 2) / 5 + 1;
    let (year, month) =
        (era * 400 + year + i64::from(month > 9), if month > 9 { month - 9 } else { month + 3 });
    format!("{year:04}-{month:02}-{of_month:02}")
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn dates_of_days() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(11_016), "2000-02-29");
        assert_eq!(date(20_818), "2026-12-31");
        assert_eq!(date(20_819), "2027-01-01");
    }
}
