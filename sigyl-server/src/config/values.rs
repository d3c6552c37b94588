//! Values as people write them. Each reader says in an error what it takes.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

/// Reads `HOST:PORT` with an address as host.
pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "write an address and a port, as 127.0.0.1:7450 or [::1]:7450".to_owned())
}

/// Reads the address of a service, without the slash at its end.
pub(super) fn web_address(text: &str) -> Result<String, String> {
    let is_plain = !text.contains(['?', '#', '@']) && !text.chars().any(char::is_whitespace);
    match is_plain && ["http://", "https://"].iter().any(|scheme| text.starts_with(scheme)) {
        true => Ok(text.trim_end_matches('/').to_owned()),
        false => Err("write https://HOST, without user, query or fragment".to_owned()),
    }
}

/// Reads a path.
pub(super) fn path(text: &str) -> Result<Option<PathBuf>, String> {
    Ok((!text.is_empty()).then(|| PathBuf::from(text)))
}

/// Reads a number with a unit of time.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let units = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];
    with_unit(text, &units)
        .map(Duration::from_millis)
        .ok_or_else(|| "write a number and a unit: ms, s, m, h or d, as 30s".to_owned())
}

/// Reads a number with a unit of size.
pub(super) fn size(text: &str) -> Result<usize, String> {
    with_unit(text, &[("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)])
        .and_then(|bytes| usize::try_from(bytes).ok())
        .ok_or_else(|| "write a number and a unit: B, KiB, MiB or GiB, as 16MiB".to_owned())
}

fn with_unit(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let factor = units.iter().find(|(name, _)| *name == unit.trim())?.1;
    number.parse::<u64>().ok()?.checked_mul(factor).filter(|value| *value > 0)
}

/// Reads a whole number within bounds.
pub(super) fn number<T: TryFrom<u64>>(text: &str, least: u64, most: u64) -> Result<T, String> {
    text.parse::<u64>()
        .ok()
        .filter(|number| (least..=most).contains(number))
        .and_then(|number| T::try_from(number).ok())
        .ok_or_else(|| format!("write a whole number from {least} to {most}"))
}

/// Reads one of several names.
pub(super) fn one_of<T: Copy>(text: &str, names: &[(&str, T)]) -> Result<T, String> {
    names.iter().find(|(name, _)| *name == text).map(|(_, value)| *value).ok_or_else(|| {
        let names = names.iter().map(|(name, _)| *name).collect::<Vec<_>>();
        format!("write {}", names.join(" or "))
    })
}

/// Reads a list; in a variable or a flag its items are separated by commas.
pub(super) fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(LIST_SEPARATOR).map(str::trim).filter(|item| !item.is_empty())
}

/// Between the items of a list.
pub(super) const LIST_SEPARATOR: char = ',';

/// The address of a provider: https, or http on this computer.
pub(super) fn provider(text: &str) -> Result<String, String> {
    let wrong = || "write https://HOST, without query or fragment".to_owned();
    if text.is_empty() {
        return Ok(String::new());
    }
    let url = reqwest::Url::parse(text).map_err(|_| wrong())?;
    let is_near = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    let fine = (url.scheme() == "https" || (url.scheme() == "http" && is_near))
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if fine { Ok(text.trim_end_matches(' ').to_owned()) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_needed_and_overflow_is_refused() {
        assert_eq!(duration("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("2 d"), Ok(Duration::from_secs(172_800)));
        assert_eq!(size("16MiB"), Ok(16 << 20));
        for text in
            ["", "s", "90", "-1s", "0s", "1.5h", "99999999999999999999s", "18446744073709551615d", "1 y"]
        {
            assert!(duration(text).is_err(), "{text}");
            assert!(size(text).is_err(), "{text}");
        }
    }

    #[test]
    fn numbers_have_bounds() {
        assert_eq!(number::<u32>("5", 1, 10), Ok(5));
        for text in ["0", "11", "", "x", "-1"] {
            assert!(number::<u32>(text, 1, 10).is_err(), "{text}");
        }
    }
}
