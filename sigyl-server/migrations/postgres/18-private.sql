-- Whose server it is, where nobody but they and the workspace's admins see it.
ALTER TABLE servers ADD COLUMN private_to TEXT COLLATE "C";
ALTER TABLE listings ADD COLUMN private_to TEXT COLLATE "C";
-- Which deployments run a server of the registry.
CREATE INDEX deployments_by_package ON deployments (package, workspace_id);
