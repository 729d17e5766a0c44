DROP INDEX ix_pets_town_name ON pets;
ALTER TABLE pets DROP INDEX uq_pets_owner_town_id;
SET @kin_drop = (SELECT concat('ALTER TABLE pets DROP INDEX ', '`', name, '`') FROM (SELECT index_name AS name, group_concat(column_name ORDER BY seq_in_index) AS columns FROM information_schema.statistics WHERE non_unique = 0 AND index_name <> 'PRIMARY' AND table_schema = database() AND table_name = 'pets' GROUP BY name) AS found WHERE columns = 'name,owner_town' ORDER BY name NOT REGEXP '_[0-9]+$' AND name <> 'name', name LIMIT 1);
EXECUTE IMMEDIATE coalesce(@kin_drop, concat('ALTER TABLE pets DROP INDEX ', '`none over ', 'name,owner_town', '`'));
ALTER TABLE pets DROP FOREIGN KEY fk_owner, DROP INDEX IF EXISTS fk_owner;
ALTER TABLE pets DROP CONSTRAINT ck_pets_owner;
ALTER TABLE pets DROP COLUMN owner_town;
