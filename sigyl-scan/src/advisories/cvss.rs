//! The base score of a CVSS 3 vector: FIRST, "CVSS v3.1 Specification", section 7.1.

/// The score; `None` when the text is no complete vector of version 3.
pub(super) fn base_score(vector: &str) -> Option<f64> {
    let metrics = vector.strip_prefix("CVSS:3.0/").or_else(|| vector.strip_prefix("CVSS:3.1/"))?;
    let metric =
        |name: &str| metrics.split('/').find_map(|part| part.split_once(':').filter(|it| it.0 == name));
    let value = |name: &str, weights: &[(&str, f64)]| {
        let (_, written) = metric(name)?;
        weights.iter().find(|(letter, _)| *letter == written).map(|(_, weight)| *weight)
    };
    let changed = metric("S")?.1 == "C";
    let impact_weights = [("H", 0.56), ("L", 0.22), ("N", 0.0)];
    let [confidentiality, integrity, availability] =
        [value("C", &impact_weights)?, value("I", &impact_weights)?, value("A", &impact_weights)?];
    let vector = value("AV", &[("N", 0.85), ("A", 0.62), ("L", 0.55), ("P", 0.2)])?;
    let complexity = value("AC", &[("L", 0.77), ("H", 0.44)])?;
    let privileges = if changed {
        value("PR", &[("N", 0.85), ("L", 0.68), ("H", 0.5)])?
    } else {
        value("PR", &[("N", 0.85), ("L", 0.62), ("H", 0.27)])?
    };
    let interaction = value("UI", &[("N", 0.85), ("R", 0.62)])?;
    let base = 1.0 - (1.0 - confidentiality) * (1.0 - integrity) * (1.0 - availability);
    let impact = if changed { 7.52 * (base - 0.029) - 3.25 * (base - 0.02).powi(15) } else { 6.42 * base };
    if impact <= 0.0 {
        return Some(0.0);
    }
    let exploitability = 8.22 * vector * complexity * privileges * interaction;
    let factor = if changed { 1.08 } else { 1.0 };
    Some(round_up((factor * (impact + exploitability)).min(10.0)))
}

/// One decimal, upwards, as the specification's appendix A does it against rounding errors.
fn round_up(score: f64) -> f64 {
    let scaled = (score * 100_000.0).round();
    if scaled % 10_000.0 == 0.0 { scaled / 100_000.0 } else { ((scaled / 10_000.0).floor() + 1.0) / 10.0 }
}

#[cfg(test)]
mod tests {
    use super::base_score;

    #[test]
    fn scores_of_the_specification() {
        let score = |text: &str| base_score(text).map(|score| (score * 10.0).round() as u32);
        assert_eq!(score("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"), Some(98));
        assert_eq!(score("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N"), Some(61));
        assert_eq!(score("CVSS:3.0/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H"), Some(99));
        assert_eq!(score("CVSS:3.1/AV:L/AC:H/PR:H/UI:N/S:U/C:N/I:N/A:N"), Some(0));
        assert_eq!(score("CVSS:3.1/AV:N"), None);
        assert_eq!(score("CVSS:4.0/AV:N/AC:L"), None);
    }
}
