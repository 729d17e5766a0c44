CREATE TABLE kin_new_pets (
    id INT NOT NULL,
    name VARCHAR(20),
    owner_id INTEGER,
    PRIMARY KEY (id)
);
INSERT INTO kin_new_pets (rowid, id, name, owner_id) SELECT rowid, id, name, owner_id FROM pets;
DROP TABLE pets;
PRAGMA legacy_alter_table = ON;
ALTER TABLE kin_new_pets RENAME TO pets;
PRAGMA legacy_alter_table = OFF;
