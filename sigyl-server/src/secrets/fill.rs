//! Which secret fills which requirement of a package, for one user.

use schemars::JsonSchema;
use serde::Serialize;
use sigyl_core::manifest::{Requirement, ValueType};

use super::{Kind, SecretTemplate, StoredSecret, template_of};
use crate::{
    clock::Timestamp,
    db::{Connection, DbError, execute, fetch_all},
    http::Tenant,
    id::{StoredSecretId, UserId},
};

/// Why a requirement is not met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Problem {
    /// No secret fills it, and it is required.
    Missing,
    /// The secret is of another type.
    WrongType,
    /// The secret has ended.
    Expired,
}

/// How a secret came to fill a requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum FilledBy {
    /// Somebody said so.
    Map,
    /// Its name is the requirement's.
    Name,
}

/// A requirement, and what fills it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Filled {
    #[serde(flatten)]
    pub(crate) requirement: Requirement,
    /// What a secret is called that fills it by itself.
    pub(crate) name: String,
    /// The secret that fills it, without its value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) filled_with: Option<StoredSecret>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) filled_by: Option<FilledBy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) problem: Option<Problem>,
    /// What it looks like and where to get it, for services that are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) template: Option<&'static SecretTemplate>,
}

/// Who decided that a secret fills a requirement.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct Use {
    user_id: String,
    requirement: String,
    secret_id: StoredSecretId,
}

/// The name of a secret that fills a requirement: its key as a variable's name.
pub(crate) fn name_for(key: &str) -> String {
    let plain = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let name: String = match plain {
        true => key.to_owned(),
        false => key
            .chars()
            .map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_uppercase() } else { '_' })
            .collect(),
    };
    let begins = name.bytes().next().is_some_and(|byte| !byte.is_ascii_digit());
    let name = if begins { name } else { format!("_{name}") };
    name.chars().take(128).collect()
}

/// The kind that a secret must have to fill a requirement; any does for texts.
pub(crate) const fn kind_for(requirement: &Requirement) -> Kind {
    match requirement.value_type {
        ValueType::String => Kind::String,
        ValueType::Number => Kind::Number,
        ValueType::Boolean => Kind::Boolean,
    }
}

/// Whether a secret has the type that a requirement asks for.
pub(crate) fn fits(requirement: &Requirement, secret: &StoredSecret) -> bool {
    kind_for(requirement) == Kind::String || kind_for(requirement) == secret.kind
}

/// Which secret fills each requirement: the one that the user said, else the one that the workspace said, else one of
/// that name, the user's own before a shared one, one for the package before one for any.
pub(crate) fn fill(requirements: Vec<Requirement>, uses: &[Use], secrets: &[StoredSecret]) -> Vec<Filled> {
    let filled = |requirement: Requirement| {
        let name = name_for(&requirement.key);
        let said = |is_own: bool| {
            let one = uses
                .iter()
                .find(|it| it.requirement == requirement.key && it.user_id.is_empty() != is_own)?;
            secrets.iter().find(|secret| secret.id == one.secret_id)
        };
        let mapped = said(true).or_else(|| said(false));
        let found = mapped.or_else(|| {
            let named = secrets.iter().filter(|secret| secret.name.eq_ignore_ascii_case(&name));
            named.min_by_key(|secret| (secret.owner_id.is_none(), secret.package.is_none()))
        });
        let problem = match found {
            None if requirement.required && requirement.default.is_none() => Some(Problem::Missing),
            None => None,
            Some(secret) if !fits(&requirement, secret) => Some(Problem::WrongType),
            Some(secret) if secret.is_expired => Some(Problem::Expired),
            Some(_) => None,
        };
        Filled {
            filled_by: found.map(|_| if mapped.is_some() { FilledBy::Map } else { FilledBy::Name }),
            filled_with: found.cloned(),
            problem,
            template: template_of(&name),
            name,
            requirement,
        }
    };
    requirements.into_iter().map(filled).collect()
}

/// What was said about a package, by the user and for the whole workspace.
pub(crate) async fn uses(
    connection: &mut Connection,
    tenant: &Tenant,
    user: &UserId,
    package: &str,
) -> Result<Vec<Use>, DbError> {
    fetch_all!(
        connection,
        "SELECT user_id, requirement, secret_id FROM secret_uses
         WHERE workspace_id = $1 AND (user_id = $2 OR user_id = '') AND package = $3 LIMIT 2000",
        &tenant.id,
        user,
        package
    )
}

/// Says which secret fills a requirement; for everybody in the workspace where no user is named.
pub(crate) async fn use_secret(
    transaction: &mut Connection,
    tenant: &Tenant,
    user: Option<&UserId>,
    (package, key): (&str, &str),
    secret: &StoredSecretId,
    now: Timestamp,
) -> Result<(), DbError> {
    execute!(
        transaction,
        "INSERT INTO secret_uses (workspace_id, user_id, package, requirement, secret_id, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (workspace_id, user_id, package, requirement) DO UPDATE
         SET secret_id = excluded.secret_id, created_at = excluded.created_at",
        &tenant.id,
        user.map_or("", UserId::as_str),
        package,
        key,
        secret,
        now
    )?;
    Ok(())
}

/// Forgets what was said of a requirement. Whether something was.
pub(crate) async fn forget_use(
    transaction: &mut Connection,
    tenant: &Tenant,
    user: Option<&UserId>,
    (package, key): (&str, &str),
) -> Result<bool, DbError> {
    let gone = execute!(
        transaction,
        "DELETE FROM secret_uses WHERE workspace_id = $1 AND user_id = $2 AND package = $3 AND requirement = $4",
        &tenant.id,
        user.map_or("", UserId::as_str),
        package,
        key
    )?;
    Ok(gone > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_variables() {
        for (key, name) in [
            ("OPENAI_API_KEY", "OPENAI_API_KEY"),
            ("apiKey", "apiKey"),
            ("X-Api-Key", "X_API_KEY"),
            ("server.host", "SERVER_HOST"),
            ("9lives", "_9lives"),
            ("é", "_"),
            ("", "_"),
        ] {
            assert_eq!(name_for(key), name);
            crate::secrets::check_name(&name_for(key)).unwrap();
        }
    }
}
