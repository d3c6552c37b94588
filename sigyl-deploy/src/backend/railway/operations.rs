//! The operations of Railway's API that are used, word for word as they are sent. A test holds each against Railway's
//! own schema.

use crate::backend::rest::Again;

/// An operation.
pub(super) struct Operation {
    pub(super) name: &'static str,
    pub(super) text: &'static str,
    pub(super) again: Again,
}

const fn safe(name: &'static str, text: &'static str) -> Operation {
    Operation { name, text, again: Again::Safe }
}

/// What makes something new each time.
const fn once(name: &'static str, text: &'static str) -> Operation {
    Operation { name, text, again: Again::Refused }
}

pub(super) const PROJECTS: Operation = safe(
    "Projects",
    "query Projects($workspaceId: String, $after: String) {
  projects(workspaceId: $workspaceId, first: 100, after: $after) {
    edges { node { id name description primaryEnvironmentId environments(first: 10) { edges { node { id name } } } } }
    pageInfo { hasNextPage endCursor }
  }
}",
);

pub(super) const SERVICES: Operation = safe(
    "Services",
    "query Services($id: String!, $after: String) {
  project(id: $id) {
    services(first: 100, after: $after) { edges { node { id name } } pageInfo { hasNextPage endCursor } }
  }
}",
);

/// Names alone: values of variables are never read back.
pub(super) const VARIABLE_NAMES: Operation = safe(
    "VariableNames",
    "query VariableNames($id: String!, $projectId: String, $after: String) {
  environment(id: $id, projectId: $projectId) {
    variables(first: 100, after: $after) { edges { node { name serviceId } } pageInfo { hasNextPage endCursor } }
  }
}",
);

pub(super) const DEPLOYMENTS: Operation = safe(
    "Deployments",
    "query Deployments($input: DeploymentListInput!) {
  deployments(input: $input, first: 10) {
    edges { node { id status createdAt deploymentStopped canRedeploy canRollback instances { status } } }
  }
}",
);

pub(super) const METRICS: Operation = safe(
    "Metrics",
    "query Metrics($projectId: String!, $environmentId: String!, $serviceId: String!, $startDate: DateTime!) {
  metrics(
    projectId: $projectId, environmentId: $environmentId, serviceId: $serviceId, startDate: $startDate,
    measurements: [CPU_USAGE, MEMORY_USAGE_GB]
  ) { measurement values { ts value } }
}",
);

pub(super) const DEPLOYMENT: Operation = safe(
    "Deployment",
    "query Deployment($id: String!) {
  deployment(id: $id) { id status createdAt deploymentStopped canRedeploy canRollback instances { status } }
}",
);

pub(super) const DOMAINS: Operation = safe(
    "Domains",
    "query Domains($projectId: String!, $environmentId: String!, $serviceId: String!) {
  domains(projectId: $projectId, environmentId: $environmentId, serviceId: $serviceId) {
    serviceDomains { domain }
    customDomains {
      id domain
      status {
        verified verificationDnsHost verificationToken certificateStatus certificateErrorMessage
        dnsRecords { recordType fqdn requiredValue status }
      }
    }
  }
}",
);

pub(super) const LOGS: Operation = safe(
    "DeploymentLogs",
    "query DeploymentLogs($deploymentId: String!, $limit: Int, $startDate: DateTime) {
  deploymentLogs(deploymentId: $deploymentId, limit: $limit, startDate: $startDate) { timestamp message severity }
}",
);

pub(super) const PROJECT_CREATE: Operation = once(
    "ProjectCreate",
    "mutation ProjectCreate($input: ProjectCreateInput!) { projectCreate(input: $input) { id } }",
);

pub(super) const PROJECT_DELETE: Operation =
    safe("ProjectDelete", "mutation ProjectDelete($id: String!) { projectDelete(id: $id) }");

pub(super) const SERVICE_CREATE: Operation = once(
    "ServiceCreate",
    "mutation ServiceCreate($input: ServiceCreateInput!) { serviceCreate(input: $input) { id } }",
);

pub(super) const SERVICE_UPDATE: Operation = safe(
    "ServiceUpdate",
    "mutation ServiceUpdate($id: String!, $input: ServiceUpdateInput!) { serviceUpdate(id: $id, input: $input) { id } }",
);

pub(super) const SERVICE_DELETE: Operation = safe(
    "ServiceDelete",
    "mutation ServiceDelete($id: String!, $environmentId: String) { serviceDelete(id: $id, environmentId: $environmentId) }",
);

pub(super) const VARIABLES_UPSERT: Operation = safe(
    "VariablesUpsert",
    "mutation VariablesUpsert($input: VariableCollectionUpsertInput!) { variableCollectionUpsert(input: $input) }",
);

pub(super) const VARIABLE_DELETE: Operation = safe(
    "VariableDelete",
    "mutation VariableDelete($input: VariableDeleteInput!) { variableDelete(input: $input) }",
);

pub(super) const INSTANCE_UPDATE: Operation = safe(
    "InstanceUpdate",
    "mutation InstanceUpdate($serviceId: String!, $environmentId: String!, $input: ServiceInstanceUpdateInput!) {
  serviceInstanceUpdate(serviceId: $serviceId, environmentId: $environmentId, input: $input)
}",
);

pub(super) const LIMITS_UPDATE: Operation = safe(
    "LimitsUpdate",
    "mutation LimitsUpdate($input: ServiceInstanceLimitsUpdateInput!) { serviceInstanceLimitsUpdate(input: $input) }",
);

pub(super) const DEPLOY: Operation = once(
    "Deploy",
    "mutation Deploy($serviceId: String!, $environmentId: String!, $commitSha: String) {
  serviceInstanceDeployV2(serviceId: $serviceId, environmentId: $environmentId, commitSha: $commitSha)
}",
);

pub(super) const DOMAIN_CREATE: Operation = once(
    "DomainCreate",
    "mutation DomainCreate($input: ServiceDomainCreateInput!) { serviceDomainCreate(input: $input) { id domain } }",
);

pub(super) const CUSTOM_DOMAIN_CREATE: Operation = once(
    "CustomDomainCreate",
    "mutation CustomDomainCreate($input: CustomDomainCreateInput!) { customDomainCreate(input: $input) { id } }",
);

pub(super) const CUSTOM_DOMAIN_DELETE: Operation =
    safe("CustomDomainDelete", "mutation CustomDomainDelete($id: String!) { customDomainDelete(id: $id) }");

pub(super) const REDEPLOY: Operation = once(
    "Redeploy",
    "mutation Redeploy($id: String!) { deploymentRedeploy(id: $id, usePreviousImageTag: true) { id } }",
);

pub(super) const RESTART: Operation =
    once("Restart", "mutation Restart($id: String!) { deploymentRestart(id: $id) }");

pub(super) const ROLLBACK: Operation =
    once("Rollback", "mutation Rollback($id: String!) { deploymentRollback(id: $id) }");

pub(super) const STOP: Operation = safe("Stop", "mutation Stop($id: String!) { deploymentStop(id: $id) }");

pub(super) const REMOVE: Operation =
    safe("Remove", "mutation Remove($id: String!) { deploymentRemove(id: $id) }");
