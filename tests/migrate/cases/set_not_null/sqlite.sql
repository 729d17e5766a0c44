CREATE TABLE kin_new_pets (
    id BIGINT NOT NULL,
    name VARCHAR(20) NOT NULL,
    CONSTRAINT pk_pets PRIMARY KEY (id)
);
INSERT INTO kin_new_pets (rowid, id, name) SELECT rowid, id, name FROM pets;
DROP TABLE pets;
PRAGMA legacy_alter_table = ON;
ALTER TABLE kin_new_pets RENAME TO pets;
PRAGMA legacy_alter_table = OFF;
