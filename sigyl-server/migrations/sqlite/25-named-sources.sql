-- What was named for a release, before it was known what exactly that is; empty where its source was sent.
ALTER TABLE releases ADD COLUMN named TEXT NOT NULL DEFAULT '';
