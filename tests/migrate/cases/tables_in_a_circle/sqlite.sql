CREATE TABLE b (
    id INT NOT NULL,
    a_id INTEGER,
    CONSTRAINT pk_b PRIMARY KEY (id)
);
CREATE TABLE a (
    id INT NOT NULL,
    b_id INTEGER,
    CONSTRAINT pk_a PRIMARY KEY (id),
    CONSTRAINT fk_a_b_id_b FOREIGN KEY (b_id) REFERENCES b (id)
);
CREATE TABLE kin_new_b (
    id INT NOT NULL,
    a_id INTEGER,
    CONSTRAINT pk_b PRIMARY KEY (id),
    CONSTRAINT fk_b_a_id_a FOREIGN KEY (a_id) REFERENCES a (id)
);
INSERT INTO kin_new_b (rowid, id, a_id) SELECT rowid, id, a_id FROM b;
DROP TABLE b;
PRAGMA legacy_alter_table = ON;
ALTER TABLE kin_new_b RENAME TO b;
PRAGMA legacy_alter_table = OFF;
