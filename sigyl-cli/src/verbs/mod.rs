//! What `sigyl` can do, one file for each verb.

mod advisories;
mod audit;
mod completions;
mod deploy;
mod deployments;
mod install;
mod key;
mod login;
pub(crate) mod manifest;
pub(crate) mod pin;
mod plan;
mod publish;
mod registry;
mod render;
pub(crate) mod rules;
pub(crate) mod scan;
mod schema;
mod search;
mod secret;
mod show;
mod verify;
mod workspace;

use clap::Subcommand;

use crate::{exit::Exit, failure::Failure};

/// The verbs.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Read a server's source and say safe, warning or blocked.
    Scan(Box<scan::ScanArguments>),
    /// List the rules, or explain one.
    Rules(rules::RulesArguments),
    /// Import known vulnerabilities of dependencies, or tell about them.
    Advisories(advisories::AdvisoriesArguments),
    /// Check, show or write a server's manifest.
    Manifest(manifest::ManifestArguments),
    /// Print the objects that a plan becomes on a cluster.
    Render(Box<render::RenderArguments>),
    /// Pin what a server offers in sigyl.lock, or tell what changed since.
    Pin(pin::PinArguments),
    /// Tell how a server would be built and started, and print its Dockerfile.
    Plan(plan::PlanArguments),
    /// Check a signed statement of where an image came from.
    Verify(verify::VerifyArguments),
    /// Log in to a server.
    Login(login::LoginArguments),
    /// End the session with a server, and forget it.
    Logout(login::LogoutArguments),
    /// Tell who you are to a server.
    Whoami(login::WhoamiArguments),
    /// Publish a folder's server.json and source, and wait for the scan.
    Publish(Box<publish::PublishArguments>),
    /// Deploy a server: scan, plan, build, start, and wait until it answers.
    Deploy(Box<deploy::DeployArguments>),
    /// Make another release of a deployment; its address and variables stay.
    Redeploy(Box<deploy::RedeployArguments>),
    /// What is done with deployments.
    #[command(flatten)]
    Deployments(Box<deployments::Verb>),
    /// Search a registry.
    Search(search::SearchArguments),
    /// Show a server of a registry.
    Show(show::ShowArguments),
    /// Import into a registry, or export a policy from it.
    Registry(registry::RegistryArguments),
    /// Put a server of a registry into the files of this computer's clients.
    Install(Box<install::InstallArguments>),
    /// Take a server out of the files of this computer's clients.
    Uninstall(install::UninstallArguments),
    /// API keys.
    Key(key::KeyArguments),
    /// Secrets on a server.
    Secret(Box<secret::SecretArguments>),
    /// Workspaces, and who is in them.
    Workspace(workspace::WorkspaceArguments),
    /// Read a server's audit log, or verify it.
    Audit(audit::AuditArguments),
    /// The server, and what looks after it.
    #[cfg(feature = "serve")]
    #[command(flatten)]
    Server(sigyl_server::command::Command),
    /// Print what a shell needs to complete commands.
    Completions(completions::CompletionsArguments),
    /// Print a JSON Schema of an output.
    #[command(hide = true)]
    Schema(schema::SchemaArguments),
}

/// Runs one verb.
pub(crate) fn run(command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Scan(arguments) => scan::run(&arguments),
        Command::Rules(arguments) => rules::run(arguments),
        Command::Advisories(arguments) => advisories::run(&arguments),
        Command::Manifest(arguments) => manifest::run(&arguments),
        Command::Render(arguments) => render::run(&arguments),
        Command::Pin(arguments) => pin::run(&arguments),
        Command::Plan(arguments) => plan::run(&arguments),
        Command::Verify(arguments) => verify::run(&arguments),
        Command::Login(arguments) => login::login(&arguments),
        Command::Logout(arguments) => login::logout(&arguments),
        Command::Whoami(arguments) => login::whoami(&arguments),
        Command::Publish(arguments) => publish::run(&arguments),
        Command::Deploy(arguments) => deploy::run(&arguments),
        Command::Redeploy(arguments) => deploy::redeploy(&arguments),
        Command::Deployments(verb) => deployments::run(&verb),
        Command::Search(arguments) => search::run(&arguments),
        Command::Show(arguments) => show::run(&arguments),
        Command::Registry(arguments) => registry::run(&arguments),
        Command::Install(arguments) => install::install(&arguments),
        Command::Uninstall(arguments) => install::uninstall(&arguments),
        Command::Key(arguments) => key::run(&arguments),
        Command::Secret(arguments) => secret::run(&arguments),
        Command::Workspace(arguments) => workspace::run(&arguments),
        Command::Audit(arguments) => audit::run(&arguments),
        #[cfg(feature = "serve")]
        Command::Server(command) => {
            Ok(if sigyl_server::command::run(&command)? { Exit::Clean } else { Exit::Found })
        }
        Command::Completions(arguments) => completions::run(&arguments),
        Command::Schema(arguments) => schema::run(&arguments),
    }
}
