//! `sigyl workspace`: workspaces, and who is in them.

use clap::{Args, Subcommand, ValueEnum};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    exit::Exit,
    failure::Failure,
    output,
    remote::{Api, Credentials, Form, Format, RemoteError, Target, minute, table, text},
};

const WORKSPACES: [&str; 3] = ["api", "v1", "workspaces"];

/// Arguments of `sigyl workspace`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sigyl workspace list
  sigyl workspace create team --name 'The team'
  sigyl workspace use team                        from now on, where no other one is named
  sigyl workspace invite --role developer > invitation.txt
  sigyl workspace members --workspace team")]
pub(crate) struct WorkspaceArguments {
    #[command(subcommand)]
    verb: WorkspaceVerb,
    #[command(flatten)]
    target: Target,
}

#[derive(Debug, Subcommand)]
enum WorkspaceVerb {
    /// List the user's workspaces.
    List {
        #[command(flatten)]
        format: Format,
    },
    /// Make a workspace.
    Create {
        /// Its name in addresses.
        slug: String,
        /// Its name for people.
        #[arg(long)]
        name: Option<String>,
    },
    /// Mean this workspace from now on, where no other one is named.
    Use {
        /// The workspace, by id or slug.
        slug: String,
    },
    /// List the members.
    Members {
        #[command(flatten)]
        format: Format,
    },
    /// Make an invitation and print its token; it is shown this once.
    Invite {
        /// What who accepts it may do.
        #[arg(long, value_enum, default_value_t = RoleName::Viewer)]
        role: RoleName,
        /// The address of mail that who accepts it must have.
        #[arg(long)]
        email: Option<String>,
        /// How many days it lasts; a week where nothing is said.
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..=30))]
        days: Option<u32>,
        #[command(flatten)]
        format: Format,
    },
    /// Change a member's role.
    Role {
        /// The member's name.
        user: String,
        /// What the member may do.
        #[arg(value_enum)]
        role: RoleName,
    },
    /// Remove a member with the member's keys.
    Remove {
        /// The member's name.
        user: String,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum RoleName {
    Viewer,
    Developer,
    Admin,
    Owner,
}

impl RoleName {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Developer => "developer",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }
}

/// Runs one of them.
pub(crate) fn run(arguments: &WorkspaceArguments) -> Result<Exit, Failure> {
    let api = arguments.target.api()?;
    api.known()?;
    match &arguments.verb {
        WorkspaceVerb::List { format } => {
            let all = api.get(&WORKSPACES, &[])?;
            format.write(&all["items"], list)?;
        }
        WorkspaceVerb::Create { slug, name } => {
            let mut body = json!({ "slug": slug });
            if let Some(name) = name {
                body["display_name"] = json!(name);
            }
            api.send(Method::POST, &WORKSPACES, &body)?;
        }
        WorkspaceVerb::Use { slug } => {
            let workspace = api.get(&["api", "v1", "workspaces", slug], &[])?;
            let mut credentials = Credentials::load()?;
            let kept = credentials.of_mut(&api.url).ok_or_else(|| RemoteError::NotLoggedIn(api.server()))?;
            kept.workspace = Some(text(&workspace, &["slug"]).to_owned());
            credentials.save()?;
        }
        WorkspaceVerb::Members { format } => {
            let all = api.pages(&["api", "v1", "workspaces", &meant(&api)?, "members"], &[], 10_000)?;
            format.write(&json!(all), members)?;
        }
        WorkspaceVerb::Invite { role, email, days, format } => {
            let mut body = json!({ "role": role.as_str() });
            if let Some(email) = email {
                body["email"] = json!(email);
            }
            if let Some(days) = days {
                body["days"] = json!(days);
            }
            let path = ["api", "v1", "workspaces", &meant(&api)?, "invitations"];
            let made = api.send(Method::POST, &path, &body)?;
            format.write(&made, |made| format!("{}\n", text(made, &["token"])))?;
            if format.form() == Form::Text {
                output::note(&format!("accept it with `sigyl login --invitation FILE {}`", api.server()));
            }
        }
        WorkspaceVerb::Role { user, role } => {
            let path = ["api", "v1", "workspaces", &meant(&api)?, "members", &member(&api, user)?];
            api.send(Method::PATCH, &path, &json!({ "role": role.as_str() }))?;
        }
        WorkspaceVerb::Remove { user } => {
            api.delete(&["api", "v1", "workspaces", &meant(&api)?, "members", &member(&api, user)?])?;
        }
    }
    Ok(Exit::Clean)
}

/// The workspace that is meant: the one that is named, else the only one that there is.
pub(super) fn meant(api: &Api) -> Result<String, RemoteError> {
    if let Some(named) = &api.workspace {
        return Ok(named.clone());
    }
    let all = api.get(&WORKSPACES, &[])?;
    match crate::remote::items(&all, "items") {
        [only] => Ok(text(only, &["id"]).to_owned()),
        _ => Err(RemoteError::Missing(
            "say which workspace, with --workspace or `sigyl workspace use`".to_owned(),
        )),
    }
}

/// A member's id, by name or id.
fn member(api: &Api, user: &str) -> Result<String, RemoteError> {
    let all = api.pages(&["api", "v1", "workspaces", &meant(api)?, "members"], &[], usize::MAX)?;
    let found = all.iter().find(|it| text(it, &["username"]) == user || text(it, &["user_id"]) == user);
    let missing = || RemoteError::Missing(format!("{user} is no member of this workspace"));
    found.map(|it| text(it, &["user_id"]).to_owned()).ok_or_else(missing)
}

fn list(all: &Value) -> String {
    let row = |it: &Value| ["id", "slug", "role", "display_name"].map(|key| text(it, &[key]).to_owned());
    let rows = all.as_array().map_or(Vec::new(), |all| all.iter().map(row).collect());
    table(["ID", "SLUG", "ROLE", "NAME"], &rows)
}

fn members(all: &Value) -> String {
    let row = |it: &Value| {
        let named = |key: &str| text(it, &[key]).to_owned();
        [named("username"), named("role"), minute(it, "joined_at"), named("display_name")]
    };
    let rows = all.as_array().map_or(Vec::new(), |all| all.iter().map(row).collect());
    table(["USER", "ROLE", "SINCE", "NAME"], &rows)
}
