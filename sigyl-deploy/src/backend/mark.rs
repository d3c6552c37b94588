//! Whose a thing is, where a service has descriptions and no labels.

use super::DeploymentId;

const DESCRIPTION: &str = "Made by Sigyl for the deployment ";

/// What stands between a deployment and which Sigyl made it.
const OF: &str = " of ";

/// What marks a thing as made for a deployment, and by which Sigyl where that is told.
pub(super) fn description(id: &DeploymentId, instance: &str) -> String {
    match instance {
        "" => format!("{DESCRIPTION}{id}"),
        instance => format!("{DESCRIPTION}{id}{OF}{instance}"),
    }
}

/// The deployment, and which Sigyl, empty where it is not told; `None` of what Sigyl did not make.
pub(super) fn read(description: &str) -> Option<(&str, &str)> {
    let rest = description.strip_prefix(DESCRIPTION)?;
    Some(rest.split_once(OF).unwrap_or((rest, "")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let id = DeploymentId::parse("of-weather-of").unwrap();
        for instance in ["", "0123456789"] {
            assert_eq!(read(&description(&id, instance)), Some((id.as_str(), instance)));
        }
        assert_eq!(read("Made by hand"), None);
    }
}
