CREATE TABLE kin_new_pets (
    id BIGINT NOT NULL,
    x VARCHAR(10) NOT NULL DEFAULT 'z',
    CONSTRAINT pk_pets PRIMARY KEY (id)
);
INSERT INTO kin_new_pets (rowid, id, x) SELECT rowid, id, x FROM pets;
DROP TABLE pets;
PRAGMA legacy_alter_table = ON;
ALTER TABLE kin_new_pets RENAME TO pets;
PRAGMA legacy_alter_table = OFF;
