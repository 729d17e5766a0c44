CREATE TABLE kin_new_pets (
    id INT NOT NULL,
    owner_id INTEGER,
    CONSTRAINT pk_pets PRIMARY KEY (id),
    CONSTRAINT fk_o FOREIGN KEY (owner_id) REFERENCES owners (id) ON DELETE CASCADE
);
INSERT INTO kin_new_pets (rowid, id, owner_id) SELECT rowid, id, owner_id FROM pets;
DROP TABLE pets;
PRAGMA legacy_alter_table = ON;
ALTER TABLE kin_new_pets RENAME TO pets;
PRAGMA legacy_alter_table = OFF;
