-- Names of stored secrets that builds get, by the names that manifests declare: JSON.
ALTER TABLE deployments ADD COLUMN build_secrets TEXT NOT NULL DEFAULT '{}';
