DROP INDEX ix_pets_owner_id ON pets;
DROP TABLE pets;
DROP TABLE owners;
