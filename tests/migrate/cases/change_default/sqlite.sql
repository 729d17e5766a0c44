CREATE TABLE kin_new_pets (
    id BIGINT NOT NULL,
    kind VARCHAR(10),
    at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT pk_pets PRIMARY KEY (id)
);
INSERT INTO kin_new_pets (rowid, id, kind, at) SELECT rowid, id, kind, at FROM pets;
DROP TABLE pets;
PRAGMA legacy_alter_table = ON;
ALTER TABLE kin_new_pets RENAME TO pets;
PRAGMA legacy_alter_table = OFF;
