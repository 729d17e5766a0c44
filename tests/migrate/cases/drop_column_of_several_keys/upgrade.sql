DROP INDEX ix_pets_town_name ON pets;
ALTER TABLE pets DROP CONSTRAINT uq_pets_owner_town_id;
ALTER TABLE pets DROP UNIQUE (name, owner_town);
ALTER TABLE pets DROP CONSTRAINT fk_owner;
ALTER TABLE pets DROP CONSTRAINT ck_pets_owner;
ALTER TABLE pets DROP COLUMN owner_town;
