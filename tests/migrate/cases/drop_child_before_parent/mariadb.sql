ALTER TABLE pets DROP INDEX ix_pets_owner_id, DROP INDEX IF EXISTS fk_o, ADD INDEX fk_o (owner_id);
DROP TABLE pets;
DROP TABLE owners;
