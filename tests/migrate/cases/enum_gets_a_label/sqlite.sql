CREATE TABLE kin_new_pets (
    id INT NOT NULL,
    kind VARCHAR(4) NOT NULL,
    CONSTRAINT pk_pets PRIMARY KEY (id),
    CONSTRAINT ck_pets_kind_enum CHECK (kind IN ('dog', 'cat', 'newt'))
);
INSERT INTO kin_new_pets (rowid, id, kind) SELECT rowid, id, kind FROM pets;
DROP TABLE pets;
PRAGMA legacy_alter_table = ON;
ALTER TABLE kin_new_pets RENAME TO pets;
PRAGMA legacy_alter_table = OFF;
