DROP INDEX ix_pets_age ON pets;
ALTER TABLE pets DROP COLUMN age;
