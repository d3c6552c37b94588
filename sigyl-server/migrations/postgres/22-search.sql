-- What a search looks at in hundreds of servers is small, so that only the rows of its page are read whole.

-- The filters of which every server has one value each: category, runtime, verdict, number of secrets.
ALTER TABLE listings ADD COLUMN narrow TEXT COLLATE "C" NOT NULL DEFAULT '';

-- Terms are most of a row and never read from it: they stand elsewhere, and everything else stays together.
ALTER TABLE listings SET (toast_tuple_target = 128);
ALTER TABLE listings ALTER COLUMN server_id SET STORAGE MAIN;
ALTER TABLE listings ALTER COLUMN workspace_id SET STORAGE MAIN;
ALTER TABLE listings ALTER COLUMN name SET STORAGE MAIN;
ALTER TABLE listings ALTER COLUMN folded_name SET STORAGE MAIN;
ALTER TABLE listings ALTER COLUMN short_name SET STORAGE MAIN;
ALTER TABLE listings ALTER COLUMN version SET STORAGE MAIN;
ALTER TABLE listings ALTER COLUMN title SET STORAGE MAIN;
ALTER TABLE listings ALTER COLUMN description SET STORAGE MAIN;
ALTER TABLE listings ALTER COLUMN category SET STORAGE MAIN;
ALTER TABLE listings ALTER COLUMN tags SET STORAGE MAIN;
ALTER TABLE listings ALTER COLUMN runtime SET STORAGE MAIN;
ALTER TABLE listings ALTER COLUMN verdict SET STORAGE MAIN;
ALTER TABLE listings ALTER COLUMN facets SET STORAGE MAIN;
ALTER TABLE listings ALTER COLUMN narrow SET STORAGE MAIN;
ALTER TABLE listings ALTER COLUMN private_to SET STORAGE MAIN;

DROP INDEX server_versions_latest;
CREATE INDEX server_versions_latest ON server_versions (is_latest, name, version);

-- Terms tell what is hidden, no longer what is open, so that all of them are made anew when the server starts.
UPDATE listings SET terms = '';
