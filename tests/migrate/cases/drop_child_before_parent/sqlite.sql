DROP INDEX ix_pets_owner_id;
DROP TABLE pets;
DROP TABLE owners;
