ALTER TABLE pets DROP CONSTRAINT IF EXISTS ck_pets_kind_enum;
ALTER TABLE pets ALTER COLUMN kind TYPE VARCHAR(4) USING kind::VARCHAR;
ALTER TABLE pets ADD CONSTRAINT ck_pets_kind_enum CHECK (kind IN ('dog', 'cat', 'newt'));
