DROP INDEX ix_pets_age;
ALTER TABLE pets DROP COLUMN age;
