//! Calendar dates as day numbers.

/// Days since 1970-01-01 of a date that begins with `YYYY-MM-DD`.
pub(crate) fn days_of(date: &str) -> Option<i64> {
    let number = |from: usize, to: usize| date.get(from..to)?.parse::<i64>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let dashes = date.as_bytes().get(4) == Some(&b'-') && date.as_bytes().get(7) == Some(&b'-');
    if !dashes || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // A year that begins in March has its leap day at the end.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leaps = year / 4 - year / 100 + year / 400;
    Some(year * 365 + leaps + (month * 153 + 2) / 5 + day - 1 - 719_468)
}

#[cfg(test)]
mod tests {
    use super::days_of;

    #[test]
    fn counts_days() {
        assert_eq!(days_of("1970-01-01"), Some(0));
        assert_eq!(days_of("2000-03-01T00:00:00Z"), Some(11_017));
        assert_eq!(days_of("2024-02-29").zip(days_of("2024-03-01")), Some((19_782, 19_783)));
        for odd in ["", "2024", "2024-13-01", "2024/01/01", "ααααα-01-01"] {
            assert_eq!(days_of(odd), None, "{odd}");
        }
    }
}
