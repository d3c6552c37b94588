//! Formats of vendors' credentials, from what the vendors document and issue.
//!
//! One entry a format. The expression is matched where the keyword stands, so that a file is read once for all keywords
//! and no expression runs over the rest. Examples are in pieces that a test puts together: no whole credential, not even
//! an invented one, stands in this repository.

use crate::lexical::Pattern;

/// The format of one kind of credential.
#[derive(Debug)]
pub(crate) struct SecretPattern {
    /// What it is, with its article left out: `GitHub token`.
    pub(crate) name: &'static str,
    /// Literal texts, one of which every credential of this format begins with.
    pub(crate) keywords: &'static [&'static str],
    /// What follows the keyword. The first group, if there is one, is the secret part.
    pub(crate) pattern: &'static Pattern,
    /// Least Shannon entropy of the secret part, bits a byte; keeps placeholders out.
    pub(crate) min_entropy: f64,
    /// Texts that must match, in pieces.
    #[cfg_attr(not(test), expect(dead_code, reason = "read by the tests of the patterns"))]
    pub(crate) matches: &'static [&'static [&'static str]],
}

macro_rules! secret {
    ($name:literal, [$($keyword:literal),+], $pattern:literal, $entropy:literal, [$($piece:literal),+]) => {
        SecretPattern {
            name: $name,
            keywords: &[$($keyword),+],
            pattern: {
                static PATTERN: Pattern = Pattern::new(concat!("^(?-u)(?:", $pattern, ")"));
                &PATTERN
            },
            min_entropy: $entropy,
            matches: &[&[$($piece),+]],
        }
    };
}

/// Thirty-two characters of hexadecimal for examples.
#[cfg(test)]
pub(crate) const HEX32: &str = "9f4e1c7ab2d80563e8c91f27d6b5a340";

/// Text that stands for random letters and digits in examples: `@N` becomes N characters of it.
#[cfg(test)]
pub(crate) const RANDOM: &str = "q7ZkP2vXr9LmT4wBnY6cHs8JdF3gKuVaE5yRtNiQoWxMzGbC1hUjSfDpAeI0lOq7ZkP2vXr9LmT4wBnY6cHs8JdF3gKuVaE5yRtNiQoWxMzGbC1hUj";

/// Every format.
pub(crate) static PATTERNS: &[SecretPattern] = &[
    secret!("AWS access key id", ["AKIA", "ASIA"], "A[KS]IA[A-Z2-7]{16}", 3.0, ["AKIA", "Q7ZKP2VXR5LMT4WB"]),
    secret!(
        "AWS secret access key",
        ["aws_secret_access_key", "AWS_SECRET_ACCESS_KEY", "secretAccessKey"],
        "(?i:aws_secret_access_key|secretaccesskey)[\"']?[ \\t]{0,8}(?:=>|[:=])[ \\t]{0,8}[\"']?([A-Za-z0-9/+]{40})",
        4.0,
        ["aws_secret_access_key", " = ", "@40"]
    ),
    secret!(
        "GitHub token",
        ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"],
        "gh[pousr]_[A-Za-z0-9]{36,255}",
        3.5,
        ["ghp_", "@36"]
    ),
    secret!(
        "GitHub fine-grained token",
        ["github_pat_"],
        "github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}",
        3.5,
        ["github_pat_", "@22", "_", "@59"]
    ),
    secret!(
        "GitLab token",
        ["glpat-", "gldt-", "glptt-", "glrt-"],
        "gl(?:pat|dt|ptt|rt)-[A-Za-z0-9_.-]{20,64}",
        3.5,
        ["glpat-", "@20"]
    ),
    secret!(
        "Slack token",
        ["xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-"],
        "xox[bpars]-[0-9]{8,14}-[A-Za-z0-9-]{20,90}",
        3.0,
        ["xoxb-", "748291036482-", "@30"]
    ),
    secret!(
        "Slack app token",
        ["xapp-"],
        "xapp-[0-9]-[A-Z0-9]{8,14}-[0-9]{8,15}-[0-9a-f]{64}",
        3.0,
        ["xapp-", "1-A04QX7ZKP-", "748291036482-", "#32", "#32"]
    ),
    secret!(
        "Slack webhook",
        ["hooks.slack.com/services/"],
        "hooks\\.slack\\.com/services/T[A-Z0-9]{8,12}/B[A-Z0-9]{8,12}/([A-Za-z0-9]{20,28})",
        3.5,
        ["hooks.slack.com/services/", "T04QX7ZKPVX/B05RLMT4WBN/", "@24"]
    ),
    secret!(
        "Stripe live key",
        ["sk_live_", "rk_live_"],
        "[sr]k_live_[A-Za-z0-9]{20,247}",
        3.5,
        ["sk_live_", "@24"]
    ),
    secret!("Stripe webhook secret", ["whsec_"], "whsec_[A-Za-z0-9+/]{32,64}", 3.5, ["whsec_", "@32"]),
    secret!(
        "OpenAI key",
        ["sk-proj-", "sk-svcacct-", "sk-admin-"],
        "sk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{40,200}",
        4.0,
        ["sk-proj-", "@48"]
    ),
    secret!("OpenAI key", ["sk-"], "sk-[A-Za-z0-9]{48}", 4.0, ["sk-", "@48"]),
    secret!(
        "Anthropic key",
        ["sk-ant-"],
        "sk-ant-[a-z]{3,8}[0-9]{2}-[A-Za-z0-9_-]{80,120}",
        4.0,
        ["sk-ant-", "api03-", "@93"]
    ),
    secret!("OpenRouter key", ["sk-or-v1-"], "sk-or-v1-[0-9a-f]{64}", 3.0, ["sk-or-v1-", "#32", "#32"]),
    secret!(
        "Langfuse secret key",
        ["sk-lf-"],
        "sk-lf-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        3.0,
        ["sk-lf-", "9f4e1c7a-b2d8-4563-a8c9-1f27d6b5a340"]
    ),
    secret!("Google API key", ["AIza"], "AIza[A-Za-z0-9_-]{35}", 3.5, ["AIza", "@35"]),
    secret!("Google OAuth client secret", ["GOCSPX-"], "GOCSPX-[A-Za-z0-9_-]{28}", 3.5, ["GOCSPX-", "@28"]),
    secret!("Google access token", ["ya29."], "ya29\\.[A-Za-z0-9_-]{60,400}", 4.0, ["ya29.", "@80"]),
    secret!("npm token", ["npm_"], "npm_[A-Za-z0-9]{36}", 3.5, ["npm_", "@36"]),
    secret!("PyPI token", ["pypi-AgE"], "pypi-AgE[A-Za-z0-9_-]{60,300}", 4.0, ["pypi-", "AgE", "@80"]),
    secret!(
        "RubyGems token",
        ["rubygems_"],
        "rubygems_[0-9a-f]{48}",
        3.0,
        ["rubygems_", "#32", "9f4e1c7ab2d80563"]
    ),
    secret!(
        "SendGrid key",
        ["SG."],
        "SG\\.[A-Za-z0-9_-]{22}\\.[A-Za-z0-9_-]{43}",
        4.0,
        ["SG.", "@22", ".", "@43"]
    ),
    secret!("Resend key", ["re_"], "re_[A-Za-z0-9]{8}_[A-Za-z0-9]{24}", 3.8, ["re_", "@8", "_", "@24"]),
    secret!("Mailgun key", ["key-"], "key-[0-9a-f]{32}", 3.2, ["key-", "#32"]),
    secret!("Twilio key", ["SK"], "SK[0-9a-f]{32}", 3.2, ["SK", "#32"]),
    secret!("Telegram bot token", [":AA"], ":AA[A-Za-z0-9_-]{33}", 4.0, ["748291036", ":AA", "@33"]),
    secret!(
        "Discord webhook",
        ["discord.com/api/webhooks/", "discordapp.com/api/webhooks/"],
        "discord(?:app)?\\.com/api/webhooks/[0-9]{17,20}/([A-Za-z0-9_-]{60,80})",
        4.0,
        ["discord.com/api/webhooks/", "748291036482910364/", "@68"]
    ),
    secret!(
        "Hugging Face token",
        ["hf_"],
        "hf_[A-Za-z]{34}",
        3.5,
        ["hf_", "qZkPvXrLmTwBnYcHsJdFgKuVaEyRtNiQoW"]
    ),
    secret!("Groq key", ["gsk_"], "gsk_[A-Za-z0-9]{52}", 4.0, ["gsk_", "@52"]),
    secret!("Perplexity key", ["pplx-"], "pplx-[A-Za-z0-9]{48}", 4.0, ["pplx-", "@48"]),
    secret!("Replicate token", ["r8_"], "r8_[A-Za-z0-9]{37}", 4.0, ["r8_", "@37"]),
    secret!("xAI key", ["xai-"], "xai-[A-Za-z0-9]{80}", 4.0, ["xai-", "@80"]),
    secret!("Tavily key", ["tvly-"], "tvly-(?:dev-|prod-)?[A-Za-z0-9]{32}", 3.8, ["tvly-", "@32"]),
    secret!(
        "LangSmith key",
        ["lsv2_"],
        "lsv2_[ps][tk]_[0-9a-f]{32}_[0-9a-f]{10}",
        3.0,
        ["lsv2_pt_", "#32", "_9f4e1c7ab2"]
    ),
    secret!(
        "Pinecone key",
        ["pcsk_"],
        "pcsk_[A-Za-z0-9]{5,8}_[A-Za-z0-9]{60,70}",
        4.0,
        ["pcsk_", "@6", "_", "@63"]
    ),
    secret!(
        "Azure storage key",
        ["AccountKey="],
        "AccountKey=([A-Za-z0-9+/]{86}==)",
        4.0,
        ["AccountKey=", "@86", "=="]
    ),
    secret!(
        "Azure shared access key",
        ["SharedAccessKey="],
        "SharedAccessKey=([A-Za-z0-9+/]{43}=)",
        4.0,
        ["SharedAccessKey=", "@43", "="]
    ),
    secret!(
        "DigitalOcean token",
        ["dop_v1_", "doo_v1_", "dor_v1_"],
        "do[opr]_v1_[0-9a-f]{64}",
        3.0,
        ["dop_v1_", "#32", "#32"]
    ),
    secret!(
        "Shopify token",
        ["shpat_", "shpss_", "shpca_", "shppa_"],
        "shp(?:at|ss|ca|pa)_[0-9a-fA-F]{32}",
        3.0,
        ["shpat_", "#32"]
    ),
    secret!(
        "Square secret",
        ["sq0csp-", "sq0atp-"],
        "sq0(?:csp-[A-Za-z0-9_-]{43}|atp-[A-Za-z0-9_-]{22})",
        3.5,
        ["sq0csp-", "@43"]
    ),
    secret!("Linear key", ["lin_api_"], "lin_api_[A-Za-z0-9]{40}", 4.0, ["lin_api_", "@40"]),
    secret!("Notion token", ["ntn_"], "ntn_[A-Za-z0-9]{40,50}", 4.0, ["ntn_", "@46"]),
    secret!("Notion token", ["secret_"], "secret_[A-Za-z0-9]{43}", 4.2, ["secret_", "@43"]),
    secret!("Figma token", ["figd_"], "figd_[A-Za-z0-9_-]{40}", 4.0, ["figd_", "@40"]),
    secret!(
        "Airtable token",
        ["pat"],
        "pat[A-Za-z0-9]{14}\\.[0-9a-f]{64}",
        3.5,
        ["pat", "@14", ".", "#32", "#32"]
    ),
    secret!(
        "Atlassian token",
        ["ATATT3xFf", "ATCTT3xFf"],
        "AT[AC]TT3xFf[A-Za-z0-9_=-]{60,250}",
        4.0,
        ["ATATT3xFf", "@100"]
    ),
    secret!("Databricks token", ["dapi"], "dapi[0-9a-f]{32}(?:-[0-9])?", 3.2, ["dapi", "#32"]),
    secret!("Docker token", ["dckr_pat_"], "dckr_pat_[A-Za-z0-9_-]{27}", 3.8, ["dckr_pat_", "@27"]),
    secret!(
        "Grafana token",
        ["glsa_"],
        "glsa_[A-Za-z0-9]{32}_[0-9a-fA-F]{8}",
        3.8,
        ["glsa_", "@32", "_9f4e1c7a"]
    ),
    secret!(
        "HashiCorp Vault token",
        ["hvs.", "hvb."],
        "hv[sb]\\.[A-Za-z0-9_-]{80,200}",
        4.0,
        ["hvs.", "@92"]
    ),
    secret!(
        "HashiCorp Terraform token",
        [".atlasv1."],
        "\\.atlasv1\\.[A-Za-z0-9_=-]{60,70}",
        4.0,
        ["q7ZkP2vXr9LmT4", ".atlasv1.", "@67"]
    ),
    secret!("Heroku key", ["HRKU-"], "HRKU-AA[A-Za-z0-9_-]{58}", 4.0, ["HRKU-", "AA", "@58"]),
    secret!("Supabase token", ["sbp_"], "sbp_[0-9a-f]{40}", 3.0, ["sbp_", "#32", "9f4e1c7a"]),
    secret!("Supabase secret key", ["sb_secret_"], "sb_secret_[A-Za-z0-9_-]{31}", 3.8, ["sb_secret_", "@31"]),
    secret!(
        "PlanetScale credential",
        ["pscale_tkn_", "pscale_pw_", "pscale_oauth_"],
        "pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.-]{32,64}",
        4.0,
        ["pscale_tkn_", "@43"]
    ),
    secret!("New Relic key", ["NRAK-"], "NRAK-[A-Z0-9]{27}", 3.5, ["NRAK-", "Q7ZKP2VXR9LMT4WBNY6CHS8JDF3"]),
    secret!(
        "Sentry token",
        ["sntryu_", "sntrys_"],
        "sntryu_[0-9a-f]{64}|sntrys_eyJ[A-Za-z0-9+/=_-]{60,400}",
        3.0,
        ["sntryu_", "#32", "#32"]
    ),
    secret!(
        "Postman key",
        ["PMAK-"],
        "PMAK-[0-9a-f]{24}-[0-9a-f]{34}",
        3.0,
        ["PMAK-", "9f4e1c7ab2d80563e8c91f27-", "#32", "9f"]
    ),
    secret!("Pulumi token", ["pul-"], "pul-[0-9a-f]{40}", 3.2, ["pul-", "#32", "9f4e1c7a"]),
    secret!("Contentful token", ["CFPAT-"], "CFPAT-[A-Za-z0-9_-]{43}", 4.0, ["CFPAT-", "@43"]),
    secret!("Fly.io token", ["fm2_"], "fm2_[A-Za-z0-9+/=]{80,800}", 4.0, ["fm2_", "@100"]),
    secret!(
        "age secret key",
        ["AGE-SECRET-KEY-1"],
        "AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}",
        3.5,
        ["AGE-SECRET-", "KEY-1", "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7LQPZRY9X8GF2TVDW0S3JN54KHCE"]
    ),
    secret!(
        "private key",
        ["-----BEGIN"],
        "-----BEGIN (?:RSA |EC |DSA |OPENSSH |PGP )?PRIVATE KEY(?: BLOCK)?-----(?:[ \\t\\r\\n\"'+,]|\\\\[nr]){1,20}((?:[A-Za-z0-9+/=]|[ \\t\\r\\n\"'+,:-]|\\\\[nr]){64,200})",
        3.5,
        ["-----BEGIN ", "PRIVATE KEY", "-----\n", "@64", "\n", "@64", "\n"]
    ),
];

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Puts the pieces of an example together.
    pub(crate) fn assemble(pieces: &[&str]) -> String {
        let mut text = String::new();
        for piece in pieces {
            match (piece.strip_prefix('@'), *piece) {
                (Some(length), _) => text.push_str(&RANDOM[..length.parse::<usize>().expect("a length")]),
                (None, "#32") => text.push_str(HEX32),
                (None, piece) => text.push_str(piece),
            }
        }
        text
    }

    #[test]
    fn every_format_matches_its_examples_and_begins_with_a_keyword() {
        for secret in PATTERNS {
            let regex = secret.pattern.get().unwrap_or_else(|| panic!("{} compiles", secret.name));
            for pieces in secret.matches {
                let text = assemble(pieces);
                let keyword = secret.keywords.iter().find_map(|keyword| text.find(keyword));
                let at = keyword.unwrap_or_else(|| panic!("{}: no keyword in {text}", secret.name));
                assert!(regex.is_match(&text[at..]), "{}: {text}", secret.name);
            }
        }
    }
}
