-- Parts of names stand among the terms from now on, so that all of them are made anew when the server starts.
UPDATE listings SET terms = '';
CREATE INDEX server_versions_by_version ON server_versions (version, name);
