-- How an instance takes contacts, as InstanceSnapshot.Rules says; null: its defaults.
ALTER TABLE instance ADD COLUMN rules jsonb;
