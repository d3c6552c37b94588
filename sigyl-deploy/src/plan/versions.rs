//! Ranges of versions, as far as choosing an image needs them: does a range have a version of this major, or minor?

/// Whether npm's `range` has a version of `major`; the newest one of it counts.
pub(crate) fn npm_range_has(range: &str, major: u32) -> bool {
    range.split("||").any(|all| {
        let all = all.trim();
        if let Some((low, high)) = all.split_once(" - ") {
            return leading(low).is_none_or(|low| low <= major)
                && leading(high).is_none_or(|high| major <= high);
        }
        // `>= 18` is one comparison.
        let all = ["> ", ">= ", "< ", "<= ", "^ ", "~ ", "= "]
            .iter()
            .fold(all.to_owned(), |text, spaced| text.replace(spaced, spaced.trim()));
        let mut comparisons = all.split([' ', ',']).filter(|it| !it.is_empty());
        comparisons.all(|comparison| compare(comparison, major))
    })
}

fn compare(comparison: &str, major: u32) -> bool {
    let digits = comparison.trim_start_matches(['>', '<', '=', '^', '~', 'v']);
    let Some(number) = leading(digits) else {
        // `*`, `x`, `lts/*`, `latest`: any.
        return matches!(digits.chars().next(), None | Some('*' | 'x' | 'X')) || digits.starts_with("l");
    };
    match comparison.trim_end_matches(|c: char| c != '>' && c != '<' && c != '=') {
        ">=" => major >= number,
        // `>20` is `>=21`, and `>20.1` has versions of 20.
        ">" => major > number || (major == number && digits.contains('.')),
        "<=" => major <= number,
        // The newest version of a major lies below a bound only when the major does.
        "<" => major < number,
        _ => major == number,
    }
}

/// The number that a text begins with.
fn leading(text: &str) -> Option<u32> {
    let text = text.trim().trim_start_matches('v');
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text.get(..end)?.parse().ok()
}

/// Whether a specifier of PEP 440 has a version of Python 3.`minor`; the newest one of it counts.
pub(crate) fn python_range_has(range: &str, minor: u32) -> bool {
    range.split(',').map(str::trim).filter(|it| !it.is_empty()).all(|clause| {
        let at = clause.find(|c: char| c.is_ascii_digit()).unwrap_or(clause.len());
        let (operator, version) = clause.split_at(at);
        let mut parts = version.split('.');
        let (Some(major), second) = (parts.next().and_then(leading), parts.next()) else { return true };
        let (bound, any_minor) = match second {
            None | Some("*") => (0, true),
            Some(text) => (leading(text).unwrap_or(0), false),
        };
        let has_patch = parts.next().is_some_and(|patch| patch != "*" && patch != "0");
        match operator.trim() {
            ">=" | "=>" => (3, minor) >= (major, bound),
            ">" => (3, minor) > (major, bound) || (has_patch && (3, minor) == (major, bound)),
            "<" => (3, minor) < (major, bound),
            "<=" => (3, minor) <= (major, bound) && !(any_minor && major < 3),
            "!=" => any_minor || has_patch || (3, minor) != (major, bound),
            // Poetry's `^3.11` and PEP 440's `~=3.11` go up to the next major.
            "^" => major == 3 && minor >= bound,
            "~=" if !version.contains('.') || version.matches('.').count() == 1 => {
                major == 3 && minor >= bound
            }
            _ => major == 3 && (any_minor || minor == bound),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_npm() {
        for (range, majors) in [
            (">=20", &[20, 22, 24][..]),
            (">= 18.17.0", &[18, 20, 22, 24]),
            ("^20.3.0 || ^22", &[20, 22]),
            ("20.x", &[20]),
            (">=18 <21", &[18, 20]),
            ("18 - 20", &[18, 20]),
            ("~22.1", &[22]),
            ("22.3.0", &[22]),
            ("*", &[18, 20, 22, 24]),
            ("lts/*", &[18, 20, 22, 24]),
            (">20", &[22, 24]),
            (">20.1", &[20, 22, 24]),
            ("<20", &[18]),
            ("rubbish", &[]),
        ] {
            let found: Vec<u32> =
                [18, 20, 22, 24].into_iter().filter(|it| npm_range_has(range, *it)).collect();
            assert_eq!(found, majors, "{range}");
        }
    }

    #[test]
    fn ranges_of_python() {
        for (range, minors) in [
            (">=3.11", &[11, 12, 13, 14][..]),
            (">=3.10,<3.13", &[10, 11, 12]),
            ("^3.12", &[12, 13, 14]),
            ("~=3.11", &[11, 12, 13, 14]),
            ("~=3.11.2", &[11]),
            ("3.12", &[12]),
            ("==3.12.*", &[12]),
            (">3.11", &[12, 13, 14]),
            (">=3.10,!=3.11", &[10, 12, 13, 14]),
            (">=3,<4", &[10, 11, 12, 13, 14]),
            ("<3.12", &[10, 11]),
            ("", &[10, 11, 12, 13, 14]),
        ] {
            let found: Vec<u32> = (10..15).filter(|it| python_range_has(range, *it)).collect();
            assert_eq!(found, minors, "{range}");
        }
    }
}
